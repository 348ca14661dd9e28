"""The connection to an encrypted database, and the one place where its faults become ours.

SQLCipher through SQLAlchemy's ordinary SQLite dialect, with the raw key set by the creator (the
`pysqlcipher` dialect insists on a passphrase of its own). One connection, owned by the thread
that opened it: the database worker.
"""

import contextlib
import ctypes
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, exc
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2  # type: ignore[import-untyped]  # it ships no types

from desk.errors import (
    DiskFull,
    KnownError,
    VaultBusy,
    VaultDamaged,
    VaultReadOnly,
    VaultUnreachable,
)

_BUSY_MS = 2000
# Folding the write-ahead log back takes as long as many commits: seldom, and best in Vault.rest.
_CHECKPOINT_PAGES = 4000
_MIB = 1024 * 1024
_LEAST_ROOM = 256 * 1024
_CACHE_LEAST = 16 * _MIB
_CACHE_MOST = 256 * _MIB
_CACHE_SHARE = 16


@dataclass(frozen=True, slots=True)
class Database:
    """An open database file: its one connection, and the path that faults are reported with."""

    connection: Connection
    path: Path

    def checkpoint(self, *, wait: bool = False) -> bool:
        """Fold the write-ahead log into the file; with `wait`, all of it. Not in a transaction.

        Whether all of it is in the file now: another connection may still need the old pages.
        """
        mode = "TRUNCATE" if wait else "PASSIVE"
        with converted(self.path):
            cursor = self.connection.connection.cursor()
            busy, logged, folded = cursor.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
            cursor.close()
        return not busy and logged == folded

    def settle(self) -> None:
        """Fold all of the write-ahead log into the file, which may then be moved or copied alone.

        A fault while the last connection closes is told to nobody; so this comes before. Raises
        `VaultBusy` while another connection needs the old pages.
        """
        if not self.checkpoint(wait=True):
            raise VaultBusy(path=str(self.path))

    def vacuum(self) -> None:
        """Write every table anew, without the unused parts that hold what was deleted from them.

        Into the write-ahead log, so that a kill at any moment leaves the old or the new state. Not
        in a transaction.
        """
        with converted(self.path):
            cursor = self.connection.connection.cursor()
            cursor.execute("VACUUM")
            cursor.close()

    def dispose(self) -> None:
        """Close the connection; the last one out folds the write-ahead log into the file."""
        engine = self.connection.engine
        self.connection.close()
        engine.dispose()


def connect(path: Path, key: bytes) -> Database:
    """Open (or begin) the database at `path` with a raw 32-byte key.

    Raises `VaultDamaged` when the file is not a database of this key.
    """

    def creator() -> DBAPIConnection:
        connection: DBAPIConnection = dbapi2.connect(
            str(path), isolation_level=None, timeout=_BUSY_MS / 1000, cached_statements=256
        )
        _configure(connection, key)
        return connection

    return _database(path, creator)


def connect_still(path: Path, key: bytes) -> Database:
    """Open a database that nobody writes, such as a backup: nothing is left or changed beside it.

    A write-ahead log beside it is not looked at. Raises `VaultDamaged` as :func:`connect` does.
    """

    def creator() -> DBAPIConnection:
        uri = f"{path.resolve().as_uri()}?immutable=1"
        connection: DBAPIConnection = dbapi2.connect(uri, uri=True, isolation_level=None)
        _unlock(connection, key)
        return connection

    return _database(path, creator)


def _database(path: Path, creator: Callable[[], DBAPIConnection]) -> Database:
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=creator,
        poolclass=StaticPool,
        hide_parameters=True,  # they are what a customer said, and errors reach the log
    )
    event.listen(engine, "begin", _begin)
    try:
        with converted(path):
            connection = engine.connect()
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
            connection.rollback()
    except KnownError:
        engine.dispose()
        raise
    return Database(connection, path)


def _begin(connection: Connection) -> None:
    # By the driver's own cursor: SQLAlchemy's way to it costs a third of a commit.
    connection.connection.cursor().execute("BEGIN")


def _unlock(connection: DBAPIConnection, key: bytes) -> None:
    cursor = connection.cursor()
    try:
        # It writes to standard error, where a person reads; what is wrong is raised anyway.
        cursor.execute("PRAGMA cipher_log_level = NONE")
        cursor.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        # Wiping each page buffer costs a factor of five in search (measured) and guards against an
        # attacker who reads this process's memory, who reads the screen as well.
        cursor.execute("PRAGMA cipher_memory_security = OFF")
    finally:
        cursor.close()


def _configure(connection: DBAPIConnection, key: bytes) -> None:
    _unlock(connection, key)
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA cache_size = -{cache_bytes() // 1024}")
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = FAST")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA recursive_triggers = ON")  # so that REPLACE meets the log's triggers
        cursor.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    finally:
        cursor.close()


def cache_bytes() -> int:
    """Page cache of the database: a sixteenth of the machine's memory, from 16 to 256 MiB."""
    return max(_CACHE_LEAST, min(_CACHE_MOST, _memory_bytes() // _CACHE_SHARE))


if sys.platform == "win32":

    def _memory_bytes() -> int:
        kib = ctypes.c_ulonglong()
        found = ctypes.windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kib))
        return kib.value * 1024 if found else 0

else:

    def _memory_bytes() -> int:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


_FAULTS: dict[int, type[KnownError]] = {
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_BUSY: VaultBusy,
    sqlite3.SQLITE_LOCKED: VaultBusy,
    sqlite3.SQLITE_NOTADB: VaultDamaged,
    sqlite3.SQLITE_CORRUPT: VaultDamaged,
    sqlite3.SQLITE_READONLY: VaultReadOnly,
    sqlite3.SQLITE_PERM: VaultReadOnly,
    sqlite3.SQLITE_CANTOPEN: VaultUnreachable,
    sqlite3.SQLITE_IOERR: VaultUnreachable,
}


@contextlib.contextmanager
def converted(path: Path) -> Iterator[None]:
    """Turn the database's faults of the world into ours; faults of the program pass unchanged."""
    try:
        yield
    except exc.ResourceClosedError as fault:  # since the file could not be opened once more
        raise VaultUnreachable(path=str(path), reason="closed") from fault
    except (exc.DBAPIError, dbapi2.Error) as fault:
        origin = fault.orig if isinstance(fault, exc.DBAPIError) else fault
        code = getattr(origin, "sqlite_errorcode", None)
        # The low byte is the primary code; the rest says where in SQLite it happened.
        known = None if code is None else _FAULTS.get(code & 0xFF)
        if known is None:
            raise
        if known is VaultUnreachable and _has_no_room(path):
            # Where not even the shared memory file fits, SQLite speaks of input and output.
            known = DiskFull
        name = getattr(origin, "sqlite_errorname", "")
        raise known(path=str(path), reason=name) from fault


def _has_no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _LEAST_ROOM
    except OSError:
        return False
