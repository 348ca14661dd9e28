"""What head office keeps of its branches, their devices and files, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from desk.domain.exchange import Profile, fingerprint

DeviceState = Literal["waiting", "approved", "relayed", "revoked", "replaced"]
"""`waiting`: it sent a bundle, and nobody has compared its fingerprint yet. `relayed`: known
through another device of its branch; a bundle of its own waits too. `revoked` and `replaced` (by
another): nothing that it writes from then on is accepted."""

ENDED: frozenset[str] = frozenset({"revoked", "replaced"})

Way = Literal["keep", "discard", "retry"]
"""How a file that was set aside is settled: a second history kept beside the first; given up; tried
again."""


@dataclass(frozen=True, slots=True)
class HubBranch:
    """A branch as head office enrolled it; `parent` is the branch above it, empty: head office."""

    branch: str
    name: str
    parent: str
    profile: Profile
    enrolled_at: str


@dataclass(frozen=True, slots=True)
class HubDevice:
    """A device of a branch: its keys, how far its chain came, what it sent last.

    `head` is the hash (hex) of the event at `seq`. A `lane` other than 1 is a second history of the
    same device, which shares its events up to `forked_at` with the first.
    """

    branch: str
    device: str
    lane: int
    name: str
    sign_key: str
    age_key: str
    state: DeviceState
    successor: str = ""
    vouched_by: str = ""
    forked_at: int = 0
    seq: int = 0
    head: str = ""
    number: int = 0
    last_at: str = ""

    @property
    def fingerprint(self) -> str:
        """What two people compare."""
        return fingerprint(self.sign_key, self.age_key)


@dataclass(frozen=True, slots=True)
class HubBundle:
    """A bundle that was taken in."""

    branch: str
    sha256: str
    device: str
    number: int
    name: str
    profile: Profile
    events: int
    cases: int
    size: int
    taken_at: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file that was not taken in, and why: `reason` as `desk.errors.BundleRefused` names it.

    `unapproved` and `gap` are tried again by themselves. `kept` is its name in the folder of files
    set aside; `settled` what became of it (empty: it is still there).
    """

    branch: str
    id: str
    reason: str
    name: str
    kept: str
    sha256: str
    device: str
    size: int
    came_at: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    settled: str = ""
    settled_at: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something that goes to branches with their next receipts (`desk.domain.exchange.Sent`).

    It takes the place of whatever went under the same `stead`, unless that is empty.
    """

    id: str
    what: Literal["pack", "calendar", "message", "hint", "transfer"]
    name: str
    data: bytes
    made_at: str
    stead: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptMade:
    """A receipt written for a device; `items` of the outbox went along, `taken_at` once known."""

    branch: str
    device: str
    number: int
    sha256: str
    items: tuple[str, ...]
    made_at: str
    taken_at: str = ""
