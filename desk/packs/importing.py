"""From an edited workbook to a new version on the shelf, or every fault with its sheet and cell."""

import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from desk.domain.versions import Version
from desk.packs import parts, shelf, workbook_reading
from desk.packs.shelf import Shelved
from desk.packs.source import Fault
from desk.packs.workbook_reading import Origin, Place

Examine = Callable[[Path], tuple[Fault, ...]]
"""Everything wrong with the pack in a folder, with file and line."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a workbook: a version on the shelf, or the faults that kept it from there.

    `before` is the content of the version the workbook was made from, None when that is not at
    hand; `after` is what the workbook says.
    """

    shelved: Shelved | None
    faults: tuple[str, ...]
    base: str
    before: parts.Contents | None
    after: parts.Contents

    @property
    def is_same(self) -> bool:
        """Whether nothing was changed, so that no version was made."""
        return self.shelved is None and not self.faults


def bring_in(source: Path, version: Version | None, examine: Examine) -> Imported:
    """Make a workbook a new version: the one given, else the next minor one.

    The whole pack is checked first, and nothing is installed when it has a fault. A workbook in
    which nothing was changed makes no version. Raises BadInput for a file that is no workbook of a
    pack, PackInvalid for cells that cannot be read, NotAllowed for a version that is at hand.
    """
    read = workbook_reading.read(source)
    found = parts.settled(read.contents)
    head = found.wholes[parts.HEAD]
    base = found.stamp if {"id", "version"} <= set(head) else ""
    old = shelf.named(base) if "@" in base else None
    before = None if old is None else shelf.contents_of(old)
    if before == found and version is None:
        return Imported(None, (), base, before, found)
    if shelf.VERSION.fullmatch(str(head.get("version", ""))):
        version = version or shelf.next_version(str(head.get("id", "")), str(head["version"]))
        head["version"] = version
    told, faults = shelf.install(
        found, lambda folder: _located(examine(folder), folder, read.origin)
    )
    return Imported(told, faults, base, before, found)


def _located(faults: tuple[Fault, ...], folder: Path, origin: Origin) -> tuple[str, ...]:
    """Faults of files as faults of cells, as far as they came from any."""
    maps: dict[str, _Lines] = {}
    found: list[str] = []
    for fault in faults:
        if fault.file not in maps:
            maps[fault.file] = _Lines(folder / fault.file)
        cell = origin.cell(fault.file, maps[fault.file].place(fault.line))
        found.append(f"{cell}: {fault.reason}" if cell else str(fault))
    return tuple(dict.fromkeys(found))


class _Lines:
    """What stands in which line of a file that this program wrote."""

    def __init__(self, file: Path) -> None:
        self._begins: list[int] = []
        self._places: list[Place] = []
        if file.is_file():
            node = yaml.compose(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
            for line, place in _places(node, ()):
                # A line on which several things begin belongs to the innermost, told last.
                if self._begins and self._begins[-1] == line:
                    self._places[-1] = place
                else:
                    self._begins.append(line)
                    self._places.append(place)

    def place(self, line: int) -> Place:
        """The innermost thing that begins at a line or, where none does, before it."""
        at = bisect.bisect_right(self._begins, line) - 1
        return self._places[at] if at >= 0 else ()


def _places(node: yaml.Node | None, path: Place) -> Iterator[tuple[int, Place]]:
    """Every value below a node with its line, in the order of the file."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            below = (*path, str(name.value))
            yield name.start_mark.line + 1, below
            yield from _places(value, below)
    elif isinstance(node, yaml.SequenceNode):
        for at, value in enumerate(node.value):
            yield value.start_mark.line + 1, (*path, at)
            yield from _places(value, (*path, at))
