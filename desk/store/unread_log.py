"""Whether the write-ahead log beside a database holds commits that SQLite will not read.

A process that was killed leaves its last commits in the log, and SQLite takes them up when the
file is next opened, up to the first frame whose checksum fails: one flipped bit, and every later
commit is dropped without a word, acknowledged as it was. Whoever opens the file asks here first.

Format: https://www.sqlite.org/walformat.html
"""

import struct
from collections.abc import Iterator
from pathlib import Path

from desk.store import files, key_file
from desk.store.raw_pages import PAGE, RawPages

_HEAD = 32
_FRAME_HEAD = 24
_BIG = bytes.fromhex("377f0683")
"""Begins a log whose sums were made on a big-endian machine."""
_WORD = 0xFFFF_FFFF

Sum = tuple[int, int]


def copy_of(database: Path) -> Path:
    """Where :func:`keep` puts its copy."""
    return database.with_name(database.name + ".torn")


def keep(database: Path, key: bytes, salt: bytes) -> Path | None:
    """A copy of the database, its log and its keys, made where the log holds commits cut off.

    The copy, `X.vault.torn`, is one that `desk rescue` takes. It is told of until somebody takes
    it away; the first one is nearest to what was lost, so that it is never written over. None when
    there is none, which is nearly always.
    """
    log = database.with_name(database.name + "-wal")
    copy = copy_of(database)
    if not copy.exists():
        if not has_unread(database, key, salt):
            return None
        beside = key_file.path_of(database)
        if beside.exists():
            files.copy_whole(beside, key_file.path_of(copy))
        files.copy_whole(log, copy.with_name(copy.name + "-wal"))
        files.copy_whole(database, copy)
    return copy


def has_unread(database: Path, key: bytes, salt: bytes) -> bool:
    """Whether a whole commit stands in the log of a database behind a frame that was damaged.

    Frames of a transaction that was taken back or could not be finished are no loss: their sums do
    not fit what was written over their beginning, but their pages open. A last commit that was
    being written when the power went is none either: nobody was told that it is stored. Where the
    disk wrote its end before its middle it looks like one: then too much is kept. Damage to the
    sixteen bytes of a frame's turn and sum, of its 4,120, is not told from the former.
    """
    try:
        raw = database.with_name(database.name + "-wal").read_bytes()
    except OSError:
        return False
    if len(raw) <= _HEAD:
        return False
    pages = RawPages(database, key, salt)
    try:
        damaged = not _head_holds(raw)
        for place, holds, commits in _frames(raw):
            if damaged and holds and commits:
                return True
            number = int.from_bytes(raw[place : place + 4])
            damaged = damaged or not (holds or pages.opened(number, place + _FRAME_HEAD))
    finally:
        pages.close()
    return False


def _head_holds(raw: bytes) -> bool:
    return _summed((0, 0), raw[:24], _order(raw)) == _sum_in(raw[24:_HEAD])


def _order(raw: bytes) -> str:
    return ">" if raw[:4] == _BIG else "<"


def _frames(raw: bytes) -> Iterator[tuple[int, bool, bool]]:
    """The frames of a log's present turn: where each begins, whether its sum holds and it commits.

    Frames of an earlier turn may lie behind them. Sums run on from frame to frame; behind one that
    does not hold they are taken up from what it says of itself, so that one flipped bit does not
    make all later frames look broken.
    """
    order = _order(raw)
    total = _summed((0, 0), raw[:24], order)
    # What a damaged head says of the turn may be what was damaged.
    turn = raw[16:24] if _head_holds(raw) else raw[_HEAD + 8 : _HEAD + 16]
    for place in range(_HEAD, len(raw) - _FRAME_HEAD - PAGE + 1, _FRAME_HEAD + PAGE):
        head = raw[place : place + _FRAME_HEAD]
        if head[8:16] != turn:
            return
        body = raw[place + _FRAME_HEAD : place + _FRAME_HEAD + PAGE]
        total = _summed(_summed(total, head[:8], order), body, order)
        told = _sum_in(head[16:])
        yield place, total == told, head[4:8] != bytes(4)
        total = told


def _sum_in(raw: bytes) -> Sum:
    return int.from_bytes(raw[:4]), int.from_bytes(raw[4:])


def _summed(total: Sum, raw: bytes, order: str) -> Sum:
    first, second = total
    words = struct.unpack(f"{order}{len(raw) // 4}I", raw)
    for place in range(0, len(words), 2):
        first = (first + words[place] + second) & _WORD
        second = (second + words[place + 1] + first) & _WORD
    return first, second
