"""`desk propose`: one account or a batch, as JSON for programs and as lines for people."""

import json
from pathlib import Path

import pytest

from desk.cli import main

TEXT = "我找管你们的人去，排了两个钟头还没叫到我"


def test_one_account(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["propose", TEXT, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["scenarios"][0]["key"] == "queue"
    assert [one["key"] for one in told["triggers"]] == ["regulator"]
    [[start, end]] = told["triggers"][0]["because"]
    assert TEXT[start:end] == "管你们的人"
    assert main(["propose", TEXT, "--lang", "en"]) == 0
    assert "queue" in capsys.readouterr().out


def test_a_batch_and_what_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = tmp_path / "told.jsonl"
    batch.write_text('{"text": "能不能借我支笔？"}\n{"text": 1}\n', encoding="utf-8")
    assert main(["propose", "--batch", str(batch)]) == 2
    silent, wrong = map(json.loads, capsys.readouterr().out.splitlines())
    assert silent["scenarios"] == silent["triggers"] == []
    assert wrong["line"] == 2
    assert main(["propose"]) == 2
