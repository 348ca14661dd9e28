"""Working days in mainland China: weekends, public holidays and weekends worked in exchange (调休).

The published arrangements come from `chinesecalendar` and from a yearly table in the pack, which
prevails for the years it names. A year that neither knows has not been published: its weekdays are
taken as working days, and every answer that leaned on that says so. Legal clocks live elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import import_module
from itertools import takewhile
from typing import Any, Literal

import msgspec

from desk.domain.text import Text
from desk.i18n import _

DayKind = Literal["workday", "weekend", "holiday", "makeup"]

_LIBRARY = "chinese_calendar"
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class SpecialDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A run of days, both ends included, that a yearly notice makes rest days or working days."""

    first: date
    last: date
    works: bool
    name: Text

    def __post_init__(self) -> None:
        if self.last < self.first:
            msg = _("special days end before they begin: {first} – {last}").format(
                first=self.first, last=self.last
            )
            raise ValueError(msg)


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
    """Tells what each day is; `years` are the tables of the pack and prevail over the library."""

    def __init__(self, years: Iterable[CalendarYear] = ()) -> None:
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
