"""The recovery sheet on the screen: shown once, put on paper, typed back, only then in force."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QGridLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk.documents.fonts import FontSet
from desk.documents.paper import render_paper
from desk.i18n import _
from desk.services import admission, keyring, recovery_sheet
from desk.services.keyring import RecoverySheet
from desk.ui import theme
from desk.ui.keys import words
from desk.ui.people.sheets import AskSheet
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.fields import Labelled, LineField
from desk.ui.widgets.labels import Text
from desk.ui.work import Work

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_A_LINE = 4


class Code(QFrame):
    """The eight groups in large type, each under its number."""

    def __init__(self, groups: tuple[str, ...]) -> None:
        super().__init__()
        self.setProperty("card", "grey")
        self.setAccessibleName(_("The recovery code"))
        grid = QGridLayout(self)
        grid.setContentsMargins(*(theme.px(14),) * 4)
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(10))
        for place, group in enumerate(groups):
            box = QVBoxLayout()
            box.setSpacing(0)
            box.addWidget(Text(str(place + 1), "hint", "ink_hint"))
            shown = Text(group, "title", strong=True)
            shown.setObjectName(f"recovery_group_{place + 1}")
            box.addWidget(shown)
            grid.addLayout(box, place // _A_LINE, place % _A_LINE)


class MakeSheet(AskSheet):
    """A new recovery sheet. Until it was typed back from paper, an older one holds.

    Closing it any sooner leaves everything as it was.
    """

    holds_secrets = True

    def __init__(self, work: Work, sheet: RecoverySheet, *, renews: bool) -> None:
        told = _(
            "Shown this once and stored nowhere. Print it, seal it in an envelope and keep it in "
            "the safe that two people open together."
        )
        super().__init__(
            work,
            _("New recovery sheet"),
            told,
            _("Put it in force"),
            icon="life-buoy",
            width=640,
        )
        self.setObjectName("recovery_sheet")
        self._sheet = sheet
        self.add(Code(sheet.groups))
        hint = _(
            "The last character of each group checks the others: a slip while typing is named by "
            "its group. There is no O, I, L or U; small letters are the same as capitals."
        )
        self.add(Text(hint, "hint", "ink_hint", wrap=True))
        self.print = Button(_("Print…"), icon="printer")
        self.print.setObjectName("recovery_print")
        self.print.clicked.connect(self._ask_printer)
        self.save = Button(_("Save as a PDF…"), icon="download")
        self.save.setObjectName("recovery_save")
        self.save.clicked.connect(self._ask_where)
        self.told = Text("", "table", "green", wrap=True)
        self.told.setObjectName("recovery_told")
        line = layouts.row(self.print, self.save, gap=10)
        line.addWidget(self.told, 1)
        self.body.addLayout(line)
        self.typed = LineField(_("Eight groups, as they stand on the paper"))
        self.typed.setObjectName("recovery_typed")
        self.typed.returnPressed.connect(self.submit)
        self.add(Labelled(_("Type it back from the paper"), self.typed, required=True))
        after = (
            _("Then the old sheet is void: destroy it.")
            if renews
            else _("Then this sheet opens the vault when nobody has a password any more.")
        )
        self.add(Text(after, "table", "ink_2", wrap=True))
        self.end()

    @override
    def submit(self) -> None:
        """Put it in force, once the paper reads what the screen shows."""
        wrong = admission.differing(self._sheet, self.typed.text())
        if not self.typed.text().strip():
            self.show_problem(_("Please type the code back from the paper first."))
        elif wrong:
            self.show_problem(
                _("Not as on the sheet: {groups}. Please look there again.").format(
                    groups=words.groups(wrong)
                )
            )
        else:
            sheet = self._sheet
            self.ask(lambda session: keyring.put_recovery(session, sheet))

    def _fonts(self) -> FontSet:
        folder = self._work.settings.font_folder
        return FontSet(folder=Path(folder) if folder else None)

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, _("Save as a PDF"))
        dialog.setObjectName("export_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_("PDF (*.pdf)"))
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(recovery_sheet.default_name(self._sheet))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def save_to(self, path: str) -> None:
        """Write the sheet as a PDF, to be printed and deleted."""
        sheet, fonts = self._sheet, self._fonts()
        self._work.compute(
            lambda: recovery_sheet.write(sheet, Path(path), fonts),
            lambda file: self._say(
                _("Saved: {name}. Print it, then delete the file.").format(name=file.name)
            ),
            owner=self,
            failed=self._failed,
        )

    def _ask_printer(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(recovery_sheet.default_name(self._sheet))
        dialog = QPrintDialog(printer, self)
        dialog.setObjectName("print_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_with(printer))
        QDialog.open(dialog)

    def print_with(self, printer: "QPrinter") -> None:
        """Put the sheet on paper."""
        from desk.ui.report.printing import Printing

        sheet, fonts = self._sheet, self._fonts()

        def drawn(found: tuple[bytes, int]) -> None:
            job = Printing(self._work, found[0], found[1], printer, self)
            job.done.connect(lambda: self._say(_("Sent to the printer.")))
            job.failed.connect(
                lambda: self.show_problem(_("The printer did not take the page. Please try again."))
            )
            job.start()

        self._work.compute(
            lambda: render_paper(recovery_sheet.paper(sheet), fonts),
            drawn,
            owner=self,
            failed=self._failed,
        )

    def _say(self, said: str) -> None:
        self.told.setText(said)
        self.typed.setFocus(Qt.FocusReason.OtherFocusReason)


class TrySheet(AskSheet):
    """A sheet out of its envelope, tried: whether it still opens this vault. Nothing is changed."""

    holds_secrets = True

    def __init__(self, work: Work) -> None:
        super().__init__(
            work,
            _("Try the recovery sheet"),
            _("Type the code of the sheet. Nothing is changed, and nothing typed here is kept."),
            _("Try it"),
            icon="life-buoy",
            width=560,
        )
        self.setObjectName("try_sheet")
        self.typed = LineField(_("Eight groups, as they stand on the paper"))
        self.typed.setObjectName("try_typed")
        self.typed.returnPressed.connect(self.submit)
        self.add(Labelled(_("Recovery code"), self.typed, required=True))
        self.answer = Text("", "body", "green", strong=True, wrap=True)
        self.answer.setObjectName("try_answer")
        self.add(self.answer)
        self.answer.hide()
        self.end()

    @override
    def submit(self) -> None:
        """Say which group holds a slip, or whether the sheet is the one in force."""
        typed = self.typed.text()
        self.answer.hide()
        wrong = keyring.slips(typed)
        if wrong:
            self.show_problem(_("Not right yet: {groups}.").format(groups=words.groups(wrong)))
            return
        self.ask(lambda session: admission.opens(session, typed), self._tell)

    def _tell(self, opens: bool) -> None:
        self.answer.setText(
            _("This sheet opens the vault. Seal it again.")
            if opens
            else _("This sheet does not open the vault: it is of another one, or was replaced.")
        )
        self.answer.set_role("green" if opens else "red")
        self.answer.show()
        self.typed.set_value("")


def host_of(page: QWidget) -> QWidget:
    """What a sheet lies over: everything that the privacy cover covers."""
    window = page.window()
    return window.findChild(QWidget, "shell") or window
