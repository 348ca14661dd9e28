"""Verifying the log against bare hashing; opening a vault of a million events; what marks cost."""

import hashlib
import hmac
import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from desk.domain.engine import Engine
from desk.domain.events import AnswerSet, CaseOpened, CaseSeen, Event, FieldSet, Payload
from desk.domain.ids import Stamp
from desk.packs import loader
from desk.services.session import Session
from desk.store import chain, chains, log, raw, tips
from desk.store.session import reading, writing
from tests.bench.branch import STORY, new_case, new_vault, open_vault
from tests.bench.timing import Figure, interleaved, median, percentile

BENCH = "check"
_CHECKED = 100_000
_OPENED = 1_000_000
_BATCH = 20_000
_PACK = "cn-branch@1.0.0"

Make = Callable[[int], tuple[str, Payload]]
"""The case and the payload of the event of this number."""


def run() -> Iterator[Figure]:
    """A log of 100,000 events; a field change; opening a vault of a million beside an empty one."""
    engine = Engine(loader.load())
    with tempfile.TemporaryDirectory() as folder:
        session = new_vault(Path(folder) / "checked.vault", engine)
        with session.vault:
            _fill(session, _CHECKED, _like_a_case)
            yield from _chains(session)
            yield from _marked(session)
        yield _opening(Path(folder), engine)


def _like_a_case(number: int) -> tuple[str, Payload]:
    """Events as cases have them: of twenty, half with a personal text."""
    case = f"0190a1b2-0000-7000-8000-{number // 20:012}"
    if number % 20 == 0:
        return case, CaseOpened(number=f"TS-{number}", received_at="2026", first_receiver="0417")
    if number % 2:
        text = str(STORY["narrative"])[: 40 + number % 7 * 40]
        return case, FieldSet(field="narrative", value=text, personal=True)
    return case, AnswerSet(question="Q3", answer=number % 3, sitting=case)


def _seen(number: int) -> tuple[str, Payload]:
    return "", CaseSeen(case=f"0190a1b2-0000-7000-8000-{number:012}")


def _fill(session: Session, events: int, make: Make) -> None:
    """Events in the log, sealed and marked as the writer does it; the log is all that is made."""
    vault = session.vault
    cipher = chain.cipher(bytes(32))
    with reading(vault.database) as connection:
        tip = log.own_tip(connection)
    last, stamp, seq = tip.hash, tip.stamp, tip.seq
    for start in range(0, events, _BATCH):
        records = []
        for number in range(start, min(start + _BATCH, events)):
            case, payload = make(number)
            seq += 1
            stamp = stamp.tick(stamp.wall_ms + 1)
            event = _event(seq, stamp, case, payload)
            record = chain.seal(event, last, cipher, seq.to_bytes(12), vault.opened.chain_key)
            records.append(record)
            last = record.hash
        with writing(vault.database) as connection:
            log.write(connection, tip.chain, records)
            tips.keep(connection, vault.opened.chain_key)
    vault.forget_memory()
    vault.database.checkpoint(wait=True)


def _event(seq: int, stamp: Stamp, case: str, payload: Payload) -> Event:
    identity = f"0190a1b2-0000-7000-9000-{seq:012}"
    return Event(identity, stamp.device, seq, stamp, "0417", case, payload, _PACK if case else "")


def _chains(session: Session) -> Iterator[Figure]:
    """Everything the check does for the log, read from the file; the floor hashes what it read."""
    key = session.vault.opened.chain_key
    with reading(session.vault.database) as connection:
        known = chains._Encoded()
        with raw.rows(connection, bytes) as cursor:
            rows = cursor.execute(chains._IN_ORDER).fetchall()
        bodies = [(chains._hashed(row, known), row[14]) for row in rows]

    def ours(_turn: int) -> object:
        with reading(session.vault.database) as connection:
            found = list(chains.faults(connection, key))
        assert not found, found[:3]
        return found

    def floor(_turn: int) -> object:
        for body, head in bodies:
            hashlib.sha256(body).digest()
            hmac.digest(key, head, "sha256")
        return None

    spent, least = interleaved((ours, floor), 9)
    size = sum(len(body) for body, _head in bodies) / len(bodies)
    rate = len(bodies) / median(spent) * 1000
    yield Figure(
        BENCH,
        f"chains of {len(bodies):,} events",
        median(spent),
        floor=median(least),
        most=3.0,
        note=f"{rate:,.0f} events/s; floor: SHA-256 and HMAC of {size:.0f} bytes each, in memory",
    )


def _marked(session: Session) -> Iterator[Figure]:
    """A field change as it is, alternating with one whose mark is no work at all."""
    pool = itertools.cycle([new_case(session, 8) for _ in range(50)])
    values = itertools.cycle(("A_FRONT_SITE", "A_E_PHONE", "A_E_MOBILE"))
    real = chain.mark

    def write(_turn: int) -> object:
        return session.write(next(pool), FieldSet(field="channel", value=next(values)))

    def unmarked(turn: int) -> object:
        chain.mark = _no_mark
        try:
            return write(turn)
        finally:
            chain.mark = real

    spent, floor = interleaved((write, unmarked), 1500)
    for label, share in (("p10", 0.1), ("p50", 0.5)):
        yield Figure(
            BENCH,
            f"a field change with its mark, {label}",
            percentile(spent, share),
            floor=percentile(floor, share),
            most=1.03 if label == "p10" else None,
            note="floor: the same without computing the mark" if label == "p10" else "",
        )


def _no_mark(chain_key: bytes, event_hash: bytes) -> bytes:
    return bytes(32)


def _opening(folder: Path, engine: Engine) -> Figure:
    """From the path to a session that may write: a long log beside an empty one."""
    empty, full = folder / "empty.vault", folder / "full.vault"
    for path, events in ((empty, 0), (full, _OPENED)):
        session = new_vault(path, engine)
        with session.vault:
            _fill(session, events, _seen)

    def opening(path: Path) -> object:
        session = open_vault(path, engine)
        with session.vault as vault:
            return vault.people(), vault.branch(), vault.head(), vault.faults

    spent, floor = interleaved((lambda _t: opening(full), lambda _t: opening(empty)), 40)
    return Figure(
        BENCH,
        f"opening a vault of {_OPENED:,} events, p50",
        median(spent),
        floor=median(floor),
        most=1.5,
        note="floor: an empty vault; passwords made cheap in both",
    )
