"""What changed between two versions of a pack, in plain words.

Belongs here: finding the differences and the sentences for them. Which versions are compared, and
where they come from, is for `desk.packs.shelf`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from desk.i18n import N_, _
from desk.packs import cells, trees
from desk.packs.parts import LISTS, WHOLES, Contents, Plain
from desk.packs.workbook import words

_NAMED: Mapping[str, str] = {
    "pack": N_("Pack"),
    "scenarios": N_("Scenario"),
    "scripts": N_("Script"),
    "categories": N_("Category of phrases"),
    "phrases": N_("Phrase"),
    "checklists": N_("Checklist"),
    "triggers": N_("Trigger"),
    "roles": N_("Role"),
    "codes": N_("Code"),
    "rights": N_("Right"),
    "root_causes": N_("Root cause"),
    "measures": N_("Measure"),
    "variants": N_("Kind of institution"),
    "cells": N_("Matrix cell"),
    "transfers": N_("Transferred cases"),
    "calls": N_("One-page table"),
    "citations": N_("Rule"),
    "cards": N_("Card"),
    "sheets": N_("Sheet"),
    "cases": N_("Worked case"),
    "guards": N_("Guard"),
    "authorities": N_("Authority"),
    "cues": N_("Cue words"),
    "outline": N_("Outline"),
    "keeping": N_("Keeping time"),
    "slots": N_("Blank of scripts"),
    "steps": N_("Step"),
    "assessment": N_("Quick assessment"),
    "clocks": N_("Legal clocks"),
    "models": N_("Trained data"),
}
"""What one entry of a part is called."""

_KEYS = ("key", "letter", "number", "topic", "situation")
_UNVERSIONED = "version"
_STEP = re.compile(r"([^.\[\]]+)|\[([^\[\]]+)\]")
_MOST_NAMED = 12

Side = Literal["", "zh", "en"]
What = Literal["added", "removed", "changed", "moved"]

_SIDES: tuple[tuple[str, Side], ...] = (("value", ""), ("zh", "zh"), ("en", "en"))


@dataclass(frozen=True, slots=True)
class Turn:
    """One value or text before and after; empty where there is none. `path` is inside its entry."""

    path: str
    language: Side
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one entry of a part; `turns` say what of it when it was changed.

    `moved` is said once of a part (key empty) whose entries are the same in another order.
    """

    part: str
    key: str
    what: What
    turns: tuple[Turn, ...] = ()


def differences(before: Contents, after: Contents) -> tuple[Change, ...]:
    """Everything that differs, part by part; the version itself does not count."""
    return tuple(_differences(before, after))


def _differences(before: Contents, after: Contents) -> Iterator[Change]:
    for part in LISTS:
        old = _by_key([one.entry for one in before.lists.get(part.name, [])])
        new = _by_key([one.entry for one in after.lists.get(part.name, [])])
        yield from _entries(part.name, old, new)
    for whole in WHOLES:
        turns = tuple(
            turn
            for turn in _turns(before.wholes[whole.name], after.wholes[whole.name])
            if (whole.name, turn.path) != ("pack", _UNVERSIONED)
        )
        if turns:
            yield Change(whole.name, "", "changed", turns)
    for name in sorted(before.models.keys() | after.models.keys()):
        old_text, new_text = before.models.get(name), after.models.get(name)
        if old_text != new_text:
            what: What = "changed"
            what = "added" if old_text is None else "removed" if new_text is None else what
            yield Change("models", name, what)


def _by_key(entries: Sequence[Plain]) -> dict[str, Plain]:
    """Entries by their keys; several of one key, which only a faulty pack has, are numbered."""
    found: dict[str, Plain] = {}
    for number, entry in enumerate(entries, start=1):
        value = next((entry[name] for name in _KEYS if name in entry), number)
        key = str(value["zh"]) if isinstance(value, dict) else str(value)
        found[key if key not in found else f"{key} #{number}"] = entry
    return found


def _entries(part: str, old: Mapping[str, Plain], new: Mapping[str, Plain]) -> Iterator[Change]:
    yield from (Change(part, key, "added") for key in new if key not in old)
    yield from (Change(part, key, "removed") for key in old if key not in new)
    for key, entry in new.items():
        if key in old and old[key] != entry:
            turns = tuple(_turns(old[key], entry))
            yield Change(part, key, "changed", turns)
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old]:
        yield Change(part, "", "moved")


def _turns(old: Plain, new: Plain) -> Iterator[Turn]:
    """The values and texts that differ, in the order of the newer, then those that are gone."""
    then, now = ({line.path: line for line in trees.lines(entry)} for entry in (old, new))
    for path in dict.fromkeys([*now, *then]):
        one, other = then.get(path), now.get(path)
        for name, language in _SIDES:
            was, is_now = (_shown(getattr(line, name, None)) for line in (one, other))
            if was != is_now:
                yield Turn(path, language, was, is_now)


def _shown(cell: cells.Cell) -> str:
    if cell is None or cell == "[]":
        return ""
    return cells.meant(cell) if isinstance(cell, str) else str(cell)


# ── in words ─────────────────────────────────────────────────────────────────────────────────────


def told(changes: Sequence[Change], language: str, *, in_full: bool = True) -> tuple[str, ...]:
    """The changes as lines for a person; `in_full` with what stood and stands there."""
    lines: list[str] = []
    for part in dict.fromkeys(change.part for change in changes):
        own = [change for change in changes if change.part == part]
        lines += _counted(part, own, "added")
        lines += _counted(part, own, "removed")
        for change in own:
            if change.what == "moved":
                lines.append(_("{part}: in another order").format(part=_(_NAMED[part])))
            elif change.what == "changed":
                lines.append(_changed(change, language))
                if in_full:
                    lines += _detail(change)
    return tuple(lines)


def _counted(part: str, changes: Sequence[Change], what: What) -> list[str]:
    keys = [change.key for change in changes if change.what == what]
    if not keys:
        return []
    shown = ", ".join(keys[:_MOST_NAMED]) + ("…" if len(keys) > _MOST_NAMED else "")
    form = _("{part}: {n} new: {keys}") if what == "added" else _("{part}: {n} gone: {keys}")
    return [form.format(part=_(_NAMED[part]), n=len(keys), keys=shown)]


def _changed(change: Change, language: str) -> str:
    fields = dict.fromkeys(_field(change.part, turn, language) for turn in change.turns)
    told_of = {
        "part": _(_NAMED[change.part]),
        "key": change.key,
        "fields": _(", ").join(fields),
    }
    if not change.key:
        return _("{part}: changed: {fields}").format(**told_of)
    if not fields:
        return _("{part} {key}: changed").format(**told_of)
    return _("{part} {key}: changed: {fields}").format(**told_of)


def _field(part: str, turn: Turn, language: str) -> str:
    """What a value is called: its column's name, within lists with the entry's own key."""
    sheet = part
    names: list[str] = []
    for name, entry in _STEP.findall(turn.path):
        if name:
            names.append(words().column(sheet, name).label.of(language))
            sheet = name
        elif not entry.isdecimal():
            names.append(entry)
    label = " › ".join(names)
    if not turn.language:
        return label
    return _("{field} ({language})").format(
        field=label, language=words().languages[turn.language].of(language)
    )


def _detail(change: Change) -> Iterator[str]:
    for turn in change.turns:
        if turn.before:
            yield f"    − {_one_line(turn.before)}"
        if turn.after:
            yield f"    + {_one_line(turn.after)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
