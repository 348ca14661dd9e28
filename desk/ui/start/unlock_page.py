"""The page in front of an existing vault: who, and the password."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk.i18n import _, ngettext
from desk.ui import theme
from desk.ui.start.page import StartPage
from desk.ui.start.parts import LARGEST, PasswordField, StartCard
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.fields import Labelled
from desk.ui.widgets.labels import Text

if TYPE_CHECKING:
    from desk.ui.widgets.combo import ComboField


class UnlockPage(StartPage):
    """Asks for a password. With several people it asks who, too; Enter opens.

    `submitted` carries the staff number ("" when there is one person) and the password. `locked`
    is the number of whoever was at work when the vault was locked: chosen already, and told that
    everything is as it was left.
    """

    submitted = Signal(str, str)
    sample_wanted = Signal()
    restore_wanted = Signal()
    recovery_wanted = Signal()

    def __init__(self, people: Sequence[str], locked: str = "") -> None:
        super().__init__("unlock")
        card = StartCard(*_greeting(locked=bool(locked)), form_width=440)
        self._person: ComboField | None = None
        if len(people) > 1:
            self._person = _choice(people)
            if locked in people:
                self._person.set_value(locked)
        self._password = PasswordField()
        self._password.setObjectName("unlock_password")
        self._password.caps_seen.connect(self._show_caps)
        self._password.textChanged.connect(self._typed)
        self._password.returnPressed.connect(self._submit)
        self._labelled = Labelled(_("Password"), self._password)
        card.body.addSpacing(4)
        card.body.addLayout(self._fields())
        card.body.addWidget(self._status)
        self._open = Button(_("Open"), kind="primary", main=True, keys="↵")
        self._open.setObjectName("unlock_open")
        self._open.clicked.connect(self._submit)
        card.body.addWidget(self._open, 0, Qt.AlignmentFlag.AlignRight)
        card.body.addSpacing(8)
        forgot = Text(
            _(
                "Nobody can read a forgotten password. The head of the branch sets a new one, or "
                "the recovery sheet from the safe does."
            ),
            "hint",
            "ink_hint",
            wrap=True,
        )
        card.body.addWidget(forgot)
        self._sample, self._restore, self._recover = self._ways(card)
        self._sample.setVisible(not locked)
        self._wait = 0
        self._waiting = QTimer(self)
        self._waiting.setInterval(1000)
        self._waiting.timeout.connect(self._count_down)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(card)

    def _ways(self, card: StartCard) -> tuple[Button, Button, Button]:
        """What to do without a password: the sample, a backup, the recovery sheet."""
        made = []
        for words, icon, name, wanted in (
            (_("Try it with sample data"), "play", "start_sample", self.sample_wanted),
            (_("Restore a backup…"), "history", "start_restore", self.restore_wanted),
            (_("Recovery sheet…"), "life-buoy", "start_recover", self.recovery_wanted),
        ):
            way = Button(words, icon=icon, kind="link")
            way.setObjectName(name)
            way.clicked.connect(wanted)
            made.append(way)
        line = layouts.row(*made, gap=18)
        line.addStretch(1)
        card.body.addLayout(line)
        sample, restore, recover = made
        return sample, restore, recover

    def _fields(self) -> QBoxLayout:
        """Who and the password: below each other or, where the text is largest, side by side."""
        large = theme.now().scale >= LARGEST
        box: QBoxLayout = QHBoxLayout() if large else QVBoxLayout()
        box.setSpacing(theme.px(12))
        if self._person is not None:
            who = Labelled(_("Staff number"), self._person)
            if large:
                who.setFixedWidth(theme.px(130))
            box.addWidget(who)
        box.addWidget(self._labelled, 1)
        return box

    @override
    def first_field(self) -> QWidget:
        return self._password

    @override
    def show_problem(self, words: str) -> None:
        """Say why it did not open; the password is typed anew."""
        self._password.forget()
        self._password.set_problem(problem=True)
        super().show_problem(words)

    @override
    def show_wait(self, seconds: int) -> None:
        """Say how long it is until the next password may be tried, counting down."""
        self._wait = seconds
        self._count_down()
        self._waiting.start()

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

    @override
    def let(self, *, free: bool) -> None:
        fields = (self._password, self._open, self._sample, self._restore, self._recover)
        for widget in (self._person, *fields):
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


def _greeting(*, locked: bool) -> tuple[str, str]:
    """The title of the page and what it says below."""
    if locked:
        told = _("Everything typed is stored. The password brings you back to the same place.")
        return _("Locked"), told
    return _("Welcome back"), _("Everything stored here is encrypted. The password opens it.")


def _choice(people: Sequence[str]) -> "ComboField":
    from desk.ui.widgets.combo import ComboField

    field = ComboField([(number, number) for number in people])
    field.setObjectName("unlock_person")
    return field
