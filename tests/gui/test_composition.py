"""Chinese in the making: what an input method still holds is stored, whatever comes between."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desk.services import cases
from desk.ui import theme
from desk.ui.demo import hands
from tests.gui.program_room import ProgramRoom

WORDS, HELD = "我的钱", "取不出来"
Interruption = Callable[[ProgramRoom], None]


def compose(text: str) -> None:
    """Half a sentence in an input method, nothing of it chosen."""
    QApplication.sendEvent(hands.focus(), QInputMethodEvent(text, []))


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = hands.NONE) -> Interruption:
    return lambda _room: hands.press(key, modifier)


def click_elsewhere(room: ProgramRoom) -> None:
    hands.click(room.places().window.navigation.findChildren(QWidget)[-1])


def leave_for_another_window(room: ProgramRoom) -> None:
    other = QWidget()
    room.qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    room.wait(lambda: QApplication.activeWindow() is other)
    other.hide()
    room.places().window.activateWindow()


def nobody_there(room: ProgramRoom) -> None:
    room.let_pass(3 * 60)


def other_place(room: ProgramRoom) -> None:
    room.places().go("ledger")


def other_theme(room: ProgramRoom) -> None:
    room.places().settings_changed.emit(room.program.settings)
    room.qtbot.wait(50)


INTERRUPTIONS: dict[str, Interruption] = {
    "tab": press(Qt.Key.Key_Tab),
    "click elsewhere": click_elsewhere,
    "another window": leave_for_another_window,
    "another place": other_place,
    "F9": press(Qt.Key.Key_F9),
    "another step": press(Qt.Key.Key_2, hands.CTRL),
    "next step": press(Qt.Key.Key_Return, hands.CTRL),
    "assessment": press(Qt.Key.Key_T, hands.CTRL),
    "new complaint": press(Qt.Key.Key_N, hands.CTRL),
    "settings that make the window anew": other_theme,
    "lock by hand": press(Qt.Key.Key_L, hands.CTRL | hands.ALT),
    "lock by itself": nobody_there,
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One vault for all of these tests: each takes a complaint of its own."""
    return tmp_path_factory.mktemp("branch")


@pytest.fixture
def room(qtbot: QtBot, qapp: QApplication, home: Path) -> Iterator[ProgramRoom]:
    """A program with that vault open."""
    made = opened(qtbot, qapp, home)
    yield made
    made.end()
    theme.apply(qapp)


def opened(qtbot: QtBot, qapp: QApplication, home: Path) -> ProgramRoom:
    made = ProgramRoom(qtbot, qapp, home)
    if (home / "branch.vault").exists():
        made.unlock()
        made.wait(made.is_open)
    else:
        made.set_up()
    return made


def stored(room: ProgramRoom, case: str) -> str:
    if room.program.places is None:
        room.wait(room.is_locked)
        room.unlock()
    room.wait(room.is_open)
    return room.read(lambda session: cases.view(session, case).case.text("opening_words"))


@pytest.mark.parametrize("name", INTERRUPTIONS)
def test_what_is_composed_is_stored_when_something_comes_between(
    room: ProgramRoom, name: str
) -> None:
    case = room.open_new()
    hands.write(WORDS)
    compose(HELD)
    INTERRUPTIONS[name](room)
    assert stored(room, case) == WORDS + HELD


def test_what_is_composed_is_stored_when_the_window_is_closed(
    qtbot: QtBot, qapp: QApplication, home: Path
) -> None:
    first = opened(qtbot, qapp, home)
    case = first.open_new()
    compose(WORDS + HELD)
    window = first.places().window
    window.close()
    first.wait(lambda: not window.isVisible())
    first.end()
    again = opened(qtbot, qapp, home)
    assert stored(again, case) == WORDS + HELD
    again.end()
    theme.apply(qapp)


def test_a_line_of_text_and_a_masked_one_keep_it_too(room: ProgramRoom) -> None:
    case = room.open_new()
    hands.press(Qt.Key.Key_2, hands.CTRL)
    room.wait(room.is_open)
    for field, words in (("complainant_name", "欧阳"), ("product", "定期存款")):
        hands.tab_to(f"field_{field}")
        compose(words)
        hands.press(Qt.Key.Key_L, hands.CTRL | hands.ALT)
        room.wait(room.is_locked)
        room.unlock()
        room.wait(room.is_open)
        assert room.read(lambda session: cases.view(session, case)).case.text(field) == words


def test_a_choice_made_in_the_list_of_the_input_method_counts_once(room: ProgramRoom) -> None:
    case = room.open_new()
    compose("qu")
    chosen = QInputMethodEvent("", [])
    chosen.setCommitString(HELD)
    QApplication.sendEvent(hands.focus(), chosen)
    hands.press(Qt.Key.Key_F9)
    hands.press(Qt.Key.Key_F9)
    assert stored(room, case) == HELD
