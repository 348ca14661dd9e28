"""What to say now: scripts of a pack ranked for the step, stage, profile and scenario of a case.

Belongs here: the content types of scripts, their slots, the ranking and its reasons. Does not
belong here: reading packs, the assessment that finds the profile, anything that learns.
"""

import datetime
from typing import Annotated, Literal

import msgspec

from desk.domain.text import Text

Part = Literal["empathy", "answer", "willing"]
Place = Literal["now", "next", "close"]
StageKey = Literal["respect", "verify", "recognise", "resolve", "any"]
ProfileKey = Literal["T0", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "RED", "any"]
Step = Annotated[int, msgspec.Meta(ge=1, le=5)]


class Script(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing a member of staff may say, and when it fits.

    An empty list, or one that holds "any", means that the script fits everywhere; profile RED is
    never meant by "any": safety scripts name it. `part` is the layer of the sandwich (同理 empathy,
    解答 answer, 意愿 willing); `place` is given only where the part's usual place is wrong.
    `text` may hold slots such as {time}; the script is shown only when all of them are filled.
    """

    key: Annotated[str, msgspec.Meta(pattern=r"^SC-[A-Za-z0-9]+(-[A-Za-z0-9]+)*$")]
    part: Part
    text: Text
    why: Text
    source: str
    since: datetime.date
    seconds: Annotated[int, msgspec.Meta(ge=1, le=120)]
    steps: tuple[Step, ...] = ()
    stages: tuple[StageKey, ...] = ()
    profiles: tuple[ProfileKey, ...] = ()
    scenarios: tuple[str, ...] = ()
    place: Place | None = None
    when_not: Text | None = None
    delivery: Text | None = None
    channel: Literal["counter", "phone", "writing", "any"] = "counter"
    cites: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()


class Slot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A blank of script texts: {key}; how its value is written and which case field fills it."""

    key: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z_]*$")]
    type: Literal["text", "time", "date", "money", "name"]
    label: Text
    from_field: str | None = None
