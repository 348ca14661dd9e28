"""Keeping and forgetting 保存与清除: what is due, what is held, who was forgotten."""

from pathlib import Path

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.retention import KeepingClass, Why
from desk.domain.staff import Person
from desk.errors import NotAllowed
from desk.i18n import _, language, ngettext
from desk.services import approvals, retention
from desk.services.retention import Line, Lists, OldCopy, Shelf
from desk.services.session import Session
from desk.ui import theme
from desk.ui.administration.rooms import RoomPage
from desk.ui.approval_sheet import ApprovalSheet
from desk.ui.ledger.pills import PillRow
from desk.ui.retention import holding, words
from desk.ui.retention.card import CaseCard
from desk.ui.retention.sheets import ClassSheet, ForgetSheet
from desk.ui.task_sheet import refusal
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card, EmptyState
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import LineField
from desk.ui.widgets.labels import Text
from desk.ui.widgets.layouts import TwoColumns
from desk.ui.widgets.sheet import Sheet
from desk.ui.widgets.table import TableView
from desk.ui.work import Work

ROOM = "keeping"
MOST_AT_ONCE = 20
"""So many persons are forgotten with one password: each approval takes as long as unlocking."""
_ALL = "all"


class KeepingPage(RoomPage):
    """The shelves at the left, the chosen case at the right with what can be done about it."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, ROOM, _("Keeping and forgetting"))
        self._shelf: Shelf = "due"
        self._classes: tuple[KeepingClass, ...] = ()
        self.pills = PillRow(words.shelves(), wraps=True)
        self.pills.setObjectName("keeping_shelves")
        self.classes = ComboField((), _("Every class"))
        self.classes.setObjectName("keeping_classes")
        self.number = LineField(_("Case number"))
        self.number.setObjectName("keeping_search")
        self.number.setAccessibleName(_("Find a case by its number"))
        self.state = Text("", "table", "ink_2")
        self.state.setObjectName("keeping_state")
        self.export = Button(_("Export"), icon="download")
        self.export.setObjectName("keeping_export")
        self.tables: dict[Shelf, TableView[Line]] = {}
        self._stack = QStackedWidget()
        self._empty = EmptyState("check-check", "", "")
        self.card = CaseCard(may_hold=work.may("hold"), may_forget=work.may("forget"))
        self.card.setObjectName("keeping_card")
        self._arrange()
        self._connect()

    @override
    def help_text(self) -> tuple[str, ...]:
        return (
            _(
                "A closed case is kept as long as its class says, never less than the rule asks. "
                "Then the person is forgotten: two people agree, the key of their data is "
                "destroyed, and what remains says only that there was a case and how it was "
                "handled."
            ),
            _("A case under a legal hold is never due, whatever its class says."),
            _(
                "Enter opens the case file, Delete forgets the chosen persons, Ctrl+F finds a case "
                "by its number, Ctrl+S exports the list."
            ),
        )

    @override
    def on_shown(self) -> None:
        self.refresh()
        self._table().setFocus()

    def refresh(self) -> None:
        """Read again what stands on the shelf; the chosen row keeps its place."""
        shelf, keep = self._shelf, self._class()
        self.work.read(
            lambda session: (
                retention.lists(session, shelf, keep=keep),
                retention.old_copies(session),
            ),
            lambda found: self._take(*found),
            owner=self,
        )

    def chosen(self) -> tuple[Line, ...]:
        """The cases chosen in the list, the current one at least."""
        table = self._table()
        rows = sorted({index.row() for index in table.selectedIndexes()})
        found = tuple(table.rows.row_at(row) for row in rows)
        here = self.card.line()
        if here is not None and all(one.case != here.case for one in found):
            return (here,)
        return found

    def _table(self) -> TableView[Line]:
        return self.tables[self._shelf]

    def _class(self) -> str:
        key = self.classes.value()
        return "" if key == _ALL else key

    def _arrange(self) -> None:
        for shelf in retention.SHELVES:
            table: TableView[Line] = TableView(words.columns(shelf))
            table.setObjectName(f"keeping_{shelf}")
            table.setAccessibleName(_("Cases"))
            table.setProperty("ring_off", True)
            table.clicked.disconnect()  # a click chooses; Enter opens the case
            self.tables[shelf] = table
            self._stack.addWidget(table)
        self._stack.addWidget(self._empty)
        side = theme.px(16)
        self.number.setFixedWidth(theme.px(150))
        self.classes.setFixedWidth(theme.px(200))
        tools = layouts.row(self.number, gap=12)
        tools.addWidget(self.classes)
        tools.addWidget(self.state)
        tools.addStretch(1)
        tools.addWidget(self.export)
        head = QVBoxLayout()
        head.setContentsMargins(side, theme.px(14), side, theme.px(8))
        head.setSpacing(theme.px(10))
        head.addWidget(self.pills)
        head.addLayout(tools)
        card = Card(margin=0)
        card.body.setContentsMargins(1, 0, 1, theme.px(6))
        card.body.setSpacing(0)
        card.body.addLayout(head)
        card.add(self._stack, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(theme.px(20), side, theme.px(20), side)
        outer.addWidget(TwoColumns(card, self.card, pane=330, share=0.29, least=264, gap=14))

    def _connect(self) -> None:
        self.pills.chosen.connect(self._show_shelf)
        self.classes.committed.connect(lambda _key: self.refresh())
        self.number.returnPressed.connect(self._find)
        self.export.clicked.connect(self._choose_file)
        self.export.setEnabled(self.work.may("export"))
        for table in self.tables.values():
            table.opened.connect(lambda line: self.work.go("file", line.case))
            table.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_line())
        self.card.case_wanted.connect(lambda case: self.work.go("file", case))
        self.card.choose.clicked.connect(self._ask_class)
        self.card.hold.clicked.connect(self._ask_hold)
        self.card.end_hold.clicked.connect(lambda: self._ask_no_hold(_("End the legal hold")))
        self.card.no_hold.clicked.connect(lambda: self._ask_no_hold(_("No legal hold needed")))
        self.card.forget.clicked.connect(self._ask_forget)
        for keys, slot in (
            ("Ctrl+F", self.number.setFocus),
            ("Ctrl+S", self.export.click),
            ("Del", self._ask_forget),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def _show_shelf(self, key: str) -> None:
        self._shelf = next(shelf for shelf in retention.SHELVES if shelf == key)
        self.refresh()

    def _take(self, found: Lists, copies: tuple[OldCopy, ...]) -> None:
        if found.shelf != self._shelf:
            return
        if found.classes != self._classes:
            self._classes = found.classes
            every = (_ALL, _("Every class"))
            names = ((one.key, one.name.of(language())) for one in found.classes)
            self.classes.set_options((every, *names))
        for key, label in words.shelves(found):
            self.pills.set_words(key, label)
        self._table().set_rows(found.lines)
        self._show_copies(copies)
        self.state.setText(
            _("The first {n} are shown; deal with these first.").format(n=len(found.lines))
            if found.more
            else ""
        )
        self.export.setEnabled(bool(found.lines) and self.work.may("export"))
        if found.lines:
            self._stack.setCurrentWidget(self._table())
        else:
            self._empty.title.setText(_(words.EMPTY_WORDS[self._shelf]))
            self._stack.setCurrentWidget(self._empty)
        self._show_line()

    def _show_copies(self, copies: tuple[OldCopy, ...]) -> None:
        if not copies or self._shelf != "forgotten":
            self.card.show_copies("")
            return
        told = ngettext(
            "{n} copy from before still holds somebody who was forgotten; it goes by {day}.",
            "{n} copies from before still hold somebody who was forgotten; all are gone by {day}.",
            len(copies),
        )
        last = max(copy.gone_by for copy in copies)
        self.card.show_copies(told.format(n=len(copies), day=last.isoformat()))

    def _show_line(self) -> None:
        self.card.show_line(self._table().current())

    def _find(self) -> None:
        number = self.number.value().strip()
        if number:
            self.work.read(
                lambda session: retention.find(session, number), self.card.show_line, owner=self
            )

    def _ask_class(self) -> None:
        line = self.card.line()
        if line is None:
            return
        case, sheet = line.case, ClassSheet(line, self._classes)
        sheet.given.connect(
            lambda key: holding.settle(
                self.work,
                self,
                sheet,
                case,
                lambda session: retention.choose(session, case, key),
                self._changed,
            )
        )
        self._open(sheet)

    def _ask_hold(self) -> None:
        line = self.card.line()
        if line is not None:
            holding.ask_hold(self.work, self, line.case, self._changed)

    def _ask_no_hold(self, title: str) -> None:
        line = self.card.line()
        if line is not None:
            holding.ask_none(self.work, self, line.case, title, self._changed)

    def _changed(self, line: Line) -> None:
        self.refresh()
        self.card.show_line(line)

    def _ask_forget(self) -> None:
        lines = tuple(one for one in self.chosen() if one.state == "counting")[:MOST_AT_ONCE]
        if not lines or not self.work.may("forget"):
            return
        today = self.work.now().date()
        over = all(one.due is not None and one.due <= today for one in lines)
        sheet = ForgetSheet(lines, "due" if over else "asked")
        sheet.given.connect(lambda why, reason: self._check(sheet, lines, why, reason))
        self._open(sheet)

    def _check(self, sheet: ForgetSheet, lines: tuple[Line, ...], why: Why, reason: str) -> None:
        """Ask what stands against it before anybody types a password."""

        def task(session: Session) -> tuple[Person, ...]:
            for line in lines:
                retention.require_forgettable(session, line.case, why, reason)
            return approvals.approvers(session, lines[0].case)

        def allowed(people: tuple[Person, ...]) -> None:
            if not shiboken6.isValid(sheet):
                return
            if not people:
                sheet.show_problem(refusal(NotAllowed(reason="nobody_approves")))
                return
            sheet.dismiss()
            second = ApprovalSheet("forget", people)
            second.given.connect(lambda *given: self._forget(second, lines, why, reason, given))
            self._open(second)

        def refused(error: Exception) -> None:
            if shiboken6.isValid(sheet):
                sheet.show_problem(refusal(error))

        self.work.read(task, allowed, owner=self, failed=refused)

    def _forget(
        self,
        sheet: ApprovalSheet,
        lines: tuple[Line, ...],
        why: Why,
        reason: str,
        given: tuple[str, str, str],
    ) -> None:
        asked = tuple(line.case for line in lines)

        def done(count: int) -> None:
            if shiboken6.isValid(sheet):
                sheet.dismiss()
            self.refresh()
            told = ngettext("{n} person was forgotten.", "{n} persons were forgotten.", count)
            self.work.notices.done(told.format(n=count))
            for case in asked:
                self.work.case_changed.emit(case)

        def refused(error: Exception) -> None:
            if shiboken6.isValid(sheet):
                sheet.refuse(error)
            self.refresh()

        self.work.write(
            "",
            lambda session: retention.forget_each(session, asked, why, given, reason),
            done,
            owner=self,
            failed=refused,
        )

    def _choose_file(self) -> None:
        """Ask where to; the window goes on meanwhile."""
        dialog = QFileDialog(self, _("Save the list"))
        dialog.setObjectName("export_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_("CSV (*.csv)"))
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"keeping-{self._shelf}-{self.work.now():%Y%m%d-%H%M}.csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def export_to(self, path: str) -> None:
        """Write what stands on the shelf to a file."""
        shelf, keep = self._shelf, self._class()

        def done(count: int) -> None:
            told = ngettext("{n} line exported", "{n} lines exported", count)
            self.work.notices.done(told.format(n=count))

        self.work.read(
            lambda session: retention.export(session, shelf, Path(path), keep=keep),
            done,
            owner=self,
        )

    def _open(self, sheet: Sheet) -> None:
        window = self.window()
        sheet.open_over(window.findChild(QWidget, "shell") or window)
