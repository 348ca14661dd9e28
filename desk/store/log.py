"""The event log in the database: appended to and read, never changed.

Knows nothing of cases as they stand; `desk.store.vault` puts log, fold and projections together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

from sqlalchemy import Connection, and_, func, insert, select

from desk.domain.ids import Stamp
from desk.store.chain import Record, genesis
from desk.store.rows import CASE_KEYS, DEVICES, EVENTS
from desk.store.statements import inserting

NAMES = tuple(field.name for field in fields(Record))
_COLUMNS = tuple(EVENTS.c[name] for name in NAMES)
_values = attrgetter(*NAMES)
_RECORDS = select(*_COLUMNS)
_INSERT = inserting(EVENTS, *NAMES)


@dataclass(frozen=True, slots=True)
class Tip:
    """Where a device's chain ends: what the next event links to and comes after."""

    device: str
    seq: int
    hash: bytes
    stamp: Stamp


def write(connection: Connection, records: Sequence[Record]) -> None:
    """Append records; the database refuses a second event of the same id or place in a chain."""
    _INSERT.run_each(connection, [_values(record) for record in records])


def of_case(connection: Connection, case_id: str) -> list[Record]:
    """The records of a case in order of hybrid time; empty when there is no such case."""
    order = (EVENTS.c.wall_ms, EVENTS.c.counter, EVENTS.c.device, EVENTS.c.seq)
    rows = connection.execute(_RECORDS.where(EVENTS.c.case_id == case_id).order_by(*order))
    return [Record(*row) for row in rows]


def hashes_before(connection: Connection, case_id: str) -> dict[tuple[str, int], bytes]:
    """The hash of the event before each of a case's, by device and place of the case's own."""
    earlier = EVENTS.alias()
    is_before = and_(earlier.c.device == EVENTS.c.device, earlier.c.seq == EVENTS.c.seq - 1)
    query = select(EVENTS.c.device, EVENTS.c.seq, earlier.c.hash).join(earlier, is_before)
    rows = connection.execute(query.where(EVENTS.c.case_id == case_id))
    return {(row[0], row[1]): row[2] for row in rows}


def devices(connection: Connection) -> list[str]:
    """Ids of all devices whose chains are here."""
    return list(connection.execute(select(DEVICES.c.id).order_by(DEVICES.c.id)).scalars())


def own_device(connection: Connection) -> str:
    """Id of the device that this vault belongs to."""
    return str(connection.execute(select(DEVICES.c.id).where(DEVICES.c.own)).scalar_one())


def tip(connection: Connection, device: str) -> Tip:
    """The end of a device's chain; its genesis when it has written nothing."""
    last = select(func.max(EVENTS.c.seq)).where(EVENTS.c.device == device).scalar_subquery()
    columns = (EVENTS.c.seq, EVENTS.c.hash, EVENTS.c.wall_ms, EVENTS.c.counter)
    query = select(*columns).where(and_(EVENTS.c.device == device, EVENTS.c.seq == last))
    row = connection.execute(query).one_or_none()
    if row is None:
        return Tip(device, 0, genesis(device), Stamp(0, 0, device))
    return Tip(device, row.seq, row.hash, Stamp(row.wall_ms, row.counter, device))


def own_tip(connection: Connection) -> Tip:
    """The end of this device's chain, its time not earlier than that of any event in the vault."""
    own = tip(connection, own_device(connection))
    stamp = own.stamp
    for device in devices(connection):
        stamp = stamp.seen(tip(connection, device).stamp)
    return Tip(own.device, own.seq, own.hash, stamp)


def case_key(connection: Connection, case_id: str) -> bytes | None:
    """The key of a case's personal values; None when it was forgotten or never made."""
    query = select(CASE_KEYS.c.key).where(CASE_KEYS.c.case_id == case_id)
    key: bytes | None = connection.execute(query).scalar()
    return key


def keep_case_keys(connection: Connection, keys: Iterable[tuple[str, bytes]]) -> None:
    """Put the keys of new cases beside the log."""
    rows = [{"case_id": case_id, "key": key} for case_id, key in keys]
    if rows:
        connection.execute(insert(CASE_KEYS), rows)
