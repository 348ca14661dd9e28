"""Versions of a pack, and since which of them a piece of content is there."""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

Version = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}$")]
"""Three numbers, `1.1.0`: the order of packs of one id, and the `since` of what they hold."""

FIRST: Version = "1.0.0"


def ordered(version: Version) -> tuple[int, ...]:
    """A version as numbers, so that 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in version.split("."))


EditionState = Literal["same", "missing", "changed"]


@dataclass(frozen=True, slots=True)
class Edition:
    """The pack version that a case was opened under (`stamp`), and whether it is at hand.

    `missing`: it is not, and the newest version is used in its place. `changed`: what is installed
    under this stamp is not what was used at first.
    """

    stamp: str
    state: EditionState = "same"
