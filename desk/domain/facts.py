"""The facts that conditions of a pack may ask of a case: its fields, assessment and words.

The names are those of `desk.domain.escalation.FACTS` and the keys of the pack's fields.
"""

from collections.abc import Mapping

from desk.domain.assessment import Assessment
from desk.domain.case import Case
from desk.domain.clock_values import Clock
from desk.domain.intake import StepDef, fields_of, path_of

_ITEMS = {"red": "R0", "signs": "Q9", "support": "Q11"}


def facts_of(
    case: Case, steps: tuple[StepDef, ...], assessment: Assessment | None, clock: Clock | None
) -> dict[str, object]:
    """What is known of a case; what is not known yet is absent."""
    known: dict[str, object] = {}
    for key, state in case.fields.items():
        if "/" not in key and state.value is not None:
            known[key] = state.value
    customer, staff = words_of(case, steps)
    known["text"] = customer
    known["staff_text"] = staff
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


def words_of(case: Case, steps: tuple[StepDef, ...]) -> tuple[str, str]:
    """The customer's words in a case, and what staff wrote, each as one text."""
    customer: list[str] = []
    staff: list[str] = []
    for at in fields_of(steps):
        speaker = at.definition.speaker
        if not speaker:
            continue
        target = customer if speaker == "customer" else staff
        target.extend(text for path in _paths(case, at.path) if (text := case.text(path)))
    return "\n".join(customer), "\n".join(staff)


def _paths(case: Case, pattern: str) -> tuple[str, ...]:
    parts = pattern.split("/")
    if len(parts) != 3:
        return (pattern,)
    return tuple(path_of(parts[0], item, parts[2]) for item in case.items(parts[0]))
