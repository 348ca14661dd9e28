"""`desk keys`: who can open a vault is listed, changed and recovered from the command line."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from desk.cli import main
from desk.services import samples, vaults

Run = Callable[..., tuple[int, str, str]]

PASSWORD = "seed password"
OTHER = "four plain words"
AGE_PUBLIC = "age1q9a9mjmtm7eaghegphsypazryauww0crnl5dgfnpyzpzu94urgsslz4ua3"
AGE_PRIVATE = "AGE-SECRET-KEY-13PPLR4JCURPGCFDU8CAU85MCWQ8PLW7L4YLY3GMJWZL22LVLCP3SQXZTFS"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    path = tmp_path / "vaults" / "branch.vault"
    samples.make_vault(path, PASSWORD, 1, 3)
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


def head_of(vault: Path) -> str:
    session = vaults.unlock(vault, PASSWORD)
    vaults.close(session)
    return session.actor.id


def ways(run: Run, vault: Path) -> list[str]:
    status, out, _err = run("keys", "list", vault, "--json")
    assert status == 0
    return [way["kind"] for way in json.loads(out)["ways"]]


def test_a_printed_sheet_lets_somebody_in_again(
    vault: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, target = head_of(vault), tmp_path / "sheet.pdf"
    status, out, err = run("keys", "recovery", vault, "--out", target)
    assert (status, err) == (0, "")
    assert out.startswith(f"{target}: print it")
    assert ways(run, vault) == ["person", "recovery"]
    text = pypdfium2.PdfDocument(target)[0].get_textpage().get_text_range()
    groups = re.findall(r"^([0-9A-HJKMNP-TV-Z]{5})\s*$", text, re.MULTILINE)
    assert not any(group in out for group in groups)
    monkeypatch.setenv("DESK_RECOVERY_CODE", " ".join(groups).lower())
    monkeypatch.setenv("DESK_PASSWORD", OTHER)
    assert run("keys", "list", vault)[0] == 2
    assert run("keys", "reset", vault, "--person", head)[0] == 0
    status, out, _err = run("keys", "list", vault)
    assert status == 0
    assert f"{head} " in out
    assert "Recovery sheet, since" in out


def test_a_slip_in_the_code_is_named(
    vault: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("keys", "recovery", vault, "--out", tmp_path / "sheet.pdf")
    monkeypatch.setenv("DESK_RECOVERY_CODE", "00000 11111")
    status, out, err = run("keys", "reset", vault, "--person", "1001")
    assert (status, out) == (2, "")
    assert "Group 1 of the recovery code" in err


def test_head_office_comes_in_by_its_file_and_no_more_when_removed(
    vault: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, key = head_of(vault), tmp_path / "office.txt"
    key.write_text(f"# created: today\n{AGE_PRIVATE}\n", encoding="utf-8")
    assert run("keys", "head-office", vault, "--set", AGE_PUBLIC)[0] == 0
    assert ways(run, vault) == ["person", "head_office"]
    with monkeypatch.context() as patch:
        patch.setenv("DESK_PASSWORD", OTHER)
        reset = ("keys", "reset", vault, "--person", head, "--head-office-key", key)
        assert run(*reset)[0] == 0
        assert ways(run, vault) == ["head_office", "person"]
        assert run("keys", "head-office", vault, "--remove")[0] == 0
        assert ways(run, vault) == ["person"]
        status, out, _err = run("keys", "list", vault)
        assert (status, "a new one is advised" in out) == (0, True)
        assert run("keys", "rotate", vault)[0] == 0
        assert "advised" not in run("keys", "list", vault)[1]
        assert run(*reset)[0] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["reset", "VAULT"],
        ["reset", "VAULT", "--person", "1001"],
        ["reset", "VAULT", "--person", "1001", "--head-office-key", "nowhere"],
        ["head-office", "VAULT", "--set", "age1"],
        ["recovery", "VAULT", "--out", "no/such/folder/sheet.pdf"],
        ["list", "nowhere.vault"],
        ["list", "VAULT", "--person", "9999"],
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    vault: Path, run: Run, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(vault.parent)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    given = [str(vault) if one == "VAULT" else one for one in arguments]
    status, out, err = run("keys", *given)
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
