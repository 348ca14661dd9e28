"""The sentence for each kind of event, with names from the pack; never a code of the program.

Values that the form masks stay masked. Observations of the quick assessment are told without
their content: it is a help for the moment and no part of the file (knowledge B1).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import singledispatch

from desk.domain import events as ev
from desk.domain.content import Pack
from desk.domain.events import Payload
from desk.domain.history import HistoryKind
from desk.domain.intake import FieldAt, definition_for, fields_of, is_filled
from desk.domain.masking import masked
from desk.domain.report import Seal
from desk.domain.staff import Person
from desk.services.composition import values
from desk.services.composition.tongue import Tongue

_BLANK = re.compile(r"\{[a-z_]+\}")


@dataclass(frozen=True, slots=True)
class Said:
    """One event in words. `keeps_first`: a line that takes it in keeps its own sentence."""

    what: str
    kind: HistoryKind
    detail: str = ""
    keeps_first: bool = False


@dataclass(slots=True)
class Telling:
    """What is needed to tell a case's events one after the other, and what was told so far."""

    pack: Pack
    people: Mapping[str, Person]
    tongue: Tongue
    forgotten: bool = False
    filled: set[str] = field(default_factory=set)
    items: dict[str, list[str]] = field(default_factory=dict)

    def person(self, key: str) -> str:
        """A person's name; the staff number when nobody of it is known."""
        found = self.people.get(key)
        return found.name if found and found.name else key

    def item(self, group: str, key: str) -> str:
        """An item of a repeated group by name and number: 方案 2."""
        known = self.items.setdefault(group, [])
        if key not in known:
            known.append(key)
        name = next(
            (
                at.group.item
                for at in fields_of(self.pack.steps)
                if at.group and at.group.key == group
            ),
            None,
        )
        shown = self.tongue.of(name) if name else self.tongue.gettext("Earlier entry")
        return self.tongue.gettext("{name} {number}").format(
            name=shown, number=known.index(key) + 1
        )

    def field(self, path: str) -> str:
        """A field's label, after its item inside a group."""
        at = definition_for(self.pack.steps, path)
        label = self.tongue.of(at.definition.label) if at else self.tongue.gettext("Earlier entry")
        parts = path.split("/")
        if len(parts) != 3:
            return label
        return self.tongue.beside(self.item(parts[0], parts[1]), label)

    def checklist(self, key: str) -> str:
        """A checklist's title."""
        found = self.pack.checklist(key)
        return self.tongue.of(found.title) if found else self.tongue.gettext("Earlier checklist")


@singledispatch
def tell(payload: Payload, telling: Telling) -> Said | None:
    """An event in words; None when it changed nothing that a person would look for."""
    return None


@tell.register
def _opened(payload: ev.CaseOpened, telling: Telling) -> Said:
    gettext = telling.tongue.gettext
    what = gettext("Complaint {number} received").format(number=payload.number)
    return Said(what, "opened", telling.tongue.when(payload.received_at))


@tell.register
def _field_set(payload: ev.FieldSet, telling: Telling) -> Said:
    gettext, path = telling.tongue.gettext, payload.field
    name = telling.field(path)
    had = path in telling.filled
    if payload.personal and telling.forgotten:
        telling.filled.add(path)
        what = gettext("Changed: {field}") if had else gettext("Filled in: {field}")
        return Said(what.format(field=name), "field", _gone(telling), keeps_first=had)
    if not is_filled(payload.value):
        telling.filled.discard(path)
        return Said(gettext("Cleared: {field}").format(field=name), "field")
    telling.filled.add(path)
    what = gettext("Changed: {field}") if had else gettext("Filled in: {field}")
    at = definition_for(telling.pack.steps, path)
    detail = _shown(telling, at, payload) if at else ""
    return Said(what.format(field=name), "field", detail, keeps_first=had)


def _shown(telling: Telling, at: FieldAt, payload: ev.FieldSet) -> str:
    plain = values.plain(telling.pack, telling.tongue, at.definition, payload.value)
    return masked(at.definition.kind, plain) if at.definition.masked else plain


