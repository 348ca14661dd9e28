"""The shelves at the left of the knowledge page: one is open, each says how much it holds."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy
from typing_extensions import override

from desk.services.knowledge import SHELVES, Shelf
from desk.ui import theme
from desk.ui.knowledge.words import ICONS, shelf_name
from desk.ui.widgets import painting
from desk.ui.widgets.layouts import ScrollColumn

WIDTH = 176
_BESIDE = 78
"""What stands beside the names: icon, margins, bar."""
_LARGE = 1.5
"""At this text size names need the room of the counts; these are still read out."""


def width() -> int:
    """How wide the shelves are, in pixels."""
    if theme.now().scale < _LARGE:
        return theme.px(WIDTH)
    size = theme.now().text_table
    return theme.px(_BESIDE) + max(
        painting.text_width(shelf_name(shelf), size, strong=True) for shelf in SHELVES
    )


class ShelfButton(QAbstractButton):
    """A shelf: picture, name, and how many entries of what is looked for stand on it."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self.shelf: Shelf = shelf
        self._count = ""
        self.setText(shelf_name(shelf))
        self.setAccessibleName(self.text())
        self.setObjectName(f"shelf_{shelf}")
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_count(self, count: int) -> None:
        """Show how much it holds; an empty shelf stands back."""
        self._count = f"{count:,}"
        self.setAccessibleName(f"{self.text()} {count}")
        self.update()

    def is_bare(self) -> bool:
        """Whether nothing of what is looked for stands here."""
        return self._count == "0"

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(34))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()  # the list moves inside itself
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, chosen = QPainter(self), theme.now()
        on = self.isChecked()
        if on or self.underMouse():
            ground = theme.colour("primary_soft" if on else "ground")
            painting.fill_round(painter, self.rect(), chosen.radius, ground)
        role = "primary" if on else "ink_hint" if self.is_bare() else "ink"
        mark = QRect(theme.px(10), 0, theme.px(16), self.height())
        painting.draw_icon(painter, mark, ICONS[self.shelf], "primary" if on else "ink_2", 16)
        told = self._count if chosen.scale < _LARGE else ""
        wide = painting.text_width(told, chosen.text_hint) + theme.px(10)
        box = self.rect().adjusted(mark.right() + theme.px(9), 0, -wide - theme.px(6), 0)
        painting.draw_text(painter, box, self.text(), chosen.text_table, role, strong=on)
        count = QRect(self.width() - wide, 0, wide - theme.px(10), self.height())
        ink = "primary" if on else "ink_hint"
        painting.draw_text(painter, count, told, chosen.text_hint, ink, align=painting.RIGHT)


class Shelves(ScrollColumn):
    """The shelves one below the other: one stop of the Tab key, ↑ and ↓ open the next one."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__(gap=2, margin=8)
        self.buttons: dict[Shelf, ShelfButton] = {}
        for shelf in SHELVES:
            button = ShelfButton(shelf)
            button.clicked.connect(partial(self._choose, shelf))
            self.buttons[shelf] = button
            self.add(button)
        self.set_value("all")

    def value(self) -> Shelf:
        """The shelf that is open."""
        return next(shelf for shelf, button in self.buttons.items() if button.isChecked())

    def set_value(self, shelf: Shelf) -> None:
        """Open a shelf without telling anybody."""
        for name, button in self.buttons.items():
            on = name == shelf
            button.setChecked(on)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self.buttons[shelf])

    def show_counts(self, counts: Mapping[Shelf, int]) -> None:
        """Say how many entries of what is looked for stand on each."""
        for shelf, button in self.buttons.items():
            button.set_count(counts[shelf])

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if not step:
            event.ignore()
            return
        here = SHELVES.index(self.value()) + step
        if 0 <= here < len(SHELVES):
            self._choose(SHELVES[here])
            self.buttons[SHELVES[here]].setFocus(Qt.FocusReason.TabFocusReason)

    def _choose(self, shelf: Shelf, _on: object = None) -> None:
        self.set_value(shelf)
        self.chosen.emit()
