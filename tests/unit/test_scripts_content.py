"""The shipped scripts: enough for every moment of three stories, and each fit to be said."""

import re
from collections.abc import Iterator
from itertools import product

import pytest

from desk.domain.proposal import Proposer
from desk.domain.suggestion import (
    STAGES,
    Library,
    Script,
    Situation,
    Suggestion,
    script_faults,
    suggest,
)
from desk.domain.text import Text
from desk.domain.wording import WordingChecker
from desk.packs import loader

PACK = loader.load()
SCRIPTS = PACK.scripts
SLOTS = PACK.slots
SCENARIOS = PACK.scenarios
LIBRARY = Library(SCRIPTS, SLOTS, quotable=PACK.quotable)
PROPOSER = Proposer(PACK)

STORIES = ("wealth_redemption", "closed_window", "life_sudden_death")
RED_FLAGS = ("danger_to_persons", "self_harm", "fraud_in_progress", "sudden_illness")
PROFILES = tuple(f"T{number}" for number in range(9))
LIKELY = (
    (1, "respect"),
    (2, "respect"),
    (2, "verify"),
    (3, "verify"),
    (3, "recognise"),
    (4, "recognise"),
    (4, "resolve"),
    (5, "resolve"),
)
BREATH_ENDS = re.compile(r"[。？！]")


def _first(suggestion: Suggestion) -> list[Script]:
    lead = [suggestion.now] if suggestion.now else []
    return [one.script for one in (*lead, *suggestion.next, *suggestion.close)]


def _texts(script: Script) -> Iterator[Text]:
    yield from (script.text, script.why)
    yield from (text for text in (script.when_not, script.delivery) if text is not None)


@pytest.mark.unmeasured
@pytest.mark.parametrize("scenario", [*STORIES, "fees", "a matter nobody foresaw"])
def test_every_moment_has_three_parts_of_the_sandwich_without_a_slot(scenario: str) -> None:
    for step, stage, profile in product(range(1, 6), STAGES, PROFILES):
        situation = Situation(step=step, stage=stage, profile=profile, scenario=scenario)
        suggestion = suggest(LIBRARY, situation, "zh")
        assert suggestion.now is not None, situation
        assert {script.part for script in _first(suggestion)} == {"empathy", "answer", "willing"}
        scores = [one.score for one in (suggestion.now, *suggestion.next, *suggestion.close)]
        assert min(scores) > 0, situation


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize(("step", "stage"), LIKELY)
def test_a_story_is_told_in_its_own_words(story: str, step: int, stage: str) -> None:
    for profile in PROFILES:
        situation = Situation(step=step, stage=stage, profile=profile, scenario=story)
        first = _first(suggest(LIBRARY, situation, "zh"))
        assert all(story in script.scenarios for script in first), situation


@pytest.mark.parametrize("story", STORIES)
def test_every_profile_has_words_of_its_own_at_every_step(story: str) -> None:
    own = {
        (step, p) for s in SCRIPTS if story in s.scenarios for step in s.steps for p in s.profiles
    }
    assert own >= set(product(range(1, 6), PROFILES[1:]))


@pytest.mark.parametrize("scenario", [*STORIES, "fees"])
def test_no_confirmed_fault_and_no_result_is_offered_first(scenario: str) -> None:
    """R17: 对不起 owns a fault that was found; before that the sentence is another one."""
    for step, stage, profile in product(range(1, 6), STAGES, PROFILES):
        situation = Situation(step=step, stage=stage, profile=profile, scenario=scenario)
        for script in _first(suggest(LIBRARY, situation, "zh")):
            assert "对不起" not in script.text.zh, script.key
            assert not script.text.zh.startswith(("重新核完了", "查到了")), script.key


def test_a_confirmed_fault_says_when_it_may_not_be_owned_yet() -> None:
    owning = [script for script in SCRIPTS if "对不起" in script.text.zh]
    assert len(owning) >= 5
    assert all(script.when_not is not None for script in owning)


