"""Deeply nested content as a sheet of paths: one row for every single value or text.

`dimensions[A].bands[green].label` names the label of a band. Entries of a list are named by their
key where they have one that nobody else has, else by their number from 1; the order of the rows is
the order of the entries.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from desk.i18n import _
from desk.packs import cells
from desk.packs.cells import Cell
from desk.packs.parts import Plain

HEADERS = ("path", "value", "zh", "en")
_NAMES = ("key", "kind", "colour", "number")
_NAME = re.compile(r"[A-Za-z_]\w*")
_STEPS = re.compile(r"(?:^|\.)([^.\[\]]+)|\[([^\[\]]+)\]")
_DEEPEST = 12

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its path, and a value or a text in two languages; None is an empty cell."""

    path: str
    value: Cell = None
    zh: Cell = None
    en: Cell = None


def lines(content: Plain) -> Iterator[Line]:
    """The rows of a piece of content, in its order."""
    for name, one in content.items():
        yield from _lines(name, one)


def _lines(path: str, value: Any) -> Iterator[Line]:  # noqa: ANN401 - any of the shapes of YAML
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        yield Line(path, None, *(cells.written("word", value[one]) for one in ("zh", "en")))
    elif isinstance(value, dict) and value:
        for name, one in value.items():
            yield from _lines(f"{path}.{name}", one)
    elif isinstance(value, list) and value:
        for name, one in zip(_names(value), value, strict=True):
            yield from _lines(f"{path}[{name}]", one)
    else:
        yield Line(path, _single(value))


def _names(entries: Sequence[Any]) -> Sequence[str]:
    """What the entries of a list are called: their own names if these tell them apart."""
    for name in _NAMES:
        found = [str(one.get(name, "")) if isinstance(one, dict) else "" for one in entries]
        if all(map(_NAME.fullmatch, found)) and len(set(found)) == len(found):
            return found
    if all(isinstance(one, str) and _NAME.fullmatch(one) for one in entries):
        found = [str(one) for one in entries]
        if len(set(found)) == len(found):
            return found
    return [str(number) for number in range(1, len(entries) + 1)]


def _single(value: object) -> Cell:
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str) and value and not _is_spelled(value):
        return cells.safe(value)
    return cells.safe(json.dumps(value, ensure_ascii=False))


def _is_spelled(words: str) -> bool:
    """Whether words read as what is written out as JSON: texts in marks, empty lists, null."""
    return words.startswith('"') or words in ("[]", "{}", "null")


class Crossed(ValueError):
    """A row that does not fit those before it."""


class Tree:
    """Content built up from rows; where each value came from is remembered by its path in it."""

    def __init__(self) -> None:
        self._root: _Branch = {}
        self.rows: dict[Path, int] = {}

    def add(self, line: Line, row: int) -> None:
        """Take one row. Raises Crossed, or ValueError for cells that cannot be read."""
        steps = _steps(line.path)
        here = self._root
        for step in steps[:-1]:
            below = here.setdefault(step, {})
            if not isinstance(below, dict):
                raise Crossed(_("{path} is a value already").format(path=line.path))
            here = below
        if steps[-1] in here:
            raise Crossed(_("{path} stands here twice").format(path=line.path))
        here[steps[-1]] = _Leaf(_told(line), row)

    def content(self) -> Any:  # noqa: ANN401 - any of the shapes of YAML
        """The content; afterwards `rows` says from which row each path of it came."""
        return self._built(self._root, ())

    def _built(self, found: "_Branch | _Leaf", path: Path) -> Any:  # noqa: ANN401
        if isinstance(found, _Leaf):
            self.rows[path] = found.row
            return found.value
        if found and all(step.is_entry for step in found):
            return [self._built(one, (*path, at)) for at, one in enumerate(found.values())]
        return {step.name: self._built(one, (*path, step.name)) for step, one in found.items()}


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    is_entry: bool


@dataclass(frozen=True, slots=True)
class _Leaf:
    value: object
    row: int


_Branch = dict[_Step, "_Branch | _Leaf"]


def _steps(path: str) -> list[_Step]:
    found: list[_Step] = []
    at = 0
    words = path.strip()
    while at < len(words):
        one = _STEPS.match(words, at)
        if one is None or len(found) >= _DEEPEST:
            raise ValueError(_("{path} is no path").format(path=path))
        name, entry = one.groups()
        found.append(_Step(name or entry, name is None))
        at = one.end()
    if not found or found[0].is_entry:
        raise ValueError(_("{path} is no path").format(path=path))
    return found


def _told(line: Line) -> object:
    if line.zh not in (None, "") or line.en not in (None, ""):
        if line.value not in (None, ""):
            raise ValueError(_("either a value or a text, not both"))
        return {
            language: "" if cell in (None, "") else cells.read("word", cell)
            for language, cell in (("zh", line.zh), ("en", line.en))
        }
    if not isinstance(line.value, str):
        return line.value
    words = cells.meant(line.value)
    if not _is_spelled(words):
        return words
    try:
        return json.loads(words)
    except (ValueError, RecursionError) as error:
        raise ValueError(_("a quotation mark is not closed")) from error
