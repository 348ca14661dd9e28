"""Opening a vault at the cost fitted to this machine, and putting it under a new key."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from desk.domain.engine import Engine
from desk.packs import loader
from desk.services import vaults
from desk.services.session import Session
from desk.store import files, stretching
from tests.bench.branch import BRANCH, PASSWORD, PERSON, new_case
from tests.bench.timing import Figure, median

BENCH = "keys"
_TURNS = 9
_LEAST_MS = 300.0
_MOST_MS = 600.0
_CASES = 1_500
_MIB = 1024 * 1024


def run() -> Iterator[Figure]:
    """Fitting the cost, unlocking, and a rotation beside a plain copy of the same file."""
    with tempfile.TemporaryDirectory() as folder:
        path, engine = Path(folder) / "bench.vault", Engine(loader.load())
        yield Figure(BENCH, "fitting the cost to this machine", _ms(stretching.calibrated))
        session = vaults.create(path, BRANCH, "PC02", PERSON, PASSWORD, engine=engine)
        vaults.close(session)
        yield from _unlocked(path, engine)
        session = vaults.unlock(path, PASSWORD, engine=engine)
        try:
            for _case in range(_CASES):
                new_case(session, 8)
            yield _rotated(session, path)
        finally:
            vaults.close(session)


def _unlocked(path: Path, engine: Engine) -> Iterator[Figure]:
    """The whole of unlocking, the pack being there; and how much of it is the password's cost."""
    spent, stretched = [], []
    for _turn in range(_TURNS):
        begun = time.perf_counter()
        session = vaults.unlock(path, PASSWORD, PERSON.id, engine=engine)
        spent.append((time.perf_counter() - begun) * 1000)
        stretched.append(session.vault.opened.seconds * 1000)
        argon = session.vault.opened.argon
        vaults.close(session)
    whole, cost = median(spent), median(stretched)
    state = "in time" if _LEAST_MS <= whole <= _MOST_MS else "out of 300–600 ms"
    note = f"{state}; Argon2id {cost / whole:.0%}: {argon}; {min(spent):.0f}–{max(spent):.0f}"
    yield Figure(BENCH, "unlock", whole, most=_MOST_MS, note=note)
    yield Figure(BENCH, "unlock, all but Argon2id", whole - cost)


def _rotated(session: Session, path: Path) -> Figure:
    """Copying under a new key, checking and renaming, against copying and flushing the file."""
    session.vault.database.checkpoint(wait=True)
    size = path.stat().st_size / _MIB

    def copied() -> None:
        target = path.with_name("plain copy")
        shutil.copyfile(path, target)
        files.flush(target)
        target.unlink()

    floor = median([_ms(copied) for _turn in range(3)])

    def rotated() -> None:
        session.vault.rotate(
            actor=PERSON.id, wall_ms=session.moment.wall_ms(), progress=lambda _step, _share: None
        )

    ours = median([_ms(rotated) for _turn in range(3)])
    return Figure(BENCH, f"new key for {size:.0f} MB", ours, floor=floor)


def _ms(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000
