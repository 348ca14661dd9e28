"""Who settled which item of a case's checklists, and when: names and local time for the screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from desk.services.session import Session, needs


@dataclass(frozen=True, slots=True)
class ItemMark:
    """By whom (name, or staff number of someone unknown) and when (local time) an item changed."""

    who: str
    at: datetime


@needs("read_cases")
def item_marks(session: Session, case: str) -> Mapping[str, ItemMark]:
    """The last mark of every item that was touched, by the item's key. CaseUnknown."""
    names = {person.id: person.name for person in session.vault.people()}
    return {
        item: ItemMark(
            names.get(mark.actor) or mark.actor, session.moment.local(mark.stamp.wall_ms)
        )
        for started in session.vault.case(case).checklists.values()
        for item, mark in started.items.items()
    }
