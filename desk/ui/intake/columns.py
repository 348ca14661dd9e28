"""Where the fields of a section stand: two columns where they fit, one where they do not."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QLayoutItem, QWidget
from typing_extensions import override

from desk.ui import theme
from desk.ui.widgets.layouts import ItemLayout

NARROW = 500
"""Below this width (standard pixels) fields stand one below the other."""


class Cell(QWidget):
    """A widget in :class:`FormColumns`: `wide` ones take the whole line, others half when it fits.

    `wanted_width` is the width below which a cell would rather have the line to itself.
    """

    wide = False

    def wanted_width(self) -> int:
        """The width the cell needs to look right, in logical pixels."""
        return 0


class FormColumns(ItemLayout):
    """Lines of one wide cell or two half ones; hidden cells take no room."""

    def __init__(self, parent: QWidget, *, gap: int = 12) -> None:
        super().__init__(parent, gap=gap)
        self._between = theme.px(16)

    @override
    def sizeHint(self) -> QSize:
        wide = theme.px(NARROW)
        return QSize(wide, self.heightForWidth(wide))

    @override
    def minimumSize(self) -> QSize:
        return QSize(theme.px(160), 0)

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        room = False
        for item in self._items:
            if item.isEmpty():
                continue
            fits = self._is_half(item, width)
            if fits and room:
                lines[-1].append(item)
                room = False
            else:
                lines.append([item])
                room = fits
        return lines

    def _is_half(self, item: QLayoutItem, width: int) -> bool:
        cell = item.widget()
        half = (width - self._between) // 2
        return (
            width >= theme.px(NARROW)
            and isinstance(cell, Cell)
            and not cell.wide
            and cell.wanted_width() <= half
        )

    def _arrange(self, box: QRect, *, move: bool) -> int:
        y = box.y()
        for line in self._lines(box.width()):
            x, high = box.x(), 0
            for item in line:
                wide = box.width()
                if self._is_half(item, wide):
                    wide = (wide - self._between) // 2
                tall = (
                    item.heightForWidth(wide)
                    if item.hasHeightForWidth()
                    else item.sizeHint().height()
                )
                if move:
                    item.setGeometry(QRect(x, y, wide, tall))
                x += wide + self._between
                high = max(high, tall)
            y += high + self.spacing()
        return max(0, y - box.y() - self.spacing())
