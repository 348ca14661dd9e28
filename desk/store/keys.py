"""The key file beside a vault: who can open it, and the database key wrapped for each of them.

The database key is 32 random bytes. A slot wraps it with AES-256-GCM under a key that Argon2id
(RFC 9106) makes from a person's password, so that changing a password rewraps a slot and never
the database. A checksum tells a damaged file from a wrong password; it is not a secret and proves
nothing against an attacker: that is what GCM does, with the vault and the person bound in.
"""

import base64
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desk.errors import (
    KeysMissing,
    VaultDamaged,
    VaultExists,
    VaultMissing,
    VaultTooNew,
    WrongPassword,
)
from desk.store import files
from desk.store.key_file import path_of

KEY_BYTES = 32
_FORMAT = 1
_SALT_BYTES = 16
_NONCE_BYTES = 12
_MAX_MEMORY_KIB = 4 * 1024 * 1024
_MAX_ROUNDS = 64
_MAX_LANES = 64

Randomness = Callable[[int], bytes]


class Argon(msgspec.Struct, frozen=True):
    """Cost of turning a password into a key: memory in KiB, rounds, lanes."""

    m: int = 64 * 1024
    t: int = 3
    p: int = 2


class Slot(msgspec.Struct, frozen=True):
    """The database key wrapped for one person; bytes are Base64. `created`: ms since 1970 UTC."""

    person: str
    argon: Argon
    salt: str
    nonce: str
    wrapped: str
    created: int


class Header(msgspec.Struct, frozen=True):
    """The key file: format version, the vault's id, its slots and the checksum of these."""

    format: int
    vault: str
    slots: tuple[Slot, ...]
    sum: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a password opened: the database key, and whose slot it was."""

    key: bytes
    person: str
    vault: str


def make_slot(
    vault: str,
    person: str,
    password: str,
    key: bytes,
    *,
    argon: Argon,
    created: int,
    fresh: Randomness,
) -> Slot:
    """`key` wrapped for a person under their password."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = fresh(_SALT_BYTES), fresh(_NONCE_BYTES)
    wrapping = _stretch(password, salt, argon)
    wrapped = AESGCM(wrapping).encrypt(nonce, key, _bound(vault, person))
    return Slot(person, argon, _text(salt), _text(nonce), _text(wrapped), created)


def create(vault: Path, vault_id: str, slots: Sequence[Slot]) -> None:
    """Write the key file of a new vault. Raises `VaultExists` rather than replace one."""
    if path_of(vault).exists():
        raise VaultExists(path=str(vault))
    _write(vault, Header(_FORMAT, vault_id, tuple(slots)))


def read(vault: Path) -> Header:
    """The key file of a vault.

    Raises `VaultMissing`, `KeysMissing`, `VaultDamaged` or `VaultTooNew`.
    """
    try:
        raw = path_of(vault).read_bytes()
    except FileNotFoundError as fault:
        lost = KeysMissing if vault.is_file() else VaultMissing
        raise lost(path=str(vault)) from fault
    except OSError as fault:
        raise VaultDamaged(path=str(vault), reason="key file cannot be read") from fault
    try:
        header = msgspec.json.decode(raw, type=Header)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise VaultDamaged(path=str(vault), reason="key file is not readable") from fault
    if header.format > _FORMAT:
        raise VaultTooNew(path=str(vault), revision=str(header.format))
    if header.sum != _checksum(header) or not header.slots:
        raise VaultDamaged(path=str(vault), reason="key file fails its checksum")
    return header


def unlock(vault: Path, password: str, person: str = "") -> Opened:
    """The database key, by the password of `person` or, without one, of anybody with a slot.

    Raises `WrongPassword` when no slot opens, and what :func:`read` raises.
    """
    header = read(vault)
    for slot in header.slots:
        if person in {"", slot.person}:
            key = _unwrap(vault, header.vault, slot, password)
            if key is not None:
                return Opened(key, slot.person, header.vault)
    raise WrongPassword(path=str(vault))


def _unwrap(vault: Path, vault_id: str, slot: Slot, password: str) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        salt, nonce, wrapped = (base64.b64decode(s, validate=True) for s in _secrets(slot))
        wrapping = _stretch(password, salt, slot.argon)
        key = AESGCM(wrapping).decrypt(nonce, wrapped, _bound(vault_id, slot.person))
    except InvalidTag:
        return None
    except ValueError as fault:
        raise VaultDamaged(path=str(vault), reason="key slot is not readable") from fault
    if len(key) != KEY_BYTES:
        raise VaultDamaged(path=str(vault), reason="key slot holds no database key")
    return key


def _secrets(slot: Slot) -> tuple[str, str, str]:
    return slot.salt, slot.nonce, slot.wrapped


def _stretch(password: str, salt: bytes, argon: Argon) -> bytes:
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    # A hostile key file must not be able to take the machine's memory or an hour.
    if argon.m > _MAX_MEMORY_KIB or argon.t > _MAX_ROUNDS or argon.p > _MAX_LANES:
        raise ValueError("Argon2 parameters out of bounds")
    try:
        return hash_secret_raw(
            password.encode("utf-8", "surrogatepass"),
            salt,
            time_cost=argon.t,
            memory_cost=argon.m,
            parallelism=argon.p,
            hash_len=KEY_BYTES,
            type=Type.ID,
        )
    except (HashingError, OverflowError) as fault:
        raise ValueError("Argon2 parameters out of bounds") from fault


def _bound(vault: str, person: str) -> bytes:
    return msgspec.json.encode(["complaint desk key slot", _FORMAT, vault, person])


def _checksum(header: Header) -> str:
    body = msgspec.structs.replace(header, sum="")
    return hashlib.sha256(msgspec.json.encode(body, order="deterministic")).hexdigest()


def _write(vault: Path, header: Header) -> None:
    whole = msgspec.structs.replace(header, sum=_checksum(header))
    text = msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
    files.write_whole(path_of(vault), text)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def system_randomness(count: int) -> bytes:
    """Random bytes of the operating system, fit for keys."""
    return os.urandom(count)
