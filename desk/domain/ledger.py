"""Questions to the ledger 台账 and their answers: filters, pages, search hits, Today's counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from desk.domain.projection import CaseRow

Sort = Literal["newest", "oldest", "due", "handler"]

COUNT_LIMIT = 1000
"""Hits are counted up to here; a longer list reads "1,000+"."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases to list. An empty attribute asks nothing; several are joined by "and".

    `text` is searched as `desk.store.tokens` describes. `due_from` (or later), `due_before`,
    `received_from` and `received_before` are local ISO minutes or days. `waits` asks for cases
    waiting for approval.
    """

    status: str = ""
    handler: str = ""
    text: str = ""
    source: str = ""
    channel: str = ""
    business: str = ""
    cause: str = ""
    scenario: str = ""
    clock_state: str = ""
    due_from: str = ""
    due_before: str = ""
    received_from: str = ""
    received_before: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a list, and whether more follow them."""

    rows: tuple[CaseRow, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many cases there are; `more` when counting stopped at :data:`COUNT_LIMIT`."""

    number: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Today:
    """The four figures of the Today page, of cases whose clock still runs.

    The first three do not overlap: due before now, later today, within the three days after.
    `waits` counts open cases waiting for approval; `is_open` every open case.
    """

    overdue: int
    due_today: int
    due_soon: int
    waits: int
    is_open: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many complaints came in on a day (ISO date)."""

    day: str
    count: int


@dataclass(frozen=True, slots=True)
class TodayView:
    """What the Today page shows at `now`: figures, open cases by due time, the last seven days.

    `mine` and `all` count open cases; `people` maps staff numbers to names.
    """

    now: datetime
    figures: Today
    due: tuple[CaseRow, ...]
    more: bool
    week: tuple[DayCount, ...]
    mine: Count
    all: Count
    people: Mapping[str, str]
