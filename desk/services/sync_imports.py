"""Files that come from other computers and from head office: taken in whole, or not at all.

A file is read twice. First all of it, on any thread: it is decrypted, held to its hash, and its
attachments are written beside the vault under names that nothing knows. Then its events go in on
the database's thread, in one transaction, for which reading ends with the last event.
:func:`import_` is all of it at once.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from desk.bundles import cards, reading
from desk.bundles.reading import Opened
from desk.domain.exchange import AnyFrame, Confirmed, Events, ReadMark, Sent
from desk.domain.sync_events import BundleTaken
from desk.errors import BundleRefused, Halted, KnownError
from desk.services import sync
from desk.services.session import Session, needs
from desk.store import attachments, device_keys
from desk.store import exchange as store
from desk.store import session as work
from desk.store.incoming import Incoming

MARK = ".read"
"""Ends the name of the word that head office leaves beside a file that it has read."""
_LONGEST = 200

Report = Callable[[float], None]
Stop = Callable[[], bool]
Outcome = Literal["taken", "again", "read", "refused"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: taken in, here before, a mark that one of ours was read, or refused.

    `peer` is the id of its sender and `name` the file's. `events` and `cases` count what was new;
    `confirmed` the bundles of ours that it confirms, `offers` what waits to be decided. `fault`
    says why it was refused.
    """

    name: str
    outcome: Outcome
    peer: str = ""
    sha256: str = ""
    events: int = 0
    cases: int = 0
    confirmed: int = 0
    offers: int = 0
    fault: KnownError | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Admitted:
    """A file from somebody who was approved, not read yet."""

    opened: Opened
    identity: str = field(repr=False)
    folder: Path

    @property
    def name(self) -> str:
        """The file's name, or that of the first of its parts."""
        return self.opened.paths[0].name[:_LONGEST]


@dataclass(frozen=True, slots=True)
class Verified:
    """A file that is whole, with its attachments written; to be taken in, or dropped."""

    admitted: Admitted
    incoming: Incoming
    sent: tuple[Sent, ...]
    confirmed: tuple[str, ...]


class _Enough(Exception):
    """All events of a bundle have been read."""


@needs("exchange")
def import_(
    session: Session, paths: Sequence[Path], report: Report | None = None
) -> tuple[Imported, ...]:
    """Take files in: bundles (of one in parts any part), receipts, and marks that one was read.

    Those of one sender go in by their numbers. A file that cannot be taken stops no other.
    """
    found: dict[Path, Imported] = {}
    admitted: dict[Path, Admitted] = {}
    done: set[Path] = set()
    for path in paths:
        if path in done:
            continue
        try:
            if path.name.endswith(MARK):
                found[path] = read_mark(session, path)
            else:
                one = admitted[path] = admit(session, path)
                done.update(one.opened.paths)
        except KnownError as fault:
            found[path] = Imported(path.name, "refused", fault=fault)
    for path in sorted(admitted, key=lambda one: _turn(admitted[one].opened)):
        found[path] = _one(session, admitted[path], report)
    return tuple(found[path] for path in dict.fromkeys(paths) if path in found)


def _turn(opened: Opened) -> tuple[str, int]:
    return opened.manifest.sender, opened.manifest.number


def _one(session: Session, admitted: Admitted, report: Report | None) -> Imported:
    if is_known(session, admitted):
        return _imported(admitted, "again")
    try:
        return taken_in(session, verified(admitted, report))
    except Halted:
        raise
    except KnownError as fault:
        refused = _imported(admitted, "refused")
        return Imported(refused.name, "refused", refused.peer, refused.sha256, fault=fault)


def _imported(admitted: Admitted, outcome: Outcome) -> Imported:
    opened = admitted.opened
    return Imported(admitted.name, outcome, opened.manifest.sender, opened.sha256)


@needs("exchange")
def admit(session: Session, path: Path) -> Admitted:
    """Look who sent a file, of which only the head is read.

    Raises BundleRefused unless it is for this computer and from somebody who was approved, and
    BundleUnread.
    """
    opened = reading.look(path)
    store.admit(session.vault, opened.manifest)
    with work.reading(session.vault.database) as connection:
        keys = device_keys.every(connection).get(opened.manifest.recipient)
    if keys is None:  # it has never shown a key that anybody could have encrypted to
        raise BundleRefused(reason="not_for_us", recipient=opened.manifest.recipient)
    folder = attachments.folder_of(session.vault.database.path)
    return Admitted(opened, keys.identity, folder)


@needs("exchange")
def is_known(session: Session, admitted: Admitted) -> bool:
    """Whether this very file was taken in before, so that nothing is left to do."""
    own = session.vault.head().device
    return any(
        isinstance(event.payload, BundleTaken)
        and event.payload.sha256 == admitted.opened.sha256
        and event.device == own
        for event in session.vault.exchanged()
    )


