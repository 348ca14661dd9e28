"""What the branch's other complaints say of one: the facts that its own events do not hold.

They are asked for when a case is opened, and again when its scenario or a number changes: not with
every field that is stored.
"""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta

from desk.domain.case import Case
from desk.domain.contacts import numbers, other_complainants
from desk.store.vault import Vault

SIMILAR_DAYS = 7
CONTACT_DAYS = 90
_LOOKED_AT = 50
_KEPT = 64

_Asked = tuple[str, str, frozenset[str]]


class Surroundings:
    """The facts `similar_recent` and `same_contact` of the cases last looked at."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[_Asked, Mapping[str, int]]] = OrderedDict()

    def forget(self, case: str) -> None:
        """Ask anew when this case is looked at next."""
        self._known.pop(case, None)

    def of(self, vault: Vault, case: Case, scenario: str, now: datetime) -> Mapping[str, int]:
        """What is known around a case at `now`; without a scenario or a number a fact is absent."""
        asked = (scenario, case.text("complainant_name"), numbers(case))
        known = self._known.get(case.id)
        if known is not None and known[0] == asked:
            return known[1]
        found: dict[str, int] = {}
        if scenario:
            since = _minute(now, SIMILAR_DAYS)
            found["similar_recent"] = vault.ledger.similar(scenario, since, but=case.id)
        if numbers(case):
            found["same_contact"] = _same_contact(vault, case, _minute(now, CONTACT_DAYS))
        self._known[case.id] = (asked, found)
        self._known.move_to_end(case.id)
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return found


def _same_contact(vault: Vault, case: Case, since: str) -> int:
    """The index only proposes: what a number really belongs to, the cases themselves tell."""
    found = {
        one
        for number in numbers(case)
        for one in vault.ledger.by_phone(number, since, limit=_LOOKED_AT)
    }
    return other_complainants(case, (vault.case(one) for one in found - {case.id}))


def _minute(now: datetime, days: int) -> str:
    return (now - timedelta(days=days)).isoformat(timespec="minutes")
