"""What words point to: the lexicon by which `desk propose` reads a customer's own account.

Belongs here: the content type. How proposals are scored is in `desk.domain.proposal`.
"""

from typing import Annotated, Literal

import msgspec

from desk.domain.versions import FIRST, Version

TriggerKey = Literal[
    "regulator",
    "media",
    "legal",
    "group",
    "violence",
    "self_harm",
    "fraud_in_progress",
    "medical",
    "vulnerable",
    "privacy_breach",
    "paid_agent",
]
"""What a customer's account may call for beyond the matter itself."""


class Cue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that point to a scenario or a trigger, and what takes them back.

    `to` is the key of a scenario or trigger. `words` are literals, `pattern` a bounded regular
    expression over the plain form of the text (`desk.domain.plain_form`). A hit is let go when a
    literal of `unless` overlaps it or the expression `unless_near` is found within `near`
    characters in the same sentence. `weight` is how much one hit counts.
    """

    key: Annotated[str, msgspec.Meta(pattern=r"^CUE-[a-z0-9_]+-[0-9]{2,}$")]
    to: str
    words: tuple[str, ...] = ()
    pattern: str | None = None
    unless: tuple[str, ...] = ()
    unless_near: str | None = None
    near: Annotated[int, msgspec.Meta(ge=0, le=80)] = 12
    weight: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1.0
    since: Version = FIRST
