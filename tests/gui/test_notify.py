"""What goes wrong is told once, in words; what was unforeseen is recorded without case data."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desk.errors import DiskFull
from desk.services import sentences
from desk.ui.notify import MOST_SHOWN, Notices
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.toast import Toast


@pytest.fixture
def host(qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    column = QVBoxLayout(made)
    column.addWidget(QLineEdit())
    column.addWidget(QPushButton("behind"))
    made.resize(900, 600)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    made.close()


def child(parent: QWidget, name: str) -> Button:
    found = parent.findChild(Button, name)
    assert found is not None
    return found


def test_a_known_error_is_told_by_its_sentence(host: QWidget) -> None:
    notices = Notices(host)
    notices.show_failure(DiskFull(path="D:"))
    assert notices.shown() == (
        "D: 的磁盘已满，最近一次修改还没有保存，之前的内容都在。请腾出空间后再试。",
    )


def test_notices_wait_for_a_window_and_the_same_words_are_shown_once(host: QWidget) -> None:
    notices = Notices()
    notices.info("早")
    assert notices.shown() == ()
    notices.set_host(host)
    notices.info("早")
    assert notices.shown() == ("早",)


def test_only_the_latest_notices_stay(host: QWidget) -> None:
    notices = Notices(host)
    for number in range(MOST_SHOWN + 2):
        notices.error(str(number))
    assert notices.shown() == ("2", "3", "4")
    toasts = [toast for toast in host.findChildren(Toast) if toast.isVisible()]
    tops = [toast.geometry().top() for toast in sorted(toasts, key=lambda toast: toast.words)]
    assert len(toasts) == MOST_SHOWN
    assert tops == sorted(tops)
    assert all(host.rect().contains(toast.geometry()) for toast in toasts)


def test_a_notice_offers_the_way_back(host: QWidget, qtbot: QtBot) -> None:
    notices = Notices(host)
    undone: list[str] = []
    notices.done("已删除一条备注。", "撤销", lambda: undone.append("yes"))
    QTest.mouseClick(child(host, "toast_action"), Qt.MouseButton.LeftButton)
    assert undone == ["yes"]
    assert notices.shown() == ()


def stumble(error: Exception) -> Exception:
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


def test_a_bug_on_any_thread_is_told_once_and_recorded_without_its_words(
    host: QWidget, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    notices = Notices(host)
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    notices.catch_bugs()
    hook, thread_hook = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook, sys.unraisablehook = before

    def on_a_thread() -> None:
        error = stumble(ValueError("张三 13812342207"))
        args = threading.ExceptHookArgs((ValueError, error, error.__traceback__, None))
        thread_hook(args)

    with caplog.at_level(logging.ERROR):
        thread = threading.Thread(target=on_a_thread)
        thread.start()
        thread.join()
        error = stumble(KeyError("李四"))
        hook(KeyError, error, error.__traceback__)
    qtbot.waitUntil(lambda: bool(notices.shown()))
    assert notices.shown() == (sentences.unexpected(),)
    assert "stumble" in caplog.text
    assert "ValueError" in caplog.text
    assert "KeyError" in caplog.text
    assert "张三" not in caplog.text
    assert "李四" not in caplog.text


def test_a_question_keeps_tab_to_itself_and_the_harmless_answer_first(
    host: QWidget, qtbot: QtBot
) -> None:
    line = host.findChild(QLineEdit)
    assert line is not None
    line.setFocus()
    done: list[str] = []
    sheet = Notices(host).confirm(
        "撤回投诉？", "撤回后时限停止。", "撤回", lambda: done.append("x")
    )
    assert QApplication.focusWidget() is child(sheet, "sheet_leave")
    for _ in range(5):
        focused = QApplication.focusWidget()
        assert focused is not None
        assert sheet.isAncestorOf(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert done == []
    assert QApplication.focusWidget() is line


def test_a_question_answered_with_yes_acts(host: QWidget, qtbot: QtBot) -> None:
    done: list[str] = []
    sheet = Notices(host).confirm(
        "撤回投诉？", "撤回后时限停止。", "撤回", lambda: done.append("x")
    )
    QTest.mouseClick(child(sheet, "sheet_do"), Qt.MouseButton.LeftButton)
    assert done == ["x"]
    qtbot.waitUntil(lambda: not shiboken6.isValid(sheet))
