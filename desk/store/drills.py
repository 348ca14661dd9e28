"""Trying a backup out: put back into a folder of its own, opened, verified, and thrown away.

What a restore does to a vault is done here by the same code, so that the day it is needed is not
the first. Attachments are verified where they lie.
"""

import shutil
import time
from datetime import datetime
from pathlib import Path

import msgspec

from desk.domain.backups import Drill, Lacks, Listed
from desk.domain.staff import Person
from desk.errors import BackupUnsound, KnownError, VaultDamaged, VaultTooNew
from desk.store import attachments, backup_files, backups, files, restoring, session
from desk.store.backups import Counted, Source
from desk.store.engine import connect
from desk.store.pace import Pace, paced

_ROOM = f"drill{backups.PART}"
_RESULT = "drill.json"
_NOBODY = Person("", "", "")


def last(folder: Path) -> Drill | None:
    """The result of the last drill; None where there is none or it cannot be read."""
    try:
        return msgspec.json.decode((folder / _RESULT).read_bytes(), type=Drill)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def run(source: Source, moment: datetime, pace: Pace) -> Drill:
    """Try the newest whole backup out; the result is kept for :func:`last`.

    A backup that cannot be used is a result. Raises `BackupMissing` when there is none to try,
    `BackupBusy`, `BackupFailed`, `NoRoom` or `Halted`.
    """
    folder = backups.folder_of(source.path)
    with backups.held(folder), backups.told(folder):
        backups.tidy(folder)
        listed = backups.find(folder)
        backups.require_room(folder, listed.size)
        room = folder / _ROOM
        room.mkdir()
        begun = time.monotonic()
        try:
            drill = _tried(source, folder, listed, room, moment, pace)
        except (BackupUnsound, VaultDamaged, VaultTooNew) as fault:
            reason = str(fault.params.get("reason", "")) or fault.code
            drill = _blank(listed, moment, reason)
        finally:
            shutil.rmtree(room, ignore_errors=True)
        drill = msgspec.structs.replace(drill, seconds=round(time.monotonic() - begun, 1))
        files.write_whole(folder / _RESULT, msgspec.json.encode(drill))
    return drill


def _blank(listed: Listed, moment: datetime, fault: str = "") -> Drill:
    tried = moment.isoformat(timespec="seconds")
    return Drill(name=listed.name, tried=tried, size=listed.size, fault=fault)


def _tried(
    source: Source, folder: Path, listed: Listed, room: Path, moment: datetime, pace: Pace
) -> Drill:
    counted = backups.recheck(folder, listed.name, source, pace.part(0.0, 0.4))
    lacks = _later(source, counted)
    there = Source(room / "tried.vault", source.vault, source.key, source.chain_key)
    opened = restoring.Opened(listed, there, _NOBODY, counted, lacks, {})
    restoring.lay(opened, folder, there.path, 0, pace.part(0.4, 0.6))
    again = _looked_at(there, pace.part(0.6, 0.9))
    if (again.events, again.cases) != (counted.events + 1, counted.cases):
        raise BackupUnsound(name=listed.name, reason="holds something else once put back")
    whole, lacking = _attachments(folder, counted, pace.part(0.9, 1.0))
    return msgspec.structs.replace(
        _blank(listed, moment),
        events=counted.events,
        cases=counted.cases,
        devices=len(counted.heads),
        files=whole,
        files_lacking=lacking,
        later_events=lacks.events if lacks.known else None,
        later_cases=len(lacks.cases) if lacks.known else None,
    )


def _looked_at(there: Source, pace: Pace) -> Counted:
    """What the vault that was put back holds, once all of it was looked at."""
    database = connect(there.path, there.key)
    try:
        with session.reading(database) as connection, paced(database, pace):
            backups.require_sound(connection, there, there.path.name)
            return backups.count(connection)
    finally:
        database.dispose()


def _later(source: Source, counted: Counted) -> Lacks:
    """What the vault has gained since."""
    try:
        database = connect(source.path, source.key)
    except KnownError:
        return Lacks(known=False)
    try:
        return restoring.missing(database, counted.heads)
    finally:
        database.dispose()


def _attachments(folder: Path, counted: Counted, pace: Pace) -> tuple[int, int]:
    store = backup_files.store_of(folder)
    whole = 0
    for address in counted.files:
        path = attachments.place(store, address)
        if path.is_file() and backups.digest(path, pace) == address:
            whole += 1
    return whole, len(counted.files) - whole
