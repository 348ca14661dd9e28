"""A pen over one PDF canvas: measures in points, downwards from the top left corner of an A4 page.

The only module that draws with ReportLab. It draws primitives and knows nothing of reports,
line breaking or pages' contents.
"""

import io
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

PAGE_WIDTH = 595.276
PAGE_HEIGHT = 841.890

Colour = tuple[float, float, float]
Point = tuple[float, float]
Span = tuple[Point, str, str]  # start of its baseline, font name, text

# ReportLab collects the glyphs of a document inside the shared font objects and reads them from
# one open file position: only one document may be drawn at a time, on whatever thread.
DRAWING = threading.Lock()


def colour(code: str) -> Colour:
    """The colour written as `#RRGGBB`."""
    red, green, blue = bytes.fromhex(code.removeprefix("#"))
    return red / 255, green / 255, blue / 255


@dataclass(frozen=True, slots=True)
class About:
    """What the document says of itself. `language` is a BCP 47 tag."""

    title: str
    author: str
    subject: str
    keywords: str
    creator: str
    language: str
    made_at: datetime


class Pen:
    """Draws pages in order and gives the finished file; hold :data:`DRAWING` from first to last.

    `font` is any font the document embeds. The same strokes give the same bytes: dates come from
    `about`, the file id from the content.
    """

    def __init__(self, about: About, font: str) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self._file = io.BytesIO()
        self._canvas: Any = Canvas(
            self._file,
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            pageCompression=1,
            invariant=1,
            lang=about.language,
            initialFontName=font,  # or it names Helvetica, which is not embedded
        )
        canvas = self._canvas
        canvas.setTitle(about.title)
        canvas.setAuthor(about.author)
        canvas.setSubject(about.subject)
        canvas.setKeywords(about.keywords)
        canvas.setCreator(about.creator)
        canvas.setProducer(about.creator)
        canvas.setDateFormatter(lambda *_: _pdf_date(about.made_at))
        canvas.setViewerPreference("DisplayDocTitle", "true")

    def next_page(self) -> None:
        """End the page; the next stroke falls on a fresh one."""
        self._canvas.showPage()

    def finish(self) -> bytes:
        """The whole document; the pen is spent."""
        self._canvas.showOutline()
        self._canvas.save()
        return self._file.getvalue()

    def bookmark(self, title: str, key: str, y: float) -> None:
        """An entry in the outline that leads to height `y` of this page."""
        self._canvas.bookmarkHorizontal(key, 0, PAGE_HEIGHT - y)
        self._canvas.addOutlineEntry(title, key, level=0)

    def line(self, points: Sequence[Point], ink: Colour, width: float) -> None:
        """A line through `points`."""
        path = self._canvas.beginPath()
        path.moveTo(points[0][0], PAGE_HEIGHT - points[0][1])
        for x, y in points[1:]:
            path.lineTo(x, PAGE_HEIGHT - y)
        self._canvas.setStrokeColorRGB(*ink)
        self._canvas.setLineWidth(width)
        self._canvas.setLineCap(1)
        self._canvas.setLineJoin(1)
        self._canvas.drawPath(path, stroke=1, fill=0)

    def panel(
        self,
        corner: Point,
        size: Point,
        radius: float,
        *,
        fill: Colour | None = None,
        stroke: Colour | None = None,
    ) -> None:
        """A rounded rectangle with its top left corner at `corner`; the stroke lies inside."""
        (x, y), (width, height) = corner, size
        inset = 0.0
        if fill is not None:
            self._canvas.setFillColorRGB(*fill)
        if stroke is not None:
            inset = 0.375
            self._canvas.setStrokeColorRGB(*stroke)
            self._canvas.setLineWidth(2 * inset)
        self._canvas.roundRect(
            x + inset,
            PAGE_HEIGHT - y - height + inset,
            width - 2 * inset,
            height - 2 * inset,
            min(radius, height / 2),
            stroke=int(stroke is not None),
            fill=int(fill is not None),
        )

    def disc(self, centre: Point, radius: float, *, fill: Colour | None, stroke: Colour) -> None:
        """A circle, filled or open."""
        self._canvas.setStrokeColorRGB(*stroke)
        self._canvas.setLineWidth(0.75)
        if fill is not None:
            self._canvas.setFillColorRGB(*fill)
        x, y = centre
        self._canvas.circle(x, PAGE_HEIGHT - y, radius, stroke=1, fill=int(fill is not None))

    def stamp(self, name: str, boxes: Iterable[tuple[float, float, float, float]]) -> None:
        """Prepare filled rectangles (x, y, width, height) as one shape, for :meth:`press`.

        Only between pages. Kept once in the file, however often it is pressed.
        """
        self._canvas.beginForm(name, 0, 0, PAGE_WIDTH, PAGE_HEIGHT)
        path = self._canvas.beginPath()
        for x, y, width, height in boxes:
            path.rect(x, PAGE_HEIGHT - y - height, width, height)
        self._canvas.drawPath(path, stroke=0, fill=1)
        self._canvas.endForm()

    def press(self, name: str, ink: Colour) -> None:
        """Put a stamp where it was prepared for."""
        self._canvas.setFillColorRGB(*ink)
        self._canvas.doForm(name)

    def text(self, spans: Iterable[Span], size: float, ink: Colour) -> None:
        """Spans of text, in the order they are to be read."""
        block = self._canvas.beginText()
        block.setFillColorRGB(*ink)
        font = ""
        for (x, y), name, text in spans:
            block.setTextOrigin(x, PAGE_HEIGHT - y)
            if name != font:
                font = name
                block.setFont(name, size)
            block.textOut(text)
        self._canvas.drawText(block)


def _pdf_date(moment: datetime) -> str:
    """A date in the form of PDF, with its offset from UTC."""
    offset = moment.strftime("%z") or "+0000"
    return f"D:{moment:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]}'"
