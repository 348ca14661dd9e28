"""Where the words of a search stand in a text, as search itself compares them. Pure."""

import unicodedata

Span = tuple[int, int]


def hits(text: str, asked: str) -> tuple[Span, ...]:
    """Start and end of every place in `text` where a word of `asked` stands, without overlaps.

    Case and width make no difference (NFKC and case folding); words are divided at blanks.
    """
    folded, places = _folded(text)
    found: list[Span] = []
    for word in _folded(asked)[0].split():
        at = folded.find(word)
        while at >= 0:
            found.append((places[at], places[at + len(word) - 1] + 1))
            at = folded.find(word, at + len(word))
    return _joined(sorted(found))


def _folded(text: str) -> tuple[str, list[int]]:
    """A text folded character by character, and where each character of that comes from."""
    parts: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
        parts.append(plain)
        places += [at] * len(plain)
    return "".join(parts), places


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
