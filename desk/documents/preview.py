"""Pages of a PDF as pictures, for the preview and for printing. No Qt here.

PDFium draws them. It is not safe on two threads at once, so everything here takes turns.
"""

import contextlib
import math
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
    with _opened(pdf) as document, _page(document, index) as page:
        return _drawn(page, scale)


def page_of_width(pdf: Pdf, index: int, width: int) -> PageImage:
    """One page as a picture so many pixels wide, fewer where it would be larger than we draw.

    For documents of strangers, in which a page may be as large as a house.
    """
    with _opened(pdf) as document, _page(document, index) as page:
        wide, high = (max(side, 1.0) for side in page.get_size())
        most = min(math.sqrt(_MOST_PIXELS / (wide * high)), _MOST_SIDE / max(wide, high))
        return _drawn(page, min(width / wide, most))


_MOST_PIXELS = 16_000_000
_MOST_SIDE = 16_000


@contextlib.contextmanager
def _page(document: Any, index: int) -> Iterator[Any]:  # noqa: ANN401 - it ships no types
    import pypdfium2

    try:
        page = document[index]
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise BadInput(reason="not_a_pdf", where="preview") from error
    try:
        yield page
    finally:
        page.close()


def _drawn(page: Any, scale: float) -> PageImage:  # noqa: ANN401
    from pypdfium2.raw import FPDFBitmap_BGRx

    bitmap = page.render(scale=scale, force_bitmap_format=FPDFBitmap_BGRx)
    image = PageImage(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
    bitmap.close()
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


def told(pdf: bytes, most_pages: int, most_text: int) -> tuple[str, tuple[str, ...]]:
    """A document's keywords, and how the text of its first and last `most_pages` pages begins.

    For documents of strangers: a page that cannot be read has no text.
    """
    import pypdfium2

    texts: list[str] = []
    with _opened(pdf) as document:
        try:
            keywords = str(document.get_metadata_value("Keywords"))[:most_text]
        except ValueError:
            keywords = ""
        pages = range(len(document))
        for index in sorted({*pages[:most_pages], *pages[-most_pages:]}):
            unreadable = contextlib.suppress(BadInput, ValueError, pypdfium2.PdfiumError)
            with unreadable, _page(document, index) as page:
                written = page.get_textpage()
                count = min(written.count_chars(), most_text)
                texts.append(written.get_text_range(0, count) if count else "")
                written.close()
    return keywords, tuple(texts)
