"""What a customer's account points to: proposed with its reasons, silent when nothing does."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.domain.lexicon import Cue, Lexicon, cue_faults
from desk.domain.plain_form import plain_form
from desk.domain.proposal import NOTHING, TRIGGERS, Proposal, Proposer, is_matter, to_json
from desk.packs import loader
from tests.corpora.narrative_figures import (
    EVERYDAY,
    HELD,
    TUNING,
    figures,
    narratives,
)

PACK = loader.load()
PROPOSER = Proposer(PACK)
MATTERS = {scenario.key for scenario in PACK.scenarios if is_matter(scenario)}
TOLD = [one.text for one in narratives("narratives_tuning_b")]
PIECES = [cue.words[0] for cue in PACK.cues if cue.words]
TYPED = st.one_of(
    st.text(max_size=120),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=12).map("".join),
    st.sampled_from(TOLD),
)


def spans(found: Proposal) -> list[tuple[tuple[int, int], ...]]:
    matters = [scenario.because for scenario in found.scenarios]
    return matters + [trigger.because for trigger in found.triggers]


@given(TYPED)
@settings(max_examples=150)
def test_reasons_lie_in_the_text_and_in_order(text: str) -> None:
    found = PROPOSER.propose(text)
    for because in spans(found):
        assert because
        ends = [0, *(place for span in because for place in span)]
        assert ends == sorted(ends)
        assert all(0 <= start < end <= len(text) for start, end in because)


@given(TYPED)
@settings(max_examples=60)
def test_the_same_text_is_proposed_the_same(text: str) -> None:
    found = PROPOSER.propose(text)
    assert found == PROPOSER.propose(text)
    keys = [scenario.key for scenario in found.scenarios]
    assert len(set(keys)) == len(keys)
    assert set(keys) <= MATTERS
    assert {trigger.key for trigger in found.triggers} <= set(TRIGGERS)
    scores = [scenario.score for scenario in found.scenarios]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


@pytest.mark.parametrize("text", ["", " ", "\n", "。。。", "😀", "\ud800", "\u200b"])
def test_nothing_said_is_nothing_proposed(text: str) -> None:
    assert PROPOSER.propose(text) == NOTHING


@pytest.mark.parametrize(
    ("text", "trigger", "word"),
    [
        ("我找管你们的人去，看谁有理", "regulator", "管你们的"),
        ("你等着，我发抖音让大家看看", "media", "发抖音"),
        ("下周法院见，律师函已经寄了", "legal", "律师函"),
        ("我们群里六十多人约好一起来拉横幅", "group", "横幅"),
        ("再拖我就砸了你这柜台，砍死你", "violence", "砍死"),
        ("钱没了，我也不想活了", "self_harm", "不想活"),
        ("他让我把钱转到安全账户，还要共享屏幕，叫我别告诉家人", "fraud_in_progress", "安全账户"),
        ("快叫救护车，我爸晕倒了", "medical", "晕倒"),
        ("我奶奶八十六了，坐着轮椅", "vulnerable", "轮椅"),
        ("你们把我的信息泄露给中介了", "privacy_breach", "泄露"),
        ("代理退保的收我三成，合同都签了", "paid_agent", "代理退保"),
    ],
)
def test_a_trigger_names_the_words_that_led_to_it(text: str, trigger: str, word: str) -> None:
    found = {one.key: one.because for one in PROPOSER.propose(text).triggers}
    assert trigger in found
    at = text.index(word)
    assert any(start <= at < end for start, end in found[trigger])


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("我邻居是律师，他也在你们这儿存钱。排队排了一个小时，急死我了", "legal"),
        ("急死我了，累死了，等了两个钟头", "self_harm"),
        ("大厅里排队的人真多，我前面还有三十个人", "group"),
        ("账户被法院冻结了，什么时候能解", "legal"),
        ("再不办就找12378", "violence"),
        ("再不办就找12378", "vulnerable"),
    ],
)
def test_innocent_uses_of_the_words_stay_silent(text: str, trigger: str) -> None:
    assert trigger not in {one.key for one in PROPOSER.propose(text).triggers}


def test_only_what_is_likely_calls_a_checklist() -> None:
    found = {one.key: one for one in PROPOSER.propose("再不给钱我就找12378").triggers}
    assert found["regulator"].sure
    assert all(one.sure == (one.chance >= 0.25) for one in found.values())
    assert not any(one.sure for key, one in found.items() if key != "regulator")


def test_codes_and_rights_follow_the_first_matter() -> None:
    found = PROPOSER.propose("手续费凭什么扣我两百，没告诉我要钱")
    first = PACK.scenario(found.scenarios[0].key)
    assert first is not None
    assert first.key == "fees"
    assert first.business in {code.key for code in PACK.codes.path(found.business)}
    assert found.cause == first.cause
    assert found.rights == first.rights


def test_the_document_has_the_agreed_keys() -> None:
    told = to_json(PROPOSER.propose("我排队排了七十分钟，我要打12378"))
    assert list(told) == ["scenarios", "triggers", "business", "cause", "rights"]
    assert told["scenarios"]
    assert to_json(NOTHING) == {
        "scenarios": [],
        "triggers": [],
        "business": None,
        "cause": None,
        "rights": [],
    }


def test_a_pack_without_models_is_read_by_its_cues() -> None:
    bare = Proposer(dataclasses.replace(PACK, models={}))
    found = bare.propose("理财赎回没到账，我要打12378投诉")
    assert "wealth_redemption" in {one.key for one in found.scenarios}
    assert "regulator" in {one.key for one in found.triggers}
    assert bare.propose("今天天气真好") == NOTHING


def test_a_cue_is_taken_back_by_what_stands_on_it_or_near_it() -> None:
    cue = Cue(
        key="CUE-regulator-01",
        to="regulator",
        words=("人行", "12378"),
        unless=("人行道",),
        unless_near="没打|不打",
        near=6,
    )
    lexicon = Lexicon((cue,))

    def names(text: str) -> list[str]:
        hits = lexicon.read(text, plain_form(text)).get("regulator", ())
        return [hit.name for hit in hits]

    assert names("我找人行去") == ["人行"]
    assert names("门口人行道上") == []
    assert names("１２３-７８我打定了") == ["12378"]
    assert names("12378我没打") == []
    assert names("12378。我没打") == ["12378"]


def test_the_shipped_cues_have_no_fault() -> None:
    assert cue_faults(PACK.cues, [scenario.key for scenario in PACK.scenarios]) == ()
    broken = Cue(key="CUE-x-01", to="nowhere", words=("钱",), pattern="(a")
    assert {key for key, _ in cue_faults((broken, broken), ())} == {"CUE-x-01"}
    assert len(cue_faults((broken, broken), ())) == 7


def test_what_is_no_complaint_is_left_alone() -> None:
    everyday = [PROPOSER.propose(one.text) for one in narratives(*EVERYDAY)]
    assert sum(not found.scenarios for found in everyday) >= 0.9 * len(everyday)
    assert sum(not found.triggers for found in everyday) >= 0.9 * len(everyday)


@pytest.mark.unmeasured
def test_the_tuning_narratives_are_still_understood() -> None:
    """A floor against regressions; what is understood of other hands' words is in the figures."""
    found = figures(PACK, narratives(*TUNING))
    assert found.top1 >= 0.97
    assert found.top3 >= 0.99
    assert found.trigger_recall >= 0.99
    assert found.trigger_precision >= 0.70


@pytest.mark.unmeasured
def test_the_held_narratives_do_not_fall_behind() -> None:
    """Held by other hands and never looked at; only figures are known of it.

    The matters reach what was asked for (0.85 and 0.96).
    """
    found = figures(PACK, narratives(*HELD))
    assert found.texts >= 200
    assert found.top1 >= 0.85
    assert found.top3 >= 0.96
    assert found.trigger_recall >= 0.93
    assert found.trigger_precision >= 0.45
