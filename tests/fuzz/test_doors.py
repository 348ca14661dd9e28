"""A few seconds of strange bytes at every door; `python -m tests.fuzz --minutes 30` goes on.

The bytes are changed by a generator of our own; where atheris is installed,
`python -m tests.fuzz --atheris DOOR --seconds N` lets it look for those that reach further.
"""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz import __main__ as fuzz
from tests.fuzz import doors, guided

ROOT = Path(__file__).resolve().parents[2]
MINUTES = 0.05


def harmless(door: str) -> None:
    """Knock in a process with a limit on its memory; nothing but success and sentences."""
    command = [sys.executable, "-m", "tests.fuzz", f"--minutes={MINUTES}", f"--door={door}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])[door]
    assert figures["found"] == []
    assert figures["tried"] >= 3
    assert done.returncode == 0


def test_no_pack_does_harm() -> None:
    harmless("pack")


def test_no_workbook_does_harm() -> None:
    harmless("workbook")


def test_no_key_file_does_harm() -> None:
    harmless("key_file")


def test_no_vault_file_does_harm() -> None:
    harmless("vault_file")


def test_no_settings_do_harm() -> None:
    harmless("settings")


def test_no_document_on_the_command_line_does_harm() -> None:
    harmless("document")


def test_no_attachment_does_harm() -> None:
    harmless("attachment")


def test_no_report_to_verify_does_harm() -> None:
    harmless("report")


def test_no_bundle_does_harm() -> None:
    harmless("bundle")


def test_no_part_of_a_bundle_does_harm() -> None:
    harmless("parts")


def test_no_card_does_harm() -> None:
    harmless("card")


def test_no_enrolment_does_harm() -> None:
    harmless("enrolment")


def test_who_asks_for_atheris_is_told_where_it_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(guided, "is_there", lambda: False)
    monkeypatch.setattr("sys.argv", ["fuzz", "--atheris", "settings"])
    assert fuzz.main() == 3
    assert "pip install atheris" in capsys.readouterr().err


def test_what_atheris_finds_is_told_once_and_its_bytes_are_kept(tmp_path: Path) -> None:
    def load(_content: bytes) -> None:
        raise RuntimeError

    with doors.opened("settings", tmp_path) as (knocking, (way,)):
        told, broken = tmp_path / "inside" / "told.json", doors.Way(way.seeds, load)
        one_input = guided.watched(knocking, lambda content: knocking.knock(broken, content), told)
        for content in (b"a", b"b"):
            one_input(content)
    figures = json.loads(told.read_text("utf-8"))
    assert (figures["tried"], len(figures["found"])) == (2, 1)
    assert knocking.count == 2
    assert len(knocking.found) == 1
    assert (told.parent / "found-1").read_bytes() == b"a"


def test_harm_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def harm(_path: Path) -> None:
        (tmp_path / "outside.txt").write_text("x", "utf-8")
        raise RuntimeError

    monkeypatch.setattr("desk.settings.load", harm)
    knocking = doors.knock("settings", 0, 1, tmp_path)
    assert (knocking.count, knocking.refused, len(knocking.found)) == (3, 0, 3)
    root = tmp_path / "more"
    monkeypatch.setattr("desk.settings.load", lambda _path: (root / "outside").write_text("x"))
    assert doors.knock("settings", 0, 1, root).found == ["1: something was written outside"]
    assert doors.changed(b"seed" * 9, random.Random(1)) != b"seed" * 9
