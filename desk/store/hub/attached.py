"""Attachments that came with bundles, beside the hub's vault: as encrypted as they came.

`files/BRANCH/ab/abcd…`; the key of each is in the sealed part of the event that names it.
"""

import contextlib
from pathlib import Path
from typing import BinaryIO

import msgspec
from sqlalchemy import select

from desk.domain.exchange import AnyFrame, FileBegun, FileBytes
from desk.store import attachments, files
from desk.store.hub.base import Store
from desk.store.hub.tables import EVENTS

_EACH = 500


class Attached:
    """Takes the files among the frames of a bundle; a file is whole before it has its place.

    What a transaction that failed leaves here is overwritten by the next.
    """

    def __init__(self, folder: Path, branch: str) -> None:
        self._folder = _folder(folder, branch)
        self._file = ""
        self._left = 0
        self._stream: BinaryIO | None = None

    def __call__(self, frame: AnyFrame) -> None:
        """Take a frame; whether a file is what it is called, the bundle's reader says."""
        with files.disk_faults(self._folder):
            if isinstance(frame, FileBegun):
                self.end()
                self._file, self._left = frame.file, frame.size
                files.make_folder(self._folder)
                self._stream = self._draft.open("wb")
            elif isinstance(frame, FileBytes) and self._stream is not None:
                self._stream.write(frame.data)
                self._left -= len(frame.data)
            if self._stream is not None and self._left <= 0:
                self._stream.close()
                self._stream = None
                target = attachments.place(self._folder, self._file)
                files.make_folder(target.parent)
                files.flush(self._draft)
                files.move(self._draft, target)

    @property
    def _draft(self) -> Path:
        return self._folder / f"{self._file}.part"

    def end(self) -> None:
        """Let go of a file that is not complete."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
            with contextlib.suppress(OSError):
                self._draft.unlink(missing_ok=True)


def _folder(folder: Path, branch: str) -> Path:
    return folder / "files" / (branch or "-")


class _Named(msgspec.Struct):
    file: str


def release(store: Store, folder: Path, branch: str, cases: tuple[str, ...]) -> int:
    """Delete the files of cases that were forgotten; gives how many went."""
    of_branch = [EVENTS.c.branch == branch, EVENTS.c.kind == "attached"]
    query = select(EVENTS.c.public).where(*of_branch)
    gone = 0
    for at in range(0, len(cases), _EACH):
        some = EVENTS.c.case_id.in_(cases[at : at + _EACH])
        with store.reading() as connection:
            told = list(connection.execute(query.where(some)).scalars())
        for public in told:
            file = msgspec.json.decode(public, type=_Named).file
            path = attachments.place(_folder(folder, branch), Path(file).name)
            with contextlib.suppress(OSError):
                path.unlink()
                gone += 1
    return gone
