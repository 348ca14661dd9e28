"""Spoken words made comparable, so that a cue is found however it was typed.

Belongs here: what makes two spellings of the same words equal. What the words mean is pack content.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable

# Ideographs are their own comparable form and combine with nothing beside them. Most of what is
# said is made of them, and normalising them costs more than everything else here.
_OTHER = re.compile("[^一-鿿]+")


def comparable(words: str) -> str:
    """Words in one width (NFKC) and case and without spaces: "１２ 378" equals "12378"."""
    return _OTHER.sub(_plain, words)


def _plain(other: re.Match[str]) -> str:
    return "".join(unicodedata.normalize("NFKC", other[0]).casefold().split())


# Cues come from packs and are few; customers' words are personal and are not kept in memory.
_comparable_cue = functools.lru_cache(maxsize=4096)(comparable)


class Words:
    """A customer's words made comparable once, for whoever looks for many cues in them."""

    def __init__(self, words: str) -> None:
        self.text = comparable(words)


def heard(cues: Iterable[str], words: str | Words) -> tuple[str, ...]:
    """The cues that the words contain, as the pack writes them.

    A cue inside another heard cue is left out: who says "信用卡" has not also said "卡".
    """
    text = words.text if isinstance(words, Words) else comparable(words)
    hits = {cue: form for cue in cues if (form := _comparable_cue(cue)) and form in text}
    if len(hits) < 2:
        return tuple(hits)
    return tuple(
        cue
        for cue, form in hits.items()
        if not any(form != other and form in other for other in hits.values())
    )
