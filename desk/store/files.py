"""Files beside the database: written whole or not at all, flushed to the disk, held by one program.

Nothing here knows what is in them.
"""

import contextlib
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from errno import EDQUOT, EIO, ENODEV, ENOSPC, ENXIO, EROFS, ESTALE, ETIMEDOUT, errorcode
from pathlib import Path
from typing import IO

from desk.errors import DiskFull, VaultHeld, VaultReadOnly, VaultUnreachable

_PRIVATE = 0o600
_CHUNK = 1024 * 1024
_FLUSHED = 8 * _CHUNK
_GONE = frozenset({EIO, ENODEV, ENXIO, ESTALE, ETIMEDOUT})
"""How a disk, a stick or a share says that it does not answer."""


def make_folder(path: Path) -> None:
    """Make sure that a folder is there."""
    with disk_faults(path):
        path.mkdir(parents=True, exist_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file by `content` in one step that survives a power cut."""
    draft = path.with_name(path.name + ".new")
    with disk_faults(path):
        with draft.open("wb") as stream:
            draft.chmod(_PRIVATE)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        move(draft, path)


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file so that `target` is complete and on the disk once it has its name."""
    draft = target.with_name(target.name + ".new")
    with disk_faults(target):
        shutil.copyfile(source, draft)
        draft.chmod(_PRIVATE)
        flush(draft)
        move(draft, target)


def copy_hashed(source: Path, target: Path, step: Callable[[float], None]) -> str:
    """Copy a file to a new one in chunks, flushed; SHA-256 (hex) of what was read.

    `step` is told the share done after each chunk; what it raises ends the copy half-way.
    """
    found = hashlib.sha256()
    total = source.stat().st_size or 1
    done = 0
    with disk_faults(target), source.open("rb") as stream, target.open("wb") as copy:
        target.chmod(_PRIVATE)
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
            copy.write(chunk)
            done += len(chunk)
            if done % _FLUSHED < _CHUNK:  # bit by bit, so that no commit beside it waits for all
                copy.flush()
                os.fsync(copy.fileno())
            step(done / total)
        copy.flush()
        os.fsync(copy.fileno())
    return found.hexdigest()


def move(source: Path, target: Path) -> None:
    """Give `source` the name `target`, replacing what had it, and flush the folder."""
    with disk_faults(target):
        source.replace(target)
        if sys.platform != "win32":  # Windows journals the rename itself and opens no folders
            flush(target.parent)


def flush(path: Path) -> None:
    """Make sure that a file or folder is on the disk."""
    # Windows flushes only through a handle that may write; folders open for reading only.
    flags = os.O_RDONLY if path.is_dir() else os.O_RDWR
    with disk_faults(path):
        handle = os.open(path, flags)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove(path: Path) -> None:
    """Make sure that there is no such file."""
    with disk_faults(path):
        path.unlink(missing_ok=True)


def tidy(*paths: Path) -> None:
    """Remove files that harm nobody; those that cannot be removed now go at a later turn."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


class Hold:
    """A vault held by this program, so that a second copy reads `VaultHeld`.

    The operating system's own lock on `X.vault.lock`: it ends with the process, however that dies.
    The empty file stays behind; removing it would let two programs hold different files. It is not
    a lock on the database itself, because POSIX drops those when any handle of the file closes.
    """

    def __init__(self, vault: Path) -> None:
        self._vault = vault
        path = vault.with_name(vault.name + ".lock")
        with disk_faults(vault):
            self._stream: IO[bytes] = path.open("ab")
        try:
            _lock(self._stream)
        except OSError as fault:
            self._stream.close()
            raise VaultHeld(path=str(vault)) from fault

    def release(self) -> None:
        """Let others in; a second call does nothing."""
        self._stream.close()


if sys.platform == "win32":

    def _lock(stream: IO[bytes]) -> None:
        import msvcrt

        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)

else:

    def _lock(stream: IO[bytes]) -> None:
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def disk_faults(path: Path) -> Iterator[None]:
    """Turn what the disk refuses at `path` into faults that a person can be told about."""
    try:
        yield
    except PermissionError as fault:
        raise VaultReadOnly(path=str(path)) from fault
    except OSError as fault:
        if fault.errno in {ENOSPC, EDQUOT}:
            raise DiskFull(path=str(path)) from fault
        if fault.errno == EROFS:
            raise VaultReadOnly(path=str(path)) from fault
        if fault.errno in _GONE:
            reason = errorcode[fault.errno]
            raise VaultUnreachable(path=str(path), reason=reason) from fault
        raise
