"""Pages of paper on the screen: large ones that scroll, and small ones to jump by."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QWidget
from typing_extensions import override

from desk.documents.preview import PageImage
from desk.i18n import _
from desk.ui import theme
from desk.ui.widgets import layouts, painting
from desk.ui.widgets.layouts import ScrollColumn

GAP = 16
THUMB_WIDTH = 84
WITH_THUMBS = 1.25
"""The largest text size at which the page itself does not need their room."""


def image_of(page: PageImage) -> QImage:
    """A page's pixels as Qt's image; a copy, so that the bytes may go."""
    form = QImage.Format.Format_RGB32
    return QImage(page.pixels, page.width, page.height, page.stride, form).copy()


class PaperPage(QWidget):
    """One page of paper at its full size."""

    def __init__(self, picture: QPixmap, number: int, count: int) -> None:
        super().__init__()
        self.picture = picture
        self.setFixedSize(picture.deviceIndependentSize().toSize())
        self.setAccessibleName(_("Page {number} of {count}").format(number=number, count=count))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self.picture)
        painter.setPen(theme.colour("line"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class Thumb(QAbstractButton):
    """One page in small, with its number; chosen, it brings the page."""

    def __init__(self, picture: QPixmap, number: int) -> None:
        super().__init__()
        wide = round(theme.px(THUMB_WIDTH) * picture.devicePixelRatio())
        smooth = Qt.TransformationMode.SmoothTransformation
        self._picture = picture.scaledToWidth(wide, smooth)
        self.number = number
        self.setObjectName(f"thumb_{number}")
        self.setAccessibleName(_("Page {number}").format(number=number))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        paper = self._picture.deviceIndependentSize().toSize()
        self.setFixedSize(paper + QSize(theme.px(8), theme.px(28)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paper = QRect(QRect().topLeft(), self._picture.deviceIndependentSize().toSize())
        paper.moveTopLeft(self.rect().topLeft())
        paper.translate(theme.px(4), theme.px(4))
        painter.drawPixmap(paper, self._picture)
        edge = "primary" if self.isChecked() else "line"
        painter.setPen(theme.colour(edge))
        painter.drawRect(paper.adjusted(-1, -1, 0, 0))
        if self.isChecked():
            painter.drawRect(paper.adjusted(-2, -2, 1, 1))
        below = QRect(0, paper.bottom() + theme.px(3), self.width(), theme.px(18))
        role = "primary" if self.isChecked() else "ink_2"
        size = theme.now().text_key
        number = str(self.number)
        painting.draw_text(
            painter, below, number, size, role, strong=self.isChecked(), align=painting.CENTRE
        )


class PagesView(QWidget):
    """The pages of a document, thumbnails at the left; Ctrl and the wheel ask for another zoom."""

    zoom_asked = Signal(int)
    """+1 for larger, -1 for smaller."""
    widened = Signal()
    """The room for a page changed."""

    def __init__(self) -> None:
        super().__init__()
        self._sheets: list[PaperPage] = []
        self._thumbs: list[Thumb] = []
        self._small = ScrollColumn(gap=6, margin=8)
        self._small.setFixedWidth(theme.px(THUMB_WIDTH + 36))
        self._small.setVisible(theme.now().scale <= WITH_THUMBS)
        self._large = ScrollColumn(gap=GAP, margin=GAP)
        self._large.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._large.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._large.setObjectName("report_pages")
        self._large.setAccessibleName(_("Pages"))
        self._share = 0.0
        self._large.verticalScrollBar().valueChanged.connect(self._follow)
        self._large.verticalScrollBar().rangeChanged.connect(self._laid_out)
        self._large.viewport().installEventFilter(self)
        self.setLayout(layouts.row(self._small, self._large, gap=0))

    def room(self) -> int:
        """The width a page may take without scrolling sideways, in logical pixels."""
        return self._large.width() - theme.px(2 * GAP + 14)

    def pages(self) -> int:
        """How many pages are shown."""
        return len(self._sheets)

    def show_pages(self, pages: Sequence[PageImage], ratio: float) -> None:
        """Show other pages, or the same at another zoom; the place in the document stays."""
        bar = self._large.verticalScrollBar()
        share = bar.value() / bar.maximum() if bar.maximum() else 0.0
        self._large.clear()
        self._small.clear()
        self._sheets, self._thumbs = [], []
        for number, page in enumerate(pages, start=1):
            picture = QPixmap.fromImage(image_of(page))
            picture.setDevicePixelRatio(ratio)
            sheet, thumb = PaperPage(picture, number, len(pages)), Thumb(picture, number)
            thumb.clicked.connect(self._jump)
            self._large.body.addWidget(sheet, 0, Qt.AlignmentFlag.AlignHCenter)
            self._small.body.addWidget(thumb, 0, Qt.AlignmentFlag.AlignHCenter)
            self._sheets.append(sheet)
            self._thumbs.append(thumb)
        self._share = share

    def _jump(self) -> None:
        thumb = self.sender()
        if isinstance(thumb, Thumb):
            top = self._sheets[thumb.number - 1].y() - theme.px(GAP)
            self._large.verticalScrollBar().setValue(top)
            self._follow()

    def _laid_out(self, _least: int, most: int) -> None:
        """The pages have their places now: go back to where the document was read."""
        if most:
            share, self._share = self._share, 0.0
            if share:
                self._large.verticalScrollBar().setValue(round(share * most))
        self._follow()

    def _follow(self) -> None:
        """Light the thumbnail of the page most of which is seen."""
        middle = self._large.verticalScrollBar().value() + self._large.viewport().height() // 3
        here = 0
        for place, sheet in enumerate(self._sheets):
            if sheet.y() <= middle:
                here = place
        for place, thumb in enumerate(self._thumbs):
            thumb.setChecked(place == here)
        if self._thumbs:
            self._small.ensureWidgetVisible(self._thumbs[here])

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        held = Qt.KeyboardModifier.ControlModifier
        if isinstance(event, QWheelEvent) and event.modifiers() & held:
            self.zoom_asked.emit(1 if event.angleDelta().y() > 0 else -1)
            return True
        return False

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.widened.emit()
