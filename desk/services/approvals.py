"""A second person's own password for what one person may not do alone.

The second person types it at the same desk. It is checked against their own key slot, so that
nobody approves in another's name; the use case that takes the approval writes it down in the same
transaction as what was approved.
"""

from dataclasses import dataclass

from desk.domain import approvals as domain
from desk.domain.events import Act, Approved
from desk.domain.staff import Person
from desk.errors import NotAllowed, WrongPassword
from desk.services.session import Session, needs
from desk.store import attempts


@dataclass(frozen=True, slots=True)
class Approval:
    """One act on one case, allowed by the person with staff number `by`, for a reason."""

    act: Act
    case: str
    by: str
    reason: str


@needs("read_cases")
def approvers(session: Session, case: str) -> tuple[Person, ...]:
    """Who may approve what the person at the desk asks for in this case, by staff number."""
    able = domain.approvers(session.vault.people(), session.actor, session.vault.case(case))
    with_password = session.vault.key_holders()
    return tuple(one for one in able if one.id in with_password)


@needs("work_cases")
def confirm(
    session: Session, act: Act, case: str, person: str, password: str, reason: str
) -> Approval:
    """The approval of `person`, who types their own password and says why.

    NotAllowed `needs_reason`, or `no_approver` for somebody who may not approve this;
    WrongPassword `wrong_approval` when the password is not theirs, and TooSoon after several: they
    count and cost as at unlocking. Takes as long as unlocking.
    """
    if not reason.strip():
        raise NotAllowed(reason="needs_reason")
    if all(one.id != person for one in approvers(session, case)):
        raise NotAllowed(reason="no_approver")
    try:
        with attempts.counted(session.vault.database.path, person, session.moment.wall_ms()):
            _require_own(session, person, password)
    except WrongPassword as fault:
        raise WrongPassword("wrong_approval", wait=fault.params["wait"]) from fault
    return Approval(act, case, person, reason.strip())


def _require_own(session: Session, person: str, password: str) -> None:
    if not session.vault.vouch(person, password):
        raise WrongPassword


def taken(
    approval: Approval | None, act: Act, case: str, *, dimensions: tuple[str, ...] = ()
) -> Approved:
    """The event of an approval, for the use case that needs it.

    NotAllowed `needs_approval` with the `act`, and the `dimensions` it is about, when there is
    none or one for something else.
    """
    if approval is None or (approval.act, approval.case) != (act, case):
        raise NotAllowed(reason="needs_approval", act=act, dimensions=dimensions)
    return Approved(act=act, by=approval.by, reason=approval.reason)
