"""People and rights 人员与权限: who works here, what each role may do, who comes and who leaves."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.permissions import Right
from desk.domain.projection import CaseRow
from desk.i18n import _, ngettext
from desk.services import admission, people
from desk.services.admission import Colleague
from desk.services.session import Session
from desk.ui import theme
from desk.ui.administration.rooms import RoomPage
from desk.ui.ledger.pills import PillRow
from desk.ui.people import words
from desk.ui.people.sheets import AskSheet, LeaveSheet, PersonSheet, ResetSheet
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import IconLabel, Rule, Text
from desk.ui.widgets.layouts import TwoColumns
from desk.ui.widgets.table import TableView
from desk.ui.work import Work

ROOM = "people"


class PeoplePage(RoomPage):
    """The list at the left, the chosen person at the right with what can be done for them."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, ROOM, _("People and rights"))
        self._heads = 0
        self.choice = PillRow((("people", _("People")), ("rights", _("Rights"))))
        self.choice.setObjectName("people_choice")
        self.choice.chosen.connect(self._show_side)
        self.state = Text("", "table", "ink_2")
        self.state.setObjectName("people_state")
        self.add_person = Button(_("Let somebody in"), icon="plus", kind="primary", keys="Ctrl I")
        self.add_person.setObjectName("people_add")
        self.table: TableView[Colleague] = TableView(words.people_columns(work.pack))
        self.table.setObjectName("people_table")
        self.table.setAccessibleName(_("People"))
        self.table.clicked.disconnect()  # a click chooses; Enter changes
        self.rights: TableView[Right] = TableView(words.right_columns(work.pack), sortable=False)
        self.rights.setObjectName("rights_table")
        self.rights.setAccessibleName(_("What each role may do"))
        self.rights.set_rows(words.rights())
        self.rights.show_whole_words()
        for table in (self.table, self.rights):
            table.setProperty("ring_off", True)
        self._stack = QStackedWidget()
        self.card = PersonCard(work)
        self.card.setObjectName("person_card")
        self._arrange()
        self._connect()

    @override
    def help_text(self) -> tuple[str, ...]:
        return (
            _(
                "Everybody who works or worked with this vault. Each has a password of their own; "
                "nobody sees another's, and letting somebody in or out changes nobody else's."
            ),
            _("Ctrl+I lets somebody in; Enter changes name or role of the chosen person."),
        )

    @override
    def on_shown(self) -> None:
        self.refresh()
        self.table.setFocus()

    def refresh(self) -> None:
        """Read again who is there; the chosen person stays chosen."""
        self.work.read(admission.colleagues, self._take, owner=self)

    def chosen(self) -> Colleague | None:
        """The person chosen in the list."""
        return self.table.current()

    def choose(self, person: str) -> None:
        """Choose the person with this staff number."""
        for place, one in enumerate(self.table.rows.rows()):
            if one.person.id == person:
                self.table.setCurrentIndex(self.table.rows.index(place, 0))

    def _arrange(self) -> None:
        side = theme.px(16)
        head = layouts.row(self.choice, gap=12)
        head.addWidget(self.state)
        head.addStretch(1)
        head.addWidget(self.add_person)
        head.setContentsMargins(side, theme.px(14), side, theme.px(8))
        card = Card(margin=0)
        card.body.setContentsMargins(1, 0, 1, theme.px(6))
        card.body.setSpacing(0)
        card.body.addLayout(head)
        for table in (self.table, self.rights):
            self._stack.addWidget(table)
        card.add(self._stack, 1)
        self._columns = TwoColumns(card, self.card, pane=318, share=0.28, least=250, gap=14)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(theme.px(20), side, theme.px(20), side)
        outer.addWidget(self._columns)

    def _connect(self) -> None:
        self.add_person.clicked.connect(self._ask_new)
        self.table.opened.connect(lambda _one: self._ask_change())
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_person())
        self.card.change.clicked.connect(self._ask_change)
        self.card.reset.clicked.connect(self._ask_reset)
        self.card.leave.clicked.connect(self._ask_leave)
        QShortcut(QKeySequence("Ctrl+I"), self).activated.connect(self._ask_new)

    def _show_side(self, side: str) -> None:
        self._stack.setCurrentWidget(self.table if side == "people" else self.rights)
        self.card.setVisible(side == "people")

    def _take(self, found: tuple[Colleague, ...]) -> None:
        chosen = self.chosen()
        self.table.set_rows(found)
        if chosen is not None:
            self.choose(chosen.person.id)
        here = sum(one.person.active for one in found)
        gone = len(found) - here
        words_ = [ngettext("{n} works here", "{n} work here", here).format(n=here)]
        if gone:
            words_.append(ngettext("{n} left", "{n} left", gone).format(n=gone))
        self.state.setText(" · ".join(words_))
        self._show_person()

    def _show_person(self) -> None:
        self.card.show_person(self.chosen())

    def _ask_new(self) -> None:
        sheet = PersonSheet(self.work, self.work.pack)
        self._open(sheet, _("They can sign in now."))

    def _ask_change(self) -> None:
        one = self.chosen()
        if one is not None and one.person.active:
            self._open(PersonSheet(self.work, self.work.pack, one.person), _("Changed."))

    def _ask_reset(self) -> None:
        one = self.chosen()
        if one is not None:
            self._open(ResetSheet(self.work, one.person), _("The new password is in force."))

    def _ask_leave(self) -> None:
        one = self.chosen()
        if one is None:
            return
        person, may_read = one.person.id, self.work.may("read_cases")

        def task(session: Session) -> tuple[CaseRow, ...]:
            return people.open_cases_of(session, person) if may_read else ()

        def ask(cases: tuple[CaseRow, ...]) -> None:
            count = len(cases) if may_read else one.open_cases.number
            sheet = LeaveSheet(self.work, one.person, count, cases)
            sheet.case_wanted.connect(lambda case: self.work.go("file", case))
            self._open(sheet, _("The access is taken away."))

        self.work.read(task, ask, owner=self)

    def _open(self, sheet: AskSheet, said: str) -> None:
        sheet.done.connect(self.refresh)
        sheet.done.connect(lambda: self.work.notices.done(said))
        window = self.window()
        sheet.open_over(window.findChild(QWidget, "shell") or window)


