"""Times of invented cases, written relative to now, so that a sample vault is never out of date.

A past time is `3d 10:26` (at that hour, three days ago) or `2d 3h 20m` (so much opening time ago:
hours and minutes pass only between nine and five, going back across the night). A time ahead is
`in 2d 17:00` or `in 3h`. In texts, `{16d}` becomes the date sixteen days ago and `{+2d}` the date
in two days.
"""

import re
from datetime import datetime, time, timedelta

OPENS = time(9)
CLOSES = time(17)

_AT = re.compile(r"(?:(\d+)d ?)?(?:(\d{1,2}):(\d{2})|(?:(\d+)h ?)?(?:(\d+)m)?)")
_DATE = re.compile(r"\{(\+?)(\d+)d\}")


def moment(text: str, now: datetime) -> datetime:
    """The minute that `text` names, seen from `now`. Raises ValueError when it names none.

    A past time is never later than now; an hour of today cannot be named, because at that hour
    the sample may already have been made.
    """
    ahead = text.startswith("in ")
    words = text.removeprefix("in ").strip()
    found = _AT.fullmatch(words)
    if not words or found is None:
        raise ValueError(f"{text!r} is no time such as `3d 10:26`, `2h 5m` or `in 1d 17:00`")
    days, hour, minute, hours, minutes = (None if g is None else int(g) for g in found.groups())
    here = now.replace(second=0, microsecond=0)
    if hour is not None and minute is not None:
        if not days:
            raise ValueError(f"{text!r} names an hour of today")
        day = here + timedelta(days if ahead else -days)
        return day.replace(hour=hour, minute=minute)
    passed = timedelta(hours=hours or 0, minutes=minutes or 0)
    if ahead:
        return here + timedelta(days or 0) + passed
    return back(here - timedelta(days or 0), passed)


def back(at: datetime, passed: timedelta) -> datetime:
    """The minute from which `passed` of opening time ends at `at`, or at the last closing."""
    if at.time() < OPENS:
        at = _closing(at - timedelta(1))
    elif at.time() > CLOSES:
        at = _closing(at)
    while passed > (since := at - at.replace(hour=OPENS.hour, minute=0)):
        passed -= since
        at = _closing(at - timedelta(1))
    return at - passed


def _closing(day: datetime) -> datetime:
    return day.replace(hour=CLOSES.hour, minute=CLOSES.minute)


def dated(text: str, now: datetime) -> str:
    """`text` with its relative dates written out, as in 11月5日."""

    def date(found: re.Match[str]) -> str:
        days = int(found.group(2))
        day = now + timedelta(days if found.group(1) else -days)
        return f"{day.month}月{day.day}日"

    return _DATE.sub(date, text)
