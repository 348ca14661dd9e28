"""The focus ring: 3 px around whatever has the focus, the same for every widget."""

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from typing_extensions import override

from desk.ui import theme


class _Ring(QWidget):
    """The ring itself, a child of a widget around the focused one; it scrolls and clips with it."""

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
        self._watched: list[QWidget] = []
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._moved)

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._drop()
        if new is None or new.property("ring_off") or not self._window.isAncestorOf(new):
            return
        self._target = new
        self._follow()

    def _drop(self) -> None:
        self._unwatch()
        if self._ring is not None and shiboken6.isValid(self._ring):
            self._ring.hide()
            self._ring.deleteLater()
        self._target = self._ring = None

    def _unwatch(self) -> None:
        for widget in self._watched:
            if shiboken6.isValid(widget):
                widget.removeEventFilter(self)
        self._watched = []

    def _follow(self) -> None:
        """Put the ring where the target is now."""
        target = self._target
        if target is None or not shiboken6.isValid(target):
            return
        way = _way_to_room(target, self._window)
        if way != self._watched:
            self._unwatch()
            self._watched = way
            for widget in way:
                widget.installEventFilter(self)
        host = way[-1].parentWidget()
        if host is None:
            return
        ring = self._ring
        if ring is None or not shiboken6.isValid(ring) or ring.parentWidget() is not host:
            if ring is not None and shiboken6.isValid(ring):
                ring.deleteLater()
            ring = self._ring = _ring_for(target, host)
        ring.setGeometry(_ring_box(target, host))
        ring.setVisible(target.isVisible())
        ring.raise_()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
        if event.type() in kinds and watched in self._watched:
            self._follow()
        return False


def _ring_for(target: QWidget, host: QWidget) -> _Ring:
    radius, role = target.property("ring_radius"), target.property("ring_role")
    return _Ring(
        host,
        radius if isinstance(radius, int) else theme.now().radius,
        role if isinstance(role, str) else "ring",
    )


def _ring_box(target: QWidget, host: QWidget) -> QRect:
    wide = theme.now().ring_width
    return QRect(target.mapTo(host, QPoint()), target.size()).adjusted(-wide, -wide, wide, wide)


def _way_to_room(target: QWidget, window: QWidget) -> list[QWidget]:
    """The target and what is around it, up to the first child of a widget with room for the ring.

    What scrolls is never left, so that the ring scrolls and is cut off with its widget.
    """
    way = [target]
    while (host := way[-1].parentWidget()) is not None and host is not window:
        around = host.parentWidget()
        scrolls = around is not None and isinstance(around.parentWidget(), QAbstractScrollArea)
        if scrolls or host.rect().contains(_ring_box(target, host)):
            break
        way.append(host)
    return way
