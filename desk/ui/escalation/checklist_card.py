"""The checklists of a case: one at a time, by phase, with what never to do below."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.calendars import WorkingCalendar
from desk.domain.content import Pack
from desk.domain.engine import ListView
from desk.domain.escalation import PHASES, Checklist, Phase, due_at, status_of
from desk.i18n import N_, _, language
from desk.services.item_marks import ItemMark
from desk.services.knowledge import sheets_for
from desk.ui import theme
from desk.ui.escalation.item_row import ItemRow, ItemState
from desk.ui.widgets import painting
from desk.ui.widgets.buttons import Button, clicked_by_enter
from desk.ui.widgets.cards import Card, EmptyState
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text
from desk.ui.widgets.layouts import FlowLayout, ScrollColumn, row
from desk.ui.widgets.progress import SlimBar

_PHASE_NAMES: Mapping[Phase, str] = {
    "now": N_("Right away"),
    "minutes": N_("Within minutes"),
    "today": N_("On the same day"),
    "later": N_("After that"),
}

ON_ONE_PAGE = "E11"
"""The paper of the one-page table for every escalation."""
_NEVER_FROM = 340
_WORDS_FROM = 560
"""Below this width (standard pixels) the button for other checklists is its icon."""


class ListTab(QAbstractButton):
    """The name of a checklist with how far it is; the one shown is underlined."""

    def __init__(self, view: ListView, *, current: bool) -> None:
        super().__init__()
        self.key = view.checklist.key
        self._is_red = view.checklist.red
        self.setObjectName(f"list_{self.key}")
        name = view.checklist.title.of(language())
        count = f"{view.settled}/{view.total}" if view.started else _("not begun")
        self.setText(name)
        self._count = count
        self._waits = view.started is None
        self.setCheckable(True)
        self.setChecked(current)
        self.setAccessibleName(f"{name} {count}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not clicked_by_enter(self, event):
            super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        chosen = theme.now()
        wide = painting.text_width(self.text(), chosen.text_table, strong=True)
        wide += painting.text_width(self._count, chosen.text_hint) + theme.px(26)
        return QSize(wide + (theme.px(19) if self._is_red else 0), theme.px(30))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        chosen = theme.now()
        on = self.isChecked()
        fill, edge = ("primary_soft", "primary") if on else ("card", "line")
        if self.underMouse() and not on:
            fill = "ground"
        painting.fill_round(
            painter, self.rect(), chosen.radius, theme.colour(fill), theme.colour(edge)
        )
        box = self.rect().adjusted(theme.px(10), 0, -theme.px(8), 0)
        if self._is_red:
            mark = QRect(box.left(), 0, theme.px(15), self.height())
            painting.draw_icon(painter, mark, "siren", "red", 15)
            box.setLeft(mark.right() + theme.px(4))
        role = "primary" if on else "ink"
        painting.draw_text(painter, box, self.text(), chosen.text_table, role, strong=on)
        tone = "amber" if self._waits else "ink_hint"
        painting.draw_text(painter, box, self._count, chosen.text_hint, tone, align=painting.RIGHT)


class ChecklistCard(Card):
    """One checklist at work; the others a tab away, every one of the pack in a menu.

    `toggled` and `put_aside` tell (checklist, item), `begun` a checklist to start, `chosen` the
    one to look at.
    """

    toggled = Signal(str, str)
    put_aside = Signal(str, str)
    begun = Signal(str)
    chosen = Signal(str)
    consulted = Signal(str)

    def __init__(self, pack: Pack, calendar: WorkingCalendar) -> None:
        super().__init__(_("Checklist"))
        self._pack = pack
        self._calendar = calendar
        self._owners = {role.key: role.name for role in pack.roles}
        self._shown: Checklist | None = None
        self._below: NeverFold | None = None
        self.rows: list[ItemRow] = []
        self.setObjectName("checklist_card")
        self.body.setContentsMargins(theme.px(13), theme.px(2), theme.px(10), theme.px(8))
        self.body.setSpacing(theme.px(4))
        self._bar = SlimBar(width=110)
        self.count = Text("", "hint", "ink_2")
        self.count.setObjectName("list_count")
        for widget in (self._bar, self.count):
            self.add_beside_title(widget)
        self.others = Button(_("Other checklists"), icon="plus", kind="quiet")
        self.others.setObjectName("other_lists")
        self.others.setFixedHeight(theme.px(26))
        self.others.setMenu(QMenu(self.others))
        self.papers = Button(_("Sheets to this"), icon="table", kind="quiet")
        self.papers.setObjectName("list_papers")
        self.papers.setFixedHeight(theme.px(26))
        self.papers.setMenu(QMenu(self.papers))
        self.add_action(self.papers)
        self.add_action(self.others)
        self._tabs = QWidget()
        self._tab_flow = FlowLayout(self._tabs, 6)
        self._tabs.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(2))
        self.add(self._tabs)
        self.add(self._make_starter())
        self._list = ScrollColumn(gap=0, margin=3)
        self.body.addWidget(self._list, 1)
        self._never = NeverFold()
        self.add(self._never)

    def _make_starter(self) -> QWidget:
        self._starter = Card(kind="amber", margin=10)
        self._purpose = Text("", "table", "ink", wrap=True)
        self.start = Button(_("Begin this checklist"), icon="play", kind="primary")
        self.start.setObjectName("start_list")
        self.start.clicked.connect(self._begin)
        line = row(IconLabel("hourglass", "amber", 18), gap=10)
        line.addWidget(self._purpose, 1)
        line.addWidget(self.start)
        self._starter.body.addLayout(line)
        return self._starter

    def _begin(self) -> None:
        if self._shown is not None:
            self.begun.emit(self._shown.key)

    def show_lists(
        self,
        lists: Sequence[ListView],
        current: str,
        marks: Mapping[str, ItemMark],
        now: datetime,
        *,
        closed: bool,
    ) -> None:
        """Show the checklists called for or begun; `current` is the key of the one at work."""
        self._show_tabs(lists, current)
        self._show_others(lists, closed=closed)
        view = next((found for found in lists if found.checklist.key == current), None)
        if view is None:
            self._show_none()
            return
        checklist = view.checklist
        if self._shown is not checklist:
            self._shown = checklist
            self._build(checklist)
        self.set_title(checklist.title.of(language()), checklist.report_to.of(language()))
        self._bar.show()
        self._bar.set_share(view.settled / view.total if view.total else 0.0)
        self.count.setText(f"{view.settled} / {view.total}")
        self._starter.setVisible(view.started is None)
        self._purpose.setText(
            _("Not begun yet. {purpose}").format(purpose=checklist.purpose.of(language()))
        )
        self.start.setEnabled(not closed)
        self._show_rows(view, marks, now, enabled=view.started is not None and not closed)

    def _show_rows(
        self, view: ListView, marks: Mapping[str, ItemMark], now: datetime, *, enabled: bool
    ) -> None:
        started = view.started
        begun = datetime.fromisoformat(started.at) if started and started.at else None
        for line in self.rows:
            item = line.item
            mark = started.items.get(item.key) if started else None
            owner = self._owners.get(item.owner)
            state = ItemState(
                status=status_of(started, item.key),
                owner=owner.of(language()) if owner else item.owner,
                due=due_at(item, begun, self._calendar) if begun else None,
                begun=started is not None,
                reason=(mark.reason or "") if mark else "",
                mark=marks.get(item.key),
            )
            line.show_state(state, now, enabled=enabled)

    def _build(self, checklist: Checklist) -> None:
        self._list.clear()
        self.rows = []
        for phase in PHASES:
            items = [item for item in checklist.items if item.phase == phase]
            if not items:
                continue
            head = Text(_(_PHASE_NAMES[phase]), "hint", "ink_hint", strong=True)
            head.setContentsMargins(0, theme.px(6), 0, theme.px(1))
            self._list.add(head)
            for item in items:
                line = ItemRow(item)
                line.toggled.connect(lambda key: self.toggled.emit(checklist.key, key))
                line.put_aside.connect(lambda key: self.put_aside.emit(checklist.key, key))
                line.moved.connect(self._moved)
                self.rows.append(line)
                self._list.add(line)
        if self.rows:
            self.rows[0].set_stop(stop=True)
        self._list.verticalScrollBar().setValue(0)
        never = [text.of(language()) for text in checklist.never]
        self._never.show_lines(never)
        self._show_papers(checklist)
        self._below = NeverFold()
        self._below.show_lines(never)
        self._list.add(self._below)
        self._chain()
        self._share_room()

    def _show_papers(self, checklist: Checklist) -> None:
        """The sheets made for this checklist, and the page that has them all."""
        menu = self.papers.menu()
        menu.clear()
        keys = dict.fromkeys(sheets_for(self._pack, checklist.key, ON_ONE_PAGE))
        names = {sheet.key: sheet.title for sheet in self._pack.sheets}
        for key in keys:
            action = menu.addAction(theme.icon("table", "ink_2", 16), names[key].of(language()))
            action.setObjectName(f"read_{key}")
            action.triggered.connect(lambda _on=False, key=key: self.consulted.emit(key))
        self.papers.setVisible(not menu.isEmpty())

    def _chain(self) -> None:
        """Let Tab come through the list where it stands: its lines are made after the page."""
        folds = [fold.fold for fold in (self._never, self._below) if fold is not None]
        before: QWidget = self.start
        for stop in (*self.rows, *folds):
            QWidget.setTabOrder(before, stop)
            before = stop

    def _share_room(self) -> None:
        """What is never done stays in sight, unless large text leaves the items no room."""
        for button in (self.papers, self.others):
            button.set_folded(folded=self.width() < theme.px(_WORDS_FROM))
        roomy = self.height() >= theme.px(_NEVER_FROM)
        self._never.setVisible(roomy and self._shown is not None)
        if self._below is not None:
            self._below.setVisible(not roomy)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._share_room)

    def _show_none(self) -> None:
        self._shown = None
        self._below = None
        self.rows = []
        self._list.clear()
        self.set_title(_("Checklist"))
        self.papers.hide()
        self._bar.hide()
        self.count.setText("")
        self._starter.hide()
        self._never.hide()
        empty = EmptyState(
            "list-checks",
            _("No checklist is called for"),
            _("One can be begun by hand under “Other checklists”."),
        )
        empty.setMinimumHeight(theme.px(240))
        self._list.add(empty)

    def _show_tabs(self, lists: Sequence[ListView], current: str) -> None:
        focused = next(
            (tab.key for tab in self._tabs.findChildren(ListTab) if tab.hasFocus()), None
        )
        while (item := self._tab_flow.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self._tabs.setVisible(len(lists) > 1)
        before: QWidget = self.others
        for view in lists:
            tab = ListTab(view, current=view.checklist.key == current)
            tab.clicked.connect(lambda _on=False, key=tab.key: self.chosen.emit(key))
            self._tab_flow.addWidget(tab)
            QWidget.setTabOrder(before, tab)
            before = tab
            if tab.key == focused:
                tab.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_others(self, lists: Sequence[ListView], *, closed: bool) -> None:
        menu = self.others.menu()
        menu.clear()
        shown = {view.checklist.key for view in lists}
        for checklist in self._pack.checklists:
            if checklist.key in shown:
                continue
            action = menu.addAction(checklist.title.of(language()))
            action.setObjectName(f"begin_{checklist.key}")
            action.setToolTip(checklist.purpose.of(language()))
            action.triggered.connect(lambda _on=False, key=checklist.key: self.begun.emit(key))
        self.others.setEnabled(not closed and not menu.isEmpty())

    def take_focus(self) -> None:
        """Put the focus on the start button, else on the first open item."""
        if self._starter.isVisible():
            self.start.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        waiting = [line for line in self.rows if line.state.status == "open"]
        for line in (waiting or self.rows)[:1]:
            self._focus(line)

    def _moved(self, step: int) -> None:
        here = self.sender()
        if isinstance(here, ItemRow):
            there = self.rows.index(here) + step
            if 0 <= there < len(self.rows):
                self._focus(self.rows[there])

    def _focus(self, line: ItemRow) -> None:
        for other in self.rows:
            other.set_stop(stop=other is line)
        line.setFocus(Qt.FocusReason.TabFocusReason)
        self._list.ensureWidgetVisible(line, 0, theme.px(30))


class NeverFold(QWidget):
    """What is never done, on one line until it is unfolded."""

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), 0)
        card = Card(kind="red", margin=8)
        card.body.setSpacing(theme.px(4))
        self._head = row(IconLabel("circle-x", "red", 17), gap=8)
        self._head.addWidget(Text(_("Never"), "table", "red", strong=True))
        self._short = ElidedLabel("", "table", "ink")
        self._head.addWidget(self._short, 1)
        self.fold = Button(icon="chevron-down", kind="quiet")
        self.fold.setObjectName("fold_never")
        self.fold.setFixedSize(theme.px(30), theme.px(22))
        self.fold.setAccessibleName(_("What is never done"))
        self.fold.clicked.connect(self._turn)
        self._head.addWidget(self.fold)
        card.body.addLayout(self._head)
        self._lines = QWidget()
        self._column = QVBoxLayout(self._lines)
        self._column.setContentsMargins(theme.px(25), 0, 0, 0)
        self._column.setSpacing(theme.px(2))
        self._lines.hide()
        card.add(self._lines)
        box.addWidget(card)

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show other lines."""
        self._short.set_text(_("; ").join(lines))
        while self._column.count():
            gone = self._column.takeAt(0).widget()
            gone.hide()
            gone.deleteLater()
        for words in lines:
            line = QWidget()
            inside = QHBoxLayout(line)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.setSpacing(theme.px(7))
            inside.addWidget(IconLabel("x", "red", 14), 0, Qt.AlignmentFlag.AlignTop)
            inside.addWidget(Text(words, "table", wrap=True), 1)
            self._column.addWidget(line)

    def _turn(self) -> None:
        is_open = self._lines.isHidden()
        self._lines.setVisible(is_open)
        self._short.setVisible(not is_open)
        self.fold.set_icon("chevron-up" if is_open else "chevron-down")
