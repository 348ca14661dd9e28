"""YAML files of a pack, read so that every fault names its file and line. No meaning here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml
from typing_extensions import override

from desk.i18n import N_, _

T = TypeVar("T")

# A pack may come from anywhere, and its reader must end. The shipped files have about a hundred
# kilobytes and three levels.
_MOST_BYTES = 4 * 1024 * 1024
_DEEPEST = 100
_LONGEST_LINE = 20_000

_BRACKET = re.compile(r"[\[\]{}]")
_MERGE = "tag:yaml.org,2002:merge"

# What msgspec says of a value that does not fit; the widest form stands last.
_SAID = (
    N_("Expected `{wanted}`, got `{given}`"),
    N_("Object missing required field `{name}`"),
    N_("Object contains unknown field `{name}`"),
    N_("Invalid enum value {value}"),
    N_("Expected `{wanted}` matching regex {form}"),
    N_("Expected `{wanted}` of length {bound}"),
    N_("Expected `{wanted}` {bound}"),
)
_FORMS = {
    msgid: re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(msgid))) for msgid in _SAID
}

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
        node = _nodes(self.text)
        line = 1
        for step in path:
            if node is None:
                break
            line = node.start_mark.line + 1
            node = _child(node, step)
        return node.start_mark.line + 1 if node is not None else line


class _Loader(yaml.CSafeLoader):
    """Plain YAML in which every name stands once.

    Of two values under one name the second would quietly win. Merge keys (`<<`) let a few lines
    grow without bound.
    """

    @override
    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Refuse what a mapping must not have; called before each is built."""
        seen: set[str] = set()
        for key, _value in node.value:
            if key.tag == _MERGE:
                raise yaml.constructor.ConstructorError(
                    problem="merge keys (<<) are not read", problem_mark=key.start_mark
                )
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        problem=f"`{key.value}` stands here twice", problem_mark=key.start_mark
                    )
                seen.add(key.value)


@lru_cache(maxsize=32)
def _nodes(text: str) -> yaml.Node | None:
    """The places of everything in a file; kept, for a file with one fault often has a thousand."""
    return yaml.compose(text, yaml.CSafeLoader)


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
    text = _text(folder / name, name)
    if isinstance(text, Fault):
        return text
    tangled = _tangled(text)
    if tangled:
        return Fault(name, tangled, _("is nested too deeply, or has a line far too long"))
    try:
        content = yaml.load(text, _Loader)  # noqa: S506 - a safe loader, and stricter
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or _("is not YAML")
        return Fault(name, mark.line + 1 if mark else 1, str(reason))
    except ValueError:
        return Fault(name, _meaningless(text), _("no such date, time or number"))
    if not isinstance(content, dict):
        return Fault(name, 1, _("the file must hold named parts"))
    return Source(name, text, content)


def _text(path: Path, name: str) -> str | Fault:
    """What a file holds. Pipes and devices, which may have no end, are no files of a pack."""
    try:
        if path.exists() and not path.is_file():
            return Fault(name, 1, _("is not a file"))
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return Fault(name, 1, _("no such file in the pack"))
    except OSError as error:
        return Fault(name, 1, error.strerror or _("cannot be read"))
    if len(raw) > _MOST_BYTES:
        return Fault(name, 1, _("is larger than {n} MB").format(n=_MOST_BYTES // (1024 * 1024)))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Fault(name, raw.count(b"\n", 0, error.start) + 1, _("is not UTF-8 text"))


def _tangled(text: str) -> int | None:
    """The line at which the nesting is deeper than libyaml can follow without a crash."""
    depth = 0
    for number, line in enumerate(text.split("\n"), start=1):
        for bracket in _BRACKET.findall(line):
            depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        # Nesting by indentation is bounded by the length of its lines.
        if depth > _DEEPEST or len(line) > _LONGEST_LINE:
            return number
    return None


def _meaningless(text: str) -> int:
    """The line of the value that looks like a date or a number and is none."""
    loader = yaml.CSafeLoader("")
    for node in _scalars(_nodes(text), set()):
        try:
            loader.construct_object(node)
        except ValueError:
            return node.start_mark.line + 1
    return 1


def _scalars(node: yaml.Node | None, seen: set[int]) -> Iterator[yaml.ScalarNode]:
    """Every single value below a node, once; what is named again elsewhere is the same node."""
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _scalars(child, seen)
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for child in pair:
                yield from _scalars(child, seen)


def decode(
    source: Source, path: tuple[str | int, ...], value: object, kind: type[T], faults: list[Fault]
) -> T | None:
    """`value`, found at `path`, as `kind`; None and an entry in `faults` when it is not one."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        found = _AT.match(str(error))
        reason, inner = (found.group(1), found.group(2) or "") if found else (str(error), "")
        place = source.line((*path, *_steps(inner)))
        faults.append(Fault(source.name, place, _in_our_words(reason)))
        return None


def _in_our_words(reason: str) -> str:
    """Why a value does not fit, in the language in force; what the rules say is so already."""
    for msgid, form in _FORMS.items():
        found = form.fullmatch(reason)
        if found:
            return _(msgid).format(**found.groupdict())
    return reason


def _steps(path: str) -> Iterator[str | int]:
    for name, index, key in _STEP.findall(path):
        yield name or key or int(index)
