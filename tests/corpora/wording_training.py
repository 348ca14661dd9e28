"""The model behind the wording check: what it learns from, and how.

It learns from the tuning sentences, from every literal of the phrases (a risky fragment each, of
little weight) and from what the pack itself puts into the mouths of staff (harmless by its rules).
"""

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from desk.domain.content import Pack
from desk.domain.ngrams import GAP, NgramModel, ngrams
from desk.domain.plain_form import plain_form
from desk.domain.quotation import customer_words
from desk.domain.second_reading import RISKY, passages, reading_form

LONGEST = 3
REACH = 8
DAMPING = 0.5
UNIT = 0.02
LEAST = 5
_SEED = 11
_ROUNDS = 8
_STEP = 0.3
_SHRINK = 1e-4
_LITERAL_WEIGHT = 0.05
_SCRIPT_WEIGHT = 0.5
_RAREST = 2
_RAREST_GAPPED = 3
_SMOOTH = 0.3
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’")
_KIND_GRAMS = 4_000
"""How many n-grams tell the kinds of risk apart; the kind only chooses the advice that is shown."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, the letter of its kind of risk ("" for harmless), and how much it counts."""

    text: str
    category: str
    weight: float = 1.0


def pack_lessons(pack: Pack) -> Iterator[Lesson]:
    """What the pack itself teaches: its literals are risky, its own sentences are not."""
    for phrase in pack.phrases:
        for literal in phrase.match:
            yield Lesson(literal, phrase.category, _LITERAL_WEIGHT)
        for words in (phrase.better.zh, phrase.better.en):
            yield Lesson(words, "", _SCRIPT_WEIGHT)
    for script in pack.scripts:
        for words in (script.text.zh, script.text.en):
            yield Lesson(words, "", _SCRIPT_WEIGHT)
    for checklist in pack.checklists:
        for item in checklist.items:
            for words in (item.text.zh, item.text.en):
                yield Lesson(_QUOTED.sub("", words), "", _SCRIPT_WEIGHT)


def train(lessons: Iterable[Lesson], threshold: float) -> NgramModel:
    """The model of the lessons: whether a passage is risky, and of which kind it would be."""
    read = [(one, grams) for one in lessons for grams in _readings(one.text) if grams]
    common = Counter(gram for _one, grams in read for gram in grams)
    known = {
        gram
        for gram, count in common.items()
        if count >= (_RAREST_GAPPED if GAP in gram else _RAREST)
    }
    texts = [(one, tuple(sorted(grams & known)), len(grams)) for one, grams in read]
    weights, bias = _fit(texts)
    kinds = sorted({one.category for one, _grams, _size in texts if one.category})
    rows: dict[str, list[int]] = defaultdict(list)
    for gram, weight in weights.items():
        units = round(weight / UNIT)
        if abs(units) >= LEAST:
            rows[gram] += [0, units]
    for gram, told in _kinds(texts, kinds).items():
        for number, strength in told.items():
            rows[gram] += [number, round(strength / UNIT)]
    return NgramModel(
        labels=(RISKY, *kinds),
        biases=(round(bias, 3), *(0.0 for _kind in kinds)),
        thresholds=(threshold, *(0.0 for _kind in kinds)),
        longest=LONGEST,
        reach=REACH,
        damping=DAMPING,
        unit=UNIT,
        rows=msgspec.Raw(msgspec.json.encode(dict(sorted(rows.items())))),
    )


def _readings(text: str) -> Iterator[set[str]]:
    """The n-grams of each passage of a text, as the check reads them."""
    plain = plain_form(text, customer_words(text))
    for start, end in passages(plain.text):
        form = reading_form(plain, start, end)
        yield set(ngrams(form.text, LONGEST, REACH))


def _fit(texts: Sequence[tuple[Lesson, tuple[str, ...], int]]) -> tuple[Mapping[str, float], float]:
    """Weights of a logistic regression by adaptive steps, in the same order on every run."""
    weights: dict[str, float] = defaultdict(float)
    travelled: dict[str, float] = defaultdict(lambda: 1e-6)
    bias = 0.0
    order = list(range(len(texts)))
    dice = random.Random(_SEED)  # noqa: S311 - the order of lessons
    for _round in range(_ROUNDS):
        dice.shuffle(order)
        for number in order:
            lesson, grams, size = texts[number]
            share = 1 / max(1, size) ** DAMPING
            odds = bias + share * sum(weights[gram] for gram in grams)
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
            error = (chance - bool(lesson.category)) * lesson.weight
            for gram in grams:
                slope = error * share + _SHRINK * weights[gram]
                travelled[gram] += slope * slope
                weights[gram] -= _STEP * slope / math.sqrt(travelled[gram])
            bias -= 0.02 * error
    return weights, bias


def _kinds(
    texts: Sequence[tuple[Lesson, tuple[str, ...], int]], kinds: Sequence[str]
) -> dict[str, dict[int, float]]:
    """What the most telling n-grams say for each kind of risk, as log shares (naive Bayes)."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    totals: Counter[str] = Counter()
    for lesson, grams, _size in texts:
        if lesson.category:
            totals[lesson.category] += 1
            for gram in grams:
                seen[gram][lesson.category] += 1
    told: dict[str, dict[int, float]] = {}
    for gram, counts in seen.items():
        whole = sum(counts.values())
        told[gram] = {
            number: math.log((counts[kind] + _SMOOTH) / (totals[kind] + _SMOOTH * len(kinds)))
            - math.log((whole + _SMOOTH) / sum(totals.values()))
            for number, kind in enumerate(kinds, start=1)
            if counts[kind] * 3 > whole
        }
    best = sorted(told, key=lambda gram: (-sum(seen[gram].values()) * len(gram), gram))
    return {gram: told[gram] for gram in best[:_KIND_GRAMS] if told[gram]}
