"""The key file beside a vault: the ways to open it, each a slot of its own.

A vault has one secret: the database key and the chain key, 32 random bytes each. Every slot has an
X25519 key pair, and the secret is sealed to its public key with HPKE (RFC 9180). Who has the
private key opens the vault: a person by a password (Argon2id wraps it), the recovery sheet by its
code (which makes it), head office by a key that is never here. So whoever is in can let others in
or out, and give the vault a new secret, without anybody's password.

A secret is known by the salt of the database file that it opens (its first 16 bytes), because
while the database key is changed there are two. Whoever can write this file but not open the
vault could add a public key of theirs and wait for the next secret; so each secret also marks the
whole file (HMAC), and a file without a right mark is refused. The checksum is no protection: it
tells a damaged file from a wrong password.
"""

import base64
import hashlib
import hmac
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

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
from desk.store.stretching import KEY_BYTES, Argon, stretch

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hpke import Suite

_FORMAT = 1
SALT_BYTES = 16
_NONCE_BYTES = 12

Kind = Literal["person", "recovery", "head_office"]
Randomness = Callable[[int], bytes]
Salt = str
"""The first 16 bytes of a database file, in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What opens a vault: the key of the database, and the key of the marks on its events."""

    key: bytes = field(repr=False)
    chain_key: bytes = field(repr=False)


class Wrapped(msgspec.Struct, frozen=True):
    """A private key under a password; bytes are Base64."""

    argon: Argon
    salt: str
    nonce: str
    box: str


class Slot(msgspec.Struct, frozen=True):
    """One way to open the vault; bytes are Base64. `created`: ms since 1970 UTC.

    `sealed` holds the secret for the holder of the private key, by the salt of the database.
    `person` and `private` are those of a person's password, and of no other kind.
    """

    kind: Kind
    public: str
    created: int
    sealed: dict[Salt, str]
    person: str = ""
    private: Wrapped | None = None


class Header(msgspec.Struct, frozen=True):
    """The key file: format version, the vault's id, its slots, each secret's mark, checksum."""

    format: int
    vault: str
    slots: tuple[Slot, ...]
    marks: dict[Salt, str]
    sum: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a slot opened: the vault's two keys, and whose slot of which kind it was.

    `person` is empty for the recovery sheet and head office. `salt` is how the key file calls the
    secret. `argon` and `seconds` say what the password cost, for a person's slot.
    """

    key: bytes = field(repr=False)
    chain_key: bytes = field(repr=False)
    person: str
    vault: str
    salt: Salt
    slot: Kind = "person"
    argon: Argon | None = None
    seconds: float = field(default=0.0, compare=False)

    @property
    def secret(self) -> Secret:
        """The two keys."""
        return Secret(self.key, self.chain_key)

    @property
    def secrets(self) -> dict[Salt, Secret]:
        """The secret by the name that the key file has for it."""
        return {self.salt: self.secret}


def new_secret(fresh: Randomness) -> Secret:
    """A secret for a new vault."""
    return Secret(fresh(KEY_BYTES), fresh(KEY_BYTES))


def salt_of(database: Path) -> Salt:
    """The salt of a database file; empty where there is none yet."""
    try:
        with database.open("rb") as stream:
            found = stream.read(SALT_BYTES)
    except OSError:
        return ""
    return found.hex() if len(found) == SALT_BYTES else ""


def person_slot(
    vault: str,
    person: str,
    password: str,
    secrets: Mapping[Salt, Secret],
    *,
    argon: Argon,
    created: int,
    fresh: Randomness,
) -> Slot:
    """A way in for a person by a password."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    private = fresh(KEY_BYTES)
    public = public_key(private)
    salt, nonce = fresh(SALT_BYTES), fresh(_NONCE_BYTES)
    bound = _bound(vault, "person", person, _text(public))
    box = AESGCM(stretch(password, salt, argon)).encrypt(nonce, private, bound)
    wrapped = Wrapped(argon, _text(salt), _text(nonce), _text(box))
    slot = Slot("person", _text(public), created, {}, person, wrapped)
    return _sealed(vault, slot, secrets)


def public_slot(
    vault: str, kind: Kind, public: bytes, secrets: Mapping[Salt, Secret], *, created: int
) -> Slot:
    """A way in for the holder of a private key. ValueError for a public key that is none."""
    return _sealed(vault, Slot(kind, _text(public), created, {}), secrets)


