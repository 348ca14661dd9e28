"""The key pairs of this computer: Ed25519 to sign with, and an age identity to be written to.

They are made when the first file is exchanged, and lie in the vault's own database, so that they
are as safe as the cases are, and go with a backup of it.
"""

from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection, insert, select

from desk.domain.events import VAULT
from desk.domain.sync_events import KeysShown
from desk.store import session
from desk.store.rows import DEVICE_KEYS
from desk.store.vault import Vault
from desk.store.writer import Entry


@dataclass(frozen=True)
class DeviceKeys:
    """A device's private keys; `sign_key` (hex) and `age_key` (`age1…`) are the public ones."""

    device: str
    seed: bytes = field(repr=False)
    identity: str = field(repr=False)

    @cached_property
    def sign_key(self) -> str:
        """The public half of the signing key, 64 hexadecimal digits."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw().hex()

    @cached_property
    def age_key(self) -> str:
        """What others encrypt to."""
        import pyrage

        return str(pyrage.x25519.Identity.from_str(self.identity).to_public())

    def is_sound(self) -> bool:
        """Whether these are keys at all."""
        import pyrage

        try:
            return bool(self.sign_key and self.age_key)
        except (ValueError, pyrage.IdentityError):
            return False

    def sign(self, data: bytes) -> bytes:
        """The device's signature over `data`, 64 bytes (RFC 8032)."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(data)


def is_signed(sign_key: str, signature: bytes, data: bytes) -> bool:
    """Whether the device with this public key (hex) signed `data`."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(sign_key)).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def every(connection: Connection) -> dict[str, DeviceKeys]:
    """The keys that this vault has, by device: its own, and what it was before a restore."""
    query = select(DEVICE_KEYS.c.device, DEVICE_KEYS.c.sign_key, DEVICE_KEYS.c.age_key)
    return {row[0]: DeviceKeys(*row) for row in connection.execute(query)}


def own(vault: Vault, *, actor: str, wall_ms: int) -> DeviceKeys:
    """The keys of this computer; made, and told in the log, when they are asked for first."""
    device = vault.devices()[0]
    with session.reading(vault.database) as connection:
        found = every(connection).get(device.id)
    return found or _made(vault, device.name, actor, wall_ms)


def _made(vault: Vault, name: str, actor: str, wall_ms: int) -> DeviceKeys:
    import pyrage
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    seed = Ed25519PrivateKey.generate().private_bytes_raw()
    identity = str(pyrage.x25519.Identity.generate())
    with vault.merging() as (connection, writer):
        new = DeviceKeys(writer.tip(connection).device, seed, identity)
        row = {"device": new.device, "sign_key": seed, "age_key": identity}
        connection.execute(insert(DEVICE_KEYS).values(row))
        told = KeysShown(name=name, sign_key=new.sign_key, age_key=new.age_key)
        writer.write(connection, [Entry(VAULT, told, actor, wall_ms, "")])
    return new
