"""The short tasks of the people page: who comes, what changes, a new password, who leaves."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import shiboken6
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk.domain.content import Pack
from desk.domain.projection import CaseRow
from desk.domain.staff import Person
from desk.i18n import _, ngettext
from desk.services import keyring
from desk.services.session import Session
from desk.ui import theme
from desk.ui.people import words
from desk.ui.people.passwords import PasswordPair
from desk.ui.start.parts import PasswordField
from desk.ui.task_sheet import TaskSheet, refusal
from desk.ui.widgets import layouts
from desk.ui.widgets.busy import BusyBar
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import Labelled, LineField
from desk.ui.widgets.labels import ElidedLabel, Text
from desk.ui.widgets.layouts import ScrollColumn
from desk.ui.work import Work

T = TypeVar("T")
_SHOWN = 8
_LINE = 30


class AskSheet(TaskSheet):
    """A task that is asked of the vault: it stays open until that was done, and says what failed.

    `done` tells that it was.
    """

    done = Signal()

    def __init__(
        self, work: Work, title: str, told: str, do: str, *, icon: str, width: int = 520
    ) -> None:
        super().__init__(title, told, do, icon=icon, width=width)
        self._work = work
        self._busy = BusyBar()
        self._asked = False

    def end(self) -> None:
        """The sign of work and the buttons; after the fields."""
        self.add_below(self._busy)
        self.finish()

    def ask(self, task: Callable[[Session], T], then: Callable[[T], None] | None = None) -> None:
        """Do it, once: a second Enter while it is done does nothing."""
        if self._asked:
            return
        self._asked = True
        self.show_problem("")
        self._busy.set_busy(busy=True)

        def settled(result: T) -> None:
            self._asked = False
            self._busy.set_busy(busy=False)
            if then is not None:
                then(result)
                return
            self.done.emit()
            self.dismiss()

        self._work.read(task, settled, owner=self, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        if not shiboken6.isValid(self):
            return
        self._asked = False
        self._busy.set_busy(busy=False)
        self.show_problem(refusal(error))


class PersonSheet(AskSheet):
    """Somebody new with a first password, or another name or role for somebody who is here."""

    def __init__(self, work: Work, pack: Pack, person: Person | None = None) -> None:
        title = _("Let somebody in") if person is None else _("Change name or role")
        told = (
            _("They sign in with their staff number and this first password, and change it then.")
            if person is None
            else ""
        )
        do = _("Let in") if person is None else _("Change")
        super().__init__(work, title, told, do, icon="user-round", width=560)
        self.setObjectName("person_sheet")
        self._person, self._pack = person, pack
        self.number = LineField(_("As on the badge"), limit=32)
        self.number.setObjectName("person_number")
        self.name = LineField(limit=40)
        self.name.setObjectName("person_name")
        self.role = ComboField(words.roles(pack), _("Role"))
        self.role.setObjectName("person_role")
        self.role.committed.connect(self._show_duty)
        self._duty = Text("", "hint", "ink_2", wrap=True)
        self._duty.setObjectName("person_duty")
        first = layouts.row(gap=12)
        if person is None:
            first.addWidget(Labelled(_("Staff number"), self.number, required=True), 1)
        first.addWidget(Labelled(_("Name"), self.name, required=True), 1)
        self.body.addLayout(first)
        self.add(Labelled(_("Role"), self.role, required=True))
        self.add(self._duty)
        self.pair = PasswordPair(
            _("First password"), lambda: (self.number.text(), self.name.text())
        )
        self.pair.submitted.connect(self.submit)
        if person is None:
            self.number.returnPressed.connect(self.name.setFocus)
            self.add(self.pair)
        else:
            self.name.set_value(person.name)
            self.role.set_value(person.role)
            self.name.returnPressed.connect(self.submit)
        self._show_duty(self.role.value())
        self.end()

    @override
    def submit(self) -> None:
        """Ask for it, or say what is still lacking."""
        self.role.flush()
        number = self.number.text().strip() if self._person is None else self._person.id
        name, role = self.name.text().strip(), self.role.value()
        lack = ""
        if not number:
            lack = _("Please give the staff number.")
        elif not name:
            lack = _("Please give the name.")
        elif not role:
            lack = _("Please choose the role.")
        elif self._person is None:
            lack = self.pair.lack(number)
        if lack:
            self.show_problem(lack)
            return
        password = self.pair.value()
        if self._person is None:
            person = Person(number, name, role)
            self.ask(lambda session: keyring.add_person(session, person, password))
        else:
            self.ask(lambda session: keyring.put_person(session, number, name, role))

    def _show_duty(self, role: str) -> None:
        self._duty.setText(words.role_duty(self._pack, role))
        self._duty.setVisible(bool(role))


class ResetSheet(AskSheet):
    """A new password for somebody who forgot theirs."""

    def __init__(self, work: Work, person: Person) -> None:
        super().__init__(
            work,
            _("New password for {name}").format(name=person.name),
            _(
                "Only when {name} stands here in person. The old password opens nothing any more; "
                "{name} should change this one at once, in the settings."
            ).format(name=person.name),
            _("Set it"),
            icon="key-round",
        )
        self.setObjectName("reset_sheet")
        self._person = person
        self.pair = PasswordPair(_("New password"), lambda: (person.id, person.name))
        self.pair.submitted.connect(self.submit)
        self.add(self.pair)
        self.end()

    @override
    def submit(self) -> None:
        """Ask for it, or say what is against it."""
        lack = self.pair.lack(self._person.id)
        if lack:
            self.show_problem(lack)
            return
        person, password = self._person.id, self.pair.value()
        self.ask(lambda session: keyring.reset_password(session, person, password))


class OwnPasswordSheet(AskSheet):
    """Another password for the person at the desk, who types the old one first."""

    def __init__(self, work: Work) -> None:
        super().__init__(
            work,
            _("Change the own password"),
            _("From then on only the new one opens the vault for No. {number}.").format(
                number=work.actor.id
            ),
            _("Change"),
            icon="key-round",
        )
        self.setObjectName("own_password_sheet")
        self.old = PasswordField()
        self.old.setObjectName("old_password")
        self._old = Labelled(_("Present password"), self.old, required=True)
        self.old.caps_seen.connect(
            lambda on: self._old.set_note(_("Caps Lock is on.") if on else "")
        )
        actor = work.actor
        self.pair = PasswordPair(_("New password"), lambda: (actor.id, actor.name))
        self.old.returnPressed.connect(self.pair.password.setFocus)
        self.pair.submitted.connect(self.submit)
        self.add(self._old)
        self.add(self.pair)
        self.end()

    @override
    def submit(self) -> None:
        """Ask for it, or say what is against it."""
        old, new = self.old.text(), self.pair.value()
        if not old:
            self.show_problem(_("The present password is still missing."))
            self.old.setFocus()
            return
        lack = self.pair.lack(self._work.actor.id)
        if not lack and old == new:
            lack = _("This is the present password.")
        if lack:
            self.show_problem(lack)
            return
        self.ask(lambda session: keyring.change_password(session, old, new))


class LeaveSheet(AskSheet):
    """Somebody leaves: first their open cases pass on, then their password opens nothing.

    `case_wanted` asks for the file of a case, where it is handed over.
    """

    case_wanted = Signal(str)

    def __init__(self, work: Work, person: Person, count: int, cases: Sequence[CaseRow]) -> None:
        super().__init__(
            work,
            _("{name} no longer works here").format(name=person.name),
            _(
                "The password of No. {number} opens nothing from then on. Everything {name} "
                "entered stays under that name."
            ).format(number=person.id, name=person.name),
            _("Take the access away"),
            icon="log-out",
        )
        self.setObjectName("leave_sheet")
        self._person, self._count = person, count
        if count:
            head = ngettext(
                "{n} open case has to pass to a colleague first:",
                "{n} open cases have to pass to colleagues first:",
                count,
            )
            self.add(Text(head.format(n=count), "body", strong=True, wrap=True))
            self.add(self._list(cases) if cases else self._elsewhere())
        self.end()

    def _list(self, cases: Sequence[CaseRow]) -> ScrollColumn:
        column = ScrollColumn(gap=2, margin=0)
        for row in cases:
            button = Button(row.number, icon="folder-open", kind="link")
            button.setObjectName(f"leave_case_{row.number}")
            button.clicked.connect(lambda _on=False, case=row.case: self._go(case))
            line = QWidget()
            line.setLayout(layouts.row(button, ElidedLabel(row.summary, "table", "ink_2"), gap=10))
            column.add(line)
        column.setFixedHeight(theme.px(_LINE) * min(len(cases), _SHOWN))
        return column

    def _elsewhere(self) -> Text:
        return Text(_("The head of the branch hands them over in the ledger."), "table", wrap=True)

    def _go(self, case: str) -> None:
        self.dismiss()
        self.case_wanted.emit(case)

    @override
    def submit(self) -> None:
        """Ask for it, unless cases would be left without anybody."""
        if self._count:
            self.show_problem(
                _("Please hand the open cases over first; a case is never without somebody.")
            )
            return
        person = self._person.id
        self.ask(lambda session: keyring.remove_person(session, person))
