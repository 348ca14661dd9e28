"""Suggestion: which scripts come first, in what order, and what is never offered."""

import re
from dataclasses import replace
from datetime import date
from typing import cast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.domain.suggestion import (
    Library,
    Script,
    Situation,
    Slot,
    Suggested,
    Suggestion,
    parse_situation,
    script_faults,
    suggest,
    to_json,
)
from desk.errors import BadInput
from desk.packs import loader

PACK = loader.load()
SCRIPTS, SLOTS = PACK.scripts, PACK.slots
LIBRARY = Library(SCRIPTS, SLOTS)


def _script(key: str, part: str = "empathy", **changes: object) -> Script:
    fields = {
        "key": f"SC-{key}",
        "part": part,
        "text": {"zh": f"话{key}", "en": f"text {key}"},
        "why": {"zh": "因为", "en": "because"},
        "source": "test",
        "since": "1.0.0",
        "seconds": 8,
    } | changes
    return msgspec.convert(fields, Script)


def _slot(key: str, kind: str) -> Slot:
    return msgspec.convert({"key": key, "type": kind, "label": {"zh": key, "en": key}}, Slot)


def _first(suggestion: Suggestion) -> list[str]:
    """The keys at now, next and close; "-" for an empty place."""
    places = [suggestion.now, *(suggestion.next or [None]), *(suggestion.close or [None])]
    return [place.script.key.removeprefix("SC-") if place else "-" for place in places]


def _keys(suggested: tuple[Suggested, ...]) -> list[str]:
    return [one.script.key.removeprefix("SC-") for one in suggested]


def _ask(*scripts: Script, **situation: object) -> Suggestion:
    return suggest(Library(scripts), parse_situation(situation), "zh")


SANDWICH = (_script("E"), _script("A", "answer"), _script("W", "willing"))


# The order of the sandwich


def test_empathy_is_first_the_answer_next_willingness_closes() -> None:
    assert _first(_ask(*SANDWICH, profile="T1", stage="verify")) == ["E", "A", "W"]


@pytest.mark.parametrize("profile", ["T3", "T4", "T5"])
def test_matter_of_fact_profiles_hear_the_core_first(profile: str) -> None:
    assert _first(_ask(*SANDWICH, profile=profile, stage="verify")) == ["A", "E", "W"]


def test_nothing_is_explained_before_the_customer_is_heard() -> None:
    assert _first(_ask(*SANDWICH, profile="T5", stage="respect")) == ["E", "A", "W"]
    assert _first(_ask(*SANDWICH[1:], stage="respect")) == ["W", "A", "-"]
    only_answer = _ask(SANDWICH[1], stage="respect")
    assert only_answer.now is None
    assert _keys(only_answer.more) == ["A"]
    placed = _ask(_script("P", "answer", place="now"), _script("S"), stage="respect")
    assert _first(placed)[0] == "S"


def test_a_script_may_name_its_place() -> None:
    suggestion = _ask(*SANDWICH, _script("B", "willing", place="now", steps=[2]), step=2)
    assert _first(suggestion) == ["B", "A", "W"]


def test_what_was_said_makes_room_for_the_next_part() -> None:
    more = _script("F")
    assert _first(_ask(*SANDWICH, more, said=["SC-E"])) == ["A", "-", "W"]
    assert _first(_ask(*SANDWICH, more, said=["SC-E", "SC-A"])) == ["W", "-", "-"]
    assert _first(_ask(*SANDWICH, more, said=["SC-E", "SC-A", "SC-W"])) == ["F", "-", "-"]
    nothing = _ask(*SANDWICH, said=["SC-E", "SC-A", "SC-W"])
    assert (nothing.now, nothing.next, nothing.close, nothing.more) == (None, (), (), ())


def test_what_was_said_in_an_earlier_step_does_not_count_for_this_one() -> None:
    earlier = _script("O", steps=[1])
    assert _first(_ask(*SANDWICH, earlier, step=2, said=["SC-O"])) == ["E", "A", "W"]


# The ranking


def test_what_was_said_before_the_step_was_entered_makes_no_room_in_it() -> None:
    scripts = (
        _script("A", steps=[1, 2]),
        _script("B", steps=[2]),
        _script("C", "willing", steps=[2]),
    )
    before = Situation(step=2, stage="respect", said=frozenset({"SC-A"}), said_here=frozenset())
    assert _first(suggest(Library(scripts), before, "zh")) == ["B", "-", "C"]
    here = replace(before, said_here=frozenset({"SC-A"}))
    assert _first(suggest(Library(scripts), here, "zh")) == ["C", "-", "-"]


