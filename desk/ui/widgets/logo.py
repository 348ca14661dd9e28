"""The program's mark, drawn."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk.ui import theme
from desk.ui.widgets import painting


class Logo(QWidget):
    """The tile 诉; `plain` leaves out the character."""

    def __init__(self, *, plain: bool = False) -> None:
        super().__init__()
        self._plain = plain
        self.setFixedSize(theme.px(40), theme.px(40))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QLinearGradient(0, 0, self.width(), self.height())
        shade.setColorAt(0, QColor("#127A83"))
        shade.setColorAt(1, QColor("#2A9AA0"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        painter.drawRoundedRect(self.rect(), theme.px(10), theme.px(10))
        if not self._plain:
            painting.draw_text(
                painter,
                self.rect(),
                "诉",
                theme.px(20),
                "#FFFFFF",
                strong=True,
                align=painting.CENTRE,
            )
