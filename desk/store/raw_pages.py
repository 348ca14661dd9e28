"""A damaged encrypted database page by page, without the database: what can be read is read.

SQLCipher seals every page on its own (AES-256-CBC, HMAC-SHA512 over it and its number), so that a
damaged page says so and the others open as ever; SQLite's own tree is not needed to find their
rows, because each leaf holds whole ones. The write-ahead log is read too, every sealed frame of
it: one damaged frame would cost SQLite all later ones.

Formats: https://www.sqlite.org/fileformat2.html and SQLCipher 4 with its default settings.
"""

import functools
import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE = 4096
_RESERVED = 80  # initialisation vector 16, HMAC-SHA512 64
_IV = 16
_USABLE = PAGE - _RESERVED
_SALT = 16
_MAC_MASK = 0x3A
_MAC_ROUNDS = 2
_KEY = 32
_HEAD = 100
_WAL_HEAD = 32
_FRAME_HEAD = 24
_KEPT_PAGES = 4096

_TABLE_LEAF = 0x0D
_INDEX_LEAF = 0x0A
_INDEX_INNER = 0x02

Value = int | float | str | bytes | None
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A row of a leaf: the number it has in a table (None in an index), and its values."""

    number: int | None
    values: Row


class RawPages:
    """The pages of a database file and of its write-ahead log, as far as they open."""

    def __init__(self, path: Path, key: bytes, salt: bytes) -> None:
        self.path = path
        self._key = key
        mask = bytes(byte ^ _MAC_MASK for byte in salt)
        self._mac_key = hashlib.pbkdf2_hmac("sha512", key, mask, _MAC_ROUNDS, _KEY)
        self._file = path.open("rb")
        log_file = path.with_name(path.name + "-wal")
        self._log = log_file.open("rb") if log_file.is_file() else None
        self.count = -(-path.stat().st_size // PAGE)
        self._frames = self._index_frames()
        self.opened: Callable[[int, int | None], bytes | None]
        self.opened = functools.lru_cache(_KEPT_PAGES)(self._opened)
        """A page by its number, from the file or its place in the log; None when it is damaged."""
        self.damaged: set[int] = set()
        """Pages of the file that do not open; known once :meth:`rows` has gone through."""

    def close(self) -> None:
        """Close both files."""
        self._file.close()
        if self._log is not None:
            self._log.close()

    def rows(self) -> Iterator[list[Found]]:
        """What each page that opens holds, page after page, then frame after frame of the log.

        Rows come as often as they are stored, stale ones too: the caller knows which are true.
        """
        for number in range(1, self.count + 1):
            page = self.opened(number, None)
            if page is None:
                self.damaged.add(number)
            else:
                yield self._rows_of(number, page, (None, *reversed(self._frames.get(number, []))))
        for number, places in self._frames.items():
            for place in places:
                page = self.opened(number, place)
                if page is not None:
                    yield self._rows_of(number, page, (place, None))

    def _index_frames(self) -> dict[int, list[int]]:
        """Where the frames of each page begin in the log, those of its present turn only."""
        found: dict[int, list[int]] = {}
        if self._log is None:
            return found
        turn = self._log.read(_WAL_HEAD)[16:24]
        place = _WAL_HEAD
        while len(head := self._log.read(_FRAME_HEAD)) == _FRAME_HEAD:
            if head[8:16] == turn:
                found.setdefault(int.from_bytes(head[:4]), []).append(place + _FRAME_HEAD)
            place += _FRAME_HEAD + PAGE
            self._log.seek(place)
        return found

    def _opened(self, number: int, place: int | None) -> bytes | None:
        """A page from its place in the file, or from `place` in the log; None when it is damaged.

        The first page comes back with its first sixteen bytes, the salt, blank.
        """
        raw = self._raw(number, place)
        if len(raw) != PAGE:
            return None
        begin = _SALT if number == 1 else 0
        sealed, seal = raw[begin : _USABLE + _IV], raw[_USABLE + _IV :]
        expected = hmac.digest(self._mac_key, sealed + number.to_bytes(4, "little"), "sha512")
        if not hmac.compare_digest(expected, seal):
            return None
        from cryptography.hazmat.primitives.ciphers import Cipher
        from cryptography.hazmat.primitives.ciphers.algorithms import AES
        from cryptography.hazmat.primitives.ciphers.modes import CBC

        vector = raw[_USABLE : _USABLE + _IV]
        decryptor = Cipher(AES(self._key), CBC(vector)).decryptor()
        return bytes(begin) + decryptor.update(raw[begin:_USABLE]) + decryptor.finalize()

    def _raw(self, number: int, place: int | None) -> bytes:
        if place is None:
            self._file.seek((number - 1) * PAGE)
            return self._file.read(PAGE)
        if self._log is None:
            return b""
        self._log.seek(place)
        return self._log.read(PAGE)

    def _rows_of(self, number: int, page: bytes, turns: Sequence[int | None]) -> list[Found]:
        begin = _HEAD if number == 1 else 0
        kind = page[begin]
        if kind not in {_TABLE_LEAF, _INDEX_LEAF, _INDEX_INNER}:
            return []
        count = int.from_bytes(page[begin + 3 : begin + 5])
        pointers = begin + (12 if kind == _INDEX_INNER else 8)
        found = []
        for cell in range(count):
            at = pointers + 2 * cell
            row = self._row(page, int.from_bytes(page[at : at + 2]), kind, turns)
            if row is not None:
                found.append(row)
        return found

    def _row(self, page: bytes, at: int, kind: int, turns: Sequence[int | None]) -> Found | None:
        """The row of the cell at this offset; None when it is no row or not all of it is there."""
        if kind == _INDEX_INNER:
            at += 4
        try:
            size, at = _varint(page, at)
            number = None
            if kind == _TABLE_LEAF:
                number, at = _varint(page, at)
            body = self._body(page, at, size, kind, turns)
            return None if body is None else Found(number, values_of(body))
        except (IndexError, ValueError):
            return None

    def _body(
        self, page: bytes, at: int, size: int, kind: int, turns: Sequence[int | None]
    ) -> bytes | None:
        """A record's bytes, those on overflow pages included."""
        local = _local(size, kind)
        body = page[at : at + local]
        if local == size:
            return body
        following = int.from_bytes(page[at + local : at + local + 4])
        for turn in turns:
            whole = self._chained(body, following, size, turn)
            if whole is not None:
                return whole
        return None

    def _chained(self, body: bytes, number: int, size: int, turn: int | None) -> bytes | None:
        """`body` with what the chain of overflow pages from `number` on adds to it.

        `turn` None prefers pages of the file, else those of the log.
        """
        pieces = [body]
        missing = size - len(body)
        while missing > 0:
            if not 0 < number <= self.count + len(self._frames):
                return None
            logged = self._frames.get(number, [])
            places = [None, *reversed(logged)] if turn is None else [*reversed(logged), None]
            opened = (self.opened(number, place) for place in places)
            page = next((one for one in opened if one is not None), None)
            if page is None:
                return None
            piece = page[4 : min(_USABLE, 4 + missing)]
            pieces.append(piece)
            missing -= len(piece)
            number = int.from_bytes(page[:4])
        return b"".join(pieces)


