"""What a pack knows, entry by entry, for whoever browses or searches it.

Belongs here: the flat view of a pack (one :class:`Entry` per script, rule, checklist, code …), the
search over it, and one entry with all there is to say of it. Versions and Excel: `desk.services.
shelves`.
"""

import functools
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from desk.domain.content import Pack
from desk.domain.text import Text
from desk.i18n import N_, _
from desk.packs import workbook

_NO_NAMES = frozenset({"key", "source", "since", "match", "pattern", "unless", "unless_near"})
"""Fields in which a word that looks like a key is none."""

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
    "measure",
    "variant",
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
    "keeping",
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


@dataclass(frozen=True, slots=True)
class Told:
    """One field of an entry under its name; what has no translation stands in both languages."""

    label: Text
    value: Text


@dataclass(frozen=True, slots=True)
class About:
    """Everything about one entry: its fields in order, and the entries that name it."""

    entry: Entry
    fields: tuple[Told, ...]
    used_by: tuple[Entry, ...]


@functools.lru_cache(maxsize=4)
def _items(pack: "_ById") -> tuple[tuple[Entry, "_Kind", msgspec.Struct], ...]:
    return tuple(
        (
            Entry(
                kind=kind.name,
                key=kind.key(found),
                title=kind.title(found),
                lines=tuple(kind.lines(found)),
                source=_plain(found, kind.source),
                since=_plain(found, "since"),
            ),
            kind,
            found,
        )
        for kind in _KINDS
        for found in kind.of(pack.pack)
    )


@functools.lru_cache(maxsize=4)
def _entries(pack: "_ById") -> tuple[Entry, ...]:
    return tuple(entry for entry, _kind, _found in _items(pack))


_KIND_NAMES: Mapping[EntryKind, str] = {
    "scenario": N_("Scenario"),
    "script": N_("Script"),
    "phrase": N_("Phrase"),
    "citation": N_("Rule"),
    "card": N_("Card"),
    "sheet": N_("Sheet"),
    "case": N_("Worked case"),
    "checklist": N_("Checklist"),
    "trigger": N_("Trigger"),
    "matrix": N_("Matrix cell"),
    "code": N_("Code"),
    "right": N_("Right"),
    "root_cause": N_("Root cause"),
    "measure": N_("Measure"),
    "variant": N_("Kind of institution"),
    "clock": N_("Legal clock"),
    "item": N_("Question of the quick assessment"),
    "profile": N_("Profile"),
    "field": N_("Field"),
    "role": N_("Role"),
    "authority": N_("Authority"),
    "guard": N_("Guard"),
    "cue": N_("Cue words"),
    "slot": N_("Blank of scripts"),
    "outline": N_("Outline"),
    "keeping": N_("Keeping time"),
}


def kind_name(kind: EntryKind) -> str:
    """What an entry of a kind is called, in the language in force."""
    return _(_KIND_NAMES[kind])


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


def about(pack: Pack, key: str) -> tuple[About, ...]:
    """Everything about what has this key (in any case), also of a part of an entry.

    Several when different kinds share a key; empty when the pack has no such key.
    """
    items = _items(_ById(pack))
    wanted = _folded(key.strip())
    found = [item for item in items if _folded(item[0].key) == wanted]
    found = found or [item for item in items if wanted in map(_folded, _keys_inside(item[2]))]
    return tuple(
        About(
            entry,
            tuple(_told(kind, struct)),
            tuple(
                other
                for other, _kind, holder in items
                if holder is not struct and _names(holder, entry.key, _unnamed(entry.kind))
            ),
        )
        for entry, kind, struct in found
    )


def _told(kind: "_Kind", found: msgspec.Struct) -> Iterator[Told]:
    for one in msgspec.structs.fields(found):
        value = getattr(found, one.name)
        if one.name == kind.key_field or value in (None, "", ()):
            continue
        label = workbook.words().column(kind.sheet, one.encode_name).label
        texts = tuple(_values(value))
        zh, en = ("\n".join(text.of(language) for text in texts) for language in ("zh", "en"))
        if zh or en:
            yield Told(label, Text(zh=zh, en=en))


