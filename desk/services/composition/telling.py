"""五、告知与回访: when and how the complainant was told, what remains open, and what came after."""

from datetime import date, datetime, timedelta

from desk.domain.report import Block, Fact, Paragraphs, Subheading, Table
from desk.services.composition import basics, fields
from desk.services.composition.fields import named
from desk.services.composition.material import Material

_TOLD = ("told_at", "told_how", "told_proof")
_AFTER = ("customer_view", "follow_up_at", "follow_up_result", "improvement")
PLACED = frozenset((*_TOLD, *_AFTER, "remedies_told"))

REVIEW_DAYS = 30
"""Days to ask for a review, from the day after the decision is received (令2020-3 Art 20)."""


def internal(material: Material, placed: frozenset[str]) -> tuple[Block, ...]:
    """Proof of telling, the remedies told, the customer's view and the follow-up."""
    return (
        *fields.block(
            (
                *fields.facts(material, (*_TOLD, "remedies_told")),
                *_review_until(material),
                *fields.facts(material, _AFTER),
                *fields.rest(material, 5, placed),
            )
        ),
        *_groups(material),
    )


def customer(material: Material, placed: frozenset[str]) -> tuple[Block, ...]:
    """When the customer was told, every way that remains open, and whom to turn to.

    The remedies of Art 19 are always stated in full, whatever was ticked in the form.
    """
    gettext = material.tongue.gettext
    told = (*fields.facts(material, _TOLD), *fields.facts(material, _AFTER))
    return (
        *fields.block((*told, *fields.rest(material, 5, placed))),
        *_groups(material),
        Subheading(gettext("The ways that remain open to you")),
        _remedies(material),
        Paragraphs(
            fields.prose(
                gettext(
                    "Which way you take is your choice; none of them has to come before another. "
                    "Asking for any of them changes nothing in how we treat you."
                )
            ),
            quiet=True,
        ),
        *fields.block(_contact(material)),
    )


def _groups(material: Material) -> tuple[Block, ...]:
    return tuple(fields.other_groups(material, 5, frozenset()))


def _contact(material: Material) -> tuple[Fact, ...]:
    return named(material.tongue.gettext("Whom to turn to"), basics.contact_line(material))


def review_until(material: Material) -> date | None:
    """The last day to ask for a review, counted from the day the customer was told."""
    for clock in material.view.clocks.clocks:
        if clock.kind == "review_apply":
            return clock.due
    try:
        told = datetime.fromisoformat(material.view.case.text("told_at"))
    except ValueError:
        return None
    return told.date() + timedelta(days=REVIEW_DAYS)


def _review_until(material: Material) -> tuple[Fact, ...]:
    until = review_until(material)
    label = material.tongue.gettext("Review may be asked for until")
    return named(label, material.tongue.day(until)) if until else ()


def _remedies(material: Material) -> Table:
    gettext = material.tongue.gettext
    columns = (
        gettext("Remedy"),
        gettext("How to take it"),
        gettext("By when"),
    )
    rows = (
        (
            gettext("Review by the superior institution"),
            gettext(
                "Ask in writing the superior institution of the one that decided; it checks the "
                "procedure, the time taken and the result, and answers within 30 days."
            ),
            _review_limit(material),
        ),
        (
            gettext("Mediation"),
            gettext(
                "Apply to a mediation body for financial disputes; we will not refuse to take part "
                "without good reason."
            ),
            gettext("At any time"),
        ),
        (
            gettext("Arbitration"),
            gettext("Where there is an arbitration agreement, apply to the body it names."),
            gettext("Within the limitation period of the law"),
        ),
        (
            gettext("Litigation"),
            gettext("Bring an action in the people's court that has jurisdiction."),
            gettext("Within the limitation period of the law"),
        ),
        (
            gettext("Regulator"),
            gettext("Call 12378, the hotline for consumers of banks and insurers."),
            gettext("At any time"),
        ),
    )
    return Table(columns, rows)


def _review_limit(material: Material) -> str:
    gettext, tongue = material.tongue.gettext, material.tongue
    until = review_until(material)
    if until is None:
        return gettext("Within 30 days of the day you receive the decision")
    return gettext(
        "Within 30 days of the day you receive the decision; as told on {told}, until {until}"
    ).format(told=tongue.day(until - timedelta(days=REVIEW_DAYS)), until=tongue.day(until))
