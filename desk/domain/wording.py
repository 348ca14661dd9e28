"""Risky words in what staff say or write, each with its reason and a better sentence.

Belongs here: the content types of phrases and the check itself. Does not belong here: reading
packs, how texts are brought to their plain form (`desk.domain.plain_form`), whose words a
quotation is (`desk.domain.quotation`), what a model makes of a passage
(`desk.domain.second_reading`). What customers say is theirs and is never corrected.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

import ahocorasick  # type: ignore[import-not-found]  # a C extension without type information
import msgspec

from desk.domain.ngrams import NgramModel
from desk.domain.plain_form import (
    BREAKS,
    QUOTED,
    SAME_CHARACTER,
    STOP,
    PlainForm,
    is_ideograph,
    plain_form,
)
from desk.domain.quotation import customer_words
from desk.domain.second_reading import SecondReading, second_readings
from desk.domain.text import Text
from desk.domain.versions import Version
from desk.i18n import _

Severity = Literal["low", "medium", "high"]
CategoryLetter = Literal["T", "Q", "J", "Y", "R", "X", "K", "D", "W", "B", "N", "M", "P", "H"]
Speaker = Literal["staff", "customer"]

WORDING_MODEL = "wording"
"""The name of the model of a pack that reads passages a second time."""

_SEVERITY_ORDER = {"high": 0, "medium": 1, "low": 2}
_PAUSES_WITHIN_FROM = 4
"""Literals at least this long may have a pause inside (保证，给您办好)."""
_SPELLED_OUT_FROM = 3
"""Literals at least this long are also found with a mark in every gap (绝。对。没。问。题)."""


class PhraseCategory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of risk (推诿, 质疑客户 …) under its one-letter code."""

    letter: CategoryLetter
    name: Text


class Phrase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One risky phrase: how it is recognised, why it does harm and what to say instead.

    At least one of `match` and `pattern` is given. `match` holds literal variants. `pattern` is a
    bounded regular expression over the plain form (see `desk.domain.plain_form`: no spaces, 您
    written 你, no doubled characters, pauses as ，, sentence ends as 。); a group named `hit`
    narrows what is marked. When `anchors` are given the pattern is tried only on sentences with
    one of them, and sees no further than their ends. A hit is let go where a literal of `unless`
    overlaps it, or where the expression `unless_near` is found in the same sentence, at most
    `near` characters away; and where the pack's model takes the whole passage for harmless
    (“下班了？下班也给您办完呀”), unless the phrase is `certain`.

    A `learned` phrase has neither `match` nor `pattern`: it is what the model finds of its
    category in a passage in which no other phrase was found.
    """

    key: Annotated[str, msgspec.Meta(pattern=r"^PH-[A-Z]-[0-9]{3,}$")]
    category: CategoryLetter
    severity: Severity
    why: Text
    better: Text
    source: str
    since: Version
    match: tuple[str, ...] = ()
    pattern: str | None = None
    anchors: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    unless_near: str | None = None
    near: Annotated[int, msgspec.Meta(ge=0, le=80)] = 15
    certain: bool = False
    learned: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A risky stretch of a text; `start` and `end` are offsets in it, in code points.

    `because` are the stretches within it that led there: itself, or the words that the model
    went by.
    """

    start: int
    end: int
    text: str
    key: str
    category: CategoryLetter
    severity: Severity
    why: Text
    better: Text
    because: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Span:
    """A stretch of the plain form in which the phrase of number `phrase` was recognised."""

    start: int
    end: int
    phrase: int
    because: tuple[tuple[int, int], ...] = ()


Role = Literal["match", "anchor", "unless"]