@pytest.mark.parametrize("scenario", ["", *STORIES, *RED_FLAGS])
def test_in_danger_only_safety_scripts_are_offered(scenario: str) -> None:
    for step, stage in product(range(1, 6), STAGES):
        situation = Situation(step=step, stage=stage, profile="RED", scenario=scenario)
        suggestion = suggest(LIBRARY, situation, "zh")
        offered = [*_first(suggestion), *(one.script for one in suggestion.more)]
        assert len(_first(suggestion)) == 3
        assert all(script.profiles == ("RED",) for script in offered)
        if scenario in RED_FLAGS:
            assert all(scenario in script.scenarios for script in _first(suggestion))
        else:
            assert {script.scenarios for script in offered} == {("any",)}


def test_scripts_are_well_formed_and_unique() -> None:
    assert script_faults(SCRIPTS, SLOTS) == ()
    for language in ("zh", "en"):
        texts = [script.text.of(language) for script in SCRIPTS]
        assert len(texts) == len(set(texts))


def test_references_lead_somewhere() -> None:
    book = PACK.codes
    scenarios = {scenario.key for scenario in SCENARIOS} | {"any"}
    rights = {right.key for right in book.rights}
    for script in SCRIPTS:
        assert set(script.scenarios) <= scenarios, script.key
        assert set(script.rights) <= rights, script.key
        assert set(script.cites) <= PACK.quotable, script.key
        assert script.steps, script.key
        assert script.stages, script.key
        assert script.profiles, script.key
    for scenario in SCENARIOS:
        assert all(book.code(key) for key in (scenario.business, scenario.cause) if key)


def test_both_languages_are_there_and_are_what_they_claim() -> None:
    for script in SCRIPTS:
        for text in _texts(script):
            assert re.search(r"[\u4e00-\u9fff]", text.zh), script.key
            assert re.search(r"[A-Za-z]{2}", text.en), script.key
            assert not re.search(r"[\u4e00-\u9fff]", text.en), script.key


def test_a_sentence_can_be_said_in_one_go() -> None:
    for script in SCRIPTS:
        breaths = [breath for breath in BREATH_ENDS.split(script.text.zh) if breath]
        assert len(breaths) <= 3, script.key
        assert max(len(breath) for breath in breaths) <= 60, script.key
        assert len(script.text.zh) <= 100, script.key
        assert len(script.text.en) <= 240, script.key
        assert script.seconds <= 30, script.key
        assert len(script.why.zh) <= 40, script.key


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_script_trips_the_wording_check(language: str) -> None:
    checker = WordingChecker(PACK.phrases)
    assert checker.check("您冷静点，这是总行规定，我也没办法。"), "the checker itself works"
    risky = {
        script.key: found
        for script in SCRIPTS
        if (found := [one.key for one in checker.check(script.text.of(language))])
    }
    assert risky == {}


def test_customers_are_addressed_politely_and_promises_have_a_time() -> None:
    empty = re.compile(r"尽快|马上就|一定|绝对|保证|肯定|请冷静|你")
    for script in SCRIPTS:
        assert not empty.search(script.text.zh), script.key


@pytest.mark.parametrize(
    ("words", "scenario"),
    [
        ("买的时候说随时能取，今天来取说要等三天，我等着交住院押金", "wealth_redemption"),
        ("理财到期了，赎回的钱没到账", "wealth_redemption"),
        ("我排队排了七十分钟，那个窗口一直关着没人", "closed_window"),
        ("我爸猝死在车里，你们拒赔，说火化了没有尸检", "life_sudden_death"),
        ("手续费凭什么扣我两百，没告诉我要钱", "fees"),
        ("卡在我手上，钱被盗刷了三千", "card_fraud"),
        ("我转错账了，能不能追回", "transfer_error"),
        ("想提前还款还要收违约金", "early_repayment"),
        ("我明明是来存钱，结果存款变保险", "insurance_sold_as_deposit"),
    ],
)
def test_the_customers_words_point_to_the_matter(words: str, scenario: str) -> None:
    assert PROPOSER.propose(words).scenario == scenario


def test_scenarios_have_unique_keys_and_something_to_watch() -> None:
    keys = [scenario.key for scenario in SCENARIOS]
    assert len(keys) == len(set(keys))
    assert {*STORIES, *RED_FLAGS} <= set(keys)
    assert all(scenario.watch for scenario in SCENARIOS)
