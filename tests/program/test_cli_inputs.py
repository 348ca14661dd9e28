"""The command line with input as the world delivers it: marks, other encodings, no end, nothing."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desk.cli import main

Capture = pytest.CaptureFixture[str]

ASSESSED = b'{"answers": {"Q1": 1}}'
MARK = b"\xef\xbb\xbf"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_HOME", str(tmp_path / "home"))


def stored(folder: Path, content: bytes) -> str:
    file = folder / "given"
    file.write_bytes(content)
    return str(file)


def stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


def refused(arguments: list[str], capsys: Capture) -> str:
    """The sentence of a command that exits 2 and prints nothing else."""
    assert main([*arguments, "--lang", "en"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    return told.err


def test_a_byte_order_mark_is_no_fault(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["assess", stored(tmp_path, MARK + ASSESSED), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["A"] == 15
    stdin(monkeypatch, MARK + ASSESSED)
    assert main(["assess", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["A"] == 15
    lines = MARK + ASSESSED + b"\r\n\r\n" + ASSESSED + b"\r\n"
    assert main(["assess", "--batch", stored(tmp_path, lines)]) == 0
    assert [json.loads(line)["A"] for line in capsys.readouterr().out.splitlines()] == [15, 15]


def test_what_is_not_utf_8_is_said_to_be_so(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in (["assess", "-"], ["wording", "-"]):
        stdin(monkeypatch, '{"text": "投诉"}'.encode("gbk"))
        assert "UTF-8" in refused(command, capsys)
    assert "UTF-8" in refused(["clock", stored(tmp_path, "{}".encode("utf-16"))], capsys)


def test_a_line_that_is_not_utf_8_spoils_no_other(tmp_path: Path, capsys: Capture) -> None:
    lines = b"\n".join((ASSESSED, b"\xff", ASSESSED))
    assert main(["assess", "--batch", stored(tmp_path, lines)]) == 2
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one.get("line") for one in found] == [None, 2, None]


def test_there_may_be_no_standard_input(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    for command in (["assess", "-"], ["wording", "-"], ["clock", "--batch", "-"]):
        assert "cannot be read" in refused(command, capsys)


def test_a_batch_may_come_from_standard_input(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin(monkeypatch, ASSESSED + b"\n")
    assert main(["assess", "--batch", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["A"] == 15


def test_one_document_or_a_batch(tmp_path: Path, capsys: Capture) -> None:
    file = stored(tmp_path, ASSESSED)
    assert "FILE" in refused(["assess", file, "--batch", file], capsys)
    assert "TEXT" in refused(["wording", "尽快", "--batch", file], capsys)


def test_input_without_end_is_refused_before_it_fills_the_memory(
    tmp_path: Path, capsys: Capture
) -> None:
    endless = b"[" + b"1," * 6_000_000
    assert "8 MB" in refused(["clock", stored(tmp_path, endless)], capsys)
    lines = b"\n".join((endless, ASSESSED))
    assert main(["assess", "--batch", stored(tmp_path, lines), "--lang", "en"]) == 2
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["line"] == 1
    assert "8 MB" in first["error"]
    assert second["A"] == 15


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("assess", '{"answers": {"\\ud800": 1}}'),
        ("clock", '{"kind": "\\ud800", "events": []}'),
        ("clock", '{"events": [{"type": "\\udcff", "at": "2026-11-21"}]}'),
        ("clock", '{"kind": "' + "x" * 100_000 + '", "events": []}'),
        ("assess", '{"answers": {"Q1": NaN}}'),
        ("suggest", '{"slots": {"amount": Infinity}}'),
        ("suggest", '{"stage": "later"}'),
        ("assess", '{"answers": ' + "[" * 100_000),
        ("assess", '{"answers": {"Q1": ' + "9" * 5000 + "}}"),
    ],
)
def test_strange_values_are_refused_in_a_sentence(
    command: str, text: str, tmp_path: Path, capsys: Capture
) -> None:
    assert len(refused([command, stored(tmp_path, text.encode())], capsys)) < 600


@pytest.mark.parametrize("speaker", [["staff"], {}, None, "boss"])
def test_a_speaker_nobody_knows(speaker: object, tmp_path: Path, capsys: Capture) -> None:
    line = json.dumps({"text": "尽快", "speaker": speaker}).encode()
    assert main(["wording", "--batch", stored(tmp_path, line)]) == 2
    assert "speaker" in json.loads(capsys.readouterr().out)["error"]


def test_places_are_counted_in_characters_and_half_a_pair_stays_json(
    tmp_path: Path, capsys: Capture
) -> None:
    assert main(["wording", "😀😀我们尽快处理", "--json"]) == 0
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert "😀😀我们尽快处理"[finding["start"] : finding["end"]] == finding["text"]
    script = tmp_path / "slots.json"
    script.write_text(json.dumps({"step": 1, "slots": {"name": "\ud800"}}), encoding="utf-8")
    answer = desk("suggest", str(script), "--json")
    assert answer.returncode == 0
    assert json.loads(answer.stdout)


def test_a_pack_is_a_folder(tmp_path: Path, capsys: Capture) -> None:
    for path in (tmp_path / "nowhere", Path(stored(tmp_path, b""))):
        assert str(path) in refused(["pack", "check", str(path)], capsys)


def desk(*arguments: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "desk", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )


def test_an_output_that_takes_no_more_is_no_traceback(tmp_path: Path) -> None:
    file = stored(tmp_path, ASSESSED)
    for device in Path("/dev").glob("full"):
        full = os.open(device, os.O_WRONLY)
        told = desk("assess", file, "--json", stdout=full)
        os.close(full)
        assert told.returncode == 2
        assert told.stderr.count(b"\n") == 1


def test_a_reader_that_leaves_is_no_traceback(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    left = desk("assess", stored(tmp_path, ASSESSED), "--json", stdout=writer)
    os.close(writer)
    assert left.returncode != 0
    assert left.stderr.count(b"\n") <= 1
    assert b"Traceback" not in left.stderr
