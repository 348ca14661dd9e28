"""Backups beside the vault: made while people work, opened and verified before they count.

`X.vault.backups/` holds for each backup the database `NAME.cdb`, its key file `NAME.cdb.keys` and
the manifest `NAME.json`, and the attachments of all of them once each in `files/`. A backup is one
when its manifest is there, which is written last; what is unfinished ends in `.part` and is removed
by the next one. The database file and its key file are a vault: renamed, they open by themselves.
"""

import contextlib
import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from desk import __version__
from desk.domain import keeping
from desk.domain.backups import Listed, Manifest, State, Why, is_name, name_at
from desk.domain.proof import Anchor, ChainHead
from desk.errors import (
    BackupBusy,
    BackupFailed,
    BackupMissing,
    BackupUnsound,
    DiskFull,
    KnownError,
    NoRoom,
    VaultBusy,
    VaultDamaged,
    VaultReadOnly,
    VaultUnreachable,
)
from desk.store import (
    attachments,
    backup_files,
    check,
    files,
    key_file,
    keys,
    log,
    migrate,
    session,
    switch,
)
from desk.store.chain import signature
from desk.store.engine import Database, connect, connect_still
from desk.store.pace import AT_ONCE, Pace, paced
from desk.store.page_copy import copy_pages
from desk.store.rows import CASES, DEVICES, EVENTS
from desk.store.vault import Vault

ENDING = ".cdb"
PART = ".part"
_SPARE = 16 * 1024 * 1024
_MIB = 1024 * 1024
_CHUNK = 1024 * 1024
_UPKEEP = ("backed_up", "restore_tried", "checked", "swept", "unlocked", "locked")


