"""A real encrypted vault with the sample cases at a fixed moment, and a window to work in."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from desk.domain.engine import Engine
from desk.domain.staff import Branch, Person
from desk.packs import loader
from desk.services import samples, vaults
from desk.services.moment import Moment
from desk.services.session import Session
from desk.settings import Settings
from desk.store.stretching import Argon
from desk.store.vault import Vault
from desk.ui.jobs import Jobs
from desk.ui.notify import Notices
from desk.ui.page import Page
from desk.ui.shell import Place
from desk.ui.window import MainWindow
from desk.ui.work import Work

NOW = datetime(2026, 11, 24, 14, 30)  # noqa: DTZ001 - the branch's wall clock
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fixed(Moment):
    """A clock that stands still."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def wall_ms(self) -> int:
        return int(self.at.timestamp() * 1000)


class Desk:
    """The window, the jobs and the vault of one test, and what a person does there."""

    def __init__(self, qtbot: QtBot, session: Callable[[], Session]) -> None:
        self.qtbot = qtbot
        self.notices = Notices()
        self.jobs = Jobs(self.notices.show_failure)
        made: list[Session] = []  # the vault belongs to the database's thread from the first
        self.jobs.query(session, made.append, owner=self.notices)
        qtbot.waitUntil(lambda: bool(made), timeout=20000)
        self.session = made[0]
        self.work = Work(self.session, self.jobs, self.notices, Settings())
        self.window = MainWindow([Place("page", "页", "house")])
        qtbot.addWidget(self.window)
        self.notices.set_host(self.window.shell)
        self.window.resize(1366, 728)
        self.went: list[tuple[str, str]] = []
        self.work.went.connect(lambda place, case: self.went.append((place, case)))

    def show(self, page: Page) -> None:
        """Show a page as the program does, read."""
        self.window.add_page("page", page)
        self.window.show()
        self.qtbot.waitExposed(self.window)
        self.window.show_page("page")
        self.rest()

    def rest(self) -> None:
        """Until nothing is on its way any more."""
        self.qtbot.waitUntil(self.jobs.is_idle, timeout=10000)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.qtbot.waitUntil(self.jobs.is_idle, timeout=10000)

    def ask(self, task: Callable[[Session], T]) -> T:
        """What the vault answers, asked on its own thread."""
        found: list[T] = []
        self.work.read(task, found.append, owner=self.notices)
        self.rest()
        return found[0]

    def close(self) -> None:
        """Close window and vault."""
        self.window.close()
        session = self.session
        self.jobs.query(lambda: vaults.close(session), owner=self.notices)
        self.jobs.close()


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(loader.load())


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Path:
    """The folder of a sample vault, closed, to be copied."""
    folder = tmp_path_factory.mktemp("sample")
    vaults.close(samples.sample_session(folder, Fixed(), engine=engine))
    return folder


@pytest.fixture
def desk_of(
    qtbot: QtBot, tmp_path: Path, sample: Path, engine: Engine
) -> Iterator[Callable[..., Desk]]:
    """Makes the desk of a person with a copy of the sample vault."""
    opened: list[Desk] = []

    def make(person: str = "1001") -> Desk:
        folder = tmp_path / "vault"
        shutil.copytree(sample, folder)
        path = next(folder.glob("*.vault"))

        def session() -> Session:
            found = vaults.unlock(path, samples.PASSWORD, moment=Fixed(), engine=engine)
            actor = next(one for one in found.vault.people() if one.id == person)
            return Session(found.vault, engine, found.moment, actor, found.branch)

        opened.append(Desk(qtbot, session))
        return opened[-1]

    yield make
    for desk in opened:
        desk.close()


@pytest.fixture
def desk(desk_of: Callable[..., Desk]) -> Desk:
    """The desk of the branch head, with the sample cases."""
    return desk_of()


@pytest.fixture
def new_desk(qtbot: QtBot, tmp_path: Path, engine: Engine) -> Iterator[Desk]:
    """A desk with a vault in which nothing is yet."""
    person, branch = Person("0417", "王敏", "teller"), Branch("CD", "城东支行")

    def session() -> Session:
        vault = Vault.create(
            tmp_path / "new.vault",
            "correct horse",
            person=person,
            branch=branch,
            device="二号窗",
            projector=engine.project,
            wall_ms=Fixed().wall_ms(),
            argon=Argon(m=8, t=1, p=1),
        )
        return Session(vault, engine, Fixed(), person, branch)

    made = Desk(qtbot, session)
    yield made
    made.close()
