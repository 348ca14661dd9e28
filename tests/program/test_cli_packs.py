"""The commands that keep packs: out to Excel and back, versions, search, one key, differences."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desk import paths
from desk.cli import main
from desk.packs import loader, parts
from tests.unit import packs_at_hand

Capture = pytest.CaptureFixture[str]
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


def printed(capsys: Capture) -> dict[str, Any]:
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def edited(tmp_path: Path, header: str, value: str) -> str:
    """A workbook of the shipped pack with one cell of the first role changed."""
    file = tmp_path / "pack.xlsx"
    assert main(["pack", "export", "--xlsx", str(file)]) == 0
    book = openpyxl.load_workbook(file)
    page = book["roles"]
    at = next(cell.column for cell in page[1] if cell.value == header)
    page.cell(3, int(at or 0)).value = value
    book.save(file)
    return str(file)


def test_a_pack_goes_out_to_excel_and_comes_back_as_a_new_version(
    tmp_path: Path, capsys: Capture
) -> None:
    file = edited(tmp_path, "duty zh", "新的职责")
    capsys.readouterr()
    assert main(["--lang", "en", "pack", "import", file]) == 0
    out = capsys.readouterr().out
    assert f"Compared with {OLD}:" in out
    assert "+ 新的职责" in out
    assert main(["pack", "list", "--json"]) == 0
    shipped, installed = printed(capsys)["packs"]
    assert (shipped["shipped"], installed["shipped"]) == (True, False)
    assert (shipped["in_force"], installed["in_force"]) == (False, True)
    new = f"cn-branch@{installed['version']}"
    assert main(["pack", "diff", OLD, new, "--json"]) == 0
    (change,) = printed(capsys)["changes"]
    assert (change["part"], change["what"]) == ("roles", "changed")
    assert main(["pack", "import", file, "--version", installed["version"]]) == 2
    assert main(["pack", "import", file, "--version", "two"]) == 2


def test_an_unchanged_workbook_makes_no_version(tmp_path: Path, capsys: Capture) -> None:
    file = str(tmp_path / "pack.xlsx")
    assert main(["pack", "export", OLD, "--xlsx", file]) == 0
    capsys.readouterr()
    assert main(["pack", "import", file, "--json"]) == 0
    found = printed(capsys)
    assert (found["installed"], found["faults"]) == (None, [])


def test_a_faulty_workbook_installs_nothing_and_names_its_cells(
    tmp_path: Path, capsys: Capture
) -> None:
    file = edited(tmp_path, "duty zh", "=1+1")
    assert main(["pack", "import", file]) == 1
    assert "roles!" in capsys.readouterr().out
    assert not paths.packs_folder().exists()
    assert main(["pack", "import", str(tmp_path / "nowhere.xlsx")]) == 2


def test_an_export_replaces_workbooks_only(tmp_path: Path) -> None:
    other = tmp_path / "letter.xlsx"
    other.write_text("words", encoding="utf-8")
    assert main(["pack", "export", "--xlsx", str(other)]) == 2
    assert other.read_text(encoding="utf-8") == "words"
    assert main(["pack", "export", "--xlsx", str(tmp_path / "no/folder.xlsx")]) == 2
    assert main(["pack", "export", "other@1.0.0", "--xlsx", str(tmp_path / "x.xlsx")]) == 2
    assert not list(tmp_path.glob("*.new"))


def test_everything_about_a_key_is_shown_with_what_names_it(capsys: Capture) -> None:
    assert main(["pack", "show", "r7", "--json"]) == 0
    found = printed(capsys)
    right = next(one for one in found["entries"] if one["kind"] == "right")
    assert right["key"] == "R7"
    assert {"kind": "scenario", "key": "queue"} in right["used_by"]
    assert main(["--lang", "en", "pack", "show", "E1"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("E1  Checklist")
    assert "Used by: " in out
    assert main(["pack", "show", "no-such-key"]) == 2


def test_a_part_of_an_entry_leads_to_it(capsys: Capture) -> None:
    item = LIGHT.lists["checklists"][0].entry["items"][0]["key"]
    assert main(["pack", "show", item, "--json"]) == 0
    (found,) = printed(capsys)["entries"]
    assert found["key"] == LIGHT.lists["checklists"][0].entry["key"]


def test_one_character_is_enough_to_find(capsys: Capture) -> None:
    assert main(["pack", "find", "队", "--json"]) == 0
    found = printed(capsys)["entries"]
    assert "queue" in {one["key"] for one in found}
    assert main(["pack", "find", "队", "叫号", "--json"]) == 0
    assert 0 < len(printed(capsys)["entries"]) <= len(found)
    assert main(["pack", "find", "ＱＵＥＵＥ", "--json"]) == 0
    assert printed(capsys)["entries"][0]["key"] == "queue"
