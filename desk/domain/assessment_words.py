"""The quick assessment explained in sentences: what added up to what, and why this profile.

All wording comes from the pack; here are only the slots. Numbers belong in the folded part of
the screen: first how to help, then why.
"""

from desk.domain.assessment import CAP, Assessment, Reason
from desk.domain.assessment_model import AssessmentModel, Condition, Dimension, Profile, option

_MINUS = "−"


def explain(model: AssessmentModel, assessment: Assessment, language: str) -> tuple[str, ...]:
    """Sentences for every dimension that moved and for the profile, in `language` (zh or en).

    For example "激动度 45：声音“喊叫”30 + 身体“坐不住”15"; the parts of a score sum to it.
    """
    return (
        *(
            explain_dimension(model, assessment, dimension.key, language)
            for dimension in model.dimensions
            if any(reason.dimension == dimension.key for reason in assessment.reasons)
        ),
        explain_profile(model, assessment, language),
    )


def explain_dimension(
    model: AssessmentModel, assessment: Assessment, key: str, language: str
) -> str:
    """One sentence: the dimension, its value, and each tick with its points."""
    dimension = model.dimension(key)
    parts = [
        _part(model, reason, language) for reason in assessment.reasons if reason.dimension == key
    ]
    phrases = model.phrases
    pattern = phrases.total if parts else phrases.nothing
    return pattern.of(language).format(
        dimension=dimension.term.of(language),
        value=_value(dimension, assessment.values[key]),
        parts=phrases.plus.of(language).join(parts),
    )


def explain_profile(model: AssessmentModel, assessment: Assessment, language: str) -> str:
    """One sentence: the profile and the condition that led to it, or why there is none."""
    profile = model.profile(assessment.profile)
    phrases = model.phrases
    name = profile.name.of(language)
    if profile.key != model.fallback:
        return phrases.profile.of(language).format(
            profile=name, because=_because(model, assessment, profile, language)
        )
    if assessment.missing >= model.too_many_missing:
        return phrases.too_little.of(language).format(profile=name, missing=assessment.missing)
    return phrases.fallback.of(language).format(profile=name)


def gap_sentence(model: AssessmentModel, assessment: Assessment, language: str) -> str | None:
    """The question that checks with the customer what matters most; None without a gap."""
    if assessment.gap is None:
        return None
    stated, implied = (
        dimension.spoken or dimension.name
        for dimension in map(model.dimension, (assessment.gap.stated, assessment.gap.implied))
    )
    return model.gap.sentence.of(language).format(
        stated=stated.of(language), implied=implied.of(language)
    )


def _part(model: AssessmentModel, reason: Reason, language: str) -> str:
    points = _signed(reason.points)
    if reason.option == CAP:
        return model.phrases.cap.of(language).format(points=points)
    item = model.item(reason.item)
    return model.phrases.part.of(language).format(
        item=item.label.of(language),
        option=option(item, reason.option).label.of(language),
        points=points,
    )


def _because(
    model: AssessmentModel, assessment: Assessment, profile: Profile, language: str
) -> str:
    """The parts of every condition of the profile that holds, in one list."""
    parts = [
        part for condition in profile.when for part in _met(model, assessment, condition, language)
    ]
    return model.phrases.plus.of(language).join(parts)


def _met(
    model: AssessmentModel, assessment: Assessment, condition: Condition, language: str
) -> list[str]:
    """What of a condition can be said; nothing when it does not hold."""
    phrases = model.phrases
    parts: list[str] = []
    if condition.dimension:
        dimension = model.dimension(condition.dimension)
        value = assessment.values[dimension.key]
        if value < condition.at_least:
            return []
        pattern = phrases.largest if condition.largest else phrases.reached
        parts.append(
            pattern.of(language).format(
                dimension=dimension.term.of(language),
                value=_value(dimension, value),
                at_least=_value(dimension, condition.at_least),
            )
        )
    if condition.shares_below is not None:
        parts.append(phrases.spread.of(language).format(below=_percent(condition.shares_below)))
    if condition.item:
        item = model.item(condition.item)
        ticked = assessment.answers.of(item.key) or ()
        parts.extend(
            phrases.seen.of(language).format(
                item=item.label.of(language), option=option(item, key).label.of(language)
            )
            for key in condition.options
            if key in ticked
        )
    return parts


def _value(dimension: Dimension, value: float) -> str:
    return _percent(value) if dimension.kind == "share" else _signed(round(value))


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _signed(points: int) -> str:
    return f"{_MINUS}{-points}" if points < 0 else str(points)
