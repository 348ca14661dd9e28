"""The five-step intake as the pack defines it: steps, sections, fields, and what is still missing.

The fields are those that 令2020年第3号 Art 13–21 asks of a complaint file. Steps guide and never
lock: everything here says what is missing, nothing forbids.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from desk.domain.case import Case
from desk.domain.conditions import Condition
from desk.domain.events import Value
from desk.domain.text import Text

FieldKind = Literal[
    "text",
    "long",
    "name",
    "phone",
    "id_number",
    "choice",
    "choices",
    "yes_no",
    "number",
    "money",
    "date",
    "moment",
]
FREE: frozenset[FieldKind] = frozenset({"text", "long", "name", "phone", "id_number"})
"""Kinds that take whatever is typed, and therefore perhaps somebody's name."""
Speaker = Literal["", "staff", "customer"]
Shown = Literal["both", "internal", "none"]
_ACCEPTS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "number": ((int, float), "not_a_number"),
    "money": ((int, float), "not_a_number"),
    "choices": ((list,), "not_a_list"),
    "yes_no": ((bool,), "not_yes_no"),
}


_TIMES: frozenset[FieldKind] = frozenset({"date", "moment"})
_NEVER = frozenset({"", "false"})
"""Conditions that need no evaluation to be answered no."""


class Option(msgspec.Struct, frozen=True):
    """One value that a choice offers."""

    key: str
    name: Text


class FieldDef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field of the form.

    `required` and `when` are conditions (CEL) over the facts of the case; "true" always holds and
    an empty `required` never does. `codes` takes the options from a code table, not `options`.
    `speaker` says whose words the text holds: only staff words are checked. `report` says on which
    copies it prints. A `personal` value is sealed with the case's own key.
    `after_close` fields may be filled in when the case is closed already: the follow-up.
    """

    key: str
    label: Text
    kind: FieldKind
    required: str = ""
    when: str = "true"
    options: tuple[Option, ...] = ()
    codes: str = ""
    personal: bool = False
    hint: Text | None = None
    speaker: Speaker = ""
    report: Shown = "both"
    default: Value = None
    limit: int = 0
    wide: bool = False
    masked: bool = False
    after_close: bool = False


class GroupDef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repeated group: each item holds these fields, stored under `key/item/field`."""

    key: str
    label: Text
    item: Text
    fields: tuple[FieldDef, ...]
    when: str = "true"
    least: int = 0
    most: int = 50
    report: Shown = "both"


