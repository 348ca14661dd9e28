"""`desk backup` and `desk rescue`: what they say and leave, and that killing them is safe."""

import contextlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desk.cli import main
from desk.services import samples, vaults
from desk.store import backups, check

Run = Callable[..., tuple[int, str, str]]

PASSWORD = "seed password"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    path = tmp_path / "vaults" / "branch.vault"
    samples.make_vault(path, PASSWORD, 6, 3)
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


def test_make_list_drill_and_restore(vault: Path, tmp_path: Path, run: Run) -> None:
    assert run("backup", "list", vault)[1] == "There is no backup yet.\n"
    assert run("backup", vault)[0] == 0
    status, out, _err = run("backup", "make", vault, "--json")
    made = json.loads(out)
    assert (status, made["cases"], made["why"]) == (0, 6, "hand")
    listed = json.loads(run("backup", "list", vault, "--json")[1])["backups"]
    assert [one["state"] for one in listed] == ["whole", "whole"]
    status, out, _err = run("backup", "drill", vault, "--pdf", tmp_path / "drill.pdf")
    assert (status, "could" not in out) == (0, True)
    assert (tmp_path / "drill.pdf").read_bytes().startswith(b"%PDF")
    before = vault.read_bytes()
    looked = json.loads(run("backup", "restore", vault, "--look", "--json")[1])
    assert looked["lacks"]["cases"] == []
    assert vault.read_bytes() == before
    status, out, _err = run("backup", "restore", vault, "--name", made["name"], "--json")
    assert status == 0
    assert Path(json.loads(out)["aside"]).read_bytes()
    assert run("check", "--vault", vault)[0] == 0


def test_a_copy_goes_where_the_settings_say_and_comes_back_from_there(
    vault: Path, tmp_path: Path, run: Run
) -> None:
    stick = tmp_path / "stick"
    settings = tmp_path / "home" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"backup_folder": str(stick)}))
    assert f"No copy at {stick}." in run("backup", vault)[1]
    stick.mkdir()
    assert f"A copy is at {stick}." in run("backup", vault)[1]
    elsewhere = tmp_path / "new computer" / "branch.vault"
    status, _out, err = run("backup", "restore", elsewhere, "--from", stick)
    assert (status, err) == (0, "")
    assert run("check", "--vault", elsewhere)[0] == 0


def test_what_cannot_be_is_said(vault: Path, tmp_path: Path, run: Run) -> None:
    status, _out, err = run("backup", "restore", vault)
    assert (status, "There is no backup" in err) == (2, True)
    run("backup", vault)
    folder = backups.folder_of(vault)
    path = backups.database_of(folder, backups.listing(folder)[0].name)
    whole = path.read_bytes()
    for content in (whole[:-1], whole[:4096] + b"\0" + whole[4097:], b""):
        path.write_bytes(content)
        status, _out, err = run("backup", "restore", vault)
        assert status == 2
        assert "backup" in err
    path.write_bytes(whole)
    assert run("backup", "list", vault, "--look")[0] == 2
    assert run("backup", vault, "--pdf", tmp_path / "x.pdf")[0] == 2
    with pytest.raises(SystemExit):
        run("backup", "burn", vault)


def test_a_damaged_vault_is_rescued_and_what_lacks_is_listed(
    vault: Path, tmp_path: Path, run: Run
) -> None:
    out = tmp_path / "new.vault"
    assert run("rescue", vault, "--out", vault)[0] == 2
    assert run("rescue", tmp_path / "none", "--out", out)[0] == 2
    raw = bytearray(vault.read_bytes())
    pages = range(0, len(raw) // 4096, 3)
    for page in pages:
        raw[page * 4096 + 2000] ^= 1
    vault.write_bytes(raw)
    status, told, _err = run("rescue", vault, "--out", out)
    assert status == 1
    assert f"{len(pages)} of {len(raw) // 4096} pages" in told
    assert "Missing on " in told
    status, told, _err = run("check", "--vault", out)
    assert {line.partition(":")[0] for line in told.splitlines()} <= {"gap", "link", "sealed"}


@pytest.mark.unmeasured
def test_killed_at_any_moment_the_vault_and_earlier_backups_are_whole(tmp_path: Path) -> None:
    vault = tmp_path / "vaults" / "branch.vault"
    samples.make_vault(vault, PASSWORD, 300, 3)
    folder = backups.folder_of(vault)
    begun = time.monotonic()
    assert backing_up(vault).wait() == 0
    whole = time.monotonic() - begun
    draw = random.Random(8)  # noqa: S311 - moments to kill at
    for _turn in range(10):
        child = backing_up(vault)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(draw.uniform(0.2, 1.0) * whole)
        child.send_signal(signal.SIGKILL)
        child.wait()
    session = vaults.unlock(vault, PASSWORD)
    try:
        source = backups.source_of(session.vault)
        found = backups.listing(folder, source.vault)
        assert found
        assert {one.state for one in found} <= {"whole", "bare"}
        for one in found:
            assert backups.recheck(folder, one.name, source).cases == 300
        backups.make(source, "hand", session.now())
        assert check.check(session.vault) == ()
    finally:
        vaults.close(session)
    assert not list(folder.glob("*.part*"))


def backing_up(vault: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "desk", "backup", str(vault)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.unmeasured
@pytest.mark.skipif(sys.platform == "win32", reason="a limit that Windows has not")
def test_a_disk_that_takes_no_more_costs_no_earlier_backup(vault: Path) -> None:
    assert backing_up(vault).wait() == 0
    folder = backups.folder_of(vault)
    before = [one.name for one in backups.listing(folder)]
    size = vault.stat().st_size

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, size // 2))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    child = subprocess.run(
        [sys.executable, "-m", "desk", "backup", str(vault), "--lang", "en"],
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert child.returncode == 2, child.stderr
    assert "No backup could be made" in child.stderr
    assert [one.name for one in backups.listing(folder)] == before
    assert not list(folder.glob("*.part*"))
