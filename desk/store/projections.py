"""Projections in the database: written as differences, read back as the values they were made of.

What is stored of a case can always be thrown away and made again from its events.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Delete, Insert, Table, bindparam, delete, insert, select, update

from desk.domain.case import Case
from desk.domain.projection import CaseRow, ClockRow, ItemRow, Projection
from desk.store import search
from desk.store.rows import CASES, CHECKLIST_ITEMS, CLOCKS

Projector = Callable[[Case], Projection]
"""What makes the projection of a case; `desk.services` brings it, packs and rules inside."""

Part = TypeVar("Part", ClockRow, ItemRow)

_CASE_NAMES = tuple(f.name for f in fields(CaseRow))
_CASE_COLUMNS = tuple({"case": "case_id"}.get(name, name) for name in _CASE_NAMES)
_DUE = _CASE_COLUMNS.index("due_at")
_case_values = attrgetter(*_CASE_NAMES)

CASE_SELECT = tuple(CASES.c[name] for name in _CASE_COLUMNS)


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds of a case: the row's number, its parts, and its texts' digest."""

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
    add: Insert
    remove: Delete


def _part_table(table: Table, kind: type[ClockRow] | type[ItemRow]) -> _PartTable:
    names = tuple(f.name for f in fields(kind))
    remove = delete(table).where(
        table.c.case_row == bindparam("row_id"), table.c.place == bindparam("at")
    )
    return _PartTable(table, names, attrgetter(*names), insert(table), remove)


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


def put(connection: Connection, new: Projection, old: Stored | None) -> Stored:
    """Store a projection, writing only what differs from what is stored already."""
    digest = search.digest(new.search)
    if old is None:
        values = {**_columns(new.row), "search_digest": digest}
        row_id = connection.execute(_INSERT_CASE, values).scalar_one()
    else:
        row_id = old.row_id
        _update_case(connection, old, new.row, digest)
    _put_parts(connection, _CLOCK_PARTS, row_id, old.clocks if old else (), new.clocks)
    _put_parts(connection, _ITEM_PARTS, row_id, old.items if old else (), new.items)
    if old is None or old.digest != digest:
        search.put(connection, row_id, new.search, is_new=old is None)
    return Stored(row_id, new.row, new.clocks, new.items, digest)


def clear(connection: Connection) -> None:
    """Throw all projections away."""
    for table in (CHECKLIST_ITEMS, CLOCKS, CASES):
        connection.execute(delete(table))
    search.clear(connection)


def _update_case(connection: Connection, old: Stored, row: CaseRow, digest: bytes) -> None:
    before, after = _columns(old.row), _columns(row)
    changed = {name: value for name, value in after.items() if before[name] != value}
    if digest != old.digest:
        changed["search_digest"] = digest
    if changed:
        statement = update(CASES).where(CASES.c.id == bindparam("row_id")).values(changed)
        connection.execute(statement, {"row_id": old.row_id})


def _columns(row: CaseRow) -> dict[str, Any]:
    values = dict(zip(_CASE_COLUMNS, _case_values(row), strict=True))
    values["due_at"] = values["due_at"] or None
    return values


def _put_parts(
    connection: Connection,
    parts: _PartTable,
    row_id: int,
    old: Sequence[Part],
    new: Sequence[Part],
) -> None:
    gone = [i for i, part in enumerate(old) if i >= len(new) or new[i] != part]
    came = [i for i, part in enumerate(new) if i >= len(old) or old[i] != part]
    if gone:
        connection.execute(parts.remove, [{"row_id": row_id, "at": place} for place in gone])
    if came:
        rows = [
            {
                "case_row": row_id,
                "place": i,
                **dict(zip(parts.names, parts.values(new[i]), strict=True)),
            }
            for i in came
        ]
        connection.execute(parts.add, rows)


def _parts(
    connection: Connection, parts: _PartTable, kind: type[Part], row_id: int
) -> tuple[Part, ...]:
    table = parts.table
    columns = (table.c[name] for name in parts.names)
    query = select(*columns).where(table.c.case_row == row_id).order_by(table.c.place)
    return tuple(kind(*row) for row in connection.execute(query))


_INSERT_CASE = insert(CASES).returning(CASES.c.id)
