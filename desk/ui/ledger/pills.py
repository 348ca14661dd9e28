"""Pills: short choices in a title row, one of them on; and filters that can be taken away."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from desk.i18n import _
from desk.ui import theme
from desk.ui.widgets import painting
from desk.ui.widgets.layouts import FlowLayout


class Pill(QAbstractButton):
    """A word on a rounded ground, on or off; `removable` shows a cross instead and is always on."""

    def __init__(self, key: str, text: str, *, removable: bool = False) -> None:
        super().__init__()
        self.key = key
        self._removable = removable
        self.setText(text)
        self.setObjectName(f"pill_{key}")
        self.setCheckable(not removable)
        self.setAccessibleName(_("Remove filter {name}").format(name=text) if removable else text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("ring_radius", theme.now().radius_chip)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_words(self, text: str) -> None:
        """Show other words."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
            self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        wide = painting.text_width(self.text(), theme.now().text_hint) + theme.px(21)
        return QSize(wide + (theme.px(18) if self._removable else 0), theme.px(24))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # the row moves inside itself
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        on = self.isChecked() or self._removable
        tone: theme.Tone = "primary" if on else "grey"
        edge = theme.colour("line_strong") if self.underMouse() and not on else None
        radius = min(theme.now().radius_chip, self.height() / 2)
        ground = theme.colour(theme.now().soft(tone))
        painting.fill_round(painter, self.rect(), radius, ground, edge)
        box = self.rect().adjusted(theme.px(10), 0, -theme.px(8), 0)
        painting.draw_text(painter, box, self.text(), theme.now().text_hint, tone)
        if self._removable:
            mark = QRect(self.width() - theme.px(24), 0, theme.px(14), self.height())
            painting.draw_icon(painter, mark, "x", tone, 12)


class PillRow(QWidget):
    """Pills of which exactly one is on. One stop of the Tab key; left and right choose.

    With `wraps` they take the width there is, in as many lines as that needs.
    """

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], *, wraps: bool = False) -> None:
        super().__init__()
        row = FlowLayout(self, 8)
        self._pills: dict[str, Pill] = {}
        for key, text in choices:
            pill = Pill(key, text)
            pill.clicked.connect(self._clicked)
            self._pills[key] = pill
            row.addWidget(pill)
        fixed = QSizePolicy.Policy.Fixed
        policy = QSizePolicy(fixed, fixed)
        if wraps:
            policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(wraps)
        self.setSizePolicy(policy)
        self.set_value(choices[0][0])

    def value(self) -> str:
        """The key of the pill that is on."""
        return next(key for key, pill in self._pills.items() if pill.isChecked())

    def set_value(self, key: str) -> None:
        """Put a pill on without telling anybody."""
        for name, pill in self._pills.items():
            on = name == key
            pill.setChecked(on)
            pill.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self._pills[key])

    def set_words(self, key: str, text: str) -> None:
        """Show other words on a pill."""
        self._pills[key].set_words(text)

    def pill(self, key: str) -> Pill:
        """A pill by its key."""
        return self._pills[key]

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step:
            event.ignore()
            return
        keys = list(self._pills)
        self._choose(keys[(keys.index(self.value()) + step) % len(keys)])
        self._pills[self.value()].setFocus(Qt.FocusReason.TabFocusReason)

    def _clicked(self) -> None:
        pill = self.sender()
        if isinstance(pill, Pill):
            pill.setChecked(True)
            self._choose(pill.key)

    def _choose(self, key: str) -> None:
        self.set_value(key)
        self.chosen.emit(key)
