"""六、内部记录: what the customer's copy never holds.

Assessment, checklists, time limits, hand-overs, notes, entries still to be settled.

Once a case is closed nothing of the quick assessment is kept but which checklists it started
(knowledge B1); while it is open the report says how to receive the customer, never a label.
"""

from collections.abc import Iterator

from desk.domain import escalation, report
from desk.domain.case import MarkedItem, StartedChecklist
from desk.domain.escalation import ChecklistItem
from desk.domain.events import ItemStatus, Value
from desk.domain.intake import is_filled
from desk.domain.report import Block, Fact, Pill, Subheading, Table, Tone
from desk.services.composition import fields, file_words, values
from desk.services.composition.fields import named
from desk.services.composition.material import Material

_CHECK_FIGURE = 16

_TONES: dict[ItemStatus, Tone] = {"done": "good", "not_applicable": "plain", "open": "warn"}


def blocks(material: Material) -> tuple[Block, ...]:
    """Everything of the case that is for the institution only."""
    started = material.view.case.checklists
    return (
        *fields.block(_overview(material)),
        *(_checklist(material, started[key]) for key in started),
        *_limits(material),
        *_hand_overs(material),
        *_notes(material),
        *_attachments(material),
        *_contested(material),
        *_earlier_form(material),
    )


def _overview(material: Material) -> tuple[Fact, ...]:
    gettext, tongue = material.tongue.gettext, material.tongue
    reminders = sum(len(found) for found in material.view.findings.values())
    count = tongue.ngettext("{n} place", "{n} places", reminders).format(n=reminders)
    return (
        *_assessment(material),
        *named(gettext("Wording reminders still open"), count if reminders else ""),
    )


def _assessment(material: Material) -> tuple[Fact, ...]:
    assessment = material.view.assessment
    if assessment is None or material.view.case.status != "open":
        return ()
    model, of = material.pack.assessment, material.tongue.of
    bands = [
        f"{of(dimension.name)} {of(band.label)}"
        for dimension in model.dimensions
        for band in dimension.bands
        if band.colour == assessment.bands.get(dimension.key)
    ]
    profile = of(model.profile(assessment.profile).name)
    words = material.tongue.beside(profile, material.tongue.listed(bands))
    return named(of(model.name), words)


def _title(material: Material, key: str) -> str:
    found = material.pack.checklist(key)
    return material.tongue.of(found.title) if found else key


def _checklist(material: Material, started: StartedChecklist) -> report.Checklist:
    """A checklist with its items; items that only an earlier pack knew keep their key."""
    known = material.pack.checklist(started.key)
    items = known.items if known else ()
    keys = [item.key for item in items]
    keys += [key for key in started.items if key not in keys]
    by_key = {item.key: item for item in items}
    settled = sum(escalation.status_of(started, key) != "open" for key in keys)
    gettext, tongue = material.tongue.gettext, material.tongue
    progress = gettext("{done} of {total}").format(done=settled, total=len(keys))
    why = tongue.listed(_why(material, key) for key in started.triggers)
    begun = gettext("since {moment}").format(
        moment=tongue.when(started.at) if started.at else material.stamped(started.stamp)
    )
    return report.Checklist(
        title=_title(material, started.key),
        progress=tongue.beside(progress, begun, why),
        done=settled,
        total=len(keys),
        items=tuple(_item(material, by_key.get(key), key, started.items.get(key)) for key in keys),
    )


def _why(material: Material, key: str) -> str:
    found = next((t for t in material.pack.triggers if t.key == key), None)
    return material.tongue.of(found.why) if found else key


def _item(
    material: Material, item: ChecklistItem | None, key: str, mark: MarkedItem | None
) -> report.CheckItem:
    tongue, gettext = material.tongue, material.tongue.gettext
    status: ItemStatus = mark.status if mark else "open"
    words = {
        "done": gettext("Done"),
        "not_applicable": gettext("Does not apply"),
        "open": gettext("Still open"),
    }
    text = tongue.of(item.text) if item else key
    if mark is not None and mark.reason:
        reason = tongue.labelled(gettext("Reason"), mark.reason)
        text = f"{text}\n{reason}"
    return report.CheckItem(
        mark=status,
        text=text,
        detail=tongue.beside(*_whose(material, item, mark, status)),
        state=Pill(words[status], _TONES[status]),
    )


def _whose(
    material: Material, item: ChecklistItem | None, mark: MarkedItem | None, status: ItemStatus
) -> Iterator[str]:
    """Of an open item whose task it is and until when; of a settled one who settled it when."""
    if status == "open" and item is not None:
        yield _role(material, item.owner)
        if item.limit_text is not None:
            yield material.tongue.of(item.limit_text)
    if mark is not None:
        yield _person(material, mark.actor)
        yield material.stamped(mark.stamp)


