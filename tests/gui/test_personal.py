"""A personal field: plain while typed, masked once it stands, never blank over a stored value."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desk.ui.intake.personal import PersonalEditor


def shown(qtbot: QtBot) -> PersonalEditor:
    editor = PersonalEditor("name")
    qtbot.addWidget(editor.widget)
    editor.widget.show()
    qtbot.waitExposed(editor.widget)
    editor.widget.activateWindow()
    editor.line.setFocus()
    qtbot.waitUntil(editor.line.hasFocus)
    return editor


def test_a_stored_value_shows_although_the_cursor_came_first(qtbot: QtBot) -> None:
    editor = shown(qtbot)
    assert not editor.is_at_work()
    editor.show_value("王小明")
    assert editor.is_shut()
    assert editor.value() == "王小明"
    assert editor.shut.masked.hasFocus()


def test_what_is_being_typed_is_not_overwritten(qtbot: QtBot) -> None:
    editor = shown(qtbot)
    QTest.keyClicks(editor.line, "Li")
    assert editor.is_at_work()
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert editor.is_at_work()
