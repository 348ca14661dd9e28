"""A content pack as the engine sees it: everything that head office may change without code."""

from dataclasses import dataclass

import msgspec

from desk.domain.assessment_model import AssessmentModel
from desk.domain.clock_rules import ClockRules
from desk.domain.codes import CodeBook
from desk.domain.escalation import Checklist, Matrix, Role, Trigger
from desk.domain.intake import FieldDef, StepDef
from desk.domain.suggestion import Script, Slot
from desk.domain.text import Text
from desk.domain.wording import Phrase, PhraseCategory


class PackHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a pack is: id, version, name, and the rules its clocks follow."""

    id: str
    version: str
    name: Text
    rules: str
    rules_name: Text
    checked: str


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of matter at the counter: words that point to it, its usual codes, what to watch."""

    key: str
    name: Text
    cues: tuple[str, ...] = ()
    business: str = ""
    cause: str = ""
    watch: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
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

    @property
    def stamp(self) -> str:
        """Id and version, as every event records it: `cn-branch@1.0.0`."""
        return f"{self.head.id}@{self.head.version}"

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
