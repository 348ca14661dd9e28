"""The two copies of a report: which sections each has, under which title, with which signatures."""

from desk.domain.report import Block, CaseReport, Section, Signature, Signatures
from desk.services.composition import basics, course, decision, finding, telling, trail
from desk.services.composition.material import Material

_PLACED = basics.PLACED | course.PLACED | finding.PLACED | decision.PLACED | telling.PLACED


def compose(material: Material) -> CaseReport:
    """The copy that the material asks for, ready to be drawn."""
    gettext, pack = material.tongue.gettext, material.pack
    sections = _internal(material) if material.is_internal else _customer(material)
    filled = [(title, blocks) for title, blocks in sections if blocks]
    by = material.person(material.actor.id) if material.is_internal else material.branch.name
    return CaseReport(
        copy=material.copy,
        language=material.tongue.language,
        number=material.view.case.number,
        title=_title(material),
        branch=material.branch.name,
        branch_line=material.tongue.beside(
            material.branch.bank, material.branch.name, gettext("Consumer protection")
        ),
        copy_label=gettext("Internal copy · personal data, keep it locked away")
        if material.is_internal
        else gettext("Copy for the complainant"),
        generated_at=material.generated_at,
        generated_by=by,
        device=material.device,
        pack_label=_pack_label(material),
        rules_label=material.tongue.beside(
            pack.head.rules, material.tongue.of(pack.head.rules_name)
        ),
        seal=material.seal,
        sections=tuple(
            Section(material.tongue.heading(number, title), blocks)
            for number, (title, blocks) in enumerate(filled, start=1)
        ),
    )


def _pack_label(material: Material) -> str:
    """The version of the content pack, and plainly so when it is not the one of the case."""
    gettext, edition = material.tongue.gettext, material.view.edition
    version = material.pack.head.version
    if edition.state == "missing":
        form = gettext("{version} (the case was opened under {stamp}, which is not installed here)")
        return form.format(version=version, stamp=edition.stamp)
    if edition.state == "changed":
        form = gettext("{version} (its content differs from what was first used)")
        return form.format(version=version)
    return version


def _title(material: Material) -> str:
    gettext = material.tongue.gettext
    if material.is_internal:
        return gettext("Report on a consumer complaint")
    if decision.is_decided(material):
        return gettext("Answer to your complaint")
    return gettext("Where your complaint stands")


def _internal(material: Material) -> tuple[tuple[str, tuple[Block, ...]], ...]:
    gettext = material.tongue.gettext
    return (
        (gettext("The complaint"), basics.blocks(material, _PLACED)),
        (gettext("Request and course of events"), course.blocks(material, _PLACED)),
        (gettext("Checks and findings"), finding.blocks(material, _PLACED)),
        (gettext("Decision and its basis"), decision.blocks(material, _PLACED)),
        (gettext("Telling and follow-up"), telling.internal(material, _PLACED)),
        (gettext("Internal record"), (*trail.blocks(material), _signed_inside(material))),
    )


def _customer(material: Material) -> tuple[tuple[str, tuple[Block, ...]], ...]:
    gettext = material.tongue.gettext
    return (
        (gettext("The complaint"), basics.blocks(material, _PLACED)),
        (gettext("Your request and the course of events"), course.blocks(material, _PLACED)),
        (gettext("What we checked and found"), finding.blocks(material, _PLACED)),
        (gettext("Decision, basis and reasons"), decision.blocks(material, _PLACED)),
        (
            gettext("How you were told, and what remains open to you"),
            (*telling.customer(material, _PLACED), _signed_with_customer(material)),
        ),
    )


def _signed_inside(material: Material) -> Signatures:
    gettext = material.tongue.gettext
    people = (gettext("Handler"), gettext("Checked by"), gettext("Branch head"))
    return Signatures(tuple(_place(material, person) for person in people))


def _signed_with_customer(material: Material) -> Signatures:
    gettext = material.tongue.gettext
    people = (gettext("Institution (seal)"), gettext("Complainant (received)"))
    return Signatures(
        tuple(_place(material, person) for person in people),
        note=gettext(
            "Signing says that this paper was received; it does not say that you agree with it."
        ),
    )


def _place(material: Material, label: str) -> Signature:
    gettext = material.tongue.gettext
    return Signature(label, gettext("Signature"), gettext("Date signed"))
