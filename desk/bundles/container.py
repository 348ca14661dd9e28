"""The head of a bundle: what everybody may read of it, signed by its sender.

    CDXB  u8 format  u32 length  manifest (JSON)  64 bytes Ed25519 over all before  body …

Integers are big-endian. The manifest ends with spaces, so that its length is known before the body
is: the head is written last. It names the body's SHA-256 and size; the SHA-256 of the head without
its signature therefore stands for the whole file, and is what is meant by the hash of a bundle.
"""

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import msgspec

from desk.bundles import signing
from desk.domain.exchange import Manifest
from desk.errors import BundleRefused

FORMAT = 1
"""The only format so far; `tests/unit/data/bundles` holds files of each that ever was."""
MANIFEST_BYTES = 1 << 23
"""A manifest is never longer; ten thousand devices fit in."""
SIGNATURE_BYTES = 64

_MAGIC = b"CDXB"
_BEGIN = struct.Struct(">4sBI")
_LARGEST = 1 << 53
_DECODER = msgspec.json.Decoder(Manifest)

Sign = Callable[[bytes], bytes]
"""Gives the 64 bytes of the sender's Ed25519 signature."""


class Reader(Protocol):
    """Where a head is read from: gives as many bytes as asked for, unless it ends before."""

    def read(self, size: int, /) -> bytes:
        """The next bytes."""


@dataclass(frozen=True, slots=True)
class Head:
    """A head as it was read: its manifest, the hash of the bundle, the bytes it takes."""

    manifest: Manifest
    sha256: str
    size: int


def room(manifest: Manifest) -> int:
    """How many bytes the head of this manifest takes, whatever its body turns out to be."""
    return _BEGIN.size + _length(manifest) + SIGNATURE_BYTES


def head(manifest: Manifest, sign: Sign) -> tuple[bytes, str]:
    """The bytes of a head, and the hash of the bundle. ValueError for what nobody could read."""
    try:
        _DECODER.decode(msgspec.json.encode(manifest))
    except msgspec.MsgspecError as fault:
        raise ValueError(f"manifest: {fault}") from fault
    length = _length(manifest)
    written = msgspec.json.encode(manifest, order="deterministic").ljust(length)
    said = _BEGIN.pack(_MAGIC, FORMAT, length) + written
    signature = sign(said)
    if not signing.holds(manifest.sign_key, signature, said):
        raise ValueError("the signature is not that of the key in the manifest")
    return said + signature, hashlib.sha256(said).hexdigest()


def read_head(stream: Reader) -> Head:
    """The head at the beginning of a stream, verified with the key it names itself.

    BundleRefused `not_ours`, `too_new`, `too_large`, `cut` or `changed`.
    """
    begin = stream.read(_BEGIN.size)
    if begin[:4] != _MAGIC:
        raise BundleRefused(reason="not_ours")
    if len(begin) < _BEGIN.size:
        raise BundleRefused(reason="cut")
    _magic, version, length = _BEGIN.unpack(begin)
    if version > FORMAT:
        raise BundleRefused(reason="too_new")
    if length > MANIFEST_BYTES:
        raise BundleRefused(reason="too_large")
    written, signature = stream.read(length), stream.read(SIGNATURE_BYTES)
    if len(signature) < SIGNATURE_BYTES:
        raise BundleRefused(reason="cut")
    said = begin + written
    manifest = _decoded(written)
    if manifest.format != version or not signing.holds(manifest.sign_key, signature, said):
        raise BundleRefused(reason="changed")
    return Head(manifest, hashlib.sha256(said).hexdigest(), len(said) + SIGNATURE_BYTES)


def _length(manifest: Manifest) -> int:
    """The bytes of the longest form of a manifest whose body is not known yet."""
    longest = msgspec.structs.replace(manifest, body="0" * 64, size=_LARGEST, files=_LARGEST)
    length = len(msgspec.json.encode(longest))
    if length > MANIFEST_BYTES:
        raise ValueError("a manifest is never so long")
    return length


def _decoded(written: bytes) -> Manifest:
    try:
        manifest = _DECODER.decode(written)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise BundleRefused(reason="changed") from fault
    devices = {one.device for one in manifest.ranges}
    if len(devices) < len(manifest.ranges) or any(one.count <= 0 for one in manifest.ranges):
        raise BundleRefused(reason="changed")
    return manifest
