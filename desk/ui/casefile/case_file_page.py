"""The case file: what is known at the left, what happened at the right, notes and papers below."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.engine import CaseView
from desk.domain.history import HistoryLine
from desk.i18n import _
from desk.services import casefile, cases, exports, looks
from desk.services.casefile import CaseFile, Paper, Passing
from desk.ui import dates, theme
from desk.ui.attachments.attaching import Attaching
from desk.ui.attachments.card import AttachmentsCard
from desk.ui.attachments.door import Door
from desk.ui.casefile.facts import Facts
from desk.ui.casefile.glance import Glance
from desk.ui.casefile.sheets import ReopenSheet
from desk.ui.casefile.timeline import GROUPS, Timeline, as_text
from desk.ui.cases.case_page import CasePage
from desk.ui.cases.hand_over import HandOverSheet
from desk.ui.cases.looking import LookStrip
from desk.ui.ledger.pills import PillRow
from desk.ui.retention import holding
from desk.ui.verification import verify_button
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text
from desk.ui.widgets.layouts import ScrollColumn
from desk.ui.widgets.text_field import TextField
from desk.ui.work import Work

_PANE = 452
_LEAST = 320
_SHARE = 0.4
_SIDEWAYS = 640


class CaseFilePage(CasePage):
    """Everything about one case, to read; notes can be added and the case passed on or reopened."""

    only_reads = True

    def __init__(self, work: Work) -> None:
        super().__init__(work, _("Case file"))
        self._lines: tuple[HistoryLine, ...] = ()
        self._file: CaseFile | None = None
        self._drafts: dict[str, str] = {}
        self.glance = Glance(work.pack)
        self.glance.setObjectName("glance")
        self.glance.acted.connect(self._act)
        self.facts = Facts(work.pack)
        self.facts.revealed.connect(self._reveal)
        self.looks = LookStrip(work, margin=0)
        self.attaching = Attaching(work, self)
        self.attachments = AttachmentsCard(work, self.attaching, _("Attachments"))
        self.attachments.changed.connect(self.refresh)
        self._door = Door(self, self.attaching)
        self._door.over.connect(self.attachments.set_lit)
        self.timeline = Timeline()
        self.timeline.setObjectName("timeline")
        self.timeline.setAccessibleName(_("Course of the case"))
        self.choice = PillRow(
            (
                ("all", _("All")),
                ("field", _("Filling in")),
                ("checklist", _("Lists")),
                ("clock", _("Limits")),
                ("note", _("Notes")),
                ("person", _("Seen and handed on")),
            ),
            wraps=True,
        )
        self.choice.setObjectName("timeline_choice")
        self.choice.chosen.connect(self._show_lines)
        self.note = TextField(
            _("An internal note; it does not go to the customer"), lines=2, most=4
        )
        self.note.setObjectName("file_note")
        self.add_note = Button(_("Add note"), icon="plus", keys="Ctrl Enter")
        self.add_note.setObjectName("file_add_note")
        self.save = Button(icon="download", kind="quiet")
        self.save.setObjectName("timeline_export")
        self.save.setToolTip(_("Save the course as text"))
        self.save.setAccessibleName(_("Save the course as text"))
        self.save.setVisible(work.may("export"))
        self.papers = Card(_("Reports and hand-overs"))
        self.papers.setObjectName("papers")
        self.papers.add_action(verify_button(work, self))
        self._arrange()
        self._connect()

    @override
    def help_text(self) -> tuple[str, ...]:
        return (
            _(
                "The whole case to read: left what is in the file, right what happened and who "
                "did it. Hold a masked value with the mouse or Space to read it; that is recorded."
            ),
            _("Ctrl+Enter adds the note, Ctrl+C copies lines of the course."),
            _("Files dropped here, or a picture pasted with Ctrl+V, are attached to the case."),
            _("Esc goes back to the ledger."),
        )

    @override
    def on_shown(self) -> None:
        super().on_shown()
        self._left.setFocus()
        if self.case and self.view is not None:
            self._read_file()

    @override
    def show_case(self, case: str) -> None:
        if case != self.case:
            self._drafts[self.case] = self.note.value()
            self.note.set_value(self._drafts.pop(case, ""))
            self._file = None
        super().show_case(case)

    @override
    def show_view(self, view: CaseView) -> None:
        may = self.work.may
        self.looks.show_view(view)
        self.glance.show_view(view, may)
        self.facts.show_view(view, covered=not may("reveal", view.case))
        for widget in (self.note, self.add_note):
            widget.setVisible(may("work_cases", view.case) and view.case.forgotten is None)
        self.attaching.case = view.case.id
        self.attachments.show_case(view.case)
        self._door.is_open = may("work_cases", view.case)
        self._read_file()

    def _arrange(self) -> None:
        left = ScrollColumn(gap=12, margin=3)
        left.setObjectName("file_left")
        left.setAccessibleName(_("What is in the file"))
        left.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # arrow and page keys scroll it
        left.setProperty("ring_off", True)
        self._left = left
        left.add(self.looks)
        left.add(self.glance)
        left.add(self.attachments)
        left.add(self.facts)
        outer = QHBoxLayout(self)
        side = theme.px(16)
        outer.setContentsMargins(theme.px(17), theme.px(13), theme.px(20), side)
        outer.setSpacing(theme.px(12))
        outer.addWidget(left, 1)
        self._pane = self._right()
        outer.addWidget(self._pane)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = min(max(round(self.width() * _SHARE), theme.px(_LEAST)), theme.px(_PANE))
        self._pane.setFixedWidth(wide)
        self.facts.set_sideways(sideways=self.width() - wide > theme.px(_SIDEWAYS))

    def _right(self) -> QWidget:
        course = Card(_("Course"), margin=0)
        course.add_action(self.save)
        course.body.setContentsMargins(1, 0, 1, theme.px(12))
        side = theme.px(16)
        choice = layouts.row(self.choice)
        choice.setContentsMargins(side, theme.px(2), side, theme.px(2))
        course.body.addLayout(choice)
        lines = layouts.column(self.timeline)
        lines.setContentsMargins(theme.px(8), 0, theme.px(2), 0)
        course.body.addLayout(lines, 1)
        note = layouts.column(self.note, gap=8)
        note.setContentsMargins(side, theme.px(4), side, 0)
        note.addWidget(self.add_note, 0, Qt.AlignmentFlag.AlignRight)
        course.body.addLayout(note)
        pane = QWidget()
        box = QVBoxLayout(pane)
        box.setContentsMargins(0, theme.px(3), 0, 0)
        box.setSpacing(theme.px(12))
        box.addWidget(course, 1)
        box.addWidget(self.papers)
        self.papers.hide()
        return pane

    def _connect(self) -> None:
        self.add_note.clicked.connect(self._add_note)
        self.looks.settled.connect(self.refresh)
        self.save.clicked.connect(self._choose_file)
        leave = QShortcut(QKeySequence("Esc"), self)
        leave.activated.connect(lambda: self.work.go("ledger"))
        keys = QShortcut(QKeySequence("Ctrl+Return"), self.note)
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(self._add_note)

    def _read_file(self) -> None:
        case = self.case
        self.work.read(lambda session: casefile.case_file(session, case), self._take, owner=self)

    def _take(self, found: CaseFile) -> None:
        if found.case != self.case:
            return
        self._file = found
        self._lines = found.lines
        self.glance.show_file(found)
        self._show_lines()
        self._show_papers(found)

    def _show_lines(self, _chosen: str = "") -> None:
        kinds = GROUPS.get(self.choice.value())
        lines = [line for line in self._lines if kinds is None or line.kind in kinds]
        self.timeline.show_lines(lines, self.work.now().date())

    def _show_papers(self, found: CaseFile) -> None:
        while self.papers.body.count():
            gone = self.papers.body.takeAt(0).widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for paper in found.papers[-3:]:
            self.papers.add(_line("file-check", *self._paper(paper)))
        for passing in found.passings[-3:]:
            self.papers.add(_line("arrow-left-right", *self._passing(passing)))
        self.papers.setVisible(bool(found.papers or found.passings))

    def _paper(self, paper: Paper) -> tuple[str, str]:
        copy = _("Copy for the branch") if paper.copy == "internal" else _("Copy for the customer")
        words = _("{copy}, seal {seal}").format(copy=copy, seal=paper.seal)
        return words, self._moment(paper.at)

    def _passing(self, passing: Passing) -> tuple[str, str]:
        words = _("{giver} to {taker}").format(giver=passing.giver, taker=passing.taker)
        if passing.note:
            words = f"{words} · {passing.note}"
        return words, self._moment(passing.at)

    def _moment(self, at: datetime) -> str:
        return f"{at:%m-%d} {dates.weekday(at.date())} {at:%H:%M}"

    def _reveal(self, path: str) -> None:
        case = self.case
        self.work.write(
            case,
            lambda session: cases.reveal(session, case, path),
            lambda _value: self._read_file(),
            owner=self,
        )

    def _add_note(self) -> None:
        text, case = self.note.value().strip(), self.case
        if not text:
            self.note.setFocus()
            return
        self.note.set_value("")

        def failed(error: Exception) -> None:
            if self.case == case and not self.note.value():
                self.note.set_value(text)
            self.work.notices.show_failure(error)

        self.change(lambda session: cases.add_note(session, case, text), failed=failed)

    def _act(self, key: str) -> None:
        case = self.case
        if key == "continue":
            self.work.go("intake", case)
        elif key == "hand_over":
            self._ask_taker()
        elif key == "hold" and self.view is not None:
            holding.ask(self.work, self, self.view.case, self.refresh)
        elif key == "reopen":
            sheet = ReopenSheet()
            sheet.given.connect(self._reopen)
            sheet.open_over(self.window())
        elif key == "withdraw":
            self.work.notices.confirm(
                _("Withdraw the complaint?"),
                _(
                    "Only when the customer withdraws of their own will. The process ends today; "
                    "the file stays and can be taken up again."
                ),
                _("The customer withdraws"),
                lambda: self.change_with(
                    lambda session, given: cases.withdraw(session, case, given)
                ),
                danger=True,
            )

    def _ask_taker(self) -> None:
        if self._file is None or self.view is None:
            return
        people = self._file.people
        sheet = HandOverSheet(self.work, self, self.view.case, people, self.take)
        sheet.open_over(self.window())

    def _reopen(self, reason: str) -> None:
        case = self.case
        self.change(lambda session: cases.reopen(session, case, reason))

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, _("Save the course as text"))
        dialog.setObjectName("export_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_("Text (*.txt)"))
        dialog.setDefaultSuffix("txt")
        number = self.view.case.number if self.view is not None else ""
        dialog.selectFile(f"{number}-course.txt")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def export_to(self, path: str) -> None:
        """Write the lines shown to a text file."""
        number = self.view.case.number if self.view is not None else ""
        head = _("Course of case {number}. Internal; not for the customer.").format(number=number)
        lines, case = self.timeline.lines(), self.case
        text = f"{head}\n\n{as_text(lines)}"

        def write(_none: None) -> None:
            self.work.compute(
                lambda: exports.write_text(Path(path), text),
                lambda _none: self.work.notices.done(
                    _("Saved: {name}").format(name=Path(path).name)
                ),
                owner=self,
                failed=self.work.notices.show_failure,
            )

        self.work.read(
            lambda session: looks.exported(session, "case", "txt", len(lines), case=case),
            write,
            owner=self,
            failed=self.work.notices.show_failure,
        )


def _line(icon: str, words: str, when: str) -> QWidget:
    line = QWidget()
    row = layouts.row(IconLabel(icon, "ink_2", 15), ElidedLabel(words, "table"), gap=8)
    row.setStretch(1, 1)
    row.addWidget(Text(when, "hint", "ink_hint"))
    line.setLayout(row)
    return line
