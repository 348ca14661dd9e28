"""What can happen to a case: the typed payloads of the event log, and the event around them.

An event is immutable. Personal values sit in the attributes a payload calls sealed; the store
encrypts those with the case's own key and hashes the encrypted bytes, so that a case can be
forgotten without breaking the chain. A payload whose sealed part was forgotten reads None there.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import msgspec

from desk.domain.ids import Stamp
from desk.domain.payload import Payload as Payload  # noqa: PLC0414 - found here with its kinds
from desk.domain.sync_events import SyncPayload
from desk.domain.timekeeping import State

Value = str | int | float | bool | list[str] | None
Answer = int | str | list[str] | None
ItemStatus = Literal["open", "done", "not_applicable"]
Copy = Literal["internal", "customer"]
Act = Literal["extension", "close_red", "lower_band", "to_enquiry", "forget"]
"""What needs a second person: extending to 60 days, closing a red case, lowering a safety mark,
recording a complaint as an enquiry, forgetting a person."""
Clash = Literal["closed", "handover"]
"""What two devices can do to a case without knowing of each other, besides two values of a field:
one closes it and the other works on; both pass it on."""
VAULT = ""
"""The case of events that belong to the vault and to no case: people, keys, looks, backups."""


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

    Lowering a safety dimension needs the person in charge: `confirmed_by` and `reason`. What was
    observed is sealed with a key of its own, that of this `sitting`: it is destroyed when the
    observations are cleared or the case is closed, and `question` is empty from then on. The store
    fills in the sitting: the id of its first observation.
    """

    SEALED: ClassVar[tuple[str, ...]] = ("question", "answer", "reason")
    PADDED: ClassVar[int] = 64

    question: str = ""
    answer: Answer = None
    confirmed_by: str = ""
    reason: str | None = None
    sitting: str = ""

    def sealed_for(self) -> str:
        """The key of the sitting."""
        return self.sitting


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
    """The case was closed: settled, told though not agreed, withdrawn, or an enquiry.

    `at`: local minute.
    """

    outcome: Literal["settled", "told", "withdrawn", "enquiry"]
    at: str = ""


class Reopened(Payload, frozen=True, kw_only=True, tag="reopened"):
    """A closed case was taken up again."""

    SEALED: ClassVar[tuple[str, ...]] = ("reason",)

    reason: str | None = None


class InterestStated(Payload, frozen=True, kw_only=True, tag="interest_stated"):
    """Somebody said whether they have a direct interest in the matter (令2020-3 Art 17)."""

    person: str
    interested: bool


class Approved(Payload, frozen=True, kw_only=True, tag="approved"):
    """A second person allowed, with their own password, what the actor then did."""

    SEALED: ClassVar[tuple[str, ...]] = ("reason",)

    act: Act
    by: str
    reason: str | None = None


class Attached(Payload, frozen=True, kw_only=True, tag="attached"):
    """A file was put to the case, encrypted beside the vault.

    `file` is the SHA-256 (hex) of what lies there, `size` the bytes of the original and `media`
    what it is. Forgotten with the case: `key`, the secret that opens it, and `plain`, the SHA-256
    of the original, which would tell whoever has the same file that it is this one.
    """

    SEALED: ClassVar[tuple[str, ...]] = ("name", "key", "note", "plain")

    file: str
    size: int
    media: str
    name: str | None = None
    key: str | None = None
    note: str | None = None
    plain: str | None = None


class Detached(Payload, frozen=True, kw_only=True, tag="detached"):
    """An attachment was taken out of the case; its file goes once no case holds it."""

    SEALED: ClassVar[tuple[str, ...]] = ("reason",)

    file: str
    reason: str | None = None


class HoldSet(Payload, frozen=True, kw_only=True, tag="hold_set"):
    """A legal hold keeps the case from being forgotten (dispute, lawsuit, enquiry), or ended.

    Without one before, that it ended says that somebody looked and none is called for. `at`: local
    minute.
    """

    SEALED: ClassVar[tuple[str, ...]] = ("reason",)

    on: bool
    at: str = ""
    reason: str | None = None


class KeepingSet(Payload, frozen=True, kw_only=True, tag="keeping_set"):
    """The retention class of the case was chosen: a key of the rules in force."""

    keep: str


class Forgotten(Payload, frozen=True, kw_only=True, tag="forgotten"):
    """The key of the case's personal values was destroyed, two people agreeing.

    `by` is the second of them. `reason` stays readable and therefore names no customer.
    """

    by: str
    why: Literal["due", "asked", "law"]
    at: str = ""
    reason: str = ""


class Settled(Payload, frozen=True, kw_only=True, tag="settled"):
    """Somebody looked at what two devices did without knowing of each other, and leaves it so."""

    about: Clash


class PersonPut(Payload, frozen=True, kw_only=True, tag="person_put"):
    """Somebody works here from now on, under another name or role, or no longer."""

    person: str
    name: str
    role: str
    active: bool = True


class SlotChanged(Payload, frozen=True, kw_only=True, tag="slot_changed"):
    """A way to open the vault came, went or got a new secret; `person` for people's passwords."""

    slot: Literal["person", "recovery", "head_office"]
    change: Literal["added", "removed", "renewed"]
    person: str = ""


