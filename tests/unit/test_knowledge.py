"""Shelves and leaves: every entry stands on one shelf and can be read, in both languages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import i18n
from desk.domain.content import Pack
from desk.packs import loader
from desk.services import knowledge, leaves, packs
from desk.services.knowledge import Asked
from desk.services.leaves import Facts, Links, Trust, Words


@pytest.fixture(scope="module")
def pack() -> Pack:
    return loader.load()


def test_every_entry_stands_on_exactly_one_shelf(pack: Pack) -> None:
    found = knowledge.look_up(pack, Asked())
    shelved = sum(count for shelf, count in found.counts.items() if shelf != "all")
    assert shelved == found.counts["all"] == len(packs.entries(pack))


def test_one_entry_of_every_kind_can_be_read(pack: Pack) -> None:
    for kind in {entry.kind for entry in packs.entries(pack)}:
        entry = next(one for one in packs.entries(pack) if one.kind == kind)
        leaf = leaves.leaf(pack, kind, entry.key)
        assert leaf is not None
        assert leaf.entry == entry
        assert leaf.blocks, kind
        for language in i18n.LANGUAGES:
            assert entry.title.of(language) in leaves.plain_text(leaf, language)


def test_a_script_is_told_with_its_reasons_and_its_basis(pack: Pack) -> None:
    script = next(s for s in pack.scripts if s.cites and s.when_not and s.delivery)
    leaf = leaves.leaf(pack, "script", script.key)
    assert leaf is not None
    told = [text for block in leaf.blocks if isinstance(block, Words) for text in block.texts]
    assert [script.text, script.delivery, script.why, script.when_not] == told
    links = [block for block in leaf.blocks if isinstance(block, Links)]
    assert links[0].entries[0].key == script.cites[0].partition("-")[0]
    assert leaves.plain_text(leaf, "zh") == script.text.zh


def test_rights_of_a_script_lead_to_rights_and_not_to_guards_of_the_same_key(pack: Pack) -> None:
    script = next(s for s in pack.scripts if s.rights)
    leaf = leaves.leaf(pack, "script", script.key)
    assert leaf is not None
    last = [block for block in leaf.blocks if isinstance(block, Links)][-1]
    assert {entry.kind for entry in last.entries} == {"right"}


def test_an_article_comes_first_with_its_own_confidence(pack: Pack) -> None:
    rule = next(c for c in pack.citations if c.articles)
    article = rule.articles[0]
    leaf = leaves.leaf(pack, "citation", rule.key, str(article.number))
    assert leaf is not None
    first, trust = leaf.blocks[:2]
    assert isinstance(first, Words)
    assert first.texts == (article.says,)
    assert isinstance(trust, Trust)
    assert trust.confidence == article.confidence


def test_keys_are_put_into_words(pack: Pack) -> None:
    scenario = next(s for s in pack.scenarios if s.rights)
    leaf = leaves.leaf(pack, "scenario", scenario.key)
    assert leaf is not None
    facts = next(block for block in leaf.blocks if isinstance(block, Facts))
    names = {right.key: right.name.zh for right in pack.codes.rights}
    assert "、".join(names[key] for key in scenario.rights) in {v.zh for _n, v in facts.rows}


def test_an_unknown_key_has_no_leaf_and_no_entry(pack: Pack) -> None:
    assert leaves.leaf(pack, "script", "SC-NONE") is None
    assert knowledge.entry_at(pack, "SC-NONE-0") is None
    assert knowledge.entry_at(pack, "") is None


def test_sheets_are_found_by_the_paper_they_are_made_after(pack: Pack) -> None:
    assert "SHEET-TRANSFER" in knowledge.sheets_for(pack, "E1")
    assert "SHEET-MEDIA" not in knowledge.sheets_for(pack, "E1")
    assert knowledge.sheets_for(pack, "B6") == ("SHEET-PIA",)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_narrowing_only_takes_away_and_keeps_what_names_the_matter_in_front(
    pack: Pack, data: st.DataObject
) -> None:
    scenario = data.draw(st.sampled_from(["", *(s.key for s in pack.scenarios)]))
    step = data.draw(st.integers(0, 5))
    profile = data.draw(st.sampled_from(["", *(p.key for p in pack.assessment.profiles)]))
    asked = Asked(shelf="scripts", scenario=scenario, step=step, profile=profile)
    found = knowledge.look_up(pack, asked)
    assert set(found.entries) <= set(knowledge.look_up(pack, Asked(shelf="scripts")).entries)
    scripts = {s.key: s for s in pack.scripts}
    named = [scenario in scripts[entry.key].scenarios for entry in found.entries]
    assert named == sorted(named, reverse=True)
    for entry in found.entries:
        script = scripts[entry.key]
        assert not step or not script.steps or step in script.steps
        if profile == "RED":
            assert "RED" in script.profiles  # safety scripts name it; nothing else is meant
