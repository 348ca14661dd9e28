"""Working days in China: published years, the pack's own table, and a year not yet published."""

from datetime import date, datetime, time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.calendars import (
    CalendarYear,
    OpeningHours,
    Period,
    SpecialDays,
    SpecialHours,
    WorkingCalendar,
)
from desk.domain.text import Text

CALENDAR = WorkingCalendar()
NEW_YEAR = Text("元旦", "New Year's Day")
TABLE_2027 = CalendarYear(
    2027,
    "a notice",
    (
        SpecialDays(date(2027, 1, 1), date(2027, 1, 3), works=False, name=NEW_YEAR),
        SpecialDays(date(2027, 1, 9), date(2027, 1, 9), works=True, name=NEW_YEAR),
    ),
)


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        (date(2026, 11, 20), "workday", None),
        (date(2026, 11, 21), "weekend", None),
        (date(2026, 10, 1), "holiday", "国庆节"),
        (date(2026, 10, 3), "holiday", "国庆节"),  # a Saturday inside the holiday
        (date(2026, 2, 14), "makeup", "春节"),
        (date(2026, 9, 20), "makeup", "国庆节"),
        (date(2004, 1, 1), "holiday", "元旦"),
    ],
)
def test_what_a_day_is(day: date, kind: str, name: str | None) -> None:
    found = CALENDAR.explain(day)
    assert (found.kind, found.name and found.name.zh, found.unpublished) == (kind, name, False)
    assert found.works is (kind in {"workday", "makeup"})
    assert CALENDAR.works(day) is found.works


def test_holiday_names_come_in_both_languages() -> None:
    assert CALENDAR.explain(date(2026, 10, 1)).name == Text("国庆节", "National Day")


@pytest.mark.parametrize("year", [2003, 2027, 2031])
def test_an_unpublished_year_goes_by_the_weekday_and_says_so(year: int) -> None:
    new_year = CALENDAR.explain(date(year, 1, 1))
    assert new_year.unpublished
    assert new_year.kind == ("weekend" if date(year, 1, 1).isoweekday() > 5 else "workday")


def test_the_table_of_the_pack_publishes_a_year() -> None:
    calendar = WorkingCalendar([TABLE_2027])
    assert calendar.explain(date(2027, 1, 1)).kind == "holiday"
    assert calendar.explain(date(2027, 1, 9)).kind == "makeup"
    assert calendar.explain(date(2027, 1, 10)).kind == "weekend"
    assert not calendar.explain(date(2027, 1, 10)).unpublished


def test_the_table_of_the_pack_prevails_over_the_library() -> None:
    corrected = CalendarYear(2026, "a correction", ())
    assert WorkingCalendar([corrected]).explain(date(2026, 10, 1)).kind == "workday"


@pytest.mark.parametrize(
    "days",
    [
        [
            {
                "first": "2027-01-03",
                "last": "2027-01-01",
                "works": False,
                "name": {"zh": "a", "en": "b"},
            }
        ],
        [
            {
                "first": "2026-12-31",
                "last": "2027-01-01",
                "works": False,
                "name": {"zh": "a", "en": "b"},
            }
        ],
    ],
)
def test_a_table_that_cannot_be_is_refused(days: list[dict[str, object]]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"year": 2027, "source": "x", "days": days}, CalendarYear)


