"""Spoken words made comparable, so that a cue is found however it was typed.

Belongs here: what makes two spellings of the same words equal. What the words mean is pack content.
"""

import functools
import unicodedata
from collections.abc import Iterable


def comparable(words: str) -> str:
    """Words in one width (NFKC) and case and without spaces: "１２ 378" equals "12378"."""
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())


# Cues come from packs and are few; customers' words are personal and are not kept in memory.
_comparable_cue = functools.lru_cache(maxsize=4096)(comparable)


def heard(cues: Iterable[str], words: str) -> tuple[str, ...]:
    """The cues that the words contain, as the pack writes them.

    A cue inside another heard cue is left out: who says "信用卡" has not also said "卡".
    """
    text = comparable(words)
    plain = {cue: _comparable_cue(cue) for cue in cues}
    hits = [cue for cue, form in plain.items() if form and form in text]
    return tuple(
        cue
        for cue in hits
        if not any(plain[cue] != plain[other] and plain[cue] in plain[other] for other in hits)
    )