@dataclass(frozen=True, slots=True)
class Source:
    """A vault that is open here, as far as another thread needs it to make a backup."""

    path: Path
    vault: str
    key: bytes = field(repr=False)
    chain_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a database holds: events, cases, the end of each chain, the attachments it needs."""

    events: int
    cases: int
    heads: dict[str, str]
    files: tuple[str, ...]


def folder_of(vault: Path) -> Path:
    """Where the backups of a vault are."""
    return switch.folder_of_backups(vault)


def database_of(folder: Path, name: str) -> Path:
    """Where the database of a backup is; its key file lies beside it as that of a vault does."""
    return folder / f"{name}{ENDING}"


def manifest_of(folder: Path, name: str) -> Path:
    """Where the manifest of a backup is."""
    return folder / f"{name}.json"


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """The folder as the only one who changes it. Raises `BackupBusy`, or why it cannot be used."""
    with told(folder):
        files.make_folder(folder)
        try:
            hold = files.Hold(folder / "backup")
        except VaultBusy as fault:
            raise BackupBusy(path=str(folder)) from fault
    try:
        yield
    finally:
        hold.release()


def make(source: Source, why: Why, moment: datetime, pace: Pace = AT_ONCE) -> Manifest:
    """Make a backup of the vault as it stands now, verify it, and drop what need not be kept.

    Raises `NoRoom`, `BackupBusy`, `BackupFailed` or `Halted`, and `VaultDamaged` when the vault
    itself cannot be read. Whatever is raised, the earlier backups are as they were.
    """
    folder = folder_of(source.path)
    with held(folder), told(folder):
        tidy(folder)
        name = _free_name(folder, moment)
        part = folder / f"{name}{PART}"
        try:
            counted = _copied(source, folder, part, pace.part(0.0, 0.4))
            key_part = key_file.path_of(part)
            files.copy_whole(key_file.path_of(source.path), key_part)
            found, lacking = backup_files.fetch(
                attachments.folder_of(source.path),
                backup_files.store_of(folder),
                counted.files,
                pace.part(0.4, 0.5),
            )
            with _blamed(source):
                verify(part, source, counted, pace.part(0.5, 0.95))
            manifest = _signed(
                Manifest(
                    vault=source.vault,
                    name=name,
                    made=moment.isoformat(timespec="seconds"),
                    why=why,
                    program=__version__,
                    events=counted.events,
                    cases=counted.cases,
                    heads=counted.heads,
                    size=part.stat().st_size,
                    sha256=digest(part, pace.part(0.95, 1.0)),
                    keys=digest(key_part, pace),
                    files=found,
                    lacking=lacking,
                ),
                source.chain_key,
            )
            files.move(key_part, key_file.path_of(database_of(folder, name)))
            files.move(part, database_of(folder, name))
            write_manifest(folder, manifest)
        except BaseException:
            files.tidy(part, key_file.path_of(part))
            raise
        sweep(folder, moment)
    return manifest


def source_of(vault: Vault) -> Source:
    """What it takes to make a backup of an open vault, or to open one of its backups."""
    opened = vault.opened
    return Source(vault.database.path, vault.id, opened.key, opened.chain_key)


def _copied(source: Source, folder: Path, part: Path, pace: Pace) -> Counted:
    """The pages of the vault at one moment in a new file, and what it held at that moment."""
    database = connect(source.path, source.key)
    try:
        with session.reading(database) as connection:
            counted = count(connection)
            beside, store = attachments.folder_of(source.path), backup_files.store_of(folder)
            more = backup_files.bytes_to_come(beside, store, counted.files)
            require_room(folder, _bytes_of(source.path) + more)
            copy_pages(database, source.key, part, pace)
    finally:
        database.dispose()
    return counted


def count(connection: Connection) -> Counted:
    """What the database of this connection holds."""
    return Counted(
        events=connection.execute(select(func.count()).select_from(EVENTS)).scalar_one(),
        cases=connection.execute(select(func.count()).select_from(CASES)).scalar_one(),
        heads={tip.device: f"{tip.seq}:{tip.hash.hex()}" for tip in log.tips(connection)},
        files=tuple(sorted(attachments.held(connection))),
    )


def verify(path: Path, source: Source, expected: Counted | None, pace: Pace = AT_ONCE) -> Counted:
    """Open a backup and look at all of it: pages, structure, every chain; what it holds.

    Raises `BackupUnsound`, naming what does not hold or what differs from `expected`.
    """
    name = path.name.removesuffix(PART).removesuffix(ENDING)
    try:
        header = keys.read(path)
        if header.vault != source.vault or keys.salt_of(path) not in header.marks:
            raise BackupUnsound(name=name, reason="key file of another vault")
        with (
            _of_now(path, source.key) as database,
            session.reading(database) as connection,
            paced(database, pace),
        ):
            require_sound(connection, source, name)
            counted = count(connection)
    except VaultDamaged as fault:
        raise BackupUnsound(name=name, reason=str(fault.params.get("reason", ""))) from fault
    if expected is not None and counted != expected:
        raise BackupUnsound(name=name, reason="holds something else than the vault did")
    pace.step(1.0)
    return counted


@contextlib.contextmanager
def _blamed(source: Source) -> Iterator[None]:
    """Where a fresh copy is unsound, whether that is the vault's own fault, which is graver.

    SQLCipher copies a page that fails its seal, and each after it, as blanks and says nothing.
    """
    try:
        yield
    except BackupUnsound as fault:
        database = connect(source.path, source.key)
        try:
            with session.reading(database) as connection:
                for found in check.log_faults(connection, source.chain_key):
                    raise VaultDamaged(path=str(source.path), reason=found.code) from fault
        finally:
            database.dispose()
        raise


@contextlib.contextmanager
def _of_now(path: Path, key: bytes) -> Iterator[Database]:
    """A backup's database for reading; one of an earlier schema as a copy brought up to date."""
    scratch = path.with_name(f"{path.name}.now{PART}")
    database = connect_still(path, key)
    try:
        if not migrate.is_newest(database):
            database.dispose()
            files.copy_whole(path, scratch)
            database = migrate.bring_up_to_date(connect(scratch, key), key)
        yield database
    finally:
        database.dispose()
        for ending in ("", "-wal", "-shm"):
            files.tidy(scratch.with_name(scratch.name + ending))