class WordingChecker:
    """Checks texts against the phrases of a pack, compiled once, and its model if it has one.

    The phrases are those of a checked pack: `phrase_faults` has found nothing in them.
    """

    def __init__(self, phrases: Iterable[Phrase], model: NgramModel | None = None) -> None:
        self._phrases = tuple(phrases)
        self._model = model
        self._learned: dict[str, int] = {
            p.category: n for n, p in enumerate(self._phrases) if p.learned
        }
        self._patterns = [_expression(phrase.pattern) for phrase in self._phrases]
        self._exceptions = [_expression(phrase.unless_near) for phrase in self._phrases]
        self._always = [
            number
            for number, phrase in enumerate(self._phrases)
            if phrase.pattern is not None and not phrase.anchors
        ]
        self._literals = _automaton(self._phrases)

    def check(self, text: str, speaker: Speaker = "staff") -> tuple[Finding, ...]:
        """What in `text` is risky, in order, without overlaps; nothing in a customer's words.

        Where phrases overlap, the most severe is kept, then the longest.
        """
        if speaker == "customer" or not text:
            return ()
        plain = plain_form(text, customer_words(text))
        spans = self._spans(text, plain)
        if self._model is not None:
            spans = self._read_again(plain, spans, self._model)
        chosen = _without_overlaps(spans, self._phrases, len(plain.text))
        return tuple(self._finding(text, plain, span) for span in chosen)

    def _finding(self, text: str, plain: PlainForm, span: _Span) -> Finding:
        phrase = self._phrases[span.phrase]
        start, end = _whole_words(text, *plain.original(span.start, span.end))
        because = [_whole_words(text, *plain.original(*part)) for part in span.because]
        return Finding(
            start=start,
            end=end,
            text=text[start:end],
            key=phrase.key,
            category=phrase.category,
            severity=phrase.severity,
            why=phrase.why,
            better=phrase.better,
            because=tuple(because) or ((start, end),),
        )

    def _read_again(self, plain: PlainForm, spans: list[_Span], model: NgramModel) -> list[_Span]:
        """The spans that the model does not take for harmless, and what it finds by itself."""
        kept: list[_Span] = []
        for reading in second_readings(plain, model):
            within = [span for span in spans if reading.start <= span.start < reading.end]
            if reading.harmless:
                within = [span for span in within if self._phrases[span.phrase].certain]
            learned = None if within else self._learned.get(reading.category)
            if learned is not None and reading.because:
                within = [_learned_span(reading, learned)]
            kept += within
        return kept

    def _spans(self, text: str, plain: PlainForm) -> list[_Span]:
        """Every stretch that a phrase recognises and none of its exceptions lets go."""
        matches: list[_Span] = []
        stops = [i for i, character in enumerate(plain.text) if character == STOP]
        sentences: dict[int, set[int]] = defaultdict(set)
        harmless: dict[int, _Zones] = defaultdict(_Zones)
        for role, span in self._scan(text, plain):
            if role == "anchor":
                sentences[span.phrase].add(bisect_right(stops, span.start))
            elif role == "unless":
                harmless[span.phrase].add(span)
            else:
                matches.append(span)
        bounds = [-1, *stops, len(plain.text)]
        for number, anchored in sentences.items():
            for sentence in anchored:
                start, end = bounds[sentence] + 1, bounds[sentence + 1]
                matches.extend(self._expressed(plain, number, start, end))
        for number in self._always:
            matches.extend(self._expressed(plain, number, 0, len(plain.text)))
        return [
            span
            for span in matches
            if not (span.phrase in harmless and harmless[span.phrase].overlap(span))
            and not self._excepted(plain, span)
        ]

    def _scan(self, text: str, plain: PlainForm) -> Iterator[tuple[Role, _Span]]:
        """Every literal in the text, breaks left out of account."""
        if self._literals is None:
            return
        places = [i for i, character in enumerate(plain.text) if character not in BREAKS]
        compact = "".join([plain.text[i] for i in places])
        for last, (length, entries) in self._literals.iter(compact):
            start, end = places[last - length + 1], places[last] + 1
            stands = _holds_together(plain, start, end, length) and _is_whole(
                text, *plain.original(start, end)
            )
            for role, number in entries:
                if stands or role != "match":
                    yield role, _Span(start, end, number)

    def _expressed(self, plain: PlainForm, number: int, begin: int, stop: int) -> Iterator[_Span]:
        """What the pattern of the phrase finds between two places of the plain form."""
        pattern = self._patterns[number]
        if pattern is None:
            return
        group: str | int = "hit" if "hit" in pattern.groupindex else 0
        for match in pattern.finditer(plain.text, begin, stop):
            start, end = match.span(group)
            while start < end and plain.text[start] in BREAKS:
                start += 1
            while start < end and plain.text[end - 1] in BREAKS:
                end -= 1
            if start < end and QUOTED not in plain.text[start:end]:
                yield _Span(start, end, number)

    def _excepted(self, plain: PlainForm, span: _Span) -> bool:
        """Whether the sentence near the stretch says what makes it harmless."""
        exception = self._exceptions[span.phrase]
        if exception is None:
            return False
        near = self._phrases[span.phrase].near
        begin = max(0, span.start - near)
        begin = max(begin, plain.text.rfind(STOP, begin, span.start) + 1)
        end = min(len(plain.text), span.end + near)
        stop = plain.text.find(STOP, span.end, end)
        return exception.search(plain.text, begin, stop if stop >= 0 else end) is not None


