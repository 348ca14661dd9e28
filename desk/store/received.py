"""What head office sent besides events, until somebody decides on it: packs, messages, cases.

It lies in the vault's own database and bears the vault's mark, like the log. What was decided stays
as a line without its content, so that a receipt that comes again asks nobody twice.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from desk.domain.exchange import Sent
from desk.domain.proof import Finding
from desk.store import people, session
from desk.store.chain import signature
from desk.store.rows import RECEIVED
from desk.store.vault import Vault
from desk.store.writer import Entry

State = Literal["open", "done", "declined"]

_LATEST_OF_ALL = "hint"
_LATEST_OF_A_NAME = "calendar"
"""Of hints only those for the last period are kept, of calendars the last one of each year."""


@dataclass(frozen=True, slots=True)
class Received:
    """Something that came: `id` is the hash of what it is; `data` is empty once it was decided."""

    id: str
    peer: str
    what: str
    name: str
    data: bytes
    came_ms: int
    state: State


_COLUMNS = tuple(RECEIVED.c[name] for name in Received.__dataclass_fields__)
_ALL = select(*_COLUMNS, RECEIVED.c.mac).order_by(RECEIVED.c.came_ms, RECEIVED.c.id)

Numbered = Callable[[Callable[[], str]], Sequence[Entry]]
"""What a decision writes to the log, given whoever hands out the next case number of the day."""


def put(connection: Connection, chain_key: bytes, peer: str, sent: Sent, wall_ms: int) -> None:
    """Keep something that came; what is here already, decided or not, stays as it is."""
    parts = (peer.encode(), sent.what.encode(), sent.name.encode(), sent.data)
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    known = select(RECEIVED.c.id).where(RECEIVED.c.id == digest.hexdigest())
    if connection.execute(known).first() is not None:
        return
    same = [RECEIVED.c.peer == peer, RECEIVED.c.what == sent.what]
    if sent.what == _LATEST_OF_ALL:
        later = select(RECEIVED.c.id).where(*same, RECEIVED.c.name > sent.name)
        if connection.execute(later).first() is not None:
            return
        connection.execute(delete(RECEIVED).where(*same))
    elif sent.what == _LATEST_OF_A_NAME:
        connection.execute(delete(RECEIVED).where(*same, RECEIVED.c.name == sent.name))
    new = Received(digest.hexdigest(), peer, sent.what, sent.name, sent.data, wall_ms, "open")
    connection.execute(insert(RECEIVED).values(_values(new, chain_key)))


def every(vault: Vault, *what: str) -> tuple[Received, ...]:
    """All that came of these kinds, in the order it came.

    Leaves out what does not bear the vault's mark.
    """
    with session.reading(vault.database) as connection:
        asked = _ALL.where(RECEIVED.c.what.in_(what))
        rows = connection.execute(asked).mappings().all()
    key = vault.opened.chain_key
    return tuple(_of(row) for row in rows if _mark(_of(row), key) == row["mac"])


def settle(
    vault: Vault, one: Received, state: State, day: date, told: Numbered = lambda _next: ()
) -> None:
    """Note what was decided and let the content go, with what the log is to tell: all or nothing.

    `day` is that of which case numbers are given.
    """
    done = replace(one, data=b"", state=state)
    with vault.merging() as (connection, writer):

        def number() -> str:
            return people.next_number(connection, day)

        entries = list(told(number))
        if entries:
            writer.write(connection, entries)
        values = _values(done, vault.opened.chain_key)
        connection.execute(update(RECEIVED).where(RECEIVED.c.id == one.id).values(values))


def faults(connection: Connection, chain_key: bytes) -> Iterator[Finding]:
    """Whatever does not bear the vault's mark."""
    for row in connection.execute(_ALL).mappings():
        if _mark(_of(row), chain_key) != row["mac"]:
            yield Finding("structure", detail=f"received {row['id'][:16]}")


def _of(row: RowMapping) -> Received:
    return Received(**{name: value for name, value in row.items() if name != "mac"})


def _mark(one: Received, chain_key: bytes) -> bytes:
    digest = hashlib.sha256(one.data).digest()
    parts = (one.id, one.peer, one.what, one.name, digest, one.came_ms, one.state)
    return signature(chain_key, "received", *parts)


def _values(one: Received, chain_key: bytes) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(one, name) for name in Received.__dataclass_fields__}
    return values | {"mac": _mark(one, chain_key)}
