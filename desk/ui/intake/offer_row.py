"""Values offered below a field: one click, or Tab and a digit, away; and the words that led there.

Nothing here is an answer before a person takes it.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk.domain.events import Value
from desk.ui import theme
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text
from desk.ui.widgets.layouts import FlowLayout


class Offer(NamedTuple):
    """A value, what it is called, and why it is offered, such as the customer's own words."""

    value: Value
    name: str
    because: str = ""


class OfferRow(QWidget):
    """The offers in one line, and below it why the one that is looked at is there.

    With several, digits 1–9 take one wherever in the row the focus is. `taken` tells the value.
    """

    taken = Signal(object)

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self._buttons: list[Button] = []
        self._offers: tuple[Offer, ...] = ()
        flow = QWidget()
        self._flow = FlowLayout(flow, 10)
        self._because = ElidedLabel("", "hint", "ink_2")
        self._because.setObjectName(f"because_{key}")
        self.setLayout(layouts.column(flow, self._because, gap=2))
        self.hide()

    def offers(self) -> tuple[Offer, ...]:
        """What is offered now."""
        return self._offers

    def buttons(self) -> tuple[Button, ...]:
        """The offers as buttons, in order."""
        return tuple(self._buttons)

    def show_offers(self, offers: Sequence[Offer], remark: str, after: QWidget) -> None:
        """Offer these values under a remark; Tab comes here from `after`."""
        self._offers = tuple(offers)
        while (item := self._flow.takeAt(0)) is not None:
            gone = item.widget()
            gone.hide()
            gone.deleteLater()
        high = theme.px(22)
        mark = IconLabel("sparkles", "primary", 14)
        mark.setFixedHeight(high)
        self._flow.addWidget(mark)
        if remark:
            why = Text(remark, "hint", "ink_hint")
            why.setFixedHeight(high)
            self._flow.addWidget(why)
        self._buttons = []
        for number, offer in enumerate(self._offers):
            digit = str(number + 1) if len(self._offers) > 1 and number < 9 else ""
            button = Button(offer.name, kind="link", keys=digit)
            button.setFixedHeight(high)
            button.setObjectName(f"offer_{self._key}_{number}")
            button.setAccessibleDescription(offer.because)
            button.clicked.connect(partial(self._take, offer))
            button.installEventFilter(self)
            self._buttons.append(button)
            self._flow.addWidget(button)
            QWidget.setTabOrder(after, button)  # made late, but met right after its field
            after = button
        self._tell(0)

    def because(self) -> str:
        """The reason that is shown."""
        return self._because.whole_text()

    def _tell(self, number: int) -> None:
        reason = self._offers[number].because if number < len(self._offers) else ""
        self._because.set_text(reason)
        self._because.setVisible(any(offer.because for offer in self._offers))

    def _take(self, offer: Offer, _on: bool = False) -> None:
        self.taken.emit(offer.value)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        number = int(event.text()) if event.text() in tuple("123456789") else 0
        if plain and 1 <= number <= len(self._buttons):
            self._buttons[number - 1].click()
        else:
            event.ignore()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.Enter) and watched in self._buttons:
            self._tell(next(n for n, one in enumerate(self._buttons) if one is watched))
        return False