def require_sound(connection: Connection, source: Source, name: str) -> None:
    """Look at every page, the structure and every chain. Raises `BackupUnsound` at a fault."""
    for finding in check.log_faults(connection, source.chain_key):
        reason = f"{finding.code} {finding.detail}".strip()
        raise BackupUnsound(name=name, reason=reason)


def since(database: Database, heads: Mapping[str, str]) -> int:
    """How many events the vault has gained since these heads, but for those of keeping it safe."""
    with session.reading(database) as connection:
        total = 0
        for number, device in connection.execute(select(DEVICES.c.number, DEVICES.c.id)).all():
            query = select(func.count()).select_from(EVENTS)
            later = query.where(after(number, heads.get(device, "")))
            total += connection.execute(later.where(EVENTS.c.kind.not_in(_UPKEEP))).scalar_one()
    return total


def after(number: int, head: str) -> ColumnElement[bool]:
    """The events of a device, by its number here, that came after a head `sequence:hash`."""
    seq = int(head.partition(":")[0] or 0)
    return EVENTS.c.position.between(log.position(number, seq + 1), log.position(number + 1, 0) - 1)


def recheck(folder: Path, name: str, source: Source, pace: Pace = AT_ONCE) -> Counted:
    """Verify a finished backup against its manifest, bytes first. Raises `BackupUnsound`."""
    listed = find(folder, name)
    path = database_of(folder, listed.name)
    told = listed.manifest
    if told is None:
        return verify(path, source, None, pace)
    if not is_signed(told, source.chain_key):
        raise BackupUnsound(name=name, reason="manifest without the vault's mark")
    if told.sha256 != digest(path, pace.part(0.0, 0.2)):
        raise BackupUnsound(name=name, reason="bytes differ from the manifest")
    if told.keys != digest(key_file.path_of(path), pace):
        raise BackupUnsound(name=name, reason="key file differs from the manifest")
    wanted = tuple(sorted({*told.files, *told.lacking}))
    expected = Counted(told.events, told.cases, told.heads, wanted)
    return verify(path, source, expected, pace.part(0.2, 1.0))


def listing(folder: Path, vault: str = "") -> tuple[Listed, ...]:
    """Every backup of a folder, the newest first; of another vault than `vault` as `foreign`.

    Reads manifests and sizes only. Raises `BackupFailed` when the folder cannot be read; one that
    is not there holds none.
    """
    try:
        names = sorted(
            {path.stem for path in folder.iterdir() if path.suffix in {ENDING, ".json"}},
            reverse=True,
        )
    except FileNotFoundError:
        return ()
    except OSError as fault:
        raise BackupFailed(path=str(folder), reason="unreachable") from fault
    return tuple(_listed(folder, name, vault) for name in names if is_name(name))


def inside(folder: Path) -> Path:
    """The folder of backups that is meant: this one, or the only one in it, as on a stick."""
    if not folder.is_dir():
        return folder
    found = [path for path in folder.iterdir() if path.name.endswith(".backups") and path.is_dir()]
    return found[0] if len(found) == 1 and not any(folder.glob(f"*{ENDING}")) else folder


def find(folder: Path, name: str = "") -> Listed:
    """The backup of this name, or the newest whole one. Raises `BackupMissing`, `BackupUnsound`."""
    for listed in listing(folder):
        if listed.name == name or (not name and listed.state == "whole"):
            if listed.state == "damaged":
                raise BackupUnsound(name=name, reason="incomplete")
            return listed
    raise BackupMissing(path=str(folder), name=name)


def _listed(folder: Path, name: str, vault: str) -> Listed:
    path = database_of(folder, name)
    try:
        size = path.stat().st_size
    except OSError:
        return Listed(name, "damaged", 0)
    manifest = None
    state: State = "bare"
    if manifest_of(folder, name).exists():
        manifest = read_manifest(manifest_of(folder, name))
        if manifest is None or manifest.name != name or manifest.size != size:
            state = "damaged"
        else:
            state = "foreign" if vault not in {"", manifest.vault} else "whole"
    if not key_file.path_of(path).exists():
        state = "damaged"
    return Listed(name, state, size, manifest)


