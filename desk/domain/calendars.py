"""Working days in mainland China: weekends, public holidays and weekends worked in exchange (调休).

The published arrangements come from `chinesecalendar` and from a yearly table in the pack, which
prevails for the years it names. A year that neither knows has not been published: its weekdays are
taken as working days, and every answer that leaned on that says so. Legal clocks live elsewhere.

Opening hours stand here too: lunch, half days and days of their own. They say when somebody is
there to do something, and never shorten a legal limit, which runs to the end of its day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib import import_module
from itertools import pairwise, takewhile
from typing import Annotated, Any, Literal

import msgspec

from desk.domain.text import Text
from desk.i18n import _

DayKind = Literal["workday", "weekend", "holiday", "makeup"]

_LIBRARY = "chinese_calendar"
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_MOST_DAYS = 366
"""How far ahead the next opening is looked for: a branch closed for a year has none."""

Hour = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A time of day as a notice on the door writes it, `09:00`."""


class SpecialDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A run of days, both ends included, that a yearly notice makes rest days or working days."""

    first: date
    last: date
    works: bool
    name: Text

    def __post_init__(self) -> None:
        _check_order(self.first, self.last)


class CalendarYear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The holiday notice of one year, entered by hand; `source` names the notice."""

    year: int
    source: str
    days: tuple[SpecialDays, ...]

    def __post_init__(self) -> None:
        for run in self.days:
            if {run.first.year, run.last.year} != {self.year}:
                msg = _("{first} – {last} does not lie in {year}").format(
                    first=run.first, last=run.last, year=self.year
                )
                raise ValueError(msg)


class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From when to when a branch is open without a break; at `closes` it is closed."""

    opens: Hour
    closes: Hour

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            msg = _("opening hours end before they begin: {opens} – {closes}").format(
                opens=self.opens, closes=self.closes
            )
            raise ValueError(msg)


class SpecialHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days with hours of their own, such as a half day before a festival; no period: closed."""

    first: date
    last: date
    periods: tuple[Period, ...]
    name: Text

    def __post_init__(self) -> None:
        _check_periods(self.periods)
        _check_order(self.first, self.last)


class OpeningHours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a branch is open. A lunch break is the gap between two periods of one day.

    `workdays` hold on every working day, make-up days included; `saturdays` and `sundays` on those
    that are days of rest. On public holidays a branch is closed unless `special` says otherwise,
    which prevails on its days; of two that name one day the later entry does.
    """

    workdays: Annotated[tuple[Period, ...], msgspec.Meta(min_length=1)]
    saturdays: tuple[Period, ...] = ()
    sundays: tuple[Period, ...] = ()
    special: tuple[SpecialHours, ...] = ()
    source: str

    def __post_init__(self) -> None:
        for periods in (self.workdays, self.saturdays, self.sundays):
            _check_periods(periods)

    def on(self, day: "CalendarDay") -> tuple[Period, ...]:
        """The hours of one day; empty when the branch is closed."""
        for special in reversed(self.special):
            if special.first <= day.day <= special.last:
                return special.periods
        if day.works:
            return self.workdays
        if day.kind == "holiday":
            return ()
        return self.saturdays if day.day.weekday() == _SATURDAY else self.sundays


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """What one day is. `name`: the holiday it is, or the holiday a make-up day works for.

    `unpublished`: the year's arrangement is not known, so `kind` rests on the weekday alone.
    """

    day: date
    kind: DayKind
    name: Text | None = None
    unpublished: bool = False

    @property
    def works(self) -> bool:
        """Whether offices work on this day."""
        return self.kind in {"workday", "makeup"}


class WorkingCalendar:
    """Tells what each day is; `years` are the tables of the pack and prevail over the library.

    Without `hours` nothing is known of opening times: no day has a closing time, none is open.
    """

    def __init__(
        self, years: Iterable[CalendarYear] = (), hours: OpeningHours | None = None
    ) -> None:
        self._hours = hours
        self._tables: dict[int, dict[date, SpecialDays]] = {}
        for year in years:
            table = self._tables.setdefault(year.year, {})
            for run in year.days:
                table.update(dict.fromkeys(_each(run.first, run.last), run))

    def explain(self, day: date) -> CalendarDay:
        """What `day` is, and by which holiday."""
        table = self._tables.get(day.year)
        if table is not None:
            return _by_table(day, table.get(day))
        return _by_library(day)

    def works(self, day: date) -> bool:
        """Whether `day` is a working day."""
        return self.explain(day).works

    def opening(self, day: date) -> tuple[tuple[time, time], ...]:
        """The opening times of `day`, each from and until; empty when closed or not known."""
        periods = self._hours.on(self.explain(day)) if self._hours else ()
        return tuple((time.fromisoformat(p.opens), time.fromisoformat(p.closes)) for p in periods)

    def closing(self, day: date) -> time | None:
        """When the branch closes for the day; None when it is closed or not known."""
        periods = self.opening(day)
        return periods[-1][1] if periods else None

    def is_open(self, at: datetime) -> bool:
        """Whether the branch is open at a minute; during the lunch break it is not."""
        clock = at.time()
        return any(opens <= clock < closes for opens, closes in self.opening(at.date()))

    def next_opening(self, at: datetime) -> datetime | None:
        """The first minute from `at` on at which the branch is open: `at` itself when it is.

        None when it does not open within a year, or when its hours are not known.
        """
        if self.is_open(at):
            return at
        for n in range(_MOST_DAYS if self._hours else 0):
            day = at.date() + n * _ONE_DAY
            for opens, _closes in self.opening(day):
                found = datetime.combine(day, opens, tzinfo=at.tzinfo)
                if found >= at:
                    return found
        return None


def _check_order(first: date, last: date) -> None:
    if last < first:
        msg = _("special days end before they begin: {first} – {last}").format(
            first=first, last=last
        )
        raise ValueError(msg)


def _check_periods(periods: tuple[Period, ...]) -> None:
    for before, after in pairwise(periods):
        if after.opens <= before.closes:
            msg = _("opening hours are not in order: {closes}, then {opens}").format(
                closes=before.closes, opens=after.opens
            )
            raise ValueError(msg)


def _each(first: date, last: date) -> Iterable[date]:
    days = (first + timedelta(days=n) for n in range(367))
    return takewhile(lambda day: day <= last, days)


def _plain(day: date, *, unpublished: bool = False) -> CalendarDay:
    kind: DayKind = "weekend" if day.weekday() >= _SATURDAY else "workday"
    return CalendarDay(day, kind, unpublished=unpublished)


def _by_table(day: date, run: SpecialDays | None) -> CalendarDay:
    if run is None:
        return _plain(day)
    return CalendarDay(day, "makeup" if run.works else "holiday", run.name)


@lru_cache(maxsize=4096)  # the library looks through its whole table at every question
def _by_library(day: date) -> CalendarDay:
    # Untyped, and slow enough to stay out of start-up: loaded by name on the first question.
    library: Any = import_module(_LIBRARY)
    try:
        rests, holiday = library.get_holiday_detail(day)
    except NotImplementedError:  # the library's word for a year it has no table for
        return _plain(day, unpublished=True)
    if holiday is None:
        return _plain(day)
    name = library.Holiday(holiday)
    return CalendarDay(day, "holiday" if rests else "makeup", Text(name.chinese, name.value))
