"""The facts that conditions of a pack may ask of a case: its fields, assessment and words.

The names are those of `desk.domain.escalation.FACTS` and the keys of the pack's fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from desk.domain.assessment import Assessment
from desk.domain.case import Case
from desk.domain.clock_values import Clock
from desk.domain.intake import StepDef, fields_of, path_of

SPOKEN = frozenset({"text", "staff_text"})
"""The facts that are whole texts: what the customer said, and what staff wrote."""
_ITEMS = {"red": "R0", "signs": "Q9", "support": "Q11"}


@dataclass(frozen=True, slots=True)
class SpokenFields:
    """Where a pack's form holds words: paths of what the customer said, and of what staff wrote."""

    customer: tuple[str, ...]
    staff: tuple[str, ...]


def spoken_fields(steps: tuple[StepDef, ...]) -> SpokenFields:
    """The fields of a form that hold somebody's words; group fields as `group/*/key`."""
    found = [(at.definition.speaker, at.path) for at in fields_of(steps)]
    return SpokenFields(
        tuple(path for speaker, path in found if speaker == "customer"),
        tuple(path for speaker, path in found if speaker == "staff"),
    )


def facts_of(
    case: Case, spoken: SpokenFields, assessment: Assessment | None, clock: Clock | None
) -> dict[str, object]:
    """What is known of a case; what is not known yet is absent."""
    known: dict[str, object] = {}
    for key, state in case.fields.items():
        if "/" not in key and state.value is not None:
            known[key] = state.value
    groups = case.groups()
    known["text"] = _joined(case, groups, spoken.customer)
    known["staff_text"] = _joined(case, groups, spoken.staff)
    if assessment is not None:
        known.update(_observed(assessment))
    if clock is not None:
        known["clock_state"] = clock.state
        known["clock_used"] = float(clock.share)
    return known


def _observed(assessment: Assessment) -> Mapping[str, object]:
    told: dict[str, object] = {d: int(assessment.values[d]) for d in ("A", "V", "E", "U")}
    for name, item in _ITEMS.items():
        chosen = assessment.answers.of(item)
        if chosen is not None:
            told[name] = list(chosen)
    role = assessment.answers.of("Q10")
    if role:
        told["role"] = role[0]
    return told


def paths_in(groups: Mapping[str, tuple[str, ...]], pattern: str) -> tuple[str, ...]:
    """The paths that a field of the form stands for: one per item of its group."""
    if "/" not in pattern:
        return (pattern,)
    group, _, key = pattern.split("/")
    return tuple(path_of(group, item, key) for item in groups.get(group, ()))


def words_in(case: Case, patterns: tuple[str, ...]) -> str:
    """What the fields of these paths hold, a field a line."""
    return _joined(case, case.groups(), patterns)


def _joined(case: Case, groups: Mapping[str, tuple[str, ...]], patterns: tuple[str, ...]) -> str:
    texts = [case.text(path) for pattern in patterns for path in paths_in(groups, pattern)]
    return "\n".join(filter(None, texts))
