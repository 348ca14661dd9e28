"""Bundles for tests: fixed keys, a small manifest and frames, and what reading one gives."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from desk.bundles import container, reading, writing
from desk.domain.exchange import (
    AnyFrame,
    Card,
    CaseKeys,
    Enrolment,
    EventRow,
    Events,
    FileBegun,
    FileBytes,
    Manifest,
    Profile,
    Range,
    Sent,
    StandIns,
)

IDENTITY = "AGE-SECRET-KEY-169JDGC8E83YCQC8E6WQYGSAQD5HRGV4JN95VM2EWUL3KQPH3P0RSK53LY6"
AGE_KEY = "age1rq402kfc7jvl4n35se89nalfgkff9fvm7mu37dstkxm6znn44y3szrzszc"
OTHER_IDENTITY = "AGE-SECRET-KEY-1HV3SV5J22VZ9UEUYCVCCZGD0PR0S5YFEKZ6Q8VLQ327UYNV54HGS2FW2TW"
_PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGN_KEY = _PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
HERE, THERE = "01990000-0000-7000-8000-00000000000a", "01990000-0000-7000-8000-00000000000b"
CASE = "01990000-0000-7000-8000-0000000000c1"
FILE = b"\x89attachment, encrypted\x00" * 20


def sign(said: bytes) -> bytes:
    """The signature of the test's device."""
    return _PRIVATE.sign(said)


def stretch(device: str, after: int, to: int) -> Range:
    return Range(
        device=device, after=after, before="0" * 64, to=to, head="f" * 64, signature="a" * 128
    )


def manifest(*ranges: Range, profile: Profile = "full", **more: object) -> Manifest:
    """A manifest of the test's device, without what the writer fills in."""
    made = Manifest(
        format=1,
        kind="bundle",
        sender=HERE,
        device_name="柜面 PC02",
        branch="CD",
        recipient=THERE,
        sign_key=SIGN_KEY,
        age_key=AGE_KEY,
        profile=profile,
        number=3,
        previous="b" * 64,
        created_at="2026-11-24T16:02",
        ranges=ranges,
        have={HERE: 7, THERE: 2},
        cases=1,
        packs=("cn-branch 1.0.0",),
    )
    return msgspec.structs.replace(made, **more)


def rows(count: int, first: int = 1) -> tuple[EventRow, ...]:
    """Events that look like some."""
    return tuple(
        EventRow(
            f"01990000-0000-7000-8000-{place:012d}",
            1_795_000_000_000 + place,
            0,
            "0233",
            CASE,
            "field_set",
            "cn-branch 1.0.0",
            b'{"kind":"field_set","field":"narrative"}',
            bytes(12),
            hashlib.sha256(str(place).encode()).digest() * 3,
        )
        for place in range(first, first + count)
    )


def frames() -> Iterator[AnyFrame]:
    """Two devices' events with a key and a file: what `MANIFEST` says."""
    yield CaseKeys(((CASE, "", b"k" * 32),))
    yield Events(HERE, 3, rows(3, 3))
    yield Events(HERE, 6, rows(2, 6))
    yield Events(THERE, 1, rows(2))
    yield FileBegun(hashlib.sha256(FILE).hexdigest(), len(FILE))
    yield FileBytes(FILE[:100])
    yield FileBytes(FILE[100:])
    yield Sent("message", "致总行", "本周无特殊情况。".encode())


MANIFEST = manifest(stretch(HERE, 2, 7), stretch(THERE, 0, 2))
BARE = manifest(stretch(HERE, 0, 2), profile="deidentified", number=4)
RECEIPT = manifest(kind="receipt", cases=0, have={HERE: 7})
CARD = Card(
    device=HERE,
    name="柜面 PC02",
    branch="CD",
    sign_key=SIGN_KEY,
    age_key=AGE_KEY,
    made_at="2026-11-24T16:02",
)
ENROLMENT = Enrolment(
    branch="CD",
    branch_name="城东支行",
    parent="CQ",
    hub=THERE,
    hub_name="总行",
    sign_key=SIGN_KEY,
    age_key=AGE_KEY,
    profile="deidentified",
    packs=("cn-branch 1.0.0",),
    made_at="2026-11-24T16:02",
)


def bare_frames() -> Iterator[AnyFrame]:
    """Events whose personal parts are withheld, with what stands for them."""
    held = [
        msgspec.structs.replace(row, nonce=b"", sealed=hashlib.sha256(row.sealed).digest())
        for row in rows(2)
    ]
    yield Events(HERE, 1, tuple(held))
    yield StandIns(HERE, ((1, '{"value":"客户-7F3K9A"}'.encode()), (2, b"{}")))


def receipt_frames() -> Iterator[AnyFrame]:
    """What head office answers."""
    yield Sent("confirmed", "", b'["' + b"c" * 64 + b'"]')
    yield Sent("pack", "cn-branch 1.1.0", b"PK" * 40)


def write(
    target: Path,
    frames_of_it: Iterable[AnyFrame] | None = None,
    about: Manifest = MANIFEST,
    part_bytes: int = 0,
) -> writing.Written:
    """A bundle of the test's device for itself."""
    given = frames() if frames_of_it is None else frames_of_it
    return writing.write(
        target, about, given, recipients=[AGE_KEY], sign=sign, part_bytes=part_bytes
    )


def read(path: Path, identity: str = IDENTITY) -> list[AnyFrame]:
    """Every frame of a bundle."""
    found: list[AnyFrame] = []
    reading.look(path).read(identity, found.append)
    return found


def plain(of: Iterable[AnyFrame]) -> bytes:
    """Frames as they are before they are packed."""
    packed = [msgspec.msgpack.encode(frame) for frame in of]
    return b"".join(len(one).to_bytes(4) + one for one in packed)


def forged(target: Path, packed: bytes, about: Manifest = MANIFEST) -> Path:
    """A bundle that its sender signed with a body of these packed bytes, whatever they are."""
    key = pyrage.x25519.Recipient.from_str(AGE_KEY)
    return with_body(target, pyrage.encrypt(packed, [key]), about)


def with_body(target: Path, sealed: bytes, about: Manifest = MANIFEST) -> Path:
    """A bundle that its sender signed with these bytes for a body."""
    digest = hashlib.sha256(sealed).hexdigest()
    done = msgspec.structs.replace(about, body=digest, size=len(sealed), files=1)
    target.write_bytes(container.head(done, sign)[0] + sealed)
    return target


MANIFEST_JSON = msgspec.json.encode(msgspec.structs.replace(MANIFEST, body="0" * 64))


def with_manifest(target: Path, written: bytes, length: int | None = None) -> Path:
    """A head of these bytes for a manifest, signed whatever they say, and no body."""
    size = len(written) if length is None else length
    said = b"CDXB\x01" + size.to_bytes(4) + written
    target.write_bytes(said + sign(said))
    return target
