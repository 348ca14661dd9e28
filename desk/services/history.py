"""The course of a case in plain words, oldest first, in the language in force.

Belongs here: which events a person reads of, and the folding of one person's successive changes.
The sentence for each kind of event is in `desk.services.history_words`.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from desk.domain.content import Pack
from desk.domain.events import AnswerSet, Event, FieldSet, Forgotten
from desk.domain.history import HistoryLine
from desk.domain.staff import Person
from desk.i18n import Language
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
    )


def lines(
    events: Iterable[Event],
    pack: Pack,
    people: Mapping[str, Person],
    local: Callable[[int], datetime],
    language: Language,
) -> tuple[HistoryLine, ...]:
    """The lines of a case's events, in order of hybrid time whatever order they come in.

    `local` gives the branch's time of a stamp's milliseconds. Turning from step to step is left
    out: it changes nothing in the case.
    """
    events = sorted(events, key=lambda e: (e.stamp, e.seq, e.id))
    gone = any(isinstance(event.payload, Forgotten) for event in events)
    telling = Telling(pack, people, Tongue(language), forgotten=gone)
    found: list[HistoryLine] = []
    run: _Run | None = None
    for event in events:
        said = tell(event.payload, telling)
        if said is None:
            continue
        at = local(event.stamp.wall_ms).isoformat(timespec="minutes")
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
