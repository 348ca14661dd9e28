"""Reading the ledger: lists, search, counts, Today. Core statements in, domain values out.

Every question here is answered from an index in a few milliseconds at a million cases. Hits of a
text are walked newest first, and all at once where there are few; when other conditions leave few
cases, those are gathered beforehand so that a common word need not be walked to its oldest hit.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    text,
)

from desk.domain.events import Payload, join
from desk.domain.ledger import COUNT_LIMIT, Count, DayCount, Filter, Page, Sort, Today
from desk.domain.projection import CaseRow, ClockRow, ItemRow
from desk.errors import CaseUnknown
from desk.store import projections, session, tokens
from desk.store.engine import Database
from desk.store.projections import CASE_SELECT, case_row
from desk.store.rows import CASES, CHECKLIST_ITEMS, EVENTS
from desk.store.search import SEARCH

_EQUAL = ("status", "handler", "source", "channel", "business", "cause", "scenario", "clock_state")
# Gathering cases costs by their number, walking hits by how thinly the cases lie among all. At this
# many times the root of all cases the two cost the same: 20,000 of a million, 6,000 of 100,000.
_FEW = 20
_FEW_HITS = 300
_DAY = "%Y-%m-%d"
_MINUTE = "%Y-%m-%dT%H:%M"
_SOON_DAYS = 3
_RUNNING = "running"
_OPEN = "open"
_END = '"'


class Ledger:
    """The cases of an open vault, as lists ask for them."""

    def __init__(self, database: Database, index: Callable[[], None]) -> None:
        self._database = database
        self._index = index

    def page(
        self, asked: Filter, *, sort: Sort = "newest", limit: int = 50, offset: int = 0
    ) -> Page:
        """The lines that meet a filter, from `offset` on; hits of a text are always newest first.

        Sorted by `due`, cases without a due date come last.
        """
        self._freshen(asked)
        with session.reading(self._database) as connection:
            chosen = _chosen(connection, asked, sort).limit(limit + 1).offset(offset)
            ids = list(connection.execute(chosen).scalars())
            lines = _lines(connection, ids[:limit])
        return Page(lines, more=len(ids) > limit)

    def count(self, asked: Filter) -> Count:
        """How many lines meet a filter, counted up to `COUNT_LIMIT`."""
        self._freshen(asked)
        with session.reading(self._database) as connection:
            some = _chosen(connection, asked, "newest").order_by(None).limit(COUNT_LIMIT + 1)
            number = connection.execute(select(func.count()).select_from(some.subquery())).scalar()
        found = int(number or 0)
        return Count(min(found, COUNT_LIMIT), more=found > COUNT_LIMIT)

    def line(self, case_id: str) -> CaseRow:
        """The line of a case. Raises `CaseUnknown`."""
        return self._one(CASES.c.case_id == case_id, case_id)

    def by_number(self, number: str) -> CaseRow:
        """The line of the case with this number, the newest should two have it."""
        return self._one(CASES.c.number == number, number)

    def clocks(self, case_id: str) -> tuple[ClockRow, ...]:
        """The legal clocks of a case as projected."""
        return self._stored(case_id).clocks

    def items(self, case_id: str) -> tuple[ItemRow, ...]:
        """The checklist items of a case as projected."""
        return self._stored(case_id).items

    def open_items(self, before: str, limit: int = 200) -> tuple[tuple[str, ItemRow], ...]:
        """Open checklist items due before a local ISO minute, with their case's id, by due time."""
        items = CHECKLIST_ITEMS.c
        columns = (
            items.checklist,
            items.item,
            items.owner,
            items.due_at,
            items.status,
            items.gating,
        )
        query = (
            select(CASES.c.case_id, *columns)
            .join(CASES, CASES.c.id == items.case_row)
            .where(
                # Written out, because a parameter would hide from SQLite that its partial index
                # fits.
                items.status == text("'open'"),
                items.due_at > text("''"),
                items.due_at < before,
            )
            .order_by(items.due_at)
            .limit(limit)
        )
        with session.reading(self._database) as connection:
            rows = connection.execute(query).all()
        return tuple((row[0], ItemRow(*row[1:])) for row in rows)

    def similar(self, scenario: str, since: str, *, but: str) -> int:
        """How many other cases (not `but`) of a scenario were received since a local ISO minute."""
        # The sign keeps SQLite to the days since then, few beside all cases of a scenario.
        same = literal_column("+cases.scenario") == scenario
        query = select(func.count()).where(
            CASES.c.received_at >= since, same, CASES.c.case_id != but
        )
        with session.reading(self._database) as connection:
            return int(connection.execute(query).scalar_one())

    def by_phone(self, number: str, since: str, limit: int) -> tuple[str, ...]:
        """Ids of cases received since a local ISO minute under a phone number, newest first.

        `number` is bare digits, and may also be part of a longer one. Cases changed since search
        was last brought up to date are found by what they held then: no case waits for this.
        """
        match = literal_column("search").op("MATCH")(tokens.phone_query(number))
        query = (
            select(CASES.c.case_id)
            .select_from(SEARCH.join(CASES, CASES.c.id == SEARCH.c.rowid))
            .where(match, CASES.c.received_at >= since)
            .order_by(SEARCH.c.rowid.desc())
            .limit(limit)
        )
        with session.reading(self._database) as connection:
            return tuple(connection.execute(query).scalars())

    def told(
        self, cases: Sequence[str], kinds: Iterable[str], fields: Iterable[str]
    ) -> dict[str, tuple[Payload, ...]]:
        """What happened to some cases, in order: events of these kinds, values of these fields.

        A field ending in `/` stands for everything below it. Personal values stay sealed, so that
        no key is needed: they read None.
        """
        wanted = [
            func.instr(
                EVENTS.c.public, f'"field":"{name}{"" if name[-1] == "/" else _END}'.encode()
            )
            for name in fields
        ]
        field_set = and_(EVENTS.c.kind == "field_set", or_(*(place > 0 for place in wanted)))
        query = (
            select(EVENTS.c.case_id, EVENTS.c.public)
            .where(EVENTS.c.case_id.in_(cases), or_(EVENTS.c.kind.in_(list(kinds)), field_set))
            .order_by(EVENTS.c.wall_ms, EVENTS.c.counter, EVENTS.c.device)
        )
        found: dict[str, list[Payload]] = {}
        with session.reading(self._database) as connection:
            for case_id, public in connection.execute(query):
                found.setdefault(case_id, []).append(join(public, b""))
        return {case_id: tuple(payloads) for case_id, payloads in found.items()}

    def today(self, now: datetime, handler: str = "") -> Today:
        """The figures of the Today page at a local time, of one handler or of the whole branch."""
        midnight = datetime(now.year, now.month, now.day) + timedelta(days=1)  # noqa: DTZ001 - local
        soon = midnight + timedelta(days=_SOON_DAYS)
        times = [moment.strftime(_MINUTE) for moment in (now, midnight, soon)]
        due = CASES.c.due_at
        mine = [CASES.c.handler == handler] if handler else []
        band = case((due < times[0], 0), (due < times[1], 1), else_=2)
        bands = (
            select(band, func.count())
            .where(CASES.c.status == _OPEN, CASES.c.clock_state == _RUNNING, due < times[2], *mine)
            .group_by(band)
        )
        is_open = select(func.count()).where(CASES.c.status == _OPEN, *mine)
        waits = is_open.where(CASES.c.waits_for != text("''"))
        with session.reading(self._database) as connection:
            found = {row[0]: row[1] for row in connection.execute(bands)}
            return Today(
                overdue=found.get(0, 0),
                due_today=found.get(1, 0),
                due_soon=found.get(2, 0),
                waits=connection.execute(waits).scalar_one(),
                is_open=connection.execute(is_open).scalar_one(),
            )

    def received(self, until: date, days: int = 7) -> tuple[DayCount, ...]:
        """How many complaints came in on each of the `days` days that end with `until`."""
        wanted = [until - timedelta(days=back) for back in range(days - 1, -1, -1)]
        day = func.substr(CASES.c.received_at, 1, 10)
        query = (
            select(day, func.count())
            .where(
                CASES.c.received_at >= wanted[0].strftime(_DAY),
                CASES.c.received_at < (until + timedelta(days=1)).strftime(_DAY),
            )
            .group_by(day)
        )
        with session.reading(self._database) as connection:
            found = {row[0]: row[1] for row in connection.execute(query)}
        return tuple(DayCount(str(one), found.get(str(one), 0)) for one in wanted)

    def _freshen(self, asked: Filter) -> None:
        """Texts changed since the last search are indexed now, so that search never lags behind."""
        if asked.text.strip():
            self._index()

    def _one(self, condition: ColumnElement[bool], asked: str) -> CaseRow:
        query = select(*CASE_SELECT).where(condition).order_by(CASES.c.id.desc()).limit(1)
        with session.reading(self._database) as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise CaseUnknown(case=asked)
        return case_row(row)

    def _stored(self, case_id: str) -> projections.Stored:
        with session.reading(self._database) as connection:
            found = projections.stored(connection, case_id)
        if found is None:
            raise CaseUnknown(case=case_id)
        return found


