"""Escalation checklists of a case: start, tick, set aside with a reason."""

from desk.domain import escalation
from desk.domain.case import StartedChecklist
from desk.domain.engine import CaseView
from desk.domain.escalation import Checklist
from desk.domain.events import ChecklistStarted
from desk.errors import BadInput, NotAllowed
from desk.services.session import Session, needs


@needs("work_cases")
def start(session: Session, case: str, checklist: str) -> CaseView:
    """Begin a checklist; the triggers that call for it now are recorded with it.

    NotAllowed once the case is closed.
    """
    _checklist(session, case, checklist)
    before = session.view(session.unclosed(case))
    if checklist in before.case.checklists:
        return before
    why = next((v.triggers for v in before.lists if v.checklist.key == checklist), ())
    event = ChecklistStarted(
        checklist=checklist, triggers=tuple(t.key for t in why), at=session.minute()
    )
    return session.recorded(case, [event])


@needs("work_cases")
def mark_done(session: Session, case: str, checklist: str, item: str) -> CaseView:
    """An item was done; NotAllowed when the checklist has not begun or the case is closed."""
    found = _checklist(session, case, checklist)
    _started(session, case, checklist)
    return session.recorded(case, [escalation.mark_done(found, item)])


@needs("work_cases")
def set_aside(session: Session, case: str, checklist: str, item: str, reason: str) -> CaseView:
    """An item does not apply, for a reason; NotAllowed where it must be done."""
    event = escalation.mark_not_applicable(
        _checklist(session, case, checklist),
        _started(session, case, checklist),
        item,
        reason,
        by_head=session.may("set_aside", case),
    )
    return session.recorded(case, [event])


@needs("work_cases")
def reopen(session: Session, case: str, checklist: str, item: str, reason: str) -> CaseView:
    """An item ticked by mistake is open again; NotAllowed without a reason."""
    found = _checklist(session, case, checklist)
    _started(session, case, checklist)
    event = escalation.reopen(found, item, reason)
    return session.recorded(case, [event])


def _started(session: Session, case: str, checklist: str) -> StartedChecklist:
    """A checklist as it stands in a case that is open."""
    found = session.unclosed(case).checklists.get(checklist)
    if found is None:
        raise NotAllowed(reason="list_not_started", checklist=checklist)
    return found


def _checklist(session: Session, case: str, key: str) -> Checklist:
    """As the case's own pack has it, else as the newest does."""
    packs = (session.engine_of(case).pack, session.engine.pack)
    found = next((one for pack in packs if (one := pack.checklist(key))), None)
    if found is None:
        raise BadInput(reason="checklist_unknown", where=key)
    return found
