"""Putting a vault back: what is lost is named, the vault of now is kept, and killing it is safe."""

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from desk import paths
from desk.domain.backups import Lost
from desk.domain.events import FieldSet, Payload, Restored
from desk.errors import BackupUnsound, VaultBusy, WrongPassword
from desk.store import backups, check, files, key_file, migrate, restoring, switch
from desk.store.vault import Vault
from tests.store.conftest import Vaults
from tests.store.small import PASSWORD
from tests.store.test_backups import fill, make

NOW = datetime.fromisoformat("2026-11-22T19:15")


def set_field(vault: Vault, case: str, value: str) -> None:
    told: list[Payload] = [FieldSet(field="summary", value=value)]
    vault.append(case, told, actor="0417", wall_ms=50_000, pack="cn-branch@1.0.0")


def looked(vaults: Vaults, name: str = "") -> restoring.Opened:
    return restoring.look(vaults.path, backups.folder_of(vaults.path), name, PASSWORD, "0417")


def put_back(vaults: Vaults, opened: restoring.Opened) -> Path:
    folder = backups.folder_of(vaults.path)
    return restoring.restore(opened, folder, NOW + timedelta(days=1), 90_000)


def test_what_a_backup_lacks_is_named_case_by_case(vaults: Vaults, vault: Vault) -> None:
    fill(vault, 3)
    make(vault)
    set_field(vault, "case-1", "later")
    set_field(vault, "case-1", "later still")
    vault.record(Restored(name="x", events=1), actor="0417", wall_ms=60_000)
    fill_one_more(vault)
    vaults.close()
    lacks = looked(vaults).lacks
    assert lacks.known
    assert lacks.cases == (Lost("N-1", 2), Lost("N-9", 2, whole=True))
    assert (lacks.vault_events, lacks.events) == (1, 5)


def fill_one_more(vault: Vault) -> None:
    from desk.domain.events import CaseOpened

    opened = CaseOpened(number="N-9", received_at="2026-11-22T10:00", first_receiver="0417")
    told: list[Payload] = [opened, FieldSet(field="narrative", value="x", personal=True)]
    vault.append("case-9", told, actor="0417", wall_ms=60_000, pack="cn-branch@1.0.0")


def test_a_restored_vault_is_what_the_backup_was_and_says_so(vaults: Vaults, vault: Vault) -> None:
    fill(vault, 3)
    make(vault)
    set_field(vault, "case-1", "later")
    heads = vault.heads()
    vaults.close()
    aside = put_back(vaults, looked(vaults))
    again = vaults.open()
    assert again.case("case-1").text("summary") == ""
    told = again.happenings()[-1].payload
    assert isinstance(told, Restored)
    assert (told.name, told.lost) == ("20261122T191500", 1)
    assert check.check(again) == ()
    assert not again.faults
    vaults.close()
    assert switch.kept_aside(vaults.path) == (aside,)
    with Vaults(aside) as kept:
        assert kept.open().heads() == heads


def test_the_restored_vault_writes_no_place_of_the_old_chain_again(
    vaults: Vaults, vault: Vault
) -> None:
    fill(vault, 1)
    make(vault)
    set_field(vault, "case-0", "later")
    old = vault.heads()[0]
    vaults.close()
    put_back(vaults, looked(vaults))
    again = vaults.open()
    set_field(again, "case-0", "anew")
    own, before = again.heads()
    assert own.device != old.device
    assert (before.device, before.seq) == (old.device, old.seq - 1)
    assert [device.name for device in again.devices()] == ["柜台一", "柜台一"]
    assert again.case("case-0").text("summary") == "anew"


def test_a_case_number_is_never_given_twice(vaults: Vaults, vault: Vault) -> None:
    from desk.domain.events import CaseOpened

    def opening(number: str) -> list[Payload]:
        return [CaseOpened(number=number, received_at="2026-11-22T10:00", first_receiver="0417")]

    def open_one(where: Vault) -> str:
        day = date(2026, 11, 22)
        events = where.open_case(opening, day=day, actor="0417", wall_ms=70_000, pack="")
        return where.case(events[0].case).number

    first = open_one(vault)
    make(vault)
    second = open_one(vault)
    vaults.close()
    put_back(vaults, looked(vaults))
    third = open_one(vaults.open())
    assert len({first, second, third}) == 3


def test_a_vault_that_is_gone_or_torn_is_put_back_all_the_same(
    vaults: Vaults, vault: Vault
) -> None:
    fill(vault, 5)
    make(vault)
    vaults.close()
    torn = vaults.path.read_bytes()[:10_000]
    vaults.path.write_bytes(torn)
    opened = looked(vaults)
    assert not opened.lacks.known
    aside = put_back(vaults, opened)
    assert aside.read_bytes() == torn
    assert vaults.open().case("case-4").number == "N-4"
    vaults.close()
    vaults.path.unlink()
    key_file.path_of(vaults.path).unlink()
    put_back(vaults, looked(vaults))
    assert vaults.open().case("case-4").number == "N-4"


