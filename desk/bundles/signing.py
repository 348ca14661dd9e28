"""Ed25519 signatures (RFC 8032) of what is exchanged; whose key to trust is decided elsewhere."""


def holds(sign_key: str, signature: bytes, said: bytes) -> bool:
    """Whether the owner of a public key (64 hexadecimal digits) signed these bytes."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(sign_key)).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True
