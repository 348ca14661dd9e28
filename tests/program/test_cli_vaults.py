"""The command line on vaults: nothing lost by a slip, nothing half made, every fault a sentence."""

import io
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desk.cli import main
from desk.domain.ledger import Filter
from desk.services import samples, vaults
from desk.store import files, key_file

Capture = pytest.CaptureFixture[str]
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
    """A command in English; its exit code and what it wrote, to the file descriptors themselves."""

    def command(*arguments: object) -> tuple[int, str, str]:
        status = main([*(str(one) for one in arguments), "--lang", "en"])
        told = capfd.readouterr()
        assert "Traceback" not in told.err
        return status, told.out, told.err

    return command


def number_of(vault: Path) -> tuple[str, str]:
    session = vaults.unlock(vault, PASSWORD)
    try:
        line = session.vault.ledger.page(Filter(), limit=1).rows[0]
    finally:
        vaults.close(session)
    return line.number, line.case


def test_a_report_tells_where_it_is_and_its_seal(vault: Path, tmp_path: Path, run: Run) -> None:
    number, case = number_of(vault)
    for asked in (number, f" {number.lower()} ", case, case.upper()):
        status, out, _err = run(
            "report", asked, "--vault", vault, "--copy", "customer", "--out", tmp_path
        )
        assert status == 0
        assert out.startswith(f"{tmp_path / f'{number}-customer.pdf'}: ")
        assert "Seal(" not in out


def test_a_report_never_takes_the_place_of_something_else(
    vault: Path, tmp_path: Path, run: Run
) -> None:
    number, _case = number_of(vault)
    letter = tmp_path / "letter.docx"
    letter.write_bytes(b"PK\x03\x04")
    for target in (vault, key_file.path_of(vault), letter):
        before = target.read_bytes()
        status, out, err = run(
            "report", number, "--vault", vault, "--copy", "internal", "--out", target
        )
        assert (status, out) == (2, "")
        assert str(target) in err
        if target != vault:
            assert target.read_bytes() == before
    assert run("check", "--vault", vault)[0] == 0
    empty = tmp_path / "empty.pdf"
    empty.touch()
    for _again in range(2):
        asked = ("report", number, "--vault", vault, "--copy", "internal", "--out", empty)
        assert run(*asked)[0] == 0


def test_names_the_system_cannot_use(vault: Path, tmp_path: Path, run: Run) -> None:
    number, _case = number_of(vault)
    long = tmp_path / ("x" * 300)
    below = vault / "a.vault"
    for arguments in (
        ("check", "--vault", long),
        ("check", "--vault", below),
        ("check", "--vault", tmp_path),
        ("seed", "--cases", 1, "--vault", long),
        ("seed", "--cases", 1, "--vault", below),
        ("report", number, "--vault", vault, "--copy", "internal", "--out", long),
        ("report", number, "--vault", vault, "--copy", "internal", "--out", vault / "a.pdf"),
    ):
        status, out, err = run(*arguments)
        assert (status, out, err.count("\n")) == (2, "", 1)
    with pytest.raises(SystemExit) as ended:
        run("check", "--vault", "")
    assert ended.value.code == 2


def test_a_folder_that_is_not_there_is_named(vault: Path, tmp_path: Path, run: Run) -> None:
    away = tmp_path / "away"
    number, _case = number_of(vault)
    status, out, err = run(
        "report", number, "--vault", vault, "--copy", "internal", "--out", away / "a.pdf"
    )
    assert (status, out) == (2, "")
    assert f"there is no folder {away}." in err
    assert not away.exists()


def test_an_empty_password_makes_no_vault(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_PASSWORD", "")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    status, _out, err = run("seed", "--vault", tmp_path / "a.vault", "--cases", 1)
    assert status == 2
    assert "DESK_PASSWORD" in err
    assert list(tmp_path.glob("a.vault*")) == []


def test_what_is_missing_of_a_vault_is_named(vault: Path, run: Run) -> None:
    keys = key_file.path_of(vault)
    keys.rename(vault.with_name("away"))
    status, _out, err = run("check", "--vault", vault)
    assert status == 2
    assert str(keys) in err
    vault.with_name("away").rename(keys)
    vault.rename(vault.with_name("away"))
    for arguments in (("check",), ("seed", "--cases", 1)):
        status, _out, err = run(*arguments, "--vault", vault)
        assert status == 2
        assert "Only the key file" in err


def test_damage_is_one_sentence_and_nothing_else_on_the_screen(vault: Path, run: Run) -> None:
    raw = bytearray(vault.read_bytes())
    raw[100] ^= 1
    vault.write_bytes(raw)
    status, out, err = run("check", "--vault", vault)
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_a_vault_in_use_is_not_seeded_over(vault: Path, run: Run) -> None:
    hold = files.Hold(vault)
    for arguments in (("check",), ("seed", "--cases", 1)):
        status, _out, err = run(*arguments, "--vault", vault)
        assert status == 2
        assert str(vault) in err
    hold.release()
    assert run("check", "--vault", vault)[0] == 0


@pytest.mark.unmeasured
def test_seeding_that_is_killed_leaves_no_vault_and_is_begun_anew(tmp_path: Path, run: Run) -> None:
    vault = tmp_path / "killed.vault"
    seeding = tmp_path / "killed.vault.seeding" / vault.name
    started = subprocess.Popen(
        [sys.executable, "-m", "desk", "seed", "--vault", str(vault), "--cases", "100000"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while not seeding.exists() and time.monotonic() < until:
        time.sleep(0.02)
    started.kill()
    started.wait()
    assert seeding.exists()
    assert not vault.exists()
    status, _out, err = run("check", "--vault", vault)
    assert status == 2
    assert "no vault" in err
    assert run("seed", "--vault", vault, "--cases", 2)[0] == 0
    assert run("check", "--vault", vault)[0] == 0
    assert sorted(path.name for path in tmp_path.glob("killed*")) == [
        "killed.vault",
        "killed.vault.keys",
        "killed.vault.lock",
    ]


def test_seeding_killed_between_its_last_steps_is_begun_anew(vault: Path, run: Run) -> None:
    draft = vault.with_name(f"{vault.name}.seeding") / vault.name
    draft.parent.mkdir()
    vault.rename(draft)
    assert run("seed", "--vault", vault, "--cases", 1)[0] == 0
    assert run("check", "--vault", vault)[0] == 0
    assert not draft.parent.exists()


def test_seeding_that_fails_leaves_nothing(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("desk.services.seed_histories.sow", fail)
    assert run("seed", "--vault", tmp_path / "b.vault", "--cases", 1)[0] == 130
    assert [path.name for path in tmp_path.glob("b.vault*")] == ["b.vault.lock"]
