"""What the intake shows in the window's header beside the case: how long the customer waits."""

from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk.domain.engine import CaseView
from desk.i18n import _
from desk.ui import theme
from desk.ui.intake import stamps
from desk.ui.widgets import layouts
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.work import Work

LONGEST_S = 4 * 3600
"""After this the customer is no longer at the counter: nothing runs on."""


class ReceptionTimer(QWidget):
    """接待 05:42: the time since the case was opened, while the customer is being received."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work
        self._since: datetime | None = None
        self._icon = IconLabel("timer", "ink_2", 16)
        self.words = Text("", "table", "ink_2")
        self.words.setObjectName("reception_time")
        self.setLayout(layouts.row(self._icon, self.words, gap=5))
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show)
        self._show()

    def show_view(self, view: CaseView, last_step: int) -> None:
        """Run while the case is open and not in its last step."""
        case = view.case
        receiving = case.status == "open" and case.step < last_step and case.opened is not None
        self._since = stamps.local_time(case.opened) if receiving and case.opened else None
        self._show()

    def _show(self) -> None:
        seconds = -1
        if self._since is not None:
            seconds = max(0, int((self._work.now() - self._since).total_seconds()))
        running = 0 <= seconds < LONGEST_S
        if running:
            time = f"{seconds // 60:02}:{seconds % 60:02}"
            narrow = theme.now().scale > 1.25
            self.words.setText(time if narrow else _("With us {time}").format(time=time))
        for part in (self._icon, self.words):
            part.setVisible(running)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()
        self._tick.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()
