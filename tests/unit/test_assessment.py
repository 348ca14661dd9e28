"""The quick assessment against its settled readings and against a scorer written apart from it."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from desk import paths
from desk.domain.assessment import Assessment, assess, lowers
from desk.domain.assessment_faults import faults
from desk.domain.assessment_json import parse_answers, to_json
from desk.domain.assessment_model import AssessmentModel
from desk.domain.assessment_words import explain, explain_dimension, gap_sentence

Doc = dict[str, Any]


def _content() -> Doc:
    file = paths.PACKS / "cn-branch" / "assessment.yaml"
    content: Doc = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return content


MODEL = msgspec.convert(_content(), AssessmentModel, strict=True)

ORDINAL = ("Q1", "Q2", "Q3", "Q6", "Q8", "Q13")
CHOICE = {"Q4": "abcde", "Q5": "abcde", "Q7": "abcd", "Q10": "abcd", "Q12": "abcd"}
FLAGS = {
    "R0": ("a", "b", "c", "d"),
    "Q9": ("reg", "media", "legal", "group"),
    "Q11": ("age_disab", "literacy", "life_event", "language", "distress"),
}
QUESTIONS = [f"Q{n}" for n in range(1, 14)]
CALM: Doc = {
    "R0": [],
    **dict.fromkeys(ORDINAL, 0),
    "Q6": 1,
    "Q4": "d",
    "Q5": "d",
    "Q7": "d",
    "Q9": [],
    "Q10": "a",
    "Q11": [],
    "Q12": "d",
}


def _answer(question: str) -> st.SearchStrategy[Any]:
    if question in ORDINAL:
        return st.integers(0, 2)
    if question in CHOICE:
        return st.sampled_from(CHOICE[question])
    return st.lists(st.sampled_from(FLAGS[question]), unique=True)


COMPLETE = st.fixed_dictionaries({question: _answer(question) for question in [*QUESTIONS, "R0"]})
PARTIAL = st.fixed_dictionaries(
    {}, optional={question: st.none() | _answer(question) for question in [*QUESTIONS, "R0"]}
)
ANY = st.one_of(COMPLETE, PARTIAL)


def _run(answers: Mapping[str, object]) -> Assessment:
    return assess(MODEL, parse_answers(MODEL, {"answers": answers}))


def _json(answers: Mapping[str, object]) -> Doc:
    return to_json(MODEL, _run(answers))


# --- a second implementation, from the paper alone -------------------------------------------


def _of(table: tuple[int, ...], grade: int | None) -> int:
    return 0 if grade is None else table[grade]


def _reference(a: Mapping[str, Any]) -> Doc:
    q = {k: a.get(k) for k in [*QUESTIONS, "R0"]}
    red, nine, eleven = q["R0"] or [], q["Q9"] or [], q["Q11"] or []
    score_a = (
        _of((0, 15, 30), q["Q1"])
        + _of((0, 15, 30), q["Q2"])
        + _of((0, 8, 15), q["Q3"])
        + _of((0, 5, 10), q["Q13"])
        + 15 * ("distress" in eleven)
    )
    score_v = (
        _of((0, 10, 20), q["Q1"])
        + _of((0, 15, 35), q["Q2"])
        + _of((0, 8, 15), q["Q3"])
        + _of((0, 5, 10), q["Q13"])
        + 10 * (q["Q7"] == "a")
        + 10 * ("group" in nine)
    )
    channels = {"reg": 25, "media": 25, "legal": 15, "group": 20}
    score_e = (
        min(50, sum(channels[flag] for flag in nine))
        + _of((0, 10, 20), q["Q8"])
        + (15 if q["Q7"] == "a" else 5 if q["Q7"] in ("b", "c") else 0)
        + _of((0, 5, 10), q["Q13"])
        + 5 * (q["Q10"] == "d")
    )
    needs = {"age_disab": 20, "literacy": 20, "life_event": 25, "language": 15, "distress": 25}
    score_u = min(100, sum(needs[flag] for flag in eleven) + 20 * (q["Q3"] == 2))
    if "a" in red:
        score_v = 100
    if "b" in red:
        score_u = 100
    talk = _justice(q, ("Q4", "Q7", "Q8"))
    request = _justice(q, ("Q5",))
    weights = [x + y for x, y in zip(talk, request, strict=True)]
    whole = sum(weights)
    d, p, i = (w / whole if whole else 0 for w in weights)
    style = (
        _of((-2, 0, 2), q["Q6"]) + (q["Q5"] == "a") - (q["Q5"] == "d") - (1 if q["Q1"] == 2 else 0)
    )
    missing = sum(q[k] is None for k in QUESTIONS)
    out: Doc = {"A": score_a, "V": score_v, "E": score_e, "U": score_u, "D": d, "P": p, "I": i}
    out["S"] = max(-100, min(100, 25 * style))
    out["gap"] = sum(talk) > 0 and sum(request) > 0 and _top(talk) != _top(request)
    out["missing"] = missing
    out["confidence"] = 1 - missing / 13
    out["stage"] = (
        "respect"
        if q["Q12"] is None or score_a >= 60
        else dict(zip("abcd", ("respect", "verify", "recognise", "resolve"), strict=True))[q["Q12"]]
    )
    _reference_profiles(out, red, q["Q10"], (d, p, i))
    out["checklists"] = [
        key
        for key, due in (
            ("E4", "a" in red or score_v >= 75),
            ("E5", "b" in red),
            ("E10", "c" in red),
            ("E6", "d" in red),
            ("E1", "reg" in nine),
            ("E2", "media" in nine),
            ("E3", "group" in nine),
            ("E7", score_u >= 45),
            ("E9", q["Q10"] == "d"),
        )
        if due
    ]
    return out


def _justice(q: Mapping[str, Any], questions: tuple[str, ...]) -> list[int]:
    table: dict[str, Any] = {
        "Q4": {"a": (4, 0, 0), "b": (0, 4, 0), "c": (0, 0, 4), "d": (0, 2, 2), "e": (2, 2, 0)},
        "Q5": {"a": (3, 0, 0), "b": (0, 0, 3), "c": (0, 3, 0), "d": (0, 0, 2), "e": (3, 0, 0)},
        "Q7": {"a": (1, 0, 2), "b": (0, 1, 1), "c": (0, 2, 0), "d": (0, 0, 0)},
        "Q8": ((0, 0, 0), (0, 1, 0), (0, 3, 0)),
    }
    rows = [table[k][q[k]] for k in questions if q[k] is not None]
    return [sum(row[n] for row in rows) for n in range(3)]


def _top(weights: list[int]) -> int:
    return weights.index(max(weights))


def _reference_profiles(
    out: Doc, red: list[str], role: str | None, shares: tuple[Any, ...]
) -> None:
    most = max(shares)
    justice = ("T3", "T4", "T2")[shares.index(most)]
    holding = [
        key
        for key, holds in (
            ("RED", bool(red) or out["V"] >= 75),
            ("T7", out["U"] >= 45),
            ("T1", out["A"] >= 60),
            ("T8", role in ("b", "d")),
            ("T6", out["E"] >= 50),
            ("T5", out["S"] >= 50 and most < 0.6),
            (justice, most >= 0.45),
        )
        if holds
    ]
    first = holding[0] if holding else "T0"
    out["profile"] = "T0" if out["missing"] >= 4 and first != "RED" else first
    out["also"] = sorted(set(holding) - {out["profile"]})


@given(ANY)
def test_agrees_with_a_scorer_written_from_the_paper(answers: Doc) -> None:
    ours = _json(answers)
    ours["also"] = sorted(ours["also"])
    expected = _reference(answers)
    assert {key: ours[key] for key in expected} == expected


# --- settled readings ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "profile"),
    [
        ({}, "T2"),  # d + d: P 2, I 4
        ({"R0": ["a"]}, "RED"),
        ({"R0": ["b"]}, "RED"),
        ({"R0": ["c"]}, "RED"),
        ({"R0": ["d"]}, "RED"),
        ({"R0": ["e"]}, "T2"),
        ({"Q1": 2, "Q2": 2, "Q3": 1, "Q13": 1, "Q7": "a"}, "RED"),  # V 20+35+8+5+10 = 78
        ({"Q11": ["age_disab", "life_event"]}, "T7"),  # U 45
        ({"Q11": ["age_disab", "literacy"]}, "T2"),  # U 40
        ({"Q11": ["age_disab", "life_event"], "Q1": 2, "Q2": 2}, "T7"),  # before T1
        ({"Q1": 2, "Q2": 2}, "T1"),  # A 60
        ({"Q1": 2, "Q2": 1, "Q13": 2}, "T2"),  # A 55
        ({"Q1": 2, "Q2": 2, "Q10": "b"}, "T1"),  # before T8
        ({"Q10": "b"}, "T8"),
        ({"Q10": "d"}, "T8"),
        ({"Q10": "c"}, "T2"),
        ({"Q10": "b", "Q9": ["reg", "media"]}, "T8"),  # before T6
        ({"Q9": ["reg", "media"]}, "T6"),  # E 50
        ({"Q9": ["reg", "group"]}, "T2"),  # E 45
        ({"Q9": ["reg", "media"], "Q6": 2, "Q5": "a"}, "T6"),  # before T5
        ({"Q6": 2, "Q5": "c", "Q4": "e"}, "T4"),  # S 50, P 5/7 is not below 0.6
        ({"Q6": 2, "Q5": "a", "Q4": "c"}, "T5"),  # S 75, I 4/7
        ({"Q4": "a", "Q5": "a"}, "T3"),
        ({"Q4": "b", "Q5": "c"}, "T4"),
        ({"Q4": "a", "Q5": "c", "Q7": "a", "Q8": 0}, "T3"),  # D 5, P 3, I 2: D exactly 0.5
        ({"Q4": "e", "Q5": "b"}, "T0"),  # D 2, P 2, I 3: 0.43
        ({"Q4": "a", "Q5": "b", "Q8": 1}, "T3"),  # D 4, P 1, I 3
        ({"Q4": "a", "Q5": "b", "Q7": "b", "Q8": 0}, "T0"),  # D 4/9
        ({"Q4": "a", "Q5": "b", "Q7": "a", "Q8": 1}, "T3"),  # D 5/11, I the same
        ({"Q4": "b", "Q5": "d", "Q7": "a", "Q8": 0}, "T0"),  # P 4/9, I the same
        ({"Q4": "a", "Q5": "d", "Q7": "c", "Q8": 2}, "T4"),  # P 5/11
        ({"Q4": "c", "Q5": "a", "Q7": "c", "Q8": 0}, "T0"),  # I 4/9
        ({"Q4": "e", "Q5": "b", "Q7": "a", "Q8": 1}, "T2"),  # I 5/11
    ],
)
def test_profiles_by_precedence(change: Doc, profile: str) -> None:
    assert _json({**CALM, **change})["profile"] == profile


def test_the_sample_of_the_contract() -> None:
    result = _json(
        {
            "R0": ["a"],
            "Q1": 2,
            "Q2": 0,
            "Q3": 1,
            "Q4": "c",
            "Q5": "b",
            "Q6": 0,
            "Q7": "a",
            "Q8": 1,
            "Q9": ["reg", "media", "legal", "group"],
            "Q10": "a",
            "Q11": ["age_disab", "literacy", "life_event", "language", "distress"],
            "Q12": "a",
            "Q13": 0,
        }
    )
    assert list(result) == [
        *("A", "V", "E", "U", "D", "P", "I", "S", "bands", "profile", "also", "stage", "gap"),
        *("checklists", "reasons", "missing", "confidence", "next"),
    ]
    assert {k: result[k] for k in "AVEUS"} == {"A": 53, "V": 100, "E": 75, "U": 100, "S": -75}
    assert (result["D"], result["P"], result["I"]) == (1 / 11, 1 / 11, 9 / 11)
    assert result["bands"] == {"A": "yellow", "V": "red", "E": "orange", "U": "orange"}
    assert result["profile"] == "RED"
    assert result["also"] == ["T7", "T6", "T2"]
    assert (result["stage"], result["gap"]) == ("respect", False)
    assert result["checklists"] == ["E4", "E1", "E2", "E3", "E7"]
    assert (result["missing"], result["confidence"], result["next"]) == (0, 1.0, None)
    assert {"dimension": "E", "item": "Q9", "option": "cap", "points": -35} in result["reasons"]
    assert {"dimension": "V", "item": "Q1", "option": 2, "points": 20} in result["reasons"]
    json.dumps(result, allow_nan=False)


def test_nothing_observed() -> None:
    result = _json({})
    assert {k: result[k] for k in "AVEUDPIS"} == dict.fromkeys("AVEUDPIS", 0)
    assert (result["profile"], result["also"], result["stage"]) == ("T0", [], "respect")
    assert (result["missing"], result["confidence"], result["reasons"]) == (13, 0.0, [])
    assert set(result["bands"].values()) == {"green"}


def test_too_little_observed_shows_no_profile_but_keeps_it_in_also() -> None:
    seen = {"Q11": ["age_disab", "life_event"], "Q1": 0, "Q2": 0, "Q3": 0, "Q4": "a", "Q5": "a"}
    nine = {**seen, "Q6": 0, "Q7": "d", "Q8": 0}
    assert (_json(nine)["missing"], _json(nine)["profile"]) == (4, "T0")
    assert _json(nine)["also"] == ["T7", "T3"]
    ten = {**nine, "Q9": []}
    assert (_json(ten)["missing"], _json(ten)["profile"], _json(ten)["also"]) == (3, "T7", ["T3"])
    assert _json({"R0": ["c"]})["profile"] == "RED"


def test_an_empty_tick_list_is_an_observation() -> None:
    assert _json({"Q9": [], "Q11": []})["missing"] == 11
    assert _json({"Q9": None})["missing"] == 13


@pytest.mark.parametrize(
    ("change", "band"),
    [
        ({"Q1": 1, "Q13": 2}, ("A", "green")),  # 25
        ({"Q1": 2}, ("A", "yellow")),  # 30
        ({"Q1": 2, "Q2": 1, "Q13": 2}, ("A", "yellow")),  # 55
        ({"Q1": 2, "Q2": 2}, ("A", "orange")),  # 60
        ({"Q1": 2}, ("V", "green")),  # 20
        ({"Q1": 1, "Q2": 1}, ("V", "yellow")),  # 25
        ({"Q2": 2, "Q13": 2}, ("V", "yellow")),  # 45
        ({"Q2": 2, "Q3": 2}, ("V", "orange")),  # 50
        ({"Q2": 2, "Q3": 2, "Q1": 1, "Q13": 2}, ("V", "orange")),  # 70
        ({"Q2": 2, "Q3": 2, "Q1": 2, "Q13": 1}, ("V", "red")),  # 75
        ({"R0": ["a"]}, ("V", "red")),
        ({"Q8": 2}, ("E", "green")),  # 20
        ({"Q9": ["reg"]}, ("E", "yellow")),  # 25
        ({"Q9": ["reg", "group"]}, ("E", "yellow")),  # 45
        ({"Q9": ["reg", "media"]}, ("E", "orange")),  # 50
        ({"Q11": ["language"]}, ("U", "green")),  # 15
        ({"Q11": ["literacy"]}, ("U", "yellow")),  # 20
        ({"Q11": ["literacy", "age_disab"]}, ("U", "yellow")),  # 40
        ({"Q11": ["literacy", "life_event"]}, ("U", "orange")),  # 45
        ({"R0": ["b"]}, ("U", "red")),
        ({"R0": ["d"]}, ("U", "red")),
        ({"R0": ["c"]}, ("U", "green")),
    ],
)
def test_bands_begin_at_their_edges(change: Doc, band: tuple[str, str]) -> None:
    assert _json({**CALM, **change})["bands"][band[0]] == band[1]


def test_gap_between_request_and_talk() -> None:
    assert _run({"Q5": "a", "Q4": "c"}).gap is not None
    assert _run({"Q5": "a", "Q4": "a"}).gap is None
    assert _run({"Q5": "a"}).gap is None
    assert _run({"Q4": "c"}).gap is None
    sentence = gap_sentence(MODEL, _run({"Q5": "a", "Q4": "c"}), "zh")
    assert sentence is not None
    assert "{" not in sentence
    assert "对待" in sentence
    assert gap_sentence(MODEL, _run({"Q5": "a"}), "zh") is None


def test_stage_waits_while_the_customer_is_not_heard() -> None:
    assert _run({"Q12": "c"}).stage == "recognise"
    assert _run({"Q12": "c", "Q1": 2, "Q2": 2}).stage == "respect"


# --- explanation, next question --------------------------------------------------------------


@given(ANY)
def test_reasons_sum_to_what_is_shown(answers: Doc) -> None:
    result = _run(answers)
    sums = dict.fromkeys(result.values, 0)
    for reason in result.reasons:
        assert reason.points != 0
        sums[reason.dimension] += reason.points
    for key in ("A", "V", "E", "U", "S"):
        assert sums[key] == result.values[key]
    whole = sum(sums[key] for key in "DPI")
    for key in "DPI":
        assert result.values[key] == (sums[key] / whole if whole else 0)


@given(ANY)
def test_every_result_can_be_said_in_both_languages(answers: Doc) -> None:
    for language in ("zh", "en"):
        sentences = explain(MODEL, _run(answers), language)
        assert all(sentences)
        assert not any("{" in sentence for sentence in sentences)


def test_explanation_names_every_part() -> None:
    result = _run({**CALM, "Q1": 1, "Q2": 2})
    assert explain_dimension(MODEL, result, "A", "zh") == (
        "激动度 45：声音“变高变快”15 + 身体“贴近或拍打”30"
    )
    assert "U" not in {reason.dimension for reason in result.reasons}
    assert explain_dimension(MODEL, result, "U", "zh") == "支持需要 0：没有看到相关情况"
    red = _run({**CALM, "R0": ["c"]})
    assert explain(MODEL, red, "zh")[-1] == ("按“红灯”接待，因为：眼下有没有紧急情况：身体突然不适")
    assert "13" in explain(MODEL, _run({}), "en")[-1]


@given(ANY)
def test_next_is_an_unobserved_question(answers: Doc) -> None:
    unanswered = [key for key in QUESTIONS if answers.get(key) is None]
    found = _run(answers).next
    assert (found in unanswered) if unanswered else (found is None)
    assert found == _run(dict(reversed(answers.items()))).next


def test_next_looks_to_safety_first_and_to_what_could_tip_the_balance() -> None:
    asked: Doc = {}
    order: list[str] = []
    while (key := _run(asked).next) is not None:
        order.append(key)
        asked[key] = CALM[key]
    assert set(order[:4]) == set(MODEL.rapid) - {"R0"}
    assert sorted(order) == sorted(QUESTIONS)
    # with A at 53 and V at 43 a refusal to sit (Q13) reaches the next band of both
    tipping = {**CALM, "Q1": 2, "Q2": 1, "Q3": 1, "Q13": None, "Q12": None, "Q6": None}
    assert _run(tipping).next == "Q13"


@given(ANY, st.data())
def test_seeing_more_never_lowers_a_score(answers: Doc, data: st.DataObject) -> None:
    before = _run(answers)
    key = data.draw(st.sampled_from(["R0", "Q9", "Q11", "Q1", "Q2", "Q3", "Q8", "Q13"]))
    if key in FLAGS:
        extra = data.draw(st.sampled_from(FLAGS[key]))
        more: Any = sorted({*(answers.get(key) or []), extra})
    else:
        more = data.draw(st.integers(answers.get(key) or 0, 2))
    after = _run({**answers, key: more})
    for dimension in "AVEU":
        assert after.values[dimension] >= before.values[dimension]
    assert not lowers(MODEL, before.answers, after.answers)
    assert set(before.checklists) <= set(after.checklists)


@pytest.mark.parametrize(
    ("before", "after", "lowered"),
    [
        ({"Q2": 2}, {"Q2": 1}, ("V",)),
        ({"Q2": 1, "Q1": 1}, {"Q2": 1, "Q1": 2}, ()),
        ({"Q1": 2}, {"Q1": 0}, ()),  # V 20 to 0 stays green
        ({"Q11": ["literacy"]}, {}, ("U",)),
        ({"R0": ["a"]}, {"R0": []}, ("V", "R0")),
        ({"R0": ["c"]}, {"R0": ["e"]}, ("R0",)),
        ({"R0": ["e"]}, {}, ()),
        ({"R0": ["c"]}, {"R0": ["c", "d"]}, ()),
        ({"Q9": ["reg", "media"]}, {"Q9": []}, ()),
        ({"R0": ["b"], "Q11": ["age_disab", "life_event"]}, {"Q11": ["literacy"]}, ("U", "R0")),
    ],
)
def test_lowering_safety_is_noticed(before: Doc, after: Doc, lowered: tuple[str, ...]) -> None:
    old, new = (parse_answers(MODEL, {"answers": doc}) for doc in (before, after))
    assert lowers(MODEL, old, new) == lowered


# --- the content itself ----------------------------------------------------------------------


def test_the_shipped_model_is_sound() -> None:
    assert faults(MODEL) == ()
    assert [item.key for item in MODEL.items] == ["R0", *QUESTIONS]
    assert {item.key for item in MODEL.items if not item.counted} == {"R0"}
    assert [p.key for p in MODEL.profiles] == [
        *("RED", "T7", "T1", "T8", "T6", "T5", "T3", "T4", "T2", "T0"),
    ]
    for profile in MODEL.profiles:
        assert 3 <= len(profile.do) <= 4
        assert 3 <= len(profile.avoid) <= 4


def _texts(node: object) -> list[dict[str, str]]:
    if isinstance(node, dict):
        if set(node) == {"zh", "en"}:
            return [node]
        return [text for value in node.values() for text in _texts(value)]
    if isinstance(node, list):
        return [text for value in node for text in _texts(value)]
    return []


def test_the_words_shame_nobody_and_are_complete() -> None:
    texts = _texts(_content())
    assert len(texts) > 200
    for text in texts:
        assert text["zh"].strip() or text["zh"] == " + "
        assert text["en"].strip()
        for word in ("你", "刁", "闹", "无理取", "病", "疯", "精神", "弱势", "黑产", "愤怒"):
            assert word not in text["zh"], text["zh"]
        for word in ("angry", "insane", "crazy", "troublemaker", "diagnos"):
            assert word not in text["en"].lower(), text["en"]
