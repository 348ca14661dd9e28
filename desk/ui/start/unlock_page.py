"""The page in front of an existing vault: who, and the password."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk.i18n import _, ngettext
from desk.ui.start.parts import PasswordField, StartCard, StatusLine
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.fields import Labelled
from desk.ui.widgets.labels import Text

if TYPE_CHECKING:
    from desk.ui.widgets.combo import ComboField


class UnlockPage(QWidget):
    """Asks for a password. With several people it asks who, too; Enter opens.

    `submitted` carries the staff number ("" when there is one person) and the password. `locked`
    is the number of whoever was at work when the vault was locked: chosen already, and told that
    everything is as it was left.
    """

    submitted = Signal(str, str)
    sample_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self, people: Sequence[str], locked: str = "") -> None:
        super().__init__()
        self.setObjectName("unlock")
        self.setProperty("ring_off", True)
        title, intro = (
            (
                _("Locked"),
                _("Everything typed is stored. The password brings you back to the same place."),
            )
            if locked
            else (
                _("Welcome back"),
                _("Everything stored here is encrypted. The password opens it."),
            )
        )
        card = StartCard(title, intro, form_width=440)
        self._person: ComboField | None = None
        if len(people) > 1:
            self._person = _choice(people)
            if locked in people:
                self._person.set_value(locked)
            card.body.addWidget(Labelled(_("Staff number"), self._person))
        self._password = PasswordField()
        self._password.setObjectName("unlock_password")
        self._password.caps_seen.connect(self._show_caps)
        self._password.textChanged.connect(self._typed)
        self._password.returnPressed.connect(self._submit)
        self._labelled = Labelled(_("Password"), self._password)
        card.body.addSpacing(4)
        card.body.addWidget(self._labelled)
        self._status = StatusLine()
        card.body.addWidget(self._status)
        self._open = Button(_("Open"), kind="primary", main=True, keys="↵")
        self._open.setObjectName("unlock_open")
        self._open.clicked.connect(self._submit)
        card.body.addWidget(self._open, 0, Qt.AlignmentFlag.AlignRight)
        card.body.addSpacing(8)
        forgot = Text(
            _(
                "Nobody can recover a forgotten password, not even the maker of this program. "
                "A colleague who has a password here can open the vault."
            ),
            "hint",
            "ink_hint",
            wrap=True,
        )
        card.body.addWidget(forgot)
        sample = Button(_("Try it with sample data"), icon="play", kind="link")
        sample.setObjectName("start_sample")
        sample.clicked.connect(self.sample_wanted)
        sample.setVisible(not locked)
        self._sample = sample
        self._wait = 0
        self._waiting = QTimer(self)
        self._waiting.setInterval(1000)
        self._waiting.timeout.connect(self._count_down)
        restore = Button(_("Restore a backup…"), icon="history", kind="link")
        restore.setObjectName("start_restore")
        restore.clicked.connect(self.restore_wanted)
        self._restore = restore
        ways = layouts.row(sample, restore, gap=18)
        ways.addStretch(1)
        card.body.addLayout(ways)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(card)

    def first_field(self) -> QWidget:
        """Where the cursor belongs."""
        return self._password

    def show_busy(self, words: str) -> None:
        """Say that the vault is being opened; nothing can be pressed twice."""
        self._let(free=False)
        self._status.show_busy(words)

    def show_problem(self, words: str) -> None:
        """Say why it did not open; the password is typed anew."""
        self._let(free=True)
        self._password.forget()
        self._password.set_problem(problem=True)
        self._password.setFocus(Qt.FocusReason.OtherFocusReason)
        self._status.show_words(words)

    def show_wait(self, seconds: int) -> None:
        """Say how long it is until the next password may be tried, counting down."""
        self._wait = seconds
        self._count_down()
        self._waiting.start()

    def show_closed(self) -> None:
        """The vault is closed by now: the password may be typed."""
        self._let(free=True)
        self._status.show_words("")
        self._password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _count_down(self) -> None:
        self._open.setEnabled(self._wait <= 0)
        if self._wait <= 0:
            self._waiting.stop()
            self._status.show_words("")
        else:
            words = ngettext(
                "After several wrong passwords: the next try in {n} second.",
                "After several wrong passwords: the next try in {n} seconds.",
                self._wait,
            )
            self._status.show_words(words.format(n=self._wait))
        self._wait -= 1

    def status(self) -> StatusLine:
        """What the page says below its fields."""
        return self._status

    def _let(self, *, free: bool) -> None:
        for widget in (self._person, self._password, self._open, self._sample, self._restore):
            if widget is not None:
                widget.setEnabled(free)

    def _show_caps(self, on: object) -> None:
        self._labelled.set_note(_("Caps Lock is on.") if on else "")

    def _typed(self) -> None:
        self._password.set_problem(problem=False)
        if not self._status.is_busy() and not self._waiting.isActive():
            self._status.show_words("")

    def _submit(self) -> None:
        if self._person is not None:
            self._person.flush()
        if self._status.is_busy() or self._waiting.isActive():
            return
        if not self._password.text():
            self._status.show_words(_("Please type the password."), "amber")
            self._password.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        person = "" if self._person is None else self._person.value()
        self.submitted.emit(person, self._password.text())


def _choice(people: Sequence[str]) -> "ComboField":
    from desk.ui.widgets.combo import ComboField

    field = ComboField([(number, number) for number in people])
    field.setObjectName("unlock_person")
    return field
