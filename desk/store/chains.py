"""Verifying the log: every device's chain from its genesis, every hash, every mark, every place.

The rows are read as bytes and hashed as they lie, without making objects of them: this is what a
check of a large vault waits for. `tests/bench/check.py` holds it against bare hashing.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from desk.domain.exchange import EventRow
from desk.domain.proof import Finding
from desk.store import log, raw
from desk.store.chain import Record, genesis, is_sound, marker, sealed_digest

_Row = tuple[Any, ...]

_KINDS = {
    "text": ("id", "device", "actor", "case_id", "kind", "pack"),
    "integer": ("seq", "wall_ms", "counter"),
    "blob": ("public", "nonce", "sealed", "prev_hash", "hash", "mac"),
}
_WRONG = " OR ".join(
    f"typeof({name}) <> '{kind}'" for kind, names in _KINDS.items() for name in names
)
_DEVICES = "SELECT CAST(id AS BLOB), number FROM devices"
_READABLE = f"SELECT {', '.join(log.NAMES)} FROM events WHERE NOT ({_WRONG})"  # noqa: S608
_OF_CASE = f"{_READABLE} AND case_id = ? ORDER BY position"
_BEFORE = (
    "SELECT one.device, one.seq, earlier.hash FROM events AS one"
    " LEFT JOIN events AS earlier ON earlier.position = one.position - 1 WHERE one.case_id = ?"
)
_OF_KIND = f"{_READABLE} AND kind = ? ORDER BY position"
_IN_ORDER = (
    "SELECT position, id, device, seq, wall_ms, counter, actor, case_id, kind, pack, public,"  # noqa: S608 - names of ours
    f" nonce, sealed, prev_hash, hash, mac, {_WRONG} FROM events ORDER BY position"
)


class _Beginnings(dict[int, bytes]):
    """What stands before a value of so many bytes when it is hashed: its length, and its kind."""

    def __init__(self, kind: bytes) -> None:
        super().__init__()
        self._kind = kind

    def __missing__(self, length: int) -> bytes:
        found = self[length] = (length + 1).to_bytes(4) + self._kind
        return found


class _Encoded(dict[bytes, bytes]):
    """Texts that come again and again, as they are hashed."""

    def __missing__(self, text: bytes) -> bytes:
        if len(self) >= _MOST_TEXTS:
            self.clear()
        found = self[text] = _TEXT[len(text)] + text
        return found


_MOST_TEXTS = 1 << 16
_TEXT = _Beginnings(b"s")
_BLOB = _Beginnings(b"b")
_NUMBER = _Beginnings(b"i")


class _Said(dict[str, bytes]):
    """Texts on their way that come again and again, as they are hashed."""

    def __missing__(self, text: str) -> bytes:
        if len(self) >= _MOST_TEXTS:
            self.clear()
        found = self[text] = _said(text)
        return found


class Along:
    """Follows the events of a device on their way, as `desk.store.chain.Follower` does, for many.

    `seq` and `head` (hash) are those of the last event it was given.
    """

    def __init__(self, device: str, seq: int, head: bytes) -> None:
        self.seq = seq
        self.head = head
        self._device = _said(device)
        self._known = _Said()

    def hashes(self, rows: Sequence[EventRow]) -> list[bytes]:
        """The hashes of the next events."""
        known, found, own, head = self._known, [], self._device, self.head
        sha256 = hashlib.sha256
        for place, row in enumerate(rows, start=self.seq + 1):
            event, public = row.id.encode(), row.public
            nonce, part = row.nonce, row.sealed
            if nonce:  # as `sealed_digest` says, without the call
                part = sha256(nonce + part).digest()
            number, wall, count = b"%d" % place, b"%d" % row.wall_ms, b"%d" % row.counter
            # fmt: off
            head = sha256(b"".join((
                _TEXT[len(event)], event, own,
                _NUMBER[len(number)], number, _NUMBER[len(wall)], wall, _NUMBER[len(count)], count,
                known[row.actor], known[row.case_id], known[row.kind], known[row.pack],
                _BLOB[len(public)], public, _BLOB[len(part)], part, _BLOB[len(head)], head,
            ))).digest()
            # fmt: on
            found.append(head)
        self.seq += len(found)
        self.head = head
        return found


def _said(text: str) -> bytes:
    encoded = text.encode()
    return _TEXT[len(encoded)] + encoded


def faults(connection: Connection, chain_key: bytes) -> Iterator[Finding]:
    """Faults of each device's chain: no gap, every place, every link, every hash, every mark."""
    numbers = {row[0]: row[1] for row in raw.every(connection, _DEVICES)}
    known, marked = _Encoded(), marker(chain_key)
    device, seq, last, start = b"", 0, b"", 0
    with raw.rows(connection, bytes) as cursor:
        for row in cursor.execute(_IN_ORDER):
            if row[16]:
                yield Finding("payload", detail=f"type of a value at {row[0]}")
                continue
            if row[2] != device:
                device, seq, last = row[2], 0, genesis(_text(row[2]))
                start = _start(numbers.get(device))
            if row[3] != seq + 1:
                yield _at(row, "gap", f"after {seq}")
            if row[0] != start + row[3]:
                yield _at(row, "place")
            if row[13] != last:
                yield _at(row, "link")
            seq, last = row[3], row[14]
            if hashlib.sha256(_hashed(row, known)).digest() != last:
                yield _at(row, "hash")
            if marked(last) != row[15]:
                yield _at(row, "mac")


