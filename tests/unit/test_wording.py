"""The wording check: what it finds, whose words it leaves alone, and where it points."""

import re
import time
from typing import cast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.domain.plain_form import plain_form
from desk.domain.quotation import customer_words
from desk.domain.text import Text
from desk.domain.wording import (
    WORDING_MODEL,
    Finding,
    Phrase,
    PhraseCategory,
    WordingChecker,
    phrase_faults,
    to_json,
)
from desk.packs import loader
from tests.corpora.wording_figures import figures, sentences

PRECISION, RECALL = 0.97, 0.92
"""What the corpora must reach; the held-out half is asked by `python -m tests.corpora`."""

PACK = loader.load()
MODEL = PACK.models[WORDING_MODEL]
PHRASES = WordingChecker(PACK.phrases)
CHECKER = WordingChecker(PACK.phrases, MODEL)
TOLD = sentences("wording_tuning_b")
RISKY_TEXTS = [one.text for one in TOLD if one.risky]
HARMLESS_TEXTS = [one.text for one in TOLD if not one.risky]


def _phrase(**changes: object) -> Phrase:
    fields = {
        "key": "PH-T-900",
        "category": "T",
        "severity": "high",
        "why": {"zh": "原因", "en": "why"},
        "better": {"zh": "换个说法", "en": "better"},
        "source": "test",
        "since": "1.0.0",
        "match": ("不归我管",),
    } | changes
    return msgspec.convert(fields, Phrase)


def _found(text: str, *phrases: Phrase) -> list[str]:
    return [finding.text for finding in WordingChecker(phrases or (_phrase(),)).check(text)]


def _keys(text: str) -> set[str]:
    return {finding.key for finding in CHECKER.check(text)}


# The pack's phrases


def test_the_pack_holds_every_category_and_no_faults() -> None:
    assert phrase_faults(PACK.phrases, PACK.phrase_categories) == ()
    letters = {category.letter for category in PACK.phrase_categories}
    assert {phrase.category for phrase in PACK.phrases} == letters
    assert {phrase.category for phrase in PACK.phrases if phrase.learned} == letters
    assert {int(phrase.key.rsplit("-", 1)[1]) for phrase in PACK.phrases} >= set(range(1, 115))
    assert sum(not phrase.learned for phrase in PACK.phrases) >= 450


def test_every_literal_of_the_pack_is_found_as_its_own_phrase() -> None:
    missed = [
        (phrase.key, literal)
        for phrase in PACK.phrases
        for literal in phrase.match
        if phrase.key not in {finding.key for finding in PHRASES.check(literal)}
    ]
    assert missed == []


def test_no_better_sentence_is_itself_risky() -> None:
    for phrase in PACK.phrases:
        for checker in (PHRASES, CHECKER):
            assert not checker.check(phrase.better.zh), phrase.key
            assert not checker.check(phrase.better.en), phrase.key


@pytest.mark.unmeasured
def test_what_the_tuning_sentences_measure() -> None:
    found = figures(PACK, sentences("wording_tuning_a", "wording_tuning_b", "wording_tuning_c"))
    assert found.risky >= 600
    assert found.harmless >= 600
    assert found.precision >= PRECISION
    assert found.recall >= RECALL
    assert found.customers_flagged == 0


def test_nearly_always_the_phrase_meant_is_found() -> None:
    meant = [one for one in TOLD if one.keys]
    missed = [
        one.text for one in meant if not {f.key for f in PHRASES.check(one.text)} & set(one.keys)
    ]
    assert len(missed) <= len(meant) // 10, missed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请打13800138000。", "13800138000"),
        ("请打138-0013-8000。", "138-0013-8000"),
        ("请打１３８００１３８０００。", "１３８００１３８０００"),
        ("卡号6222 0212 3456 7890 123。", "6222 0212 3456 7890 123"),
        ("11010519900307231X", "11010519900307231X"),
        ("幺三八零零幺三八零零零", ""),
        ("一三八零零一三八零零零", "一三八零零一三八零零零"),
    ],
)
def test_long_numbers_are_found_as_written(text: str, shown: str) -> None:
    findings = CHECKER.check(text)
    assert [finding.severity for finding in findings] == ["high"]
    assert findings[0].key.startswith("PH-X-")
    assert shown in findings[0].text


@pytest.mark.parametrize(
    "text",
    ["尾号1234", "95588", "2026-11-21 10:26", "1234567.89元", "010-12345678", "400-820-8888"],
)
def test_dates_amounts_and_service_numbers_are_no_leak(text: str) -> None:
    assert not CHECKER.check(text)


@pytest.mark.parametrize("text", ["九点十分取的号。", "10点十分到，十二点十分办完。"])
def test_a_time_of_day_asks_for_no_praise(text: str) -> None:
    assert not CHECKER.check(text)
    assert CHECKER.check("麻烦给我们点十分。")


def test_a_promise_is_risky_only_without_a_time() -> None:
    assert _keys("我们会尽快给您回复。") == {"PH-D-106"}
    assert not _keys("今天16点前我们会尽快给您回复。")
    assert not _keys("我们尽快给您回复，最晚周五。")
    assert _keys("今天16点关门。我们尽快给您回复。") == {"PH-D-106"}


