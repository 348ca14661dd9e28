"""A pack as head office stores it: which file holds which entries, read and written without loss.

Belongs here: the shape of a pack's folder and its canonical content (:func:`plain`), on which
Excel, differences and digests rest. What the entries mean is in `desk.domain`; whether they are
sound is for `desk.packs.loader`.
"""

import fnmatch
import functools
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from desk.domain.assessment_model import AssessmentModel
from desk.domain.citations import Citation
from desk.domain.clock_rules import ClockRules
from desk.domain.codes import Code, Measure, Right, RootCause, Variant
from desk.domain.content import Pack, PackHead, Scenario
from desk.domain.escalation import CallRow, Checklist, MatrixCell, Role, TransferRow, Trigger
from desk.domain.guards import Authority, Guard
from desk.domain.intake import StepDef
from desk.domain.lexicon import Cue
from desk.domain.outline import OutlinePoint
from desk.domain.references import Card, CaseStudy, Sheet
from desk.domain.retention import KeepingClass
from desk.domain.suggestion import Script, Slot
from desk.domain.wording import Phrase, PhraseCategory
from desk.errors import PackInvalid
from desk.i18n import _
from desk.packs.source import Fault, Source, decode, read

HEAD = "pack"
_FILE = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)?\.yaml")
_MOST_MODEL_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One list of a pack: its name there, the files it may stand in, and where new entries go."""

    name: str
    kind: type[msgspec.Struct]
    pattern: str
    home: str = ""

    @property
    def is_spread(self) -> bool:
        """Whether its entries may stand in more than one file."""
        return "*" in self.pattern

    def takes(self, file: str) -> bool:
        """Whether entries of this part may stand in a file of this name."""
        return bool(_FILE.fullmatch(file)) and any(
            fnmatch.fnmatchcase(file, one) for one in self.pattern.split()
        )


@dataclass(frozen=True, slots=True)
class Whole:
    """One file that is one piece of content."""

    name: str
    kind: type[msgspec.Struct]
    file: str


LISTS: tuple[Part, ...] = (
    Part("scenarios", Scenario, "scenarios/*.yaml", "scenarios/others.yaml"),
    Part("scripts", Script, "scenarios/*.yaml scripts/*.yaml", "scripts/general.yaml"),
    Part("categories", PhraseCategory, "phrases.yaml"),
    Part("phrases", Phrase, "phrases*.yaml", "phrases.yaml"),
    Part("checklists", Checklist, "checklists.yaml"),
    Part("triggers", Trigger, "triggers.yaml"),
    Part("roles", Role, "roles.yaml"),
    Part("codes", Code, "codes.yaml"),
    Part("rights", Right, "codes.yaml"),
    Part("root_causes", RootCause, "codes.yaml"),
    Part("measures", Measure, "codes.yaml"),
    Part("variants", Variant, "codes.yaml"),
    Part("cells", MatrixCell, "matrix.yaml"),
    Part("transfers", TransferRow, "matrix.yaml"),
    Part("calls", CallRow, "matrix.yaml"),
    Part("citations", Citation, "citations.yaml"),
    Part("cards", Card, "cards/*.yaml", "cards/cards.yaml"),
    Part("sheets", Sheet, "sheets/*.yaml", "sheets/sheets.yaml"),
    Part("cases", CaseStudy, "cases.yaml"),
    Part("guards", Guard, "guards.yaml"),
    Part("authorities", Authority, "authorities.yaml"),
    Part("cues", Cue, "lexicon/*.yaml", "lexicon/words.yaml"),
    Part("outline", OutlinePoint, "outline.yaml"),
    Part("keeping", KeepingClass, "retention.yaml"),
    Part("slots", Slot, "slots.yaml"),
    Part("steps", StepDef, "steps.yaml"),
)
"""In the order in which head office meets them."""

WHOLES: tuple[Whole, ...] = (
    Whole("pack", PackHead, "pack.yaml"),
    Whole("assessment", AssessmentModel, "assessment.yaml"),
    Whole("clocks", ClockRules, "clocks.yaml"),
)

Plain = dict[str, Any]
"""A piece of content as names and plain values, as YAML and JSON write it."""


@dataclass(frozen=True, slots=True)
class Filed:
    """An entry and the file it stands in."""

    file: str
    entry: Plain


@dataclass(slots=True)
class Contents:
    """Everything a pack's folder holds: lists by name, single pieces by name, models as text."""

    lists: dict[str, list[Filed]] = field(default_factory=dict)
    wholes: dict[str, Plain] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """Id and version."""
        head = self.wholes[HEAD]
        return f"{head['id']}@{head['version']}"


def plain(value: object) -> Any:  # noqa: ANN401 - any of the shapes of YAML
    """Content as plain values; what has its default is left out, so that one sense has one form."""
    if isinstance(value, msgspec.Struct):
        pairs = ((one, getattr(value, one.name)) for one in _fields(type(value)))
        return {
            one.encode_name: plain(found)
            for one, found in pairs
            if one.required or found != _default(one)
        }
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


