"""Asking a second person at the same desk for their own password, where one alone may not act."""

from collections.abc import Callable, Sequence

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desk.domain.engine import CaseView
from desk.domain.events import Act
from desk.domain.staff import Person
from desk.errors import NotAllowed
from desk.i18n import N_, _
from desk.services import approvals
from desk.services.approvals import Approval
from desk.services.session import Session
from desk.ui.start.parts import PasswordField
from desk.ui.task_sheet import TaskSheet, refusal
from desk.ui.widgets.chips import Choice, ChoiceChips
from desk.ui.widgets.fields import Labelled, LineField
from desk.ui.work import Work

Step = Callable[[Session, Approval | None], CaseView]
"""Something done to a case that may take a second person; without one it is refused."""

_TITLES: dict[Act, str] = {
    "extension": N_("Approve 60 days"),
    "close_red": N_("Approve closing this case"),
    "lower_band": N_("Approve a lower safety mark"),
    "to_enquiry": N_("Approve recording this as an enquiry"),
    "forget": N_("Approve removing personal data"),
}
_WORDS: dict[Act, str] = {
    "extension": N_(
        "A longer limit counts once it was granted. A colleague who saw the grant confirms it here."
    ),
    "close_red": N_(
        "This case was a red one, so nobody closes it alone. A colleague who may approve looks at "
        "it and confirms here."
    ),
    "lower_band": N_(
        "Less caution needs a second pair of eyes. Until a colleague confirms it here, everything "
        "stays as it is."
    ),
    "to_enquiry": N_(
        "An enquiry asks for information only. A colleague confirms that the customer asserts "
        "nothing more; the case then ends."
    ),
    "forget": N_("What is removed cannot be brought back. A colleague confirms it here."),
}


class ApprovalSheet(TaskSheet):
    """Who approves, why, and their password; `given` tells staff number, password and reason.

    It stays open until whoever asked dismisses it, so that a wrong password costs a line only.
    """

    given = Signal(str, str, str)

    def __init__(self, act: Act, people: Sequence[Person], words: str = "") -> None:
        whole = "\n".join(part for part in (words, _(_WORDS[act])) if part)
        super().__init__(_(_TITLES[act]), whole, _("Approve"), icon="user-check", width=500)
        self.setObjectName("approval_sheet")
        self.who = ChoiceChips(
            [Choice(one.id, f"{one.name} {one.id}") for one in people], keeps=True
        )
        self.who.setObjectName("approval_who")
        self.reason = LineField(_("What was looked at, and why it is right"), limit=300)
        self.reason.setObjectName("approval_reason")
        self.reason.returnPressed.connect(self.submit)
        self.password = PasswordField(_("Typed by the colleague in person"))
        self.password.setObjectName("approval_password")
        self.password.returnPressed.connect(self.submit)
        self._caps = Labelled(_("Their own password"), self.password, required=True)
        self.password.caps_seen.connect(
            lambda on: self._caps.set_note(_("Caps Lock is on") if on else "", "amber")
        )
        self.add(Labelled(_("Approved by"), self.who, required=True))
        self.add(Labelled(_("Reason"), self.reason, required=True))
        self.add(self._caps)
        if len(people) == 1:
            self.who.set_value((people[0].id,))
        self._busy = False
        self.finish()

    def submit(self) -> None:
        """Tell what was entered, or what is still lacking."""
        self.reason.flush()
        if self._busy:
            return
        who = "".join(self.who.value())
        fields: tuple[tuple[QWidget, str, str], ...] = (
            (self.who.chips()[0], who, _("Please choose who approves.")),
            (self.reason, self.reason.value().strip(), _("Please give a reason.")),
            (self.password, self.password.text(), _("The password is still missing.")),
        )
        for field, value, lack in fields:
            if not value:
                self.show_problem(lack)
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self._busy = True
        self.show_problem("")
        self.given.emit(who, self.password.text(), self.reason.value().strip())

    def refuse(self, error: Exception) -> None:
        """Say why it was refused; the password is typed anew."""
        self._busy = False
        self.password.forget()
        self.show_problem(refusal(error))
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)


def with_approval(
    work: Work,
    page: QWidget,
    step: Step,
    case: str,
    done: Callable[[CaseView], None],
    *,
    failed: Callable[[Exception], None] | None = None,
    about: Callable[[NotAllowed], str] = lambda _error: "",
) -> None:
    """Do something to a case, asking for a second person when the rules call for one.

    `done` gets the case afterwards, `failed` what else stood against it. `about` is told before
    the sheet opens, and says what is asked for in words that stand before the sheet's own.
    """
    unable = failed or work.notices.show_failure

    def refused(error: Exception) -> None:
        act = wanted(error)
        if act is None or not isinstance(error, NotAllowed):
            unable(error)
            return
        words = about(error)
        work.read(
            lambda session: approvals.approvers(session, case),
            lambda people: offer(act, people, words),
            owner=page,
            failed=unable,
        )

    def offer(act: Act, people: tuple[Person, ...], words: str) -> None:
        if not people:
            unable(NotAllowed(reason="nobody_approves"))
            return
        sheet = ApprovalSheet(act, people, words)
        sheet.given.connect(
            lambda *given: _confirm(work, page, sheet, act, step, case, done, given)
        )
        sheet.open_over(page.window())

    work.write(case, lambda session: step(session, None), done, owner=page, failed=refused)


def _confirm(
    work: Work,
    page: QWidget,
    sheet: ApprovalSheet,
    act: Act,
    step: Step,
    case: str,
    done: Callable[[CaseView], None],
    given: tuple[str, str, str],
) -> None:
    def task(session: Session) -> CaseView:
        return step(session, approvals.confirm(session, act, case, *given))

    def stored(view: CaseView) -> None:
        if shiboken6.isValid(sheet):
            sheet.dismiss()
        done(view)

    def refused(error: Exception) -> None:
        if shiboken6.isValid(sheet) and sheet.isVisible():
            sheet.refuse(error)
        else:
            work.notices.show_failure(error)

    work.write(case, task, stored, owner=page, failed=refused)


def wanted(error: Exception) -> Act | None:
    """Which act a second person has to approve, when that is why something was refused."""
    if not isinstance(error, NotAllowed) or error.params.get("reason") != "needs_approval":
        return None
    return next((act for act in _TITLES if act == error.params.get("act")), None)
