"""What a stick or a share refuses, as faults that a person can be told about."""

import contextlib
import os
from collections.abc import Iterator
from errno import EDQUOT, ENOSPC, EROFS
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from desk.errors import BundleRefused, BundleUnread, BundleUnwritten, FolderMissing

PART = ".part"
"""Ends the name of a file that is not complete."""


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """`BundleUnread` for what goes wrong in reading `path`."""
    try:
        yield
    except FileNotFoundError as fault:
        raise BundleUnread(path=str(path), reason="file_gone") from fault
    except PermissionError as fault:
        raise BundleUnread(path=str(path), reason="not_readable") from fault
    except OSError as fault:
        raise BundleUnread(path=str(path), reason="unreachable") from fault


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """`BundleUnwritten` or `FolderMissing` for what goes wrong in writing `path`."""
    try:
        yield
    except FileNotFoundError as fault:
        raise FolderMissing(path=str(path), folder=str(path.parent)) from fault
    except OSError as fault:
        reason = "unreachable"
        if fault.errno in {ENOSPC, EDQUOT}:
            reason = "disk_full"
        elif isinstance(fault, PermissionError) or fault.errno == EROFS:
            reason = "read_only"
        raise BundleUnwritten(path=str(path), reason=reason) from fault


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file to read; `not_ours` for a folder, a device or a pipe, which might never end."""
    with reading(path):
        if not S_ISREG(path.stat().st_mode):
            raise BundleRefused(reason="not_ours")
        stream = path.open("rb")
    try:
        yield stream
    finally:
        with contextlib.suppress(OSError):
            stream.close()


@contextlib.contextmanager
def draft(target: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `target` at the end, complete and on the disk.

    Until then it is `target` with `.part` after it; whatever goes wrong, what was at `target`
    stays, and the draft goes, unless the disk is gone with it. A link at either place is replaced,
    never followed.
    """
    path = target.with_name(target.name + PART)
    with writing(target):
        path.unlink(missing_ok=True)
        stream = path.open("x+b")
    try:
        yield stream
        with writing(target):
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()
            path.replace(target)
            _flush_folder(target.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            stream.close()  # what is left in its buffer does not go to a full disk either
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        raise


def _flush_folder(folder: Path) -> None:
    """Bring a new name to the disk, where folders can be opened; some shares refuse."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
