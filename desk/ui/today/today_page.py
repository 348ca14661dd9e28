"""Today: the way into a new complaint, four figures, open cases by due time, what to look at."""

import dataclasses
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desk.domain.ledger import Count, Filter, TodayView
from desk.domain.outlook import Outlook
from desk.domain.projection import CaseRow
from desk.i18n import _, language
from desk.services import ledger, outlook
from desk.ui import dates, theme
from desk.ui.ledger import presets
from desk.ui.ledger.pills import PillRow
from desk.ui.ledger.presets import Limit
from desk.ui.ledger.table import CaseTable
from desk.ui.ledger.words import CaseWords
from desk.ui.page import Page
from desk.ui.today.side import Side
from desk.ui.today.welcome import Welcome
from desk.ui.widgets.buttons import DoorButton
from desk.ui.widgets.cards import Card, EmptyState, StatCard
from desk.ui.widgets.labels import Text
from desk.ui.work import Work

MINUTE_MS = 60_000
_SETTLE_MS = 120
_COLUMNS = ("number", "name", "summary", "stage", "first", "due")
_BESIDE = 1100
"""From this width on, in standard pixels, the cards stand beside the list; else below it."""
_ROWS_BELOW = 6
_RESTING = {"met", "overdue", "ended"}


class TodayPage(Page):
    """What to do first.

    `new_wanted` asks for a new complaint, `list_wanted` for the ledger with a
    :class:`~desk.domain.ledger.Filter`. Opening a line goes to the intake of its case.
    """

    new_wanted = Signal()
    list_wanted = Signal(object)

    shows_search = True

    def __init__(self, work: Work) -> None:
        now = work.now()
        super().__init__(_("Today"), dates.heading(now.date()))
        self.work = work
        self.words = CaseWords(work.pack, now)
        self._stale = True
        self._reading = False
        self._has_history = False
        self.door = DoorButton(
            _("New complaint"), _("Five steps · about 6 minutes"), "circle-plus", "Ctrl N"
        )
        self.door.setObjectName("new_complaint")
        self.door.clicked.connect(self.new_wanted)
        self.door.setVisible(work.may("open_cases"))
        self.stats: dict[Limit, StatCard] = {}
        self.whose = PillRow((("mine", _("Mine {n}").format(n=0)), ("all", "")))
        self.whose.setObjectName("whose")
        oversees = work.may("approve") or not work.may("work_cases")
        self.whose.set_value("all" if oversees else "mine")
        self.whose.chosen.connect(self.refresh)
        self.table = CaseTable(self.words, _COLUMNS, spare=("first", "stage"))
        self.table.setObjectName("due_table")
        self.table.setAccessibleName(_("By due time"))
        self.table.opened.connect(self._open)
        self.side = Side(self.words)
        self.side.attention.opened.connect(work.go)
        self.side.attention.filtered.connect(self._list_scenario)
        self._lists = QStackedWidget()
        self._empty = EmptyState("circle-check", "", " ")
        self._welcome = Welcome(
            tuple(step.name.of(language()) for step in work.pack.steps),
            may_open=work.may("open_cases"),
        )
        self._welcome.chosen.connect(self.new_wanted)
        self._arrange()
        self._clock = QTimer(self)
        self._clock.setInterval(MINUTE_MS)
        self._clock.timeout.connect(self.refresh)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        work.case_changed.connect(self._heard)

    @override
    def help_text(self) -> tuple[str, ...]:
        return (
            _(
                "The open cases by due time. Arrow keys move, Enter opens a case at its step, "
                "typing a number or a word of the request finds a line, Ctrl+C copies lines."
            ),
            _("The four figures open the list of exactly these cases."),
            _("Names are masked in every list."),
        )

    @override
    def on_shown(self) -> None:
        self._clock.start()
        self.refresh()
        self.table.setFocus()

    @override
    def on_left(self) -> None:
        self._clock.stop()

    def refresh(self) -> None:
        """Read everything again; one reading at a time."""
        self._settle.stop()
        self._stale = True
        if self._reading:
            return
        self._reading, self._stale = True, False
        mine = self.whose.value() == "mine"
        self.work.read(
            lambda session: (ledger.today(session, mine=mine), ledger.count(session, Filter())),
            lambda found: self._take(*found),
            owner=self,
            failed=self._failed,
        )
        self.work.read(outlook.outlook, self._take_outlook, owner=self, failed=self._failed)

    def _arrange(self) -> None:
        side = theme.px(16)
        content = QWidget()
        content.setProperty("scrolled", "true")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, content)
        self._columns.setContentsMargins(theme.px(20), side, theme.px(20), side)
        self._columns.setSpacing(side)
        left = QVBoxLayout()
        left.setSpacing(theme.px(14))
        left.addLayout(self._top())
        self._card = self._list()
        left.addWidget(self._card, 1)
        self._columns.addLayout(left, 1)
        self._columns.addWidget(self.side)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        scroll.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        below = self.width() < theme.px(_BESIDE)
        down, sideways = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(down if below else sideways)
        self.side.set_below(below=below)
        rows = theme.now().row * _ROWS_BELOW + theme.px(80)
        self._card.setMinimumHeight(rows if below else 0)

    def _top(self) -> QHBoxLayout:
        top = QHBoxLayout()
        top.setSpacing(theme.px(12))
        self.door.setMinimumWidth(theme.px(236))
        top.addWidget(self.door)
        stats: tuple[tuple[Limit, str, str], ...] = (
            ("overdue", _("Overdue"), "red"),
            ("today", _("Due today"), "amber"),
            ("soon", _("Due in three days"), "ink"),
            ("approval", _("For approval"), "violet"),
        )
        for key, label, tone in stats:
            card = StatCard(label, tone)
            card.setObjectName(f"stat_{key}")
            card.chosen.connect(self._stat_chosen)
            self.stats[key] = card
            top.addWidget(card, 1)
        return top

    def _list(self) -> Card:
        card = Card(_("By due time"), margin=0)
        card.add_beside_title(self.whose)
        rules = self.work.pack.head.rules_name.of(language())
        card.add_action(Text(_("Limits by {rules}").format(rules=rules), "hint", "ink_hint"))
        self._empty.setObjectName("today_empty")
        for widget in (self.table, self._empty, self._welcome):
            self._lists.addWidget(widget)
        card.body.setContentsMargins(1, 0, 1, theme.px(6))
        card.add(self._lists, 1)
        return card

    def _take(self, view: TodayView, ever: Count) -> None:
        self._has_history = ever.number > 0
        self.words.now = view.now
        self.words.people = view.people
        self.set_title(_("Today"), dates.heading(view.now.date()))
        self._show_figures(view)
        self.whose.set_words("mine", _("Mine {n}").format(n=_count(view.mine.number)))
        more = "+" if view.all.more else ""
        all_words = _("Branch {n}").format(n=f"{_count(view.all.number)}{more}")
        self.whose.set_words("all", all_words)
        rows = in_order(view.due)
        self.table.show_cases(rows)
        self._show_list(view)
        self.side.week.show_week(view.week)

    def _show_figures(self, view: TodayView) -> None:
        figures = view.figures
        today = presets.limit(Filter(), "today", view.now)
        transferred = sum(
            row.clock_state == "running"
            and today.due_from <= row.due_at < today.due_before
            and self._is_transfer(row)
            for row in view.due
        )
        passed_on = _("{n} passed on").format(n=transferred) if transferred else ""
        self.stats["overdue"].set_value(figures.overdue, _("act now") if figures.overdue else "")
        self.stats["today"].set_value(figures.due_today, passed_on)
        self.stats["soon"].set_value(figures.due_soon)
        self.stats["approval"].set_value(figures.waits, _("extensions") if figures.waits else "")

    def _is_transfer(self, row: CaseRow) -> bool:
        code = self.work.pack.codes.code(row.source)
        return code is not None and code.transfer

    def _show_list(self, view: TodayView) -> None:
        if view.due:
            front: QWidget = self.table
        elif view.all.number or self._has_history:
            front = self._empty
            self._empty.title.setText(_("Nothing is open here"))
            self._empty.hint.setText(
                _("The branch has other open cases.")
                if view.all.number
                else _("New complaints show up here.")
            )
        else:
            front = self._welcome
        had_focus = self._lists.currentWidget().hasFocus()
        self._lists.setCurrentWidget(front)
        if had_focus and front is not self.table:
            self.door.setFocus()

    def _take_outlook(self, found: Outlook) -> None:
        self.side.show_outlook(found)
        self._done()

    def _failed(self, error: Exception) -> None:
        self.work.notices.show_failure(error)
        self._done()

    def _done(self) -> None:
        self._reading = False
        if self._stale and self.isVisible():
            self.refresh()

    def _heard(self, _case: str) -> None:
        if self.isVisible():
            self._settle.start()

    def _open(self, row: object) -> None:
        if isinstance(row, CaseRow):
            self.work.go("intake", row.case)

    def _stat_chosen(self) -> None:
        sender = self.sender()
        key = next(key for key, card in self.stats.items() if card is sender)
        asked = presets.limit(Filter(), key, self.words.now)
        if self.whose.value() == "mine":
            asked = dataclasses.replace(asked, handler=self.work.actor.id)
        self.list_wanted.emit(asked)

    def _list_scenario(self, scenario: str, since: str) -> None:
        self.list_wanted.emit(Filter(scenario=scenario, received_from=since))


def in_order(rows: Sequence[CaseRow]) -> tuple[CaseRow, ...]:
    """Cases whose limit runs or is stopped by due time, then those that were answered already."""
    return tuple(sorted(rows, key=lambda row: row.clock_state in _RESTING))


def _count(number: int) -> str:
    return f"{number:,}"
