"""What encryption costs our own work: the same turns in a vault and in one left in plain SQLite.

The plain one is the same library without a key, which is SQLite as it is; only here does it exist.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from desk.domain.engine import Engine
from desk.domain.ledger import Filter
from desk.packs import loader
from desk.services import cases
from desk.services.session import Session
from desk.store import engine as store_engine
from tests.bench.branch import STORY, new_case, new_vault
from tests.bench.timing import Figure, interleaved, median

BENCH = "encryption"
_TURNS = 150
_CASES = 150
_MOST = 1.25
_WORDS = ("押金", "理财", "张桂芳", "0207")


def run() -> Iterator[Figure]:
    """A complaint taken, filled in, listed and searched for: encrypted over plain, median turn."""
    with tempfile.TemporaryDirectory() as folder:
        made = Engine(loader.load())
        ours = new_vault(Path(folder) / "sealed.vault", made)
        with mock.patch.object(store_engine, "_unlock", _leave_plain):
            plain = new_vault(Path(folder) / "plain.vault", made)
        with ours.vault, plain.vault:
            for session in (ours, plain):
                for _case in range(_CASES):
                    new_case(session, 8)
                session.rest()
            for name, work in (("taking a complaint", _taken), ("lists and search", _asked)):
                sealed, bare = interleaved([work(ours), work(plain)], _TURNS)
                yield Figure(BENCH, f"{name}, p50", median(sealed), floor=median(bare), most=_MOST)


def _leave_plain(_connection: Any, _key: bytes) -> None:  # noqa: ANN401 - the driver's
    """Opens a database without a key."""


def _taken(session: Session) -> Callable[[int], object]:
    def turn(number: int) -> object:
        case = cases.open_case(session).case.id
        for path, value in STORY.items():
            if "/" not in path:
                cases.set_field(session, case, path, value)
        session.rest()
        return number

    return turn


def _asked(session: Session) -> Callable[[int], object]:
    def turn(number: int) -> object:
        session.vault.ledger.page(Filter(), limit=50)
        return session.vault.ledger.page(Filter(text=_WORDS[number % len(_WORDS)]), limit=50)

    return turn