# Recognition


@pytest.mark.parametrize(
    "text",
    [
        "不归我管",
        "不 归 我 管",
        "不\u3000归\u200b我\u00a0管",
        "不·归-我~管",
        "不归，我管",
        "不。归。我。管",
        "不不归归我管管管",
        "不歸我管",
        "【不归】我管",
    ],
)
def test_the_same_words_are_found_however_they_are_written(text: str) -> None:
    assert len(_found(f"这事{text}了")) == 1


def test_a_sentence_end_separates_words() -> None:
    assert _found("这事不归。我管别的") == []
    assert _found("不，归我管", _phrase(match=("不归",))) == []


def test_polite_and_plain_you_read_the_same() -> None:
    phrase = _phrase(match=("你等着",))
    assert _found("您等着。你等着。妳等着。", phrase) == ["您等着", "你等着", "妳等着"]


def test_latin_words_are_not_cut() -> None:
    phrase = _phrase(match=("not my job",))
    assert _found("Sorry, NOT  my job!", phrase) == ["NOT  my job"]
    assert _found("not my jobs, knot my job", phrase) == []


def test_exceptions_let_go_what_they_overlap_and_nothing_else() -> None:
    phrase = _phrase(match=("保证",), unless=("保证金", "不能保证"))
    assert _found("保证金不能保证，我保证。", phrase) == ["保证"]
    assert WordingChecker([phrase]).check("保证金不能保证，我保证。")[0].start == 9


def test_near_exceptions_stay_in_their_sentence() -> None:
    phrase = _phrase(match=("马上",), unless_near="[0-9]点", near=5)
    assert _found("马上办，4点好。", phrase) == []
    assert _found("马上办。4点好。", phrase) == ["马上"]
    assert _found("马上就给您去办，4点好。", phrase) == ["马上"]


def test_patterns_are_tried_on_sentences_with_an_anchor() -> None:
    phrase = _phrase(match=(), pattern="去(?P<hit>[^，。]{1,3})窗口", anchors=("窗口",))
    assert _found("先去。三号窗口。去三号 窗口。", phrase) == ["三号"]


def test_the_most_severe_then_the_longest_is_kept() -> None:
    low = _phrase(key="PH-T-901", severity="low", match=("这不归我管的",))
    longer = _phrase(key="PH-T-902", match=("不归我管的",))
    found = WordingChecker([low, _phrase(), longer]).check("这不归我管的")
    assert [(finding.key, finding.text) for finding in found] == [("PH-T-902", "不归我管的")]


def test_no_phrases_find_nothing() -> None:
    assert WordingChecker(()).check("不归我管") == ()
    assert CHECKER.check("") == ()


# The model


def test_the_model_hears_risk_where_no_phrase_is_and_names_the_words() -> None:
    text = "您自己把卡借给别人，出了事倒想起银行了。"
    assert not WordingChecker([p for p in PACK.phrases if not p.learned]).check(text)
    (finding,) = CHECKER.check(text)
    assert re.fullmatch(r"PH-[A-Z]-900", finding.key)
    assert finding.severity != "high"
    for start, end in finding.because:
        assert finding.start <= start < end <= finding.end
    told = cast("list[dict[str, object]]", to_json([finding], "zh")["findings"])
    assert told[0].get("because", [[finding.start, finding.end]]) == [
        list(part) for part in finding.because
    ]


def test_the_model_lets_go_of_risky_words_in_a_harmless_passage() -> None:
    text = "下班了？下班也给您办完呀，侧门留着呢。"
    assert PHRASES.check(text)
    assert not CHECKER.check(text)
    certain = _phrase(match=("下班了",), certain=True)
    assert WordingChecker([certain], MODEL).check(text)


def test_a_passage_does_not_answer_for_its_neighbour() -> None:
    warm = "您先坐，我陪您把这两笔一行一行对清楚，对好了下午三点前给您打电话。"
    warm += "水在这儿，慢慢喝，不着急，我就在旁边。"
    risky = "您自己把卡借给别人，出了事倒想起银行了。"
    (finding,) = CHECKER.check(warm + risky)
    assert finding.start >= len(warm)


def test_the_model_says_nothing_of_a_customers_words() -> None:
    assert not CHECKER.check("客户说您自己把卡借给别人，出了事倒想起银行了。")


def test_five_hundred_characters_are_read_at_once() -> None:
    text = "".join(HARMLESS_TEXTS)[:500]
    CHECKER.check(text)
    began = time.perf_counter()
    for _again in range(5):
        CHECKER.check(text)
    assert (time.perf_counter() - began) / 5 < 0.05


# Whose words


