"""The cursor of a teller in a hurry: where it goes by itself, and that it is always seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.intake_room import Room

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    made = Room(qtbot, tmp_path / "branch.vault")
    yield made
    made.leave()


def is_whole(room: Room) -> bool:
    """Whether all of the widget with the cursor is on the screen."""
    focus = room.focus()
    return focus.visibleRegion().boundingRect() == focus.rect()


def test_every_new_item_of_a_list_is_seen_while_it_is_typed(room: Room, qtbot: QtBot) -> None:
    room.open_new()
    room.press(Qt.Key.Key_2, CONTROL)
    room.rest()
    group = room.page.form().group("points")
    assert group is not None
    group.take_focus()
    qtbot.waitUntil(lambda: is_whole(room), timeout=2000)
    for number in range(1, 5):
        room.press(Qt.Key.Key_A, CONTROL | SHIFT)
        room.rest()
        assert len(group.cards) == number
        qtbot.waitUntil(lambda: group.place.isAncestorOf(room.focus()), timeout=2000)
        qtbot.waitUntil(lambda: is_whole(room), timeout=2000)
        room.type(f"point {number}")
    room.rest()


def test_an_offer_comes_right_after_its_field_and_leaves_the_cursor_there(room: Room) -> None:
    room.open_new()
    room.set(opening_words="排了七十分钟的队，窗口还关了")
    box = room.page.form().boxes()["scenario"]
    offered = box.offers()[0][0]
    box.editor.take_focus()
    room.press(Qt.Key.Key_Tab)
    assert room.focus().objectName() == "offer_scenario_0"
    room.press(Qt.Key.Key_Return)
    room.rest()
    assert room.view().case.value("scenario") == offered
    assert box.isAncestorOf(room.focus())
    room.press(Qt.Key.Key_Tab)
    assert room.focus() is room.page.form().boxes()["channel"].editor.widget