def to_json(findings: Sequence[Finding], language: str) -> dict[str, object]:
    """The findings as the document that `desk wording --json` prints.

    `because` ([start, end] each) is told only where the model went by some of the words found.
    """
    return {"findings": [_to_json(finding, language) for finding in findings]}


def _to_json(finding: Finding, language: str) -> dict[str, object]:
    told: dict[str, object] = {
        "start": finding.start,
        "end": finding.end,
        "text": finding.text,
        "key": finding.key,
        "category": finding.category,
        "severity": finding.severity,
        "why": finding.why.of(language),
        "better": finding.better.of(language),
    }
    if finding.because != ((finding.start, finding.end),):
        told["because"] = [list(part) for part in finding.because]
    return told


def phrase_faults(
    phrases: Iterable[Phrase], categories: Iterable[PhraseCategory]
) -> tuple[tuple[str, str], ...]:
    """What is wrong with phrases that are well formed one by one: (key, reason)."""
    letters = {category.letter for category in categories}
    seen: set[str] = set()
    faults: list[tuple[str, str]] = []
    for phrase in phrases:
        reasons = [*_key_faults(phrase, letters), *_recognition_faults(phrase)]
        if phrase.key in seen:
            reasons.append(_("the key is used twice"))
        seen.add(phrase.key)
        faults.extend((phrase.key, reason) for reason in reasons)
    return tuple(faults)


def _key_faults(phrase: Phrase, letters: set[CategoryLetter]) -> Iterator[str]:
    if phrase.category not in letters:
        yield _("category {category} is not defined").format(category=phrase.category)
    if phrase.key.split("-")[1] != phrase.category:
        yield _("the key does not carry the category letter {category}").format(
            category=phrase.category
        )


def _recognition_faults(phrase: Phrase) -> Iterator[str]:
    recognises = bool(phrase.match) or phrase.pattern is not None
    if phrase.learned and recognises:
        yield _("a learned phrase has neither match nor pattern")
    if not phrase.learned and not recognises:
        yield _("neither match nor pattern is given")
    if phrase.anchors and phrase.pattern is None:
        yield _("anchors are given without a pattern")
    for literal in (*phrase.match, *phrase.anchors, *phrase.unless):
        if not _literal(literal):
            yield _("nothing of the literal {literal!r} is left in its plain form").format(
                literal=literal
            )
    for source in (phrase.pattern, phrase.unless_near):
        if source is not None:
            yield from _expression_faults(source)


def _expression_faults(source: str) -> Iterator[str]:
    try:
        expression = re.compile(source)
    except re.error as error:
        yield _("the expression {source!r} cannot be read: {error}").format(
            source=source, error=error
        )
        return
    if expression.match(""):
        yield _("the expression {source!r} fits an empty text").format(source=source)
    if re.search(r"(?<!\\)[*+]|\{[0-9]{0,3},\}", source):
        yield _("the expression {source!r} is unbounded; write {{0,n}}").format(source=source)
    for first, second in pairwise(source):
        if first == second and is_ideograph(first):
            yield _("an expression holds {first}{second}; doubled characters read as one").format(
                first=first, second=second
            )


