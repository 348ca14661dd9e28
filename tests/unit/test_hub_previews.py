"""What head office sees before it publishes: a version against the one before, a workbook."""

import copy
from pathlib import Path

import openpyxl
import pytest

from desk import paths
from desk.errors import BadInput
from desk.packs import loader, parts, shelf, workbook
from desk.services import hub_previews
from tests.unit import packs_at_hand

LIGHT = packs_at_hand.light()
OLD = f"cn-branch@{LIGHT.wholes[parts.HEAD]['version']}"


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs")
    (folder / loader.DEFAULT).mkdir()
    parts.write(LIGHT, folder / loader.DEFAULT)
    return folder


@pytest.fixture(autouse=True)
def own_home(packs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack that is quick to read; whether it says enough is asked by other tests."""
    monkeypatch.setenv("DESK_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(paths, "PACKS", packs)
    monkeypatch.setattr(loader, "examine", loader._examine)


def test_a_version_is_told_against_the_one_before_it() -> None:
    newer = copy.deepcopy(LIGHT)
    newer.wholes[parts.HEAD]["version"] = "9.0.0"
    role = newer.lists["roles"][0].entry
    role["name"] = {"zh": "新的名称", "en": "A new name"}
    shelf.install(newer, lambda _folder: ())
    assert hub_previews.packs() == ("cn-branch@9.0.0", OLD)
    (only,) = hub_previews.of_pack(OLD)
    assert OLD in only
    heading, *told = hub_previews.of_pack("cn-branch@9.0.0")
    assert OLD in heading
    assert any("新的名称" in line for line in told)
    with pytest.raises(BadInput):
        hub_previews.of_pack("cn-branch@8.0.0")


def test_an_edited_workbook_becomes_a_version_and_one_with_faults_none(tmp_path: Path) -> None:
    file = tmp_path / "pack.xlsx"
    workbook.write(LIGHT, file)
    assert hub_previews.from_workbook(file).stamp == OLD, "nothing was changed"
    book = openpyxl.load_workbook(file)
    page = book["roles"]
    columns = {str(cell.value): int(cell.column or 0) for cell in page[1]}
    page.cell(3, columns["name zh"]).value = "新的名称"
    book.save(file)
    made = hub_previews.from_workbook(file)
    assert made.stamp == hub_previews.packs()[0] != OLD
    assert any("新的名称" in line for line in made.lines)
    page.cell(3, columns["key"]).value = None
    book.save(file)
    faulty = hub_previews.from_workbook(file)
    assert faulty.stamp == ""
    assert len(hub_previews.packs()) == 2
