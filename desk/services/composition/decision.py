"""四、处理决定与依据: what was offered, promised, decided, and on what grounds (Art 19)."""

import itertools
from datetime import datetime

from desk.domain.intake import path_of
from desk.domain.report import Block, Paragraphs, Pill, Subheading, Tone
from desk.services.composition import fields
from desk.services.composition.material import Material

_OUTCOME = ("decision_kind", "remedy_amount", "decided_by")
_WORDS = ("decision", "decision_basis")
PLACED = frozenset((*_OUTCOME, *_WORDS))
PLACED_GROUPS = frozenset({"options", "commitments"})

_ANSWERS: dict[str, Tone] = {"accepted": "good", "considering": "calm", "declined": "plain"}


def is_decided(material: Material) -> bool:
    """Whether there is a decision to tell."""
    return bool(material.words("decision"))


def blocks(material: Material, placed: frozenset[str]) -> tuple[Block, ...]:
    """Offers, promises, the decision and its basis; without one, where the matter stands.

    The file tells it in the order in which it came about; the customer reads the decision first.
    """
    offered = (*_options(material), *_commitments(material))
    decided = _decision(material)
    ordered = (*offered, *decided) if material.is_internal else (*decided, *offered)
    return (
        *ordered,
        *fields.block(fields.rest(material, 4, placed)),
        *fields.other_groups(material, 4, PLACED_GROUPS),
    )


def _options(material: Material) -> tuple[Block, ...]:
    group = material.group("options")
    if group is None:
        return ()

    def answer(path: str, words: str) -> Pill | None:
        key = material.view.case.text(path)
        return Pill(words, _ANSWERS.get(key, "calm")) if words and path.endswith("answer") else None

    return fields.group_table(material, group, answer, numbered=True)


def _commitments(material: Material) -> tuple[Block, ...]:
    group = material.group("commitments")
    if group is None:
        return ()

    def kept(path: str, _words: str) -> Pill | None:
        return _kept(material, path.split("/")[1]) if path.endswith("/kept") else None

    return fields.group_table(material, group, kept, numbered=True)


def _kept(material: Material, item: str) -> Pill:
    """Whether a promise was kept; one whose time has passed says so."""
    gettext, case = material.tongue.gettext, material.view.case
    if case.value(path_of("commitments", item, "kept")) is True:
        return Pill(gettext("Kept"), "good")
    try:
        due = datetime.fromisoformat(case.text(path_of("commitments", item, "due")))
    except ValueError:
        due = None
    if due is not None and due < material.view.now:
        return Pill(gettext("Past its time"), "bad")
    return Pill(gettext("Not yet due"), "calm")


def _decision(material: Material) -> tuple[Block, ...]:
    if not is_decided(material) and not material.is_internal:
        return (Paragraphs(fields.prose(where_it_stands(material))),)
    outcome = fields.facts(material, _OUTCOME)
    if material.is_internal:
        missing = fields.not_filled(material)
        words = (
            fields.named(material.label(path), material.words(path) or missing) for path in _WORDS
        )
        return fields.block((*outcome, *itertools.chain.from_iterable(words)))
    missing = material.tongue.gettext("Not stated yet; we will tell you separately.")
    blocks = list(fields.block(outcome))
    for path in _WORDS:
        text = material.words(path) or missing
        blocks += [Subheading(material.label(path)), Paragraphs(fields.prose(text))]
    return tuple(blocks)


def where_it_stands(material: Material) -> str:
    """For the customer, while there is no decision: that it is being handled, and until when."""
    gettext, tongue, view = material.tongue.gettext, material.tongue, material.view
    if view.case.outcome == "withdrawn":
        return gettext("You withdrew the complaint, so its handling ended the same day.")
    if view.case.outcome == "enquiry":
        return gettext("You asked for information, which you were given; nothing else is open.")
    if view.clock is None:
        return gettext("Being handled: there is no decision yet.")
    due = tongue.deadline(view.clock.due_at)
    if view.clock.state == "overdue":
        return gettext(
            "Being handled: there is no decision yet. The answer was due by {due}; that day has "
            "passed. We are sorry that you are still waiting, and will answer as soon as we can."
        ).format(due=due)
    if view.clock.state == "stopped":
        return gettext(
            "Being handled: there is no decision yet. The time of an outside appraisal or "
            "mediation is not counted; the answer is due by {due} at the earliest."
        ).format(due=due)
    return gettext(
        "Being handled: there is no decision yet. You will have our answer, with its basis and "
        "reasons, by {due}."
    ).format(due=due)
