"""Widgets do what a person at the keys and the mouse expects."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSize, Qt, SignalInstance
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desk.ui import theme
from desk.ui.models.rows import Column
from desk.ui.widgets import masked
from desk.ui.widgets.buttons import Button, DoorButton
from desk.ui.widgets.chips import Choice, ChoiceChips
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import DateTimeField, Labelled, LineField, SearchBox
from desk.ui.widgets.labels import ElidedLabel, Text
from desk.ui.widgets.layouts import TwoColumns
from desk.ui.widgets.masked import MaskedValue
from desk.ui.widgets.progress import Step, StepButton, Stepper
from desk.ui.widgets.table import TableView
from desk.ui.widgets.text_field import TextField
from desk.ui.widgets.toast import Toast

Key = Qt.Key
NOW = datetime.fromisoformat("2026-11-21T10:32")
NEEDS = [Choice("money", "尽快取到钱"), Choice("reason", "要说法"), Choice("pay", "赔偿")]


class Bench(QWidget):
    """A window to try a widget in, with a plain line after it to go to."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.elsewhere = QLineEdit()

    def put(self, *widgets: QWidget) -> None:
        for widget in (*widgets, self.elsewhere):
            self.column.addWidget(widget)
            widget.show()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench()
    made.resize(600, 500)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    made.close()


def heard(signal: SignalInstance) -> list[object]:
    told: list[object] = []
    signal.connect(told.append)
    return told


def compose(field: QWidget, text: str) -> None:
    QApplication.sendEvent(field, QInputMethodEvent(text, []))


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


# Chips


def test_digits_pick_chips_of_the_focused_group_only(bench: Bench, qtbot: QtBot) -> None:
    first, second = ChoiceChips(NEEDS), ChoiceChips(NEEDS, multi=True)
    bench.put(first, second)
    one, two = heard(first.chosen), heard(second.chosen)
    first.setFocus()
    QTest.keyClick(focus(), Key.Key_2)
    QTest.keyClick(focus(), Key.Key_3)
    QTest.keyClick(focus(), Key.Key_9)
    assert one == [("reason",), ("pay",)]
    second.setFocus()
    QTest.keyClick(focus(), Key.Key_3)
    QTest.keyClick(focus(), Key.Key_1)
    assert two == [("pay",), ("money", "pay")]
    assert first.value() == ("pay",)


def test_choosing_again_takes_back(bench: Bench, qtbot: QtBot) -> None:
    group = ChoiceChips(NEEDS)
    bench.put(group)
    QTest.mouseClick(group.chips()[1], Qt.MouseButton.LeftButton)
    assert group.value() == ("reason",)
    QTest.mouseClick(group.chips()[1], Qt.MouseButton.LeftButton)
    assert group.value() == ()


def test_a_group_is_one_tab_stop_and_arrows_move_inside(bench: Bench, qtbot: QtBot) -> None:
    group = ChoiceChips(NEEDS)
    bench.put(group)
    group.set_value(["reason"])
    group.setFocus()
    assert focus() is group.chips()[1]
    QTest.keyClick(focus(), Key.Key_Right)
    assert focus() is group.chips()[2]
    QTest.keyClick(focus(), Key.Key_Right)
    assert focus() is group.chips()[0]
    QTest.keyClick(focus(), Key.Key_Space)
    assert group.value() == ("money",)
    QTest.keyClick(focus(), Key.Key_Tab)
    assert focus() is bench.elsewhere


def test_set_value_tells_nobody_and_new_choices_keep_the_answer(bench: Bench) -> None:
    group = ChoiceChips(NEEDS, multi=True)
    bench.put(group)
    told = heard(group.chosen)
    group.set_value(["pay", "unknown"])
    group.set_choices(NEEDS[1:])
    assert group.value() == ("pay",)
    assert told == []


# Fields


@pytest.mark.parametrize("kind", [LineField, TextField])
def test_typing_is_told_once_within_a_second(
    bench: Bench, qtbot: QtBot, kind: type[LineField | TextField]
) -> None:
    field = kind()
    bench.put(field)
    told = heard(field.committed)
    field.setFocus()
    with qtbot.waitSignal(field.committed, timeout=1000):
        QTest.keyClicks(field, "abc")
    bench.elsewhere.setFocus()
    assert told == ["abc"]


