"""一、基本情况: who complains of whom and what, and until when an answer is due."""

from desk.domain.report import Block, Fact, Pill, Tone
from desk.services.composition import fields
from desk.services.composition.fields import named
from desk.services.composition.material import Material

_NAME = ("complainant_name",)
_WHO = ("party_kind", "complainant_phone")
_IDENTITY = ("id_kind", "id_number", "address")
_AGENT = ("agent_name", "agent_phone", "agent_id_number", "agent_authority", "group_size")
_HOW = ("channel", "place", "source", "transfer_ref", "letter_due", "first_contact_at")
_AGAINST = ("respondent", "respondent_name", "happened_on")
_MATTER = ("business", "cause", "insurance_matter", "insurance_line", "rights", "scenario")
_SIZE = ("product", "amount")
PLACED = frozenset((*_NAME, *_WHO, *_IDENTITY, *_AGENT, *_HOW, *_AGAINST, *_MATTER, *_SIZE))
PLACED_GROUPS = frozenset({"representatives"})


def blocks(material: Material, placed: frozenset[str]) -> tuple[Block, ...]:
    """The basics of a case; `placed` are the fields that other sections show."""
    gettext, tongue, case = material.tongue.gettext, material.tongue, material.view.case
    found = (
        *fields.facts(material, _NAME),
        *named(gettext("Received on"), tongue.when(case.received)),
        *fields.facts(material, _WHO),
        *_due(material),
        *named(gettext("Where it stands"), _state(material)),
        *fields.facts(material, _IDENTITY),
        *fields.facts(material, _AGENT),
        *fields.facts(material, _HOW),
        *_hands(material),
        *fields.facts(material, _AGAINST),
        *fields.facts(material, _MATTER),
        *fields.facts(material, _SIZE),
        *fields.rest(material, 1, placed),
    )
    return (*fields.block(found), *_representatives(material))


def _due(material: Material) -> tuple[Fact, ...]:
    clock = material.view.clock
    if clock is None:
        return ()
    gettext = material.tongue.gettext
    used = gettext("Day {n} of {limit}").format(n=clock.used_days, limit=clock.limit_days)
    states: dict[str, tuple[str, Tone]] = {
        "running": (used, "calm" if clock.share < 0.75 else "warn"),
        "stopped": (gettext("Stopped, {used}").format(used=used), "warn"),
        "met": (_in_time(material, clock.used_days), "good"),
        "overdue": (gettext("Overdue, {used}").format(used=used), "bad"),
        "ended": (gettext("Ended"), "plain"),
    }
    words, tone = states[clock.state]
    label = gettext("Answer due")
    return (Fact(label, material.tongue.deadline(clock.due_at), Pill(words, tone)),)


def _in_time(material: Material, days: int) -> str:
    tongue = material.tongue
    if days == 0:
        return tongue.gettext("Answered the same day")
    words = tongue.ngettext(
        "Answered in time, after {n} day", "Answered in time, after {n} days", days
    )
    return words.format(n=days)


def _state(material: Material) -> str:
    case, gettext, tongue = material.view.case, material.tongue.gettext, material.tongue
    if case.status == "open" and case.text("told_at") and case.text("decision"):
        return gettext("Decision told, not closed yet")
    if case.status == "open":
        return gettext("Being handled")
    outcome = {
        "settled": gettext("Closed, settled"),
        "told": gettext("Closed, decision told"),
        "withdrawn": gettext("Closed, withdrawn by the complainant"),
        "enquiry": gettext("Closed, an enquiry and no complaint"),
    }.get(case.outcome, gettext("Case closed"))
    return tongue.beside(outcome, tongue.when(case.closed_at))


def _hands(material: Material) -> tuple[Fact, ...]:
    """Who received the complaint first 首问 and who is responsible now; not for the customer."""
    if not material.is_internal:
        return ()
    gettext, case = material.tongue.gettext, material.view.case
    return (
        *named(gettext("First receiver"), material.person(case.first_receiver)),
        *named(gettext("Handled by"), material.person(case.handler)),
    )


def _representatives(material: Material) -> tuple[Block, ...]:
    group = material.group("representatives")
    if group is None:
        return ()
    items = material.view.case.items(group.key)
    if items:
        return fields.group_table(material, group)
    if not (material.is_internal and material.is_lacking(group.key)):
        return ()
    return fields.block(named(material.label(group.key), fields.not_filled(material)))


def contact_line(material: Material) -> str:
    """Whom the customer may turn to: the handler with staff number, and the branch."""
    return material.tongue.beside(material.person(material.view.case.handler), material.branch.name)
