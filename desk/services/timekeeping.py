"""The time that is believed: the computer's, unless it is earlier than the record or far later.

While the clock is in doubt, time goes on from the last moment that was good, by the steady clock
of the machine; so dates and legal limits stay sane, and no entry moves the order of the record
years ahead. That doubt began and ended is recorded, once each (`desk.services.session`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from typing_extensions import override

from desk.domain.timekeeping import State, Step, judged
from desk.services.moment import Moment
from desk.store.vault import Vault


@dataclass(slots=True)
class _Kept:
    """The last good time, what was thought of the clock last, and what the record says of it.

    In doubt, time went on from `run_ms` when the steady clock read `passed`. The clock is held
    against the last good time and not against that: a few minutes set back are soon caught up.
    """

    good_ms: int
    run_ms: int
    passed: float
    state: State
    recorded: State


@dataclass(frozen=True, slots=True)
class KeptMoment(Moment):
    """A clock as far as it is to be believed."""

    clock: Moment
    kept: _Kept = field(compare=False)

    @classmethod
    def of(cls, clock: Moment, vault: Vault) -> Self:
        """The clock of an open vault, held against its last event or the doubt recorded of it."""
        last, step = vault.last_ms(), vault.clock_step()
        if step is None or step.state == "right":
            return cls(clock, _Kept(last, last, clock.passed(), "right", "right"))
        return cls(clock, _Kept(step.before_ms, last, clock.passed(), step.state, step.state))

    @override
    def wall_ms(self) -> int:
        kept, said = self.kept, self.said_ms()
        before, kept.state = kept.state, judged(said, kept.good_ms)
        if kept.state == "right":
            kept.good_ms = max(kept.good_ms, said) if before == "right" else said
            return said
        if before == "right":
            kept.run_ms, kept.passed = kept.good_ms, self.clock.passed()
        return kept.run_ms + round((self.clock.passed() - kept.passed) * 1000)

    @override
    def now(self) -> datetime:
        believed = self.wall_ms()
        if self.kept.state == "right":
            return self.clock.now()
        return self.clock.local(believed).replace(microsecond=0)

    @override
    def passed(self) -> float:
        return self.clock.passed()

    @override
    def local(self, wall_ms: int) -> datetime:
        return self.clock.local(wall_ms)

    @override
    def randomness(self, count: int) -> bytes:
        return self.clock.randomness(count)

    @override
    def step(self) -> Step | None:
        believed = self.wall_ms()
        if self.kept.state == self.kept.recorded:
            return None
        before = believed if self.kept.state == "right" else self.kept.good_ms
        return Step(self.kept.state, before, self.said_ms())

    @override
    def recorded(self, step: Step) -> None:
        self.kept.recorded = step.state

    def said_ms(self) -> int:
        """What the computer's clock says."""
        return max(0, self.clock.wall_ms())

    def doubt(self) -> Step | None:
        """What is thought of the clock while it is not believed; None while it is."""
        believed = self.wall_ms()
        if self.kept.state == "right":
            return None
        return Step(self.kept.state, believed, self.said_ms())

    def trust(self) -> None:
        """Believe from now on what the computer's clock says."""
        self.kept.good_ms, self.kept.state = self.said_ms(), "right"
