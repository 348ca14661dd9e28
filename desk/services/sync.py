"""Files for other computers and head office: who they are, and what became of what was sent.

What leaves is written by `desk.services.sync_exports`, what comes is taken in by
`desk.services.sync_imports`; what head office sends along waits in `desk.services.sync_offers`
until somebody decides.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from desk.bundles import cards
from desk.domain import deliveries
from desk.domain.deliveries import REMIND_DAYS, Bundle, Exchange
from desk.domain.events import SettingPut
from desk.domain.exchange import (
    Card,
    Enrolment,
    Peer,
    fingerprint,
    is_fingerprint,
)
from desk.domain.sync_events import BundleDelivered, PeerPut
from desk.errors import BadInput, BundleRefused, NotAllowed
from desk.services.session import Session, needs
from desk.store import device_keys, outgoing
from desk.store import session as work
from desk.store.device_keys import DeviceKeys

REMIND = "sync.remind_days"
"""The setting that says after how many days without a confirmation people are reminded."""
TAIL = 6
"""So many signs of a device's id tell its files from those of others."""


@dataclass(frozen=True, slots=True)
class Own:
    """This computer as others know it: its id, what staff call it, its fingerprint."""

    device: str
    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Introduction:
    """Somebody who introduces themselves by a file, to be approved once fingerprints were compared.

    `before` is what was approved under the same id, None when it is new here. `instead` is the head
    office whose place it takes: a branch has one.
    """

    peer: Peer
    fingerprint: str
    made_at: str
    before: Peer | None = None
    instead: Peer | None = None

    @property
    def has_other_keys(self) -> bool:
        """Whether it had other keys when it was approved: it was set up anew, or is another."""
        keys = (self.peer.sign_key, self.peer.age_key)
        return self.before is not None and (self.before.sign_key, self.before.age_key) != keys


@dataclass(frozen=True, slots=True)
class PeerState:
    """What became of what was made for a peer, and what waits to go.

    `heard`: when something of it was last taken in. `waiting` counts the events of cases that it
    has not confirmed.
    """

    peer: Peer
    fingerprint: str
    bundles: tuple[Bundle, ...]
    heard: datetime | None
    waiting: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class States:
    """All that is known of exchanging files: of this computer, and of each peer."""

    own: Own
    peers: tuple[PeerState, ...]
    remind_days: int


# Who


@needs("exchange")
def own(session: Session) -> Own:
    """This computer as others know it; its keys are made when this is asked first."""
    keys = _own_keys(session)
    name = session.vault.devices()[0].name
    return Own(keys.device, name, fingerprint(keys.sign_key, keys.age_key))


@needs("exchange")
def card(session: Session, folder: Path) -> tuple[Path, Own]:
    """Write this computer's card for another of its branch, whose screen shows its fingerprint.

    Raises BundleUnwritten or FolderMissing.
    """
    keys, me = _own_keys(session), own(session)
    branch = session.vault.branch().code
    said = Card(
        device=me.device,
        name=me.name,
        branch=branch,
        sign_key=keys.sign_key,
        age_key=keys.age_key,
        made_at=session.minute(),
    )
    path = folder / f"{file_stem(branch, me.device)}.cdx-card"
    cards.write_card(path, said, keys.sign)
    return path, me


@needs("exchange")
def find(session: Session, typed: str = "") -> Peer:
    """The peer whose id, end of an id, or name somebody typed; the only one in use for nothing.

    Raises BadInput `peer_unknown` where none or several fit.
    """
    known = [one for one in exchange(session).peers.values() if typed or one.active]
    fitting = [one for one in known if typed == one.name or one.id.endswith(typed)]
    if len(fitting) != 1:
        raise BadInput(reason="peer_unknown", where=typed)
    return fitting[0]


def file_stem(branch: str, device: str) -> str:
    """How the files of a computer begin: its branch and the end of its id, in plain letters."""
    code = re.sub(r"[^A-Za-z0-9]", "", branch) or "branch"
    return f"{code}-{device[-TAIL:]}"


@needs("manage_branch")
def introduced(session: Session, path: Path) -> Introduction:
    """Who introduces themselves by this file: a computer's card, or head office's enrolment.

    Raises BundleRefused or BundleUnread for what is neither; NotAllowed `other_branch` when it is
    for another branch, `own_card` for this computer's own.
    """
    said = _read(path)
    if said.branch != session.vault.branch().code:
        raise NotAllowed(reason="other_branch", branch=said.branch)
    peer = _peer_of(said)
    if peer.id == session.vault.head().device:
        raise NotAllowed(reason="own_card")
    known = exchange(session).peers
    others = (one for one in known.values() if one.kind == "hub" and one.active)
    instead = next((one for one in others if one.id != peer.id), None)
    return Introduction(
        peer,
        fingerprint(peer.sign_key, peer.age_key),
        said.made_at,
        known.get(peer.id),
        instead if peer.kind == "hub" else None,
    )


