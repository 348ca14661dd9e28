"""What this program is: versions, rules in force, licences, and what it does not promise."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desk import __version__, paths
from desk.domain.assessment_model import Page as Words
from desk.i18n import _, language
from desk.ui import theme
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.labels import Rule, Text
from desk.ui.widgets.sheet import Sheet, TextSheet
from desk.ui.work import Work


class WordsCard(Card):
    """A page of the pack in plain words, such as what the quick assessment does not promise."""

    def __init__(self, page: Words) -> None:
        super().__init__(page.title.of(language()))
        for paragraph in page.paragraphs:
            self.add(Text(paragraph.of(language()), "table", "ink_2", wrap=True))


class AboutCard(Card):
    """Versions and rules in force, and the door to the licences."""

    def __init__(self, work: Work) -> None:
        super().__init__(_("About this program"))
        self._work = work
        self.body.addLayout(self._facts())
        self.add(Rule())
        button = Button(_("Licences of what is inside"), icon="book-open", kind="link")
        button.setObjectName("about_licences")
        button.clicked.connect(self._licences)
        self.add(button)

    def _facts(self) -> QGridLayout:
        head = self._work.pack.head
        branch = self._work.branch
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(8))
        grid.setColumnStretch(1, 1)
        where = " · ".join(part for part in (branch.bank, branch.name, branch.code) if part)
        pack = _("{name}, version {version}").format(
            name=head.name.of(language()), version=head.version
        )
        for place, (label, value) in enumerate(
            (
                (_("Program"), _("Complaint Desk {version}").format(version=__version__)),
                (_("Content pack"), pack),
                (_("Rules"), head.rules_name.of(language())),
                (_("Checked on"), head.checked),
                (_("Branch"), where),
                (_("Licence"), "Apache-2.0"),
            )
        ):
            grid.addWidget(Text(label, "table", "ink_2"), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Text(value, "table", wrap=True), place, 1)
        return grid

    def _licences(self) -> None:
        sheet = Sheet(_("Licences of what is inside"), icon="book-open")
        sheet.setObjectName("licences_sheet")
        for file in sorted(paths.LICENCES.glob("*.txt")):
            name, _dot, kind = file.stem.rpartition(".")
            button = Button(f"{name} · {kind}", icon="file-text", kind="link")
            button.setObjectName(f"licence_{name}")
            button.clicked.connect(partial(self._licence, sheet, file))
            sheet.add(button)
        _open(sheet, self)

    def _licence(self, sheet: Sheet, file: Path) -> None:
        sheet.dismiss()
        name, _dot, kind = file.stem.rpartition(".")
        paragraphs = tuple(
            " ".join(paragraph.split()) for paragraph in file.read_text("utf-8").split("\n\n")
        )
        _open(TextSheet(f"{name} · {kind}", paragraphs, icon="book-open"), self)


def _open(sheet: Sheet, asked_from: QWidget) -> None:
    """Over everything that the privacy cover covers."""
    window = asked_from.window()
    sheet.open_over(window.findChild(QWidget, "shell") or window)
