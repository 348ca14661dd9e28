"""Whose customers have complained in another branch too, told to each branch without a name."""

from collections.abc import Iterable
from datetime import timedelta

import msgspec

from desk.domain.hints import Hints, marks
from desk.domain.hub import Outgoing
from desk.services.hub_office import Office
from desk.services.hub_receipts import Published, below
from desk.services.session import Session, needs
from desk.store.hub import reading, registry

DAYS = 365
"""Complaints of so many days are looked at."""
_SALT_BYTES = 32


@needs("manage_branch")
def publish(session: Session, branches: Iterable[str] = (), days: int = DAYS) -> Published:
    """Let branches know which of their own customers have complained elsewhere too.

    Each is given fingerprints under a salt of its own, with its next receipts, in place of the last
    ones; a branch of which head office has no personal values, and one with nobody to tell of,
    nothing. Statistics must be up to date. Raises NotAllowed `unknown_branch`.
    """
    since = (session.now() - timedelta(days=days)).date().isoformat()
    told: list[str] = []
    with Office(session) as office:
        with office.store.reading() as connection:
            wanted = set(below(registry.branches(connection), tuple(branches)))
            found = registry.known_elsewhere(connection, since)
        for branch in sorted(wanted & found.keys()):
            hints = _hints(office, branch, found[branch], since)
            if hints.marks:
                told.append(branch)
                _put(office, branch, hints)
        office.tell("published", ", ".join(branches), detail=f"hint {len(told)}")
    return Published("hint", since, tuple(told))


def _hints(office: Office, branch: str, cases: list[str], since: str) -> Hints:
    salt = office.session.moment.randomness(_SALT_BYTES).hex()
    with office.store.reading() as connection:
        read = reading.cases(office.store, connection, branch, cases)
        shown = frozenset(mark for one in read for mark in marks(salt, one.folded))
    return Hints(salt=salt, period=since, marks=tuple(sorted(shown)))


def _put(office: Office, branch: str, hints: Hints) -> None:
    session = office.session
    data, at = msgspec.json.encode(hints), session.minute()
    item = Outgoing(session.new_id(), "hint", hints.period, data, at, stead="hints")
    with office.store.writing(branch) as connection:
        registry.put_outgoing(office.store, connection, item, [branch])
