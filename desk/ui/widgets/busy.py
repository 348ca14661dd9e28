"""A sign that work is going on when nobody knows for how long."""

from PySide6.QtCore import QVariantAnimation
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk.ui import theme
from desk.ui.widgets import painting


class BusyBar(QWidget):
    """A slim bar with a light running through it: work is going on, for how long nobody knows."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(theme.px(4))
        self._run = QVariantAnimation(self)
        self._run.setStartValue(0.0)
        self._run.setEndValue(1.0)
        self._run.setDuration(1100)
        self._run.setLoopCount(-1)
        self._run.valueChanged.connect(self._moved)
        self._share = 0.0
        self.set_busy(busy=False)

    def set_busy(self, *, busy: bool) -> None:
        """Run or rest; a resting bar keeps its room, so that nothing moves."""
        if busy:
            self._run.start()
        else:
            self._run.stop()
        self.update()

    def is_busy(self) -> bool:
        """True while it runs."""
        return self._run.state() == QVariantAnimation.State.Running

    def _moved(self, share: object) -> None:
        self._share = share if isinstance(share, float) else 0.0
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.is_busy():
            return
        painter = QPainter(self)
        radius = self.height() / 2
        painting.fill_round(painter, self.rect(), radius, theme.colour("primary_soft"))
        wide = self.width() // 3
        lit = self.rect()
        lit.setLeft(round((self.width() + wide) * self._share) - wide)
        lit.setWidth(wide)
        lit = lit.intersected(self.rect())
        painting.fill_round(painter, lit, radius, theme.colour("primary"))
