"""A short word to the person at work, at the lower right of the window, over the page."""

from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desk.i18n import _
from desk.ui import theme
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import IconLabel, Text

Level = Literal["info", "done", "warn", "error"]

_LOOKS: dict[Level, tuple[str, theme.Tone]] = {
    "info": ("info", "primary"),
    "done": ("circle-check", "green"),
    "warn": ("triangle-alert", "amber"),
    "error": ("circle-alert", "red"),
}
_STAYS_MS: dict[Level, int] = {"info": 5000, "done": 4000, "warn": 9000, "error": 0}


class Toast(QFrame):
    """Words with an icon; errors stay until closed. `acted` is told when its action is chosen."""

    acted = Signal()
    gone = Signal()

    def __init__(self, host: QWidget, words: str, level: Level = "info", action: str = "") -> None:
        super().__init__(host)
        self.words = words
        self.level: Level = level
        icon, tone = _LOOKS[level]
        self.setProperty("card", "toast")
        self.setObjectName("toast")
        self.setAccessibleName(words)
        self.setFixedWidth(theme.px(380))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(14), theme.px(12), theme.px(8), theme.px(12))
        row.setSpacing(theme.px(10))
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(IconLabel(icon, tone, 20), 0, top)
        column = QVBoxLayout()
        column.setSpacing(theme.px(4))
        column.addWidget(Text(words, "table", wrap=True))
        if action:
            act = Button(action, kind="link")
            act.setObjectName("toast_action")
            act.clicked.connect(self._act)
            column.addWidget(act, 0, Qt.AlignmentFlag.AlignLeft)
        row.addLayout(column, 1)
        close = Button(icon="x", kind="quiet")
        close.setObjectName("toast_close")
        close.setAccessibleName(_("Close"))
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.clicked.connect(self.leave)
        row.addWidget(close, 0, top)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.leave)
        if _STAYS_MS[level]:
            self._timer.start(_STAYS_MS[level])

    def fit(self) -> None:
        """Take the height the words need."""
        layout = self.layout()
        if layout is not None:
            frame = self.height() - self.contentsRect().height()
            words = layout.heightForWidth(self.contentsRect().width())
            self.setFixedHeight(max(words + frame, theme.px(48)))

    def leave(self) -> None:
        """Go away."""
        self.hide()
        self.gone.emit()
        self.deleteLater()

    def _act(self) -> None:
        self.acted.emit()
        self.leave()
