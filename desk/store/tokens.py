"""Text as search sees it: folded, cut into overlapping pairs of characters. Pure.

"盗刷问题" is indexed as 盗刷 · 刷问 · 问题 · 题. A word of two or more characters is then a phrase
of pairs, a single character the beginning of a token, so that every substring from one character
up is found exactly, and nothing else.

Pairs of digits are too common for that: at a million cases a case number took 150 ms. Runs of four
and more ASCII characters (numbers, codes) are therefore indexed a second time, in fours, and asked
for by these.

Full and half width, upper and lower case are the same (NFKC and case folding). Blanks divide
words, and words never join across them. Every other character counts, quotes and signs included:
what the tokenizer would take for a separator is moved to the last private plane, so nothing that
a person types can be read as query language.
"""

import re
import unicodedata
from collections.abc import Iterable

# SQLite's `ascii` tokenizer divides at every ASCII character but letters and digits.
_SIGNS = {code: 0x10_FE00 + code for code in range(128) if not chr(code).isalnum()}
_PHONE = re.compile(r"[0-9+()\-\s]*")
_RUN = re.compile(r"[!-~]{4,}")
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
        pairs += _cut(word, 2, tail=1)
    return " ".join(pairs)


def indexed_phone(text: str) -> str:
    """A phone number as the index takes it: as written and, when that differs, its digits."""
    return indexed(_phone_twice(text))


def indexed_runs(texts: Iterable[str], phone: str) -> str:
    """The runs of ASCII characters in these texts and a phone number, in fours."""
    fours: list[str] = []
    for text in (*texts, _phone_twice(phone)):
        for run in _RUN.findall(folded(text)):
            # The shorter tail keeps a phrase from reaching from one run into the next.
            fours += _cut(run, 4, tail=3)
    return " ".join(fours)


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
    all_words = " AND ".join(_wanted(word) for word in found)
    bare = digits(asked)
    if len(bare) > 1 and [bare] != found and _PHONE.fullmatch(folded(asked)):
        return f"({all_words}) OR ({phone_query(bare)})"
    return all_words


def phone_query(number: str) -> str:
    """The index query for a phone number of two or more digits, wherever it stands in one."""
    return f"phone : {_phrase(number)}{_in_runs(number)}"


def _wanted(word: str) -> str:
    if _RUN.fullmatch(word):
        return f"runs : {_phrase(word, 4)}"
    return _phrase(word) + _in_runs(word)


def _in_runs(word: str) -> str:
    """What the rarer fours of a word's runs add, so that its pairs are not walked one by one."""
    return "".join(f" AND runs : {_phrase(run, 4)}" for run in _RUN.findall(word))


def _phrase(word: str, length: int = 2) -> str:
    if len(word) == 1:
        return f'"{word.translate(_SIGNS)}" *'
    return '"' + " ".join(_cut(word, length, tail=length)) + '"'


def _cut(word: str, length: int, *, tail: int) -> list[str]:
    """Overlapping pieces of a word, as long as `length`; at its end as short as `tail`."""
    kept = word.translate(_SIGNS)
    return [kept[i : i + length] for i in range(len(kept) - tail + 1)]


def _phone_twice(text: str) -> str:
    bare = digits(text)
    return text if bare == folded(text) else f"{text} {bare}"
