"""Backups of the vault that is open: made beside the work, copied to a second place, tried out.

What takes long needs no session: :func:`plan` and :func:`plan_drill` say on the database's thread
what is to be done, :func:`carry_out` and :func:`try_out` do it on any other, and
:func:`recorded` and :func:`tried` put it into the vault's log. :func:`make` is all of it at once,
for whoever is about to do something risky.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from desk.domain.backups import Drill, Lacks, Listed, Manifest, SecondPlace, Why
from desk.domain.events import BackedUp, RestoreTried
from desk.errors import KnownError
from desk.services.session import Session, needs
from desk.store import backups as store
from desk.store import drills, restoring, second_place
from desk.store.pace import AT_ONCE, Pace, beside

Report = Callable[[float], None]
"""Told the share done, on the thread that does it."""
Stop = Callable[[], bool]

EVERY = timedelta(minutes=30)
"""So often while people work."""
DRILL_EVERY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Plan:
    """A backup to be made: of what, why, when, and where a copy goes ("" for nowhere)."""

    source: store.Source
    why: Why
    moment: datetime
    second: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made, and what became of its copy."""

    manifest: Manifest
    second: SecondPlace


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows: every backup, the second place, the last drill, the vaults set aside.

    `vault_bytes` is the size of the vault, `unsaved` the number of events since the newest backup.
    """

    folder: Path
    backups: tuple[Listed, ...]
    second: SecondPlace
    drill: Drill | None
    unsaved: int
    vault_bytes: int


@needs("back_up")
def plan(session: Session, *, second: str = "") -> Plan:
    """A backup that somebody asks for."""
    return _plan(session, "hand", second)


def due(session: Session, *, second: str = "") -> Plan | None:
    """The backup that half an hour of use asks for; None while none is due.

    Due when the newest is older than that, or from a later time than now, and something happened
    since. Nobody needs a right to have their work kept.
    """
    source = store.source_of(session.vault)
    newest = _newest(source)
    now = session.now()
    recent = newest is not None and timedelta(0) <= now - newest.made < EVERY
    if recent or not _since(session, newest):
        return None
    return _plan(session, "time", second)


def make(session: Session, why: Why, *, second: str = "") -> Manifest:
    """Make a backup now, on this thread, and record it: before anything risky.

    One that somebody asks for needs the right; before something risky it is part of that. Raises
    NoRoom, BackupBusy, BackupFailed, or VaultDamaged when the vault itself cannot be read.
    """
    if why == "hand":
        session.require("back_up")
    made = carry_out(_plan(session, why, second))
    recorded(session, made)
    return made.manifest


def carry_out(asked: Plan, report: Report | None = None, stop: Stop | None = None) -> Made:
    """Make the backup and bring a copy to the second place; on any thread.

    With somebody to `report` to it goes on beside people's work, in small steps with rests between
    them, and ends with Halted once `stop` says so.
    """
    pace = _pace(report, stop)
    share = 0.8 if asked.second else 1.0
    manifest = store.make(asked.source, asked.why, asked.moment, pace.part(0.0, share))
    second = SecondPlace()
    if asked.second:
        folder = store.folder_of(asked.source.path)
        second = second_place.copy(folder, Path(asked.second), asked.moment, pace.part(share, 1.0))
    return Made(manifest, second)


def recorded(session: Session, made: Made) -> None:
    """Put into the vault's log that a backup was made and found whole."""
    told = made.manifest
    session.record(
        BackedUp(
            name=told.name,
            why=told.why,
            events=told.events,
            heads=told.heads,
            sha256=told.sha256,
        )
    )


@needs("back_up")
def overview(session: Session, *, second: str = "") -> Overview:
    """Everything the page shows. Quick: it reads manifests and no backup."""
    source = store.source_of(session.vault)
    folder = store.folder_of(source.path)
    known = second_place.state(folder)
    newest = _newest(source)
    return Overview(
        folder=folder,
        backups=store.listing(folder, source.vault),
        second=known if known.where == second else SecondPlace(where=second),
        drill=drills.last(folder),
        unsaved=_since(session, newest),
        vault_bytes=source.path.stat().st_size,
    )


@needs("back_up")
def plan_drill(session: Session) -> Plan:
    """A drill that somebody asks for."""
    return _plan(session, "hand", "")


def drill_due(session: Session) -> Plan | None:
    """The drill of the month; None while none is due or there is no backup to try."""
    source = store.source_of(session.vault)
    folder = store.folder_of(source.path)
    last = drills.last(folder)
    now = session.now()
    if last is not None and timedelta(0) <= now - last.tried_at < DRILL_EVERY:
        return None
    return _plan(session, "time", "") if _newest(source) is not None else None


def try_out(asked: Plan, report: Report | None = None, stop: Stop | None = None) -> Drill:
    """Put the newest backup back into a folder of its own and look at all of it; on any thread.

    What is wrong with the backup is in the result. Raises Halted, BackupBusy, or NoRoom.
    """
    return drills.run(asked.source, asked.moment, _pace(report, stop))


def tried(session: Session, drill: Drill) -> None:
    """Put into the vault's log that a restore was tried, and what came of it."""
    session.record(RestoreTried(name=drill.name, events=drill.events, fault=drill.fault))


@needs("restore")
def lacks(session: Session, name: str) -> Lacks:
    """What a backup lacks against the vault as it is now, by what was noted when it was made.

    Raises BackupMissing or BackupUnsound.
    """
    source = store.source_of(session.vault)
    told = store.find(store.folder_of(source.path), name).manifest
    if told is None or not store.is_signed(told, source.chain_key):
        return Lacks(known=False)
    return restoring.missing(session.vault.database, told.heads)


def _pace(report: Report | None, stop: Stop | None) -> Pace:
    return AT_ONCE if report is None else beside(report, stop or (lambda: False))


def _plan(session: Session, why: Why, second: str) -> Plan:
    return Plan(store.source_of(session.vault), why, session.now(), second)


def _newest(source: store.Source) -> Listed | None:
    """The newest backup that this vault made and that is there in full."""
    try:
        found = store.listing(store.folder_of(source.path), source.vault)
    except KnownError:
        return None
    return next((one for one in found if _is_ours(one, source)), None)


def _is_ours(listed: Listed, source: store.Source) -> bool:
    told = listed.manifest
    return listed.state == "whole" and told is not None and store.is_signed(told, source.chain_key)


def _since(session: Session, newest: Listed | None) -> int:
    """How many events no backup holds."""
    heads = {} if newest is None or newest.manifest is None else newest.manifest.heads
    return store.since(session.vault.database, heads)
