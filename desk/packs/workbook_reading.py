"""A workbook that head office edited, read back into a pack's plain content.

Belongs here: reading cells, and naming sheet and cell of what cannot be read. Whether the content
is sound the loader says of the files that are made from it; :meth:`Origin.cell` gives the cell that
a line of such a file came from. A file from elsewhere is looked at before it is opened: nothing
with macros, links to other files or document types is.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desk.errors import BadInput, PackInvalid
from desk.i18n import _
from desk.packs import cells, trees
from desk.packs.cells import Cell
from desk.packs.grids import FILE, Column, Grid, Unpaired, entry_of, grids, value_of, wide_entry
from desk.packs.parts import LISTS, WHOLES, Contents, Filed, Part, Plain
from desk.packs.workbook import (
    FIRST_ROW,
    HEADER_ROWS,
    MODEL_HEADERS,
    MODELS,
    READ_ME,
    label_of,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, EOFError, UnicodeDecodeError)
"""What reading a packed file that was changed ends in."""
_MOST_BYTES = 16 * 1024 * 1024
_MOST_UNPACKED = 64 * 1024 * 1024
_MOST_TAGS = 1_500_000
"""Several times those of the shipped pack; each costs some hundred bytes of memory once read."""
_MOST_ROWS = 20_000
_MOST_COLUMNS = 200
_MOST_FAULTS = 200
_FOREIGN = ("vbaproject", "externallink", "activex", "oleobject", "embeddings/", "connections.xml")
_CHUNK = 1024 * 1024
_BEGIN = 64 * 1024
_READ_AS_XML = re.compile(rb"\s*(\0?<|\xef\xbb\xbf|\xff\xfe|\xfe\xff)")
_PLAIN = re.compile(
    rb"(\xef\xbb\xbf)?\s*<(\?xml(?![^>]*encoding)|\?xml[^>]*\sencoding=.utf-8|[^?])", re.IGNORECASE
)
"""How XML begins of which every sign below means what it says."""

Place = tuple[str | int, ...]
"""Where a value is inside its file: names, and numbers of entries from 0."""


@dataclass(slots=True)
class Origin:
    """Where everything of a read workbook came from: file and path of a value to sheet and cell."""

    cells: dict[tuple[str, Place], str] = field(default_factory=dict)

    def cell(self, file: str, path: Place) -> str | None:
        """The cell of a value, or of the nearest thing around it; None when there is none."""
        for length in range(len(path), 0, -1):
            found = self.cells.get((file, path[:length]))
            if found is not None:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Read:
    """What a workbook says, and where each part of it stands."""

    contents: Contents
    origin: Origin


def read(source: Path) -> Read:
    """Everything in a workbook.

    Raises BadInput for a file that is no such workbook, and PackInvalid with every fault as
    `sheet!cell: reason`.
    """
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Path) -> None:
        self.book = _opened(source)
        self.faults: list[str] = []
        self.origin = Origin()

    def read(self) -> Read:
        found = Contents()
        known = {READ_ME, MODELS} | {whole.name for whole in WHOLES}
        for part, grid in zip(LISTS, grids(), strict=True):
            known |= {one.name for one in grid.every()}
            found.lists[part.name] = self._list(part, grid)
        for whole in WHOLES:
            found.wholes[whole.name] = self._tree(whole.name, whole.file)
        found.models = self._models()
        for name in self.book:
            if name not in known:
                self._fault(name, 1, 1, _("there is no sheet of this name in a pack"))
        if self.faults:
            raise PackInvalid(faults=tuple(self.faults[:_MOST_FAULTS]))
        return Read(found, self.origin)

    def _fault(self, sheet: str, row: int, column: int, reason: str) -> None:
        self.faults.append(f"{_place(sheet, row, column)}: {reason}")

    def _table(
        self, sheet: str, headers: Mapping[str, Any], *, wide: bool = False
    ) -> "Iterator[_Row]":
        """The rows of a sheet that are not empty, each cell under its header."""
        page = self.book.get(sheet)
        if page is None:
            self._fault(sheet, 1, 1, _("the sheet is missing"))
            return
        if page.max_row > _MOST_ROWS or page.max_column > _MOST_COLUMNS:
            self._fault(sheet, 1, 1, _("the sheet is far too large"))
            return
        columns = self._headers(page, sheet, headers, wide=wide)
        if columns is None:
            return
        for number, row in enumerate(page.iter_rows(min_row=FIRST_ROW), start=FIRST_ROW):
            told: dict[str, Cell] = {}
            for at, header in columns.items():
                value = self._value(sheet, row[at - 1]) if at <= len(row) else None
                if value is not None and value != "":
                    told[header] = value
            if told:
                yield _Row(number, told, {header: at for at, header in columns.items()})

    def _headers(
        self, page: "Worksheet", sheet: str, headers: Mapping[str, Any], *, wide: bool
    ) -> dict[int, str] | None:
        """Header of each column by its number; None when they cannot be made out."""
        columns: dict[int, str] = {}
        for at in range(1, page.max_column + 1):
            word = str(page.cell(1, at).value or "").strip()
            if not word:
                if any(page.cell(row, at).value for row in range(FIRST_ROW, page.max_row + 1)):
                    self._fault(sheet, 1, at, _("the header of this column is missing"))
                continue
            if word in columns.values():
                self._fault(sheet, 1, at, _("column {name} is here twice").format(name=word))
            elif word in headers or (wide and _is_numbered(word)):
                columns[at] = word
            else:
                self._fault(sheet, 1, at, _("unknown column {name}").format(name=word))
        missing = [name for name in headers if name not in columns.values()]
        for name in missing:
            self._fault(sheet, 1, 1, _("column {name} is missing").format(name=name))
        first = min(columns, default=1)
        under = str(page.cell(HEADER_ROWS, first).value or "")
        if columns and under != label_of(sheet, columns[first]):
            self._fault(sheet, HEADER_ROWS, first, _("the two header rows have to stay"))
            return None
        return None if missing else columns

    def _value(self, sheet: str, cell: Any) -> Cell:  # noqa: ANN401 - openpyxl's cells are many
        value = cell.value
        if cell.data_type in ("f", "e"):
            self._fault(sheet, cell.row, cell.column, _("formulas are not read; write the value"))
            return None
        if isinstance(value, (date,)):
            return cells.dated(value)
        if value is None or isinstance(value, (str, int, float, bool)):
            return value
        self._fault(sheet, cell.row, cell.column, _("neither a text nor a number"))
        return None

    # ── lists ────────────────────────────────────────────────────────────────────────────────────

    def _list(self, part: Part, grid: Grid) -> list[Filed]:
        """The entries of a list, with what is inside them; files get their order of names."""
        found: list[tuple[_Entry, str]] = []
        by_keys: dict[tuple[str, ...], _Entry] = {}
        for row in self._table(grid.name, {column.header: column for column in grid.all_columns}):
            entry = self._entry(grid, row)
            file = self._file(part, grid, row, entry.plain)
            found.append((entry, file))
            by_keys.setdefault((str(entry.plain.get("key", "")),), entry)
        for inner in grid.inner:
            self._inside(inner, by_keys)
        made: list[Filed] = []
        counts: dict[str, int] = {}
        for entry, file in sorted(found, key=lambda pair: pair[1]):
            at = counts.get(file, 0)
            counts[file] = at + 1
            entry.tell(self.origin, file, (part.name, at))
            made.append(Filed(file, entry.plain))
        return made

    def _inside(self, grid: Grid, around: Mapping[tuple[str, ...], "_Entry"]) -> None:
        """Put the rows of a sheet into the entries that they belong to."""
        by_keys: dict[tuple[str, ...], _Entry] = {}
        headers = {column.header: column for column in grid.all_columns}
        for row in self._table(grid.name, headers, wide=grid.wide):
            keys = tuple(str(self._read(grid, column, row) or "") for column in grid.up)
            owner = around.get(keys)
            if owner is None:
                column = row.columns[grid.up[-1].header]
                reason = _("there is no {key}").format(key=" › ".join(keys))
                self._fault(grid.name, row.number, column, reason)
                continue
            entry = self._wide(grid, row) if grid.wide else self._entry(grid, row)
            owner.put(grid.field, entry)
            if isinstance(entry.plain, dict):
                by_keys.setdefault((*keys, str(entry.plain.get("key", ""))), entry)
        for inner in grid.inner:
            self._inside(inner, by_keys)
        for owner in around.values():
            owner.close(grid)

    def _entry(self, grid: Grid, row: "_Row") -> "_Entry":
        values = {
            column: value
            for column in grid.columns
            if (value := self._read(grid, column, row)) is not None
        }
        try:
            plain = entry_of(grid, values)
        except Unpaired as error:
            at = row.columns.get(error.column.header, 1)
            self._fault(grid.name, row.number, at, str(error))
            plain = {}
        return _Entry(plain, _place(grid.name, row.number, 1), self._cells(grid, row))

    def _cells(self, grid: Grid, row: "_Row") -> dict[Place, str]:
        found: dict[Place, str] = {}
        for column in grid.columns:
            if column.header in row.columns:
                place = _place(grid.name, row.number, row.columns[column.header])
                several = column.language and column.form == "lines"
                if not column.language or several:
                    found.setdefault((column.field,), place)
                else:
                    found[column.field, column.language] = place
                    found.setdefault((column.field,), place)
        return found

    def _wide(self, grid: Grid, row: "_Row") -> "_Entry":
        ordered = sorted(
            (header for header in row.columns if _is_numbered(header)),
            key=lambda header: (int(header.split()[0]), header.endswith("en")),
        )
        try:
            texts = wide_entry([row.told.get(header) for header in ordered])
        except ValueError as error:
            self._fault(grid.name, row.number, 1, str(error))
            texts = []
        return _Entry(texts, _place(grid.name, row.number, 1), {})

    def _read(self, grid: Grid, column: Column, row: "_Row") -> object:
        try:
            return value_of(column, row.told.get(column.header))
        except ValueError as error:
            at = row.columns.get(column.header, 1)
            self._fault(grid.name, row.number, at, str(error))
            return None

    def _file(self, part: Part, grid: Grid, row: "_Row", entry: Plain) -> str:
        if not part.is_spread:
            return part.pattern
        file = str(row.told.get(FILE, "")).strip()
        if not file:
            return _home(part, entry)
        if part.takes(file):
            return file
        reason = _("{file} is no file of this part of a pack").format(file=file)
        self._fault(grid.name, row.number, row.columns.get(FILE, 1), reason)
        return part.home

    # ── single pieces ────────────────────────────────────────────────────────────────────────────

    def _tree(self, sheet: str, file: str) -> Plain:
        tree = trees.Tree()
        column = 1
        for row in self._table(sheet, dict.fromkeys(trees.HEADERS)):
            column = row.columns["path"]
            path = row.told.get("path")
            told = (row.told.get(name) for name in trees.HEADERS[1:])
            try:
                tree.add(trees.Line("" if path is None else str(path), *told), row.number)
            except ValueError as error:
                self._fault(sheet, row.number, column, str(error))
        content = tree.content()
        for place, number in tree.rows.items():
            self.origin.cells[file, place] = _place(sheet, number, column)
        return content if isinstance(content, dict) else {}

    def _models(self) -> dict[str, str]:
        found: dict[str, list[str]] = {}
        for row in self._table(MODELS, dict.fromkeys(MODEL_HEADERS)):
            name = str(row.told.get("name", ""))
            if not name.isidentifier() or not name.isascii():
                self._fault(MODELS, row.number, row.columns["name"], _("is no name of a model"))
                continue
            found.setdefault(name, []).append(cells.meant(str(row.told.get("data", ""))))
        return {name: "".join(pieces) for name, pieces in found.items()}


@dataclass(frozen=True, slots=True)
class _Row:
    """A row: its number, its cells by header, and the number of each header's column."""

    number: int
    told: Mapping[str, Cell]
    columns: Mapping[str, int]


