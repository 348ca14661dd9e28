"""Sheets over windows of any size: nothing is squeezed, no button is out of reach."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desk.domain.staff import Person
from desk.i18n import use
from desk.ui import theme
from desk.ui.approval_sheet import ApprovalSheet
from desk.ui.attachments.attaching import AddSheet, Offer
from desk.ui.audit.filters import SpanSheet
from desk.ui.casefile.sheets import ReopenSheet
from desk.ui.escalation.sheets import AgreeSheet, StopSheet
from desk.ui.intake.sheets import WordsSheet
from desk.ui.retention.sheets import ForgetSheet
from desk.ui.task_sheet import ReasonSheet, TaskSheet
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import ElidedLabel, Text
from desk.ui.widgets.sheet import ConfirmSheet, Sheet, TextSheet
from desk.ui.widgets.text_field import TextField

LONG = "The customer came back with every paper that was asked for, and waited for an hour. " * 6
PEOPLE = [Person(f"10{n:02d}", "Ouyang Xiulan", "officer") for n in range(9)]
OFFERS = [Offer(f"receipt {n}.png", Path("receipt.png")) for n in range(9)]


def now() -> datetime:
    return datetime.fromisoformat("2026-11-21T10:32")


SHEETS: dict[str, Callable[[], Sheet]] = {
    "approval": lambda: ApprovalSheet("forget", PEOPLE, LONG),
    "reason": lambda: ReasonSheet("Take it out?", LONG, "Take it out"),
    "stop": StopSheet,
    "agree": lambda: AgreeSheet(now),
    "span": lambda: SpanSheet(now),
    "reopen": ReopenSheet,
    "words": lambda: WordsSheet("A note", "Note", "Add", icon="pencil", hint=LONG),
    "forget": lambda: ForgetSheet((), "asked"),
    "attach": lambda: AddSheet(OFFERS),
    "confirm": lambda: ConfirmSheet("Close it? " * 8, LONG * 3, "Close", danger=True),
    "text": lambda: TextSheet("Help", (LONG,) * 8),
}


@pytest.fixture(params=[(1.0, 1366, 704), (1.0, 760, 420), (1.5, 1280, 640), (1.5, 800, 480)])
def host(request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication) -> Iterator[QWidget]:
    """A window in English: (text size, width, height)."""
    scale, wide, high = request.param
    use("en")
    theme.apply(qapp, scale=scale)
    window = QWidget()
    window.resize(wide, high)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    yield window
    window.close()
    use("zh")
    theme.apply(qapp)


def cut(sheet: Sheet) -> list[str]:
    """What cannot be read or reached, in words for whoever mends it."""
    found = []
    panel = sheet.panel.geometry()
    if not sheet.rect().contains(panel):
        found.append(f"the panel {panel} leaves the window")
    if abs(panel.center().x() - sheet.rect().center().x()) > 1:
        found.append("the panel is off the centre")
    for part in sheet.panel.findChildren(QWidget):
        around = part.parentWidget()
        if not part.isVisible() or around is None:
            continue
        words = part.text() if isinstance(part, QLabel) else part.objectName()
        if isinstance(part, QLabel) and not isinstance(part, ElidedLabel):
            needs = part.minimumSizeHint()
            high = part.heightForWidth(part.width()) if part.wordWrap() else needs.height()
            wide = 0 if part.wordWrap() else needs.width()
            if high > part.height() + 1 or wide > part.width() + 1:
                found.append(f"{words!r} is cut")
        scrolled = isinstance(around.parentWidget(), QAbstractScrollArea)
        if not scrolled and not around.rect().adjusted(-1, -1, 1, 1).contains(part.geometry()):
            found.append(f"{type(part).__name__} {words!r} leaves its {type(around).__name__}")
    return found


def is_whole(part: QWidget) -> bool:
    return part.visibleRegion().boundingRect() == part.rect()


@pytest.mark.parametrize("name", SHEETS)
def test_nothing_is_cut_and_every_button_is_in_sight(
    name: str, host: QWidget, qtbot: QtBot
) -> None:
    sheet = SHEETS[name]()
    sheet.open_over(host)
    qtbot.wait(1)
    assert cut(sheet) == []
    if isinstance(sheet, TaskSheet):
        sheet.show_problem(LONG[:150])
        qtbot.wait(20)
        assert cut(sheet) == []
        assert is_whole(sheet.problem)
    host.resize(host.width() - 60, host.height() - 40)
    qtbot.wait(20)
    assert cut(sheet) == []
    foot = [one for one in sheet.panel.findChildren(Button) if one.parentWidget() is sheet.panel]
    assert [one.objectName() for one in foot if not is_whole(one)] == []
    sheet.dismiss()


def test_the_field_in_hand_stays_whole_when_a_problem_takes_its_room(
    host: QWidget, qtbot: QtBot
) -> None:
    sheet = ReasonSheet("Take it out?", LONG, "Take it out")
    sheet.open_over(host)
    qtbot.wait(20)
    assert QApplication.focusWidget() is sheet.reason
    sheet.show_problem(LONG[:150])
    qtbot.wait(40)
    assert is_whole(sheet.reason)
    sheet.dismiss()


def test_what_is_longer_than_the_window_is_read_by_keys(host: QWidget, qtbot: QtBot) -> None:
    end = Text("the end")
    sheet = ConfirmSheet("Close it?", LONG * 6, "Close")
    sheet.add(end)
    sheet.open_over(host)
    qtbot.wait(20)
    assert end.visibleRegion().isEmpty()
    leave = sheet.findChild(Button, "sheet_leave")
    assert QApplication.focusWidget() is leave
    for _turn in range(20):
        QTest.keyClick(host.window().windowHandle(), Qt.Key.Key_PageDown)
    assert is_whole(end)
    sheet.dismiss()


def test_a_sheet_that_grows_past_the_window_scrolls_and_takes_its_room_back(
    host: QWidget, qtbot: QtBot
) -> None:
    sheet = Sheet("Notes")
    words = Text("One line.", wrap=True)
    field = TextField(lines=1, most=4)
    sheet.add(words)
    sheet.add(field)
    sheet.open_over(host)
    qtbot.wait(20)
    before = sheet.panel.geometry()
    words.setText(LONG * 5)
    field.setPlainText("\n".join("abcd"))
    qtbot.waitUntil(lambda: sheet.panel.height() > before.height())
    qtbot.wait(20)
    assert cut(sheet) == []
    words.setText("One line.")
    field.setPlainText("")
    qtbot.waitUntil(lambda: sheet.panel.geometry() == before)
    sheet.dismiss()
