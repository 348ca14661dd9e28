"""Pictures of every widget and of the shell, to look at: `DESK_SHOTS=folder` keeps them."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desk import i18n
from desk.ui import theme
from desk.ui.models.rows import Column
from desk.ui.notify import Notices
from desk.ui.page import Page
from desk.ui.shell import Place
from desk.ui.widgets.buttons import Button, DoorButton
from desk.ui.widgets.cards import Card, EmptyState, StatCard
from desk.ui.widgets.charts import BarChart, Radar
from desk.ui.widgets.chips import Chip, Choice, ChoiceChips
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import DateTimeField, Labelled, LineField
from desk.ui.widgets.labels import ElidedLabel, Saying, Text
from desk.ui.widgets.layouts import TwoColumns, row
from desk.ui.widgets.masked import MaskedValue
from desk.ui.widgets.progress import SlimBar, StageBar, Step, Stepper
from desk.ui.widgets.table import TableView
from desk.ui.widgets.text_field import TextField
from desk.ui.window import MainWindow

NOW = datetime.fromisoformat("2026-11-21T10:32")


def both(zh: str, en: str) -> str:
    return en if i18n.language() == "en" else zh


def places() -> list[Place]:
    return [
        Place("today", both("今日", "Today"), "house"),
        Place("accept", both("受理", "Intake"), "clipboard-pen-line"),
        Place("ledger", both("台账", "Ledger"), "folder-search"),
        Place("settings", both("设置", "Settings"), "settings", below=True),
    ]


class TodayLike(Page):
    shows_search = True

    def __init__(self) -> None:
        super().__init__(both("今日", "Today"), both("11 月 21 日 星期六", "Saturday, 21 November"))
        self.header_right = [Button(both("记大堂事件", "Lobby note"), icon="zap", keys="Ctrl L")]
        outer = QHBoxLayout(self)
        side = theme.px(16)
        outer.setContentsMargins(theme.px(20), side, theme.px(20), side)
        outer.setSpacing(theme.px(16))
        left = QVBoxLayout()
        left.setSpacing(theme.px(14))
        top = QHBoxLayout()
        top.setSpacing(theme.px(12))
        top.addWidget(
            DoorButton(
                both("受理新投诉", "New complaint"),
                both("五步引导 · 约 6 分钟", "five steps, about 6 minutes"),
                "circle-plus",
                "Ctrl N",
            )
        )
        for zh, en, number, tone, word in (
            ("已逾期", "Overdue", 1, "red", both("立即处理", "act now")),
            ("今日到期", "Due today", 2, "amber", both("含转办 1 件", "1 transferred")),
            ("三日内到期", "Due in 3 days", 4, "ink", ""),
            ("待我审批", "For me to approve", 1, "violet", both("延期申请", "extension")),
        ):
            stat = StatCard(both(zh, en), tone)
            stat.set_value(number, word)
            top.addWidget(stat, 1)
        left.addLayout(top)
        card = Card(both("按到期先后", "By due date"), margin=0)
        card.add_beside_title(Chip(both("我的 9", "Mine 9"), "primary"))
        card.add_beside_title(Chip(both("全网点 23", "Branch 23"), "grey"))
        card.add_action(Text(both("按本行日历计算", "by the bank's calendar"), "hint", "ink_hint"))
        card.add(due_table(), 1)
        left.addWidget(card, 1)
        outer.addLayout(left, 1)
        outer.addLayout(self._right())

    def _right(self) -> QVBoxLayout:
        right = QVBoxLayout()
        right.setSpacing(theme.px(14))
        week = Card(both("近七日受理", "Last seven days"))
        week.add_action(Text(both("32 件", "32 cases"), "hint", "ink_hint"))
        bars = BarChart()
        names = both("日一二三四五六", "SMTWTFS")
        bars.show_bars(list(zip(names, (3, 5, 2, 6, 4, 7, 5), strict=True)))
        bars.setFixedHeight(theme.px(120))
        week.add(bars)
        right.addWidget(week)
        measures = Card(both("四绝 · 本月", "Four measures"))
        for zh, en, share, words in (
            ("快 首次回应", "Quick", 0.8, both("4 分", "4 min")),
            ("准 一次定因", "Right", 0.71, "71%"),
            ("牢 回访满意", "Lasting", 0.88, "88%"),
        ):
            line = row(Text(both(zh, en), "table"), gap=12)
            line.addStretch(1)
            line.addWidget(SlimBar(share, width=70))
            number = Text(words, "table")
            number.setFixedWidth(theme.px(48))
            line.addWidget(number)
            measures.body.addLayout(line)
        right.addWidget(measures)
        empty = Card()
        empty.setFixedWidth(theme.px(302))
        empty.add(
            EmptyState(
                "inbox",
                both("今天没有待办", "Nothing due today"),
                both("新的投诉会出现在这里。", "New complaints show up here."),
                both("看台账", "Open the ledger"),
            )
        )
        right.addWidget(empty, 1)
        return right


def due_table() -> TableView[tuple[str, str, str, str, float, str, theme.Tone]]:
    table: TableView[tuple[str, str, str, str, float, str, theme.Tone]] = TableView(
        (
            Column("number", both("编号", "Number"), lambda r: r[0], width=154, strong=True),
            Column("name", both("客户", "Customer"), lambda r: r[1], width=80),
            Column("request", both("诉求摘要", "Request"), lambda r: r[2]),
            Column("stage", both("进度", "Progress"), lambda r: r[3], width=120),
            Column(
                "due",
                both("时限", "Due"),
                lambda r: r[5],
                width=200,
                tone=lambda r: r[6],
                share=lambda r: r[4],
            ),
        )
    )
    table.set_rows(
        [
            (
                "TS-1121-006",
                "陈**",
                "理财赎回未到账，要求当日说明",
                "第 3 步 分析",
                1.0,
                "逾期 1 天",
                "red",
            ),
            (
                "TS-1120-003",
                "李**",
                "监管转办 · 代销保险告知争议",
                "待答复",
                0.93,
                "今日 17:00",
                "amber",
            ),
            ("TS-1118-002", "吴**", "提前还款违约金解释不清", "待答复", 0.58, "剩 6 天", "primary"),
            ("TS-1115-001", "孙**", "柜员态度，要求当面致歉", "待结案", 0.3, "剩 10 天", "primary"),
        ]
    )
    return table


class IntakeLike(Page):
    def __init__(self) -> None:
        super().__init__("TS-1121-014")
        self.header_left = [
            MaskedValue("张** · 138****2207", "张晓明 · 13812342207"),
            Chip(both("现场 · 2 号窗", "Counter 2")),
            Chip(both("12 月 6 日前答复", "Answer by 6 Dec"), "amber", "clock"),
        ]
        self.header_right = [
            Button(both("升级", "Escalate"), icon="shield-alert"),
            Button(both("报告 PDF", "Report"), icon="file-text"),
        ]
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        stepper = Stepper()
        stepper.show_steps(
            [
                Step(both("受理", "Receive"), both("快速接住", "take it on"), done=True),
                Step(both("信息", "Facts"), both("问清经过", "ask"), done=True, missing=1),
                Step(both("分析", "Analyse"), both("找准诉求", "find the need"), missing=2),
                Step(both("方案", "Offer"), both("说明与提供", "explain")),
                Step(both("收尾", "Close"), both("总结与引导", "sum up")),
            ],
            3,
        )
        box.addWidget(stepper)
        box.addWidget(TwoColumns(self._form(), self._coach()), 1)

    def _form(self) -> QWidget:
        form = QWidget()
        box = QVBoxLayout(form)
        box.setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(16))
        box.setSpacing(theme.px(14))
        self.words = TextField(lines=3)
        text = "买的时候说随时能取，今天来取说要等三天。柜台说这是规定四个字，我要打 12378。"
        self.words.set_value(text)
        start = text.index("这是规定")
        self.words.set_marks([(start, start + 4, "medium")])
        field = Labelled(both("客户说的是什么（原话要点）", "What the customer says"), self.words)
        field.set_note(both("「这是规定」容易被听成推托", "May be heard as a brush-off"))
        box.addWidget(field)
        needs = ChoiceChips(
            [
                Choice("money", both("尽快取到钱", "The money soon")),
                Choice("reason", both("要说法", "An account")),
                Choice("pay", both("赔偿", "Compensation")),
                Choice("staff", both("处理人员", "Action on staff")),
            ],
            multi=True,
        )
        needs.set_value(["money"])
        label = both("显性诉求（客户明说）", "Stated needs")
        box.addWidget(Labelled(label, needs, required=True))
        line = QHBoxLayout()
        line.setSpacing(theme.px(16))
        business = ComboField([("w", both("个人理财 › 代销 › 赎回时效", "Wealth › redemption"))])
        business.set_value("w")
        business.set_remark(both("按原话推荐", "suggested"))
        line.addWidget(Labelled(both("业务类别", "Business"), business, required=True))
        when = DateTimeField(lambda: NOW)
        when.set_value(NOW)
        line.addWidget(Labelled(both("发生时间", "When"), when))
        box.addLayout(line)
        name = LineField(both("姓名", "Name"))
        box.addWidget(Labelled(both("陪同人", "With"), name, both("可不填", "optional")))
        box.addStretch(1)
        foot = QHBoxLayout()
        back = Button(both("上一步", "Back"), icon="chevron-left")
        foot.addWidget(back)
        foot.addWidget(Text(both("本步还差 1 项：责任初判", "1 item missing"), "hint", "ink_hint"))
        foot.addStretch(1)
        go_on = both("下一步  方案", "Next: offer")
        foot.addWidget(
            Button(go_on, kind="primary", main=True, trailing="chevron-right", keys="Ctrl ↵")
        )
        box.addLayout(foot)
        return form

    def _coach(self) -> QWidget:
        pane = QWidget()
        box = QVBoxLayout(pane)
        box.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        box.setSpacing(theme.px(10))
        stages = StageBar()
        names = both(
            "得到尊重 核实事情 得到认同 解决问题", "Respect Verify Recognise Resolve"
        ).split()
        stages.show_stages(names, 1)
        box.addWidget(stages)
        say = Card(kind="lit", margin=14)
        line = row(Chip(both("现在就说 · 同理", "Say now"), "primary"))
        line.addStretch(1)
        line.addWidget(Button(both("已说", "Said"), kind="link", keys="F2"))
        say.body.addLayout(line)
        said = both(
            "「住院押金等着用，换成谁都着急。您别担心，这件事从现在起由我盯着。」",
            "I see how urgent it is.",
        )
        say.add(Saying(said))
        box.addWidget(say)
        radar = Radar()
        axes = both("求尊重 求公平 求补偿 求便捷 求安心", "Respect Fair Pay Ease Calm").split()
        radar.show_axes(list(zip(axes, (0.9, 0.5, 0.3, 0.6, 0.45), strict=True)))
        shape = Card()
        shape.add(radar)
        box.addWidget(shape, 1)
        warn = Card(kind="amber", margin=14)
        warn.add(
            Text(both("客户提到 12378", "Customer mentions 12378"), "table", "amber", strong=True)
        )
        warn.add(
            Text(
                both("不劝阻、不鼓动，如实告知渠道。", "Neither hinder nor push."),
                "table",
                wrap=True,
            )
        )
        box.addWidget(warn)
        return pane


@pytest.fixture
def plain_after(qapp: QApplication) -> Iterator[None]:
    yield
    i18n.use("zh")
    theme.apply(qapp)


CASES = [
    ("zh-light", "zh", "light", 1.0, (1366, 728)),
    ("en-light", "en", "light", 1.0, (1366, 728)),
    ("zh-least", "zh", "light", 1.0, (1280, 680)),
    ("zh-large", "zh", "light", 1.5, (2049, 1092)),
    ("zh-dark", "zh", "dark", 1.0, (1366, 728)),
    ("zh-contrast", "zh", "contrast", 1.0, (1366, 728)),
]


@pytest.mark.parametrize(("name", "lang", "look", "scale", "size"), CASES)
@pytest.mark.usefixtures("plain_after")
def test_gallery(
    name: str,
    lang: i18n.Language,
    look: theme.ThemeName,
    scale: float,
    size: tuple[int, int],
    qapp: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    folder = Path(os.environ.get("DESK_SHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    i18n.use(lang)
    theme.apply(qapp, look, scale)
    window = MainWindow(places())
    qtbot.addWidget(window)
    window.footer.show_saved(both("已保存 10:32:05", "Stored 10:32:05"))
    window.footer.show_who(
        both("城东支行 · 工号 0417 王（柜员）", "East branch · 0417 Wang (teller)")
    )
    window.footer.show_pack(both("知识包 2026.11 版", "Pack 2026.11"))
    window.footer.show_network(both("离线", "offline"))
    window.add_page("today", TodayLike())
    intake = IntakeLike()
    window.add_page("accept", intake)
    window.resize(*size)
    window.show_page("today")
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    notices = Notices(window.shell)
    assert_drawn(window, folder / f"{name}-today.png")
    window.show_page("accept")
    intake.words.setFocus()
    notices.done(both("已复制编号。", "Number copied."))
    assert_drawn(window, folder / f"{name}-intake.png")
    window.show_help()
    assert_drawn(window, folder / f"{name}-help.png")
    window.cover()
    assert_drawn(window, folder / f"{name}-cover.png")


def assert_drawn(window: MainWindow, file: Path) -> None:
    for _ in range(3):  # layouts settle in rounds of posted events
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    picture = window.grab()
    assert picture.save(str(file))
    image = picture.toImage().scaled(200, 120)
    colours = {image.pixel(x, y) for x in range(200) for y in range(120)}
    assert len(colours) > 6
    for label in window.findChildren(ElidedLabel):
        assert not (label.isVisible() and label.is_elided()), label.whole_text()
    for text in window.findChildren(Text):
        if text.isVisible() and not text.wordWrap():
            assert text.width() >= text.sizeHint().width() - 1, text.text()
