"""The search index: brought up to date before it is asked, asked newest first.

The index holds tokens and places only, no texts (contentless); its row numbers are those of
`cases.id`. Hits are ordered by that number and never by rank: sorting a common word's hits by rank
takes seconds at a million cases, walking them from the newest end under a millisecond.

Writing to the index costs several times the disk's share of a commit (measured: a field change
took 4 to 8 times a raw row). A change of a case's texts therefore only marks the case, in the
transaction of its event; marked cases are indexed together before the next search.
"""

import hashlib

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    text,
    update,
)

from desk.domain.projection import SearchText
from desk.store import tokens
from desk.store.rows import CASES
from desk.store.statements import Prepared, inserting

COLUMNS = ("number", "name", "phone", "narrative", "notes", "runs")
SEARCH = Table(
    "search",
    MetaData(),
    Column("rowid", Integer, primary_key=True),
    *(Column(name, String) for name in COLUMNS),
    Column("search", String),
)
_DIGEST_BYTES = 16
# Written out, because a parameter would hide from SQLite that its partial index fits.
_MARKED = CASES.c.indexed == text("0")


def digest(texts: SearchText) -> bytes:
    """A short figure that differs when the texts differ."""
    found = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for part in (texts.number, texts.name, texts.phone, texts.narrative, texts.notes):
        raw = part.encode("utf-8", "replace")
        found.update(len(raw).to_bytes(8) + raw)
    return found.digest()


def columns(texts: SearchText) -> tuple[str, ...]:
    """The texts of a case as the index takes them, in the order of :data:`COLUMNS`."""
    return (
        tokens.indexed(texts.number),
        tokens.indexed(texts.name),
        tokens.indexed_phone(texts.phone),
        tokens.indexed(texts.narrative),
        tokens.indexed(texts.notes),
        tokens.indexed_runs((texts.number, texts.name, texts.narrative, texts.notes), texts.phone),
    )


def put(connection: Connection, case_row: int, texts: SearchText) -> None:
    """Index the texts of a case in place of what was indexed for it before."""
    _DELETE.run(connection, case_row)
    _INSERT.run(connection, case_row, *columns(texts))


def marked(connection: Connection) -> list[tuple[int, str]]:
    """Row number and id of the cases whose texts changed since they were indexed."""
    rows = connection.execute(select(CASES.c.id, CASES.c.case_id).where(_MARKED))
    return [(row[0], row[1]) for row in rows]


def unmark(connection: Connection) -> None:
    """Note that every case is indexed as it stands."""
    connection.execute(update(CASES).where(_MARKED).values(indexed=True))


def clear(connection: Connection) -> None:
    """Empty the index."""
    connection.execute(insert(SEARCH).values(search="delete-all"))


_INSERT = inserting(SEARCH, "rowid", *COLUMNS)
_DELETE = Prepared(delete(SEARCH).where(SEARCH.c.rowid == bindparam("case_row")), ("case_row",))
