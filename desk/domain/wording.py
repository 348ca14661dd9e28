"""Risky words in what staff say or write, each with its reason and a better sentence.

Belongs here: the content types of phrases and the check itself. Does not belong here: reading
packs, and anything about what customers say: their words are theirs and are never corrected.
"""

import datetime
from typing import Annotated, Literal

import msgspec

from desk.domain.text import Text

Severity = Literal["low", "medium", "high"]
CategoryLetter = Literal["T", "Q", "J", "Y", "R", "X", "K", "D", "W", "B", "N", "M", "P", "H"]


class PhraseCategory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of risk (推诿, 质疑客户 …) under its one-letter code."""

    letter: CategoryLetter
    name: Text


class Phrase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One risky phrase: how it is recognised, why it does harm and what to say instead.

    At least one of `match` (literal variants) and `pattern` (a regular expression) is given.
    """

    key: Annotated[str, msgspec.Meta(pattern=r"^PH-[A-Z]-[0-9]{3,}$")]
    category: CategoryLetter
    severity: Severity
    why: Text
    better: Text
    source: str
    since: datetime.date
    match: tuple[str, ...] = ()
    pattern: str | None = None
    unless: tuple[str, ...] = ()
