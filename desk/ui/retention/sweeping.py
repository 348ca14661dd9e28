"""What must go goes by itself: old backups, and what is left of whoever was forgotten."""

from PySide6.QtCore import QObject, QTimer

from desk.services import retention
from desk.ui.work import Work

_FIRST_MS = 5 * 1000
"""Nobody who has just come in should wait for it."""
_EVERY_MS = 6 * 60 * 60 * 1000


class Sweeping(QObject):
    """Sweeps the open vault a while after it was opened, and then several times a day."""

    def __init__(self, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._clock = QTimer(self)
        self._clock.timeout.connect(self.sweep)
        self._clock.start(_FIRST_MS)

    def sweep(self) -> None:
        """Do it now. What fails is tried the next time: it keeps nobody from work."""
        self._clock.setInterval(_EVERY_MS)
        if not self._work.jobs.is_closed:
            self._work.read(
                retention.sweep, lambda _done: None, owner=self, failed=lambda _error: None
            )