def verified(
    admitted: Admitted, report: Report | None = None, stop: Stop = lambda: False
) -> Verified:
    """Read all of a file and write its attachments; on any thread.

    Raises BundleRefused, BundleUnread, DiskFull, VaultReadOnly, or Halted once `stop` says so;
    nothing is left behind then.
    """
    incoming, sent = Incoming(admitted.folder), list[Sent]()
    is_receipt = admitted.opened.manifest.kind == "receipt"

    def take(frame: AnyFrame) -> None:
        if isinstance(frame, Sent):
            if is_receipt:
                sent.append(frame)
        else:
            incoming(frame)

    def progress(share: float) -> None:
        if stop():
            raise Halted
        if report is not None:
            report(share)

    try:
        admitted.opened.read(admitted.identity, take, progress)
        confirmed = tuple(_confirmed(one) for one in sent if one.what == "confirmed")
    except BaseException:
        incoming.drop()
        raise
    offers = tuple(one for one in sent if one.what != "confirmed")
    return Verified(admitted, incoming, offers, confirmed)


def _confirmed(sent: Sent) -> str:
    try:
        return msgspec.json.decode(sent.data, type=Confirmed).sha256
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise BundleRefused(reason="changed") from fault


@needs("exchange")
def taken_in(session: Session, found: Verified) -> Imported:
    """Take the events in, with what came besides: all of it in one transaction, or nothing.

    Raises BundleRefused `gap`, `fork` and the like, BundleUnread, DiskFull; nothing was changed
    then, and its attachments are gone.
    """
    new = found.incoming.names
    try:
        taken, told = _taken(session, found)
    except BaseException:
        found.incoming.drop()
        with contextlib.suppress(KnownError):  # what cannot be looked up now is swept later
            attachments.release(session.vault, new)
        raise
    _let_go(session, told, new)
    made = _imported(found.admitted, "taken")
    counts = (taken.events, len(taken.cases), len(found.confirmed), len(found.sent))
    return Imported(made.name, made.outcome, made.peer, made.sha256, *counts)


def drop(found: Verified) -> None:
    """Throw away what was read, when nobody wants it any more."""
    found.incoming.drop()


def _taken(session: Session, found: Verified) -> tuple[store.Taken, "_Told"]:
    opened = found.admitted.opened
    told = _Told()
    session.keep_time()
    wall_ms = session.moment.wall_ms()
    with store.taking(session.vault, opened.manifest) as taking:
        found.incoming.put()

        def take(frame: AnyFrame) -> None:
            taking(frame)
            told(frame)
            if taking.is_complete:
                raise _Enough

        if not taking.is_complete:
            with contextlib.suppress(_Enough):
                opened.read(found.admitted.identity, take)
        taking.brought += [(one, wall_ms) for one in found.sent]
        payload = _payload(found, taking.taken)
        taking.told.append((payload, session.actor.id, wall_ms))
    return taking.taken, told


def _payload(found: Verified, taken: store.Taken) -> BundleTaken:
    opened = found.admitted.opened
    return BundleTaken(
        peer=opened.manifest.sender,
        type=opened.manifest.kind,
        name=found.admitted.name,
        number=opened.manifest.number,
        sha256=opened.sha256,
        events=taken.events,
        cases=len(taken.cases),
        have=dict(opened.manifest.have),
        confirmed=found.confirmed,
    )


class _Told:
    """What the events that came say of attachments that nobody may have any longer."""

    def __init__(self) -> None:
        self.forgotten: set[str] = set()
        self.detached: set[str] = set()

    def __call__(self, frame: AnyFrame) -> None:
        if not isinstance(frame, Events):
            return
        for row in frame.rows:
            if row.kind == "forgotten":
                self.forgotten.add(row.case_id)
            elif row.kind == "detached":
                self.detached.add(row.case_id)


def _let_go(session: Session, told: _Told, new: Sequence[str]) -> None:
    """Delete the files that a merged case has no longer; what stays by mishap is swept later."""
    with contextlib.suppress(KnownError):
        for case in told.forgotten | told.detached:
            attachments.forget(session.vault, case)
        if new:
            attachments.release(session.vault, new)


@needs("exchange")
def read_mark(session: Session, path: Path) -> Imported:
    """Head office's word that it has read a bundle: 已送达.

    Raises BundleRefused `unknown_sender` unless it is signed by a head office that was approved,
    BadInput `bundle_unknown` for no bundle of this computer, and what reading a file raises.
    """
    said: ReadMark = cards.read_mark(path)
    peer = sync.exchange(session).peers.get(said.hub)
    if peer is None or not peer.active or peer.sign_key != said.sign_key:
        raise BundleRefused(reason="unknown_sender", device=said.hub)
    noted = sync.note_delivered(session, said.sha256, "mark")
    return Imported(path.name, "read", peer.id, noted.sha256)