@dataclass(slots=True)
class _Entry:
    """An entry being put together: its content, its row, its cells, and what is inside it."""

    plain: Any
    place: str
    own: dict[Place, str]
    inside: list[tuple[str, int, "_Entry"]] = field(default_factory=list)

    def put(self, name: str, inner: "_Entry") -> None:
        """Put another entry into the list `name` of this one."""
        entries = self.plain.setdefault(name, [])
        self.inside.append((name, len(entries), inner))
        entries.append(inner.plain)

    def close(self, grid: Grid) -> None:
        """A list that must be there is there, if only empty."""
        if grid.needed and grid.field not in self.plain:
            self.plain[grid.field] = []

    def tell(self, origin: Origin, file: str, path: Place) -> None:
        """Say of everything in this entry where it came from."""
        origin.cells[file, path] = self.place
        for below, place in self.own.items():
            origin.cells[file, (*path, *below)] = place
        for name, at, inner in self.inside:
            inner.tell(origin, file, (*path, name, at))


def _home(part: Part, entry: Plain) -> str:
    """The file of a new entry: its scenario's own where it has one, else that of its kind."""
    scenarios = entry.get("scenarios")
    name = entry.get("within") or entry.get("key") if part.name == "scenarios" else None
    if isinstance(scenarios, list) and scenarios and "any" not in scenarios:
        name = scenarios[0]
    file = f"scenarios/{name}.yaml"
    return file if name and part.takes(file) else part.home


