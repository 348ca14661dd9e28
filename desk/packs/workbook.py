"""A pack as an Excel workbook that head office edits: one sheet a kind, with its own explanations.

Belongs here: writing it. Reading one back is in `desk.packs.workbook_reading`; which columns there
are follows from the content types (`desk.packs.grids`), what is said of them is in
`resources/workbook.yaml`.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from desk import paths
from desk.domain.text import Text
from desk.errors import PackInvalid
from desk.i18n import _
from desk.packs import cells, trees
from desk.packs.cells import Cell
from desk.packs.grids import Column, Grid, Row, grids, rows_of
from desk.packs.parts import WHOLES, Contents

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

READ_ME = "读我 Read me"
MODELS = "models"
MODEL_HEADERS = ("name", "data")
HEADER_ROWS = 2
FIRST_ROW = HEADER_ROWS + 1

_CHUNK = 30_000
_SPARE_PAIRS = 2
_LAST_ROW = 2000
"""Drop-downs offer keys down to this row, so that new entries are offered as well."""
_MOST_LISTED = 250
_NARROW, _MIDDLE, _WIDE = 12.0, 22.0, 46.0
_SHORT = frozenset({"whole", "number", "yes_no"})


class ColumnWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a column is called, and what is to be known of it."""

    label: Text
    note: Text | None = None


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the workbook says of itself, in both languages."""

    read_me: tuple[Text, ...]
    forms: dict[str, Text]
    languages: dict[str, Text]
    sheets: dict[str, Text]
    columns: dict[str, ColumnWords]

    def column(self, sheet: str, field: str) -> ColumnWords:
        """The words of a column; its name where there are none."""
        found = self.columns.get(f"{sheet}.{field}") or self.columns.get(field)
        return found or ColumnWords(Text(zh=field, en=field))

    def sheet(self, name: str) -> Text:
        """What a sheet holds; its name where there are no words."""
        return self.sheets.get(name) or Text(zh=name, en=name)


@functools.cache
def words() -> Words:
    """The words of `resources/workbook.yaml`."""
    import yaml

    source = (paths.RESOURCES / "workbook.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.load(source, yaml.CSafeLoader), Words)


def label_of(sheet: str, header: str) -> str:
    """The second header of a column, for people, in both languages one below the other."""
    field, _space, language = header.rpartition(" ")
    if language not in ("zh", "en") or not field:
        label = words().column(sheet, header).label
        return f"{label.zh}\n{label.en}"
    label = words().column(sheet, field).label
    named = words().languages[language]
    return f"{label.zh} · {named.zh}\n{label.en} · {named.en}"


def write(found: Contents, target: Path) -> None:
    """Write a workbook of everything in `found`. Raises OSError, or PackInvalid.

    A pack in which two entries that hold others have one key is refused: what stands inside them
    could not be told apart. So is a text that is longer than a cell.
    """
    from openpyxl import Workbook

    book = Workbook()
    styles = _Styles.of(book)
    page = book.worksheets[0]
    page.title = READ_ME
    tables = _tables(found)
    _write_read_me(page, found, tables, styles)
    for table in tables:
        _write_table(book, table, styles)
    book.save(target)


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet before it is one: headers, drop-downs, rows."""

    name: str
    headers: tuple[str, ...]
    columns: tuple[Column | None, ...]
    rows: Sequence[Sequence[Cell]]
    keys: int = 1
    """How many columns stay in view."""
    hidden: bool = False


def _tables(found: Contents) -> list[_Table]:
    faults: list[str] = []
    made: list[_Table] = []
    for grid in grids():
        entries = [(one.file, one.entry) for one in found.lists.get(grid.name, [])]
        faults += _doubles(grid, entries)
        if not faults:
            rows = rows_of(grid, entries)
            made += [_table(one, rows[one.name]) for one in grid.every()]
    for whole in WHOLES:
        told = [
            (line.path, line.value, line.zh, line.en)
            for line in trees.lines(found.wholes[whole.name])
        ]
        made.append(_Table(whole.name, trees.HEADERS, (None,) * 4, told))
    pieces = [(name, piece) for name, text in found.models.items() for piece in _pieces(text)]
    made.append(_Table(MODELS, MODEL_HEADERS, (None,) * 2, pieces, hidden=True))
    faults += [fault for table in made for fault in _too_long(table)]
    if faults:
        raise PackInvalid(faults=tuple(faults))
    return made


