"""The code on the recovery sheet: 160 random bits that a person can type without getting lost.

Eight groups of five characters of Crockford's Base32, the last of each a check on the other four
and on the place of the group. It finds every single wrong character, every two that changed
places, and every two groups that did; a slip is known by its group. There is nothing to stretch:
160 bits are beyond guessing, so the private key of the sheet is made from the code by HKDF.
"""

import re
import unicodedata

from desk.errors import RecoveryMistyped

CODE_BYTES = 20
GROUPS = 8
_DATA = 4
_SIZE = _DATA + 1
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKE = str.maketrans("OIL", "011")
_SEPARATOR = re.compile(r"[\s\-‐-―−_.,:;·]+")
_FIELD = 0b100101
"""x⁵ + x² + 1, by which the 32 characters are a field."""


def write(secret: bytes) -> tuple[str, ...]:
    """The groups for 20 random bytes, in their order."""
    number = int.from_bytes(secret)
    data = [(number >> (5 * place)) & 31 for place in reversed(range(GROUPS * _DATA))]
    groups = (data[at * _DATA : (at + 1) * _DATA] for at in range(GROUPS))
    return tuple(
        "".join(_ALPHABET[value] for value in (*group, _check(group, at)))
        for at, group in enumerate(groups)
    )


def read(typed: str) -> bytes:
    """The 20 bytes of a typed code.

    Case, spaces, dashes and full-width forms do not matter; O is taken for 0, I and L for 1.
    Raises `RecoveryMistyped` with the first group that cannot be right.
    """
    wrong = faulty(typed)
    if wrong:
        raise RecoveryMistyped(group=wrong[0])
    number = 0
    for group in _groups(typed):
        for char in group[:_DATA]:
            number = number << 5 | _ALPHABET.index(char)
    return number.to_bytes(CODE_BYTES)


def faulty(typed: str) -> tuple[int, ...]:
    """The numbers, from 1, of groups that are missing or hold a slip; the last for what is over."""
    groups = _groups(typed)
    wrong = {at + 1 for at, group in enumerate(groups[:GROUPS]) if not _holds(group, at)}
    wrong |= set(range(len(groups) + 1, GROUPS + 1))
    if len(groups) > GROUPS:
        wrong.add(GROUPS)
    return tuple(sorted(wrong))


def private_key(typed: str, vault: str) -> bytes:
    """The X25519 private key that a code makes for the vault of this id.

    Raises `RecoveryMistyped`.
    """
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    info = b"complaint desk recovery sheet 1\0" + vault.encode()
    return HKDF(SHA256(), length=32, salt=None, info=info).derive(read(typed))


def _groups(typed: str) -> list[str]:
    """What was typed, group by group: as it was parted, if into as many, else by counting."""
    plain = unicodedata.normalize("NFKC", typed).upper().translate(_LOOK_ALIKE)
    parts = [part for part in _SEPARATOR.split(plain) if part]
    if len(parts) == GROUPS:
        return parts
    whole = "".join(parts)
    return [whole[at : at + _SIZE] for at in range(0, len(whole), _SIZE)]


def _holds(group: str, at: int) -> bool:
    values = [_ALPHABET.find(char) for char in group]
    return len(values) == _SIZE and min(values) >= 0 and values[-1] == _check(values[:-1], at)


def _check(data: list[int], at: int) -> int:
    """A sum over the field with a weight of its own for every place, and for the group's."""
    total = _times(_power(_SIZE), at + 1)
    for place, value in enumerate(data, start=1):
        total ^= _times(_power(place), value)
    return total


def _power(exponent: int) -> int:
    found = 1
    for _step in range(exponent):
        found = _times(2, found)
    return found


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 32:
            one ^= _FIELD
        other >>= 1
    return product
