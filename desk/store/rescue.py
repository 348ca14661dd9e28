"""A fresh vault from whatever can still be read of a damaged one and of its backups.

An event proves itself: its hash covers all of it, and its mark under the chain key is this vault's
own. So it does not matter where the bytes were found, in a page that the database would no longer
reach, in the write-ahead log or in a backup (`desk.store.harvest`). The damaged vault is only read.

Who was forgotten stays forgotten as far as the log tells: a key that a stale page or a backup
still had is left there.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, insert, select, update

from desk.domain import events
from desk.domain.events import VAULT, CaseOpened, Forgotten, PersonPut, Restored
from desk.domain.fold import fold
from desk.domain.ids import uuid7
from desk.domain.permissions import FIRST_ROLE
from desk.domain.rescue import Gap, Rescued, Touched
from desk.domain.staff import Device
from desk.errors import KnownError, VaultDamaged, VaultExists, VaultMissing, WrongPassword
from desk.store import (
    attachments,
    backup_files,
    backups,
    case_keys,
    check,
    files,
    key_file,
    keys,
    log,
    migrate,
    people,
    session,
    tips,
)
from desk.store.chain import open_record
from desk.store.engine import connect
from desk.store.harvest import Harvest
from desk.store.keys import Opened, Randomness, system_randomness
from desk.store.pace import AT_ONCE
from desk.store.projections import Projector
from desk.store.raw_pages import RawPages
from desk.store.rows import CASES, DEVICES, EVENTS, NUMBERS
from desk.store.vault import Vault

_ID_BYTES = 10


@dataclass(frozen=True, slots=True)
class _Way:
    """What opens the vault, and the database beside whose key file that was found."""

    opened: Opened
    path: Path
    password: str
    person: str


@dataclass(frozen=True, slots=True)
class _Filled:
    """What came into the new log, and from where."""

    pages: int
    damaged: int
    events: int
    from_backups: int
    unkeyed: int
    gaps: tuple[Gap, ...]
    touched: tuple[Touched, ...]


def rescue(
    damaged: Path,
    out: Path,
    password: str,
    person: str = "",
    *,
    projector: Projector,
    wall_ms: int,
    randomness: Randomness = system_randomness,
) -> Rescued:
    """Make a vault at `out` of every readable event, and say what was found nowhere.

    It has the id, the people, the passwords and the devices of the damaged one, and goes on under
    a new device. Raises `VaultMissing`, `VaultExists`, `VaultBusy`, `WrongPassword`, or
    `VaultDamaged` when no key file can be read, here or in a backup, or no event was found.
    """
    if not damaged.is_file():
        raise VaultMissing(path=str(damaged))
    if out.exists() or key_file.path_of(out).exists():
        raise VaultExists(path=str(out))
    way = _way_in(damaged, password, person)
    draft = out.with_name(out.name + ".rescuing")
    files.make_folder(out.parent)
    with _held(damaged), _held(out) as hold:
        _clear(draft)
        try:
            result = _made(damaged, draft, out, way, projector, wall_ms, randomness, hold)
            files.move(key_file.path_of(draft), key_file.path_of(out))
            files.move(draft, out)
        finally:
            _clear(draft)
    return result


def _way_in(damaged: Path, password: str, person: str) -> _Way:
    """The secret from the vault's key file, else from the newest backup that has a sound one."""
    try:
        return _Way(keys.unlock(damaged, password, person), damaged, password, person)
    except WrongPassword:
        raise
    except KnownError:
        for path in _backups_of(damaged):
            with contextlib.suppress(KnownError):
                return _Way(keys.unlock(path, password, person), path, password, person)
        raise


def _backups_of(damaged: Path) -> Iterator[Path]:
    """The databases of the backups, the newest first, damaged ones too."""
    folder = backups.folder_of(damaged)
    for listed in backups.listing(folder):
        path = backups.database_of(folder, listed.name)
        if path.is_file():
            yield path


