"""What the disk refuses once: told in a sentence, and nothing half-done is taken for whole.

The sweep over every call is `python -m tests.faults`; these are what it found.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desk.domain import events as ev
from desk.errors import KnownError, VaultBusy, VaultReadOnly, VaultUnreachable
from desk.store import backups, files, rotation, session
from desk.store.check import check
from desk.store.engine import Database

if TYPE_CHECKING:
    from tests.store.conftest import Vaults


def refused(*_asked: object, **_more: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_new_vault_whose_log_is_not_folded_gets_no_name(
    vaults: "Vaults", monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Database, "checkpoint", lambda _database, wait=False: not wait)
        with pytest.raises(VaultBusy):
            vaults.create()
    assert not vaults.path.exists()
    assert check(vaults.create()) == ()


def test_what_cannot_be_flushed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_handle: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("os.open", refused)
        with pytest.raises(VaultReadOnly):
            files.flush(tmp_path)
    monkeypatch.setattr("os.fsync", gone)
    with pytest.raises(VaultUnreachable):
        files.flush(tmp_path)


def test_what_nobody_needs_and_cannot_be_removed_keeps_nobody_out(
    vaults: "Vaults", monkeypatch: pytest.MonkeyPatch
) -> None:
    vaults.create()
    left = [rotation.draft_of(vaults.path), vaults.path.with_name("branch.vault.before")]
    for path in left:
        path.write_bytes(b"left by a kill")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refused)
        assert check(vaults.reopen()) == ()
    vaults.reopen()
    assert not any(path.exists() for path in left)


def test_a_vault_that_cannot_be_opened_again_after_a_rotation_says_so(
    vaults: "Vaults", monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = vaults.create()
    with monkeypatch.context() as patch:

        def announced(step: rotation.Step, _share: float) -> None:
            if step == "renamed":
                unreachable = VaultUnreachable(path="x", reason="EIO")
                patch.setattr("desk.store.vault.connect", lambda *_given: _raise(unreachable))

        with pytest.raises(KnownError):
            vault.rotate(actor="0417", wall_ms=9_000, progress=announced)
    with pytest.raises(VaultUnreachable), session.reading(vault.database):
        pass
    with pytest.raises(VaultUnreachable):
        vault.record(ev.Locked(why="end"), actor="0417", wall_ms=9_500)
    assert check(vaults.reopen()) == ()


def _raise(error: KnownError) -> None:
    raise error


def test_a_backup_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(VaultReadOnly):
        backups.digest(tmp_path / "backup.cdb")
