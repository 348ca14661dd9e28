"""The legal time limits as a pack states them, and the words in which a count explains itself.

Content only: which event starts which limit, how long it is, who may extend it, where it is
written. Counting is in `desk.domain.clock_walk`, reading a history in `desk.domain.clock_course`.
"""

import string
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

import msgspec

from desk.domain.calendars import CalendarYear, OpeningHours
from desk.domain.text import Text
from desk.domain.versions import FIRST, Version
from desk.i18n import _

Unit = Literal["cal", "wd", "h"]
Confidence = Literal["verified", "likely", "unverified"]
Holder = Literal["institution", "superior", "customer"]
Level = Literal["simple", "complex", "special"]
Heard = Literal["complexity", "stop", "resume", "new_facts", "agreed", "letter"]

EVERY = "all"
"""The kind that asks for all limits at once."""
SINGLE_KIND = "inst"
"""The kind asked for when a question names none: the institution's own limit."""

LONGEST_LIMIT = 3660
"""In whatever unit: ten years in days. What is longer is a slip, and too long to count by days."""

DAY_TEXTS: Mapping[str, frozenset[str]] = {
    "receipt": frozenset(),
    "new_facts": frozenset(),
    "superseded": frozenset({"date"}),
    "counts": frozenset({"n", "limit"}),
    "counts_rest": frozenset({"n", "limit"}),
    "counts_makeup": frozenset({"n", "limit", "name"}),
    "counts_stop": frozenset({"n", "limit"}),
    "last": frozenset({"n", "limit"}),
    "last_rest": frozenset({"n", "limit"}),
    "last_agreed": frozenset(),
    "last_letter": frozenset(),
    "last_stopped": frozenset({"n"}),
    "last_hours": frozenset({"time"}),
    "hours": frozenset({"limit", "time"}),
    "at_once": frozenset(),
    "over": frozenset({"n"}),
    "after_end": frozenset({"date"}),
    "appraisal": frozenset(),
    "mediation": frozenset(),
    "resumed": frozenset(),
    "weekend": frozenset(),
    "holiday": frozenset({"name"}),
}
"""Why a day counts or not, and what its text may mention (`n`: how many days are used by then)."""

PROBLEM_TEXTS: Mapping[str, frozenset[str]] = {
    "no_received": frozenset(),
    "received_twice": frozenset({"date"}),
    "before_received": frozenset({"date"}),
    "after_end": frozenset({"date"}),
    "not_heard": frozenset({"type"}),
    "too_late": frozenset({"due"}),
    "no_approver": frozenset(),
    "not_told": frozenset({"due"}),
    "no_such_level": frozenset({"level"}),
    "already_stopped": frozenset({"date"}),
    "stop_without_ground": frozenset(),
    "resume_without_stop": frozenset(),
    "bad_due": frozenset(),
    "limit_missed": frozenset({"due"}),
    "reduced_past": frozenset({"due"}),
    "rule_expired": frozenset({"date"}),
    "calendar_unpublished": frozenset({"year"}),
}
"""What can be wrong with a history, and what its text may mention."""

MARK_TEXTS = (
    "received",
    "forwarded",
    "first_contact",
    "first_contact_by",
    "due",
    "due_agreed",
    "extendable",
    "answered",
    "withdrawn",
    "enquiry",
)
"""The points of the line under a case: 收到 → 首次联系 → 答复期限 → 可延至."""


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One limit of a clock: `limit` counts from the start, extensions included (15, 30, 60).

    A limit of 0 means at once: due on the same day. `approvers` names who may grant the stage and
    `tell` asks that the complainant hears of it before the limit in force ends; a stage without
    either may simply be recorded.
    """

    key: str
    limit: int
    title: Text
    article: Text
    unit: Unit = "cal"
    level: Level = "simple"
    approvers: tuple[str, ...] = ()
    tell: bool = False

    def __post_init__(self) -> None:
        if self.limit < 0:
            msg = _("{key}: a limit cannot be negative").format(key=self.key)
            raise ValueError(msg)
        if self.limit > LONGEST_LIMIT:
            msg = _("{key}: a limit is at most {most}").format(key=self.key, most=LONGEST_LIMIT)
            raise ValueError(msg)


class ClockRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One legal clock: what starts and ends it, what else it listens to, and where it is written.

    `start`, `ends`, `cancels` and `hears` name event types; an end means the duty was done, a
    cancellation that it fell away. `holder` is who must keep the limit, `told` who must hear of
    the outcome. A rule that does not `applies` runs only when its `rulebook` or kind is asked for.
    """

    kind: str
    rulebook: str
    holder: Holder
    title: Text
    why: Text
    told: Text
    source: str
    confidence: Confidence
    start: str
    ends: tuple[str, ...]
    stages: tuple[Stage, ...]
    valid_from: date
    valid_to: date | None = None
    cancels: tuple[str, ...] = ()
    hears: tuple[Heard, ...] = ()
    applies: bool = True
    since: Version = FIRST

    def __post_init__(self) -> None:
        levels = [stage.level for stage in self.stages]
        if not levels or len(set(levels)) != len(levels):
            msg = _("{kind}: needs at least one stage and no level twice").format(kind=self.kind)
            raise ValueError(msg)
        if self.valid_to is not None and self.valid_to < self.valid_from:
            msg = _("{kind}: ends before it is in force").format(kind=self.kind)
            raise ValueError(msg)

    @property
    def listens(self) -> frozenset[str]:
        """Every event type that means something to this clock."""
        return frozenset({self.start, *self.ends, *self.cancels, *self.hears})

    def stage(self, level: str) -> Stage | None:
        """The limit for a level of complexity, if this clock has one."""
        return next((stage for stage in self.stages if stage.level == level), None)

    def after(self, stage: Stage) -> Stage | None:
        """The stage a clock at `stage` could still be extended to."""
        place = self.stages.index(stage) + 1
        return self.stages[place] if place < len(self.stages) else None


class ClockChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule that stops, restarts, replaces or ends a running limit; shown as its basis."""

    key: str
    event: str
    title: Text
    why: Text
    article: Text
    source: str
    confidence: Confidence


class ClockRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every clock of a pack, with the words its counts use and the calendar years it adds.

    `hours` are the usual opening hours of a branch: no legal limit goes by them.
    """

    rules: tuple[ClockRule, ...]
    changes: tuple[ClockChange, ...]
    approvers: dict[str, Text]
    days: dict[str, Text]
    problems: dict[str, Text]
    marks: dict[str, Text]
    years: tuple[CalendarYear, ...] = ()
    hours: OpeningHours | None = None

    def __post_init__(self) -> None:
        faults = [*_text_faults(self), *_rule_faults(self)]
        if faults:
            raise ValueError("; ".join(faults))

    def kinds(self) -> tuple[str, ...]:
        """The kinds of clock this pack knows, in its order."""
        return tuple(dict.fromkeys(rule.kind for rule in self.rules))

    def event_types(self) -> frozenset[str]:
        """Every event type that any clock listens to."""
        return frozenset[str]().union(*(rule.listens for rule in self.rules))

    def rule(self, kind: str, on: date) -> ClockRule | None:
        """The version of a clock in force on a day: the latest begun by then, else the first."""
        versions = sorted(
            (rule for rule in self.rules if rule.kind == kind), key=lambda rule: rule.valid_from
        )
        begun = [rule for rule in versions if rule.valid_from <= on]
        chosen = begun[-1:] or versions[:1]
        return chosen[0] if chosen else None

    def change(self, key: str) -> ClockChange | None:
        """The rule behind a stop, restart, agreement or withdrawal."""
        return next((change for change in self.changes if change.key == key), None)


def fill(text: Text, **values: object) -> Text:
    """`text` with its placeholders filled; a :class:`Text` value goes in by its own language."""
    return Text(
        zh=text.zh.format(**{k: v.zh if isinstance(v, Text) else v for k, v in values.items()}),
        en=text.en.format(**{k: v.en if isinstance(v, Text) else v for k, v in values.items()}),
    )


def _text_faults(rules: ClockRules) -> Iterator[str]:
    wanted = (
        ("days", rules.days, DAY_TEXTS),
        ("problems", rules.problems, PROBLEM_TEXTS),
        ("marks", rules.marks, dict.fromkeys(MARK_TEXTS, frozenset[str]())),
    )
    for name, texts, known in wanted:
        for key in sorted(known.keys() ^ texts.keys()):
            yield f"{name}: {key} is {'missing' if key in known else 'not a key the program knows'}"
        for key in sorted(known.keys() & texts.keys()):
            extra = _placeholders(texts[key]) - known[key]
            if extra:
                yield _("{name}: {key} mentions {names}").format(
                    name=name, key=key, names=", ".join(sorted(extra))
                )


def _placeholders(text: Text) -> set[str]:
    parser = string.Formatter()
    return {name for part in (text.zh, text.en) for _, name, _, _ in parser.parse(part) if name}


def _rule_faults(rules: ClockRules) -> Iterator[str]:
    for rule in rules.rules:
        for stage in rule.stages:
            for approver in stage.approvers:
                if approver not in rules.approvers:
                    yield _("{key}: approver {approver} has no name").format(
                        key=stage.key, approver=approver
                    )
        if rule.kind == EVERY:
            yield _("{name} cannot be the name of a clock").format(name=EVERY)
    if SINGLE_KIND not in rules.kinds():
        yield _("there is no clock {name}").format(name=SINGLE_KIND)
