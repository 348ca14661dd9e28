"""Text as search sees it: folded, cut into overlapping pairs of characters. Pure.

"盗刷问题" is indexed as 盗刷 · 刷问 · 问题 · 题. A word of two or more characters is then a phrase
of pairs, a single character the beginning of a token, so that every substring from one character
up is found exactly, and nothing else.

Full and half width, upper and lower case are the same (NFKC and case folding). Blanks divide
words, and words never join across them. Every other character counts, quotes and signs included:
what the tokenizer would take for a separator is moved to the last private plane, so nothing that
a person types can be read as query language.
"""

import re
import unicodedata

# SQLite's `ascii` tokenizer divides at every ASCII character but letters and digits.
_SIGNS = {code: 0x10_FE00 + code for code in range(128) if not chr(code).isalnum()}
_PHONE = re.compile(r"[0-9+()\-\s]*")
_NOT_DIGITS = re.compile(r"[^0-9]+")
_LONGEST = 100


def folded(text: str) -> str:
    """`text` without differences of case and width; lone surrogates become a mark."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", clean).casefold())


def words(text: str) -> list[str]:
    """The folded words of a text, divided at blanks."""
    return folded(text).split()


def indexed(text: str) -> str:
    """A text as the index takes it: the pairs of each word and its last character, in order."""
    pairs: list[str] = []
    for word in words(text):
        kept = word.translate(_SIGNS)
        pairs += (kept[i : i + 2] for i in range(len(kept)))
    return " ".join(pairs)


def indexed_phone(text: str) -> str:
    """A phone number as the index takes it: as written and, when that differs, its digits."""
    written, bare = indexed(text), digits(text)
    return written if bare == folded(text) else f"{written} {indexed(bare)}".strip()


def digits(text: str) -> str:
    """Only the digits of a text."""
    return _NOT_DIGITS.sub("", folded(text))


def query(asked: str) -> str:
    """The index query for what a person typed; empty when there is nothing to look for.

    Every word must occur, in whatever column. A phone number may be typed with blanks, dashes and
    brackets: its digits together are looked for among the phone numbers as well.
    """
    asked = asked[:_LONGEST]
    found = words(asked)
    if not found:
        return ""
    all_words = " AND ".join(_phrase(word) for word in found)
    bare = digits(asked)
    if len(bare) > 1 and [bare] != found and _PHONE.fullmatch(folded(asked)):
        return f"({all_words}) OR (phone : {_phrase(bare)})"
    return all_words


def _phrase(word: str) -> str:
    kept = word.translate(_SIGNS)
    if len(kept) == 1:
        return f'"{kept}" *'
    return '"' + " ".join(kept[i : i + 2] for i in range(len(kept) - 1)) + '"'
