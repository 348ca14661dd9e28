"""What the window asks of a page; every area derives its pages from this class."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Page(QWidget):
    """One place of the program. The window shows its title and header widgets and asks for help.

    A page fills `header_left` (chips after the title) and `header_right` (times, buttons) once, in
    its constructor, and keeps them up to date itself. Shortcuts of a page are ordinary
    `QShortcut` children of it: they act only while it is shown.
    """

    titled = Signal()
    """The title or subtitle changed."""

    shows_search = False
    """True for pages whose header shows the search box; elsewhere Ctrl+K brings it."""

    def __init__(self, title: str = "", subtitle: str = "") -> None:
        super().__init__()
        self.setProperty("ring_off", True)
        self._title = title
        self._subtitle = subtitle
        self.header_left: list[QWidget] = []
        self.header_right: list[QWidget] = []

    def title(self) -> str:
        """The name of the place."""
        return self._title

    def subtitle(self) -> str:
        """A few light words after the title, such as the date."""
        return self._subtitle

    def set_title(self, title: str, subtitle: str = "") -> None:
        """Change title and subtitle."""
        self._title, self._subtitle = title, subtitle
        self.titled.emit()

    def help_text(self) -> tuple[str, ...]:
        """Paragraphs for F1: what this place is for and which keys act here."""
        return ()

    def on_shown(self) -> None:
        """Called each time the page comes to the front: read what it shows, place the focus."""

    def on_left(self) -> None:
        """Called when another page comes to the front; fields have told their texts already."""
