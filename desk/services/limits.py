"""What people do to the legal clocks of a case: extend, stop, resume, agree on a date."""

from datetime import date, datetime

from desk.domain.engine import CaseView
from desk.domain.events import ClockMoved
from desk.services.session import Session


def extend(
    session: Session,
    case: str,
    level: str,
    *,
    approver: str = "",
    told_at: datetime | None = None,
) -> CaseView:
    """Raise the complexity: complex gives 30 days, special 60 (令2020-3 Art 18).

    Special counts only with an approver (superior, or senior management of head office) and once
    the complainant was told; until then it is recorded as asked for, the case waits for approval,
    and the extension is recorded again once both are there.
    """
    told = told_at.isoformat(timespec="minutes") if told_at else None
    return _move(session, case, type="complexity", level=level, approver=approver, told_at=told)


def stop(session: Session, case: str, reason: str) -> CaseView:
    """External appraisal or mediation begins: its days are not counted (Art 18, 23)."""
    return _move(session, case, type="stop", reason=reason)


def resume(session: Session, case: str) -> CaseView:
    """The appraisal or mediation is over; the day itself does not count."""
    return _move(session, case, type="resume")


def new_facts(session: Session, case: str) -> CaseView:
    """New facts or reasons arrived: the limit starts again from today (Art 18)."""
    return _move(session, case, type="new_facts")


def agree(session: Session, case: str, due: date) -> CaseView:
    """Both sides agreed on a date for the answer (Art 21)."""
    return _move(session, case, type="agreed", due=due.isoformat())


def _move(
    session: Session,
    case: str,
    *,
    type: str,  # noqa: A002 - the event's own word
    level: str = "",
    approver: str = "",
    told_at: str | None = None,
    reason: str = "",
    due: str | None = None,
) -> CaseView:
    session.unclosed(case)
    event = ClockMoved(
        type=type,
        at=session.minute(),
        level=level or None,
        approver=approver or None,
        told_at=told_at,
        reason=reason or None,
        due=due,
    )
    return session.recorded(case, [event])
