"""Verifying a report that somebody brings: choosing the file, and what came of it on one sheet."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QWidget

from desk.domain.history import HistoryLine
from desk.i18n import _
from desk.services import verification
from desk.services.verification import Outcome, ReportVerdict
from desk.ui import theme
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text
from desk.ui.widgets.layouts import ScrollColumn
from desk.ui.widgets.sheet import Sheet
from desk.ui.work import Work

_LEAST_SHOWN = 2
_MOST_SHOWN = 6
_LINE = 24

_LOOKS: dict[Outcome, tuple[str, theme.Tone]] = {
    "genuine": ("badge-check", "green"),
    "altered": ("triangle-alert", "amber"),
    "contradicted": ("shield-alert", "red"),
    "unrecorded": ("triangle-alert", "amber"),
    "unknown": ("circle-help", "grey"),
}


def verify_button(work: Work, owner: QWidget) -> Button:
    """The way to verify a report, for whoever may; hidden for others."""
    button = Button(_("Verify a report"), icon="file-check", kind="link")
    button.setObjectName("verify_report")
    button.setToolTip(_("Whether a PDF is as it was made, and what came after"))
    verifying = Verifying(work, owner)
    button.clicked.connect(verifying.choose)
    button.setVisible(work.may("check"))
    return button


class Verifying(QObject):
    """Asks for a PDF and shows what is known of it, over the window of `owner`."""

    def __init__(self, work: Work, owner: QWidget) -> None:
        super().__init__(owner)
        self._work = work
        self._owner = owner

    def choose(self) -> None:
        """Ask which file."""
        dialog = QFileDialog(self._owner, _("Verify a report"))
        dialog.setObjectName("verify_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_("PDF (*.pdf)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.verify)
        dialog.open()

    def verify(self, path: str) -> None:
        """Verify the file at a path and show the result."""
        file = Path(path)
        self._work.read(
            lambda session: verification.verify_report(session, file),
            self._show,
            owner=self,
            failed=self._work.notices.show_failure,
        )

    def _show(self, verdict: ReportVerdict) -> None:
        sheet = VerdictSheet(verdict, may_open=self._work.may("read_cases"))
        sheet.opened.connect(lambda case: self._work.go("file", case))
        sheet.open_over(self._owner.window())


class VerdictSheet(Sheet):
    """The judgement first, in one line; then what it means, which report it is, what came after."""

    opened = Signal(str)
    """The case that somebody wants to see."""

    def __init__(self, verdict: ReportVerdict, *, may_open: bool) -> None:
        icon, tone = _LOOKS[verdict.outcome]
        super().__init__(_("Verify a report"), icon="file-check", width=560)
        self.setObjectName("verdict_sheet")
        title, meaning = verification.words(verdict)
        self.add(_banner(icon, tone, title, meaning))
        facts = layouts.column(gap=3)
        for words in (verdict.name, *verification.about(verdict)):
            facts.addWidget(Text(words, "table", "ink_2", wrap=True))
        self.body.addLayout(facts)
        since = verification.since(verdict)
        if since:
            self.add(Text(since, "body", strong=True, wrap=True))
        if verdict.after:
            self.add(_lines(verdict.after))
        if verdict.case and may_open:
            see = Button(_("Open the case file"), icon="folder-open")
            see.setObjectName("verdict_case")
            see.clicked.connect(self.dismiss)
            see.clicked.connect(lambda: self.opened.emit(verdict.case))
            self.add_button(see)
        done = Button(_("Close"), kind="primary")
        done.setObjectName("verdict_close")
        done.clicked.connect(self.dismiss)
        self.add_button(done)


def _banner(icon: str, tone: theme.Tone, title: str, meaning: str) -> QWidget:
    """The judgement on a ground of its tone."""
    banner = QFrame()
    banner.setObjectName("verdict")
    theme.state(banner, card=tone)
    row = layouts.row(gap=12)
    side = theme.px(14)
    row.setContentsMargins(side, side, side, side)
    row.addWidget(IconLabel(icon, tone, 26), 0, Qt.AlignmentFlag.AlignTop)
    words = layouts.column(gap=4)
    head = Text(title, "card", strong=True, wrap=True)
    head.setObjectName("verdict_title")
    words.addWidget(head)
    words.addWidget(Text(meaning, "body", "ink_2", wrap=True))
    row.addLayout(words, 1)
    banner.setLayout(row)
    return banner


def _lines(after: tuple[HistoryLine, ...]) -> QWidget:
    """What came after, newest in sight last; scrolled where it is much."""
    column = ScrollColumn(gap=2, margin=0)
    column.setObjectName("verdict_after")
    for line in after:
        entry = QWidget()
        grid = QGridLayout(entry)
        grid.setContentsMargins(0, 0, theme.px(8), 0)
        grid.setHorizontalSpacing(theme.px(12))
        grid.setColumnStretch(1, 1)
        grid.addWidget(Text(line.at.replace("T", " ")[5:], "hint", "ink_hint"), 0, 0)
        grid.addWidget(ElidedLabel(line.what, "table"), 0, 1)
        grid.addWidget(Text(line.who, "hint", "ink_hint"), 0, 2)
        column.add(entry)
    column.setMinimumHeight(theme.px(_LINE) * min(len(after), _LEAST_SHOWN))
    column.setMaximumHeight(theme.px(_LINE) * min(len(after), _MOST_SHOWN))
    return column
