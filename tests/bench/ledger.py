"""Search, list and Today on a large branch: 20,000 cases by default, a million by hand."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from desk.domain.engine import Engine
from desk.domain.ledger import Filter, Sort
from desk.domain.projection import CaseRow, ClockRow, Projection, SearchText
from desk.packs import loader
from desk.services import ledger
from desk.services.session import Session
from desk.store import projections
from desk.store.engine import cache_bytes
from desk.store.session import writing
from tests.bench.branch import PERSON, new_vault, open_vault
from tests.bench.invented import narrative
from tests.bench.machine import resident_mb
from tests.bench.timing import Figure, interleaved, percentile

BENCH = "ledger"
_BATCH = 20_000
_TURNS = 60
_MOST_MS = 10.0
_RARE = "铂悦汇金"
_RARE_EACH = 5_000
_PEOPLE = ("0417", "0233", "0318", "0520", "0611", "0702")
_QUERIES = {
    "1 character, common": "钱",
    "1 character, rare": "铂",
    "1 character, none": "龘",
    "2 characters, common": "理财",
    "2 characters, rare": "悦汇",
    "2 characters, none": "龘靐",
    "3 characters, common": "住院押",
    "3 characters, rare": "铂悦汇",
    "3 characters, none of common pairs": "钱是我",
    "4 characters, common": "交住院押",
    "4 characters, rare": _RARE,
    "4 characters, none of common pairs": "一天早上",
    "two words": "理财 押金",
    "a phone's last digits": "2207",
}


def run(cases: int, vault: Path | None) -> Iterator[Figure]:
    """Every question the lists ask, each p50 and p95; memory before and after."""
    with tempfile.TemporaryDirectory() as folder:
        path = vault or Path(folder) / "ledger.vault"
        engine = Engine(loader.load())
        if path.exists():
            session = open_vault(path, engine)
        else:
            session = new_vault(path, engine)
            yield _built(session, cases)
        with session.vault:
            size = path.stat().st_size / 2**20
            yield Figure(BENCH, f"vault of {_count(session)} cases", size, unit="MB")
            before = resident_mb()
            yield from _answered(session)
            yield Figure(BENCH, "memory before the first question", before, unit="MB")
            yield Figure(
                BENCH,
                "memory after all questions",
                resident_mb(),
                unit="MB",
                note=f"page cache at most {cache_bytes() // 2**20} MB",
            )


def _count(session: Session) -> int:
    lines = session.vault.ledger.page(Filter(), limit=1).rows
    return int(lines[0].case) if lines else 0


def _answered(session: Session) -> Iterator[Figure]:
    """The p50 and p95 of each question; questions take turns, so that none has the cache alone."""
    asked = _questions(session)
    spent = interleaved([_work(ask) for ask in asked.values()], _TURNS)
    for name, times in zip(asked, spent, strict=True):
        yield Figure(
            BENCH,
            f"{name}, p95",
            percentile(times, 0.95),
            most=_MOST_MS,
            note=f"p50 {percentile(times, 0.5):.2f}",
        )


def _work(ask: Callable[[], object]) -> Callable[[int], object]:
    return lambda _turn: ask()


def _questions(session: Session) -> dict[str, Callable[[], object]]:
    some = session.vault.ledger.page(Filter(), limit=1, offset=5).rows[0]

    def page(asked: Filter, sort: Sort = "newest", at: int = 1) -> Callable[[], object]:
        return lambda: ledger.page(session, asked, sort=sort, limit=50, offset=(at - 1) * 50)

    texts = {**_QUERIES, "a case number": some.number, "a whole phone": "13800002207"}
    found = {f"search, {name}": page(Filter(text=text)) for name, text in texts.items()}
    found |= {
        "search, common, open cases": page(Filter(text="理财", status="open")),
        "search, rare, one handler": page(Filter(text=_RARE, handler=PERSON.id)),
        "count of a common search": lambda: ledger.count(session, Filter(text="理财")),
        "list, page 1": page(Filter()),
        "list, page 50": page(Filter(), at=50),
        "list, open by due date": page(Filter(status="open"), "due"),
        "list, one handler, page 50": page(Filter(handler=PERSON.id), at=50),
        "list, one source": page(Filter(source="S_NFRA_FORMAL")),
        "count of all": lambda: ledger.count(session, Filter()),
        "Today, whole branch": lambda: ledger.today(session),
        "Today, one handler": lambda: ledger.today(session, mine=True),
        "one line by number": lambda: session.vault.ledger.by_number(some.number),
    }
    return found


def _built(session: Session, cases: int) -> Figure:
    """Fill a new vault with the lines and texts of invented cases, without events behind them."""
    begun = time.perf_counter()
    dice = random.Random(1)
    now = session.now()
    for start in range(0, cases, _BATCH):
        with writing(session.vault.database) as connection:
            for number in range(start + 1, min(cases, start + _BATCH) + 1):
                made = invented_case(dice, number, cases, now)
                projections.put(connection, made, None, index=True)
        session.vault.database.checkpoint()
    session.vault.database.checkpoint(wait=True)
    spent = (time.perf_counter() - begun) * 1000 / cases
    return Figure(BENCH, f"building, each of {cases} cases", spent)


def invented_case(dice: random.Random, number: int, cases: int, now: datetime) -> Projection:
    """The line and texts of one case of five years; the newest two in a hundred are open."""
    age = timedelta(days=1825) * ((cases - number) / cases)
    received = now - age
    is_open = number > cases - min(cases // 50, 3_000)
    due = received + timedelta(days=15)
    rare = _RARE if number % _RARE_EACH == 0 else ""
    words = narrative(dice, rare)
    minute = received.isoformat(timespec="minutes")
    until = due.replace(hour=23, minute=59, second=0, microsecond=0).isoformat(timespec="minutes")
    row = CaseRow(
        case=f"{number:08}",
        number=f"TS{received:%Y%m%d}-{number % 1000:03}",
        received_at=minute,
        status="open" if is_open else "closed",
        outcome="" if is_open else "settled",
        step=dice.randint(1, 5) if is_open else 5,
        done_steps=dice.randint(0, 4) if is_open else 5,
        first_receiver=dice.choice(_PEOPLE),
        handler=dice.choice(_PEOPLE),
        name=f"{dice.choice('王李张刘陈杨黄赵吴周')}{dice.choice('建秀国玉晓海文丽')}{dice.choice('华英兰平燕军')}",
        summary=words[:60],
        channel=dice.choice(("A_FRONT_SITE", "A_E_MOBILE", "A_E_PHONE")),
        source="S_NFRA_FORMAL" if dice.random() < 0.02 else "S_SELF",
        business=dice.choice(("B_WM", "B_LOAN", "B_CARD_CREDIT", "B_DEPOSIT")),
        cause=dice.choice(("C_RULES", "C_SERVICE", "C_DISCLOSURE")),
        scenario=dice.choice(("wealth_redemption", "closed_window", "")),
        due_at=until,
        clock_state="running" if is_open else "met",
        missing=dice.randint(0, 9) if is_open else 0,
        events=dice.randint(5, 60),
        changed_ms=number,
        told_at="" if is_open else until,
        closed_at="" if is_open else until,
        waits_for="approval" if is_open and dice.random() < 0.02 else "",
    )
    texts = SearchText(
        number=row.number,
        name=row.name,
        phone=f"138{dice.randint(0, 99_999_999):08}",
        narrative=words,
        notes="已向相关部门调取记录，约好后天上午给客户回话。" if dice.random() < 0.3 else "",
    )
    clocks = (ClockRow("inst_simple", minute, until, row.clock_state),)
    return Projection(row=row, clocks=clocks, search=texts)