def test_owning_up_waits_for_a_failing_that_was_established_and_then_comes_first() -> None:
    library = Library((_script("A"), _script("B", promises=["AU-APOLOGY"])))
    assert library.keys(Situation(failing=False), {"SC-A", "SC-B", "SC-C"}) == {"SC-A"}
    assert _first(suggest(library, Situation(failing=True), "zh"))[0] == "B"
    made_for_her = Library((_script("A", profiles=["T2"]), _script("B", promises=["AU-APOLOGY"])))
    assert _first(suggest(made_for_her, Situation(profile="T2", failing=True), "zh"))[0] == "B"
    assert _first(suggest(made_for_her, Situation(profile="T2"), "zh"))[0] == "A"


@pytest.mark.parametrize(
    ("due", "zh", "en"),
    [
        ("2026-11-21T15:30", "今天15:30", "15:30 today"),
        ("2026-11-22T09:00", "明天09:00", "09:00 tomorrow"),
        ("2026-11-23T09:00", "11月23日（周一）09:00", "09:00 on 23 Nov"),
        ("2026-11-21", "今天", "today"),
    ],
)
def test_a_day_that_is_near_is_called_as_people_call_it(due: str, zh: str, en: str) -> None:
    script = _script("A", text={"zh": "{time}", "en": "{time}"})
    library = Library((script,), (_slot("time", "time"),))
    situation = Situation(slots={"time": due}, today=date(2026, 11, 21))
    for language, words in (("zh", zh), ("en", en)):
        now = suggest(library, situation, language).now
        assert now is not None
        assert now.text == words


def test_of_equals_the_one_that_speaks_of_this_case_comes_first() -> None:
    own = _script("B", text={"zh": "{product}", "en": "{product}"})
    library = Library((_script("A"), own), (_slot("product", "text"),))
    assert _first(suggest(library, Situation(), "zh"))[0] == "A"
    assert _first(suggest(library, Situation(slots={"product": "安盈"}), "zh"))[0] == "B"


def test_each_kind_of_match_outweighs_all_below_it() -> None:
    scripts = (
        _script("A1"),
        _script("B1", steps=[2]),
        _script("C1", stages=["verify"]),
        _script("D1", stages=["verify"], steps=[2]),
        _script("E1", profiles=["T1", "any"]),
        _script("F1", scenarios=["fees"]),
    )
    ranked = _ask(*scripts, step=2, stage="verify", profile="T1", scenario="fees")
    assert ranked.now is not None
    assert [ranked.now.script.key, *[one.script.key for one in ranked.more]] == [
        "SC-F1",
        "SC-E1",
        "SC-D1",
        "SC-C1",
        "SC-B1",
        "SC-A1",
    ]
    assert ranked.now.reasons == ("scenario",)
    assert ranked.more[1].reasons == ("stage", "step")


def test_equal_scripts_are_in_order_of_their_keys() -> None:
    suggestion = _ask(_script("Z1"), _script("A2"), _script("M1"))
    assert [_first(suggestion)[0], *_keys(suggestion.more)] == ["A2", "M1", "Z1"]


def test_another_scenario_or_profile_is_never_offered() -> None:
    scripts = (_script("A1", scenarios=["fees"]), _script("B1", profiles=["T7"]), _script("C1"))
    suggestion = _ask(*scripts, scenario="queue", profile="T1")
    assert _first(suggestion)[0] == "C1"
    assert suggestion.more == ()


def test_a_customer_of_no_single_profile_hears_general_scripts_first() -> None:
    scripts = (_script("A1", profiles=["T7"]), _script("B1", profiles=["any"]))
    for profile in ("T0", None):
        suggestion = _ask(*scripts, profile=profile)
        assert _first(suggestion)[0] == "B1"
        assert _keys(suggestion.more) == ["A1"]


def test_a_stage_not_reached_is_not_among_the_first() -> None:
    scripts = (_script("A1", stages=["resolve"]), _script("B1", stages=["respect"]))
    suggestion = _ask(*scripts, stage="verify")
    assert _first(suggestion)[0] == "B1"
    assert _keys(suggestion.more) == ["A1"]
    assert _first(_ask(scripts[0], stage="verify"))[0] == "-"


