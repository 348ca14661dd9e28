"""Reads a history of events for one clock: what it comes to, and what in it is refused.

Nothing here raises over a history, however odd. An event that the rules do not accept becomes a
problem and changes nothing. What the rules leave open is decided for the complainant:

- A stop needs one of the two grounds of the rule (appraisal, mediation); suspicion is none.
- New facts while the clock stands still restart the count; the stop goes on.
- New facts or an agreed date after a missed limit are accepted, and the missed limit is named.
- A lower level than the one in force shortens the limit from the same receipt, even into the past.
- What follows an answer or a withdrawal changes nothing; new facts then make a new complaint.
- An agreed date or a letter's date outlives new facts only while it still lies ahead.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from desk.domain.calendars import WorkingCalendar
from desk.domain.clock_rules import ClockRule, ClockRules, Stage, fill
from desk.domain.clock_values import ClockEvent, Problem
from desk.domain.clock_walk import Course, Pause, Walk

GROUNDS = frozenset({"appraisal", "mediation"})


class CourseReader:
    """Folds events into a :class:`Course`; `problems` holds what was found on the way."""

    def __init__(self, rules: ClockRules, rule: ClockRule, calendar: WorkingCalendar) -> None:
        self.problems: list[Problem] = []
        self._rules = rules
        self._rule = rule
        self._calendar = calendar
        self._changes: Mapping[str, Callable[[Course, ClockEvent], Course]] = {
            "complexity": self._complexity,
            "stop": self._stop,
            "resume": self._resume,
            "new_facts": self._new_facts,
            "agreed": self._agreed,
            "letter": self._letter,
        }

    def read(self, events: Iterable[ClockEvent]) -> Course | None:
        """What the events come to, in order of time; None when nothing starts the clock.

        Of events in the same minute the receipt comes first, the others stay as given.
        """
        rule, course = self._rule, None
        early: list[ClockEvent] = []
        for event in sorted(events, key=lambda event: (event.at, event.type != rule.start)):
            if event.type not in rule.listens:
                self._note_unheard(event)
            elif course is None and event.type != rule.start:
                early.append(event)
            elif course is None:
                course = Course(rule, rule.stages[0], received=event.at, start=event.at)
            else:
                course = self._next(course, event)
        if course is None:
            self._note("no_received", None)
            return None
        for event in early:
            self._note("before_received", event, date=course.received.date())
        return course

    def _next(self, course: Course, event: ClockEvent) -> Course:
        rule = self._rule
        if event.type == rule.start:
            self._note("received_twice", event, date=course.received.date())
            return course
        if course.end is not None:
            self._note("after_end", event, date=course.end.date())
            return course
        if event.type in rule.ends or event.type in rule.cancels:
            fell_away = "" if event.type in rule.ends else event.type
            return replace(course, end=event.at, fell_away=fell_away)
        return self._changes[event.type](course, event)

    def _complexity(self, course: Course, event: ClockEvent) -> Course:
        stage, walk = self._rule.stage(event.level), self._walk(course, event)
        if stage is None:
            self._note("no_such_level", event, level=event.level)
            return course
        if walk.is_over(event.at):
            self._note("too_late", event, due=walk.due)
            return course
        if not self._is_granted(stage, course, event, walk):
            return course
        changed = replace(course, stage=stage)
        after = self._walk(changed, event)
        if after.is_over(event.at):
            self._note("reduced_past", event, due=after.due)
        return changed

    def _is_granted(self, stage: Stage, course: Course, event: ClockEvent, walk: Walk) -> bool:
        """Whether the stage has the approver and the notice it asks for; both faults are told."""
        told = event.told_at.date() if event.told_at else None
        is_approved = not stage.approvers or event.approver in stage.approvers
        is_told = not stage.tell or (told is not None and course.start.date() <= told <= walk.due)
        if not is_approved:
            self._note("no_approver", event)
        if not is_told:
            self._note("not_told", event, due=walk.due)
        return is_approved and is_told

    def _stop(self, course: Course, event: ClockEvent) -> Course:
        if event.reason not in GROUNDS:
            self._note("stop_without_ground", event)
            return course
        if course.open_pause is not None:
            self._note("already_stopped", event, date=course.open_pause.begun.date())
            return course
        walk = self._walk(course, event)
        if walk.is_over(event.at):
            # Kept all the same: it may reach into a limit that new facts start.
            self._note("too_late", event, due=walk.due)
        return replace(course, pauses=(*course.pauses, Pause(event.at, event.reason)))

    def _resume(self, course: Course, event: ClockEvent) -> Course:
        if course.open_pause is None:
            self._note("resume_without_stop", event)
            return course
        *before, last = course.pauses
        return replace(course, pauses=(*before, replace(last, resumed=event.at)))

    def _new_facts(self, course: Course, event: ClockEvent) -> Course:
        self._note_missed(course, event)
        return replace(
            course,
            start=event.at,
            stage=self._rule.stages[0],
            agreed=course.agreed if course.agreed and course.agreed.date() >= event.on else None,
            letter=course.letter if course.letter and course.letter.date() >= event.on else None,
        )

    def _agreed(self, course: Course, event: ClockEvent) -> Course:
        if event.due is None or event.due.date() < event.on:
            self._note("bad_due", event)
            return course
        self._note_missed(course, event)
        return replace(course, agreed=event.due)

    def _letter(self, course: Course, event: ClockEvent) -> Course:
        if event.due is None or event.due.date() < event.on:
            self._note("bad_due", event)
            return course
        return replace(course, letter=event.due)

    def _note_unheard(self, event: ClockEvent) -> None:
        """Events of other clocks pass; one that no clock of the pack knows is a mistake."""
        if event.type not in self._rules.event_types():
            self._note("not_heard", event, type=event.type)

    def _note_missed(self, course: Course, event: ClockEvent) -> None:
        walk = self._walk(course, event)
        if walk.is_over(event.at):
            self._note("limit_missed", event, due=walk.due)

    def _walk(self, course: Course, event: ClockEvent) -> Walk:
        """The course as it stood when `event` happened."""
        return Walk(course, event.on, self._calendar)

    def _note(self, code: str, event: ClockEvent | None, **values: object) -> None:
        text = fill(self._rules.problems[code], **values)
        self.problems.append(Problem(code, text, self._rule.kind, event))
