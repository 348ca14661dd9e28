"""Questions to the facts of cases: blocks to be counted, and the cases behind a figure."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, func, select

from desk.domain.head_office import CaseFacts
from desk.domain.hub_figures import Block, Question
from desk.store.hub.facts import told
from desk.store.hub.tables import CASES, FIGURES

_EACH = 500

Branches = Collection[str] | None
"""Branches asked about; None for all."""


def blocks(connection: Connection, asked: Question, branches: Branches) -> Iterator[Block]:
    """The packed cases of the months and branches asked about."""
    columns = (FIGURES.c.branch, FIGURES.c.month, FIGURES.c.cases)
    period = _period(FIGURES.c.month, asked)
    for some in _some(branches):
        here = [] if some is None else [FIGURES.c.branch.in_(some)]
        yield from connection.execute(select(*columns).where(*period, *here))


def cases(
    connection: Connection,
    asked: Question,
    branches: Branches,
    values: Mapping[str, str],
    most: int,
) -> tuple[CaseFacts, ...]:
    """The cases behind a figure, in order of branch and id, no more than `most`.

    `values` are those of the axes of its line other than the region, which `branches` say.
    Enquiries are left out as in the figures.
    """
    where = [*_period(CASES.c.month, asked), *_chosen(asked), CASES.c.outcome != "enquiry"]
    where += [CASES.c[axis] == value for axis, value in values.items()]
    found: list[CaseFacts] = []
    for some in _some(branches):
        here = [] if some is None else [CASES.c.branch.in_(some)]
        query = select(CASES).where(*where, *here).order_by(CASES.c.branch, CASES.c.case_id)
        found += map(told, connection.execute(query.limit(most - len(found))))
        if len(found) >= most:
            break
    return tuple(found)


def last_month(connection: Connection) -> str:
    """The latest month with a case; empty when there is none."""
    return connection.execute(select(func.max(FIGURES.c.month))).scalar() or ""


def _period(month: ColumnElement[str], asked: Question) -> list[ColumnElement[bool]]:
    since = [month >= asked.since] if asked.since else []
    return since + ([month <= asked.until] if asked.until else [])


def _chosen(asked: Question) -> list[ColumnElement[bool]]:
    return [CASES.c[axis].in_(sorted(codes)) for axis, codes in asked.only.items()]


def _some(branches: Branches) -> Iterator[Sequence[str] | None]:
    if branches is None:
        yield None
        return
    in_order = sorted(branches)
    for at in range(0, len(in_order), _EACH):
        yield in_order[at : at + _EACH]
