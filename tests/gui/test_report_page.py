"""The report page: shown before it is written, exported and printed as shown, each recorded."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desk.app import Program
from desk.documents import preview
from desk.domain.case import Case
from desk.domain.ledger import Filter
from desk.errors import DiskFull
from desk.services import cases, ledger, reports
from desk.settings import Settings
from desk.ui import theme
from desk.ui.demo import hands
from desk.ui.demo.hands import CTRL, Key
from desk.ui.places import Places
from desk.ui.report.pages_view import PagesView, Thumb
from desk.ui.report.report_page import ReportPage
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import Text
from tests.papers import whole

LONG_MS = 20_000
RARE = "\U0002ceda"  # 𬻚 is in no bundled font


class Reading:
    """The sample vault, at the report of a case."""

    def __init__(self, qtbot: QtBot, app: QApplication, folder: Path) -> None:
        self.qtbot = qtbot
        self.program = Program(
            app, Settings(), folder / "branch.vault", settings_file=folder / "settings.json"
        )
        self.program.begin(sample=True)
        qtbot.waitUntil(lambda: self.program.places is not None, timeout=LONG_MS)
        found: list[str] = []
        assert self.program.work is not None
        self.program.work.read(
            lambda session: ledger.page(session, Filter(status="closed")).rows[0].case,
            found.append,
            owner=self.program,
        )
        self.rest()
        self.case = found[0]
        self.places.go("report", self.case)
        self.rest()

    @property
    def places(self) -> Places:
        assert self.program.places is not None
        return self.program.places

    @property
    def page(self) -> ReportPage:
        found = self.places.page("report")
        assert isinstance(found, ReportPage)
        return found

    def stored(self) -> Case:
        found: list[Case] = []
        assert self.program.work is not None
        case = self.case
        self.program.work.read(
            lambda session: cases.view(session, case).case, found.append, owner=self.program
        )
        self.rest()
        return found[0]

    def rest(self) -> None:
        """Until nothing is on its way and the keys go to the window again."""

        def rests() -> bool:
            if not hands.is_awake():
                hands.wake()
            return self.program.jobs.is_idle() and hands.is_awake()

        self.qtbot.waitUntil(rests, timeout=LONG_MS)

    def shown_text(self) -> str:
        return whole(self.page.pdf)

    def export(self, target: Path) -> None:
        hands.press(Key.Key_S, CTRL)
        self.qtbot.waitUntil(lambda: isinstance(QApplication.activeWindow(), QFileDialog))
        hands.replace(str(target))
        hands.press(Key.Key_Return)
        self.qtbot.waitUntil(target.exists, timeout=LONG_MS)
        self.rest()


@pytest.fixture
def reading(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Reading]:
    made = Reading(qtbot, qapp, tmp_path)
    yield made
    window = made.places.window
    window.close()
    made.program.finish()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme.apply(qapp)


def test_what_is_exported_is_what_was_shown_and_it_is_recorded(
    reading: Reading, tmp_path: Path
) -> None:
    seal = hands.find(Text, "report_seal").text()
    assert seal.count("-") == 2
    shown = reading.page.pdf
    target = tmp_path / "paper.pdf"
    reading.export(target)
    assert target.read_bytes() == shown
    made = reading.stored().reports[-1]
    assert made.copy == "customer"
    assert made.sha256 == hashlib.sha256(shown).hexdigest()
    assert seal in reading.shown_text()
    assert any("paper.pdf" in words for words in reading.program.notices.shown())


def test_a_report_that_cannot_be_recorded_leaves_no_file_and_says_so(
    reading: Reading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DiskFull(path="D:")

    monkeypatch.setattr(reports, "record", full)
    reading.page.export(str(tmp_path / "a.pdf"))
    reading.rest()
    assert not list(tmp_path.rglob("*a.pdf*"))
    assert not list(tmp_path.glob("*.part"))
    said = reading.program.notices.shown()[-1]
    assert "a.pdf" in said
    assert "记入" in said
    assert not [words for words in reading.program.notices.shown() if "已导出" in words]
    assert not reading.stored().reports
    assert hands.find(Button, "report_export").isEnabled()


def test_escape_goes_back_to_the_case_file(reading: Reading) -> None:
    hands.press(Key.Key_Escape)
    reading.rest()
    assert reading.places.here == "file"
    assert reading.places.case == reading.case


def test_the_internal_copy_and_the_other_language_are_a_digit_away(reading: Reading) -> None:
    assert "消费投诉答复书" in reading.shown_text()
    hands.press(Key.Key_2)
    reading.rest()
    assert "消费投诉处理报告" in reading.shown_text()
    hands.tab_to("report_language")
    hands.press(Key.Key_2)
    reading.rest()
    assert "Complaint" in reading.shown_text()


def test_pages_are_reached_by_thumbnail_and_zoomed_by_key(reading: Reading, qtbot: QtBot) -> None:
    view = reading.places.window.findChild(PagesView)
    assert view is not None
    assert view.pages() == preview.page_count(reading.page.pdf) > 1
    last = hands.find(Thumb, f"thumb_{view.pages()}")
    hands.click(last)
    assert last.isChecked()
    before = reading.page.scale()
    hands.press(Key.Key_Minus, CTRL)
    reading.rest()
    assert reading.page.scale() < before
    hands.press(Key.Key_0, CTRL)
    reading.rest()
    assert reading.page.scale() == before


def test_a_character_without_a_font_is_named_before_anything_is_written(
    reading: Reading, qtbot: QtBot
) -> None:
    case = reading.case
    assert reading.program.work is not None
    reading.program.work.write(
        case, lambda session: cases.reopen(session, case, f"{RARE}某来电"), owner=reading.program
    )
    reading.program.work.write(
        case,
        lambda session: cases.set_field(session, case, "complainant_name", f"王{RARE}"),
        owner=reading.program,
    )
    reading.rest()
    reading.page.refresh()
    named = reading.page.findChild(Text, "report_glyphs")
    assert named is not None
    qtbot.waitUntil(named.isVisible, timeout=LONG_MS)
    assert named.text() == RARE
    assert not hands.find(Button, "report_export").isEnabled()
    before = reading.stored().reports
    hands.press(Key.Key_S, CTRL)
    assert reading.stored().reports == before
    hands.click(hands.find(Button, "report_fonts"))
    assert reading.places.here == "settings"


def test_what_is_printed_is_what_was_shown(reading: Reading, tmp_path: Path) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    shown = reading.page.pdf
    reading.page.print_with(printer)
    reading.qtbot.waitUntil(
        lambda: "已送打印机。" in reading.program.notices.shown(), timeout=LONG_MS
    )
    reading.rest()
    assert preview.page_count(tmp_path / "printed.pdf") == preview.page_count(shown)
    made = reading.stored().reports[-1]
    assert made.sha256 == hashlib.sha256(shown).hexdigest()
    hands.press(Qt.Key.Key_Escape)
