"""Which sheet and columns each kind of content has: derived from the content types themselves.

A content type that gains a field gains a column. A list of content inside another (a checklist's
items) has a sheet of its own, whose first columns say to which entry each row belongs. Content
that is nested deeper and rarely edited is told by paths, in `desk.packs.trees`.
"""

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from msgspec import inspect as types

from desk.domain.text import Text
from desk.i18n import _
from desk.packs import cells
from desk.packs.cells import Cell, Form
from desk.packs.parts import LISTS, Part, Plain

FILE = "file"

_SHEETS: Mapping[tuple[str, str], str] = {
    ("checklists", "items"): "checklist_items",
    ("root_causes", "subs"): "sub_causes",
    ("citations", "articles"): "citation_articles",
    ("sheets", "rows"): "sheet_rows",
    ("cases", "facts"): "case_facts",
    ("steps", "sections"): "step_sections",
    ("step_sections", "fields"): "step_fields",
    ("step_sections", "groups"): "step_groups",
    ("step_groups", "fields"): "group_fields",
    ("step_fields", "options"): "field_options",
    ("group_fields", "options"): "group_options",
}
"""Sheets of what stands inside entries of another sheet."""

_ONE: Mapping[str, str] = {
    "checklists": "checklist",
    "root_causes": "root_cause",
    "citations": "citation",
    "sheets": "sheet",
    "cases": "case",
    "steps": "step",
    "step_sections": "section",
    "step_groups": "group",
    "step_fields": "field",
    "group_fields": "field",
}
"""What one entry of such a sheet is called in the columns of those inside it: `of checklist`."""

_REFERS: Mapping[tuple[str, str], str] = {
    ("scenarios", "business"): "codes",
    ("scenarios", "cause"): "codes",
    ("scenarios", "within"): "scenarios",
    ("codes", "parent"): "codes",
    ("triggers", "checklist"): "checklists",
    ("checklist_items", "owner"): "roles",
    ("authorities", "role"): "roles",
    ("guards", "card"): "cards",
    ("cases", "scenario"): "scenarios",
}
"""Columns that name an entry of another sheet, for their drop-downs."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field it is of, in which language, and how its cells are written.

    `needed`: the field has no default, so an empty cell is an empty text or list. `allowed` are
    the only words it takes, `refers` the sheet whose keys it names. `counts`: its words are whole
    numbers.
    """

    field: str
    form: Form
    language: Literal["", "zh", "en"] = ""
    needed: bool = False
    allowed: tuple[str, ...] = ()
    refers: str = ""
    counts: bool = False

    @property
    def header(self) -> str:
        """What stands over the column, for the program: `text zh`."""
        return f"{self.field} {self.language}".strip()

    @property
    def is_key(self) -> bool:
        """Whether its words are names, where a space at the end is a slip."""
        return bool(self.allowed or self.refers) or self.field in ("key", "since")


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: how its rows belong to other sheets' rows, its own columns, what is inside.

    `up` are the columns that say to which entry a row belongs, outermost first; `field` is where
    in that entry it stands. `wide` grids hold rows of texts rather than entries, with as many
    columns as the widest needs. `needed`: the list has to be there, even empty.
    """

    name: str
    field: str
    up: tuple[Column, ...]
    columns: tuple[Column, ...]
    inner: tuple["Grid", ...] = ()
    part: Part | None = None
    wide: bool = False
    needed: bool = False

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """From left to right; the file that an entry stands in comes last."""
        file = (Column(FILE, "word"),) if self.part is not None and self.part.is_spread else ()
        return (*self.up, *self.columns, *file)

    def every(self) -> Iterator["Grid"]:
        """This sheet and those of what is inside its entries."""
        yield self
        for one in self.inner:
            yield from one.every()


@functools.cache
def grids() -> tuple[Grid, ...]:
    """The sheets of a pack's lists, in their order."""
    return tuple(_grid(part.name, part.name, (), part.kind, part) for part in LISTS)


def _grid(
    name: str, field: str, up: tuple[Column, ...], kind: type, part: Part | None = None
) -> Grid:
    columns: list[Column] = []
    inner: list[Grid] = []
    for one in msgspec.structs.fields(kind):
        found = types.type_info(one.type)
        if isinstance(found, types.VarTupleType) and _is_nested(found.item_type):
            below = (*up, Column(f"of {_ONE[name]}", "word", needed=True, refers=name))
            inner.append(_inner(_SHEETS[name, one.encode_name], one, below, found))
        else:
            columns += _columns(name, one, found)
    return Grid(name, field, up, tuple(columns), tuple(inner), part)


def _inner(
    name: str, one: msgspec.structs.FieldInfo, up: tuple[Column, ...], found: types.VarTupleType
) -> Grid:
    if isinstance(found.item_type, types.StructType):
        grid = _grid(name, one.encode_name, up, found.item_type.cls)
    else:
        grid = Grid(name, one.encode_name, up, (), wide=True)
    return dataclasses.replace(grid, needed=one.required)


def _is_nested(item: types.Type) -> bool:
    is_text = isinstance(item, types.StructType) and item.cls is Text
    return isinstance(item, (types.StructType, types.VarTupleType)) and not is_text