def _is_numbered(header: str) -> bool:
    number, _space, language = header.partition(" ")
    return number.isascii() and number.isdecimal() and language in ("zh", "en")


def _place(sheet: str, row: int, column: int) -> str:
    from openpyxl.utils import get_column_letter

    return f"{sheet}!{get_column_letter(column)}{row}"


def _opened(source: Path) -> "dict[str, Worksheet]":
    """The worksheets of a file by name; BadInput unless it is a plain workbook of a fair size."""
    from openpyxl import load_workbook
    from openpyxl.worksheet.worksheet import Worksheet

    _look_at(source)
    try:
        with source.open("rb") as file:  # openpyxl leaves a damaged one open
            book = load_workbook(file, data_only=False, keep_links=False)
    except Exception as error:  # openpyxl says nowhere what it raises on a damaged file
        raise BadInput(reason="not_a_workbook", where=str(source)) from error
    return {page.title: page for page in book.worksheets if isinstance(page, Worksheet)}


def _look_at(source: Path) -> None:
    """Refuse what must not be opened, before any of it is unpacked into memory."""
    try:
        if source.stat().st_size > _MOST_BYTES:
            most = _MOST_BYTES // (1024 * 1024)
            raise BadInput(reason="too_much", where=str(source), most=most)
        with zipfile.ZipFile(source) as packed:
            members = packed.infolist()
            if sum(member.file_size for member in members) > _MOST_UNPACKED:
                most = _MOST_UNPACKED // (1024 * 1024)
                raise BadInput(reason="too_much", where=str(source), most=most)
            tags = 0
            for member in members:
                name = member.filename.lower()
                if any(foreign in name for foreign in _FOREIGN):
                    raise BadInput(reason="foreign_parts", where=str(source))
                tags += _tags_of(packed, member, source)
            if tags > _MOST_TAGS:
                most = _MOST_UNPACKED // (1024 * 1024)
                raise BadInput(reason="too_much", where=str(source), most=most)
    except OSError as error:
        raise BadInput(reason="not_readable", where=str(source)) from error
    except _BROKEN as error:
        raise BadInput(reason="not_a_workbook", where=str(source)) from error


def _tags_of(packed: zipfile.ZipFile, member: zipfile.ZipInfo, source: Path) -> int:
    """How many tags a packed file has; 0 for a picture, whatever its name says.

    Excel writes no document types: where one is, or letters that could hide one, somebody wants
    entities expanded.
    """
    tags, end = 0, b""
    with packed.open(member) as file:
        chunk = file.read(_BEGIN)
        if not _READ_AS_XML.match(chunk):
            return 0
        strange = b"macroEnabled" in chunk or not _PLAIN.match(chunk)
        while chunk and not strange:
            tags += chunk.count(b"<")
            seen = end + chunk
            strange = b"<!DOCTYPE" in seen or b"<!ENTITY" in seen or b"\0" in seen
            end, chunk = seen[-len(b"<!DOCTYPE") :], file.read(_CHUNK)
    if strange:
        raise BadInput(reason="foreign_parts", where=str(source))
    return tags
