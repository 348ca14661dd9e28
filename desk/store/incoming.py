"""Attachments that come with a bundle: written beside the vault's own, given their place later.

A file is complete and on the disk before it has a name that an event knows. Until then it is one of
those that this run of the program has not finished, which nobody sweeps away.
"""

import contextlib
import os
from pathlib import Path
from typing import BinaryIO

from desk.domain.exchange import AnyFrame, FileBegun, FileBytes
from desk.store import attachments, files


class Incoming:
    """Takes the files among the frames of a bundle; uses no database, for any thread.

    Whether the bytes are those of the hash, whoever gives the frames has seen to
    (`desk.bundles.contents`).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drafts: dict[str, Path] = {}
        self._stream: BinaryIO | None = None
        self._left = 0

    def __call__(self, frame: AnyFrame) -> None:
        """Take a frame. Raises `DiskFull`, `VaultReadOnly` or `VaultUnreachable`."""
        if isinstance(frame, FileBegun):
            self._begin(frame)
        elif isinstance(frame, FileBytes) and self._stream is not None:
            with files.disk_faults(self._folder):
                self._stream.write(frame.data)
            self._left -= len(frame.data)
        if self._stream is not None and self._left <= 0:
            self._end()

    def _begin(self, frame: FileBegun) -> None:
        place = attachments.place(self._folder, frame.file)
        if frame.file in self._drafts or (place.exists() and place.stat().st_size == frame.size):
            return
        files.make_folder(self._folder)
        draft = attachments.draft(self._folder)
        with files.disk_faults(draft):
            self._stream, self._left = draft.open("xb"), frame.size
            self._drafts[frame.file] = draft
            draft.chmod(0o600)

    def _end(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            with files.disk_faults(self._folder), stream:
                stream.flush()
                os.fsync(stream.fileno())

    @property
    def names(self) -> tuple[str, ...]:
        """The hashes of the files that are new here."""
        return tuple(self._drafts)

    def put(self) -> None:
        """Give every file its place; on the database's thread, just before events name them."""
        for file, draft in list(self._drafts.items()):
            attachments.place_draft(self._folder, file, draft)
            del self._drafts[file]

    def drop(self) -> None:
        """Throw away what has no place yet."""
        if self._stream is not None:
            with contextlib.suppress(OSError):
                self._stream.close()
            self._stream = None
        for draft in self._drafts.values():
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
        self._drafts.clear()
