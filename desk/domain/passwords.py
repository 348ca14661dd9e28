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

_TRIED_FIRST = """
    password passw0rd p@ssw0rd p@ssword password1 password123 qwertyui qwertyuiop qwerty123
    qwer1234 asdf1234 asdfghjkl 1q2w3e4r 1qaz2wsx zaq12wsx qazwsxedc qweasdzxc 123qweasd qwe123456
    abc12345 abc123456 abcd1234 a1234567 a12345678 a123456789 aa123456 aa123456789 123456aa
    a1b2c3d4 1234567890 0123456789 123123123 12341234 123454321 11223344 112233445566 147258369
    159357159 741852963 100200300 12344321 00000000 88888888 66666666 5201314 52013140 5201314520
    1314520520 13145201314 woaini1314 woaini520 woaini521 iloveyou iloveyou1 admin123 admin888
    admin1234 administrator root1234 test1234 letmein1 welcome1 sunshine football baseball princess
    superman trustno1 computer internet whatever starwars
"""
_COMMON = frozenset(_TRIED_FIRST.split())
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
