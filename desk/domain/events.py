"""What can happen to a case: the typed payloads of the event log, and the event around them.

An event is immutable. Personal values sit in the attributes a payload calls sealed; the store
encrypts those with the case's own key and hashes the encrypted bytes, so that a case can be
forgotten without breaking the chain. A payload whose sealed part was forgotten reads None there.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import msgspec

from desk.domain.ids import Stamp

Value = str | int | float | bool | list[str] | None
Answer = int | str | list[str] | None
ItemStatus = Literal["open", "done", "not_applicable"]
Copy = Literal["internal", "customer"]


class Payload(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What one event says. Subclasses name their kind by their tag."""

    SEALED: ClassVar[tuple[str, ...]] = ()

    def sealed(self) -> tuple[str, ...]:
        """Names of the attributes that hold personal values in this payload."""
        return self.SEALED

    @property
    def kind(self) -> str:
        """The event kind as stored, such as `field_set`."""
        return str(self.__struct_config__.tag)


class CaseOpened(Payload, frozen=True, kw_only=True, tag="case_opened"):
    """A complaint was received (令2020-3 Art 18 counts from here). `received_at`: local minute."""

    number: str
    received_at: str
    first_receiver: str


class FieldSet(Payload, frozen=True, kw_only=True, tag="field_set"):
    """A field got a value; None clears it.

    `field` is a key of the pack's steps, or `group/item/key` inside a repeated group. `replaces`
    holds the ids of the values the editor saw: two values that do not know of each other are a
    conflict, kept visible until a later value replaces both.
    """

    field: str
    value: Value = None
    personal: bool = False
    replaces: tuple[str, ...] = ()

    def sealed(self) -> tuple[str, ...]:
        """The value, when the pack calls the field personal."""
        return ("value",) if self.personal else ()


class ItemRemoved(Payload, frozen=True, kw_only=True, tag="item_removed"):
    """An item of a repeated group was taken out; its values stay in the log."""

    group: str
    item: str


class StepEntered(Payload, frozen=True, kw_only=True, tag="step_entered"):
    """The handler turned to a step (1–5); reopening the case comes back here."""

    step: int


class AnswerSet(Payload, frozen=True, kw_only=True, tag="answer_set"):
    """An observation of the quick assessment; None is "not observed".

    Lowering a safety dimension needs the person in charge: `confirmed_by` and `reason`.
    """

    SEALED: ClassVar[tuple[str, ...]] = ("reason",)

    question: str
    answer: Answer = None
    confirmed_by: str = ""
    reason: str | None = None


class AssessmentCleared(Payload, frozen=True, kw_only=True, tag="assessment_cleared"):
    """All observations were taken back: retaken, declined by the customer, or case closed."""

    why: Literal["retake", "declined", "closed"]


class ScriptSaid(Payload, frozen=True, kw_only=True, tag="script_said"):
    """The teller marked a suggested sentence as said."""

    script: str


class ChecklistStarted(Payload, frozen=True, kw_only=True, tag="checklist_started"):
    """An escalation checklist began, by these triggers or, with none, by hand.

    `at` is the local minute from which the limits of its items run.
    """

    checklist: str
    triggers: tuple[str, ...] = ()
    at: str = ""


class ItemMarked(Payload, frozen=True, kw_only=True, tag="item_marked"):
    """A checklist item was done, found not applicable with a reason, or opened again."""

    SEALED: ClassVar[tuple[str, ...]] = ("reason",)

    checklist: str
    item: str
    status: ItemStatus
    reason: str | None = None


class ClockMoved(Payload, frozen=True, kw_only=True, tag="clock_moved"):
    """Something the legal clocks count: `type` and fields are those of `desk.domain.clocks`."""

    type: str
    at: str
    level: str | None = None
    approver: str | None = None
    told_at: str | None = None
    reason: str | None = None
    due: str | None = None


class Noted(Payload, frozen=True, kw_only=True, tag="noted"):
    """An internal note."""

    SEALED: ClassVar[tuple[str, ...]] = ("text",)

    text: str | None = None


class HandedOver(Payload, frozen=True, kw_only=True, tag="handed_over"):
    """Responsibility passed from one person to another; a case is never without one."""

    SEALED: ClassVar[tuple[str, ...]] = ("note",)

    giver: str
    taker: str
    note: str | None = None


class Revealed(Payload, frozen=True, kw_only=True, tag="revealed"):
    """A masked personal value was shown to the actor."""

    field: str


class Reported(Payload, frozen=True, kw_only=True, tag="reported"):
    """A report was written: its copy, seal (hash of the case's events before) and file hash."""

    copy: Copy
    language: str
    seal: str
    sha256: str
    pages: int


class Closed(Payload, frozen=True, kw_only=True, tag="closed"):
    """The case was closed: settled, told though not agreed, or withdrawn. `at`: local minute."""

    outcome: Literal["settled", "told", "withdrawn"]
    at: str = ""


class Reopened(Payload, frozen=True, kw_only=True, tag="reopened"):
    """A closed case was taken up again."""

    SEALED: ClassVar[tuple[str, ...]] = ("reason",)

    reason: str | None = None


AnyPayload = (
    CaseOpened
    | FieldSet
    | ItemRemoved
    | StepEntered
    | AnswerSet
    | AssessmentCleared
    | ScriptSaid
    | ChecklistStarted
    | ItemMarked
    | ClockMoved
    | Noted
    | HandedOver
    | Revealed
    | Reported
    | Closed
    | Reopened
)


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log as the domain sees it: decrypted, without hashes.

    `seq` counts from 1 on each device without gaps. `actor` is the staff id. `pack` is the pack id
    and version in force, such as `cn-branch@1.0.0`.
    """

    id: str
    device: str
    seq: int
    stamp: Stamp
    actor: str
    case: str
    payload: Payload
    pack: str


_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(AnyPayload)
_ENCODER = msgspec.json.Encoder(order="deterministic")


def split(payload: Payload) -> tuple[bytes, bytes]:
    """A payload's public and personal part as canonical JSON; the second may be empty."""
    sealed = payload.sealed()
    if not sealed:
        return _ENCODER.encode(payload), b""
    whole: dict[str, object] = msgspec.to_builtins(payload)
    personal = {name: whole.pop(name) for name in sealed if whole.get(name) is not None}
    return _ENCODER.encode(whole), _ENCODER.encode(personal) if personal else b""


def join(public: bytes, personal: bytes) -> Payload:
    """The payload of a public and a personal part; an empty personal part reads None there.

    Raises `msgspec.ValidationError` or `msgspec.DecodeError` when the bytes are no known payload.
    """
    if not personal:
        found: Payload = _DECODER.decode(public)
        return found
    whole: dict[str, object] = msgspec.json.decode(public)
    whole.update(msgspec.json.decode(personal))
    joined: Payload = msgspec.convert(whole, AnyPayload)
    return joined
