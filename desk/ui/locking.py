"""Watching over an open window: the lock's warning, the way to it, and coming to rest before it.

Does not belong here: closing the vault and the page that comes in the window's place; those are
the composition root's.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QWidget
from typing_extensions import override

from desk.i18n import _
from desk.services import locking
from desk.services.locking import Unsent
from desk.ui import theme
from desk.ui.idle import IdleWatch
from desk.ui.places import Places
from desk.ui.widgets import layouts, masked
from desk.ui.widgets.labels import IconLabel, Text

_LOOK_MS = 20


@dataclass(frozen=True, slots=True)
class Left:
    """Where somebody was when the vault was locked. `kept`: the window that could not let go.

    That is the one with something typed in it which the disk would not take; it waits, out of
    sight and with the vault open behind it, for the password of the same person.
    """

    person: str
    place: str
    case: str
    kept: Places | None = None
    unsent: tuple[Unsent, ...] = ()
    """What stood in questions that were open; only until it is sealed."""


class LockNotice(QFrame):
    """How many seconds are left, at the top of a window, over whatever it shows."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("lock_notice")
        self.setProperty("card", "toast")
        self.setFixedWidth(theme.px(400))
        self._words = Text("", "body", strong=True)
        self._words.setObjectName("lock_left")
        how = Text(
            _("Press any key to go on. Everything typed is stored."), "table", "ink_2", wrap=True
        )
        row = layouts.row(IconLabel("lock", "amber", 22), gap=12)
        row.addLayout(layouts.column(self._words, how, gap=2), 1)
        row.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        self.setLayout(row)
        host.installEventFilter(self)
        self.hide()

    def show_left(self, seconds: int) -> None:
        """Say how long is left; nothing when it is less than none."""
        if seconds < 0:
            self.hide()
            return
        self._words.setText(_("Locks in {n} s").format(n=seconds))
        self.setAccessibleName(self._words.text())
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        host = self.parentWidget()
        if host is not None:
            self.adjustSize()
            self.move((host.width() - self.width()) // 2, theme.px(64))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False


class Watch(QObject):
    """Watches over the window of an open vault until it is stopped; `wanted` says why to lock."""

    wanted = Signal(str)

    def __init__(self, places: Places, passed: Callable[[], float]) -> None:
        super().__init__(places)
        window = places.window
        self.idle = IdleWatch(passed, locking.Times().idle_minutes, self)
        self._notice = LockNotice(window)
        self.idle.left_changed.connect(self._notice.show_left)
        self.idle.expired.connect(lambda: self.wanted.emit("idle"))
        self.idle.privacy_wanted.connect(window.cover)
        window.covered.connect(lambda covered: self.idle.hold(held=bool(covered)))
        window.lock_wanted.connect(lambda: self.wanted.emit("hand"))
        places.work.read(locking.times, self._take, owner=self)
        places.work.locking_changed.connect(self._take)

    def stop(self) -> None:
        """Watch no longer."""
        self.idle.stop()
        self._notice.hide()

    def _take(self, times: object) -> None:
        if isinstance(times, locking.Times):
            self.idle.set_minutes(times.idle_minutes)
            masked.set_longest(times.reveal_seconds)


class Rest(QObject):
    """Waits until nothing runs and nothing is on its way to the disk.

    What was begun is never cut: a report, an export or a backup ends first, with all that follows
    from it.
    """

    def __init__(self, is_idle: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._is_idle = is_idle
        self._then: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def wait(self, then: Callable[[], None]) -> None:
        """Call `then` once it is quiet."""
        self._then = then
        self._timer.start()

    def _look(self) -> None:
        if self._is_idle():
            self._timer.stop()
            then, self._then = self._then, None
            if then is not None:
                then()


def tell_typed(window: QWidget) -> None:
    """Have the field in hand tell what it holds, text being composed included."""
    focused = window.focusWidget()
    if focused is not None:
        focused.clearFocus()
