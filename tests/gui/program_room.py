"""The whole program on a vault of its own, set up and open, and what a person does with it."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desk.app import Program
from desk.domain.events import Payload
from desk.services.moment import Moment
from desk.services.session import Session
from desk.settings import Settings
from desk.ui.demo import hands
from desk.ui.intake.page import IntakePage
from desk.ui.places import Places
from desk.ui.start.start_window import StartWindow
from desk.ui.start.unlock_page import UnlockPage

T = TypeVar("T")

PASSWORD = "three trees at the gate"
LINES = ("云溪银行", "城东支行", "CD", "2 号窗", "1001", "李敏", PASSWORD, PASSWORD)
LONG_MS = 20_000


class Steady(Moment):
    """The machine's clock, with a steady one that goes on when it is told to."""

    seconds = 0.0

    def passed(self) -> float:
        return Steady.seconds


class ProgramRoom:
    """One program; made on an existing vault it starts at the unlock page."""

    def __init__(
        self, qtbot: QtBot, app: QApplication, home: Path, settings: Settings | None = None
    ) -> None:
        self.qtbot = qtbot
        self.vault = home / "branch.vault"
        Steady.seconds = 0.0
        self.program = Program(
            app,
            settings or Settings(),
            self.vault,
            moment=Steady(),
            settings_file=home / "settings.json",
        )
        self.program.begin()
        with qtbot.waitSignal(self.start().painted, timeout=LONG_MS):
            pass

    def start(self) -> StartWindow:
        assert self.program.start is not None
        return self.program.start

    def places(self) -> Places:
        assert self.program.places is not None
        return self.program.places

    def unlock_page(self) -> UnlockPage:
        page = self.start().page
        assert isinstance(page, UnlockPage)
        return page

    def intake(self) -> IntakePage:
        page = self.places().page("intake")
        assert isinstance(page, IntakePage)
        return page

    def is_open(self) -> bool:
        return self.program.places is not None and self.program.jobs.is_idle()

    def is_locked(self) -> bool:
        start = self.program.start
        return (
            start is not None
            and isinstance(start.page, UnlockPage)
            and not start.page.status().is_busy()
            and self.program.jobs.is_idle()
        )

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=LONG_MS)

    def set_up(self) -> None:
        for line in LINES:
            hands.replace(line)
            hands.press(Qt.Key.Key_Return)
        self.wait(self.is_open)

    def unlock(self, password: str = PASSWORD) -> None:
        hands.write(password)
        hands.press(Qt.Key.Key_Return)

    def open_new(self) -> str:
        """A new complaint, with the cursor in its first field; its id."""
        hands.press(Qt.Key.Key_N, hands.CTRL)
        self.wait(lambda: self.places().here == "intake")
        self.wait(lambda: hands.focus().objectName() == "field_opening_words")
        return self.places().case

    def read(self, task: Callable[[Session], T]) -> T:
        found: list[T] = []
        work = self.program.work
        assert work is not None
        work.read(task, found.append, owner=self.program)
        self.wait(lambda: bool(found))
        return found[0]

    def happened(self) -> list[Payload]:
        """What the log says of the vault itself."""
        return self.read(lambda session: [e.payload for e in session.vault.happenings()])

    def let_pass(self, seconds: float) -> None:
        """Let time pass in which nobody is there."""
        Steady.seconds += seconds
        watch = self.program._watch
        assert watch is not None
        watch.idle.look()

    def end(self) -> None:
        """Close the window as a person does, and finish."""
        window = self.program.window()
        if window is not None:
            window.close()
            self.program.finish()
            window.deleteLater()
            self.program.start = self.program.places = None
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
