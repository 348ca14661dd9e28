"""The legal clocks of a complaint: when each limit ends, why, and how near that is.

`compute` answers for one kind of clock, `clocks_of` for all that run at once, `timeline` for the
line under a case. The parts: content in `clock_rules`, values in `clock_values`, the reading of a
history in `clock_course`, the counting of days in `clock_walk`, the JSON contract in `clock_json`.
Events are taken as stated, also those dated after `now`; forms refuse future dates, not this.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from desk.domain.calendars import WorkingCalendar
from desk.domain.clock_course import CourseReader
from desk.domain.clock_rules import (
    EVERY,
    SINGLE_KIND,
    ClockRules,
    fill,
)
from desk.domain.clock_values import (
    Band,
    Clock,
    ClockEvent,
    ClockReport,
    Mark,
    Problem,
    State,
)
from desk.domain.clock_walk import Course, Walk
from desk.domain.text import Text
from desk.errors import BadInput
from desk.i18n import _

CONTACT_KIND = "first_contact"
FORWARDED_KIND = "reg_forwarded_handle"

# A clock that starts in the middle of a matter hears of what began before it; that is no mistake
# as long as another clock took the event.
_OF_ANOTHER_CLOCK = frozenset({"before_received", "resume_without_stop"})


def compute(
    rules: ClockRules, events: Sequence[ClockEvent], now: datetime, kind: str = SINGLE_KIND
) -> ClockReport:
    """The clock of one kind on a history, in the limit in force; `all` asks for every clock.

    No clock comes back when nothing starts it. An unknown kind is `BadInput`; whatever is wrong
    with the history is a problem in the report.
    """
    if kind == EVERY:
        return clocks_of(rules, events, now)
    read = _read(rules, events, kind)
    if read.course is None:
        return ClockReport(problems=read.problems)
    walk = _walk(read, now)
    return ClockReport(
        clocks=(_clock(walk, rules, now),),
        problems=(*read.problems, *_warnings(walk, rules)),
    )


def clocks_of(
    rules: ClockRules,
    events: Sequence[ClockEvent],
    now: datetime,
    rulebooks: Collection[str] = (),
) -> ClockReport:
    """Every clock that the events start, in the pack's order, with their problems said once.

    Rules that do not apply by default run when their rulebook is among `rulebooks`. A history that
    starts no clock at all is reported as one without receipt.
    """
    started = {event.type for event in events}
    reports = [
        compute(rules, events, now, kind)
        for kind in rules.kinds()
        if _runs(rules, kind, started, rulebooks)
    ]
    if not reports:
        return compute(rules, events, now, SINGLE_KIND)
    return ClockReport(
        clocks=tuple(clock for report in reports for clock in report.clocks),
        problems=tuple(_merged(rules, reports)),
    )


def band(clock: Clock) -> Band:
    """How near the limit is: half at 50 % used, late at 75 %, over once it has ended unanswered.

    The whole last day is late, not over: it runs to its end. A matter met or ended is calm.
    """
    if clock.state == "overdue":
        return "over"
    if clock.state in {"met", "ended"} or clock.share < 0.5:
        return "calm"
    return "late" if clock.share >= 0.75 else "half"


def timeline(
    rules: ClockRules, events: Sequence[ClockEvent], now: datetime, kind: str = SINGLE_KIND
) -> tuple[Mark, ...]:
    """The points of 收到 → 首次联系 → 答复期限 → 可延至, by day; none while no clock runs.

    First contact shows when it was made, or by when it is owed. The extension shows only while the
    clock could still get one.
    """
    read = _read(rules, events, kind)
    if read.course is None:
        return ()
    walk = _walk(read, now)
    marks = [*_marks(walk, rules, now), *_contact_marks(read, rules, events, now)]
    return tuple(sorted(marks, key=lambda mark: mark.on))


@dataclass(frozen=True, slots=True)
class _Read:
    course: Course | None
    problems: tuple[Problem, ...]
    calendar: WorkingCalendar


def _runs(
    rules: ClockRules, kind: str, started: Collection[str], rulebooks: Collection[str]
) -> bool:
    return any(
        rule.start in started and (rule.applies or rule.rulebook in rulebooks)
        for rule in rules.rules
        if rule.kind == kind
    )


def _merged(rules: ClockRules, reports: Sequence[ClockReport]) -> Iterator[Problem]:
    """The problems of several clocks, each said once; none about an event another clock took."""
    seen: set[tuple[str, Text, ClockEvent | None]] = set()
    for problem in (problem for report in reports for problem in report.problems):
        said = (problem.code, problem.text, problem.event)
        if said not in seen and not _taken(rules, problem, reports):
            yield problem
        seen.add(said)


def _taken(rules: ClockRules, problem: Problem, reports: Sequence[ClockReport]) -> bool:
    if problem.code not in _OF_ANOTHER_CLOCK or problem.event is None:
        return False
    for report in reports:
        kinds = {clock.kind for clock in report.clocks}
        hears = any(
            problem.event.type in rule.listens for rule in rules.rules if rule.kind in kinds
        )
        if hears and all(other.event != problem.event for other in report.problems):
            return True
    return False


def _read(rules: ClockRules, events: Sequence[ClockEvent], kind: str) -> _Read:
    starts = {rule.start for rule in rules.rules if rule.kind == kind}
    if not starts:
        raise BadInput(reason=_("There is no clock of this kind."), where=f"kind: {kind}")
    received = min((event.on for event in events if event.type in starts), default=None)
    on = received or min((event.on for event in events), default=None)
    rule = rules.rule(kind, on) if on else next(r for r in rules.rules if r.kind == kind)
    assert rule is not None  # noqa: S101 - the kind has at least one version, seen above
    calendar = WorkingCalendar(rules.years)
    reader = CourseReader(rules, rule, calendar)
    course = reader.read(events)
    return _Read(course, tuple(reader.problems), calendar)


def _walk(read: _Read, now: datetime) -> Walk:
    assert read.course is not None  # noqa: S101 - callers have looked
    return Walk(read.course, (read.course.end or now).date(), read.calendar)


def _clock(walk: Walk, rules: ClockRules, now: datetime) -> Clock:
    course = walk.course
    return Clock(
        key=course.stage.key,
        kind=course.rule.kind,
        holder=course.rule.holder,
        title=course.stage.title,
        rule=_basis(walk, rules),
        started_at=course.start,
        due=walk.due,
        due_at=walk.due_at,
        state=_state(walk, now),
        used_days=walk.used(walk.as_of),
        limit_days=walk.limit_days,
        share=_share(walk, now),
        days_left=(walk.due - walk.as_of).days,
        days=walk.explain(rules),
    )


def _state(walk: Walk, now: datetime) -> State:
    course = walk.course
    if course.fell_away:
        return "ended"
    if walk.is_over(course.end or now):
        return "overdue"
    if course.end is not None:
        return "met"
    return "stopped" if any(pause.holds(now) for pause in course.pauses) else "running"


def _share(walk: Walk, now: datetime) -> float:
    """How much of the limit is used; 1.0 when the limit is a single day."""
    stage, moment = walk.course.stage, walk.course.end or now
    if stage.unit == "h" and not walk.is_replaced:
        elapsed = (moment - walk.course.start).total_seconds() / 3600
        return max(0.0, elapsed) / stage.limit if stage.limit else 1.0
    return walk.used(walk.as_of) / walk.limit_days if walk.limit_days else 1.0


def _basis(walk: Walk, rules: ClockRules) -> Text:
    """Where the limit is written; for an agreed date, the rule that lets it prevail."""
    agreement = rules.change("inst_agreed") if walk.course.agreed is not None else None
    return agreement.article if agreement else walk.course.stage.article


def _warnings(walk: Walk, rules: ClockRules) -> Iterator[Problem]:
    """What the count leaned on that a person should know."""
    rule = walk.course.rule
    if rule.valid_to is not None and walk.course.received.date() > rule.valid_to:
        yield _problem(rules, rule.kind, "rule_expired", date=rule.valid_to)
    for year in walk.unpublished_years():
        yield _problem(rules, rule.kind, "calendar_unpublished", year=year)


def _problem(rules: ClockRules, kind: str, code: str, **values: object) -> Problem:
    return Problem(code, fill(rules.problems[code], **values), kind)


_LAST_MARK = {"": "answered", "enquiry": "enquiry"}


def _marks(walk: Walk, rules: ClockRules, now: datetime) -> Iterator[Mark]:
    course, labels = walk.course, rules.marks
    first = "forwarded" if course.rule.kind == FORWARDED_KIND else "received"
    yield Mark(first, labels[first], course.received.date(), done=True, at=course.received)
    if course.end is not None:
        last = _LAST_MARK.get(course.fell_away, "withdrawn")
        yield Mark(last, labels[last], course.end.date(), done=True, at=course.end)
    due = "due_agreed" if walk.is_replaced else "due"
    at = walk.due_at if walk.is_replaced else None
    yield Mark(due, labels[due], walk.due, done=walk.is_over(now), at=at)
    longer = course.rule.after(course.stage)
    if longer and course.end is None and not walk.is_replaced and not walk.is_over(now):
        extended = Walk(replace(course, stage=longer), walk.as_of, walk.calendar)
        yield Mark("extendable", labels["extendable"], extended.due, done=False)


def _contact_marks(
    read: _Read, rules: ClockRules, events: Sequence[ClockEvent], now: datetime
) -> Iterator[Mark]:
    """First contact: made, or owed; nothing once the matter has ended without one."""
    course = read.course
    assert course is not None  # noqa: S101 - the caller has looked
    rule = rules.rule(CONTACT_KIND, course.received.date())
    if rule is None:
        return
    made = min(
        (e.at for e in events if e.type in rule.ends and e.at >= course.received), default=None
    )
    if made is not None:
        key, label = "first_contact", rules.marks["first_contact"]
        yield Mark(key, label, made.date(), done=True, at=made)
    elif course.end is None:
        owed = Walk(
            Course(rule, rule.stages[0], course.received, course.received),
            now.date(),
            read.calendar,
        )
        yield Mark("first_contact_by", rules.marks["first_contact_by"], owed.due, done=False)
