"""Head office's questions about a million complaints of 2,000 branches, on both stores.

The facts are invented, with shares of causes and businesses as a large bank publishes them, and
written in bulk; how they are worked out from events is not measured here. The floor is counting the
same rows, which reads as much as a question to the plain table would have to.
"""

import gc
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, insert, select

from desk.domain.engine import Engine
from desk.domain.head_office import BANDS, CaseFacts
from desk.domain.hub import HubBranch
from desk.domain.hub_figures import Question
from desk.packs import loader
from desk.services import hub, hub_statistics
from desk.services.hub_office import Office
from desk.services.session import Session
from desk.store.hub import dialect, facts
from desk.store.hub.base import Store
from desk.store.hub.tables import BRANCHES, CASES, DEVICES
from tests.bench.branch import new_vault
from tests.bench.hub import server
from tests.bench.timing import Figure, interleaved, percentile

BENCH = "hub_statistics"
_BRANCHES = 2_000
_REGIONS = 40
_MONTHS = 24
_TURNS = 10
_OWN_TURNS = 3
_MOST_MS = 1_000.0
_FIRST = date(2025, 1, 1)

# 2025, published: shares of business and cause; the rest is spread over what is left.
_BUSINESS = {"B_CARD_DEBIT": 336, "B_CARD_CREDIT": 291, "B_LOAN": 143, "B_PAY": 53, "B_COLLECT": 31}
_BUSINESS |= {"B_FX": 28, "B_DEPOSIT": 13, "B_AGENCY": 13, "B_INTERMED": 11, "B_PI": 8}
_BUSINESS |= {"B_METAL": 6, "B_RMB": 4, "B_OTHER": 61, "": 2}
_CAUSE = {"C_RULES": 734, "C_PRICING": 86, "C_FACILITY": 56, "C_SERVICE": 40, "C_COLLECT": 33}
_CAUSE |= {"C_DISCLOSURE": 22, "C_FUNDS": 12, "C_MARKETING": 11, "C_OTHER": 4, "": 2}
_CHANNEL = {"A_FRONT_SITE": 40, "A_E_PHONE": 25, "A_E_MOBILE": 25, "A_FRONT_SELF": 5, "A_E_WEB": 5}
_SOURCE = {"S_SELF": 70, "S_NFRA_FORMAL": 15, "S_PBOC": 5, "S_GOV12345": 7, "S_PLATFORM": 3}

QUESTIONS: dict[str, Question] = {
    "all in one line": Question(),
    "by cause": Question(("cause",)),
    "by branch": Question(("branch",)),
    "by region": Question(("region",)),
    "by month": Question(("month",)),
    "cause x business": Question(("cause", "business")),
    "cause x business x channel x month": Question(("cause", "business", "channel", "month")),
    "branch x cause": Question(("branch", "cause")),
    "branch x month": Question(("branch", "month")),
    "five axes, a quarter": Question(
        ("branch", "cause", "business", "channel", "month"), "2026-07", "2026-09"
    ),
    "five axes, a region": Question(
        ("branch", "cause", "business", "channel", "month"), under="R00"
    ),
    "by cause, one source": Question(("cause",), only={"source": frozenset({"S_NFRA_FORMAL"})}),
}


def run(cases: int) -> Iterator[Figure]:
    """Every question at p95, and how long a count of all rows takes."""
    with tempfile.TemporaryDirectory(prefix="hub") as folder, server(Path(folder)) as found:
        addresses = {"embedded": "", "PostgreSQL": found[0] if found is not None else None}
        for name, address in addresses.items():
            if address is None:
                continue
            session = new_vault(Path(folder) / f"{name}.vault", Engine(loader.load()))
            with session.vault:
                hub.make(session, address)
                with Office(session) as office:
                    fill(office.store, cases)
                    yield from _answered(name, session, office.store)


