"""Which backups are kept: many of the last day, ever fewer of what lies further back.

Kept are the newest ones, all of the last day, the last of each of twelve days, of ten weeks and
of nine months that have any. What is older than the longest time goes, so that a person who was
forgotten is gone from the backups as well; unless a leap between two backups says that a clock was
wrong, when nothing goes for its age.
"""

import itertools
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, datetime, timedelta

NEWEST = 3
"""So many of the newest are kept whatever the clock says."""
IN_A_DAY = 48
DAYS = 12
WEEKS = 10
MONTHS = 9
LONGEST = timedelta(days=280)
"""No backup is kept longer, but for the newest ones: nine months and the days they begin with."""
_LEAP = timedelta(days=400)
_DAY = timedelta(days=1)


def kept(made: Iterable[datetime], now: datetime) -> frozenset[datetime]:
    """Those of the backups made at these times that are to be kept at `now`.

    Times without a zone, all of one clock. Those of the future, from a time when the clock was
    wrong, are kept until there are backups of twelve other days.
    """
    stamps = sorted(set(made), reverse=True)
    ahead = [stamp for stamp in stamps if stamp > now + _DAY]
    known = [stamp for stamp in stamps if stamp <= now + _DAY]
    chosen = set(known[:NEWEST])
    if known:
        chosen.update([stamp for stamp in known if stamp > known[0] - _DAY][:IN_A_DAY])
    for most, period in ((DAYS, _day), (WEEKS, _week), (MONTHS, _month)):
        chosen.update(_last_of_each(known, period, most))
    if not _leaps(known, now):
        newest = known[:NEWEST]
        chosen = {stamp for stamp in chosen if stamp in newest or now - stamp <= LONGEST}
    if len({_day(stamp) for stamp in known}) < DAYS:
        chosen.update(ahead)
    return frozenset(chosen)


def gone_by(made: datetime) -> date:
    """The day by which a backup made then is gone, provided newer ones are made."""
    return (made + LONGEST).date() + _DAY


def is_past(made: datetime, now: datetime) -> bool:
    """Whether a backup made then is older than any is kept."""
    return now - made > LONGEST


def _last_of_each(
    stamps: Sequence[datetime], period: Callable[[datetime], Hashable], most: int
) -> list[datetime]:
    """The last backup of each of the newest `most` periods; `stamps` newest first."""
    found: dict[Hashable, datetime] = {}
    for stamp in stamps:
        found.setdefault(period(stamp), stamp)
    return list(found.values())[:most]


def _leaps(stamps: Sequence[datetime], now: datetime) -> bool:
    """Whether more than a year lies between two neighbours: such a clock was wrong once."""
    line = [now, *stamps]
    return any(later - earlier > _LEAP for later, earlier in itertools.pairwise(line))


def _day(stamp: datetime) -> Hashable:
    return stamp.date()


def _week(stamp: datetime) -> Hashable:
    return stamp.isocalendar()[:2]


def _month(stamp: datetime) -> Hashable:
    return stamp.year, stamp.month