class KeyRotated(Payload, frozen=True, kw_only=True, tag="key_rotated"):
    """The database was encrypted anew under a fresh key."""


class Unlocked(Payload, frozen=True, kw_only=True, tag="unlocked"):
    """Somebody opened the vault, after so many failed attempts since it was last opened."""

    slot: Literal["person", "recovery", "head_office"] = "person"
    failed: int = 0


class Locked(Payload, frozen=True, kw_only=True, tag="locked"):
    """The vault was closed: by hand, because nobody worked, or with the program."""

    why: Literal["hand", "idle", "end"]


class CaseSeen(Payload, frozen=True, kw_only=True, tag="case_seen"):
    """Somebody looked at a case. An event of the vault, so that the case's own log is its work."""

    case: str


class Printed(Payload, frozen=True, kw_only=True, tag="printed"):
    """A report of a case went to a printer."""

    case: str
    copy: Copy


class Exported(Payload, frozen=True, kw_only=True, tag="exported"):
    """Something left the vault as a file: what, how many lines, in which format, about whom.

    `case` is set when it was of one case only; `sha256` is that of the file.
    """

    what: Literal[
        "ledger",
        "case",
        "audit",
        "keeping",
        "pack",
        "attachment",
        "bundle",
        "rescue",
        "figures",
    ]
    format: str
    count: int
    case: str = ""
    sha256: str = ""


class BackedUp(Payload, frozen=True, kw_only=True, tag="backed_up"):
    """A backup was made, opened again and found whole: all events of each device up to `heads`."""

    name: str
    why: Literal["time", "hand", "risk"]
    events: int
    heads: dict[str, str]
    sha256: str


class RestoreTried(Payload, frozen=True, kw_only=True, tag="restore_tried"):
    """A backup was restored into a vault of its own to see that it can be; `fault` is a code."""

    name: str
    events: int
    fault: str = ""


class Restored(Payload, frozen=True, kw_only=True, tag="restored"):
    """The vault was put back from a backup; `lost` counts the events it lacks, as far as known.

    `forgotten` are the persons forgotten since, by case: they are to be forgotten again.
    """

    name: str
    events: int
    lost: int = 0
    forgotten: dict[str, Forgotten] = msgspec.field(default_factory=dict)


class ClockStepped(Payload, frozen=True, kw_only=True, tag="clock_stepped"):
    """The computer's clock was found earlier than the record or far later, or right again.

    `before_ms` is the time that was believed, `now_ms` what the clock said; ms since 1970 UTC.
    """

    before_ms: int
    now_ms: int
    state: State = "behind"


class SettingPut(Payload, frozen=True, kw_only=True, tag="setting_put"):
    """A setting of the whole branch got a value."""

    key: str
    value: str


class PackInstalled(Payload, frozen=True, kw_only=True, tag="pack_installed"):
    """A version of a content pack came to this device."""

    stamp: str


class Checked(Payload, frozen=True, kw_only=True, tag="checked"):
    """The vault was verified; `findings` counts the faults found."""

    findings: int


class Swept(Payload, frozen=True, kw_only=True, tag="swept"):
    """Files that hold what was forgotten were removed: backups past their time, attachments."""

    backups: int = 0
    attachments: int = 0


CasePayload = (
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
    | InterestStated
    | Approved
    | Attached
    | Detached
    | HoldSet
    | KeepingSet
    | Forgotten
    | Settled
)
"""What happens to a case."""

VaultPayload = (
    PersonPut
    | SlotChanged
    | KeyRotated
    | Unlocked
    | Locked
    | CaseSeen
    | Printed
    | Exported
    | BackedUp
    | RestoreTried
    | Restored
    | ClockStepped
    | SettingPut
    | PackInstalled
    | Checked
    | Swept
    | SyncPayload
)
"""What happens to the vault itself: its case is :data:`VAULT`, and nothing of it is sealed."""

AnyPayload = CasePayload | VaultPayload


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log as the domain sees it: decrypted, without hashes.

    `seq` counts from 1 on each device without gaps. `actor` is the staff id. `pack` is the pack id
    and version in force, such as `cn-branch@1.0.0`. `case` is :data:`VAULT` for what is of no case.
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
    if not personal:
        return _ENCODER.encode(whole), b""
    part = _ENCODER.encode(personal)
    if payload.PADDED:
        part += b" " * (-len(part) % payload.PADDED)
    return _ENCODER.encode(whole), part


class _Keyed(msgspec.Struct, frozen=True):
    """The only attribute of a public part that says which key its sealed part has."""

    sitting: str = ""


_KEYED = msgspec.json.Decoder(_Keyed)


def sealed_for(public: bytes) -> str:
    """What :meth:`Payload.sealed_for` says of the payload with this public part.

    Raises as :func:`join` does.
    """
    return _KEYED.decode(public).sitting


def join(public: bytes, personal: bytes) -> Payload:
    """The payload of a public and a personal part; an empty personal part reads None there.

    The parts are objects as :func:`split` writes them, neither of them empty, and are read as one.
    Raises `msgspec.ValidationError` or `msgspec.DecodeError` when the bytes are no known payload.
    """
    whole = b"%b,%b" % (public[:-1], personal[1:]) if personal else public
    found: Payload = _DECODER.decode(whole)
    return found
