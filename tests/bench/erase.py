"""Forgetting in a large branch: how long the file is made anew, and what the window feels."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from desk.domain.engine import Engine
from desk.domain.events import Forgotten
from desk.domain.ledger import Filter
from desk.packs import loader
from desk.services.session import Session
from desk.store import forgetting
from tests.bench import backups
from tests.bench.branch import PERSON, new_vault, open_vault
from tests.bench.timing import Figure, percentile, ticking

BENCH = "erase"
_TURNS = 3
_MOST_MS = 50.0


def run(cases: int, vault: Path | None) -> Iterator[Figure]:
    """Forgetting in turn with a bare VACUUM of the same file, each time folded into it."""
    with tempfile.TemporaryDirectory() as folder:
        path = vault or Path(folder) / "erase.vault"
        engine = Engine(loader.load())
        kept = path.exists()
        session = open_vault(path, engine) if kept else new_vault(path, engine)
        with session.vault:
            if not kept:
                backups.fill(session, cases)
            yield from _measured(session, path)


def _measured(session: Session, path: Path) -> Iterator[Figure]:
    vault = session.vault
    vault.rest()
    spent, floor, felt = [], [], []
    rows = vault.ledger.page(Filter(), limit=_TURNS).rows
    for row in rows:
        session.write(row.case, Forgotten(by=PERSON.id, why="due", at=session.minute()))
        with ticking() as late:
            begun = time.perf_counter()
            forgetting.erase(vault)
            spent.append(time.perf_counter() - begun)
        felt += late
        begun = time.perf_counter()
        vault.database.vacuum()
        vault.database.settle()
        floor.append(time.perf_counter() - begun)
    with ticking() as quiet:  # for as long: the longest of more is longer
        time.sleep(sum(spent))
    yield Figure(BENCH, "vault", path.stat().st_size / 2**20, unit="MB")
    yield Figure(
        BENCH,
        "erased after forgetting, p50",
        percentile(spent, 0.5),
        unit="s",
        floor=percentile(floor, 0.5),
        most=1.5,
        note="floor: VACUUM of the same file; what is typed meanwhile is stored after it",
    )
    yield Figure(
        BENCH,
        "tick of the window late, longest",
        max(felt),
        most=_MOST_MS,
        note=f"p99 {percentile(felt, 0.99):.1f}; while nothing goes on {max(quiet):.1f}",
    )
