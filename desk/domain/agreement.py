"""How far several observers agree, beyond chance: the kappa statistics of knowledge B7.

Fleiss 1971 for labels and any number of observers; Cohen 1968 with quadratic weights for two
observers and an order of grades. Both are 1 for full agreement and about 0 for chance.
"""

from collections import Counter
from collections.abc import Hashable, Sequence


def fleiss(ratings: Sequence[Sequence[Hashable]]) -> float:
    """Fleiss' κ of `ratings`, one sequence of labels per observer, all of one length.

    1.0 where every label is the same, since then there is nothing to disagree about. ValueError
    with fewer than two observers or nothing observed.
    """
    observers, subjects = len(ratings), len(ratings[0]) if ratings else 0
    if observers < 2 or not subjects:
        raise ValueError("two observers and one subject are needed")
    totals: Counter[Hashable] = Counter()
    agreeing = 0
    for labels in zip(*ratings, strict=True):
        counts = Counter(labels)
        totals.update(counts)
        agreeing += sum(count * (count - 1) for count in counts.values())
    observed = agreeing / (subjects * observers * (observers - 1))
    expected = sum((count / (subjects * observers)) ** 2 for count in totals.values())
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)


def weighted(first: Sequence[int], second: Sequence[int]) -> float:
    """Cohen's κ of two observers' grades, disagreements weighted by their squared distance.

    Grades are numbers in their order; 1.0 where neither observer ever differs. ValueError when
    nothing was graded or the two differ in length.
    """
    if not first:
        raise ValueError("nothing was graded")
    subjects = len(first)
    observed = sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) / subjects
    rows, columns = Counter(first), Counter(second)
    expected = sum(rows[a] * columns[b] * (a - b) ** 2 for a in rows for b in columns) / (
        subjects * subjects
    )
    return 1.0 if expected == 0 else 1 - observed / expected
