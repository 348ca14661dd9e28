"""The ways by which files come onto a page: dropped on it, or pasted with Ctrl+V."""

import shiboken6
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from desk.ui.attachments.attaching import Attaching


class Door(QObject):
    """Lets files be dropped on a page and pasted into it, wherever the cursor is.

    A field would take the path of a dropped file for words and a picture for nothing: while the
    clipboard holds files or a picture and no words, Ctrl+V in a field is the page's. `over` tells
    whether something that can be attached hovers over the page.
    """

    over = Signal(bool)

    def __init__(self, page: QWidget, attaching: Attaching) -> None:
        super().__init__(page)
        self._page = page
        self._attaching = attaching
        self._watched: QWidget | None = None
        self.is_open = True
        page.setAcceptDrops(True)
        page.installEventFilter(self)
        QShortcut(QKeySequence.StandardKey.Paste, page).activated.connect(self._paste)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def _paste(self) -> None:
        if self.is_open:
            self._attaching.paste()

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Watch the field with the cursor, and only that."""
        if self._watched is not None and shiboken6.isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = None
        if new is not None and self._page.isAncestorOf(new):
            self._watched = new
            new.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page:
            return self._dragged(event)
        wants = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if wants and self.is_open and _is_paste(event):
            event.ignore()  # the field would keep the key to itself; now it is the page's
            return bool(self._attaching.offered_by(QGuiApplication.clipboard().mimeData()))
        return False

    def _dragged(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.DragEnter and isinstance(event, QDragEnterEvent):
            if self.is_open and self._attaching.offered_by(event.mimeData()):
                event.acceptProposedAction()
                self.over.emit(True)
                return True
        elif kind == QEvent.Type.DragMove and isinstance(event, QDragMoveEvent):
            event.acceptProposedAction()
            return True
        elif kind == QEvent.Type.DragLeave:
            self.over.emit(False)
        elif kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self.over.emit(False)
            event.acceptProposedAction()
            self._attaching.offer(self._attaching.offered_by(event.mimeData()))
            return True
        return False


def _is_paste(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Paste)
