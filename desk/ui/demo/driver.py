"""Takes a story through the windows, one move at a time, each as soon as the last has settled.

A story is a generator: it does something a person would do and yields what to wait for. Nothing
sleeps, and the event loop is never run from within.
"""

from collections.abc import Callable, Generator

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from desk.ui.demo import hands

Condition = Callable[[], bool]
Story = Generator[Condition, None, None]

LOOK_MS = 5
QUIET_MS = 150
PATIENCE_MS = 60_000


class Stuck(Exception):
    """What a story waited for did not come."""


class Driver(QObject):
    """Runs a story on the event loop; `ended` is told once, and `error` says how."""

    ended = Signal()

    def __init__(self, story: Story, *, patience_ms: int = PATIENCE_MS) -> None:
        super().__init__()
        self._story = story
        self._patience_ms = patience_ms
        self._until: Condition = _at_once
        self._waited = QElapsedTimer()
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._turn)
        self.error: Exception | None = None

    def start(self) -> None:
        """Begin once the event loop runs."""
        self._waited.start()
        self._look.start()

    def _turn(self) -> None:
        if not hands.is_awake():
            hands.wake()
        try:
            if hands.is_awake() and self._until():
                self._until = next(self._story)
                self._waited.restart()
            elif self._waited.elapsed() > self._patience_ms:
                self._story.throw(Stuck(f"waited in vain; the cursor is at {hands.where()}"))
        except StopIteration:
            self._end(None)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run is over and says so
            self._end(error)

    def _end(self, error: Exception | None) -> None:
        self._look.stop()
        self.error = error
        self.ended.emit()


def _at_once() -> bool:
    return True


def quiet(is_idle: Condition, quiet_ms: int = QUIET_MS) -> Condition:
    """Nothing on its way for a while: what follows from what was done has followed."""
    since = QElapsedTimer()

    def check() -> bool:
        if not is_idle():
            since.invalidate()
        elif not since.isValid():
            since.start()
        return since.isValid() and since.elapsed() >= quiet_ms

    return check
