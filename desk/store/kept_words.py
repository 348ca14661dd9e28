"""Words that wait in memory while the vault is locked, sealed under a key that only the vault has.

AES-256-GCM under a key made from the event key, which stays when the database's key is changed.
What is sealed is bound to its person and never written to a disk.
"""

import hmac
import secrets

from desk.store import chain
from desk.store.vault import Vault


def seal(vault: Vault, person: str, words: bytes) -> bytes:
    """`words` of `person` (a staff number), to be opened with the same vault only."""
    nonce = secrets.token_bytes(chain.NONCE_BYTES)
    return nonce + chain.cipher(_key(vault)).encrypt(nonce, words, person.encode())


def unseal(vault: Vault, person: str, sealed: bytes) -> bytes | None:
    """What was sealed for `person`; None when it was for somebody else, or of another vault."""
    from cryptography.exceptions import InvalidTag

    nonce, box = sealed[: chain.NONCE_BYTES], sealed[chain.NONCE_BYTES :]
    try:
        return chain.cipher(_key(vault)).decrypt(nonce, box, person.encode())
    except InvalidTag:
        return None


def _key(vault: Vault) -> bytes:
    return hmac.digest(vault.opened.chain_key, b"complaint desk kept words 1", "sha256")
