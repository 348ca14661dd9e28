"""Statements of the writing path, compiled once.

Storing a field change must cost little more than the disk does; SQLAlchemy's work per call costs
as much as the disk. These run on the driver's own connection, within the transaction that
`desk.store.session.writing` began.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Table, Update, bindparam, insert
from sqlalchemy.dialects import sqlite


class Prepared:
    """A Core statement whose parameters are all named with `bindparam`, ready to run."""

    def __init__(self, statement: Insert | Update | Delete) -> None:
        compiled = statement.compile(dialect=sqlite.dialect(paramstyle="qmark"))
        self._sql = str(compiled)
        self._names: Sequence[str] = compiled.positiontup or ()

    def run(self, connection: Connection, values: Mapping[str, object]) -> int:
        """Run with these parameters; the number of the row it inserted last."""
        cursor = _cursor(connection)
        cursor.execute(self._sql, tuple(values[name] for name in self._names))
        row_id: int = cursor.lastrowid
        return row_id

    def run_each(self, connection: Connection, rows: Iterable[Mapping[str, object]]) -> None:
        """Run once for each row of parameters; no row, no run."""
        several = [tuple(row[name] for name in self._names) for row in rows]
        if several:
            _cursor(connection).executemany(self._sql, several)


def inserting(table: Table, names: Iterable[str]) -> Insert:
    """An insertion whose parameters have the names of these columns."""
    return insert(table).values({name: bindparam(name) for name in names})


def _cursor(connection: Connection) -> Any:  # noqa: ANN401 - the driver has no types
    if not connection.in_transaction():
        raise RuntimeError("a write outside a unit of work would be committed by itself")
    return connection.connection.cursor()
