"""What the knowledge page asks: which entries fit, sorted on shelves that a teller thinks in.

Belongs here: shelves and the questions put to them. The search itself is
:func:`desk.services.packs.find`; how one entry is laid out is in `desk.services.leaves`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from desk.domain.content import Pack
from desk.domain.suggestion import ANY, RED, Script
from desk.services import packs
from desk.services.packs import Entry, EntryKind

Shelf = Literal[
    "all",
    "scripts",
    "phrases",
    "citations",
    "cards",
    "sheets",
    "cases",
    "checklists",
    "clocks",
    "scenarios",
    "reception",
    "authorities",
    "codes",
    "cues",
    "form",
]
"""In the order in which they stand: what is said, what is read, what is done, what is looked up."""

SHELVES: tuple[Shelf, ...] = get_args(Shelf)
_KINDS: Mapping[Shelf, tuple[EntryKind, ...]] = {
    "all": (),
    "scripts": ("script",),
    "phrases": ("phrase",),
    "citations": ("citation",),
    "cards": ("card",),
    "sheets": ("sheet",),
    "cases": ("case",),
    "checklists": ("checklist", "trigger", "matrix", "measure"),
    "clocks": ("clock", "keeping"),
    "scenarios": ("scenario",),
    "reception": ("profile", "item"),
    "authorities": ("authority", "guard"),
    "codes": ("code", "right", "root_cause", "variant"),
    "cues": ("cue",),
    "form": ("field", "slot", "role", "outline"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader looks for; `scenario`, `step` (0: every one) and `profile` narrow scripts."""

    words: str = ""
    shelf: Shelf = "all"
    scenario: str = ""
    step: int = 0
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The entries of the shelf asked for, best first, and how many fit on every shelf."""

    entries: tuple[Entry, ...]
    counts: Mapping[Shelf, int]


def look_up(pack: Pack, asked: Asked) -> Found:
    """The entries that fit; of scripts those first that name the matter asked for."""
    scripts = {script.key: script for script in pack.scripts}
    found = tuple(
        entry
        for entry in packs.find(pack, asked.words)
        if entry.kind != "script" or _suits(scripts[entry.key], asked)
    )
    counts = {shelf: sum(_stands_on(shelf, entry) for entry in found) for shelf in SHELVES}
    shown = [entry for entry in found if _stands_on(asked.shelf, entry)]
    if asked.scenario:
        shown.sort(key=lambda entry: not _names(scripts.get(entry.key), asked.scenario))
    return Found(tuple(shown), counts)


def shelf_of(kind: EntryKind) -> Shelf:
    """The shelf on which entries of a kind stand."""
    return next(shelf for shelf, kinds in _KINDS.items() if kind in kinds)


def entry_at(pack: Pack, key: str) -> Entry | None:
    """The entry of a key, also by an article of a rule (`L7-24`); None when there is none."""
    for wanted in (key, key.rpartition("-")[0]):
        found = packs.about(pack, wanted) if wanted else ()
        if found:
            return found[0].entry
    return None


def sheets_for(pack: Pack, *topics: str) -> tuple[str, ...]:
    """The keys of sheets made after one of these papers, named in their source (`E1`, `B6`)."""
    wanted = set(topics)
    return tuple(
        sheet.key
        for sheet in pack.sheets
        if not wanted.isdisjoint(sheet.source.replace(",", " ").replace(";", " ").split())
    )


def _stands_on(shelf: Shelf, entry: Entry) -> bool:
    return shelf == "all" or entry.kind in _KINDS[shelf]


def _names(script: Script | None, scenario: str) -> bool:
    return script is not None and scenario in script.scenarios


def _suits(script: Script, asked: Asked) -> bool:
    """Whether a script may be said there: what names no matter, step or profile suits each."""
    profiles = script.profiles
    general = asked.profile != RED and _open(profiles)
    return (
        (not asked.scenario or _open(script.scenarios) or asked.scenario in script.scenarios)
        and (not asked.step or not script.steps or asked.step in script.steps)
        and (not asked.profile or general or asked.profile in profiles)
    )


def _open(named: Iterable[str]) -> bool:
    found = tuple(named)
    return not found or ANY in found
