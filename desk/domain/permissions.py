"""Who may do what: the one table of roles and rights, which every use case asks.

The window hides what is not allowed; the services refuse it all the same. Does not belong here:
what the state of a case refuses (`desk.services`), and who is asked for a second password
(`desk.domain.approvals`).
"""

import re
from collections.abc import Mapping
from typing import Literal, get_args

from desk.domain.case import Case
from desk.domain.staff import Person

Role = Literal["teller", "lobby", "officer", "head", "auditor", "admin"]
"""柜员, 大堂经理, 消保岗, 网点负责人, 审计（只读）, 设备管理员."""

Right = Literal[
    "read_cases",  # ledger, case files and search, personal values masked
    "reveal",  # one masked value in full, which is recorded
    "open_cases",
    "work_cases",  # fields, notes, assessment, scripts, checklists, attachments
    "decide_cases",  # what is found, offered, decided and told; the legal limits
    "set_aside",  # what every such case needs, or what a red checklist is gated by
    "hand_over",
    "close_cases",
    "reopen_cases",
    "write_reports",
    "export",  # lists that leave the vault
    "exchange",  # files for other computers and head office, and from them
    "approve",  # with one's own password, what another person asks for
    "hold",  # legal hold and retention class of a case
    "forget",  # ask that a person be forgotten, once due
    "read_audit",
    "check",  # verify chains, projections, attachments, reports
    "manage_people",
    "manage_keys",  # recovery sheet, head office's key, rotation
    "back_up",
    "restore",
    "manage_packs",
    "manage_branch",  # what is set for the whole branch, such as keeping times
]

Scope = Literal["own", "any"]
"""`own`: only cases that the person handles or received first."""

FIRST_ROLE: Role = "head"
"""Who sets up a vault, and of whom there is always one."""

ROLES: tuple[Role, ...] = get_args(Role)
RIGHTS: tuple[Right, ...] = get_args(Right)

_COUNTER: Mapping[Right, Scope] = {
    "read_cases": "any",
    "reveal": "own",
    "open_cases": "any",
    "work_cases": "own",
    "decide_cases": "own",
    "hand_over": "own",
    "close_cases": "own",
    "write_reports": "own",
}
_OVERSEEING: Mapping[Right, Scope] = {
    **dict.fromkeys(_COUNTER, "any"),
    "reopen_cases": "any",
    "export": "any",
    "exchange": "any",
    "approve": "any",
    "hold": "any",
    "forget": "any",
    "check": "any",
}

TABLE: Mapping[Role, Mapping[Right, Scope]] = {
    "teller": _COUNTER,
    "lobby": {**_COUNTER, "work_cases": "any", "hand_over": "any"},
    "officer": {**_OVERSEEING, "manage_packs": "any"},
    "head": {
        **_OVERSEEING,
        "set_aside": "any",
        "read_audit": "any",
        "manage_people": "any",
        "manage_keys": "any",
        "back_up": "any",
        "restore": "any",
        "manage_packs": "any",
        "manage_branch": "any",
    },
    # Sees that rules were kept, never who the customer is: no value in full, nothing changed.
    "auditor": {"read_cases": "any", "export": "any", "read_audit": "any", "check": "any"},
    # Looks after the machine and who may enter, and has no business with complaints.
    "admin": {
        "check": "any",
        "manage_people": "any",
        "manage_keys": "any",
        "back_up": "any",
        "restore": "any",
        "manage_packs": "any",
    },
}


BARRED: frozenset[Right] = frozenset({"decide_cases", "close_cases", "approve"})
"""What nobody may do in a matter that concerns themselves (令2020-3 Art 17)."""

_COMPLAINED_OF = "respondent_name"


NO_INTEREST = "no_interest"
"""The field in which the handler says that the matter does not concern themselves."""

_INTAKE_STEPS = frozenset({1, 2})
"""Steps that only take down what is told; what comes after looks into it and decides."""


def filling(step: int, field: str = "") -> Right:
    """The right to fill in a field of a step of the form."""
    return "work_cases" if step in _INTAKE_STEPS or field == NO_INTEREST else "decide_cases"


def scope(person: Person, right: Right) -> Scope | None:
    """How far a right of a person reaches; None when they do not have it.

    Who left has no right, and neither has a role that this version does not know.
    """
    if not person.active or person.role not in ROLES:
        return None
    return TABLE[person.role].get(right)


def concerned(person: Person, case: Case) -> bool:
    """Whether a matter concerns a person themselves: they said so, or the complaint names them.

    The name of whom the complaint is about is taken at its word while the person has not said
    otherwise; a staff number there is no mistake, whatever they said.
    """
    named = case.text(_COMPLAINED_OF) if case.text("respondent") == "staff" else ""
    if person.id and person.id in re.split(r"[^0-9A-Za-z]+", named):
        return True
    by_name = len(person.name) > 1 and person.name in named
    return case.interests.get(person.id, by_name)


def may_take(person: Person, case: Case) -> bool:
    """Whether a case can be handed over to a person: they handle cases, and may handle this one."""
    able = scope(person, "decide_cases") is not None and not concerned(person, case)
    return able and person.id != case.handler


def allows(person: Person, right: Right, case: Case | None = None) -> bool:
    """Whether a person may do this, to `case` where one is named.

    A right that reaches only their own cases is then looked at for this one, and what nobody may
    do in a matter of their own is refused.
    """
    reach = scope(person, right)
    if reach is None or case is None:
        return reach is not None
    if right in BARRED and concerned(person, case):
        return False
    return reach == "any" or person.id in {case.handler, case.first_receiver}
