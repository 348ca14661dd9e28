"""Every GUI test runs offscreen, in the light theme, and leaves nothing behind."""

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from desk.ui import jobs, theme


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The application is begun as the program begins it."""
    return ["desk", *theme.ARGUMENTS]


@pytest.fixture(scope="session", autouse=True)
def look(qapp: QApplication) -> None:
    """The theme is applied once; style sheets are slow."""
    theme.apply(qapp)


@pytest.fixture(scope="session", autouse=True)
def traced_pools() -> Iterator[None]:
    """Coverage counts what runs on Qt's threads: it follows only those that Python started."""
    trace, plain = threading.gettrace(), jobs._outcome
    if trace is None:
        yield
        return

    def traced(number: int, task: Callable[[], Any]) -> object:
        if sys.gettrace() is None:
            sys.settrace(trace)
        return plain(number, task)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "_outcome", traced)
        yield


@pytest.fixture(scope="module", autouse=True)
def tidy() -> Iterator[None]:
    """Garbage is collected between tests, as the program does between events.

    Anywhere else it may destroy the very widget that is being painted: one whose test has ended,
    but which the event loop of the test's end shows for the first time. What was there before, two
    million objects of packs and test modules, is not looked through each time.
    """
    gc.disable()
    gc.collect()
    gc.freeze()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication) -> Iterator[None]:
    """No window after."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [widget for widget in qapp.topLevelWidgets() if widget.isVisible()]
    assert not left, f"windows left open: {left}"
    gc.collect()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says of each window what it cannot do: raise, grab, pass hints on."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))