def _read(path: Path) -> Card | Enrolment:
    try:
        return cards.read_card(path)
    except BundleRefused as fault:
        if fault.params.get("reason") != "not_ours":
            raise
    return cards.read_enrolment(path)


def _peer_of(said: Card | Enrolment) -> Peer:
    if isinstance(said, Card):
        return Peer(
            id=said.device,
            name=said.name,
            kind="device",
            branch=said.branch,
            sign_key=said.sign_key,
            age_key=said.age_key,
        )
    return Peer(
        id=said.hub,
        name=said.hub_name,
        kind="hub",
        branch=said.branch,
        sign_key=said.sign_key,
        age_key=said.age_key,
        profile=said.profile,
    )


@needs("manage_branch")
def approve_peer(session: Session, offered: Introduction, typed: str) -> Peer:
    """Exchange files with somebody from now on; `typed` is the fingerprint their screen shows.

    Another head office than before takes its place.

    Raises NotAllowed `fingerprint` when it is another one.
    """
    if not is_fingerprint(typed, offered.fingerprint):
        raise NotAllowed(reason="fingerprint")
    ended = [msgspec.structs.replace(one, active=False) for one in (offered.instead,) if one]
    session.record(*map(_put, ended), _put(offered.peer))
    return offered.peer


@needs("manage_branch")
def end_peer(session: Session, peer: str) -> Peer:
    """Exchange no more files with a peer, and take no more of theirs; what came stays.

    Raises BadInput `peer_unknown`.
    """
    ended = msgspec.structs.replace(_known_peer(session, peer), active=False)
    session.record(_put(ended))
    return ended


def _put(peer: Peer) -> PeerPut:
    return PeerPut(
        peer=peer.id,
        name=peer.name,
        type=peer.kind,
        branch=peer.branch,
        sign_key=peer.sign_key,
        age_key=peer.age_key,
        active=peer.active,
        profile=peer.profile,
    )


# What became of it


@needs("exchange")
def delivered(session: Session, sha256: str) -> Bundle:
    """Note by hand that the other side has read a bundle. Raises BadInput `bundle_unknown`."""
    return note_delivered(session, sha256, "hand")


@needs("exchange")
def note_delivered(session: Session, sha256: str, how: Literal["mark", "hand"]) -> Bundle:
    """Note that a bundle was read, unless that or more is known of it already."""
    found = next((one for one in exchange(session).bundles if one.sha256 == sha256), None)
    if found is None:
        raise BadInput(reason="bundle_unknown", where=sha256[:16])
    if found.state != "exported":
        return found
    session.record(BundleDelivered(peer=found.peer, sha256=sha256, how=how))
    return replace(found, state="delivered")


@needs("exchange")
def states(session: Session) -> States:
    """What became of every bundle made here, and what is known of every peer."""
    me, known, days = own(session), exchange(session), remind_days(session)
    late = {one.peer for one in known.late(session.moment.wall_ms(), days)}
    found = []
    for peer in known.peers.values():
        confirmed, heard = known.known.get(peer.id, {}), known.heard.get(peer.id)
        found.append(
            PeerState(
                peer,
                fingerprint(peer.sign_key, peer.age_key),
                known.of(peer.id),
                session.moment.local(heard) if heard else None,
                outgoing.waiting(session.vault, confirmed),
                peer.id in late,
            )
        )
    return States(me, tuple(found), days)


@needs("exchange")
def reminders(session: Session) -> tuple[Bundle, ...]:
    """The oldest bundle of each peer that has waited too long for its confirmation."""
    return exchange(session).late(session.moment.wall_ms(), remind_days(session))


@needs("exchange")
def remind_days(session: Session) -> int:
    """After how many days without a confirmation people are reminded."""
    found = session.vault.settings().get(REMIND, "")
    return int(found) if found.isdecimal() else REMIND_DAYS


@needs("manage_branch")
def remind_after(session: Session, days: int) -> None:
    """Choose after how many days people are reminded. BadInput `remind_days` unless 1 to 90."""
    if not 1 <= days <= 90:
        raise BadInput(reason="remind_days", where=str(days))
    session.record(SettingPut(key=REMIND, value=str(days)))


@needs("exchange")
def exchange(session: Session) -> Exchange:
    """All exchanging of this vault, as the log tells it."""
    mine = {session.vault.head().device}
    with work.reading(session.vault.database) as connection:
        mine.update(device_keys.every(connection))
    return deliveries.exchange(session.vault.exchanged(), mine)


def _own_keys(session: Session) -> DeviceKeys:
    wall_ms = session.moment.wall_ms()
    return device_keys.own(session.vault, actor=session.actor.id, wall_ms=wall_ms)


def _known_peer(session: Session, peer: str) -> Peer:
    found = exchange(session).peers.get(peer)
    if found is None:
        raise BadInput(reason="peer_unknown", where=peer)
    return found