def of_case(connection: Connection, case_id: str) -> Iterator[Record]:
    """The records of a case that can be looked at at all, however wrong they are.

    Text is what its bytes say, with marks in place of what is no text.
    """
    return _records(connection, _OF_CASE, case_id)


def faults_of_case(connection: Connection, case_id: str, chain_key: bytes) -> Iterator[Finding]:
    """Faults of a case's own events, and of the joint to the one before each of them."""
    before = {(row[0], row[1]): row[2] for row in raw.every(connection, _BEFORE, case_id)}
    for record in of_case(connection, case_id):
        earlier = before.pop((record.device, record.seq), None)
        if not is_sound(record, earlier if isinstance(earlier, bytes) else None, chain_key):
            yield Finding("hash", case_id, record.device, record.seq)
    if before:
        yield Finding("payload", case_id, detail="type of a value")


def of_kind(connection: Connection, kind: str) -> Iterator[Record]:
    """The records of a kind, of all cases, as :func:`of_case` gives them. Reads the whole log."""
    return _records(connection, _OF_KIND, kind)


def _records(connection: Connection, query: str, wanted: str) -> Iterator[Record]:
    with raw.rows(connection, _text) as cursor:
        found = cursor.execute(query, (wanted,)).fetchall()
    for row in found:
        yield Record(*row)


def _hashed(row: _Row, known: _Encoded) -> bytes:
    """What the hash of an event covers, as :func:`desk.store.chain.seal` puts it together."""
    _, event, device, seq, wall_ms, counter, actor, case, kind, pack, *blobs, _, _, _ = row
    public, nonce, sealed, before = blobs
    part = sealed_digest(nonce, sealed)
    place, wall, count = b"%d" % seq, b"%d" % wall_ms, b"%d" % counter
    # fmt: off
    return b"".join((
        _TEXT[len(event)], event, known[device],
        _NUMBER[len(place)], place, _NUMBER[len(wall)], wall, _NUMBER[len(count)], count,
        known[actor], known[case], known[kind], known[pack],
        _BLOB[len(public)], public, _BLOB[len(part)], part, _BLOB[len(before)], before,
    ))
    # fmt: on


def _start(number: raw.Value) -> int:
    """Before the first place of the device of this number; nowhere when there is no device."""
    return log.position(number, 0) if isinstance(number, int) else -1


def _text(found: bytes) -> str:
    return found.decode("utf-8", "replace")


def _at(row: _Row, code: str, detail: str = "") -> Finding:
    return Finding(code, _text(row[7]), _text(row[2]), row[3], detail)
