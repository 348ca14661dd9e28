"""What the program puts on the clipboard leaves it again, and is kept out of its histories.

One place hears of everything that is copied, by a button, a table, or Ctrl+C in any field, and by
marking words where the system has a selection (X11). So no page need think of it.
"""

import shiboken6
from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

CLEARED_AFTER_S = 30

_OURS = "application/x-complaint-desk"
_WINDOWS = 'application/x-qt-windows-mime;value="{name}"'
# What programs that keep a history of the clipboard ask for: KDE and those that follow it, and
# Windows with its history, its cloud and its monitors (each a number of 32 bits, zero for no).
_HINTS = {
    "x-kde-passwordManagerHint": b"secret",
    _WINDOWS.format(name="ExcludeClipboardContentFromMonitorProcessing"): b"\0\0\0\0",
    _WINDOWS.format(name="CanIncludeInClipboardHistory"): b"\0\0\0\0",
    _WINDOWS.format(name="CanUploadToCloudClipboard"): b"\0\0\0\0",
}
_MODES = (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection)


class Clipboard(QObject):
    """Watches the clipboard while a vault is open; :meth:`clear` takes back what is still ours.

    What another program put there since is never touched.
    """

    def __init__(self, parent: QObject | None = None, *, after_s: int = CLEARED_AFTER_S) -> None:
        super().__init__(parent)
        self._clipboard = QGuiApplication.clipboard()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(after_s * 1000)
        self._timer.timeout.connect(self.clear)
        self._clipboard.changed.connect(self._changed)

    def clear(self) -> None:
        """Empty the clipboard where it still holds what came from this program."""
        self._timer.stop()
        for mode in _MODES:
            if self._is_ours(mode) and self._has_words(mode):
                self._clipboard.clear(mode)

    def _changed(self, mode: QClipboard.Mode) -> None:
        if mode not in _MODES or not self._is_ours(mode) or not self._has_words(mode):
            return
        self._timer.start()
        held = self._clipboard.mimeData(mode)
        if not held.hasFormat(_OURS):
            self._clipboard.setMimeData(_marked(held), mode)

    def _is_ours(self, mode: QClipboard.Mode) -> bool:
        if QGuiApplication.platformName() == "offscreen":
            return True  # there is no other program, and Qt does not tell who owns it
        owns = {
            QClipboard.Mode.Clipboard: self._clipboard.ownsClipboard,
            QClipboard.Mode.Selection: self._clipboard.ownsSelection,
        }
        return owns[mode]()

    def _has_words(self, mode: QClipboard.Mode) -> bool:
        held = self._clipboard.mimeData(mode)
        return held is not None and shiboken6.isValid(held) and bool(held.formats())


def _marked(held: QMimeData) -> QMimeData:
    """The same content with the marks on it."""
    marked = QMimeData()
    if held.hasText():
        marked.setText(held.text())
    if held.hasHtml():
        marked.setHtml(held.html())
    for name, hint in {_OURS: b"1", **_HINTS}.items():
        marked.setData(name, hint)
    return marked
