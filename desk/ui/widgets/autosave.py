"""Saving what is typed: within a second of the last key, and at the latest when the field is left.

Text that an input method is still composing (拼音) belongs to the field too: it is committed, not
lost, when focus, page or window is left.
"""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

PAUSE_MS = 600
"""How long typing rests before the text counts as said; design.md allows a second."""


class Autosave(QObject):
    """Watches one field and tells each new text once, through `committed`.

    `read` gives the field's text. Only texts that differ from the last one told, or from the one
    given to :meth:`settle`, are told.
    """

    committed = Signal(str)

    def __init__(self, field: QWidget, read: Callable[[], str]) -> None:
        super().__init__(field)
        self._field = field
        self._read = read
        self._told = read()
        self._composing = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.tell)
        field.installEventFilter(self)

    def touch(self) -> None:
        """The text changed: tell it once typing rests."""
        self._pause.start()

    def settle(self) -> None:
        """The field was filled by the program: its text is known and not told."""
        self._pause.stop()
        self._told = self._read()

    def is_pending(self) -> bool:
        """True while there is text that was not told yet, composed text included."""
        return bool(self._composing) or self._read() != self._told

    def tell(self) -> None:
        """Tell the text now if it is news."""
        self._pause.stop()
        text = self._read()
        if text != self._told:
            self._told = text
            self.committed.emit(text)

    def flush(self) -> None:
        """Commit what is being composed, then tell the text if it is news."""
        self._commit_composition()
        self.tell()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not shiboken6.isValid(self._field):
            return False  # Qt takes the focus from a field while it destroys it
        kind = event.type()
        if kind == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            self._composing = event.preeditString()
        elif kind in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.flush()
        return False

    def _commit_composition(self) -> None:
        if not self._composing:
            return
        QGuiApplication.inputMethod().commit()
        # An input method that ignores commit() leaves its text with us: put it in ourselves.
        if self._composing:
            rest, self._composing = self._composing, ""
            event = QInputMethodEvent()
            event.setCommitString(rest)
            QApplication.sendEvent(self._field, event)
            QGuiApplication.inputMethod().reset()
