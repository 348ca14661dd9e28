"""Story (a) by keyboard alone, killed in the middle, found again whole, and taken to the PDF."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desk.ui.demo import story
from tests.papers import body, seal_mark

SCRIPT = Path(__file__).with_name("keyboard_story.py")
KILLED_AFTER = "decision_kind"


def started(log: Path, *arguments: str) -> subprocess.Popen[str]:
    """The script at its part; what it has to say on standard error goes to `log`."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1"}
    with log.open("w", encoding="utf-8") as errors:
        return subprocess.Popen(
            [sys.executable, str(SCRIPT), *arguments],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            env=environment,
        )


def lines(process: subprocess.Popen[str]) -> Iterator[list[Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        yield json.loads(line)


def value_at(case: dict[str, Any], path: str) -> object:
    """The stored value of a path such as `points/ID/text`; items are told apart by their values."""
    parts = path.split("/")
    if len(parts) == 1:
        return case["fields"].get(path)
    return [item.get(parts[2]) for item in case["groups"].get(parts[0], [])]


@pytest.mark.unmeasured
def test_the_keyboard_is_enough_and_a_kill_loses_nothing(tmp_path: Path) -> None:
    vault, paper = tmp_path / "branch.vault", tmp_path / "paper.pdf"
    number = ""
    stored: dict[str, object] = {}
    log = tmp_path / "log.txt"
    with started(log, "begin", str(vault)) as first:
        for kind, *rest in lines(first):
            if kind == "number":
                number = rest[0]
            elif kind == "stored":
                stored[rest[0]] = rest[1]
                if rest[0] == KILLED_AFTER:
                    first.send_signal(signal.SIGKILL)
                    break
    assert first.returncode == -signal.SIGKILL, log.read_text("utf-8")
    assert len(stored) > 40
    assert all(value not in (None, "", []) for value in stored.values())

    with started(log, "resume", str(vault), str(paper), number) as second:
        found = [rest[0] for kind, *rest in lines(second) if kind == "case"]
    assert second.returncode == 0, log.read_text("utf-8")
    reopened, finished = found

    for path, value in stored.items():
        there = value_at(reopened, path)
        assert there == value or (isinstance(there, list) and value in there), path
    assert reopened["status"] == "open"
    assert len(reopened["answers"]) == len(story.load().assessment)

    assert finished["status"] == "closed"
    assert finished["missing"] == []
    assert finished["answers"] == {}
    text = body(paper)
    for field in ("narrative", "decision", "decision_basis"):
        assert finished["fields"][field] in text
    _form, sealed, _code, _records, seal = seal_mark(paper).split(":")
    assert sealed == number
    assert finished["reports"][0]["seal"] == seal.lower()
