"""The sync page of a branch: joined, a file out, its word back, and what head office sent."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desk.domain.staff import Branch
from desk.services import hub, hub_imports, hub_receipts, sync, sync_exports
from desk.services.session import Session
from desk.services.sync_offers import offers
from desk.store.pace import Pace, beside
from desk.ui.exchange.sync_page import SyncPage
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.fields import LineField
from desk.ui.widgets.labels import Text
from tests.gui.lists.conftest import Desk
from tests.store import desks
from tests.store.crew import HEAD, engine

T = TypeVar("T")
BRANCH = "CD"


class HeadOffice:
    """Head office's vault, open only while something is done there, on the database's thread."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._desk, self.folder = desk, folder
        folder.mkdir()
        desk.ask(lambda _session: desks.made(folder, ["总行"]))
        self.does(hub.make)

    def does(self, task: Callable[[Session], T]) -> T:
        def there(session: Session) -> T:
            (found,) = desks.opened(self.folder, ["总行"])
            try:
                office = Session(
                    found.vault, engine(), session.moment, HEAD, Branch("HO", "总行"), office=True
                )
                return task(office)
            finally:
                found.vault.close()

        return self._desk.ask(there)


@pytest.fixture
def office(desk: Desk, tmp_path: Path) -> HeadOffice:
    return HeadOffice(desk, tmp_path / "office")


@pytest.fixture
def page(desk: Desk) -> SyncPage:
    page = SyncPage(desk.work)
    desk.show(page)
    return page


def press(page: SyncPage, name: str) -> None:
    button = page.window().findChild(Button, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def joined(page: SyncPage, desk: Desk, office: HeadOffice) -> None:
    """Head office's enrolment file, its fingerprint typed as it was read out."""
    enrolled = office.does(
        lambda there: hub.enrol(there, BRANCH, "城东支行", office.folder, profile="full")
    )
    page.join_by(enrolled.path)
    desk.rest()
    field = page.window().findChild(LineField, "join_mark")
    assert field is not None
    QTest.keyClicks(field, "0000-0000-0000")
    press(page, "sheet_do")
    desk.rest()
    assert field.isVisible(), "another fingerprint joins nobody"
    field.clear()
    QTest.keyClicks(field, enrolled.fingerprint)
    press(page, "sheet_do")
    desk.rest()


def exported(page: SyncPage, desk: Desk, folder: Path) -> list[Path]:
    """The file that the export sheet writes."""
    (peer,) = desk.ask(sync.states).peers
    page.preview(peer.peer.id, folder)
    desk.rest()
    press(page, "sheet_do")
    desk.rest()
    return sorted(folder.glob("*.cdx"))


def test_nothing_can_leave_before_somebody_is_joined(page: SyncPage) -> None:
    assert page.headline.text() == "还没有对接总行或其他电脑"
    assert not page.export.isEnabled()
    assert len(page.own.mark.text()) == len("XXXX-XXXX-XXXX")


def test_a_file_goes_out_and_its_three_states_come_one_by_one(
    page: SyncPage, desk: Desk, office: HeadOffice, tmp_path: Path
) -> None:
    joined(page, desk, office)
    stick = tmp_path / "stick"
    stick.mkdir()
    paths = exported(page, desk, stick)
    assert [one.state for one in page.table.rows.rows()] == ["exported"]
    press(page, "sync_delivered")
    press(page, "sheet_do")
    desk.rest()
    assert [one.state for one in page.table.rows.rows()] == ["delivered"]
    assert not page.arrived.isVisible()
    office.does(lambda there: hub_imports.import_(there, paths))
    mark = page.own.mark.text()
    office.does(lambda there: hub.approve(there, BRANCH, mark))
    receipts = office.does(lambda there: hub_receipts.receipt(there, BRANCH, stick))
    page.take_in([receipts[0].path])
    desk.qtbot.waitUntil(lambda: page.table.rows.rows()[0].state == "confirmed", timeout=10_000)
    desk.rest()
    assert page.headline.text() == "送出的都已确认"


def test_what_is_being_written_can_be_stopped(
    page: SyncPage,
    desk: Desk,
    office: HeadOffice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    joined(page, desk, office)
    (peer,) = desk.ask(sync.states).peers
    page.preview(peer.peer.id, tmp_path)
    desk.rest()
    begun, go_on = threading.Event(), threading.Event()

    def slow(report: Callable[[float], None], stop: Callable[[], bool]) -> Pace:
        def waiting(share: float) -> None:
            report(share)
            begun.set()
            go_on.wait(10)

        return beside(waiting, stop)

    monkeypatch.setattr(sync_exports, "beside", slow)
    press(page, "sheet_do")
    desk.qtbot.waitUntil(begun.is_set, timeout=10_000)
    press(page, "export_stop")
    go_on.set()
    desk.rest()
    problem = page.window().findChild(Text, "sheet_problem")
    assert problem is not None
    assert problem.text() == "已停止，没有写出任何文件。"
    assert not list(tmp_path.glob("*.cdx*"))
    monkeypatch.undo()
    press(page, "sheet_do")
    desk.rest()
    assert len(list(tmp_path.glob("*.cdx"))) == 1


def test_what_head_office_sends_along_waits_to_be_decided(
    page: SyncPage, desk: Desk, office: HeadOffice, tmp_path: Path
) -> None:
    joined(page, desk, office)
    paths = exported(page, desk, tmp_path)
    office.does(lambda there: hub_imports.import_(there, paths))
    mark = page.own.mark.text()
    office.does(lambda there: hub.approve(there, BRANCH, mark))
    office.does(lambda there: hub_receipts.publish_message(there, "值班安排", "三日恢复。"))
    receipts = office.does(lambda there: hub_receipts.receipt(there, BRANCH, tmp_path))
    page.take_in([receipts[0].path])
    desk.qtbot.waitUntil(lambda: bool(desk.ask(offers)), timeout=10_000)
    desk.rest()
    press(page, "offer_accept")
    press(page, "sheet_close")
    desk.rest()
    assert desk.ask(offers) == ()


def test_a_file_that_is_none_is_told_and_changes_nothing(
    page: SyncPage, desk: Desk, tmp_path: Path
) -> None:
    wrong = tmp_path / "holiday.cdx"
    wrong.write_bytes(b"not a bundle")
    before = desk.ask(lambda session: session.vault.heads())
    page.take_in([wrong])
    desk.qtbot.waitUntil(lambda: page.window().findChild(Button, "sheet_close") is not None)
    press(page, "sheet_close")
    desk.rest()
    assert desk.ask(lambda session: session.vault.heads()) == before