class SectionDef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a step that belongs together on the screen."""

    key: str
    title: Text
    note: Text | None = None
    fields: tuple[FieldDef, ...] = ()
    groups: tuple[GroupDef, ...] = ()


class StepDef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the five steps: its name, what it is for, the sentence that leads it, its sections."""

    number: int
    key: str
    name: Text
    aim: Text
    sentence: Text
    sections: tuple[SectionDef, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """Something a step still lacks: the field's path and its label."""

    step: int
    field: str
    label: Text


@dataclass(frozen=True, slots=True)
class FieldAt:
    """A field definition where it stands: step, group and item it belongs to, and its path."""

    step: int
    path: str
    definition: FieldDef
    group: GroupDef | None = None
    item: str = ""


def path_of(group: str, item: str, key: str) -> str:
    """The path under which a field of a repeated item is stored."""
    return f"{group}/{item}/{key}"


def fields_of(steps: tuple[StepDef, ...]) -> Iterator[FieldAt]:
    """Every field definition with the path it is stored under; group fields as `group/*/key`."""
    for step in steps:
        for section in step.sections:
            for definition in section.fields:
                yield FieldAt(step.number, definition.key, definition)
            for group in section.groups:
                for definition in group.fields:
                    path = path_of(group.key, "*", definition.key)
                    yield FieldAt(step.number, path, definition, group)


def definition_for(steps: tuple[StepDef, ...], path: str) -> FieldAt | None:
    """The definition behind a stored path; None when the pack has no such field."""
    parts = path.split("/")
    pattern = path_of(parts[0], "*", parts[2]) if len(parts) == 3 else path
    for found in fields_of(steps):
        if found.path == pattern:
            item = parts[1] if len(parts) == 3 else ""
            return FieldAt(found.step, path, found.definition, found.group, item)
    return None


def is_filled(value: Value) -> bool:
    """Whether a value says anything: 0 and False do, an empty text or list does not."""
    if value is None:
        return False
    if isinstance(value, str):
        return bool(value.strip())
    return bool(value) if isinstance(value, list) else True


def holds(condition: str, facts: Mapping[str, object]) -> bool:
    """Whether a pack condition holds; the constants need no evaluation."""
    if condition in _NEVER:
        return False
    return condition == "true" or Condition(condition).holds(facts)


@dataclass(frozen=True, slots=True)
class Demand:
    """What a form may ask for: a field that can be required, or a group and fields of its items.

    Made ready, because every stored change asks all of them again: `lack` is what is said when
    nothing is there, and `conditions` leaves out the constants. Of a field, `least` is 0 and
    `within` empty.
    """

    lack: Missing
    conditions: tuple[str, ...]
    is_group: bool = False
    least: int = 0
    within: tuple[FieldDef, ...] = ()


def demands_of(steps: tuple[StepDef, ...]) -> tuple[Demand, ...]:
    """All that a form may ask for, in its order."""
    found: list[Demand] = []
    for step in steps:
        for section in step.sections:
            found += [
                Demand(
                    Missing(step.number, field.key, field.label),
                    _asked(field.required, field.when),
                )
                for field in section.fields
                if _NEVER.isdisjoint({field.required, field.when})
            ]
            groups = [
                _demand_of(step.number, group)
                for group in section.groups
                if group.when not in _NEVER
            ]
            found += [demand for demand in groups if demand.least or demand.within]
    return tuple(found)


def _demand_of(step: int, group: GroupDef) -> Demand:
    return Demand(
        Missing(step, group.key, group.label),
        _asked(group.when),
        is_group=True,
        least=group.least,
        within=tuple(field for field in group.fields if field.required == "true"),
    )


def _asked(*conditions: str) -> tuple[str, ...]:
    return tuple(condition for condition in conditions if condition != "true")


def missing(
    demands: tuple[Demand, ...], case: Case, facts: Mapping[str, object]
) -> tuple[Missing, ...]:
    """What the file still lacks, in the order of the form."""
    found: list[Missing] = []
    told = _Told(facts)
    groups = case.groups()
    filled = {path for path, state in case.fields.items() if is_filled(state.value)}
    for demand in demands:
        if demand.lack.field in filled or not told.all(demand.conditions):
            continue
        if demand.is_group:
            found += _lacks_of_group(demand, filled, groups.get(demand.lack.field, ()))
        else:
            found.append(demand.lack)
    return tuple(found)


class _Told(dict[str, bool]):
    """What facts answer to the conditions of a form, each asked once."""

    def __init__(self, facts: Mapping[str, object]) -> None:
        super().__init__()
        self._facts = facts

    def __missing__(self, condition: str) -> bool:
        answer = self[condition] = holds(condition, self._facts)
        return answer

    def all(self, conditions: tuple[str, ...]) -> bool:
        return not conditions or all(self[condition] for condition in conditions)


def _lacks_of_group(demand: Demand, filled: set[str], items: tuple[str, ...]) -> Iterator[Missing]:
    if len(items) < demand.least:
        yield demand.lack
    for item in items:
        for definition in demand.within:
            path = path_of(demand.lack.field, item, definition.key)
            if path not in filled:
                yield Missing(demand.lack.step, path, definition.label)


def fault(definition: FieldDef, value: Value) -> str | None:
    """Why a value cannot be stored in a field, as a key of a sentence; None when it can.

    A wrong phone or ID number is a warning of the form, not a fault: at the counter a half number
    is better than none. Only what could never be meant is refused.
    """
    if value is None:
        return None
    kinds, reason = _ACCEPTS.get(definition.kind, ((str,), "not_text"))
    if type(value) not in kinds:
        return reason
    if definition.limit and isinstance(value, str) and len(value) > definition.limit:
        return "too_long"
    if definition.kind in _TIMES and value and not _is_time(str(value)):
        return "not_a_time"
    return None


def _is_time(text: str) -> bool:
    """Whether a text is a day or a minute as they are stored; a row of digits is none."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return text[4] == text[7] == "-"
