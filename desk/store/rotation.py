"""A new database key: the file copied under it page by page, checked, and put in the other's place.

Whoever could open the vault once could have kept the key; after somebody left, only a new one
keeps them out of later copies of the file. The chain key stays: it is of use only to who can write
into the database, which the new key decides, and under another one the marks of all earlier events
would have to be made anew by whoever rotates, and backups and heads noted elsewhere would prove
nothing any more.

The key file knows both secrets from before the file is renamed until after, each by the salt of
the file that it opens. So at whatever moment this is killed, every slot opens what then bears the
vault's name, and :func:`tidy` removes what was left. The old pages are on the disk until they are
overwritten, under the old key.
"""

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from sqlalchemy import text

from desk.errors import (
    DiskFull,
    NoRoom,
    VaultBusy,
    VaultDamaged,
    VaultReadOnly,
    VaultUnreachable,
)
from desk.store import files, key_file, keys, log, session
from desk.store.engine import Database, connect
from desk.store.keys import Opened, Secret
from desk.store.pace import Pace
from desk.store.page_copy import copy_pages

_MIB = 1024 * 1024
_SPARE = 8 * _MIB

Step = Literal["copying", "checking", "announced", "renamed", "done"]
Progress = Callable[[Step, float], None]
"""Told at each step, with the share of it that is done; what it raises stops the rotation."""


def copied(database: Database, key: bytes, progress: Progress) -> Database:
    """The same database under another key, in a file of its own beside it, open and checked.

    Raises `NoRoom` before anything is written, and `VaultDamaged` when the copy is not the same.
    """
    path = database.path
    _require_room(path)
    draft = draft_of(path)
    for old in _drafts(path):
        files.remove(old)
    pace = Pace(report=lambda share: progress("copying", share))
    salt = keys.system_randomness(keys.SALT_BYTES).hex()
    with session.reading(database):
        copy_pages(database, key, draft, pace, salt=salt)
    progress("checking", 0.0)
    copy = connect(draft, key)
    try:
        _require_same(database, copy)
    except BaseException:
        copy.dispose()
        raise
    return copy


def announced(path: Path, opened: Opened, secret: Secret) -> Opened:
    """Let the key file know the copy's secret beside the present one; what will then be open."""
    files.flush(draft_of(path))
    salt = keys.salt_of(draft_of(path))
    header = keys.trusted(path, opened.secrets)
    both = {**opened.secrets, salt: secret}
    keys.write(path, keys.resealed(header, header.slots, both), both)
    return Opened(secret.key, secret.chain_key, opened.person, opened.vault, salt, opened.slot)


def put_in_place(path: Path) -> None:
    """Give the copy the vault's name. No connection to either may be open here.

    Raises `VaultBusy` when somebody else's connection keeps the write-ahead log.
    """
    for beside in (path, draft_of(path)):
        log_file = beside.with_name(beside.name + "-wal")
        if log_file.exists() and log_file.stat().st_size:
            # Beside the new file, it would be taken for changes to that.
            raise VaultBusy(path=str(path))
        files.remove(log_file)
        files.remove(beside.with_name(beside.name + "-shm"))
    files.move(draft_of(path), path)


def tidy(path: Path, opened: Opened) -> None:
    """Remove what a rotation left, finished or killed: the copy, and the secret of no file.

    What the disk refuses is done at the next opening.
    """
    half_written = key_file.path_of(path)
    files.tidy(*_drafts(path), half_written.with_name(half_written.name + ".new"))
    header = keys.read(path)
    if len(header.marks) > 1:
        header = keys.trusted(path, opened.secrets)
        with contextlib.suppress(DiskFull, VaultReadOnly, VaultUnreachable):
            keys.write(path, keys.resealed(header, header.slots, opened.secrets), opened.secrets)


def draft_of(path: Path) -> Path:
    """Where the copy of a vault is made."""
    return path.with_name(path.name + ".rotated")


def _drafts(path: Path) -> list[Path]:
    draft = draft_of(path)
    return [draft.with_name(draft.name + ending) for ending in ("", "-wal", "-shm", "-journal")]


def _require_room(path: Path) -> None:
    beside = (path, path.with_name(path.name + "-wal"), key_file.path_of(path))
    needed = sum(file.stat().st_size for file in beside if file.exists()) + _SPARE
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise NoRoom(path=str(path.parent), needed=-(-needed // _MIB), free=free // _MIB)


def _require_same(one: Database, copy: Database) -> None:
    with session.reading(copy) as connection:
        faults = connection.execute(text("PRAGMA cipher_integrity_check")).all()
        sound = connection.execute(text("PRAGMA integrity_check")).scalar()
    if faults or sound != "ok":
        raise VaultDamaged(path=str(copy.path), reason="copy fails its integrity check")
    if _outline(one) != _outline(copy):
        raise VaultDamaged(path=str(copy.path), reason="copy differs")


def _outline(database: Database) -> tuple[object, ...]:
    """Schema, number of rows in every table, and where each device's chain ends."""
    with session.reading(database) as connection:
        schema = connection.execute(
            text("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
        ).all()
        counts = [
            (name, connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar())  # noqa: S608 - names of our own schema
            for kind, name, _sql in schema
            if kind == "table"
        ]
        return tuple(map(tuple, schema)), tuple(counts), tuple(log.tips(connection))