def _role(material: Material, key: str) -> str:
    found = next((role for role in material.pack.roles if role.key == key), None)
    return material.tongue.of(found.name) if found else key


def _person(material: Material, key: str) -> str:
    found = material.people.get(key)
    return found.name if found and found.name else key


def _limits(material: Material) -> tuple[Block, ...]:
    """What was done to the legal limits: extended with whose approval, stopped, agreed."""
    gettext, tongue = material.tongue.gettext, material.tongue
    moves = material.view.case.clock_events
    rows = tuple(
        (tongue.when(move.at), values.moved(tongue, move), values.approval(tongue, move))
        for move in moves
    )
    problems = tuple(tongue.dated(tongue.of(p.text)) for p in material.view.clocks.problems)
    if not rows:
        return ()
    columns = (
        gettext("When"),
        gettext("What happened to the time limit"),
        gettext("Approval and notice"),
    )
    remarks = tuple(Fact(gettext("Please note"), text) for text in problems)
    return (
        Subheading(gettext("Time limits")),
        Table(columns, rows),
        *fields.block(remarks),
    )


def _hand_overs(material: Material) -> tuple[Block, ...]:
    gettext = material.tongue.gettext
    rows = tuple(
        (
            material.stamped(passed.stamp),
            material.person(passed.giver),
            material.person(passed.taker),
            passed.note or "",
        )
        for passed in material.view.case.handovers
    )
    columns = (
        gettext("When"),
        gettext("Handed over by"),
        gettext("Taken over by"),
        gettext("What was passed on"),
    )
    return (Subheading(gettext("Hand-overs")), Table(columns, rows)) if rows else ()


def _notes(material: Material) -> tuple[Block, ...]:
    """Internal notes; one whose text was forgotten says so."""
    gettext = material.tongue.gettext
    gone = gettext("Removed as the law requires")
    rows = tuple(
        (
            material.stamped(note.stamp),
            _person(material, note.actor),
            gone if note.text is None else note.text,
        )
        for note in material.view.case.notes
    )
    columns = (
        gettext("When"),
        gettext("Written by"),
        gettext("What was noted"),
    )
    return (Subheading(gettext("Internal notes")), Table(columns, rows)) if rows else ()


def _attachments(material: Material) -> tuple[Block, ...]:
    """The files kept with the case; the check figure is the beginning of the original's SHA-256."""
    gettext, tongue = material.tongue.gettext, material.tongue
    gone = gettext("Removed as the law requires")
    rows = tuple(
        (
            material.stamped(one.stamp),
            gone if one.name is None else tongue.beside(one.name, one.note or ""),
            tongue.beside(file_words.kind(one.media, tongue), file_words.size(one.size)),
            (one.plain or "")[:_CHECK_FIGURE],
        )
        for one in material.view.case.attachments
    )
    columns = (
        gettext("When"),
        gettext("Attachment"),
        gettext("Kind and size"),
        gettext("Check figure"),
    )
    return (Subheading(gettext("Attachments")), Table(columns, rows)) if rows else ()


def _contested(material: Material) -> tuple[Block, ...]:
    """Fields of which another device wrote something else, until somebody settles them."""
    gettext, case = material.tongue.gettext, material.view.case
    rows = tuple(
        (
            material.label(path) or path,
            _value(material, path, head.value),
            _person(material, head.actor),
            material.stamped(head.stamp),
        )
        for path in case.contested
        for head in case.fields[path].heads
    )
    columns = (
        gettext("Field of the form"),
        gettext("What was written"),
        gettext("Written by"),
        gettext("When"),
    )
    title = gettext("Entries that differ between devices and are still to be settled")
    return (Subheading(title), Table(columns, rows)) if rows else ()


def _earlier_form(material: Material) -> tuple[Block, ...]:
    """Values of fields that this version of the pack no longer has."""
    found: list[Fact] = []
    for path, state in material.view.case.fields.items():
        if material.definition(path) is None and is_filled(state.value):
            value = _value(material, path, state.value)
            found.append(Fact(path, value))
    title = material.tongue.gettext("Entries of an earlier form")
    return (Subheading(title), *fields.block(found)) if found else ()


def _value(material: Material, path: str, value: Value) -> str:
    definition = material.definition(path)
    if definition is not None:
        plain = values.plain(material.pack, material.tongue, definition, value)
        return plain if is_filled(value) else "—"
    if isinstance(value, list):
        return material.tongue.listed(value)
    return "" if value is None else str(value)
