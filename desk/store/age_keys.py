"""Head office's key pair, as the tool `age-keygen` makes and prints it.

A known format with a known tool: `age1…` is the public key, to be copied around freely, and
`AGE-SECRET-KEY-1…` the private one, which head office keeps. Both are Bech32 (BIP 173) around
32 bytes of X25519. See the age file format, <https://age-encryption.org/v1>.
"""

from desk.errors import BadInput

_KEY_BYTES = 32
_PUBLIC = "age"
_PRIVATE = "age-secret-key-"
_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_CHECK_CHARS = 6
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_LONGEST_FILE = 64 * 1024


def public_key(text: str) -> bytes:
    """The 32 bytes of `age1…`. BadInput `head_office_public` for anything else."""
    found = _decoded(text.strip(), _PUBLIC)
    if found is None:
        raise BadInput(reason="head_office_public")
    return found


def private_key(text: str) -> bytes:
    """The 32 bytes of the private key in what `age-keygen` wrote: comments, then one key.

    BadInput `head_office_private` where there is none, or more than one.
    """
    lines = (line.strip() for line in text[:_LONGEST_FILE].splitlines())
    keys = [line for line in lines if line and not line.startswith("#")]
    found = _decoded(keys[0], _PRIVATE) if len(keys) == 1 else None
    if found is None:
        raise BadInput(reason="head_office_private")
    return found


def _decoded(text: str, kind: str) -> bytes | None:
    """What Bech32 `text` of this kind holds; None when it is anything else, or has a slip."""
    if text not in {text.lower(), text.upper()}:
        return None
    head, _one, tail = text.lower().rpartition("1")
    values = [_ALPHABET.find(char) for char in tail]
    if head != kind or min(values, default=-1) < 0 or len(values) <= _CHECK_CHARS:
        return None
    if _checked([*(ord(c) >> 5 for c in head), 0, *(ord(c) & 31 for c in head), *values]) != 1:
        return None
    return _bytes(values[:-_CHECK_CHARS])


def _checked(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate(_GENERATOR):
            check ^= term if top >> bit & 1 else 0
    return check


def _bytes(values: list[int]) -> bytes | None:
    number = 0
    for value in values:
        number = number << 5 | value
    spare = len(values) * 5 - _KEY_BYTES * 8
    if not 0 <= spare < 5 or number & ((1 << spare) - 1):
        return None
    return (number >> spare).to_bytes(_KEY_BYTES)
