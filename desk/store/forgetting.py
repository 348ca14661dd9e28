"""What is left to do once a person was forgotten, and lists of what is kept until when.

The key of a case goes in the same transaction as `Forgotten` (`desk.store.writer`); from then on
no value of it can be read and no search finds it. Copies of what was indexed and listed may still
lie in unused parts of the database and in its write-ahead log: :func:`erase` makes these anew.
All of it lies encrypted under the vault's key, before and after.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, or_, select, text

from desk.domain.events import VAULT, Forgotten, Restored, join
from desk.domain.projection import CaseRow
from desk.domain.retention import Keeping
from desk.errors import VaultBusy
from desk.store import session
from desk.store.projections import CASE_SELECT, case_row
from desk.store.rows import CASES, EVENTS
from desk.store.search import SEARCH
from desk.store.vault import Vault


def erase(vault: Vault) -> None:
    """Make database, search index and write-ahead log anew, without what was deleted from them.

    Takes as long as copying the file. What is stored stays as it is, and a kill at any moment
    leaves either the old file or the new one. Raises `VaultBusy` while another connection, such as
    a backup's, still reads the old pages: to be done again later.
    """
    with session.writing(vault.database) as connection:
        # A deleted row stays in the index, marked as such, until its segment is merged.
        connection.execute(insert(SEARCH).values(search="optimize"))
    vault.database.vacuum()
    if not vault.database.checkpoint(wait=True):
        raise VaultBusy(path=str(vault.database.path))


def is_waiting(vault: Vault) -> bool:
    """Whether somebody was forgotten here since the last `Swept`."""
    with session.reading(vault.database) as connection:
        forgotten = connection.execute(_FORGOTTEN).scalar()
        return forgotten is not None and forgotten > (connection.execute(_SWEPT).scalar() or 0)


def forgotten(connection: Connection) -> dict[str, Forgotten]:
    """Who was forgotten, by case."""
    query = _OF_FORGETTING.with_only_columns(EVENTS.c.case_id, EVENTS.c.public)
    told = {case_id: join(public, b"") for case_id, public in connection.execute(query)}
    return {case_id: one for case_id, one in told.items() if isinstance(one, Forgotten)}


def returned(vault: Vault) -> dict[str, Forgotten]:
    """Who was forgotten and is here again, because an older backup was put back; by case."""
    query = select(EVENTS.c.public).where(EVENTS.c.case_id == VAULT, EVENTS.c.kind == "restored")
    with session.reading(vault.database) as connection:
        told = [join(public, b"") for public in connection.execute(query).scalars()]
        wanted = {
            c: p for one in told if isinstance(one, Restored) for c, p in one.forgotten.items()
        }
        if not wanted:
            return {}
        gone = forgotten(connection)
        query = select(CASES.c.case_id).where(CASES.c.case_id.in_(list(wanted)))
        here = set(connection.execute(query).scalars())
    return {case: payload for case, payload in wanted.items() if case in here and case not in gone}


def times(vault: Vault) -> tuple[int, ...]:
    """When somebody was forgotten here, ms since 1970 UTC, in order."""
    with session.reading(vault.database) as connection:
        return tuple(connection.execute(_OF_FORGETTING.order_by(EVENTS.c.wall_ms)).scalars())


# Word for word what the index of the attachments' events says, or SQLite would not use it.
_OF_FORGETTING = select(EVENTS.c.wall_ms).where(
    text("kind IN ('attached', 'detached', 'forgotten')"), EVENTS.c.kind == "forgotten"
)
_FORGOTTEN = _OF_FORGETTING.with_only_columns(func.max(EVENTS.c.wall_ms))
_SWEPT = select(func.max(EVENTS.c.wall_ms)).where(
    EVENTS.c.case_id == VAULT, EVENTS.c.kind == "swept"
)


@dataclass(frozen=True, slots=True)
class Span:
    """The cases of a class whose time began, and whose dispute ended, no later than these days."""

    kept_from: date
    dispute_ended: date


def listed(
    vault: Vault,
    state: Keeping,
    spans: Mapping[str, Span],
    other: Span,
    *,
    keep: str = "",
    limit: int = 50,
    offset: int = 0,
) -> tuple[CaseRow, ...]:
    """The lines of cases that are kept so, those that began first before the others.

    `spans` narrows those whose time is counted, by the key of their class; `other` is for classes
    not named there. `keep` narrows to one class.
    """
    query = _chosen(state, spans, other, keep).limit(limit).offset(offset)
    with session.reading(vault.database) as connection:
        return tuple(case_row(row) for row in connection.execute(query))


def count(
    vault: Vault, state: Keeping, spans: Mapping[str, Span], other: Span, *, keep: str = ""
) -> int:
    """How many there are."""
    query = _chosen(state, spans, other, keep).order_by(None)
    with session.reading(vault.database) as connection:
        return int(connection.execute(query.with_only_columns(func.count())).scalar_one())


def _chosen(state: Keeping, spans: Mapping[str, Span], other: Span, keep: str) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [
        CASES.c.keeping == state,
        # Written out, because a parameter would hide from SQLite that its partial index fits.
        CASES.c.keeping != text("''"),
    ]
    if keep:
        conditions.append(CASES.c.keep == keep)
    if state == "counting":
        every = [*spans.values(), other]
        conditions.append(CASES.c.kept_from <= max(one.kept_from for one in every).isoformat())
        named = [and_(CASES.c.keep == key, *_within(one)) for key, one in spans.items()]
        conditions.append(or_(*named, and_(CASES.c.keep.not_in(list(spans)), *_within(other))))
    return select(*CASE_SELECT).where(*conditions).order_by(CASES.c.kept_from, CASES.c.id)


def _within(span: Span) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        CASES.c.kept_from <= span.kept_from.isoformat(),
        CASES.c.dispute_ended <= span.dispute_ended.isoformat(),
    )
