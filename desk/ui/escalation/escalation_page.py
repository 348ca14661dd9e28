"""The escalation of a case: why, checklists, who answers for what, and the legal limit."""

from collections.abc import Callable, Mapping
from datetime import datetime

import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.calendars import WorkingCalendar
from desk.domain.engine import CaseView, ListView
from desk.domain.escalation import status_of
from desk.domain.events import Value
from desk.i18n import _, language
from desk.services import cases, escalations, limits
from desk.services.approvals import Approval
from desk.services.item_marks import ItemMark, item_marks
from desk.services.session import Session
from desk.ui import theme
from desk.ui.approval_sheet import with_approval
from desk.ui.cases.case_page import CasePage
from desk.ui.escalation.checklist_card import ChecklistCard
from desk.ui.escalation.clock_card import ClockCard
from desk.ui.escalation.matrix_card import MatrixCard
from desk.ui.escalation.sheets import AgreeSheet, DaysSheet, ExtendSheet, StopSheet, TransferSheet
from desk.ui.escalation.why_card import WhyCard
from desk.ui.task_sheet import ReasonSheet, TaskSheet, refusal
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.layouts import ScrollColumn, TwoColumns
from desk.ui.work import Work

_PANE = 436
_HEADER_FROM = 1100
"""Below this width (standard pixels) the button for an extension is found in the menu only."""


