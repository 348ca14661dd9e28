"""The quick assessment of a case: one click or digit per line, explained while it is answered."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.assessment import Answers, assess
from desk.domain.assessment_words import explain
from desk.domain.engine import CaseView
from desk.domain.events import Answer
from desk.errors import NotAllowed
from desk.i18n import _, language
from desk.services import assessments, cases, escalations
from desk.services.knowledge import sheets_for
from desk.ui import theme
from desk.ui.approval_sheet import with_approval
from desk.ui.assessment.question_card import QuestionCard
from desk.ui.assessment.result_cards import NowCard, ProfileCard
from desk.ui.cases.case_page import CasePage
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.layouts import TwoColumns
from desk.ui.widgets.progress import Step, Stepper
from desk.ui.widgets.sheet import TextSheet
from desk.ui.work import Work

LIMITS = "B6"
"""The paper on what the assessment cannot do; sheets made after it belong here."""
_PANE = 404
_STRIP_FROM = 600
"""Below this height (standard pixels) the strip of steps gives its room to the questions."""


class AssessmentPage(CasePage):
    """Questions on the left, on the right what they suggest; every answer is stored at once."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, _("Assessment"))
        self._model = work.pack.assessment
        self._waiting: list[tuple[str, Answer]] = []
        self._focus_next = True
        self.back = Button(_("Back to intake"), icon="arrow-left", keys="Esc")
        self.back.setObjectName("back_to_intake")
        self.back.clicked.connect(self._go_back)
        self.header_right.insert(0, self.back)
        self.stepper = Stepper(len(work.pack.steps))
        self.stepper.chosen.connect(self._go_to_step)
        self.questions = QuestionCard(self._model)
        self._offer_readings()
        self.questions.setObjectName("questions")
        self.profile = ProfileCard(self._model)
        self.now = NowCard(self._model)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addWidget(self.profile)
        column.addWidget(self.now, 1)
        inside = QHBoxLayout()
        inside.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        inside.addWidget(
            TwoColumns(self.questions, right, pane=_PANE, share=0.34, least=260, gap=16)
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.stepper)
        box.addLayout(inside, 1)

    def _connect(self) -> None:
        self.questions.answered.connect(self._answer)
        self.questions.asked.connect(self._asked)
        self.questions.flags.opened.connect(self._open_lists)
        self.now.answered.connect(self._answer_here)
        self.profile.why_asked.connect(self._show_why)
        self.profile.lists_asked.connect(self._open_lists)
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Esc"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._go_back)
        for step in self.work.pack.steps:
            shortcut = QShortcut(QKeySequence(f"Ctrl+{step.number}"), self)
            shortcut.activated.connect(lambda number=step.number: self._go_to_step(number))

    def help_text(self) -> tuple[str, ...]:
        """What this page is for and which keys act here."""
        return (
            self._model.about.of(language()),
            _("Digits choose on the line with the ring and go on to the next; 0 takes back."),
            _("↑ and ↓ move between lines, ← and → inside one; Tab goes through them as well."),
            _("Ctrl+Enter or Esc goes back to intake; Ctrl+1 to 5 open a step."),
            *(text.of(language()) for text in self._model.transparency.paragraphs),
        )

    def show_case(self, case: str) -> None:
        """Show the assessment of a case."""
        if case != self.case:
            self._waiting = []
            self._focus_next = True
            self.questions.start_over()
        super().show_case(case)

    def on_shown(self) -> None:
        """Place the focus on the first open question."""
        self._focus_next = True
        super().on_shown()
        if self.view is not None:
            self.show_view(self.view)

    def show_view(self, view: CaseView) -> None:
        """Show answers and result; answers still on their way to the store stay as ticked."""
        answers = {**view.case.answers, **dict(self._waiting)}
        result = view.assessment
        closed = view.case.status == "closed" or not self.work.may("work_cases", view.case)
        suggested = (result or assess(self._model, Answers())).next
        waiting = {key for key, answer in self._waiting if answer is not None}
        is_red = result is not None and result.profile == "RED"
        if is_red:
            suggested = None
        called = self._called(view)
        self.questions.show_answers(answers, suggested, _(", ").join(called[:1]), closed=closed)
        self.profile.show_result(result, "" if is_red else _(", ").join(called))
        offered = suggested if suggested not in waiting else None
        self.now.show_result(result, answers, offered, closed=closed)
        self.stepper.show_steps(
            [
                Step(
                    step.name.of(language()),
                    step.aim.of(language()),
                    done=step.number < view.case.step and not view.missing_in(step.number),
                )
                for step in self.work.pack.steps
            ],
            view.case.step,
        )
        self._place_focus()

    def _place_focus(self) -> None:
        if self._focus_next and self.isVisible():
            self._focus_next = False
            self.questions.take_focus()

    def _called(self, view: CaseView) -> tuple[str, ...]:
        """Names of the checklists that the answers call for and that have not begun."""
        keys = view.assessment.checklists if view.assessment else ()
        found = (self.work.pack.checklist(key) for key in keys if key not in view.case.checklists)
        return tuple(checklist.title.of(language()) for checklist in found if checklist)

    def _answer(self, key: str, answer: Answer) -> None:
        case = self.case
        asked = (key, answer)
        self._waiting.append(asked)

        def settled(view: CaseView) -> None:
            self._forget(asked)
            self.take(view)

        def taken_back() -> None:
            self._forget(asked)
            if self.view is not None and case == self.case:
                self.show_view(self.view)

        def refused(error: Exception) -> None:
            taken_back()
            self.work.notices.show_failure(error)

        def lowers(error: NotAllowed) -> str:
            taken_back()
            return self._lowered_words(error)

        with_approval(
            self.work,
            self,
            lambda session, approval: assessments.answer(
                session, case, key, answer, approval=approval
            ),
            case,
            settled,
            failed=refused,
            about=lowers,
        )

    def _forget(self, asked: tuple[str, Answer]) -> None:
        if asked in self._waiting:
            self._waiting.remove(asked)

    def _answer_here(self, key: str, answer: Answer) -> None:
        self._answer(key, answer)
        if self.view is not None:
            self.show_view(self.view)

    def _lowered_words(self, error: NotAllowed) -> str:
        keys = error.params.get("dimensions")
        known = keys if isinstance(keys, Sequence) else ()
        items = {item.key: item.label for item in self._model.items}
        names = {d.key: d.name for d in self._model.dimensions} | items
        marks = [names[k].of(language()) for k in known if k in names]
        return _("This change lowers: {marks}.").format(marks=_(", ").join(marks))

    def _offer_readings(self) -> None:
        """What the assessment cannot do, card by card, and the form for judging its impact."""
        pack = self.work.pack
        limits = [card.key for card in pack.cards if card.kind == "limits"]
        if limits:
            self.questions.offer_reading(limits[0], _("Its limits, card by card"), "lightbulb")
        names = {sheet.key: sheet.title for sheet in pack.sheets}
        for key in sheets_for(pack, LIMITS):
            self.questions.offer_reading(key, names[key].of(language()), "table")
        self.questions.consulted.connect(self.work.consult)

    def _asked(self, what: str) -> None:
        pages = {"customer": self._model.transparency, "limits": self._model.limits}
        if what in pages:
            page = pages[what]
            words = tuple(text.of(language()) for text in page.paragraphs)
            TextSheet(page.title.of(language()), words).open_over(self.window())
        elif what == "retake":
            self.work.notices.confirm(
                _("Begin the assessment anew?"),
                _("Every tick is taken back. Checklists that began stay as they are."),
                _("Begin anew"),
                lambda: self._clear(declined=False),
            )
        else:
            self.work.notices.confirm(
                _("The customer would rather not?"),
                _(
                    "The ticks are cleared and the assessment is left. "
                    "The complaint is taken up just the same, with the same time limits."
                ),
                _("Clear and leave"),
                lambda: self._clear(declined=True),
            )

    def _clear(self, *, declined: bool) -> None:
        case = self.case

        def cleared(view: CaseView) -> None:
            self.questions.start_over()
            self._focus_next = True
            self.take(view)
            if declined:
                words = _("The ticks were cleared; the complaint goes on as before.")
                self.work.notices.done(words)
                self._go_back()

        with_approval(
            self.work,
            self,
            lambda session, approval: assessments.clear(
                session, case, declined=declined, approval=approval
            ),
            case,
            cleared,
            about=self._lowered_words,
        )

    def _show_why(self) -> None:
        if self.view is None or self.view.assessment is None:
            return
        words = explain(self._model, self.view.assessment, language())
        limits = self._model.limits.paragraphs[0].of(language())
        sheet = TextSheet(_("Why this is suggested"), (*words, limits), icon="circle-help")
        sheet.setObjectName("why_sheet")
        sheet.open_over(self.window())

    def _open_lists(self) -> None:
        """Go to the checklists; in an emergency the first one begins with this very key."""
        case, view = self.case, self.view
        if view is None:
            return
        result = view.assessment
        waiting = [
            key for key in (result.checklists if result else ()) if key not in view.case.checklists
        ]
        may = self.work.may("work_cases", view.case)
        if may and waiting and result is not None and result.profile == "RED":
            first = waiting[0]
            self.change(lambda session: escalations.start(session, case, first))
        self.work.go("escalation", case)

    def _go_back(self) -> None:
        self.work.go("intake", self.case)

    def _go_to_step(self, number: int) -> None:
        case = self.case
        if self.view is not None and self.work.may("work_cases", self.view.case):
            self.change(lambda session: cases.enter_step(session, case, number))
        self._go_back()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._share_room)

    def _share_room(self) -> None:
        """Large text leaves less room: the strip goes first, then the shape."""
        roomy = self.height() >= theme.px(_STRIP_FROM)
        self.stepper.setVisible(roomy)
        self.profile.set_roomy(roomy=roomy)
