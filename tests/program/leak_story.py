"""A morning with a case whose every personal value is unusual, in a process that may be killed.

`python leak_story.py begin OUT` is the program as it is started, with hands at its keys: it types
the case, copies, looks at masked values, covers, locks, exports into OUT, stumbles, and at last
crashes. `typing OUT` unlocks and types until it is killed. Where it stores things is said by the
environment alone. Each line of standard output is JSON: the titles and names of the windows, and
`"typed"` once there is something to lose.
"""

import ctypes
import json
import os
import signal
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from unittest import mock

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from desk import app
from desk.domain.text import Text
from desk.ui.demo import hands
from desk.ui.demo.driver import Driver, Story, quiet
from desk.ui.demo.hands import ALT, CTRL, Key
from desk.ui.demo.story import Entry
from desk.ui.demo.teller import Teller
from desk.ui.places import Places
from desk.ui.widgets.autosave import PAUSE_MS
from desk.ui.widgets.masked import MaskedValue
from desk.ui.widgets.table import TableView

PASSWORD = "nine sleepy badgers"
WRONG = "velvet walrus parade"
STAFF = "殷觅蓝"
NAME, PHONE = "鼯鼱蠼", "19907316542"
ID_NUMBER, ADDRESS = "530927198802290715", "苜蓿巷柒佰玖拾号"
OPENING, NARRATIVE = "紫藤瓷碗换了三回", "琥珀鹦鹉取款单少了"
NOTE, SEARCHED = "绛珠便条存档", "柘榴胡同"
COMPOSED = "蜉蝣未选字"
LAST = "霁蓝釉瓶落地"
SECRETS = (
    *(PASSWORD, WRONG, STAFF, NAME, PHONE, ID_NUMBER, ADDRESS),
    *(OPENING, NARRATIVE, NOTE, SEARCHED, COMPOSED, LAST),
)
FIELDS = {
    "opening_words": OPENING + COMPOSED,
    "complainant_name": NAME,
    "complainant_phone": PHONE,
    "id_number": ID_NUMBER,
    "address": ADDRESS,
}
_SET_UP = ("云溪银行", "城东支行", "CD", "2 号窗", "1001", STAFF, PASSWORD, PASSWORD)


class Stumbled(Exception):
    """A fault of the program that quotes what a customer said."""


