"""What a password must be, and how hard it is to guess.

The rules are those of NIST SP 800-63B: eight characters, none of the passwords that are tried
first, and no composition rules. The strength beside the field is a hint: it tells a person what
would make theirs better.
"""

import math
import unicodedata
from collections.abc import Iterable
from typing import Literal

Strength = Literal["short", "weak", "fair", "strong"]

Fault = Literal["short", "is_number", "common"]

LEAST = 8
FEW_DIFFERENT = 5
FAIR_BITS = 36.0
STRONG_BITS = 60.0

_COMMON = frozenset(
    {"password", "passw0rd", "qwertyui", "qwerty123", "abc12345", "abcd1234", "1q2w3e4r"}
    | {"admin123", "iloveyou", "woaini1314", "5201314", "88888888", "66666666", "a1b2c3d4"}
)
_WORST_STEPS = 2
_POOLS = (("L", 26), ("U", 26), ("D", 10), ("H", 3000), ("O", 33))


def strength(password: str, known: Iterable[str] = ()) -> Strength:
    """How hard `password` is to guess; words in `known` (staff number, name) make it weak."""
    if len(password) < LEAST:
        return "short"
    plain = unicodedata.normalize("NFKC", password).lower()
    guessed = any(len(word) >= 3 and word.lower() in plain for word in known)
    if guessed or plain in _COMMON or len(set(plain)) < FEW_DIFFERENT:
        return "weak"
    bits = _steps(plain) * math.log2(_pool(password))
    if bits < FAIR_BITS:
        return "weak"
    return "strong" if bits >= STRONG_BITS else "fair"


def fault(password: str, person: str) -> Fault | None:
    """Why `password` cannot be that of the person with this staff number; None when it can.

    `common` includes one character repeated, and a run such as 12345678.
    """
    if len(password) < LEAST:
        return "short"
    plain = unicodedata.normalize("NFKC", password).lower()
    number = person.lower()
    if number and not plain.replace(number, ""):
        return "is_number"
    return "common" if plain in _COMMON or _steps(plain) <= _WORST_STEPS else None


def _steps(plain: str) -> int:
    """Characters that are no mere continuation of the two before: 1234 and aaaa count two."""
    codes = [ord(char) for char in plain]
    runs = sum(
        codes[at] - codes[at - 1] == codes[at - 1] - codes[at - 2]
        and abs(codes[at] - codes[at - 1]) <= 1
        for at in range(2, len(codes))
    )
    return len(codes) - runs


def _pool(password: str) -> int:
    """How many characters a guesser would have to try at each place."""
    kinds = {_kind(char) for char in password}
    return sum(size for kind, size in _POOLS if kind in kinds)


def _kind(char: str) -> str:
    if char.isdigit():
        return "D"
    if char.isascii() and char.isalpha():
        return "U" if char.isupper() else "L"
    return "H" if char.isalpha() else "O"
