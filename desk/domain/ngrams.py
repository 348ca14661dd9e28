"""A small linear model over character n-grams, which backs up what patterns miss.

Belongs here: scoring a text under the labels of a model, and naming the stretches that spoke for a
label. Does not belong here: what labels mean, and how a model is trained (`tests.corpora.train`).
"""

import functools
import math
import re
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from desk.domain.plain_form import BREAKS, PlainForm

NO_MARKS: Mapping[str, float] = {}
_BREAK = re.compile(f"[{''.join(sorted(BREAKS))}]")
GAP = "…"
"""Stands in the name of a gapped pair for what lies between its ends."""
_GAPPED_SIZES = (1, 2)
_MOST_SPANS = 3
_NAMED_SHARE = 0.5
"""The strongest stretches are named until they hold this share of what spoke for a label."""


class NgramModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """Weights of character n-grams for several labels, each decided on its own.

    The score of a label is its bias and the weights of the different n-grams of the text, gapped
    pairs within `reach` included, each counting `share_of` their number, plus the weights of
    marks: features from elsewhere, such as cues of the lexicon, under names that begin with `#`.
    A label holds when its score reaches its threshold. `rows` maps an n-gram or mark to label
    number, weight, label number, weight …, in units of `unit`; it is decoded on first use. `worths`
    is what whoever sets the marks learned their words to be worth.
    """

    labels: tuple[str, ...]
    biases: tuple[float, ...]
    thresholds: tuple[float, ...]
    longest: int
    damping: float
    unit: float
    rows: msgspec.Raw
    fewest: int = 1
    reach: int = 0
    worths: msgspec.Raw = msgspec.Raw(b"{}")

    @functools.cached_property
    def _rows(self) -> dict[str, tuple[int, ...]]:
        return msgspec.json.decode(self.rows, type=dict[str, tuple[int, ...]])

    @functools.cached_property
    def worth(self) -> Mapping[str, float]:
        """What words that set marks are worth, by whatever names the setter gave them."""
        return msgspec.json.decode(self.worths, type=dict[str, float])

    def score(self, plain: PlainForm, marks: Mapping[str, float] = NO_MARKS) -> "Scores":
        """How strongly the text and the marks speak for every label."""
        rows = self._rows
        seen = ngrams(plain.text, self.longest, self.reach)
        found = [gram for gram in seen if gram in rows]
        sums = [0] * len(self.labels)
        for gram in found:
            weights = iter(rows[gram])
            for label in weights:
                sums[label] += next(weights)
        share = self.unit * share_of(len(seen), self.damping, self.fewest)
        scores = [bias + total * share for bias, total in zip(self.biases, sums, strict=True)]
        for mark, value in marks.items():
            row = rows.get(mark, ())
            for place in range(0, len(row), 2):
                scores[row[place]] += row[place + 1] * self.unit * value
        return Scores(self, plain, dict(zip(self.labels, scores, strict=True)), tuple(found))

    def weight(self, gram: str, label: str) -> int:
        """What an n-gram or mark says for (or against) a label, in units."""
        row = self._rows.get(gram, ())
        number = self.labels.index(label)
        return next((row[i + 1] for i in range(0, len(row), 2) if row[i] == number), 0)


@dataclass(frozen=True, slots=True)
class Scores:
    """What a model found in one text: the score of every label, as log odds."""

    model: NgramModel
    plain: PlainForm
    of: Mapping[str, float]
    grams: tuple[str, ...]

    def holds(self, more: float = 0.0) -> tuple[str, ...]:
        """The labels whose score reaches their threshold and `more`, strongest first."""
        limits = zip(self.model.labels, self.model.thresholds, strict=True)
        held = [label for label, limit in limits if self.of[label] >= limit + more]
        return tuple(sorted(held, key=lambda label: -self.of[label]))

    def chance(self, label: str) -> float:
        """The score as a share of 0–1."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.of[label]))))

    def because(self, label: str) -> tuple[tuple[int, int], ...]:
        """The stretches of the original text that spoke most for the label, in order.

        At most three, disjoint; none when no n-gram spoke for it.
        """
        weights = {gram: self.model.weight(gram, label) for gram in self.grams}
        text = self.plain.text
        strength = array("d", bytes(8 * len(text)))
        for gram, weight in weights.items():
            if weight > 0:
                for place in _places(text, gram, self.model.reach):
                    strength[place] += weight / len(gram)
        return tuple(self.plain.original(*stretch) for stretch in _strongest(strength))


def ngrams(text: str, longest: int, reach: int = 0) -> tuple[str, ...]:
    """The different stretches of 1 to `longest` characters without a break in them, in order.

    With `reach`, the gapped pairs too: two characters, or two pairs of them, of which the second
    begins 2 to `reach` characters after the first, whatever stands between them. Marks are left
    out of these, and of what they count. They hear “您自己…的” in whatever way it goes on.
    """
    found: dict[str, None] = {}
    for part in _BREAK.split(text):
        for size in range(1, longest + 1):
            found.update(dict.fromkeys(part[at : at + size] for at in range(len(part) - size + 1)))
        if reach:
            found.update(dict.fromkeys(_gapped(part, reach)))
    return tuple(found)


def _gapped(text: str, reach: int) -> Iterator[str]:
    letters = "".join(filter(str.isalnum, text))
    for size in _GAPPED_SIZES:
        ends = [letters[at : at + size] for at in range(len(letters) - size + 1)]
        for at, first in enumerate(ends):
            for second in ends[at + 2 : at + reach + 1]:
                yield f"{first}{GAP}{second}"


def _places(text: str, gram: str, reach: int) -> Iterator[int]:
    """The places of every character of an n-gram in a text, wherever it occurs."""
    first, gap, second = gram.partition(GAP)
    letters = [at for at, one in enumerate(text) if one.isalnum()] if gap else range(len(text))
    told = "".join(text[at] for at in letters)
    start = told.find(first)
    while start >= 0:
        ends = range(start + 2, start + reach + 1) if gap else (start,)
        met = [at for at in ends if told.startswith(second if gap else first, at)]
        for at in met[:1]:
            yield from (letters[place] for place in range(at, at + len(second or first)))
            if gap:
                yield from (letters[place] for place in range(start, start + len(first)))
        start = told.find(first, start + 1)


def share_of(count: int, damping: float, fewest: int) -> float:
    """How much each of `count` different n-grams counts: less in a long text, by `damping`.

    Texts of less than `fewest` count as if they had so many: in three words every character would
    shout otherwise.
    """
    return float(max(fewest, count) ** -damping)


def _strongest(strength: "array[float]") -> list[tuple[int, int]]:
    """The stretches above the mean of what spoke, strongest first up to the named share."""
    total = sum(strength)
    if total <= 0:
        return []
    level = total / sum(1 for value in strength if value > 0)
    stretches: list[tuple[float, int, int]] = []
    start = -1
    for place in range(len(strength) + 1):
        above = place < len(strength) and strength[place] >= level
        if above and start < 0:
            start = place
        elif not above and start >= 0:
            stretches.append((sum(strength[start:place]), start, place))
            start = -1
    chosen: list[tuple[int, int]] = []
    named = 0.0
    for value, begin, end in sorted(stretches, key=lambda found: (-found[0], found[1])):
        if named >= _NAMED_SHARE * total or len(chosen) == _MOST_SPANS:
            break
        chosen.append((begin, end))
        named += value
    return sorted(chosen)
