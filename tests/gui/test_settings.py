"""Settings act at once, around the open case, and are there next time."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desk import i18n, paths
from desk import settings as stored
from desk.app import Program
from desk.services import locking
from desk.services.locking import Times
from desk.settings import Settings
from desk.ui import theme
from desk.ui.demo import hands
from desk.ui.places import Places
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.chips import ChoiceChips
from desk.ui.widgets.labels import ElidedLabel, Text
from desk.ui.widgets.sheet import Sheet

LONG_MS = 20_000


class Running:
    """A program with the sample vault open, at its settings."""

    def __init__(self, qtbot: QtBot, app: QApplication, folder: Path) -> None:
        self.qtbot = qtbot
        self.file = folder / "settings.json"
        self.program = Program(app, Settings(), folder / "branch.vault", settings_file=self.file)
        self.program.begin(sample=True)
        qtbot.waitUntil(lambda: self.program.places is not None, timeout=LONG_MS)
        self.go("settings")

    @property
    def places(self) -> Places:
        assert self.program.places is not None
        return self.program.places

    def go(self, place: str, case: str = "") -> None:
        self.places.go(place, case)
        self.rest()

    def rest(self) -> None:
        self.qtbot.waitUntil(self.program.jobs.is_idle, timeout=LONG_MS)

    def pick(self, group: str, place: int) -> None:
        """Press the digit of a choice, and wait for the window that follows."""
        before = self.places
        hands.find(ChoiceChips, group).pick(place)
        self.qtbot.waitUntil(lambda: self.program.places is not before, timeout=LONG_MS)
        self.rest()

    def words(self) -> list[str]:
        return [
            label.whole_text() if isinstance(label, ElidedLabel) else label.text()
            for label in self.places.window.findChildren(Text)
            if label.isVisible()
        ]


@pytest.fixture
def running(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Running]:
    made = Running(qtbot, qapp, tmp_path)
    yield made
    window = made.places.window
    window.close()
    made.program.finish()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme.apply(qapp)


def test_language_theme_and_size_act_at_once_and_are_kept(running: Running) -> None:
    assert "选择后立即生效" in running.words()
    running.pick("settings_language", 2)
    assert i18n.language() == "en"
    assert "every choice acts at once" in running.words()
    running.pick("settings_theme", 2)
    assert theme.now().name == "dark"
    running.pick("settings_scale", 3)
    assert theme.now().scale == 1.5
    assert stored.load(running.file) == Settings(language="en", theme="dark", scale=1.5)


def test_the_case_in_hand_stays_open(running: Running) -> None:
    hands.press(Qt.Key.Key_N, hands.CTRL)
    running.qtbot.waitUntil(lambda: running.places.here == "intake", timeout=LONG_MS)
    running.rest()
    case = running.places.case
    hands.write("等着用钱")
    running.go("settings")
    running.pick("settings_language", 2)
    assert running.places.case == case
    running.go("intake")
    field = hands.focus()
    assert field.window() is running.places.window
    found = hands.find(type(field), "field_opening_words")
    assert found.property("plainText") == "等着用钱"


def test_the_font_folder_tells_what_is_in_it(running: Running, tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    folder.mkdir()
    (folder / "broken.ttf").write_bytes(b"no font")
    shutil.copy(paths.FONTS / "NotoSansSC-Regular.ttf", folder / "rare.ttf")
    choose = hands.find(Button, "settings_choose_fonts")
    hands.click(choose)
    dialog = running.places.window.findChild(QFileDialog, "font_dialog")
    assert dialog is not None
    before = running.places
    dialog.fileSelected.emit(str(folder))
    dialog.close()
    running.qtbot.waitUntil(lambda: running.program.places is not before, timeout=LONG_MS)
    running.rest()
    running.qtbot.waitUntil(lambda: "rare.ttf：" in "".join(running.words()), timeout=LONG_MS)
    words = "\n".join(running.words())
    assert str(folder) in words
    assert "broken.ttf：不是 TrueType" in words
    assert stored.load(running.file).font_folder == str(folder)
    before = running.places
    hands.click(hands.find(Button, "settings_no_fonts"))
    running.qtbot.waitUntil(lambda: running.program.places is not before, timeout=LONG_MS)
    assert stored.load(running.file).font_folder == ""


def test_it_says_what_it_does_not_promise_and_what_is_inside(running: Running) -> None:
    words = "\n".join(running.words())
    assert "分数低不等于安全" in words
    assert "不是给您打分" in words
    hands.click(hands.find(Button, "about_licences"))
    hands.click(hands.find(Button, "licence_noto-sans-sc"))
    sheets = [s for s in running.places.window.findChildren(Sheet) if s.isVisible()]
    assert len(sheets) == 1
    assert any("SIL OPEN FONT LICENSE" in t.text() for t in sheets[0].findChildren(Text))
    hands.press(Qt.Key.Key_Escape)


def test_settings_that_cannot_be_stored_still_act(running: Running) -> None:
    running.file.mkdir()
    running.pick("settings_language", 2)
    assert i18n.language() == "en"
    assert any("could not be stored" in words for words in running.program.notices.shown())


def test_the_head_sets_for_the_branch_when_the_vault_locks(running: Running) -> None:
    times = Times(idle_minutes=5, reveal_seconds=3)
    for name, place in (("idle_minutes", 4), ("reveal_seconds", 1)):
        hands.find(ChoiceChips, f"settings_{name}").pick(place)
        running.rest()
    found: list[Times] = []
    assert running.program.work is not None
    running.program.work.read(locking.times, found.append, owner=running.places)
    running.rest()
    assert found == [times]
    watch = running.program._watch
    assert watch is not None
    assert watch.idle._minutes == times.idle_minutes
    minutes = hands.find(ChoiceChips, "settings_idle_minutes")
    minutes.pick(4)  # a second press changes nothing
    assert minutes.value() == ("5",)
