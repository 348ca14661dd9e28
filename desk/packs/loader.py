"""A pack's folder to a frozen :class:`~desk.domain.content.Pack`, or every fault it has.

Each file is decoded into the domain's content types part by part, so that one wrong entry does not
hide the next. What types cannot say (a script naming an unknown scenario) is in `desk.packs.links`.
"""

import functools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from desk import paths
from desk.domain.assessment_faults import faults as assessment_faults
from desk.domain.assessment_model import AssessmentModel
from desk.domain.citations import Citation, citation_faults
from desk.domain.clock_rules import ClockRules
from desk.domain.codes import CodeBook
from desk.domain.content import Pack, PackHead, Scenario
from desk.domain.escalation import Checklist, Matrix, Role, Trigger
from desk.domain.guards import Authority, Guard, guard_faults
from desk.domain.intake import StepDef
from desk.domain.lexicon import Cue
from desk.domain.ngrams import NgramModel
from desk.domain.outline import OutlinePoint
from desk.domain.references import Card, CaseStudy, Sheet
from desk.domain.retention import KeepingClass
from desk.domain.suggestion import Script, Slot, script_faults
from desk.domain.wording import Phrase, PhraseCategory, phrase_faults
from desk.errors import PackInvalid
from desk.i18n import _
from desk.packs.links import Places, link_faults
from desk.packs.lint import lint_faults
from desk.packs.source import Fault, Source, decode, read

T = TypeVar("T")

DEFAULT = "cn-branch"
_SHIPPED = paths.PACKS / DEFAULT


def load(folder: Path | None = None) -> Pack:
    """The pack in `folder` (the shipped branch pack when None).

    Raises PackInvalid with every fault when it has any: a pack is used whole or not at all. The
    sentences are not held against the guards here, which takes as long as the reading and which
    a starting window would wait for; that is asked of a pack before it is installed (`examine`).
    """
    asked = folder or paths.PACKS / DEFAULT
    return _shipped(asked) if asked == _SHIPPED else _read(asked)


def _read(folder: Path) -> Pack:
    pack, faults = _examine(folder)
    if pack is None or faults:
        raise PackInvalid(faults=tuple(str(fault) for fault in faults))
    return pack


_shipped = functools.lru_cache(maxsize=1)(_read)
"""What is shipped does not change while the program runs, and is asked for in many places."""


def examine(folder: Path) -> tuple[Pack | None, tuple[Fault, ...]]:
    """The pack in `folder` as far as it can be read, and everything wrong with it."""
    return _examine(folder, guarded=True)


def _examine(folder: Path, *, guarded: bool = False) -> tuple[Pack | None, tuple[Fault, ...]]:
    reader = _Reader(folder)
    pack = reader.pack()
    if pack is not None:
        reader.faults.extend(_rule_faults(pack, reader))
        reader.faults.extend(link_faults(pack, reader.places))
        if guarded:
            reader.faults.extend(_guard_faults(pack, reader.places))
            reader.faults.extend(lint_faults(pack, reader.places))
    ordered = sorted(set(reader.faults), key=lambda fault: (fault.file, fault.line, fault.reason))
    return pack, tuple(ordered)


