"""The search index: written with each change of a case's texts, asked newest first.

The index holds tokens and places only, no texts (contentless); its row numbers are those of
`cases.id`. Hits are ordered by that number and never by rank: sorting a common word's hits by rank
takes seconds at a million cases, walking them from the newest end under a millisecond.
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
)

from desk.domain.projection import SearchText
from desk.store import tokens

SEARCH = Table(
    "search",
    MetaData(),
    Column("rowid", Integer, primary_key=True),
    *(Column(name, String) for name in ("number", "name", "phone", "narrative", "notes")),
    Column("search", String),
)
_DIGEST_BYTES = 16


def digest(texts: SearchText) -> bytes:
    """A short figure that differs when the texts differ."""
    found = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for part in (texts.number, texts.name, texts.phone, texts.narrative, texts.notes):
        raw = part.encode("utf-8", "replace")
        found.update(len(raw).to_bytes(8) + raw)
    return found.digest()


def columns(texts: SearchText) -> dict[str, str]:
    """The texts of a case as the index takes them, by column."""
    return {
        "number": tokens.indexed(texts.number),
        "name": tokens.indexed(texts.name),
        "phone": tokens.indexed_phone(texts.phone),
        "narrative": tokens.indexed(texts.narrative),
        "notes": tokens.indexed(texts.notes),
    }


def put(connection: Connection, case_row: int, texts: SearchText, *, is_new: bool) -> None:
    """Index the texts of a case in place of what was indexed for it before."""
    if not is_new:
        remove(connection, case_row)
    connection.execute(_INSERT, {"rowid": case_row, **columns(texts)})


def remove(connection: Connection, case_row: int) -> None:
    """Take a case out of the index."""
    connection.execute(_DELETE, {"row": case_row})


def clear(connection: Connection) -> None:
    """Empty the index."""
    connection.execute(insert(SEARCH).values(search="delete-all"))


_INSERT = insert(SEARCH)
_DELETE = delete(SEARCH).where(SEARCH.c.rowid == bindparam("row"))
