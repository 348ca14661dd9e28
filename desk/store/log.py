"""The event log in the database: appended to and read, never changed.

Knows nothing of cases as they stand; `desk.store.vault` puts log, fold and projections together.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import starmap
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, bindparam, literal_column, select, text

from desk.domain.exchange import BLOCK_EVENTS, EventRow
from desk.domain.ids import Stamp, made_ms
from desk.store.chain import Record, genesis
from desk.store.rows import DEVICES, EVENTS
from desk.store.rows.log import SYNC_KINDS
from desk.store.statements import Prepared, inserting

PLACES = 1 << 40
"""Places in the chain of one device: its number times this is where it begins."""
NAMES = tuple(field.name for field in fields(Record))
_COLUMNS = tuple(EVENTS.c[name] for name in NAMES)
_values = attrgetter(*NAMES)
_RECORDS = select(*_COLUMNS)
_BLOCK = BLOCK_EVENTS
_SENT = (
    f"SELECT {', '.join(EventRow.__struct_fields__)} FROM events"  # noqa: S608 - names of ours
    f" WHERE position BETWEEN ? AND ? ORDER BY position LIMIT {_BLOCK}"
)
_INSERT = inserting(EVENTS, "position", *NAMES)
_IN_TIME = (EVENTS.c.wall_ms, EVENTS.c.counter, EVENTS.c.device, EVENTS.c.seq)
_OF_CASE = Prepared(
    _RECORDS.where(EVENTS.c.case_id == bindparam("case")).order_by(*_IN_TIME), ("case",)
)


@dataclass(frozen=True, slots=True)
class Tip:
    """Where a device's chain ends: what the next event links to and comes after.

    `chain` is the number that the device has in this vault. `wall_ms` is what the clock said when
    its last event was made, which is earlier than the event's hybrid time after a step back.
    """

    chain: int
    device: str
    seq: int
    hash: bytes
    stamp: Stamp
    wall_ms: int = 0


def position(chain: int, seq: int) -> int:
    """Where an event stands in the log: first by its device's number in this vault, then by place.

    Room for a million million events of each of eight million devices.
    """
    return chain * PLACES + seq


def write(connection: Connection, chain: int, records: Sequence[Record]) -> None:
    """Append records of one device; the database refuses a second event of a place in its chain."""
    rows = [(position(chain, record.seq), *_values(record)) for record in records]
    _INSERT.run_each(connection, rows)


def of_case(connection: Connection, case_id: str) -> list[Record]:
    """The records of a case in order of hybrid time; empty when there is no such case."""
    return list(starmap(Record, _OF_CASE.rows(connection, case_id)))


def clock_steps(connection: Connection) -> list[Record]:
    """The records of clocks that came into doubt or out of it, in order of hybrid time.

    The kind is written out: a value bound to the statement would not find its index.
    """
    steps = _RECORDS.where(EVENTS.c.kind == literal_column("'clock_stepped'"))
    return [Record(*row) for row in connection.execute(steps.order_by(*_IN_TIME))]


def exchanged(connection: Connection) -> list[Record]:
    """The records of what happened in exchanging files, in order of hybrid time."""
    found = connection.execute(_RECORDS.where(text(SYNC_KINDS)).order_by(*_IN_TIME))
    return [Record(*row) for row in found]


def rows(connection: Connection, chain: int, after: int, to: int) -> tuple[EventRow, ...]:
    """The next events of a device's chain after a place, up to and with another, as they are sent.

    Read by the driver itself: this is what the export of a whole branch waits for.
    """
    places = (position(chain, after + 1), position(chain, to))
    cursor: Any = connection.connection.cursor()
    return tuple(starmap(EventRow, cursor.execute(_SENT, places).fetchall()))


def stretch(connection: Connection, chain: int, after: int, to: int) -> Iterator[list[Record]]:
    """The records of a device's chain after a place, up to and with another, some at a time."""
    while after < to:
        places = EVENTS.c.position.between(position(chain, after + 1), position(chain, to))
        block = _RECORDS.where(places).order_by(EVENTS.c.position).limit(_BLOCK)
        found = [Record(*row) for row in connection.execute(block)]
        if not found:
            return
        yield found
        after = found[-1].seq


def hash_at(connection: Connection, chain: int, device: str, seq: int) -> bytes | None:
    """The hash of a device's event at a place, its genesis at 0; None when it is not there."""
    if seq == 0:
        return genesis(device)
    query = select(EVENTS.c.hash).where(EVENTS.c.position == position(chain, seq))
    return connection.execute(query).scalar()


def hashes_before(connection: Connection, case_id: str) -> dict[tuple[str, int], bytes]:
    """The hash of the event before each of a case's, by device and place of the case's own."""
    earlier = EVENTS.alias()
    query = (
        select(EVENTS.c.device, EVENTS.c.seq, earlier.c.hash)
        .join(earlier, earlier.c.position == EVENTS.c.position - 1)
        .where(EVENTS.c.case_id == case_id)
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def chains(connection: Connection) -> dict[str, int]:
    """The number of each device in this vault."""
    rows = connection.execute(select(DEVICES.c.id, DEVICES.c.number))
    return {row.id: row.number for row in rows}


def own_tip(connection: Connection) -> Tip:
    """The end of this device's chain, its time not earlier than that of any event in the vault."""
    own, *others = tips(connection)
    stamp = own.stamp
    for other in others:
        stamp = stamp.seen(other.stamp)
    return dataclasses.replace(own, stamp=stamp)


def tips(connection: Connection) -> list[Tip]:
    """Where each device's chain ends, this device's own first."""
    query = select(DEVICES.c.number, DEVICES.c.id).order_by(DEVICES.c.own.desc())
    return [end_of(connection, *device) for device in connection.execute(query).all()]


def end_of(connection: Connection, chain: int, device: str) -> Tip:
    """The end of a device's chain; its genesis when it has written nothing."""
    columns = (EVENTS.c.seq, EVENTS.c.hash, EVENTS.c.wall_ms, EVENTS.c.counter, EVENTS.c.id)
    of_chain = EVENTS.c.position.between(position(chain, 0), position(chain, PLACES - 1))
    last = select(*columns).where(of_chain).order_by(EVENTS.c.position.desc()).limit(1)
    row = connection.execute(last).one_or_none()
    if row is None:
        return Tip(chain, device, 0, genesis(device), Stamp(0, 0, device))
    stamp = Stamp(row.wall_ms, row.counter, device)
    return Tip(chain, device, row.seq, row.hash, stamp, made_ms(row.id, row.wall_ms))
