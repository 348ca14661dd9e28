"""The seal as machines read it: one line of text, in the QR code and in the file's keywords.

In the keywords a second one follows it, for which a QR code has no room: where the chain of each
device ended. Whoever keeps the file can then show not only that the case was changed, but also
that the end of the log was cut off.
"""

import functools
import itertools
import re
from collections.abc import Iterator

from desk.documents.pen import Point
from desk.domain.proof import Anchor, ChainHead
from desk.domain.report import Seal

_FORM = "DESK1"
_SEAL = re.compile(
    r"DESK1:(?P<number>[^:]{1,200}):(?:[0-9A-F]{4}-){2}[0-9A-F]{4}:"
    r"(?P<count>[0-9]{1,12}):(?P<seal>[0-9A-F]{64})"
    r"(?: HEADS1:(?P<heads>[^ :]*):(?P<mac>[0-9a-f]{64}))?"
)
_HEAD = re.compile(r"([0-9a-z-]{1,64})/([0-9]{1,12})/([0-9a-f]{64})")


def seal_mark(number: str, seal: Seal) -> str:
    """`DESK1:TS-1121-014:7F3A-91C2-0D5E:42:7F3A91C2…`: case, code, records, head of the chain.

    Capital letters, so that a QR code stays small; a colon inside the number is written `%3A`.
    """
    safe = number.replace("%", "%25").replace(":", "%3A")
    return ":".join((_FORM, safe, seal.code, str(seal.record_count), seal.full_hash.upper()))


def whole_mark(number: str, seal: Seal) -> str:
    """The line of the seal, and behind it where the chains ended, as far as the seal knows.

    `DESK1:… HEADS1:0190a…-7c…/4711/5f3a…:9b1c…`: device, place and hash, several with commas
    between, and the vault's mark over the seal and these.
    """
    heads = ",".join(f"{head.device}/{head.seq}/{head.hash}" for head in seal.heads)
    return seal_mark(number, seal) + (f" HEADS1:{heads}:{seal.mac}" if seal.mac else "")


def read_mark(text: str, source: str) -> Anchor | None:
    """What :func:`whole_mark` wrote, read again from a stranger's file; None when it is no mark."""
    found = _SEAL.fullmatch(text)
    if found is None:
        return None
    heads = [_HEAD.fullmatch(one) for one in (found["heads"] or "").split(",") if one]
    if not all(heads):
        return None
    return Anchor(
        source,
        tuple(ChainHead(head[1], int(head[2]), head[3]) for head in heads if head),
        found["number"].replace("%3A", ":").replace("%25", "%"),
        int(found["count"]),
        found["seal"].lower(),
        found["mac"] or "",
    )


def squares(mark: str, corner: Point, size: float) -> Iterator[tuple[float, float, float, float]]:
    """The QR code of a mark as dark runs (x, y, width, height) inside a square of `size` points.

    Error correction M; the paper around it is the quiet zone.
    """
    matrix = _modules(mark)
    unit = size / len(matrix)
    for line, modules in enumerate(matrix):
        at = 0
        for dark, run in itertools.groupby(modules):
            length = sum(1 for _ in run)
            if dark:
                x, y = corner[0] + at * unit, corner[1] + line * unit
                yield x, y, length * unit, unit
            at += length


@functools.lru_cache(maxsize=8)
def _modules(mark: str) -> tuple[bytearray, ...]:
    """The modules of a mark's QR code; kept, because all copies of a report carry the same."""
    import segno

    return tuple(segno.make_qr(mark, error="m", boost_error=False).matrix)