@functools.cache
def _fields(kind: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(kind)


def _default(one: msgspec.structs.FieldInfo) -> object:
    if one.default_factory is not msgspec.NODEFAULT:
        return one.default_factory()
    return one.default


def contents(folder: Path) -> Contents:
    """Everything in a pack's folder; PackInvalid when a part of it cannot be read.

    Only the form is looked at: a reference that leads nowhere is carried along.
    """
    faults: list[Fault] = []
    found = Contents()
    sources: dict[str, Source] = {}
    for file in files(folder):
        source = read(folder, file)
        if isinstance(source, Fault):
            faults.append(source)
        else:
            sources[file] = source
    for whole in WHOLES:
        if whole.file in sources:
            source = sources[whole.file]
            one = decode(source, (), source.content, whole.kind, faults)
            found.wholes[whole.name] = plain(one)
        else:
            faults.append(Fault(whole.file, 1, _("no such file in the pack")))
    for part in LISTS:
        holding = [source for file, source in sources.items() if part.takes(file)]
        found.lists[part.name] = list(_filed(part, holding, faults))
    for path in sorted(folder.glob("models/*.json")):
        found.models[path.stem] = _model(path, faults)
    if faults:
        raise PackInvalid(faults=tuple(str(fault) for fault in faults))
    return found


def settled(found: Contents) -> Contents:
    """The same content in its canonical form, as far as it can be decoded at all."""
    kinds = {part.name: part.kind for part in LISTS}
    wholes = {whole.name: whole.kind for whole in WHOLES}
    return Contents(
        lists={
            name: [Filed(one.file, _settled(one.entry, kinds[name])) for one in entries]
            for name, entries in found.lists.items()
        },
        wholes={name: _settled(one, wholes[name]) for name, one in found.wholes.items()},
        models=found.models,
    )


def _settled(entry: Plain, kind: type[msgspec.Struct]) -> Plain:
    try:
        told: Plain = plain(msgspec.convert(entry, kind))
    except msgspec.ValidationError:
        return entry
    return told


def files(folder: Path) -> list[str]:
    """The files of a pack that hold content, in the order of the loader; others are not read."""
    named = {whole.file for whole in WHOLES}
    patterns = {one for part in LISTS for one in part.pattern.split()}
    for pattern in patterns:
        named.update(path.relative_to(folder).as_posix() for path in folder.glob(pattern))
    return sorted(name for name in named if (folder / name).exists())


def _filed(part: Part, sources: list[Source], faults: list[Fault]) -> Iterator[Filed]:
    for source in sources:
        entries = source.content.get(part.name)
        if not isinstance(entries, list):
            # A wrong list is a fault of the loader's, with the same words.
            reason = _("the list `{part}` is missing").format(part=part.name)
            faults.append(Fault(source.name, 1, reason))
            continue
        for at, entry in enumerate(entries):
            one = decode(source, (part.name, at), entry, part.kind, faults)
            if one is not None:
                yield Filed(source.name, plain(one))


def _model(path: Path, faults: list[Fault]) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_MODEL_BYTES + 1)
        if len(raw) > _MOST_MODEL_BYTES:
            reason = _("is larger than {n} MB").format(n=_MOST_MODEL_BYTES // (1024 * 1024))
            faults.append(Fault(f"models/{path.name}", 1, reason))
            return ""
        return raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(f"models/{path.name}", 1, str(error)))
        return ""


def write(found: Contents, folder: Path) -> None:
    """Write a pack's folder, which must be there and empty; `read` of it gives the same again."""
    for file, content in by_file(found).items():
        target = folder / file
        target.parent.mkdir(exist_ok=True)
        target.write_text(_yaml(content), encoding="utf-8", newline="\n")
    if found.models:
        (folder / "models").mkdir()
    for name, text in found.models.items():
        (folder / "models" / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")


def by_file(found: Contents) -> dict[str, Plain]:
    """The content of every file; each has every list that it may hold, even an empty one."""
    made: dict[str, Plain] = {one.file: found.wholes[one.name] for one in WHOLES}
    used = {filed.file for entries in found.lists.values() for filed in entries}
    for part in LISTS:
        home = part.home or part.pattern
        for pattern in part.pattern.split():
            # The loader wants a file for each pattern; only the home of a part may be empty.
            empty = not any(fnmatch.fnmatchcase(file, pattern) for file in used)
            if empty and fnmatch.fnmatchcase(home, pattern):
                used.add(home)
    for file in sorted(used):
        made[file] = {
            part.name: [one.entry for one in found.lists.get(part.name, []) if one.file == file]
            for part in LISTS
            if part.takes(file)
        }
    return made


def _yaml(content: Plain) -> str:
    import yaml

    return yaml.dump(
        content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=100
    )


def digest(pack: Pack) -> str:
    """SHA-256 (hexadecimal) of a pack's content, the same for any spelling of its files."""
    figure = hashlib.sha256()
    for name in pack.__dataclass_fields__:
        value = getattr(pack, name)
        if name == "models":
            value = {key: msgspec.json.encode(model) for key, model in value.items()}
            told: Any = {key: hashlib.sha256(raw).hexdigest() for key, raw in value.items()}
        else:
            told = plain(value)
        if told:
            figure.update(msgspec.json.encode([name, told], order="deterministic"))
    return figure.hexdigest()