class _Reader:
    """Reads the files of one folder and remembers where each keyed entry stands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.places = Places()
        self._read: dict[str, Source | None] = {}

    def pack(self) -> Pack | None:
        """Everything in the folder, or None when a part could not be read at all."""
        head = self._whole("pack.yaml", PackHead)
        assessment = self._whole("assessment.yaml", AssessmentModel)
        clocks = self._whole("clocks.yaml", ClockRules)
        matrix = self._whole("matrix.yaml", Matrix)
        codes = self._whole("codes.yaml", CodeBook)
        steps = self._list(["steps.yaml"], "steps", StepDef)
        categories = self._list(["phrases.yaml"], "categories", PhraseCategory)
        phrases = self._list(self._files("phrases*.yaml"), "phrases", Phrase)
        matters = self._files("scenarios/*.yaml")
        scripts = self._list([*matters, *self._files("scripts/*.yaml")], "scripts", Script)
        slots = self._list(["slots.yaml"], "slots", Slot)
        scenarios = self._list(matters, "scenarios", Scenario)
        roles = self._list(["roles.yaml"], "roles", Role)
        triggers = self._list(["triggers.yaml"], "triggers", Trigger)
        checklists = self._list(["checklists.yaml"], "checklists", Checklist)
        if head is None or assessment is None or clocks is None or matrix is None or codes is None:
            return None
        return Pack(
            head=head,
            steps=steps,
            assessment=assessment,
            clocks=clocks,
            phrase_categories=categories,
            phrases=phrases,
            scripts=scripts,
            slots=slots,
            scenarios=scenarios,
            roles=roles,
            triggers=triggers,
            checklists=checklists,
            matrix=matrix,
            codes=codes,
            citations=self._list(["citations.yaml"], "citations", Citation),
            cards=self._list(self._files("cards/*.yaml"), "cards", Card),
            sheets=self._list(self._files("sheets/*.yaml"), "sheets", Sheet),
            cases=self._list(["cases.yaml"], "cases", CaseStudy),
            guards=self._list(["guards.yaml"], "guards", Guard),
            authorities=self._list(["authorities.yaml"], "authorities", Authority),
            cues=self._list(self._files("lexicon/*.yaml"), "cues", Cue),
            outline=self._list(["outline.yaml"], "outline", OutlinePoint),
            keeping=self._list(["retention.yaml"], "keeping", KeepingClass),
            models=self._models(),
        )

    def _models(self) -> dict[str, NgramModel]:
        """The trained models of `models/`, by the names of their files; a pack may have none."""
        found: dict[str, NgramModel] = {}
        for path in sorted(self.folder.glob("models/*.json")):
            try:
                found[path.stem] = msgspec.json.decode(path.read_bytes(), type=NgramModel)
            except (OSError, msgspec.DecodeError) as error:
                self.faults.append(Fault(f"models/{path.name}", 1, str(error)))
        return found

    def source(self, name: str) -> Source | None:
        """One file, read once; None (and a fault) when it cannot be."""
        if name not in self._read:
            found = read(self.folder, name)
            if isinstance(found, Fault):
                self.faults.append(found)
            self._read[name] = found if isinstance(found, Source) else None
        return self._read[name]

    def _files(self, pattern: str) -> list[str]:
        found = sorted(p.relative_to(self.folder).as_posix() for p in self.folder.glob(pattern))
        if not found:
            self.faults.append(Fault(pattern, 1, _("no such file in the pack")))
        return found

    def _whole(self, name: str, kind: type[T]) -> T | None:
        source = self.source(name)
        return None if source is None else decode(source, (), source.content, kind, self.faults)

    def _list(self, names: Sequence[str], part: str, kind: type[T]) -> tuple[T, ...]:
        found: list[T] = []
        for name in names:
            source = self.source(name)
            if source is None:
                continue
            entries = source.content.get(part)
            if not isinstance(entries, list):
                self.faults.append(
                    Fault(name, 1, _("the list `{part}` is missing").format(part=part))
                )
                continue
            for at, entry in enumerate(entries):
                if isinstance(entry, dict) and isinstance(entry.get("key"), str):
                    self.places.add(part, entry["key"], source, (part, at))
                decoded = decode(source, (part, at), entry, kind, self.faults)
                if decoded is not None:
                    found.append(decoded)
        return tuple(found)


def _rule_faults(pack: Pack, reader: _Reader) -> Iterable[Fault]:
    source = reader.source("assessment.yaml")
    if source is not None:
        for found in assessment_faults(pack.assessment):
            yield Fault(source.name, source.line(found.path), found.reason)
    for key, reason in phrase_faults(pack.phrases, pack.phrase_categories):
        yield reader.places.fault("phrases", key, reason)
    for key, reason in script_faults(pack.scripts, pack.slots):
        yield reader.places.fault("scripts", key, reason)
    for key, reason in citation_faults(pack.citations):
        yield reader.places.fault("citations", key, reason)


def _guard_faults(pack: Pack, places: Places) -> Iterable[Fault]:
    found = guard_faults(pack.guards, pack.scripts, pack.phrases, pack.authorities)
    return (places.fault(part, key, reason) for part, key, reason in found)