def _values(value: object) -> Iterator[Text]:
    """What a field holds as texts: those of an entry inside it in one line, after its key."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, msgspec.Struct):
        parts = [
            text
            for name in value.__struct_fields__
            if getattr(value, name) not in (None, "", (), False)
            for text in _values(getattr(value, name))
        ]
        zh, en = (" · ".join(part.of(language) for part in parts) for language in ("zh", "en"))
        yield Text(zh=zh, en=en)
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _values(one)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from (_both(f"{name}: {text.zh}") for text in _values(one))
    else:
        yield _both("yes" if value is True else "no" if value is False else value)


def _keys_inside(found: object) -> Iterator[str]:
    """The keys of what stands inside an entry."""
    if isinstance(found, msgspec.Struct):
        for name in found.__struct_fields__:
            for one in _listed(getattr(found, name)):
                key = getattr(one, "key", None)
                if isinstance(key, str):
                    yield key
                yield from _keys_inside(one)


def _listed(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _unnamed(kind: EntryKind) -> frozenset[str]:
    """Fields that never name an entry of this kind: rights and readings are both R1, R2."""
    return _NO_NAMES | ({"about", "reading"} if kind == "right" else {"rights"})


def _names(holder: object, key: str, unnamed: frozenset[str]) -> bool:
    """Whether content names a key: as a word of a list, an article of a rule, in a condition."""
    if isinstance(holder, Text):
        return False
    if isinstance(holder, msgspec.Struct):
        return any(
            _names(getattr(holder, name), key, unnamed)
            for name in holder.__struct_fields__
            if name not in unnamed
        )
    if isinstance(holder, (tuple, list)):
        return any(_names(one, key, unnamed) for one in holder)
    if not isinstance(holder, str):
        return False
    return holder == key or holder.startswith(f"{key}-") or f"'{key}'" in holder


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
    sheet: str
    """The sheet of the workbook whose columns name its fields."""
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
    _Kind(name="scenario", sheet="scenarios", of=lambda p: p.scenarios, words=("cues",)),
    _Kind(name="script", sheet="scripts", of=lambda p: p.scripts, called="text"),
    _Kind(
        name="phrase",
        sheet="phrases",
        of=lambda p: p.phrases,
        named=_phrase_title,
        words=("unless", "unless_near"),
    ),
    _Kind(name="citation", sheet="citations", of=lambda p: p.citations, called="title"),
    _Kind(name="card", sheet="cards", of=lambda p: p.cards, called="title"),
    _Kind(name="sheet", sheet="sheets", of=lambda p: p.sheets, called="title"),
    _Kind(name="case", sheet="cases", of=lambda p: p.cases, called="title"),
    _Kind(name="checklist", sheet="checklists", of=lambda p: p.checklists, called="title"),
    _Kind(
        name="trigger",
        sheet="triggers",
        of=lambda p: p.triggers,
        called="why",
        words=("condition",),
    ),
    _Kind(
        name="matrix",
        sheet="cells",
        of=lambda p: p.matrix.cells,
        called="title",
        key_field="number",
        key_form="M{}",
    ),
    _Kind(name="code", sheet="codes", of=lambda p: p.codes.codes, words=("std_code", "cues")),
    _Kind(name="right", sheet="rights", of=lambda p: p.codes.rights),
    _Kind(name="root_cause", sheet="root_causes", of=lambda p: p.codes.root_causes),
    _Kind(name="measure", sheet="measures", of=lambda p: p.codes.measures),
    _Kind(name="variant", sheet="variants", of=lambda p: p.codes.variants),
    _Kind(
        name="clock", sheet="clocks", of=lambda p: p.clocks.rules, called="title", key_field="kind"
    ),
    _Kind(name="item", sheet="assessment", of=lambda p: p.assessment.items, called="label"),
    _Kind(name="profile", sheet="assessment", of=lambda p: p.assessment.profiles),
    _Kind(name="field", sheet="step_fields", of=_fields, called="label"),
    _Kind(name="role", sheet="roles", of=lambda p: p.roles),
    _Kind(name="authority", sheet="authorities", of=lambda p: p.authorities, called="what"),
    _Kind(name="guard", sheet="guards", of=lambda p: p.guards),
    _Kind(
        name="cue",
        sheet="cues",
        of=lambda p: p.cues,
        named=_cue_title,
        words=("unless", "unless_near"),
    ),
    _Kind(name="slot", sheet="slots", of=lambda p: p.slots, called="label"),
    _Kind(
        name="outline", sheet="outline", of=lambda p: p.outline, called="topic", source="reading"
    ),
    _Kind(name="keeping", sheet="keeping", of=lambda p: p.keeping),
)