def public_key(private: bytes) -> bytes:
    """The public half of a 32-byte X25519 private key."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def create(
    vault: Path, vault_id: str, slots: Sequence[Slot], secrets: Mapping[Salt, Secret]
) -> None:
    """Write the key file of a new vault. Raises `VaultExists` rather than replace one."""
    if path_of(vault).exists():
        raise VaultExists(path=str(vault))
    write(vault, Header(_FORMAT, vault_id, tuple(slots), {}), secrets)


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
        found = msgspec.json.decode(raw, type=_Format)
        if found.format > _FORMAT:
            raise VaultTooNew(path=str(vault), revision=str(found.format))
        header = msgspec.json.decode(raw, type=Header)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise VaultDamaged(path=str(vault), reason="key file is not readable") from fault
    if header.sum != _checksum(header) or not header.slots or not header.marks:
        raise VaultDamaged(path=str(vault), reason="key file fails its checksum")
    return header


def trusted(vault: Path, secrets: Mapping[Salt, Secret]) -> Header:
    """The key file, known to have been written by somebody who could open the vault.

    What is to be changed and written again MUST come from here. Raises what :func:`read` raises.
    """
    header = read(vault)
    for salt, secret in secrets.items():
        _require_mark(vault, header, salt, secret)
    return header


def write(vault: Path, header: Header, secrets: Mapping[Salt, Secret]) -> None:
    """Replace the key file. `secrets` MUST be those that the slots hold; they mark it."""
    marks = {salt: _mark(header, secret) for salt, secret in secrets.items()}
    marked = msgspec.structs.replace(header, marks=marks)
    whole = msgspec.structs.replace(marked, sum=_checksum(marked))
    text = msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
    files.write_whole(path_of(vault), text)


def resealed(header: Header, slots: Iterable[Slot], secrets: Mapping[Salt, Secret]) -> Header:
    """The key file with these slots, each holding `secrets` and nothing else."""
    return msgspec.structs.replace(
        header, slots=tuple(_sealed(header.vault, slot, secrets) for slot in slots)
    )


def unlock(vault: Path, password: str, person: str = "", *, database: Path | None = None) -> Opened:
    """What the password of `person` or, without one, of anybody with a slot opens.

    `database` is the file to be opened, when it does not bear the vault's name.
    Raises `WrongPassword` when no slot opens, and what :func:`read` raises.
    """
    header = read(vault)
    for slot in header.slots:
        if slot.kind == "person" and person in {"", slot.person}:
            began = time.perf_counter()
            private = _unwrap(vault, header, slot, password)
            if private is not None:
                took = time.perf_counter() - began
                opened = _open(vault, header, slot, private, database or vault)
                cost = slot.private.argon if slot.private else None
                return replace(opened, argon=cost, seconds=took)
    raise WrongPassword(path=str(vault))


def unlock_with(vault: Path, kind: Kind, private: bytes, *, database: Path | None = None) -> Opened:
    """What a private key opens: the one of the recovery sheet or of head office.

    Raises `WrongPassword` when there is no such slot or it has another key.
    """
    header = read(vault)
    public = _text(public_key(private))
    for slot in header.slots:
        if slot.kind == kind and slot.public == public:
            return _open(vault, header, slot, private, database or vault)
    raise WrongPassword(path=str(vault))


class _Format(msgspec.Struct):
    """As much of a key file as any version of the program can read."""

    format: int


def _suite() -> "Suite":
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _sealed(vault: str, slot: Slot, secrets: Mapping[Salt, Secret]) -> Slot:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    public = X25519PublicKey.from_public_bytes(base64.b64decode(slot.public))
    suite = _suite()
    sealed = {
        salt: _text(
            suite.encrypt(
                secret.key + secret.chain_key, public, _bound(vault, slot.kind, slot.person, salt)
            )
        )
        for salt, secret in secrets.items()
    }
    return msgspec.structs.replace(slot, sealed=sealed)


def _unwrap(vault: Path, header: Header, slot: Slot, password: str) -> bytes | None:
    """The private key of a person's slot; None when the password is another."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if slot.private is None:
        raise VaultDamaged(path=str(vault), reason="key slot holds no private key")
    own = slot.private
    try:
        salt, nonce, box = (
            base64.b64decode(s, validate=True) for s in (own.salt, own.nonce, own.box)
        )
        bound = _bound(header.vault, "person", slot.person, slot.public)
        return AESGCM(stretch(password, salt, own.argon)).decrypt(nonce, box, bound)
    except InvalidTag:
        return None
    except ValueError as fault:
        raise VaultDamaged(path=str(vault), reason="key slot is not readable") from fault


def _open(vault: Path, header: Header, slot: Slot, private: bytes, database: Path) -> Opened:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    salt = _salt_for(slot, database)
    try:
        sealed = base64.b64decode(slot.sealed[salt], validate=True)
        bound = _bound(header.vault, slot.kind, slot.person, salt)
        raw = _suite().decrypt(sealed, X25519PrivateKey.from_private_bytes(private), bound)
    except (InvalidTag, ValueError, LookupError) as fault:
        raise VaultDamaged(path=str(vault), reason="key slot does not hold the secret") from fault
    if len(raw) != 2 * KEY_BYTES:
        raise VaultDamaged(path=str(vault), reason="key slot holds no database key")
    secret = Secret(raw[:KEY_BYTES], raw[KEY_BYTES:])
    _require_mark(vault, header, salt, secret)
    return Opened(secret.key, secret.chain_key, slot.person, header.vault, salt, slot.kind)


def _require_mark(vault: Path, header: Header, salt: Salt, secret: Secret) -> None:
    found = header.marks.get(salt, "")
    if not hmac.compare_digest(found.encode(), _mark(header, secret).encode()):
        raise VaultDamaged(path=str(vault), reason="key file was changed without the key")


def _salt_for(slot: Slot, database: Path) -> Salt:
    """Which secret opens a database: the one of its salt.

    Else the newest one, because a copy made page by page has a salt of its own.
    """
    found = salt_of(database)
    return found if found in slot.sealed else next(reversed(slot.sealed), "")


def _bound(vault: str, kind: Kind, person: str, to: str) -> bytes:
    return msgspec.json.encode(["complaint desk key slot", _FORMAT, vault, kind, person, to])


def _mark(header: Header, secret: Secret) -> str:
    """What only the holder of a secret can put under a key file."""
    body = msgspec.structs.replace(header, marks={}, sum="")
    message = b"complaint desk key file\0" + msgspec.json.encode(body)
    return hmac.new(secret.key + secret.chain_key, message, hashlib.sha256).hexdigest()


def _checksum(header: Header) -> str:
    body = msgspec.structs.replace(header, sum="")
    return hashlib.sha256(msgspec.json.encode(body)).hexdigest()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def system_randomness(count: int) -> bytes:
    """Random bytes of the operating system, fit for keys."""
    return os.urandom(count)