@tell.register
def _item_removed(payload: ev.ItemRemoved, telling: Telling) -> Said:
    name = telling.item(payload.group, payload.item)
    return Said(telling.tongue.gettext("Taken out: {item}").format(item=name), "item")


@tell.register
def _answer_set(payload: ev.AnswerSet, telling: Telling) -> Said:
    gettext = telling.tongue.gettext
    if not payload.confirmed_by:
        return Said(gettext("Quick assessment: noted what was seen"), "assessment")
    what = gettext("Quick assessment: a safety mark was lowered, confirmed by {person}").format(
        person=telling.person(payload.confirmed_by)
    )
    return Said(what, "assessment", payload.reason or "")


@tell.register
def _assessment_cleared(payload: ev.AssessmentCleared, telling: Telling) -> Said:
    gettext = telling.tongue.gettext
    what = {
        "retake": gettext("Quick assessment: begun anew"),
        "declined": gettext("Quick assessment: not used, as the customer wished"),
        "closed": gettext("Quick assessment: marks deleted when the case was closed"),
    }
    return Said(what[payload.why], "assessment")


@tell.register
def _script_said(payload: ev.ScriptSaid, telling: Telling) -> Said:
    found = next((s for s in telling.pack.scripts if s.key == payload.script), None)
    text = _BLANK.sub("…", telling.tongue.of(found.text)) if found else ""
    return Said(telling.tongue.gettext("Said a suggested sentence"), "script", text)


@tell.register
def _checklist_started(payload: ev.ChecklistStarted, telling: Telling) -> Said:
    tongue = telling.tongue
    what = tongue.gettext("Checklist started: {checklist}").format(
        checklist=telling.checklist(payload.checklist)
    )
    why = tongue.listed(
        tongue.of(trigger.why)
        for trigger in telling.pack.triggers
        if trigger.key in payload.triggers
    )
    return Said(what, "checklist", why)


@tell.register
def _item_marked(payload: ev.ItemMarked, telling: Telling) -> Said:
    tongue, gettext = telling.tongue, telling.tongue.gettext
    checklist = telling.pack.checklist(payload.checklist)
    item = checklist.item(payload.item) if checklist else None
    name = tongue.of(item.text) if item else gettext("Earlier item")
    what = {
        "done": gettext("Done: {item}"),
        "not_applicable": gettext("Does not apply: {item}"),
        "open": gettext("Opened again: {item}"),
    }[payload.status]
    detail = tongue.beside(telling.checklist(payload.checklist), payload.reason or "")
    return Said(what.format(item=name), "checklist", detail)


@tell.register
def _clock_moved(payload: ev.ClockMoved, telling: Telling) -> Said:
    tongue = telling.tongue
    what = tongue.gettext("Time limit: {change}").format(change=values.moved(tongue, payload))
    return Said(what, "clock", values.approval(tongue, payload))


@tell.register
def _noted(payload: ev.Noted, telling: Telling) -> Said:
    gone = _gone(telling)
    what = telling.tongue.gettext("Internal note")
    return Said(what, "note", gone if payload.text is None else payload.text)


def _gone(telling: Telling) -> str:
    """What stands in the place of words whose key was destroyed."""
    return telling.tongue.gettext("Removed as the law requires")


@tell.register
def _handed_over(payload: ev.HandedOver, telling: Telling) -> Said:
    what = telling.tongue.gettext("Handed over from {giver} to {taker}").format(
        giver=telling.person(payload.giver), taker=telling.person(payload.taker)
    )
    return Said(what, "person", payload.note or "")


@tell.register
def _revealed(payload: ev.Revealed, telling: Telling) -> Said:
    if payload.field.startswith("attachment/"):
        return Said(telling.tongue.gettext("Opened an attachment"), "person")
    name = telling.field(payload.field)
    return Said(telling.tongue.gettext("Looked at in full: {field}").format(field=name), "person")


