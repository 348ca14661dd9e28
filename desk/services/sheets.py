"""Lists as Excel workbooks, written bit by bit beside their place and put there whole.

A cell is text or a number. No text begins as a formula: what a person may have typed gets an
apostrophe before it, as in the CSV files of :mod:`desk.services.exports`.
"""

import errno
import hashlib
import io
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from desk.errors import CannotWrite, DiskFull, FolderMissing, KnownError, NotReplaced
from desk.services.exports import guarded

MOST_ROWS = 1_048_575
"""Rows of a sheet below its headings: Excel has no more."""

_ZIP = b"PK"
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no cell may hold: control characters, and halves of surrogate pairs."""
_MOST_IN_CELL = 32_767
_CHUNK = 1 << 20


Cell = str | int | float
"""What stands in a cell; an empty text is an empty cell."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: what it is called, and how wide it is, in characters."""

    name: str
    width: float


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A workbook that is written: the rows below its headings, and the SHA-256 of the file."""

    path: Path
    rows: int
    sha256: str


class SheetDraft:
    """A workbook with a list or more, and a page that says what it is a list of.

    `add` may be called often; memory does not grow with it. `rows` are those of the list at hand,
    `turn` begins the next list. `finish` writes the file beside
    `target`, `publish` puts it there; what was not published is gone with the block or `drop`.
    Each raises DiskFull, CannotWrite or FolderMissing, beginning also NotReplaced when something
    else than a workbook is at `target`.
    """

    def __init__(self, target: Path, title: str, headings: Sequence[Heading]) -> None:
        from openpyxl import Workbook

        self.target = target
        self.rows = 0
        self._before = 0
        self._part: Path | None = None
        self._is_saved = False
        try:
            if not _is_ours_to_replace(target):
                raise NotReplaced(path=str(target))
        except OSError as error:
            raise _known(error, target) from error
        self._book = Workbook(write_only=True)
        self._begin(title, headings)

    def _begin(self, title: str, headings: Sequence[Heading]) -> None:
        from openpyxl.utils import get_column_letter

        self._sheet = self._book.create_sheet(title)
        for place, heading in enumerate(headings, start=1):
            self._sheet.column_dimensions[get_column_letter(place)].width = heading.width
        self._sheet.freeze_panes = "A2"
        self._last = get_column_letter(len(headings))
        self._append([[heading.name for heading in headings]], strong=True)

    def turn(self, title: str, headings: Sequence[Heading]) -> None:
        """Begin another list on a sheet of its own."""
        self._end_list()
        self._begin(title, headings)

    def _end_list(self) -> None:
        self._sheet.auto_filter.ref = f"A1:{self._last}{self.rows + 1}"
        self._before += self.rows
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.drop()

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Add rows below those there are."""
        listed = list(rows)
        self._append(listed)
        self.rows += len(listed)

    def explain(self, title: str, lines: Iterable[Sequence[str]]) -> None:
        """Add a page of labels and values: what is listed, by whom, and when."""
        page = self._book.create_sheet(title)
        page.column_dimensions["A"].width = 24
        page.column_dimensions["B"].width = 90
        for line in lines:
            page.append([cell(text) for text in line])

    def finish(self) -> SheetFile:
        """Write the workbook beside its place."""
        last = self.rows
        self._end_list()
        self.rows = last
        try:
            with tempfile.NamedTemporaryFile(
                dir=self.target.parent, prefix=f".{self.target.stem}-", suffix=".part", delete=False
            ) as file:
                self._part = Path(file.name)
                self._is_saved = True
                self._book.save(file)
                file.flush()
                os.fsync(file.fileno())
            with self._part.open("rb") as written:
                digest = hashlib.file_digest(written, "sha256").hexdigest()
        except OSError as error:
            self.drop()
            raise _known(error, self.target) from error
        return SheetFile(self.target, self._before, digest)

    def publish(self) -> None:
        """Put what was finished in its place."""
        if self._part is None:
            raise ValueError("a draft is finished before it is published")
        try:
            self._part.replace(self.target)
        except OSError as error:
            self.drop()
            raise _known(error, self.target) from error
        self._part = None

    def drop(self) -> None:
        """Throw away what was not published."""
        if not self._is_saved:
            self._is_saved = True
            self._book.save(io.BytesIO())  # the library's own way to end its temporary file
        if self._part is not None:
            self._part.unlink(missing_ok=True)
            self._part = None

    def _append(self, rows: Iterable[Sequence[Cell]], *, strong: bool = False) -> None:
        try:
            for row in rows:
                cells = [cell(one) if isinstance(one, str) else one for one in row]
                self._sheet.append([self._strong(one) for one in cells] if strong else cells)
        except OSError as error:
            raise _known(error, self.target) from error

    def _strong(self, value: Cell) -> object:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font

        made = WriteOnlyCell(self._sheet, value=value)
        made.font = Font(bold=True)
        return made


def cell(text: str) -> str:
    """A text as a cell may hold it: no formula, no control characters, not too long."""
    plain = _NO_TEXT.sub("\ufffd", text)
    return guarded(plain)[:_MOST_IN_CELL]


def _is_ours_to_replace(target: Path) -> bool:
    """Whether nothing, an empty file or a workbook is there."""
    if not target.exists():
        return True
    if not target.is_file():
        return False
    with target.open("r+b") as file:
        return file.read(len(_ZIP)) in {b"", _ZIP}


def _known(error: OSError, target: Path) -> KnownError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(path=str(target.parent))
    if error.errno == errno.ENOENT:
        return FolderMissing(path=str(target), folder=str(target.parent))
    return CannotWrite(path=str(target), reason=error.strerror or "")
