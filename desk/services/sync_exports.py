"""What leaves for a peer: shown before, written beside people's work, recorded after.

Writing needs no session: :func:`plan` settles on the database's thread what goes,
:func:`carry_out` writes it on any other, through a connection of its own, and :func:`recorded` puts
it into the vault's log. :func:`export` is all of it at once.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from desk.bundles import parts, writing
from desk.domain.deliveries import Exchange
from desk.domain.exchange import Manifest, Peer
from desk.domain.sync_events import BundleMade
from desk.errors import AttachmentLost, BadInput, NotAllowed
from desk.services.session import Session, needs
from desk.services.stand_ins import StandIns
from desk.services.sync import TAIL, exchange, file_stem
from desk.services.sync_words import Contents, contents
from desk.store import device_keys
from desk.store import outgoing as store
from desk.store.device_keys import DeviceKeys
from desk.store.exchange import pseudonym_key
from desk.store.outgoing import Outgoing
from desk.store.pace import AT_ONCE, Pace, beside

PART_LEAST = 1 << 16
"""Smaller parts are no help to anybody."""

Report = Callable[[float], None]
"""Told the share done, 0 to 1, on the thread that writes."""
Stop = Callable[[], bool]


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
class Plan:
    """A bundle to be written: for whom, what, and where to."""

    peer: Peer
    target: Path
    part_bytes: int
    manifest: Manifest
    going: Outgoing
    confirmed: dict[str, int]
    source: store.Source
    keys: DeviceKeys = field(repr=False)
    stand_ins: StandIns | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle that lies where it should, not yet recorded.

    `lost` are the attachments that are damaged or missing here; they do not go along.
    """

    plan: Plan
    written: writing.Written
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that was written: its files, and what is in it.

    `lost` counts the attachments that could not go along, being damaged or missing here.
    """

    paths: tuple[Path, ...]
    name: str
    number: int
    sha256: str
    size: int
    cases: int
    events: int
    files: int
    lost: int


@needs("exchange")
def preview(session: Session, peer: str) -> Preview:
    """Exactly what would leave for a peer now, in counts and in words; nothing is written.

    Raises BadInput `peer_unknown`, NotAllowed `peer_ended`.
    """
    to, known = _recipient(session, peer), exchange(session)
    told, number = contents(to.profile), known.next_number(peer)
    if to.profile == "off":
        return Preview(to, number, 0, 0, 0, 0, None, None, told)
    going = _outgoing(session, known, to)
    ends = (going.first_ms, going.last_ms)
    since, until = (session.moment.local(ms) if ms else None for ms in ends)
    size, files = sum(going.files.values()), len(going.files)
    return Preview(to, number, len(going.cases), going.events, files, size, since, until, told)


@needs("exchange")
def plan(session: Session, peer: str, folder: Path, *, part_bytes: int = 0) -> Plan:
    """What is to be written for a peer: all that it has not confirmed.

    Raises BadInput `peer_unknown` or `part_bytes`, NotAllowed `peer_ended` or `off`.
    """
    to, known = _recipient(session, peer), exchange(session)
    if to.profile == "off":
        raise NotAllowed(reason="off")
    if part_bytes and part_bytes < PART_LEAST:
        raise BadInput(reason="part_bytes", where=str(part_bytes))
    going = _outgoing(session, known, to)
    keys = device_keys.own(session.vault, actor=session.actor.id, wall_ms=session.moment.wall_ms())
    manifest = _manifest(session, to, known, keys, going)
    return Plan(
        peer=to,
        target=_free(folder / _file_name(to, keys, manifest)),
        part_bytes=part_bytes,
        manifest=manifest,
        going=going,
        confirmed=dict(known.known.get(peer, {})),
        source=store.source_of(session.vault),
        keys=keys,
        stand_ins=StandIns(session) if to.profile == "deidentified" else None,
    )


def carry_out(asked: Plan, report: Report | None = None, stop: Stop | None = None) -> Made:
    """Write the bundle; on any thread. A file of this name is never replaced.

    With somebody to `report` to it goes on beside people's work, and ends with Halted once `stop`
    says so. An attachment that is damaged or missing is left out. Raises BundleUnwritten or
    FolderMissing; nothing is left behind then.
    """
    pace = AT_ONCE if report is None else beside(report, stop or (lambda: False))
    going, lost = asked.going, list[str]()
    with asked.source.reading() as database:
        while True:
            try:
                written = _written(asked, store.frames(database, going, asked.stand_ins), pace)
            except AttachmentLost as fault:
                file = str(fault.params.get("file", ""))
                if file not in going.files:
                    raise
                lost.append(file)
                left = {one: size for one, size in going.files.items() if one != file}
                going = replace(going, files=left)
            else:
                return Made(asked, written, tuple(lost))


def _written(asked: Plan, frames: store.Frames, pace: Pace) -> writing.Written:
    return writing.write(
        asked.target,
        asked.manifest,
        frames,
        recipients=[asked.peer.age_key, asked.keys.age_key],
        sign=asked.keys.sign,
        progress=pace.step,
    )


@needs("exchange")
def recorded(session: Session, made: Made) -> Exported:
    """Put into the vault's log that a bundle was made, and cut it into parts where asked for.

    What cannot be recorded is taken away again. Only when parts cannot be written, the whole file
    is there for :func:`split` to go on with. Raises BundleUnwritten.
    """
    asked, written = made.plan, made.written
    told = BundleMade(
        peer=asked.peer.id,
        name=asked.target.name,
        number=asked.manifest.number,
        sha256=written.sha256,
        profile=asked.peer.profile,
        events=written.manifest.events,
        cases=written.manifest.cases,
        files=written.manifest.files,
        size=written.size,
        heads={**asked.confirmed, **{one.device: one.to for one in asked.going.ranges}},
    )
    try:
        session.record(told)
    except BaseException:
        with contextlib.suppress(OSError):
            asked.target.unlink(missing_ok=True)
        raise
    in_parts = 0 < asked.part_bytes < written.size
    paths = split(asked.target, asked.part_bytes) if in_parts else (asked.target,)
    counts = (written.size, told.cases, told.events, told.files, len(made.lost))
    return Exported(paths, told.name, told.number, told.sha256, *counts)


@needs("exchange")
def export(session: Session, peer: str, folder: Path, *, part_bytes: int = 0) -> Exported:
    """Write what a peer has not confirmed into a folder, as one file or in parts; recorded.

    Raises what :func:`plan`, :func:`carry_out` and :func:`recorded` raise.
    """
    return recorded(session, carry_out(plan(session, peer, folder, part_bytes=part_bytes)))


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
    whom = "" if to.kind == "hub" else f"-to-{to.id[-TAIL:]}"
    return f"{file_stem(manifest.branch, keys.device)}{whom}-{manifest.number:04}.cdx"


def _free(target: Path) -> Path:
    """A name that nothing has, nor any part of it."""
    place, count = target, 1
    while place.exists() or any(target.parent.glob(f"{place.name}.*of*")):
        count += 1
        place = target.with_name(f"{target.stem}-{count}{target.suffix}")
    return place


def _recipient(session: Session, peer: str) -> Peer:
    found = exchange(session).peers.get(peer)
    if found is None:
        raise BadInput(reason="peer_unknown", where=peer)
    if not found.active:
        raise NotAllowed(reason="peer_ended")
    return found


def _outgoing(session: Session, known: Exchange, to: Peer) -> Outgoing:
    """What goes to a peer: attachments only with personal values, pseudonyms within the branch."""
    session.keep_time()
    at, confirmed = session.moment.wall_ms(), known.known.get(to.id, {})
    going = store.outgoing(session.vault, confirmed, actor=session.actor.id, wall_ms=at)
    if to.kind == "device":
        return replace(going, pseudonyms=pseudonym_key(session.vault))
    return going if to.profile == "full" else replace(going, files={})
