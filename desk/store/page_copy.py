"""A copy of an encrypted database as it stands at one moment, made page by page.

SQLite's own backup, inside one reading transaction of a second connection: whoever writes goes on
writing and the copy never starts anew. A copy with the key and the salt of its source is opened by
the same key file; one under a new key has a salt of its own, by which key files tell them apart.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2  # type: ignore[import-untyped]  # it ships no types

from desk.errors import DiskFull, KnownError, VaultDamaged, VaultUnreachable
from desk.store import files
from desk.store.engine import Database, converted
from desk.store.pace import Pace

_STEP_PAGES = 64
_FLUSHED_PAGES = 1024
"""The copy goes to the disk bit by bit, so that no commit beside it waits for all of it."""
_CACHE_KIB = 2048
_DAMAGED = {"database disk image is malformed", "file is not a database", "out of memory"}
_FULL = "database or disk is full"


def copy_pages(source: Database, key: bytes, target: Path, pace: Pace, *, salt: str = "") -> None:
    """Copy `source`, in a reading transaction of its caller, to a new file `target`, flushed.

    `key` is that of the copy, and `salt` in hexadecimal digits, by default its source's.

    Raises `VaultDamaged` with the path of the source for a page that cannot be read, and what
    `desk.store.engine.converted` says with the path of the target for one that cannot be written.
    """
    driver: Any = source.connection.connection.driver_connection
    salt = salt or driver.execute("PRAGMA cipher_salt").fetchone()[0]
    with files.disk_faults(target):
        target.touch(mode=0o600)
        handle = os.open(target, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        with _empty(target, key, salt) as copy:
            flushed = 0

            def stepped(_status: int, left: int, total: int) -> None:
                nonlocal flushed
                if total - left - flushed >= _FLUSHED_PAGES:
                    flushed = total - left
                    with files.disk_faults(target):
                        os.fsync(handle)
                pace.step((total - left) / total if total else 1.0)

            try:
                driver.backup(copy, pages=_STEP_PAGES, progress=stepped)
            except (dbapi2.Error, MemoryError) as fault:
                raise _told(fault, source.path, target) from fault
        with files.disk_faults(target):
            os.fsync(handle)
    finally:
        os.close(handle)


def _told(fault: BaseException, source: Path, target: Path) -> KnownError:
    """Whose fault it was. The driver tells it in SQLite's words only, without a code.

    What is written is never read, so a damaged page is one of the source; a page that fails its
    seal comes as a lack of memory.
    """
    words = str(fault)
    if isinstance(fault, MemoryError) or words in _DAMAGED:
        return VaultDamaged(path=str(source), reason="page")
    return (DiskFull if words == _FULL else VaultUnreachable)(path=str(target), reason=words)


@contextlib.contextmanager
def _empty(target: Path, key: bytes, salt: str) -> Iterator[Any]:
    """A new database of this key and salt that is nobody's until it is whole: without a journal."""
    copy = dbapi2.connect(str(target), isolation_level=None)
    try:
        with converted(target):
            copy.execute("PRAGMA cipher_log_level = NONE")
            copy.execute(f"PRAGMA key = \"x'{key.hex()}{salt}'\"")
            copy.execute("PRAGMA cipher_memory_security = OFF")
            copy.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("PRAGMA synchronous = OFF")
        yield copy
    finally:
        copy.close()
