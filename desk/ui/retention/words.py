"""What the keeping page says of classes, times and grounds."""

from desk.domain.clock_rules import Confidence
from desk.domain.retention import HoldGround, KeepingClass, Why
from desk.i18n import N_, _, language, ngettext
from desk.services.retention import SHELVES, Line, Lists, Shelf
from desk.ui import theme
from desk.ui.models.rows import Column

SHELF_WORDS: dict[Shelf, str] = {
    "due": N_("Due {n}"),
    "upcoming": N_("Within 90 days {n}"),
    "held": N_("Legal hold {n}"),
    "forgotten": N_("Forgotten {n}"),
}
EMPTY_WORDS: dict[Shelf, str] = {
    "due": N_("Nothing is due"),
    "upcoming": N_("Nothing will be due within 90 days"),
    "held": N_("No case is under a legal hold"),
    "forgotten": N_("Nobody was forgotten yet"),
}
WHY_WORDS: dict[Why, str] = {
    "due": N_("The time is over"),
    "asked": N_("The person asks for it"),
    "law": N_("A law or court asks for it"),
}
_CONFIDENCE: dict[Confidence, str] = {
    "verified": N_("Text of the rule was read"),
    "likely": N_("Likely; text not read"),
    "unverified": N_("Not verified; head office confirms"),
}
_GROUNDS: dict[HoldGround, str] = {
    "legal": N_("The customer speaks of a lawyer or lawsuit"),
    "transfer": N_("An authority passed it on"),
    "stopped": N_("A mediation or appraisal was not ended"),
}


def shelves(found: Lists | None = None) -> tuple[tuple[str, str], ...]:
    """The pills of the shelves, with how many cases stand on each."""
    return tuple(
        (shelf, _(SHELF_WORDS[shelf]).format(n=found.counts[shelf] if found else "").strip())
        for shelf in SHELVES
    )


def confidence(one: KeepingClass) -> str:
    """How sure the rule of a class is."""
    return _(_CONFIDENCE[one.confidence])


def length(one: KeepingClass) -> str:
    """How long a class keeps, in a few words: 5 years, at least 3."""
    years = ngettext("{n} year", "{n} years", one.years).format(n=one.years)
    if one.years == one.floor:
        return years
    return _("{years}, at least {floor}").format(years=years, floor=one.floor)


def begins(one: KeepingClass) -> str:
    """From when a class counts, and what a dispute does to it."""
    start = (
        _("from the last contact with the customer")
        if one.counts_from == "last_contact"
        else _("from closing")
    )
    if not one.after_dispute:
        return start
    more = ngettext(
        "and {n} year after a dispute", "and {n} years after a dispute", one.after_dispute
    ).format(n=one.after_dispute)
    return _("{start}, {more}").format(start=start, more=more)


def grounds(line: Line) -> tuple[str, ...]:
    """What calls for a legal hold that nobody decided on."""
    return tuple(_(_GROUNDS[ground]) for ground in line.grounds)


def why(line: Line) -> str:
    """On which ground a person was forgotten."""
    return _(WHY_WORDS[line.why]) if line.why else ""


def state(line: Line) -> tuple[str, theme.Tone]:
    """The chip of a case: where it stands."""
    if line.state == "forgotten":
        return _("Forgotten"), "grey"
    if line.state == "held":
        return _("Legal hold"), "violet"
    if line.state == "":
        return _("Open"), "primary"
    if line.grounds:
        return _("Hold to decide"), "amber"
    return _("Being kept"), "green"


def minute(text: str) -> str:
    """A stored local minute as people read it."""
    return text.replace("T", " ")


def columns(shelf: Shelf) -> tuple[Column[Line], ...]:
    """The columns of a shelf: what is forgotten needs other ones than what is kept."""
    number: Column[Line] = Column(
        "number", _("Case number"), lambda one: one.number, 136, strong=True
    )
    of_class: Column[Line] = Column(
        "class", _("Class"), lambda one: one.keeping.name.of(language())
    )
    if shelf == "forgotten":
        return (
            number,
            Column("at", _("Forgotten"), lambda one: minute(one.forgotten_at), 150),
            Column("why", _("Ground"), why),
            of_class,
        )
    closed: Column[Line] = Column("closed", _("Closed on"), lambda one: one.closed_at[:10], 110)
    if shelf == "held":
        return number, closed, of_class, Column("why", _("Reason"), lambda one: one.hold_reason)
    due: Column[Line] = Column(
        "due",
        _("Keeping ends"),
        lambda one: str(one.due or "—"),
        104,
        sort_key=lambda one: str(one.due),
    )
    chip: Column[Line] = Column(
        "state", _("State"), lambda one: state(one)[0], 116, tone=lambda one: state(one)[1]
    )
    return number, of_class, due, chip
