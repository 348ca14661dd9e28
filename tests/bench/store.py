"""Storing one change: event, projections and search, against the same bytes as one raw row."""

import dataclasses
import itertools
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from desk.domain.engine import Engine
from desk.domain.events import FieldSet, ItemMarked, Payload
from desk.domain.ledger import Filter
from desk.packs import loader
from desk.services import cases
from desk.services.session import Session
from desk.store import log
from desk.store.session import reading
from tests.bench.branch import STORY, new_case, new_vault
from tests.bench.timing import Figure, interleaved, percentile

BENCH = "store"
_TURNS = 1_500
_POOL = 100
_MOST = 3.0


def run() -> Iterator[Figure]:
    """Several kinds of change, on cases with 8 and with 60 events."""
    with tempfile.TemporaryDirectory() as folder:
        session = new_vault(Path(folder) / "bench.vault", Engine(loader.load()))
        with session.vault:
            for events in (8, 60):
                pool = [new_case(session, events) for _ in range(_POOL)]
                session.vault.rest()
                turns = itertools.cycle(pool)
                for kind in (_choice, _narrative, _item):
                    yield from _compared(session, turns, kind(session), events)
                yield from _shown(session, turns, events)
                yield _first(session, pool, events)
            yield _indexed(session, turns)


@dataclass(frozen=True, slots=True)
class _Change:
    """A kind of change: its name, and what happens to a case in a turn."""

    name: str
    payload: Callable[[str], Payload]


def _choice(session: Session) -> _Change:
    values = itertools.cycle(("A_FRONT_SITE", "A_E_PHONE", "A_E_MOBILE"))
    return _Change(
        "short choice", lambda case: _set(session, case, "channel", next(values), personal=False)
    )


def _narrative(session: Session) -> _Change:
    count = itertools.count(1_000_000)
    text = (str(STORY["narrative"]) * 3)[:593]
    return _Change(
        "600-character narrative",
        lambda case: _set(session, case, "narrative", f"{text}{next(count)}", personal=True),
    )


def _item(session: Session) -> _Change:
    checklist = session.engine.pack.checklist("E1")
    assert checklist is not None
    items = itertools.cycle(checklist.items)
    return _Change(
        "checklist item",
        lambda _case: ItemMarked(checklist="E1", item=next(items).key, status="done"),
    )


def _set(session: Session, case: str, path: str, value: str, *, personal: bool) -> FieldSet:
    state = session.vault.case(case).fields.get(path)
    replaces = tuple(head.event for head in state.heads) if state else ()
    return FieldSet(field=path, value=value, personal=personal, replaces=replaces)


def _compared(
    session: Session, pool: Iterator[str], change: _Change, events: int
) -> Iterator[Figure]:
    """The change through the store, alternating with as many bytes in one raw committed row."""
    planned: list[tuple[str, Payload]] = []

    def plan(_turn: int) -> None:
        case = next(pool)
        planned[:] = [(case, change.payload(case))]

    def stored(_turn: int) -> object:
        case, payload = planned[0]
        return session.write(case, payload)

    plan(0)
    stored(0)
    raw = Raw(session, _bytes_written(session, planned[0][0]))
    ours, floor = interleaved((stored, raw.put), _TURNS, before=plan)
    # p10 is what it costs while nothing else runs on the machine.
    for label, share in (("p10", 0.1), ("p50", 0.5), ("p99", 0.99)):
        yield Figure(
            BENCH,
            f"{change.name}, case of {events} events, {label}",
            percentile(ours, share),
            floor=percentile(floor, share),
            most=_MOST if label == "p99" else None,
            note=f"floor: one row of {raw.size} bytes" if label == "p10" else "",
        )


def _bytes_written(session: Session, case: str) -> int:
    """How many bytes the last change of a case put into the log and the list, values only."""
    with reading(session.vault.database) as connection:
        record = log.of_case(connection, case)[-1]
    values: list[object] = [*dataclasses.astuple(record)]
    values += dataclasses.astuple(session.vault.ledger.line(case))
    return sum(len(v) if isinstance(v, bytes) else len(str(v).encode()) for v in values)


class Raw:
    """One row of so many bytes in a table of the same file, committed by the bare driver."""

    def __init__(self, session: Session, size: int) -> None:
        self.size = size
        self._dice = random.Random(size)
        self._connection = session.vault.database.connection.connection
        cursor = self._connection.cursor()
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_raw (id INTEGER PRIMARY KEY, body BLOB)")
        cursor.close()

    def put(self, _turn: int) -> None:
        """Insert and commit; durable when this returns."""
        cursor = self._connection.cursor()
        cursor.execute("BEGIN")
        cursor.execute(
            "INSERT INTO bench_raw (body) VALUES (?)", (self._dice.randbytes(self.size),)
        )
        cursor.execute("COMMIT")
        cursor.close()


def _shown(session: Session, pool: Iterator[str], events: int) -> Iterator[Figure]:
    """What the window waits for: the field stored, and the case with all that follows from it."""
    values = itertools.cycle(("A_FRONT_SITE", "A_E_PHONE", "A_E_MOBILE"))
    [spent] = interleaved(
        (lambda _turn: cases.set_field(session, next(pool), "channel", next(values)),), _TURNS // 3
    )
    for label, share in (("p50", 0.5), ("p99", 0.99)):
        yield Figure(
            BENCH,
            f"stored and shown again, case of {events} events, {label}",
            percentile(spent, share),
        )


def _first(session: Session, pool: list[str], events: int) -> Figure:
    """A case that is not in memory: read, decrypted and folded."""

    def read(turn: int) -> object:
        session.vault.forget_memory()
        return session.vault.case(pool[turn % len(pool)])

    [spent] = interleaved((read,), 200)
    return Figure(
        BENCH, f"first reading of a case of {events} events, p95", percentile(spent, 0.95)
    )


def _indexed(session: Session, pool: Iterator[str]) -> Figure:
    """Search catching up with one changed narrative, before the next search or at rest."""
    change = _narrative(session)

    def write(_turn: int) -> None:
        case = next(pool)
        session.write(case, change.payload(case))

    [spent] = interleaved(
        (lambda _turn: session.vault.ledger.page(Filter(text="押金"), limit=1),), 300, before=write
    )
    return Figure(BENCH, "search catching up with one changed case, p95", percentile(spent, 0.95))
