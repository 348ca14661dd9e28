"""A new password typed twice, with the rule said beforehand and the strength while typing."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk.domain import passwords
from desk.i18n import _
from desk.ui import theme
from desk.ui.start.parts import FAULTS, STRENGTHS, PasswordField
from desk.ui.widgets import layouts
from desk.ui.widgets.fields import Labelled
from desk.ui.widgets.labels import Text
from desk.ui.widgets.progress import SlimBar


class PasswordPair(QWidget):
    """Two fields for one new password. `submitted` tells Enter in the second.

    `known` gives words that make it weak, such as staff number and name.
    """

    submitted = Signal()

    def __init__(self, label: str, known: Callable[[], Iterable[str]]) -> None:
        super().__init__()
        self._known = known
        self.password = PasswordField(_("8 characters or more"))
        self.password.setObjectName("new_password")
        self.again = PasswordField()
        self.again.setObjectName("new_password_again")
        self._first = Labelled(label, self.password, required=True)
        self._second = Labelled(_("Once more"), self.again, required=True)
        self._bar = SlimBar(width=90)
        self._told = Text("", "hint", "ink_2", wrap=True)
        self._told.setObjectName("new_password_strength")
        fields = layouts.row(gap=12)
        fields.addWidget(self._first, 1)
        fields.addWidget(self._second, 1)
        line = layouts.row(self._bar, gap=10)
        line.addWidget(self._told, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        box.addLayout(fields)
        box.addLayout(line)
        for labelled, field in ((self._first, self.password), (self._second, self.again)):
            field.textChanged.connect(self._typed)
            field.caps_seen.connect(
                lambda on, label=labelled: label.set_note(_("Caps Lock is on.") if on else "")
            )
        self.password.returnPressed.connect(self.again.setFocus)
        self.again.returnPressed.connect(self.submitted)
        self._show_strength()

    def value(self) -> str:
        """The password."""
        return self.password.text()

    def lack(self, person: str) -> str:
        """What is still against it for the person with this staff number, in a sentence."""
        fault = passwords.fault(self.value(), person)
        if fault is not None:
            return _(FAULTS[fault])
        return "" if self.value() == self.again.text() else _("The two passwords differ")

    def forget(self) -> None:
        """Empty both fields."""
        self.password.forget()
        self.again.forget()

    def _typed(self) -> None:
        for labelled in (self._first, self._second):
            labelled.set_note("")
        self._show_strength()

    def _show_strength(self) -> None:
        share, tone, words = STRENGTHS[passwords.strength(self.value(), list(self._known()))]
        self._bar.set_share(share if self.value() else 0.0, tone)
        self._told.setText(_(words))
