"""What lists, search and statistics read of a case: rows that can be thrown away and made again.

The store keeps these rows beside the log; `desk check --rebuild` makes them anew from the events.
They hold nothing that depends on the current time: overdue is worked out when they are read.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One legal clock of a case. `due_at` and `half_at`: local ISO minute; `state` as folded."""

    key: str
    started_at: str
    due_at: str
    state: str
    half_at: str = ""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a started checklist: who owns it, until when, and where it stands."""

    checklist: str
    item: str
    owner: str
    due_at: str
    status: str
    gating: bool


@dataclass(frozen=True, slots=True)
class SearchText:
    """The texts of a case that search looks through."""

    number: str = ""
    name: str = ""
    phone: str = ""
    narrative: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the ledger. Times are local ISO minutes; `missing` counts what closing lacks.

    `keeping`, `keep` and the ISO days `kept_from`, `dispute_ended` are those of
    :class:`~desk.domain.retention.Kept`.
    """

    case: str
    number: str
    received_at: str
    status: str
    outcome: str
    step: int
    done_steps: int
    first_receiver: str
    handler: str
    name: str
    summary: str
    channel: str
    source: str
    business: str
    cause: str
    scenario: str
    due_at: str
    clock_state: str
    missing: int
    events: int
    changed_ms: int
    first_contact_at: str = ""
    told_at: str = ""
    closed_at: str = ""
    waits_for: str = ""
    keeping: str = ""
    keep: str = ""
    kept_from: str = ""
    dispute_ended: str = ""


@dataclass(frozen=True, slots=True)
class Projection:
    """Everything the store keeps of a case beside its events."""

    row: CaseRow
    clocks: tuple[ClockRow, ...] = ()
    items: tuple[ItemRow, ...] = ()
    search: SearchText = field(default_factory=SearchText)
