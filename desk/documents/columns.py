"""How wide the columns of a table are: by what stands in them, so that the table is low."""

import itertools
from collections.abc import Sequence

_LEAST = 58.0  # a column that must give way keeps this much, about six ideographs
_LOST = 20.0  # of every line: padding, and the rest that the next word does not fit into
_STEP = 12  # points tried at a time

Needs = Sequence[Sequence[float]]
"""By row and column, the points that a cell needs to wrap nothing."""


def fitted(rows: Needs, width: float) -> tuple[float, ...]:
    """Widths of the columns, which add up to `width`; `rows` has at least one row.

    Is there room to spare, every column gets its part of it. Otherwise columns that need no more
    than an equal part of the line keep what they need, and the others share the rest.
    """
    natural = [max(column) for column in zip(*rows, strict=True)]
    needed = sum(natural)
    if needed <= width:
        return tuple(need * width / needed if needed else width / len(natural) for need in natural)
    wide = set(range(len(natural)))
    room = width
    while kept := {at for at in wide if natural[at] <= room / len(wide)}:
        wide -= kept
        room -= sum(natural[at] for at in kept)
    places = sorted(wide)
    equal = (room / len(places),) * len(places)
    shared = _sparing(equal, [[row[at] for at in places] for row in rows])
    for at, found in zip(places, shared, strict=True):
        natural[at] = found
    return tuple(natural)


def _sparing(widths: Sequence[float], rows: Needs) -> Sequence[float]:
    """Room moved between columns, pair by pair, where that spares lines."""
    best = widths
    for giver, taker in itertools.permutations(range(len(widths)), 2):
        moves = range(0, int(max(0.0, best[giver] - _LEAST)) + 1, _STEP)
        tried = (_moved(best, giver, taker, amount) for amount in moves)
        best = min(tried, key=lambda found: _cost(found, rows))
    return best


def _moved(widths: Sequence[float], giver: int, taker: int, amount: float) -> Sequence[float]:
    """The widths when one column gives another some of its room."""
    moved = list(widths)
    moved[giver] -= amount
    moved[taker] += amount
    return moved


def _cost(widths: Sequence[float], rows: Needs) -> int:
    """About how many lines the rows take and, half as dear, how many their cells."""
    cost = 0
    for row in rows:
        lines = [
            -(-max(0.0, need - _LOST) // max(1.0, width - _LOST))
            for need, width in zip(row, widths, strict=True)
        ]
        cost += 2 * int(max(lines)) + int(sum(lines))
    return cost
