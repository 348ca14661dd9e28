"""The parts of the Today page that look beyond its list; what they mean is in the domain.

They look at the 2,000 cases received last within the last four months, and at the 200 open cases
due first: everything in a branch, a bounded part of a very large vault.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from desk.domain import outlook as figures
from desk.domain.ledger import Filter
from desk.domain.outlook import Attention, Course, Outlook
from desk.domain.projection import CaseRow
from desk.services import sync, sync_offers
from desk.services.session import Session, needs

RECENT = 2000
OPEN = 200
_LONGEST_LIMIT_DAYS = 62
_DAY_MS = 86_400_000
_PHONE = "complainant_phone"
_ID = "id_number"


@needs("read_cases")
def outlook(session: Session) -> Outlook:
    """What wants attention today, and the four measures of this month and the last."""
    now = session.now()
    last_month = (now.date().replace(day=1) - timedelta(days=1)).replace(day=1)
    rows = _rows(session, last_month)
    courses = _courses(session, rows)
    people = _people(session, rows)
    returned = figures.returned(people)
    items = _late_items(session, now)
    return Outlook(
        attention=figures.attention(now, rows, courses, items, people, _exchange(session)),
        month=figures.measures(rows, courses, f"{now:%Y-%m}", returned),
        before=figures.measures(rows, courses, f"{last_month:%Y-%m}", returned),
    )


def _exchange(session: Session) -> tuple[Attention, ...]:
    """What files to and from others ask for, of whoever looks after them."""
    if not session.may("exchange"):
        return ()
    waiting = len(sync_offers.offers(session))
    offers = (Attention("offer", waiting),) if waiting else ()
    names = {one.id: one.name for one in sync.exchange(session).peers.values()}
    now = session.moment.wall_ms()
    late = (
        Attention("receipt", (now - one.at_ms) // _DAY_MS, subject=names.get(one.peer, ""))
        for one in sync.reminders(session)
    )
    return (*offers, *late)


def _rows(session: Session, last_month: date) -> tuple[CaseRow, ...]:
    since = (last_month - timedelta(days=_LONGEST_LIMIT_DAYS)).isoformat()
    ledger = session.vault.ledger
    recent = ledger.page(Filter(received_from=since), limit=RECENT).rows
    still_open = ledger.page(Filter(status="open"), sort="due", limit=OPEN).rows
    return tuple({row.case: row for row in (*recent, *still_open)}.values())


def _courses(session: Session, rows: Iterable[CaseRow]) -> Mapping[str, Course]:
    told = session.vault.ledger.told(
        [row.case for row in rows], figures.COURSE_KINDS, figures.COURSE_FIELDS
    )
    courses = {case: figures.course_of(payloads) for case, payloads in told.items()}
    return {case: _named(session, case, course) for case, course in courses.items()}


def _named(session: Session, case: str, course: Course) -> Course:
    """The course with the names of who promised, which only the case itself tells."""
    if not course.promises:
        return course
    found = session.vault.case(case)
    promises = (replace(one, who=found.text(f"{one.item}/who")) for one in course.promises)
    return replace(course, promises=tuple(promises))


def _people(session: Session, rows: Iterable[CaseRow]) -> tuple[tuple[CaseRow, ...], ...]:
    """The cases of each person who complained more than once: same name, same phone or ID."""
    found = []
    for group in figures.namesakes(rows)[:OPEN]:
        persons: dict[str, list[CaseRow]] = {}
        for row in group:
            case = session.vault.case(row.case)
            mark = case.text(_PHONE) or case.text(_ID)
            if mark:
                persons.setdefault(mark, []).append(row)
        found += [tuple(cases) for cases in persons.values() if len(cases) > 1]
    return tuple(found)


def _late_items(session: Session, now: datetime) -> list[str]:
    """The open case of every checklist item that is over its time, earliest first."""
    late = session.vault.ledger.open_items(now.isoformat(timespec="minutes"))
    open_cases = {
        case
        for case in {case for case, _item in late}
        if session.vault.ledger.line(case).status == "open"
    }
    return [case for case, _item in late if case in open_cases]
