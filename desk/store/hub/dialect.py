"""All that is said differently to SQLite and to PostgreSQL: rows in bulk, merging, locks.

Everything else of head office's store is plain SQL through SQLAlchemy Core.
"""

import contextlib
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    exc,
    func,
    select,
)
from sqlalchemy.schema import CreateIndex, CreateTable

from desk.errors import DiskFull, HubUnreachable, KnownError, VaultReadOnly
from desk.store.hub.tables import BRANCHES, METADATA, PARTITIONED
from desk.store.statements import Prepared, inserting

PARTITIONS = 16
"""Parts of each large table in PostgreSQL, by a hash of the branch."""

Row = tuple[Any, ...]

_NO_ROOM = "53100"
_READ_ONLY = "25006"
_REJECTED = ("28", "3D", "42501")
_LOCK = 0x434458


def is_postgresql(connection: Connection) -> bool:
    """Whether this is PostgreSQL, or a database that speaks as it does."""
    return connection.dialect.name != "sqlite"


def create(connection: Connection) -> None:
    """Make the tables and indexes that are not there."""
    if not is_postgresql(connection):
        METADATA.create_all(connection)
        return
    # Two that are made at once would both find nothing.
    connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    for table in METADATA.sorted_tables:
        parted = table in PARTITIONED and connection.dialect.name == "postgresql"
        made = str(CreateTable(table, if_not_exists=True).compile(dialect=connection.dialect))
        connection.exec_driver_sql(f"{made} PARTITION BY HASH (branch)" if parted else made)
        for part in range(PARTITIONS if parted else 0):
            connection.exec_driver_sql(
                f"CREATE TABLE IF NOT EXISTS {table.name}_{part} PARTITION OF {table.name}"
                f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {part})"
            )
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            connection.execute(CreateIndex(index, if_not_exists=True))


class Rows:
    """Writes rows of a table in bulk; each has a value for every column, and is not there yet.

    By COPY in PostgreSQL, which goes on with them meanwhile: no other statement may run before
    :meth:`end`. By one prepared statement in SQLite.
    """

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table
        self._open: contextlib.ExitStack | None = None
        self._copy: Any = None

    def write(self, rows: Sequence[Row]) -> None:
        """The next rows."""
        if not is_postgresql(self._connection):
            _inserting(self._table).run_each(self._connection, rows)
            return
        if self._open is None and rows:
            self._begin()
        for row in rows:
            self._copy.write_row(row)

    def _begin(self) -> None:
        from psycopg.types.string import BytesBinaryDumper

        driver: Any = self._connection.connection.driver_connection
        table = self._table
        said = f"COPY {table.name} ({', '.join(table.c.keys())}) FROM STDIN (FORMAT BINARY)"
        self._open = contextlib.ExitStack()
        cursor = self._open.enter_context(driver.cursor())
        # By type of column the driver would take a slower one, written in Python.
        cursor.adapters.register_dumper(bytes, BytesBinaryDumper)
        self._copy = self._open.enter_context(cursor.copy(said))
        self._copy.set_types([_type(column) for column in table.c])

    def end(self) -> None:
        """All rows are there."""
        if self._open is not None:
            opened, self._open = self._open, None
            opened.close()

    def give_up(self, fault: BaseException) -> None:
        """Nothing more comes, because of a fault; the transaction is to be undone."""
        if self._open is not None:
            opened, self._open = self._open, None
            with contextlib.suppress(Exception):  # the fault itself is told
                opened.__exit__(type(fault), fault, fault.__traceback__)


@cache
def _inserting(table: Table) -> Prepared:
    return inserting(table, *table.c.keys())


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write rows at once, as :class:`Rows` does."""
    writing = Rows(connection, table)
    writing.write(rows)
    writing.end()


def merge_rows(
    connection: Connection, table: Table, rows: Sequence[Row], replacing: Sequence[str] = ()
) -> None:
    """Write rows with a value for every column; of one whose key is there, only `replacing`.

    Either way the rows are held until the transaction ends. No key may come twice.
    """
    if not rows:
        return
    key = [column.name for column in table.primary_key]
    # One that is there is written as it was, so that whoever deletes it meanwhile waits.
    set_names = list(replacing) or key[-1:]
    names, keys = ", ".join(table.c.keys()), ", ".join(key)
    settings = ", ".join(f"{name} = excluded.{name}" for name in set_names)
    merged = f" ON CONFLICT ({keys}) DO UPDATE SET {settings}"
    if not is_postgresql(connection):
        marks = ", ".join("?" for _column in table.c)
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({names}) VALUES ({marks}){merged}",  # noqa: S608 - names of ours
            list(rows),
        )
        return
    columns = ", ".join(f"%b::{_type(column)}[]" for column in table.c)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({columns}){merged}",  # noqa: S608 - names of ours
        tuple(list(values) for values in zip(*rows, strict=True)),
    )


def lock(connection: Connection, branches: Iterable[str]) -> None:
    """Wait until nobody else writes of these branches; held until the transaction ends.

    In SQLite there is but one connection that writes.
    """
    if is_postgresql(connection):
        # In one order, so that no two wait for each other; row by row, as databases of many
        # machines know no other lock.
        for branch in sorted(set(branches)):
            held = select(BRANCHES.c.branch).where(BRANCHES.c.branch == branch)
            connection.execute(held.with_for_update())


def known(fault: Exception, where: str) -> KnownError | None:
    """What a fault of PostgreSQL means for a person; None for one of the program."""
    origin = fault.orig if isinstance(fault, exc.DBAPIError) else fault
    state = str(getattr(origin, "sqlstate", None) or "")
    if state == _NO_ROOM:
        return DiskFull(path=where)
    if state == _READ_ONLY:
        return VaultReadOnly(path=where)
    if type(origin).__name__ == "OperationalError" or state.startswith(_REJECTED):
        return HubUnreachable(database=where, reason=state)
    return None


def _type(column: Column[Any]) -> str:
    return next(name for kind, name in _TYPES if isinstance(column.type, kind))


_TYPES: tuple[tuple[type, str], ...] = (
    (String, "text"),
    (LargeBinary, "bytea"),
    (SmallInteger, "int2"),
    (BigInteger, "int8"),
    (Integer, "int4"),
    (Float, "float8"),
    (Boolean, "bool"),
)
"""What PostgreSQL calls the types of our columns; the narrower ones first."""
