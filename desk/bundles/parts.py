"""A bundle in parts, for sticks and mails that do not take it whole: `name.cdx.1of3` and so on.

    CDXP  u8 format  32 bytes bundle  u16 number  u16 of  u64 offset  u64 length  32 bytes piece  …

`bundle` is the hash of the bundle, `piece` the SHA-256 of the bytes that follow, which are those of
the bundle from `offset` on; integers are big-endian. What a part is, its head says, whatever its
file is called.
"""

import hashlib
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from desk.bundles import container, faults
from desk.bundles.body import Progress, nobody
from desk.errors import BundleRefused, BundleUnread

FORMAT = 1
_MAGIC = b"CDXP"
_HEAD = struct.Struct(">4sB32sHHQQ32s")
_BLOCK = 1 << 20
_MOST = 9_999
_LARGEST = 1 << 53


@dataclass(frozen=True, slots=True)
class Part:
    """What the head of a part says, and where the part is."""

    path: Path
    bundle: bytes
    number: int
    of: int
    offset: int
    length: int
    digest: bytes


def cut(
    bundle: Path, folder: Path, part_bytes: int, progress: Progress = nobody
) -> tuple[Path, ...]:
    """Write a bundle into a folder in parts of at most so many bytes; gives their places.

    Goes on where it was broken off: a part that is there and whole is left as it is. Raises
    `BundleUnread`, `BundleUnwritten`, `FolderMissing`, what `progress` raises, and BundleRefused
    for a bundle that is none.
    """
    payload = part_bytes - _HEAD.size
    with faults.opened(bundle) as stream:
        sha256 = bytes.fromhex(container.read_head(stream).sha256)
        with faults.reading(bundle):
            size = stream.seek(0, 2)
        count = -(-size // max(1, payload))
        if payload < 1 or count > _MOST:
            raise ValueError("parts of this size would be too many")
        written = []
        for number in range(1, count + 1):
            path = folder / f"{bundle.name}.{number}of{count}"
            offset = payload * (number - 1)
            length = min(payload, size - offset)
            wanted = Part(path, sha256, number, count, offset, length, b"")
            if not _is_there(wanted):
                _write(wanted, bundle, stream)
            written.append(path)
            progress(number / count)
    return tuple(written)


def _is_there(wanted: Part) -> bool:
    """Whether the part is at its place already, to the last byte."""
    try:
        found = head_of(wanted.path)
        with faults.opened(wanted.path) as stream, faults.reading(wanted.path):
            stream.seek(_HEAD.size)
            digest = _hashed(stream)
    except (BundleRefused, BundleUnread):
        return False
    if found is None or digest != found.digest:
        return False
    return _fields(found) == _fields(wanted)


def _fields(part: Part) -> tuple[object, ...]:
    return part.bundle, part.number, part.of, part.offset, part.length


def _hashed(stream: BinaryIO) -> bytes:
    found = hashlib.sha256()
    while block := stream.read(_BLOCK):
        found.update(block)
    return found.digest()


def _write(part: Part, bundle: Path, stream: BinaryIO) -> None:
    """Write one part; its head last, as it holds the hash of what follows."""
    digest = hashlib.sha256()
    left = part.length
    with faults.draft(part.path) as written:
        with faults.reading(bundle):
            stream.seek(part.offset)
        with faults.writing(part.path):
            written.seek(_HEAD.size)
        while left:
            with faults.reading(bundle):
                block = stream.read(min(_BLOCK, left))
            if not block:
                raise BundleRefused(reason="cut")
            digest.update(block)
            left -= len(block)
            with faults.writing(part.path):
                written.write(block)
        with faults.writing(part.path):
            written.seek(0)
            written.write(_HEAD.pack(_MAGIC, FORMAT, *_fields(part), digest.digest()))


def head_of(path: Path) -> Part | None:
    """What the head of a file says when it is a part of a bundle, else None.

    Raises BundleRefused `not_ours` for what is no file, `too_new` and `part_changed`, and
    `BundleUnread`.
    """
    with faults.opened(path) as stream, faults.reading(path):
        begin = stream.read(_HEAD.size)
        size = stream.seek(0, 2)
    if begin[:4] != _MAGIC:
        return None
    if len(begin) > 4 and begin[4] > FORMAT:
        raise BundleRefused(reason="too_new")
    if len(begin) < _HEAD.size:
        raise _changed(path)
    _magic, _version, bundle, number, of, offset, length, digest = _HEAD.unpack(begin)
    if not 1 <= number <= of <= _MOST or size != _HEAD.size + length or offset > _LARGEST:
        raise _changed(path)
    return Part(path, bundle, number, of, offset, length, digest)


def _changed(*paths: Path) -> BundleRefused:
    return BundleRefused(reason="part_changed", parts=tuple(path.name for path in paths))


def gather(paths: Sequence[Path]) -> tuple[Part, ...]:
    """The parts of one bundle in order: those given, or for a single one all in its folder.

    Raises as :func:`head_of` does, and BundleRefused `part_foreign` or `part_missing`.
    """
    found = [_surely(path) for path in paths]
    first = found[0]
    if len(found) == 1:
        found += _beside(first)
    foreign = [part.path.name for part in found if part.bundle != first.bundle]
    if foreign:
        raise BundleRefused(reason="part_foreign", parts=tuple(foreign))
    return _in_order(found)


def _surely(path: Path) -> Part:
    part = head_of(path)
    if part is None:
        raise BundleRefused(reason="not_ours")
    return part


def _beside(first: Part) -> Iterator[Part]:
    """The other parts of its bundle in the same folder, whatever they are called."""
    for path in sorted(first.path.parent.glob("*.cdx*")):
        if path == first.path or path.name.endswith(faults.PART) or not path.is_file():
            continue
        try:
            part = head_of(path)
        except BundleRefused:
            # Named like a part of this bundle, a broken file is told; a stranger's is not ours.
            if path.name.rpartition(".")[0] == first.path.name.rpartition(".")[0]:
                raise
            continue
        if part is not None and part.bundle == first.bundle:
            yield part


def _in_order(found: Sequence[Part]) -> tuple[Part, ...]:
    """One part for each number, each beginning where the one before ends."""
    of = found[0].of
    placed: dict[int, Part] = {}
    for part in found:
        other = placed.setdefault(part.number, part)
        if part.of != of or (_fields(other), other.digest) != (_fields(part), part.digest):
            raise _changed(other.path, part.path)
    missing = tuple(number for number in range(1, of + 1) if number not in placed)
    if missing:
        raise BundleRefused(reason="part_missing", parts=missing)
    at = 0
    for number in range(1, of + 1):
        if placed[number].offset != at:
            raise _changed(placed[number].path)
        at += placed[number].length
    return tuple(placed[number] for number in range(1, of + 1))


class Joined:
    """The bytes of a bundle from its parts, read once from the beginning to the end.

    Each part is held against the hash in its head as soon as it went by. Raises `BundleUnread`,
    and BundleRefused `part_changed`.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._pieces = self._blocks()
        self._block = b""

    def read(self, size: int, /) -> bytes:
        """The next bytes: as many as that, unless the bundle ends."""
        while len(self._block) < size and (block := next(self._pieces, b"")):
            self._block += block
        found, self._block = self._block[:size], self._block[size:]
        return found

    def rest(self) -> None:
        """Go on to the end, so that a damaged part is told."""
        for _block in self._pieces:
            self._block = b""

    def _blocks(self) -> Iterator[bytes]:
        for part in self._parts:
            digest = hashlib.sha256()
            with faults.opened(part.path) as stream:
                with faults.reading(part.path):
                    stream.seek(_HEAD.size)
                while block := self._next(part, stream):
                    digest.update(block)
                    yield block
            if digest.digest() != part.digest:
                raise _changed(part.path)

    def _next(self, part: Part, stream: BinaryIO) -> bytes:
        with faults.reading(part.path):
            return stream.read(_BLOCK)
