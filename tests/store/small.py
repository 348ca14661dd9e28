"""A small projector in place of the real one, and what a small vault is made with."""

from desk.domain.case import Case
from desk.domain.projection import CaseRow, ClockRow, ItemRow, Projection, SearchText
from desk.store.stretching import Argon

PASSWORD = "诉解台 pass"
CHEAP = Argon(m=64, t=1, p=1)


def project(case: Case) -> Projection:
    """A projection of every part of a case, without packs."""
    row = CaseRow(
        case=case.id,
        number=case.number,
        received_at=case.received_at,
        status=case.status,
        outcome=case.outcome,
        step=case.step,
        done_steps=len(case.said),
        first_receiver=case.first_receiver,
        handler=case.handler,
        name=case.text("name"),
        summary=case.text("narrative")[:20],
        channel=case.text("channel"),
        source=case.text("source"),
        business=case.text("business"),
        cause=case.text("cause"),
        scenario=case.text("scenario"),
        due_at=case.text("due_at"),
        clock_state="" if case.status == "closed" else "running",
        missing=len(case.contested),
        events=case.count,
        changed_ms=case.last.wall_ms if case.last else 0,
        waits_for=case.text("waits_for"),
    )
    clocks = tuple(
        ClockRow(key=moved.type, started_at=moved.at, due_at=moved.due or "", state="running")
        for moved in case.clock_events
    )
    items = tuple(
        ItemRow(started.key, item, mark.actor, mark.reason or "", mark.status, gating=True)
        for started in case.checklists.values()
        for item, mark in sorted(started.items.items())
    )
    notes = "\n".join(note.text or "" for note in case.notes)
    search = SearchText(
        number=case.number,
        name=case.text("name"),
        phone=case.text("phone"),
        narrative=case.text("narrative"),
        notes=notes,
    )
    return Projection(row, clocks, items, search)
