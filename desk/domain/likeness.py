"""Texts that say the same in almost the same words.

Compared by their character triples (Jaccard over the plain form), which no change of marks,
spaces or order of sentences hides and which two honest sentences on one matter do not share.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from desk.domain.plain_form import BREAKS, plain_form

SIZE = 3
ALIKE = 0.75
"""From this likeness on two texts are one text written twice."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by their keys, the later one first, and how much of their triples they share."""

    key: str
    other: str
    likeness: float


def pairs(texts: Iterable[tuple[str, str]], at_least: float = ALIKE) -> tuple[Pair, ...]:
    """Every pair of (key, text) whose likeness is `at_least` that, in the order of the texts.

    Texts shorter than a triple are compared whole.
    """
    found: list[Pair] = []
    keys: list[str] = []
    sizes: list[int] = []
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for number, (key, text) in enumerate(texts):
        triples = _triples(text)
        shared: Counter[int] = Counter()
        for triple in triples:
            shared.update(holding[triple])
            holding[triple].append(number)
        for other, common in sorted(shared.items()):
            likeness = common / (len(triples) + sizes[other] - common)
            if likeness >= at_least:
                found.append(Pair(key, keys[other], likeness))
        keys.append(key)
        sizes.append(len(triples))
    return tuple(found)


def _triples(text: str) -> frozenset[str]:
    plain = "".join(c for c in plain_form(text).text if c not in BREAKS)
    if len(plain) < SIZE:
        return frozenset({plain})
    return frozenset(plain[at : at + SIZE] for at in range(len(plain) - SIZE + 1))
