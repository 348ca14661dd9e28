"""The focus ring: 3 px around whatever has the focus, the same for every widget."""

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from desk.ui import theme


class _Ring(QWidget):
    """The ring itself: a sibling of the focused widget, so that it scrolls and clips with it."""

    def __init__(self, parent: QWidget, radius: int, role: str) -> None:
        super().__init__(parent)
        self._radius = radius
        self._role = role
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = theme.now().ring_width
        painter.setPen(QPen(theme.colour(self._role, theme.now().ring_alpha), wide))
        half = wide / 2
        box = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(box, self._radius + half, self._radius + half)


class FocusRing(QObject):
    """Draws the ring inside `window`; a widget may set `ring_radius`, `ring_role` or `ring_off`."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._target: QWidget | None = None
        self._ring: _Ring | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._moved)

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._drop()
        if new is None or new.property("ring_off") or not self._window.isAncestorOf(new):
            return
        parent = new.parentWidget()
        if parent is None:
            return
        radius = new.property("ring_radius")
        role = new.property("ring_role")
        self._target = new
        self._ring = _Ring(
            parent,
            radius if isinstance(radius, int) else theme.now().radius,
            role if isinstance(role, str) else "ring",
        )
        new.installEventFilter(self)
        self._follow()

    def _drop(self) -> None:
        if self._target is not None and shiboken6.isValid(self._target):
            self._target.removeEventFilter(self)
        if self._ring is not None and shiboken6.isValid(self._ring):
            self._ring.hide()
            self._ring.deleteLater()
        self._target = self._ring = None

    def _follow(self) -> None:
        if self._target is None or self._ring is None or not shiboken6.isValid(self._ring):
            return
        wide = theme.now().ring_width
        box: QRect = self._target.geometry().adjusted(-wide, -wide, wide, wide)
        self._ring.setGeometry(box)
        self._ring.setVisible(self._target.isVisible())
        self._ring.raise_()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
        if watched is self._target and event.type() in kinds:
            self._follow()
        return False
