"""Looking at an attachment: a sheet with its picture, its pages or its words.

What is decrypted stays in memory and goes with the sheet.
"""

from PySide6.QtCore import QEvent, QMargins, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from desk.errors import KnownError
from desk.i18n import _, language
from desk.services import attachments, sentences
from desk.services.attachments import Opened
from desk.services.composition import file_words
from desk.services.composition.tongue import Tongue
from desk.ui import theme
from desk.ui.attachments import pictures
from desk.ui.attachments.pictures import Leaves
from desk.ui.report.pages_view import PaperPage
from desk.ui.widgets import layouts
from desk.ui.widgets.busy import BusyBar
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import EmptyState
from desk.ui.widgets.labels import ElidedLabel, Text
from desk.ui.widgets.layouts import ScrollColumn
from desk.ui.widgets.sheet import Sheet
from desk.ui.work import Work

ZOOMS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
"""Times the size at which a page is shown first."""
_WIDEST = 1040
_MARGIN = 12
_LOWEST = 160


class LeafView(ScrollColumn):
    """One page at a time; `turned` asks for another, `zoomed` for another size."""

    turned = Signal(int)
    zoomed = Signal(int)

    def __init__(self) -> None:
        super().__init__(gap=0, margin=_MARGIN)
        self.setObjectName("leaf_view")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring_off", True)
        self.viewport().installEventFilter(self)

    def show_leaf(self, image: QImage, ratio: float, number: int, count: int) -> None:
        """Show a page."""
        self.clear()
        picture = QPixmap.fromImage(image)
        picture.setDevicePixelRatio(ratio)
        page = PaperPage(picture, number, count)
        self.body.addWidget(page, 0, Qt.AlignmentFlag.AlignHCenter)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        down, up = event.key() == Qt.Key.Key_PageDown, event.key() == Qt.Key.Key_PageUp
        if down and bar.value() == bar.maximum():
            self.turned.emit(1)
        elif up and bar.value() == bar.minimum():
            self.turned.emit(-1)
        else:
            super().keyPressEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        held = Qt.KeyboardModifier.ControlModifier
        if isinstance(event, QWheelEvent) and event.modifiers() & held:
            self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
            return True
        return False