def _chosen(connection: Connection, asked: Filter, sort: Sort) -> Select[Any]:
    """Row numbers of the cases that meet a filter, in order."""
    conditions = _conditions(asked)
    if not asked.text.strip():
        return select(CASES.c.id).where(*conditions).order_by(*_order(sort))
    match = literal_column("search").op("MATCH")(tokens.query(asked.text))
    hits = select(SEARCH.c.rowid).where(match).order_by(SEARCH.c.rowid.desc())
    if not conditions:
        return hits
    rare = list(connection.execute(hits.limit(_FEW_HITS + 1)).scalars())
    if len(rare) <= _FEW_HITS:
        return (
            select(CASES.c.id).where(CASES.c.id.in_(rare), *conditions).order_by(CASES.c.id.desc())
        )
    if _is_few(connection, conditions):
        few = select(CASES.c.id).where(*conditions)
        # The sign keeps SQLite from asking the index once for each of the few.
        return hits.where(literal_column("+search.rowid").in_(few))
    return hits.join(CASES, CASES.c.id == SEARCH.c.rowid).where(*conditions)


def _is_few(connection: Connection, conditions: list[ColumnElement[bool]]) -> bool:
    newest = connection.execute(select(func.max(CASES.c.id))).scalar_one() or 0
    most = _FEW * math.isqrt(newest)
    some = select(CASES.c.id).where(*conditions).limit(most + 1).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one() <= most


