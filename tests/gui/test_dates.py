"""Dates as words and moments as typed."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import i18n
from desk.ui import dates

NOW = datetime.fromisoformat("2026-11-21T10:32")
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10:26", "2026-11-21T10:26"),
        ("1026", "2026-11-21T10:26"),
        ("１０：２６", "2026-11-21T10:26"),
        ("10点26分", "2026-11-21T10:26"),
        ("11-20 9:05", "2026-11-20T09:05"),
        ("11月20日 9:05", "2026-11-20T09:05"),
        ("20 0905", "2026-11-20T09:05"),
        ("昨天 9:05", "2026-11-20T09:05"),
        ("2025/12/31 23:59", "2025-12-31T23:59"),
        ("2026-11-21", "2026-11-21T00:00"),
        ("今天", "2026-11-21T00:00"),
    ],
)
def test_a_moment_is_read_as_it_is_said(typed: str, meant: str) -> None:
    assert dates.parse_moment(typed, NOW) == datetime.fromisoformat(meant)


@pytest.mark.parametrize("typed", ["", "25:00", "10:60", "2-30 9:00", "明天见", "1 2 3", "11-21 x"])
def test_what_is_no_moment_is_none(typed: str) -> None:
    assert dates.parse_moment(typed, NOW) is None


@given(st.datetimes(min_value=datetime.fromisoformat("1000-01-01T00:00")))
def test_every_moment_written_out_is_read_back(moment: datetime) -> None:
    minute = moment.replace(second=0, microsecond=0, tzinfo=None)
    assert dates.parse_moment(minute.strftime("%Y-%m-%d %H:%M"), NOW) == minute


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    dates.parse_moment(text, NOW)


def test_days_have_weekday_and_distance_in_both_languages() -> None:
    assert dates.day_words(date(2026, 12, 6), TODAY) == "12-06 周日 · 15 天后"
    assert dates.day_words(date(2027, 1, 4), TODAY) == "2027-01-04 周一 · 44 天后"
    assert dates.heading(TODAY) == "11 月 21 日 星期六"
    words = [dates.distance(TODAY + timedelta(days=days), TODAY) for days in (-2, -1, 0, 1)]
    assert words == ["2 天前", "昨天", "今天", "明天"]
    i18n.use("en")
    assert dates.day_words(date(2026, 12, 6), TODAY) == "12-06 Sun · in 15 days"
    assert dates.distance(TODAY - timedelta(days=3), TODAY) == "3 days ago"
    assert dates.heading(TODAY) == "Saturday, 21 November"
