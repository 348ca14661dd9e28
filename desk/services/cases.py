"""Cases: opening, fields, notes, hand-over, closing. Each call is one transaction."""

import contextlib
from dataclasses import replace

from desk.domain.approvals import asserts_rights, is_red
from desk.domain.case import Case
from desk.domain.engine import TRANSFERS, CaseView
from desk.domain.events import (
    Approved,
    AssessmentCleared,
    CaseOpened,
    ClockMoved,
    Closed,
    FieldSet,
    HandedOver,
    InterestStated,
    ItemRemoved,
    Noted,
    Payload,
    Reopened,
    Revealed,
    StepEntered,
    Value,
)
from desk.domain.intake import FieldAt, definition_for, fault, fields_of, is_filled
from desk.domain.permissions import NO_INTEREST, concerned, filling, scope
from desk.domain.staff import Person
from desk.errors import BadInput, CaseUnknown, NotAllowed
from desk.services import approvals
from desk.services.approvals import Approval
from desk.services.session import Session, needs


@needs("open_cases")
def open_case(session: Session, *, place: str = "", source: str = "") -> CaseView:
    """A new complaint, received now by the person at the desk, who is its first receiver.

    Fields with a default in the pack are set; the clock of 令2020-3 Art 18 starts today.
    """
    given: dict[str, Value] = {"place": place, "source": source}
    fields: list[Payload] = []
    for at in fields_of(session.engine.pack.steps):
        value = given.get(at.path) or at.definition.default
        if at.group is None and is_filled(value):
            fields.append(FieldSet(field=at.path, value=value, personal=at.definition.personal))

    def payloads(number: str) -> list[Payload]:
        opening = CaseOpened(
            number=number, received_at=session.minute(), first_receiver=session.actor.id
        )
        return [opening, *fields]

    session.editions.used(session.vault, session.engine.pack, session.record)
    events = session.vault.open_case(
        payloads,
        day=session.now().date(),
        actor=session.actor.id,
        wall_ms=session.moment.wall_ms(),
        pack=session.engine.pack.stamp,
    )
    return session.view(events[0].case)


@needs("read_cases")
def view(session: Session, case: str) -> CaseView:
    """A case with everything derived from it, the branch's other complaints looked at anew."""
    session.around.forget(case)
    return session.view(case)


@needs("read_cases")
def find(session: Session, number_or_id: str) -> str:
    """The id of the case with this number or id, as people type them. Raises CaseUnknown."""
    typed = number_or_id.strip()
    for number in (typed, typed.upper()):
        with contextlib.suppress(CaseUnknown):
            return session.vault.ledger.by_number(number).case
    return session.vault.ledger.line(typed.lower()).case


@needs("work_cases")
def set_field(session: Session, case: str, path: str, value: Value) -> CaseView:
    """Store a field's value; None clears it. Nothing is written when nothing changed.

    A value replaces every value stored so far, so setting a contested field settles it.
    Raises BadInput for a path the pack does not know or a value its kind cannot mean, NotAllowed
    once the case is closed, unless the field belongs to what comes after (a follow-up), and from
    the third step on for whom the matter concerns (令2020-3 Art 17).
    """
    at = session.definition(case, path)
    _require_step(session, case, at)
    reason = fault(at.definition, value) or _not_offered(session, case, at, value)
    if reason is not None:
        raise BadInput(reason=reason, where=path)
    if isinstance(value, str) and not value.strip():
        value = None
    before = session.vault.case(case) if at.definition.after_close else session.unclosed(case)
    state = before.fields.get(path)
    if state is None and value is None:
        return session.view(before)
    if state is not None and not state.is_contested and state.value == value:
        return session.view(before)
    payloads: list[Payload] = [_put(before, at, value)]
    if path == NO_INTEREST and isinstance(value, bool):
        payloads.append(_stated(session, before, before.handler, interested=not value))
    return session.recorded(case, payloads)


def _require_step(session: Session, case: str, at: FieldAt) -> None:
    session.require(filling(at.step, at.path), case)


