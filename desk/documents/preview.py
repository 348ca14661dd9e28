"""Pages of a PDF as pictures, for the preview and for printing. No Qt here.

PDFium draws them. It is not safe on two threads at once, so everything here takes turns.
"""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk.errors import BadInput

_READING = threading.Lock()

Pdf = Path | bytes


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as pixels: rows of `stride` bytes, four bytes a pixel in the order B, G, R, X."""

    width: int
    height: int
    stride: int
    pixels: bytes


def page_count(pdf: Pdf) -> int:
    """How many pages a document has. Raises BadInput when it is no PDF, as all here do."""
    with _opened(pdf) as document:
        return len(document)


def page_images(pdf: Pdf, scale: float) -> Iterator[PageImage]:
    """The pages as pictures on white, one after the other; at scale 1 a point is a pixel."""
    for index in range(page_count(pdf)):
        yield page_image(pdf, index, scale)


def page_image(pdf: Pdf, index: int, scale: float) -> PageImage:
    """One page as a picture on white; `index` counts from 0."""
    from pypdfium2.raw import FPDFBitmap_BGRx

    with _opened(pdf) as document:
        page = document[index]
        bitmap = page.render(scale=scale, force_bitmap_format=FPDFBitmap_BGRx)
        image = PageImage(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
        bitmap.close()
        page.close()
        return image


@contextlib.contextmanager
def _opened(pdf: Pdf) -> Iterator[Any]:
    """A document opened for reading, closed again, one at a time."""
    import pypdfium2

    with _READING:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except (pypdfium2.PdfiumError, OSError) as error:
            raise BadInput(reason="not_a_pdf", where="preview") from error
        try:
            yield document
        finally:
            document.close()
