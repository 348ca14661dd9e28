"""The window before a vault is open; it shows at once and knows nothing that loads slowly."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from desk.i18n import _
from desk.ui import theme
from desk.ui.start.page import StartPage
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.focus import FocusRing

_CALM_MS = 30
"""What is slow takes the interpreter from the window, so it lets the first paints finish."""


class StartWindow(QWidget):
    """Holds the set-up page, the unlock page, or the one that restores a backup."""

    painted = Signal()
    """The first paints are over; what is slow may begin."""
    closing = Signal()
    language_wanted = Signal(str)

    def __init__(self, page: StartPage, language: str) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(_("Complaint Desk"))
        self.setWindowIcon(theme.icon("message-square", "primary", 32))
        self.setMinimumSize(*theme.LEAST_SIZE)
        self.page = page
        # Named in itself: whoever wants it cannot read the rest.
        other, name = ("en", "English") if language == "zh" else ("zh", "中文")
        self._switch = switch = Button(name, icon="languages", kind="link")
        switch.setObjectName("start_language")
        switch.clicked.connect(lambda: self.language_wanted.emit(other))
        side = theme.px(16)
        box = QVBoxLayout(self)
        box.setContentsMargins(side, theme.px(8), side, side)
        box.setSpacing(0)
        box.addWidget(switch, 0, Qt.AlignmentFlag.AlignRight)
        box.addWidget(page, 1)
        FocusRing(self)
        page.first_field().setFocus(Qt.FocusReason.OtherFocusReason)
        page.installEventFilter(self)

    def show_busy(self, words: str) -> None:
        """Say that a vault is being opened; nothing can be pressed meanwhile."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._switch.setEnabled(False)
        self.page.show_busy(words)

    def show_problem(self, words: str, wait: int = 0) -> None:
        """Say why it was not opened, and for how many seconds no other password is tried."""
        self._switch.setEnabled(True)
        self.page.show_problem(words)
        if wait:
            self.page.show_wait(wait)

    def show_closed(self) -> None:
        """The vault that was open until now is closed."""
        self._switch.setEnabled(True)
        self.page.show_closed()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.page.removeEventFilter(self)
            QTimer.singleShot(_CALM_MS, self, self.painted.emit)
        return False

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)
