"""The second place: an honest state, and nothing there is waited for or costs a backup here."""

import shutil
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk.domain.backups import Manifest
from desk.errors import BackupFailed, Halted
from desk.store import backups, second_place
from desk.store.pace import AT_ONCE, Pace
from desk.store.vault import Vault
from tests.store.conftest import Vaults

NOW = datetime.fromisoformat("2026-11-22T19:15")


def made(vault: Vault, moment: datetime = NOW) -> Manifest:
    return backups.make(backups.source_of(vault), "time", moment)


@pytest.fixture
def folder(vaults: Vaults) -> Path:
    return backups.folder_of(vaults.path)


def test_the_newest_comes_there_and_is_a_backup_there(
    vault: Vault, folder: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    made(vault)
    newest = made(vault, NOW + timedelta(minutes=30))
    told = second_place.copy(folder, stick, NOW, AT_ONCE)
    assert (told.name, told.copied, told.silent_since) == (newest.name, NOW.isoformat(), "")
    assert told == second_place.state(folder)
    there = second_place.folder_at(stick, vault.id)
    assert [one.name for one in backups.listing(there)] == [newest.name]
    assert backups.recheck(there, newest.name, backups.source_of(vault)).events == newest.events
    assert second_place.copy(folder, stick, NOW, AT_ONCE).name == newest.name


def test_a_stick_that_is_not_there_is_told_since_when_and_nothing_is_made(
    vault: Vault, folder: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    made(vault)
    assert second_place.state(folder).where == ""
    for hours in (0, 1, 2):
        told = second_place.copy(folder, stick, NOW + timedelta(hours=hours), AT_ONCE)
        assert told.silent_since == NOW.isoformat()
        assert (told.copied, told.reason) == ("", "unreachable")
    assert not stick.exists()
    stick.mkdir()
    told = second_place.copy(folder, stick, NOW + timedelta(hours=3), AT_ONCE)
    assert told.silent_since == ""
    assert told.copied == (NOW + timedelta(hours=3)).isoformat()


def test_a_stick_pulled_in_the_middle_leaves_a_part_that_is_removed_later(
    vault: Vault, folder: Path, tmp_path: Path
) -> None:
    stick, pocket = tmp_path / "stick", tmp_path / "pocket"
    stick.mkdir()
    made(vault)
    there = second_place.folder_at(stick, vault.id)

    def pull(_share: float) -> None:
        if stick.exists() and list(there.glob("*.part")):
            stick.rename(pocket)

    told = second_place.copy(folder, stick, NOW, Pace(report=pull))
    assert told.reason
    assert told.copied == ""
    pocket.rename(stick)
    assert list(there.glob("*.part"))
    assert backups.listing(there) == ()
    told = second_place.copy(folder, stick, NOW + timedelta(hours=1), AT_ONCE)
    assert told.copied
    assert not list(there.glob("*.part"))
    assert [one.state for one in backups.listing(there)] == ["whole"]


def test_a_copy_that_differs_from_its_source_is_not_called_one(
    vault: Vault, folder: Path, tmp_path: Path
) -> None:
    manifest = made(vault)
    path = backups.database_of(folder, manifest.name)
    raw = bytearray(path.read_bytes())
    raw[5000] ^= 1
    path.write_bytes(raw)
    told = second_place.copy(folder, tmp_path, NOW, AT_ONCE)
    assert told.copied == ""
    assert backups.listing(second_place.folder_at(tmp_path, vault.id)) == ()


def test_without_room_it_says_so(
    vault: Vault, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(vault)
    usage = shutil.disk_usage(tmp_path)._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert second_place.copy(folder, tmp_path, NOW, AT_ONCE).reason == "no_room"


def test_a_place_that_never_answers_is_given_up(vault: Vault, folder: Path) -> None:
    dead = threading.Event()

    def hang(pace: Pace) -> None:
        pace.step(0.5)
        dead.wait(20)
        pace.step(1.0)

    begun = time.monotonic()
    with pytest.raises(BackupFailed):
        second_place.within(0.3, hang, AT_ONCE)
    assert time.monotonic() - begun < 5
    with pytest.raises(Halted):
        second_place.within(60, hang, Pace(stop=lambda: time.monotonic() - begun > 0.6))
    dead.set()
    assert second_place.within(60, lambda _pace: 7, AT_ONCE) == 7


def test_two_branches_share_a_place(vault: Vault, folder: Path, tmp_path: Path) -> None:
    other = Vaults(tmp_path / "other" / "branch.vault")
    with other:
        second = other.create()
        for one in (vault, second):
            made(one)
            second_place.copy(backups.folder_of(one.database.path), tmp_path, NOW, AT_ONCE)
        for one in (vault, second):
            there = second_place.folder_at(tmp_path, one.id)
            assert [item.state for item in backups.listing(there, one.id)] == ["whole"]


def test_a_state_that_cannot_be_read_is_no_state(vault: Vault, folder: Path) -> None:
    made(vault)
    for text in (b"", b"[]", b"\xff", b"{" * 50_000):
        (folder / "second.json").write_bytes(text)
        assert second_place.state(folder).where == ""
