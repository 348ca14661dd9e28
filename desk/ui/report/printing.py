"""Printing the very pages of the preview, page by page, without holding up the window."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QPrinter

from desk.documents.preview import PageImage, page_image
from desk.ui.report.pages_view import image_of
from desk.ui.work import Work

DOTS = 300
"""Per inch: what office printers do, and sharp enough for the small print."""
POINTS = 72


class Printing(QObject):
    """One document on its way to a printer; `done` or `failed` ends it."""

    done = Signal()
    failed = Signal()

    def __init__(
        self, work: Work, pdf: bytes, pages: int, printer: QPrinter, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._work = work
        self._pdf = pdf
        self._printer = printer
        self._painter = QPainter()
        first = max(1, printer.fromPage() or 1)
        last = min(pages, printer.toPage() or pages)
        self._wanted = list(range(first - 1, last))
        self._begun = False

    def start(self) -> None:
        """Begin; each page is drawn on the pool and put on paper here."""
        if not self._wanted or not self._painter.begin(self._printer):
            self.failed.emit()
            return
        self._next()

    def _next(self) -> None:
        if not self._wanted:
            self._painter.end()
            self.done.emit()
            return
        task: Callable[[], PageImage] = partial(
            page_image, self._pdf, self._wanted.pop(0), DOTS / POINTS
        )
        self._work.compute(task, self._put, owner=self, failed=self._broke)

    def _put(self, page: PageImage) -> None:
        if self._begun:
            self._printer.newPage()
        self._begun = True
        # The page holds its own margins: it is laid over the whole sheet of paper.
        paper = self._printer.pageLayout().fullRectPixels(self._printer.resolution())
        inner = self._printer.pageLayout().paintRectPixels(self._printer.resolution())
        image = image_of(page)
        size = image.size().scaled(paper.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(paper.topLeft() - inner.topLeft(), size)
        self._painter.drawImage(place, image)
        self._next()

    def _broke(self, _error: Exception) -> None:
        self._painter.end()
        self.failed.emit()
