"""Who works with this vault, and what has to pass to others before somebody leaves."""

from desk.domain.ledger import Filter
from desk.domain.projection import CaseRow
from desk.domain.staff import Person
from desk.errors import NotAllowed
from desk.services.session import Session, needs


def everybody(session: Session) -> tuple[Person, ...]:
    """Every person the vault knows, those who left included: old entries bear their numbers."""
    return session.vault.people()


@needs("read_cases")
def open_cases_of(session: Session, person: str) -> tuple[CaseRow, ...]:
    """The open cases that a person is responsible for, the most urgent first, to be handed over."""
    asked = Filter(status="open", handler=person)
    rows: list[CaseRow] = []
    more = True
    while more:
        found = session.vault.ledger.page(asked, sort="due", limit=_PAGE, offset=len(rows))
        rows += found.rows
        more = found.more
    return tuple(rows)


@needs("manage_people")
def require_no_open_cases(session: Session, person: str) -> None:
    """NotAllowed `open_cases` with their `count` while a person is responsible for any.

    For whoever lets a person go: a case is never without somebody who works here.
    """
    found = session.vault.ledger.count(Filter(status="open", handler=person))
    if found.number:
        raise NotAllowed(reason="open_cases", count=found.number)


_PAGE = 200