@contextlib.contextmanager
def _held(path: Path) -> Iterator[files.Hold]:
    hold = files.Hold(path)
    try:
        yield hold
    finally:
        hold.release()


def _clear(draft: Path) -> None:
    for ending in ("", "-wal", "-shm", ".keys", ".keys.new"):
        files.remove(draft.with_name(draft.name + ending))


def _made(
    damaged: Path,
    draft: Path,
    out: Path,
    way: _Way,
    projector: Projector,
    wall_ms: int,
    randomness: Randomness,
    hold: files.Hold,
) -> Rescued:
    """The whole new vault at `draft`, closed and on the disk."""
    with files.disk_faults(draft):
        draft.touch(mode=0o600)
    database = connect(draft, way.opened.key)
    try:
        migrate.create_schema(database)
        own = uuid7(wall_ms, randomness(_ID_BYTES))
        with session.writing(database) as connection:
            filled = _fill(connection, damaged, way, own)
        opened = _keys_of(draft, way)
        vault = Vault(database, hold, opened, projector, randomness)
        check.rebuild(vault)
        lost = sum(gap.count for gap in filled.gaps)
        told = Restored(name="rescue", events=filled.events, lost=lost)
        vault.record(*_somebody(vault, way), told, actor=way.opened.person, wall_ms=wall_ms)
        with session.writing(database) as connection:
            tips.keep(connection, opened.chain_key)
        result = _result(vault, damaged, out, filled)
        database.settle()
    finally:
        database.dispose()
    files.flush(draft)
    return result


def _somebody(vault: Vault, way: _Way) -> tuple[PersonPut, ...]:
    """Whoever rescued it, as its head where everything that tells of a head is lost.

    A vault without anybody in charge could be opened by nobody. Name and role are to be put right.
    """
    person = way.opened.person
    if not person or any(one.active and one.role == FIRST_ROLE for one in vault.people()):
        return ()
    return (PersonPut(person=person, name=person, role=FIRST_ROLE),)


def _keys_of(draft: Path, way: _Way) -> Opened:
    """The key file of the new vault: every way in of the old one, for the new file."""
    old = way.opened
    salt = keys.salt_of(draft)
    secrets = {salt: old.secret}
    header = keys.trusted(way.path, old.secrets)
    keys.write(draft, keys.resealed(header, header.slots, secrets), secrets)
    return Opened(old.key, old.chain_key, old.person, old.vault, salt, old.slot)


def _fill(connection: Connection, damaged: Path, way: _Way, own: str) -> _Filled:
    """Everything that proves itself into the new log, with devices, people, settings and keys."""
    harvest = Harvest(connection, way.opened.chain_key)
    pages, broken, _found = _read(harvest, damaged, way.opened)
    for listed in backups.listing(backups.folder_of(damaged)):
        told = listed.manifest
        if told is not None and backups.is_signed(told, way.opened.chain_key):
            for device, head in told.heads.items():
                harvest.expect(device, int(head.partition(":")[0]))
    here = harvest.count
    unkeyed = _unkeyed(connection, harvest)
    for path in _backups_of(damaged):
        if not harvest.gaps() and not unkeyed:
            break
        with contextlib.suppress(KnownError):
            _read(harvest, path, _opened_for(path, way))
        unkeyed = _unkeyed(connection, harvest)
    if not harvest.count:
        raise VaultDamaged(path=str(damaged), reason="no event could be read")
    _tell_tables(connection, harvest, own)
    _put_keys(connection, harvest)
    total = harvest.count
    touched = [
        Touched(harvest.case_numbers.get(case, case), count)
        for case, count in harvest.lacking().items()
        if case != VAULT
    ]
    touched.sort(key=lambda one: one.number)
    return _Filled(pages, broken, total, total - here, unkeyed, harvest.gaps(), tuple(touched))


