"""Working days in China: published years, the pack's own table, and a year not yet published."""

from datetime import date

import msgspec
import pytest

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
