"""A forgotten password: from the unlock page, by the recovery sheet, to a new one that opens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desk.domain.events import Unlocked
from desk.services import keyring
from desk.services.session import Session
from desk.ui import theme
from desk.ui.demo import hands
from desk.ui.keys.recover_page import RecoverPage
from desk.ui.widgets.labels import Text
from tests.gui.program_room import PASSWORD, ProgramRoom

NEW = "seven lamps on the bridge"


@pytest.fixture
def room(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[ProgramRoom]:
    """A program, set up and open."""
    made = ProgramRoom(qtbot, qapp, tmp_path)
    made.set_up()
    yield made
    made.end()
    theme.apply(qapp)


def printed(session: Session) -> str:
    """The code of a recovery sheet put in force."""
    sheet = keyring.draft_recovery(session)
    keyring.put_recovery(session, sheet)
    return " ".join(sheet.groups)


def recover_page(room: ProgramRoom) -> RecoverPage:
    page = room.start().page
    assert isinstance(page, RecoverPage)
    return page


def test_the_sheet_gives_a_new_password_and_the_old_one_is_gone(room: ProgramRoom) -> None:
    code = room.read(printed)
    hands.press(Qt.Key.Key_L, hands.CTRL | hands.ALT)
    room.wait(room.is_locked)
    hands.tab_to("start_recover")
    hands.press(Qt.Key.Key_Space)
    room.wait(lambda: hands.is_at("recover_code"))
    hands.press(Qt.Key.Key_Return)
    hands.click(recover_page(room).go_on)
    assert recover_page(room).status().words()
    hands.replace(code[:-1] + ("7" if code[-1] != "7" else "8"))
    hands.press(Qt.Key.Key_Tab)
    assert any("8" in text for text in noted(room))
    hands.tab_to("new_password")
    hands.write(NEW)
    hands.press(Qt.Key.Key_Return)
    hands.write(NEW)
    hands.press(Qt.Key.Key_Return)
    room.wait(lambda: not recover_page(room).status().is_busy())
    assert "8" in recover_page(room).status().words()
    assert hands.is_at("recover_code")
    hands.replace(code.lower().replace(" ", "-"))
    hands.tab_to("recover_go_on")
    hands.press(Qt.Key.Key_Space)
    room.wait(room.is_locked)
    assert "1001" in room.unlock_page().status().words()
    room.wait(lambda: hands.is_at("unlock_password"))
    room.unlock(PASSWORD)
    room.wait(lambda: "密码不对" in room.unlock_page().status().words())
    room.unlock(NEW)
    room.wait(room.is_open)
    told = [event for event in room.happened() if isinstance(event, Unlocked)]
    assert "recovery" in [event.slot for event in told]


def noted(room: ProgramRoom) -> list[str]:
    labelled = recover_page(room).code.parentWidget()
    assert labelled is not None
    return [label.text() for label in labelled.findChildren(Text)]


def test_the_way_back_leads_to_the_unlock_page(room: ProgramRoom) -> None:
    hands.press(Qt.Key.Key_L, hands.CTRL | hands.ALT)
    room.wait(room.is_locked)
    hands.tab_to("start_recover")
    hands.press(Qt.Key.Key_Space)
    room.wait(lambda: hands.is_at("recover_code"))
    hands.click(recover_page(room).back)
    room.wait(lambda: hands.is_at("unlock_password"))
    room.unlock()
    room.wait(room.is_open)
    assert room.places().here == "today"
