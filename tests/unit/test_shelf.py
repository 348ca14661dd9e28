"""Versions of packs side by side: found, ordered, installed whole or not at all."""

import copy
from pathlib import Path

import pytest

from desk import paths
from desk.domain.versions import ordered
from desk.errors import NotAllowed
from desk.packs import importing, loader, parts, shelf, workbook
from tests.unit import packs_at_hand

LIGHT = packs_at_hand.light()


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of shipped packs with one that is quick to read."""
    folder = tmp_path_factory.mktemp("packs")
    (folder / loader.DEFAULT).mkdir()
    parts.write(LIGHT, folder / loader.DEFAULT)
    return folder


@pytest.fixture(autouse=True)
def own_home(packs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(paths, "PACKS", packs)


def light() -> parts.Contents:
    return copy.deepcopy(LIGHT)


def of_version(version: str) -> parts.Contents:
    found = light()
    found.wholes[parts.HEAD]["version"] = version
    return found


def installed(version: str) -> shelf.Shelved:
    one, faults = shelf.install(of_version(version), lambda _folder: ())
    assert not faults
    assert one is not None
    return one


def shipped_version() -> str:
    return str(light().wholes[parts.HEAD]["version"])


def test_without_others_the_shipped_pack_is_the_newest() -> None:
    (one,) = shelf.versions()
    assert one.shipped
    assert one.folder == paths.PACKS / loader.DEFAULT
    assert shelf.newest().stamp == one.stamp


def test_versions_stand_side_by_side_in_the_order_of_their_numbers() -> None:
    for version in ("2.10.0", "2.9.0"):
        assert installed(version).stamp == f"cn-branch@{version}"
    assert [one.version for one in shelf.versions()] == [shipped_version(), "2.9.0", "2.10.0"]
    assert shelf.newest().head.version == "2.10.0"
    older = shelf.load("cn-branch@2.9.0")
    assert older is not None
    assert older.head.version == "2.9.0"
    assert shelf.load("cn-branch@9.9.9") is None
    assert shelf.load("cn-branch") is None


def test_an_installed_pack_holds_what_was_installed() -> None:
    one = installed("2.0.0")
    assert parts.contents(one.folder) == of_version("2.0.0")
    (stamp,) = (found.stamp for found in shelf.versions() if not found.shipped)
    pack = shelf.load(stamp)
    assert pack is not None
    assert pack.scripts == loader.load().scripts
    assert pack.models == loader.load().models


def test_a_version_is_never_replaced() -> None:
    installed("2.0.0")
    for version in ("2.0.0", shipped_version()):
        with pytest.raises(NotAllowed) as caught:
            installed(version)
        assert caught.value.params["reason"] == "version_exists"


@pytest.mark.parametrize("version", ["2.0", "../../2.0.0", "2.0.0/x", ""])
def test_a_version_is_three_numbers(version: str) -> None:
    with pytest.raises(NotAllowed) as caught:
        installed(version)
    assert caught.value.params["reason"] == "version_malformed"


def test_nothing_is_installed_when_the_check_finds_a_fault() -> None:
    one, faults = shelf.install(of_version("2.0.0"), lambda _folder: ("wrong",))
    assert one is None
    assert faults == ("wrong",)
    assert not list(paths.packs_folder().iterdir())


def test_nothing_is_left_behind_by_a_check_that_fails() -> None:
    def failing(_folder: Path) -> tuple[str, ...]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        shelf.install(of_version("2.0.0"), failing)
    assert not list(paths.packs_folder().iterdir())


def test_an_installed_pack_that_cannot_be_used_is_passed_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    one = installed("2.0.0")
    (one.folder / "roles.yaml").write_text("roles: {}\n", encoding="utf-8")
    assert shelf.newest().head.version == shipped_version()
    assert shelf.load("cn-branch@2.0.0") is None
    assert "cn-branch@2.0.0" in caplog.text


def test_folders_that_are_no_packs_are_not_seen() -> None:
    folder = paths.packs_folder()
    for name in (".new-x", "cn-branch@3.0.0", "empty"):
        (folder / name).mkdir(parents=True)
        head = light().wholes[parts.HEAD]
        if name != "empty":
            content = f"id: cn-branch\nversion: 4.0.0\nname: {head['name']}\n"
            (folder / name / "pack.yaml").write_text(content, encoding="utf-8")
    assert [one.version for one in shelf.versions()] == [shipped_version()]


def test_the_next_version_is_the_next_minor_one_that_is_free() -> None:
    major, minor, _patch = ordered(shipped_version())
    assert shelf.next_version("cn-branch", shipped_version()) == f"{major}.{minor + 1}.0"
    installed(f"{major}.{minor + 4}.2")
    assert shelf.next_version("cn-branch", shipped_version()) == f"{major}.{minor + 5}.0"
    assert shelf.next_version("other", "1.2.3") == "1.3.0"


def test_an_edited_workbook_becomes_the_next_version(tmp_path: Path) -> None:
    found = light()
    found.lists["roles"][0].entry["duty"] = {"zh": "新的职责", "en": "A new duty"}
    file = tmp_path / "x.xlsx"
    workbook.write(found, file)
    made = importing.bring_in(file, None, packs_at_hand.nothing_wrong)
    assert made.shelved is not None
    assert made.shelved.version == shelf.next_version("x", shipped_version())
    assert made.base == f"cn-branch@{shipped_version()}"
    assert made.before == light()
    assert shelf.newest().roles[0].duty.zh == "新的职责"


def test_an_unchanged_workbook_makes_no_version(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    workbook.write(light(), file)
    made = importing.bring_in(file, None, packs_at_hand.nothing_wrong)
    assert made.is_same
    assert len(shelf.versions()) == 1


def test_a_digest_follows_the_content_and_not_its_spelling(tmp_path: Path) -> None:
    parts.write(light(), tmp_path)
    pack = loader.load()
    again = loader.load(tmp_path)
    assert again == pack
    assert parts.digest(again) == parts.digest(pack)
    found = light()
    found.lists["roles"][0].entry["duty"]["zh"] += "。"
    other = tmp_path / "other"
    other.mkdir()
    parts.write(found, other)
    assert parts.digest(loader.load(other)) != parts.digest(pack)
