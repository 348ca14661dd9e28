"""A second place for backups, such as a share or a stick: used when it answers, never waited for.

What became of it is kept beside the backups, so that the page can say it honestly: where, when
the last copy came there, since when the place does not answer. Whatever happens there, the backups
here are as they were.
"""

import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from desk.domain.backups import Manifest, SecondPlace
from desk.errors import BackupFailed, BackupMissing, BackupUnsound, Halted, KnownError
from desk.store import backup_files, backups, files, key_file
from desk.store.pace import Pace

SILENCE_S = 30.0
"""A place that takes nothing for so long is taken for gone."""
_LOOK_S = 0.2
_STATE = "second.json"

T = TypeVar("T")


def state(backups_folder: Path) -> SecondPlace:
    """What became of the second place; an empty one where nothing is known."""
    try:
        return msgspec.json.decode((backups_folder / _STATE).read_bytes(), type=SecondPlace)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return SecondPlace()


def folder_at(where: Path, vault_id: str) -> Path:
    """The folder of a vault's backups in the second place, which may serve several branches."""
    return where / f"complaint-desk-{vault_id[-12:]}.backups"


def copy(
    backups_folder: Path,
    where: Path,
    moment: datetime,
    pace: Pace,
    *,
    silence: float = SILENCE_S,
) -> SecondPlace:
    """Bring the newest whole backup to the second place, and say what became of it.

    Raises `Halted`, and nothing else: a place that does not answer is a state, not a fault.
    """
    before = state(backups_folder)
    if before.where != str(where):
        before = SecondPlace(where=str(where))
    now = moment.isoformat(timespec="seconds")
    try:
        newest = backups.find(backups_folder).manifest
        if newest is None:
            raise BackupMissing(path=str(backups_folder), name="")
        within(silence, lambda inner: _brought(backups_folder, where, newest, moment, inner), pace)
    except Halted:
        raise
    except KnownError as fault:
        reason = str(fault.params.get("reason", "")) or fault.code
        since = before.silent_since or now
        after = msgspec.structs.replace(before, silent_since=since, reason=reason, tried=now)
    else:
        after = SecondPlace(where=str(where), name=newest.name, copied=now, tried=now)
    with contextlib.suppress(KnownError):
        files.write_whole(backups_folder / _STATE, msgspec.json.encode(after))
    return after


def _brought(
    backups_folder: Path, where: Path, manifest: Manifest, moment: datetime, pace: Pace
) -> None:
    with backups.told(where):
        if not where.is_dir():  # never made here: it would be a folder beside a stick not put in
            raise BackupFailed(path=str(where), reason="unreachable")
        target = folder_at(where, manifest.vault)
        files.make_folder(target)
        backups.tidy(target)
        if backups.read_manifest(backups.manifest_of(target, manifest.name)) == manifest:
            return
        here = backup_files.store_of(backups_folder)
        there = backup_files.store_of(target)
        more = backup_files.bytes_to_come(here, there, manifest.files)
        backups.require_room(target, manifest.size + more)
        backup_files.fetch(here, there, manifest.files, pace.part(0.0, 0.2))
        source = backups.database_of(backups_folder, manifest.name)
        part = target / f"{manifest.name}{backups.PART}"
        if files.copy_hashed(source, part, pace.part(0.2, 0.9).step) != manifest.sha256:
            raise BackupUnsound(name=manifest.name, reason="bytes differ from the manifest")
        database = backups.database_of(target, manifest.name)
        files.copy_whole(key_file.path_of(source), key_file.path_of(database))
        files.move(part, database)
        backups.write_manifest(target, manifest)
        backups.sweep(target, moment)


def within(silence: float, task: Callable[[Pace], T], pace: Pace) -> T:
    """What `task` gives; `BackupFailed` when it takes no step for `silence` seconds.

    A system call on a dead share can last for ever, and nothing ends it: it is left to itself on a
    thread that no exit of the program waits for, and stops at its next step.
    """
    outcome: Future[T] = Future()
    last = [time.monotonic()]
    heeded = [pace]  # emptied at the end: a thread left to itself keeps hold of nothing of ours

    def seen(share: float) -> None:
        last[0] = time.monotonic()
        for one in heeded[:]:
            one.report(share)

    def look() -> bool:
        last[0] = time.monotonic()
        return not heeded or any(one.stop() for one in heeded[:])

    def run(rest: float) -> None:
        try:
            outcome.set_result(task(Pace(rest, seen, look)))
        except BaseException as fault:  # noqa: BLE001 - whoever waits decides on it
            outcome.set_exception(fault)

    threading.Thread(target=run, args=(pace.rest,), name="second place", daemon=True).start()
    try:
        while True:
            with contextlib.suppress(TimeoutError):
                return outcome.result(timeout=_LOOK_S)
            if pace.stop() or time.monotonic() - last[0] > silence:
                raise Halted if pace.stop() else BackupFailed(path="", reason="unreachable")
    finally:
        heeded.clear()
