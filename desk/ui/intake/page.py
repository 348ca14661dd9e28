"""The intake of one case: stepper, the form of a step on the left, the coach on the right."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.engine import CaseView
from desk.domain.events import Value
from desk.domain.intake import fields_of, is_filled, path_of
from desk.domain.permissions import Right
from desk.domain.staff import Person
from desk.domain.wording import WordingChecker
from desk.i18n import _, language
from desk.services import cases, coaching, people
from desk.services.session import Session
from desk.ui import theme
from desk.ui.attachments.attaching import Attaching
from desk.ui.attachments.button import AttachButton
from desk.ui.attachments.door import Door
from desk.ui.cases.case_page import CasePage
from desk.ui.cases.hand_over import HandOverSheet, ask_to_take_over
from desk.ui.cases.looking import LookStrip
from desk.ui.cases.whose import WhoseBanner
from desk.ui.intake.banner import ClosedBanner
from desk.ui.intake.coach import WIDTH, Coach
from desk.ui.intake.foot import FootBar, OpenPoints
from desk.ui.intake.form import StepForm
from desk.ui.intake.groups import ADD_KEYS
from desk.ui.intake.header import ReceptionTimer
from desk.ui.intake.making import Making
from desk.ui.intake.sheets import NoteSheet, WordsSheet
from desk.ui.intake.storing import Storing
from desk.ui.retention import holding
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.layouts import TwoColumns, column
from desk.ui.widgets.progress import Step, Stepper
from desk.ui.widgets.sheet import ConfirmSheet, Sheet
from desk.ui.work import Work


def open_new(work: Work) -> None:
    """Open a new complaint and go to it; the clock of the answer starts now."""

    def opened(view: CaseView) -> None:
        work.case_changed.emit(view.case.id)
        work.go("intake", view.case.id)

    work.write("", cases.open_case, opened, owner=work)


class IntakePage(CasePage):
    """The five steps of one case."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, "")
        self._steps = work.pack.steps
        self._step = 0
        self._people: tuple[Person, ...] = ()
        self._checker: WordingChecker | None = None
        self._said: set[str] = set()
        self._storing = Storing(work, "", self.take)
        self._forms: dict[int, StepForm] = {}
        self.reception = ReceptionTimer(work)
        self.more = Button(icon="ellipsis")
        self.more.setObjectName("header_more")
        self.more.setToolTip(_("More: note, hand over, withdraw"))
        self.more.setAccessibleName(_("More"))
        self.more.clicked.connect(self._open_menu)
        if theme.now().scale > 1.25:  # the words would not fit beside the case
            self.report.setToolTip(self.report.text())
            self.report.setAccessibleName(self.report.text())
            self.report.setText("PDF")
        self.attaching = Attaching(work, self)
        self.attaching.changed.connect(self.refresh)
        self.attached = AttachButton(work, self.attaching)
        self.attached.changed.connect(self.refresh)
        self._door = Door(self, self.attaching)
        self.header_right = [self.reception, self.escalate, self.report, self.attached, self.more]
        self.stepper = Stepper(len(self._steps))
        self.banner = ClosedBanner()
        self.whose = WhoseBanner(work)
        self.looks = LookStrip(work)
        self.stack = QStackedWidget()
        self.points = OpenPoints(work.pack)
        self.foot = FootBar()
        self.coach = Coach(work.pack)
        self._arrange()
        self._connect()
        work.read(lambda session: session.engine.checker, self._take_checker, owner=self)
        work.read(people.everybody, self._take_people, owner=self)

    def _arrange(self) -> None:
        points = QWidget()
        line = column(self.points)
        line.setContentsMargins(theme.px(20), 0, theme.px(20), 0)
        points.setLayout(line)
        left = QWidget()
        inside = column(self.whose, self.banner, self.looks, gap=0)
        inside.addWidget(self.stack, 1)
        inside.addWidget(points)
        inside.addWidget(self.foot)
        left.setLayout(inside)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.stepper)
        box.addWidget(TwoColumns(left, self.coach, pane=WIDTH), 1)

    def _connect(self) -> None:
        self.stepper.chosen.connect(self.turn_to)
        self.banner.reopen.connect(self.ask_reopen)
        self.looks.settled.connect(self.refresh)
        self.whose.take_wanted.connect(self.ask_to_take_over)
        self.whose.pass_wanted.connect(self.ask_hand_over)
        self.foot.back.clicked.connect(lambda: self.turn_to(self._step - 1))
        self.foot.on.clicked.connect(self.go_on)
        self.foot.missing.clicked.connect(self._go_to_missing)
        self.points.wanted.connect(self.go_to)
        self.points.gate.connect(lambda: self.work.go("escalation", self.case))
        self.coach.said.connect(self.mark_said)
        self.coach.assessed.connect(self.assess)
        self.coach.consulted.connect(self._consult)
        self.coach.opened.connect(lambda: self.work.go("escalation", self.case))
        keys: list[tuple[str, Callable[[], None]]] = [
            ("Ctrl+Return", self.go_on),
            ("Ctrl+Enter", self.go_on),
            ("F2", lambda: self.mark_said(self.coach.say.current())),
            ("Ctrl+T", self.assess),
            ("Ctrl+M", self.ask_note),
            ("Esc", self._leave_points),
            (ADD_KEYS, lambda: self.form().add_item()),
        ]
        keys += [(f"Ctrl+{n}", partial(self.turn_to, n)) for n in self._numbers()]
        keys += [(f"Alt+{place + 1}", partial(self.coach.turn_to, place)) for place in range(4)]
        for combination, act in keys:
            QShortcut(QKeySequence(combination), self).activated.connect(act)

    # showing

    @override
    def show_case(self, case: str) -> None:
        if case != self.case:
            self._leave_case()
            self._storing = Storing(self.work, case, self.take)
        super().show_case(case)

    def _leave_case(self) -> None:
        """Store what is still in the fields, then take the forms of the old case away."""
        for form in self._forms.values():
            form.flush()
            self.stack.removeWidget(form)
            form.hide()
            form.deleteLater()
        self._forms = {}
        self._step = 0
        self._said = set()
        self.points.hide()

    @override
    def show_view(self, view: CaseView) -> None:
        first = self._step == 0
        if first:
            self._step = min(max(view.case.step, 1), len(self._steps))
        form = self._form(self._step)
        if self.stack.currentWidget() is not form:
            self.stack.setCurrentWidget(form)
        form.show_view(view)
        self.stepper.show_steps([self._step_state(view, n) for n in self._numbers()], self._step)
        may_close = self.work.may("close_cases", view.case)
        self.foot.show_step(self.work.pack, self._step, view, may_close=may_close)
        self.banner.show_view(view, may_reopen=self.work.may("reopen_cases", view.case))
        self.whose.show_view(view, self.name_of(view.case.handler))
        self.looks.show_view(view)
        self.attaching.case = view.case.id
        self.attached.show_case(view.case)
        self._door.is_open = self._may("work_cases")
        self.coach.show_view(view, read_only=not self._may_work())
        self.reception.show_view(view, len(self._steps))
        if not self.points.isHidden():
            self.points.show_view(view)
        self._show_escalations(view)
        if first:
            self._place_cursor(view)

    def _numbers(self) -> range:
        return range(1, len(self._steps) + 1)

    def _form(self, number: int) -> StepForm:
        form = self._forms.get(number)
        if form is None:
            making = Making(self.work, self._storing, lambda: self._checker, self.name_of)
            form = StepForm(self._steps[number - 1], making)
            form.removed.connect(self._remove_item)
            self._forms[number] = form
            self.stack.addWidget(form)
        return form

    def form(self) -> StepForm:
        """The form at the front."""
        return self._form(max(self._step, 1))

    def _step_state(self, view: CaseView, number: int) -> Step:
        step = self._steps[number - 1]
        lacks = len(view.missing_in(number))
        if view.case.status == "closed":
            return Step(step.name.of(language()), step.aim.of(language()), done=lacks == 0)
        begun = number <= self._step or self._is_begun(view, number) or not self.points.isHidden()
        return Step(
            step.name.of(language()),
            step.aim.of(language()),
            missing=lacks if begun else 0,
            done=lacks == 0,
        )

    def _is_begun(self, view: CaseView, number: int) -> bool:
        """Whether anything was entered in a step beyond what the pack fills in by itself."""
        for at in fields_of(self._steps[number - 1 : number]):
            if at.group is not None:
                if view.case.items(at.group.key):
                    return True
            elif is_filled(view.case.value(at.path)) and at.definition.default is None:
                return True
        return False

    def _show_escalations(self, view: CaseView) -> None:
        count = len(view.lists)
        self.escalate.setText(_("Escalate {n}").format(n=count) if count else _("Escalate"))
        self.escalate.updateGeometry()

    def _place_cursor(self, view: CaseView) -> None:
        """Where the next answer belongs: the first thing missing, else the first field."""
        if not self.isVisible():
            return
        focused = QApplication.focusWidget()
        if isinstance(focused, QWidget) and focused.window() is self.window():
            over = focused.parentWidget()
            while over is not None:
                if isinstance(over, Sheet):
                    return
                over = over.parentWidget()
        lacks = view.missing_in(self._step)
        if not (lacks and self.form().focus_on(lacks[0].field)):
            self.form().focus_first()

    @override
    def on_shown(self) -> None:
        """Read again what may have changed, with the cursor where it was."""
        self.refresh()
        # Qt remembers the widget in the form; the page's own is where the way out began.
        last = self._forms[self._step].focusWidget() if self._step in self._forms else None
        if last is not None and last.isVisible():
            last.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.view is not None:
            self._place_cursor(self.view)

    @override
    def help_text(self) -> tuple[str, ...]:
        """What this place is for, and its keys."""
        return (
            _("The form follows the talk in five steps; they may be filled in any order."),
            _("Ctrl+1 to Ctrl+5 open a step, Ctrl+Enter the next one; digits pick an answer."),
            _("F2 marks the sentence as said and brings the next. Alt+1 to Alt+4 turn the coach."),
            _("Ctrl+T opens the assessment, Ctrl+M the notes, Ctrl+Shift+A adds to a list."),
            _("Files dropped here, or a picture pasted with Ctrl+V, are attached to the case."),
            _("Amber marks in our own words can be replaced with Ctrl+. or a click."),
        )

    # moving

    def turn_to(self, number: int) -> None:
        """Open a step; steps may be opened in any order."""
        if self.view is None or number not in self._numbers() or number == self._step:
            return
        self.form().flush()
        self._step = number
        case, view = self.case, self.view
        self.show_view(view)
        self._place_cursor(view)
        if self._may_work() and view.case.step != number:
            self.change(lambda session: cases.enter_step(session, case, number))

    def go_on(self) -> None:
        """Open the next step; in the last one, close the case."""
        if self._step < len(self._steps):
            self.turn_to(self._step + 1)
        else:
            self.ask_close()

    def go_to(self, number: int, field: str) -> None:
        """Put the cursor into a field of any step."""
        self.turn_to(number)
        self.form().focus_on(field)

    def _leave_points(self) -> None:
        """Close the list of open points; the cursor goes back into the form."""
        if not self.points.isHidden():
            self.points.hide()
            if self.view is not None:
                self._place_cursor(self.view)

    def _go_to_missing(self) -> None:
        lacks = self.view.missing_in(self._step) if self.view is not None else ()
        if lacks:
            self.form().focus_on(lacks[0].field)

    def assess(self) -> None:
        """Open the quick assessment of this case."""
        self.form().flush()
        self.work.go("assessment", self.case)

    def _consult(self, key: str) -> None:
        """Read what the pack says under a key; the way back leads here."""
        self.form().flush()
        self.work.consult(key)

    def mark_said(self, script: str) -> None:
        """Mark a sentence as said; the next one takes its place."""
        case = self.case
        if not script or script in self._said or not self._may_work():
            return
        self._said.add(script)

        def failed(error: Exception) -> None:
            self._said.discard(script)
            self.work.notices.show_failure(error)

        self.change(lambda session: coaching.said(session, case, script), failed=failed)

    # items of groups

    def _remove_item(self, group: str, item: str, values: Mapping[str, Value]) -> None:
        case, form = self.case, self.form()

        def failed(error: Exception) -> None:
            box = form.group(group)
            if box is not None:
                box.put_back(item)
            self.work.notices.show_failure(error)

        def done(view: CaseView) -> None:
            self.take(view)
            self.work.notices.done(
                _("Removed from the case"), _("Undo"), lambda: self._put_back(case, group, values)
            )

        self.work.write(
            case,
            lambda session: cases.remove_item(session, case, group, item),
            done,
            owner=self,
            failed=failed,
        )

    def _put_back(self, case: str, group: str, values: Mapping[str, Value]) -> None:
        """Store what was removed as a new item: a removal is never taken out of the log."""

        def task(session: Session) -> CaseView:
            item = cases.new_item(session)
            for key, value in values.items():
                cases.set_field(session, case, path_of(group, item, key), value)
            return cases.view(session, case)

        self.work.write(case, task, self.take, owner=self)

    # the end of a case, and what else may be done with it

    def _is_closed(self) -> bool:
        return self.view is None or self.view.case.status == "closed"

    def _may_work(self) -> bool:
        """Whether the case is open and the person here may work on it."""
        return not self._is_closed() and self._may("work_cases")

    def _may(self, right: Right) -> bool:
        return self.view is not None and self.work.may(right, self.view.case)

    def ask_close(self) -> None:
        """Close the case, or list what it still lacks."""
        if self._is_closed() or not self._may("close_cases"):
            return
        self.form().flush()
        case = self.case
        # read after everything just flushed was written
        self.work.read(lambda session: cases.view(session, case), self._may_close, owner=self)

    def _may_close(self, view: CaseView) -> None:
        self.take(view)
        if view.case.id != self.case:
            return
        if self._storing.unsaved():
            self.work.notices.warn(_("Something is not saved yet; please see the marked fields."))
            return
        if view.missing or view.blocking:
            self.points.show()
            self.show_view(view)
            self.points.take_focus()
            return
        case = self.case
        idle = [one.checklist.title.of(language()) for one in view.lists if one.started is None]
        words = (
            _(
                "Called for and never begun: {lists}. The answer counts as given; the observations "
                "of the assessment are deleted, everything else stays and can be read."
            )
            if idle
            else _(
                "The answer counts as given. The observations of the assessment are deleted; "
                "everything else stays and can be read."
            )
        )
        self._ask(
            _("Close the case?"),
            words.format(lists=_(", ").join(idle)),
            _("Close the case"),
            lambda: self.change_with(lambda session, given: cases.close(session, case, given)),
        )

    def _open_menu(self) -> None:
        if self.view is None:
            return
        menu = QMenu(self)
        menu.setObjectName("more_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_open, case = not self._is_closed(), self.view.case
        entries: tuple[tuple[str, Callable[[], None], Right, bool], ...] = (
            (_("Internal notes") + "\tCtrl+M", self.ask_note, "work_cases", True),
            (_("Hand over"), self.ask_hand_over, "hand_over", is_open),
            (_("Customer withdraws"), self.ask_withdraw, "close_cases", is_open),
            (_("No complaint, an enquiry"), self.ask_enquiry, "close_cases", is_open),
            (_("Take up again"), self.ask_reopen, "reopen_cases", not is_open),
            (holding.words(case), self.ask_hold, "hold", case.forgotten is None),
        )
        for words, act, right, now in entries:
            if self.work.may(right):  # what a role never may is not shown at all
                menu.addAction(words, act).setEnabled(now and self._may(right))
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def ask_note(self) -> None:
        """Open the internal notes."""
        if self.view is None or not self._may("work_cases"):
            return
        sheet = NoteSheet(self.view.case.notes, self.name_of)
        case = self.case
        sheet.given.connect(
            lambda words: self._do(sheet, lambda session: cases.add_note(session, case, words))
        )
        sheet.open_over(self.window())
        sheet.text.setFocus()

    def ask_hand_over(self) -> None:
        """Pass the case to a colleague."""
        if self._is_closed() or self.view is None or not self._may("hand_over"):
            return
        self.form().flush()
        sheet = HandOverSheet(self.work, self, self.view.case, self._people, self.take)
        sheet.open_over(self.window())

    def ask_to_take_over(self) -> None:
        """Take the case over from whoever handles it."""
        if not self._is_closed() and self.view is not None:
            case = self.view.case
            ask_to_take_over(self.work, self, case, self.name_of(case.handler), self.take)

    def ask_hold(self) -> None:
        """Hold the case back from being forgotten, or end that."""
        if self.view is not None and self._may("hold"):
            holding.ask(self.work, self, self.view.case, self.refresh)

    def ask_enquiry(self) -> None:
        """Record that this was an enquiry and no complaint; a second person agrees."""
        case = self.case
        if self._is_closed() or not self._may("close_cases"):
            return
        self.form().flush()
        self._ask(
            _("No complaint, an enquiry?"),
            _(
                "Only when the customer asks for information and nothing else. A colleague "
                "confirms it with their own password; the case then ends and can be taken up again."
            ),
            _("Record as an enquiry"),
            lambda: self.change_with(lambda session, given: cases.to_enquiry(session, case, given)),
            danger=True,
        )

    def ask_withdraw(self) -> None:
        """Record that the customer withdraws; never suggested to them."""
        case = self.case
        if self._is_closed() or not self._may("close_cases"):
            return
        self.form().flush()
        self._ask(
            _("The customer withdraws?"),
            _(
                "Only when the customer says so of their own will; nobody may press for it. "
                "The case ends today and can be taken up again."
            ),
            _("Withdraw"),
            lambda: self.change_with(lambda session, given: cases.withdraw(session, case, given)),
            danger=True,
        )

    def ask_reopen(self) -> None:
        """Take a closed case up again, with a reason."""
        if self.view is None or self.view.case.status != "closed" or not self._may("reopen_cases"):
            return
        case = self.case
        sheet = WordsSheet(
            _("Take up again"), _("Why the case goes on"), _("Take up again"), icon="undo-2"
        )
        sheet.given.connect(
            lambda words: self._do(
                sheet, lambda session: cases.reopen(session, case, words), self._place_cursor
            )
        )
        sheet.open_over(self.window())
        sheet.text.setFocus()

    def _ask(
        self, title: str, words: str, do: str, act: Callable[[], None], *, danger: bool = False
    ) -> None:
        sheet = ConfirmSheet(title, words, do, danger=danger)
        sheet.confirmed.connect(act)
        sheet.open_over(self.window())

    def _do(
        self,
        sheet: Sheet,
        task: Callable[[Session], CaseView],
        then: Callable[[CaseView], None] = lambda _view: None,
    ) -> None:
        """Run what a sheet asked for; it closes when that is stored, and stays when not."""

        def done(view: CaseView) -> None:
            sheet.dismiss()
            self.take(view)
            then(view)

        self.work.write(self.case, task, done, owner=sheet)

    # who and what

    def name_of(self, person: str) -> str:
        """The name of a staff number; the number when the vault does not know it."""
        return next((p.name for p in self._people if p.id == person), person)

    def _take_people(self, found: tuple[Person, ...]) -> None:
        self._people = found
        if self.view is not None:
            self.whose.show_view(self.view, self.name_of(self.view.case.handler))

    def _take_checker(self, checker: WordingChecker) -> None:
        self._checker = checker