def fill(store: Store, cases: int) -> None:
    """Branches in regions, and facts of so many cases."""
    chance = random.Random(20261122)
    each = max(1, cases // _BRANCHES)
    with store.writing() as connection:
        codes = [*(f"R{n:02}" for n in range(_REGIONS)), *(f"B{n:04}" for n in range(_BRANCHES))]
        rows = [_branch(code, place) for place, code in enumerate(codes)]
        connection.execute(insert(BRANCHES), rows)
        connection.execute(insert(DEVICES), [_device(code) for code in codes])
    for start in range(0, _BRANCHES, 50):
        with store.writing() as connection:
            months = set()
            for branch in range(start, start + 50):
                made = [_facts(f"B{branch:04}", n, chance) for n in range(each)]
                months |= {(one.branch, one.month) for one in made}
                dialect.insert_rows(connection, CASES, [facts.row_of(one) for one in made])
            facts.pack(connection, months)


def _branch(code: str, place: int) -> dict[str, str]:
    parent = f"R{place % _REGIONS:02}" if code[0] == "B" else ""
    made = HubBranch(code, f"{code}支行", parent, "full", "2026-11-22T10:00")
    return {name: getattr(made, name) for name in HubBranch.__slots__}


def _device(code: str) -> dict[str, object]:
    return {"branch": code, "device": code, "lane": 1, "state": "approved", "last_at": "2026-11-20"}


def _drawn(chance: random.Random, shares: dict[str, int]) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]


def _facts(branch: str, n: int, chance: random.Random) -> CaseFacts:
    on = _FIRST + timedelta(days=chance.randrange(_MONTHS * 30))
    days = min(90, int(chance.expovariate(1 / 8)))
    told = chance.random() < 0.97
    source = _drawn(chance, _SOURCE)
    return CaseFacts(
        branch=branch,
        case_id=f"{branch}-{n:032x}",
        number=f"{branch}{on:%Y%m%d}-{n:04}",
        month=f"{on:%Y-%m}",
        received=f"{on}T10:00",
        status="closed" if told else "open",
        outcome="settled" if told else "",
        cause=_drawn(chance, _CAUSE),
        business=_drawn(chance, _BUSINESS),
        channel=_drawn(chance, _CHANNEL),
        source=source,
        amount=chance.choice(BANDS),
        rights="R4",
        transferred=source not in {"S_SELF", "S_PLATFORM"},
        reopened=chance.random() < 0.02,
        verdict=("kept" if days <= 15 else "late") if told else "open",
        due=(on + timedelta(days=15)).isoformat(),
        told=(on + timedelta(days=days)).isoformat() if told else "",
        closed=(on + timedelta(days=days)).isoformat() if told else "",
        days=days if told else -1,
        repeat=chance.random() < 0.08,
    )


def _answered(name: str, session: Session, store: Store) -> Iterator[Figure]:
    asked: dict[str, Callable[[], object]] = {
        f"{name}, {what}": partial(hub_statistics.ask, session, question)
        for what, question in QUESTIONS.items()
    }
    quarter = Question(("cause",), "2026-07", "2026-09")
    asked[f"{name}, rising causes of a quarter"] = partial(hub_statistics.rising, session, quarter)
    asked[f"{name}, silent branches and gaps"] = partial(hub_statistics.absent, session)
    asked[f"{name}, 100 cases behind a figure"] = partial(
        hub_statistics.behind, session, quarter, ("C_PRICING",), 100
    )
    works = [_work(partial(_count, store)), *map(_work, asked.values())]
    gc.disable()  # as in the window, which collects nothing while a question is answered
    floor, *spent = interleaved(works, _TURNS)
    _floor, *own = interleaved(works, _OWN_TURNS, clock=time.process_time_ns)
    yield Figure(BENCH, f"{name}, count(*) of the plain table", percentile(floor, 0.5))
    for what, times, owns in zip(asked, spent, own, strict=True):
        middle = percentile(times, 0.5)
        note = f"p50 {middle:.0f}, of the processor {percentile(owns, 0.5):.0f}"
        note += f", {middle / percentile(floor, 0.5):.1f} x count(*)"
        yield Figure(BENCH, f"{what}, p95", percentile(times, 0.95), most=_MOST_MS, note=note)


def _work(ask: Callable[[], object]) -> Callable[[int], object]:
    return lambda _turn: ask()


def _count(store: Store) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(CASES)).scalar() or 0
