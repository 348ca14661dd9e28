"""Events as they are stored: personal part sealed, all of it hashed, each linked to the last.

Pure: rows are not read or written here. The chain of a device begins with a hash made from its id,
so that any vault that holds its events can verify them. A chain of hashes alone could be made anew
by whoever has the database open; so each stored event also bears a mark under the vault's chain
key (HMAC-SHA256 over its hash, and with it over everything before it).

The hash covers the SHA-256 of nonce and sealed part, not the part itself: a chain can be verified
by somebody who was given no more than that, and has nothing personal however well encrypted.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from desk.domain import events
from desk.domain.events import Event
from desk.domain.exchange import EventRow
from desk.domain.ids import Stamp

CASE_KEY_BYTES = 32
NONCE_BYTES = 12
_HMAC_BLOCK = 64


class Cipher(Protocol):
    """AES-256-GCM under a case's key, as `cryptography` offers it."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """`data` encrypted and authenticated."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """What was encrypted; raises `cryptography.exceptions.InvalidTag`."""


@dataclass(frozen=True, slots=True)
class Record:
    """An event as it lies in the log. `nonce` and `sealed` are empty without a personal part.

    A personal part that was withheld from whoever holds the record has no nonce, and its digest in
    place of `sealed`. `mac` is the mark of the vault that stored it; all else travels with it.
    """

    id: str
    device: str
    seq: int
    wall_ms: int
    counter: int
    actor: str
    case_id: str
    kind: str
    pack: str
    public: bytes
    nonce: bytes
    sealed: bytes
    prev_hash: bytes
    hash: bytes
    mac: bytes


def cipher(key: bytes) -> Cipher:
    """What seals and opens the personal parts of one case."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def genesis(device: str) -> bytes:
    """What the first event of a device links to."""
    return hashlib.sha256(b"complaint desk chain 1\0" + device.encode()).digest()


def mark(chain_key: bytes, event_hash: bytes) -> bytes:
    """The mark under which a vault stores the event of this hash."""
    return hmac.digest(chain_key, event_hash, "sha256")


def marker(chain_key: bytes) -> Callable[[bytes], bytes]:
    """What :func:`mark` makes of a hash, for very many of them.

    HMAC as RFC 2104 writes it, its two halves begun once: a quarter of the time for each.
    """
    key = chain_key.ljust(_HMAC_BLOCK, b"\0")
    inner, outer = (hashlib.sha256(bytes(one ^ pad for one in key)) for pad in (0x36, 0x5C))

    def made(event_hash: bytes) -> bytes:
        within, around = inner.copy(), outer.copy()
        within.update(event_hash)
        around.update(within.digest())
        return around.digest()

    return made


def signature(chain_key: bytes, purpose: str, *parts: str | int | bytes) -> bytes:
    """A mark over something else than an event, which no mark for another purpose can stand for.

    Longer than a hash in every case, so that it is never the mark of an event.
    """
    return hmac.digest(chain_key, _canonical("complaint desk mark 1", purpose, *parts), "sha256")


def seal(
    event: Event, prev_hash: bytes, case_cipher: Cipher | None, nonce: bytes, chain_key: bytes
) -> Record:
    """The record of an event. `case_cipher` may be None only without a personal part."""
    public, personal = events.split(event.payload)
    sealed = b""
    if personal:
        if case_cipher is None:
            raise ValueError("a personal part needs the key of its case")
        bound = _canonical(event.id, event.case, event.device, event.seq)
        sealed = case_cipher.encrypt(nonce, personal, bound)
    header = (
        event.id,
        event.device,
        event.seq,
        event.stamp.wall_ms,
        event.stamp.counter,
        event.actor,
        event.case,
        event.payload.kind,
        event.pack,
    )
    if not sealed:
        nonce = b""
    event_hash = _digest(*header, public, sealed_digest(nonce, sealed), prev_hash)
    body = (public, nonce, sealed, prev_hash, event_hash, mark(chain_key, event_hash))
    return Record(*header, *body)


def sealed_digest(nonce: bytes, sealed: bytes) -> bytes:
    """What the hash of an event covers of its personal part; empty when it has none.

    A part without a nonce was withheld: its digest is all that there is of it.
    """
    return hashlib.sha256(nonce + sealed).digest() if nonce else sealed


def open_record(record: Record, ciphers: Mapping[str, Cipher]) -> Event:
    """The event of a record; None where a personal value was forgotten with its case's key.

    `ciphers` are those of the case, by the names that payloads are sealed for.

    Raises `cryptography.exceptions.InvalidTag` when the sealed part is not what was written, and
    `msgspec.MsgspecError` when a part is no payload.
    """
    personal = b""
    case_cipher = ciphers.get(events.sealed_for(record.public)) if record.nonce else None
    if case_cipher is not None:
        bound = _canonical(record.id, record.case_id, record.device, record.seq)
        personal = case_cipher.decrypt(record.nonce, record.sealed, bound)
    return Event(
        id=record.id,
        device=record.device,
        seq=record.seq,
        stamp=Stamp(record.wall_ms, record.counter, record.device),
        actor=record.actor,
        case=record.case_id,
        payload=events.join(record.public, personal),
        pack=record.pack,
    )


def expected_hash(record: Record) -> bytes:
    """The hash that a record must carry: SHA-256 over what came before it, each with its length.

    The lengths keep two neighbouring attributes from passing bytes to each other unseen.
    """
    return _digest(
        record.id,
        record.device,
        record.seq,
        record.wall_ms,
        record.counter,
        record.actor,
        record.case_id,
        record.kind,
        record.pack,
        record.public,
        sealed_digest(record.nonce, record.sealed),
        record.prev_hash,
    )


class Follower:
    """Follows a device's chain from a known place and gives each event on its way its record.

    `seq` and `head` are those of the last event it was given.
    """

    def __init__(
        self, device: str, seq: int, head: bytes, marked: Callable[[bytes], bytes]
    ) -> None:
        self.device = device
        self.seq = seq
        self.head = head
        self._marked = marked

    def record(self, row: EventRow) -> Record:
        """The record of the next event, with the mark of whoever stores it."""
        self.seq += 1
        header = (
            row.id,
            self.device,
            self.seq,
            row.wall_ms,
            row.counter,
            row.actor,
            row.case_id,
            row.kind,
            row.pack,
        )
        before = self.head
        digest = sealed_digest(row.nonce, row.sealed)
        self.head = _digest(*header, row.public, digest, before)
        mac = self._marked(self.head)
        return Record(*header, row.public, row.nonce, row.sealed, before, self.head, mac)


def is_sound(record: Record, before: bytes | None, chain_key: bytes) -> bool:
    """Whether a record is what was written, and follows the event of its device that it followed.

    `before` is the hash of the event before it, None when that is not there.
    """
    if record.seq == 1:
        before = genesis(record.device)
    whole = record.prev_hash == before and record.hash == expected_hash(record)
    return whole and record.mac == mark(chain_key, record.hash)


def _digest(*parts: str | int | bytes) -> bytes:
    return hashlib.sha256(_canonical(*parts)).digest()


def _canonical(*parts: str | int | bytes) -> bytes:
    pieces: list[bytes] = []
    for part in parts:
        if isinstance(part, str):
            raw = b"s" + part.encode()
        elif isinstance(part, int):
            raw = b"i" + str(part).encode()
        else:
            raw = b"b" + part
        pieces += (len(raw).to_bytes(4), raw)
    return b"".join(pieces)
