"""The quick assessment: from what staff saw and heard to how to help, with every reason.

A service hint, not a test of a person: it adds protection and resources and never takes any
away. The model (items, points, bands, profiles, rules) is content, see
`desk.domain.assessment_model`; nothing of it is written down here. Reading and writing JSON is
`desk.domain.assessment_json`, sentences are `desk.domain.assessment_words`.
"""

import dataclasses
from collections.abc import Iterable, Mapping

from desk.domain.assessment_model import (
    COLOURS,
    AssessmentModel,
    Colour,
    Condition,
    Dimension,
    Item,
    option,
)

CAP = "cap"
"""As a reason's option: what a limit takes away. As its item: the limit is the dimension's own."""


@dataclasses.dataclass(frozen=True, slots=True)
class Answers:
    """What was observed: item key to the keys of its chosen options, in the model's order.

    An item that is not there was not observed; an empty tuple was looked at and nothing seen.
    """

    chosen: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    def of(self, item: str) -> tuple[str, ...] | None:
        """The chosen options of an item, or None when it was not observed."""
        return self.chosen.get(item)


@dataclasses.dataclass(frozen=True, slots=True)
class Reason:
    """One contribution: this option of this item moved this dimension by so many points.

    Shares count in plain points, so their reasons sum to the share's weight, not to the share.
    """

    dimension: str
    item: str
    option: str
    points: int


@dataclasses.dataclass(frozen=True, slots=True)
class Gap:
    """The concern asked for aloud and the one the talk leans to; both are share dimensions."""

    stated: str
    implied: str


@dataclasses.dataclass(frozen=True, slots=True)
class Assessment:
    """The result: what to pay attention to, how to receive the customer, and why.

    `values` holds scores in points and shares between 0 and 1. `also` lists the other profiles
    whose condition holds, `checklists` the escalation checklists called for, most urgent first.
    `missing` counts unobserved items (red flags not counted), `confidence` is the observed part.
    """

    answers: Answers
    values: Mapping[str, float]
    bands: Mapping[str, Colour]
    profile: str
    also: tuple[str, ...]
    stage: str
    gap: Gap | None
    checklists: tuple[str, ...]
    reasons: tuple[Reason, ...]
    missing: int
    confidence: float
    next: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class _Facts:
    """What conditions speak about: every value, the shares alone, and the ticks."""

    values: Mapping[str, float]
    shares: Mapping[str, float]
    chosen: Mapping[str, tuple[str, ...]]


@dataclasses.dataclass(frozen=True, slots=True)
class _View:
    """What the screen would show for some answers; cheap enough to ask "what if" with.

    `likely` is the profile as it would be if enough had been observed.
    """

    facts: _Facts
    bands: Mapping[str, Colour]
    holding: tuple[str, ...]
    likely: str
    profile: str
    stage: str
    missing: int


