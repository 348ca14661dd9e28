"""Reading observations from JSON and writing the result; the exact form other programs rely on.

In: `{"answers": {"R0": ["a"], "Q1": 2, "Q4": "c", "Q9": [], …}}`. Graded items are numbers,
choices one letter, ticks a list; a missing key or null is "not observed", an empty list was
looked at and nothing seen. Out: see :func:`to_json`.
"""

from collections.abc import Mapping

from desk.domain.assessment import CAP, Answers, Assessment
from desk.domain.assessment_model import AssessmentModel, Item
from desk.errors import BadInput

_WIDTH = 40  # an unknown key is named, but not at any length


def parse_answers(model: AssessmentModel, document: object) -> Answers:
    """The observations in a decoded JSON document; raises BadInput and guesses nothing.

    `where` names the place ("answers.Q1"), `reason` is one of `not_an_object`, `missing_key`,
    `unknown_key`, `wrong_type`, `unknown_value`, `contradiction`; `expected` says what fits.
    """
    whole = _object(document, "$")
    for key in whole:
        if key != "answers":
            raise _bad(_named("$", key), "unknown_key", "answers")
    if "answers" not in whole:
        raise _bad("$", "missing_key", "answers")
    given = _object(whole["answers"], "answers")
    known = {item.key for item in model.items}
    for key in given:
        if key not in known:
            raise _bad(_named("answers", key), "unknown_key", ", ".join(i.key for i in model.items))
    return Answers(
        {
            item.key: _chosen(item, answer)
            for item in model.items
            if (answer := given.get(item.key)) is not None
        }
    )


def to_json(model: AssessmentModel, assessment: Assessment) -> dict[str, object]:
    """The result as one JSON object: A, V, E, U, D, P, I, S, bands, profile and the rest.

    The option of a reason is written as it is read (a number for graded items); "cap" marks what
    a limit takes away. Every dimension of the model appears under its own key.
    """
    items = {item.key: item for item in model.items}
    return {
        **assessment.values,
        "bands": dict(assessment.bands),
        "profile": assessment.profile,
        "also": list(assessment.also),
        "stage": assessment.stage,
        "gap": assessment.gap is not None,
        "checklists": list(assessment.checklists),
        "reasons": [
            {
                "dimension": reason.dimension,
                "item": reason.item,
                "option": reason.option
                if reason.option == CAP
                else _option(items[reason.item], reason.option),
                "points": reason.points,
            }
            for reason in assessment.reasons
        ],
        "missing": assessment.missing,
        "confidence": assessment.confidence,
        "next": assessment.next,
    }


def _option(item: Item, key: str) -> int | str:
    return int(key) if item.kind == "ordinal" else key


def _chosen(item: Item, answer: object) -> tuple[str, ...]:
    where = f"answers.{item.key}"
    if item.kind == "flags":
        return _ticked(item, answer, where)
    keys = [option.key for option in item.options]
    expected = ", ".join(keys)
    # bool is an int to Python, but true is not a grade
    fits = type(answer) is int if item.kind == "ordinal" else isinstance(answer, str)
    if not fits:
        raise _bad(where, "wrong_type", expected)
    # str() of a huge number is refused by Python itself; no grade has more than a few digits
    if isinstance(answer, int) and not 0 <= answer < len(keys):
        raise _bad(where, "unknown_value", expected)
    if str(answer) not in keys:
        raise _bad(where, "unknown_value", expected)
    return (str(answer),)


def _ticked(item: Item, answer: object, where: str) -> tuple[str, ...]:
    keys = [option.key for option in item.options]
    expected = ", ".join(keys)
    if not isinstance(answer, list | tuple):
        raise _bad(where, "wrong_type", f"[{expected}]")
    for entry in answer:
        if not isinstance(entry, str):
            raise _bad(where, "wrong_type", f"[{expected}]")
        if entry not in keys:
            raise _bad(where, "unknown_value", expected)
    chosen = [option for option in item.options if option.key in answer]
    if len(chosen) > 1 and any(option.none for option in chosen):
        raise _bad(where, "contradiction", expected)
    return tuple(option.key for option in chosen)


def _object(value: object, where: str) -> Mapping[object, object]:
    if not isinstance(value, Mapping):
        raise _bad(where, "not_an_object", "{…}")
    return value


def _named(parent: str, key: object) -> str:
    name = str(key)
    return f"{parent}.{name if len(name) <= _WIDTH else name[:_WIDTH] + '…'}"


def _bad(where: str, reason: str, expected: str) -> BadInput:
    return BadInput(where=where, reason=reason, expected=expected)
