"""Over the figures page: the cases behind a line, and the files that figures leave in."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget
from typing_extensions import override

from desk.documents.fonts import FontSet
from desk.domain.hub_figures import Line, Question
from desk.i18n import _, ngettext
from desk.services import hub_forms, hub_ledger, hub_tables
from desk.services.hub_statistics import Statistics
from desk.services.session import Session
from desk.ui import theme
from desk.ui.hub import figures_words as words
from desk.ui.hub.figures_question import ALL, branch_options
from desk.ui.hub.figures_rows import MOST_CASES, CaseBehind
from desk.ui.people.sheets import AskSheet
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.chips import Choice, ChoiceChips
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import Labelled
from desk.ui.widgets.labels import ElidedLabel, Text
from desk.ui.widgets.sheet import Sheet
from desk.ui.widgets.table import TableView
from desk.ui.work import Work

Form = Literal["xlsx", "pdf"]
What = Literal["table", "quarterly", "ledger"]
_IN_A_ROW = 4
_LINES = 7
"""So many cases are in sight at the standard size; a larger one has room for fewer."""


class CasesSheet(Sheet):
    """Every figure of a line, and the cases that it counts."""

    def __init__(
        self, title: str, told: str, cases: Sequence[CaseBehind], line: Line | None = None
    ) -> None:
        super().__init__(title, icon="list", width=1120)
        self.setObjectName("figures_cases")
        self.add(Text(told, "table", "ink_2", wrap=True))
        if line is not None:
            self.add(_all_figures(line))
        self.table: TableView[CaseBehind] = TableView(words.case_columns())
        self.table.setObjectName("figures_cases_table")
        self.table.setAccessibleName(title)
        self.table.setProperty("ring_off", True)
        shown = min(max(len(cases), 1), round(_LINES / theme.now().scale ** 2))
        self.table.setFixedHeight(theme.px(34) + theme.now().row * shown)
        self.table.set_rows(cases)
        self.add(self.table)
        if len(cases) == MOST_CASES:
            more = _("These are the first {n}; the complaint ledger of a quarter holds them all.")
            self.add_below(Text(more.format(n=f"{MOST_CASES:,}"), "hint", "ink_hint"))
        close = Button(_("Close"), kind="secondary")
        close.setObjectName("sheet_leave")
        close.clicked.connect(self.dismiss)
        self.add_button(close)


def _all_figures(line: Line) -> QWidget:
    """Names and figures in rows of four, each figure at the right of its place."""
    told = QWidget()
    told.setObjectName("figures_all")
    grid = QGridLayout(told)
    grid.setContentsMargins(0, 0, 0, theme.px(4))
    grid.setHorizontalSpacing(theme.px(28))
    grid.setVerticalSpacing(theme.px(4))
    for place, (name, figure) in enumerate(words.figures(line)):
        row, column = divmod(place, _IN_A_ROW)
        value = Text(figure, "table", strong=True)
        value.setAccessibleName(f"{name} {figure}")
        cell = layouts.row(ElidedLabel(name, "table", "ink_2"), gap=8)
        cell.setStretch(0, 1)
        cell.addWidget(value)
        grid.addLayout(cell, row, column)
        grid.setColumnStretch(column, 1)
    return told


class ExportSheet(AskSheet):
    """What is to leave as a file, and in which form; ends with the file.

    `shown` is the answer on the page, `saved` tells in words what was written.
    """

    saved = Signal(str)

    def __init__(self, work: Work, shown: Statistics) -> None:
        super().__init__(work, _("Export"), "", _("Save as…"), icon="download", width=600)
        self.setObjectName("figures_export")
        self._shown = shown
        self.what = ChoiceChips(
            [
                Choice("table", _("These figures")),
                Choice("quarterly", _("Quarterly statistics")),
                Choice("ledger", _("Complaint ledger")),
            ],
            keeps=True,
        )
        self.what.set_value(["table"])
        self.form = ChoiceChips([Choice("xlsx", "Excel"), Choice("pdf", "PDF")], keeps=True)
        self.form.set_value(["xlsx"])
        self.quarter = ComboField(words.quarters(work.now().date()))
        self.quarter.setObjectName("export_quarter")
        self.quarter.set_value(words.quarters(work.now().date())[0][0])
        self.under = ComboField(branch_options(shown.tree))
        self.under.setObjectName("export_under")
        self.under.set_value(shown.asked.under or ALL)
        self.holds = Text("", "table", "ink_2", wrap=True)
        self.holds.setObjectName("export_holds")
        self._of = QWidget()
        line = layouts.row(gap=12)
        line.addWidget(Labelled(_("Quarter"), self.quarter), 1)
        line.addWidget(Labelled(_("Branches"), self.under), 1)
        self._of.setLayout(line)
        self.add(Labelled(_("What to export"), self.what))
        self.add(self._of)
        self.add(Labelled(_("Kind of file"), self.form))
        self.add(self.holds)
        self.what.chosen.connect(lambda _keys: self._show_holds())
        self.form.chosen.connect(lambda _keys: self._show_holds())
        self._show_holds()
        self.end()

    @override
    def submit(self) -> None:
        """Ask where to; the window goes on meanwhile."""
        self.quarter.flush()
        self.under.flush()
        if self._chosen() != "table" and not self.quarter.value():
            self.show_problem(_("Please choose the quarter."))
            return
        form = self._form()
        title = _("Save as an Excel workbook") if form == "xlsx" else _("Save as a PDF")
        kind = _("Excel workbook (*.xlsx)") if form == "xlsx" else _("PDF (*.pdf)")
        dialog = QFileDialog(self, title)
        dialog.setObjectName("export_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(kind)
        dialog.setDefaultSuffix(form)
        dialog.selectFile(self._file_name())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.export_to(Path(str(path))))
        dialog.open()

    def export_to(self, path: Path) -> None:
        """Write what is chosen to a file."""
        task = self._task(path)

        def written(count: int) -> None:
            told = ngettext("{name} saved, {n} line", "{name} saved, {n} lines", count)
            self.saved.emit(told.format(name=path.name, n=f"{count:,}"))
            self.dismiss()

        self.ask(task, written)

    def _task(self, path: Path) -> Callable[[Session], int]:
        what, as_sheet, fonts = self._chosen(), self._form() == "xlsx", self._fonts()
        shown = self._shown
        quarter = self.quarter.value()
        under = self.under.value() if self.under.value() != ALL else ""

        def table(session: Session) -> int:
            if as_sheet:
                return hub_tables.write_xlsx(session, shown, path)
            return hub_tables.write_pdf(session, shown, path, fonts)

        def quarterly(session: Session) -> int:
            form = hub_forms.quarterly(session, quarter, under)
            if as_sheet:
                return hub_forms.write_xlsx(session, form, path)
            return hub_forms.write_pdf(session, form, path, fonts)

        def ledger(session: Session) -> int:
            asked = Question((), *hub_forms.months(quarter), under)
            if as_sheet:
                return hub_ledger.write_xlsx(session, asked, path)
            return hub_ledger.write_pdf(session, asked, path, fonts)

        return {"table": table, "quarterly": quarterly, "ledger": ledger}[what]

    def _fonts(self) -> FontSet:
        folder = self._work.settings.font_folder
        return FontSet(folder=Path(folder) if folder else None)

    def _chosen(self) -> What:
        key = self.what.value()[0]
        return "quarterly" if key == "quarterly" else "ledger" if key == "ledger" else "table"

    def _form(self) -> Form:
        return "pdf" if self.form.value() == ("pdf",) else "xlsx"

    def _file_name(self) -> str:
        what, form = self._chosen(), self._form()
        if what == "table":
            return f"figures-{self._work.now():%Y%m%d-%H%M}.{form}"
        return f"{what}-{self.quarter.value()}.{form}"

    def _show_holds(self) -> None:
        what, form = self._chosen(), self._form()
        self._of.setVisible(what != "table")
        self.holds.setText(words.asked(self._shown) if what == "table" else _holds(what, form))


def _holds(what: What, form: Form) -> str:
    if what == "quarterly" and form == "xlsx":
        return _("By channel, business, cause and source; a last sheet lists every complaint.")
    if what == "quarterly":
        return _("By channel, business, cause and source; codes without a complaint are left out.")
    if form == "xlsx":
        told = _("One complaint a line, in {n} columns; names, telephones and IDs are covered.")
        return told.format(n=len(hub_ledger.COLUMNS))
    return _("One complaint a line, the main columns only; names, telephones and IDs are covered.")
