"""Versions of a pack, and since which of them a piece of content is there."""

from typing import Annotated

import msgspec

Version = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}$")]
"""Three numbers, `1.1.0`: the order of packs of one id, and the `since` of what they hold."""

FIRST: Version = "1.0.0"


def ordered(version: Version) -> tuple[int, ...]:
    """A version as numbers, so that 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in version.split("."))
