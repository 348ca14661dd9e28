"""Questions and short tasks inside the window: a sheet over it, opened without waiting.

A sheet keeps Tab and shortcuts to itself until it is closed; only the privacy key gets through.
It is as high as what it holds; where the window is lower, what is between its title and its
buttons scrolls, so that nothing is squeezed and no button is out of reach.
"""

import shiboken6
from PySide6.QtCore import QEvent, QMargins, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desk.i18n import _
from desk.ui import theme
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.widgets.layouts import ScrollColumn

PRIVACY_KEY = Qt.Key.Key_F9
_SIDE = 20
_EDGE = 24
"""Between a sheet and the edge of what it lies over, at least."""
_RING = 3
"""Room around the fields for the ring of the one in hand."""
_GAP = 14
_LEAST = 60
_TURNS = {
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
}


class Sheet(QWidget):
    """A titled sheet; add content to `body` and buttons to its foot, then `open_over` a window.

    It is destroyed when closed. `closed` is told however it was closed; Esc closes it.
    """

    closed = Signal()
    holds_secrets = False
    """Whether what is typed here opens the vault, and is forgotten rather than kept at a lock."""

    def __init__(
        self, title: str, *, icon: str = "", tone: str = "primary", width: int = 460
    ) -> None:
        super().__init__()
        self.title = title
        self.question = title
        """Tells this sheet from others of the same place."""
        self._before: QWidget | None = None
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.panel = QFrame(self)
        self.panel.setProperty("card", "sheet")
        self._wide = theme.px(width)
        self.panel.installEventFilter(self)
        self._fit_waits = False
        box = QVBoxLayout(self.panel)
        box.setContentsMargins(0, theme.px(18), 0, theme.px(_SIDE))
        box.setSpacing(theme.px(_GAP - _RING))
        head = self._line()
        if icon:
            head.addWidget(IconLabel(icon, tone, 20))
        head.addWidget(Text(title, "title", strong=True, wrap=True), 1)
        close = Button(icon="x", kind="quiet")
        close.setObjectName("sheet_close")
        close.setToolTip(_("Close (Esc)"))
        close.setAccessibleName(_("Close (Esc)"))
        close.clicked.connect(self.dismiss)
        head.addWidget(close)
        box.addLayout(head)
        self._area = ScrollColumn(gap=10)
        ring = theme.px(_RING)
        self._area.set_margins(theme.px(_SIDE), ring, ring)  # a bar has its place in the margin
        self._area.setFixedHeight(theme.px(_LEAST))
        self._area.widget().installEventFilter(self)
        self.body = self._area.body
        box.addWidget(self._area)
        self._below = QVBoxLayout()
        self._below.setContentsMargins(theme.px(_SIDE), 0, theme.px(_SIDE), 0)
        box.addLayout(self._below)
        self._foot = self._line()
        self._foot.addStretch(1)
        box.addLayout(self._foot)
        self.hide()

    def _line(self) -> QHBoxLayout:
        line = layouts.row(gap=10)
        line.setContentsMargins(theme.px(_SIDE), 0, theme.px(_SIDE), 0)
        return line

    def add(self, widget: QWidget) -> None:
        """Add `widget` to the body, which scrolls where there is little room."""
        self.body.addWidget(widget)

    def add_below(self, widget: QWidget) -> None:
        """Add `widget` between body and buttons, where it is always in sight."""
        self._below.addWidget(widget)

    def read_by_keys(self) -> None:
        """Let the arrow keys move what is long; for a body that is only read."""
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._area.setProperty("ring_off", True)

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
        wide = self._panel_width()
        self.panel.setFixedWidth(wide)
        high = self._body_height()
        self._area.widget().setMinimumHeight(high)  # else it is what wrapped words like best
        # Set once: every change of it asks for this again.
        self._area.setFixedHeight(min(high, self._body_room()))
        self.panel.resize(wide, layouts.height_now(self.panel, wide))
        panel = self.panel.rect()
        panel.moveCenter(self.rect().center())
        above = max(min(theme.px(_EDGE), panel.top()), round(panel.top() * 0.8))
        self.panel.move(panel.left(), above)

    def _panel_width(self) -> int:
        return min(self._wide, self.width() - theme.px(2 * _EDGE))

    def _body_height(self) -> int:
        """How high the body would be if nothing had to scroll."""
        content = self._area.widget()
        layout = content.layout()
        margins = layout.contentsMargins() if layout is not None else QMargins()
        inside = self._panel_width() - theme.px(2 * _SIDE)
        # What Qt would take by itself is the height at the width that wrapped words like best.
        return layouts.height_now(content, inside + margins.left() + margins.right())

    def _body_room(self) -> int:
        """How high the body may be: what title, buttons and the edges leave of the window."""
        others = layouts.height_now(self.panel, self._panel_width()) - self._area.minimumHeight()
        return max(self.height() - theme.px(2 * _EDGE) - others, theme.px(_LEAST))

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

    def _place(self, widget: QWidget) -> tuple[int, int, int]:
        """Title, body, foot; what the body has scrolled away is still before the buttons."""
        corner = widget.mapTo(self.panel, QPoint())
        part = 0 if corner.y() < self._area.y() else 2
        if widget is self._area or self._area.isAncestorOf(widget):
            part = 1
        return part, corner.y(), corner.x()

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
        elif event.key() in _TURNS:
            self._area.verticalScrollBar().triggerAction(_TURNS[Qt.Key(event.key())])

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self._cover()
        elif event.type() == QEvent.Type.LayoutRequest and watched is not self.parentWidget():
            self._refit()
        return False

    def _refit(self) -> None:
        """Take the height that what is shown now needs, once all of it has changed."""
        if not self._fit_waits and not self.isHidden():
            self._fit_waits = True
            QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        self._fit_waits = False
        before = self._area.height()
        self._cover()
        inside, here = self.panel.layout(), QApplication.focusWidget()
        if inside is not None and here is not None and self._area.isAncestorOf(here):
            inside.activate()
            if self._area.height() < before:  # the field in hand whole, not its cursor only
                foot = here.mapTo(self._area.widget(), here.rect().bottomLeft())
                self._area.ensureVisible(0, foot.y(), 0, theme.px(_SIDE))

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
        for words in paragraphs:
            self.add(Text(words, "body", "ink", wrap=True))
        self.read_by_keys()


def close_over() -> None:
    """Close every list and dialog over the windows, those of the system included, unanswered."""
    popup = QApplication.activePopupWidget()
    while popup is not None and popup.close():
        popup = QApplication.activePopupWidget()
    for window in QApplication.topLevelWidgets():
        if isinstance(window, QDialog) and window.isVisible():
            window.reject()
