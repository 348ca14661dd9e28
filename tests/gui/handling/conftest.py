"""One new case in a real encrypted vault, the clock in the test's hand, and a window to work in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desk.domain.engine import CaseView, Engine
from desk.domain.staff import Branch, Person
from desk.packs import loader
from desk.services import cases
from desk.services.moment import Moment
from desk.services.session import Session
from desk.settings import Settings
from desk.store.stretching import Argon
from desk.store.vault import Vault, person_put
from desk.ui.cases.case_page import CasePage
from desk.ui.jobs import Jobs
from desk.ui.notify import Notices
from desk.ui.shell import Place
from desk.ui.widgets.sheet import Sheet
from desk.ui.window import MainWindow
from desk.ui.work import Work
from tests.store import crew

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hand(Moment):
    """A clock that goes on only when it is told to."""

    at: list[datetime] = field(default_factory=lambda: [datetime.fromisoformat("2026-11-06T09:05")])

    def now(self) -> datetime:
        return self.at[0]

    def wall_ms(self) -> int:
        return int(self.at[0].timestamp() * 1000)


@cache
def engine() -> Engine:
    return Engine(loader.load())


class Desk:
    """The window, the vault and the case of one test, and what a person does there."""

    def __init__(self, qtbot: QtBot, path: Path, role: str) -> None:
        self.qtbot = qtbot
        self.clock = Hand()
        self.person = Person("0417", "王敏", role)
        self.notices = Notices()
        self.jobs = Jobs(self.notices.show_failure)
        made: list[Session] = []  # the vault belongs to the database's thread from the first
        self.jobs.query(lambda: self._session(path), made.append, owner=self.notices)
        qtbot.waitUntil(lambda: bool(made), timeout=20000)
        self.work = Work(made[0], self.jobs, self.notices, Settings())
        self.session = made[0]
        self.went: list[tuple[str, str]] = []
        self.work.went.connect(lambda place, case: self.went.append((place, case)))
        self.case = self.ask(lambda s: cases.open_case(s, source="S_SELF")).case.id
        self.window = MainWindow([Place("page", "页", "house")])
        qtbot.addWidget(self.window)
        self.notices.set_host(self.window.shell)
        self.window.resize(1366, 728)

    def _session(self, path: Path) -> Session:
        branch = Branch("CD", "城东支行", "示例银行")
        vault = Vault.create(
            path,
            "correct horse",
            person=self.person,
            branch=branch,
            device="柜台一",
            projector=engine().project,
            wall_ms=self.clock.wall_ms(),
            argon=Argon(m=8, t=1, p=1),
        )
        return Session(vault, engine(), self.clock, self.person, branch)

    def ask(self, task: Callable[[Session], T]) -> T:
        """Do something on the database's thread, as another page would."""
        got: list[T] = []
        self.jobs.query(lambda: task(self.session), got.append, owner=self.notices)
        self.qtbot.waitUntil(lambda: bool(got), timeout=10000)
        return got[0]

    def join(self, person: Person) -> None:
        """Somebody else works here, with a password of their own."""

        def task(session: Session) -> None:
            session.record(person_put(person))
            crew.let_in(session.vault, session.vault.database.path, [person])

        self.jobs.query(lambda: task(self.session), owner=self.notices)
        self.rest()

    def stored(self) -> CaseView:
        """The case as it is on the disk now."""
        return self.ask(lambda s: s.view(self.case))

    def later(self, **time: int) -> None:
        """Let time go by."""
        self.clock.at[0] += timedelta(**time)

    def show(self, page: CasePage) -> None:
        """Show the case on a page, the window active."""
        self.window.add_page("page", page)
        with self.qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        page.show_case(self.case)
        self.window.show_page("page")
        self.rest()

    def rest(self) -> None:
        """Until nothing is on its way any more."""
        for _round in range(3):
            self.qtbot.waitUntil(self.jobs.is_idle, timeout=10000)
            QCoreApplication.processEvents()

    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def type(self, words: str) -> None:
        for letter in words:
            QTest.keyClicks(self.focus(), letter)

    def say(self, field: QWidget, words: str) -> None:
        """Put words into a field as an input method does."""
        field.setFocus()
        event = QInputMethodEvent()
        event.setCommitString(words)
        QApplication.sendEvent(field, event)

    def press(
        self, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self.focus(), key, keys)

    def enter(self) -> None:
        """Ctrl+Enter, as a sheet's main button says."""
        self.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.rest()

    def sheet(self) -> Sheet | None:
        """The sheet on top, if there is one."""
        return next((s for s in self.window.findChildren(Sheet) if s.isVisible()), None)

    def close(self) -> None:
        self.window.close()
        self.jobs.query(self.session.vault.close, owner=self.notices)
        self.jobs.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def role() -> str:
    """Who is at the desk; a test may say another."""
    return "teller"


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, role: str) -> Iterator[Desk]:
    made = Desk(qtbot, tmp_path / "desk.vault", role)
    yield made
    made.close()
