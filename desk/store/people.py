"""Branch, devices, people and settings of a vault; and the day's next case number."""

import zlib
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from desk.domain.events import Payload, PersonPut, SettingPut
from desk.domain.staff import Branch, Device, Person
from desk.store.rows import DEVICES, NUMBERS, PERSONS, SETTINGS, SIGNED_HEADS

_BRANCH = ("code", "name", "bank")
_SIGNS = "ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters that nobody takes for a digit or for each other (Crockford)."""


def project(connection: Connection, payload: Payload) -> None:
    """Keep people and settings in step with something that happened to the vault."""
    if isinstance(payload, PersonPut):
        put_person(connection, Person(payload.person, payload.name, payload.role, payload.active))
    elif isinstance(payload, SettingPut):
        put_setting(connection, payload.key, payload.value)


def clear(connection: Connection) -> None:
    """Throw people and settings away, to be made anew from the log."""
    for table in (PERSONS, SETTINGS):
        connection.execute(delete(table))


def put_person(connection: Connection, person: Person) -> None:
    """Add a person or change who bears that staff number."""
    values = {"name": person.name, "role": person.role, "active": person.active}
    statement = upsert(PERSONS).values(id=person.id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def persons(connection: Connection) -> tuple[Person, ...]:
    """Everybody who works or worked with this vault, by staff number."""
    columns = (PERSONS.c.id, PERSONS.c.name, PERSONS.c.role, PERSONS.c.active)
    return tuple(
        Person(*row) for row in connection.execute(select(*columns).order_by(PERSONS.c.id))
    )


def add_device(connection: Connection, device: Device) -> None:
    """Make a device known, so that its events can be stored."""
    known = connection.execute(select(func.count()).select_from(DEVICES)).scalar_one()
    values = {"id": device.id, "name": device.name, "own": device.own}
    connection.execute(insert(DEVICES).values(number=known, searched=0, **values))


def devices(connection: Connection) -> tuple[Device, ...]:
    """Every device whose events can be here; this vault's own first."""
    query = select(DEVICES.c.id, DEVICES.c.name, DEVICES.c.own)
    rows = connection.execute(query.order_by(DEVICES.c.own.desc(), DEVICES.c.id))
    return tuple(Device(*row) for row in rows)


def settings(connection: Connection) -> dict[str, str]:
    """All settings of the branch, by key."""
    rows = connection.execute(select(SETTINGS.c.key, SETTINGS.c.value).order_by(SETTINGS.c.key))
    return {row.key: row.value for row in rows}


def put_setting(connection: Connection, key: str, value: str) -> None:
    """Give a setting of the branch a value."""
    statement = upsert(SETTINGS).values(key=key, value=value)
    update = statement.on_conflict_do_update(index_elements=["key"], set_={"value": value})
    connection.execute(update)


def branch_put(branch: Branch, before: Branch) -> tuple[SettingPut, ...]:
    """The events that say which branch a vault belongs to, where it was another before."""
    return tuple(
        SettingPut(key=f"branch.{name}", value=getattr(branch, name))
        for name in _BRANCH
        if getattr(branch, name) != getattr(before, name)
    )


def branch(connection: Connection) -> Branch:
    """The branch this vault belongs to."""
    found = settings(connection)
    return Branch(*(found.get(f"branch.{name}", "") for name in _BRANCH))


def next_number(connection: Connection, day: date) -> str:
    """The next case number of a day, such as `CD20261121-003`, in the order of asking.

    Given within the transaction that uses it, so that no number is lost or given twice. A computer
    that holds the cases of another one puts two letters of its own before the count.
    """
    statement = upsert(NUMBERS).values(day=day.isoformat(), last=1)
    raised = statement.on_conflict_do_update(
        index_elements=["day"], set_={"last": NUMBERS.c.last + 1}
    )
    last = connection.execute(raised.returning(NUMBERS.c.last)).scalar_one()
    code = settings(connection).get("branch.code", "")
    return f"{code}{day:%Y%m%d}-{_letters(connection)}{last:03d}"


def _letters(connection: Connection) -> str:
    """Two letters that come from this device's id; none while it knows of no other's events."""
    if connection.execute(select(SIGNED_HEADS.c.device).limit(1)).first() is None:
        return ""
    own = connection.execute(select(DEVICES.c.id).where(DEVICES.c.own)).scalar_one()
    first, second = divmod(zlib.crc32(own.encode()) % len(_SIGNS) ** 2, len(_SIGNS))
    return _SIGNS[first] + _SIGNS[second]