@pytest.mark.parametrize("kind", [LineField, TextField])
def test_leaving_tells_at_once(
    bench: Bench, qtbot: QtBot, kind: type[LineField | TextField]
) -> None:
    field = kind()
    bench.put(field)
    told = heard(field.committed)
    field.setFocus()
    QTest.keyClicks(field, "abc")
    assert told == []
    bench.elsewhere.setFocus()
    assert told == ["abc"]


@pytest.mark.parametrize("kind", [LineField, TextField])
@pytest.mark.parametrize("way", ["focus", "hide", "flush"])
def test_text_being_composed_is_committed_not_lost(
    bench: Bench, kind: type[LineField | TextField], way: str
) -> None:
    field = kind()
    bench.put(field)
    field.set_value("客户说")
    told = heard(field.committed)
    field.setFocus()
    if isinstance(field, QPlainTextEdit):
        field.moveCursor(field.textCursor().MoveOperation.End)
    compose(field, "要等三天")
    assert field.value() == "客户说"
    if way == "focus":
        bench.elsewhere.setFocus()
    elif way == "hide":
        field.hide()
    else:
        field.flush()
    assert field.value() == "客户说要等三天"
    assert told == ["客户说要等三天"]


def test_composition_ended_by_the_input_method_is_not_doubled(bench: Bench) -> None:
    field = LineField()
    bench.put(field)
    field.setFocus()
    compose(field, "deng")
    event = QInputMethodEvent()
    event.setCommitString("等")
    QApplication.sendEvent(field, event)
    bench.elsewhere.setFocus()
    assert field.value() == "等"


def test_a_value_set_by_the_program_is_not_told(bench: Bench) -> None:
    field = TextField()
    bench.put(field)
    told, edited = heard(field.committed), heard(field.edited)
    field.set_value("已有内容")
    field.setFocus()
    bench.elsewhere.setFocus()
    assert told == []
    assert edited == []


@pytest.mark.parametrize("kind", [LineField, TextField])
def test_a_stored_text_read_back_never_overwrites_newer_words(
    bench: Bench, kind: type[LineField | TextField]
) -> None:
    field = kind()
    bench.put(field)
    field.setFocus()
    QTest.keyClicks(field, "abc")
    field.refresh("ab")
    assert field.value() == "abc"
    field.flush()
    compose(field, "等")
    field.refresh("ab")
    field.flush()
    assert field.value() == "abc等"
    field.refresh("ab")
    assert field.value() == "ab"


def test_marks_follow_their_words_and_leave_undo_alone(bench: Bench, qtbot: QtBot) -> None:
    field = TextField()
    bench.put(field)
    field.set_value("𫖯先生：这是规定。")
    field.set_marks([(4, 8, "medium")])
    field.setFocus()
    QTest.keyClicks(field, "ab")
    assert field.marks() == ((6, 10, "medium"),)
    assert field.value()[6:10] == "这是规定"
    field.undo()
    assert field.value() == "𫖯先生：这是规定。"
    assert field.marks() == ((4, 8, "medium"),)


