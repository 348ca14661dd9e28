"""The knowledge page as a teller uses it: one character, arrows, links, and the way back."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desk import i18n
from desk.services import knowledge
from desk.services.leaves import Trust
from desk.ui import theme
from desk.ui.knowledge.knowledge_page import KnowledgePage
from desk.ui.places import Places
from desk.ui.widgets import painting
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.chips import Chip
from tests.gui.lists.conftest import Desk

CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
_LINE_SIDE = 2
"""What a line to type in leaves free at both ends."""


class Reader:
    """A person at the knowledge page of the whole program."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk = desk
        self.places = Places(desk.work)
        self.window = self.places.window
        qtbot.addWidget(self.window)
        self.window.resize(1366, 728)
        self.places.go("today")
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is self.window)
        self.rest()

    @property
    def page(self) -> KnowledgePage:
        found = self.places.page("knowledge")
        assert isinstance(found, KnowledgePage)
        return found

    def open(self) -> None:
        self.find(QWidget, "nav_knowledge").setFocus()
        self.press(Qt.Key.Key_Return)

    def find(self, kind: type[QWidget], name: str) -> QWidget:
        found = self.window.findChild(kind, name)
        assert found is not None, name
        return found

    def press(
        self, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key, keys)
        self.rest()

    def search(self, words: str) -> None:
        self.press(Qt.Key.Key_F, CONTROL)
        self.page.box.insert(words)  # as an input method commits it
        self.press(Qt.Key.Key_Return)

    def rest(self) -> None:
        self.desk.rest()

    def shown(self) -> str:
        leaf = self.page.leaf.leaf()
        return leaf.entry.key if leaf is not None else ""


@pytest.fixture
def reader(desk: Desk, qtbot: QtBot) -> Iterator[Reader]:
    made = Reader(desk, qtbot)
    yield made
    made.window.close()


def test_one_character_finds_and_the_first_answer_is_read_at_once(reader: Reader) -> None:
    reader.open()
    assert QApplication.focusWidget() is reader.page.box
    reader.search("押")
    entries = reader.page.results.rows.rows()
    assert entries
    assert all(
        "押" in "".join((e.key, e.title.zh, e.source, *(line.zh for line in e.lines)))
        for e in entries
    )
    assert reader.shown() == entries[0].key
    assert QApplication.focusWidget() is reader.page.results


def test_arrows_in_the_list_turn_the_page(reader: Reader) -> None:
    reader.open()
    reader.search("退")
    entries = reader.page.results.rows.rows()
    reader.press(Qt.Key.Key_Down)
    assert reader.shown() == entries[1].key
    reader.press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is reader.page.leaf.column


def test_shelves_are_opened_with_the_arrows_and_say_how_much_they_hold(reader: Reader) -> None:
    reader.open()
    shelves = reader.page.shelves
    shelves.setFocus()
    reader.press(Qt.Key.Key_Down)
    assert shelves.value() == "scripts"
    pack = reader.desk.work.pack
    assert len(reader.page.results.rows.rows()) == len(pack.scripts)
    assert str(len(pack.cards)) in shelves.buttons["cards"].accessibleName()


def test_scripts_are_narrowed_by_matter_step_and_customer(reader: Reader) -> None:
    reader.open()
    reader.page.shelves.buttons["scripts"].click()
    reader.rest()
    whole = len(reader.page.results.rows.rows())
    for name, value in (("scenario", "queue"), ("step", "1"), ("profile", "T4")):
        combo = reader.page.filters[name]
        combo.setFocus()
        combo._chosen(combo.findData(value))
        reader.rest()
    keys = {entry.key for entry in reader.page.results.rows.rows()}
    assert 0 < len(keys) < whole
    for script in reader.desk.work.pack.scripts:
        if script.key in keys:
            assert not script.steps or 1 in script.steps
            assert {"T4", "any"} & set(script.profiles) or not script.profiles
    first = reader.page.results.rows.rows()[0].key
    named = next(s for s in reader.desk.work.pack.scripts if s.key == first)
    assert "queue" in named.scenarios  # what names the matter stands before what fits everywhere


@pytest.mark.parametrize("language", ["zh", "en"])
def test_large_text_leaves_the_choices_whole_on_the_least_screen(
    desk_of: Callable[..., Desk], qtbot: QtBot, qapp: QApplication, language: i18n.Language
) -> None:
    i18n.use(language)
    theme.apply(qapp, scale=1.5)
    try:
        reader = Reader(desk_of(), qtbot)
        reader.window.resize(*theme.LEAST_SIZE)
        reader.places.go("knowledge")
        reader.rest()
        for _ in range(4):  # layouts settle in rounds of posted events
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        for combo in reader.page.filters.values():
            line = combo.lineEdit()
            assert line is not None
            inside = line.width() - 2 * _LINE_SIDE
            assert painting.text_width(line.text(), theme.now().text_body) < inside, line.text()
    finally:
        theme.apply(qapp)


