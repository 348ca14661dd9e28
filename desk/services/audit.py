"""The audit trail: who looked, changed, exported, printed, allowed, opened and failed to open.

Read from the log itself, newest first and a page at a time; there is no second record that could
say something else.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from desk.domain.audit import KINDS, AuditFilter, AuditLine, AuditPage, Trace, group_of
from desk.domain.events import CaseSeen, Exported, Payload, Printed
from desk.domain.ids import Stamp
from desk.domain.staff import Device, Person
from desk.errors import BadInput
from desk.services.audit_words import Teller, told
from desk.services.composition.tongue import Tongue
from desk.services.session import Session, needs
from desk.store.trail import Trail, TrailFilter

LINES = 100
_WORDED = 1_000
"""Events whose words one page looks through for a text."""
_SHORT_ID = 8


@dataclass(frozen=True, slots=True)
class Choices:
    """Whom and what a filter may ask for: everybody of the branch, and every computer."""

    people: tuple[Person, ...]
    devices: tuple[Device, ...]


@needs("read_audit")
def choices(session: Session) -> Choices:
    """What the filters offer."""
    return Choices(session.vault.people(), session.vault.devices())


@needs("read_audit")
def lines(
    session: Session, asked: AuditFilter, *, limit: int = LINES, before: Stamp | None = None
) -> AuditPage:
    """Lines that meet a filter, newest first, at most `limit`; `before` is a former page's rest.

    A page is short when little fits, so that nobody waits for it; the next goes on from its rest.
    BadInput for days that are none.
    """
    reading = _Reading.of(session, asked)
    before = _earliest(before, reading.until)
    size = _WORDED if asked.text else limit
    read = reading.trail.read(reading.asked, limit=size, before=before)
    found: list[AuditLine] = []
    for line, stamp in reading.told(read.traces):
        found.append(line)
        if len(found) == limit:
            return AuditPage(tuple(found), stamp, line.at)
    if read.rest is None:
        return AuditPage(tuple(found))
    return AuditPage(tuple(found), read.rest, session.moment.local(read.rest.wall_ms))


@needs("read_audit")
def every(session: Session, asked: AuditFilter, *, limit: int = 1000) -> Iterator[AuditLine]:
    """All lines that meet a filter, newest first, read `limit` at a time."""
    page = lines(session, asked, limit=limit)
    yield from page.lines
    while page.rest is not None:
        page = lines(session, asked, limit=limit, before=page.rest)
        yield from page.lines


@dataclass(frozen=True, slots=True)
class _Reading:
    """One question, made ready: what the store is asked, and what its answers are told with."""

    trail: Trail
    asked: TrailFilter
    until: Stamp | None
    fits: Callable[[AuditLine], bool]
    teller: Callable[[str], Teller]
    people: dict[str, Person]
    devices: dict[str, str]
    local: Callable[[int], datetime]

    @classmethod
    def of(cls, session: Session, asked: AuditFilter) -> "_Reading":
        """Raises BadInput for days that are none."""
        trail = Trail(session.vault.database)
        people = {person.id: person for person in session.vault.people()}
        tongue = Tongue(session.language)
        tellers: dict[str, Teller] = {}

        def teller(stamp: str) -> Teller:
            if stamp not in tellers:
                pack = session.editions.of(stamp, session.engine).pack
                tellers[stamp] = Teller(pack, people, tongue)
            return tellers[stamp]

        return cls(
            trail=trail,
            asked=_asked(trail, asked),
            until=_day(asked.until, later=1) if asked.until else None,
            fits=_fitting(asked.text),
            teller=teller,
            people=people,
            devices={device.id: device.name for device in session.vault.devices()},
            local=session.moment.local,
        )

    def told(self, traces: Sequence[Trace]) -> Iterator[tuple[AuditLine, Stamp]]:
        """The lines of events that hold the text asked for, each with its event's stamp."""
        about = [_about(trace) for trace in traces]
        numbers = self.trail.numbers(sorted({case for case in about if case}))
        for trace, case in zip(traces, about, strict=True):
            line = self._line(trace, case, numbers.get(case, case[:_SHORT_ID]))
            if self.fits(line):
                yield line, trace.stamp

    def _line(self, trace: Trace, case: str, number: str) -> AuditLine:
        said = told(trace, self.teller(trace.pack))
        who = self.people.get(trace.actor)
        return AuditLine(
            at=self.local(trace.stamp.wall_ms),
            person=trace.actor,
            who=who.name if who is not None and who.name else trace.actor,
            device=self.devices.get(trace.stamp.device, trace.stamp.device[:_SHORT_ID]),
            group=group_of(trace.kind),
            kind=trace.kind,
            what=said.what,
            detail=said.detail,
            case=case,
            number=number,
            alarming=said.alarming,
            place=trace.seq,
            hash=trace.hash,
        )


def _asked(trail: Trail, asked: AuditFilter) -> TrailFilter:
    found = TrailFilter(
        actor=asked.person,
        kinds=KINDS[asked.group] if asked.group else None,
        cases=trail.cases_of(asked.case.strip()) if asked.case.strip() else None,
        device=asked.device,
    )
    return replace(found, since=_day(asked.since)) if asked.since else found


def _day(day: str, *, later: int = 0) -> Stamp:
    """The first stamp of a local day, or of so many days later."""
    try:
        begins = date.fromisoformat(day) + timedelta(days=later)
        at = datetime(begins.year, begins.month, begins.day)  # noqa: DTZ001 - the branch's own day
        return Stamp(int(at.timestamp() * 1000), 0, "")
    except (ValueError, OverflowError, OSError) as error:
        raise BadInput(reason="not_a_day", where=day) from error


def _earliest(before: Stamp | None, until: Stamp | None) -> Stamp | None:
    return min((stamp for stamp in (before, until) if stamp is not None), default=None)


def _about(trace: Trace) -> str:
    """The id of the case an event is about: its own, or the one an event of the vault names."""
    payload: Payload | None = trace.payload
    if isinstance(payload, CaseSeen | Printed | Exported):
        return payload.case
    return trace.case


def _fitting(text: str) -> Callable[[AuditLine], bool]:
    """Whether a line holds every word of a text."""
    words = text.casefold().split()

    def fits(line: AuditLine) -> bool:
        said = "\n".join((line.what, line.detail, line.who, line.person, line.device, line.number))
        said = said.casefold()
        return all(word in said for word in words)

    return fits
