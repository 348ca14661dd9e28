"""What the Today page says beside its list: what wants attention, and the month in four measures.

Everything is worked out from lines of the ledger and from :class:`Course`, what the events of a
case tell of its course. Where nothing can be counted yet, a measure has no share: no figure is
made up. Times are local ISO minutes, days ISO dates.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from desk.domain import events as ev
from desk.domain.events import Payload, Value
from desk.domain.intake import is_filled
from desk.domain.projection import CaseRow

AttentionKind = Literal[
    "due", "offer", "receipt", "item", "commitment", "follow_up", "again", "trend"
]
MeasureKey = Literal["quick", "right", "lasting", "trust"]

AGAIN_DAYS = 30
"""A second complaint by the same person within so many days is one visit too many."""

COURSE_KINDS = ("step_entered", "item_removed", "closed", "reopened")
COURSE_FIELDS = ("cause", "customer_view", "follow_up_at", "follow_up_result", "commitments/")
"""The events :func:`course_of` needs; none of the values it reads is personal."""

_ANALYSIS = 3
_CONTENT = "satisfied"
_HEARD = {"satisfied", "understood", "not_agreed"}
_TREND_LEAST = 3
_TREND_TIMES = 1.5
_WEEK = timedelta(days=7)
_FOLLOW_UP_GRACE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Promise:
    """Something promised to a customer and not kept yet: until when, and by whom.

    `item` is where it stands in the case. Who promised is personal: without a key, it is empty.
    """

    due: str
    who: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """How a case went, as far as figures need it.

    `recaused` is true when the cause was changed after the analysis had been left; `closings` are
    the times at which it was closed, `reopened` says whether it was taken up again.
    """

    recaused: bool = False
    view: str = ""
    closings: tuple[str, ...] = ()
    reopened: bool = False
    follow_up_at: str = ""
    followed_up: bool = False
    promises: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing to look at today.

    `number` counts what it is about, `case` is the first case to open and `row` its line; `at` is
    when it falls due. `before` is what `number` is compared with: for `due` the cases due later
    today, for `trend` the seven days before; `subject` is a scenario's key for `trend`, who
    promised for `commitment`, "same" for `again` when the causes are the same, and for `receipt`
    who has not confirmed a file for `number` days. `offer`: what head office sent along waits.
    """

    kind: AttentionKind
    number: int
    row: CaseRow | None = None
    at: str = ""
    before: int = 0
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """`hits` of `total`; without a total there is no share."""

    key: MeasureKey
    hits: int
    total: int

    @property
    def share(self) -> float | None:
        """The share of 0–1; None when there is nothing to count."""
        return self.hits / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What wants attention, most pressing first, and the measures of this month and the last."""

    attention: tuple[Attention, ...] = ()
    month: tuple[Measure, ...] = ()
    before: tuple[Measure, ...] = ()


def course_of(payloads: Iterable[Payload]) -> Course:
    """The course that a case's events tell, given in order of time."""
    values: dict[str, Value] = {}
    removed: set[str] = set()
    closings: list[str] = []
    settled: Value = None
    analysed = recaused = reopened = False
    for payload in payloads:
        match payload:
            case ev.FieldSet(field="cause", value=value):
                recaused |= analysed and is_filled(settled) and value != settled
                settled = value if is_filled(value) else settled
            case ev.FieldSet(field="follow_up_result"):
                values["follow_up_result"] = "told"
            case ev.FieldSet(field=path, value=value):
                values[path] = value
            case ev.StepEntered(step=step):
                analysed |= step > _ANALYSIS
            case ev.ItemRemoved(group=group, item=item):
                removed.add(f"{group}/{item}")
            case ev.Closed(at=at):
                closings.append(at)
            case ev.Reopened():
                reopened = True
    return Course(
        recaused=recaused,
        view=str(values.get("customer_view") or ""),
        closings=tuple(closings),
        reopened=reopened,
        follow_up_at=str(values.get("follow_up_at") or ""),
        followed_up="follow_up_result" in values,
        promises=_promises(values, removed),
    )


def _promises(values: Mapping[str, Value], removed: set[str]) -> tuple[Promise, ...]:
    found = []
    for path, value in values.items():
        item, _, key = path.rpartition("/")
        if key != "due" or not value or item in removed or values.get(f"{item}/kept") is True:
            continue
        found.append(Promise(str(value), str(values.get(f"{item}/who") or ""), item))
    return tuple(sorted(found, key=lambda promise: promise.due))


def measures(
    rows: Iterable[CaseRow], courses: Mapping[str, Course], month: str, returned: frozenset[str]
) -> tuple[Measure, ...]:
    """The four measures 快准牢信 of a month such as `2026-11`.

    - quick: of the cases whose complainant was told the decision in that month, those told within
      the limit in force (令2020-3 Art 18). Withdrawn ones are not counted.
    - right: of the cases closed in that month that have a cause, those whose cause was not changed
      after the analysis.
    - lasting: of the cases closed in that month whose complainant gave a view, those who were
      content. Results of follow-ups are words and cannot be counted.
    - trust: of the cases closed in that month, those neither taken up again nor followed by
      another complaint of the same person within 30 days (`returned`).
    """
    told = [row for row in rows if row.told_at[:7] == month and row.clock_state in _ANSWERED]
    closed = [
        (row, courses[row.case])
        for row in rows
        if row.case in courses and any(at[:7] == month for at in courses[row.case].closings)
    ]
    caused = [course for row, course in closed if row.cause]
    heard = [course for _row, course in closed if course.view in _HEARD]
    lost = [row for row, course in closed if course.reopened or row.case in returned]
    return (
        Measure("quick", sum(row.clock_state == "met" for row in told), len(told)),
        Measure("right", sum(not course.recaused for course in caused), len(caused)),
        Measure("lasting", sum(course.view == _CONTENT for course in heard), len(heard)),
        Measure("trust", len(closed) - len(lost), len(closed)),
    )


