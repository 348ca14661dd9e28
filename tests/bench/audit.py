"""The audit trail of a large branch: the first page, filters, and the way to the oldest line."""

import itertools
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from desk.domain.audit import AuditFilter
from desk.domain.engine import Engine
from desk.domain.events import (
    AnswerSet,
    CaseOpened,
    CaseSeen,
    FieldSet,
    Payload,
    Revealed,
    StepEntered,
    Unlocked,
)
from desk.domain.ledger import Filter
from desk.packs import loader
from desk.services import audit
from desk.services.moment import Moment
from desk.services.session import Session
from desk.store.vault import Vault
from desk.store.writer import Entry
from tests.bench.branch import BRANCH, CHEAP, PASSWORD, PERSON
from tests.bench.timing import Figure, interleaved, percentile

BENCH = "audit"
_BATCH = 20_000
_CASE = 100
_EVENTS_A_CASE = 10
"""Of the size of a branch as the other benches count it: the sizes then take as long to make."""
_TURNS = 40
_MOST_MS = 50.0
_SPAN_MS = 3 * 365 * 86_400_000
_PEOPLE = (PERSON.id, "0233", "0318", "0520", "0611", "0702")


def run(cases: int) -> Iterator[Figure]:
    """Each question's first page, and every reading down to the oldest event."""
    events = cases * _EVENTS_A_CASE
    with tempfile.TemporaryDirectory() as folder:
        session = _long_ago(Path(folder) / "audit.vault")
        with session.vault:
            begun = time.perf_counter()
            _fill(session, events)
            spent = time.perf_counter() - begun
            yield Figure(BENCH, f"vault of {events:,} events made", spent, unit="s")
            number = session.vault.ledger.page(Filter()).rows[0].number
            for name, asked in _questions(number).items():
                yield from _first_page(session, name, asked)
            yield from _to_the_end(session)


def _long_ago(path: Path) -> Session:
    """A vault begun three years ago: time never steps back in a log."""
    engine = Engine(loader.load())
    vault = Vault.create(
        path,
        PASSWORD,
        person=PERSON,
        device="PC02",
        branch=BRANCH,
        projector=engine.project,
        wall_ms=Moment().wall_ms() - _SPAN_MS,
        argon=CHEAP,
    )
    return Session(vault, engine, Moment(), PERSON, BRANCH)


def _questions(number: str) -> dict[str, AuditFilter]:
    return {
        "everything": AuditFilter(),
        "one person of six": AuditFilter(person="0318"),
        "looks and reveals": AuditFilter(group="seen"),
        "ways in, one in 2,000": AuditFilter(group="entered"),
        "one case": AuditFilter(case=number),
        "a day long ago": AuditFilter(since="2024-12-02", until="2024-12-02"),
    }


def _first_page(session: Session, name: str, asked: AuditFilter) -> Iterator[Figure]:
    [spent] = interleaved((lambda _turn: audit.lines(session, asked),), _TURNS)
    found = len(audit.lines(session, asked).lines)
    for label, share in (("p50", 0.5), ("p95", 0.95)):
        yield Figure(
            BENCH,
            f"first page, {name}, {label}",
            percentile(spent, share),
            most=_MOST_MS if label == "p95" else None,
            note=f"{found} lines",
        )


def _to_the_end(session: Session) -> Iterator[Figure]:
    """A group that never came: reading after reading, each of which others wait for."""
    asked, before = AuditFilter(group="kept"), None
    pages: list[float] = []
    while not pages or before is not None:
        begun = time.perf_counter()
        before = audit.lines(session, asked, before=before).rest
        pages.append((time.perf_counter() - begun) * 1000)
    note = f"{len(pages)} readings"
    yield Figure(BENCH, "what never happened, to the oldest event", sum(pages), note=note)
    slow = percentile(pages, 0.95)
    yield Figure(BENCH, "what never happened, each reading, p95", slow, most=_MOST_MS)


def _fill(session: Session, events: int) -> None:
    """Cases of a hundred events each, with looks and unlocks between, over three years."""
    dice = random.Random(7)
    step = _SPAN_MS // events
    now = session.moment.wall_ms() - events * step
    made = _entries(dice, now, step, session.engine.pack.stamp)
    for _batch in range(events // _BATCH):
        session.vault.append_many(itertools.islice(made, _BATCH))


def _entries(dice: random.Random, now: int, step: int, pack: str) -> Iterator[Entry]:
    for count in itertools.count(1):
        case = f"01900000-0000-7000-8000-{count:012d}"
        actor = _PEOPLE[count % len(_PEOPLE)]
        number = f"TS20240101-{count:06d}"
        payloads: list[Payload] = [
            CaseOpened(number=number, received_at="2024-01-01T09:00", first_receiver=actor)
        ]
        payloads += [_payload(dice) for _ in range(_CASE - 1)]
        for payload in payloads:
            now += step
            yield Entry(case, payload, actor, now, pack)
        for spare in (CaseSeen(case=case), *((Unlocked(),) if count % 20 == 0 else ())):
            yield Entry("", spare, actor, now, "")


def _payload(dice: random.Random) -> Payload:
    told: tuple[Payload, ...] = (
        FieldSet(field="narrative", value="说好今天能取，现在又说要等三天。", personal=True),
        FieldSet(field="channel", value="A_FRONT_SITE"),
        AnswerSet(question="Q3", answer=dice.randrange(3)),
        StepEntered(step=dice.randrange(1, 6)),
        Revealed(field="complainant_phone"),
    )
    return dice.choices(told, (4, 6, 3, 2, 1))[0]
