"""A model that contradicts itself is caught, and the place is named."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import yaml

from desk import paths
from desk.domain.assessment_faults import faults
from desk.domain.assessment_model import AssessmentModel

Doc = dict[str, Any]


def _content() -> Doc:
    file = paths.PACKS / "cn-branch" / "assessment.yaml"
    content: Doc = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return content


@pytest.mark.parametrize(
    ("spoil", "path"),
    [
        (lambda c: c["items"][1]["options"][1]["points"].update(X=1), ("items", 1)),
        (lambda c: c["items"][1]["options"][2].update(key="1"), ("items", 1)),
        (lambda c: c["items"][2]["options"][2]["points"].update(V=5), ("items", 2)),
        (lambda c: c["items"][4]["options"][0].update(often=99), ("items", 4)),
        (lambda c: c["items"][9]["caps"].update(X=1), ("items", 9)),
        (lambda c: c["items"][12]["options"][0].update(stage="x"), ("items", 12)),
        (lambda c: c["items"][0]["options"][4].update(points={"V": 1}), ("items", 0)),
        (lambda c: c["items"].append(c["items"][1]), ("items", 14)),
        (lambda c: c["dimensions"][0]["bands"][1].update(at_least=70), ("dimensions", 0)),
        (lambda c: c["dimensions"][0]["bands"][0].update(at_least=5), ("dimensions", 0)),
        (lambda c: c["dimensions"][0]["bands"][1].update(colour="red"), ("dimensions", 0)),
        (lambda c: c["dimensions"][3]["bands"][3].update(when=[]), ("dimensions", 3)),
        (lambda c: c["profiles"][1].update(when=[{}]), ("profiles", 1)),
        (lambda c: c["profiles"][1]["when"][0].update(dimension="X"), ("profiles", 1)),
        (lambda c: c["profiles"][1]["when"][0].update(largest=True), ("profiles", 1)),
        (lambda c: c["checklists"][1]["when"][0].update(options=["z"]), ("checklists", 1)),
        (lambda c: c["checklists"][1]["when"][0].update(options=[]), ("checklists", 1)),
        (lambda c: c["gap"].update(stated=["Q99"]), ("gap", "stated")),
        (lambda c: c["gap"]["sentence"].update(zh="{nobody}"), ("gap", "sentence")),
        (lambda c: c["phrases"]["part"].update(en="{"), ("phrases", "part")),
        (lambda c: c.update(fallback="T9"), ("fallback",)),
        (lambda c: c.update(stages=[]), ("stages",)),
    ],
)
def test_a_spoilt_model_is_caught_where_it_is_spoilt(
    spoil: Callable[[Doc], None], path: tuple[object, ...]
) -> None:
    content = _content()
    spoil(content)
    found = faults(msgspec.convert(content, AssessmentModel, strict=True))
    assert any(fault.path[: len(path)] == path for fault in found), found


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="colour_blind"):
        msgspec.convert({**_content(), "colour_blind": 1}, AssessmentModel, strict=True)