def assess(model: AssessmentModel, answers: Answers) -> Assessment:
    """The result of these answers under this model; the same answers always give the same."""
    reasons = _reasons(model, answers.chosen)
    points = _summed(model, reasons)
    view = _view(model, answers.chosen, points)
    counted = sum(item.counted for item in model.items)
    return Assessment(
        answers=answers,
        values=view.facts.values,
        bands=view.bands,
        profile=view.profile,
        also=tuple(key for key in view.holding if key != view.profile),
        stage=view.stage,
        gap=_gap(model, reasons),
        checklists=tuple(
            rule.checklist for rule in model.checklists if _any_holds(rule.when, view.facts)
        ),
        reasons=(*reasons, *_dimension_caps(model, points)),
        missing=view.missing,
        confidence=1 - view.missing / counted if counted else 1.0,
        next=_next_item(model, answers.chosen, points, view),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Judgement:
    """The judgement alone, without its reasons: the colour of every band and the profile."""

    bands: Mapping[str, Colour]
    profile: str


def judged(model: AssessmentModel, answers: Answers) -> Judgement:
    """What :func:`assess` would show as bands and profile, for asking it many thousand times."""
    view = _view_of(model, answers)
    return Judgement(view.bands, view.profile)


def lowers(model: AssessmentModel, before: Answers, after: Answers) -> tuple[str, ...]:
    """The safety dimensions and flag items that a change would lower, in the model's order.

    A dimension is lowered when its band turns milder, a flag item when a flag is taken back.
    Such a change needs the person in charge to confirm it and a reason (the "or" rule).
    """
    old, new = (_view_of(model, answers) for answers in (before, after))
    dimensions = [
        dimension.key
        for dimension in model.dimensions
        if dimension.safety
        and COLOURS.index(new.bands[dimension.key]) < COLOURS.index(old.bands[dimension.key])
    ]
    flags = [
        item.key
        for item in model.items
        if item.safety and _raised(item, before.of(item.key)) - _raised(item, after.of(item.key))
    ]
    return (*dimensions, *flags)


def _raised(item: Item, chosen: tuple[str, ...] | None) -> set[str]:
    """The chosen options that say something was seen; "none of these" is not one."""
    return {key for key in chosen or () if not option(item, key).none}


def _reasons(model: AssessmentModel, chosen: Mapping[str, tuple[str, ...]]) -> list[Reason]:
    return [
        reason
        for item in model.items
        if item.key in chosen
        for reason in _contributions(model, item, chosen[item.key])
    ]


def _contributions(model: AssessmentModel, item: Item, chosen: Iterable[str]) -> list[Reason]:
    """What the chosen options of one item add, and what its own limits take away again."""
    reasons = [
        Reason(dimension, item.key, key, points * model.dimension(dimension).scale)
        for key in chosen
        for dimension, points in option(item, key).points.items()
        if points
    ]
    for dimension, cap in item.caps.items():
        over = sum(reason.points for reason in reasons if reason.dimension == dimension) - cap
        if over > 0:
            reasons.append(Reason(dimension, item.key, CAP, -over))
    return reasons


def _summed(model: AssessmentModel, reasons: Iterable[Reason]) -> dict[str, int]:
    points = {dimension.key: 0 for dimension in model.dimensions}
    for reason in reasons:
        points[reason.dimension] += reason.points
    return points


def _within(dimension: Dimension, points: int) -> int:
    return max(dimension.lowest, min(dimension.highest, points))


def _dimension_caps(model: AssessmentModel, points: Mapping[str, int]) -> list[Reason]:
    """What the ends of each scale take away, so that the reasons sum to the score shown."""
    return [
        Reason(dimension.key, CAP, CAP, difference)
        for dimension in model.dimensions
        if dimension.kind == "score"
        and (difference := _within(dimension, points[dimension.key]) - points[dimension.key])
    ]


def _view_of(model: AssessmentModel, answers: Answers) -> _View:
    return _view(model, answers.chosen, _summed(model, _reasons(model, answers.chosen)))


def _view(
    model: AssessmentModel, chosen: Mapping[str, tuple[str, ...]], points: Mapping[str, int]
) -> _View:
    """The judgement on given point sums; kept apart so that "what if" need not add up again."""
    facts = _facts(model, chosen, points)
    holding = [profile for profile in model.profiles if _any_holds(profile.when, facts)]
    missing = sum(item.counted and item.key not in chosen for item in model.items)
    enough = missing < model.too_many_missing
    shown = holding if enough else [profile for profile in holding if profile.urgent]
    return _View(
        facts=facts,
        bands={d.key: _colour(d, facts) for d in model.dimensions if d.bands},
        holding=tuple(profile.key for profile in holding),
        likely=holding[0].key if holding else model.fallback,
        profile=shown[0].key if shown else model.fallback,
        stage=_stage(model, facts),
        missing=missing,
    )


def _facts(
    model: AssessmentModel, chosen: Mapping[str, tuple[str, ...]], points: Mapping[str, int]
) -> _Facts:
    weights = {d.key: points[d.key] for d in model.dimensions if d.kind == "share"}
    whole = sum(weights.values())
    shares = {key: weight / whole if whole else 0.0 for key, weight in weights.items()}
    values: dict[str, float] = {
        d.key: shares[d.key] if d.kind == "share" else _within(d, points[d.key])
        for d in model.dimensions
    }
    return _Facts(values, shares, chosen)


def _any_holds(conditions: Iterable[Condition], facts: _Facts) -> bool:
    return any(_holds(condition, facts) for condition in conditions)


def _holds(condition: Condition, facts: _Facts) -> bool:
    if condition.dimension and facts.values[condition.dimension] < condition.at_least:
        return False
    if condition.largest and _heaviest(facts.shares) != condition.dimension:
        return False
    if condition.shares_below is not None and any(
        share >= condition.shares_below for share in facts.shares.values()
    ):
        return False
    if condition.item:
        return not set(condition.options).isdisjoint(facts.chosen.get(condition.item, ()))
    return True


def _heaviest(weights: Mapping[str, float]) -> str | None:
    """The key of the largest weight, of equals the first; None when nothing weighs anything."""
    key = max(weights, key=lambda k: weights[k], default=None)
    return key if key is not None and weights[key] else None


def _colour(dimension: Dimension, facts: _Facts) -> Colour:
    value = facts.values[dimension.key]
    return next(
        band.colour
        for band in reversed(dimension.bands)
        if (band.at_least is not None and value >= band.at_least) or _any_holds(band.when, facts)
    )


def _stage(model: AssessmentModel, facts: _Facts) -> str:
    for stage in model.stages:
        if _any_holds(stage.hold_when, facts):
            return stage.key
    for item in model.items:
        for key in facts.chosen.get(item.key, ()):
            if stage_key := option(item, key).stage:
                return stage_key
    return model.stages[0].key


def _gap(model: AssessmentModel, reasons: Iterable[Reason]) -> Gap | None:
    """The stated and the implied concern when both lean somewhere and not to the same place."""

    def leaning(items: tuple[str, ...]) -> str | None:
        weights = {d.key: 0 for d in model.dimensions if d.kind == "share"}
        for reason in reasons:
            if reason.item in items and reason.dimension in weights:
                weights[reason.dimension] += reason.points
        return _heaviest(weights)

    stated, implied = leaning(model.gap.stated), leaning(model.gap.implied)
    if stated is None or implied is None or stated == implied:
        return None
    return Gap(stated, implied)


def _next_item(
    model: AssessmentModel,
    chosen: Mapping[str, tuple[str, ...]],
    points: Mapping[str, int],
    now: _View,
) -> str | None:
    """The unobserved item whose answer is expected to change most of what the screen shows.

    For every option of the item the result is worked out as if it were ticked, and the change
    from the present result is weighted with how often the pack expects the option (ticks: each
    alone, or none). Compared in this order, so that safety comes before fine distinctions:

    1. steps between band colours (A, V, E, U together), plus 1 when the shown profile changes;
    2. whether the profile would change if enough had been observed to show one;
    3. whether the stage changes.

    Equal items are offered in the model's order; None when every counted item is observed.
    """
    best: tuple[tuple[float, ...], str] | None = None
    for item in model.items:
        if not item.counted or item.key in chosen:
            continue
        worth = [0.0, 0.0, 0.0]
        outcomes = _outcomes(item)
        total = sum(weight for _, weight in outcomes) or 1
        for ticked, weight in outcomes:
            extra = _summed(model, _contributions(model, item, ticked))
            then = _view(
                model,
                {**chosen, item.key: ticked},
                {key: points[key] + extra[key] for key in points},
            )
            for index, change in enumerate(_changes(now, then)):
                worth[index] += change * weight / total
        # rounded, so that the last bit of a sum never decides between equal items
        rounded = tuple(round(value, 9) for value in worth)
        if best is None or rounded > best[0]:
            best = (rounded, item.key)
    return best[1] if best else None


def _outcomes(item: Item) -> list[tuple[tuple[str, ...], int]]:
    """Every answer worth considering with its weight; ticks are taken one at a time."""
    outcomes: list[tuple[tuple[str, ...], int]] = [
        ((choice.key,), choice.often) for choice in item.options if not choice.none
    ]
    if item.kind == "flags":
        outcomes.append(((), max(0, 100 - sum(weight for _, weight in outcomes))))
    return outcomes


def _changes(now: _View, then: _View) -> tuple[int, int, int]:
    steps = sum(
        abs(COLOURS.index(then.bands[key]) - COLOURS.index(colour))
        for key, colour in now.bands.items()
    )
    return (
        steps + (then.profile != now.profile),
        int(then.likely != now.likely),
        int(then.stage != now.stage),
    )
