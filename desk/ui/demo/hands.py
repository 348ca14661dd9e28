"""Hands for the demonstration and the tests: keys, an input method, the mouse.

Everything goes where a person's would go: to the widget with the focus, or to what is at a place.
"""

import re
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

W = TypeVar("W", bound=QWidget)

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier

_RUNS = re.compile(r"[\x20-\x7e]+|[^\x20-\x7e]+")


class NothingThere(Exception):
    """What a hand reached for is not on the screen."""


def focus() -> QWidget:
    """The widget that keys go to."""
    found = QApplication.focusWidget()
    if found is None:
        raise NothingThere("no widget has the focus")
    return found


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Press one key, with Ctrl or Shift when given."""
    QTest.keyClick(focus(), key, modifier)


def write(words: str) -> None:
    """Type words: letters and digits by keys, all else through an input method, as 拼音 does."""
    for run in _RUNS.findall(words):
        if run.isascii() and run.isprintable():
            QTest.keyClicks(focus(), run)
        else:
            composing = QInputMethodEvent(run, [])
            QApplication.sendEvent(focus(), composing)
            chosen = QInputMethodEvent()
            chosen.setCommitString(run)
            QApplication.sendEvent(focus(), chosen)


def replace(words: str) -> None:
    """Type words in place of what the field holds."""
    press(Qt.Key.Key_A, CTRL)
    write(words)


def find(kind: type[W], name: str) -> W:
    """The visible widget of this name, in the window at the front."""
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            for found in window.findChildren(kind, name):
                if found.isVisible():
                    return found
    raise NothingThere(name)


def click(widget: QWidget) -> None:
    """Click in the middle of a widget."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, NONE, widget.rect().center())
