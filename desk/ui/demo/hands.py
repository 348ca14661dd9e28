"""Hands for the demonstration and the tests: keys, an input method, the mouse.

Everything goes where a person's would go: to what has the focus, to an open list, or to what is
under the pointer.
"""

import re
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desk.ui.widgets.chips import ChoiceChips
from desk.ui.widgets.combo import ComboField

W = TypeVar("W", bound=QWidget)
Key = Qt.Key

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier

MOST_TABS = 400
_RUNS = re.compile(r"[\x20-\x7e]+|[^\x20-\x7e]+")


class NothingThere(Exception):
    """What a hand reached for is not on the screen."""


def is_awake() -> bool:
    """Whether a window that can be seen has the keys, if there is one to be seen."""
    active = QApplication.activeWindow()
    if active is not None and active.isVisible():
        return True
    return not any(window.isVisible() for window in QApplication.topLevelWidgets())


def wake() -> None:
    """Give the keys back to the window at the front.

    A window manager does so when a list over it closes; the offscreen platform, which has none,
    leaves them with the list that is gone.
    """
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            window.activateWindow()


def focus() -> QWidget:
    """The widget that keys go to."""
    found = QApplication.focusWidget()
    if found is None:
        raise NothingThere("no widget has the focus")
    return found


def where() -> str:
    """The names of the widgets around the cursor, from the inside out."""
    names = []
    widget = QApplication.focusWidget()
    while widget is not None:
        names.append(widget.objectName() or type(widget).__name__)
        widget = widget.parentWidget()
    return " < ".join(names)


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Press one key, with Ctrl or Shift when given."""
    QTest.keyClick(_listening(), key, modifier)


def write(words: str) -> None:
    """Type words: letters and digits by keys, all else through an input method, as 拼音 does."""
    for run in _RUNS.findall(words):
        if run.isascii() and run.isprintable():
            for letter in run:
                QTest.keyClick(_listening(), letter)
        else:
            QApplication.sendEvent(focus(), QInputMethodEvent(run, []))
            chosen = QInputMethodEvent()
            chosen.setCommitString(run)
            QApplication.sendEvent(focus(), chosen)


def _listening() -> QWidget:
    """An open list takes the keys, as it does on a real screen; else what has the focus."""
    popup = QApplication.activePopupWidget()
    if popup is not None:
        return popup.focusWidget() or popup
    return focus()


def replace(words: str) -> None:
    """Type words in place of what the field holds."""
    press(Key.Key_A, CTRL)
    write(words)


def is_at(name: str) -> bool:
    """Whether the cursor is in the widget of this name, or in a part of it."""
    widget = QApplication.focusWidget()
    while widget is not None:
        if widget.objectName() == name:
            return True
        widget = widget.parentWidget()
    return False


def tab_to(name: str) -> None:
    """Press Tab until the cursor is in the widget of this name."""
    for _count in range(MOST_TABS):
        if is_at(name):
            return
        press(Key.Key_Tab)
    raise NothingThere(f"{name} cannot be reached with Tab")


def group_here() -> ChoiceChips | ComboField:
    """The chips or the list that the cursor is in."""
    widget: QWidget | None = focus()
    while widget is not None:
        if isinstance(widget, ChoiceChips | ComboField):
            return widget
        widget = widget.parentWidget()
    raise NothingThere(f"nothing to choose from at {focus().objectName()}")


def pick(group: ChoiceChips, keys: tuple[str, ...]) -> None:
    """Choose chips by their keys, with the arrow keys and Space."""
    places = {chip.choice.key: place for place, chip in enumerate(group.chips())}
    for key in keys:
        if key not in places:
            raise NothingThere(f"{key} is not offered at {group.objectName()}")
        chip = group.chips()[places[key]]
        if chip.isChecked():
            continue
        while not chip.hasFocus():
            press(Key.Key_Right)
        press(Key.Key_Space)


def find(kind: type[W], name: str) -> W:
    """The visible widget of this name, in a window at the front."""
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            for found in window.findChildren(kind, name):
                if found.isVisible():
                    return found
    raise NothingThere(name)


def click(widget: QWidget) -> None:
    """Click in the middle of a widget."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, NONE, widget.rect().center())
