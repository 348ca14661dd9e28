"""All that a report may say of a case, and the one gate through which its fields go onto paper.

:meth:`Material.words` decides for every section alike what a copy may show. On the customer's copy
it holds back what the pack keeps internal, covers what the pack masks, and covers third parties;
no section reads a field for print in any other way.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from desk.domain.case import Version
from desk.domain.content import Pack
from desk.domain.engine import CaseView
from desk.domain.events import Copy
from desk.domain.ids import Stamp
from desk.domain.intake import FieldAt, FieldDef, GroupDef, definition_for, fields_of, is_filled
from desk.domain.masking import masked
from desk.domain.report import Seal
from desk.domain.staff import Branch, Person
from desk.services.composition import values
from desk.services.composition.tongue import Tongue

# On the customer's copy: kept back beyond what the pack says. Names of the staff who checked and
# decided (the institution answers, through one contact), the three findings of the responsibility
# matrix (the answer states the result in sentences), the number of a recording.
WITHHELD = frozenset(
    {"checked_by", "decided_by", "evidence_held", "team_liable", "company_liable", "told_proof"}
)
# The complainant reads their own name in full; their number and address are covered even here,
# since paper gets lost.
OWN_NAME = "complainant_name"
# Institutions by name are no secret; a person complained about is a third party.
RESPONDENT = "respondent_name"
_REMARK = re.compile(r"(?<=.)\s*[（(][^（()）]*[)）]$")
_INSTITUTIONS = frozenset({"branch", "other_branch", "head_office", "partner"})


@dataclass(frozen=True, slots=True)
class Material:
    """A case seen at one moment, with everything its report needs besides.

    `generated_at` carries its offset; `local` gives the local time of a stamp's milliseconds.
    """

    copy: Copy
    view: CaseView
    pack: Pack
    people: Mapping[str, Person]
    branch: Branch
    device: str
    actor: Person
    seal: Seal
    generated_at: datetime
    tongue: Tongue
    local: Callable[[int], datetime]

    @property
    def is_internal(self) -> bool:
        """Whether this is the institution's own copy."""
        return self.copy == "internal"

    def person(self, key: str) -> str:
        """A member of staff with the staff number, 王（0417）; the number alone when unknown."""
        found = self.people.get(key)
        if found is None or not found.name:
            return key
        gettext = self.tongue.gettext
        return gettext("{name} ({number})").format(name=found.name, number=found.id)

    def stamped(self, stamp: Stamp) -> str:
        """The local minute of an event, with its weekday."""
        return self.tongue.minute(self.local(stamp.wall_ms))

    def definition(self, path: str) -> FieldDef | None:
        """The pack's definition of a stored path; None when this version has none."""
        at = definition_for(self.pack.steps, path)
        return at.definition if at else None

    def group(self, key: str) -> GroupDef | None:
        """The pack's definition of a repeated group that this copy may show."""
        for at in fields_of(self.pack.steps):
            if at.group is not None and at.group.key == key:
                return at.group if self.is_internal or at.group.report == "both" else None
        return None

    def label(self, path: str) -> str:
        """The pack's label of a field or group; empty when this version has none."""
        found = self.definition(path) or self.group(path)
        return self.printed_label(found) if found else ""

    def printed_label(self, definition: FieldDef | GroupDef) -> str:
        """A label without the remark in brackets that helps to fill in the form."""
        return _REMARK.sub("", self.tongue.of(definition.label))

    def words(self, path: str) -> str:
        """A field as this copy may show it; empty when it has no value or may not be shown."""
        at = definition_for(self.pack.steps, path)
        value = self.view.case.value(path)
        if at is None or not is_filled(value) or not self._may_show(at):
            return ""
        plain = values.plain(self.pack, self.tongue, at.definition, value)
        return plain if self.is_internal else self._covered(at, plain)

    def is_lacking(self, path: str) -> bool:
        """Whether the rules ask for this field and it is still empty."""
        return any(lack.field == path for lack in self.view.missing)

    def writer(self, path: str) -> str:
        """The name of who wrote a field's value in force."""
        head = self.head(path)
        if head is None:
            return ""
        found = self.people.get(head.actor)
        return found.name if found and found.name else head.actor

    def head(self, path: str) -> Version | None:
        """A field's value in force, with who wrote it when."""
        state = self.view.case.fields.get(path)
        return state.heads[0] if state else None

    def _may_show(self, at: FieldAt) -> bool:
        shown = {at.definition.report} | ({at.group.report} if at.group else set())
        if self.is_internal:
            return "none" not in shown
        return shown == {"both"} and at.path not in WITHHELD

    def _covered(self, at: FieldAt, plain: str) -> str:
        if at.path == OWN_NAME:
            return plain
        if at.path == RESPONDENT:
            named = self.view.case.text("respondent") in _INSTITUTIONS
            return plain if named else masked("name", plain)
        return masked(at.definition.kind, plain) if at.definition.masked else plain