def _columns(sheet: str, one: msgspec.structs.FieldInfo, found: types.Type) -> tuple[Column, ...]:
    field, needed = one.encode_name, one.required
    if isinstance(found, types.UnionType):
        others = [kind for kind in found.types if not isinstance(kind, types.NoneType)]
        if len(others) > 1:
            return (Column(field, "value", needed=needed),)
        (found,) = others
    many = isinstance(found, types.VarTupleType)
    single = found.item_type if isinstance(found, types.VarTupleType) else found
    if isinstance(single, types.StructType):
        form: Form = "lines" if many else "word"
        return tuple(Column(field, form, language, needed) for language in ("zh", "en"))
    form = _form(single, many)
    allowed = tuple(map(str, single.values)) if isinstance(single, types.LiteralType) else ()
    counts = many and (
        isinstance(single, types.IntType)
        or (isinstance(single, types.LiteralType) and isinstance(single.values[0], int))
    )
    refers = _REFERS.get((sheet, field), "")
    return (Column(field, form, "", needed, allowed, refers, counts),)


def _form(single: types.Type, many: bool) -> Form:
    if isinstance(single, types.LiteralType):
        return "words" if many else "word"
    if many:
        return "lines" if isinstance(single, types.StrType) and not single.pattern else "words"
    forms: tuple[tuple[type[types.Type], Form], ...] = (
        (types.StrType, "word"),
        (types.BoolType, "yes_no"),
        (types.IntType, "whole"),
        (types.FloatType, "number"),
    )
    for kind, form in forms:
        if isinstance(single, kind):
            return form
    raise TypeError(single)


# ── from entries to rows ─────────────────────────────────────────────────────────────────────────

Row = list[Cell]


def rows_of(grid: Grid, entries: Sequence[tuple[str, Plain]]) -> dict[str, list[Row]]:
    """The rows of a sheet and of those inside it, from entries and the files they stand in."""
    made: dict[str, list[Row]] = {one.name: [] for one in grid.every()}
    for file, entry in entries:
        _put(grid, (), entry, file, made)
    return made


def _put(
    grid: Grid,
    up: tuple[str, ...],
    entry: Any,  # noqa: ANN401 - an entry, or a row of texts
    file: str,
    made: dict[str, list[Row]],
) -> None:
    row: Row = [cells.written("word", key) for key in up]
    if grid.wide:
        row += [
            cells.written("word", text[language]) for text in entry for language in ("zh", "en")
        ]
    else:
        row += [_cell(column, entry) for column in grid.columns]
    if len(grid.all_columns) > len(grid.up) + len(grid.columns):
        row.append(cells.written("word", file))
    if all(cell is None for cell in row):
        row[0] = '""'
    made[grid.name].append(row)
    for inner in grid.inner:
        for one in entry.get(inner.field, ()):
            _put(inner, (*up, str(entry["key"])), one, "", made)


def _cell(column: Column, entry: Plain) -> Cell:
    if column.field not in entry:
        return None
    value = entry[column.field]
    if column.language and isinstance(value, list):
        value = [text[column.language] for text in value]
    elif column.language:
        value = value[column.language]
    if column.needed and value in ("", []):
        return None
    return cells.written(column.form, value)


# ── from rows to entries ─────────────────────────────────────────────────────────────────────────


class Unpaired(ValueError):
    """A field whose Chinese and English do not fit together, said of the first of its columns."""

    def __init__(self, column: Column, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def value_of(column: Column, cell: Cell) -> object:
    """What a cell of a column says; None for an empty one. ValueError when it cannot mean that."""
    if cell is None or cell == "":
        return None
    if column.is_key and isinstance(cell, str):
        cell = cell.strip() or None
    found = None if cell is None else cells.read(column.form, cell)
    if column.counts and isinstance(found, list):
        return [int(one) if one.isdecimal() else one for one in found]
    return found


def entry_of(grid: Grid, values: Mapping[Column, object]) -> Plain:
    """The entry that a row tells, without what is inside it; Unpaired when languages differ."""
    entry: Plain = {}
    told: dict[str, dict[str, tuple[Column, object]]] = {}
    for column in grid.columns:
        value = values.get(column)
        if column.language:
            told.setdefault(column.field, {})[column.language] = (column, value)
            if column.language == "en":
                _tell(entry, column, told[column.field])
        elif value is not None:
            entry[column.field] = value
        elif column.needed and column.form in ("word", "words", "lines"):
            entry[column.field] = "" if column.form == "word" else []
    return entry


def _tell(entry: Plain, column: Column, told: Mapping[str, tuple[Column, object]]) -> None:
    """Put a text, or a list of them, of two languages into an entry."""
    first, zh = told["zh"]
    _second, en = told["en"]
    if zh is None and en is None and not column.needed:
        return
    if column.form == "word":
        entry[column.field] = {"zh": zh or "", "en": en or ""}
        return
    chinese, english = _list(zh), _list(en)
    if len(chinese) != len(english):
        reason = _("{field}: {zh} lines in Chinese, {en} in English")
        raise Unpaired(first, reason.format(field=column.field, zh=len(chinese), en=len(english)))
    entry[column.field] = [
        {"zh": one, "en": other} for one, other in zip(chinese, english, strict=True)
    ]


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def wide_entry(found: Sequence[Cell]) -> list[dict[str, str]]:
    """The texts of a row of a wide sheet: pairs of Chinese and English up to the last that is told.

    ValueError when a cell cannot be read as a text.
    """
    words = ["" if one is None or one == "" else str(cells.read("word", one)) for one in found]
    last = max((n for n, one in enumerate(found) if one not in (None, "")), default=-1)
    return [
        {"zh": words[at], "en": words[at + 1] if at + 1 < len(words) else ""}
        for at in range(0, last + 1, 2)
    ]
