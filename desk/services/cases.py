"""Cases: opening, fields, notes, hand-over, closing. Each call is one transaction."""

import contextlib

from desk.domain.engine import CaseView
from desk.domain.events import (
    AssessmentCleared,
    CaseOpened,
    ClockMoved,
    Closed,
    FieldSet,
    HandedOver,
    ItemRemoved,
    Noted,
    Payload,
    Reopened,
    Revealed,
    StepEntered,
    Value,
)
from desk.domain.intake import fault, fields_of, is_filled
from desk.errors import BadInput, CaseUnknown, NotAllowed
from desk.services.session import Session


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

    session.editions.used(session.vault, session.engine.pack)
    events = session.vault.open_case(
        payloads,
        day=session.now().date(),
        actor=session.actor.id,
        wall_ms=session.moment.wall_ms(),
        pack=session.engine.pack.stamp,
    )
    return session.view(events[0].case)


def view(session: Session, case: str) -> CaseView:
    """A case with everything derived from it, the branch's other complaints looked at anew."""
    session.around.forget(case)
    return session.view(case)


def find(session: Session, number_or_id: str) -> str:
    """The id of the case with this number or id, as people type them. Raises CaseUnknown."""
    typed = number_or_id.strip()
    for number in (typed, typed.upper()):
        with contextlib.suppress(CaseUnknown):
            return session.vault.ledger.by_number(number).case
    return session.vault.ledger.line(typed.lower()).case


def set_field(session: Session, case: str, path: str, value: Value) -> CaseView:
    """Store a field's value; None clears it. Nothing is written when nothing changed.

    A value replaces every value stored so far, so setting a contested field settles it.
    Raises BadInput for a path the pack does not know or a value its kind cannot mean, NotAllowed
    once the case is closed, unless the field belongs to what comes after (a follow-up).
    """
    at = session.definition(case, path)
    reason = fault(at.definition, value)
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
    replaces = tuple(head.event for head in state.heads) if state else ()
    event = FieldSet(field=path, value=value, personal=at.definition.personal, replaces=replaces)
    return session.recorded(case, [event])


def new_item(session: Session) -> str:
    """An id for a new item of a repeated group; the item exists once a field of it is set."""
    return session.new_id()


def remove_item(session: Session, case: str, group: str, item: str) -> CaseView:
    """Take an item out of a repeated group; its values stay in the log."""
    before = session.unclosed(case)
    if item not in before.items(group):
        return session.view(before)
    return session.recorded(case, [ItemRemoved(group=group, item=item)])


def enter_step(session: Session, case: str, step: int) -> CaseView:
    """Turn to a step; the case opens here again next time."""
    before = session.vault.case(case)
    if step == before.step or before.status == "closed":
        return session.view(before)
    return session.recorded(case, [StepEntered(step=step)])


def add_note(session: Session, case: str, text: str) -> CaseView:
    """Store an internal note; an empty one is nothing."""
    if not text.strip():
        return session.view(case)
    return session.recorded(case, [Noted(text=text.strip())])


def hand_over(session: Session, case: str, taker: str, note: str = "") -> CaseView:
    """Pass responsibility to another active person; BadInput when there is none of this id."""
    before = session.unclosed(case)
    if all(person.id != taker or not person.active for person in session.vault.people()):
        raise BadInput(reason="person_unknown", where=taker)
    if taker == before.handler:
        return session.view(before)
    event = HandedOver(giver=before.handler, taker=taker, note=note.strip() or None)
    return session.recorded(case, [event])


def reveal(session: Session, case: str, path: str) -> str:
    """A masked value in full; that it was shown, and to whom, is recorded first."""
    value = session.vault.case(case).text(path)
    session.write(case, Revealed(field=path))
    return value


def close(session: Session, case: str) -> CaseView:
    """Close a case whose file is complete, whose customer was told, and whose gates are done.

    NotAllowed `missing` or `gating` says with `count` what is still open. The observations of the
    quick assessment are cleared: only which checklists began stays (knowledge B1).
    """
    before = session.view(session.unclosed(case))
    if before.missing:
        raise NotAllowed(reason="missing", count=len(before.missing))
    if before.blocking:
        raise NotAllowed(reason="gating", count=len(before.blocking))
    agreed = before.case.text("customer_view") in {"satisfied", "understood"}
    payloads: list[Payload] = []
    if before.case.answers:
        payloads.append(AssessmentCleared(why="closed"))
    payloads.append(Closed(outcome="settled" if agreed else "told", at=session.minute()))
    return session.recorded(case, payloads)


def withdraw(session: Session, case: str) -> CaseView:
    """The complainant withdraws of their own will: the process ends the same day (Art 15)."""
    before = session.unclosed(case)
    at = session.minute()
    payloads: list[Payload] = [ClockMoved(type="withdrawn", at=at)]
    if before.answers:
        payloads.append(AssessmentCleared(why="closed"))
    payloads.append(Closed(outcome="withdrawn", at=at))
    return session.recorded(case, payloads)


def reopen(session: Session, case: str, reason: str) -> CaseView:
    """Take up a closed case again; NotAllowed without a reason or when it is open."""
    before = session.vault.case(case)
    if before.status != "closed":
        raise NotAllowed(reason="case_open", case=before.number)
    if not reason.strip():
        raise NotAllowed(reason="needs_reason")
    return session.recorded(case, [Reopened(reason=reason.strip())])
