"""What goes into a clock and what comes out: events, days, clocks, problems. No rules, no counting.

All times are local branch time without a zone, to the minute.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from desk.domain.text import Text

State = Literal["running", "stopped", "met", "overdue", "ended"]
Band = Literal["calm", "half", "late", "over"]


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """Something that happened to a complaint and that a clock may listen to.

    `level`, `approver`, `told_at` belong to `complexity`; `reason` to `stop`; `due` to `agreed` and
    `letter` (the end of the day when only a date was agreed).
    """

    type: str
    at: datetime
    level: str = ""
    approver: str = ""
    told_at: datetime | None = None
    reason: str = ""
    due: datetime | None = None

    @property
    def on(self) -> date:
        """The day it happened."""
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a count: whether it counts, the code of the reason, and the reason in words."""

    date: date
    counted: bool
    code: str
    why: Text


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a history that cannot be, or that the rules do not accept.

    `kind` is the clock that found it, `event` where it lies (None: in the history as a whole).
    """

    code: str
    text: Text
    kind: str
    event: ClockEvent | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """One legal limit and where it stands.

    `key` names the limit in force, `kind` the clock. `due` is the last day and runs to its end;
    `due_at` is the minute it ends, or the hour that was agreed. While stopped, `due` is the
    earliest it can be: as if the stop ended at once. `used_days` counts to now or to the end of
    the matter and goes on past the limit; `days_left` are calendar days from there to the last
    day, negative once that is over.
    """

    key: str
    kind: str
    holder: str
    title: Text
    rule: Text
    started_at: datetime
    due: date
    due_at: datetime
    state: State
    used_days: int
    limit_days: int
    share: float
    days_left: int
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class ClockReport:
    """The clocks that run on a history, and what is wrong with the history."""

    clocks: tuple[Clock, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on the line under a case: its label, its day, and whether it lies behind us.

    `at` is the minute when that is known or agreed; a date alone otherwise.
    """

    key: str
    label: Text
    on: date
    done: bool
    at: datetime | None = None