@pytest.mark.parametrize(
    "text",
    [
        "客户说：不归我管是什么意思！",
        "客户多次表示“不归我管”。",
        "他说「不归我管」，很生气。",
        '原话是"不归我管"。',
        "原话是'不归我管'。",
        "原话是『不归我管』。",
        "原话是“不归我管。",
        "The customer said 不归我管.",
        "The client has complained: 不归我管",
    ],
)
def test_customer_words_are_left_alone(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "客户说钱没到。这不归我管。",
        "客户说“钱没到”，这不归我管。",
        "客户说钱没到，我说不归我管。",
        "我答复客户：“不归我管。”",
        "跟客户说，这不归我管。",
        "客户反映的问题不归我管。",
        "I replied: “不归我管”",
        "原话是“钱没到。\n这不归我管。",
        "it's the customer's 不归我管",
    ],
)
def test_staff_words_beside_a_quotation_are_checked(text: str) -> None:
    assert _found(text) == ["不归我管"]


def test_a_customer_speaking_is_never_checked() -> None:
    assert all(not CHECKER.check(text, "customer") for text in RISKY_TEXTS)


# Output


def test_the_document_has_the_agreed_shape() -> None:
    document = to_json(WordingChecker([_phrase()]).check("这不归我管"), "en")
    assert document == {
        "findings": [
            {
                "start": 1,
                "end": 5,
                "text": "不归我管",
                "key": "PH-T-900",
                "category": "T",
                "severity": "high",
                "why": "why",
                "better": "better",
            }
        ]
    }
    chinese = cast("list[dict[str, str]]", to_json(CHECKER.check("不归我管"), "zh")["findings"])
    assert chinese[0]["why"].startswith("首问负责")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"match": ()}, "neither match nor pattern"),
        ({"learned": True}, "a learned phrase has neither"),
        ({"match": ("，。",)}, "nothing of the literal"),
        ({"pattern": "("}, "cannot be read"),
        ({"pattern": "好*"}, "fits an empty text"),
        ({"pattern": "好.*吧"}, "unbounded"),
        ({"pattern": "好.{3,}吧"}, "unbounded"),
        ({"unless_near": "慢慢"}, "holds 慢慢"),
        ({"anchors": ("好",)}, "without a pattern"),
        ({"category": "Q"}, "not defined"),
        ({"key": "PH-Q-900"}, "does not carry the category letter T"),
    ],
)
@pytest.mark.usefixtures("english")
def test_faults_of_phrases_are_named(changes: dict[str, object], reason: str) -> None:
    categories = (PhraseCategory(letter="T", name=Text("推诿", "Passing the buck")),)
    faults = phrase_faults([_phrase(**changes)], categories)
    assert any(reason in fault for _key, fault in faults)
    assert phrase_faults([_phrase(), _phrase()], categories)[-1][1] == "the key is used twice"


# Properties

MARKS = st.sampled_from(list(" \u3000\u200b\u00ad·-~_*…（"))
PIECES = st.one_of(
    st.sampled_from(RISKY_TEXTS),
    st.sampled_from(HARMLESS_TEXTS),
    st.sampled_from(
        [*list("“”「」『』‘’\"'。，！？\n. "), "客户说", "我说", "customer said ", "你"]
    ),
    st.text(max_size=8),
)
TEXTS = st.lists(PIECES, max_size=8).map("".join)


def _sound(text: str, findings: tuple[Finding, ...]) -> None:
    position = 0
    for finding in findings:
        assert position <= finding.start < finding.end <= len(text)
        assert text[finding.start : finding.end] == finding.text
        position = finding.end


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_findings_are_in_order_disjoint_and_outside_of_customer_words(text: str) -> None:
    findings = CHECKER.check(text)
    _sound(text, findings)
    for start, end in customer_words(text):
        assert all(finding.end <= start or end <= finding.start for finding in findings)


@given(st.data(), st.sampled_from(["不归我管", "绝对没问题", "你到底想怎么样", "说了你也不懂"]))
@settings(max_examples=150, deadline=None)
def test_offsets_point_into_the_text_as_it_was_written(data: st.DataObject, words: str) -> None:
    written = ""
    for character in words:
        twice = data.draw(st.integers(1, 3))
        written += character * twice + "".join(data.draw(st.lists(MARKS, max_size=2)))
    written = written.rstrip(" \u3000\u200b\u00ad·-~_*…（")
    before = data.draw(st.sampled_from(["", "好的，", "嗯 ", "12点。", "ＡＢＣ ", "😀"]))
    findings = WordingChecker([_phrase(match=(words,))]).check(before + written + " 吧")
    assert [(finding.start, finding.text) for finding in findings] == [(len(before), written)]


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_has_a_sound_plain_form(text: str) -> None:
    plain = plain_form(text)
    assert len(plain.text) == len(plain.starts) == len(plain.ends)
    for index in range(len(plain.text)):
        start, end = plain.original(index, index + 1)
        assert 0 <= start < end <= len(text)
        assert index == 0 or plain.starts[index - 1] <= start
    _sound(text, CHECKER.check(text))


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "text", ["“" * 100_000, " '" * 50_000, "保证金" * 33_000, "你自己不" * 25_000, "不，" * 50_000]
)
def test_huge_texts_are_read(text: str) -> None:
    _sound(text, CHECKER.check(text))
