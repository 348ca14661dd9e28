"""A backup of a large branch while somebody types: what the window feels of it, and how long it is.

Three threads as in the program: one ticks like a window, one stores field changes like the
database's, one makes the backup. What the first two feel is compared with the same without a
backup, and the whole with a plain copy of as many bytes, flushed to the disk.
"""

import itertools
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from desk.domain.engine import Engine
from desk.domain.events import CaseOpened, FieldSet, Payload
from desk.domain.ledger import Filter
from desk.packs import loader
from desk.services import backups
from desk.services.session import Session
from desk.store.writer import Entry
from tests.bench.branch import PERSON, STORY, new_case, new_vault, open_vault
from tests.bench.timing import Figure, percentile, ticking

BENCH = "backups"
_BATCH = 20_000
_TYPING_S = 0.03
_QUIET_S = 5.0
_MOST_MS = 50.0


def run(cases: int, vault: Path | None) -> Iterator[Figure]:
    """Stalls with and without a backup, and its time beside a plain copy's."""
    with tempfile.TemporaryDirectory() as folder:
        path = vault or Path(folder) / "backups.vault"
        engine = Engine(loader.load())
        kept = path.exists()
        session = open_vault(path, engine) if kept else new_vault(path, engine)
        with session.vault:
            if not kept:
                fill(session, cases)
            case = new_case(session, 60)
            session.vault.rest()
            yield from _measured(session, case, path)


def _measured(session: Session, case: str, path: Path) -> Iterator[Figure]:
    felt = _Felt(session, case)
    asked = backups.plan(session)
    done: list[backups.Made] = []
    spent = felt.during(
        lambda: done.append(backups.carry_out(asked, lambda _share: None, lambda: False))
    )
    quiet = _Felt(session, case)  # for as long: the longest of more is longer
    quiet.during(lambda: time.sleep(max(spent, _QUIET_S)))
    manifest = done[0].manifest
    floor = _plain_copy(path)
    yield Figure(BENCH, f"vault of {manifest.cases:,} cases", manifest.size / 2**20, unit="MB")
    yield Figure(BENCH, "events in it", float(manifest.events), unit="")
    for name, ours, before in (
        ("tick of the window late", felt.late, quiet.late),
        ("field change stored", felt.stored, quiet.stored),
    ):
        for label, share in (("p50", 0.5), ("p99", 0.99), ("longest", 1.0)):
            yield Figure(
                BENCH,
                f"{name}, {label}",
                percentile(ours, share),
                most=_MOST_MS if label == "longest" else None,
                note=f"without a backup {percentile(before, share):.1f}, of {len(ours)}",
            )
    yield Figure(
        BENCH,
        "backup made, opened and verified",
        spent,
        unit="s",
        note=f"{spent / floor:.1f} times a plain copy of its bytes ({floor:.2f} s)",
    )


class _Felt:
    """What a window and a typist feel while something goes on."""

    def __init__(self, session: Session, case: str) -> None:
        self._session, self._case = session, case
        self.late: list[float] = []
        self.stored: list[float] = []

    def during(self, work: Callable[[], object]) -> float:
        """Do the work on a thread of its own; seconds it took."""
        spent: list[float] = []

        def timed() -> None:
            begun = time.perf_counter()
            work()
            spent.append(time.perf_counter() - begun)

        working = threading.Thread(target=timed)
        with ticking() as self.late:
            working.start()
            self._type(working)  # here: a vault belongs to the thread that opened it
            working.join()
        return spent[0]

    def _type(self, working: threading.Thread) -> None:
        count = itertools.count(1_000_000)
        while working.is_alive():
            state = self._session.vault.case(self._case).fields.get("narrative")
            replaces = tuple(head.event for head in state.heads) if state else ()
            value = f"{STORY['narrative']}{next(count)}"
            change = FieldSet(field="narrative", value=value, personal=True, replaces=replaces)
            begun = time.perf_counter()
            self._session.write(self._case, change)
            self.stored.append((time.perf_counter() - begun) * 1000)
            time.sleep(_TYPING_S)


def _plain_copy(path: Path) -> float:
    """Seconds to copy the vault's file and bring the copy to the disk."""
    target = path.with_name("plain.copy")
    begun = time.perf_counter()
    shutil.copyfile(path, target)
    with target.open("rb+") as stream:
        os.fsync(stream.fileno())
    spent = time.perf_counter() - begun
    target.unlink()
    return spent


def fill(session: Session, cases: int) -> None:
    """Cases with some fields each, stored in large batches."""
    made = _entries(session, cases)
    while batch := list(itertools.islice(made, _BATCH)):
        session.vault.append_many(batch)
    if len(session.vault.ledger.page(Filter(), limit=1).rows) != 1:
        raise RuntimeError("the vault was not filled")


def _entries(session: Session, cases: int) -> Iterator[Entry]:
    pack, now = session.engine.pack.stamp, session.moment.wall_ms()
    for number in range(cases):
        case = session.vault.new_id(now)
        told: tuple[Payload, ...] = (
            CaseOpened(
                number=f"TS20251101-{number:06d}",
                received_at="2025-11-01T09:00",
                first_receiver=PERSON.id,
            ),
            FieldSet(field="channel", value="A_FRONT_SITE"),
            FieldSet(field="complainant_name", value=f"张{number}", personal=True),
            FieldSet(field="complainant_phone", value=f"138{number:08d}", personal=True),
            FieldSet(field="narrative", value=str(STORY["narrative"])[:120], personal=True),
        )
        for payload in told:
            yield Entry(case, payload, PERSON.id, now + number, pack)
