"""What of a vault's chains goes out, and the frames of it, for `desk.bundles` to write.

A vault passes on every chain that it holds, each as far as its own device signed it. What goes is
settled on the vault's thread; the frames are read through a connection of their own, on any thread,
while people go on working: a chain only grows, and a stretch of it stays what it was.
"""

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from sqlalchemy import ColumnElement, Connection, case, func, select

from desk.domain.events import VAULT, Event
from desk.domain.exchange import (
    BLOCK_BYTES,
    AnyFrame,
    CaseKeys,
    EventRow,
    Events,
    FileBegun,
    FileBytes,
    Range,
    StandIns,
    head_said,
)
from desk.errors import AttachmentLost, BundleRefused
from desk.store import attachments, case_keys, device_keys, exchange, log, session
from desk.store.chain import Cipher, Record, open_record, sealed_digest
from desk.store.engine import Database, connect
from desk.store.rows import CASE_KEYS, EVENTS, SIGNED_HEADS
from desk.store.vault import Vault, events_of

EventsOf = Callable[[str], tuple[Event, ...]]
"""All events of a case."""
StandIn = Callable[[Event, EventsOf], bytes]
"""What stands for the sealed attributes of an event, as JSON, when they are withheld."""

Frames = Iterator[AnyFrame]
"""The body of a bundle, piece by piece."""

_KEYS_EACH = 2_000


@dataclass(frozen=True, slots=True)
class Source:
    """A vault that is open here, as far as another thread needs it to read from it."""

    path: Path
    key: bytes = field(repr=False)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Database]:
        """A connection of this thread's own."""
        database = connect(self.path, self.key)
        try:
            yield database
        finally:
            database.dispose()


def source_of(vault: Vault) -> Source:
    """What it takes to read from a vault on another thread."""
    return Source(vault.database.path, vault.opened.key)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What would go to somebody: stretches of chains, and what is in them.

    `files` are the attachments by the hash of their encrypted form, with their size in bytes.
    `have` is the sequence number held of each device's chain. `first_ms` and `last_ms` are when the
    earliest of it was written, and the latest (ms since 1970 UTC; 0 when there is nothing).
    `pseudonyms` is the key of the branch's pseudonyms, for its own computers only.
    """

    ranges: tuple[Range, ...]
    have: Mapping[str, int]
    cases: tuple[str, ...]
    files: Mapping[str, int]
    first_ms: int = 0
    last_ms: int = 0
    pseudonyms: bytes = field(default=b"", repr=False)

    @property
    def events(self) -> int:
        """How many events would go."""
        return sum(one.count for one in self.ranges)


def have(vault: Vault) -> dict[str, int]:
    """The sequence number of the last event held of each device's chain."""
    return {head.device: head.seq for head in vault.heads()}


def waiting(vault: Vault, known: Mapping[str, int]) -> int:
    """How many events of cases somebody lacks who holds `known` of each device's chain.

    What happens to the vault itself is not counted: sending and being answered is a part of it.
    """
    count = 0
    with session.reading(vault.database) as connection:
        for tip in log.tips(connection):
            first = known.get(tip.device, 0) + 1
            places = (log.position(tip.chain, first), log.position(tip.chain, tip.seq))
            of_vault = select(func.count()).where(
                EVENTS.c.case_id == VAULT, EVENTS.c.position.between(*places)
            )
            if tip.seq >= first:
                count += tip.seq + 1 - first - connection.execute(of_vault).scalar_one()
    return count


def outgoing(vault: Vault, known: Mapping[str, int], *, actor: str, wall_ms: int) -> Outgoing:
    """What goes to somebody who holds `known` of each device's chain.

    Of another device's chain only what came here signed by it.
    """
    device_keys.own(vault, actor=actor, wall_ms=wall_ms)
    with session.reading(vault.database) as connection:
        ended = {one.peer for one in exchange.peers(connection) if not one.active}
        tips = [tip for tip in log.tips(connection) if tip.device not in ended]
        keys = device_keys.every(connection)
        going = [_going(connection, tip, known.get(tip.device, 0), keys) for tip in tips]
        ranges = tuple(one for one in going if one is not None)
        held = {tip.device: tip.seq for tip in log.tips(connection)}
        cases, named = _contents(connection, ranges)
        first, last = _times(connection, ranges)
    folder = attachments.folder_of(vault.database.path)
    sizes = {file: attachments.place(folder, file) for file in named}
    files = {file: path.stat().st_size for file, path in sizes.items() if path.exists()}
    return Outgoing(ranges, held, cases, files, first, last)


def _times(connection: Connection, ranges: Iterable[Range]) -> tuple[int, int]:
    """When the first event of any range was written, and the last."""
    chains = log.chains(connection)
    ends = [
        log.position(chains[one.device], seq) for one in ranges for seq in (one.after + 1, one.to)
    ]
    asked = select(EVENTS.c.wall_ms).where(EVENTS.c.position.in_(ends))
    found = list(connection.execute(asked).scalars())
    return min(found, default=0), max(found, default=0)


