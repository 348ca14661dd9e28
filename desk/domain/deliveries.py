"""What became of each bundle: exported, delivered, confirmed; who is known to hold what. Pure.

Three states that are never mixed: 已导出 exported, the file was written here; 已送达 delivered, the
other side has read it; 已确认 confirmed, its own signed word is here. Only what is confirmed counts
for what goes out next, so that a lost bundle is made good by exporting again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from desk.domain.events import Event
from desk.domain.exchange import Delivery, Peer, Profile
from desk.domain.sync_events import BundleDelivered, BundleMade, BundleTaken, KeysShown, PeerPut

REMIND_DAYS = 7
"""After so many days without a confirmation people are reminded, unless the branch says else."""
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was made for a peer. `at_ms`: when, ms since 1970 UTC; `actor` made it.

    `heads` are the sequence numbers of each device's chain that the peer holds once it has come.
    """

    peer: str
    name: str
    number: int
    sha256: str
    profile: Profile
    events: int
    cases: int
    files: int
    size: int
    heads: Mapping[str, int]
    at_ms: int
    actor: str
    state: Delivery = "exported"
    delivered_ms: int = 0
    confirmed_ms: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """All exchanging of a vault: peers by id, bundles in the order made, what each peer holds.

    `known` maps a peer to the sequence number it has confirmed of each device's chain, `heard` to
    when something of it was last taken in (ms since 1970 UTC). `keys` are the public keys that
    each device of this vault has shown, signing key and age key.
    """

    peers: Mapping[str, Peer] = field(default_factory=dict)
    bundles: tuple[Bundle, ...] = ()
    known: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    heard: Mapping[str, int] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def of(self, peer: str) -> tuple[Bundle, ...]:
        """The bundles made for a peer, in order."""
        return tuple(one for one in self.bundles if one.peer == peer)

    def next_number(self, peer: str) -> int:
        """What the next bundle for a peer is numbered."""
        return max((one.number for one in self.of(peer)), default=0) + 1

    def previous(self, peer: str) -> str:
        """The hash of the bundle made last for a peer; empty before the first."""
        made = self.of(peer)
        return made[-1].sha256 if made else ""

    def unconfirmed(self, peer: str) -> tuple[Bundle, ...]:
        """The bundles that a peer has not confirmed, in order."""
        return tuple(one for one in self.of(peer) if one.state != "confirmed")

    def late(self, now_ms: int, days: int = REMIND_DAYS) -> tuple[Bundle, ...]:
        """The oldest bundle of each peer in use that waits for its word longer than `days`."""
        found = []
        for peer in self.peers.values():
            waiting = self.unconfirmed(peer.id) if peer.active else ()
            if waiting and now_ms - waiting[0].at_ms > days * _DAY_MS:
                found.append(waiting[0])
        return tuple(found)


def exchange(events: Iterable[Event], own: Collection[str]) -> Exchange:
    """What these events tell of the devices `own`; of others only whom they approved.

    `own` is this computer, with what it was before a restore. The same in whatever order they
    arrive, and with any of them twice.
    """
    found = Exchange()
    seen: set[str] = set()
    for event in sorted(events, key=lambda one: (one.stamp, one.seq)):
        if event.id not in seen:
            seen.add(event.id)
            found = _after(found, event, own)
    return found


def _after(before: Exchange, event: Event, own: Collection[str]) -> Exchange:
    told = event.payload
    if isinstance(told, PeerPut):
        # Others tell of this computer too, with whom it exchanges nothing.
        mine = told.peer in own
        return before if mine else replace(before, peers={**before.peers, told.peer: _peer(told)})
    if isinstance(told, KeysShown):
        shown = (told.sign_key, told.age_key)
        return replace(before, keys={**before.keys, event.device: shown})
    return _exchanged(before, event) if event.device in own else before


def _exchanged(before: Exchange, event: Event) -> Exchange:
    told = event.payload
    if isinstance(told, BundleMade):
        return replace(before, bundles=(*before.bundles, _bundle(told, event)))
    if isinstance(told, BundleDelivered):
        return _delivered(before, told, event)
    if isinstance(told, BundleTaken):
        return _heard(before, told, event)
    return before


def _peer(told: PeerPut) -> Peer:
    return Peer(
        id=told.peer,
        name=told.name,
        kind=told.type,
        branch=told.branch,
        sign_key=told.sign_key,
        age_key=told.age_key,
        active=told.active,
        profile=told.profile,
    )


def _bundle(told: BundleMade, event: Event) -> Bundle:
    return Bundle(
        told.peer,
        told.name,
        told.number,
        told.sha256,
        told.profile,
        told.events,
        told.cases,
        told.files,
        told.size,
        told.heads,
        event.stamp.wall_ms,
        event.actor,
    )


def _delivered(before: Exchange, told: BundleDelivered, event: Event) -> Exchange:
    def after(one: Bundle) -> Bundle:
        meant = one.peer == told.peer and one.sha256 == told.sha256
        if not meant or one.state != "exported":
            return one
        return replace(one, state="delivered", delivered_ms=event.stamp.wall_ms)

    return replace(before, bundles=tuple(map(after, before.bundles)))


def _heard(before: Exchange, told: BundleTaken, event: Event) -> Exchange:
    """The peer's word: bundles it names, and those of which it holds everything."""
    known = dict(before.known.get(told.peer, {}))
    for device, seq in told.have.items():
        known[device] = max(seq, known.get(device, 0))

    def after(one: Bundle) -> Bundle:
        if one.peer != told.peer or one.state == "confirmed":
            return one
        held = one.heads and all(known.get(device, 0) >= seq for device, seq in one.heads.items())
        if one.sha256 not in told.confirmed and not held:
            return one
        return replace(one, state="confirmed", confirmed_ms=event.stamp.wall_ms)

    return replace(
        before,
        bundles=tuple(map(after, before.bundles)),
        known={**before.known, told.peer: known},
        heard={**before.heard, told.peer: event.stamp.wall_ms},
    )
