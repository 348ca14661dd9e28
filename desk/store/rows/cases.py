"""Projections: what lists and Today read. `desk check --rebuild` makes these tables anew.

Columns carry the names of `desk.domain.projection`. Indexes answer the ledger's questions in a few
milliseconds at a million cases; each costs a write only when its own columns change.
"""

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from desk.store.base import WITHOUT_ROWID, Base


class CaseLine(Base):
    """One case of the ledger. `id` counts in order of arrival and is what search sorts by.

    `due_at` is null where `CaseRow.due_at` is empty, so that it can be sorted last.
    `search_digest` tells which texts the search index holds of it; it is empty before it has any.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "case_id", unique=True),
        Index(None, "number"),
        Index(None, "received_at"),
        Index("ix_cases_status_clock", "status", "clock_state", "due_at"),
        Index("ix_cases_status_due", "status", "due_at"),
        Index("ix_cases_status_handler", "status", "handler"),
        Index("ix_cases_status_source", "status", "source"),
        Index("ix_cases_handler_due", "handler", "due_at"),
        Index(None, "handler"),
        Index(None, "business"),
        Index(None, "cause"),
        Index(None, "scenario"),
        Index(None, "source"),
        Index(None, "due_at"),
        Index("ix_cases_waits_for", "status", "waits_for", sqlite_where=text("waits_for <> ''")),
        Index("ix_cases_keeping", "keeping", "kept_from", sqlite_where=text("keeping <> ''")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str]
    number: Mapped[str]
    received_at: Mapped[str]
    status: Mapped[str]
    outcome: Mapped[str]
    step: Mapped[int]
    done_steps: Mapped[int]
    first_receiver: Mapped[str]
    handler: Mapped[str]
    name: Mapped[str]
    summary: Mapped[str]
    channel: Mapped[str]
    source: Mapped[str]
    business: Mapped[str]
    cause: Mapped[str]
    scenario: Mapped[str]
    due_at: Mapped[str | None]
    clock_state: Mapped[str]
    missing: Mapped[int]
    events: Mapped[int]
    changed_ms: Mapped[int]
    first_contact_at: Mapped[str]
    told_at: Mapped[str]
    closed_at: Mapped[str]
    waits_for: Mapped[str]
    keeping: Mapped[str]
    keep: Mapped[str]
    kept_from: Mapped[str]
    dispute_ended: Mapped[str]
    search_digest: Mapped[bytes]


class ClockLine(Base):
    """One legal clock of a case; `place` keeps the projection's order."""

    __tablename__ = "clocks"
    __table_args__ = WITHOUT_ROWID

    case_row: Mapped[int] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    started_at: Mapped[str]
    due_at: Mapped[str]
    state: Mapped[str]
    half_at: Mapped[str]


class ChecklistItemLine(Base):
    """One item of a started checklist; `place` keeps the projection's order.

    Only items that are open and due are in the index of due times: it is for reminding, and an item
    that is settled must not cost more for it than leaving.
    """

    __tablename__ = "checklist_items"
    __table_args__ = (
        Index(
            "ix_checklist_items_to_do",
            "due_at",
            sqlite_where=text("status = 'open' AND due_at > ''"),
        ),
        WITHOUT_ROWID,
    )

    case_row: Mapped[int] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True)
    checklist: Mapped[str]
    item: Mapped[str]
    owner: Mapped[str]
    due_at: Mapped[str]
    status: Mapped[str]
    gating: Mapped[bool]
