"""How a long task goes on beside people's work: in short steps, with a rest after each.

The store's long tasks run on a thread of their own. The database works without the interpreter,
but every row passes through it, and a thread that never lets go of it makes a window stutter.
"""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlcipher3 import dbapi2  # type: ignore[import-untyped]  # it ships no types

from desk.errors import Halted
from desk.store.engine import Database

_REST = 0.001
_STEPS = 10_000
"""Instructions of the database between two rests: a few milliseconds of rows."""


def _never() -> bool:
    return False


def _nobody(_share: float) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to rest after a step (seconds), whom to tell the share done, and whether to stop."""

    rest: float = 0.0
    report: Callable[[float], None] = _nobody
    stop: Callable[[], bool] = _never

    def step(self, share: float | None = None) -> None:
        """After a step: tell how far it is, rest. Raises `Halted` when nobody wants the result."""
        if self.stop():
            raise Halted
        if share is not None:
            self.report(min(1.0, max(0.0, share)))
        if self.rest:
            time.sleep(self.rest)

    def part(self, begin: float, end: float) -> "Pace":
        """The pace of a part of the task, whose own 0 to 1 are these shares of the whole."""
        return Pace(self.rest, lambda share: self.report(begin + (end - begin) * share), self.stop)


AT_ONCE = Pace()
"""For whoever waits for the task and does nothing beside it."""


def beside(report: Callable[[float], None], stop: Callable[[], bool]) -> Pace:
    """The pace of what goes on while people work in the window."""
    return Pace(_REST, report, stop)


@contextlib.contextmanager
def paced(database: Database, pace: Pace) -> Iterator[None]:
    """Let what is asked of this database rest and stop at `pace`; raises `Halted`."""
    if pace == AT_ONCE:
        yield
        return

    def look() -> int:
        try:
            pace.step()
        except Halted:
            return 1
        return 0

    driver: Any = database.connection.connection.driver_connection
    driver.set_progress_handler(look, _STEPS)
    try:
        yield
    except Exception as fault:
        if pace.stop() and _was_interrupted(fault):
            raise Halted from fault
        raise
    finally:
        driver.set_progress_handler(None, 0)


def _was_interrupted(fault: BaseException) -> bool:
    origin = getattr(fault, "orig", fault)
    code = getattr(origin, "sqlite_errorcode", None)
    return isinstance(origin, dbapi2.Error) and code == sqlite3.SQLITE_INTERRUPT
