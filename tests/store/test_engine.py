"""Faults of the world become ours at the edge; faults of the program pass unchanged."""

import shutil
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError
from sqlcipher3 import dbapi2  # type: ignore[import-untyped]  # it ships no types

from desk.domain.staff import Person
from desk.errors import DiskFull, VaultBusy, VaultDamaged, VaultReadOnly, VaultUnreachable
from desk.store import engine, files, session
from desk.store.vault import Vault, person_put

if TYPE_CHECKING:
    from pathlib import Path

    from tests.store.conftest import Vaults

SOMEBODY = Person("0420", "赵", "teller")


def put_somebody(vault: Vault) -> None:
    vault.record(person_put(SOMEBODY), actor="0417", wall_ms=1)


def pragma(vault: Vault, text: str) -> object:
    with session.reading(vault.database) as connection:
        result = connection.exec_driver_sql(f"PRAGMA {text}")
        return result.scalar() if result.returns_rows else None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("cipher_memory_security", "0"),
        ("temp_store", 2),
        ("recursive_triggers", 1),
    ],
)
def test_how_the_connection_is_set(vault: Vault, name: str, value: object) -> None:
    assert pragma(vault, name) == value


def test_the_cache_suits_the_machine(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pragma(vault, "cache_size") == -engine.cache_bytes() // 1024
    found = []
    for gigabytes in (0, 0.1, 1, 2, 1000):
        monkeypatch.setattr(engine, "_memory_bytes", lambda gib=gigabytes: int(gib * 2**30))
        found.append(engine.cache_bytes() // 2**20)
    assert found == [16, 16, 64, 128, 256]


def test_a_file_that_may_only_be_read_is_said_to_be_so(vault: Vault) -> None:
    pragma(vault, "query_only = ON")
    with pytest.raises(VaultReadOnly):
        put_somebody(vault)
    pragma(vault, "query_only = OFF")
    put_somebody(vault)
    assert SOMEBODY in vault.people()


def test_a_database_locked_by_another_connection_is_busy(vault: Vault) -> None:
    from desk.store import keys

    opened = keys.unlock(vault.database.path, "诉解台 pass")
    other = engine.connect(vault.database.path, opened.key)
    pragma(vault, "busy_timeout = 10")
    with session.writing(other) as connection:
        connection.exec_driver_sql("INSERT INTO settings VALUES ('a', 'b')")
        with pytest.raises(VaultBusy):
            put_somebody(vault)
    other.dispose()
    put_somebody(vault)
    assert SOMEBODY in vault.people()


def test_another_key_is_damage(vault: Vault) -> None:
    with pytest.raises(VaultDamaged):
        engine.connect(vault.database.path, bytes(32))


def test_a_fault_of_the_program_stays_what_it_is_and_says_no_values(vault: Vault) -> None:
    with session.reading(vault.database) as connection, pytest.raises(OperationalError) as told:
        connection.exec_driver_sql("SELECT nothing FROM settings WHERE key = ?", ("陈女士",))
    assert "陈女士" not in str(told.value)


@pytest.mark.parametrize(
    ("free", "known"), [(0, DiskFull), (10**9, VaultUnreachable), (None, VaultUnreachable)]
)
def test_a_disk_too_full_for_shared_memory_is_full(
    tmp_path: "Path", monkeypatch: pytest.MonkeyPatch, free: int | None, known: type[Exception]
) -> None:
    fault = dbapi2.OperationalError("disk I/O error")
    fault.sqlite_errorcode = 4874  # SQLITE_IOERR_SHMSIZE
    room = tmp_path / "away" if free is None else tmp_path
    usage = shutil.disk_usage(tmp_path)
    if free is not None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=free))
    with pytest.raises(known), engine.converted(room / "a.vault"):
        raise fault


@pytest.mark.parametrize(
    ("fault", "known"),
    [
        (OSError(28, "No space left"), DiskFull),
        (OSError(122, "Quota"), DiskFull),
        (PermissionError(13, "denied"), VaultReadOnly),
        (OSError(30, "Read-only file system"), VaultReadOnly),
        (OSError(5, "Input/output"), VaultUnreachable),
        (OSError(22, "Invalid argument"), OSError),
    ],
)
def test_faults_beside_the_database(
    tmp_path: "Path", monkeypatch: pytest.MonkeyPatch, fault: OSError, known: type[Exception]
) -> None:
    path = tmp_path / "file"
    files.write_whole(path, b"before")

    def fail(_handle: int) -> None:
        raise fault

    monkeypatch.setattr(files.os, "fsync", fail)  # type: ignore[attr-defined]
    with pytest.raises(known):
        files.write_whole(path, b"after")
    with pytest.raises(known):
        files.copy_whole(path, tmp_path / "copy")
    assert path.read_bytes() == b"before"
    assert not (tmp_path / "copy").exists()


def test_closing_twice_is_closing(vaults: "Vaults") -> None:
    vault = vaults.create()
    vault.close()
    vault.close()
    with vaults.open() as again:
        assert again.head().seq == 3


def test_a_prepared_statement_holds_its_caller_to_its_order(vault: Vault) -> None:
    from desk.store import statements
    from desk.store.rows import SETTINGS

    with pytest.raises(ValueError, match="order"):
        statements.inserting(SETTINGS, "value", "key")
    insert = statements.inserting(SETTINGS, "key", "value")
    with pytest.raises(RuntimeError, match="unit of work"):
        insert.run(vault.database.connection, "a", "b")
    assert "a" not in vault.settings()
