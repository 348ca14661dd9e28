"""Backups: what they hold, what is refused, and that nothing unlucky costs an earlier one."""

import functools
import io
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from desk.domain.backups import Manifest
from desk.domain.events import Attached, CaseOpened, Detached, FieldSet
from desk.errors import (
    BackupBusy,
    BackupFailed,
    BackupMissing,
    BackupUnsound,
    Halted,
    NoRoom,
    VaultDamaged,
)
from desk.store import attachments, backups, key_file, keys
from desk.store.engine import connect_still
from desk.store.pace import AT_ONCE, Pace
from desk.store.session import reading
from desk.store.vault import Vault
from tests.store.conftest import Vaults
from tests.store.small import PASSWORD

NOW = datetime.fromisoformat("2026-11-22T19:15")


def fill(vault: Vault, cases: int) -> None:
    for number in range(cases):
        vault.append(
            f"case-{number}",
            [
                CaseOpened(
                    number=f"N-{number}", received_at="2026-11-22T09:00", first_receiver="0417"
                ),
                FieldSet(field="narrative", value="存单到期" * 40, personal=True),
            ],
            actor="0417",
            wall_ms=2_000 + number,
            pack="cn-branch@1.0.0",
        )


def make(vault: Vault, moment: datetime = NOW, pace: Pace = AT_ONCE) -> Manifest:
    return backups.make(backups.source_of(vault), "hand", moment, pace)


def test_a_backup_holds_what_the_vault_held_and_opens_with_its_password(
    vaults: Vaults, vault: Vault, tmp_path: Path
) -> None:
    fill(vault, 20)
    manifest = make(vault)
    folder = backups.folder_of(vaults.path)
    assert manifest.name == "20261122T191500"
    assert (manifest.cases, manifest.events) == (20, 40 + len(vault.happenings()))
    assert manifest.heads == {head.device: f"{head.seq}:{head.hash}" for head in vault.heads()}
    path = backups.database_of(folder, manifest.name)
    assert manifest.size == path.stat().st_size
    assert not list(folder.glob("*.part*"))
    assert keys.salt_of(path) == keys.salt_of(vaults.path)
    away = tmp_path / "elsewhere" / "x.vault"
    away.parent.mkdir()
    shutil.copy(path, away)
    shutil.copy(key_file.path_of(path), key_file.path_of(away))
    with Vaults(away) as others:
        opened = others.open(PASSWORD)
        assert opened.case("case-7").text("narrative").startswith("存单")
        assert opened.heads() == vault.heads()
        assert not opened.faults


def test_a_backup_shows_one_moment_while_others_write(vaults: Vaults, vault: Vault) -> None:
    fill(vault, 60)
    vault.rest()
    before = vault.heads()
    written = 0

    def write_on(_share: float) -> None:
        nonlocal written
        if written < 20:
            value = FieldSet(field="summary", value=f"later {written}")
            vault.append("case-1", [value], actor="0417", wall_ms=9_000, pack="")
            written += 1

    manifest = make(vault, pace=Pace(report=write_on))
    assert written > 3
    assert manifest.heads == {head.device: f"{head.seq}:{head.hash}" for head in before}
    assert vault.heads() != before


def test_every_byte_of_a_backup_counts(vaults: Vaults, vault: Vault) -> None:
    fill(vault, 5)
    source = backups.source_of(vault)
    manifest = make(vault)
    folder = backups.folder_of(vaults.path)
    path = backups.database_of(folder, manifest.name)
    assert backups.recheck(folder, manifest.name, source).events == manifest.events
    whole = path.read_bytes()
    for place in (0, 20, 4096 * 3 + 77, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BackupUnsound):
            backups.recheck(folder, manifest.name, source)
        backups.manifest_of(folder, manifest.name).rename(folder / "aside")
        with pytest.raises(BackupUnsound):  # the database itself tells, without its manifest
            backups.recheck(folder, manifest.name, source)
        (folder / "aside").rename(backups.manifest_of(folder, manifest.name))
    path.write_bytes(whole)
    assert backups.recheck(folder, manifest.name, source).cases == 5


