"""A pack as entries that can be browsed and searched."""

import pytest

from desk.domain.content import Pack
from desk.packs import loader
from desk.services import packs


@pytest.fixture(scope="module")
def pack() -> Pack:
    return loader.load()


def test_every_kind_that_a_pack_holds_is_told_with_both_languages(pack: Pack) -> None:
    found = packs.entries(pack)
    by_kind = {one.kind for one in found}
    assert {"script", "phrase", "checklist", "citation", "code", "clock", "item"} <= by_kind
    assert len([one for one in found if one.kind == "script"]) == len(pack.scripts)
    assert all(one.title.zh and one.title.en for one in found)
    assert all(packs.kind_name(kind) for kind in by_kind)


def test_what_has_the_word_in_its_title_comes_first(pack: Pack) -> None:
    found = packs.find(pack, "queue")
    assert found[0].key == "queue"
    assert packs.find(pack, "") == packs.entries(pack)
    assert packs.find(pack, "queue 不会有的词") == ()


def test_a_single_chinese_character_finds_every_entry_that_holds_it(pack: Pack) -> None:
    found = {(one.kind, one.key) for one in packs.find(pack, "卡")}
    for one in packs.entries(pack):
        texts = [one.title, *one.lines]
        holds = any("卡" in text.zh or "卡" in text.en for text in texts)
        assert ((one.kind, one.key) in found) >= holds


def test_a_key_tells_its_fields_and_who_names_it(pack: Pack) -> None:
    script = next(one for one in pack.scripts if one.cites)
    rule = script.cites[0].split("-")[0]
    (about,) = packs.about(pack, rule)
    assert about.entry.kind == "citation"
    assert script.key in {one.key for one in about.used_by}
    assert any(told.label.en == "When to use it" for told in about.fields)
    assert packs.about(pack, "nothing") == ()
