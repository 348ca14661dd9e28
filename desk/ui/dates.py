"""Dates as words: weekday and distance, and moments as a person types them.

`today` and `now` are arguments; nothing here reads a clock. Moments take the time zone of `now`.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from desk.i18n import _, language, ngettext

_WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_WEEKDAYS_LONG = {
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

_MOST_YEARS_AHEAD = 3

_DAY = re.compile(r"^(?:(?:(\d{4})\D)?(\d{1,2})\D)?(\d{1,2})日?$")
_TIME = re.compile(r"^(\d{1,2})[:：点时.](\d{2})分?$|^(\d{2})(\d{2})$")
_BETWEEN = re.compile(r"[\sT]+")


def weekday(day: date) -> str:
    """The weekday in short, 周六 or Sat."""
    return _WEEKDAYS[language()][day.weekday()]


def distance(day: date, today: date) -> str:
    """How far a day is: today, tomorrow, in 3 days, 2 days ago."""
    days = (day - today).days
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if days in near:
        return near[days]
    if days > 0:
        return ngettext("in {n} day", "in {n} days", days).format(n=days)
    return ngettext("{n} day ago", "{n} days ago", -days).format(n=-days)


def heading(day: date) -> str:
    """A day as the head of a page: 11 月 21 日 星期六, Saturday, 21 November."""
    name = _WEEKDAYS_LONG[language()][day.weekday()]
    if language() == "zh":
        return f"{day.month} 月 {day.day} 日 {name}"
    return f"{name}, {day.day} {_MONTHS_EN[day.month - 1]}"


def day_words(day: date, today: date) -> str:
    """A day with its weekday and distance: 12-06 周日 · 3 天后; the year when it is another."""
    shown = day.strftime("%m-%d") if day.year == today.year else day.isoformat()
    return f"{shown} {weekday(day)} · {distance(day, today)}"


def is_within_reach(day: date, today: date) -> bool:
    """Whether a day can be meant: nothing of a complaint lies years ahead, a wrong year does."""
    return day.year - today.year <= _MOST_YEARS_AHEAD


def parse_moment(text: str, now: datetime) -> datetime | None:
    """The moment a person typed, or None when it is none.

    Understood, in full or half width: `2026-11-21 10:26`, `11-21 10:26`, `11月21日 10点26`,
    `21 10:26`, `10:26`, `1026` (today), `2026-11-21` (at midnight), 今天/昨天/明天 before a time.
    A day without a year is of this year.
    """
    parts = [part for part in _BETWEEN.split(unicodedata.normalize("NFKC", text).strip()) if part]
    if not 1 <= len(parts) <= 2:
        return None
    at = _parse_time(parts[-1])
    if len(parts) == 1 and at is not None:
        return datetime.combine(now.date(), at, tzinfo=now.tzinfo)
    day = _parse_day(parts[0], now.date())
    if day is None or (len(parts) == 2 and at is None):
        return None
    return datetime.combine(day, at or time(), tzinfo=now.tzinfo)


def _parse_day(text: str, today: date) -> date | None:
    words = {"昨天": -1, "今天": 0, "明天": 1, "yesterday": -1, "today": 0, "tomorrow": 1}
    if text.lower() in words:
        return today + timedelta(days=words[text.lower()])
    found = _DAY.match(text)
    if found is None:
        return None
    year, month, day = found.groups()
    try:
        return date(int(year or today.year), int(month or today.month), int(day))
    except ValueError:
        return None


def _parse_time(text: str) -> time | None:
    found = _TIME.match(text)
    if found is None:
        return None
    hour, minute = (int(part) for part in found.groups() if part is not None)
    return time(hour, minute) if hour < 24 and minute < 60 else None
