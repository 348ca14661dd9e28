"""Files for other computers and head office: who they are, what would leave, and what became of it.

What comes from them is taken in by `desk.services.sync_imports`; what head office sends along waits
in `desk.services.sync_offers` until somebody decides.
"""

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from desk.bundles import cards, parts, writing
from desk.domain import deliveries
from desk.domain.deliveries import REMIND_DAYS, Bundle, Exchange
from desk.domain.events import SettingPut
from desk.domain.exchange import (
    Card,
    Enrolment,
    Manifest,
    Peer,
    fingerprint,
    is_fingerprint,
)
from desk.domain.sync_events import BundleDelivered, BundleMade, PeerPut
from desk.errors import BadInput, BundleRefused, NotAllowed
from desk.services.session import Session, needs
from desk.services.stand_ins import StandIns
from desk.services.sync_words import Contents, contents
from desk.store import device_keys
from desk.store import exchange as store
from desk.store import session as work
from desk.store.device_keys import DeviceKeys
from desk.store.exchange import Outgoing

REMIND = "sync.remind_days"
"""The setting that says after how many days without a confirmation people are reminded."""
PART_LEAST = 1 << 16
"""Smaller parts are no help to anybody."""
_TAIL = 6
"""So many signs of a device's id tell its files from those of others."""

Progress = Callable[[float], None]
"""Is told the share done, 0 to 1; what it raises ends the work."""


def nobody(_share: float) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True, slots=True)
class Own:
    """This computer as others know it: its id, what staff call it, its fingerprint."""

    device: str
    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Introduction:
    """Somebody who introduces themselves by a file, to be approved once fingerprints were compared.

    `before` is what was approved under the same id, None when it is new here.
    """

    peer: Peer
    fingerprint: str
    made_at: str
    before: Peer | None = None

    @property
    def has_other_keys(self) -> bool:
        """Whether it had other keys when it was approved: it was set up anew, or is another."""
        keys = (self.peer.sign_key, self.peer.age_key)
        return self.before is not None and (self.before.sign_key, self.before.age_key) != keys


