"""Arrangements: chips that wrap, a form beside a pane, content that scrolls in its own place."""

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desk.ui import theme


def row(*widgets: QWidget, gap: int = 8) -> QHBoxLayout:
    """Widgets side by side without margins; `gap` in pixels of the standard size."""
    made = QHBoxLayout()
    _fill(made, widgets, gap)
    return made


def column(*widgets: QWidget, gap: int = 8) -> QVBoxLayout:
    """Widgets one below the other without margins; `gap` in pixels of the standard size."""
    made = QVBoxLayout()
    _fill(made, widgets, gap)
    return made


def _fill(box: QBoxLayout, widgets: tuple[QWidget, ...], gap: int) -> None:
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(theme.px(gap))
    for widget in widgets:
        box.addWidget(widget)


def height_now(widget: QWidget, wide: int) -> int:
    """How high `widget` must be at a width with what it shows now, before any layout has run."""
    layout = widget.layout()
    if layout is None:
        return widget.sizeHint().height()
    layout.activate()  # else rows within rows answer as they stood before
    if layout.hasHeightForWidth():
        return layout.totalHeightForWidth(wide)
    return layout.totalSizeHint().height()


class ItemLayout(QLayout):
    """The bookkeeping of a layout whose height depends on its width; places are a subclass's.

    `_arrange` gives the height that the items need in a box and, with `move`, puts them there.
    """

    def __init__(self, parent: QWidget | None = None, *, gap: int) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(theme.px(gap))

    @override
    def addItem(self, item: QLayoutItem, /) -> None:
        self._items.append(item)

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int, /) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int, /) -> QLayoutItem | None:  # type: ignore[override]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int, /) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    @override
    def setGeometry(self, box: QRect, /) -> None:
        super().setGeometry(box)
        self._arrange(box, move=True)

    def _arrange(self, whole: QRect, *, move: bool) -> int:
        raise AssertionError


class FlowLayout(ItemLayout):
    """Places widgets one after the other and begins a new line when a line is full.

    In a line they are centred: a field beside a button stands at the height of its words.
    """

    def __init__(self, parent: QWidget, gap: int = 8) -> None:
        super().__init__(parent, gap=gap)

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    def sizeHint(self) -> QSize:
        hints = [item.sizeHint() for item in self._shown()]
        gaps = self.spacing() * max(0, len(hints) - 1)
        inside = QSize(
            sum(hint.width() for hint in hints) + gaps,
            max((hint.height() for hint in hints), default=0),
        )
        return inside.grownBy(self.contentsMargins())

    @override
    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size.grownBy(self.contentsMargins())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, whole: QRect, *, move: bool) -> int:
        margins = self.contentsMargins()
        box = whole.marginsRemoved(margins)
        y = box.y()
        for place, line in enumerate(self._lines(box.width())):
            high = max(size.height() for _item, size in line)
            x, y = box.x(), y + (self.spacing() if place else 0)
            for item, size in line if move else ():
                item.setGeometry(QRect(QPoint(x, y + (high - size.height()) // 2), size))
                x += size.width() + self.spacing()
            y += high
        return y + margins.bottom() - whole.y()

    def _lines(self, wide: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """What stands in each line of this width, and how large it is there."""
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        x = 0
        for item in self._shown():
            hint = item.sizeHint()
            size = QSize(min(hint.width(), wide), hint.height()) if wide > 0 else hint
            if not lines or x + size.width() > wide:
                lines.append([])
                x = 0
            lines[-1].append((item, size))
            x += size.width() + self.spacing()
        return lines


class TwoColumns(QWidget):
    """Work on the left, a pane on the right.

    The pane is `pane` standard pixels wide, but no more than `share` of the whole: large text must
    leave the work the greater part. Below `least` it does not go.
    """

    def __init__(
        self,
        left: QWidget,
        right: QWidget,
        *,
        pane: int = 404,
        share: float = 0.4,
        least: int = 290,
        gap: int = 0,
    ) -> None:
        super().__init__()
        self._pane = right
        self._wide, self._share, self._least = theme.px(pane), share, theme.px(least)
        right.setFixedWidth(self._wide)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(gap))
        box.addWidget(left, 1)
        box.addWidget(right)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = max(self._least, round(self.width() * self._share))
        self._pane.setFixedWidth(min(self._wide, room))


class ScrollColumn(QScrollArea):
    """Content one below the other that scrolls inside its own place, never sideways.

    `body` is the column to add to; content keeps to the top.
    """

    def __init__(self, *, gap: int = 12, margin: int = 4) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        content.setProperty("scrolled", "true")
        outer = self._outer = QVBoxLayout(content)
        side = theme.px(margin)
        self._margins = side, side, side
        outer.setContentsMargins(side, side, side, side)
        outer.setSpacing(0)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.px(gap))
        outer.addLayout(self.body)
        outer.addStretch(1)
        # Not viewport(): to give out a widget of a kind it does not know, PySide loads every class
        # there is, for 10 ms before the first paint. This one fills no ground either.
        self.setViewport(QWidget())
        self.setWidget(content)
        content.setAutoFillBackground(False)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def set_margins(self, side: int, above: int, below: int) -> None:
        """Other margins (pixels); content keeps its width whether or not there is a bar."""
        self._margins = side, above, below
        self.verticalScrollBar().rangeChanged.connect(self._make_room)
        self._make_room(0, self.verticalScrollBar().maximum())

    def _make_room(self, _least: int, most: int) -> None:
        bar = self.verticalScrollBar().sizeHint().width() if most else 0
        side, above, below = self._margins
        self._outer.setContentsMargins(side, above, side - bar, below)

    def add(self, widget: QWidget) -> None:
        """Add `widget` below what is there."""
        self.body.addWidget(widget)

    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        """Bring the focus into view, wherever it comes from; Qt does so only for Tab within.

        Something just added has no place yet, so this waits until it has one. What was clicked is
        seen already and must not move away.
        """
        if new is None or not self.widget().isAncestorOf(new):
            return
        clicked = QApplication.mouseButtons() != Qt.MouseButton.NoButton

        def show() -> None:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            if not shiboken6.isValid(new) or not new.hasFocus():
                return
            if not clicked or new.visibleRegion().isEmpty():
                self.ensureWidgetVisible(new, 0, theme.px(40))

        QTimer.singleShot(0, self, show)

    def clear(self) -> None:
        """Remove everything that was added."""
        while (item := self.body.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
