"""What goes from one device to another: ranges of chains, with the keys and files they need.

A bundle is a range of each device's log and nothing else; taking it in is a union of logs. The
values here are shared by whoever keeps a log (`desk.store`) and by the file format
(`desk.bundles`), which do not know each other.
"""

import hashlib
from collections.abc import Callable
from typing import Literal

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
FRAME_BYTES = 1 << 25
"""No frame is longer: one that says so is refused before a byte of it is kept."""


class Range(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of one device's chain: the events after `after`, up to and with `to`.

    `before` is the hash of the event at `after` (the genesis at 0), `head` that of the event at
    `to`, both as 64 hexadecimal digits. `signature` (hex) is that of the device itself over
    :meth:`said`: whoever passes on another's events cannot add to them.
    """

    device: str
    after: int
    before: str
    to: int
    head: str
    signature: str

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
    sender: str
    device_name: str
    branch: str
    recipient: str
    sign_key: str
    age_key: str
    profile: Profile
    number: int
    previous: str
    created_at: str
    ranges: tuple[Range, ...] = ()
    have: dict[str, int] = {}
    cases: int = 0
    files: int = 0
    packs: tuple[str, ...] = ()
    body: str = ""
    size: int = 0

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

    id: str
    wall_ms: int
    counter: int
    actor: str
    case_id: str
    kind: str
    pack: str
    public: bytes
    nonce: bytes
    sealed: bytes


class Events(Frame, frozen=True, tag=1):
    """Events of one device without a gap, the first at `first`."""

    device: str
    first: int
    rows: tuple[EventRow, ...]


class CaseKeys(Frame, frozen=True, tag=2):
    """Keys of the cases in the bundle: case, sitting (empty: personal values), key."""

    keys: tuple[tuple[str, str, bytes], ...]


class StandIns(Frame, frozen=True, tag=3):
    """What stands for withheld personal parts, by place: sealed attributes as JSON."""

    device: str
    parts: tuple[tuple[int, bytes], ...]


class FileBegun(Frame, frozen=True, tag=4):
    """An attachment follows: the SHA-256 (hex) under which it is known, its encrypted bytes."""

    file: str
    size: int


class FileBytes(Frame, frozen=True, tag=5):
    """The next bytes of the attachment that was begun."""

    data: bytes


class Sent(Frame, frozen=True, tag=6):
    """Something besides events, mostly from head office: what it is, its name, its bytes.

    `pack`: an exported pack. `calendar`: a year of working days. `message`: text of `name`.
    `hint`: repeat-complaint fingerprints. `transfer`: a case passed to this branch.
    `confirmed`: JSON of the bundle (SHA-256) that this receipt confirms.
    """

    what: Literal["pack", "calendar", "message", "hint", "transfer", "confirmed"]
    name: str
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


def fingerprint(sign_key: str, age_key: str) -> str:
    """Twelve digits and letters in groups of four, by which two people compare a device's keys.

    60 bits of SHA-256 over both public keys, in Crockford's base 32 (no I, L, O, U).
    """
    digest = hashlib.sha256(f"complaint desk keys 1\0{sign_key}\0{age_key}".encode()).digest()
    value = int.from_bytes(digest[:8]) >> 4
    signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    spelt = "".join(signs[value >> 5 * place & 31] for place in reversed(range(12)))
    return "-".join(spelt[at : at + 4] for at in (0, 4, 8))
