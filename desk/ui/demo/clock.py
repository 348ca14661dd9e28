"""The clock of the demonstration: it begins at one moment, and goes on only when told to."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from typing_extensions import override

from desk.services.moment import Moment

BEGINS = datetime(2026, 11, 21, 10, 26)  # noqa: DTZ001 - the branch's wall clock


@dataclass(slots=True)
class _Hand:
    """Where the clock stands, and how often chance was asked."""

    now: datetime = BEGINS
    drawn: int = 0


@dataclass(frozen=True, slots=True)
class DemoMoment(Moment):
    """A clock and a source of chance that are the same in every run, wherever it runs."""

    hand: _Hand = field(default_factory=_Hand)

    def pass_by(self, **lapse: int) -> None:
        """Let time pass: `minutes=3`."""
        self.hand.now += timedelta(**lapse)

    def reach(self, hour: int, minute: int) -> None:
        """Go on to a time of the day, unless it is past."""
        self.hand.now = max(self.hand.now, BEGINS.replace(hour=hour, minute=minute))

    @override
    def now(self) -> datetime:
        return self.hand.now

    @override
    def wall_ms(self) -> int:
        return int(self.hand.now.timestamp() * 1000)

    @override
    def randomness(self, count: int) -> bytes:
        self.hand.drawn += 1
        return hashlib.sha256(str(self.hand.drawn).encode()).digest()[:count]