class PersonCard(Card):
    """One person: what they are here, and what can be done for them."""

    def __init__(self, work: Work) -> None:
        super().__init__(margin=16)
        self._work = work
        self.name = Text("", "card", strong=True, wrap=True)
        self.name.setObjectName("person_card_name")
        self._chip = Chip("", "grey")
        self._duty = Text("", "table", "ink_2", wrap=True)
        self._values: dict[str, Text] = {}
        self.why = Text("", "hint", "ink_hint", wrap=True)
        self.why.setObjectName("person_card_why")
        self.change = Button(_("Change name or role…"), icon="pencil")
        self.change.setObjectName("person_change")
        self.reset = Button(_("Set a new password…"), icon="key-round")
        self.reset.setObjectName("person_reset")
        self.leave = Button(_("No longer works here…"), icon="log-out", kind="danger")
        self.leave.setObjectName("person_leave")
        self._inside = QWidget()
        box = QVBoxLayout(self._inside)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(10))
        head = layouts.row(gap=10)
        head.addWidget(IconLabel("user-round", "primary", 20), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.name, 1)
        head.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(head)
        box.addWidget(self._duty)
        box.addLayout(self._facts())
        box.addWidget(Rule())
        for button in (self.change, self.reset, self.leave):
            box.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self.why)
        self.add(self._inside)
        self.body.addStretch(1)
        self.show_person(None)

    def show_person(self, one: Colleague | None) -> None:
        """Show a person, or nobody."""
        self._inside.setVisible(one is not None)
        if one is None:
            return
        person, actor = one.person, self._work.actor
        self.name.setText(person.name)
        self._chip.set_chip(words.state(one), words.state_tone(one))
        self._duty.setText(words.role_duty(self._work.pack, person.role))
        self._values["number"].setText(person.id)
        self._values["role"].setText(words.role_name(self._work.pack, person.role))
        self._values["cases"].setText(words.open_cases(one))
        oneself = person.id == actor.id
        by_head = person.role == "head" != actor.role
        for button in (self.change, self.reset, self.leave):
            button.setVisible(person.active)
            button.setEnabled(not by_head and (not oneself or button is self.change))
        self.why.setText(self._why(person.active, oneself=oneself, by_head=by_head))
        self.why.setVisible(bool(self.why.text()))

    def _why(self, active: bool, *, oneself: bool, by_head: bool) -> str:
        if not active:
            return _("Their entries stay. To let them in again, use the same staff number.")
        if oneself:
            return _("The own password is changed in the settings; leaving is for somebody else.")
        if by_head:
            return _("Only the head of the branch can do this for a head of the branch.")
        return ""

    def _facts(self) -> QGridLayout:
        names = {
            "number": _("Staff number"),
            "role": _("Role"),
            "cases": _("Open cases"),
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(6))
        grid.setColumnStretch(1, 1)
        for place, (key, name) in enumerate(names.items()):
            value = Text("", "table", wrap=True)
            grid.addWidget(Text(name, "table", "ink_2"), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, place, 1)
            self._values[key] = value
        return grid
