"""Guards: what breaks a lawful reading is found, what comes near is let go, promises are named."""

import re
from collections.abc import Iterator

import pytest

from desk.domain.guards import Authority, Guard, guard_faults
from desk.domain.suggestion import Script
from desk.domain.text import Text
from desk.domain.wording import Phrase
from desk.packs import loader

PACK = loader.load()
GUARDS = {guard.key: guard for guard in PACK.guards}
CARDS = {card.about: card for card in PACK.cards if card.kind == "reading"}
QUOTED = {"zh": re.compile("“([^”]{2,200})”"), "en": re.compile('"([^"]{2,300})"')}


def text(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


def guard(**changes: object) -> Guard:
    given: dict[str, object] = {
        "key": "R10",
        "name": text("不说没有时间的等", "no waiting without a time"),
        "zh": "尽快",
        "en": "soon",
        "breaks": (text("我们尽快办。", "We do it soon."),),
        "keeps": (text("四点给您回话。", "You hear at four."),),
        "card": "CARD-R10",
        "source": "R10",
    }
    return Guard(**(given | changes))  # type: ignore[arg-type]


def script(zh: str, en: str, promises: tuple[str, ...] = ()) -> Script:
    return Script(
        key="SC-TS-1",
        part="answer",
        text=text(zh, en),
        why=text("为了测", "For the test"),
        source="test",
        since="1.1.0",
        seconds=5,
        promises=promises,
    )


def phrase(zh: str, en: str) -> Phrase:
    return Phrase(
        key="PH-D-001",
        category="D",
        severity="medium",
        why=text("没有时间", "No time given"),
        better=text(zh, en),
        source="test",
        since="1.1.0",
        match=("尽快",),
    )


AUTHORITY = Authority(
    key="AU-CALLBACK", what=text("约定回话", "An agreed call"), role="teller", source="R10"
)


def faults(one: Guard, *scripts: Script, phrases: tuple[Phrase, ...] = ()) -> list[str]:
    found = guard_faults((one,), scripts, phrases, (AUTHORITY,))
    return [f"{part} {key} {reason}" for part, key, reason in found]


def test_a_script_that_breaks_a_guard_is_named_with_its_words() -> None:
    (found,) = faults(guard(), script("这事我们尽快办。", "We see to it today."))
    assert found.startswith("scripts SC-TS-1 ")
    assert "R10" in found
    assert "尽快" in found


def test_the_english_text_is_held_to_it_as_well() -> None:
    (found,) = faults(guard(), script("今天四点办。", "We see to it SOON."))
    assert "SOON" in found


def test_a_better_sentence_of_a_phrase_is_held_to_it() -> None:
    (found,) = faults(guard(), phrases=(phrase("尽快回您。", "You hear at four."),))
    assert found.startswith("phrases PH-D-001 ")


def test_an_exception_reaches_as_far_as_its_sentence() -> None:
    one = guard(unless_zh="四点", unless_en="four")
    assert faults(one, script("尽快，最晚四点。", "Soon, at four.")) == []
    assert faults(one, script("我们尽快办。四点下班。", "At four."))
    assert faults(one, script("最晚四点。", "Soon. We close at four."))


def test_a_promise_stands_where_a_known_authority_is_named() -> None:
    one = guard(promise=True)
    assert faults(one, script("尽快。", "Soon."))
    assert faults(one, script("尽快。", "Soon.", ("AU-CALLBACK",))) == []
    assert faults(one, phrases=(phrase("尽快。", "Soon."),)) == []


def test_an_authority_does_not_excuse_what_is_no_promise() -> None:
    assert faults(guard(), script("尽快。", "Soon.", ("AU-CALLBACK",)))


def test_an_unknown_authority_is_a_fault() -> None:
    (found,) = faults(guard(), script("四点。", "Four.", ("AU-MOON",)))
    assert "AU-MOON" in found


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"zh": "尽("}, "cannot be read"),
        ({"en": "soon.*"}, "unbounded"),
        ({"unless_zh": "四.+点"}, "unbounded"),
        ({"zh": "尽{1,}快"}, "unbounded"),
        ({"zh": "(?:尽快)?"}, "empty text"),
        ({"en": ""}, "each language"),
        ({"zh": "改天"}, "does not find"),
        ({"zh": "快|四点"}, "let go"),
    ],
)
def test_a_guard_that_does_not_hold_is_a_fault(changes: dict[str, object], reason: str) -> None:
    found = faults(guard(**changes))
    assert any(one.startswith("guards R10 ") and reason in one for one in found), found


def test_the_shipped_sentences_break_no_reading() -> None:
    assert list(guard_faults(PACK.guards, PACK.scripts, PACK.phrases, PACK.authorities)) == []


def test_every_lawful_reading_has_its_guard_and_its_card() -> None:
    readings = {f"R{number}" for number in range(1, 28)}
    assert set(GUARDS) == readings
    assert set(CARDS) == readings
    for key, one in GUARDS.items():
        assert one.card == CARDS[key].key
        assert len(one.breaks) >= 2
        assert len(one.keeps) >= 2


def _sentences(key: str, language: str, wrong: str) -> Iterator[str]:
    """What the card of a reading quotes in the paragraphs that begin with `wrong`."""
    for paragraph in CARDS[key].body:
        if paragraph.of(language).startswith(wrong):
            yield from QUOTED[language].findall(paragraph.of(language))


@pytest.mark.parametrize("key", sorted(GUARDS))
@pytest.mark.parametrize(("language", "wrong"), [("zh", "不说"), ("en", "Not:")])
def test_the_wrong_sentence_of_a_card_is_found_by_its_guard(
    key: str, language: str, wrong: str
) -> None:
    said = list(_sentences(key, language, wrong))
    assert said
    assert any(_breaks(GUARDS[key], sentence, language) for sentence in said), said


@pytest.mark.parametrize("key", sorted(GUARDS))
@pytest.mark.parametrize(("language", "right"), [("zh", "改说"), ("en", "But:")])
def test_the_right_sentence_of_a_card_breaks_no_reading(
    key: str, language: str, right: str
) -> None:
    said = list(_sentences(key, language, right))
    assert said
    for sentence in said:
        broken = [one.key for one in GUARDS.values() if _breaks(one, sentence, language)]
        assert broken == [], sentence


def _breaks(one: Guard, sentence: str, language: str) -> bool:
    spoken = script(
        sentence if language == "zh" else "好。", sentence if language == "en" else "Good."
    )
    return any(part == "scripts" for part, _key, _reason in guard_faults((one,), (spoken,), (), ()))


def test_every_card_is_read_in_a_minute() -> None:
    for card in PACK.cards:
        assert len(card.body) <= 6, card.key
        assert sum(len(paragraph.zh) for paragraph in card.body) <= 420, card.key
        assert max(len(paragraph.zh) for paragraph in card.body) <= 130, card.key
        own_words = QUOTED["zh"].sub("", "".join(paragraph.zh for paragraph in card.body))
        assert "你" not in own_words, card.key
