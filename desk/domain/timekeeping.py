"""Whether a computer's clock is to be believed, by what it said before.

Hybrid time keeps the order of events whatever a clock does; dates and legal limits it cannot keep.
"""

from dataclasses import dataclass
from typing import Literal

State = Literal["right", "behind", "ahead"]

STEP_MS = 2 * 60 * 1000
"""A clock that was put right by as much as this is a clock that is kept right."""

LEAP_MS = 400 * 24 * 60 * 60 * 1000
"""A vault may lie a year untouched; what is further ahead is rather a clock that is wrong."""


@dataclass(frozen=True, slots=True)
class Step:
    """A clock that is in doubt from now on, or no longer: milliseconds since 1970 UTC.

    `before_ms` is the time that is believed, `now_ms` what the clock says.
    """

    state: State
    before_ms: int
    now_ms: int


def judged(now_ms: int, before_ms: int) -> State:
    """What to think of a clock that says `now_ms`, when it is `before_ms` or later; 0: unknown."""
    if before_ms <= 0:
        return "right"
    if now_ms < before_ms - STEP_MS:
        return "behind"
    return "ahead" if now_ms > before_ms + LEAP_MS else "right"
