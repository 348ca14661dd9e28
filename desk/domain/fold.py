"""The fold: a case is its events, in order of hybrid time. Pure, total, order-independent.

`fold(events)` of a set of events is the same in whatever order they arrive; `apply` extends a fold
by one later event and equals folding again. Unknown history (an event before the opening, a mark
on a checklist that another device started) is kept, never an error: it came from a real device.

What two devices did without knowing of each other: of a field, both values stay until a later one
replaces them. What was done to a case after its closing stays, and so does the closing. The later
hand-over is in force. Both wait in `Case.unsettled` for somebody to look. Of two sittings of the
quick assessment the one begun later goes on. Forgetting needs no rule here: what was sealed reads
None, however late it was written.
"""

import dataclasses
from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from desk.domain import events as ev
from desk.domain.case import (
    Approval,
    Attachment,
    Case,
    FieldState,
    Handover,
    MarkedItem,
    Note,
    ReportMade,
    StartedChecklist,
    Unsettled,
    Version,
)
from desk.domain.events import Event, Payload


def fold(case_id: str, events: Iterable[Event]) -> Case:
    """The case that these events tell. Duplicates (same id) count once."""
    case = Case(id=case_id)
    seen: set[str] = set()
    for event in sorted(events, key=_order):
        if event.id not in seen:
            seen.add(event.id)
            case = apply(case, event)
    return case


def _order(event: Event) -> tuple[object, ...]:
    return (event.stamp, event.seq, event.id)


def apply(case: Case, event: Event) -> Case:
    """`case` after `event`, which MUST be later than every event already in it."""
    after = _told(event.payload, case, event)
    if case.status == "closed" == after.status and isinstance(event.payload, _WORK):
        what = getattr(event.payload, "field", event.payload.kind)
        return _clashing(after, "closed", what, event)
    return after


_WORK = (
    ev.FieldSet
    | ev.ItemRemoved
    | ev.AnswerSet
    | ev.ChecklistStarted
    | ev.ItemMarked
    | ev.ClockMoved
    | ev.HandedOver
    | ev.Attached
    | ev.Detached
)


def _clashing(case: Case, about: ev.Clash, what: str, event: Event) -> Case:
    new = Unsettled(about, what, event.actor, event.stamp)
    return dataclasses.replace(case, unsettled=(*case.unsettled, new))


def _settled_of(case: Case, about: ev.Clash) -> tuple[Unsettled, ...]:
    return tuple(one for one in case.unsettled if one.about != about)


def _after(case: Case, event: Event, **changes: Any) -> Case:  # noqa: ANN401 - any of its fields
    """`case` with what the event changed, and with the event as its last: copied once."""
    return dataclasses.replace(case, last=event.stamp, count=case.count + 1, **changes)


@singledispatch
def _told(payload: Payload, case: Case, event: Event) -> Case:
    return _after(case, event)


@_told.register
def _case_opened(payload: ev.CaseOpened, case: Case, event: Event) -> Case:
    if case.opened is not None:
        return _after(case, event)
    return _after(
        case,
        event,
        number=payload.number,
        pack=event.pack,
        received_at=payload.received_at,
        first_receiver=payload.first_receiver or event.actor,
        handler=case.handler or payload.first_receiver or event.actor,
        opened=event.stamp,
    )


@_told.register
def _field_set(payload: ev.FieldSet, case: Case, event: Event) -> Case:
    superseded = case.superseded.union(payload.replaces) if payload.replaces else case.superseded
    state = case.fields.get(payload.field)
    new = Version(payload.value, event.id, event.stamp, event.actor, payload.personal)
    heads = [h for h in (state.heads if state else ()) if h.event not in payload.replaces]
    if event.id not in superseded:
        heads.append(new)
    heads.sort(key=lambda h: h.stamp, reverse=True)
    if not heads:
        return _after(case, event, superseded=superseded)
    fields = {**case.fields, payload.field: FieldState(tuple(heads))}
    return _after(case, event, fields=fields, superseded=superseded)


@_told.register
def _item_removed(payload: ev.ItemRemoved, case: Case, event: Event) -> Case:
    return _after(case, event, removed=case.removed | {f"{payload.group}/{payload.item}"})


@_told.register
def _step_entered(payload: ev.StepEntered, case: Case, event: Event) -> Case:
    return _after(case, event, step=payload.step, said_here=())


@_told.register
def _answer_set(payload: ev.AnswerSet, case: Case, event: Event) -> Case:
    sitting = payload.sitting or case.sitting or event.id
    if sitting in case.ended:
        return _after(case, event)
    answers = dict(case.answers) if sitting == case.sitting else {}
    ended = _ended(case) - {sitting}
    if payload.question:
        answers[payload.question] = payload.answer
        if payload.answer is None:
            del answers[payload.question]
    return _after(case, event, answers=answers, sitting=sitting, ended=ended)


def _ended(case: Case) -> frozenset[str]:
    """The sittings that are over once another begins, or none is wanted any more."""
    return case.ended | {case.sitting} if case.sitting else case.ended


