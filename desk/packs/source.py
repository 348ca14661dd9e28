"""YAML files of a pack, read so that every fault names its file and line. No meaning here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

T = TypeVar("T")

_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]|\[(?:'|\")(.+?)(?:'|\")\]")
_AT = re.compile(r"^(.*?)(?: - at `\$(.*)`)?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a pack: where, and why."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Source:
    """One YAML file: its name inside the pack, its text and its plain content."""

    name: str
    text: str
    content: Any

    def line(self, path: tuple[str | int, ...]) -> int:
        """The line (from 1) where the value at `path` begins; of its nearest parent if absent."""
        node = yaml.compose(self.text, yaml.CSafeLoader)
        line = 1
        for step in path:
            if node is None:
                break
            line = node.start_mark.line + 1
            node = _child(node, step)
        return node.start_mark.line + 1 if node is not None else line


def _child(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value  # type: ignore[no-any-return]
    return None


def read(folder: Path, name: str) -> Source | Fault:
    """The file `name` of a pack's folder, or why it cannot be read."""
    try:
        text = (folder / name).read_text(encoding="utf-8")
    except OSError as error:
        return Fault(name, 1, error.strerror or "cannot be read")
    except UnicodeDecodeError:
        return Fault(name, 1, "is not UTF-8 text")
    try:
        content = yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "is not YAML"
        return Fault(name, mark.line + 1 if mark else 1, str(reason))
    if not isinstance(content, dict):
        return Fault(name, 1, "the file must hold named parts")
    return Source(name, text, content)


def decode(
    source: Source, path: tuple[str | int, ...], value: object, kind: type[T], faults: list[Fault]
) -> T | None:
    """`value`, found at `path`, as `kind`; None and an entry in `faults` when it is not one."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        found = _AT.match(str(error))
        reason, inner = (found.group(1), found.group(2) or "") if found else (str(error), "")
        faults.append(Fault(source.name, source.line((*path, *_steps(inner))), reason))
        return None


def _steps(path: str) -> Iterator[str | int]:
    for name, index, key in _STEP.findall(path):
        yield name or key or int(index)
