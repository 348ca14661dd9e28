"""Packs: the shipped one is sound; every fault names file, line and reason."""

import shutil
import time
from pathlib import Path

import pytest

from desk import i18n, paths
from desk.domain.content import Pack
from desk.errors import PackInvalid
from desk.packs import loader


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    target = tmp_path / "pack"
    shutil.copytree(paths.PACKS / loader.DEFAULT, target)
    return target


def change(folder: Path, name: str, before: str, after: str) -> int:
    """Replace the first occurrence in a file; the line it stood on."""
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return text[: text.index(before)].count("\n") + 1


def faults(folder: Path) -> list[str]:
    """What keeps a pack from being used; what else `desk pack check` asks is in test_lint."""
    try:
        loader.load(folder)
    except PackInvalid as error:
        found = error.params["faults"]
        assert isinstance(found, tuple)
        return [str(fault) for fault in found]
    return []


def test_the_shipped_pack_is_sound() -> None:
    pack = loader.load()
    assert isinstance(pack, Pack)
    assert [step.number for step in pack.steps] == [1, 2, 3, 4, 5]
    assert [c.key for c in pack.checklists] == [f"E{n}" for n in range(1, 11)]


def test_a_wrong_type_names_its_line(copy: Path) -> None:
    line = change(copy, "steps.yaml", "number: 3", "number: three")
    assert any(f.startswith(f"steps.yaml:{line}: ") and "int" in f for f in faults(copy))


def test_a_missing_translation_is_a_fault(copy: Path) -> None:
    line = change(copy, "roles.yaml", ", en:", ", xx:")
    found = faults(copy)
    assert any(f.startswith(f"roles.yaml:{line}: ") and "`en`" in f for f in found)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("file", "before", "after", "english", "chinese"),
    [
        ("steps.yaml", "number: 3", "number: three", "Expected `int`, got `str`", "却是 `str`"),
        ("steps.yaml", "limit: 40", "limitt: 40", "unknown field `limitt`", "没有 `limitt` 这一项"),
        ("roles.yaml", ", en:", ", xx:", "missing required field `en`", "缺少必填项 `en`"),
        ("triggers.yaml", "checklist: E1", "checklist: E77", "unknown checklist E77", "：E77"),
        ("codes.yaml", "dim: A", "dim: Z", "Invalid enum value 'Z'", "不能取值 'Z'"),
    ],
)
def test_a_fault_is_told_in_the_language_in_force(
    copy: Path, file: str, before: str, after: str, english: str, chinese: str
) -> None:
    change(copy, file, before, after)
    i18n.use("en")
    assert any(english in fault for fault in faults(copy))
    i18n.use("zh")
    told = faults(copy)
    assert any(chinese in fault for fault in told)
    assert not any(english in fault for fault in told)


def test_an_unknown_entry_is_a_fault(copy: Path) -> None:
    change(copy, "steps.yaml", "limit: 40", "limitt: 40")
    assert any("limitt" in f for f in faults(copy))


def test_broken_yaml_names_its_line(copy: Path) -> None:
    (copy / "roles.yaml").write_text("roles:\n  - {key: a\n  - b: ]\n", encoding="utf-8")
    assert any(f.startswith("roles.yaml:3: ") for f in faults(copy))


def test_two_faults_are_both_named(copy: Path) -> None:
    change(copy, "triggers.yaml", "checklist: E1", "checklist: E77")
    change(copy, "scenarios/wealth_redemption.yaml", "business: B_WM", "business: B_NONE")
    found = faults(copy)
    assert any("E77" in f for f in found)
    assert any("B_NONE" in f for f in found)


def test_a_condition_that_does_not_compile_is_named(copy: Path) -> None:
    change(copy, "steps.yaml", "party_kind == 'group'", "party_kind === 'group'")
    assert faults(copy)


def test_a_condition_about_an_unknown_fact_is_named(copy: Path) -> None:
    change(copy, "steps.yaml", "party_kind == 'group'", "party_kin == 'group'")
    assert any("party_kin" in f for f in faults(copy))


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "codes.yaml").unlink()
    assert any(f.startswith("codes.yaml:1: ") for f in faults(copy))


def test_a_pack_with_faults_is_not_used(copy: Path) -> None:
    change(copy, "triggers.yaml", "checklist: E1", "checklist: E77")
    with pytest.raises(PackInvalid) as caught:
        loader.load(copy)
    assert any("E77" in fault for fault in caught.value.params["faults"])  # type: ignore[attr-defined]


def test_an_empty_folder_says_what_is_missing(tmp_path: Path) -> None:
    pack, found = loader.examine(tmp_path)
    assert pack is None
    assert {fault.file for fault in found} >= {"pack.yaml", "steps.yaml", "scripts/*.yaml"}


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("valid_from: 2020-03-01", "valid_from: 2020-13-45", "no such date"),
        ("valid_from: 2020-03-01", "valid_from: 2020-03-01T99:00:00", "no such date"),
        ("limit: 15", "limit: " + "9" * 6000, "number"),
        ("start: received", "kind: first", "`kind` stands here twice"),
        ("start: received", "<<: {start: received}", "merge keys"),
    ],
)
@pytest.mark.usefixtures("english")
def test_values_that_mean_nothing_or_two_things(
    copy: Path, before: str, after: str, reason: str
) -> None:
    line = change(copy, "clocks.yaml", before, after)
    (found,) = (f for f in faults(copy) if reason in f)
    assert found.startswith(f"clocks.yaml:{line}: ")


@pytest.mark.usefixtures("english")
def test_a_limit_longer_than_a_working_life_is_a_slip(copy: Path) -> None:
    change(copy, "clocks.yaml", "limit: 15", "limit: 99999999")
    change(copy, "checklists.yaml", "limit_minutes: ", "limit_minutes: 99999999")
    found = faults(copy)
    assert any("inst_simple" in f and "at most" in f for f in found)
    assert any(f.startswith("checklists.yaml:") and "at most" in f for f in found)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a: 1\nb: \xff\n", 2),
        (b"a: " + b"{a: " * 200_000, 1),
        (b"a:\n" + b"[\n" * 200_000, 102),
        (b"- " * 200_000, 1),
        (b"a: b\n" * 1_000_000, 1),
        (b"a: \x00", 1),
        (b"? [a]\n: 1\n", 1),
        (b"a0: &a [x, x]\na1: &b [*a, *a]\na2: [*b, *b]\n", 1),
    ],
)
def test_no_file_brings_the_reader_down(copy: Path, content: bytes, line: int) -> None:
    (copy / "codes.yaml").write_bytes(content)
    assert [f for f in faults(copy) if f.startswith(f"codes.yaml:{line}: ")]


@pytest.mark.usefixtures("english")
def test_what_is_no_file_is_not_waited_for(copy: Path) -> None:
    for name in ("codes.yaml", "scripts/general.yaml"):
        (copy / name).unlink()
        (copy / name).mkdir()
    found = faults(copy)
    assert "codes.yaml:1: is not a file" in found
    assert "scripts/general.yaml:1: is not a file" in found


def test_a_thousand_faults_are_told_in_a_moment(copy: Path) -> None:
    (copy / "slots.yaml").write_text("slots:\n" + "- {key: 5}\n" * 3000, encoding="utf-8")
    begun = time.process_time()
    assert len([f for f in faults(copy) if f.startswith("slots.yaml:")]) == 3000
    assert time.process_time() - begun < 5
