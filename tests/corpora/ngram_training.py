"""Training of `desk.domain.ngrams.NgramModel`: one logistic regression a label, in the dual.

With some hundred texts and some ten thousand n-grams the fit is solved over the texts: Newton's
method on the kernel, exact, the same on every run. numpy comes with the program's plots.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np

from desk.domain.ngrams import NgramModel, ngrams, share_of
from desk.domain.plain_form import plain_form

_CHUNK = 4_096
_STEPS = 8
_SETTLED = 1e-3
_BIAS = 4.0
Matrix = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Example:
    """A text, the labels that hold for it, and marks that other readers set on it."""

    text: str
    labels: frozenset[str]
    marks: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """How a model is fitted: `softness` is the L2 penalty, `rarest` the fewest texts of an n-gram.

    `mark_scale` lets marks weigh more before the penalty is felt. `balance` of 1 lets the texts
    with and without a label weigh the same, 0 each text. `rarity` is the power by which an n-gram
    found in few texts weighs more (inverse document frequency; 0: all alike); it ends up in the
    weights, so that reading needs no table of it. `fewest` is the n-grams of the shortest text that
    is not held down. Weights are kept in steps of `unit`, those below
    `least` steps not at all.
    """

    longest: int = 4
    damping: float = 0.5
    softness: float = 0.1
    rarest: int = 2
    mark_scale: float = 1.0
    balance: float = 0.5
    rarity: float = 0.0
    fewest: int = 1
    unit: float = 0.04
    least: int = 2


def train(
    examples: Sequence[Example],
    labels: Sequence[str],
    settings: Settings,
    thresholds: Mapping[str, float] | None = None,
) -> NgramModel:
    """A model of the labels; thresholds are 0 (even odds) unless given."""
    values, scale = _features(examples, settings)
    names = list(scale)
    rows = _matrix(values, scale)
    kernel = np.zeros((len(examples), len(examples)))
    for begin in range(0, rows.shape[1], _CHUNK):
        part = rows[:, begin : begin + _CHUNK]
        kernel += part @ part.T
    kernel += _BIAS
    duals = np.stack([_fit(kernel, examples, label, settings) for label in labels], axis=1)
    weights = rows.T @ duals
    weights *= np.array(list(scale.values()))[:, None]
    biases = _BIAS * duals.sum(axis=0)
    return _model(names, labels, weights, biases, settings, thresholds or {})


def text_of(model: NgramModel) -> str:
    """The model as the JSON file that a pack ships: one n-gram a line."""
    head = {
        "labels": list(model.labels),
        "biases": list(model.biases),
        "thresholds": list(model.thresholds),
        "longest": model.longest,
        "damping": model.damping,
        "fewest": model.fewest,
        "reach": model.reach,
        "unit": model.unit,
    }
    lines = ",\n".join(
        f"{json.dumps(gram, ensure_ascii=False)}:[{','.join(map(str, row))}]"
        for gram, row in model._rows.items()
    )
    worths = json.dumps(dict(model.worth), ensure_ascii=False, separators=(",", ":"))
    start = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{start},\n"worths":{worths},\n"rows":{{\n{lines}\n}}}}\n'


def _features(
    examples: Sequence[Example], settings: Settings
) -> tuple[list[dict[str, float]], dict[str, float]]:
    """Each text's features, and how much each feature that is common enough is stretched."""
    values: list[dict[str, float]] = []
    common: Counter[str] = Counter()
    for example in examples:
        grams = ngrams(plain_form(example.text).text, settings.longest)
        share = share_of(len(grams), settings.damping, settings.fewest)
        common.update(grams)
        values.append({**dict.fromkeys(grams, share), **example.marks})
    scale = {mark: settings.mark_scale for example in examples for mark in example.marks}
    for gram, count in common.items():
        if count >= settings.rarest:
            scale[gram] = math.log((1 + len(examples)) / (1 + count)) ** settings.rarity
    return values, dict(sorted(scale.items()))


def _matrix(values: Sequence[Mapping[str, float]], scale: Mapping[str, float]) -> Matrix:
    places = {name: place for place, name in enumerate(scale)}
    rows = np.zeros((len(values), len(places)), dtype=np.float64)
    for row, found in enumerate(values):
        for name, value in found.items():
            place = places.get(name)
            if place is not None:
                rows[row, place] = value * scale[name]
    return rows


def _fit(kernel: Matrix, examples: Sequence[Example], label: str, settings: Settings) -> Matrix:
    """The dual weights of a penalised logistic regression, by Newton's method."""
    truth = np.array([label in example.labels for example in examples], dtype=np.float64)
    share = min(max(truth.mean(), 1e-6), 1 - 1e-6)
    cost = np.where(truth > 0, (0.5 / share) ** settings.balance, 1.0)
    cost[truth == 0] = (0.5 / (1 - share)) ** settings.balance
    size = len(examples)
    dual = np.zeros(size)
    for _step in range(_STEPS):
        score = kernel @ dual
        chance = 1 / (1 + np.exp(-np.clip(score, -30, 30)))
        slope = np.maximum(cost * chance * (1 - chance), 1e-6)
        target = score + cost * (truth - chance) / slope
        moved = np.linalg.solve(kernel + np.diag(settings.softness / slope), target)
        if np.max(np.abs(moved - dual)) < _SETTLED * np.max(np.abs(moved)):
            return np.asarray(moved)
        dual = moved
    return dual


def _model(
    names: Sequence[str],
    labels: Sequence[str],
    weights: Matrix,
    biases: Matrix,
    settings: Settings,
    thresholds: Mapping[str, float],
) -> NgramModel:
    units = np.rint(weights / settings.unit).astype(int)
    units[np.abs(units) < settings.least] = 0
    rows: dict[str, list[int]] = {}
    for place in map(int, np.flatnonzero(np.any(units != 0, axis=1))):
        row: list[int] = []
        for label in np.flatnonzero(units[place]):
            row += [int(label), int(units[place, label])]
        rows[names[place]] = row
    return NgramModel(
        labels=tuple(labels),
        biases=tuple(round(float(bias), 3) for bias in biases),
        thresholds=tuple(round(thresholds.get(label, 0.0), 3) for label in labels),
        longest=settings.longest,
        damping=settings.damping,
        fewest=settings.fewest,
        unit=settings.unit,
        rows=msgspec.Raw(msgspec.json.encode(rows)),
    )
