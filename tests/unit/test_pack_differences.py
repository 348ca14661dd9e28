"""What changed between two versions, in plain words and both languages."""

import copy
from collections.abc import Iterator

import pytest

from desk import i18n
from desk.packs.differences import Change, Turn, differences, told
from tests.unit import packs_at_hand

OLD = packs_at_hand.small()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = i18n.language()
    i18n.use("en")
    yield
    i18n.use(before)


def test_a_pack_does_not_differ_from_itself_nor_by_its_version_alone() -> None:
    new = copy.deepcopy(OLD)
    new.wholes["pack"]["version"] = "9.9.9"
    assert differences(OLD, new) == ()


def test_texts_values_and_lists_that_changed_are_named() -> None:
    new = copy.deepcopy(OLD)
    script = new.lists["scripts"][0].entry
    before, script["text"]["zh"] = script["text"]["zh"], "新的话"
    code = new.lists["codes"][0].entry
    code["std_code"] = "0012"
    found = differences(OLD, new)
    assert found == (
        Change("scripts", script["key"], "changed", (Turn("text", "zh", before, "新的话"),)),
        Change("codes", code["key"], "changed", (Turn("std_code", "", "", "0012"),)),
    )
    lines = told(found, "en")
    assert lines[0] == f"Script {script['key']}: changed: Words (Chinese)"
    assert lines[2].strip() == "+ 新的话"
    assert lines[3] == f"Code {code['key']}: changed: Standard code"


def test_what_is_new_and_what_is_gone_is_counted() -> None:
    new = copy.deepcopy(OLD)
    gone = new.lists["phrases"].pop(0).entry["key"]
    more = copy.deepcopy(new.lists["roles"][0])
    more.entry["key"] = "mascot"
    new.lists["roles"].append(more)
    lines = told(differences(OLD, new), "en")
    assert lines == (f"Phrase: 1 gone: {gone}", "Role: 1 new: mascot")


def test_an_item_inside_a_checklist_is_named_by_its_column() -> None:
    new = copy.deepcopy(OLD)
    checklist = new.lists["checklists"][0].entry
    checklist["items"][1]["text"]["en"] = "Do this"
    (line, _was, _is) = told(differences(OLD, new), "en")
    assert line.startswith(f"Checklist {checklist['key']}: changed: Item")
    assert line.endswith("› Words (English)")


def test_another_order_is_said_once() -> None:
    new = copy.deepcopy(OLD)
    new.lists["roles"].reverse()
    assert told(differences(OLD, new), "en") == ("Role: in another order",)


def test_models_and_single_pieces_count() -> None:
    new = copy.deepcopy(OLD)
    new.models = {}
    new.wholes["clocks"]["days"]["last"]["en"] = "The end"
    found = differences(OLD, new)
    assert [(one.part, one.what) for one in found] == [
        ("clocks", "changed"),
        ("models", "removed"),
    ]


def test_chinese_reads_as_chinese() -> None:
    new = copy.deepcopy(OLD)
    script = new.lists["scripts"][0].entry
    script["text"]["zh"] = "新的话"
    i18n.use("zh")
    line = told(differences(OLD, new), "zh")[0]
    assert line.startswith("话术 ")
    assert "中文" in line
    assert "changed" not in line
