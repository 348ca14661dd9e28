"""The shell: keys that act everywhere, the privacy cover, help, and titles of pages."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desk.ui.page import Page
from desk.ui.shell import NavButton, Place
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.fields import LineField
from desk.ui.widgets.labels import Text
from desk.ui.widgets.sheet import Sheet
from desk.ui.window import MainWindow

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


class NotePage(Page):
    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.field = LineField()
        self.header_right = [Button("报告 PDF")]
        self.header_left = [Chip("现场")]
        self.acted = 0
        self.seen: list[str] = []
        QVBoxLayout(self).addWidget(self.field)
        QShortcut(QKeySequence("Ctrl+T"), self).activated.connect(self._act)

    def _act(self) -> None:
        self.acted += 1

    def help_text(self) -> tuple[str, ...]:
        return ("这里记录来访。",)

    def on_shown(self) -> None:
        self.seen.append("shown")
        self.field.setFocus()

    def on_left(self) -> None:
        self.seen.append("left")


class Desk:
    """A window with two pages."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = MainWindow([Place("one", "一", "house"), Place("two", "二", "list")])
        qtbot.addWidget(self.window)
        self.one, self.two = NotePage("第一页"), NotePage("第二页")
        self.two.shows_search = True
        self.window.add_page("one", self.one)
        self.window.add_page("two", self.two)
        self.window.place_chosen.connect(self.window.show_page)
        self.window.resize(1280, 680)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.window.show_page("one")

    def press(self, key: Key, modifier: Qt.KeyboardModifier) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, modifier)


NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.window.close()


def sheets(desk: Desk) -> list[Sheet]:
    return [sheet for sheet in desk.window.findChildren(Sheet) if sheet.isVisible()]


def test_choosing_a_place_shows_its_page_and_header(desk: Desk, qtbot: QtBot) -> None:
    two = desk.window.findChild(NavButton, "nav_two")
    assert two is not None
    QTest.mouseClick(two, Qt.MouseButton.LeftButton)
    title = desk.window.findChild(Text, "page_title")
    assert title is not None
    assert title.text() == "第二页"
    assert two.isChecked()
    assert desk.two.header_right[0].isVisible()
    assert not desk.one.header_right[0].isVisible()
    assert desk.one.seen == ["shown", "left"]
    desk.two.set_title("改名")
    assert title.text() == "改名"


def test_keys_that_act_everywhere(desk: Desk, qtbot: QtBot) -> None:
    asked: list[str] = []
    desk.window.new_requested.connect(lambda: asked.append("new"))
    desk.window.search_entered.connect(asked.append)
    desk.press(Key.Key_N, CTRL)
    assert asked == ["new"]
    search = desk.window.header.search
    assert not search.isVisible()
    desk.press(Key.Key_K, CTRL)
    assert search.isVisible()
    assert search.hasFocus()
    QTest.keyClicks(search, "12378")
    QTest.keyClick(search, Key.Key_Return)
    assert asked == ["new", "12378"]
    QTest.keyClick(search, Key.Key_Escape)
    QTest.keyClick(search, Key.Key_Escape)
    assert not search.isVisible()


def test_the_cover_hides_everything_and_silences_the_keys(desk: Desk, qtbot: QtBot) -> None:
    asked: list[str] = []
    desk.window.new_requested.connect(lambda: asked.append("new"))
    told: list[str] = []
    desk.one.field.committed.connect(told.append)
    QApplication.sendEvent(desk.one.field, QInputMethodEvent("等着急", []))
    desk.press(Key.Key_F9, NONE)
    assert desk.window.is_covered()
    assert not desk.window.shell.isVisible()
    assert "诉" not in desk.window.windowTitle()
    assert told == ["等着急"]
    desk.press(Key.Key_N, CTRL)
    desk.press(Key.Key_T, CTRL)
    desk.press(Key.Key_Tab, NONE)
    assert asked == []
    assert desk.one.acted == 0
    desk.press(Key.Key_F9, NONE)
    assert not desk.window.is_covered()
    assert desk.one.field.hasFocus()
    desk.press(Key.Key_F9, NONE)
    desk.press(Key.Key_Escape, NONE)
    assert not desk.window.is_covered()


def test_help_is_a_sheet_that_silences_the_page_but_not_the_cover(desk: Desk, qtbot: QtBot) -> None:
    desk.press(Key.Key_T, CTRL)
    assert desk.one.acted == 1
    desk.press(Key.Key_F1, NONE)
    assert len(sheets(desk)) == 1
    words = [text.text() for text in sheets(desk)[0].findChildren(Text)]
    assert "这里记录来访。" in words
    desk.press(Key.Key_T, CTRL)
    desk.press(Key.Key_F1, NONE)
    assert desk.one.acted == 1
    assert len(sheets(desk)) == 1
    desk.press(Key.Key_F9, NONE)
    assert desk.window.is_covered()
    desk.press(Key.Key_F9, NONE)
    desk.press(Key.Key_Escape, NONE)
    assert sheets(desk) == []
    assert desk.one.field.hasFocus()


def test_what_is_being_typed_is_told_when_the_window_closes(desk: Desk, qtbot: QtBot) -> None:
    told: list[str] = []
    desk.one.field.committed.connect(told.append)
    QTest.keyClicks(desk.one.field, "abc")
    desk.window.close()
    assert told == ["abc"]


def test_the_focus_always_has_a_ring(desk: Desk) -> None:
    rings = [
        ring
        for ring in desk.one.findChildren(QWidget)
        if type(ring).__name__ == "_Ring" and ring.isVisible()
    ]
    assert len(rings) == 1
    assert rings[0].geometry().contains(desk.one.field.geometry())


def test_the_ring_is_whole_where_the_parent_ends_at_the_widget(desk: Desk) -> None:
    for button in desk.one.header_right:
        button.setFocus()
        rings = [
            ring
            for ring in desk.window.findChildren(QWidget)
            if type(ring).__name__ == "_Ring" and ring.isVisible()
        ]
        assert len(rings) == 1
        host = rings[0].parentWidget()
        assert host is not None
        assert host.rect().contains(rings[0].geometry())


def test_a_page_behind_shows_nothing_in_the_header(desk: Desk) -> None:
    chip, button = desk.one.header_left[0], desk.one.header_right[0]
    desk.window.show_page("two")
    chip.setVisible(True)
    assert not chip.isVisible()
    chip.hide()
    desk.window.show_page("one")
    assert not chip.isVisible()
    assert button.isVisible()
