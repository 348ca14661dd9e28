"""What slips of the observer do to the quick assessment: the simulation of knowledge B7.

Invented customers are each rated by three observers who err at a given rate; the model of the pack
judges every rating, and the agreement of what would be shown is measured. It says how errors of
observation spread, nothing about whether the assessment is true; the customers' correlations are
assumptions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random
from statistics import fmean

from desk.domain.agreement import fleiss, weighted
from desk.domain.assessment import Answers, Judgement, judged
from desk.domain.assessment_model import COLOURS, AssessmentModel, Item

RATES = (0.02, 0.05, 0.10, 0.15, 0.20, 0.30)
"""Error rates of one item, as in the table of B7."""
CUSTOMERS = 4000
OBSERVERS = 3
SEED = 20250101
FALSE_ALARM = 5
"""A tick is overlooked this many times more often than it is seen where there is none."""


@dataclass(frozen=True, slots=True)
class Noise:
    """What one error rate leaves: agreement of profiles (Fleiss κ) and of bands (weighted κ).

    B7 compares two of the three observers; here the mean of all three pairs is given, which is the
    same figure with less luck in it.
    """

    rate: float
    profiles: float
    hits: float
    bands: Mapping[str, float]


def simulate(
    model: AssessmentModel,
    random: Random,
    customers: int = CUSTOMERS,
    rates: Sequence[float] = RATES,
) -> tuple[Noise, ...]:
    """The table of B7 for this model, one row an error rate.

    `hits` is the share of one observer's profiles that equal those of an observer without error.
    """
    true = [_customer(model, random) for _ in range(customers)]
    shown = [judged(model, answers).profile for answers in true]
    return tuple(_row(model, random, true, shown, rate) for rate in rates)


def _row(
    model: AssessmentModel,
    random: Random,
    true: Sequence[Answers],
    shown: Sequence[str],
    rate: float,
) -> Noise:
    rated = [
        [judged(model, _observed(model, answers, rate, random)) for answers in true]
        for _ in range(OBSERVERS)
    ]
    profiles = [[one.profile for one in observer] for observer in rated]
    banded = [d.key for d in model.dimensions if d.bands]
    return Noise(
        rate=rate,
        profiles=fleiss(profiles),
        hits=sum(a == b for a, b in zip(profiles[0], shown, strict=True)) / len(shown),
        bands={
            key: fmean(
                weighted(first, second) for first, second in combinations(_grades(rated, key), 2)
            )
            for key in banded
        },
    )


def _grades(rated: Sequence[Sequence[Judgement]], dimension: str) -> list[list[int]]:
    """Each observer's colours of one dimension as numbers in their order."""
    return [[COLOURS.index(one.bands[dimension]) for one in observer] for observer in rated]


def _customer(model: AssessmentModel, random: Random) -> Answers:
    """An invented customer: arousal, style and a wish to escalate that goes with arousal."""
    arousal, style = random.gauss(0, 1), random.gauss(0, 1)
    escalation = 0.5 * arousal + 0.87 * random.gauss(0, 1)
    upset = int(escalation > 0.5)

    def noisy(share: float, of: float, spread: float) -> float:
        return share * of + spread * random.gauss(0, 1)

    graded = {
        "Q1": (noisy(1, arousal, 0.5), (0.3, 1.4)),
        "Q2": (noisy(1, arousal, 0.6), (0.5, 1.7)),
        "Q3": (noisy(0.5, arousal, 0.8), (0.9, 1.9)),
        "Q13": (noisy(0.6, arousal, 0.6), (0.4, 1.4)),
        "Q6": (style - 0.4 * arousal, (-0.5, 0.5)),
        "Q8": (noisy(0.5, escalation, 0.8), (0.3, 1.1)),
    }
    drawn: dict[str, tuple[float, ...]] = {
        "Q4": (0.30, 0.28, 0.20, 0.14, 0.08),
        "Q5": (0.40, 0.22, 0.18, 0.13, 0.07),
        "Q7": (0.18 + 0.1 * upset, 0.34, 0.28 - 0.1 * upset, 0.20),
        "Q10": (0.80, 0.13, 0.04, 0.03),
        "Q12": (0.35, 0.25, 0.15, 0.25),
    }
    ticked: dict[str, tuple[float, ...]] = {
        "Q9": (0.30, 0.15, 0.12, 0.06) if upset else (0.08, 0.03, 0.03, 0.01),
        "Q11": (0.18, 0.10, 0.07, 0.04, 0.06 + 0.10 * (arousal > 1)),
    }
    chosen: dict[str, tuple[str, ...]] = {}
    for key, (value, cuts) in graded.items():
        chosen[key] = (_keys(model.item(key))[sum(value > cut for cut in cuts)],)
    for key, weights in drawn.items():
        chosen[key] = tuple(random.choices(_keys(model.item(key)), weights))
    for key, chances in ticked.items():
        options = zip(_keys(model.item(key)), chances, strict=True)
        chosen[key] = tuple(option for option, chance in options if random.random() < chance)
    return Answers(chosen)


def _keys(item: Item) -> list[str]:
    return [option.key for option in item.options if not option.none]


def _observed(model: AssessmentModel, true: Answers, rate: float, random: Random) -> Answers:
    """What an observer ticks who errs at `rate`: a step off in a grade, a miss among ticks."""
    chosen: dict[str, tuple[str, ...]] = {}
    for key, ticks in true.chosen.items():
        item = model.item(key)
        options = _keys(item)
        if item.kind == "flags":
            chosen[key] = tuple(
                option
                for option in options
                if random.random() < (1 - rate if option in ticks else rate / FALSE_ALARM)
            )
        elif random.random() < rate:
            chosen[key] = (_slip(item, options, ticks[0], random),)
        else:
            chosen[key] = ticks
    return Answers(chosen)


def _slip(item: Item, options: Sequence[str], true: str, random: Random) -> str:
    if item.kind == "choice":
        return random.choice([option for option in options if option != true])
    at = options.index(true)
    beside = [options[step] for step in (at - 1, at + 1) if 0 <= step < len(options)]
    return random.choice(beside)