@_told.register
def _assessment_cleared(payload: ev.AssessmentCleared, case: Case, event: Event) -> Case:
    return _after(case, event, answers={}, sitting="", ended=_ended(case))


@_told.register
def _script_said(payload: ev.ScriptSaid, case: Case, event: Event) -> Case:
    if payload.script in case.said:
        return _after(case, event)
    return _after(
        case,
        event,
        said=(*case.said, payload.script),
        said_here=(*case.said_here, payload.script),
    )


@_told.register
def _checklist_started(payload: ev.ChecklistStarted, case: Case, event: Event) -> Case:
    old = case.checklists.get(payload.checklist)
    if old is None:
        new = StartedChecklist(
            payload.checklist, event.stamp, event.actor, payload.triggers, {}, payload.at
        )
    else:
        added = tuple(t for t in payload.triggers if t not in old.triggers)
        new = dataclasses.replace(old, triggers=(*old.triggers, *added), at=old.at or payload.at)
    return _after(case, event, checklists={**case.checklists, payload.checklist: new})


@_told.register
def _item_marked(payload: ev.ItemMarked, case: Case, event: Event) -> Case:
    old = case.checklists.get(payload.checklist) or StartedChecklist(
        payload.checklist, event.stamp, event.actor, (), {}
    )
    mark = MarkedItem(payload.status, event.actor, event.stamp, payload.reason)
    new = dataclasses.replace(old, items={**old.items, payload.item: mark})
    return _after(case, event, checklists={**case.checklists, payload.checklist: new})


@_told.register
def _clock_moved(payload: ev.ClockMoved, case: Case, event: Event) -> Case:
    return _after(case, event, clock_events=(*case.clock_events, payload))


@_told.register
def _noted(payload: ev.Noted, case: Case, event: Event) -> Case:
    note = Note(payload.text, event.actor, event.stamp)
    return _after(case, event, notes=(*case.notes, note))


@_told.register
def _handed_over(payload: ev.HandedOver, case: Case, event: Event) -> Case:
    passed = Handover(payload.giver, payload.taker, event.stamp, payload.note)
    handler = payload.taker or case.handler  # a case is never without somebody responsible
    knew = payload.giver in {"", case.handler}
    unsettled = _settled_of(case, "handover") if knew else case.unsettled
    after = _after(
        case, event, handler=handler, handovers=(*case.handovers, passed), unsettled=unsettled
    )
    return after if knew else _clashing(after, "handover", payload.taker, event)


@_told.register
def _reported(payload: ev.Reported, case: Case, event: Event) -> Case:
    made = ReportMade(payload.copy, payload.language, payload.seal, payload.sha256, event.stamp)
    return _after(case, event, reports=(*case.reports, made))


@_told.register
def _closed(payload: ev.Closed, case: Case, event: Event) -> Case:
    return _after(
        case,
        event,
        status="closed",
        answers={},
        sitting="",
        ended=_ended(case),
        outcome=payload.outcome,
        closed=event.stamp,
        closed_at=payload.at,
    )


@_told.register
def _reopened(payload: ev.Reopened, case: Case, event: Event) -> Case:
    return _after(
        case,
        event,
        status="open",
        outcome="",
        closed=None,
        closed_at="",
        hold_decided=case.held,
        unsettled=_settled_of(case, "closed"),
    )


@_told.register
def _settled(payload: ev.Settled, case: Case, event: Event) -> Case:
    return _after(case, event, unsettled=_settled_of(case, payload.about))


@_told.register
def _interest_stated(payload: ev.InterestStated, case: Case, event: Event) -> Case:
    return _after(case, event, interests={**case.interests, payload.person: payload.interested})


@_told.register
def _approved(payload: ev.Approved, case: Case, event: Event) -> Case:
    new = Approval(payload.act, payload.by, event.actor, payload.reason, event.stamp)
    return _after(case, event, approvals=(*case.approvals, new))


@_told.register
def _attached(payload: ev.Attached, case: Case, event: Event) -> Case:
    others = tuple(one for one in case.attachments if one.file != payload.file)
    new = Attachment(
        payload.file,
        payload.size,
        payload.media,
        payload.name,
        payload.key,
        payload.note,
        event.actor,
        event.stamp,
        payload.plain,
    )
    return _after(case, event, attachments=(*others, new))


@_told.register
def _detached(payload: ev.Detached, case: Case, event: Event) -> Case:
    left = tuple(one for one in case.attachments if one.file != payload.file)
    return _after(case, event, attachments=left)


@_told.register
def _hold_set(payload: ev.HoldSet, case: Case, event: Event) -> Case:
    if payload.on:
        changes = {"hold_reason": payload.reason, "hold_ended_at": ""}
    else:
        changes = {"hold_reason": None, "hold_ended_at": payload.at if case.held else ""}
    return _after(case, event, held=payload.on, hold_decided=True, **changes)


@_told.register
def _keeping_set(payload: ev.KeepingSet, case: Case, event: Event) -> Case:
    return _after(case, event, keep=payload.keep)


@_told.register
def _forgotten(payload: ev.Forgotten, case: Case, event: Event) -> Case:
    return _after(case, event, forgotten=event.stamp, forgotten_at=payload.at)
