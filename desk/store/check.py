"""Whether a vault is what its log says: pages, structure, chains, seals, projections, search.

Reads everything and changes nothing; :func:`rebuild` makes projections and search anew. Findings
name case, device and place, never a personal value.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

import msgspec
from sqlalchemy import Connection, LargeBinary, cast, func, select, text

from desk.domain.case import Case
from desk.domain.events import VAULT, Event
from desk.domain.fold import fold
from desk.domain.projection import Projection, SearchText
from desk.domain.proof import Anchor, Finding
from desk.errors import VaultDamaged
from desk.store import (
    anchors,
    beside,
    case_keys,
    chains,
    exchange,
    people,
    projections,
    raw,
    received,
    search,
    session,
    tips,
)
from desk.store.chain import CASE_KEY_BYTES, Cipher, Record, cipher, open_record
from desk.store.projections import Projector, Stored
from desk.store.rows import CASES, EVENTS
from desk.store.vault import Vault

_BATCH = 2000
_SUM_BITS = (1 << 64) - 1
_KEYS = "SELECT sitting, key FROM case_keys WHERE case_id = ?"
_KEYS_ALONE = (
    "SELECT DISTINCT case_id FROM case_keys AS kept"
    " WHERE NOT EXISTS (SELECT 1 FROM events WHERE events.case_id = kept.case_id)"
)


def check(vault: Vault, against: Iterable[Anchor] = ()) -> tuple[Finding, ...]:
    """Every fault found; empty when the vault is sound.

    `against` is what reports, backups and receipts kept outside say of its log.
    """
    found: list[Finding] = []
    try:
        vault.database.checkpoint()
        with session.reading(vault.database) as connection, raw.lenient(connection):
            found.extend(_everything(connection, vault, against))
    except VaultDamaged as fault:
        found.append(Finding("page", detail=str(fault.params.get("reason", ""))))
    return tuple(found)


def _everything(
    connection: Connection, vault: Vault, against: Iterable[Anchor] = ()
) -> Iterator[Finding]:
    yield from log_faults(connection, vault.opened.chain_key)
    for anchor in against:
        yield from anchors.faults(connection, anchor)
    wrong = list(beside.types(connection))
    yield from wrong
    if not wrong:
        yield from _vault(connection)
        yield from _cases(connection, vault.projector)
        yield from received.faults(connection, vault.opened.chain_key)


def readable(vault: Vault, case_id: str) -> tuple[Event, ...]:
    """The events of a case that can be read, in order of hybrid time, whatever became of others."""
    with session.reading(vault.database) as connection, raw.lenient(connection):
        return tuple(_events(connection, case_id).events)


def unsound(vault: Vault, case_id: str) -> tuple[Finding, ...]:
    """The events of a case that are not what was written, or do not follow what they followed."""
    with session.reading(vault.database) as connection, raw.lenient(connection):
        return tuple(chains.faults_of_case(connection, case_id, vault.opened.chain_key))


def reported(vault: Vault) -> tuple[Event, ...]:
    """Every readable event that a report was made, of any case. Looks through the whole log."""
    with session.reading(vault.database) as connection, raw.lenient(connection):
        records = list(chains.of_kind(connection, "reported"))
    opened = (_opened(record, case_keys.NO_CIPHERS)[0] for record in records)
    return tuple(event for event in opened if event is not None)


def log_faults(connection: Connection, chain_key: bytes) -> Iterator[Finding]:
    """Faults of the file and of the log in it, whatever is made of the log."""
    yield from _pages(connection)
    yield from _structure(connection)
    yield from chains.faults(connection, chain_key)
    yield from tips.faults(connection, chain_key)


def rebuild(vault: Vault) -> None:
    """Make projections and search anew from the log, in one transaction.

    What cannot be read is left out of the case it belongs to: :func:`check` names it.
    """
    with session.writing(vault.database) as connection:
        projections.clear(connection)
        people.clear(connection)
        for event in _events(connection, VAULT).events:
            people.project(connection, event.payload)
        for case_id in _case_ids(connection):
            case = fold(case_id, _events(connection, case_id).events)
            projections.put(connection, vault.projector(case), None, index=True)
        search.caught_up(connection)
    vault.forget_memory()


def _pages(connection: Connection) -> Iterator[Finding]:
    for row in connection.exec_driver_sql("PRAGMA cipher_integrity_check"):
        yield Finding("page", detail=str(row[0]))


def _structure(connection: Connection) -> Iterator[Finding]:
    for row in connection.exec_driver_sql("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield Finding("structure", detail=str(row[0]))
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Finding("structure", detail=f"{row[0]} refers to a missing row of {row[2]}")


def _at(record: Record, code: str, detail: str = "") -> Finding:
    return Finding(code, record.case_id, record.device, record.seq, detail)


@dataclass(frozen=True, slots=True)
class _Told:
    """The readable events of a case in order of hybrid time, and faults of the others.

    `keys` are the names of the case's keys, `sealed` those that its sealed parts were sealed with.
    """

    events: list[Event]
    faults: list[Finding]
    keys: frozenset[str]
    sealed: frozenset[str]


def _events(connection: Connection, case_id: str) -> _Told:
    ciphers, faults = _ciphers(connection, case_id)
    events: list[Event] = []
    sealed: set[str] = set()
    for record in chains.of_case(connection, case_id):
        event, found = _opened(record, ciphers)
        faults += found
        if event is not None:
            events.append(event)
            sealed |= {event.payload.sealed_for()} if record.sealed else set()
    again = Counter(event.id for event in events)
    faults += (
        Finding("duplicate", event.case, event.device, event.seq)
        for event in events
        if again[event.id] > 1
    )
    events.sort(key=attrgetter("stamp", "seq"))
    return _Told(events, faults, frozenset(ciphers), frozenset(sealed))


def _ciphers(connection: Connection, case_id: str) -> tuple[dict[str, Cipher], list[Finding]]:
    """The keys of a case by name, as far as they are keys."""
    found: dict[str, Cipher] = {}
    faults: list[Finding] = []
    for name, key in raw.every(connection, _KEYS, case_id):
        if isinstance(key, bytes) and len(key) == CASE_KEY_BYTES:
            found[str(name)] = cipher(key)
        else:
            faults.append(Finding("sealed", case_id, detail="a key that is none"))
    return found, faults


def _key_faults(case: Case, told: _Told) -> Iterator[Finding]:
    """Keys that are missing though nobody forgot the case, and such as should be destroyed."""
    kept = set() if case.forgotten else {case_keys.PERSONAL, case.sitting}
    if kept & told.sealed - told.keys:
        yield Finding("sealed", case.id, detail="key missing")
    if told.keys - kept:
        yield Finding("sealed", case.id, detail="key kept")


def _opened(record: Record, ciphers: Mapping[str, Cipher]) -> tuple[Event | None, list[Finding]]:
    from cryptography.exceptions import InvalidTag

    faults: list[Finding] = []
    event = None
    try:
        try:
            event = open_record(record, ciphers)
        except (InvalidTag, ValueError):
            faults.append(_at(record, "sealed"))
            event = open_record(record, case_keys.NO_CIPHERS)
        if event.payload.kind != record.kind:
            faults.append(_at(record, "payload", "kind"))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        faults.append(_at(record, "payload"))
    return event, faults


def _case_ids(connection: Connection) -> list[str]:
    """Every case the log knows, in the order of their first events."""
    case_id = cast(EVENTS.c.case_id, LargeBinary)
    first = (func.min(EVENTS.c.wall_ms), func.min(EVENTS.c.position))
    query = select(case_id).where(EVENTS.c.case_id != VAULT).group_by(case_id).order_by(*first)
    found = connection.execute(query).scalars()
    return [one.decode("utf-8", "replace") for one in found if one is not None]


def _vault(connection: Connection) -> Iterator[Finding]:
    """What happened to the vault itself: it reads, and people and settings are what it tells."""
    told = _events(connection, VAULT)
    yield from told.faults
    yield from beside.faults(connection, told.events)
    yield from exchange.faults(connection, told.events)


def _cases(connection: Connection, projector: Projector) -> Iterator[Finding]:
    """Each case: its events open, and what is stored of it is what they tell."""
    places = _places(connection)
    waiting = set(search.waiting(connection))
    unmet = set(connection.execute(select(CASES.c.case_id)).scalars())
    for case_id in _case_ids(connection):
        told = _events(connection, case_id)
        yield from told.faults
        stored = projections.stored(connection, case_id)
        if stored is None:
            yield Finding("projection", case_id, detail="not in the ledger")
            continue
        unmet.discard(case_id)
        case = fold(case_id, told.events)
        yield from _key_faults(case, told)
        try:
            new = projector(case)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            # Of values that nobody wrote: their events were reported as changed.
            yield Finding("projection", case_id, detail="cannot be made")
            continue
        found = places.pop(stored.row_id, 0)
        searched = stored.digest if case_id in waiting else search.digest(new.search)
        yield from _compared(case_id, new, stored, searched)
        if case_id not in waiting and found != _sum_of(new.search):
            yield Finding("search", case_id)
    yield from (Finding("projection", case_id, detail="no event") for case_id in sorted(unmet))
    for (alone,) in raw.every(connection, _KEYS_ALONE):
        yield Finding("sealed", str(alone), detail="key of no case")
    yield from (Finding("search", detail=f"row {row_id} of no case") for row_id in places)


def _compared(case_id: str, new: Projection, stored: Stored, searched: bytes) -> Iterator[Finding]:
    pairs = {
        "line": (new.row, stored.row),
        "clocks": (new.clocks, stored.clocks),
        "items": (new.items, stored.items),
        "texts": (searched, stored.digest),
    }
    differing = [name for name, (made, kept) in pairs.items() if made != kept]
    if differing:
        yield Finding("projection", case_id, detail=", ".join(differing))


def _places(connection: Connection) -> dict[int, int]:
    """A sum over all tokens and places in the search index, by row: equal texts, equal sums."""
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE temp.search_places USING fts5vocab(main, search, instance)"
    )
    sums: dict[int, int] = {}
    numbers = {name: number for number, name in enumerate(search.COLUMNS)}
    query = text('SELECT doc, term, col, "offset" FROM temp.search_places')
    with connection.execute(query.execution_options(yield_per=_BATCH)) as rows:
        for row_id, term, column, place in rows:
            one = hash((term, numbers[column], place))
            sums[row_id] = (sums.get(row_id, 0) + one) & _SUM_BITS
    return sums


def _sum_of(texts: SearchText) -> int:
    total = 0
    for number, kept in enumerate(search.columns(texts)):
        for place, term in enumerate(kept.split(" ") if kept else ()):
            total += hash((term, number, place))
    return total & _SUM_BITS