class Viewer(Sheet):
    """Shows an opened attachment; `copy_wanted` asks for a copy outside."""

    copy_wanted = Signal()

    def __init__(self, work: Work, opened: Opened, *, may_copy: bool) -> None:
        super().__init__(_("Attachment"), icon="paperclip", width=_WIDEST)
        self.setObjectName("attachment_viewer")
        self._work = work
        self._opened = opened
        self._leaves: Leaves | None = None
        self._index = 0
        self._zoom = ZOOMS.index(1.0)
        self._round = 0
        self.body.addLayout(self._head())
        self._stage = QStackedWidget()
        self._busy = BusyBar()
        self._view = LeafView()
        self._view.turned.connect(self._turn)
        self._view.zoomed.connect(self._step_zoom)
        self.words = QPlainTextEdit()
        self.words.setObjectName("attachment_words")
        self.words.setReadOnly(True)
        self._problem = EmptyState("file-text", _("This cannot be shown here"), " ")
        for widget in (self._waiting(), self._view, self.words, self._problem):
            self._stage.addWidget(widget)
        self._stage.setFixedHeight(theme.px(_LOWEST))
        self.add(self._stage)
        copy = Button(_("Save a copy…"), icon="download")
        copy.setObjectName("viewer_copy")
        copy.clicked.connect(self.copy_wanted)
        self.add_button(copy)
        copy.setVisible(may_copy)  # only now: without a parent it would be a window

    def _waiting(self) -> QWidget:
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.addStretch(1)
        box.addWidget(Text(_("Opening…"), "body", "ink_2"), 0, Qt.AlignmentFlag.AlignHCenter)
        self._busy.setFixedWidth(theme.px(220))
        self._busy.set_busy(busy=True)
        box.addWidget(self._busy, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(1)
        return holder

    def _head(self) -> QHBoxLayout:
        """What is shown at the left, the way through its pages and its size at the right."""
        item, tongue = self._opened.item, Tongue(language())
        told = (file_words.kind(item.media_type, tongue), file_words.size(item.size), item.note)
        names = layouts.column(ElidedLabel(item.name, "card", strong=True), gap=2)
        names.addWidget(ElidedLabel(tongue.beside(*told), "hint", "ink_hint"))
        self._back = _tool("chevron-left", _("Page before (PgUp)"), "viewer_back")
        self._on = _tool("chevron-right", _("Next page (PgDn)"), "viewer_on")
        smaller = _tool("minus", _("Smaller (Ctrl+Minus)"), "viewer_smaller")
        larger = _tool("plus", _("Larger (Ctrl+Plus)"), "viewer_larger")
        self._size = _tool("", _("Fit the width (Ctrl+0)"), "viewer_fit")
        self._numbers = Text("", "table", "ink_2")
        self._back.clicked.connect(lambda: self._turn(-1))
        self._on.clicked.connect(lambda: self._turn(1))
        smaller.clicked.connect(lambda: self._step_zoom(-1))
        larger.clicked.connect(lambda: self._step_zoom(1))
        self._size.clicked.connect(self._fit)
        row = layouts.row(gap=4)
        row.addLayout(names, 1)
        for widget in (self._back, self._numbers, self._on, smaller, self._size, larger):
            row.addWidget(widget)
            widget.hide()
        self._pagers = (self._back, self._numbers, self._on)
        self._zoomers = (smaller, self._size, larger)
        return row

    @override
    def open_over(self, host: QWidget) -> None:
        super().open_over(host)
        opened, media = self._opened, self._opened.item.media
        if media is None or not pictures.can_show(media):
            self._fail(None)
            return

        def task() -> Leaves | str:
            content = attachments.content(opened)
            if media.kind == "text":
                return pictures.words(content)
            return pictures.leaves(content, media)

        self._work.compute(task, self._show, owner=self, failed=self._fail)

    @override
    def _cover(self) -> None:
        host = self.parentWidget()
        if host is not None:
            self.setGeometry(host.rect())
            beside = self._body_height() - self._stage.minimumHeight()
            self._stage.setFixedHeight(max(self._body_room() - beside, theme.px(_LOWEST)))
        super()._cover()

    def _show(self, found: Leaves | str) -> None:
        self._busy.set_busy(busy=False)
        if isinstance(found, str):
            self.words.setPlainText(found)
            self._stage.setCurrentWidget(self.words)
            self.words.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._leaves = found
        for widget in self._pagers:
            widget.setVisible(found.count > 1)
        for widget in self._zoomers:
            widget.show()
        self._cover()
        self._draw()

    def _fail(self, error: Exception | None) -> None:
        self._busy.set_busy(busy=False)
        if error is None:
            words = _("There is no preview for this kind of file. A copy can be saved.")
        elif isinstance(error, KnownError):
            words = sentences.sentence(error)
        else:
            self._work.notices.show_failure(error)
            words = sentences.unexpected()
        self._problem.hint.setText(words)
        self._stage.setCurrentWidget(self._problem)

    def problem(self) -> str:
        """Why nothing can be shown; empty while something is."""
        shown = self._stage.currentWidget() is self._problem
        return self._problem.hint.text() if shown else ""

    def page_words(self) -> str:
        """Which page is shown of how many."""
        return self._numbers.text()

    def page_width(self) -> int:
        """How wide the page is shown, in logical pixels; 0 before there is one."""
        page = self._view.findChild(PaperPage)
        return page.width() if page is not None else 0

    def _draw(self) -> None:
        if self._leaves is None:
            return
        found, index, ratio = self._leaves, self._index, self.devicePixelRatioF()
        wide = max(1, round(self._fitting(found, ratio) * ZOOMS[self._zoom] * ratio))
        self._round += 1
        current = self._round
        self._size.setText(f"{ZOOMS[self._zoom]:.0%}".replace("%", " %"))
        self._numbers.setText(
            _("Page {number} of {count}").format(number=index + 1, count=found.count)
        )
        self._back.setEnabled(index > 0)
        self._on.setEnabled(index < found.count - 1)

        def drawn(image: QImage) -> None:
            if current == self._round:
                self._view.show_leaf(image, ratio, index + 1, found.count)
                if self._stage.currentWidget() is not self._view:
                    self._stage.setCurrentWidget(self._view)
                    self._view.setFocus(Qt.FocusReason.OtherFocusReason)

        self._work.compute(lambda: found.draw(index, wide), drawn, owner=self, failed=self._fail)

    def _fitting(self, found: Leaves, ratio: float) -> int:
        """The width at which a page is shown first: paper as wide as the room, a picture whole."""
        edge = theme.px(2 * _MARGIN + 14)
        room = self._stage.size().shrunkBy(QMargins(0, 0, edge, edge))
        if found.size.isEmpty():
            return room.width()
        own = QSize(round(found.size.width() / ratio), round(found.size.height() / ratio))
        fits = own.width() <= room.width() and own.height() <= room.height()
        return (own if fits else own.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)).width()

    def _turn(self, step: int) -> None:
        if self._leaves is not None and 0 <= self._index + step < self._leaves.count:
            self._index += step
            self._view.verticalScrollBar().setValue(0)
            self._draw()

    def _step_zoom(self, step: int) -> None:
        place = min(max(self._zoom + step, 0), len(ZOOMS) - 1)
        if place != self._zoom:
            self._zoom = place
            self._draw()

    def _fit(self) -> None:
        self._step_zoom(ZOOMS.index(1.0) - self._zoom)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if held and event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._step_zoom(1)
        elif held and event.key() == Qt.Key.Key_Minus:
            self._step_zoom(-1)
        elif held and event.key() == Qt.Key.Key_0:
            self._fit()
        else:
            super().keyPressEvent(event)


def _tool(icon: str, words: str, name: str) -> Button:
    button = Button(icon=icon, kind="quiet")
    button.setObjectName(name)
    button.setToolTip(words)
    button.setAccessibleName(words)
    return button
