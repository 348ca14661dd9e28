"""The log read backwards: newest events first, across devices, as an audit asks for them.

Each device's events lie in the order of their hybrid time, so any moment is found in a chain by
halving, and reading goes on from there along the table itself. One reading passes a bounded
number of events, however few of them fit, so that it never holds up the database's thread; the
stamp it gives back is where the next one goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, func, select

from desk.domain.audit import VAULT_KINDS, Trace
from desk.domain.events import VAULT, join
from desk.domain.ids import Stamp
from desk.store import log, session
from desk.store.engine import Database
from desk.store.rows import CASES, DEVICES, EVENTS

STRIDE = 10_000
"""Events of one device that a reading passes at most, when it has to look at each of them."""
_INDEXED = 5
"""So many times more, where an index leads to those that may fit: they lie far apart."""

_NEVER = Stamp(-1, 0, "")
_COLUMNS = (
    EVENTS.c.wall_ms,
    EVENTS.c.counter,
    EVENTS.c.device,
    EVENTS.c.seq,
    EVENTS.c.actor,
    EVENTS.c.case_id,
    EVENTS.c.kind,
    EVENTS.c.pack,
    EVENTS.c.hash,
    EVENTS.c.public,
)


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which events to read. `cases` are ids, with the vault's own events about them; None for all.

    `kinds` None for all; `since` is the first stamp wanted.
    """

    actor: str = ""
    kinds: frozenset[str] | None = None
    cases: tuple[str, ...] | None = None
    device: str = ""
    since: Stamp = field(default=_NEVER)

    @property
    def is_indexed(self) -> bool:
        """Whether an index leads to what may fit."""
        return self.cases is not None or self._is_of_vault

    @property
    def _is_of_vault(self) -> bool:
        return self.kinds is not None and self.kinds <= VAULT_KINDS

    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """What an event must meet besides its place and its case."""
        found: list[ColumnElement[bool]] = []
        if self.actor:
            found.append(EVENTS.c.actor == self.actor)
        if self.kinds is not None:
            found.append(EVENTS.c.kind.in_(sorted(self.kinds)))
        return tuple(found)

    def branches(self) -> tuple[tuple[ColumnElement[bool], ...], ...]:
        """The parts of the question that are asked one by one, each along one index."""
        whole = self.conditions()
        if self.cases is None:
            return ((EVENTS.c.case_id == VAULT, *whole),) if self._is_of_vault else (whole,)
        about = [func.instr(EVENTS.c.public, case.encode()) > 0 for case in self.cases]
        own = (EVENTS.c.case_id.in_(self.cases), *whole)
        return (own, *((EVENTS.c.case_id == VAULT, said, *whole) for said in about))


@dataclass(frozen=True, slots=True)
class Read:
    """What a reading found, newest first, and where to go on: before `rest`, None at the end."""

    traces: tuple[Trace, ...]
    rest: Stamp | None


@dataclass(frozen=True, slots=True)
class _Chain:
    """A device's chain as far as it is still to be read: positions over `low`, up to `high`."""

    device: str
    low: int
    high: int


