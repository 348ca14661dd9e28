"""Projections in the database: written as differences, read back as the values they were made of.

What is stored of a case can always be thrown away and made again from its events.
"""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, delete, select, update

from desk.domain.case import Case
from desk.domain.projection import CaseRow, ClockRow, ItemRow, Projection, SearchText
from desk.store import search
from desk.store.rows import CASES, CHECKLIST_ITEMS, CLOCKS
from desk.store.statements import Prepared, inserting

Projector = Callable[[Case], Projection]
"""What makes the projection of a case; `desk.services` brings it, packs and rules inside."""

Part = TypeVar("Part", ClockRow, ItemRow)

CASE_NAMES = tuple(f.name for f in fields(CaseRow))
_CASE_COLUMNS = tuple({"case": "case_id"}.get(name, name) for name in CASE_NAMES)
_COLUMNS = (*_CASE_COLUMNS, "search_digest")
_DUE = _CASE_COLUMNS.index("due_at")
_case_values = attrgetter(*CASE_NAMES)

CASE_SELECT = tuple(CASES.c[name] for name in _CASE_COLUMNS)


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds of a case: row number, parts, digest of the indexed texts."""

    row_id: int
    row: CaseRow
    clocks: tuple[ClockRow, ...]
    items: tuple[ItemRow, ...]
    digest: bytes


@dataclass(frozen=True, slots=True)
class _PartTable:
    """A table of a case's numbered parts, with its statements made once."""

    table: Table
    names: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]
    add: Prepared
    remove: Prepared


def _part_table(table: Table, kind: type[ClockRow] | type[ItemRow]) -> _PartTable:
    names = tuple(f.name for f in fields(kind))
    remove = delete(table).where(
        table.c.case_row == bindparam("row_id"), table.c.place == bindparam("at")
    )
    add = inserting(table, "case_row", "place", *names)
    return _PartTable(table, names, attrgetter(*names), add, Prepared(remove, ("row_id", "at")))


_CLOCK_PARTS = _part_table(CLOCKS, ClockRow)
_ITEM_PARTS = _part_table(CHECKLIST_ITEMS, ItemRow)


def case_row(values: Sequence[Any]) -> CaseRow:
    """The ledger line of a result row selected as :data:`CASE_SELECT`."""
    found = list(values)
    found[_DUE] = found[_DUE] or ""
    return CaseRow(*found)


def stored(connection: Connection, case_id: str) -> Stored | None:
    """What the database holds of a case; None before its first event."""
    query = select(CASES.c.id, CASES.c.search_digest, *CASE_SELECT).where(
        CASES.c.case_id == case_id
    )
    found = connection.execute(query).one_or_none()
    if found is None:
        return None
    row_id, digest, *values = found
    clocks = _parts(connection, _CLOCK_PARTS, ClockRow, row_id)
    items = _parts(connection, _ITEM_PARTS, ItemRow, row_id)
    return Stored(row_id, case_row(values), clocks, items, digest)


def put(
    connection: Connection, new: Projection, old: Stored | None, *, index: bool = False
) -> Stored:
    """Store a projection, writing only what differs from what is stored already.

    Its texts go into the search index with `index`; without, :func:`index` is to follow.
    """
    known = old.digest if old else b""
    digest = search.digest(new.search) if index else known
    after = (*_row_values(new.row), digest)
    if old is None:
        row_id = _INSERT_CASE.run(connection, *after)
    else:
        row_id = old.row_id
        before = (*_row_values(old.row), known)
        if before != after:
            _update_case(connection, row_id, before, after)
    _put_parts(connection, _CLOCK_PARTS, row_id, old.clocks if old else (), new.clocks)
    _put_parts(connection, _ITEM_PARTS, row_id, old.items if old else (), new.items)
    if digest != known:
        search.put(connection, row_id, new.search)
    return Stored(row_id, new.row, new.clocks, new.items, digest)


def index(connection: Connection, old: Stored, texts: SearchText) -> Stored:
    """Put the texts of a stored case into the search index, unless it holds them already."""
    digest = search.digest(texts)
    if digest == old.digest:
        return old
    search.put(connection, old.row_id, texts)
    _update_of(("search_digest",)).run(connection, digest, old.row_id)
    return replace(old, digest=digest)


def clear(connection: Connection) -> None:
    """Throw all projections away."""
    for table in (CHECKLIST_ITEMS, CLOCKS, CASES):
        connection.execute(delete(table))
    search.clear(connection)


def _update_case(
    connection: Connection, row_id: int, before: tuple[object, ...], after: tuple[object, ...]
) -> None:
    changed = [i for i, value in enumerate(after) if value != before[i]]
    statement = _update_of(tuple(_COLUMNS[i] for i in changed))
    statement.run(connection, *(after[i] for i in changed), row_id)


@functools.cache
def _update_of(names: tuple[str, ...]) -> Prepared:
    """An update of these columns; a few dozen combinations occur."""
    statement = update(CASES).where(CASES.c.id == bindparam("row_id"))
    statement = statement.values({name: bindparam(name) for name in names})
    return Prepared(statement, (*names, "row_id"))


def _row_values(row: CaseRow) -> tuple[Any, ...]:
    values = _case_values(row)
    return values if values[_DUE] else (*values[:_DUE], None, *values[_DUE + 1 :])


def _put_parts(
    connection: Connection,
    parts: _PartTable,
    row_id: int,
    old: Sequence[object],
    new: Sequence[object],
) -> None:
    if old == new:
        return
    both = min(len(old), len(new))
    for place in range(both):
        if old[place] != new[place]:
            _change_part(connection, parts, (row_id, place), old[place], new[place])
    parts.remove.run_each(connection, [(row_id, place) for place in range(both, len(old))])
    came = enumerate(new[both:], both)
    parts.add.run_each(connection, [(row_id, place, *parts.values(part)) for place, part in came])


def _change_part(
    connection: Connection, parts: _PartTable, at: tuple[int, int], old: object, new: object
) -> None:
    """Change a part where it stands: in its place again it would cost twice the pages."""
    before, after = parts.values(old), parts.values(new)
    changed = [i for i, value in enumerate(after) if value != before[i]]
    statement = _change_of(parts.table, tuple(parts.names[i] for i in changed))
    statement.run(connection, *(after[i] for i in changed), *at)


@functools.cache
def _change_of(table: Table, names: tuple[str, ...]) -> Prepared:
    """A change of these columns of a part."""
    at = (table.c.case_row == bindparam("row_id"), table.c.place == bindparam("at"))
    statement = update(table).where(*at).values({name: bindparam(name) for name in names})
    return Prepared(statement, (*names, "row_id", "at"))


def _parts(
    connection: Connection, parts: _PartTable, kind: type[Part], row_id: int
) -> tuple[Part, ...]:
    table = parts.table
    columns = (table.c[name] for name in parts.names)
    query = select(*columns).where(table.c.case_row == row_id).order_by(table.c.place)
    return tuple(kind(*row) for row in connection.execute(query))


_INSERT_CASE = inserting(CASES, *_COLUMNS)
