"""Which steps of a case take a second person, who that may be, and what nobody may approve.

Does not belong here: what a role may do (`desk.domain.permissions`), and how the second person
proves to be there (`desk.services.approvals`).
"""

from collections.abc import Iterable

from desk.domain.case import Case
from desk.domain.clock_rules import ClockRule
from desk.domain.engine import CaseView
from desk.domain.permissions import allows
from desk.domain.staff import Person

_ENQUIRY_ONLY = frozenset({"explain"})
"""What may be asked for without asserting a right: to be told why."""


def approvers(people: Iterable[Person], actor: Person, case: Case) -> tuple[Person, ...]:
    """Who may approve what `actor` asks for: never themselves, nor anybody the matter concerns."""
    return tuple(one for one in people if one.id != actor.id and allows(one, "approve", case))


def asserts_rights(case: Case) -> bool:
    """Whether the customer asserts civil rights, which makes it a complaint (令2020-3 Art 2).

    A sum in dispute, a right that is touched, or anything asked for beyond an explanation.
    """
    asked = case.value("requests")
    wants = set(asked) if isinstance(asked, list) else {asked} - {None}
    return bool(wants - _ENQUIRY_ONLY or case.value("amount") or case.value("rights"))


def is_red(view: CaseView) -> bool:
    """Whether a case is or was a red one, so that nobody closes it alone.

    The most urgent profile is in force, a red checklist began, or a second person let a safety
    mark be lowered. Observations that were taken back are destroyed, so none of this asks them.
    """
    urgent = {one.key for one in view.pack.assessment.profiles if one.urgent}
    return (
        (view.assessment is not None and view.assessment.profile in urgent)
        or any(found.checklist.red and found.started is not None for found in view.lists)
        or any(one.act == "lower_band" for one in view.case.approvals)
    )


def needs_grant(rules: Iterable[ClockRule], level: str) -> bool:
    """Whether more time of this level is another person's to grant (令2020-3 Art 18: 60 days)."""
    return any(stage.approvers for rule in rules for stage in rule.stages if stage.level == level)
