"""Reading observations: every JSON value is either understood or refused by name."""

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from desk import paths
from desk.domain.assessment import Answers, assess
from desk.domain.assessment_json import parse_answers
from desk.domain.assessment_model import AssessmentModel
from desk.errors import BadInput

MODEL = msgspec.convert(
    yaml.load((paths.PACKS / "cn-branch" / "assessment.yaml").read_text("utf-8"), yaml.CSafeLoader),
    AssessmentModel,
    strict=True,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
NEARLY = st.dictionaries(
    st.sampled_from([item.key for item in MODEL.items]),
    JSON | st.integers(-1, 3) | st.sampled_from("abcdefg") | st.lists(st.sampled_from("abcdef")),
)


@given(st.one_of(JSON, st.fixed_dictionaries({"answers": JSON | NEARLY})))
def test_any_json_is_read_or_refused(document: object) -> None:
    try:
        answers = parse_answers(MODEL, document)
    except BadInput as bad:
        named = bad.params
    else:
        assert assess(MODEL, answers).missing <= 13
        return
    assert {"where", "reason", "expected"} <= named.keys()


@pytest.mark.parametrize(
    ("document", "where", "reason"),
    [
        ([], "$", "not_an_object"),
        ({}, "$", "missing_key"),
        ({"answers": {}, "answer": {}}, "$.answer", "unknown_key"),
        ({"answers": None}, "answers", "not_an_object"),
        ({"answers": {"Q14": 1}}, "answers.Q14", "unknown_key"),
        ({"answers": {"q1": 1}}, "answers.q1", "unknown_key"),
        ({"answers": {"Q1": 3}}, "answers.Q1", "unknown_value"),
        ({"answers": {"Q1": -1}}, "answers.Q1", "unknown_value"),
        ({"answers": {"Q1": 10**5000}}, "answers.Q1", "unknown_value"),
        ({"answers": {"Q1": True}}, "answers.Q1", "wrong_type"),
        ({"answers": {"Q1": 1.0}}, "answers.Q1", "wrong_type"),
        ({"answers": {"Q1": "1"}}, "answers.Q1", "wrong_type"),
        ({"answers": {"Q4": "f"}}, "answers.Q4", "unknown_value"),
        ({"answers": {"Q4": ""}}, "answers.Q4", "unknown_value"),
        ({"answers": {"Q4": ["a"]}}, "answers.Q4", "wrong_type"),
        ({"answers": {"Q9": "reg"}}, "answers.Q9", "wrong_type"),
        ({"answers": {"Q9": ["tv"]}}, "answers.Q9", "unknown_value"),
        ({"answers": {"Q9": [["reg"]]}}, "answers.Q9", "wrong_type"),
        ({"answers": {"R0": ["a", "e"]}}, "answers.R0", "contradiction"),
    ],
)
def test_bad_input_is_named(document: object, where: str, reason: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_answers(MODEL, document)
    assert (caught.value.params["where"], caught.value.params["reason"]) == (where, reason)


def test_a_tick_given_twice_counts_once() -> None:
    once, twice = (
        parse_answers(MODEL, {"answers": {"Q9": flags}}) for flags in (["reg"], ["reg", "reg"])
    )
    assert twice == once == Answers({"Q9": ("reg",)})
