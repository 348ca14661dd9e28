"""Figures 数据: what head office counts of all branches, what rises, and who is silent."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.hub_figures import Axis, Line, Question
from desk.i18n import _, ngettext
from desk.services import hub_statistics, hub_status
from desk.services.hub_statistics import Absent
from desk.services.session import Session
from desk.ui import theme
from desk.ui.administration.rooms import RoomPage
from desk.ui.hub import figures_rows as rows
from desk.ui.hub import figures_words as words
from desk.ui.hub.figures_question import Asking, ask_months
from desk.ui.hub.figures_rows import CaseBehind, Counted, NamedLine, Risen
from desk.ui.hub.figures_sheets import CasesSheet, ExportSheet
from desk.ui.hub.figures_table import FigureBoard
from desk.ui.jobs import SLOW_MS
from desk.ui.ledger.pills import PillRow
from desk.ui.task_sheet import refusal
from desk.ui.widgets import layouts
from desk.ui.widgets.busy import BusyBar
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card, EmptyState
from desk.ui.widgets.labels import ElidedLabel
from desk.ui.widgets.table import TableView
from desk.ui.work import Work

ROOM = "figures"
T = TypeVar("T")


class FiguresPage(RoomPage):
    """What is asked above; below it the figures, what rises, or who is silent."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, ROOM, _("Figures"))
        self._round = 0
        self._counted: Counted | None = None
        self._compared: Question | None = None
        self.asking = Asking(work.now)
        views = [("figures", _("Figures")), ("rising", _("What rises"))]
        if work.may("manage_branch") and work.may("exchange"):
            views.append(("silent", _("Silent branches")))
        self.views = PillRow(views)
        self.views.setObjectName("figures_views")
        self.views.setAccessibleName(_("View"))
        self.state = ElidedLabel("", "table", "ink_2")
        self.state.setObjectName("figures_state")
        self.cases = Button(_("Cases…"), icon="list", keys="↵")
        self.cases.setObjectName("figures_show_cases")
        self.export = Button(_("Export…"), icon="download", kind="primary", keys="Ctrl E")
        self.export.setObjectName("figures_save")
        self.export.setVisible(work.may("export"))
        self.busy = BusyBar()
        self.board = FigureBoard()
        self.rising: TableView[Risen] = TableView(words.rising_columns())
        self.rising.setObjectName("figures_rising")
        self.rising.setAccessibleName(_("What rises"))
        self.silent: TableView[Absent] = TableView(words.silent_columns())
        self.silent.setObjectName("figures_silent")
        self.silent.setAccessibleName(_("Silent branches"))
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MS)
        self._stack = QStackedWidget()
        self.empties = _empties()
        self._arrange()
        self._connect()

    @override
    def help_text(self) -> tuple[str, ...]:
        return (
            _(
                "The complaints of all branches are counted here by one thing or two, of the "
                "months in which they were received. What the latest files brought is in it."
            ),
            _(
                "Enter on a line lists its cases and tells all its figures; so does the line "
                "below that holds all together. A click on a heading sorts; Ctrl+C copies the "
                "chosen lines."
            ),
            _(
                "What rises is compared with as many months right before. Silent is a branch of "
                "which nothing came for {days} days, or whose files left gaps; Enter on it leads "
                "to the head office page."
            ).format(days=hub_status.SILENT_DAYS),
            _(
                "Ctrl+E saves the figures as Excel or PDF, and the ready forms of a quarter: the "
                "quarterly statistics and the complaint ledger. Each export is recorded."
            ),
        )

    @override
    def on_shown(self) -> None:
        self.refresh()
        self.board.table.setFocus()

    def refresh(self) -> None:
        """Ask anew what the chosen view shows."""
        {"figures": self._count, "rising": self._compare, "silent": self._look}[
            self.views.value()
        ]()

    def _arrange(self) -> None:
        side = theme.px(16)
        head = QVBoxLayout()
        head.setContentsMargins(side, theme.px(14), side, theme.px(6))
        head.setSpacing(theme.px(10))
        head.addWidget(self.asking)
        line = layouts.row(self.views, gap=12)
        line.addWidget(self.state, 1)
        line.addWidget(self.cases)
        line.addWidget(self.export)
        head.addLayout(line)
        card = Card(margin=0)
        card.body.setContentsMargins(1, 0, 1, theme.px(2))
        card.body.setSpacing(0)
        card.body.addLayout(head)
        card.add(self.busy)
        for table in (self.rising, self.silent):
            table.setProperty("ring_off", True)
            table.show_whole_words()
        for widget in (self.board, self.rising, self.silent, *self.empties.values()):
            self._stack.addWidget(widget)
        card.add(self._stack, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(theme.px(20), side, theme.px(20), side)
        outer.addWidget(card)

    def _connect(self) -> None:
        self.asking.changed.connect(self.refresh)
        self.asking.months_wanted.connect(lambda: ask_months(self.asking, self.work, self._host()))
        self.views.chosen.connect(lambda _view: self._turn())
        self._slow.timeout.connect(self._say_counting)
        self.board.opened.connect(self._open_line)
        self.rising.opened.connect(self._open_risen)
        self.silent.opened.connect(lambda _branch: self.work.go("hub"))
        self.cases.clicked.connect(self._open_chosen)
        self.export.clicked.connect(self._ask_export)
        self.empties["fault"].chosen.connect(self.refresh)
        QShortcut(QKeySequence("Ctrl+E"), self).activated.connect(self.export.click)

    def _turn(self) -> None:
        """Another view."""
        self.asking.setEnabled(self.views.value() != "silent")
        self.refresh()

    def _count(self) -> None:
        asked = self.asking.asked()
        self._ask(lambda session: rows.counted(session, asked), self._show_counted)

    def _compare(self) -> None:
        asked, by = self.asking.asked(), self.asking.axes()[0]
        axis: Axis = "cause" if by == "month" else by
        if not asked.since:
            self._round += 1
            self._settle()
            self._show("period", _("From the first file on"))
            return

        def done(found: tuple[Risen, ...]) -> None:
            self._compared = asked
            self.rising.set_rows(found)
            self._show("rising" if found else "no_rise", words.compared(asked, axis))

        self._ask(lambda session: rows.risen(session, asked, axis), done)

    def _look(self) -> None:
        def done(found: tuple[Absent, ...]) -> None:
            self.silent.set_rows(found)
            told = ngettext("{n} branch", "{n} branches", len(found)).format(n=len(found))
            self._show("silent" if found else "all_sent", told if found else "")

        self._ask(hub_statistics.absent, done)

    def _ask(self, task: Callable[[Session], T], done: Callable[[T], None]) -> None:
        """Ask the store; an answer that another question has overtaken is dropped."""
        self._round += 1
        number = self._round
        self._slow.start()

        def settled(found: T) -> None:
            if number == self._round:
                self._settle()
                done(found)

        def failed(error: Exception) -> None:
            if number == self._round:
                self._settle()
                self._show_fault(error)

        self.work.read(task, settled, owner=self, failed=failed)

    def _say_counting(self) -> None:
        self.busy.set_busy(busy=True)
        self.state.set_text(_("Counting…"))

    def _settle(self) -> None:
        self._slow.stop()
        self.busy.set_busy(busy=False)

    def _show_counted(self, found: Counted) -> None:
        self._counted = found
        self.asking.offer(found.found.tree)
        asked = found.found.asked
        self.board.show_figures(asked.by, found.lines, found.total)
        told = words.summary(asked, found.total.line, len(found.lines))
        self._show("figures" if found.lines else "none", told)

    def _show_fault(self, error: Exception) -> None:
        self._counted = None
        fault = self.empties["fault"]
        fault.hint.setText(refusal(error))
        self._show("fault", "")

    def _show(self, what: str, told: str) -> None:
        """Show a table, or why there is none; the focus stays where something is."""
        tables: dict[str, QWidget] = {
            "figures": self.board,
            "rising": self.rising,
            "silent": self.silent,
        }
        had_focus = self._stack.isAncestorOf(QApplication.focusWidget() or self)
        shown = tables.get(what) or self.empties[what]
        self._stack.setCurrentWidget(shown)
        if had_focus:
            (self.board.table if shown is self.board else shown).setFocus()
            if what not in tables:
                self.views.setFocus()
        self.state.set_text(told)
        self.cases.setEnabled(what in {"figures", "rising"})
        self.cases.setVisible(self.views.value() != "silent")
        self.export.setEnabled(self._counted is not None and self.work.may("export"))

    def _open_chosen(self) -> None:
        if self.views.value() == "rising":
            self._open_risen(self.rising.current())
        else:
            self._open_line(self.board.table.current())

    def _open_line(self, one: object) -> None:
        if not isinstance(one, NamedLine) or self._counted is None:
            return
        asked = self._counted.found.asked
        if not one.line.keys:  # all together
            asked = Question((), asked.since, asked.until, asked.under)
        self._list(asked, one.line.keys, " · ".join(filter(None, one.names)), one.line)

    def _open_risen(self, one: object) -> None:
        asked = self._compared
        if isinstance(one, Risen) and asked is not None:
            by = Question((one.axis,), asked.since, asked.until, asked.under)
            self._list(by, (one.rise.key,), one.name)

    def _list(
        self, asked: Question, keys: tuple[str, ...], title: str, line: Line | None = None
    ) -> None:
        """The cases behind a figure, over the page."""
        if self._counted is None:
            return
        tree = self._counted.found.tree
        told = words.when_where(asked, tree)

        def done(found: tuple[CaseBehind, ...]) -> None:
            CasesSheet(title, told, found, line).open_over(self._host())

        self.work.read(lambda session: rows.behind(session, asked, keys, tree), done, owner=self)

    def _ask_export(self) -> None:
        found = self._counted
        if found is None:
            return
        sheet = ExportSheet(self.work, found.found)
        sheet.saved.connect(self.work.notices.done)
        sheet.open_over(self._host())

    def _host(self) -> QWidget:
        window = self.window()
        return window.findChild(QWidget, "shell") or window


def _empties() -> dict[str, EmptyState]:
    """What stands where there is nothing to show, by why."""
    made = {
        "none": EmptyState(
            "chart-column",
            _("No complaints in this period."),
            _("Choose a longer period or all branches; what branches sent is in it at once."),
        ),
        "no_rise": EmptyState(
            "trending-up",
            _("Nothing rose"),
            _("What is told here came at least five times, and more often than before."),
        ),
        "period": EmptyState(
            "calendar",
            _("Please choose a period"),
            _("What rises is told against as many months right before."),
        ),
        "all_sent": EmptyState(
            "badge-check",
            _("Every branch has sent its files"),
            _("None is silent, and no file is missing."),
        ),
        "fault": EmptyState("triangle-alert", _("This could not be counted"), " ", _("Try again")),
    }
    for why, one in made.items():
        one.setObjectName(f"figures_{why}")
    return made
