"""A content pack as the engine sees it: everything that head office may change without code."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from desk.domain.assessment_model import AssessmentModel
from desk.domain.citations import Citation, quotable
from desk.domain.clock_rules import ClockRules
from desk.domain.codes import CodeBook
from desk.domain.escalation import Checklist, Matrix, Role, Trigger
from desk.domain.guards import Authority, Guard
from desk.domain.intake import FieldDef, StepDef
from desk.domain.lexicon import Cue
from desk.domain.ngrams import NgramModel
from desk.domain.outline import OutlinePoint
from desk.domain.references import Card, CaseStudy, Sheet
from desk.domain.retention import KeepingClass
from desk.domain.suggestion import ProfileKey, Script, Slot
from desk.domain.text import Text
from desk.domain.versions import FIRST, Version
from desk.domain.wording import Phrase, PhraseCategory


class PackHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a pack is: id, version, name, and the rules its clocks follow."""

    id: str
    version: Version
    name: Text
    rules: str
    rules_name: Text
    checked: str


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of matter at the counter: its usual codes, what to watch, who it can upset how.

    `profiles` are those that can occur with it, each of which has its own sentences. A worked case
    of the course stands `within` the matter it is an example of, and its scripts go before those of
    the matter. `flag` is the option of R0 that calls for a red scenario whatever the matter is.
    """

    key: str
    name: Text
    business: str = ""
    cause: str = ""
    rights: tuple[str, ...] = ()
    profiles: tuple[ProfileKey, ...] = ()
    watch: tuple[Text, ...] = ()
    within: str = ""
    flag: Literal["", "a", "b", "c", "d"] = ""
    source: str = ""
    since: Version = FIRST


@dataclass(frozen=True)
class Pack:
    """One version of a content pack, checked and frozen."""

    head: PackHead
    steps: tuple[StepDef, ...]
    assessment: AssessmentModel
    clocks: ClockRules
    phrase_categories: tuple[PhraseCategory, ...]
    phrases: tuple[Phrase, ...]
    scripts: tuple[Script, ...]
    slots: tuple[Slot, ...]
    scenarios: tuple[Scenario, ...]
    roles: tuple[Role, ...]
    triggers: tuple[Trigger, ...]
    checklists: tuple[Checklist, ...]
    matrix: Matrix
    codes: CodeBook
    citations: tuple[Citation, ...] = ()
    cards: tuple[Card, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    cases: tuple[CaseStudy, ...] = ()
    guards: tuple[Guard, ...] = ()
    authorities: tuple[Authority, ...] = ()
    cues: tuple[Cue, ...] = ()
    outline: tuple[OutlinePoint, ...] = ()
    keeping: tuple[KeepingClass, ...] = ()
    models: Mapping[str, NgramModel] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """Id and version, as every event records it: `cn-branch@1.0.0`."""
        return f"{self.head.id}@{self.head.version}"

    @functools.cached_property
    def quotable(self) -> frozenset[str]:
        """The rules and articles that staff may quote to a customer."""
        return quotable(self.citations)

    def checklist(self, key: str) -> Checklist | None:
        """The checklist with this key; None when this version of the pack does not have it."""
        return next((c for c in self.checklists if c.key == key), None)

    def scenario(self, key: str) -> Scenario | None:
        """The scenario with this key; None when this version of the pack does not have it."""
        return next((s for s in self.scenarios if s.key == key), None)

    def options(self, definition: FieldDef) -> tuple[tuple[str, Text], ...]:
        """What a choice field offers, as key and name, from its own list or its code table."""
        if definition.codes == "scenarios":
            return tuple((s.key, s.name) for s in self.scenarios)
        if definition.codes:
            return self.codes.options(definition.codes)
        return tuple((o.key, o.name) for o in definition.options)
