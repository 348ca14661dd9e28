"""`python -m tests.pictures`: draws the pictures of `resources/guide`, or every page of exchange.

    python -m tests.pictures                                      the two pictures of the guide
    python -m tests.pictures --out DIR [--lang en] [--scale 1.5]  all pages, to be looked at

The branch is the sample; head office lives in a folder that is thrown away.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from desk import paths
from desk.domain.exchange import Profile
from desk.domain.ledger import Filter
from desk.services import (
    cases,
    hub,
    hub_imports,
    hub_receipts,
    sync,
    sync_exports,
    sync_imports,
)
from desk.services.session import Session
from desk.settings import Settings
from tests.store import crew, desks, sync_offices
from tests.store.hubs import story as hub_story
from tests.store.offices import Counter, Office

if TYPE_CHECKING:
    from desk.ui.places import Places

GUIDE = paths.RESOURCES / "guide"
T = TypeVar("T")
_SIZE = (1366, 728)
_WAIT_MS = 30_000


def main() -> int:
    """Draw what was asked for."""
    asked = _parser().parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    (asked.out or GUIDE).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pictures") as folder:
        branch = _Camera(asked, Path(folder) / "none.vault", Path(folder))
        branch.open_sample()
        _branch(branch)
        branch.close()
        if asked.out is not None:
            place = Path(folder) / "office"
            place.mkdir()
            office = _Camera(asked, _office(place), place)
            office.unlock(crew.password(crew.HEAD))
            _pages_of_office(office)
            office.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("--out", type=Path, help="where all pages go; else the guide's two")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    parser.add_argument("--scale", type=float, default=1.0)
    return parser


class _Camera:
    """A program at work, and the pictures taken of it."""

    def __init__(self, asked: argparse.Namespace, vault: Path, folder: Path) -> None:
        from desk import app

        self._out, self._folder = asked.out or GUIDE, folder
        self.program = app.Program(
            app.application(),
            Settings(language=asked.lang, scale=asked.scale),
            vault,
            settings_file=folder / "settings.json",
        )

    def open_sample(self) -> None:
        """Begin with the sample cases."""
        self.program.begin(sample=True)
        self._opened()

    def unlock(self, password: str) -> None:
        """Begin as whoever has this password."""
        from desk.ui.demo import hands

        self.program.begin()
        self._until(lambda: hands.is_at("unlock_password"))
        hands.write(password)
        hands.press(hands.Key.Key_Return)
        self._opened()

    def folder(self, name: str) -> Path:
        """A new folder."""
        made = self._folder / name
        made.mkdir()
        return made

    def ask(self, task: Callable[[Session], T]) -> T:
        """What the services answer, on the database's thread."""
        found: list[T] = []
        failed: list[Exception] = []
        places = self.places()
        places.work.read(task, found.append, owner=places, failed=failed.append)
        self._until(lambda: bool(found or failed))
        if failed:
            raise failed[0]
        return found[0]

    def places(self) -> "Places":
        """Where one can go."""
        if self.program.places is None:
            raise RuntimeError("no vault is open")
        return self.program.places

    def keep(self, name: str) -> None:
        """A picture of the window, once everything has settled."""
        window = self.places().window
        window.resize(*_SIZE)
        self._rest()
        file = self._out / f"{name}.png"
        if not window.grab().save(str(file)):
            raise OSError(f"{file} was not written")
        print(file.name)

    def close(self) -> None:
        """End the program."""
        self.places().window.close()
        self.program.finish()

    def _opened(self) -> None:
        self._until(lambda: self.program.places is not None)
        self._rest()

    def _rest(self) -> None:
        from desk.ui.demo.driver import quiet

        self._until(quiet(self.program.jobs.is_idle))

    def _until(self, is_so: Callable[[], bool]) -> None:
        from PySide6.QtCore import QElapsedTimer, QEventLoop, QTimer

        since = QElapsedTimer()
        since.start()
        while not is_so():
            if since.elapsed() > _WAIT_MS:
                raise TimeoutError
            loop = QEventLoop()
            QTimer.singleShot(20, loop.quit)
            loop.exec()


def _branch(camera: _Camera) -> None:
    """The sync page with something to see, and what is shown before a file leaves."""
    from desk.ui.demo import hands
    from desk.ui.exchange.sync_page import SyncPage

    sent, stick = camera.folder("sent"), camera.folder("U盘")
    peer = camera.ask(lambda session: _exchanged(session, sent))
    places = camera.places()
    places.go("sync")
    camera.keep("sync-page")
    page = places.page("sync")
    if not isinstance(page, SyncPage):
        raise TypeError(page)
    page.preview(peer, stick)
    camera.keep("sync-export")
    hands.press(hands.Key.Key_Escape)


def _exchanged(session: Session, folder: Path) -> str:
    """Files in each of their states, and a message of head office; its id."""
    sync_offices.make(folder / "made")
    with sync_offices.opened(folder / "made", folder / "there", ["总行"]) as (head,):
        branch = session.vault.branch()
        hub.make(head.session)
        enrolled = hub.enrol(head.session, branch.code, branch.name, folder, profile="full")
        offered = sync.introduced(session, enrolled.path)
        peer = sync.approve_peer(session, offered, enrolled.fingerprint).id
        hub_imports.import_(head.session, sync_exports.export(session, peer, folder).paths)
        hub.approve(head.session, branch.code, sync.own(session).fingerprint)
        hub_receipts.publish_message(
            head.session, "国庆期间值班安排", "十月一日至三日由值班行长签批延期申请。"
        )
        receipts = hub_receipts.receipt(head.session, branch.code, folder)
        sync_imports.import_(session, [one.path for one in receipts])
    case = session.vault.ledger.page(Filter()).rows[0].case
    for read in (False, True, False):
        cases.add_note(session, case, "客户来电，已告知进展")
        made = sync_exports.export(session, peer, folder)
        if read:
            sync.delivered(session, made.sha256)
    return peer


BRANCHES: tuple[tuple[str, str, Profile], ...] = (
    ("CD", "城东支行", "full"),
    ("CX", "城西支行", "deidentified"),
    ("KF", "开发区支行", "deidentified"),
    ("NM", "南门分理处", "off"),
)


def _office(folder: Path) -> Path:
    """Head office's vault with two branches that sent something, of four."""
    sync_offices.make(folder / "made")
    with sync_offices.opened(folder / "made", folder / "there", ["总行"]) as (head,):
        hub.make(head.session)
        for code, name, profile in BRANCHES:
            hub.enrol(head.session, code, name, folder, profile=profile)
        for code, _name, profile in BRANCHES[:2]:
            _sends(head.session, folder / code, code, profile)
        return head.session.vault.database.path


def _sends(session: Session, folder: Path, code: str, profile: Profile) -> None:
    """The first file of each of two computers; the first of them is approved."""
    folder.mkdir()
    office = Office(session, folder)
    desks.made(folder, ["柜台一", "柜台二"])
    for place, desk in enumerate(desks.opened(folder, ["柜台一", "柜台二"])):
        counter = Counter(desk, code, folder, profile=profile)
        for nth in range(8):
            counter.does(f"{code}{place}{nth}", *hub_story(f"{code}20261122-{place}{nth:02}"))
        office.take(*counter.export(office))
        if not place:
            office.approve(counter)
        desk.vault.close()


def _pages_of_office(camera: _Camera) -> None:
    """Every room of head office's own."""
    from desk.ui.administration.rooms import ROOMS

    for room in ROOMS:
        if room.office:
            camera.places().go(room.key)
            camera.keep(room.key)


if __name__ == "__main__":
    sys.exit(main())