class Trail:
    """The events of an open vault, newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(
        self, asked: TrailFilter, *, limit: int, before: Stamp | None = None, stride: int = STRIDE
    ) -> Read:
        """Events that meet a filter, from `before` (not included) backwards; at most `limit`."""
        if asked.cases is not None and not asked.cases:
            return Read((), None)
        with session.reading(self._database) as connection:
            chains = _chains(connection, asked, before)
            step = stride * _INDEXED if asked.is_indexed else stride
            floors = (_floor(connection, chain, step) for chain in chains)
            floor = max([asked.since, *floors])
            found = [
                trace
                for chain in chains
                for branch in asked.branches()
                for trace in _read(connection, _from(connection, chain, floor), branch, limit + 1)
            ]
        found.sort(key=attrgetter("stamp"), reverse=True)
        if len(found) > limit:
            return Read(tuple(found[:limit]), found[limit - 1].stamp)
        return Read(tuple(found), None if floor == asked.since else floor)

    def numbers(self, cases: Sequence[str]) -> dict[str, str]:
        """The numbers of cases, by id; those without a line in the ledger are left out."""
        query = select(CASES.c.case_id, CASES.c.number).where(CASES.c.case_id.in_(cases))
        with session.reading(self._database) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def cases_of(self, number: str) -> tuple[str, ...]:
        """The ids of the cases with a number: one, or several should devices have given it."""
        query = select(CASES.c.case_id).where(CASES.c.number == number).order_by(CASES.c.id)
        with session.reading(self._database) as connection:
            return tuple(connection.execute(query).scalars())


def _chains(connection: Connection, asked: TrailFilter, before: Stamp | None) -> list[_Chain]:
    """The chains to be read, each up to the last event before a stamp."""
    query = select(DEVICES.c.number, DEVICES.c.id)
    if asked.device:
        query = query.where(DEVICES.c.id == asked.device)
    found = []
    for number, device in connection.execute(query).all():
        low, end = log.position(number, 0), log.position(number + 1, 0) - 1
        newest = select(func.max(EVENTS.c.position)).where(EVENTS.c.position.between(low, end))
        high = connection.execute(newest).scalar()
        if high is not None:
            chain = _Chain(device, low, high)
            found.append(chain if before is None else _until(connection, chain, before))
    return found


def _until(connection: Connection, chain: _Chain, stamp: Stamp) -> _Chain:
    """A chain up to the last event before a stamp."""
    return replace(chain, high=_first_from(connection, chain, stamp) - 1)


def _from(connection: Connection, chain: _Chain, stamp: Stamp) -> _Chain:
    """A chain from the first event at or after a stamp."""
    if stamp == _NEVER:
        return chain
    return replace(chain, low=_first_from(connection, chain, stamp) - 1)


def _first_from(connection: Connection, chain: _Chain, stamp: Stamp) -> int:
    """The position of the first event at or after a stamp; one past the chain when there is none.

    Events that are missing from the log are stepped over.
    """
    low, high = chain.low + 1, chain.high + 1
    while low < high:
        middle = (low + high) // 2
        at = _at(connection, middle, chain)
        if at is None or at[1] >= stamp:
            high = middle
        else:
            low = at[0] + 1
    return low


def _at(connection: Connection, position: int, chain: _Chain) -> tuple[int, Stamp] | None:
    """The first event of a chain at or after a position: where it stands, and when it was."""
    columns = (EVENTS.c.position, EVENTS.c.wall_ms, EVENTS.c.counter)
    here = EVENTS.c.position.between(position, chain.high)
    query = select(*columns).where(here).order_by(EVENTS.c.position).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else (row[0], Stamp(row[1], row[2], chain.device))


def _floor(connection: Connection, chain: _Chain, stride: int) -> Stamp:
    """The stamp of the event so many places back in a chain; before all when it has no more."""
    if chain.high - stride <= chain.low:
        return _NEVER
    found = _at(connection, chain.high - stride, chain)
    return _NEVER if found is None else found[1]


def _read(
    connection: Connection, chain: _Chain, branch: Sequence[ColumnElement[bool]], limit: int
) -> list[Trace]:
    """The newest events between two positions of a chain that meet some conditions."""
    here = EVENTS.c.position > chain.low, EVENTS.c.position <= chain.high
    query = select(*_COLUMNS).where(*here, *branch).order_by(EVENTS.c.position.desc()).limit(limit)
    return [_trace(row) for row in connection.execute(query)]


def _trace(row: Row[*tuple[Any, ...]]) -> Trace:
    try:
        payload = join(row.public, b"")
    except msgspec.MsgspecError:
        payload = None  # of a newer version, or damaged: the line says so, `desk check` says which
    stamp = Stamp(row.wall_ms, row.counter, row.device)
    digest = row.hash.hex()
    return Trace(stamp, row.seq, row.actor, row.case_id, row.kind, row.pack, digest, payload)
