"""三、核实与认定: what was checked and found; for the file also needs, liability and root cause."""

from desk.domain.report import Block, Fact, Paragraphs, Pill, Subheading
from desk.services.composition import fields
from desk.services.composition.material import Material

_NEED = ("explicit_need",)
_CHECK = ("checked", "checked_by", "no_interest")
_LIABLE = ("evidence_held", "team_liable", "company_liable")
_CAUSES = ("root_cause", "contributing")
PLACED = frozenset((*_NEED, *_CHECK, *_LIABLE, *_CAUSES, "finding"))
PLACED_GROUPS = frozenset({"implicit_needs"})


def blocks(material: Material, placed: frozenset[str]) -> tuple[Block, ...]:
    """What looking into it brought to light, as far as this copy may tell."""
    return (
        *_needs_and_checks(material),
        *_found(material),
        *fields.block(
            (
                *_liability(material),
                *fields.facts(material, _CAUSES),
                *fields.rest(material, 3, placed),
            )
        ),
        *fields.other_groups(material, 3, PLACED_GROUPS),
    )


def _needs_and_checks(material: Material) -> tuple[Block, ...]:
    checks = fields.facts(material, _CHECK)
    if material.is_internal:
        needs = fields.block(fields.facts(material, _NEED))
        return (*needs, *_implicit(material), *fields.block(checks))
    label = material.tongue.gettext("How we understood you")
    return fields.block((*fields.named(label, material.words("explicit_need")), *checks))


def _implicit(material: Material) -> tuple[Block, ...]:
    """Needs not said aloud, each marked as confirmed by the customer or only supposed."""
    group = material.group("implicit_needs")
    if group is None:
        return ()
    gettext = material.tongue.gettext

    def mark(path: str, _words: str) -> Pill | None:
        if not path.endswith("/confirmed"):
            return None
        if material.view.case.value(path) is True:
            return Pill(gettext("Confirmed"), "good")
        return Pill(gettext("Not confirmed"), "plain")

    return fields.group_table(material, group, mark)


def _found(material: Material) -> tuple[Block, ...]:
    text = material.words("finding")
    gettext = material.tongue.gettext
    if text:
        return Subheading(gettext("Finding")), Paragraphs(fields.prose(text))
    if material.is_internal:
        missing = fields.not_filled(material)
        return Subheading(gettext("Finding")), Paragraphs(fields.prose(missing))
    pending = gettext(
        "We are still looking into it. What we find will be told to you with the decision."
    )
    return (Paragraphs(fields.prose(pending)),)


def _liability(material: Material) -> tuple[Fact, ...]:
    """The three findings and the cell of the responsibility matrix they lead to."""
    if not material.is_internal:
        return ()
    three = fields.facts(material, _LIABLE)
    cell = material.view.cell
    if cell is None:
        return three
    gettext, of = material.tongue.gettext, material.tongue.of
    place = gettext("Responsibility matrix {number}: {title}").format(
        number=cell.number, title=of(cell.title)
    )
    actions = (f"{n}. {of(action)}" for n, action in enumerate(cell.actions, start=1))
    return (
        *three,
        *fields.named(
            gettext("Who answers for it"), material.tongue.beside(place, of(cell.stance))
        ),
        *fields.named(gettext("What is to be done"), "\n".join(actions)),
        *fields.named(gettext("Making good"), of(cell.remedy)),
        *fields.named(gettext("Accountability"), of(cell.accountability)),
    )
