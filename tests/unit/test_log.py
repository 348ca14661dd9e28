"""The log holds what happened and where, never what a case says; a quiet run leaves none."""

import faulthandler
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import log


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is logged into until the test ends."""
    monkeypatch.setattr(faulthandler, "enable", lambda _file: None)
    before = list(log.log.handlers)
    crash = log.start(tmp_path / "logs")
    yield tmp_path / "logs"
    for handler in [found for found in log.log.handlers if found not in before]:
        log.log.removeHandler(handler)
        handler.close()
    crash.close()


def test_the_file_comes_with_the_first_record(folder: Path) -> None:
    assert not (folder / "desk.log").exists()
    log.log.info("chain verified: %d events", 3)
    log.log.warning("again")
    lines = (folder / "desk.log").read_text("utf-8").splitlines()
    assert [line.split(" ", 2)[2] for line in lines] == [
        "INFO chain verified: 3 events",
        "WARNING again",
    ]


def fail(words: str) -> None:
    raise ValueError(words)


def test_a_bug_is_told_by_its_place_and_kind_only(folder: Path) -> None:
    try:
        fail("张桂芳 13800002207")
    except ValueError as error:
        log.bug(error)
    told = (folder / "desk.log").read_text("utf-8")
    assert "ValueError" in told
    assert "raise ValueError(words)" in told
    assert "13800002207" not in told.replace('fail("张桂芳 13800002207")', "")