def test_a_shortened_backup_is_never_offered(vaults: Vaults, vault: Vault) -> None:
    folder = backups.folder_of(vaults.path)
    first, second = make(vault), make(vault, NOW + timedelta(minutes=30))
    path = backups.database_of(folder, second.name)
    path.write_bytes(path.read_bytes()[:-4096])
    assert [one.state for one in backups.listing(folder)] == ["damaged", "whole"]
    assert backups.find(folder).name == first.name
    with pytest.raises(BackupUnsound):
        backups.find(folder, second.name)
    with pytest.raises(BackupMissing):
        backups.find(folder, "20000101T000000")


@pytest.mark.parametrize("change", ["events", "heads", "why", "made", "files"])
def test_a_manifest_that_somebody_changed_is_refused(
    vaults: Vaults, vault: Vault, change: str
) -> None:
    manifest = make(vault)
    folder = backups.folder_of(vaults.path)
    values = {"events": 1, "heads": {}, "why": "time", "made": "", "files": ("0" * 64,)}
    changed = msgspec.structs.replace(manifest, **{change: values[change]})
    backups.write_manifest(folder, changed)
    with pytest.raises(BackupUnsound):
        backups.recheck(folder, manifest.name, backups.source_of(vault))


def test_the_keys_of_another_vault_do_not_pass(
    vaults: Vaults, vault: Vault, tmp_path: Path
) -> None:
    manifest = make(vault)
    folder = backups.folder_of(vaults.path)
    other = Vaults(tmp_path / "other.vault")
    with other:
        other.create()
    shutil.copy(
        key_file.path_of(other.path), key_file.path_of(backups.database_of(folder, manifest.name))
    )
    with pytest.raises(BackupUnsound):
        backups.recheck(folder, manifest.name, backups.source_of(vault))


def test_what_is_no_manifest_is_no_backup(vaults: Vaults, vault: Vault) -> None:
    manifest = make(vault)
    folder = backups.folder_of(vaults.path)
    for text in (b"", b"{", b"[]", b"\xff\xfe", b'{"format": 1}', b"[" * 100_000):
        backups.manifest_of(folder, manifest.name).write_bytes(text)
        assert [one.state for one in backups.listing(folder)] == ["damaged"]
    (folder / "notes.json").write_text("{}")
    (folder / "99999999T999999.cdb").write_text("x")
    assert len(backups.listing(folder)) == 1


def test_a_halted_backup_leaves_nothing_and_costs_nothing(vaults: Vaults, vault: Vault) -> None:
    fill(vault, 30)
    folder = backups.folder_of(vaults.path)
    looks = 0

    def stop(most: int = sys.maxsize) -> bool:
        nonlocal looks
        looks += 1
        return looks > most

    make(vault, NOW, Pace(stop=stop))
    first = make(vault, NOW + timedelta(minutes=1))
    for most in range(looks):
        looks = 0
        with pytest.raises(Halted):
            make(vault, NOW + timedelta(hours=1), Pace(stop=functools.partial(stop, most)))
        assert backups.listing(folder)[0].name == first.name
        assert not list(folder.glob("*.part*"))


def test_two_at_once_are_refused(vaults: Vaults, vault: Vault) -> None:
    with backups.held(backups.folder_of(vaults.path)), pytest.raises(BackupBusy):
        make(vault)
    make(vault)


