"""A name, number or phone shown masked; held open only as long as somebody holds it."""

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from desk.i18n import _
from desk.ui import theme
from desk.ui.widgets import painting

_LONGEST_S = [10]


def set_longest(seconds: int) -> None:
    """How long a value stays readable at most, however long it is held, from now on."""
    _LONGEST_S[0] = seconds


class MaskedValue(QWidget):
    """Masked text that shows the whole while the mouse button or Space is held down.

    It covers itself after a while even when held: a key may be weighted down. `revealed` is told
    once per hold, for the audit log. The whole text never reaches tooltips, accessible names or
    the clipboard.
    """

    revealed = Signal()

    def __init__(self, masked: str = "", whole: str = "", icon: str = "user") -> None:
        super().__init__()
        self._icon = icon
        self.setProperty("ring_radius", theme.now().radius_chip)
        self._masked = masked
        self._whole = whole
        self._open = False
        self._enough = QTimer(self)
        self._enough.setSingleShot(True)
        self._enough.timeout.connect(lambda: self._set_open(is_open=False))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(_("Press and hold to show; each time is recorded"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleDescription(self.toolTip())
        self.set_value(masked, whole)

    def set_value(self, masked: str, whole: str) -> None:
        """Show another text, masked; an empty `whole` is never shown, however it is held."""
        self._masked, self._whole, self._open = masked, whole, False
        self.setToolTip(
            _("Press and hold to show; each time is recorded")
            if whole
            else _("Masked; only who handles the case may read it in full")
        )
        self.setCursor(Qt.CursorShape.PointingHandCursor if whole else Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(masked)
        self.updateGeometry()
        self.update()

    def shown_text(self) -> str:
        """What can be read on the screen at this moment."""
        return self._whole if self._open else self._masked

    def _set_open(self, *, is_open: bool) -> None:
        if is_open == self._open or not self._whole:
            return
        self._open = is_open
        self.updateGeometry()
        self.update()
        if is_open:
            self._enough.start(_LONGEST_S[0] * 1000)
            self.revealed.emit()
        else:
            self._enough.stop()

    @override
    def sizeHint(self) -> QSize:
        words = painting.text_width(self.shown_text(), theme.now().text_hint)
        return QSize(words + theme.px(20 + 19 + (19 if self._icon else 0)), theme.px(24))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        chosen = theme.now()
        tone: theme.Tone = "primary" if self._open else "grey"
        radius = min(chosen.radius_chip, self.height() / 2)
        painting.fill_round(painter, self.rect(), radius, theme.colour(chosen.soft(tone)))
        box = self.rect().adjusted(theme.px(10), 0, -theme.px(10), 0)
        mark = QRect(box.left(), 0, theme.px(14), self.height())
        if self._icon:
            painting.draw_icon(painter, mark, self._icon, tone, 14)
            box.setLeft(mark.right() + theme.px(5))
        mark.moveRight(box.right())
        painting.draw_icon(painter, mark, "eye" if self._open else "eye-off", tone, 13)
        painting.draw_text(painter, box, self.shown_text(), chosen.text_hint, tone)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._set_open(is_open=True)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._set_open(is_open=False)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self._set_open(is_open=True)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat():
            self._set_open(is_open=False)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._set_open(is_open=False)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._set_open(is_open=False)