def _conditions(asked: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        CASES.c[name] == getattr(asked, name) for name in _EQUAL if getattr(asked, name)
    ]
    if asked.due_from:
        found.append(CASES.c.due_at >= asked.due_from)
    if asked.due_before:
        found.append(CASES.c.due_at < asked.due_before)
    if asked.received_from:
        found.append(CASES.c.received_at >= asked.received_from)
    if asked.received_before:
        found.append(CASES.c.received_at < asked.received_before)
    if asked.waits:
        # Written out, because a parameter would hide from SQLite that its partial index fits.
        found.append(CASES.c.waits_for != text("''"))
    return found


def _order(sort: Sort) -> tuple[ColumnElement[Any], ...]:
    if sort == "due":
        return CASES.c.due_at.asc().nulls_last(), CASES.c.id.asc()
    if sort == "handler":
        return CASES.c.handler.asc(), CASES.c.id.asc()
    if sort == "oldest":
        return (CASES.c.id.asc(),)
    return (CASES.c.id.desc(),)


def _lines(connection: Connection, ids: list[int]) -> tuple[CaseRow, ...]:
    """The lines of these rows, in their order."""
    if not ids:
        return ()
    query = select(CASES.c.id, *CASE_SELECT).where(CASES.c.id.in_(ids))
    found = {row[0]: case_row(row[1:]) for row in connection.execute(query)}
    return tuple(found[one] for one in ids if one in found)
