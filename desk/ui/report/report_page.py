"""The report page: which copy, in which language, how it will look, and the way onto paper.

What is shown is the file itself: composed from the vault, drawn once, and read back as pictures.
Exporting writes the same report; nothing is written while a character has no font.
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtCore import QStandardPaths, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QStackedWidget, QVBoxLayout, QWidget

from desk.documents.fonts import FontSet
from desk.documents.preview import PageImage, page_images
from desk.documents.report import Draft, ReportFile, draft_report, render
from desk.domain.engine import CaseView
from desk.domain.report import CaseReport
from desk.errors import GlyphMissing
from desk.i18n import LANGUAGES, Language, _, language, ngettext
from desk.services import looks, reports
from desk.services.reports import ReportResult
from desk.services.session import Session
from desk.ui import theme
from desk.ui.cases.case_page import CasePage
from desk.ui.report.pages_view import PagesView
from desk.ui.widgets import layouts
from desk.ui.widgets.busy import BusyBar
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Choice, ChoiceChips
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.widgets.layouts import ScrollColumn, TwoColumns
from desk.ui.work import Work

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

CopyName = Literal["internal", "customer"]

A4_POINTS = 595.3
ZOOMS = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 2.5)
WIDEST = 1.35
"""Fitted to the window a page grows no larger than this: a line should stay one glance wide."""
SETTLE_MS = 150


class ReportPage(CasePage):
    """Shows one copy of the report of a case. `pdf` is the document shown, empty before it is."""

    only_reads = True

    def __init__(self, work: Work) -> None:
        super().__init__(work, _("Report"))
        self.pdf = b""
        self._copy: CopyName = "customer"
        self._language: Language = language()
        self._report: CaseReport | None = None
        self._round = 0
        self._zoom: float | None = None  # None fits the width
        self._file: ReportFile | None = None
        self._arrange()
        self._add_header()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._draw)
        self._pages.widened.connect(self._widened)
        self._pages.zoom_asked.connect(self._step_zoom)

    def help_text(self) -> tuple[str, ...]:
        """The two copies, and the keys."""
        return (
            _(
                "The customer copy holds what the customer may have: no assessment, no internal "
                "notes, third parties masked. The internal copy is for the file."
            ),
            _(
                "What is shown is the document itself. The seal ties the paper to the record: "
                "whoever has the vault can check it."
            ),
            _("Ctrl+S exports, Ctrl+P prints, Ctrl+Plus and Ctrl+Minus zoom, Ctrl+0 fits."),
            _("Esc goes back to the case file."),
        )

    def show_view(self, view: CaseView) -> None:
        """Compose the report of the case as it is now."""
        self._compose()

    def on_shown(self) -> None:
        """Compose anew when the case changed meanwhile."""
        super().on_shown()
        self._which.setFocus(Qt.FocusReason.OtherFocusReason)

    # What is on the page

    def _arrange(self) -> None:
        side = QFrame()
        side.setProperty("pane", "card")
        column = ScrollColumn(gap=12, margin=16)
        column.add(self._choices())
        column.add(self._seal_card())
        foot = QVBoxLayout()
        edge = theme.px(16)
        foot.setContentsMargins(edge, 0, edge, edge)
        foot.setSpacing(theme.px(8))
        self._export = Button(
            _("Export PDF…"), icon="download", kind="primary", main=True, keys="Ctrl S"
        )
        self._export.setObjectName("report_export")
        self._export.clicked.connect(self._ask_where)
        self._print = Button(_("Print…"), icon="printer", keys="Ctrl P")
        self._print.setObjectName("report_print")
        self._print.clicked.connect(self._ask_printer)
        foot.addWidget(self._export, 0, Qt.AlignmentFlag.AlignHCenter)
        foot.addWidget(self._print, 0, Qt.AlignmentFlag.AlignHCenter)
        box = QVBoxLayout(side)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(column, 1)
        box.addLayout(foot)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(TwoColumns(self._preview(), side, pane=330))
        for keys, slot in (("Ctrl+S", self._ask_where), ("Ctrl+P", self._ask_printer)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def _choices(self) -> QWidget:
        holder = QWidget()
        self._which = ChoiceChips(
            [Choice("customer", _("Customer copy")), Choice("internal", _("Internal copy"))]
        )
        self._which.setObjectName("report_copy")
        self._which.set_value([self._copy])
        self._which.chosen.connect(self._choose_copy)
        self._holds = Text("", "hint", "ink_2", wrap=True)
        self._tongue = ChoiceChips([Choice("zh", "中文"), Choice("en", "English")])
        self._tongue.setObjectName("report_language")
        self._tongue.set_value([self._language])
        self._tongue.chosen.connect(self._choose_language)
        holder.setLayout(
            layouts.column(
                Text(_("Which copy"), "card", strong=True),
                self._which,
                self._holds,
                Text(_("Language of the report"), "card", strong=True),
                self._tongue,
                gap=10,
            )
        )
        self._say_what_it_holds()
        return holder

    def _seal_card(self) -> Card:
        card = Card(_("Seal"), kind="primary")
        card.add_action(IconLabel("badge-check", "primary", 18))
        self._seal = Text("", "title", "primary", strong=True)
        self._seal.setObjectName("report_seal")
        self._seal.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._seal_words = Text("", "hint", "ink_2", wrap=True)
        card.add(self._seal)
        card.add(self._seal_words)
        return card

    def _preview(self) -> QWidget:
        self._pages = PagesView()
        self._busy = BusyBar()
        waiting = QWidget()
        box = QVBoxLayout(waiting)
        box.addStretch(1)
        words = Text(_("Setting the pages…"), "body", "ink_2")
        box.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        self._busy.setFixedWidth(theme.px(220))
        box.addWidget(self._busy, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(1)
        self._waiting = waiting
        self._lacking = self._glyph_panel()
        self._front = QStackedWidget()
        for widget in (self._waiting, self._pages, self._lacking):
            self._front.addWidget(widget)
        return self._front

    def _glyph_panel(self) -> QWidget:
        holder = QWidget()
        card = Card(_("Some characters have no font here"), kind="amber")
        card.setFixedWidth(theme.px(520))
        self._glyphs = Text("", "number", "ink")
        self._glyphs.setObjectName("report_glyphs")
        self._glyphs.setWordWrap(True)
        self._glyph_words = Text("", "body", "ink", wrap=True)
        to_settings = Button(_("Choose a font folder in the settings"), icon="settings")
        to_settings.setObjectName("report_fonts")
        to_settings.clicked.connect(lambda: self.work.go("settings"))
        for widget in (self._glyphs, self._glyph_words):
            card.add(widget)
        card.body.addWidget(to_settings, 0, Qt.AlignmentFlag.AlignLeft)
        box = QVBoxLayout(holder)
        box.addStretch(1)
        box.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(2)
        return holder

    def _add_header(self) -> None:
        for unused in (self.report, self.escalate):  # this is the report, and nothing to decide
            unused.setParent(self)
            unused.hide()
        smaller = Button(icon="minus", kind="quiet")
        smaller.setToolTip(_("Smaller (Ctrl+Minus)"))
        larger = Button(icon="plus", kind="quiet")
        larger.setToolTip(_("Larger (Ctrl+Plus)"))
        self._zoom_words = Button("", kind="quiet")
        self._zoom_words.setObjectName("report_zoom")
        self._zoom_words.setToolTip(_("Fit the width (Ctrl+0)"))
        back = Button(_("Back to the file"), icon="arrow-left", keys="Esc")
        back.setObjectName("report_back")
        back.clicked.connect(self._go_back)
        smaller.clicked.connect(lambda: self._step_zoom(-1))
        larger.clicked.connect(lambda: self._step_zoom(1))
        self._zoom_words.clicked.connect(self._fit)
        self.header_right = [smaller, self._zoom_words, larger, back]
        for keys, slot in (
            ("Ctrl++", lambda: self._step_zoom(1)),
            ("Ctrl+=", lambda: self._step_zoom(1)),
            ("Ctrl+-", lambda: self._step_zoom(-1)),
            ("Ctrl+0", self._fit),
            ("Esc", self._go_back),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def _go_back(self) -> None:
        self.work.go("file", self.case)

    # Which report

    def _choose_copy(self, keys: tuple[str, ...]) -> None:
        self._which.set_value(keys or [self._copy])
        if keys and keys[0] != self._copy:
            self._copy = cast("CopyName", keys[0])
            self._say_what_it_holds()
            self._compose()

    def _choose_language(self, keys: tuple[str, ...]) -> None:
        self._tongue.set_value(keys or [self._language])
        if keys and keys[0] != self._language:
            self._language = next(found for found in LANGUAGES if found == keys[0])
            self._compose()

    def _say_what_it_holds(self) -> None:
        self._holds.setText(
            _(
                "For the customer: without assessment and internal notes, third parties masked, "
                "with the ways that remain open (Art 19)."
            )
            if self._copy == "customer"
            else _("For the file: everything, with the trail of who did what when.")
        )

    def _compose(self) -> None:
        """Compose, draw and show; a newer wish overtakes an older one."""
        case, copy, tongue = self.case, self._copy, self._language
        if not case:
            return
        self._round += 1
        mine = self._round
        self._report, self.pdf = None, b""
        self._let(ready=False)
        self._front.setCurrentWidget(self._waiting)
        self._busy.set_busy(busy=True)

        def composed(report: CaseReport) -> None:
            if mine == self._round:
                self._render(report, mine)

        def failed(error: Exception) -> None:
            self._busy.set_busy(busy=False)
            self.work.notices.show_failure(error)

        self.work.read(
            lambda session: reports.compose(session, case, copy, tongue),
            composed,
            owner=self,
            failed=failed,
        )

    def _fonts(self) -> FontSet:
        folder = self.work.settings.font_folder
        return FontSet(folder=Path(folder) if folder else None)

    def _render(self, report: CaseReport, mine: int) -> None:
        fonts = self._fonts()

        def rendered(made: tuple[bytes, int]) -> None:
            if mine == self._round:
                self._report, (self.pdf, pages) = report, made
                self._show_seal(report, pages)
                self._draw()

        def failed(error: Exception) -> None:
            if mine == self._round:
                self._busy.set_busy(busy=False)
                self._show_seal(report, 0)
                self._show_fault(error)

        self.work.compute(lambda: render(report, fonts), rendered, owner=self, failed=failed)

    def _show_fault(self, error: Exception) -> None:
        if not isinstance(error, GlyphMissing):
            self.work.notices.show_failure(error)
            return
        characters = str(error.params.get("characters", ""))
        self._glyphs.setText(" ".join(characters))
        codes = ", ".join(f"U+{ord(char):04X}" for char in characters)
        self._glyph_words.setText(
            _(
                "No font at hand has them ({codes}), so no document was written: it would show "
                "empty boxes. Choose a folder with a TrueType font that has them, "
                "or use another form of the character in the case."
            ).format(codes=codes)
        )
        self._front.setCurrentWidget(self._lacking)

    def _show_seal(self, report: CaseReport, pages: int) -> None:
        seal = report.seal
        self._seal.setText(seal.code)
        records = ngettext("{n} record", "{n} records", seal.record_count)
        words = [records.format(n=seal.record_count)]
        if pages:
            words.insert(0, ngettext("{n} page", "{n} pages", pages).format(n=pages))
        self._seal_words.setText(
            _("{facts}. The same code stands at the foot of every page.").format(
                facts=" · ".join(words)
            )
        )

    # How it is seen

    def scale(self) -> float:
        """Logical pixels for a point: the zoom chosen, or what fits."""
        if self._zoom is not None:
            return self._zoom * theme.now().scale
        return max(0.4, min(self._pages.room() / A4_POINTS, WIDEST * theme.now().scale))

    def _draw(self) -> None:
        pdf, mine = self.pdf, self._round
        if not pdf:
            return
        ratio = self.devicePixelRatioF()
        scale = self.scale()

        def drawn(pages: tuple[PageImage, ...]) -> None:
            if mine == self._round:
                self._busy.set_busy(busy=False)
                self._pages.show_pages(pages, ratio)
                self._front.setCurrentWidget(self._pages)
                self._let(ready=True)

        self._zoom_words.setText(f"{scale / theme.now().scale:.0%}")
        self.work.compute(lambda: tuple(page_images(pdf, scale * ratio)), drawn, owner=self)

    def _widened(self) -> None:
        if self._zoom is None and self.pdf:
            self._settle.start()

    def _fit(self) -> None:
        self._zoom = None
        self._draw()

    def _step_zoom(self, step: int) -> None:
        here = self.scale() / theme.now().scale
        larger = [zoom for zoom in ZOOMS if zoom > here + 0.01]
        smaller = [zoom for zoom in ZOOMS if zoom < here - 0.01]
        wanted = larger[:1] if step > 0 else smaller[-1:]
        if wanted:
            self._zoom = wanted[0]
            self._draw()

    # Onto paper

    def _let(self, *, ready: bool) -> None:
        self._export.setEnabled(ready)
        self._print.setEnabled(ready)

    def _ask_where(self) -> None:
        if self._report is None or not self._export.isEnabled():
            return
        folder = Path(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        )
        name = reports.default_name(self._report.number, self._copy)
        dialog = QFileDialog(self, _("Export the report"), str(folder / name), _("PDF (*.pdf)"))
        dialog.setObjectName("export_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.export)
        dialog.open()

    def export(self, target: str) -> None:
        """Write the report that is shown to a file, and record that it was."""
        report, fonts = self._report, self._fonts()
        if report is None:
            return
        self._let(ready=False)

        case = self.case

        def failed(error: Exception) -> None:
            self._let(ready=True)
            self.work.notices.show_failure(error)

        def drafted(draft: Draft) -> None:
            self.work.write(
                case,
                lambda session: reports.issue(session, case, report, draft),
                issued,
                owner=self,
                failed=failed,
            )

        def issued(made: ReportResult) -> None:
            self._let(ready=True)
            self.work.notices.done(
                _("Exported: {file}").format(file=made.path.name),
                _("Show it"),
                lambda: open_outside(made.path),
            )

        self.work.compute(
            lambda: draft_report(report, Path(target), fonts), drafted, owner=self, failed=failed
        )

    def _record(self, report: CaseReport, file: ReportFile) -> None:
        """Record what the printer has; paper cannot be taken back."""
        case = self.case

        def failed(error: Exception) -> None:
            self.work.notices.error(
                _("The pages are printed, but that could not be recorded in the case.")
            )
            self.work.notices.show_failure(error)

        def task(session: Session) -> None:
            reports.record(session, case, report, file)
            looks.printed(session, case, report.copy)

        self.work.write(case, task, owner=self, failed=failed)

    def _ask_printer(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        if self._report is None or not self._print.isEnabled():
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(reports.default_name(self._report.number, self._copy))
        dialog = QPrintDialog(printer, self)
        dialog.setObjectName("print_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setMinMax(1, self._pages.pages())
        dialog.accepted.connect(lambda: self.print_with(printer))
        QDialog.open(dialog)

    def print_with(self, printer: "QPrinter") -> None:
        """Print the pages that are shown, and record it once the printer has them all."""
        from desk.ui.report.printing import Printing

        report, pdf, pages = self._report, self.pdf, self._pages.pages()
        if report is None:
            return
        self._let(ready=False)
        job = Printing(self.work, pdf, pages, printer, self)

        def done() -> None:
            self._let(ready=True)
            self._record(report, ReportFile(Path(), pages, hashlib.sha256(pdf).hexdigest()))
            self.work.notices.done(_("Sent to the printer."))
            job.deleteLater()

        def failed() -> None:
            self._let(ready=True)
            self.work.notices.error(
                _("The printer did not take the pages. The case is stored; please try again.")
            )
            job.deleteLater()

        job.done.connect(done)
        job.failed.connect(failed)
        job.start()


def open_outside(file: Path) -> None:
    """Show a file with the program the system has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))
