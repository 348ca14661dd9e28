"""A desk for tests of the intake: one real encrypted vault, its window, and hands at the keys."""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desk.domain.engine import CaseView, Engine
from desk.domain.events import Revealed, Value
from desk.domain.staff import Branch, Person
from desk.packs import loader
from desk.services import cases
from desk.services.moment import Moment
from desk.services.people import everybody
from desk.services.session import Session
from desk.settings import Settings
from desk.store.stretching import Argon
from desk.store.vault import Vault, person_put
from desk.ui.intake.page import IntakePage, open_new
from desk.ui.jobs import Jobs
from desk.ui.notify import Notices
from desk.ui.shell import Place
from desk.ui.widgets.buttons import Button
from desk.ui.window import MainWindow
from desk.ui.work import Work
from tests.store import crew

ME = Person("0417", "王敏", "teller")
BRANCH = Branch("CD", "城东支行", "示例银行")


@cache
def engine() -> Engine:
    return Engine(loader.load())


def new_session(path: Path) -> Session:
    moment = Moment()
    vault = Vault.create(
        path,
        "correct horse",
        person=ME,
        branch=BRANCH,
        device="二号窗",
        projector=engine().project,
        wall_ms=moment.wall_ms(),
        argon=Argon(m=8, t=1, p=1),
    )
    return Session(vault, engine(), moment, ME, BRANCH)


class Room:
    """A window with the intake of a new case, and what a person does in it."""

    def __init__(self, qtbot: QtBot, path: Path) -> None:
        self.qtbot = qtbot
        self.path = path
        self.notices = Notices()
        self.jobs = Jobs(self.notices.show_failure)
        made: list[Session] = []  # the vault belongs to the database's thread from the first
        self.jobs.query(lambda: new_session(path), made.append, owner=self.notices)
        qtbot.waitUntil(lambda: bool(made), timeout=10000)
        self.session = made[0]
        self.work = Work(self.session, self.jobs, self.notices, Settings())
        self.window = MainWindow([Place("intake", "受理", "clipboard-pen-line")])
        qtbot.addWidget(self.window)
        self.notices.set_host(self.window)
        self.page = IntakePage(self.work)
        self.window.add_page("intake", self.page)
        self.went: list[tuple[str, str]] = []
        self.work.went.connect(self.go)
        self.window.resize(1366, 728)
        self.window.show()
        qtbot.waitExposed(self.window)

    def go(self, place: str, case: str) -> None:
        self.went.append((place, case))
        if place == "intake":
            self.window.show_page("intake")
            self.page.show_case(case)

    def sit_down(self, person: Person) -> None:
        """Somebody else at the same desk, the same page open."""
        self.work._session = replace(self.session, actor=person)
        self.page.refresh()
        self.rest()

    def join(self, *people: Person) -> None:
        """Others work here too, each with a password of their own."""

        def task() -> None:
            self.session.record(*map(person_put, people))
            vault = self.session.vault
            crew.let_in(vault, vault.database.path, list(people))

        self.jobs.query(task, owner=self.notices)
        self.work.read(everybody, self.page._take_people, owner=self.page)
        self.rest()

    def open_new(self) -> None:
        open_new(self.work)
        self.rest()

    def rest(self) -> None:
        """Until nothing is on its way any more."""
        self.qtbot.waitUntil(self.jobs.is_idle, timeout=5000)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.qtbot.waitUntil(self.jobs.is_idle, timeout=5000)

    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def type(self, words: str) -> None:
        QTest.keyClicks(self.focus(), words)

    def press(
        self, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self.focus(), key, keys)

    def set(self, **values: Value) -> None:
        """Store values as another page would."""
        case = self.page.case

        def task(session: Session) -> CaseView:
            for path, value in values.items():
                cases.set_field(session, case, path, value)
            return cases.view(session, case)

        self.page.change(task)
        self.rest()

    def reveals(self) -> list[Revealed]:
        """Every look at a masked value that was recorded."""
        found: list[Revealed] = []
        case = self.page.case

        def task(session: Session) -> list[Revealed]:
            events = session.vault.events(case)
            return [event.payload for event in events if isinstance(event.payload, Revealed)]

        self.rest()
        self.work.read(task, found.extend, owner=self.work)
        self.rest()
        return found

    def button(self, name: str) -> Button:
        found = self.window.findChild(Button, name)
        assert isinstance(found, Button)
        return found

    def view(self) -> CaseView:
        assert self.page.view is not None
        return self.page.view

    def shot(self, name: str) -> None:
        folder = os.environ.get("DESK_SHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.qtbot.wait(30)
            self.window.grab().save(str(Path(folder) / f"{name}.png"))

    def leave(self) -> None:
        self.window.close()
        self.jobs.query(self.session.vault.close, owner=self.notices)
        self.jobs.close()
