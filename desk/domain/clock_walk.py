"""The day walk: from a course of events to the last day of a limit, and why each day counts or not.

The readings of 令2020年第3号 Art 18, 21, 23 and 43: the day of receipt is not counted; every later
day is, whether or not offices work; the last day runs to its end and is not moved by a weekend; a
day on which a stop begins still counts, the days after it do not, up to and including the day of
resumption. Working-day limits leave rest days out; hour limits run by the minute.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from desk.domain.calendars import WorkingCalendar
from desk.domain.clock_rules import ClockRule, ClockRules, Stage, fill
from desk.domain.clock_values import Day
from desk.domain.text import Text

LAST_MINUTE = time(23, 59)

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that is left out of the limit: an appraisal, or a mediation both sides asked for."""

    begun: datetime
    ground: str
    resumed: datetime | None = None

    def leaves_out(self, day: date, as_of: date) -> bool:
        """Whether `day` is not counted; an open pause is known to last until `as_of` only."""
        begun = self.begun.date()
        last = self.resumed.date() if self.resumed else max(as_of, begun)
        return begun < day <= last

    def holds(self, now: datetime) -> bool:
        """Whether the clock stands still at `now`."""
        return self.begun <= now and (self.resumed is None or now < self.resumed)


@dataclass(frozen=True, slots=True)
class Course:
    """What a history comes to for one clock.

    `received` is the first receipt and `start` the one the count runs from (later after new facts).
    `fell_away`: the type of the event by which it ended without the duty being done, as by a
    withdrawal; empty when it did not.
    """

    rule: ClockRule
    stage: Stage
    received: datetime
    start: datetime
    pauses: tuple[Pause, ...] = ()
    agreed: datetime | None = None
    letter: datetime | None = None
    end: datetime | None = None
    fell_away: str = ""

    @property
    def open_pause(self) -> Pause | None:
        """The stop that has not been lifted, if there is one."""
        return next((pause for pause in self.pauses if pause.resumed is None), None)


@dataclass(frozen=True, slots=True)
class Step:
    """One day of a walk. `n`: days used by its end; `name`: the holiday behind the reason."""

    day: date
    counted: bool
    code: str
    n: int
    name: Text | None = None


