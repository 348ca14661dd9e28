"""The institution's clock against a slow reference written another way, and laws it must obey.

The reference lives through a case one day at a time and remembers only what a person at the desk
would: how many days are used, whether the clock stood still this morning, and which limit holds.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from desk.domain.clock_values import Clock, ClockEvent
from desk.domain.clocks import band, clocks_of, compute
from tests.unit.clock_histories import RULES

FIRST = datetime(2026, 1, 20)  # noqa: DTZ001 - branch time has no zone
LIMITS = {"simple": 15, "complex": 30, "special": 60}
DAY = timedelta(days=1)

minutes = st.integers(0, 100 * 24 * 60)
moments = minutes.map(lambda minute: FIRST + timedelta(minutes=minute))


@st.composite
def changes(draw: st.DrawFn) -> ClockEvent:
    """Any event but the receipt, sensible or not."""
    at = draw(moments)
    kind = draw(
        st.sampled_from(["complexity", "complexity", "stop", "resume", "resume", "new_facts"])
    )
    if draw(st.integers(0, 5)) == 0:
        kind = draw(st.sampled_from(["agreed", "withdrawn", "decided_and_told"]))
    if kind == "complexity":
        told = draw(st.none() | st.integers(-5, 40))
        return ClockEvent(
            kind,
            at,
            level=draw(st.sampled_from(list(LIMITS))),
            approver=draw(
                st.sampled_from(["", "branch_head", "superior", "superior", "hq_senior"])
            ),
            told_at=None if told is None else at + told * DAY,
        )
    if kind == "stop":
        return ClockEvent(
            kind, at, reason=draw(st.sampled_from(["appraisal", "mediation", "anger"]))
        )
    if kind == "agreed":
        return ClockEvent(kind, at, due=at + draw(st.integers(-10, 60)) * DAY)
    return ClockEvent(kind, at)


@st.composite
def histories(draw: st.DrawFn) -> list[ClockEvent]:
    """A receipt and up to eight other events, no two in the same minute, in any order."""
    received = ClockEvent("received", FIRST + timedelta(minutes=draw(st.integers(0, 5 * 24 * 60))))
    others = draw(st.lists(changes(), max_size=8, unique_by=lambda event: event.at))
    return draw(st.permutations([received, *(e for e in others if e.at != received.at)]))


@st.composite
def histories_until_now(draw: st.DrawFn) -> tuple[list[ClockEvent], datetime]:
    events = draw(histories())
    last = max(event.at for event in events)
    return events, last + timedelta(minutes=draw(st.integers(0, 60 * 24 * 60)))


class Desk:
    """The reference: one case, lived through day by day."""

    def __init__(self, received: datetime) -> None:
        self.day0 = received.date()
        self.start = self.day0
        self.level = "simple"
        self.used_by: dict[date, int] = {}
        self.used = 0
        self.still = self.still_this_morning = False
        self.agreed: date | None = None
        self.end: tuple[str, date] | None = None
        self.problems: list[str] = []

    def live(self, day: date, events: list[ClockEvent]) -> None:
        """One whole day: what happened on it, and whether it counted."""
        self.still_this_morning = self.still
        for event in events:
            if self.end is not None:
                self.problems.append("after_end")
            else:
                getattr(self, f"on_{event.type}")(day, event)
        if day > self.start and not self.still_this_morning:
            self.used += 1
        self.used_by[day] = self.used

    def last_day(self) -> date | None:
        """The last day of the limit in force, if it was reached on a day already lived."""
        if self.agreed is not None:
            return self.agreed
        reached = [
            day
            for day, used in self.used_by.items()
            if day >= self.start and used >= LIMITS[self.level]
        ]
        return min(reached, default=None)

    def is_over(self, day: date) -> bool:
        last = self.last_day()
        return last is not None and last < day

    def on_complexity(self, day: date, event: ClockEvent) -> None:
        if self.is_over(day):
            self.problems.append("too_late")
            return
        if event.level == "special":
            faults = []
            if event.approver not in {"superior", "hq_senior"}:
                faults.append("no_approver")
            if event.told_at is None or not self.is_told(day, event.told_at.date()):
                faults.append("not_told")
            self.problems += faults
            if faults:
                return
        self.level = event.level
        if self.is_over(day):
            self.problems.append("reduced_past")

    def is_told(self, day: date, told: date) -> bool:
        """Whether `told` lies within the limit in force, as it looks on `day`."""
        if told < self.start:
            return False
        if self.agreed is not None:
            return told <= self.agreed
        return told <= self.ahead(day)

    def ahead(self, day: date) -> date:
        """The last day as it looks from within `day`, whose count is not yet taken."""
        reached = self.last_day()
        if reached is not None:
            return reached
        used = self.used + (day > self.start and not self.still_this_morning)
        while used < LIMITS[self.level]:
            day += DAY
            used += 1
        return day

    def on_stop(self, day: date, event: ClockEvent) -> None:
        if event.reason == "anger":
            self.problems.append("stop_without_ground")
        elif self.still:
            self.problems.append("already_stopped")
        else:
            if self.is_over(day):
                self.problems.append("too_late")
            self.still = True

    def on_resume(self, day: date, event: ClockEvent) -> None:
        if not self.still:
            self.problems.append("resume_without_stop")
        self.still = False

    def on_new_facts(self, day: date, event: ClockEvent) -> None:
        if self.is_over(day):
            self.problems.append("limit_missed")
        if self.agreed is not None and self.agreed < day:
            self.agreed = None
        self.start, self.level, self.used = day, "simple", 0

    def on_agreed(self, day: date, event: ClockEvent) -> None:
        assert event.due is not None
        if event.due.date() < day:
            self.problems.append("bad_due")
            return
        if self.is_over(day):
            self.problems.append("limit_missed")
        self.agreed = event.due.date()

    def on_withdrawn(self, day: date, event: ClockEvent) -> None:
        self.end = ("ended", day)

    def on_decided_and_told(self, day: date, event: ClockEvent) -> None:
        self.end = ("met", day)


def reference(events: list[ClockEvent], now: datetime) -> tuple[str, date, str, int, list[str]]:
    """Key, last day, state, used days and problem codes of a history."""
    received = next(event for event in events if event.type == "received")
    later = sorted((e for e in events if e.at > received.at), key=lambda event: event.at)
    desk = Desk(received.at)
    desk.problems = ["before_received"] * sum(event.at < received.at for event in events)
    for day in each(desk.day0, now.date()):
        today = [event for event in later if event.at.date() == day]
        if desk.end is None:
            desk.live(day, today)
            due, used = desk.last_day() or project(desk, day), desk.used
        else:
            desk.problems += ["after_end"] * len(today)
    if desk.end is not None:
        state = "overdue" if desk.end[0] == "met" and desk.end[1] > due else desk.end[0]
    elif now.date() > due:
        state = "overdue"
    else:
        state = "stopped" if desk.still else "running"
    return f"inst_{desk.level}", due, state, used, sorted(desk.problems)


def project(desk: Desk, today: date) -> date:
    """The last day when every day after `today` counts."""
    used = desk.used
    while used < LIMITS[desk.level]:
        today += DAY
        used += 1
    return today


def clock_of(events: list[ClockEvent], now: datetime) -> Clock:
    (clock,) = compute(RULES, events, now).clocks
    return clock


@given(histories_until_now())
def test_it_agrees_with_the_reference(case: tuple[list[ClockEvent], datetime]) -> None:
    events, now = case
    report = compute(RULES, events, now)
    (clock,) = report.clocks
    found = (
        clock.key,
        clock.due,
        clock.state,
        clock.used_days,
        sorted(problem.code for problem in report.problems),
    )
    assert found == reference(events, now)


@given(histories_until_now(), st.randoms(use_true_random=False))
def test_the_order_of_entry_does_not_matter(
    case: tuple[list[ClockEvent], datetime], random: Random
) -> None:
    events, now = case
    shuffled = list(events)
    random.shuffle(shuffled)
    assert compute(RULES, shuffled, now) == compute(RULES, events, now)


@given(histories(), moments)
def test_the_day_list_proves_the_numbers(events: list[ClockEvent], now: datetime) -> None:
    clock = clock_of(events, now)
    ends = [e.at for e in events if e.type in {"withdrawn", "decided_and_told"}]
    received = next(event.at for event in events if event.type == "received")
    as_of = min((end for end in ends if end >= received), default=now).date()
    days = [day.date for day in clock.days]
    assert days == list(each(received.date(), max(clock.due, as_of)))
    assert clock.used_days == sum(day.counted for day in clock.days if day.date <= as_of)
    assert clock.limit_days == sum(day.counted for day in clock.days if day.date <= clock.due)
    if all(event.type != "agreed" for event in events):
        last = next(day for day in clock.days if day.date == clock.due)
        assert last.counted
        assert clock.limit_days == LIMITS[clock.key.removeprefix("inst_")]


def each(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


@given(histories(), moments, moments)
def test_only_a_standing_clock_moves_with_time(
    events: list[ClockEvent], one: datetime, other: datetime
) -> None:
    last = max(event.at for event in events)
    early, late = (max(moment, last) for moment in sorted((one, other)))
    before, after = clock_of(events, early), clock_of(events, late)
    assert before.due == after.due or (before.state == "stopped" and before.due < after.due)
    assert before.used_days <= after.used_days
    assert after.state != "running" or before.state == "running"


@given(moments, st.integers(0, 30), st.integers(0, 30), st.sampled_from(["appraisal", "mediation"]))
def test_a_stop_moves_the_last_day_by_the_nights_it_spans(
    received: datetime, after: int, length: int, ground: str
) -> None:
    begun = received + after * DAY + timedelta(minutes=1)
    resumed = begun + length * DAY
    events = [
        ClockEvent("received", received),
        ClockEvent("stop", begun, reason=ground),
        ClockEvent("resume", resumed),
    ]
    plain = received.date() + 15 * DAY
    nights = (resumed.date() - begun.date()).days if begun.date() < plain else 0
    assert clock_of(events, resumed).due == plain + nights * DAY


@given(moments, st.integers(0, 10**5), st.sampled_from(sorted(set(RULES.kinds()))))
def test_a_later_start_never_ends_earlier(start: datetime, later: int, kind: str) -> None:
    trigger = next(rule.start for rule in RULES.rules if rule.kind == kind)
    events = [ClockEvent(trigger, at) for at in (start, start + timedelta(minutes=later))]
    first, second = (compute(RULES, [event], start, kind).clocks[0] for event in events)
    assert first.due_at <= second.due_at


@given(histories(), moments)
def test_warnings_only_grow_while_the_clock_runs(events: list[ClockEvent], now: datetime) -> None:
    order = ["calm", "half", "late", "over"]
    last = max(event.at for event in events)
    today, tomorrow = (clock_of(events, max(now, last) + n * DAY) for n in (0, 1))
    assert order.index(band(today)) <= order.index(band(tomorrow))


@given(st.lists(changes(), max_size=6), moments)
def test_no_history_is_an_exception(events: list[ClockEvent], now: datetime) -> None:
    for kind in (*RULES.kinds(), "all"):
        compute(RULES, events, now, kind)
    clocks_of(RULES, [*events, ClockEvent("received", now), ClockEvent("forwarded", now)], now)
