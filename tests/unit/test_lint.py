"""What `desk pack check` finds in a pack that is well formed and still not fit for use."""

import functools
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from desk.domain.content import Pack
from desk.domain.outline import OutlinePoint
from desk.domain.text import Text
from desk.packs import loader
from desk.packs.links import Places
from desk.packs.lint import ROOM, lint_faults

pytestmark = pytest.mark.usefixtures("english")

PACK = loader.load()
SCRIPT = next(s for s in PACK.scripts if s.key == "SC-WR-101")


def reasons(pack: Pack) -> set[str]:
    return {fault.reason for fault in lint_faults(pack, Places())}


@functools.cache
def before() -> set[str]:
    return reasons(PACK)


def new(**parts: object) -> list[str]:
    """What is wrong with the shipped pack once these parts of it are others."""
    pack: Any = replace(PACK, **parts)  # type: ignore[arg-type]
    return sorted(reasons(pack) - before())


def with_script(**changes: object) -> list[str]:
    changed = msgspec.structs.replace(SCRIPT, **changes)
    return new(scripts=tuple(changed if s is SCRIPT else s for s in PACK.scripts))


def without(entries: Iterable[Any], *keys: str) -> tuple[Any, ...]:
    return tuple(entry for entry in entries if entry.key not in keys)


def test_the_shipped_pack_is_fit_for_use() -> None:
    assert [str(fault) for fault in lint_faults(PACK, Places())] == []


def test_a_missing_translation() -> None:
    assert with_script(why=Text("先接住着急。", "先接住着急。")) == [
        "SC-WR-101: why: no English text"
    ]
    assert with_script(why=Text("", "Meets the worry first.")) == [
        "SC-WR-101: why: no Chinese text"
    ]


def test_a_text_too_long_for_its_place() -> None:
    most = ROOM["scripts", "why"][0]
    (fault,) = with_script(why=Text("先" * (most + 1), "First."))
    assert fault.startswith(f"SC-WR-101: why: {most + 1} and 6 characters")


def test_a_source_and_a_version_that_cannot_be() -> None:
    assert with_script(source=" ") == ["SC-WR-101: no source"]
    (fault,) = with_script(since="99.0.0")
    assert "since 99.0.0" in fault


def test_a_matter_without_words_for_a_step_a_stage_or_a_person() -> None:
    closing = {s.key for s in PACK.scripts if "fees" in s.scenarios and 5 in s.steps}
    assert "fees: no sentence of its own for 5:answer" in new(
        scripts=without(PACK.scripts, *closing)
    )
    heard = {s.key for s in PACK.scripts if "fees" in s.scenarios and "respect" in s.stages}
    assert "fees: no sentence of its own at the stage respect" in new(
        scripts=without(PACK.scripts, *heard)
    )
    facts = {s.key for s in PACK.scripts if "fees" in s.scenarios and "T5" in s.profiles}
    assert "fees: fewer than two sentences made for T5" in new(
        scripts=without(PACK.scripts, *facts)
    )


def test_a_point_of_the_outline_that_lost_what_served_it() -> None:
    point = OutlinePoint(key="A-01", topic=Text("一", "one"), serves=("SC-GONE-1",))
    assert new(outline=(point,)) == ["A-01: no SC-GONE-1 any more"]


def test_blanks_that_come_too_late_or_bring_their_unit_twice() -> None:
    late = with_script(text=Text("{time}给您回话。", "A call at {time}."), steps=(1,))
    assert late == ["SC-WR-101: {time} is filled in step 4 only"]
    twice = with_script(text=Text("这{amount}元我查。", "I'll check the {amount}."), steps=(2,))
    assert "SC-WR-101: {amount} already brings its unit" in twice


def test_a_script_that_is_never_offered() -> None:
    assert with_script(cites=("L999",)) == ["SC-WR-101: never offered"]


def test_two_scripts_that_say_the_same() -> None:
    other = next(s for s in PACK.scripts if s.key == "SC-WR-103")
    text = Text(other.text.zh.replace("。", "，"), "Something else entirely.")
    assert "SC-WR-103: says the same as SC-WR-101" in with_script(text=text)


def test_one_literal_in_two_phrases() -> None:
    first, second = [phrase for phrase in PACK.phrases if phrase.match][:2]
    doubled = msgspec.structs.replace(second, match=(*second.match, first.match[0]))
    found = new(phrases=tuple(doubled if p is second else p for p in PACK.phrases))
    assert f"{second.key}: “{first.match[0]}” is claimed by {first.key} as well" in found


def test_risky_words_in_a_sentence_of_our_own() -> None:
    (fault,) = with_script(text=Text("您冷静点，这事儿我来接。", "I'll take this on."))
    assert fault.startswith("SC-WR-101: risky words “")


def test_triggers_that_ask_the_same_and_lists_that_nobody_calls() -> None:
    first = PACK.triggers[0]
    twin = msgspec.structs.replace(first, key="E1.twin", condition=f" {first.condition} ")
    assert new(triggers=(*PACK.triggers, twin)) == ["E1.twin: asks the same as " + first.key]
    lonely = msgspec.structs.replace(PACK.checklists[0], key="E99")
    assert "E99: nothing calls for it" in new(checklists=(*PACK.checklists, lonely))


def test_a_cue_that_points_nowhere_or_cannot_be_read() -> None:
    cue = PACK.cues[0]
    lost = msgspec.structs.replace(cue, key="CUE-lost-01", to="nowhere")
    broken = msgspec.structs.replace(cue, key="CUE-broken-01", pattern="(a")
    found = new(cues=(*PACK.cues, lost, broken))
    assert "CUE-lost-01: there is no scenario or trigger nowhere" in found
    assert any(fault.startswith("CUE-broken-01: the expression") for fault in found)