def test_nothing_found_says_so_and_leads_on(reader: Reader) -> None:
    reader.open()
    reader.search("龘")
    empty = reader.find(QWidget, "knowledge_empty")
    assert empty.isVisible()
    assert reader.page.leaf.leaf() is None
    action = empty.findChild(Button, "empty_action")
    assert isinstance(action, Button)
    action.click()
    reader.rest()
    assert not empty.isVisible()
    assert reader.page.box.text() == ""


def test_a_failure_is_told_and_can_be_tried_again(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.open()

    def broken(*_anything: object) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr(knowledge, "look_up", broken)
        reader.search("押")
    empty = reader.find(QWidget, "knowledge_empty")
    assert empty.isVisible()
    assert not reader.page.busy.is_busy()
    action = empty.findChild(Button, "empty_action")
    assert isinstance(action, Button)
    action.click()
    reader.rest()
    assert reader.shown()


def test_a_link_opens_the_rule_and_alt_left_comes_back(reader: Reader) -> None:
    script = next(s for s in reader.desk.work.pack.scripts if s.cites)
    reader.places.consult(script.key)
    reader.rest()
    assert reader.shown() == script.key
    rule = script.cites[0].partition("-")[0]
    reader.find(Button, f"link_{rule}").click()  # type: ignore[attr-defined]
    reader.rest()
    assert reader.shown() == rule
    reader.press(Qt.Key.Key_Left, ALT)
    assert reader.shown() == script.key


def test_esc_leads_back_to_where_it_was_opened(reader: Reader) -> None:
    reader.places.consult("L7-24")
    reader.rest()
    assert reader.shown() == "L7"
    assert reader.page.back.isVisible()
    reader.press(Qt.Key.Key_Escape)
    assert reader.places.here == "today"
    reader.open()
    assert not reader.page.back.isVisible()


def test_an_article_stands_first_and_says_whether_it_may_be_quoted(reader: Reader) -> None:
    reader.places.consult("L7-24")
    reader.rest()
    leaf = reader.page.leaf.leaf()
    assert leaf is not None
    rule = next(c for c in reader.desk.work.pack.citations if c.key == "L7")
    article = next(a for a in rule.articles if a.number == 24)
    trust = next(block for block in leaf.blocks if isinstance(block, Trust))
    assert trust.confidence == article.confidence


def test_what_nobody_checked_is_marked_as_not_to_be_quoted(reader: Reader) -> None:
    leaf = reader.page.leaf
    reader.places.consult("L7")
    reader.rest()
    shown = leaf.leaf()
    assert shown is not None
    blocks = tuple(
        replace(block, confidence="unverified") if isinstance(block, Trust) else block
        for block in shown.blocks
    )
    leaf.show_leaf(replace(shown, blocks=blocks))
    chips = [chip for chip in leaf.findChildren(Chip, "trust") if not chip.isHidden()]
    assert chips[-1].text() == "未核实，不能对客户引用"
    assert chips[-1].tone() == "red"


def test_both_languages_or_one(reader: Reader) -> None:
    reader.places.consult("CARD-R09")
    reader.rest()
    card = next(c for c in reader.desk.work.pack.cards if c.key == "CARD-R09")

    def words() -> str:
        labels = reader.page.leaf.column.findChildren(QWidget)
        return "\n".join(str(label.property("text")) for label in labels if label.property("text"))

    assert card.body[0].zh in words()
    assert card.body[0].en in words()
    reader.press(Qt.Key.Key_E, CONTROL)
    assert card.body[0].en not in words()
    assert card.body[0].zh in words()


def test_a_script_is_copied_as_it_is_said(reader: Reader) -> None:
    script = reader.desk.work.pack.scripts[0]
    reader.places.consult(script.key)
    reader.rest()
    reader.page.leaf.copy.click()
    assert QGuiApplication.clipboard().text() == script.text.of(i18n.language())


def test_an_unknown_key_is_looked_for_as_words(reader: Reader) -> None:
    reader.places.consult("住院")
    reader.rest()
    assert reader.page.box.text() == "住院"
    assert reader.shown()


def test_privacy_covers_this_page_too(reader: Reader) -> None:
    reader.open()
    reader.press(Qt.Key.Key_F9)
    assert reader.window.is_covered()
    reader.press(Qt.Key.Key_Escape)
    assert not reader.window.is_covered()
