"""Questions and short tasks inside the window: a sheet over it, opened without waiting.

A sheet keeps Tab and shortcuts to itself until it is closed; only the privacy key gets through.
"""

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk.i18n import _
from desk.ui import theme
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.widgets.layouts import ScrollColumn

PRIVACY_KEY = Qt.Key.Key_F9


class Sheet(QWidget):
    """A titled sheet; add content to `body` and buttons to its foot, then `open_over` a window.

    It is destroyed when closed. `closed` is told however it was closed; Esc closes it.
    """

    closed = Signal()

    def __init__(
        self, title: str, *, icon: str = "", tone: str = "primary", width: int = 460
    ) -> None:
        super().__init__()
        self._before: QWidget | None = None
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.panel = QFrame(self)
        self.panel.setProperty("card", "sheet")
        self.panel.setFixedWidth(theme.px(width))
        self.panel.installEventFilter(self)
        self._fit_waits = False
        box = QVBoxLayout(self.panel)
        side = theme.px(20)
        box.setContentsMargins(side, theme.px(18), side, side)
        box.setSpacing(theme.px(14))
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        if icon:
            head.addWidget(IconLabel(icon, tone, 20))
        head.addWidget(Text(title, "title", strong=True), 1)
        close = Button(icon="x", kind="quiet")
        close.setObjectName("sheet_close")
        close.setToolTip(_("Close (Esc)"))
        close.setAccessibleName(_("Close (Esc)"))
        close.clicked.connect(self.dismiss)
        head.addWidget(close)
        box.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.px(10))
        box.addLayout(self.body)
        self._foot = QHBoxLayout()
        self._foot.setSpacing(theme.px(10))
        self._foot.addStretch(1)
        box.addLayout(self._foot)
        self.hide()

    def add(self, widget: QWidget) -> None:
        """Add `widget` to the body."""
        self.body.addWidget(widget)

    def add_button(self, button: Button) -> None:
        """Add a button to the foot, from left to right."""
        self._foot.addWidget(button)

    def open_over(self, host: QWidget) -> None:
        """Show the sheet over `host` and put the focus into it.

        Over a whole window it lies on all that the privacy cover covers, and never on the cover.
        """
        host = host.findChild(QWidget, "shell") or host
        self._before = QApplication.focusWidget()
        self.setParent(host)
        host.installEventFilter(self)
        self._cover()
        self.show()
        self.raise_()
        inside = self._stops()  # none while the cover is up
        first = next((stop for stop in inside if stop.objectName() != "sheet_close"), None)
        for stop in [first] if first is not None else inside[:1]:
            stop.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close the sheet and give the focus back."""
        if self.isHidden():
            return
        before = self._before
        if before is None or not shiboken6.isValid(before) or not before.isVisible():
            before = self.window()
        before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def _cover(self) -> None:
        host = self.parentWidget()
        if host is None:
            return
        self.setGeometry(host.rect())
        self.panel.setMaximumHeight(host.height() - theme.px(48))
        wide = self.panel.maximumWidth()
        # What Qt would take by itself is the height at the width that wrapped words like best.
        high = layouts.height_now(self.panel, wide)
        self.panel.resize(wide, min(high, self.panel.maximumHeight()))
        panel = self.panel.rect()
        panel.moveCenter(self.rect().center())
        self.panel.move(panel.left(), max(theme.px(24), round(panel.top() * 0.8)))

    def _stops(self) -> list[QWidget]:
        """The widgets Tab reaches, from top to bottom and left to right.

        Qt's own focus chain is not walked: PySide takes each widget of it for a child of the one
        before, and all their wrappers would go with the sheet.
        """
        stops = [
            widget
            for widget in self.panel.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.isEnabled()
            and widget.isVisible()
        ]
        return sorted(stops, key=self._place)

    def _place(self, widget: QWidget) -> tuple[int, int]:
        corner = widget.mapTo(self, QPoint())
        return corner.y(), corner.x()

    @override
    def focusNextPrevChild(self, next: bool, /) -> bool:
        stops = self._stops()
        if not stops:
            return super().focusNextPrevChild(next)
        here = QApplication.focusWidget()
        place = stops.index(here) if here in stops else -1
        step = 1 if next else -1
        reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        stops[(place + step) % len(stops)].setFocus(reason)
        return True

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # an accepted override keeps the window's shortcuts from acting behind the sheet
            event.setAccepted(event.key() != PRIVACY_KEY)
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() == PRIVACY_KEY:
            event.ignore()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self._cover()
        elif event.type() == QEvent.Type.LayoutRequest and watched is self.panel:
            self._refit()
        return False

    def _refit(self) -> None:
        """Take the height that what is shown now needs, once all of it has changed."""
        if not self._fit_waits and not self.isHidden():
            self._fit_waits = True
            QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        self._fit_waits = False
        self._cover()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        shade = theme.colour("scrim", theme.now().scrim_alpha)
        QPainter(self).fillRect(self.rect(), shade)


class ConfirmSheet(Sheet):
    """A question with one button that does it and one that leaves everything as it is."""

    confirmed = Signal()

    def __init__(
        self, title: str, words: str, do: str, *, leave: str = "", danger: bool = False
    ) -> None:
        icon = "triangle-alert" if danger else "circle-help"
        super().__init__(title, icon=icon, tone="red" if danger else "primary")
        self.add(Text(words, "body", "ink_2", wrap=True))
        stay = Button(leave or _("Leave it"), kind="secondary")
        stay.setObjectName("sheet_leave")
        stay.clicked.connect(self.dismiss)
        self._act = Button(do, kind="danger" if danger else "primary")
        self._act.setObjectName("sheet_do")
        self._act.clicked.connect(self._confirm)
        # the harmless button is first in the order of Tab and has the focus
        self.add_button(stay)
        self.add_button(self._act)

    def _confirm(self) -> None:
        self.dismiss()
        self.confirmed.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = QApplication.focusWidget()
            if isinstance(focused, Button) and self.isAncestorOf(focused):
                focused.click()
            else:
                self._confirm()
        else:
            super().keyPressEvent(event)


class TextSheet(Sheet):
    """Longer words to read, such as the help for a place; scrolls when they are long."""

    def __init__(self, title: str, paragraphs: tuple[str, ...], *, icon: str = "info") -> None:
        super().__init__(title, icon=icon, width=560)
        column = ScrollColumn(gap=10)
        column.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column.setProperty("ring_off", True)
        for words in paragraphs:
            text = Text(words, "body", "ink", wrap=True)
            text.setMinimumWidth(theme.px(490))
            column.add(text)
        content = column.widget()
        needed = content.heightForWidth(theme.px(506)) if content.hasHeightForWidth() else 0
        column.setFixedHeight(min(max(needed, theme.px(60)) + theme.px(8), theme.px(420)))
        self.add(column)


def close_over() -> None:
    """Close every list and dialog over the windows, those of the system included, unanswered."""
    popup = QApplication.activePopupWidget()
    while popup is not None and popup.close():
        popup = QApplication.activePopupWidget()
    for window in QApplication.topLevelWidgets():
        if isinstance(window, QDialog) and window.isVisible():
            window.reject()
