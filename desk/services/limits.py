"""What people do to the legal clocks of a case: extend, stop, resume, agree on a date."""

from collections.abc import Collection
from datetime import date, datetime
from typing import get_args

from desk.domain.approvals import needs_grant
from desk.domain.clock_course import GROUNDS
from desk.domain.clock_rules import Level
from desk.domain.engine import CaseView
from desk.domain.events import ClockMoved
from desk.errors import BadInput
from desk.services import approvals
from desk.services.approvals import Approval
from desk.services.session import Session, needs


@needs("decide_cases")
def extend(
    session: Session,
    case: str,
    level: str,
    *,
    approver: str = "",
    told_at: datetime | None = None,
    approval: Approval | None = None,
) -> CaseView:
    """Raise the complexity: complex gives 30 days, special 60 (令2020-3 Art 18).

    Special counts only with an approver (superior, or senior management of head office) and once
    the complainant was told; until then it is recorded as asked for, the case waits for approval,
    and the extension is recorded again once both are there. Whoever enters that it was granted
    needs a second person here: NotAllowed `needs_approval` without their `approval`.
    """
    engine = session.engine_of(case)
    _require_known(level, get_args(Level), "level")
    _require_known(approver, {"", *engine.pack.clocks.approvers}, "approver")
    kind = engine.kind(session.vault.case(case))
    rules = (rule for rule in engine.pack.clocks.rules if rule.kind == kind)
    granted = bool(approver) and needs_grant(rules, level)
    approved = (approvals.taken(approval, "extension", case),) if granted else ()
    told = told_at.isoformat(timespec="minutes") if told_at else None
    moved = _moved(session, "complexity", level=level, approver=approver, told_at=told)
    session.unclosed(case)
    return session.recorded(case, [*approved, moved])


@needs("decide_cases")
def stop(session: Session, case: str, reason: str) -> CaseView:
    """External appraisal or mediation begins: its days are not counted (Art 18, 23)."""
    _require_known(reason, GROUNDS, "reason")
    return _move(session, case, "stop", reason=reason)


@needs("decide_cases")
def resume(session: Session, case: str) -> CaseView:
    """The appraisal or mediation is over; the day itself does not count."""
    return _move(session, case, "resume")


@needs("decide_cases")
def new_facts(session: Session, case: str) -> CaseView:
    """New facts or reasons arrived: the limit starts again from today (Art 18)."""
    return _move(session, case, "new_facts")


@needs("decide_cases")
def agree(session: Session, case: str, due: date) -> CaseView:
    """Both sides agreed on a date for the answer (Art 21)."""
    return _move(session, case, "agreed", due=due.isoformat())


def _require_known(word: str, known: Collection[str], where: str) -> None:
    """BadInput `unknown_value` for anything else: what a clock is told is not sealed."""
    if word not in known:
        raise BadInput(reason="unknown_value", where=where)


def _move(
    session: Session,
    case: str,
    type: str,  # noqa: A002 - the event's own word
    *,
    reason: str = "",
    due: str | None = None,
) -> CaseView:
    session.unclosed(case)
    return session.recorded(case, [_moved(session, type, reason=reason, due=due)])


def _moved(
    session: Session,
    type: str,  # noqa: A002 - the event's own word
    *,
    level: str = "",
    approver: str = "",
    told_at: str | None = None,
    reason: str = "",
    due: str | None = None,
) -> ClockMoved:
    return ClockMoved(
        type=type,
        at=session.minute(),
        level=level or None,
        approver=approver or None,
        told_at=told_at,
        reason=reason or None,
        due=due,
    )