def test_too_little_room_is_known_before_anything_is_written(
    vaults: Vaults, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make(vault)
    usage = shutil.disk_usage(vaults.path.parent)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(NoRoom) as told:
        make(vault, NOW + timedelta(hours=1))
    assert told.value.params["free"] == 0
    assert [one.name for one in backups.listing(backups.folder_of(vaults.path))] == [first.name]


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_disk_that_fails_on_the_way_costs_no_earlier_backup(
    vaults: Vaults, vault: Vault, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    fill(vault, 10)
    first = make(vault)
    fault = OSError(28, "No space left on device")

    def fail(*_args: object, **_named: object) -> None:
        raise fault

    with monkeypatch.context() as patched:
        if call == "fsync":
            patched.setattr("os.fsync", fail)
        elif call == "replace":
            patched.setattr(Path, "replace", fail)
        else:
            patched.setattr(shutil, "copyfile", fail)
        with pytest.raises(BackupFailed) as told:
            make(vault, NOW + timedelta(hours=1))
    assert told.value.params["reason"] == "disk_full"
    folder = backups.folder_of(vaults.path)
    assert [one.name for one in backups.listing(folder)] == [first.name]
    assert make(vault, NOW + timedelta(hours=1)).name == "20261122T201500"


def test_a_folder_that_vanishes_in_the_middle_is_told_as_such(vaults: Vaults, vault: Vault) -> None:
    fill(vault, 60)
    folder = backups.folder_of(vaults.path)
    make(vault)

    def vanish(share: float) -> None:
        if share > 0.2 and folder.exists():
            folder.rename(folder.with_name("pulled"))

    with pytest.raises(BackupFailed):
        make(vault, NOW + timedelta(hours=1), Pace(report=vanish))
    folder.with_name("pulled").rename(folder)
    assert make(vault, NOW + timedelta(hours=2)).cases == 60
    assert not list(folder.glob("*.part*"))
    assert len(backups.listing(folder)) == 2


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_a_vault_with_a_damaged_page_is_named_and_not_backed_up(
    vaults: Vaults, vault: Vault, share: float
) -> None:
    fill(vault, 40)
    first = make(vault)
    vault.close()
    raw = bytearray(vaults.path.read_bytes())
    raw[int(len(raw) * share) // 4096 * 4096 + 100] ^= 0x40
    vaults.path.write_bytes(raw)
    with pytest.raises(VaultDamaged) as told:
        make(vaults.open(), NOW + timedelta(hours=1))
    assert told.value.params["path"] == str(vaults.path)
    assert [one.name for one in backups.listing(backups.folder_of(vaults.path))] == [first.name]


def test_old_ones_go_as_the_rules_say(vaults: Vaults, vault: Vault) -> None:
    folder = backups.folder_of(vaults.path)
    for days in (400, 390, 20, 3, 2, 1):
        make(vault, NOW - timedelta(days=days))
    make(vault)
    left = [one.made for one in backups.listing(folder)]
    assert left == [NOW - timedelta(days=days) for days in (0, 1, 2, 3, 20)]
    assert {path.suffix for path in folder.iterdir()} == {".cdb", ".keys", ".json", ".lock"}
    assert len(list(folder.iterdir())) == 3 * len(left) + 1


def test_two_in_one_second_get_names_of_their_own(vault: Vault) -> None:
    assert make(vault).name == "20261122T191500"
    assert make(vault).name == "20261122T191501"


def test_nothing_is_left_beside_a_backup_by_looking_at_it(vaults: Vaults, vault: Vault) -> None:
    manifest = make(vault)
    path = backups.database_of(backups.folder_of(vaults.path), manifest.name)
    before = path.read_bytes()
    database = connect_still(path, vault.opened.key)
    with reading(database) as connection:
        assert backups.count(connection).events == manifest.events
    database.dispose()
    assert path.read_bytes() == before
    assert not path.with_name(path.name + "-wal").exists()


def attach(vault: Vault, case: str, content: bytes) -> str:
    folder = attachments.folder_of(vault.database.path)
    taken = attachments.seal(folder, io.BytesIO(content))
    attachments.put(folder, taken)
    told = Attached(file=taken.file, size=taken.size, media="text/plain", key=taken.key)
    vault.append(case, [told], actor="0417", wall_ms=60_000, pack="")
    return taken.file


def test_attachments_are_in_the_backup_once_and_gone_with_the_last_that_needs_them(
    vaults: Vaults, vault: Vault
) -> None:
    fill(vault, 2)
    folder = backups.folder_of(vaults.path)
    first = attach(vault, "case-0", b"one letter of complaint\n" * 900)
    second = attach(vault, "case-1", b"another letter\n")
    old = make(vault, NOW - timedelta(days=400))
    assert old.files == tuple(sorted((first, second)))
    here = attachments.place(attachments.folder_of(vaults.path), second)
    here.write_bytes(here.read_bytes()[:-1])  # damaged here: what the backup has is kept
    vault.append("case-0", [Detached(file=first)], actor="0417", wall_ms=61_000, pack="")
    third = attach(vault, "case-0", b"a third\n")
    attachments.place(attachments.folder_of(vaults.path), third).unlink()
    for hours in range(4):
        manifest = make(vault, NOW + timedelta(hours=hours))
    assert (manifest.files, manifest.lacking) == ((second,), (third,))
    assert old.name not in [one.name for one in backups.listing(folder)]
    kept = {path.name for path in (folder / "files").rglob("*") if path.is_file()}
    assert kept == {second}
    backups.recheck(folder, manifest.name, backups.source_of(vault))
