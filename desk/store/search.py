"""The search index: brought up to date before it is asked, asked newest first.

The index holds tokens and places only, no texts (contentless); its row numbers are those of
`cases.id`. Hits are ordered by that number and never by rank: sorting a common word's hits by rank
takes seconds at a million cases, walking them from the newest end under a millisecond.

Writing to the index costs several times the disk's share of a commit (measured: a field change
took 4 to 8 times a raw row). The index therefore follows the log: each device's row says how far
its chain is indexed, and the cases of the events behind that are indexed together before the next
search. Nothing needs to be marked while somebody types, and a kill loses nothing.
"""

import hashlib

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Update,
    bindparam,
    cast,
    delete,
    insert,
    select,
    update,
)

from desk.domain.events import VAULT
from desk.domain.projection import SearchText
from desk.store import log, tokens
from desk.store.log import Tip, position
from desk.store.rows import DEVICES, EVENTS
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


def waiting(connection: Connection) -> list[str]:
    """Ids of the cases to which something happened that the index has not followed yet."""
    found: dict[bytes, None] = {}
    # As bytes: a case's id that was tampered with may be no text any more.
    case_ids = select(cast(EVENTS.c.case_id, LargeBinary))
    for chain, searched in connection.execute(select(DEVICES.c.number, DEVICES.c.searched)).all():
        after = EVENTS.c.position.between(position(chain, searched + 1), position(chain + 1, -1))
        found |= dict.fromkeys(connection.execute(case_ids.where(after)).scalars())
    return [raw.decode("utf-8", "replace") for raw in found if raw != VAULT.encode()]


def caught_up(connection: Connection) -> None:
    """Note that the index holds every case as it stands."""
    for tip in log.tips(connection):
        connection.execute(_at(tip).values(searched=tip.seq))


def keep_up(connection: Connection, tip: Tip, count: int) -> None:
    """Note that the last `count` events of a chain are indexed, if all before them were."""
    before = DEVICES.c.searched == tip.seq - count
    connection.execute(_at(tip).where(before).values(searched=tip.seq))


def _at(tip: Tip) -> Update:
    return update(DEVICES).where(DEVICES.c.number == tip.chain)


def clear(connection: Connection) -> None:
    """Empty the index."""
    connection.execute(insert(SEARCH).values(search="delete-all"))


_INSERT = inserting(SEARCH, "rowid", *COLUMNS)
_DELETE = Prepared(delete(SEARCH).where(SEARCH.c.rowid == bindparam("case_row")), ("case_row",))
