"""Trying a backup out: what it says of a sound one, of a damaged one, and what it leaves."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk.errors import BackupMissing, Halted
from desk.store import backups, drills
from desk.store.pace import AT_ONCE, Pace
from desk.store.vault import Vault
from tests.store.conftest import Vaults
from tests.store.test_backups import fill, make
from tests.store.test_restoring import set_field

NOW = datetime.fromisoformat("2026-11-22T19:15")


@pytest.fixture
def folder(vaults: Vaults) -> Path:
    return backups.folder_of(vaults.path)


def test_a_sound_backup_is_put_back_and_counted(vault: Vault, folder: Path) -> None:
    fill(vault, 12)
    manifest = make(vault)
    set_field(vault, "case-3", "later")
    set_field(vault, "case-3", "later still")
    before = vault.heads()
    drill = drills.run(backups.source_of(vault), NOW + timedelta(days=1), AT_ONCE)
    assert drill.fault == ""
    assert (drill.name, drill.events, drill.cases) == (manifest.name, manifest.events, 12)
    assert (drill.later_events, drill.later_cases) == (2, 1)
    assert drill.tried_at == NOW + timedelta(days=1)
    assert drills.last(folder) == drill
    assert vault.heads() == before
    assert not list(folder.glob("*.part"))
    assert backups.listing(folder)[0].state == "whole"


def test_a_damaged_backup_is_told_and_not_hidden(vault: Vault, folder: Path) -> None:
    fill(vault, 5)
    manifest = make(vault)
    path = backups.database_of(folder, manifest.name)
    raw = bytearray(path.read_bytes())
    raw[-2000] ^= 1
    path.write_bytes(raw)
    drill = drills.run(backups.source_of(vault), NOW, AT_ONCE)
    assert drill.fault
    assert drill.events == 0
    assert drills.last(folder) == drill


def test_without_a_backup_there_is_nothing_to_try(vault: Vault, folder: Path) -> None:
    with pytest.raises(BackupMissing):
        drills.run(backups.source_of(vault), NOW, AT_ONCE)
    assert drills.last(folder) is None


def test_a_halted_drill_says_nothing_and_leaves_nothing(vault: Vault, folder: Path) -> None:
    fill(vault, 20)
    make(vault)
    looks = 0

    def stop() -> bool:
        nonlocal looks
        looks += 1
        return looks > 3

    with pytest.raises(Halted):
        drills.run(backups.source_of(vault), NOW, Pace(stop=stop))
    assert drills.last(folder) is None
    assert not list(folder.glob("*.part"))


def test_a_result_that_cannot_be_read_is_none(vault: Vault, folder: Path) -> None:
    make(vault)
    for text in (b"", b"[]", b'{"name": 1}', b"\xff"):
        (folder / "drill.json").write_bytes(text)
        assert drills.last(folder) is None
