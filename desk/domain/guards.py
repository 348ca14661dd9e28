"""What no script of ours may say: the lawful readings R1–R27 as checks, and who may promise what.

Belongs here: the content types of guards and authorities and the check itself. What *staff* say is
checked by `desk.domain.wording`; a guard looks at what the pack itself puts into their mouths, and
is therefore stricter.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from desk.domain.suggestion import Script
from desk.domain.text import Text
from desk.domain.versions import FIRST, Version
from desk.domain.wording import Phrase
from desk.i18n import _

GuardedPart = Literal["guards", "scripts", "phrases"]

_LANGUAGES = ("zh", "en")
_SENTENCE = re.compile(r"[^。？！]{1,400}[。？！]?|[。？！]")
_ENGLISH_SENTENCE = re.compile(r"(?<=[.?!])\s")
_UNBOUNDED = re.compile(r"(?<!\\)[*+]|\{[0-9]{0,3},\}")


class Guard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One lawful reading as a check on the pack's own sentences.

    `zh` and `en` are bounded regular expressions that find a sentence which breaks the reading, big
    letters or small; `unless_zh` and `unless_en` let go a sentence in which they are found as well
    (“不影响您投诉”). `breaks` are sentences that must be found, `keeps` near ones that must not: a
    guard whose examples do not hold is a fault of the pack. A `promise` may be made by a script
    that names its authority. `card` is the key of the card that explains the reading.
    """

    key: Annotated[str, msgspec.Meta(pattern=r"^R[0-9]{1,2}$")]
    name: Text
    zh: str
    en: str
    breaks: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    keeps: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    card: str
    source: str
    unless_zh: str = ""
    unless_en: str = ""
    promise: bool = False
    since: Version = FIRST


class Authority(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A thing that staff may promise on the spot: what, and from which role on.

    A script that promises money, a remedy or a result names the authority it rests on in
    `promises`; without one it is a fault (R17, R18; D 23–29). `limit_yuan` None: no sum is meant.
    """

    key: Annotated[str, msgspec.Meta(pattern=r"^AU-[A-Z0-9]+(-[A-Z0-9]+)*$")]
    what: Text
    role: str
    source: str
    limit_yuan: Annotated[float, msgspec.Meta(ge=0)] | None = None
    since: Version = FIRST


@dataclass(frozen=True, slots=True)
class _Ready:
    """A guard with its expressions compiled, by language."""

    guard: Guard
    finds: dict[str, re.Pattern[str]]
    lets_go: dict[str, re.Pattern[str] | None]

    def broken_by(self, text: Text) -> str:
        """The words of the first sentence that breaks the guard, in either language; else ""."""
        return next(filter(None, (self.found(text.of(one), one) for one in _LANGUAGES)), "")

    def found(self, text: str, language: str) -> str:
        """The words in a text of one language that break the guard; "" when none do."""
        finds, lets_go = self.finds[language], self.lets_go[language]
        if finds.search(text) is None:
            return ""
        for sentence in _sentences(text, language):
            hit = finds.search(sentence)
            if hit is not None and not (lets_go is not None and lets_go.search(sentence)):
                return hit.group()
        return ""


def guard_faults(
    guards: Iterable[Guard],
    scripts: Iterable[Script],
    phrases: Iterable[Phrase],
    authorities: Iterable[Authority],
) -> Iterator[tuple[GuardedPart, str, str]]:
    """What breaks a lawful reading: (part of the pack, key of the entry, reason).

    A guard that cannot be read or whose examples do not hold; a script or a better sentence of a
    phrase that a guard finds; a script whose promise rests on no known authority. The better
    sentences of phrases are not asked for promises: their blanks leave the promise to the speaker.
    """
    ready: list[_Ready] = []
    for guard in guards:
        reasons = list(_expression_faults(guard))
        if not reasons:
            ready.append(_ready(guard))
            reasons = list(_example_faults(ready[-1]))
        yield from (("guards", guard.key, reason) for reason in reasons)
    known = {authority.key for authority in authorities}
    for script in scripts:
        for name in sorted(set(script.promises) - known):
            yield "scripts", script.key, _("unknown authority {name}").format(name=name)
        for one in ready:
            if not (one.guard.promise and script.promises):
                yield from _broken("scripts", script.key, one, script.text)
    for phrase in phrases:
        for one in ready:
            if not one.guard.promise:
                yield from _broken("phrases", phrase.key, one, phrase.better)


def _broken(
    part: GuardedPart, key: str, ready: _Ready, text: Text
) -> Iterator[tuple[GuardedPart, str, str]]:
    words = ready.broken_by(text)
    if words:
        reason = _("breaks {guard}: “{words}”")
        yield part, key, reason.format(guard=ready.guard.key, words=words)


def _expression_faults(guard: Guard) -> Iterator[str]:
    for source in (guard.zh, guard.en, guard.unless_zh, guard.unless_en):
        try:
            expression = re.compile(source)
        except re.error as error:
            yield _("the expression {source!r} cannot be read: {error}").format(
                source=source, error=error
            )
            continue
        if source and expression.match(""):
            yield _("the expression {source!r} fits an empty text").format(source=source)
        if _UNBOUNDED.search(source):
            yield _("the expression {source!r} is unbounded; write {{0,n}}").format(source=source)
    if not (guard.zh and guard.en):
        yield _("an expression is needed for each language")


def _example_faults(ready: _Ready) -> Iterator[str]:
    for language in _LANGUAGES:
        for example in ready.guard.breaks:
            if not ready.found(example.of(language), language):
                text = example.of(language)
                yield _("does not find its example: {text}").format(text=text)
        for example in ready.guard.keeps:
            if ready.found(example.of(language), language):
                text = example.of(language)
                yield _("finds what it should let go: {text}").format(text=text)


def _ready(guard: Guard) -> _Ready:
    def compiled(source: str) -> re.Pattern[str]:
        return re.compile(source, re.IGNORECASE)

    return _Ready(
        guard,
        finds={"zh": compiled(guard.zh), "en": compiled(guard.en)},
        lets_go={
            "zh": compiled(guard.unless_zh) if guard.unless_zh else None,
            "en": compiled(guard.unless_en) if guard.unless_en else None,
        },
    )


def _sentences(text: str, language: str) -> list[str]:
    return _SENTENCE.findall(text) if language == "zh" else _ENGLISH_SENTENCE.split(text)
