"""The one place that reads the clock and draws randomness; everything below gets them as values."""

import os
import time
from dataclasses import dataclass
from datetime import datetime

from desk.domain.timekeeping import Step


@dataclass(frozen=True, slots=True)
class Moment:
    """The machine's clock. Tests and the demonstration put their own in its place."""

    def now(self) -> datetime:
        """The branch's local time, naive, to the second."""
        return datetime.now().replace(microsecond=0)  # noqa: DTZ005 - the branch's wall clock

    def wall_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000

    def passed(self) -> float:
        """Seconds since some moment; no clock set back changes it, and sleep of the machine counts.

        (On Linux the ordinary steady clock stands still while the machine sleeps.)
        """
        clock = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic() if clock is None else time.clock_gettime(clock)

    def step(self) -> Step | None:
        """A change in what is thought of this clock that is not recorded yet; see `timekeeping`."""
        return None

    def recorded(self, step: Step) -> None:
        """That change is in the record now."""

    def local(self, wall_ms: int) -> datetime:
        """The branch's local time, naive, at these milliseconds since 1970 UTC."""
        return datetime.fromtimestamp(wall_ms / 1000)  # noqa: DTZ006 - the branch's wall clock

    def randomness(self, count: int) -> bytes:
        """`count` random bytes from the system."""
        return os.urandom(count)