def test_the_log_file_of_the_old_vault_never_meets_the_new_one(
    vaults: Vaults, vault: Vault, tmp_path: Path
) -> None:
    fill(vault, 2)
    make(vault)
    set_field(vault, "case-1", "only in the write-ahead log")
    wal = vaults.path.with_name(vaults.path.name + "-wal")
    copies = {path: tmp_path / f"{path.name}.kept" for path in (wal, vaults.path)}
    for path, copy in copies.items():
        shutil.copy(path, copy)
    vaults.close()
    for path, copy in copies.items():
        shutil.copy(copy, path)
    opened = looked(vaults)
    for path, copy in copies.items():
        shutil.copy(copy, path)
    aside = put_back(vaults, opened)
    assert check.check(vaults.open()) == ()
    vaults.close()
    with Vaults(aside) as kept:
        assert kept.open().case("case-1").text("summary") == "only in the write-ahead log"


def test_only_a_password_of_the_backup_opens_it(vaults: Vaults, vault: Vault) -> None:
    make(vault)
    vaults.close()
    with pytest.raises(WrongPassword):
        restoring.look(vaults.path, backups.folder_of(vaults.path), "", "wrong", "0417")


def test_a_damaged_backup_changes_nothing(vaults: Vaults, vault: Vault) -> None:
    fill(vault, 5)
    manifest = make(vault)
    vaults.close()
    opened = looked(vaults)
    path = backups.database_of(backups.folder_of(vaults.path), manifest.name)
    raw = bytearray(path.read_bytes())
    raw[9000] ^= 4
    path.write_bytes(raw)
    before = vaults.path.read_bytes()
    with pytest.raises(BackupUnsound):
        looked(vaults)
    with pytest.raises(BackupUnsound):
        put_back(vaults, opened)
    assert vaults.path.read_bytes() == before
    assert switch.kept_aside(vaults.path) == ()


def test_an_open_vault_is_not_replaced(vaults: Vaults, vault: Vault) -> None:
    make(vault)
    vaults.close()
    opened = looked(vaults)
    vaults.open()
    with pytest.raises(VaultBusy):
        put_back(vaults, opened)


class _Killed(BaseException):
    """The process ended here, as far as the files are concerned."""


def test_killed_at_any_step_it_is_the_old_vault_or_the_new_one(
    vaults: Vaults, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(vault, 3)
    make(vault)
    set_field(vault, "case-1", "later")
    vaults.close()
    first = tmp_path / "first"
    shutil.copytree(vaults.path.parent, first, ignore=shutil.ignore_patterns("first", "turn*"))
    steps, seen = 0, set()
    for allowed in range(40):
        turn = tmp_path / f"turn{allowed}"
        shutil.copytree(first, turn)
        here = Vaults(turn / vaults.path.name)
        opened = looked(here)
        with monkeypatch.context() as patched:
            steps = _die_after(patched, allowed)
            try:
                put_back(here, opened)
                done = True
            except _Killed:
                done = False
        with here:
            again = here.open()
            summary = again.case("case-1").text("summary")
            restored = isinstance(again.happenings()[-1].payload, Restored)
            assert (summary == "later") is not restored
            assert check.check(again) == ()
            assert not done or restored
            seen.add(restored)
        assert not list(turn.glob("*.restoring*"))
        if done:
            break
    assert seen == {True, False}
    assert steps > 8


def _die_after(patched: pytest.MonkeyPatch, allowed: int) -> int:
    """Let so many changes of names and files happen, and none after them."""
    left = [allowed]

    def counted(real: object) -> object:
        def call(*args: object, **named: object) -> object:
            if not left[0]:
                raise _Killed
            left[0] -= 1
            assert callable(real)
            return real(*args, **named)

        return call

    for name in ("move", "flush", "write_whole", "copy_whole", "copy_hashed"):
        patched.setattr(files, name, counted(getattr(files, name)))
    return allowed


def test_the_vault_before_a_migration_is_a_backup_that_can_be_put_back(
    vaults: Vaults, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(vault, 3)
    vaults.close()
    folder = tmp_path / "migrations"
    shutil.copytree(paths.MIGRATIONS, folder)
    head = migrate.revisions()[-1]
    (folder / "versions" / "9999_next.py").write_text(
        f"""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "{head}"
def upgrade():
    op.add_column("persons", sa.Column("phone", sa.String()))
""",
        encoding="utf-8",
    )
    monkeypatch.setattr(paths, "MIGRATIONS", folder)
    set_field(vaults.open(), "case-1", "later")
    vaults.close()
    (kept,) = backups.listing(backups.folder_of(vaults.path))
    assert kept.state == "bare"
    opened = looked(vaults, kept.name)
    assert opened.counted.cases == 3
    assert [one.number for one in opened.lacks.cases] == ["N-1"]
    put_back(vaults, opened)
    assert vaults.open().case("case-1").text("summary") == ""
    assert not list(backups.folder_of(vaults.path).glob("*.part*"))
