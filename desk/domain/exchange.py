"""What goes from one device to another: ranges of chains, with the keys and files they need.

A bundle is a range of each device's log and nothing else; taking it in is a union of logs. The
values here are shared by whoever keeps a log (`desk.store`) and by the file format
(`desk.bundles`), which do not know each other.
"""

import hashlib
from collections.abc import Callable
from typing import Annotated, Literal

import msgspec

Profile = Literal["full", "deidentified", "off"]
"""What head office asked for: everything; no personal value, only stand-ins for it; nothing."""

Kind = Literal["bundle", "receipt"]
"""From a device to another or to head office; from head office back."""

Delivery = Literal["exported", "delivered", "confirmed"]
"""已导出, 已送达 (the other side has read it), 已确认 (its signed word is here): never mixed."""

BLOCK_EVENTS = 500
"""Events in a frame, at most."""
BLOCK_BYTES = 1 << 20
"""Bytes of a file in a frame, at most; a frame of events ends after this many too."""
BLOCK_PARTS = 5_000
"""Keys or stand-ins in a frame, at most."""
FRAME_BYTES = 1 << 25
"""No frame is longer: one that says so is refused before a byte of it is kept."""

# What is decoded from elsewhere is held to these; what is made here fits them by itself.
Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]
Line = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*\Z")]
"""One line of words: a name, a moment, the stamp of a pack."""
Code = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[\w-]*\Z")]
"""An id or code of letters, digits and hyphens, harmless in a file name; may be empty."""
Short = Annotated[str, msgspec.Meta(max_length=200)]
Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""32 bytes in hexadecimal: a SHA-256, or a public key for signatures."""
HashOrNone = Annotated[str, msgspec.Meta(pattern=r"^(?:[0-9a-f]{64})?\Z")]
Signature = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{128}\Z")]
AgeKey = Annotated[str, msgspec.Meta(pattern=r"^age1[0-9a-z]{58}\Z")]
"""A public key of the age format."""


class Range(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of one device's chain: the events after `after`, up to and with `to`.

    `before` is the hash of the event at `after` (the genesis at 0), `head` that of the event at
    `to`, both as 64 hexadecimal digits. `signature` (hex) is that of the device itself over
    :meth:`said`: whoever passes on another's events cannot add to them.
    """

    device: Code
    after: Count
    before: Hash
    to: Count
    head: Hash
    signature: Signature

    def said(self) -> bytes:
        """What the device signs: where its chain ends."""
        return head_said(self.device, self.to, self.head)

    @property
    def count(self) -> int:
        """How many events these are."""
        return self.to - self.after


def head_said(device: str, seq: int, head: str) -> bytes:
    """What a device signs of its own chain's end; `head` is the hash in hexadecimal."""
    return b"complaint desk head 1\0" + f"{device}\0{seq}\0{head}".encode()


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a bundle says of itself, readable by everybody who carries it, signed by its sender.

    It names no customer. `sender` and `recipient` are device ids; head office is a device too.
    `branch` is the branch code, `device_name` what staff call the computer; `sign_key` and
    `age_key` are the sender's public keys (hex; `age1…`). `have` is the sequence number that the
    sender holds of every device it knows: this confirms what it was sent. `number` counts the
    bundles from this sender to this recipient, `previous` is the SHA-256 (hex) of the one before.
    `packs` are the stamps of the packs in use. `created_at` is a local minute. `body` is the
    SHA-256 (hex) of the encrypted body, `size` its bytes.
    """

    format: int
    kind: Kind
    sender: Code
    device_name: Line
    branch: Code
    recipient: Code
    sign_key: Hash
    age_key: AgeKey
    profile: Profile
    number: Count
    previous: HashOrNone
    created_at: Line
    ranges: tuple[Range, ...] = ()
    have: dict[Code, Count] = {}
    cases: Count = 0
    files: Count = 0
    packs: tuple[Line, ...] = ()
    body: HashOrNone = ""
    size: Count = 0

    @property
    def events(self) -> int:
        """How many events are in it."""
        return sum(one.count for one in self.ranges)


class Frame(msgspec.Struct, frozen=True, array_like=True, tag_field="kind"):
    """One piece of a bundle's body."""


class EventRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An event on its way; device, place and hashes follow from where it stands.

    `sealed` without `nonce` is the digest of what was withheld (`desk.store.chain`).
    """

    id: Short
    wall_ms: Count
    counter: Count
    actor: Short
    case_id: Short
    kind: Short
    pack: Short
    public: bytes
    nonce: bytes
    sealed: bytes


class Events(Frame, frozen=True, tag=1):
    """Events of one device without a gap, the first at `first`."""

    device: Code
    first: Count
    rows: Annotated[tuple[EventRow, ...], msgspec.Meta(max_length=BLOCK_EVENTS)]


class CaseKeys(Frame, frozen=True, tag=2):
    """Keys of the cases in the bundle: case, sitting (empty: personal values), key."""

    keys: Annotated[tuple[tuple[Short, Short, bytes], ...], msgspec.Meta(max_length=BLOCK_PARTS)]


class StandIns(Frame, frozen=True, tag=3):
    """What stands for withheld personal parts, by place: sealed attributes as JSON."""

    device: Code
    parts: Annotated[tuple[tuple[Count, bytes], ...], msgspec.Meta(max_length=BLOCK_PARTS)]


class FileBegun(Frame, frozen=True, tag=4):
    """An attachment follows: the SHA-256 (hex) under which it is known, its encrypted bytes."""

    file: Hash
    size: Annotated[int, msgspec.Meta(ge=0, le=1 << 28)]


class FileBytes(Frame, frozen=True, tag=5):
    """The next bytes of the attachment that was begun."""

    data: Annotated[bytes, msgspec.Meta(max_length=BLOCK_BYTES)]


class Sent(Frame, frozen=True, tag=6):
    """Something besides events, mostly from head office: what it is, its name, its bytes.

    `pack`: an exported pack. `calendar`: a year of working days. `message`: text of `name`.
    `hint`: `desk.domain.hints.Hints`. `transfer`: :class:`Transfer`, a case passed to or from this
    branch. `confirmed`: :class:`Confirmed`, a bundle that this receipt confirms. All as JSON.
    """

    what: Literal["pack", "calendar", "message", "hint", "transfer", "confirmed"]
    name: Line
    data: bytes


AnyFrame = Events | CaseKeys | StandIns | FileBegun | FileBytes | Sent

Take = Callable[[AnyFrame], None]
"""What is given each frame of a body, in order. Nothing it was given counts before the end."""


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """Another device, or head office, that files are exchanged with, as somebody approved it."""

    id: str
    name: str
    kind: Literal["hub", "device"]
    branch: str
    sign_key: str
    age_key: str
    active: bool = True
    profile: Profile = "full"


class Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a device says of itself to another of its branch, signed by itself.

    Whoever takes it in compares the fingerprint of its keys with the one the other screen shows.
    """

    device: Code
    name: Line
    branch: Code
    sign_key: Hash
    age_key: AgeKey
    made_at: Line


class Enrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Head office's invitation to a branch, signed by head office: who it is, what it asks for.

    `branch` is the code, `parent` that of the branch above it (empty: head office). `hub` is head
    office's device id. `packs` are the stamps of the packs and calendars in force.
    """

    branch: Code
    branch_name: Line
    parent: Code
    hub: Code
    hub_name: Line
    sign_key: Hash
    age_key: AgeKey
    profile: Profile
    packs: tuple[Line, ...] = ()
    made_at: Line


class ReadMark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What head office leaves beside a bundle that it has read: `NAME.read`, signed by it.

    `sha256` is the hash of the bundle, `hub` head office's device id; `read_at` a local minute.
    """

    sha256: Hash
    hub: Code
    sign_key: Hash
    read_at: Line


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """What `Sent("confirmed")` holds as JSON: one bundle that head office has taken in."""

    sha256: Hash
    number: Count


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """What `Sent("transfer")` holds as JSON: a case that head office passes to another branch.

    Both branches are told. `fields` (path to value, as events hold them) only the one that is to
    take it over, and only where head office was given personal values.
    """

    case: Short
    number: Line
    from_branch: Code
    from_name: Line
    to_branch: Code
    to_name: Line
    at: Line
    note: str = ""
    fields: dict[str, str | int | float | bool | list[str] | None] = {}


def fingerprint(sign_key: str, age_key: str) -> str:
    """Twelve digits and letters in groups of four, by which two people compare a device's keys.

    60 bits of SHA-256 over both public keys, in Crockford's base 32 (no I, L, O, U).
    """
    digest = hashlib.sha256(f"complaint desk keys 1\0{sign_key}\0{age_key}".encode()).digest()
    value = int.from_bytes(digest[:8]) >> 4
    signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    spelt = "".join(signs[value >> 5 * place & 31] for place in reversed(range(12)))
    return "-".join(spelt[at : at + 4] for at in (0, 4, 8))


def is_fingerprint(typed: str, wanted: str) -> bool:
    """Whether somebody typed this fingerprint: Crockford's signs are read as they are meant."""
    return _signs(typed) == _signs(wanted)


def _signs(typed: str) -> str:
    found = "".join(char for char in typed.upper() if char.isalnum())
    return found.replace("O", "0").replace("I", "1").replace("L", "1")
