"""The commands of proof: what they find, say and end with."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from desk.cli import main
from desk.domain.ledger import Filter
from desk.services import cases, samples, vaults

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


@pytest.fixture
def paper(vault: Path, tmp_path: Path, run: Run) -> Path:
    session = vaults.unlock(vault, PASSWORD)
    number = session.vault.ledger.page(Filter(), limit=1).rows[0].number
    vaults.close(session)
    target = tmp_path / "paper.pdf"
    assert run("report", number, "--vault", vault, "--copy", "customer", "--out", target)[0] == 0
    return target


def test_a_report_is_verified_and_what_came_after_is_listed(
    vault: Path, paper: Path, run: Run
) -> None:
    status, out, _err = run("verify-report", paper, "--vault", vault)
    assert status == 0
    assert out.startswith("This is the report that was made, unchanged.\n")
    assert "Nothing was added to the case since." in out
    session = vaults.unlock(vault, PASSWORD)
    case = session.vault.ledger.page(Filter(), limit=1).rows[0].case
    cases.add_note(session, case, "客户来电")
    vaults.close(session)
    status, out, _err = run("verify-report", paper, "--vault", vault)
    assert (status, "1 entry was added to the case since." in out) == (0, True)
    paper.write_bytes(paper.read_bytes() + b"\n")
    status, out, _err = run("verify-report", paper, "--vault", vault, "--json")
    assert (status, json.loads(out)["outcome"]) == (1, "altered")


def test_a_vault_is_held_against_what_was_kept_outside(vault: Path, paper: Path, run: Run) -> None:
    status, out, _err = run("check", "--vault", vault, "--against", paper)
    assert status == 0
    assert out == "Everything holds: database, chain, projections, search, attachments.\n"
    assert json.loads(run("check", "--vault", vault, "--json")[1]) == {"findings": []}


def test_a_vault_put_back_to_before_the_report_is_found(
    vault: Path, tmp_path: Path, run: Run
) -> None:
    session = vaults.unlock(vault, PASSWORD)
    number = session.vault.ledger.page(Filter(), limit=1).rows[0].number
    vaults.close(session)
    before = vault.read_bytes()
    target = tmp_path / "paper.pdf"
    run("report", number, "--vault", vault, "--copy", "internal", "--out", target)
    vault.write_bytes(before)
    assert run("check", "--vault", vault)[0] == 0
    status, out, _err = run("check", "--vault", vault, "--against", target)
    assert (status, out.startswith("anchor: device=")) == (1, True)
    status, out, _err = run("verify-report", target, "--vault", vault)
    assert (status, "is not what the report says" in out) == (1, True)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00" * 99])
def test_what_says_nothing_is_refused_in_a_sentence(
    vault: Path, tmp_path: Path, run: Run, content: bytes
) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(content)
    for command in (
        ("verify-report", file, "--vault", vault),
        ("check", "--vault", vault, "--against", file),
        ("verify-report", tmp_path / "none.pdf", "--vault", vault),
    ):
        status, out, err = run(*command)
        assert (status, out) == (2, "")
        assert err.startswith("This input cannot be used: ")