def test_a_mark_is_activated_by_keys_and_click_and_replaced_in_one_step(
    bench: Bench, qtbot: QtBot
) -> None:
    field = TextField()
    bench.put(field)
    field.set_value("这是规定，请等。")
    field.set_marks([(0, 4, "high")])
    asked: list[tuple[int, int]] = []
    field.mark_activated.connect(lambda start, end: asked.append((start, end)))
    field.setFocus()
    QTest.keyClick(field, Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    cursor = field.textCursor()
    cursor.setPosition(2)
    place = field.cursorRect(cursor).center()
    QTest.mouseClick(field.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked == [(0, 4), (0, 4)]
    field.replace_span(0, 4, "这条要求是为了资金安全")
    assert field.value() == "这条要求是为了资金安全，请等。"
    field.undo()
    assert field.value() == "这是规定，请等。"


def test_a_moment_is_typed_as_it_is_said(bench: Bench, qtbot: QtBot) -> None:
    field = DateTimeField(lambda: NOW)
    bench.put(field)
    told = heard(field.committed)
    field.setFocus()
    QTest.keyClicks(field, "1026")
    bench.elsewhere.setFocus()
    assert told == [datetime.fromisoformat("2026-11-21T10:26")]
    assert field.text() == "2026-11-21 10:26"
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "99:99")
    bench.elsewhere.setFocus()
    assert len(told) == 1
    assert field.property("problem") == "true"
    assert field.text() == "99:99"
    field.setFocus()
    field.clear()
    field.textEdited.emit("")
    bench.elsewhere.setFocus()
    assert told[1:] == [None]
    assert field.property("problem") == "false"


def test_a_choice_is_found_by_a_part_of_its_words(bench: Bench, qtbot: QtBot) -> None:
    field = ComboField([("w1", "个人理财 › 代销 › 赎回时效"), ("w2", "银行卡 › ATM 吞卡")])
    bench.put(field)
    told = heard(field.committed)
    field.setFocus()
    field.setEditText("")
    QTest.keyClicks(field, "atm")
    completer = field.completer()
    assert completer is not None
    popup = completer.popup()
    qtbot.waitUntil(popup.isVisible)
    assert popup.model().rowCount() == 1
    QTest.keyClick(popup, Key.Key_Down)
    QTest.keyClick(popup, Key.Key_Return)
    qtbot.waitUntil(lambda: told == ["w2"])
    assert field.currentText() == "银行卡 › ATM 吞卡"
    field.setEditText("没有这一项")
    bench.elsewhere.setFocus()
    assert field.currentText() == "银行卡 › ATM 吞卡"
    assert told == ["w2"]


def test_words_that_only_one_entry_has_choose_it(bench: Bench) -> None:
    field = ComboField([("q", "排队太久"), ("w", "窗口不开"), ("x", "窗口吵闹")])
    bench.put(field)
    told = heard(field.committed)
    for typed, shown in (("排队", "排队太久"), ("窗口", "排队太久"), ("吵", "窗口吵闹")):
        field.setFocus()
        field.setEditText(typed)
        bench.elsewhere.setFocus()
        assert field.currentText() == shown
    assert told == ["q", "x"]


def test_enter_on_words_that_no_entry_has_opens_the_whole_list(bench: Bench) -> None:
    field = ComboField([("q", "排队太久"), ("w", "窗口不开")])
    bench.put(field)
    field.setFocus()
    field.setEditText("等号")
    assert not field.view().isVisible()
    QTest.keyClick(field, Key.Key_Return)
    assert field.view().isVisible()
    field.hidePopup()


def test_search_tells_after_a_pause_and_escape_clears(bench: Bench, qtbot: QtBot) -> None:
    box = SearchBox("编号", "Ctrl K")
    bench.put(box)
    told, left = heard(box.searched), []
    box.left.connect(lambda: left.append(True))
    box.setFocus()
    with qtbot.waitSignal(box.searched, timeout=1000):
        QTest.keyClicks(box, "12378")
    QTest.keyClick(box, Key.Key_Escape)
    assert told == ["12378", ""]
    assert left == []
    QTest.keyClick(box, Key.Key_Escape)
    assert left == [True]


def test_a_label_leads_to_its_field_and_says_it_is_required(bench: Bench, qtbot: QtBot) -> None:
    field = LineField()
    labelled = Labelled("姓名", field, required=True)
    bench.put(labelled)
    bench.elsewhere.setFocus()
    QTest.mouseClick(labelled.label, Qt.MouseButton.LeftButton)
    assert focus() is field
    assert field.accessibleName() == "姓名"
    assert labelled.label.accessibleName() == "姓名，必填"
    labelled.set_note("请核对")
    assert labelled.note() == "请核对"


# Masked values


def test_a_masked_value_is_open_only_while_held(bench: Bench, qtbot: QtBot) -> None:
    value = MaskedValue("138****2207", "13812342207")
    bench.put(value)
    opened: list[bool] = []
    value.revealed.connect(lambda: opened.append(True))
    QTest.mousePress(value, Qt.MouseButton.LeftButton)
    assert value.shown_text() == "13812342207"
    QTest.mouseRelease(value, Qt.MouseButton.LeftButton)
    assert value.shown_text() == "138****2207"
    value.setFocus()
    QTest.keyPress(value, Key.Key_Space)
    assert value.shown_text() == "13812342207"
    bench.elsewhere.setFocus()
    assert value.shown_text() == "138****2207"
    assert opened == [True, True]
    assert "13812342207" not in value.toolTip() + value.accessibleName()


def test_a_masked_value_covers_itself_though_it_is_still_held(bench: Bench, qtbot: QtBot) -> None:
    masked.set_longest(1)
    value = MaskedValue("138****2207", "13812342207")
    bench.put(value)
    opened: list[bool] = []
    value.revealed.connect(lambda: opened.append(True))
    value.setFocus()
    QTest.keyPress(value, Key.Key_Space)
    assert value.shown_text() == "13812342207"
    qtbot.waitUntil(lambda: value.shown_text() == "138****2207", timeout=3000)
    again = QKeyEvent(
        QEvent.Type.KeyPress, Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", autorep=True
    )
    QApplication.sendEvent(value, again)
    assert value.shown_text() == "138****2207"
    assert opened == [True]
    QTest.keyRelease(value, Key.Key_Space)
    QTest.keyPress(value, Key.Key_Space)
    assert value.shown_text() == "13812342207"
    assert opened == [True, True]
    masked.set_longest(10)


# Stepper, table, labels


def test_a_step_is_chosen_by_click_and_key_and_says_what_it_lacks(
    bench: Bench, qtbot: QtBot
) -> None:
    stepper = Stepper(3)
    stepper.show_steps([Step("受理", done=True), Step("信息", missing=2), Step("收尾")], 2)
    bench.put(stepper)
    told = heard(stepper.chosen)
    QTest.mouseClick(stepper.buttons()[2], Qt.MouseButton.LeftButton)
    stepper.buttons()[0].setFocus()
    QTest.keyClick(focus(), Key.Key_Space)
    assert told == [3, 1]
    assert stepper.buttons()[1].accessibleDescription() == "还差 2 项"


def test_a_table_opens_sorts_copies_and_keeps_widths(bench: Bench, qtbot: QtBot) -> None:
    table: TableView[tuple[str, int]] = TableView(
        (
            Column("name", "客户", lambda r: r[0], width=120),
            Column("days", "天数", lambda r: f"{r[1]} 天", sort_key=lambda r: r[1]),
        )
    )
    bench.put(table)
    table.set_rows([("陈**", 10), ("李**", 9), ("周**", 100)])
    opened = heard(table.opened)
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert [row[1] for row in table.rows.rows()] == [9, 10, 100]
    table.setFocus()
    table.selectRow(0)
    QTest.keyClick(table, Key.Key_Down)
    QTest.keyClick(table, Key.Key_Return)
    assert opened == [("陈**", 10)]
    QTest.keyClick(table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "陈**\t10 天"
    told = heard(table.widths_changed)
    table.setColumnWidth(0, 150)
    assert told == [{"name": 150}]
    table.set_rows([("吴**", 1)])
    bench.resize(800, 500)
    assert table.columnWidth(0) == 150


def test_a_row_is_lit_only_while_somebody_works_in_the_table(bench: Bench) -> None:
    table: TableView[str] = TableView((Column("name", "客户", lambda r: r),))
    bench.put(table)
    bench.elsewhere.setFocus()
    table.set_rows(["陈**", "李**"])
    assert table.selectedIndexes() == []
    table.setFocus()
    assert table.current() == "陈**"
    assert table.selectedIndexes()


def test_a_long_label_is_shortened_and_keeps_its_words(bench: Bench) -> None:
    label = ElidedLabel("这一行很长" * 40)
    bench.put(label)
    assert label.is_elided()
    assert label.toolTip() == label.whole_text() == "这一行很长" * 40


def test_every_text_colour_is_legible_on_its_ground() -> None:
    def light(shade: str) -> float:
        parts = [int(shade[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(one: str, two: str) -> float:
        high, low = sorted((light(one), light(two)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    for name in theme.THEMES:
        chosen = theme.tokens(name)
        pairs = [(chosen.strong(tone), chosen.soft(tone)) for tone in theme.TONES]
        grounds = (chosen.card, chosen.ground)
        inks = (chosen.ink, chosen.ink_2, chosen.ink_hint, *map(chosen.strong, theme.TONES))
        pairs += [(ink, ground) for ink in inks for ground in grounds]
        pairs += [(chosen.on_primary, chosen.primary), (chosen.nav_ink, chosen.nav)]
        pairs += [(chosen.primary, chosen.primary_faint), (chosen.ink, chosen.primary_soft)]
        for ink, ground in pairs:
            assert contrast(ink, ground) >= 4.5, (name, ink, ground)


def test_an_answer_that_always_holds_is_confirmed_not_taken_back(qtbot: QtBot) -> None:
    group = ChoiceChips([Choice("self", "本人"), Choice("agent", "代理人")], keeps=True)
    qtbot.addWidget(group)
    told: list[tuple[str, ...]] = []
    group.chosen.connect(told.append)
    group.set_value(["self"])
    group.pick(1)
    assert group.value() == ("self",)
    assert told == []
    group.pick(2)
    assert told == [("agent",)]


def test_chips_keep_the_margins_of_their_group(qtbot: QtBot) -> None:
    group = ChoiceChips([Choice("yes", "是"), Choice("no", "否")])
    qtbot.addWidget(group)
    bare = group.sizeHint()
    layout = group.layout()
    assert layout is not None
    layout.setContentsMargins(3, 4, 5, 6)
    assert group.sizeHint() == bare + QSize(8, 10)
    group.resize(group.sizeHint())
    group.show()
    assert group.chips()[0].geometry().topLeft() == QPoint(3, 4)
    assert layout.heightForWidth(group.width()) == group.height()


def test_a_folded_button_keeps_its_name(qtbot: QtBot) -> None:
    button = Button("报告 PDF", icon="file-text")
    qtbot.addWidget(button)
    whole = button.sizeHint().width()
    button.set_folded(folded=True)
    assert button.sizeHint().width() < whole == button.unfolded_width()
    assert button.toolTip() == button.accessibleName() == "报告 PDF"
    button.set_folded(folded=False)
    assert button.sizeHint().width() == whole
    assert button.toolTip() == ""


def test_the_pane_leaves_the_work_the_greater_part(qtbot: QtBot) -> None:
    left, right = QWidget(), QWidget()
    both = TwoColumns(left, right, pane=600, share=0.4)
    qtbot.addWidget(both)
    both.resize(1290, 400)
    both.show()
    qtbot.waitUntil(lambda: right.width() == 516)
    both.resize(1800, 400)
    qtbot.waitUntil(lambda: right.width() == 600)


@pytest.mark.parametrize("make", [LineField, TextField, partial(DateTimeField, datetime.now)])
def test_a_field_that_is_destroyed_with_the_focus_in_it_tells_nothing(
    qtbot: QtBot, make: Callable[[], QWidget]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    form = QWidget()
    field = make()
    box = QVBoxLayout(window)
    box.addWidget(form)
    QVBoxLayout(form).addWidget(field)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    field.setFocus()
    QTest.keyClicks(field, "12")
    with qtbot.captureExceptions() as raised:
        shiboken6.delete(form)
    assert raised == []


def test_a_notice_is_as_high_as_its_words(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 400)
    window.show()
    for length in range(14, 40):
        toast = Toast(window, "字" * length)
        toast.show()
        toast.fit()
        words = toast.findChild(Text)
        assert words is not None
        QCoreApplication.sendPostedEvents()
        assert words.height() >= words.heightForWidth(words.width())
        toast.leave()


@pytest.mark.qt_log_ignore("Keyboard event not accepted", extend=True)
def test_enter_is_a_click_on_every_button(qtbot: QtBot) -> None:
    clicks: list[str] = []
    for button in (Button("升级"), DoorButton("受理", "五步", "circle-plus"), StepButton(1)):
        qtbot.addWidget(button)
        button.clicked.connect(partial(clicks.append, type(button).__name__))
        QTest.keyClick(button, Qt.Key.Key_Return)
        QTest.keyClick(button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        button.setEnabled(False)
        QTest.keyClick(button, Qt.Key.Key_Enter)
    assert clicks == ["Button", "DoorButton", "StepButton"]