class EscalationPage(CasePage):
    """Reasons and checklists on the left; responsibility and time on the right."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, _("Escalation"))
        self._chosen = ""
        self._focus_next = True
        self._marks: Mapping[str, ItemMark] = {}
        self._source = Chip("", "red", "landmark")
        self.header_left.insert(1, self._source)
        self._make_header()
        self.why = WhyCard()
        calendar = WorkingCalendar(work.pack.clocks.years, work.pack.clocks.hours)
        self.checklist = ChecklistCard(work.pack, calendar)
        self._is_large = theme.now().scale > 1
        self.matrix = MatrixCard(work.pack.matrix, scrolls=not self._is_large)
        self.clock = ClockCard()
        self._arrange()
        self._connect()

    def _make_header(self) -> None:
        self.back = Button(icon="arrow-left", keys="Esc")
        self.back.setObjectName("back_to_intake")
        self.back.setAccessibleName(_("Back to intake"))
        self.back.setToolTip(_("Back to intake"))
        self.back.clicked.connect(self._go_back)
        self.extend = Button(_("Extend"), icon="calendar-plus")
        self.extend.setObjectName("extend")
        self.extend.clicked.connect(self._ask_extension)
        self.limits = Button(_("Time limit"), icon="calendar-clock", trailing="chevron-down")
        self.limits.setObjectName("limits")
        menu = QMenu(self.limits)
        entries = (
            ("extend", _("Ask for more time…"), "calendar-plus", self._ask_extension),
            ("stop", _("Stop: appraisal or mediation…"), "pause", self._ask_stop),
            ("resume", _("Go on counting"), "play", self._ask_resume),
            ("new_facts", _("New facts arrived…"), "file-plus", self._ask_new_facts),
            ("agree", _("A date agreed with the customer…"), "handshake", self._ask_agreed),
        )
        self._limit_actions: dict[str, QAction] = {}
        for key, words, icon, act in entries:
            action = menu.addAction(theme.icon(icon, "ink_2", 16), words)
            action.setObjectName(f"limit_{key}")
            action.triggered.connect(act)
            self._limit_actions[key] = action
        self.limits.setMenu(menu)
        self.header_right = [self.back, self.limits, self.extend, self.report]

    def _arrange(self) -> None:
        gap = theme.px(13)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addWidget(self.why)
        column.addWidget(self.checklist, 1)
        right = self._make_right(gap)
        box = QHBoxLayout(self)
        box.setContentsMargins(theme.px(20), gap, theme.px(20), gap)
        box.addWidget(TwoColumns(left, right, pane=_PANE, share=0.38, gap=16))

    def _make_right(self, gap: int) -> QWidget:
        if self._is_large:  # what does not fit scrolls as a whole, the time limit first
            column = ScrollColumn(gap=13, margin=0)
            column.add(self.clock)
            column.add(self.matrix)
            return column
        right = QWidget()
        box = QVBoxLayout(right)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(gap)
        box.addWidget(self.matrix, 1)
        box.addWidget(self.clock)
        return right

    def _connect(self) -> None:
        self.why.compared.connect(
            lambda: TransferSheet(self.work.pack.matrix.transfers).open_over(self.window())
        )
        self.checklist.toggled.connect(self._toggle)
        self.checklist.put_aside.connect(self._ask_aside)
        self.checklist.begun.connect(self._begin)
        self.checklist.chosen.connect(self._choose)
        self.checklist.consulted.connect(self.work.consult)
        self.matrix.found.connect(self._set_finding)
        self.clock.why_asked.connect(self._show_days)
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Esc"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._go_back)

    def help_text(self) -> tuple[str, ...]:
        """What this page is for and which keys act here."""
        return (
            _("Why this case needs more than the counter, what to do by when, and by whom."),
            _("↑ and ↓ move in the checklist, Space ticks, Del says that an item does not apply."),
            _("An item is never deleted. Those with a lock are settled before the case is closed."),
            _("Ctrl+Enter or Esc goes back to intake."),
        )

    def show_case(self, case: str) -> None:
        """Show the escalation of a case."""
        if case != self.case:
            self._chosen = ""
            self._marks = {}
            self._focus_next = True
        super().show_case(case)

    def on_shown(self) -> None:
        """Place the focus on what is to be done next."""
        self._focus_next = True
        super().on_shown()
        if self.view is not None:
            self.show_view(self.view)

    def show_view(self, view: CaseView) -> None:
        """Show everything about the escalation of the case."""
        closed = view.case.status == "closed"
        code = self.work.pack.codes.code(view.case.text("source"))
        is_transfer = code is not None and code.transfer
        if is_transfer:
            self._where.hide()  # the source says more
        self._source.setVisible(is_transfer)
        self._source.set_chip(self.option("source"), "red", "landmark")
        self.why.show_lists(view.lists, is_transfer=is_transfer)
        fixed = closed or not self.work.may("decide_cases", view.case)
        self.matrix.show_case(view.case, view.cell, closed=fixed)
        self.clock.show_case(view)
        self._show_limits(view, closed=fixed)
        self._show_lists(view)
        self._place_focus()
        case = self.case
        self.work.read(
            lambda session: item_marks(session, case),
            lambda marks: self._take_marks(case, marks),
            owner=self,
        )

    def _take_marks(self, case: str, marks: Mapping[str, ItemMark]) -> None:
        if case == self.case and self.view is not None and marks != self._marks:
            self._marks = marks
            self._show_lists(self.view)

    def _show_lists(self, view: CaseView) -> None:
        lists = sorted(view.lists, key=_urgency)
        if self._chosen not in {found.checklist.key for found in lists}:
            self._chosen = lists[0].checklist.key if lists else ""
        closed = view.case.status == "closed" or not self.work.may("work_cases", view.case)
        self.checklist.show_lists(lists, self._chosen, self._marks, view.now, closed=closed)

    def _show_limits(self, view: CaseView, *, closed: bool) -> None:
        clock = view.clock
        runs = clock is not None and clock.state in ("running", "overdue", "stopped") and not closed
        stopped = clock is not None and clock.state == "stopped"
        self.extend.setEnabled(runs)
        self.limits.setEnabled(runs)
        self._share_room()
        self._limit_actions["stop"].setVisible(not stopped)
        self._limit_actions["resume"].setVisible(stopped)

    def _place_focus(self) -> None:
        if self._focus_next and self.isVisible():
            self._focus_next = False
            self.checklist.take_focus()

    # Checklists

    def _choose(self, key: str) -> None:
        self._chosen = key
        if self.view is not None:
            self._show_lists(self.view)

    def _begin(self, key: str) -> None:
        case = self.case
        self._chosen = key
        self._focus_next = True
        self.change(lambda session: escalations.start(session, case, key))

    def _toggle(self, checklist: str, item: str) -> None:
        if self.view is None:
            return
        case = self.case
        started = self.view.case.checklists.get(checklist)
        if status_of(started, item) == "open":
            self.change(lambda session: escalations.mark_done(session, case, checklist, item))
            return
        sheet = ReasonSheet(
            _("Open this item again?"),
            self._item_words(checklist, item),
            _("Open again"),
            _("For example: ticked by mistake"),
        )
        sheet.given.connect(
            lambda reason: self._settle(
                sheet,
                lambda session: escalations.reopen(session, case, checklist, item, reason),
            )
        )
        sheet.open_over(self.window())

    def _ask_aside(self, checklist: str, item: str) -> None:
        case = self.case
        sheet = ReasonSheet(
            _("This item does not apply?"),
            self._item_words(checklist, item),
            _("Does not apply"),
            _("For example: the customer left before it could be done"),
        )
        sheet.given.connect(
            lambda reason: self._settle(
                sheet,
                lambda session: escalations.set_aside(session, case, checklist, item, reason),
            )
        )
        sheet.open_over(self.window())

    def _item_words(self, checklist: str, item: str) -> str:
        found = self.work.pack.checklist(checklist)
        entry = found.item(item) if found else None
        return entry.text.of(language()) if entry else ""

    def _settle(self, sheet: TaskSheet, task: Callable[[Session], CaseView]) -> None:
        """Do what a sheet asked for; it closes when that is stored and says why when it is not."""
        self.work.write(
            self.case,
            task,
            lambda view: self._stored(sheet, view),
            owner=self,
            failed=lambda error: self._refused(sheet, error),
        )

    def _stored(self, sheet: TaskSheet, view: CaseView) -> None:
        if shiboken6.isValid(sheet):
            sheet.dismiss()
        self.take(view)

    def _refused(self, sheet: TaskSheet, error: Exception) -> None:
        if shiboken6.isValid(sheet) and sheet.isVisible():
            sheet.show_problem(refusal(error))
        else:
            self.work.notices.show_failure(error)

    # Findings and limits

    def _set_finding(self, field: str, value: Value) -> None:
        case = self.case
        self.change(lambda session: cases.set_field(session, case, field, value))

    def _ask_extension(self) -> None:
        view = self.view
        if view is None or view.clock is None:
            return
        case, rules = self.case, self.work.pack.clocks
        rule = rules.rule(view.clock.kind, view.clock.started_at.date())
        if rule is None:
            return
        agreed = any(mark.key == "due_agreed" for mark in view.marks)
        sheet = ExtendSheet(rule, view.clock, rules.approvers, self.work.now, is_agreed=agreed)

        def record(level: str, approver: str, told: datetime | None) -> None:
            def extend(session: Session, approval: Approval | None) -> CaseView:
                return limits.extend(
                    session, case, level, approver=approver, told_at=told, approval=approval
                )

            with_approval(
                self.work,
                self,
                extend,
                case,
                lambda stored: self._stored(sheet, stored),
                failed=lambda error: self._refused(sheet, error),
            )

        sheet.given.connect(record)
        sheet.open_over(self.window())

    def _ask_stop(self) -> None:
        case, sheet = self.case, StopSheet()
        sheet.given.connect(
            lambda reason: self._settle(sheet, lambda session: limits.stop(session, case, reason))
        )
        sheet.open_over(self.window())

    def _ask_resume(self) -> None:
        case = self.case
        self.work.notices.confirm(
            _("Go on counting?"),
            _("The appraisal or mediation is over. Today does not count, tomorrow does."),
            _("Resume"),
            lambda: self.change(lambda session: limits.resume(session, case)),
        )

    def _ask_new_facts(self) -> None:
        case = self.case
        self.work.notices.confirm(
            _("New facts or reasons arrived?"),
            _("The limit begins anew today, at 15 days. Repeating the same is no new fact."),
            _("Begin anew"),
            lambda: self.change(lambda session: limits.new_facts(session, case)),
        )

    def _ask_agreed(self) -> None:
        case, sheet = self.case, AgreeSheet(self.work.now)
        sheet.given.connect(
            lambda day: self._settle(sheet, lambda session: limits.agree(session, case, day))
        )
        sheet.open_over(self.window())

    def _show_days(self) -> None:
        if self.view is not None and self.view.clock is not None:
            DaysSheet(self.view.clock, self.view.now.date()).open_over(self.window())

    def _go_back(self) -> None:
        self.work.go("intake", self.case)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._share_room)

    def _share_room(self) -> None:
        """Large text leaves less room: the header keeps to its menu."""
        self.extend.setVisible(self.width() >= theme.px(_HEADER_FROM))


def _urgency(view: ListView) -> tuple[bool, bool, bool]:
    """Red ones first, then those begun and not finished, then those that wait to begin."""
    finished = view.started is not None and view.settled == view.total
    return finished, not view.checklist.red, view.started is None
