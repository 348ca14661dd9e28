"""The window: navigation, header, the page at the front, footer, and the keys that act everywhere.

It knows places and pages and no case. Areas add their pages; the composition root connects the
signals.
"""

from collections.abc import Sequence

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from desk.i18n import _
from desk.ui import theme
from desk.ui.page import Page
from desk.ui.shell import Footer, Header, Navigation, Place, PrivacyCover
from desk.ui.widgets.focus import FocusRing
from desk.ui.widgets.sheet import TextSheet, close_over


class MainWindow(QWidget):
    """The one window of the program.

    `place_chosen` asks for a place (the root decides which page that is), `new_requested` for a
    new complaint, `searched` for a search while typing, `search_entered` on Enter, `lock_wanted`
    for the lock. `covered` tells whether the privacy cover is up.
    """

    place_chosen = Signal(str)
    new_requested = Signal()
    searched = Signal(str)
    search_entered = Signal(str)
    lock_wanted = Signal()
    covered = Signal(bool)
    closing = Signal()

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(_("Complaint Desk"))
        self.setWindowIcon(theme.icon("message-square", "primary", 32))
        self.setMinimumSize(*theme.LEAST_SIZE)
        self._pages: dict[str, Page] = {}
        self._places = {place.key for place in places}
        self._before: QWidget | None = None
        self.shell = QWidget()
        self.shell.setObjectName("shell")
        self.navigation = Navigation(places)
        self.header = Header()
        self.footer = Footer()
        self._stack = QStackedWidget()
        self._stack.setObjectName("pages")
        self._cover = PrivacyCover()
        self._arrange()
        self._ring = FocusRing(self)
        self._connect()

    def add_page(self, key: str, page: Page) -> None:
        """Add a page under a key; a place of the same key lights up when it is shown."""
        page.setObjectName(page.objectName() or f"page_{key}")
        self._pages[key] = page
        self._stack.addWidget(page)
        self.header.add_page(page)
        before: QWidget = self.navigation.last_button()
        for widget in page.header_right:  # Tab goes as the eye does: header, then page
            QWidget.setTabOrder(before, widget)
            before = widget

    def show_page(self, key: str, place: str = "") -> Page:
        """Bring a page to the front; `place` is the entry to light when the key names none."""
        page = self._pages[key]
        before = self.page()
        self.navigation.show_place(place or key)
        self._stack.setCurrentWidget(page)
        self.header.show_page(page)
        if before is not None and before is not page:
            before.on_left()
        page.on_shown()
        focused = self.focusWidget()
        if focused is None or not page.isAncestorOf(focused):
            page.setFocus(Qt.FocusReason.OtherFocusReason)  # Tab begins in the page
        return page

    def page(self) -> Page | None:
        """The page at the front."""
        page = self._stack.currentWidget()
        return page if isinstance(page, Page) and page in self._pages.values() else None

    def is_covered(self) -> bool:
        """True while the privacy cover is up."""
        return self._layers.currentWidget() is self._cover

    def cover(self) -> None:
        """Cover everything at once with a harmless page; lists and dialogs close unanswered."""
        if self.is_covered():
            return
        self._before = self.focusWidget()
        self.setWindowTitle(_("One moment, please"))
        self._layers.setCurrentWidget(self._cover)
        self.repaint()  # now, and not after whatever waits in the event loop
        close_over()
        self._cover.setFocus(Qt.FocusReason.OtherFocusReason)
        self.covered.emit(True)

    def lift_cover(self) -> None:
        """Show the page again, with the cursor where it was."""
        self.covered.emit(False)
        self._layers.setCurrentWidget(self.shell)
        self.setWindowTitle(_("Complaint Desk"))
        before = self._before
        if before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_help(self) -> None:
        """Open the help for the page at the front."""
        page = self.page()
        words = page.help_text() if page is not None else ()
        title = _("Help: {place}").format(place=page.title()) if page is not None else _("Help")
        sheet = TextSheet(title, (*words, *everywhere_help()), icon="circle-help")
        sheet.setObjectName("help_sheet")
        sheet.open_over(self.shell)

    def _arrange(self) -> None:
        self._layers = QStackedLayout(self)
        self._layers.addWidget(self.shell)
        self._layers.addWidget(self._cover)
        row = QHBoxLayout(self.shell)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.navigation)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._stack, 1)
        column.addWidget(self.footer)
        row.addLayout(column, 1)

    def _connect(self) -> None:
        self.navigation.chosen.connect(self.place_chosen)
        self.header.search.searched.connect(self.searched)
        self.header.search.entered.connect(self.search_entered)
        self.header.search.left.connect(self.header.end_search)
        self.footer.privacy.clicked.connect(self.cover)
        self.footer.lock.clicked.connect(self.lock_wanted)
        self.footer.help.clicked.connect(self.show_help)
        self._cover.lifted.connect(self.lift_cover)
        # Children of the shell: none of them acts while the cover is up.
        for keys, slot in (
            ("Ctrl+N", self.new_requested.emit),
            ("Ctrl+K", self.header.begin_search),
            ("F9", self.cover),
            ("Ctrl+Alt+L", self.lock_wanted.emit),
            ("F1", self.show_help),
        ):
            QShortcut(QKeySequence(keys), self.shell).activated.connect(slot)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()  # what is being typed is told before anything is torn down
        self.closing.emit()
        super().closeEvent(event)


def everywhere_help() -> tuple[str, ...]:
    """The keys that act on every page, for the end of each help text."""
    return (
        _("Ctrl+N takes a new complaint, Ctrl+K searches, F9 covers the screen, Esc closes."),
        _("Ctrl+Alt+L locks the vault; the password brings you back to the same place."),
        _("Everything typed is stored by itself; the line at the bottom says when."),
    )