def _going(
    connection: Connection, tip: log.Tip, after: int, keys: Mapping[str, device_keys.DeviceKeys]
) -> Range | None:
    """The stretch of a chain after a place, as far as it is signed; None when there is none."""
    to, signature = _signed_end(connection, tip, keys)
    before = log.hash_at(connection, tip.chain, tip.device, after)
    head = log.hash_at(connection, tip.chain, tip.device, to)
    if after >= to or before is None or head is None:
        return None
    said = signature or keys[tip.device].sign(head_said(tip.device, to, head.hex()))
    return Range(
        device=tip.device,
        after=after,
        before=before.hex(),
        to=to,
        head=head.hex(),
        signature=said.hex(),
    )


def _signed_end(
    connection: Connection, tip: log.Tip, keys: Mapping[str, device_keys.DeviceKeys]
) -> tuple[int, bytes]:
    """How far a chain is signed, and the signature unless it is this vault's to give."""
    if tip.device in keys:
        return tip.seq, b""
    query = select(SIGNED_HEADS.c.seq, SIGNED_HEADS.c.signature)
    row = connection.execute(query.where(SIGNED_HEADS.c.device == tip.device)).one_or_none()
    return (0, b"") if row is None else (row.seq, row.signature)


def _contents(
    connection: Connection, ranges: Iterable[Range]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """The cases that ranges tell of, and the attachments they name; every page is read once."""
    chains = log.chains(connection)
    cases: dict[str, None] = {}
    files: set[str] = set()
    attached = case((EVENTS.c.kind == "attached", EVENTS.c.public))
    told = select(EVENTS.c.case_id, attached).where(EVENTS.c.case_id != VAULT).distinct()
    for one in ranges:
        for row in connection.execute(told.where(_places(chains[one.device], one))):
            cases[row[0]] = None
            if row[1] is not None:
                files.add(_ATTACHED.decode(row[1]).file)
    return tuple(cases), frozenset(files)


class _Attached(msgspec.Struct):
    file: str


_ATTACHED = msgspec.json.Decoder(_Attached)


def _places(chain: int, one: Range) -> ColumnElement[bool]:
    first, last = log.position(chain, one.after + 1), log.position(chain, one.to)
    return EVENTS.c.position.between(first, last)


def frames(database: Database, going: Outgoing, stand_in: StandIn | None = None) -> Frames:
    """The body of a bundle: keys, events, files; each piece read when it is asked for.

    With `stand_in` neither keys nor files go, and of each sealed part only its digest.
    """
    if going.pseudonyms:
        yield CaseKeys(((VAULT, case_keys.PSEUDONYMS, going.pseudonyms),))
    if stand_in is None:
        yield from _keys(database, going.cases)
    with session.reading(database) as connection:
        chains = log.chains(connection)
    for one in going.ranges:
        yield from _events(database, chains[one.device], one, stand_in)
    if stand_in is None:
        folder = attachments.folder_of(database.path)
        for file in going.files:
            yield from _file(folder, file)


def _keys(database: Database, cases: tuple[str, ...]) -> Frames:
    columns = (CASE_KEYS.c.case_id, CASE_KEYS.c.sitting, CASE_KEYS.c.key)
    for start in range(0, len(cases), _KEYS_EACH):
        wanted = CASE_KEYS.c.case_id.in_(cases[start : start + _KEYS_EACH])
        with session.reading(database) as connection:
            rows = connection.execute(select(*columns).where(wanted)).all()
        yield CaseKeys(tuple((row[0], row[1], row[2]) for row in rows))


def _events(database: Database, chain: int, one: Range, stand_in: StandIn | None) -> Frames:
    told = functools.partial(events_of, database)
    after = one.after
    while after < one.to:
        opened: list[Event] = []
        with session.reading(database) as connection:
            if stand_in is None:
                rows = log.rows(connection, chain, after, one.to)
            else:
                block = next(log.stretch(connection, chain, after, one.to), [])
                rows = tuple(_withheld(record) for record in block)
                opened += _unsealed(connection, block)
        if not rows:
            raise BundleRefused(reason="gap", device=one.device, after=after, have=after)
        yield Events(one.device, after + 1, rows)
        if stand_in is not None and opened:
            yield StandIns(one.device, tuple((each.seq, stand_in(each, told)) for each in opened))
        after += len(rows)


def _withheld(record: Record) -> EventRow:
    """An event on its way, of its sealed part only the digest."""
    sealed = sealed_digest(record.nonce, record.sealed) if record.nonce else record.sealed
    return EventRow(
        record.id,
        record.wall_ms,
        record.counter,
        record.actor,
        record.case_id,
        record.kind,
        record.pack,
        record.public,
        b"",
        sealed,
    )


def _unsealed(connection: Connection, block: Iterable[Record]) -> Iterator[Event]:
    """The events of a block that have a sealed part; what stands for it may ask the vault."""
    ciphers: dict[str, Mapping[str, Cipher]] = {}
    for record in block:
        if record.nonce:
            case = record.case_id
            if case not in ciphers:
                ciphers[case] = case_keys.ciphers(connection, case)
            yield open_record(record, ciphers[case])


def _file(folder: Path, file: str) -> Frames:
    path = attachments.place(folder, file)
    try:
        stream = path.open("rb")
    except OSError as fault:
        raise AttachmentLost(reason="attachment_missing", file=file) from fault
    with stream:
        yield FileBegun(file, path.stat().st_size)
        while data := stream.read(BLOCK_BYTES):
            yield FileBytes(data)