def _local(size: int, kind: int) -> int:
    """How much of a record lies in its own page."""
    most = _USABLE - 35 if kind == _TABLE_LEAF else (_USABLE - 12) * 64 // 255 - 23
    if size <= most:
        return size
    least = (_USABLE - 12) * 32 // 255 - 23
    found = least + (size - least) % (_USABLE - 4)
    return found if found <= most else least


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    """An integer of one to nine bytes, and where it ends."""
    value = 0
    for place in range(8):
        byte = raw[at + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    value = value << 8 | raw[at + 8]
    return value - (1 << 64) if value >> 63 else value, at + 9


_SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)


def values_of(body: bytes) -> Row:
    """The values of a record. ValueError or IndexError when it is none."""
    head, at = _varint(body, 0)
    values: list[Value] = []
    place = head
    while at < head:
        kind, at = _varint(body, at)
        size = (kind - 12) // 2 if kind >= 12 else _SIZES[kind]
        raw = body[place : place + size]
        if len(raw) != size:
            raise ValueError("a record shorter than it says")
        place += size
        values.append(_value(kind, raw))
    return tuple(values)


def _value(kind: int, raw: bytes) -> Value:
    if kind >= 12:
        return raw.decode() if kind % 2 else raw
    if kind in {8, 9}:
        return kind - 8
    if kind == 0:
        return None
    if kind == 7:
        raise ValueError("no table here holds fractions")
    return int.from_bytes(raw, signed=True)
