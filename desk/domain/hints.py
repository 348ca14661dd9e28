"""Hints that a customer has complained in another branch too, told without a name. Pure.

Head office fingerprints what tells the customer (telephone, ID) of cases in several branches, under
a salt of the branch and period. A branch is told only fingerprints of customers it has itself, and
looks for them among its own cases; nobody else's can be told from them, nor can those of two
branches be held against each other.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable

import msgspec

from desk.domain.case import Case
from desk.domain.exchange import Hash, Line
from desk.domain.spoken import comparable

CUSTOMER_FIELDS = ("complainant_phone", "id_number")
"""The fields by which a customer is known again, as `desk.domain.head_office` has them."""

_CHINA = re.compile(r"^(?:00)?86(?=1[0-9]{10}\Z)")
_LEAST = 7
"""Anything shorter is no telephone and no ID."""


class Hints(msgspec.Struct, frozen=True, kw_only=True):
    """What `Sent("hint")` holds as JSON: `marks` of customers, under `salt` (hex), for a period."""

    salt: Hash
    period: Line
    marks: tuple[Hash, ...]


def mark(salt: str, value: str) -> str:
    """The fingerprint of a telephone or ID under a salt (both hex), however it was written."""
    plain = _CHINA.sub("", re.sub(r"[^0-9A-Z]", "", comparable(value).upper()))
    return hmac.digest(bytes.fromhex(salt), plain.encode(), hashlib.sha256).hex()


def marks(salt: str, case: Case) -> frozenset[str]:
    """The fingerprints of the customer of a case."""
    values = (case.text(field) for field in CUSTOMER_FIELDS)
    return frozenset(mark(salt, value) for value in values if len(value) >= _LEAST)


def matching(hints: Iterable[Hints], case: Case) -> bool:
    """Whether head office says that the customer of a case has complained elsewhere too."""
    return any(marks(one.salt, case) & set(one.marks) for one in hints)
