"""Whole copies of a vault beside it that are no backups: put aside by a restore, kept for a rescue.

They hold what the vault held then, people who were forgotten since included; so they go when a
backup of that time would.
"""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desk.domain import keeping
from desk.domain.backups import is_name, made_at
from desk.store import attachments, files, key_file, switch, unread_log


@dataclass(frozen=True, slots=True)
class OldVault:
    """A copy of a vault, and when it was what the vault was (local time)."""

    path: Path
    made: datetime


def listing(vault: Path) -> tuple[OldVault, ...]:
    """The copies that lie beside a vault, the oldest first."""
    return tuple(sorted(_found(vault), key=lambda one: one.made))


def _found(vault: Path) -> Iterator[OldVault]:
    for path in switch.kept_aside(vault):
        name = path.name[-len("20260101T000000") :]
        if is_name(name):
            yield OldVault(path, made_at(name))
    torn = unread_log.copy_of(vault)
    with contextlib.suppress(OSError):
        # Its own name says nothing of when; the disk does.
        yield OldVault(torn, datetime.fromtimestamp(torn.stat().st_mtime))  # noqa: DTZ006


def sweep(vault: Path, now: datetime) -> int:
    """Remove the copies that are older than any backup is kept; how many those were."""
    gone = [one.path for one in listing(vault) if keeping.is_past(one.made, now)]
    for path in gone:
        shutil.rmtree(attachments.folder_of(path), ignore_errors=True)
        beside = [path.with_name(path.name + ending) for ending in ("-wal", "-shm")]
        files.tidy(*beside, key_file.path_of(path), path)
    return sum(not path.exists() for path in gone)
