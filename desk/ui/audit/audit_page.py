"""The audit trail 审计: every entry of the log in words, newest first, to sift and take along."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from desk.documents.fonts import FontSet
from desk.domain.audit import AuditFilter, AuditLine, AuditPage
from desk.domain.ids import Stamp
from desk.i18n import _, ngettext
from desk.services import audit
from desk.ui import dates, theme
from desk.ui.administration.rooms import RoomPage
from desk.ui.audit.detail import Detail
from desk.ui.audit.export import Export, Form
from desk.ui.audit.filters import Filters, SpanSheet
from desk.ui.audit.table import AuditTable
from desk.ui.verification import verify_button
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card, EmptyState
from desk.ui.widgets.labels import Text
from desk.ui.widgets.layouts import TwoColumns
from desk.ui.work import Work

ROOM = "audit"
LINES = 100


class TrailPage(RoomPage):
    """Lines at the left, the chosen one in full at the right.

    Reading goes on by itself while little fits, so that a rare kind is found without asking again;
    the header says how far back it came.
    """

    def __init__(self, work: Work) -> None:
        super().__init__(work, ROOM, _("Audit"))
        self._round = 0
        self._rest: Stamp | None = None
        self._reading = False
        self._wanted = 0
        self._export: Export | None = None
        self.filters = Filters(work.now)
        self.clear = Button(_("Clear filters"), kind="link", icon="x")
        self.clear.setObjectName("clear_filters")
        self.state = Text("", "table", "ink_2")
        self.state.setObjectName("audit_state")
        self.as_sheet = Button(_("Excel"), icon="table")
        self.as_sheet.setObjectName("audit_xlsx")
        self.as_paper = Button(_("PDF"), icon="file-text")
        self.as_paper.setObjectName("audit_pdf")
        self.stop = Button(_("Stop"), icon="x")
        self.stop.setObjectName("audit_stop")
        self.stop.hide()
        self.table = AuditTable(work.now)
        self.table.setObjectName("audit_table")
        self.table.setAccessibleName(_("Audit trail"))
        self.detail = Detail(work.now, may_open=work.may("read_cases"))
        self.detail.setObjectName("audit_detail")
        self._stack = QStackedWidget()
        self._empty = EmptyState(
            "filter",
            _("Nothing in the log fits"),
            _("Try another word, a longer period, or take filters away."),
            _("Clear filters"),
        )
        self._empty.setObjectName("audit_empty")
        self._arrange()
        self._connect()

    @override
    def help_text(self) -> tuple[str, ...]:
        return (
            _(
                "Every entry of the log stands here: who opened, looked, changed, decided, printed "
                "and exported what, and when. What somebody wrote is never shown, only that they "
                "did."
            ),
            _(
                "Ctrl+F goes to the search, Down from there into the list, Enter opens the case "
                "file, Ctrl+C copies the chosen lines."
            ),
            _("Ctrl+S makes an Excel workbook of what is listed, Ctrl+P a PDF. Both are recorded."),
        )

    @override
    def on_shown(self) -> None:
        self.work.read(audit.choices, self.filters.offer, owner=self)
        self._ask()
        self.table.setFocus()

    def asked(self) -> AuditFilter:
        """What the list asks for."""
        return self.filters.asked()

    def _arrange(self) -> None:
        side = theme.px(16)
        head = QVBoxLayout()
        head.setContentsMargins(side, theme.px(14), side, theme.px(8))
        head.setSpacing(theme.px(8))
        head.addWidget(self.filters)
        line = layouts.row(self.state, gap=12)
        line.addWidget(self.clear)
        line.addStretch(1)
        line.addWidget(verify_button(self.work, self))
        for button in (self.stop, self.as_sheet, self.as_paper):
            line.addWidget(button)
        head.addLayout(line)
        card = Card(margin=0)
        card.body.setContentsMargins(1, 0, 1, theme.px(6))
        card.body.setSpacing(0)
        card.body.addLayout(head)
        for widget in (self.table, self._empty):
            self._stack.addWidget(widget)
        card.add(self._stack, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(theme.px(20), side, theme.px(20), side)
        outer.addWidget(TwoColumns(card, self.detail, pane=318, share=0.27, least=250, gap=14))

    def _connect(self) -> None:
        self.filters.changed.connect(self._ask)
        self.filters.days_wanted.connect(self._ask_days)
        self.filters.box.left.connect(self.table.setFocus)
        self.clear.clicked.connect(self._clear)
        self._empty.chosen.connect(self._clear)
        self.table.chosen.connect(self.detail.show_line)
        self.table.more_wanted.connect(self._read_more)
        self.table.opened.connect(self._open)
        self.detail.case_wanted.connect(lambda case: self.work.go("file", case))
        self.detail.narrowed.connect(self.filters.show_case)
        self.as_sheet.clicked.connect(lambda: self._choose_file("xlsx"))
        self.as_paper.clicked.connect(lambda: self._choose_file("pdf"))
        self.stop.clicked.connect(self._stop_export)
        for keys, slot in (
            ("Ctrl+F", self._focus_search),
            ("Ctrl+S", self.as_sheet.click),
            ("Ctrl+P", self.as_paper.click),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        down = QShortcut(QKeySequence(Qt.Key.Key_Down), self.filters.box)
        down.setContext(Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self.table.setFocus)

    def _focus_search(self) -> None:
        self.filters.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filters.box.selectAll()

    def _ask(self) -> None:
        """Put the question anew, from the newest line on."""
        self._round += 1
        self._rest = None
        self._wanted = LINES
        self.clear.setVisible(not self.filters.is_empty())
        self._read(first=True)

    def _read_more(self) -> None:
        if self._rest is not None and not self._reading:
            self._wanted = self.table.lines.rowCount() + LINES
            self._read(first=False)

    def _read(self, *, first: bool) -> None:
        self._reading = True
        number, asked, before = self._round, self.asked(), self._rest

        def done(page: AuditPage) -> None:
            if number == self._round:
                self._take(page, first=first)

        def failed(error: Exception) -> None:
            self._reading = False
            self.work.notices.show_failure(error)

        self.work.read(
            lambda session: audit.lines(session, asked, limit=LINES, before=before),
            done,
            owner=self,
            failed=failed,
        )

    def _take(self, page: AuditPage, *, first: bool) -> None:
        self._reading = False
        self._rest = page.rest
        if first:
            self.table.show_lines(page.lines)
        else:
            self.table.add_lines(page.lines)
        going_on = page.rest is not None and self.table.lines.rowCount() < self._wanted
        self._show_state(page, going_on=going_on)
        if going_on and self.isVisible():
            self._read(first=False)

    def _show_state(self, page: AuditPage, *, going_on: bool) -> None:
        count = self.table.lines.rowCount()
        lines = ngettext("{n} line", "{n} lines", count).format(n=f"{count:,}")
        if going_on and page.looked_to is not None:
            day = dates.day_words(page.looked_to.date(), self.work.now().date())
            words = _("{lines} so far, looked back to {day}…").format(lines=lines, day=day)
        elif page.rest is not None:
            words = _("{lines} and more; scroll on").format(lines=lines)
        else:
            words = lines
        self.state.setText(words)
        for button in (self.as_sheet, self.as_paper):
            button.setEnabled(count > 0 and self._export is None and self.work.may("export"))
        if count or going_on:
            self._stack.setCurrentWidget(self.table)
            return
        if self.table.hasFocus():
            self.filters.box.setFocus()
        self._stack.setCurrentWidget(self._empty)

    def _clear(self) -> None:
        self.filters.clear()
        self.table.setFocus()

    def _ask_days(self) -> None:
        sheet = SpanSheet(self.work.now)
        sheet.given.connect(self.filters.set_days)
        sheet.closed.connect(self.filters.keep_days)
        sheet.open_over(_shell(self))

    def _open(self, line: object) -> None:
        if isinstance(line, AuditLine) and line.case and self.work.may("read_cases"):
            self.work.go("file", line.case)

    def _choose_file(self, form: Form) -> None:
        """Ask where to; the window goes on meanwhile."""
        if self._export is not None:
            return
        title = _("Save as an Excel workbook") if form == "xlsx" else _("Save as a PDF")
        kind = _("Excel workbook (*.xlsx)") if form == "xlsx" else _("PDF (*.pdf)")
        dialog = QFileDialog(self, title)
        dialog.setObjectName("export_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(kind)
        dialog.setDefaultSuffix(form)
        dialog.selectFile(f"audit-{self.work.now():%Y%m%d-%H%M}.{form}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.export_to(form, path))
        dialog.open()

    def export_to(self, form: Form, path: str) -> None:
        """Write what the list asks for to a file."""
        folder = self.work.settings.font_folder
        fonts = FontSet(folder=Path(folder) if folder else None)
        export = Export(self.work, self.asked(), form, Path(path), fonts)
        self._export = export
        export.setParent(self)
        export.advanced.connect(self._show_export)
        export.done.connect(self._exported)
        export.stopped.connect(self._export_over)
        for button in (self.as_sheet, self.as_paper):
            button.setEnabled(False)
        export.start()

    def _show_export(self, read: int) -> None:
        self.stop.setText(_("Stop ({n})").format(n=f"{read:,}"))
        self.stop.updateGeometry()
        self.stop.show()

    def _stop_export(self) -> None:
        if self._export is not None:
            self._export.cancel()

    def _exported(self, written: int) -> None:
        self._export_over()
        words = ngettext("{n} line exported", "{n} lines exported", written)
        self.work.notices.done(words.format(n=f"{written:,}"))

    def _export_over(self) -> None:
        if self._export is not None:
            self._export.deleteLater()
        self._export = None
        self.stop.hide()
        for button in (self.as_sheet, self.as_paper):
            button.setEnabled(True)


def _shell(page: QWidget) -> QWidget:
    """Over everything that the privacy cover covers."""
    window = page.window()
    return window.findChild(QWidget, "shell") or window
