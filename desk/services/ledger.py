"""Lists of cases: Today, the ledger with its filters, search."""

from desk.domain.ledger import Count, Filter, Page, Sort, TodayView
from desk.services.session import Session, needs

DUE_SHOWN = 60


@needs("read_cases")
def today(session: Session, *, mine: bool = False) -> TodayView:
    """What the Today page shows; `mine` narrows it to the person at the desk."""
    now = session.now()
    handler = session.actor.id if mine else ""
    ledger = session.vault.ledger
    due = ledger.page(Filter(status="open", handler=handler), sort="due", limit=DUE_SHOWN)
    return TodayView(
        now=now,
        figures=ledger.today(now, handler),
        due=due.rows,
        more=due.more,
        week=ledger.received(now.date()),
        mine=ledger.count(Filter(status="open", handler=session.actor.id)),
        all=ledger.count(Filter(status="open")),
        people=names(session),
    )


@needs("read_cases")
def page(
    session: Session, asked: Filter, *, sort: Sort = "newest", limit: int = 50, offset: int = 0
) -> Page:
    """Some lines of the ledger."""
    return session.vault.ledger.page(asked, sort=sort, limit=limit, offset=offset)


@needs("read_cases")
def count(session: Session, asked: Filter) -> Count:
    """How many cases meet a filter, counted to 1,000."""
    return session.vault.ledger.count(asked)


def names(session: Session) -> dict[str, str]:
    """Names of everybody who works or worked here, by staff number."""
    return {person.id: person.name for person in session.vault.people()}
