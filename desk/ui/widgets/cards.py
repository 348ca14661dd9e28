"""Cards: a titled white surface, a number that matters, and what to show when there is nothing."""

from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from desk.ui import theme
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text

CardKind = Literal["plain", "lit", "primary", "amber", "red", "green", "violet", "grey"]


class Card(QFrame):
    """A surface with an optional title row; add content to `body`.

    The title row takes a title, a hint after it, and widgets at its right end (`add_action`).
    `margin` is in standard pixels; 0 lets a table run to the edges while the title keeps its
    place.
    """

    def __init__(
        self, title: str = "", hint: str = "", *, kind: CardKind = "plain", margin: int = 16
    ) -> None:
        super().__init__()
        self.setProperty("card", kind)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.title = Text(title, "card", strong=True)
        self.hint = ElidedLabel(hint, "hint", "ink_hint")
        self._head = QWidget()
        self._head_row = QHBoxLayout(self._head)
        side = theme.px(margin or 16)
        self._head_row.setContentsMargins(side, theme.px(12), side, 0)
        self._head_row.setSpacing(theme.px(8))
        self._head_row.addWidget(self.title)
        self._head_row.addWidget(self.hint, 1)
        self._head.setMinimumHeight(theme.px(40))
        outer.addWidget(self._head)
        self._head.setVisible(bool(title))  # only now: without a parent it would be a window
        self.body = QVBoxLayout()
        inner = theme.px(margin)
        self.body.setContentsMargins(inner, theme.px(8) if title else inner, inner, inner)
        self.body.setSpacing(theme.px(8))
        outer.addLayout(self.body, 1)

    def set_title(self, title: str, hint: str = "") -> None:
        """Change the title row."""
        self.title.setText(title)
        self.hint.set_text(hint)
        self._head.setVisible(bool(title))

    def add_action(self, widget: QWidget) -> None:
        """Put `widget` at the right end of the title row."""
        self._head_row.addWidget(widget)

    def add_beside_title(self, widget: QWidget) -> None:
        """Put `widget` (a chip, a bar) right after the title, before the hint."""
        self._head_row.insertWidget(self._head_row.indexOf(self.hint), widget)

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Add `widget` below what is in the card."""
        self.body.addWidget(widget, stretch)

    def set_kind(self, kind: CardKind) -> None:
        """Change the surface."""
        theme.state(self, card=kind)


class StatCard(QFrame):
    """A number that matters today with its name and a word on it; opens its list when chosen."""

    chosen = Signal()

    def __init__(self, label: str, tone: str = "ink") -> None:
        super().__init__()
        self.setProperty("card", "plain")
        self.setProperty("ring_radius", theme.now().radius_card)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._tone = tone
        self._label = Text(label, "table", "ink_2")
        self._number = Text("0", "number", tone, strong=True)
        self._word = ElidedLabel("", "hint", "ink_hint")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(16), theme.px(10), theme.px(12), theme.px(8))
        box.setSpacing(0)
        box.addStretch(1)
        box.addWidget(self._label)
        line = QHBoxLayout()
        line.setSpacing(theme.px(9))
        line.addWidget(self._number)
        line.addWidget(self._word, 1)
        box.addLayout(line)
        box.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_value(self, number: int, word: str = "") -> None:
        """Show a number and a word beside it; zero is shown without a tone."""
        self._number.setText(str(number))
        self._number.set_role(self._tone if number else "ink_hint")
        self._word.set_text(word)
        self.setAccessibleName(f"{self._label.text()} {number} {word}".strip())

    def value(self) -> int:
        """The number shown."""
        return int(self._number.text())

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(150), theme.px(86))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)


class EmptyState(QWidget):
    """What stands where nothing is yet: an icon, a title, a hint and the way on."""

    chosen = Signal()

    def __init__(self, icon: str, title: str, hint: str = "", action: str = "") -> None:
        super().__init__()
        self.title = Text(title, "card", strong=True)
        self.hint = Text(hint, "table", "ink_2", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        box = QVBoxLayout(self)
        box.setSpacing(theme.px(8))
        middle = Qt.AlignmentFlag.AlignHCenter
        box.addStretch(2)
        box.addWidget(IconLabel(icon, "ink_3", 36), 0, middle)
        box.addSpacing(theme.px(4))
        box.addWidget(self.title, 0, middle)
        box.addWidget(self.hint)
        self.hint.setVisible(bool(hint))
        if action:
            button = Button(action, kind="secondary")
            button.setObjectName("empty_action")
            button.clicked.connect(self.chosen)
            box.addSpacing(theme.px(4))
            box.addWidget(button, 0, middle)
        box.addStretch(3)
