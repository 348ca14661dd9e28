"""Export from a vault: a whole branch beside packing and encrypting alone; a day of a large one.

Finding the events, reading keys and events, signing, and recording that it left are in the figures.
"""

import itertools
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from desk.domain.engine import Engine
from desk.domain.events import CaseOpened, FieldSet, Noted, Payload, StepEntered
from desk.domain.exchange import Profile
from desk.domain.sync_events import BundleTaken, PeerPut
from desk.packs import loader
from desk.services import sync, sync_exports
from desk.services.session import Session
from desk.store import outgoing
from desk.store.device_keys import DeviceKeys
from desk.store.writer import Entry
from tests.bench.branch import STORY, new_vault
from tests.bench.bundles import write_floor
from tests.bench.timing import Figure, interleaved, median
from tests.unit import bundle_files

BENCH = "exchange"
_WHOLE = 10_000
_DAY = 50
_EVENTS_OF_A_CASE = 8
_BATCH = 500
_TURNS = 9
_DAYS = 20
_MOST = 2.0
_MOST_DAY_MS = 300.0
_PEERS: dict[Profile, str] = {"full": "hub-full", "deidentified": "hub-bare"}
_KEYS = DeviceKeys("hub", bytes(32), bundle_files.IDENTITY)


def run(cases: int) -> Iterator[Figure]:
    """A branch of 10,000 cases in full; then a day's cases from a vault of so many."""
    with tempfile.TemporaryDirectory() as folder:
        session = new_vault(Path(folder) / "branch.vault", Engine(loader.load()))
        with session.vault:
            numbers = itertools.count(1)
            for profile, peer in _PEERS.items():
                session.record(_approved(peer, profile))
            fill(session, numbers, _WHOLE)
            yield from _whole(session, Path(folder))
            fill(session, numbers, cases - _WHOLE)
            for peer in _PEERS.values():
                session.record(_confirmed(session, peer))
            fill(session, numbers, _DAY)
            yield from _day(session, Path(folder), cases)


def _approved(peer: str, profile: Profile) -> PeerPut:
    return PeerPut(
        peer=peer,
        name="总行",
        type="hub",
        branch="TS",
        sign_key=_KEYS.sign_key,
        age_key=_KEYS.age_key,
        profile=profile,
    )


def _confirmed(session: Session, peer: str) -> BundleTaken:
    return BundleTaken(
        peer=peer,
        type="receipt",
        name="receipt.cdx",
        number=1,
        sha256="0" * 64,
        events=0,
        cases=0,
        have=outgoing.have(session.vault),
    )


def fill(session: Session, numbers: Iterator[int], cases: int) -> None:
    """So many more cases of eight events each, with a story as long as a real one."""
    for _ in range(0, cases, _BATCH):
        entries: list[Entry] = []
        for number in itertools.islice(numbers, min(_BATCH, cases)):
            case, wall_ms = session.new_id(), session.moment.wall_ms()
            entries += [
                Entry(case, payload, session.actor.id, wall_ms, session.engine.pack.stamp)
                for payload in _story(number)
            ]
        session.vault.append_many(entries)


def _story(number: int) -> list[Payload]:
    personal = {
        "complainant_name": f"张桂{number % 500}",
        "complainant_phone": f"138{number:08}",
        "narrative": str(STORY["narrative"]),
        "request_words": str(STORY["request_words"]),
    }
    return [
        CaseOpened(number=f"TS-{number:06}", received_at="2026-11-22T09:00", first_receiver="0417"),
        FieldSet(field="channel", value="A_FRONT_SITE"),
        *(FieldSet(field=path, value=value, personal=True) for path, value in personal.items()),
        StepEntered(step=2),
        Noted(text="已联系客户"),
    ]


def _whole(session: Session, folder: Path) -> Iterator[Figure]:
    going = outgoing.outgoing(session.vault, {}, actor="0417", wall_ms=session.moment.wall_ms())
    plain = bundle_files.plain(list(outgoing.frames(session.vault.database, going)))
    floor, keys = folder / "floor", (_KEYS.age_key, _KEYS.age_key)
    ours, read, packed = interleaved(
        [
            lambda _turn: sync_exports.export(session, _PEERS["full"], folder),
            lambda _turn: list(outgoing.frames(session.vault.database, going)),
            lambda _turn: write_floor(plain, floor, keys),
        ],
        _TURNS,
    )
    note = f"{going.events:,} events, {len(plain) / 1e6:.0f} MB"
    name = f"{_WHOLE:,} cases"
    yield Figure(BENCH, name, median(ours), floor=median(packed), most=_MOST, note=note)
    both = median(read) + median(packed)
    yield Figure(BENCH, f"{name}, reading them in the floor too", median(ours), floor=both)
    begun = time.perf_counter()
    sync_exports.export(session, _PEERS["deidentified"], folder)
    yield Figure(BENCH, f"{name}, de-identified", time.perf_counter() - begun, unit="s")


def _day(session: Session, folder: Path, cases: int) -> Iterator[Figure]:
    peer = _PEERS["full"]
    known = sync.exchange(session).known[peer]
    going = outgoing.outgoing(session.vault, known, actor="0417", wall_ms=session.moment.wall_ms())
    plain = bundle_files.plain(list(outgoing.frames(session.vault.database, going)))
    floor, keys = folder / "floor", (_KEYS.age_key, _KEYS.age_key)
    begun = time.perf_counter()
    sync_exports.preview(session, peer)
    shown = (time.perf_counter() - begun) * 1e3
    ours, packed, bare = interleaved(
        [
            lambda _turn: sync_exports.export(session, peer, folder),
            lambda _turn: write_floor(plain, floor, keys),
            lambda _turn: sync_exports.export(session, _PEERS["deidentified"], folder),
        ],
        _DAYS,
    )
    name = f"a day of {len(going.cases)} cases from {cases:,}"
    note = f"packing and encrypting alone: {median(packed):.1f} ms"
    yield Figure(BENCH, name, median(ours), most=_MOST_DAY_MS, note=note)
    yield Figure(BENCH, f"{name}, de-identified", median(bare), most=_MOST_DAY_MS)
    yield Figure(BENCH, f"{name}, shown before it leaves", shown)