def test_a_script_of_another_step_comes_after_those_of_this_one() -> None:
    suggestion = _ask(_script("A1", steps=[1]), _script("B1", steps=[3, 4]), step=3)
    assert _first(suggestion)[0] == "B1"
    assert _keys(suggestion.more) == ["A1"]


def test_a_sentence_of_another_step_does_not_fill_a_gap_in_this_one() -> None:
    greeting, waiting = _script("A", steps=[1]), _script("B", "willing", steps=[4])
    assert _first(_ask(greeting, waiting, step=4, stage="respect")) == ["B", "-", "-"]
    assert _first(_ask(greeting, step=4, stage="respect")) == ["A", "-", "-"]


def test_in_danger_only_safety_scripts_are_offered() -> None:
    scripts = (
        *SANDWICH,
        _script("S1", profiles=["RED"]),
        _script("S2", "answer", profiles=["any"]),
    )
    suggestion = _ask(*scripts, profile="RED")
    assert _first(suggestion) == ["S1", "-", "-"]
    assert suggestion.more == ()
    calm = _ask(*scripts, profile="T0")
    assert "S1" not in [*_first(calm), *_keys(calm.more)]


# Blanks


def test_a_script_with_an_open_blank_is_not_shown() -> None:
    script = _script("T1", text={"zh": "{time}前回您", "en": "by {time}"})
    library = Library([script], [_slot("time", "time")])
    assert library.suggest(Situation(), "zh").now is None
    for empty in (None, "", " ", "{}"):
        situation = parse_situation({"slots": {"time": empty}})
        assert library.suggest(situation, "zh").now is None


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        ("time", "2026-11-21T16:00", "11月21日（周六）16:00", "16:00 on 21 Nov"),
        ("time", "16:00", "16:00", "16:00"),
        ("time", "今天下班前", "今天下班前", "今天下班前"),
        ("date", "2026-12-06", "12月6日（周日）", "6 Dec"),
        ("money", 50000, "50,000元", "CNY 50,000"),
        ("money", "1234.5", "1,234.50元", "CNY 1,234.50"),
        ("money", "五万", "五万", "五万"),
        ("name", " 王先生 ", "王先生", "王先生"),
        ("text", "{稳利}", "稳利", "稳利"),
        ("text", 3, "3", "3"),
    ],
)
def test_blanks_are_written_as_people_say_them(kind: str, value: object, zh: str, en: str) -> None:
    script = _script("T1", text={"zh": "〔{x}〕", "en": "[{x}]"})
    library = Library([script], [_slot("x", kind)])
    situation = parse_situation({"slots": {"x": value}})
    chinese, english = (library.suggest(situation, language).now for language in ("zh", "en"))
    assert chinese is not None
    assert english is not None
    assert (chinese.text, english.text) == (f"〔{zh}〕", f"[{en}]")


@pytest.mark.usefixtures("english")
def test_faults_of_scripts_are_named() -> None:
    script = _script("T1", text={"zh": "{when}前回您", "en": "soon {"})
    assert script_faults([script, script], [_slot("time", "time")]) == (
        ("SC-T1", "the blank {when} is not defined in slots.yaml"),
        ("SC-T1", "the Chinese and the English text have different blanks"),
        ("SC-T1", "a brace stands outside of a blank"),
        ("SC-T1", "the blank {when} is not defined in slots.yaml"),
        ("SC-T1", "the Chinese and the English text have different blanks"),
        ("SC-T1", "a brace stands outside of a blank"),
        ("SC-T1", "the key is used twice"),
    )


# The documents


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ([], "$"),
        ({"step": "3"}, "step"),
        ({"step": True}, "step"),
        ({"step": 3.0}, "step"),
        ({"step": 0}, "step"),
        ({"step": 6}, "step"),
        ({"stage": 2}, "stage"),
        ({"stage": "later"}, "stage"),
        ({"stage": "any"}, "stage"),
        ({"profile": "T99"}, "profile"),
        ({"profile": "any"}, "profile"),
        ({"profile": ["T1"]}, "profile"),
        ({"scenario": {}}, "scenario"),
        ({"said": "SC-A"}, "said"),
        ({"said": [1]}, "said"),
        ({"slots": []}, "slots"),
        ({"slots": {"time": True}}, "slots.time"),
        ({"slots": {"time": ["16:00"]}}, "slots.time"),
        ({"slots": {"amount": float("inf")}}, "slots.amount"),
    ],
)
def test_a_malformed_document_is_refused_with_its_place(document: object, where: str) -> None:
    with pytest.raises(BadInput) as raised:
        parse_situation(document)
    assert raised.value.params["where"] == where


