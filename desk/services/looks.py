"""What leaves no trace by itself: a look at a case, a print of its report, a list as a file.

Changes are events already. A look is recorded in the log of the vault and not of the case, whose
own log is what was done for the customer.
"""

from datetime import datetime, timedelta
from typing import Literal

from desk.domain.events import CaseSeen, Copy, Exported, Printed
from desk.domain.ids import Stamp
from desk.services.session import Session, needs
from desk.store.trail import Trail, TrailFilter

AGAIN_MS = 15 * 60 * 1000
"""Within this time another look of the same person at the same case is the same look."""

_KINDS = frozenset({"case_seen"})
_MOST = 1000
"""Looks of one person within that time; nobody opens more."""


@needs("read_cases")
def look(session: Session, case: str) -> bool:
    """Record that the person at the desk looks at a case, and whether that was a new look.

    Not when they looked at it within the last quarter of an hour, and not right after they opened
    the complaint themselves.
    """
    if _opened_lately(session, case) or _seen_lately(session, case):
        return False
    session.record(CaseSeen(case=case))
    return True


@needs("write_reports")
def printed(session: Session, case: str, copy: Copy) -> None:
    """Record that a copy of the case's report went to a printer."""
    session.vault.case(case)  # CaseUnknown before anything is said of it
    session.record(Printed(case=case, copy=copy))


@needs("export")
def exported(
    session: Session, what: Literal["ledger", "case"], form: str, count: int, *, case: str = ""
) -> None:
    """Record that so many lines leave the vault as a file, before it is in its place."""
    session.record(Exported(what=what, format=form, count=count, case=case))


def _opened_lately(session: Session, case: str) -> bool:
    found = session.vault.case(case)
    since = session.now() - timedelta(milliseconds=AGAIN_MS)
    own = found.first_receiver == session.actor.id
    return own and datetime.fromisoformat(found.received_at) >= since


def _seen_lately(session: Session, case: str) -> bool:
    since = Stamp(max(0, session.moment.wall_ms() - AGAIN_MS), 0, "")
    asked = TrailFilter(actor=session.actor.id, kinds=_KINDS, since=since)
    looks = Trail(session.vault.database).read(asked, limit=_MOST).traces
    return any(isinstance(one.payload, CaseSeen) and one.payload.case == case for one in looks)
