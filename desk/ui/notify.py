"""The one way to tell the person something: notices in the window, questions, and what went wrong.

Known errors become sentences (`desk.services.sentences`); everything else is a bug: recorded
without case data, said once in a friendly way, and the program goes on.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk.errors import KnownError
from desk.services import sentences
from desk.ui import theme

if TYPE_CHECKING:
    # Loaded with the first thing to tell; a start that goes well has none.
    from desk.ui.widgets.sheet import ConfirmSheet
    from desk.ui.widgets.toast import Level, Toast

MOST_SHOWN = 3

_log = logging.getLogger(__name__)


class Notices(QObject):
    """Notices over a host widget; those given before there is one are shown when it comes."""

    _unexpected = Signal()

    def __init__(self, host: QWidget | None = None) -> None:
        super().__init__()
        self._host: QWidget | None = None
        self._early: list[tuple[str, Level]] = []
        self._toasts: list[Toast] = []
        self._bug_told = False
        self._unexpected.connect(self._tell_bug, Qt.ConnectionType.QueuedConnection)
        if host is not None:
            self.set_host(host)

    def set_host(self, host: QWidget) -> None:
        """Show notices over `host` from now on."""
        if self._host is not None and shiboken6.isValid(self._host):
            self._host.removeEventFilter(self)
        self._host = host
        self._toasts = []
        host.installEventFilter(self)
        early, self._early = self._early, []
        for words, level in early:
            self._show(words, level)

    def info(self, words: str) -> None:
        """Tell something that needs no doing."""
        self._show(words, "info")

    def done(self, words: str, action: str = "", act: Callable[[], None] | None = None) -> None:
        """Tell that something was done; `action` offers the way on or back."""
        toast = self._show(words, "done", action)
        if toast is not None and act is not None:
            toast.acted.connect(act)

    def warn(self, words: str) -> None:
        """Tell something that should be looked at soon."""
        self._show(words, "warn")

    def error(self, words: str) -> None:
        """Tell what did not work; stays until closed."""
        self._show(words, "error")

    def show_failure(self, error: Exception) -> None:
        """Tell about an error: a known one by its sentence, any other as a bug."""
        if isinstance(error, KnownError):
            self.error(sentences.sentence(error))
        else:
            self.record_bug(type(error), error, error.__traceback__)

    def confirm(
        self,
        title: str,
        words: str,
        do: str,
        act: Callable[[], None],
        *,
        danger: bool = False,
    ) -> "ConfirmSheet":
        """Ask before doing; `act` is called when the answer is yes."""
        from desk.ui.widgets.sheet import ConfirmSheet

        sheet = ConfirmSheet(title, words, do, danger=danger)
        sheet.confirmed.connect(act)
        if self._host is not None:
            sheet.open_over(self._host)
        return sheet

    def record_bug(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Record an unforeseen error and say so once; called on any thread.

        Only its kind and the places in the code are recorded: its words may hold case data.
        """
        places = "".join(traceback.format_tb(trace))
        _log.error("unforeseen %s\n%s", kind.__name__, places)
        self._unexpected.emit()

    def catch_bugs(self) -> None:
        """Take every exception that nothing else caught, on every thread."""

        def on_thread(args: threading.ExceptHookArgs) -> None:
            if args.exc_value is not None:
                self.record_bug(args.exc_type, args.exc_value, args.exc_traceback)

        def while_freed(args: "sys.UnraisableHookArgs") -> None:
            if args.exc_value is not None:
                self.record_bug(args.exc_type, args.exc_value, args.exc_traceback)

        sys.excepthook = self.record_bug
        threading.excepthook = on_thread
        sys.unraisablehook = while_freed

    def shown(self) -> tuple[str, ...]:
        """The words on the screen, oldest first."""
        return tuple(toast.words for toast in self._toasts)

    def _tell_bug(self) -> None:
        if not self._bug_told:
            self._bug_told = True
            self.error(sentences.unexpected())

    def _show(self, words: str, level: "Level", action: str = "") -> "Toast | None":
        if self._host is None or not shiboken6.isValid(self._host):
            self._early.append((words, level))
            return None
        for same in [toast for toast in self._toasts if toast.words == words]:
            same.leave()
        from desk.ui.widgets.toast import Toast

        toast = Toast(self._host, words, level, action)
        toast.gone.connect(self._forget)
        toast.show()
        self._toasts.append(toast)
        while len(self._toasts) > MOST_SHOWN:
            self._toasts[0].leave()
        self._place()
        return toast

    def _forget(self) -> None:
        self._toasts = [
            toast for toast in self._toasts if shiboken6.isValid(toast) and not toast.isHidden()
        ]
        self._place()

    def _place(self) -> None:
        if self._host is None:
            return
        side = theme.px(16)
        bottom = self._host.height() - theme.now().footer - side
        for toast in reversed(self._toasts):
            toast.fit()
            bottom -= toast.height()
            toast.move(self._host.width() - toast.width() - side, bottom)
            toast.raise_()
            bottom -= theme.px(8)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._host:
            self._place()
        return False