def test_values_nobody_knows_read_as_not_known() -> None:
    document = {"step": None, "stage": None, "scenario": "moon", "said": None}
    assert parse_situation(document) == Situation(scenario="moon")
    unknown = Situation(step=9, stage="later", profile="T99", scenario="moon")
    assert _first(Library(SANDWICH).suggest(unknown, "zh")) == ["E", "A", "W"]


def test_the_document_has_the_agreed_shape() -> None:
    suggestion = _ask(*SANDWICH, _script("F"))
    assert to_json(suggestion, "zh") == {
        "now": {"key": "SC-E", "part": "empathy", "text": "话E", "why": "因为"},
        "next": [{"key": "SC-A", "part": "answer", "text": "话A", "why": "因为"}],
        "close": [{"key": "SC-W", "part": "willing", "text": "话W", "why": "因为"}],
        "more": [{"key": "SC-F", "part": "empathy", "text": "话F", "why": "因为"}],
    }
    empty = suggest(Library(()), Situation(), "en")
    assert to_json(empty, "en") == {"now": None, "next": [], "close": [], "more": []}


# The pack


def test_the_pack_has_no_faults() -> None:
    assert script_faults(SCRIPTS, SLOTS) == ()


SITUATIONS = st.fixed_dictionaries(
    {},
    optional={
        "step": st.integers(1, 5),
        "stage": st.sampled_from(["respect", "verify", "recognise", "resolve"]),
        "profile": st.sampled_from([*(f"T{n}" for n in range(9)), "RED"]),
        "scenario": st.sampled_from(
            sorted({key for script in SCRIPTS for key in script.scenarios} | {"?"})
        ),
        "said": st.lists(st.sampled_from([script.key for script in SCRIPTS]), max_size=40),
        "slots": st.dictionaries(
            st.sampled_from([*(slot.key for slot in SLOTS), "other"]),
            st.one_of(
                st.text(max_size=12),
                st.integers(),
                st.floats(allow_nan=False, allow_infinity=False),
            ),
        ),
    },
)


@pytest.mark.unmeasured
@given(SITUATIONS, st.sampled_from(["zh", "en"]))
@settings(max_examples=200, deadline=None)
def test_what_holds_in_every_situation(document: dict[str, object], language: str) -> None:
    situation = parse_situation(document)
    suggestion = LIBRARY.suggest(situation, language)
    first = [one for one in (suggestion.now, *suggestion.next, *suggestion.close) if one]
    offered = [*first, *suggestion.more]
    keys = [one.script.key for one in offered]
    assert len(suggestion.next) <= 1
    assert len(suggestion.close) <= 1
    assert len(keys) == len(set(keys))
    assert not situation.said.intersection(keys)
    assert not any(re.search(r"[{}]", one.text) for one in offered)
    assert all(one.text.strip() for one in offered)
    scores = [one.score for one in suggestion.more]
    assert scores == sorted(scores, reverse=True)
    if situation.profile == "RED":
        assert all("RED" in one.script.profiles for one in offered)
    else:
        assert all(set(one.script.profiles) != {"RED"} for one in offered)
    if situation.stage == "respect" and suggestion.now:
        assert suggestion.now.script.part != "answer"
    assert suggestion == Library(reversed(SCRIPTS), SLOTS).suggest(situation, language)


@pytest.mark.parametrize("stage", ["respect", "verify", "recognise", "resolve"])
@pytest.mark.parametrize("profile", [*(f"T{n}" for n in range(9)), "RED"])
def test_the_pack_always_has_something_to_say(stage: str, profile: str) -> None:
    for step in range(1, 6):
        for scenario in ("wealth_redemption", "closed_window", "life_sudden_death"):
            suggestion = LIBRARY.suggest(
                Situation(step=step, stage=stage, profile=profile, scenario=scenario), "zh"
            )
            assert suggestion.now is not None, (step, scenario)


def test_saying_each_suggestion_leads_on_until_all_are_said() -> None:
    said: list[str] = []
    for _turn in range(len(SCRIPTS) + 1):
        document = cast(
            "dict[str, dict[str, str] | None]",
            to_json(
                LIBRARY.suggest(
                    parse_situation({"step": 1, "stage": "respect", "profile": "T1", "said": said}),
                    "zh",
                ),
                "zh",
            ),
        )
        now = document["now"]
        if now is None:
            break
        said.append(now["key"])
    assert len(said) == len(set(said)) > 3
    assert now is None
