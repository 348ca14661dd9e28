"""Putting a vault back from a backup: all of it or nothing, and the vault of now kept aside.

Everything that takes long happens to a draft beside the vault: copied, opened, verified, given a
device of its own and the event that says so. Then a journal is written and the files change their
names; whoever is killed in between finds the rest done at the next opening
(`desk.store.switch`).

The restored vault goes on under a new device: the old one may have written events that the backup
lacks, and a second event at the same place of a chain would pass for a forgery.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from desk.domain.backups import Lacks, Listed, Lost, name_at
from desk.domain.case import Case
from desk.domain.events import VAULT, Forgotten, Restored
from desk.domain.ids import uuid7
from desk.domain.projection import Projection
from desk.domain.staff import Device, Person
from desk.errors import BackupUnsound, KnownError
from desk.store import (
    attachments,
    backup_files,
    backups,
    files,
    forgetting,
    key_file,
    keys,
    migrate,
    people,
    session,
    switch,
    tips,
)
from desk.store.backups import Counted, Source
from desk.store.engine import Database, connect, connect_still
from desk.store.pace import AT_ONCE, Pace
from desk.store.rows import CASES, DEVICES, EVENTS, NUMBERS, TIPS
from desk.store.writer import Entry, Writer

_ID_BYTES = 10


@dataclass(frozen=True, slots=True)
class Opened:
    """A backup that a password opened, verified: who that is in it, and what it lacks."""

    listed: Listed
    source: Source
    person: Person
    counted: Counted
    lacks: Lacks
    numbers: dict[str, int]
    """The last case number of each day that the vault of now gave: none is given twice."""
    forgotten: dict[str, Forgotten] = field(default_factory=dict)
    """Who was forgotten in the vault of now, by case, whether before the backup or since."""


def look(
    vault: Path,
    folder: Path,
    name: str,
    password: str,
    person: str,
    *,
    pace: Pace = AT_ONCE,
) -> Opened:
    """Open a backup of `folder` with a password as it was then, and verify all of it.

    Raises `BackupMissing`, `BackupUnsound` or `WrongPassword`.
    """
    listed = backups.find(folder, name)
    path = backups.database_of(folder, listed.name)
    opened = keys.unlock(path, password, person)
    source = Source(vault, opened.vault, opened.key, opened.chain_key)
    counted = backups.recheck(folder, listed.name, source, pace)
    database = connect_still(path, opened.key)
    try:
        with session.reading(database) as connection:
            known = people.persons(connection)
    finally:
        database.dispose()
    who = next((one for one in known if one.id == opened.person), None)
    if who is None:
        raise BackupUnsound(name=listed.name, reason="nobody of this staff number")
    present = _of_now(vault, source, password, person, counted.heads)
    return Opened(listed, source, who, counted, *present)


_OfNow = tuple[Lacks, dict[str, int], dict[str, Forgotten]]


def _of_now(
    vault: Path, source: Source, password: str, person: str, heads: dict[str, str]
) -> _OfNow:
    """What the backup lacks against the vault of now, its last case numbers, and who is forgotten.

    Opened with the keys of the backup, else with the password; nothing known where neither opens.
    """
    nothing: _OfNow = (Lacks(known=False), {}, {})
    if not vault.is_file() or not vault.stat().st_size:
        return nothing
    hold = files.Hold(vault)
    try:
        for key in _keys_for(vault, source, password, person):
            with contextlib.suppress(KnownError):
                database = connect(vault, key)
                try:
                    with session.reading(database) as connection:
                        gone = forgetting.forgotten(connection)
                    return missing(database, heads), _numbers(database), gone
                finally:
                    database.dispose()
    finally:
        hold.release()
    return nothing


def _keys_for(vault: Path, source: Source, password: str, person: str) -> Iterator[bytes]:
    yield source.key
    with contextlib.suppress(KnownError):
        yield keys.unlock(vault, password, person).key


def missing(present: Database, heads: dict[str, str]) -> Lacks:
    """What a backup with these heads lacks against a vault; not `known` where that is damaged."""
    try:
        with session.reading(present) as connection:
            return _missing(connection, heads)
    except KnownError:
        return Lacks(known=False)


def _missing(connection: Connection, heads: dict[str, str]) -> Lacks:
    """The events after the heads, by case; those of a device without a head are all later."""
    counts: Counter[str] = Counter()
    for number, device in connection.execute(select(DEVICES.c.number, DEVICES.c.id)).all():
        later = backups.after(number, heads.get(device, ""))
        query = select(EVENTS.c.case_id, func.count()).where(later).group_by(EVENTS.c.case_id)
        counts.update({row[0]: row[1] for row in connection.execute(query)})
    of_vault = counts.pop(VAULT, 0)
    lost = [_lost(connection, case_id, count) for case_id, count in counts.items()]
    return Lacks(True, tuple(sorted(lost, key=lambda one: one.number)), of_vault)


def _lost(connection: Connection, case_id: str, later: int) -> Lost:
    number = connection.execute(select(CASES.c.number).where(CASES.c.case_id == case_id)).scalar()
    query = select(func.count()).select_from(EVENTS).where(EVENTS.c.case_id == case_id)
    return Lost(number or "", later, connection.execute(query).scalar_one() == later)


def _numbers(present: Database) -> dict[str, int]:
    with session.reading(present) as connection:
        rows = connection.execute(select(NUMBERS.c.day, NUMBERS.c.last)).all()
    return {row.day: row.last for row in rows}


def restore(
    opened: Opened,
    folder: Path,
    moment: datetime,
    wall_ms: int,
    *,
    pace: Pace = AT_ONCE,
    randomness: keys.Randomness = keys.system_randomness,
) -> Path:
    """Put the vault back from a backup that :func:`look` opened; where the vault of now is kept.

    The path given back is that of the vault kept aside, which exists only if there was one.
    Raises `VaultBusy` while somebody has it open, `NoRoom`, and what :func:`look` raises. Until
    the last moment nothing of the vault is touched.
    """
    vault = opened.source.path
    name = opened.listed.name
    files.make_folder(vault.parent)
    switch.resume(vault)
    hold = files.Hold(vault)
    try:
        counted = backups.recheck(folder, name, opened.source, pace.part(0.0, 0.5))
        store = backup_files.store_of(folder)
        beside = attachments.folder_of(vault)
        path = backups.database_of(folder, name)
        more = backup_files.bytes_to_come(store, beside, counted.files)
        backups.require_room(vault.parent, path.stat().st_size + more)
        backup_files.fetch(store, beside, counted.files, pace.part(0.5, 0.6))
        lay(opened, folder, switch.draft_of(vault), wall_ms, pace.part(0.6, 1.0), randomness)
        aside = _free_aside(vault, moment)
        switch.change(vault, aside)
    finally:
        hold.release()
    return aside


def lay(
    opened: Opened,
    folder: Path,
    draft: Path,
    wall_ms: int,
    pace: Pace = AT_ONCE,
    randomness: keys.Randomness = keys.system_randomness,
) -> None:
    """Make a vault of a backup at `draft`, with its key file and the event that tells of it."""
    name = opened.listed.name
    path = backups.database_of(folder, name)
    files.copy_hashed(path, draft, pace.step)
    files.copy_whole(key_file.path_of(path), key_file.path_of(draft))
    _take_over(opened, draft, wall_ms, randomness)


def _take_over(opened: Opened, draft: Path, wall_ms: int, randomness: keys.Randomness) -> None:
    """Make the copy a vault of this computer: today's schema, a device, the event that says so."""
    key, chain_key = opened.source.key, opened.source.chain_key
    database = migrate.bring_up_to_date(connect(draft, key), key)
    try:
        with session.writing(database) as connection:
            name = people.devices(connection)[0].name
            connection.execute(update(DEVICES).values(own=False))
            device = Device(uuid7(wall_ms, randomness(_ID_BYTES)), name, own=True)
            people.add_device(connection, device)
            _give_no_number_twice(connection, opened.numbers)
            known = forgetting.forgotten(connection)
            payload = Restored(
                name=opened.listed.name,
                events=opened.counted.events,
                lost=opened.lacks.events,
                forgotten={c: p for c, p in opened.forgotten.items() if c not in known},
            )
            restored = Entry(VAULT, payload, opened.person.id, wall_ms, "")
            Writer(_unused, randomness, chain_key).write(connection, [restored])
            # They were verified with the rest, and also say whose device this is.
            connection.execute(delete(TIPS))
            tips.keep(connection, chain_key)
        database.settle()
    finally:
        database.dispose()
    files.flush(draft)


def _unused(_case: Case) -> Projection:
    raise RuntimeError("what happens to the vault has no projection")


def _give_no_number_twice(connection: Connection, numbers: dict[str, int]) -> None:
    for day, last in numbers.items():
        statement = upsert(NUMBERS).values(day=day, last=last)
        higher = func.max(NUMBERS.c.last, statement.excluded.last)
        connection.execute(
            statement.on_conflict_do_update(index_elements=["day"], set_={"last": higher})
        )


def _free_aside(vault: Path, moment: datetime) -> Path:
    """A name for the vault of now that nothing has, of this second or a later one."""
    while True:
        aside = switch.aside_of(vault, name_at(moment))
        if not aside.exists() and not key_file.path_of(aside).exists():
            return aside
        moment += timedelta(seconds=1)
