"""The two course outlines point by point, and what of the product serves each.

Belongs here: the content type and the count behind `desk pack coverage`.
"""

from typing import Annotated, Literal

import msgspec

from desk.domain.text import Text
from desk.domain.versions import FIRST, Version
from desk.i18n import _

Later = Literal["lobby", "analysis", "practice", "sync", "people", "reports"]
"""Screens that are still to come."""


class OutlinePoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A point of an outline (A-01…A-118, B-01…B-74, as knowledge A1 and A2 number them).

    `serves` are pack keys (`SC-G01`, `CARD-R01`, `E4`, `PH-T-001`, `AUTO-1` …), `part:` names of a
    whole part of the pack (`part:assessment`) or `screen:` names of a page; at least one of
    `serves` and `waits` is given. `reading` is the lawful reading by which it is built, if any.
    """

    key: Annotated[
        str, msgspec.Meta(pattern=r"^([AB]-[0-9]{2,3}[a-e]?|C-[A-Z]{1,2}[0-9]{1,2}[ab]?)$")
    ]
    topic: Text
    serves: tuple[str, ...] = ()
    waits: tuple[Later, ...] = ()
    reading: Annotated[str, msgspec.Meta(pattern=r"^(R[0-9]{1,2})?$")] = ""
    since: Version = FIRST

    def __post_init__(self) -> None:
        """Refuse a point that nothing serves and that waits for nothing."""
        if not self.serves and not self.waits:
            raise ValueError(_("{key}: neither served nor waiting").format(key=self.key))
