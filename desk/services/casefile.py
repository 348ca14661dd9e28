"""What the case file shows beside the case itself: its course in words, hand-overs and papers."""

from dataclasses import dataclass
from datetime import datetime

from desk.domain.events import Copy
from desk.domain.history import HistoryLine
from desk.domain.report import Seal
from desk.domain.staff import Person
from desk.services.history import history
from desk.services.session import Session, needs


@dataclass(frozen=True, slots=True)
class Passing:
    """One passing of responsibility: when (local), from whom to whom by name, with which words."""

    at: datetime
    giver: str
    taker: str
    note: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One report made: when (local), which copy, in which language, and its seal code."""

    at: datetime
    copy: Copy
    language: str
    seal: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The course of a case, oldest first; hand-overs and reports; everybody of the branch."""

    case: str
    lines: tuple[HistoryLine, ...]
    passings: tuple[Passing, ...]
    papers: tuple[Paper, ...]
    people: tuple[Person, ...]

    def name(self, key: str) -> str:
        """A member of staff by name; the staff number when unknown."""
        return next((one.name for one in self.people if one.id == key and one.name), key)


@needs("read_cases")
def case_file(session: Session, case: str) -> CaseFile:
    """The file of a case. CaseUnknown."""
    found = session.vault.case(case)
    people = session.vault.people()
    names = {one.id: one.name for one in people if one.name}
    local = session.moment.local
    return CaseFile(
        case=case,
        lines=history(session, case),
        passings=tuple(
            Passing(
                local(one.stamp.wall_ms),
                names.get(one.giver, one.giver),
                names.get(one.taker, one.taker),
                one.note or "",
            )
            for one in found.handovers
        ),
        papers=tuple(
            Paper(local(one.stamp.wall_ms), one.copy, one.language, Seal.of(one.seal, 0).code)
            for one in found.reports
        ),
        people=people,
    )
