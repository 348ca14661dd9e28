"""Filters people ask for by a word: overdue, due today, this month. Pure.

A limit asked for by a word means another stretch of time tomorrow, so lists keep the word
(:func:`limit_of` finds it again in a filter) and work out the filter whenever they read.
"""

import dataclasses
from datetime import date, datetime, timedelta
from typing import Literal

from desk.domain.ledger import Filter

Limit = Literal[
    "", "overdue", "today", "soon", "running", "stopped", "met", "late", "withdrawn", "approval"
]
Period = Literal["", "today", "week", "month", "quarter", "year"]

SOON_DAYS = 3
_QUARTER_DAYS = 90
_STATES: dict[Limit, str] = {
    "running": "running",
    "stopped": "stopped",
    "met": "met",
    "late": "overdue",
    "withdrawn": "ended",
}


def limit(asked: Filter, word: Limit, now: datetime) -> Filter:
    """A filter narrowed to a word on the limit; the figures of Today count by the same bounds."""
    plain = dataclasses.replace(asked, clock_state="", due_from="", due_before="", waits=False)
    here, midnight, soon = _bounds(now)
    if word == "approval":
        return dataclasses.replace(plain, status="open", waits=True)
    if word in _STATES:
        return dataclasses.replace(plain, clock_state=_STATES[word])
    spans = {"overdue": ("", here), "today": (here, midnight), "soon": (midnight, soon)}
    if word not in spans:
        return plain
    since, until = spans[word]
    return dataclasses.replace(
        plain, status="open", clock_state="running", due_from=since, due_before=until
    )


def limit_of(asked: Filter, now: datetime) -> Limit:
    """The word for what a filter asks of the limit; empty when it asks nothing."""
    _here, midnight, soon = _bounds(now)
    if asked.waits:
        return "approval"
    if asked.due_before:
        named: dict[str, Limit] = {midnight: "today", soon: "soon"}
        return named.get(asked.due_before, "overdue")
    return next((word for word, state in _STATES.items() if state == asked.clock_state), "")


def period(asked: Filter, word: Period, today: date) -> Filter:
    """A filter narrowed to cases received within a period that ends today."""
    since = {
        "today": today,
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "quarter": today - timedelta(days=_QUARTER_DAYS - 1),
        "year": today.replace(month=1, day=1),
    }
    first = since[word].isoformat() if word else ""
    return dataclasses.replace(asked, received_from=first, received_before="")


def period_of(asked: Filter, today: date) -> Period:
    """The word for the period a filter asks for; empty when it is none of those."""
    words: tuple[Period, ...] = ("today", "week", "month", "quarter", "year")
    if not asked.received_from or asked.received_before:
        return ""
    return next(
        (w for w in words if period(asked, w, today).received_from == asked.received_from), ""
    )


def _bounds(now: datetime) -> tuple[str, str, str]:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    soon = midnight + timedelta(days=SOON_DAYS)
    here, end, later = (when.isoformat(timespec="minutes") for when in (now, midnight, soon))
    return here, end, later
