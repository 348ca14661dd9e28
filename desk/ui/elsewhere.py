"""Two copies of the program on one vault: the second rings, the first comes to the front.

A socket of this computer and this user, whose name tells nothing; who connects has said all there
is to say. Does not belong here: keeping the second copy out, which is the vault's own lock.
"""

import hashlib
import sys
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QWidget

_PATIENCE_MS = 200


class Bell(QObject):
    """Rings when another copy wants the vault that this one holds."""

    rung = Signal()

    def __init__(self, vault: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        # One that was killed leaves its socket behind; who holds the vault may take its place.
        QLocalServer.removeServer(_name(vault))
        self._server.listen(_name(vault))

    def close(self) -> None:
        """Ring no longer: the vault is not held any more."""
        self._server.close()

    def _answer(self) -> None:
        while self._server.hasPendingConnections():
            self._server.nextPendingConnection().deleteLater()
        self.rung.emit()


def ring(vault: Path) -> bool:
    """Have the window that holds `vault` come to the front; whether there is one here."""
    _let_others_come()
    socket = QLocalSocket()
    socket.connectToServer(_name(vault))
    answered = socket.waitForConnected(_PATIENCE_MS)
    socket.abort()
    return answered


def bring_forward(window: QWidget) -> None:
    """Show a window in front of all others, or make its entry in the task bar blink."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
    QApplication.alert(window)


def _name(vault: Path) -> str:
    return "complaint-desk-" + hashlib.sha256(str(vault.resolve()).encode()).hexdigest()[:24]


if sys.platform == "win32":

    def _let_others_come() -> None:
        """Windows lets a program to the front only with the leave of the one that is there."""
        import ctypes

        anybody = -1
        ctypes.windll.user32.AllowSetForegroundWindow(anybody)

else:

    def _let_others_come() -> None:
        """Nobody need be asked here."""
