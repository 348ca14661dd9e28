"""Complaints that share a contact: how a complainant can be reached, and who else can be so.

One number behind several complainants is a sign of a paid agent (knowledge E9), never a proof.
"""

import re
from collections.abc import Iterable

from desk.domain.case import Case
from desk.domain.spoken import comparable

PHONES = ("complainant_phone", "agent_phone")
_NO_DIGIT = re.compile(r"[^0-9]+")
_CHINA = re.compile(r"^(?:00)?86(?=1[0-9]{10}$)")
_LEAST_DIGITS = 7
"""A shorter number is an extension, or was not typed in full yet."""


def numbers(case: Case) -> frozenset[str]:
    """The phone numbers of a case's complainant and agent, as bare digits without +86."""
    typed = (_NO_DIGIT.sub("", comparable(case.text(key))) for key in PHONES)
    return frozenset(_CHINA.sub("", one) for one in typed if len(one) >= _LEAST_DIGITS)


def other_complainants(case: Case, others: Iterable[Case]) -> int:
    """How many people of another name complained in these cases under a number of this one's."""
    own = numbers(case)
    names = {_name(other) for other in others if own & numbers(other)}
    return len(names - {_name(case), ""})


def _name(case: Case) -> str:
    return comparable(case.text("complainant_name"))
