"""The body of a bundle: frames, packed by zstd, encrypted in the age format, bit by bit both ways.

A frame is its length (u32, big-endian) and MessagePack. The age library pulls what it encrypts from
an object and pushes it into another, and swallows what goes wrong in there; each keeps its fault.
However much there is, a frame and a few megabytes are in memory.
"""

import hashlib
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from desk.bundles import faults
from desk.bundles.container import Reader
from desk.bundles.contents import FileMismatch, Mismatch, Tally, most_bytes
from desk.domain.exchange import (
    BLOCK_PARTS,
    FRAME_BYTES,
    AnyFrame,
    CaseKeys,
    Events,
    Manifest,
    StandIns,
    Take,
)
from desk.errors import AttachmentLost, BundleRefused

_BLOCK = 1 << 20
_LEVEL = 3
_WINDOW = 1 << 23
"""A body that needs more memory than this to be unpacked was not packed here."""
_UNPACKED_AT_ONCE = 1 << 17
_LENGTH = struct.Struct(">I")
_DECODER: msgspec.msgpack.Decoder[AnyFrame] = msgspec.msgpack.Decoder(AnyFrame)

Progress = Callable[[float], None]
"""Is told the share done, from 0 to 1; what it raises ends the work."""


def nobody(_share: float) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A body that was written: the SHA-256 (hex) of its encrypted bytes, how many, its files."""

    sha256: str
    size: int
    files: int


def seal(
    frames: Iterable[AnyFrame],
    manifest: Manifest,
    stream: BinaryIO,
    target: Path,
    recipients: Sequence[str],
    progress: Progress = nobody,
) -> Sealed:
    """Write frames as a body into `stream`, the file that is to be `target`.

    `recipients` are public age keys. Raises what `frames` raises, `AttachmentLost` for a file that
    is not what its name says, `Mismatch` when frames are not what the manifest says, and
    `BundleUnwritten`.
    """
    import pyrage

    tally = Tally(manifest)
    source, sink = _Packed(frames, tally, progress), _Sink(stream, target)
    keys = [pyrage.x25519.Recipient.from_str(key) for key in recipients]
    try:
        pyrage.encrypt_io(source, sink, keys)
    except (OSError, pyrage.EncryptError) as fault:
        raise source.fault or sink.fault or fault from None
    broken = source.fault or sink.fault
    if broken is not None:
        raise broken
    return Sealed(sink.digest.hexdigest(), sink.size, tally.files)


def unseal(
    stream: Reader,
    manifest: Manifest,
    identity: str,
    take: Take,
    progress: Progress = nobody,
) -> None:
    """Give `take` every frame of the body that `stream` holds.

    `identity` is a private age key. Raises what `take` and `stream` raise, and BundleRefused
    `not_for_us`, `changed`, `cut` or `too_large`; nothing that was given counts then.
    """
    import pyrage

    source = _Encrypted(stream, manifest.size, progress)
    sink = _Unpacking(_Frames(manifest, take))
    key = pyrage.x25519.Identity.from_str(identity)
    try:
        pyrage.decrypt_io(source, sink, [key])
    except (OSError, pyrage.DecryptError) as fault:
        broken = source.fault or sink.fault
        if broken is not None:
            raise broken from None
        whole = source.rest() == manifest.body
        for_others = whole and isinstance(fault, pyrage.DecryptError)
        raise BundleRefused(reason="not_for_us" if for_others else "changed") from None
    broken = source.fault or sink.fault
    if broken is not None:
        raise broken
    if source.rest() != manifest.body:
        raise BundleRefused(reason="changed")
    sink.end()


class _Packed:
    """Frames on their way to be encrypted."""

    def __init__(self, frames: Iterable[AnyFrame], tally: Tally, progress: Progress) -> None:
        self._pieces = _packed(frames, tally, progress)
        self._block = b""
        self._at = 0
        self.fault: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        if self._at >= len(self._block):
            try:
                self._block, self._at = next(self._pieces, b""), 0
            except FileMismatch as fault:
                self.fault = AttachmentLost(reason="attachment_altered", file=fault.file)
                raise self.fault from fault
            except BaseException as fault:
                self.fault = fault
                raise
        end = len(self._block) if size < 0 else self._at + size
        piece = self._block[self._at : end]
        self._at += len(piece)
        return piece


def _packed(frames: Iterable[AnyFrame], tally: Tally, progress: Progress) -> Iterator[bytes]:
    """The packed bytes of frames, in pieces that are never empty."""
    import zstandard

    # A thread of the library's own packs while the next frames are read and the last encrypted.
    packing = zstandard.ZstdCompressionParameters.from_level(_LEVEL, threads=1, job_size=_BLOCK)
    packer = zstandard.ZstdCompressor(compression_params=packing).compressobj()
    encoder = msgspec.msgpack.Encoder()
    buffer = bytearray()
    for frame in frames:
        for block in _blocks(frame):
            tally.see(block)
            encoder.encode_into(block, buffer, _LENGTH.size)
            _require_readable(block, buffer)
            buffer[: _LENGTH.size] = _LENGTH.pack(len(buffer) - _LENGTH.size)
            if piece := packer.compress(buffer):
                yield piece
        progress(tally.share)
    tally.end()
    yield packer.flush()


def _require_readable(frame: AnyFrame, encoded: bytearray) -> None:
    """`Mismatch` for a frame that no reader would take.

    Events, of which there are many, are not tried: those of a vault fit.
    """
    if len(encoded) - _LENGTH.size > FRAME_BYTES:
        raise Mismatch("a frame is never so long")
    if not isinstance(frame, Events):
        try:
            _DECODER.decode(memoryview(encoded)[_LENGTH.size :])
        except msgspec.MsgspecError as fault:
            raise Mismatch(str(fault)) from fault


def _blocks(frame: AnyFrame) -> Iterator[AnyFrame]:
    """A frame, in several when it holds more keys or stand-ins than one may."""
    if isinstance(frame, CaseKeys):
        for at in range(0, len(frame.keys), BLOCK_PARTS):
            yield CaseKeys(frame.keys[at : at + BLOCK_PARTS])
    elif isinstance(frame, StandIns):
        for at in range(0, len(frame.parts), BLOCK_PARTS):
            yield StandIns(frame.device, frame.parts[at : at + BLOCK_PARTS])
    else:
        yield frame


class _Sink:
    """Where the encrypted bytes go: hashed and counted."""

    def __init__(self, stream: BinaryIO, target: Path) -> None:
        self._stream = stream
        self._target = target
        self.digest = hashlib.sha256()
        self.size = 0
        self.fault: BaseException | None = None

    def write(self, piece: bytes) -> int:
        try:
            with faults.writing(self._target):
                self._stream.write(piece)
        except BaseException as fault:
            self.fault = self.fault or fault
            raise
        self.digest.update(piece)
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """What is flushed, and when, the owner of the stream says."""


class _Encrypted:
    """The bytes of a body as they are read: hashed, and never more than there should be."""

    def __init__(self, stream: Reader, size: int, progress: Progress) -> None:
        self._stream = stream
        self._left = size
        self._size = max(1, size)
        self._progress = progress
        self._digest = hashlib.sha256()
        self._block = b""
        self._at = 0
        self.fault: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        if self._at >= len(self._block) and self._left:
            try:
                self._next()
            except BaseException as fault:
                self.fault = fault
                raise
        end = len(self._block) if size < 0 else self._at + size
        piece = self._block[self._at : end]
        self._at += len(piece)
        return piece

    def _next(self) -> None:
        self._block, self._at = self._stream.read(min(_BLOCK, self._left)), 0
        if not self._block:
            raise BundleRefused(reason="cut")
        self._digest.update(self._block)
        self._left -= len(self._block)
        self._progress(1 - self._left / self._size)

    def rest(self) -> str:
        """The SHA-256 (hex) of the whole body, once the rest of it went by."""
        while self._left:
            self._next()
        if self._stream.read(1):
            raise BundleRefused(reason="changed")
        return self._digest.hexdigest()


class _Unpacking:
    """Where the decrypted bytes go; unpacked in pieces of which none is large."""

    def __init__(self, frames: "_Frames") -> None:
        import zstandard

        unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        self._frames = frames
        self._writer = unpacker.stream_writer(
            cast("BinaryIO", frames), write_size=_UNPACKED_AT_ONCE, closefd=False
        )
        self._strange = zstandard.ZstdError
        self.fault: BaseException | None = None

    def write(self, piece: bytes) -> int:
        if self.fault is not None:
            raise self.fault
        try:
            self._unpack(piece)
        except BaseException as fault:
            self.fault = fault
            raise
        return len(piece)

    def _unpack(self, piece: bytes) -> None:
        try:
            self._writer.write(piece)
        except self._strange as fault:
            raise BundleRefused(reason="changed") from fault
        self._frames.tell()

    def flush(self) -> None:
        """Every frame was given on as soon as it was whole."""

    def end(self) -> None:
        """There is nothing to unpack any more."""
        self._frames.end()


class _Frames:
    """Where the unpacked bytes go: cut into frames, and each given to whoever takes them.

    Raises nothing in `write`, as the packing library leaks a buffer then: it keeps the fault for
    `tell`, and ignores what the same few kilobytes still unpack to.
    """

    def __init__(self, manifest: Manifest, take: Take) -> None:
        self._tally = Tally(manifest)
        self._take = take
        self._left = most_bytes(manifest)
        self._buffer = bytearray()
        self._fault: BaseException | None = None

    def write(self, piece: bytes) -> int:
        if self._fault is None:
            try:
                self._cut(piece)
            except BaseException as fault:  # noqa: BLE001 - `tell` raises it
                self._fault = fault
        return len(piece)

    def tell(self) -> None:
        """Raise what went wrong; kept no longer, as no collector sees a circle through here."""
        fault, self._fault = self._fault, None
        if fault is not None:
            raise fault

    def _cut(self, piece: bytes) -> None:
        self._buffer += piece
        at = 0
        while (end := self._end_of_frame(at)) <= len(self._buffer):
            self._given(bytes(memoryview(self._buffer)[at + _LENGTH.size : end]))
            at = end
        del self._buffer[:at]

    def _end_of_frame(self, at: int) -> int:
        """Where the frame that begins here ends; where its length does while that is not there."""
        if len(self._buffer) < at + _LENGTH.size:
            return at + _LENGTH.size
        (length,) = _LENGTH.unpack_from(self._buffer, at)
        if length > min(FRAME_BYTES, self._left):
            raise BundleRefused(reason="too_large")
        return int(at + _LENGTH.size + length)

    def _given(self, packed: bytes) -> None:
        self._left -= len(packed) + _LENGTH.size
        try:
            frame = _DECODER.decode(packed)
            self._tally.see(frame)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, Mismatch) as fault:
            raise BundleRefused(reason="changed") from fault
        self._take(frame)

    def end(self) -> None:
        """There are no bytes any more."""
        try:
            self._tally.end()
        except Mismatch as fault:
            raise BundleRefused(reason="changed") from fault
        if self._buffer:
            raise BundleRefused(reason="changed")
