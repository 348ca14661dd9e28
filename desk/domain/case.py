"""The case as its events tell it: a frozen value made by the fold in `desk.domain.fold`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from desk.domain.events import Act, Answer, Clash, ClockMoved, Copy, ItemStatus, Value
from desk.domain.ids import Stamp

Status = Literal["open", "closed"]


@dataclass(frozen=True, slots=True)
class Version:
    """One value a field was given, and by which event."""

    value: Value
    event: str
    stamp: Stamp
    actor: str
    personal: bool = False


@dataclass(frozen=True, slots=True)
class FieldState:
    """The values of a field that no later value replaced, the one in force first.

    More than one means that two devices wrote without knowing of each other: the later hybrid
    time is in force, the others stay visible until a value replaces them.
    """

    heads: tuple[Version, ...]

    @property
    def value(self) -> Value:
        """The value in force."""
        return self.heads[0].value

    @property
    def is_contested(self) -> bool:
        """Whether another value still waits to be settled."""
        return len(self.heads) > 1 and any(h.value != self.heads[0].value for h in self.heads[1:])


@dataclass(frozen=True, slots=True)
class MarkedItem:
    """Where a checklist item stands."""

    status: ItemStatus
    actor: str
    stamp: Stamp
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class StartedChecklist:
    """A checklist of this case: when (`at`, local minute) and why it began, its items touched."""

    key: str
    stamp: Stamp
    actor: str
    triggers: tuple[str, ...]
    items: Mapping[str, MarkedItem]
    at: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """An internal note; `text` is None once the case was forgotten."""

    text: str | None
    actor: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Handover:
    """One passing of responsibility."""

    giver: str
    taker: str
    stamp: Stamp
    note: str | None


@dataclass(frozen=True, slots=True)
class Unsettled:
    """What two devices did without knowing of each other, until somebody looks at it.

    `closed`: worked on (`what`: a field's path or an event's kind) after it was closed. `handover`:
    passed on (`what`: to whom) by somebody who did not have the case any more.
    """

    about: Clash
    what: str
    actor: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class ReportMade:
    """One report written of this case."""

    copy: Copy
    language: str
    seal: str
    sha256: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file put to the case: `file` is the SHA-256 of its encrypted form, `size` in plain bytes.

    `plain` is the SHA-256 of the original. It, `name`, `key` and `note` are None once the case was
    forgotten.
    """

    file: str
    size: int
    media: str
    name: str | None
    key: str | None
    note: str | None
    actor: str
    stamp: Stamp
    plain: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """What a second person allowed, who that was, and on whose asking."""

    act: Act
    by: str
    actor: str
    reason: str | None
    stamp: Stamp


ARRIVED = "arrived_at"
"""The field that notes when a complaint came in that was entered later."""


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint as it stands. `fields` maps `key` or `group/item/key` to its state.

    `pack` is the stamp of the content pack it was opened under, by which it goes on. `said_here`
    are the scripts said since the step was entered, `said` all of them. `sitting` is the run of
    observations that `answers` come from, empty while there is none; `ended` are those before it.
    `unsettled` waits for somebody to look at it. `interests` says of staff
    who were asked whether the matter concerns themselves; `held` keeps the case from being
    forgotten, `hold_decided` says that somebody judged whether to, `keep` is its retention class
    where one was chosen. Times are local minutes.
    """

    id: str
    number: str = ""
    pack: str = ""
    received_at: str = ""
    first_receiver: str = ""
    handler: str = ""
    status: Status = "open"
    outcome: str = ""
    step: int = 1
    opened: Stamp | None = None
    closed: Stamp | None = None
    closed_at: str = ""
    last: Stamp | None = None
    count: int = 0
    fields: Mapping[str, FieldState] = field(default_factory=dict)
    superseded: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    sitting: str = ""
    ended: frozenset[str] = frozenset()
    unsettled: tuple[Unsettled, ...] = ()
    said: tuple[str, ...] = ()
    said_here: tuple[str, ...] = ()
    checklists: Mapping[str, StartedChecklist] = field(default_factory=dict)
    clock_events: tuple[ClockMoved, ...] = ()
    notes: tuple[Note, ...] = ()
    handovers: tuple[Handover, ...] = ()
    reports: tuple[ReportMade, ...] = ()
    interests: Mapping[str, bool] = field(default_factory=dict)
    approvals: tuple[Approval, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    held: bool = False
    hold_reason: str | None = None
    hold_ended_at: str = ""
    hold_decided: bool = False
    keep: str = ""
    forgotten: Stamp | None = None
    forgotten_at: str = ""

    @property
    def received(self) -> str:
        """Local minute of receipt, from which the limits run (令2020-3 Art 18: 收到, not 受理).

        That of the entry here, or the earlier one noted when a letter or call is entered later.
        """
        noted = self.text(ARRIVED)
        return min(noted, self.received_at) if noted else self.received_at

    def value(self, key: str) -> Value:
        """The value in force of a field; None when never set or cleared."""
        state = self.fields.get(key)
        return None if state is None else state.value

    def text(self, key: str) -> str:
        """The value of a field as text; empty when there is none."""
        value = self.value(key)
        if value is None:
            return ""
        return "、".join(value) if isinstance(value, list) else str(value)

    def items(self, group: str) -> tuple[str, ...]:
        """Ids of a repeated group's items, in the order in which they were first written.

        Item ids are UUIDv7, so that their own order is that order on every device.
        """
        return self.groups().get(group, ())

    def groups(self) -> dict[str, tuple[str, ...]]:
        """The items of every repeated group that has any, as :meth:`items` gives those of one."""
        found: dict[str, set[str]] = {}
        for path in self.fields:
            if "/" in path:
                group, item = path.split("/")[:2]
                if f"{group}/{item}" not in self.removed:
                    found.setdefault(group, set()).add(item)
        return {group: tuple(sorted(items)) for group, items in found.items()}

    @property
    def contested(self) -> tuple[str, ...]:
        """Fields where another device's value waits to be settled."""
        return tuple(sorted(key for key, state in self.fields.items() if state.is_contested))