def _learned_span(reading: SecondReading, phrase: int) -> _Span:
    return _Span(reading.because[0][0], reading.because[-1][1], phrase, reading.because)


def _literal(literal: str) -> str:
    """A literal as it stands in a plain form without breaks."""
    return "".join(c for c in plain_form(literal).text if c not in BREAKS)


def _expression(source: str | None) -> re.Pattern[str] | None:
    return None if source is None else re.compile(source.translate(SAME_CHARACTER))


def _automaton(phrases: Sequence[Phrase]) -> ahocorasick.Automaton | None:
    """One automaton of all literals; each leads to its length and (role, phrase number)s."""
    entries: dict[str, set[tuple[Role, int]]] = defaultdict(set)
    for number, phrase in enumerate(phrases):
        for literal in phrase.match:
            entries[_literal(literal)].add(("match", number))
        for literal in phrase.anchors:
            entries[_literal(literal)].add(("anchor", number))
        for literal in phrase.unless:
            entries[_literal(literal)].add(("unless", number))
    if not entries:
        return None
    automaton = ahocorasick.Automaton()
    for literal, meanings in entries.items():
        automaton.add_word(literal, (len(literal), tuple(sorted(meanings))))
    automaton.make_automaton()
    return automaton


def _holds_together(plain: PlainForm, start: int, end: int, length: int) -> bool:
    """Whether the breaks inside a found literal are ones its writer could mean as one phrase.

    不，可能 is not 不可能; 保证，给您办好 is one sentence with a pause; 绝。对。没。问。题 is one
    word with marks put between its characters.
    """
    if end - start == length:
        return True
    inside = plain.text[start:end]
    if QUOTED in inside:
        return False
    if length >= _PAUSES_WITHIN_FROM and STOP not in inside:
        return True
    if length < _SPELLED_OUT_FROM:
        return False
    return all(
        inside[i] in BREAKS or inside[i - 1] in BREAKS or plain.gap(start + i)
        for i in range(1, len(inside))
    )


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a found literal that begins or ends with a Latin letter does not cut a word."""
    begins = start > 0 and _is_latin(text[start]) and _is_latin(text[start - 1])
    ends = end < len(text) and _is_latin(text[end - 1]) and _is_latin(text[end])
    return not begins and not ends


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch with the Latin words that it cuts."""
    while start > 0 and _is_latin(text[start]) and _is_latin(text[start - 1]):
        start -= 1
    while end < len(text) and _is_latin(text[end - 1]) and _is_latin(text[end]):
        end += 1
    return start, end


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


class _Zones:
    """Stretches, added in order of their ends, merged so that one look-up finds an overlap."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, span: _Span) -> None:
        start = span.start
        while self._ends and start < self._ends[-1]:
            self._ends.pop()
            start = min(start, self._starts.pop())
        self._starts.append(start)
        self._ends.append(span.end)

    def overlap(self, span: _Span) -> bool:
        """Whether a zone shares a character with the stretch."""
        index = bisect_right(self._ends, span.start)
        return index < len(self._starts) and self._starts[index] < span.end


def _without_overlaps(
    spans: Iterable[_Span], phrases: Sequence[Phrase], length: int
) -> list[_Span]:
    """The most severe, then longest, then first of overlapping stretches, in order of the text."""

    def rank(span: _Span) -> tuple[int, int, int, str]:
        phrase = phrases[span.phrase]
        return (_SEVERITY_ORDER[phrase.severity], span.start - span.end, span.start, phrase.key)

    taken = bytearray(length)
    chosen: list[_Span] = []
    for span in sorted(spans, key=rank):
        if taken.find(1, span.start, span.end) < 0:
            taken[span.start : span.end] = b"\x01" * (span.end - span.start)
            chosen.append(span)
    return sorted(chosen, key=lambda span: span.start)
