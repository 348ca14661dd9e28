"""The command line: exact formats, sentences for bad input, exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from desk import __version__, cli
from desk.cli import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_HOME", str(tmp_path / "home"))


def written(folder: Path, document: object) -> str:
    file = folder / "in.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)


def printed(capsys: Capture) -> dict[str, Any]:
    out = capsys.readouterr().out
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


def test_version(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == f"desk {__version__}"


def test_no_arguments_mean_what_the_parser_says() -> None:
    assert cli._nothing_asked() == cli._parser().parse_args([])


def test_assess(tmp_path: Path, capsys: Capture) -> None:
    answers = {"Q1": 2, "Q2": 2, "Q3": 0, "Q4": "c", "Q5": "b", "Q9": ["reg"], "Q13": 1}
    assert main(["assess", written(tmp_path, {"answers": answers}), "--json"]) == 0
    found = printed(capsys)
    assert set(found) == {
        *("A", "V", "E", "U", "D", "P", "I", "S", "bands", "profile", "also", "stage", "gap"),
        *("checklists", "reasons", "missing", "confidence", "next"),
    }
    assert found["A"] == 65
    assert found["missing"] == 6
    assert found["profile"] == "T0"
    assert found["also"] == ["T1", "T2"]
    assert found["stage"] == "respect"
    assert found["checklists"] == ["E1"]


def test_clock(tmp_path: Path, capsys: Capture) -> None:
    document = {
        "kind": "inst",
        "now": "2026-11-23T09:00",
        "events": [{"type": "received", "at": "2026-11-21T10:26"}],
    }
    assert main(["clock", written(tmp_path, document), "--json"]) == 0
    (clock,) = printed(capsys)["clocks"]
    assert (clock["key"], clock["due"], clock["state"]) == ("inst_simple", "2026-12-06", "running")
    assert clock["used_days"] == 2
    assert set(clock["days"][0]) == {"date", "counted", "why"}


def test_suggest_and_wording(tmp_path: Path, capsys: Capture) -> None:
    situation = {"step": 1, "stage": "respect", "profile": "T1", "scenario": "wealth_redemption"}
    assert main(["suggest", written(tmp_path, situation), "--json"]) == 0
    found = printed(capsys)
    assert set(found) == {"now", "next", "close", "more"}
    assert set(found["now"]) == {"key", "part", "text", "why"}
    assert main(["wording", "我们会尽快处理的", "--json"]) == 0
    (finding,) = printed(capsys)["findings"]
    assert set(finding) == {"start", "end", "text", "key", "category", "severity", "why", "better"}
    assert "我们会尽快处理的"[finding["start"] : finding["end"]] == finding["text"]
    assert main(["wording", "我们会尽快处理的", "--json", "--speaker", "customer"]) == 0
    assert printed(capsys) == {"findings": []}


def test_batch_answers_line_by_line(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "in.jsonl"
    lines = ['{"answers": {"Q1": 0}}', "", "{broken", '{"answers": {"Q1": 7}}', '{"answers": {}}']
    file.write_text("\n".join(lines), encoding="utf-8")
    assert main(["assess", "--batch", str(file)]) == 2
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [set(one) == {"error", "line"} for one in found] == [False, True, True, False]
    assert [one.get("line") for one in found] == [None, 3, 4, None]


def test_every_question_takes_a_batch(tmp_path: Path, capsys: Capture) -> None:
    documents = {
        "clock": {"events": [{"type": "received", "at": "2026-11-21"}], "now": "2026-11-22"},
        "suggest": {"step": 1},
        "wording": {"text": "这不归我管"},
    }
    for command, document in documents.items():
        file = tmp_path / f"{command}.jsonl"
        file.write_text(json.dumps(document) + "\n", encoding="utf-8")
        assert main([command, "--batch", str(file)]) == 0
        assert json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["assess", "nowhere.json"], "nowhere.json"),
        (["assess"], "FILE"),
        (["wording"], "TEXT"),
        (["clock", "nowhere.json", "--json"], "nowhere.json"),
        (["check", "--vault", "nowhere.vault"], "nowhere.vault"),
        (
            ["report", "1", "--vault", "no.vault", "--copy", "customer", "--out", "x.pdf"],
            "no.vault",
        ),
    ],
)
def test_bad_input_is_a_sentence_and_exit_2(
    arguments: list[str],
    words: str,
    capsys: Capture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DESK_PASSWORD", "a password")
    assert main([*arguments, "--lang", "en"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert words in told.err
    assert "Traceback" not in told.err
    assert list(tmp_path.glob("*.vault*")) == []


@pytest.mark.parametrize("text", ["[]", "3", "null", '{"answers": 1}', '{"answers": {"Q99": 1}}'])
def test_documents_of_the_wrong_shape(text: str, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "in.json"
    file.write_text(text, encoding="utf-8")
    for command in ("assess", "clock"):
        assert main([command, str(file), "--json"]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err


def test_pack_check(tmp_path: Path, capsys: Capture) -> None:
    assert main(["pack", "check"]) == 0
    capsys.readouterr()
    assert main(["pack", "check", str(tmp_path)]) == 1
    assert "pack.yaml:1: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--help", "--lang", "en"], "every deadline, with the day-by-day reason"),
        (["--lang=zh", "--help"], "每一个时限，逐日说明理由"),
        (["pack", "--help", "--lang", "zh"], "知识包的每一处问题，指明文件和行"),
        (["wording", "--lang", "en", "-h"], "risky words, and better ones"),
    ],
)
def test_help_is_told_in_the_language_asked_for(
    capsys: Capture, arguments: list[str], told: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    assert told in capsys.readouterr().out


def test_no_language_but_ours_is_taken(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["pack", "check", "--lang", "fr"])
    assert ended.value.code == 2
    assert "--lang" in capsys.readouterr().err


def test_a_vault_from_seed_to_report(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_PASSWORD", "seed password")
    vault = tmp_path / "v.vault"
    assert main(["seed", "--vault", str(vault), "--cases", "5", "--seed", "7"]) == 0
    assert main(["check", "--vault", str(vault)]) == 0
    assert main(["check", "--vault", str(vault), "--rebuild"]) == 0
    assert main(["seed", "--vault", str(vault), "--cases", "5"]) == 2
    monkeypatch.setenv("DESK_PASSWORD", "not this one")
    capsys.readouterr()
    assert main(["check", "--vault", str(vault), "--lang", "en"]) == 2
    assert "password" in capsys.readouterr().err
