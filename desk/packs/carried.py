"""A pack as bytes, for bundles: what head office publishes and a branch puts on its shelf."""

import re

import msgspec

from desk.errors import BadInput
from desk.packs import parts

_FILE = re.compile(r"^(?:[\w-]+/)?[\w-]+\.yaml\Z")
_NAME = re.compile(r"^[\w-]+\Z")
_WHOLES = {one.name for one in parts.WHOLES}
_LISTS = {one.name: one for one in parts.LISTS}


def packed(found: parts.Contents) -> bytes:
    """A pack's content, as :func:`unpacked` reads it."""
    return msgspec.json.encode(found)


def unpacked(carried: bytes) -> parts.Contents:
    """The content that was carried; BadInput `not_a_pack` for anything else.

    It names no file outside a pack's folder. Whether it is sound is asked when it is installed.
    """
    try:
        found = msgspec.json.decode(carried, type=parts.Contents)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise BadInput(reason="not_a_pack", where="") from fault
    files_fit = all(
        name in _LISTS and _FILE.match(one.file) and _LISTS[name].takes(one.file)
        for name, entries in found.lists.items()
        for one in entries
    )
    if not files_fit or found.wholes.keys() != _WHOLES or not all(map(_NAME.match, found.models)):
        raise BadInput(reason="not_a_pack", where="")
    return found