@dataclass(frozen=True, slots=True)
class Preview:
    """Exactly what would leave for a peer now. `size` are the bytes of the attachments, encrypted.

    `since` and `until`: when the earliest of it was written and the latest; None for nothing new.
    """

    peer: Peer
    number: int
    cases: int
    events: int
    files: int
    size: int
    since: datetime | None
    until: datetime | None
    contents: Contents


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that was written: its files, and what is in it."""

    paths: tuple[Path, ...]
    name: str
    number: int
    sha256: str
    size: int
    cases: int
    events: int
    files: int


@dataclass(frozen=True, slots=True)
class PeerState:
    """What became of what was made for a peer, and what waits to go.

    `heard`: when something of it was last taken in. `waiting` counts events it has not confirmed.
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
    path = folder / f"{_stem(branch, me.device)}.cdx-card"
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
    before = exchange(session).peers.get(peer.id)
    return Introduction(peer, fingerprint(peer.sign_key, peer.age_key), said.made_at, before)


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

    Raises NotAllowed `fingerprint` when it is another one.
    """
    if not is_fingerprint(typed, offered.fingerprint):
        raise NotAllowed(reason="fingerprint")
    session.record(_put(offered.peer))
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


# What leaves


@needs("exchange")
def preview(session: Session, peer: str) -> Preview:
    """Exactly what would leave for a peer now, in counts and in words; nothing is written.

    Raises BadInput `peer_unknown`, NotAllowed `peer_ended`.
    """
    to, known = _recipient(session, peer), exchange(session)
    told, number = contents(to.profile), known.next_number(peer)
    if to.profile == "off":
        return Preview(to, number, 0, 0, 0, 0, None, None, told)
    going = _outgoing(session, known, peer)
    files = going.files if to.profile == "full" else {}
    since, until = (session.moment.local(ms) if ms else None for ms in _times(going))
    events, cases = going.events, len(going.cases)
    return Preview(to, number, cases, events, len(files), sum(files.values()), since, until, told)


def _times(going: Outgoing) -> tuple[int, int]:
    return going.first_ms, going.last_ms


@needs("exchange")
def export(
    session: Session,
    peer: str,
    folder: Path,
    *,
    part_bytes: int = 0,
    progress: Progress = nobody,
) -> Exported:
    """Write what a peer has not confirmed into a folder, as one file or in parts; recorded.

    A file of this name is never replaced. Raises BadInput `peer_unknown` or `part_bytes`,
    NotAllowed `peer_ended` or `off`, BundleUnwritten, FolderMissing, AttachmentLost, and what
    `progress` raises: nothing is left behind then. Only when parts cannot be written, the whole
    file is there for :func:`split` to go on with.
    """
    to, known = _recipient(session, peer), exchange(session)
    if to.profile == "off":
        raise NotAllowed(reason="off")
    if part_bytes and part_bytes < PART_LEAST:
        raise BadInput(reason="part_bytes", where=str(part_bytes))
    keys, going = _own_keys(session), _outgoing(session, known, peer)
    manifest = _manifest(session, to, known, keys, going)
    target = _free(folder / _file_name(to, keys, manifest))
    stand_in = StandIns(session) if to.profile == "deidentified" else None
    written = writing.write(
        target,
        manifest,
        store.frames(session.vault, going, stand_in),
        recipients=[to.age_key, keys.age_key],
        sign=keys.sign,
        progress=progress,
    )
    reached = {**known.known.get(peer, {}), **{one.device: one.to for one in going.ranges}}
    told = BundleMade(
        peer=peer,
        name=target.name,
        number=manifest.number,
        sha256=written.sha256,
        profile=to.profile,
        events=manifest.events,
        cases=manifest.cases,
        files=written.manifest.files,
        size=written.size,
        heads=reached,
    )
    try:
        session.record(told)
    except BaseException:
        with contextlib.suppress(OSError):
            target.unlink(missing_ok=True)
        raise
    paths = split(target, part_bytes) if 0 < part_bytes < written.size else (target,)
    counts = (written.size, told.cases, told.events, told.files)
    return Exported(paths, target.name, told.number, told.sha256, *counts)


def split(bundle: Path, part_bytes: int, folder: Path | None = None) -> tuple[Path, ...]:
    """A bundle in parts of at most so many bytes, beside it or in another folder; it goes then.

    What was broken off is gone on with: parts that are whole stay as they are. Raises BadInput
    `part_bytes`, BundleRefused, BundleUnread, BundleUnwritten or FolderMissing; the bundle stays.
    """
    if part_bytes < PART_LEAST:
        raise BadInput(reason="part_bytes", where=str(part_bytes))
    try:
        made = parts.cut(bundle, folder or bundle.parent, part_bytes)
    except ValueError as fault:  # more parts than can be counted
        raise BadInput(reason="part_bytes", where=str(part_bytes)) from fault
    with contextlib.suppress(OSError):
        bundle.unlink()
    return made


def _manifest(
    session: Session, to: Peer, known: Exchange, keys: DeviceKeys, going: Outgoing
) -> Manifest:
    return Manifest(
        format=1,
        kind="bundle",
        sender=keys.device,
        device_name=session.vault.devices()[0].name,
        branch=session.vault.branch().code,
        recipient=to.id,
        sign_key=keys.sign_key,
        age_key=keys.age_key,
        profile=to.profile,
        number=known.next_number(to.id),
        previous=known.previous(to.id),
        created_at=session.minute(),
        ranges=going.ranges,
        have=dict(going.have),
        cases=len(going.cases),
        packs=(session.engine.pack.stamp,),
    )


def _file_name(to: Peer, keys: DeviceKeys, manifest: Manifest) -> str:
    """Branch, computer, for whom unless head office, number: plain letters, nobody's name."""
    whom = "" if to.kind == "hub" else f"-to-{to.id[-_TAIL:]}"
    return f"{_stem(manifest.branch, keys.device)}{whom}-{manifest.number:04}.cdx"


def _stem(branch: str, device: str) -> str:
    code = re.sub(r"[^A-Za-z0-9]", "", branch) or "branch"
    return f"{code}-{device[-_TAIL:]}"


def _free(target: Path) -> Path:
    """A name that nothing has, nor any part of it."""
    place, count = target, 1
    while place.exists() or any(target.parent.glob(f"{place.name}.*of*")):
        count += 1
        place = target.with_name(f"{target.stem}-{count}{target.suffix}")
    return place


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
    held = store.have(session.vault)
    found = []
    for peer in known.peers.values():
        confirmed, heard = known.known.get(peer.id, {}), known.heard.get(peer.id)
        found.append(
            PeerState(
                peer,
                fingerprint(peer.sign_key, peer.age_key),
                known.of(peer.id),
                session.moment.local(heard) if heard else None,
                sum(max(0, seq - confirmed.get(device, 0)) for device, seq in held.items()),
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


def _recipient(session: Session, peer: str) -> Peer:
    found = _known_peer(session, peer)
    if not found.active:
        raise NotAllowed(reason="peer_ended")
    return found


def _outgoing(session: Session, known: Exchange, peer: str) -> Outgoing:
    session.keep_time()
    at = session.moment.wall_ms()
    confirmed = known.known.get(peer, {})
    return store.outgoing(session.vault, confirmed, actor=session.actor.id, wall_ms=at)
