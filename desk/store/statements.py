"""Statements that run very often, compiled once.

Storing a field change must cost little more than the disk does; SQLAlchemy's work per call costs
as much as the disk, and more than reading a case. These run on the driver's own connection, within
the transaction that `desk.store.session` began.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Select, Table, Update, bindparam, insert
from sqlalchemy.dialects import sqlite


class Prepared:
    """A Core statement, ready to run with its parameters in the order of `names`."""

    def __init__(
        self, statement: Insert | Update | Delete | Select[Any], names: Sequence[str]
    ) -> None:
        compiled = statement.compile(dialect=sqlite.dialect(paramstyle="qmark"))
        if compiled.positiontup != list(names):
            raise ValueError(f"the statement takes {compiled.positiontup}")
        self._sql = str(compiled)

    def run(self, connection: Connection, *values: object) -> int:
        """Run with parameters in the order of their names; the row it inserted last."""
        cursor = _cursor(connection)
        cursor.execute(self._sql, values)
        row_id: int = cursor.lastrowid
        return row_id

    def rows(self, connection: Connection, *values: object) -> list[tuple[Any, ...]]:
        """The rows that a query finds, as the driver gives them."""
        found: list[tuple[Any, ...]] = _cursor(connection).execute(self._sql, values).fetchall()
        return found

    def run_each(self, connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
        """Run once for each row of parameters; no row, no run."""
        if rows:
            _cursor(connection).executemany(self._sql, rows)


def inserting(table: Table, *names: str) -> Prepared:
    """The insertion of a row with a value for each of these columns, in this order."""
    in_order = [column.name for column in table.c if column.name in names]
    if in_order != list(names):
        raise ValueError(f"the columns of {table.name} stand in the order {in_order}")
    return Prepared(insert(table).values({name: bindparam(name) for name in names}), names)


def _cursor(connection: Connection) -> Any:  # noqa: ANN401 - the driver has no types
    if not connection.in_transaction():
        raise RuntimeError("a write outside a unit of work would be committed by itself")
    return connection.connection.cursor()
