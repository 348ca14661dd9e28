"""What the pack's wording model makes of each passage of a text: harmless, risky, or nothing sure.

Phrases know words; the model knows how sentences sound that good staff say and that they had better
not. It lets go of risky words in a harmless passage, and hears risk where no phrase is. It works on
the plain form with sums and sentence ends made alike. Does not belong here: phrases
(`desk.domain.wording`), the arithmetic (`desk.domain.ngrams`).
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from desk.domain.ngrams import NgramModel, Scores
from desk.domain.plain_form import PAUSE, STOP, PlainForm, is_ideograph

RISKY = "risky"
"""The label of the model that says whether; its other labels are the letters of the categories."""

_HARMLESS_BELOW = -0.5
"""Log odds (about 3 in 8) below which risky words are taken for harmless ones."""
_LEAST_SAID = 6
"""Chinese characters, or words of other scripts, from which a passage says enough to be judged."""
_PASSAGE = 60
"""Plain characters that are read at once: short sentences explain each other, long texts dilute."""
_NUMERALS = frozenset("0123456789〇零一二三四五六七八九十百千万两几")
_ALIKE = "0"
_SEEN_AS = {STOP: "$", PAUSE: ","}
"""Ends and pauses are read like characters: how a sentence begins and ends is most of its tone."""


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What the model makes of the passage from `start` to `end` of a plain form.

    `category` is the letter of the most likely kind of risk and `because` the stretches that spoke
    for risk, when it is sure of risk; "" and () when not.
    """

    start: int
    end: int
    harmless: bool
    category: str = ""
    because: tuple[tuple[int, int], ...] = ()


def second_readings(plain: PlainForm, model: NgramModel) -> Iterator[SecondReading]:
    """The reading of every passage, in order; together they cover the whole text."""
    for start, end in passages(plain.text):
        yield _read(reading_form(plain, start, end), start, end, model)


def passages(text: str) -> Iterator[tuple[int, int]]:
    """Where a plain text is cut: after sentences, each passage as long as it may be."""
    start = position = 0
    while position < len(text):
        stop = text.find(STOP, position)
        end = len(text) if stop < 0 else stop + 1
        if start < position and end - start > _PASSAGE:
            yield start, position
            start = position
        position = end
    if start < len(text):
        yield start, len(text)


def reading_form(plain: PlainForm, start: int, end: int) -> PlainForm:
    """A passage as the model reads it; its "original" is the plain form, not the text.

    Runs of numerals become one, and a mark stands before the first and after the last character.
    """
    characters = [_SEEN_AS[STOP]]
    places = [start]
    for place in range(start, end):
        character = plain.text[place]
        seen = _ALIKE if character in _NUMERALS else _SEEN_AS.get(character, character)
        if seen in (_ALIKE, _SEEN_AS[STOP]) and characters[-1] == seen:
            continue
        characters.append(seen)
        places.append(place)
    if characters[-1] != _SEEN_AS[STOP]:
        characters.append(_SEEN_AS[STOP])
        places.append(end)
    ends = [*places[1:], end]
    return PlainForm("".join(characters), array("q", places), array("q", ends))


def _read(form: PlainForm, start: int, end: int, model: NgramModel) -> SecondReading:
    if _said(form.text) < _LEAST_SAID:
        return SecondReading(start, end, harmless=False)
    scores = model.score(form)
    odds = scores.of[RISKY]
    if odds < model.thresholds[model.labels.index(RISKY)]:
        return SecondReading(start, end, harmless=odds < _HARMLESS_BELOW)
    likely = max((label for label in model.labels if label != RISKY), key=scores.of.__getitem__)
    return SecondReading(start, end, False, likely, tuple(_words(form, scores, start, end)))


def _said(text: str) -> int:
    """How much a passage says: its Chinese characters, and a word for five other letters."""
    ideographs = sum(map(is_ideograph, text))
    return ideographs + (sum(map(str.isalpha, text)) - ideographs) // 5


def _words(form: PlainForm, scores: Scores, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches that spoke for risk, without the marks around them."""
    marks = frozenset(_SEEN_AS.values())
    for begin, stop in scores.because(RISKY):
        kept = [
            place
            for character, place in zip(form.text, form.starts, strict=True)
            if begin <= place < stop and character not in marks
        ]
        if kept and start <= kept[0] <= kept[-1] < end:
            yield kept[0], kept[-1] + 1
