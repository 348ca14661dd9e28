"""The first pages, typed as a person would: setting up, unlocking, trying, closing, coming back."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desk.app import Program
from desk.services import cases
from desk.settings import Settings
from desk.ui import theme
from desk.ui.demo import hands
from desk.ui.start.parts import Middle, PasswordField
from desk.ui.start.setup_page import SetUpPage
from desk.ui.start.unlock_page import UnlockPage
from desk.ui.widgets.labels import Text

PASSWORD = "three trees at the gate"
LINES = ("云溪银行", "城东支行", "CD", "2 号窗", "1001", "李敏", PASSWORD, PASSWORD)
LONG_MS = 20_000

Start = Callable[..., Program]


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Start]:
    """Starts programs on the vault of this test; they are finished when the test is."""
    made: list[Program] = []

    def begin(*, sample: bool = False, settings: Settings | None = None) -> Program:
        program = Program(
            qapp,
            settings or Settings(),
            tmp_path / "home" / "branch.vault",
            settings_file=tmp_path / "settings.json",
        )
        made.append(program)
        program.begin(sample=sample)
        if program.start is not None and not sample:
            with qtbot.waitSignal(program.start.painted, timeout=LONG_MS):
                pass
        return program

    yield begin
    for program in made:
        end(program)
    theme.apply(qapp)


def end(program: Program) -> None:
    """Close the window as a person does, and finish."""
    window = program.window()
    if window is not None:
        window.close()
        program.finish()
        window.deleteLater()
        program.start = program.places = None
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def type_set_up(lines: tuple[str, ...] = LINES) -> None:
    for line in lines:
        hands.replace(line)
        hands.press(Qt.Key.Key_Return)


def said(program: Program) -> str:
    assert program.start is not None
    return program.start.page.status().words()


def is_open(program: Program) -> Callable[[], bool]:
    return lambda: program.places is not None and program.jobs.is_idle()


def test_a_branch_is_set_up_unlocked_and_closed_with_the_keyboard(
    start: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    first = start()
    assert first.start is not None
    assert isinstance(first.start.page, SetUpPage)
    first.start.resize(1366, 728)
    (fields,) = first.start.page.findChildren(Middle)
    qtbot.waitUntil(lambda: fields.verticalScrollBar().maximum() == 0)  # all of it has room
    type_set_up()
    assert "正在" in said(first)
    qtbot.waitUntil(is_open(first), timeout=LONG_MS)
    assert (tmp_path / "home" / "branch.vault").exists()
    assert first.work is not None
    assert first.work.actor.role == "head"
    footer = first.places and first.places.window.footer
    assert footer is not None
    assert any(
        "城东支行 · 工号 1001 李敏（网点负责人）" in t.text() for t in footer.findChildren(Text)
    )
    end(first)

    again = start()
    assert again.start is not None
    assert isinstance(again.start.page, UnlockPage)
    hands.write("not this one")
    hands.press(Qt.Key.Key_Return)
    assert again.start.page.status().is_busy()
    qtbot.waitUntil(lambda: "密码不对" in said(again), timeout=LONG_MS)
    assert again.start.page.first_field().hasFocus()
    hands.write(PASSWORD)
    assert said(again) == ""
    hands.press(Qt.Key.Key_Return)
    qtbot.waitUntil(is_open(again), timeout=LONG_MS)


def test_what_is_missing_is_named_at_its_line(start: Start, tmp_path: Path) -> None:
    program = start()
    type_set_up((LINES[0], "", "C D", *LINES[3:6], "short", "other"))
    page = program.start.page if program.start else None
    assert isinstance(page, SetUpPage)
    assert hands.focus().objectName() == "setup_branch_name"
    assert list(page._lacks()) == ["branch_name", "branch_code", "password"]
    assert not (tmp_path / "home").exists()


def test_a_second_copy_is_told_where_the_first_is_and_calls_it(start: Start, qtbot: QtBot) -> None:
    first = start()
    type_set_up()
    qtbot.waitUntil(is_open(first), timeout=LONG_MS)
    assert first.places is not None
    held = first.places.window
    held.showMinimized()
    second = start()
    assert "另一个窗口" in said(second)
    qtbot.waitUntil(lambda: not held.isMinimized(), timeout=LONG_MS)

    def unlock_second() -> None:
        assert second.start is not None
        second.start.activateWindow()
        qtbot.waitUntil(lambda: hands.is_at("unlock_password"))
        hands.write(PASSWORD)
        hands.press(Qt.Key.Key_Return)

    unlock_second()
    qtbot.waitUntil(lambda: not second.start.page.status().is_busy() if second.start else False)
    assert "另一个窗口" in said(second)
    end(first)
    unlock_second()
    qtbot.waitUntil(is_open(second), timeout=LONG_MS)


def test_caps_lock_is_noticed_by_what_it_does(start: Start, qtbot: QtBot) -> None:
    program = start()
    assert program.start is not None
    field = program.start.findChild(PasswordField, "setup_password")
    assert field is not None
    field.setFocus()
    shift, none = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
    for modifier, letter, on in ((none, "b", False), (shift, "B", False), (none, "B", True)):
        press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_B, modifier, letter)
        QApplication.sendEvent(field, press)
        told = [t for t in program.start.findChildren(Text) if t.text() == "大写锁定已打开。"]
        assert any(text.isVisible() for text in told) is on


def test_the_sample_is_thrown_away_on_closing(start: Start, qtbot: QtBot, tmp_path: Path) -> None:
    program = start(sample=True)
    qtbot.waitUntil(is_open(program), timeout=LONG_MS)
    folder = program._sample
    assert folder is not None
    assert folder.is_dir()
    end(program)
    assert not folder.exists()
    assert not (tmp_path / "home").exists()


def test_the_first_page_speaks_the_other_language_at_once(start: Start, qtbot: QtBot) -> None:
    program = start()
    before = program.start
    assert before is not None
    switch = before.findChild(QWidget, "start_language")
    assert switch is not None
    hands.click(switch)
    qtbot.waitUntil(lambda: program.start is not before)
    words = [text.text() for text in program.start.findChildren(Text)] if program.start else []
    assert "Set up this computer" in words


def test_what_is_being_typed_when_the_window_is_closed_is_stored(
    start: Start, qtbot: QtBot
) -> None:
    first = start()
    type_set_up()
    qtbot.waitUntil(is_open(first), timeout=LONG_MS)
    hands.press(Qt.Key.Key_N, hands.CTRL)
    qtbot.waitUntil(lambda: first.places is not None and first.places.here == "intake")
    qtbot.waitUntil(lambda: hands.focus().objectName() == "field_opening_words")
    assert first.places is not None
    case, window = first.places.case, first.places.window
    hands.write("钱今天 must come")
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG_MS)
    end(first)

    again = start()
    hands.write(PASSWORD)
    hands.press(Qt.Key.Key_Return)
    qtbot.waitUntil(is_open(again), timeout=LONG_MS)
    assert again.work is not None
    found: list[str] = []
    again.work.read(
        lambda session: cases.view(session, case).case.text("opening_words"),
        found.append,
        owner=again,
    )
    qtbot.waitUntil(lambda: bool(found))
    assert found == ["钱今天 must come"]


def test_nothing_slow_is_loaded_before_the_first_paint(tmp_path: Path) -> None:
    words = (
        "import sys; from pathlib import Path; from desk.app import Program, application;"
        "from desk.settings import Settings; app = application();"
        f"p = Program(app, Settings(), Path({str(tmp_path / 'v')!r}));"
        "p.begin(); p.start.painted.disconnect(p._prepare);"
        "p.start.painted.connect(lambda: app.exit(7)); code = app.exec(); p.finish();"
        "print(code, *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True, timeout=60
    )
    code, *loaded = done.stdout.split()
    assert code == "7"
    slow = {"sqlalchemy", "alembic", "sqlcipher3", "reportlab", "cryptography", "argon2"}
    slow |= {"yaml", "pypdfium2", "ahocorasick", "pyqtgraph"}
    assert not slow.intersection(loaded)
