"""Whether anybody is at the desk: keys, mouse, touch and pen in any window of the program.

Does not belong here: what happens when nobody is (`desk.ui.locking`).
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from desk.ui.widgets.sheet import PRIVACY_KEY

WARN_S = 20
"""How long before the end somebody is told."""

_TICK_MS = 1000
_STIRS = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
        QEvent.Type.InputMethod,
    )
)


class IdleWatch(QObject):
    """Counts the time since somebody was last there; `passed` gives steady seconds.

    It listens at the windows, where the window system delivers what a person does, and not to each
    widget: a filter on the application would be called for every paint and layout as well. An
    input method keeps the keys to itself, so what it composes is heard at what has the focus; and
    that the focus moves counts, too, which is all that a screen reader does.
    """

    left_changed = Signal(int)
    """In the last seconds: how many are left; -1 when somebody stirred after all."""
    expired = Signal()
    privacy_wanted = Signal()
    """F9 in a dialog, which lets no shortcut of the window through."""

    def __init__(self, passed: Callable[[], float], minutes: int, parent: QObject) -> None:
        super().__init__(parent)
        self._passed = passed
        self._minutes = minutes
        self._since = passed()
        self._told = -1
        self._held = False
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self.stir)
            app.focusWindowChanged.connect(self._listen)
            app.focusObjectChanged.connect(self._listen_to)
            self._listen_to(app.focusObject())
        self._listen()

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.stop()

    def set_minutes(self, minutes: int) -> None:
        """How long nobody need stir, from now on."""
        self._minutes = minutes
        self.stir()

    def hold(self, *, held: bool) -> None:
        """While held, what stirs does not count: whoever nudges the mouse of a covered window."""
        if not held:
            self._held = False
            self.stir()
        self._held = held

    def stir(self) -> None:
        """Somebody is there."""
        if self._held or not self._timer.isActive():
            return
        self._since = self._passed()
        if self._told >= 0:
            self._told = -1
            self.left_changed.emit(-1)

    def look(self) -> None:
        """Tell how long is left when it is little, or that nothing is."""
        self._listen()
        left = self._minutes * 60 - (self._passed() - self._since)
        if left <= 0:
            self.stop()
            self.expired.emit()
        elif left <= WARN_S and int(left) != self._told:
            self._told = int(left)
            self.left_changed.emit(self._told)

    def _listen(self) -> None:
        """Listen at every window there is; lists and dialogs come and go.

        None of them is remembered: Python is not told when a window that Qt made is gone. Listening
        twice is listening once, and what is gone is heard no more.
        """
        if self._timer.isActive():
            for window in QGuiApplication.topLevelWindows():
                window.installEventFilter(self)

    def _listen_to(self, focused: QObject | None) -> None:
        """Hear what an input method gives to what has the focus."""
        if self._timer.isActive() and focused is not None:
            focused.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _STIRS:
            self.stir()
            if isinstance(event, QKeyEvent) and event.key() == PRIVACY_KEY:
                return self._asks_privacy()
        return False

    def _asks_privacy(self) -> bool:
        if QApplication.activeModalWidget() is None:
            return False
        self.privacy_wanted.emit()
        return True
