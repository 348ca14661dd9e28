"""`desk audit`: the trail on the terminal, as JSON, and as files that are recorded."""

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from desk.cli import main
from desk.services import samples

Run = Callable[..., tuple[int, str, str]]

PASSWORD = "seed password"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    path = tmp_path / "vaults" / "branch.vault"
    samples.make_vault(path, PASSWORD, 2, 3)
    return path


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """A command in English; its exit code and what it wrote."""

    def command(*arguments: object) -> tuple[int, str, str]:
        status = main([*(str(one) for one in arguments), "--lang", "en"])
        told = capfd.readouterr()
        assert "Traceback" not in told.err
        return status, told.out, told.err

    return command


def test_the_trail_is_told_newest_first_and_narrowed(vault: Path, run: Run) -> None:
    status, out, _err = run("audit", vault, "--json", "--limit", 500)
    assert status == 0
    lines = json.loads(out)["lines"]
    assert [line["at"] for line in lines] == sorted((line["at"] for line in lines), reverse=True)
    assert lines[0]["kind"] == "unlocked"
    number = next(line["number"] for line in lines if line["number"])
    _status, out, _err = run("audit", vault, "--case", number, "--json", "--limit", 500)
    assert {line["number"] for line in json.loads(out)["lines"]} == {number}
    _status, out, _err = run("audit", vault, "--kind", "entered", "--limit", 1)
    assert "Opened the vault" in out
    assert "There are more" in out


def test_files_are_written_whole_and_recorded(vault: Path, tmp_path: Path, run: Run) -> None:
    for form in ("xlsx", "pdf"):
        target = tmp_path / f"trail.{form}"
        status, out, _err = run("audit", vault, "--kind", "entered", f"--{form}", target)
        assert (status, str(target) in out) == (0, True)
        assert target.stat().st_size > 1000
    book = openpyxl.load_workbook(tmp_path / "trail.xlsx")
    assert book.worksheets[0].max_row > 1
    _status, out, _err = run("audit", vault, "--kind", "left", "--json")
    kept = [line["detail"].split(" ")[0] for line in json.loads(out)["lines"]]
    assert kept[:2] == ["PDF", "XLSX"]


def test_what_cannot_be_asked_is_said_in_a_sentence(vault: Path, tmp_path: Path, run: Run) -> None:
    for arguments, said in (
        (("--since", "yesterday"), "2026-11-22"),
        (("--limit", 0), "--limit"),
        (("--xlsx", tmp_path / "no" / "trail.xlsx"), "there is no folder"),
    ):
        status, out, err = run("audit", vault, *arguments)
        assert (status, out) == (2, "")
        assert said in err
