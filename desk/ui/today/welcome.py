"""What Today shows while a vault has no case yet: what is about to happen, and the way in."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk.i18n import _
from desk.ui import theme
from desk.ui.widgets import painting
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import IconLabel, Text


class _Numbered(QWidget):
    """A step: its number in a ring above its name."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__()
        self._number = number
        self._name = name
        self.setFixedSize(self.sizeHint())

    @override
    def sizeHint(self) -> QSize:
        wide = painting.text_width(self._name, theme.now().text_table) + theme.px(8)
        return QSize(max(wide, theme.px(60)), theme.px(62))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        chosen = theme.now()
        side = theme.px(32)
        ring = QRect((self.width() - side) // 2, 1, side, side)
        painting.fill_round(painter, ring, side / 2, theme.colour("primary_soft"))
        number = str(self._number)
        size = chosen.text_body
        painting.draw_text(
            painter, ring, number, size, "primary", strong=True, align=painting.CENTRE
        )
        name = QRect(0, ring.bottom() + theme.px(7), self.width(), theme.px(20))
        size = chosen.text_table
        painting.draw_text(painter, name, self._name, size, "ink_2", align=painting.CENTRE)


class Welcome(QWidget):
    """An empty vault, kindly: the five steps ahead and the button for the first complaint."""

    chosen = Signal()

    def __init__(self, steps: Sequence[str], *, may_open: bool) -> None:
        super().__init__()
        self.setObjectName("today_welcome")
        middle = Qt.AlignmentFlag.AlignHCenter
        box = QVBoxLayout(self)
        box.setSpacing(theme.px(8))
        box.addStretch(2)
        box.addWidget(IconLabel("heart-handshake", "primary", 40), 0, middle)
        box.addSpacing(theme.px(4))
        box.addWidget(Text(_("No complaint yet"), "title", strong=True), 0, middle)
        box.addWidget(
            Text(
                _("Five steps lead through one, with the right words beside each."), "body", "ink_2"
            ),
            0,
            middle,
        )
        box.addSpacing(theme.px(14))
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addStretch(1)
        for number, name in enumerate(steps, start=1):
            if number > 1:
                row.addWidget(IconLabel("chevron-right", "ink_3", 16), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(_Numbered(number, name))
        row.addStretch(1)
        box.addLayout(row)
        box.addSpacing(theme.px(10))
        first = Button(_("Take the first complaint"), kind="primary", keys="Ctrl N")
        first.setObjectName("first_complaint")
        first.clicked.connect(self.chosen)
        first.setVisible(may_open)
        box.addWidget(first, 0, middle)
        box.addStretch(3)
