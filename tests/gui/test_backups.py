"""The backup page and the page that restores, from the first backup to a vault put back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desk.domain.events import BackedUp, Restored, RestoreTried
from desk.domain.ledger import Filter
from desk.services import cases, restoring
from desk.settings import Settings
from desk.store import backups as store
from desk.ui import theme
from desk.ui.backups.backups_page import BackupsPage
from desk.ui.backups.sheets import RestoreSheet
from desk.ui.demo import hands
from desk.ui.start.restore_page import RestorePage
from desk.ui.widgets.labels import Text
from tests.gui.program_room import PASSWORD, ProgramRoom

Make = Callable[..., ProgramRoom]


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Make]:
    """Starts programs on the vault of this test; they are finished when the test is."""
    made: list[ProgramRoom] = []

    def begin(*, settings: Settings | None = None) -> ProgramRoom:
        made.append(ProgramRoom(qtbot, qapp, tmp_path, settings))
        return made[-1]

    yield begin
    for room in made:
        room.end()
    theme.apply(qapp)


@pytest.fixture
def room(make: Make) -> ProgramRoom:
    made = make()
    made.set_up()
    return made


def shown(room: ProgramRoom) -> BackupsPage:
    room.places().go("backups")
    page = room.places().page("backups")
    assert isinstance(page, BackupsPage)
    room.wait(lambda: room.program.jobs.is_idle() and bool(page.standing.headline.text()))
    return page


def settled(room: ProgramRoom, page: BackupsPage) -> None:
    room.wait(lambda: not page.keeper.doing and room.program.jobs.is_idle())


def restore_page(room: ProgramRoom) -> RestorePage:
    room.wait(lambda: room.program.start is not None and room.program.jobs.is_idle())
    page = room.start().page
    assert isinstance(page, RestorePage)
    return page


def test_a_backup_is_made_by_one_key_and_shown(room: ProgramRoom) -> None:
    page = shown(room)
    assert page.standing.headline.text() == "还没有备份"
    assert page.table.isHidden()
    assert hands.focus() is page.now
    hands.press(Qt.Key.Key_B, hands.CTRL)
    settled(room, page)
    assert page.standing.headline.text().startswith("最近备份：")
    assert [one.state for one in page.table.rows.rows()] == ["whole"]
    assert [type(one) for one in room.happened()][-1] is BackedUp
    assert not page.standing.doing.isVisible()


def test_the_clock_backs_up_and_tries_it_out_without_anybody(room: ProgramRoom) -> None:
    room.open_new()
    page = shown(room)
    page.keeper.look()
    settled(room, page)
    page.keeper.look()
    settled(room, page)
    made = [one for one in room.happened() if isinstance(one, BackedUp | RestoreTried)]
    assert [type(one) for one in made] == [BackedUp, RestoreTried]
    assert isinstance(made[0], BackedUp)
    assert made[0].why == "time"
    assert page.drill.chip.text() == "可以恢复"
    page.keeper.look()
    settled(room, page)
    assert len([one for one in room.happened() if isinstance(one, BackedUp)]) == 1


def test_a_backup_that_cannot_be_made_is_said_and_made_later(
    room: ProgramRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shown(room)
    with monkeypatch.context() as patched:
        patched.setattr(store, "_SPARE", 1 << 60)
        page.now.click()
        settled(room, page)
    assert page.standing.headline.text() == "最近一次备份没有成功"
    assert "MB" in page.standing.told.text()
    assert room.program.notices.shown()
    page.now.click()
    settled(room, page)
    assert page.standing.headline.text().startswith("最近备份：")


def test_the_second_place_is_told_honestly(room: ProgramRoom, tmp_path: Path) -> None:
    page = shown(room)
    stick = tmp_path / "stick"
    page._use(str(stick))
    room.wait(lambda: room.places().page("backups") is not page)
    page = shown(room)
    assert page.second.detail.isVisible()
    assert page.second.chip.text() == "等待中"
    page.now.click()
    settled(room, page)
    assert page.second.chip.text() == "连接不上"
    stick.mkdir()
    page.now.click()
    settled(room, page)
    assert page.second.chip.text() == "已同步"
    assert len(restoring.offers(stick)) == 1
    page.none.click()
    room.wait(lambda: room.places().page("backups") is not page)
    assert shown(room).second.chip.text() == "未设置"


def test_locking_gives_up_a_backup_and_waits_for_none(room: ProgramRoom) -> None:
    page = shown(room)
    page.now.click()
    room.program.lock("hand")
    room.wait(room.is_locked)
    folder = restoring.folder_of(room.vault)
    assert not list(folder.glob("*.part"))


def test_a_vault_is_put_back_by_keys_alone(room: ProgramRoom) -> None:
    first = room.read(lambda session: cases.open_case(session).case.id)
    page = shown(room)
    hands.press(Qt.Key.Key_B, hands.CTRL)
    settled(room, page)
    second = room.read(lambda session: cases.open_case(session).case.id)
    page.table.setFocus()
    del page  # which would keep what belongs to the locked vault
    hands.press(Qt.Key.Key_Return)
    room.wait(lambda: bool(room.places().window.findChildren(RestoreSheet)))
    lacks = room.places().window.findChild(QWidget, "restore_lacks")
    assert isinstance(lacks, Text)
    assert "1 件案件" in lacks.text()
    del lacks
    hands.press(Qt.Key.Key_Return, hands.CTRL)
    restore = restore_page(room)
    room.wait(restore.password.hasFocus)
    assert restore.table.current() is not None
    hands.write("wrong")
    hands.press(Qt.Key.Key_Return)
    room.wait(lambda: "密码" in restore.status().words())
    hands.write(PASSWORD)
    hands.press(Qt.Key.Key_Return)
    room.wait(lambda: restore.go_on.text() == "恢复")
    hands.press(Qt.Key.Key_Return)
    room.wait(room.is_open)
    told = room.happened()
    assert any(isinstance(one, Restored) for one in told)
    known = room.read(
        lambda session: [row.case for row in session.vault.ledger.page(Filter()).rows]
    )
    assert first in known
    assert second not in known
    aside = list(room.vault.parent.glob("branch.vault.before-restore-*"))
    assert len(aside) == 2  # the vault and its key file