class Morning:
    """What is done at the keys of one program."""

    def __init__(self, program: app.Program, out: Path) -> None:
        self.program = program
        self.out = out
        self.teller = Teller("zh", program.jobs.is_idle)
        self.seen: set[str] = set()

    def look(self) -> None:
        """Take down what windows tell others: titles, icons' words, and names of masked values."""
        told = {QGuiApplication.applicationName(), QGuiApplication.applicationDisplayName()}
        for window in QApplication.topLevelWidgets():
            told |= {window.windowTitle(), window.windowIconText(), window.windowFilePath()}
            for masked in window.findChildren(MaskedValue):
                told |= {masked.accessibleName(), masked.accessibleDescription(), masked.toolTip()}
        for words in told - self.seen:
            _say("told", words)
        self.seen |= told

    def begin(self) -> Story:
        """From setting up to the crash."""
        yield lambda: hands.is_at("setup_bank")
        for line in _SET_UP:
            hands.replace(line)
            hands.press(Key.Key_Return)
        yield from self._opened()
        yield from self.teller.take_new()
        hands.write(OPENING)
        self._copy()
        QApplication.sendEvent(hands.focus(), QInputMethodEvent(COMPOSED, []))
        yield from self._lock_and_come_back()
        yield from self.teller.turn_to(2)
        yield from self.teller.fill(tuple(_entries()))
        yield from self._reveal()
        hands.press(Key.Key_F9)
        yield self._places().window.is_covered
        hands.press(Key.Key_F9)
        yield lambda: not self._places().window.is_covered()
        yield from self._note()
        yield from self._search()
        yield from self._papers()
        yield from self._stumble()
        _say("typed")
        ctypes.string_at(0)

    def typing(self) -> Story:
        """Come back, and type until killed."""
        yield from self._unlocked()
        self._places().go("ledger")
        yield quiet(self.program.jobs.is_idle)
        hands.tab_to("ledger_table")
        hands.press(Key.Key_Down)
        hands.press(Key.Key_Return)
        yield lambda: self._places().here == "intake"
        yield quiet(self.program.jobs.is_idle)
        yield from self.teller.turn_to(1)
        hands.tab_to("field_opening_words")
        for count in range(100_000):
            hands.write(LAST)
            if count == 5:  # by now something was stored, and the rest is on its way
                _say("typed")
            yield quiet(self.program.jobs.is_idle, PAUSE_MS + 100 if count < 2 else 20)

    def _lock_and_come_back(self) -> Story:
        hands.press(Key.Key_L, CTRL | ALT)
        yield from self._unlocked(WRONG, PASSWORD)

    def _unlocked(self, *passwords: str) -> Story:
        for password in passwords or (PASSWORD,):
            yield lambda: hands.is_at("unlock_password") and self.program.jobs.is_idle()
            hands.write(password)
            hands.press(Key.Key_Return)
            yield quiet(self.program.jobs.is_idle)
        yield from self._opened()

    def _opened(self) -> Story:
        yield lambda: self.program.places is not None
        yield quiet(self.program.jobs.is_idle)

    def _copy(self) -> None:
        hands.press(Key.Key_A, CTRL)
        hands.press(Key.Key_C, CTRL)
        hands.press(Key.Key_End)

    def _reveal(self) -> Story:
        """Hold a masked value open with a key, and with the mouse."""
        for value in self._places().window.findChildren(MaskedValue):
            if value.isVisible():
                QTest.mousePress(value, Qt.MouseButton.LeftButton)
                yield quiet(self.program.jobs.is_idle)
                QTest.mouseRelease(value, Qt.MouseButton.LeftButton)

    def _note(self) -> Story:
        hands.press(Key.Key_M, CTRL)
        yield quiet(self.program.jobs.is_idle)
        hands.write(NOTE)
        hands.press(Key.Key_Return, CTRL)
        yield quiet(self.program.jobs.is_idle)

    def _search(self) -> Story:
        """Search for words, and copy the lines of the ledger."""
        hands.press(Key.Key_K, CTRL)
        yield lambda: hands.is_at("ledger_search")
        hands.write(SEARCHED)
        yield quiet(self.program.jobs.is_idle, 500)
        hands.press(Key.Key_Escape)
        yield quiet(self.program.jobs.is_idle, 500)
        table = hands.find(TableView, "ledger_table")
        table.setFocus()
        table.selectAll()
        hands.press(Key.Key_C, CTRL)
        hands.tab_to("ledger_export")
        hands.press(Key.Key_Space)
        yield from self._save_as("ledger.csv")

    def _papers(self) -> Story:
        """The course as text, and the report as PDF, where they were asked for."""
        case = self._places().case
        self._places().go("file", case)
        yield quiet(self.program.jobs.is_idle, 300)
        hands.tab_to("timeline_export")
        hands.press(Key.Key_Space)
        yield from self._save_as("course.txt")
        self._places().go("report", case)
        yield lambda: hands.is_at("report_copy")
        yield quiet(self.program.jobs.is_idle, 500)
        hands.press(Key.Key_S, CTRL)
        yield from self._save_as("report.pdf")

    def _save_as(self, name: str) -> Story:
        yield lambda: isinstance(QApplication.activeWindow(), QFileDialog)
        hands.replace(str(self.out / name))
        hands.press(Key.Key_Return)
        yield (self.out / name).exists
        yield quiet(self.program.jobs.is_idle)

    def _stumble(self) -> Story:
        """Faults that quote a customer: in a slot, a thread, a task, and while a thing is freed."""

        def fault() -> None:
            raise Stumbled(f"{NAME} {PHONE} {NARRATIVE}")

        class Freed:
            def __del__(self) -> None:
                fault()

        QTimer.singleShot(0, fault)
        threading.Thread(target=fault, name=NAME).start()
        self.program.jobs.query(fault, owner=self.program)
        self.program.jobs.compute(fault, owner=self.program)
        freed = Freed()
        del freed
        yield quiet(self.program.jobs.is_idle, 300)

    def _places(self) -> Places:
        assert self.program.places is not None
        return self.program.places


def _entries() -> Iterable[Entry]:
    for field in ("complainant_name", "complainant_phone", "id_number", "address"):
        yield Entry(field=field, words=Text(FIELDS[field], FIELDS[field]))
    yield Entry(field="narrative", words=Text(NARRATIVE, NARRATIVE))


def _say(*words: object) -> None:
    print(json.dumps(words, ensure_ascii=True), flush=True)


def main() -> None:
    """Start the program as `desk` does, with the part named on the command line at its keys."""
    part, out = sys.argv[1:]
    begin = app.Program.begin

    def watched(program: app.Program, *, sample: bool = False) -> None:
        begin(program, sample=sample)
        morning = Morning(program, Path(out))
        driver = Driver(getattr(morning, part)(), patience_ms=30_000)
        driver.setParent(program)
        looking = QTimer(program)
        looking.timeout.connect(morning.look)
        looking.start(20)

        def ended() -> None:
            _say("stuck", str(driver.error), hands.where())
            os.kill(os.getpid(), signal.SIGTERM)

        driver.ended.connect(ended)
        driver.start()

    with mock.patch.object(app.Program, "begin", watched):
        sys.exit(app.run())


if __name__ == "__main__":
    main()