def test_the_days_worked_in_exchange_in_2025_and_2026() -> None:
    worked = [
        *("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
        *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
    ]
    found = [
        day.isoformat()
        for n in range(date(2025, 1, 1).toordinal(), date(2026, 12, 31).toordinal() + 1)
        if CALENDAR.explain(day := date.fromordinal(n)).kind == "makeup"
    ]
    assert found == worked


MORNING, AFTERNOON = Period("09:00", "12:00"), Period("13:30", "17:00")
YEAR_END = SpecialHours(date(2026, 12, 31), date(2026, 12, 31), (MORNING,), Text("结算", "closing"))
SHUT = SpecialHours(date(2026, 11, 24), date(2026, 11, 24), (), Text("停业", "closed"))
HOURS = OpeningHours(
    workdays=(MORNING, AFTERNOON), saturdays=(MORNING,), special=(YEAR_END, SHUT), source="a notice"
)
BRANCH = WorkingCalendar(hours=HOURS)


@pytest.mark.parametrize(
    ("at", "is_open", "next_opening"),
    [
        ("2026-11-23T08:59", False, "2026-11-23T09:00"),
        ("2026-11-23T09:00", True, "2026-11-23T09:00"),
        ("2026-11-23T12:00", False, "2026-11-23T13:30"),  # lunch
        ("2026-11-23T16:59", True, "2026-11-23T16:59"),
        ("2026-11-23T17:00", False, "2026-11-25T09:00"),  # closed all of the 24th
        ("2026-11-21T11:00", True, "2026-11-21T11:00"),  # a Saturday, open in the morning
        ("2026-11-21T12:00", False, "2026-11-23T09:00"),  # no Sundays
        ("2026-10-10T15:00", True, "2026-10-10T15:00"),  # a Saturday worked in exchange
        ("2026-10-03T10:00", False, "2026-10-08T09:00"),  # a Saturday inside the holiday
        ("2026-12-31T13:30", False, "2027-01-02T09:00"),  # a half day; 2027 by weekdays alone
    ],
)
def test_when_a_branch_is_open(at: str, is_open: bool, next_opening: str) -> None:
    moment = datetime.fromisoformat(at)
    if at.startswith("2026-12-31"):
        new_year = SpecialDays(date(2027, 1, 1), date(2027, 1, 1), works=False, name=NEW_YEAR)
        branch = WorkingCalendar([CalendarYear(2027, "a notice", (new_year,))], HOURS)
    else:
        branch = BRANCH
    assert branch.is_open(moment) is is_open
    assert branch.next_opening(moment) == datetime.fromisoformat(next_opening)


def test_the_hour_a_branch_closes() -> None:
    assert BRANCH.closing(date(2026, 11, 23)) == time(17)
    assert BRANCH.closing(date(2026, 12, 31)) == time(12)
    assert BRANCH.closing(date(2026, 11, 22)) is None


def test_without_hours_nothing_is_said_of_them() -> None:
    at = datetime.fromisoformat("2026-11-23T10:00")
    assert CALENDAR.closing(at.date()) is None
    assert not CALENDAR.is_open(at)
    assert CALENDAR.next_opening(at) is None


def test_a_branch_that_never_opens_again_has_no_next_opening() -> None:
    shut = SpecialHours(date(2026, 1, 1), date(2099, 1, 1), (), Text("停业", "closed"))
    branch = WorkingCalendar(hours=OpeningHours(workdays=(MORNING,), special=(shut,), source="x"))
    assert branch.next_opening(datetime.fromisoformat("2026-11-23T10:00")) is None


@given(at=st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 20)))  # noqa: DTZ001 - local, naive
def test_at_its_next_opening_a_branch_is_open_and_was_not_before(at: datetime) -> None:
    found = BRANCH.next_opening(at)
    assert found is not None
    assert found >= at
    assert BRANCH.is_open(found)
    assert BRANCH.is_open(at) is (found == at)


@pytest.mark.parametrize(
    "hours",
    [
        {"workdays": []},
        {"workdays": [{"opens": "12:00", "closes": "09:00"}]},
        {"workdays": [{"opens": "9:00", "closes": "12:00"}]},
        {
            "workdays": [
                {"opens": "13:30", "closes": "17:00"},
                {"opens": "09:00", "closes": "12:00"},
            ]
        },
        {
            "workdays": [
                {"opens": "09:00", "closes": "12:00"},
                {"opens": "12:00", "closes": "17:00"},
            ]
        },
    ],
)
def test_impossible_hours_are_refused(hours: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"source": "x", **hours}, OpeningHours)
