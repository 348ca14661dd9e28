"""The course of a case in plain words: one line per event that means something to a person."""

from dataclasses import dataclass
from typing import Literal

HistoryKind = Literal[
    "opened",
    "field",
    "item",
    "assessment",
    "script",
    "checklist",
    "clock",
    "note",
    "person",
    "report",
    "closed",
    "time",
]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event as a person reads it.

    `at` is local time as an ISO minute, `who` the staff member's name, `what` one sentence,
    `detail` what was written where that matters (masked values stay masked), `folded` how many
    further changes of the same field by the same hand this line stands for.
    """

    at: str
    who: str
    what: str
    kind: HistoryKind
    detail: str = ""
    folded: int = 0
