"""The line at the bottom: what it says of text that is not stored, and of a step refused."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desk.errors import DiskFull, NotAllowed
from desk.ui.saved import SavedLine
from desk.ui.shell import Footer
from desk.ui.widgets.labels import Text
from desk.ui.work import Work


class Told:
    """A footer, and the tellings of a desk that nobody works at."""

    def __init__(self, qtbot: QtBot) -> None:
        footer = Footer()
        qtbot.addWidget(footer)
        broken: list[Exception] = []
        self.jobs = _Jobs()
        session: Any = _Session()
        notices: Any = _Notices(broken.append)
        jobs: Any = self.jobs
        settings: Any = None
        self.work = Work(session, jobs, notices, settings)
        self.line = SavedLine(self.work, footer)
        found = footer.findChild(Text, "saved_state")
        assert found is not None
        self.words = found

    @property
    def state(self) -> str:
        """How the line says the writes stand."""
        return self.line.state

    def write(self, error: Exception | None = None) -> None:
        self.jobs.error = error
        self.work.write("c1", lambda _session: None, owner=self.work)


class _Session:
    def now(self) -> datetime:
        return datetime.fromisoformat("2026-11-21T10:32:05")


class _Notices:
    def __init__(self, show: Callable[[Exception], None]) -> None:
        self.show_failure = show


class _Jobs:
    """Runs what is asked at once, or fails with `error`."""

    error: Exception | None = None
    is_closed = True

    def query(
        self,
        task: Callable[[], object],
        done: Callable[[object], None],
        *,
        owner: object,
        failed: Callable[[Exception], None],
    ) -> None:
        if self.error is None:
            done(task())
        else:
            failed(self.error)


@pytest.fixture
def told(qtbot: QtBot) -> Told:
    return Told(qtbot)


def test_a_refused_step_leaves_nothing_unsaved(told: Told) -> None:
    told.write()
    told.write(NotAllowed(reason="lowering"))
    assert told.state == "saved"
    assert "10:32:05" in told.words.text()


def test_a_refused_step_does_not_hide_that_a_text_is_not_stored(told: Told) -> None:
    told.write(DiskFull(path="x"))
    words = told.words.text()
    told.write(NotAllowed(reason="lowering"))
    assert told.state == "not_saved"
    assert told.words.text() == words
    told.write()
    assert told.state == "saved"