def _not_offered(session: Session, case: str, at: FieldAt, value: Value) -> str | None:
    """Why a choice cannot take a value: what is chosen is not sealed, so words have no place there.

    What the case's own pack offers may be chosen, and what the newest does.
    """
    if at.definition.kind not in ("choice", "choices"):
        return None
    packs = (session.engine_of(case).pack, session.engine.pack)
    offered = {key for pack in packs for key, _name in pack.options(at.definition)}
    chosen = set(value) if isinstance(value, list) else {value} - {None, ""}
    return None if chosen <= offered else "unknown_value"


def _put(case: Case, at: FieldAt, value: Value) -> FieldSet:
    """A field's new value, which replaces every value stored so far."""
    state = case.fields.get(at.path)
    replaces = tuple(head.event for head in state.heads) if state else ()
    return FieldSet(field=at.path, value=value, personal=at.definition.personal, replaces=replaces)


@needs("work_cases")
def state_interest(session: Session, case: str, person: str, *, interested: bool) -> CaseView:
    """Record whether a person has a direct interest in the matter (令2020-3 Art 17).

    Of the handler it answers the field of the form as well. Whoever has one no longer finds,
    decides, closes or approves anything in this case, nor takes it over. BadInput
    `person_unknown`; NotAllowed `own_word` when somebody else takes back what a person said.
    """
    before = session.unclosed(case)
    payloads: list[Payload] = [_stated(session, before, person, interested=interested)]
    if person == before.handler:
        payloads += _answered(session, before, no_interest=not interested)
    return session.recorded(case, payloads)


def _stated(session: Session, case: Case, person: str, *, interested: bool) -> InterestStated:
    _person(session, person)
    took_back = case.interests.get(person, False) and not interested
    if took_back and session.actor.id != person:
        raise NotAllowed(reason="own_word")
    return InterestStated(person=person, interested=interested)


def _answered(session: Session, case: Case, *, no_interest: bool | None) -> list[Payload]:
    """The handler's answer in the form, where the pack asks for it and it is another one."""
    at = definition_for(session.engine_of(case).pack.steps, NO_INTEREST)
    if at is None or case.value(NO_INTEREST) == no_interest:
        return []
    return [_put(case, at, no_interest)]


def _person(session: Session, key: str) -> Person:
    """A person who works here; BadInput `person_unknown` for anybody else."""
    found = next((one for one in session.vault.people() if one.id == key and one.active), None)
    if found is None:
        raise BadInput(reason="person_unknown", where=key)
    return found


@needs("work_cases")
def new_item(session: Session) -> str:
    """An id for a new item of a repeated group; the item exists once a field of it is set."""
    return session.new_id()


@needs("work_cases")
def remove_item(session: Session, case: str, group: str, item: str) -> CaseView:
    """Take an item out of a repeated group; its values stay in the log."""
    before = session.unclosed(case)
    if item not in before.items(group):
        return session.view(before)
    for at in fields_of(session.engine_of(before).pack.steps):
        if at.group is not None and at.group.key == group:
            _require_step(session, case, at)
    return session.recorded(case, [ItemRemoved(group=group, item=item)])


@needs("work_cases")
def enter_step(session: Session, case: str, step: int) -> CaseView:
    """Turn to a step; the case opens here again next time."""
    before = session.vault.case(case)
    if step == before.step or before.status == "closed":
        return session.view(before)
    return session.recorded(case, [StepEntered(step=step)])


@needs("work_cases")
def add_note(session: Session, case: str, text: str) -> CaseView:
    """Store an internal note; an empty one is nothing."""
    if not text.strip():
        return session.view(case)
    return session.recorded(case, [Noted(text=text.strip())])