_ANSWERED = {"met", "overdue"}


def namesakes(rows: Iterable[CaseRow]) -> tuple[tuple[CaseRow, ...], ...]:
    """Cases under the same name, oldest first: those who may have complained more than once."""
    groups: dict[str, list[CaseRow]] = {}
    for row in sorted(rows, key=lambda row: row.received_at):
        if row.name:
            groups.setdefault(row.name, []).append(row)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def returned(people: Iterable[Sequence[CaseRow]]) -> frozenset[str]:
    """Cases after whose closing the same person complained again within 30 days.

    `people` holds the cases of one person each, oldest first.
    """
    found = set()
    for cases in people:
        for earlier, later in pairwise(cases):
            if earlier.closed_at and earlier.closed_at <= later.received_at <= _later(earlier):
                found.add(earlier.case)
    return frozenset(found)


def _later(row: CaseRow) -> str:
    end = datetime.fromisoformat(row.closed_at) + timedelta(days=AGAIN_DAYS)
    return end.isoformat(timespec="minutes")


def attention(
    now: datetime,
    rows: Sequence[CaseRow],
    courses: Mapping[str, Course],
    items: Sequence[str],
    people: Iterable[Sequence[CaseRow]],
    exchange: Sequence[Attention] = (),
) -> tuple[Attention, ...]:
    """What wants attention at `now`, most pressing first.

    `rows` are recent and open cases, `items` the case of every open checklist item that is over
    its time, earliest first, `people` the cases of one person each, oldest first, and `exchange`
    what files sent and received ask for.
    """
    by_id = {row.case: row for row in rows}
    midnight = _minute(datetime(now.year, now.month, now.day) + timedelta(days=1))  # noqa: DTZ001
    found: list[Attention | None] = [
        _due(_minute(now), midnight, rows),
        *exchange,
        Attention("item", len(items), by_id.get(items[0])) if items else None,
        _commitment(midnight, by_id, courses),
        _follow_up(now, midnight, by_id, courses),
        *(_again(now, cases) for cases in people),
        _trend(now.date(), rows),
    ]
    return tuple(one for one in found if one is not None)


def _due(now: str, midnight: str, rows: Sequence[CaseRow]) -> Attention | None:
    running = [r for r in rows if r.status == "open" and r.clock_state == "running" and r.due_at]
    due = sorted((r for r in running if r.due_at < midnight), key=lambda r: r.due_at)
    if not due:
        return None
    over = sum(row.due_at < now for row in due)
    return Attention("due", over, due[0], due[0].due_at, before=len(due) - over)


def _commitment(
    midnight: str, rows: Mapping[str, CaseRow], courses: Mapping[str, Course]
) -> Attention | None:
    due = sorted(
        (promise.due, case, promise.who)
        for case, course in courses.items()
        if case in rows and rows[case].status == "open"
        for promise in course.promises
        if promise.due < midnight
    )
    if not due:
        return None
    at, case, who = due[0]
    return Attention("commitment", len(due), rows[case], at, subject=who)


def _follow_up(
    now: datetime, midnight: str, rows: Mapping[str, CaseRow], courses: Mapping[str, Course]
) -> Attention | None:
    since = _minute(now - _FOLLOW_UP_GRACE)
    due = sorted(
        (course.follow_up_at, case)
        for case, course in courses.items()
        if case in rows and course.follow_up_at and not course.followed_up
        if course.follow_up_at < midnight
        if rows[case].status == "open" or course.follow_up_at >= since
    )
    return Attention("follow_up", len(due), rows[due[0][1]], due[0][0]) if due else None


def _again(now: datetime, cases: Sequence[CaseRow]) -> Attention | None:
    since = _minute(now - timedelta(days=AGAIN_DAYS))
    recent = [row for row in cases if row.received_at >= since]
    if len(recent) < 2 or recent[-1].status != "open":
        return None
    same = len({row.cause or row.scenario for row in recent}) == 1
    return Attention("again", len(recent), recent[-1], subject="same" if same else "")


def _trend(today: date, rows: Sequence[CaseRow]) -> Attention | None:
    first = today - _WEEK + timedelta(days=1)
    last = (today + timedelta(days=1)).isoformat()
    week = _scenarios(rows, first.isoformat(), last)
    before = _scenarios(rows, (first - _WEEK).isoformat(), first.isoformat())
    grown = [
        (number, key)
        for key, number in week.items()
        if number >= _TREND_LEAST and number >= _TREND_TIMES * before[key]
    ]
    if not grown:
        return None
    number, key = max(grown)
    return Attention("trend", number, before=before[key], subject=key, at=first.isoformat())


def _scenarios(rows: Sequence[CaseRow], since: str, until: str) -> Counter[str]:
    return Counter(r.scenario for r in rows if r.scenario and since <= r.received_at < until)


def _minute(when: datetime) -> str:
    return when.isoformat(timespec="minutes")
