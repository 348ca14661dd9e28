"""Reads a PDF back: pictures for the preview and for printing, its text, its seal. No Qt here.

PDFium draws and reads. It is not safe on two threads at once, so everything here takes turns.
"""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk.documents import marks
from desk.documents.pages import BODY_BOTTOM, LATER_TOP
from desk.documents.pen import PAGE_HEIGHT
from desk.domain.report import Seal
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


def extract_text(pdf: Pdf, *, body_only: bool = False) -> tuple[str, ...]:
    """The text of each page in reading order, line by line.

    `body_only` leaves out the foot of every page and the line above later pages, so that a text
    that goes on over a page reads on without interruption.
    """
    with _opened(pdf) as document:
        return tuple(
            _page_text(document[at], at, body_only=body_only) for at in range(len(document))
        )


def seal_of(pdf: Pdf) -> tuple[str, Seal] | None:
    """The case number and the seal a report was written with; None if it carries none.

    Read from the document's keywords, where the QR code's line stands too. Whether the seal is
    true, only the chain can say; `checked` is not part of it.
    """
    with _opened(pdf) as document:
        return marks.read_seal_mark(document.get_metadata_value("Keywords"))


def _page_text(page: Any, index: int, *, body_only: bool) -> str:  # noqa: ANN401 - PDFium is untyped
    """The text of a page; PDFium writes U+FFFE for a hyphen at the end of a line."""
    bounds: dict[str, float] = {}
    if body_only:
        bounds["bottom"] = PAGE_HEIGHT - BODY_BOTTOM - 4
        if index > 0:
            bounds["top"] = PAGE_HEIGHT - LATER_TOP + 4
    reader = page.get_textpage()
    text: str = reader.get_text_bounded(**bounds)
    reader.close()
    page.close()
    return text.replace("\ufffe", "-").replace("\x02", "-").replace("\r\n", "\n")


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