def _doubles(grid: Grid, entries: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """Entries that hold others and share a key."""
    if not grid.inner:
        return []
    faults: list[str] = []
    seen: set[str] = set()
    for _file, entry in entries:
        key = str(entry["key"])
        if key in seen:
            faults.append(f"{grid.name}: " + _("key {key} is used twice").format(key=key))
        seen.add(key)
        for inner in grid.inner:
            if not inner.wide:
                faults += _doubles(inner, [("", one) for one in entry.get(inner.field, ())])
    return faults


def _too_long(table: _Table) -> list[str]:
    reason = _("{sheet}: a text of {n} characters is longer than a cell of Excel")
    return [
        reason.format(sheet=table.name, n=len(cell))
        for row in table.rows
        for cell in row
        if isinstance(cell, str) and len(cell.encode("utf-16-le")) // 2 > cells.LONGEST
    ]


def _table(grid: Grid, rows: Sequence[Row]) -> _Table:
    columns: tuple[Column | None, ...] = grid.all_columns
    headers = [column.header for column in grid.all_columns]
    if grid.wide:
        pairs = max((len(row) - len(grid.up) for row in rows), default=0) // 2 + _SPARE_PAIRS
        headers += [f"{n} {language}" for n in range(1, pairs + 1) for language in ("zh", "en")]
        columns += (None,) * (2 * pairs)
    return _Table(grid.name, tuple(headers), columns, rows, keys=len(grid.up) + (not grid.wide))


def _pieces(text: str) -> list[str]:
    """A long text in pieces that fit into cells and come back joined."""
    return [cells.safe(text[at : at + _CHUNK]) for at in range(0, len(text), _CHUNK)] or [""]


@dataclass(frozen=True, slots=True)
class _Styles:
    """The looks of the workbook, made once: every cell only points to one of them."""

    key: Any
    label: Any
    wrapped: Any
    grey: Any
    blue: Any

    @classmethod
    def of(cls, _book: "Workbook") -> "_Styles":
        """The looks, which openpyxl keeps per workbook when they are used."""
        from openpyxl.styles import Alignment, Font, PatternFill

        return cls(
            key=Font(size=9, color="66707A"),
            label=Font(bold=True),
            wrapped=Alignment(wrap_text=True, vertical="top"),
            grey=PatternFill("solid", fgColor="F1F3F5"),
            blue=PatternFill("solid", fgColor="DCE8F5"),
        )


def _write_read_me(
    page: "Worksheet", found: Contents, tables: Sequence[_Table], styles: _Styles
) -> None:
    head = found.wholes["pack"]
    page.column_dimensions["A"].width = _MIDDLE
    page.column_dimensions["B"].width = page.column_dimensions["C"].width = 70
    lines: list[tuple[str, str, str]] = [("", text.zh, text.en) for text in words().read_me]
    lines.insert(1, (found.stamp, head["name"]["zh"], head["name"]["en"]))
    lines.append(("", "", ""))
    for table in tables:
        about = words().sheet(table.name)
        lines.append((table.name, about.zh, about.en))
    for number, line in enumerate(lines, start=1):
        for column, text in enumerate(line, start=1):
            _put(page, number, column, text or None, styles)
        if line[0] and number > 2:
            page.cell(number, 1).hyperlink = f"#'{line[0]}'!A1"
    page.cell(1, 2).font = styles.label
    page.cell(1, 3).font = styles.label


def _put(page: "Worksheet", row: int, column: int, value: Cell, styles: _Styles) -> None:
    """One cell; text stays text, whatever it begins with."""
    cell = page.cell(row, column)
    cell.alignment = styles.wrapped
    if isinstance(value, str):
        cell.value = value
        # Not a formula, not an error value: what a pack says is never calculated.
        cell.data_type = "s"
        cell.number_format = "@"
        if value[:1] in "=+-@'":
            cell.quotePrefix = True
    elif value is not None:
        cell.value = value


def _write_table(book: "Workbook", table: _Table, styles: _Styles) -> None:
    from openpyxl.utils import get_column_letter

    page = book.create_sheet(table.name)
    if table.hidden:
        page.sheet_state = "hidden"
    for at, header in enumerate(table.headers, start=1):
        _put_header(page, at, table.name, header, table.columns[at - 1], styles)
        wide = header.endswith(("zh", "en", "path", "value", "data"))
        _prepare_column(page, get_column_letter(at), table.columns[at - 1], wide)
    page.row_dimensions[2].height = 32
    for number, row in enumerate(table.rows, start=FIRST_ROW):
        for at, value in enumerate(row, start=1):
            if value is not None:
                _put(page, number, at, value, styles)
    page.freeze_panes = page.cell(FIRST_ROW, table.keys + 1)
    last = HEADER_ROWS + max(len(table.rows), 1)
    page.auto_filter.ref = f"A{HEADER_ROWS}:{get_column_letter(len(table.headers))}{last}"
    for at, column in enumerate(table.columns, start=1):
        if column is not None:
            _offer(page, get_column_letter(at), column)


def _put_header(
    page: "Worksheet", at: int, sheet: str, header: str, column: Column | None, styles: _Styles
) -> None:
    from openpyxl.comments import Comment

    _put(page, 1, at, header, styles)
    _put(page, 2, at, label_of(sheet, header), styles)
    page.cell(1, at).font, page.cell(1, at).fill = styles.key, styles.grey
    page.cell(2, at).font, page.cell(2, at).fill = styles.label, styles.blue
    told = _note(sheet, header, column)
    if told:
        note = Comment(told, "Complaint Desk", height=30 + 18 * (len(told) // 18 + 1), width=260)
        page.cell(2, at).comment = note


def _note(sheet: str, header: str, column: Column | None) -> str:
    """What is to be known of a column: its meaning, how several stand in it, what it takes."""
    field = column.field if column is not None else header
    note = words().column(sheet, field).note
    told = [note.zh, note.en] if note is not None else []
    if column is None:
        return "\n".join(told)
    form = words().forms.get(column.form)
    if form is not None:
        told += [form.zh, form.en]
    if column.refers:
        about = words().sheet(column.refers)
        told += [f"→ {column.refers}", about.zh, about.en]
    told.append(", ".join(one for one in _allowed(column) if one))
    return "\n".join(filter(None, told))


def _prepare_column(page: "Worksheet", letter: str, column: Column | None, wide: bool) -> None:
    """Width of a column; what is typed into empty cells of text stays text: `0012`, `1-2`."""
    from openpyxl.styles import Alignment

    dimension = page.column_dimensions[letter]
    if column is None:
        dimension.width = _WIDE if wide else _MIDDLE
    elif column.form in _SHORT or column.allowed or column.field == "since":
        dimension.width = _NARROW
    else:
        dimension.width = _WIDE if column.language else _MIDDLE
    if column is not None and column.form not in _SHORT:
        dimension.number_format = "@"
        dimension.alignment = Alignment(wrap_text=True, vertical="top")


def _offer(page: "Worksheet", letter: str, column: Column) -> None:
    """A drop-down for words that are given: strict where only these are right, else a proposal."""
    from openpyxl.worksheet.datavalidation import DataValidation

    listed = ",".join(one for one in _allowed(column) if one)
    if column.refers:
        key = _key_letter(column.refers)
        formula = f"{column.refers}!${key}${FIRST_ROW}:${key}${_LAST_ROW}"
    elif column.form in ("word", "yes_no") and listed and len(listed) <= _MOST_LISTED:
        formula = f'"{listed}"'
    else:
        return
    check = DataValidation("list", formula1=formula, allow_blank=True)
    check.showErrorMessage = True
    check.errorStyle = "warning" if column.refers else "stop"
    check.errorTitle = column.header
    check.error = listed[:200] or column.refers
    page.add_data_validation(check)
    check.add(f"{letter}{FIRST_ROW}:{letter}{_LAST_ROW}")


def _allowed(column: Column) -> Sequence[str]:
    return (cells.YES, cells.NO) if column.form == "yes_no" else column.allowed


@functools.cache
def _key_letter(sheet: str) -> str:
    """The column of a sheet that holds the keys of its entries."""
    from openpyxl.utils import get_column_letter

    grid = next(one for top in grids() for one in top.every() if one.name == sheet)
    fields = [column.field for column in grid.all_columns]
    return get_column_letter(fields.index("key") + 1)
