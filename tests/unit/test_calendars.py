"""Working days in China: published years, the pack's own table, and a year not yet published."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.calendars import CalendarYear, SpecialDays, WorkingCalendar
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
    walked = CALENDAR.add_working_days(date(year, 3, 1), 3)
    assert walked.unpublished == (year,)


def test_a_count_over_new_year_names_only_the_year_it_guessed() -> None:
    assert CALENDAR.add_working_days(date(2026, 12, 28), 10).unpublished == (2027,)
    assert CALENDAR.add_working_days(date(2026, 12, 21), 5).unpublished == ()


def test_the_table_of_the_pack_publishes_a_year() -> None:
    calendar = WorkingCalendar([TABLE_2027])
    assert calendar.explain(date(2027, 1, 1)).kind == "holiday"
    assert calendar.explain(date(2027, 1, 9)).kind == "makeup"
    assert calendar.explain(date(2027, 1, 10)).kind == "weekend"
    walked = calendar.add_working_days(date(2026, 12, 31), 6)
    assert walked.end == date(2027, 1, 9)
    assert walked.unpublished == ()


def test_the_table_of_the_pack_prevails_over_the_library() -> None:
    corrected = CalendarYear(2026, "a correction", ())
    assert WorkingCalendar([corrected]).explain(date(2026, 10, 1)).kind == "workday"


def test_adding_working_days_over_the_national_day_week() -> None:
    assert CALENDAR.add_working_days(date(2026, 9, 30), 1).end == date(2026, 10, 8)
    assert CALENDAR.add_working_days(date(2026, 9, 30), 3).end == date(2026, 10, 10)  # a Saturday
    assert CALENDAR.add_working_days(date(2026, 9, 30), 0).end == date(2026, 9, 30)
    with pytest.raises(ValueError, match="backwards"):
        CALENDAR.add_working_days(date(2026, 9, 30), -1)


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


@given(st.dates(date(2004, 1, 1), date(2026, 11, 1)), st.integers(0, 25))
def test_a_count_ends_on_a_working_day_with_that_many_in_between(start: date, count: int) -> None:
    walked = CALENDAR.add_working_days(start, count)
    span = (start + timedelta(days=n) for n in range(1, (walked.end - start).days + 1))
    assert sum(CALENDAR.works(day) for day in span) == count
    assert count == 0 or CALENDAR.works(walked.end)
    assert [day.day for day in walked.days] == [
        start + timedelta(days=n) for n in range(1, (walked.end - start).days + 1)
    ]
