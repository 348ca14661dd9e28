"""What a pack knows, entry by entry, for whoever browses or searches it.

Belongs here: the flat view of a pack (one :class:`Entry` per script, rule, checklist, code …) and
the search over it. Which versions are installed, and Excel, are in `desk.packs`.
"""

import functools
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from desk.domain.content import Pack
from desk.domain.text import Text

EntryKind = Literal[
    "scenario",
    "script",
    "phrase",
    "citation",
    "card",
    "sheet",
    "case",
    "checklist",
    "trigger",
    "matrix",
    "code",
    "right",
    "root_cause",
    "clock",
    "item",
    "profile",
    "field",
    "role",
    "authority",
    "guard",
    "cue",
    "slot",
    "outline",
]
"""In the order in which a reader meets them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a pack knows: `lines` are its texts after the title, in reading order.

    `source` is where it comes from and `since` the pack version that brought it; both are empty
    where the pack does not say. Words that have no translation (a code's cues) stand in both
    languages alike.
    """

    kind: EntryKind
    key: str
    title: Text
    lines: tuple[Text, ...]
    source: str
    since: str


@functools.lru_cache(maxsize=4)
def _entries(pack: "_ById") -> tuple[Entry, ...]:
    return tuple(
        Entry(
            kind=kind.name,
            key=kind.key(found),
            title=kind.title(found),
            lines=tuple(kind.lines(found)),
            source=_plain(found, kind.source),
            since=_plain(found, "since"),
        )
        for kind in _KINDS
        for found in kind.of(pack.pack)
    )


def entries(pack: Pack) -> tuple[Entry, ...]:
    """Everything a pack holds, kind by kind in the order of :data:`EntryKind`."""
    return _entries(_ById(pack))


def find(pack: Pack, words: str) -> tuple[Entry, ...]:
    """The entries that hold every one of the words (parted by spaces), best first.

    A word may be a single Chinese character, part of a key (`FE-1`) or of a source (`令2020`).
    What has it in its key or title comes before what has it in its text. No words: everything.
    """
    asked = [_folded(word) for word in words.split()]
    if not asked:
        return entries(pack)
    ranked = [
        (rank, found)
        for found, places in zip(entries(pack), _places(_ById(pack)), strict=True)
        if (rank := _rank(asked, places)) is not None
    ]
    return tuple(found for _rank_of, found in sorted(ranked, key=lambda pair: pair[0]))


@functools.lru_cache(maxsize=4)
def _places(pack: "_ById") -> tuple[tuple[str, ...], ...]:
    """Where words are looked for in each entry, best place first, made comparable."""
    return tuple(
        (
            _folded(found.key),
            _folded(f"{found.title.zh}\n{found.title.en}"),
            _folded("\n".join(f"{line.zh}\n{line.en}" for line in found.lines)),
            _folded(found.source),
        )
        for found in _entries(pack)
    )


def _rank(asked: Iterable[str], places: tuple[str, ...]) -> tuple[int, int] | None:
    """Lower is better: how far back the words stand; a whole key goes before everything."""
    total = 0
    for word in asked:
        at = next((n for n, place in enumerate(places) if word in place), None)
        if at is None:
            return None
        total += 0 if word == places[0] else at + 1
    return total, len(places[1])


def _folded(words: str) -> str:
    """One width and case, so that `ＳＣ` finds `sc`; spaces stay, for English has words."""
    return unicodedata.normalize("NFKC", words).casefold()


@dataclass(frozen=True, slots=True, eq=False)
class _ById:
    """A pack as a key of a cache: packs are frozen but hold mappings, which have no hash."""

    pack: Pack

    def __hash__(self) -> int:
        return id(self.pack)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.pack is self.pack


def said(value: object) -> Iterator[Text]:
    """Every text in a piece of content, in the order of its fields."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from said(getattr(value, name))
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from said(one)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from said(one)


def _both(words: object) -> Text:
    return Text(zh=str(words), en=str(words))


def _plain(found: object, name: str) -> str:
    return str(getattr(found, name, "") or "") if name else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """How entries of one kind are found in a pack and told."""

    name: EntryKind
    of: Callable[[Pack], Iterable[Any]]
    called: str = "name"
    """The field that is the title."""
    named: Callable[[Any], Text] | None = None
    """How a title is made where no field is one."""
    words: tuple[str, ...] = ()
    """Fields with words in one language only."""
    source: str = "source"
    key_field: str = "key"
    key_form: str = "{}"

    def key(self, found: object) -> str:
        return self.key_form.format(getattr(found, self.key_field))

    def title(self, found: object) -> Text:
        if self.named is not None:
            return self.named(found)
        title: Text = getattr(found, self.called)
        return title

    def lines(self, found: msgspec.Struct) -> Iterator[Text]:
        for name in found.__struct_fields__:
            value = getattr(found, name)
            if name in self.words and value:
                yield from map(_both, value if isinstance(value, tuple) else (value,))
            elif self.named is not None or name != self.called:
                yield from said(value)


def _phrase_title(found: Any) -> Text:  # noqa: ANN401 - one of many content types
    return _both(" · ".join(found.match) or found.pattern or found.key)


def _cue_title(found: Any) -> Text:  # noqa: ANN401
    return _both(" · ".join(found.words) or found.pattern or found.to)


def _fields(pack: Pack) -> Iterator[Any]:
    for step in pack.steps:
        for section in step.sections:
            yield from section.fields
            for group in section.groups:
                yield from group.fields


_KINDS: tuple[_Kind, ...] = (
    _Kind(name="scenario", of=lambda p: p.scenarios, words=("cues",)),
    _Kind(name="script", of=lambda p: p.scripts, called="text"),
    _Kind(
        name="phrase",
        of=lambda p: p.phrases,
        named=_phrase_title,
        words=("unless", "unless_near"),
    ),
    _Kind(name="citation", of=lambda p: p.citations, called="title"),
    _Kind(name="card", of=lambda p: p.cards, called="title"),
    _Kind(name="sheet", of=lambda p: p.sheets, called="title"),
    _Kind(name="case", of=lambda p: p.cases, called="title"),
    _Kind(name="checklist", of=lambda p: p.checklists, called="title"),
    _Kind(name="trigger", of=lambda p: p.triggers, called="why", words=("condition",)),
    _Kind(
        name="matrix",
        of=lambda p: p.matrix.cells,
        called="title",
        key_field="number",
        key_form="M{}",
    ),
    _Kind(name="code", of=lambda p: p.codes.codes, words=("std_code", "cues")),
    _Kind(name="right", of=lambda p: p.codes.rights),
    _Kind(name="root_cause", of=lambda p: p.codes.root_causes),
    _Kind(name="clock", of=lambda p: p.clocks.rules, called="title", key_field="kind"),
    _Kind(name="item", of=lambda p: p.assessment.items, called="label"),
    _Kind(name="profile", of=lambda p: p.assessment.profiles),
    _Kind(name="field", of=_fields, called="label"),
    _Kind(name="role", of=lambda p: p.roles),
    _Kind(name="authority", of=lambda p: p.authorities, called="what"),
    _Kind(name="guard", of=lambda p: p.guards),
    _Kind(name="cue", of=lambda p: p.cues, named=_cue_title, words=("unless", "unless_near")),
    _Kind(name="slot", of=lambda p: p.slots, called="label"),
    _Kind(name="outline", of=lambda p: p.outline, called="topic", source="reading"),
)
