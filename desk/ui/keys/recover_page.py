"""The page for a forgotten password: the code of the recovery sheet gives somebody a new one.

Stands in the place of the unlock page, because no vault may be open. The code opens the vault only
to set that password; it lets nobody see a case.
"""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from desk.errors import KnownError
from desk.i18n import _
from desk.services import keyring, sentences
from desk.services.moment import Moment
from desk.ui import theme
from desk.ui.jobs import Jobs
from desk.ui.people.passwords import PasswordPair
from desk.ui.start.page import StartPage
from desk.ui.start.parts import Middle, StartCard
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import Labelled, LineField

_LONGEST_CODE = 80
_NAMED = 4


class RecoverPage(StartPage):
    """Asks for the code, for whom, and for the new password twice.

    `recovered` carries the staff number whose password is new; `left` asks for the page before.
    """

    recovered = Signal(str)
    left = Signal()

    def __init__(self, vault: Path, people: Sequence[str], jobs: Jobs, moment: Moment) -> None:
        super().__init__("recover")
        self._vault, self._jobs, self._moment = vault, jobs, moment
        self.code = LineField(_("Eight groups of five characters"), limit=_LONGEST_CODE)
        self.code.setObjectName("recover_code")
        self.person = ComboField([(number, number) for number in people])
        self.person.setObjectName("recover_person")
        if len(people) == 1:
            self.person.set_value(people[0])
        self.pair = PasswordPair(_("New password"), lambda: (self.person.value(),))
        self.back = Button(_("Back"), icon="arrow-left", kind="link")
        self.back.setObjectName("recover_back")
        self.go_on = Button(_("Set the new password"), kind="primary", main=True, keys="↵")
        self.go_on.setObjectName("recover_go_on")
        self._labelled = Labelled(_("Code of the recovery sheet"), self.code, required=True)
        self._arrange()
        self.back.clicked.connect(self.left)
        self.go_on.clicked.connect(self.submit)
        self.pair.submitted.connect(self.submit)
        self.code.returnPressed.connect(self.person.setFocus)
        self.code.editingFinished.connect(self._check_code)

    @override
    def first_field(self) -> QWidget:
        return self.code

    @override
    def let(self, *, free: bool) -> None:
        for widget in (self.code, self.person, self.pair, self.back, self.go_on):
            widget.setEnabled(free)

    def _arrange(self) -> None:
        card = StartCard(
            _("A new password by the recovery sheet"),
            _("The code opens the vault once, to set the password. It is recorded in its log."),
            form_width=600,
        )
        middle = Middle()
        middle.add(self._labelled)
        who = Labelled(_("Staff number"), self.person, required=True)
        who.setFixedWidth(theme.px(130))
        line = layouts.row(who, gap=12)
        line.setAlignment(who, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.pair, 1)
        middle.body.addLayout(line)
        card.body.addWidget(middle, 1)
        self._status.setMinimumHeight(theme.px(40))
        card.body.addWidget(self._status)
        foot = layouts.row(self.back, gap=12)
        foot.addStretch(1)
        foot.addWidget(self.go_on)
        card.body.addLayout(foot)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card)

    def _check_code(self) -> None:
        """Name the groups with a slip as soon as the code was typed."""
        wrong = keyring.slips(self.code.text()) if self.code.text().strip() else ()
        groups = _(", ").join(str(group) for group in wrong[:_NAMED])
        told = _("Please compare with the sheet: group {groups}").format(groups=groups)
        if len(wrong) > _NAMED:
            told = _("This is not the code of a sheet: eight groups of five characters.")
        self._labelled.set_note(told if wrong else "")

    def submit(self) -> None:
        """Set the password, unless something is still against it."""
        if self._status.is_busy():
            return
        self.person.flush()
        person, code = self.person.value(), self.code.text()
        lack = self.pair.lack(person)
        if not code.strip():
            self._status.show_words(_("Please type the code of the sheet."), "amber")
            self.code.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not person:
            self._status.show_words(_("Please choose whose password it is."), "amber")
            self.person.setFocus(Qt.FocusReason.OtherFocusReason)
        elif lack:
            self._status.show_words(lack, "amber")
            self.pair.password.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._ask(code, person, self.pair.value())

    def _ask(self, code: str, person: str, password: str) -> None:
        self.show_busy(_("Setting the new password…"))
        vault, moment = self._vault, self._moment
        self._jobs.query(
            lambda: keyring.recover(vault, code, person, password, moment=moment),
            lambda _nothing: self._done(person),
            owner=self,
            failed=self._failed,
        )

    def _done(self, person: str) -> None:
        self.code.clear()
        self.pair.forget()
        self.recovered.emit(person)

    def _failed(self, error: Exception) -> None:
        told = sentences.sentence(error) if isinstance(error, KnownError) else ""
        self.show_problem(told or sentences.unexpected())
