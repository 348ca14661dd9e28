"""What is copied leaves the clipboard again, is marked as secret, and is never another's."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desk.ui.clipboard import Clipboard
from desk.ui.demo import hands

SECRET = "鼯鼱蠼 19907316542"
HINTS = (
    "x-kde-passwordManagerHint",
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"',
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"',
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"',
)


@pytest.fixture
def clipboard(qapp: object) -> Iterator[QClipboard]:
    """The clipboard, empty before and after."""
    found = QGuiApplication.clipboard()
    found.clear()
    yield found
    found.clear()


def test_what_a_field_copies_is_marked_and_gone_after_a_while(
    qtbot: QtBot, clipboard: QClipboard
) -> None:
    watch = Clipboard(after_s=1)
    field = QLineEdit(SECRET)
    qtbot.addWidget(field)
    field.show()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_C, hands.CTRL)
    assert clipboard.text() == SECRET
    held = clipboard.mimeData()
    assert all(held.hasFormat(hint) for hint in HINTS)
    assert bytes(held.data(HINTS[0]).data()) == b"secret"
    qtbot.waitUntil(lambda: clipboard.mimeData() is None, timeout=3000)
    watch.deleteLater()


def test_copying_again_begins_the_time_anew(qtbot: QtBot, clipboard: QClipboard) -> None:
    watch = Clipboard(after_s=1)
    clipboard.setText(SECRET)
    qtbot.wait(700)
    clipboard.setText("again")
    qtbot.wait(700)
    assert clipboard.text() == "again"
    qtbot.waitUntil(lambda: clipboard.text() == "", timeout=3000)
    watch.deleteLater()


def test_words_and_their_form_are_kept(clipboard: QClipboard) -> None:
    watch = Clipboard()
    rich = QMimeData()
    rich.setText(SECRET)
    rich.setHtml(f"<b>{SECRET}</b>")
    clipboard.setMimeData(rich)
    assert clipboard.text() == SECRET
    assert SECRET in clipboard.mimeData().html()
    watch.clear()
    assert clipboard.text() == ""
    watch.deleteLater()


def test_what_another_program_put_there_stays(
    clipboard: QClipboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Clipboard()
    clipboard.setText(SECRET)
    monkeypatch.setattr(watch, "_is_ours", lambda _mode: False)
    clipboard.setText("theirs")
    watch.clear()
    assert clipboard.text() == "theirs"
    watch.deleteLater()
