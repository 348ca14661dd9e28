"""Facts of cases, kept up with the log: what touched cases tell is worked out anew, in batches.

Cost follows the cases that were touched. A batch is one transaction, so that whoever is stopped in
the middle goes on where it was; in PostgreSQL one works at a time, while bundles come in beside it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from desk.domain.events import VAULT
from desk.domain.head_office import CaseFacts, customers, is_again
from desk.domain.hub_figures import CODE_AXES, packed, room
from desk.store.hub import dialect, reading
from desk.store.hub.base import Store
from desk.store.hub.reading import CaseRead
from desk.store.hub.tables import CASES, CODES, CUSTOMERS, EVENTS, FIGURES, SCHEMAS, TOUCHED

BATCH = 250
"""Cases of a transaction: others who write wait for it."""

_EACH = 500

Make = Callable[[CaseRead], CaseFacts | None]
"""Works out the facts of a case; None where there is no complaint to count yet."""

Key = tuple[str, str]
Month = tuple[str, str]


def follow(store: Store, make: Make, most: int = 0) -> int:
    """Bring the facts of touched cases up to date; how many cases that were.

    With `most` about so many at a time, and the rest another time.
    """
    done = 0
    while not most or done < most:
        with store.writing() as connection:
            found = _batch(store, connection, make)
        if not found:
            break
        done += found
    return done


def touch_all(store: Store) -> None:
    """Let the facts of every case be worked out anew, as after other rules for them."""
    every = select(EVENTS.c.branch, EVENTS.c.case_id).where(EVENTS.c.case_id != VAULT).distinct()
    with store.writing() as connection:
        _take_turns(connection)
        connection.execute(delete(TOUCHED))
        connection.execute(insert(TOUCHED).from_select(["branch", "case_id"], every))


def _take_turns(connection: Connection) -> None:
    """Wait until nobody else works out facts; held until the transaction ends."""
    connection.execute(select(SCHEMAS.c.version).with_for_update())


def _batch(store: Store, connection: Connection, make: Make) -> int:
    _take_turns(connection)
    keys = [tuple(row) for row in connection.execute(_NEXT)]
    wanted = {
        branch: [case_id for _branch, case_id in found]
        for branch, found in groupby(keys, key=lambda key: key[0])
    }
    # Before their events are read: who brings more of them meanwhile touches the case again.
    _delete(connection, TOUCHED, wanted)
    read = [
        one for branch in wanted for one in reading.cases(store, connection, branch, wanted[branch])
    ]
    made = [found for found in map(make, read) if found is not None]
    changed = set(_months(connection, wanted))
    _delete(connection, CASES, wanted)
    dialect.insert_rows(connection, CASES, [row_of(one) for one in made])
    changed |= {(one.branch, one.month) for one in made}
    changed |= _know_again(store, connection, wanted, read, made)
    pack(connection, changed)
    return len(keys)


_NEXT = select(TOUCHED).order_by(*TOUCHED.primary_key.columns).limit(BATCH)


def row_of(facts: CaseFacts) -> dialect.Row:
    """Facts as a row of `hub_cases`."""
    values = (getattr(facts, column.name) for column in CASES.c)
    return tuple(int(value) if isinstance(value, bool) else value for value in values)


def _some(cases: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(cases), _EACH):
        yield cases[at : at + _EACH]


def _delete(connection: Connection, table: Table, wanted: Mapping[str, Sequence[str]]) -> None:
    for branch, cases in wanted.items():
        for some in _some(cases):
            here = [table.c.branch == branch, table.c.case_id.in_(some)]
            connection.execute(delete(table).where(*here))


def _months(connection: Connection, wanted: Mapping[str, Sequence[str]]) -> Iterator[Month]:
    """The months that cases were counted in so far."""
    for branch, cases in wanted.items():
        for some in _some(cases):
            here = [CASES.c.branch == branch, CASES.c.case_id.in_(some)]
            for month in connection.execute(select(CASES.c.month).where(*here).distinct()):
                yield branch, month[0]


def _know_again(
    store: Store,
    connection: Connection,
    wanted: Mapping[str, Sequence[str]],
    read: Iterable[CaseRead],
    made: Iterable[CaseFacts],
) -> set[Month]:
    """Note who complained, and which complaints of theirs are repeated ones now.

    Gives the months in which that changed something for other cases too.
    """
    received = {(one.branch, one.case_id): one.received for one in made}
    rows = [
        (one.branch, one.case_id, mark, received[one.branch, one.case_id], 0)
        for one in read
        if (one.branch, one.case_id) in received
        for mark in sorted(customers(store.marking, one.branch, one.folded))
    ]
    marks = {row[2] for row in rows} | set(_marks(connection, wanted))
    _delete(connection, CUSTOMERS, wanted)
    dialect.insert_rows(connection, CUSTOMERS, rows)
    turned = _turned(connection, sorted(marks))
    dialect.merge_rows(connection, CUSTOMERS, turned, replacing=("again",))
    own = {row[:2] for row in rows}
    return _repeat(connection, {(row[0], row[1]) for row in turned} | own)


def _marks(connection: Connection, wanted: Mapping[str, Sequence[str]]) -> Iterator[bytes]:
    for branch, cases in wanted.items():
        for some in _some(cases):
            here = [CUSTOMERS.c.branch == branch, CUSTOMERS.c.case_id.in_(some)]
            yield from connection.execute(select(CUSTOMERS.c.mark).where(*here)).scalars()


def _turned(connection: Connection, marks: Sequence[bytes]) -> list[dialect.Row]:
    """The rows of these customers that became a repeated complaint, or are none any more."""
    turned: list[dialect.Row] = []
    for at in range(0, len(marks), _EACH):
        some = CUSTOMERS.c.mark.in_(marks[at : at + _EACH])
        rows = list(connection.execute(select(CUSTOMERS).where(some)))
        # Here and not by the database, whose order of letters is its own.
        rows.sort(key=lambda row: (row.mark, row.received, row.branch, row.case_id))
        for last, row in zip([None, *rows], rows, strict=False):
            same = last is not None and last.mark == row.mark
            again = int(same and last is not None and is_again(last.received, row.received))
            if again != row.again:
                turned.append((*row[:-1], again))
    return turned


def _repeat(connection: Connection, keys: Collection[Key]) -> set[Month]:
    """Note of cases whether they are repeated ones; the months of those where that is new."""
    by_branch: dict[str, list[str]] = defaultdict(list)
    for branch, case_id in sorted(keys):
        by_branch[branch].append(case_id)
    again = func.max(CUSTOMERS.c.again)
    found: list[Row[Any]] = []
    for branch, cases in by_branch.items():
        for some in _some(cases):
            here = [CUSTOMERS.c.branch == branch, CUSTOMERS.c.case_id.in_(some)]
            told = select(CUSTOMERS.c.case_id, again.label("again")).where(*here)
            of_case = told.group_by(CUSTOMERS.c.case_id).subquery()
            joined = CASES.join(
                of_case, and_(CASES.c.branch == branch, CASES.c.case_id == of_case.c.case_id)
            )
            columns = (CASES.c.branch, CASES.c.case_id, CASES.c.month, of_case.c.again)
            differs = select(*columns).select_from(joined).where(CASES.c.repeat != of_case.c.again)
            found += connection.execute(differs)
    if found:
        connection.execute(
            _SET_REPEAT,
            [{"of": row.branch, "case": row.case_id, "again": row.again} for row in found],
        )
    return {(row.branch, row.month) for row in found}


_SET_REPEAT = (
    update(CASES)
    .where(CASES.c.branch == bindparam("of"), CASES.c.case_id == bindparam("case"))
    .values(repeat=bindparam("again"))
)


def pack(connection: Connection, months: Iterable[Month]) -> None:
    """Make the blocks of these branches' months anew."""
    numbers = numbers_of(connection)
    for branch, found in groupby(sorted(months), key=lambda key: key[0]):
        wanted = [month for _branch, month in found]
        rows: dict[str, list[CaseFacts]] = {month: [] for month in wanted}
        here = [CASES.c.branch == branch, CASES.c.month.in_(wanted)]
        for row in connection.execute(select(CASES).where(*here)):
            rows[row.month].append(told(row))
        _number(connection, numbers, (one for cases in rows.values() for one in cases))
        gone = [FIGURES.c.branch == branch, FIGURES.c.month.in_(wanted)]
        connection.execute(delete(FIGURES).where(*gone))
        made = [(branch, month, packed(cases, numbers)) for month, cases in rows.items() if cases]
        dialect.insert_rows(connection, FIGURES, made)


