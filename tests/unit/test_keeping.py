"""Which backups are kept: never the newest lost, never more than the rules allow."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desk.domain import keeping
from desk.domain.keeping import kept

NOW = datetime.fromisoformat("2026-11-22T19:15")
BACK = st.integers(0, 400 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes))
ANY = st.datetimes(datetime.fromisoformat("1980-01-01"), datetime.fromisoformat("2100-01-01"))
MOST = keeping.IN_A_DAY + keeping.DAYS + keeping.WEEKS + keeping.MONTHS + keeping.NEWEST


@given(st.sets(BACK, min_size=1), ANY)
def test_the_newest_are_kept_whatever_the_clock_says(made: set[datetime], now: datetime) -> None:
    left = kept(made, now)
    assert left <= made
    past = sorted(stamp for stamp in made if stamp <= now)
    assert set(past[-keeping.NEWEST :]) <= left or len(past) < keeping.NEWEST
    assert left
    assert max(made) in left or max(made) > now


@given(st.lists(ANY), ANY)
def test_keeping_twice_keeps_the_same_in_any_order(made: list[datetime], now: datetime) -> None:
    left = kept(made, now)
    assert kept(left, now) == left
    assert kept(reversed(made), now) == left


@given(st.sets(BACK, max_size=200))
def test_no_more_than_the_rules_and_nothing_too_old(made: set[datetime]) -> None:
    left = kept(made, NOW)
    assert len(left) <= MOST
    newest = sorted(made)[-keeping.NEWEST :]
    gaps = zip(sorted(made), [*sorted(made)[1:], NOW], strict=False)
    if all(later - earlier < timedelta(days=400) for earlier, later in gaps):
        assert all(NOW - stamp <= keeping.LONGEST for stamp in left - set(newest))
        assert all(NOW.date() <= keeping.gone_by(stamp) for stamp in left - set(newest))


@given(st.sets(BACK, min_size=1, max_size=100))
def test_each_of_the_last_days_weeks_and_months_keeps_its_last(made: set[datetime]) -> None:
    left = kept(made, NOW)
    recent = {stamp for stamp in made if NOW - stamp <= keeping.LONGEST}
    days = sorted({stamp.date() for stamp in recent})[-keeping.DAYS :]
    months = sorted({(stamp.year, stamp.month) for stamp in recent})[-keeping.MONTHS :]
    for day in days:
        assert max(stamp for stamp in recent if stamp.date() == day) in left
    for month in months:
        assert max(stamp for stamp in recent if (stamp.year, stamp.month) == month) in left


def test_a_year_of_half_hours_leaves_what_was_promised() -> None:
    """Backed up every half hour from 8:00 to 17:30 of every day, swept after each."""
    left: frozenset[datetime] = frozenset()
    now = datetime.fromisoformat("2026-01-01T08:30")
    while now < datetime.fromisoformat("2026-12-31"):
        if 8 <= now.hour < 18:
            left = kept({*left, now}, now)
        now += timedelta(minutes=30)
    now -= timedelta(hours=6, minutes=30)
    days = {stamp.date() for stamp in left}
    assert {(now - timedelta(days=back)).date() for back in range(keeping.DAYS)} <= days
    assert len({stamp.isocalendar()[:2] for stamp in left}) >= keeping.WEEKS
    assert len({(stamp.year, stamp.month) for stamp in left}) == keeping.MONTHS
    assert len(left) < 55


def test_one_session_under_a_wrong_clock_costs_no_history() -> None:
    made = {NOW - timedelta(days=back) for back in range(200)}
    before = kept(made, NOW)
    wrong = datetime.fromisoformat("2099-01-01T09:00")
    after = kept({*before, wrong}, wrong)
    lost = before - after
    assert wrong in after
    # Only the eldest of a row may give way to the row's newest member.
    assert len(lost) <= 3
    assert NOW in after
    later = NOW + timedelta(minutes=30)
    assert {NOW, later} <= kept({*after, later}, later)


def test_a_clock_of_1980_deletes_nothing() -> None:
    made = {NOW - timedelta(days=back) for back in range(10)}
    wrong = datetime.fromisoformat("1980-01-01")
    assert kept({*made, wrong}, wrong) == {*made, wrong}
