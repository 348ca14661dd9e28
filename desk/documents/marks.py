"""The seal as machines read it: one line of text, in the QR code and in the file's keywords."""

import functools
import itertools
from collections.abc import Iterator

from desk.documents.pen import Point
from desk.domain.report import Seal

_FORM = "DESK1"


def seal_mark(number: str, seal: Seal) -> str:
    """`DESK1:TS-1121-014:7F3A-91C2-0D5E:42:7F3A91C2…`: case, code, records, head of the chain.

    Capital letters, so that a QR code stays small; a colon inside the number is written `%3A`.
    """
    safe = number.replace("%", "%25").replace(":", "%3A")
    return ":".join((_FORM, safe, seal.code, str(seal.record_count), seal.full_hash.upper()))


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