def told(row: Row[Any]) -> CaseFacts:
    """A row of `hub_cases` as facts."""
    flags = {name: bool(getattr(row, name)) for name in ("transferred", "reopened", "repeat")}
    return CaseFacts(**{**row._mapping, **flags})  # noqa: SLF001 - SQLAlchemy's public name for it


def numbered(connection: Connection, branch: str, number: str) -> list[str]:
    """The ids of the cases of a branch that have this number; as a rule one or none."""
    here = [CASES.c.branch == branch, CASES.c.number == number]
    return list(connection.execute(select(CASES.c.case_id).where(*here)).scalars())


def numbers_of(connection: Connection) -> dict[tuple[str, str], int]:
    """What number each code has, by axis and code."""
    return {(row.axis, row.code): row.number for row in connection.execute(select(CODES))}


def _number(
    connection: Connection, numbers: dict[tuple[str, str], int], cases: Iterable[CaseFacts]
) -> None:
    """Give codes that are met for the first time a number; those beyond the room share one."""
    met = {(axis, getattr(one, axis)) for one in cases for axis in CODE_AXES}
    fresh: list[dialect.Row] = []
    for axis, code in sorted(met - numbers.keys()):
        if not code:
            continue
        given = sum(1 for of, _code in numbers if of == axis)
        numbers[axis, code] = min(given, room(axis)) + 1
        if given < room(axis):
            fresh.append((axis, code, given + 1))
    dialect.insert_rows(connection, CODES, fresh)
