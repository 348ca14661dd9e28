"""Measuring two things side by side, and what a measurement says."""

import contextlib
import gc
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Work = Callable[[int], object]
"""Something to time; it is given the number of its turn, so that no two turns need be the same."""


_TICK_S = 0.004


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure, in `unit`, beside its floor and its target.

    `ratio` is ours over the floor. `most` is the most that is wanted: of the ratio when there is a
    floor, of `ours` when there is none; None where a figure is only for information.
    """

    bench: str
    name: str
    ours: float
    unit: str = "ms"
    floor: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours over the floor of the same run."""
        return self.ours / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.most is None:
            return None
        found = self.ours if self.ratio is None else self.ratio
        return found <= self.most


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0–1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return percentile(values, 0.5)


def interleaved(
    works: Sequence[Work],
    turns: int,
    *,
    before: Work | None = None,
    clock: Callable[[], int] = time.perf_counter_ns,
) -> list[list[float]]:
    """Milliseconds of the turns of several works, taken in alternation.

    What else the machine does thus falls on all of them alike. A first tenth warms up and is left
    out. `before` prepares a round and is not timed.
    """
    warm = max(1, turns // 10)
    found: list[list[float]] = [[] for _ in works]
    gc.collect()
    for turn in range(warm + turns):
        if before is not None:
            before(turn)
        for place, work in enumerate(works):
            spent = _timed(work, turn, clock)
            if turn >= warm:
                found[place].append(spent)
    return found


@contextlib.contextmanager
def ticking() -> Iterator[list[float]]:
    """A thread that ticks as a window does; how late each tick was, in milliseconds.

    Garbage is collected between events only, as the program's jobs have it.
    """
    late: list[float] = []
    over = threading.Event()

    def tick() -> None:
        while not over.is_set():
            begun = time.perf_counter()
            time.sleep(_TICK_S)
            late.append((time.perf_counter() - begun - _TICK_S) * 1000)

    window = threading.Thread(target=tick)
    gc.collect()
    gc.disable()
    window.start()
    try:
        yield late
    finally:
        over.set()
        window.join()
        gc.enable()


def _timed(work: Work, turn: int, clock: Callable[[], int]) -> float:
    begun = clock()
    work(turn)
    return (clock() - begun) / 1e6