def _read(harvest: Harvest, path: Path, opened: Opened) -> tuple[int, int, int]:
    """Take a file in: its pages, how many of them are damaged, and the new events."""
    pages = RawPages(path, opened.key, bytes.fromhex(opened.salt))
    try:
        found = harvest.read(pages)
        return pages.count, len(pages.damaged), found
    finally:
        pages.close()


def _opened_for(path: Path, way: _Way) -> Opened:
    """The secret of a backup, which is an older one after the key was changed."""
    if keys.salt_of(path) == way.opened.salt:
        return way.opened
    return keys.unlock(path, way.password, way.person)


def _unkeyed(connection: Connection, harvest: Harvest) -> int:
    """How many cases have sealed values and no key, and were not forgotten."""
    sealed = select(EVENTS.c.case_id).where(EVENTS.c.sealed != b"").distinct()
    gone = _forgotten(connection)
    cases = connection.execute(sealed).scalars()
    return sum((case, "") not in harvest.keys and case not in gone for case in cases)


def _forgotten(connection: Connection) -> set[str]:
    query = select(EVENTS.c.case_id).where(EVENTS.c.kind == _tag(Forgotten))
    return set(connection.execute(query).scalars())


def _tell_tables(connection: Connection, harvest: Harvest, own: str) -> None:
    """Devices and numbers: what the log and the old tables say of them."""
    for device in harvest.devices:
        name = harvest.names.get(device, "")
        connection.execute(update(DEVICES).where(DEVICES.c.id == device).values(name=name))
    names = [harvest.names[device] for device in harvest.devices if device in harvest.names]
    people.add_device(connection, Device(own, names[-1] if names else "", own=True))
    opened = select(EVENTS.c.case_id, EVENTS.c.public).where(EVENTS.c.kind == _tag(CaseOpened))
    for case, public in connection.execute(opened):
        payload = events.join(public, b"")
        if isinstance(payload, CaseOpened):
            harvest.took_case(case, payload.number)
    rows = [{"day": day, "last": last} for day, last in harvest.numbers.items()]
    if rows:
        connection.execute(insert(NUMBERS), rows)


def _put_keys(connection: Connection, harvest: Harvest) -> None:
    """The keys of the cases, but for those that the log says were destroyed.

    A sitting's key goes when the sitting ends; where events lack, its end may be among them.
    """
    known = set(connection.execute(select(EVENTS.c.case_id).distinct()).scalars())
    known -= _forgotten(connection)
    whole = not harvest.gaps()
    kept = [
        key
        for key in harvest.keys.values()
        if key.case_id in known
        and (key.sitting == case_keys.PERSONAL or (whole and _sits(connection, key)))
    ]
    case_keys.keep(connection, kept)


def _sits(connection: Connection, key: case_keys.CaseKey) -> bool:
    records = log.of_case(connection, key.case_id)
    told = [open_record(record, case_keys.NO_CIPHERS) for record in records]
    return fold(key.case_id, told).sitting == key.sitting


def _result(vault: Vault, damaged: Path, out: Path, filled: _Filled) -> Rescued:
    """Bring the attachments, and say what came and what did not."""
    with session.reading(vault.database) as connection:
        wanted = sorted(attachments.held(connection))
        cases = connection.execute(select(func.count()).select_from(CASES)).scalar_one()
    target = attachments.folder_of(out)
    folders = (attachments.folder_of(damaged), backup_files.store_of(backups.folder_of(damaged)))
    missing: tuple[str, ...] = tuple(wanted)
    for folder in folders:
        missing = backup_files.fetch(folder, target, missing, AT_ONCE)[1]
    return Rescued(
        pages=filled.pages,
        damaged=filled.damaged,
        events=filled.events,
        from_backups=filled.from_backups,
        cases=cases,
        gaps=filled.gaps,
        touched=filled.touched,
        unkeyed=filled.unkeyed,
        files=len(wanted) - len(missing),
        files_lacking=len(missing),
    )


def _tag(payload: type[events.Payload]) -> str:
    return str(payload.__struct_config__.tag)
