"""Tabs as words over a line, the current one underlined."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout
from typing_extensions import override

from desk.ui import theme
from desk.ui.widgets import painting
from desk.ui.widgets.buttons import clicked_by_enter


class Tab(QAbstractButton):
    """One tab, with a number after its name when there is something to count."""

    def __init__(self, name: str, keys: str) -> None:
        super().__init__()
        self._count = 0
        self.setText(name)
        self.setAccessibleName(name)
        self.setToolTip(f"{name} ({keys})")
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("ring_off", True)  # there is no room around it: drawn inside
        self._side = theme.px(7)

    def set_count(self, count: int) -> None:
        """Show a number after the name; 0 shows none."""
        self._count = count
        self.setAccessibleName(self._words())
        self.updateGeometry()
        self.update()

    def _words(self) -> str:
        return f"{self.text()} {self._count}" if self._count else self.text()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not clicked_by_enter(self, event):
            super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        wide = painting.text_width(self._words(), theme.now().text_body, strong=True)
        return QSize(wide + 1 + 2 * self._side, theme.px(43))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        on = self.isChecked()
        role = "primary" if on else "ink" if self.underMouse() else "ink_2"
        size = theme.now().text_body
        if self.hasFocus():
            ring = theme.colour("ring", theme.now().ring_alpha)
            inside = self.rect().adjusted(1, theme.px(6), -1, -theme.px(6))
            painting.fill_round(painter, inside, theme.px(6), theme.colour("card"), ring)
        box = self.rect().adjusted(self._side, 0, 0, 0)
        painting.draw_text(painter, box, self._words(), size, role, strong=on)
        if on:
            line = QRect(self._side, self.height() - 2, self.width() - 2 * self._side, 2)
            painter.fillRect(line, theme.colour("primary"))


class Tabs(QFrame):
    """A row of tabs: one stop of the Tab key, left and right change; `chosen` tells its place."""

    chosen = Signal(int)

    def __init__(self, names: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setProperty("pane", "strip")
        self.setFixedHeight(theme.px(44))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(9), 0, theme.px(9), 0)
        row.setSpacing(theme.px(6))
        self.tabs: list[Tab] = []
        for place, (name, keys) in enumerate(names):
            tab = Tab(name, keys)
            tab.setObjectName(f"coach_tab_{place + 1}")
            tab.clicked.connect(lambda _on=False, p=place: self.choose(p))
            self.tabs.append(tab)
            row.addWidget(tab)
        row.addStretch(1)
        self._show(0)

    def current(self) -> int:
        """The place of the tab that is shown, from 0."""
        return next(place for place, tab in enumerate(self.tabs) if tab.isChecked())

    def choose(self, place: int) -> None:
        """Turn to a tab."""
        self._show(place)
        self.chosen.emit(place)

    def _show(self, current: int) -> None:
        for place, tab in enumerate(self.tabs):
            tab.setChecked(place == current)
            stop = Qt.FocusPolicy.StrongFocus if place == current else Qt.FocusPolicy.ClickFocus
            tab.setFocusPolicy(stop)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            place = (self.current() + step) % len(self.tabs)
            self.choose(place)
            self.tabs[place].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)
