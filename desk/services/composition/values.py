"""A stored value, or a move of the legal clocks, in words. Covers nothing; `material` does that."""

from desk.domain.content import Pack
from desk.domain.events import ClockMoved, Value
from desk.domain.intake import FieldDef
from desk.services.composition.tongue import Tongue


def plain(pack: Pack, tongue: Tongue, definition: FieldDef, value: Value) -> str:
    """A value of a field: names for codes, weekdays for days, texts as they were written."""
    if isinstance(value, bool):
        return tongue.yes_no(value)
    if isinstance(value, list):
        return tongue.listed(_choice(pack, tongue, definition, key) for key in value)
    if isinstance(value, (int, float)):
        is_money = definition.kind == "money"
        return tongue.money(value) if is_money else tongue.number(value)
    text = value or ""
    if definition.kind in {"choice", "choices"}:
        return _choice(pack, tongue, definition, text)
    return tongue.when(text) if definition.kind in {"date", "moment"} else text


def _choice(pack: Pack, tongue: Tongue, definition: FieldDef, key: str) -> str:
    """The name of an option, after those of its ancestors; an unknown key stays a key."""
    path = pack.codes.path(key) if definition.codes else ()
    if path and path[0].dim == definition.codes:
        return " › ".join(tongue.of(code.name) for code in path)
    for option, name in pack.options(definition):
        if option == key:
            return tongue.of(name)
    return key


def moved(tongue: Tongue, move: ClockMoved) -> str:
    """What an event did to the time limits."""
    gettext = tongue.gettext
    if move.type == "complexity":
        return {
            "complex": gettext("Complex matter: 30 days"),
            "special": gettext("Specially complex matter: 60 days"),
        }.get(move.level or "", gettext("Simple matter: 15 days"))
    if move.type == "stop":
        return {
            "appraisal": gettext("Stopped for an outside appraisal"),
            "mediation": gettext("Stopped for mediation"),
        }.get(move.reason or "", gettext("Stopped"))
    due = tongue.when(move.due or "")
    return {
        "resume": gettext("Counting again"),
        "new_facts": gettext("Begun anew: new facts or reasons"),
        "agreed": gettext("Both sides agreed on {due}").format(due=due),
        "withdrawn": gettext("Withdrawn by the complainant"),
        "enquiry": gettext("Ended: an enquiry and no complaint"),
    }.get(move.type, gettext("Time limit changed"))


def approval(tongue: Tongue, move: ClockMoved) -> str:
    """Who approved an extension, and when the complainant was told of it."""
    gettext = tongue.gettext
    approver = {
        "superior": gettext("Approved by the superior institution"),
        "hq_senior": gettext("Approved by senior management of head office"),
    }.get(move.approver or "", move.approver or "")
    told = tongue.when(move.told_at or "")
    notice = gettext("complainant told {moment}").format(moment=told) if told else ""
    return tongue.beside(approver, notice)
