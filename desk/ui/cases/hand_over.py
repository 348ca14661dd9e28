"""Passing a case to a colleague, or taking it over: who, what they should know, and Art 17."""

from collections.abc import Callable, Sequence

import shiboken6
from PySide6.QtWidgets import QWidget

from desk.domain.case import Case
from desk.domain.engine import CaseView
from desk.domain.permissions import may_take
from desk.domain.staff import Person
from desk.i18n import _
from desk.services import cases
from desk.ui.task_sheet import TaskSheet, refusal
from desk.ui.widgets.chips import Choice, ChoiceChips
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import Labelled, LineField
from desk.ui.work import Work


class HandOverSheet(TaskSheet):
    """Asks who takes a case over, whether it concerns them, and what they should know.

    Only colleagues are offered who can take it. It closes once the hand-over is stored; `done`
    gets the case then.
    """

    def __init__(
        self,
        work: Work,
        page: QWidget,
        case: Case,
        people: Sequence[Person],
        done: Callable[[CaseView], None],
    ) -> None:
        super().__init__(
            _("Hand the case over"),
            _("The customer need not tell it all again: everything recorded goes along."),
            _("Hand over"),
            icon="arrow-left-right",
            width=500,
        )
        self.setObjectName("hand_over_sheet")
        self._work, self._page, self._case, self._done = work, page, case.id, done
        takers = [one for one in people if may_take(one, case)]
        self.taker = ComboField([(one.id, f"{one.name} {one.id}") for one in takers])
        self.taker.setObjectName("hand_over_taker")
        self._field = Labelled(_("Taken over by"), self.taker, required=True)
        if not takers:
            self._field.set_note(_("There is nobody else in this vault who could take it."))
        self.interest = ChoiceChips(
            [
                Choice("none", _("No, they say")),
                Choice("later", _("Not asked yet")),
            ],
            gap=8,
        )
        self.interest.setObjectName("hand_over_interest")
        self.interest.set_value(("later",))
        self.note = LineField(_("What was agreed, what comes next"), limit=300)
        self.note.setObjectName("hand_over_note")
        self.note.returnPressed.connect(self.submit)
        self.add(self._field)
        self.add(Labelled(_("Does the matter concern the colleague? (Art 17)"), self.interest))
        self.add(Labelled(_("Note"), self.note))
        self.finish()

    def submit(self) -> None:
        """Hand it over; the sheet stays when that is refused."""
        self.taker.flush()
        taker, note = self.taker.value(), self.note.text().strip()
        self.taker.set_problem(problem=not taker)
        if not taker:
            self._field.set_note(_("Please choose who takes the case over."))
            self.taker.setFocus()
            return
        case = self._case
        told = False if self.interest.value() == ("none",) else None

        def stored(view: CaseView) -> None:
            if shiboken6.isValid(self):
                self.dismiss()
            self._done(view)

        def refused(error: Exception) -> None:
            if shiboken6.isValid(self) and self.isVisible():
                self.show_problem(refusal(error))
            else:
                self._work.notices.show_failure(error)

        self._work.write(
            case,
            lambda session: cases.hand_over(session, case, taker, note, interested=told),
            stored,
            owner=self._page,
            failed=refused,
        )


def ask_to_take_over(
    work: Work, page: QWidget, case: Case, handler: str, done: Callable[[CaseView], None]
) -> None:
    """Ask whether the person at the desk takes a case over from `handler` (a name)."""
    taker = work.actor.id

    def take() -> None:
        work.write(
            case.id,
            lambda session: cases.hand_over(session, case.id, taker, interested=False),
            done,
            owner=page,
        )

    work.notices.confirm(
        _("Take the case over?"),
        _(
            "From now on it is yours and no longer {name}'s. By taking it over you say that the "
            "matter does not concern you (Art 17)."
        ).format(name=handler),
        _("Take over"),
        take,
    )