class Walk:
    """A course walked day by day, as far as it is known on the day `as_of`."""

    def __init__(self, course: Course, as_of: date, calendar: WorkingCalendar) -> None:
        self.course = course
        self.as_of = as_of
        self.calendar = calendar
        self.due_at = self._due_at()

    @property
    def due(self) -> date:
        """The last day of the limit in force."""
        return self.due_at.date()

    def is_over(self, moment: datetime) -> bool:
        """Whether the limit had ended before `moment`: days run to their end, hours do not."""
        if self.course.stage.unit == "h" and not self.is_replaced:
            return moment > self.due_at
        return moment.date() > self.due

    @property
    def is_replaced(self) -> bool:
        """Whether an agreed date, or the shorter date of a letter, stands in place of the limit."""
        return self.course.agreed is not None or self._letter_governs

    @property
    def limit_days(self) -> int:
        """How many counted days the limit has; up to the replaced date where there is one."""
        stage = self.course.stage
        if self.is_replaced:
            return self.used(self.due)
        return math.ceil(stage.limit / 24) if stage.unit == "h" else stage.limit

    def used(self, until: date) -> int:
        """How many days count from the start up to and including `until`."""
        days = (until - self.course.start.date()).days
        return sum(
            self._leaves_out(self.course.start.date() + timedelta(days=n)) is None
            for n in range(1, days + 1)
        )

    def steps(self) -> Iterator[Step]:
        """Every day from the first receipt to the last day, or to `as_of` when that is later."""
        day, n = self.course.received.date(), 0
        while day <= max(self.due, self.as_of):
            step = self._step(day, n)
            n = step.n
            yield step
            day += _ONE_DAY

    def explain(self, rules: ClockRules) -> tuple[Day, ...]:
        """:meth:`steps` in the words of the pack."""
        course, limit = self.course, self.limit_days
        known: dict[str, object] = {
            "limit": course.stage.limit if course.stage.unit == "h" else limit,
            "time": f"{course.start:%H:%M}",
        }
        dates = {
            "superseded": course.start.date(),
            "after_end": (course.end or course.start).date(),
        }
        return tuple(
            Day(
                step.day,
                step.counted,
                step.code,
                fill(
                    rules.days[step.code],
                    n=step.n - limit if step.code == "over" else step.n,
                    name=step.name or "",
                    date=dates.get(step.code, ""),
                    **known,
                ),
            )
            for step in self.steps()
        )

    def unpublished_years(self) -> tuple[int, ...]:
        """The years in which a count of working days had to go by weekdays alone."""
        if self.course.stage.unit != "wd":
            return ()
        days = (self.calendar.explain(step.day) for step in self.steps())
        return tuple(sorted({day.day.year for day in days if day.unpublished}))

    @property
    def _letter_governs(self) -> bool:
        return self.course.letter is not None and self.due_at == self.course.letter

    def _due_at(self) -> datetime:
        course = self.course
        by_rule_or_agreement = course.agreed or self._by_rule()
        return min(by_rule_or_agreement, course.letter or by_rule_or_agreement)

    def _by_rule(self) -> datetime:
        stage, day = self.course.stage, self.course.start.date()
        if stage.unit == "h":
            return self.course.start + timedelta(hours=stage.limit)
        left = stage.limit
        while left > 0:
            day += _ONE_DAY
            left -= self._leaves_out(day) is None
        return datetime.combine(day, LAST_MINUTE)

    def _leaves_out(self, day: date) -> tuple[str, Text | None] | None:
        """Why a day after the start is not counted; None when it is."""
        for pause in self.course.pauses:
            if pause.leaves_out(day, self.as_of):
                is_resumption = pause.resumed is not None and pause.resumed.date() == day
                return ("resumed" if is_resumption else pause.ground), None
        if self.course.stage.unit == "wd":
            known = self.calendar.explain(day)
            if not known.works:
                return known.kind, known.name
        return None

    def _step(self, day: date, n: int) -> Step:
        start = self.course.start.date()
        if day < start:
            return Step(day, counted=False, code="superseded", n=0)
        if day == start:
            return Step(day, counted=False, code=self._start_code(), n=0)
        out = self._leaves_out(day)
        counted = out is None
        n += counted
        special = self._place_code(day, counted=counted)
        if special:
            return Step(day, counted, special, n)
        if out is not None:
            return Step(day, counted, out[0], n, out[1])
        return self._counted(day, n)

    def _start_code(self) -> str:
        if self.course.stage.limit == 0:
            return "at_once"
        if self.course.stage.unit == "h":
            return "hours"
        return "receipt" if self.course.start == self.course.received else "new_facts"

    def _place_code(self, day: date, *, counted: bool) -> str:
        """The code of a day that is remarkable for where it lies, whatever kind of day it is."""
        course = self.course
        if day > self.due:
            return "over" if counted else ""
        if course.end is not None and day > course.end.date():
            return "after_end"
        return self._last_code() if day == self.due else ""

    def _last_code(self) -> str:
        """The code of the last day: what set it, or how it ends."""
        course = self.course
        if self._letter_governs:
            return "last_letter"
        if course.agreed is not None:
            return "last_agreed"
        if course.open_pause is not None and course.open_pause.begun.date() < self.due:
            return "last_stopped"
        if course.stage.unit == "h":
            return "last_hours"
        return "last_rest" if _is_weekend(self.due) and course.stage.unit == "cal" else "last"

    def _counted(self, day: date, n: int) -> Step:
        if any(pause.begun.date() == day for pause in self.course.pauses):
            return Step(day, counted=True, code="counts_stop", n=n)
        if self.course.stage.unit == "wd":
            known = self.calendar.explain(day)
            code = "counts_makeup" if known.kind == "makeup" else "counts"
            return Step(day, counted=True, code=code, n=n, name=known.name)
        code = "counts_rest" if _is_weekend(day) else "counts"
        return Step(day, counted=True, code=code, n=n)


def _is_weekend(day: date) -> bool:
    return day.isoweekday() > 5
