"""`desk hub`: head office from the terminal, with files of a branch's computer."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desk.bundles import cards
from desk.cli import main
from desk.services import samples
from tests.store import desks
from tests.store.hubs import story
from tests.store.offices import Counter

Ask = Callable[..., tuple[int, str, str]]

PASSWORD = "seed password"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    path = tmp_path / "office" / "office.vault"
    samples.make_vault(path, PASSWORD, 1, 3)
    return path


@pytest.fixture
def ask(vault: Path, capfd: pytest.CaptureFixture[str]) -> Ask:
    """A command of `desk hub` in English; its exit code and what it wrote."""

    def command(*arguments: object) -> tuple[int, str, str]:
        given = ["hub", *map(str, arguments), "--vault", str(vault), "--lang", "en"]
        status = main(given)
        told = capfd.readouterr()
        assert "Traceback" not in told.err
        return status, told.out, told.err

    return command


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    desks.made(tmp_path / "desks", ["one"])
    (desk,) = desks.opened(tmp_path / "desks", ["one"])
    yield Counter(desk, "CD", tmp_path)
    desk.vault.close()


class Terminal:
    """Head office as a branch's computer knows it: from its invitation, and by asking."""

    def __init__(self, ask: Ask, invitation: Path) -> None:
        self.ask = ask
        said = cards.read_enrolment(invitation)
        self.id, self.age_key = said.hub, said.age_key

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.ask("status", "--json")[1])
        return found

    def have(self, branch: str) -> dict[str, int]:
        found = self.status()["branches"]
        devices = next(one["devices"] for one in found if one["branch"] == branch)
        return {one["device"]: one["seq"] for one in devices}


def test_a_branch_from_invitation_to_receipt(ask: Ask, counter: Counter, tmp_path: Path) -> None:
    status, _out, err = ask("status")
    assert status == 2
    assert "not a head office" in err
    status, out, _err = ask("init", "--json")
    mark = json.loads(out)["fingerprint"]
    assert ask("init")[0] == 0
    status, out, _err = ask("enrol", "CD", "--name", "城东", "--profile", "full", "--out", tmp_path)
    assert mark in out
    office = Terminal(ask, tmp_path / "CD.cdx-enrol")
    counter.does("c1", *story("n1"))
    (file,) = counter.export(office)
    status, out, _err = ask("import", file)
    assert status == 1
    assert "set aside" in out
    (device,) = office.status()["branches"][0]["devices"]
    assert device["state"] == "waiting"
    assert "waits for approval" in ask("status")[1]
    assert ask("approve", "CD", "0000-0000-0000")[0] == 2
    status, out, _err = ask("approve", "CD", device["fingerprint"])
    assert (status, "taken in" in out) == (0, True)
    assert "nothing changed" in ask("import", file)[1]
    figure = json.loads(ask("state", "CD", "--json")[1])
    assert (figure["cases"], figure["sha256"]) == (1, counter.state.sha256)
    assert ask("publish", "--message", "请注意", "周五盘点")[0] == 0
    assert ask("publish", "--hints")[0] == 0
    status, out, _err = ask("receipt", "CD", "--out", tmp_path, "--json")
    (receipt,) = json.loads(out)["receipts"]
    assert receipt["items"] == ["请注意"]
    assert Path(receipt["file"]).exists()
    status, out, _err = ask("revoke", "CD", device["device"])
    assert "revoked" in out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal to end politely")
def test_watching_ends_when_the_system_wants_an_end(
    ask: Ask, counter: Counter, tmp_path: Path, vault: Path
) -> None:
    ask("init")
    ask("enrol", "CD", "--profile", "full", "--out", tmp_path)
    office = Terminal(ask, tmp_path / "CD.cdx-enrol")
    drop = counter.folder = tmp_path / "drop"
    drop.mkdir()
    counter.does("c1", *story("n1"))
    (file,) = counter.export(office)
    command = [sys.executable, "-m", "desk", "hub", "watch", str(drop), "--vault", str(vault)]
    command += ["--pause", "0.2", "--lang", "en"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    ends = time.monotonic() + 60
    while not (drop / "taken" / file.name).exists() and time.monotonic() < ends:
        time.sleep(0.05)
    running.terminate()
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    assert "set aside 1" in out
    assert "Traceback" not in err


def test_a_drop_folder_and_what_was_set_aside(ask: Ask, counter: Counter, tmp_path: Path) -> None:
    ask("init")
    ask("enrol", "CD", "--profile", "full", "--out", tmp_path)
    office = Terminal(ask, tmp_path / "CD.cdx-enrol")
    drop = counter.folder = tmp_path / "drop"
    drop.mkdir()
    counter.does("c1", *story("n1"))
    (file,) = counter.export(office)
    status, out, _err = ask("watch", drop, "--once", "--json")
    (found,) = json.loads(out)["files"]
    assert (status, found["outcome"], found["reason"]) == (1, "aside", "unapproved")
    assert (drop / f"{file.name}.read").exists()
    assert ask("settle", found["id"], "keep")[0] == 2
    assert ask("settle", "none", "discard")[0] == 2
    assert "discarded" in ask("settle", found["id"], "discard")[1]
    assert office.status()["branches"][0]["waiting"] == []