@tell.register
def _reported(payload: ev.Reported, telling: Telling) -> Said:
    gettext = telling.tongue.gettext
    copy = {
        "internal": gettext("Report made: internal copy"),
        "customer": gettext("Report made: copy for the complainant"),
    }[payload.copy]
    pages = telling.tongue.ngettext("{n} page", "{n} pages", payload.pages).format(n=payload.pages)
    seal = gettext("Seal {code}").format(code=Seal.of(payload.seal, 0).code)
    return Said(copy, "report", telling.tongue.beside(pages, seal))


@tell.register
def _closed(payload: ev.Closed, telling: Telling) -> Said:
    gettext = telling.tongue.gettext
    what = {
        "settled": gettext("Closed, settled"),
        "told": gettext("Closed, decision told"),
        "withdrawn": gettext("Closed, withdrawn by the complainant"),
        "enquiry": gettext("Closed, an enquiry and no complaint"),
    }
    return Said(what[payload.outcome], "closed")


@tell.register
def _reopened(payload: ev.Reopened, telling: Telling) -> Said:
    return Said(telling.tongue.gettext("Taken up again"), "closed", payload.reason or "")


@tell.register
def _settled(payload: ev.Settled, telling: Telling) -> Said:
    gettext = telling.tongue.gettext
    what = {
        "closed": gettext("Looked at what was done after the closing on another computer"),
        "handover": gettext("Looked at two hand-overs that crossed"),
    }
    return Said(what[payload.about], "closed")


@tell.register
def _interest_stated(payload: ev.InterestStated, telling: Telling) -> Said:
    gettext = telling.tongue.gettext
    what = (
        gettext("{person} has an interest in the matter")
        if payload.interested
        else gettext("{person} has no interest in the matter")
    )
    return Said(what.format(person=telling.person(payload.person)), "person")


@tell.register
def _approved(payload: ev.Approved, telling: Telling) -> Said:
    gettext = telling.tongue.gettext
    what = {
        "extension": gettext("Approved by {person}: a longer limit"),
        "close_red": gettext("Approved by {person}: closing a case that needed most care"),
        "lower_band": gettext("Approved by {person}: a lower safety mark"),
        "to_enquiry": gettext("Approved by {person}: recorded as an enquiry"),
        "forget": gettext("Approved by {person}: personal data removed"),
    }
    return Said(
        what[payload.act].format(person=telling.person(payload.by)), "person", payload.reason or ""
    )


@tell.register
def _attached(payload: ev.Attached, telling: Telling) -> Said:
    what = telling.tongue.gettext("Attachment added")
    return Said(what, "report", payload.name or _gone(telling))


@tell.register
def _detached(payload: ev.Detached, telling: Telling) -> Said:
    return Said(telling.tongue.gettext("Attachment taken out"), "report", payload.reason or "")


@tell.register
def _hold_set(payload: ev.HoldSet, telling: Telling) -> Said:
    gettext = telling.tongue.gettext
    what = gettext("Kept under a legal hold") if payload.on else gettext("Legal hold ended")
    return Said(what, "report", payload.reason or "")


@tell.register
def _keeping_set(payload: ev.KeepingSet, telling: Telling) -> Said:
    one = next((one for one in telling.pack.keeping if one.key == payload.keep), None)
    name = telling.tongue.of(one.name) if one else ""
    return Said(telling.tongue.gettext("Keeping time chosen"), "report", name)


@tell.register
def _forgotten(payload: ev.Forgotten, telling: Telling) -> Said:
    gettext = telling.tongue.gettext
    what = {
        "due": gettext("Personal data removed, the keeping time being over; agreed by {person}"),
        "asked": gettext("Personal data removed as the person asked; agreed by {person}"),
        "law": gettext("Personal data removed as a law or court asks; agreed by {person}"),
    }[payload.why]
    return Said(what.format(person=telling.person(payload.by)), "report", payload.reason)