def read_manifest(path: Path) -> Manifest | None:
    """The manifest at `path`; None when it cannot be read as one."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return found if found.format == 1 and is_name(found.name) else None


def anchor(manifest: Manifest, source: str) -> Anchor:
    """What a manifest says of the log: every event up to the heads was in it."""
    ends = {device: head.partition(":") for device, head in manifest.heads.items()}
    heads = (ChainHead(device, int(end[0]), end[2]) for device, end in ends.items())
    return Anchor(source, tuple(heads))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put a manifest beside its backup, which counts from now on."""
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    files.write_whole(manifest_of(folder, manifest.name), text)


def _signed(manifest: Manifest, chain_key: bytes) -> Manifest:
    return msgspec.structs.replace(manifest, mac=_mark(manifest, chain_key))


def is_signed(manifest: Manifest, chain_key: bytes) -> bool:
    """Whether this vault made the manifest, and nobody changed it."""
    return manifest.mac == _mark(manifest, chain_key)


def _mark(manifest: Manifest, chain_key: bytes) -> str:
    return signature(chain_key, "backup", manifest.body()).hex()


def digest(path: Path, pace: Pace = AT_ONCE) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    found = hashlib.sha256()
    done = 0
    with files.disk_faults(path), path.open("rb") as stream:
        total = path.stat().st_size or 1
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
            done += len(chunk)
            pace.step(done / total)
    return found.hexdigest()


def sweep(folder: Path, now: datetime) -> tuple[str, ...]:
    """Remove the backups that need not be kept at `now`; the names of those removed.

    One that is damaged is no reason to let another go, and stays until it would be too old.
    """
    found = [listed for listed in listing(folder) if listed.state != "foreign"]
    whole = {listed.made for listed in found if listed.state == "whole"}
    left = keeping.kept(whole, now)
    gone = [
        listed.name
        for listed in found
        if (listed.made not in left if listed.made in whole else keeping.is_past(listed.made, now))
    ]
    for name in gone:
        # The manifest first: without it the rest is no backup, should this be cut short.
        path = database_of(folder, name)
        files.tidy(manifest_of(folder, name), path, key_file.path_of(path))
    backup_files.sweep(folder, (one.manifest for one in listing(folder)))
    return tuple(gone)


def tidy(folder: Path) -> None:
    """Remove what an interrupted backup left; to be called by who holds the folder."""
    for path in folder.glob(f"*{PART}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            files.tidy(path)


def _bytes_of(vault: Path) -> int:
    log_file = vault.with_name(vault.name + "-wal")
    return vault.stat().st_size + (log_file.stat().st_size if log_file.exists() else 0)


def require_room(folder: Path, needed: int) -> None:
    """Raises `NoRoom` unless so many bytes, and some to spare, fit on the disk of `folder`."""
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE:
        raise NoRoom(path=str(folder), needed=(needed + _SPARE) // _MIB + 1, free=free // _MIB)


def _free_name(folder: Path, moment: datetime) -> str:
    """The name for `moment`, or for the next second that has no backup yet."""
    while (
        manifest_of(folder, name_at(moment)).exists()
        or database_of(folder, name_at(moment)).exists()
    ):
        moment += timedelta(seconds=1)
    return name_at(moment)


@contextlib.contextmanager
def told(folder: Path) -> Iterator[None]:
    """Faults of the backup's disk as those of a backup: the vault itself is well."""
    try:
        yield
    except (DiskFull, VaultReadOnly, VaultUnreachable) as fault:
        raise BackupFailed(path=str(folder), reason=_reason(fault)) from fault
    except OSError as fault:
        raise BackupFailed(path=str(folder), reason="unreachable") from fault


def _reason(fault: KnownError) -> str:
    """A key of the reasons in `desk.services.sentences`."""
    return {DiskFull: "disk_full", VaultReadOnly: "read_only"}.get(type(fault), "unreachable")
