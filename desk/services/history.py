"""The course of a case in plain words, oldest first, in the language in force.

Belongs here: which events a person reads of, and the folding of one person's successive changes.
The sentence for each kind of event is in `desk.services.history_words`.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from desk.domain.content import Pack
from desk.domain.events import AnswerSet, ClockStepped, Event, FieldSet, Forgotten
from desk.domain.history import HistoryLine
from desk.domain.ids import made_ms
from desk.domain.staff import Person
from desk.i18n import Language, _
from desk.services.composition.tongue import Tongue
from desk.services.history_words import Telling, tell
from desk.services.session import Session, needs

FOLD_MS = 10 * 60 * 1000
"""Changes of one field by one hand within this time after its first read as one."""


@needs("read_cases")
def history(session: Session, case: str) -> tuple[HistoryLine, ...]:
    """Everything that happened to a case, as a person reads it. CaseUnknown."""
    return of_events(session, case, session.vault.events(case))


@needs("read_cases")
def of_events(session: Session, case: str, events: Iterable[Event]) -> tuple[HistoryLine, ...]:
    """Some of a case's events, as a person reads them."""
    return lines(
        events,
        session.engine_of(case).pack,
        {person.id: person for person in session.vault.people()},
        session.moment.local,
        session.language,
        session.vault.clock_steps(),
    )


def lines(
    events: Iterable[Event],
    pack: Pack,
    people: Mapping[str, Person],
    local: Callable[[int], datetime],
    language: Language,
    clock_steps: Sequence[Event] = (),
) -> tuple[HistoryLine, ...]:
    """The lines of a case's events, in order of hybrid time whatever order they come in.

    `local` gives the branch's time of milliseconds since 1970. Turning from step to step is left
    out: it changes nothing in the case. Where a computer's clock was in doubt (`clock_steps`), a
    line says so before the first event of that stretch, and one before the first after it.
    """
    doubts = _Doubts(clock_steps, local)
    events = sorted(events, key=lambda e: (e.stamp, e.seq, e.id))
    gone = any(isinstance(event.payload, Forgotten) for event in events)
    telling = Telling(pack, people, Tongue(language), forgotten=gone)
    found: list[HistoryLine] = []
    run: _Run | None = None
    for event in events:
        said = tell(event.payload, telling)
        if said is None:
            continue
        at = local(made_ms(event.id, event.stamp.wall_ms)).isoformat(timespec="minutes")
        marked = doubts.before(event, at)
        if marked is not None:
            found.append(marked)
            run = None
        line = HistoryLine(at, telling.person(event.actor), said.what, said.kind, said.detail)
        subject = _subject(event)
        if run is not None and run.takes(event, subject):
            found[-1] = dataclasses.replace(
                line,
                what=found[-1].what if said.keeps_first else line.what,
                folded=found[-1].folded + 1,
            )
        else:
            run = _Run(subject, event.actor, event.stamp.wall_ms) if subject else None
            found.append(line)
    return tuple(found)


class _Doubts:
    """Which stretches of a case's course were written while a clock was in doubt."""

    def __init__(self, steps: Iterable[Event], local: Callable[[int], datetime]) -> None:
        self._steps = sorted(steps, key=lambda e: (e.stamp, e.seq))
        self._local = local
        self._told: dict[str, str] = {}

    def before(self, event: Event, at: str) -> HistoryLine | None:
        """The line that stands before an event; events are asked about in their order."""
        earlier = (s for s in self._steps if s.device == event.device and s.seq < event.seq)
        last = max(earlier, key=lambda step: step.seq, default=None)
        step = last.payload if last is not None else None
        known = self._told.get(event.device, "")
        if not isinstance(step, ClockStepped) or last is None or last.id == known:
            return None
        self._told[event.device] = last.id
        if step.state == "right":
            what = _("From here the computer's clock was right again.") if known else ""
        else:
            said = self._local(step.now_ms).isoformat(" ", timespec="minutes")
            what = _(
                "From here the computer's clock was wrong (it said {said}); times are counted on "
                "from the last good one."
            ).format(said=said)
        return HistoryLine(at, "", what, "time") if what else None


@dataclasses.dataclass(frozen=True, slots=True)
class _Run:
    """Successive changes of one thing by one hand, and when the first of them was made."""

    subject: str
    actor: str
    since_ms: int

    def takes(self, event: Event, subject: str) -> bool:
        """Whether an event goes on with this run."""
        within = event.stamp.wall_ms - self.since_ms <= FOLD_MS
        return (subject, event.actor) == (self.subject, self.actor) and within


def _subject(event: Event) -> str:
    """What an event changes, for folding; empty for events that always stand alone."""
    payload = event.payload
    if isinstance(payload, FieldSet):
        return payload.field
    if isinstance(payload, AnswerSet) and not payload.confirmed_by:
        return "assessment"
    return ""
