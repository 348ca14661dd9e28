"""Files written for other programs: lists as CSV, bit by bit, and plain text.

Files are UTF-8 with a byte order mark, which spreadsheets need to show Chinese; lines of CSV end as
RFC 4180 says. A cell that a spreadsheet would take for a formula gets an apostrophe before it.
"""

import csv
import errno
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desk.errors import CannotWrite, DiskFull, FolderMissing, NotReplaced
from desk.store import files

_BOM = b"\xef\xbb\xbf"
_LOOKED_AT = 4096
_PLAIN = {".csv", ".txt"}
_OTHERS = (b"PK", b"%PDF", b"{\\rtf", b"\xd0\xcf\x11\xe0")
"""How a workbook or document, a PDF, a rich text and an old office file begin."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def csv_text(lines: Iterable[Sequence[str]]) -> str:
    """Lines of cells as CSV."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in line] for line in lines)
    return written.getvalue()


@dataclass(frozen=True, slots=True)
class Draft:
    """A file being written beside its place; what stood there before stays until `finish`.

    Every method raises DiskFull, CannotWrite or FolderMissing; beginning also NotReplaced, when
    what stands there is no text of the same kind.
    """

    target: Path

    @property
    def path(self) -> Path:
        """Where the file is until it is finished."""
        return self.target.with_name(f"{self.target.name}.new")

    def begin(self, header: Sequence[str]) -> None:
        """Begin anew with the names of the columns."""
        self.write(csv_text([header]))

    def write(self, text: str) -> None:
        """Begin anew with a text."""
        try:
            if not _is_ours_to_replace(self.target):
                raise NotReplaced(path=str(self.target))
        except OSError as error:
            raise self._known(error) from error
        self._write("w", f"\ufeff{text}")

    def add(self, lines: Iterable[Sequence[str]]) -> None:
        """Add lines."""
        self._write("a", csv_text(lines))

    def finish(self) -> None:
        """Put the file in its place."""
        try:
            self.path.replace(self.target)
        except OSError as error:
            raise self._known(error) from error

    def drop(self) -> None:
        """Throw the draft away."""
        files.tidy(self.path)

    def _write(self, mode: str, text: str) -> None:
        try:
            with self.path.open(mode, encoding="utf-8", newline="") as file:
                file.write(text)
        except OSError as error:
            raise self._known(error) from error

    def _known(self, error: OSError) -> DiskFull | CannotWrite:
        if error.errno == errno.ENOSPC:
            return DiskFull(path=str(self.target.parent))
        if error.errno == errno.ENOENT:
            return FolderMissing(path=str(self.target), folder=str(self.target.parent))
        reason = os.strerror(error.errno) if error.errno else ""
        return CannotWrite(path=str(self.target), reason=reason)


def _is_ours_to_replace(target: Path) -> bool:
    """Whether nothing, an empty file, a text from here, or a plain text of this name is there.

    A person may confirm a name too fast, or have typed the name of a document.
    """
    if not target.exists():
        return True
    if not target.is_file():
        return False
    with target.open("rb") as file:
        head = file.read(_LOOKED_AT)
    if not head or head.startswith(_BOM):
        return True
    return target.suffix.lower() in _PLAIN and b"\0" not in head and not head.startswith(_OTHERS)


def write_text(target: Path, text: str) -> None:
    """Write a whole text; what stood there stays until it is written. DiskFull, CannotWrite."""
    draft = Draft(target)
    draft.write(text)
    draft.finish()
