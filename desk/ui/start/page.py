"""What the window before a vault is open asks of the page in it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desk.ui.start.parts import StatusLine


class StartPage(QWidget):
    """A page that stands in the window while no vault is open; it has a line that says how it goes.

    `name` is its object name. Pages override :meth:`first_field`, :meth:`let`, and what else they
    do in their own way.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("ring_off", True)
        self._status = StatusLine()

    def first_field(self) -> QWidget:
        """Where the cursor belongs."""
        return self

    def status(self) -> StatusLine:
        """What the page says below its fields."""
        return self._status

    def let(self, *, free: bool) -> None:
        """Allow what is on the page to be pressed, or not."""

    def show_busy(self, words: str) -> None:
        """Say what is going on; nothing can be pressed meanwhile."""
        self.let(free=False)
        self._status.show_busy(words)

    def show_problem(self, words: str) -> None:
        """Say what stands against it."""
        self.let(free=True)
        self._status.show_words(words)
        self.first_field().setFocus(Qt.FocusReason.OtherFocusReason)

    def show_wait(self, seconds: int) -> None:
        """For so long no other password is taken; for pages that ask for one."""

    def show_closed(self) -> None:
        """The vault that was open until now is closed: whoever wants it may begin."""
        self.let(free=True)
        self._status.show_words("")
        self.first_field().setFocus(Qt.FocusReason.OtherFocusReason)
