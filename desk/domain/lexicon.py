"""What words point to: the lexicon by which `desk propose` reads a customer's own account.

Belongs here: the content type, and where a text holds cues. How proposals are scored is in
`desk.domain.proposal`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

import ahocorasick  # type: ignore[import-not-found]  # a C extension without type information
import msgspec

from desk.domain.plain_form import BREAKS, SAME_CHARACTER, STOP, PlainForm, plain_form
from desk.domain.versions import FIRST, Version

TriggerKey = Literal[
    "regulator",
    "media",
    "legal",
    "group",
    "violence",
    "self_harm",
    "fraud_in_progress",
    "medical",
    "vulnerable",
    "privacy_breach",
    "paid_agent",
]
"""What a customer's account may call for beyond the matter itself."""

_SHORT_WORD = 5
"""Longer Latin words are also found with an ending (surrender, surrendered)."""


class Cue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that point to a scenario or a trigger, and what takes them back.

    `to` is the key of a scenario or trigger. `words` are literals, `pattern` a bounded regular
    expression over the plain form of the text (`desk.domain.plain_form`). A hit is let go when a
    literal of `unless` overlaps it or the expression `unless_near` is found within `near`
    characters in the same sentence. `weight` is how much one hit counts.
    """

    key: Annotated[str, msgspec.Meta(pattern=r"^CUE-[a-z0-9_]+-[0-9]{2,}$")]
    to: str
    words: tuple[str, ...] = ()
    pattern: str | None = None
    unless: tuple[str, ...] = ()
    unless_near: str | None = None
    near: Annotated[int, msgspec.Meta(ge=0, le=80)] = 12
    weight: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1.0
    since: Version = FIRST


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of a plain form that a cue recognised; `name` is what it recognised it by."""

    start: int
    end: int
    name: str
    worth: float


class Lexicon:
    """The cues of a pack, compiled once."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        self._cues = tuple(cues)
        self._patterns = [_expression(cue.pattern) for cue in self._cues]
        self._exceptions = [_expression(cue.unless_near) for cue in self._cues]
        self._literals = _automaton(self._cues)

    def read(self, text: str, plain: PlainForm) -> dict[str, tuple[Hit, ...]]:
        """What the cues recognise in a text, by the key they point to, in order of the text.

        A literal inside a longer one that points to the same key is left out.
        """
        found: dict[str, list[Hit]] = {}
        for number, hit in self._hits(text, plain):
            if not self._excepted(plain.text, number, hit):
                found.setdefault(self._cues[number].to, []).append(hit)
        return {to: _longest(hits) for to, hits in found.items()}

    def _hits(self, text: str, plain: PlainForm) -> Iterator[tuple[int, Hit]]:
        """Every hit that no literal takes back, with the number of its cue."""
        taken_back: dict[int, list[tuple[int, int]]] = {}
        hits: list[tuple[int, Hit]] = []
        for number, hit, takes_back in self._worded(text, plain):
            if takes_back:
                taken_back.setdefault(number, []).append((hit.start, hit.end))
            else:
                hits.append((number, hit))
        for number, pattern in enumerate(self._patterns):
            if pattern is not None:
                cue = self._cues[number]
                matches = pattern.finditer(plain.text)
                hits += [(number, Hit(*m.span(), cue.key, cue.weight)) for m in matches]
        for number, hit in hits:
            zones = taken_back.get(number, ())
            if not any(begin < hit.end and hit.start < stop for begin, stop in zones):
                yield number, hit

    def _worded(self, text: str, plain: PlainForm) -> Iterator[tuple[int, Hit, bool]]:
        """Every literal found: its cue, where, and whether it takes hits of the cue back."""
        if self._literals is None:
            return
        for last, (literal, uses) in self._literals.iter(plain.text):
            start, end = last + 1 - len(literal), last + 1
            if _is_whole(text, *plain.original(start, end)):
                for number, takes_back in uses:
                    yield number, Hit(start, end, literal, self._cues[number].weight), takes_back

    def _excepted(self, plain: str, number: int, hit: Hit) -> bool:
        """Whether the sentence near the hit says what makes it innocent."""
        exception = self._exceptions[number]
        if exception is None:
            return False
        near = self._cues[number].near
        begin = max(hit.start - near, plain.rfind(STOP, 0, hit.start) + 1, 0)
        stop = plain.find(STOP, hit.end)
        end = min(hit.end + near, len(plain) if stop < 0 else stop)
        return exception.search(plain, begin, end) is not None


def cue_faults(cues: Iterable[Cue], keys: Collection[str]) -> tuple[tuple[str, str], ...]:
    """What is wrong with cues that are well formed one by one: (key, reason in English)."""
    known = {*keys, *get_args(TriggerKey)}
    faults: list[tuple[str, str]] = []
    seen: set[str] = set()
    for cue in cues:
        if cue.key in seen:
            faults.append((cue.key, "the key is used twice"))
        seen.add(cue.key)
        if cue.to not in known:
            faults.append((cue.key, f"there is no scenario or trigger {cue.to}"))
        if not cue.words and cue.pattern is None:
            faults.append((cue.key, "neither words nor pattern is given"))
        for word in (*cue.words, *cue.unless):
            if len(_literal(word)) < 2:
                reason = f"of {word!r} less than two characters are left in its plain form"
                faults.append((cue.key, reason))
        for source in (cue.pattern, cue.unless_near):
            if source is not None:
                faults.extend((cue.key, reason) for reason in _expression_faults(source))
    return tuple(faults)


def _longest(hits: list[Hit]) -> tuple[Hit, ...]:
    """The hits that do not lie inside a longer one, in order."""
    kept: list[Hit] = []
    end = -1
    for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
        if hit.end > end:
            kept.append(hit)
            end = hit.end
    return tuple(kept)


def _literal(word: str) -> str:
    return "".join(c for c in plain_form(word).text if c not in BREAKS)


def _expression(source: str | None) -> re.Pattern[str] | None:
    return None if source is None else re.compile(source.translate(SAME_CHARACTER))


def _automaton(cues: Sequence[Cue]) -> ahocorasick.Automaton | None:
    """One automaton of all literals; each leads to itself and its (cue number, takes back)s."""
    uses: dict[str, set[tuple[int, bool]]] = {}
    for number, cue in enumerate(cues):
        for word in cue.words:
            uses.setdefault(_literal(word), set()).add((number, False))
        for word in cue.unless:
            uses.setdefault(_literal(word), set()).add((number, True))
    uses.pop("", None)
    if not uses:
        return None
    automaton = ahocorasick.Automaton()
    for literal, found in uses.items():
        automaton.add_word(literal, (literal, tuple(sorted(found))))
    automaton.make_automaton()
    return automaton


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a found literal does not begin within a Latin word, nor a short one end in it."""
    if start > 0 and _is_latin(text[start]) and _is_latin(text[start - 1]):
        return False
    inside = end < len(text) and _is_latin(text[end - 1]) and _is_latin(text[end])
    return not inside or end - start > _SHORT_WORD


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _expression_faults(source: str) -> Iterator[str]:
    try:
        expression = re.compile(source)
    except re.error as error:
        yield f"the expression {source!r} cannot be read: {error}"
        return
    if expression.match(""):
        yield f"the expression {source!r} fits an empty text"
    if re.search(r"(?<!\\)[*+]|\{[0-9]{0,3},\}", source):
        yield f"the expression {source!r} is unbounded; write {{0,n}}"
