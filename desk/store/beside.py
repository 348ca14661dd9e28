"""What stands beside the log and follows from it: people, settings, numbers, case keys, schema.

Whoever has the database open could change these rows and leave every chain whole. So each is held
against what the log tells. The projections of cases are `desk.store.check`'s.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from sqlalchemy import Boolean, Connection, Integer, LargeBinary, String

from desk import paths
from desk.domain.events import Event, PersonPut, SettingPut
from desk.domain.proof import Finding
from desk.store import log, migrate, raw
from desk.store.raw import Value
from desk.store.rows import EVENTS, METADATA

_PEOPLE = "SELECT id, name, role, active FROM persons"
_SETTINGS = "SELECT key, value FROM settings"
_NUMBERS = "SELECT day, last FROM numbers"
_SEARCHED = (
    "SELECT id FROM devices WHERE searched > 0 AND NOT EXISTS"
    " (SELECT 1 FROM events WHERE position = devices.number * ? + searched)"
)
_OPENED = (
    "SELECT CAST(public AS BLOB) FROM events WHERE kind = 'case_opened'"
    " AND device IN (SELECT id FROM devices WHERE own)"
)
_KINDS: dict[type, str] = {
    String: "text",
    Integer: "integer",
    Boolean: "integer",
    LargeBinary: "blob",
}
_NUMBER = re.compile(r"(\d{4})(\d\d)(\d\d)-[A-Z]{0,2}(\d{3,9})$")


def types(connection: Connection) -> Iterator[Finding]:
    """Columns that hold values of a type that nobody writes there; of the log, `chains` tells."""
    for table in METADATA.sorted_tables:
        if table is EVENTS:
            continue
        for column in table.c:
            kind = _KINDS[type(column.type)]
            wanted = f"('{kind}', 'null')" if column.nullable else f"('{kind}')"
            wrong = f'typeof("{column.name}") NOT IN {wanted}'
            if isinstance(column.type, Boolean):
                wrong += f' OR "{column.name}" NOT IN (0, 1)'
            query = f"SELECT 1 FROM {table.name} WHERE {wrong} LIMIT 1"  # noqa: S608 - names of ours
            if raw.every(connection, query):
                yield Finding("structure", detail=f"type of {table.name}.{column.name}")


def faults(connection: Connection, happened: Sequence[Event]) -> Iterator[Finding]:
    """What differs from the log, `happened` being all that happened to the vault, in order."""
    yield from _schema(connection)
    yield from _revision(connection)
    yield from _searched(connection)
    told = [event.payload for event in happened]
    people = {
        one.person: (one.name, one.role, int(one.active))
        for one in told
        if isinstance(one, PersonPut)
    }
    settings = {one.key: (one.value,) for one in told if isinstance(one, SettingPut)}
    yield from _compared("people", people, _by_first(connection, _PEOPLE))
    yield from _compared("settings", settings, _by_first(connection, _SETTINGS))
    yield from _numbers(connection)


def _schema(connection: Connection) -> Iterator[Finding]:
    """Tables, indexes and triggers that are not those of a new vault: the log's guards, say."""
    made = (paths.DB / "schema.sql").read_text(encoding="utf-8")
    differing = {*_statements(made)} ^ {*_statements(migrate.head_schema(connection))}
    for name in sorted({" ".join(statement.split()[:3]) for statement in differing}):
        yield Finding("structure", detail=f"not as made: {name}")


def _revision(connection: Connection) -> Iterator[Finding]:
    found = raw.every(connection, "SELECT version_num FROM alembic_version")
    if found != [(migrate.revisions()[-1],)]:
        yield Finding("structure", detail="revision")


def _searched(connection: Connection) -> Iterator[Finding]:
    """Devices of whose log the search index is said to hold more than there is."""
    for device in raw.every(connection, _SEARCHED, log.PLACES):
        yield Finding("search", device=str(device[0]), detail="ahead of the log")


def _statements(schema: str) -> list[str]:
    return schema.removesuffix(";\n").split(";\n\n")


def _numbers(connection: Connection) -> Iterator[Finding]:
    """Case numbers that this device gave twice, and days whose count is not what was given.

    Cases that came from elsewhere under their own numbers have no count here, and need none.
    """
    given: list[str] = []
    for (public,) in raw.every(connection, _OPENED):
        if isinstance(public, bytes):
            with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
                given.append(msgspec.json.decode(public, type=_Opened).number)
    last: dict[Value, int] = {}
    for found in filter(None, map(_NUMBER.search, given)):
        day = "-".join(found.groups()[:3])
        last[day] = max(last.get(day, 0), int(found[4]))
    again = len(given) - len({*given})
    if again:
        yield Finding("duplicate", detail=f"case numbers: {again}")
    counts = raw.every(connection, _NUMBERS)
    # More than was given is what a restored vault has, and what makes nothing come twice.
    differing = [day for day, count in counts if _less(count, last.get(day, 0))]
    if differing:
        yield Finding("projection", detail=f"numbers: {len(differing)}")


def _less(count: Value, given: int) -> bool:
    return not isinstance(count, int) or count < given


class _Opened(msgspec.Struct):
    """The part of an opening that says which number it took."""

    number: str


def _by_first(connection: Connection, query: str) -> dict[Value, tuple[Value, ...]]:
    return {row[0]: row[1:] for row in raw.every(connection, query)}


def _compared(
    what: str, told: Mapping[str, tuple[Value, ...]], kept: Mapping[Value, tuple[Value, ...]]
) -> Iterator[Finding]:
    differing = [key for key in {*told, *kept} if told.get(str(key)) != kept.get(key)]
    if differing:
        yield Finding("projection", detail=f"{what}: {len(differing)}")
