"""Buttons: one class in five kinds, and the big door into a task.

A button shows its shortcut as a keycap; the shortcut itself is set with `shortcut`, or by the
page when the key reaches further than the button.
"""

from typing import Literal

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QPushButton,
    QSizePolicy,
)
from typing_extensions import override

from desk.ui import theme
from desk.ui.widgets import painting

Kind = Literal["primary", "secondary", "danger", "quiet", "link"]


def clicked_by_enter(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Whether a key was plain Enter, which then has clicked the button; Qt leaves that to Space."""
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if enter and plain and not event.isAutoRepeat() and button.isEnabled():
        button.click()
        return True
    return False


_INK: dict[Kind, str] = {
    "primary": "on_primary",
    "secondary": "ink",
    "danger": "red",
    "quiet": "ink_2",
    "link": "primary",
}

_GROUND: dict[Kind, tuple[str, str]] = {
    "primary": ("primary", "primary"),
    "secondary": ("card", "line"),
    "danger": ("card", "red"),
    "quiet": ("line_2", "line_2"),
    "link": ("card", "card"),
}
_GROUND_LIT: dict[Kind, tuple[str, str]] = _GROUND | {
    "primary": ("primary_hover", "primary_hover"),
    "secondary": ("ground", "line_strong"),
    "danger": ("red_soft", "red"),
}


class Button(QPushButton):
    """A button with an icon before its word and a keycap after it, each only when given.

    `main` makes it 44 px high for the one next step of a page; `trailing` puts an icon after the
    word instead of before it.
    """

    def __init__(
        self,
        text: str = "",
        *,
        icon: str = "",
        kind: Kind = "secondary",
        keys: str = "",
        shortcut: str = "",
        main: bool = False,
        trailing: str = "",
    ) -> None:
        super().__init__(text)
        self._icon = icon
        self._trailing = trailing
        self._kind: Kind = kind
        self._keys = keys
        self._main = main
        self._small = False
        self._folded = False
        self._role = _INK[kind]
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        if shortcut:
            self.setShortcut(QKeySequence(shortcut))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoDefault(False)

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        self._icon = name
        self.updateGeometry()
        self.update()

    def set_folded(self, *, folded: bool) -> None:
        """Show only the icon, where the word has no room; it is in the tooltip then."""
        if folded == self._folded or not self._icon:
            return
        self._folded = folded
        self.setToolTip(self.text() if folded else "")
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()

    def unfolded_width(self) -> int:
        """The width with the word, folded or not."""
        return self._width(self._parts(folded=False), self._side(folded=False))

    def set_small(self, role: str) -> None:
        """Write the word in hint size and another colour, as in the footer."""
        self._role = role
        self._small = True
        self.updateGeometry()

    def _size(self) -> int:
        chosen = theme.now()
        if self._small:
            return chosen.text_hint
        if self._main:
            return chosen.text_card
        return chosen.text_table if self._kind == "link" else chosen.text_body

    def _strong(self) -> bool:
        return self._kind == "primary"

    def _side(self, *, folded: bool) -> int:
        """The room left and right of the parts."""
        if self._kind == "link":
            return 0
        if folded or not self.text():
            return theme.px(8)
        return theme.px(20 if self._main else 12)

    def _parts(self, *, folded: bool) -> list[tuple[str, int]]:
        """What stands in the button from left to right, with the width of each part."""
        parts: list[tuple[str, int]] = []
        if self._icon:
            parts.append(("icon", theme.px(16)))
        if self.text() and not folded:
            wide = painting.text_width(self.text(), self._size(), strong=self._strong())
            parts.append(("text", wide + 1))
        if self._trailing:
            parts.append(("trailing", theme.px(16)))
        if self._keys:
            parts.append(("keys", painting.keycap_size(self._keys).width()))
        return parts

    def _width(self, parts: list[tuple[str, int]], side: int) -> int:
        gaps = theme.px(7) * max(0, len(parts) - 1)
        return sum(width for _, width in parts) + gaps + 2 * side

    @override
    def sizeHint(self) -> QSize:
        wide = self._width(self._parts(folded=self._folded), self._side(folded=self._folded))
        chosen = theme.now()
        high = chosen.button_main if self._main else theme.px(30)
        if self._kind == "link":
            high = theme.px(22)
        return QSize(max(wide, high) if self._kind != "link" else wide, high)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not clicked_by_enter(self, event):
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw_ground(painter)
        parts = self._parts(folded=self._folded)
        gap = theme.px(7)
        x = max(self._side(folded=self._folded), (self.width() - self._width(parts, 0)) // 2)
        for part, width in parts:
            self._draw_part(painter, part, QRect(x, 0, width, self.height()))
            x += width + gap

    def _draw_ground(self, painter: QPainter) -> None:
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        if self._kind == "link" or (self._kind == "quiet" and not lit and not self.isChecked()):
            return
        fill, edge = _GROUND[self._kind]
        if self.isChecked():
            fill = edge = "primary_soft"
        elif lit:
            fill, edge = _GROUND_LIT[self._kind]
        if not self.isEnabled():
            fill, edge = "grey_soft", "line_2"
        if self.hasFocus() and self._kind == "secondary":
            edge = "primary"
        radius = theme.now().radius
        painting.fill_round(painter, self.rect(), radius, theme.colour(fill), theme.colour(edge))

    def _draw_part(self, painter: QPainter, part: str, box: QRect) -> None:
        role = self._role if self.isEnabled() else "ink_3"
        if self._kind in ("secondary", "quiet") and self.isChecked():
            role = "primary"
        if part == "text":
            painting.draw_text(painter, box, self.text(), self._size(), role, strong=self._strong())
        elif part == "keys":
            soft = role if self._kind == "primary" else "ink_hint"
            painting.draw_keycap(painter, box, self._keys, soft)
        else:
            name = self._icon if part == "icon" else self._trailing
            painting.draw_icon(painter, box, name, role, 16)


class DoorButton(QAbstractButton):
    """The one big door into a task: icon, name, a line on what to expect, keycap."""

    def __init__(self, text: str, hint: str, icon: str, keys: str = "") -> None:
        super().__init__()
        self.setText(text)
        self._hint = hint
        self._icon = icon
        self._keys = keys
        self.setAccessibleName(text)
        self.setAccessibleDescription(hint)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("ring_radius", theme.now().radius_card)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not clicked_by_enter(self, event):
            super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        chosen = theme.now()
        keys = painting.keycap_size(self._keys).width() + theme.px(8) if self._keys else 0
        hint = painting.text_width(self._hint, chosen.text_hint) + keys
        name = painting.text_width(self.text(), chosen.text_title, strong=True)
        return QSize(theme.px(58) + max(hint, name) + theme.px(18), theme.px(84))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        chosen = theme.now()
        lit = self.underMouse() or self.isDown()
        fill = theme.colour("primary_hover" if lit else "primary")
        painting.fill_round(painter, self.rect(), chosen.radius_card, fill)
        middle = self.height() // 2
        side = theme.px(30)
        mark = QRect(theme.px(16), middle - side // 2, side, side)
        painting.draw_icon(painter, mark, self._icon, "on_primary", 30)
        left, high = theme.px(58), theme.px(24)
        room = self.width() - left - theme.px(12)
        name = QRect(left, middle - high + theme.px(1), room, high)
        painting.draw_text(painter, name, self.text(), chosen.text_title, "on_primary", strong=True)
        line = QRect(left, middle + theme.px(2), room, theme.px(20))
        painting.draw_text(painter, line, self._hint, chosen.text_hint, "on_primary")
        if self._keys:
            wide = painting.keycap_size(self._keys).width()
            shift = painting.text_width(self._hint, chosen.text_hint) + theme.px(8)
            box = QRect(line.left() + shift, line.top(), wide, line.height())
            painting.draw_keycap(painter, box, self._keys, "on_primary")
