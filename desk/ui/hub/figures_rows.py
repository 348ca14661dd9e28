"""What the figures page reads: answers with their keys in words, worked out beside the database.

Names of codes and branches are found here, once a key, so that a table of many lines only draws.
"""

from collections.abc import Callable
from dataclasses import dataclass

from desk.domain.branch_tree import BranchTree
from desk.domain.head_office import CaseFacts
from desk.domain.hub_figures import Axis, Line, Question, Rise
from desk.i18n import _
from desk.services import hub_statistics
from desk.services.hub_statistics import Statistics
from desk.services.session import Session

MOST_CASES = 1_000
"""So many cases behind a line are listed; the ready forms hold them all."""


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A line of an answer with the names of its keys."""

    names: tuple[str, ...]
    line: Line


@dataclass(frozen=True, slots=True)
class Counted:
    """An answer, its lines in the order in which they are shown, and all of them together."""

    found: Statistics
    lines: tuple[NamedLine, ...]
    total: NamedLine


@dataclass(frozen=True, slots=True)
class Risen:
    """What rose by an axis, with its name; `most` is the highest count of all that did."""

    axis: Axis
    name: str
    rise: Rise
    most: int


@dataclass(frozen=True, slots=True)
class CaseBehind:
    """A case behind a figure, with its codes in words."""

    facts: CaseFacts
    branch: str
    business: str
    cause: str


def counted(session: Session, asked: Question) -> Counted:
    """The answer to a question; raises as `hub_statistics.ask` does.

    Months stand in their order, everything else with the most complaints first, as on paper.
    """
    found = hub_statistics.ask(session, asked)
    name = _namer(session, found.tree)
    lines = [
        NamedLine(tuple(name(*one) for one in zip(asked.by, line.keys, strict=True)), line)
        for line in found.lines
    ]
    if asked.by[:1] != ("month",):
        lines.sort(key=lambda one: (-one.line.count, one.line.keys))
    blank = ("",) * (len(asked.by) - 1)
    return Counted(found, tuple(lines), NamedLine((_("Together"), *blank), found.total))


def risen(session: Session, asked: Question, axis: Axis) -> tuple[Risen, ...]:
    """What rose most by an axis; raises as `hub_statistics.rising` does."""
    found = hub_statistics.rising(session, asked, axis=axis)
    # The tree of branches comes with an answer only.
    tree = hub_statistics.ask(session, Question((), asked.since, asked.until, asked.under)).tree
    name = _namer(session, tree)
    most = max((one.now for one in found), default=0)
    return tuple(Risen(axis, name(axis, one.key), one, most) for one in found)


def behind(
    session: Session, asked: Question, keys: tuple[str, ...], tree: BranchTree
) -> tuple[CaseBehind, ...]:
    """The first of the cases behind a line as they came; raises as `hub_statistics.behind` does."""
    name = _namer(session, tree)
    found = hub_statistics.behind(session, asked, keys, MOST_CASES)
    return tuple(
        CaseBehind(
            one, tree.name(one.branch), name("business", one.business), name("cause", one.cause)
        )
        for one in sorted(found, key=lambda one: (one.received, one.branch, one.number))
    )


def _namer(session: Session, tree: BranchTree) -> Callable[[Axis, str], str]:
    """Gives the name of a key; each is looked up once."""
    known: dict[tuple[Axis, str], str] = {}

    def name(axis: Axis, key: str) -> str:
        if (axis, key) not in known:
            known[axis, key] = hub_statistics.named(session, tree, axis, key)
        return known[axis, key]

    return name