@needs("hand_over")
def hand_over(
    session: Session, case: str, taker: str, note: str = "", *, interested: bool | None = None
) -> CaseView:
    """Pass responsibility to another person, who may say whether the matter concerns them.

    Unless they said so, or have before, the form asks them. BadInput `person_unknown` when nobody
    of this number works here; NotAllowed `taker_role` for somebody who handles no cases,
    `taker_concerned` for somebody who may not handle this one (令2020-3 Art 17).
    """
    before = session.unclosed(case)
    person = _person(session, taker)
    if taker == before.handler:
        return session.view(before)
    if scope(person, "decide_cases") is None:
        raise NotAllowed(reason="taker_role")
    told = before.interests.get(taker) if interested is None else interested
    payloads: list[Payload] = []
    if interested is not None and interested != before.interests.get(taker):
        payloads.append(_stated(session, before, taker, interested=interested))
    then = replace(before, interests={**before.interests, taker: told}) if told is False else before
    if told or concerned(person, then):
        raise NotAllowed(reason="taker_concerned")
    payloads += _answered(session, before, no_interest=True if told is False else None)
    passed = HandedOver(giver=before.handler, taker=taker, note=note.strip() or None)
    return session.recorded(case, [*payloads, passed])


@needs("reveal")
def reveal(session: Session, case: str, path: str) -> str:
    """A masked value in full; that it was shown, and to whom, is recorded first."""
    value = session.vault.case(case).text(path)
    session.write(case, Revealed(field=path))
    return value


@needs("close_cases")
def close(session: Session, case: str, approval: Approval | None = None) -> CaseView:
    """Close a case whose file is complete, whose customer was told, and whose gates are done.

    NotAllowed `missing` or `gating` says with `count` what is still open, `needs_approval` that
    the case was a red one at some time. The observations of the quick assessment are cleared:
    only which checklists began stays (knowledge B1).
    """
    before = session.view(session.unclosed(case))
    if before.missing:
        raise NotAllowed(reason="missing", count=len(before.missing))
    _require_gates(before)
    agreed = before.case.text("customer_view") in {"satisfied", "understood"}
    closed = Closed(outcome="settled" if agreed else "told", at=session.minute())
    approved = _red_approved(before, approval)
    return session.recorded(case, [*approved, *_cleared(before.case), closed])


@needs("close_cases")
def withdraw(session: Session, case: str, approval: Approval | None = None) -> CaseView:
    """The complainant withdraws of their own will: the process ends the same day (Art 15).

    NotAllowed `needs_approval` when the case was a red one at some time.
    """
    before = session.view(session.unclosed(case))
    at = session.minute()
    approved = _red_approved(before, approval)
    moved, closed = ClockMoved(type="withdrawn", at=at), Closed(outcome="withdrawn", at=at)
    return session.recorded(case, [*approved, moved, *_cleared(before.case), closed])


@needs("close_cases")
def to_enquiry(session: Session, case: str, approval: Approval | None = None) -> CaseView:
    """Record that this was an enquiry and no complaint, which ends the case.

    NotAllowed `rights_asserted` when the customer asserts civil rights, for then it is a complaint
    whatever anybody would call it (令2020-3 Art 2); `forwarded` when an authority passed it on as
    one; `gating` while a checklist keeps it open; `needs_approval` without a second person.
    """
    before = session.view(session.unclosed(case))
    if asserts_rights(before.case):
        raise NotAllowed(reason="rights_asserted")
    if session.engine_of(before.case).kind(before.case) == TRANSFERS:
        raise NotAllowed(reason="forwarded")
    _require_gates(before)
    at = session.minute()
    approved = approvals.taken(approval, "to_enquiry", case)
    moved, closed = ClockMoved(type="enquiry", at=at), Closed(outcome="enquiry", at=at)
    return session.recorded(case, [approved, moved, *_cleared(before.case), closed])


def _require_gates(view: CaseView) -> None:
    if view.blocking:
        raise NotAllowed(reason="gating", count=len(view.blocking))


def _red_approved(view: CaseView, approval: Approval | None) -> list[Approved]:
    return [approvals.taken(approval, "close_red", view.case.id)] if is_red(view) else []


def _cleared(case: Case) -> list[AssessmentCleared]:
    return [AssessmentCleared(why="closed")] if case.answers else []


@needs("reopen_cases")
def reopen(session: Session, case: str, reason: str) -> CaseView:
    """Take up a closed case again; NotAllowed without a reason or when it is open."""
    before = session.vault.case(case)
    if before.status != "closed":
        raise NotAllowed(reason="case_open", case=before.number)
    if not reason.strip():
        raise NotAllowed(reason="needs_reason")
    return session.recorded(case, [Reopened(reason=reason.strip())])
