"""`desk hub stats` and `desk hub form`: what head office sees, from the terminal."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desk.cli import main
from desk.domain.events import CaseOpened, Closed, FieldSet, Payload
from tests.program.test_cli_hub import Ask, Terminal, counter, own_home, vault
from tests.store.offices import Counter

__all__ = ["counter", "own_home", "vault"]


def _complaint(number: str, day: str, cause: str) -> tuple[Payload, ...]:
    values = {"cause": cause, "told_at": f"{day}T18:00", "told_how": "phone"}
    return (
        CaseOpened(number=number, received_at=f"{day}T10:00", first_receiver="0417"),
        *(FieldSet(field=key, value=value) for key, value in values.items()),
        Closed(outcome="settled", at=f"{day}T19:00"),
    )


@pytest.fixture
def ask(vault: Path, capfd: pytest.CaptureFixture[str]) -> Ask:
    def command(*arguments: object) -> tuple[int, str, str]:
        status = main(["hub", *map(str, arguments), "--vault", str(vault), "--lang", "en"])
        told = capfd.readouterr()
        assert "Traceback" not in told.err
        return status, told.out, told.err

    return command


@pytest.fixture
def seen(ask: Ask, counter: Counter, tmp_path: Path) -> Callable[..., Any]:
    """Asks head office of a branch with six complaints; gives what it says as JSON."""
    ask("init")
    ask("enrol", "CD", "--name", "城东支行", "--profile", "full", "--out", tmp_path)
    ask("enrol", "CX", "--profile", "full", "--out", tmp_path)
    office = Terminal(ask, tmp_path / "CD.cdx-enrol")
    counter.does("a", *_complaint("CD-0", "2026-06-03", "C_RULES"))
    for n in range(5):
        counter.does(f"c{n}", *_complaint(f"CD-{n + 1}", f"2026-07-0{n + 1}", "C_RULES"))
    ask("import", *counter.export(office))
    (device,) = office.status()["branches"][0]["devices"]
    ask("approve", "CD", device["fingerprint"])

    def answer(*arguments: object) -> Any:  # noqa: ANN401 - whatever JSON holds
        status, out, err = ask(*arguments, "--json")
        assert (status, err) == (0, "")
        return json.loads(out)

    return answer


def test_what_head_office_sees(seen: Callable[..., Any], ask: Ask) -> None:
    found = seen("stats", "--by", "branch,cause,month")
    assert [(line["branch"], line["month"], line["count"]) for line in found["lines"]] == [
        ("CD", "2026-06", 1),
        ("CD", "2026-07", 5),
    ]
    assert (found["total"]["count"], found["total"]["on_time"]) == (6, 1.0)
    assert seen("stats", "--from", "2026-07", "--to", "2026-07")["total"]["count"] == 5
    assert seen("stats", "--cause", "C_PRICING")["total"]["count"] == 0
    assert seen("stats", "--under", "CX")["total"]["count"] == 0
    (rise,) = seen("stats", "--rising", "--from", "2026-07", "--to", "2026-07")["rising"]
    assert (rise["cause"], rise["count"], rise["before"]) == ("C_RULES", 5, 1)
    silent = seen("stats", "--silent")["branches"]
    assert [one["branch"] for one in silent if one["silent_days"] is None] == ["CX"]
    traced = seen("stats", "--by", "cause,month", "--cases", "C_RULES,2026-06")["cases"]
    assert [(one["number"], one["in_time"]) for one in traced] == [("CD-0", True)]
    assert seen("stats", "--renew")["cases"] == 6
    lines = ask("stats", "--by", "branch")[1].splitlines()
    assert lines[0].startswith("城东支行")
    assert lines[1].startswith("Together")
    assert "CX" in ask("stats", "--silent")[1]
    assert "before 1" in ask("stats", "--rising", "--from", "2026-07", "--to", "2026-07")[1]
    assert "CD-0" in ask("stats", "--cases", "")[1]
    assert "6 cases" in ask("stats", "--renew")[1]


def test_forms_are_written(seen: Callable[..., Any], ask: Ask, tmp_path: Path) -> None:
    sheet, paper = tmp_path / "form.xlsx", tmp_path / "form.pdf"
    files = ("--xlsx", sheet, "--pdf", paper)
    found = seen("form", "quarterly", "--quarter", "2026Q3", *files)
    assert found["files"] == [str(sheet), str(paper)]
    assert paper.read_bytes().startswith(b"%PDF")
    assert "Cases" in openpyxl.load_workbook(sheet, read_only=True).sheetnames
    assert seen("form", "ledger", "--quarter", "2026Q3", *files)["rows"] == [5, 5]
    assert seen("form", "ledger", *files)["rows"] == [6, 6]
    assert seen("stats", "--by", "cause", *files)["files"] == [str(sheet), str(paper)]
    assert str(sheet) in ask("stats", "--xlsx", sheet)[1]


_REFUSED = (
    (("stats", "--by", "weather"), "weather"),
    (("stats", "--by", "cause,cause"), "each named once"),
    (("stats", "--from", "July"), "no month"),
    (("stats", "--rising"), "no month"),
    (("stats", "--under", "NN"), "no such branch"),
    (("stats", "--by", "cause", "--cases", "a,b"), "one key for each"),
    (("form", "ledger"), "which file"),
    (("form", "quarterly", "--xlsx", "f.xlsx"), "no quarter"),
)


def test_what_cannot_be_answered_is_said(ask: Ask) -> None:
    ask("init")
    for arguments, said in _REFUSED:
        status, _out, err = ask(*arguments)
        assert (status, said in err) == (2, True), err
