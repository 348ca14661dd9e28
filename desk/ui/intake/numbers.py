"""Whether a phone or ID number can be right: a warning while there is time to ask again."""

import unicodedata

from desk.i18n import _

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def number_warning(kind: str, text: str) -> str:
    """What looks wrong about a number of this kind; empty when nothing does."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace("-", "").upper()
    if not plain:
        return ""
    if kind == "phone" and not is_phone(plain):
        return _("This phone number looks incomplete; please check it with the customer.")
    if kind == "id_number" and len(plain) == 18 and not is_resident_id(plain):
        return _("This ID number does not add up; please look at the document again.")
    return ""


def is_phone(digits: str) -> bool:
    """Whether this is a mobile number, or may be a landline or a number from abroad."""
    plain = digits.removeprefix("+86").removeprefix("+")
    if not plain.isdecimal():
        return False
    return len(plain) == 11 if plain.startswith("1") else 7 <= len(plain) <= 15


def is_resident_id(number: str) -> bool:
    """Whether the check character of an 18-character resident ID fits (GB 11643-1999)."""
    if not number[:17].isdecimal():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return number[17] == _CHECKS[total % 11]
