"""The sheets and worked cases of the shipped pack: complete, and at one with what else it says."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from desk import paths
from desk.domain.codes import CodeBook
from desk.domain.references import CaseStudy, Sheet

PACK = paths.PACKS / "cn-branch"
Plain = dict[str, Any]


def _read(path: Path) -> Plain:
    content: Plain = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return content


SHEETS = {
    sheet.key: sheet
    for path in sorted((PACK / "sheets").glob("*.yaml"))
    for sheet in msgspec.convert(_read(path)["sheets"], tuple[Sheet, ...])
}
CASES = msgspec.convert(_read(PACK / "cases.yaml")["cases"], tuple[CaseStudy, ...])
BOOK = msgspec.convert(_read(PACK / "codes.yaml"), CodeBook)
_MATTERS = [_read(path) for path in sorted((PACK / "scenarios").glob("*.yaml"))]
WITHIN = {one["key"]: one.get("within") for matter in _MATTERS for one in matter["scenarios"]}
SCRIPTS: dict[str, Plain] = {one["key"]: one for matter in _MATTERS for one in matter["scripts"]}

# Knowledge E1, E2, E11, F2–F7, B1 and Table A2, with the number of rows each has to have.
ROWS = {
    "SHEET-TRANSFER": 9,
    "SHEET-MEDIA": 5,
    "SHEET-RISK5": 5,
    "SHEET-ESCALATION": 11,
    "SHEET-MEASURES": 7,
    "SHEET-RECTIFICATION": 14,
    "SHEET-INDICATORS": 10,
    "SHEET-REVIEW": 9,
    "SHEET-EARLY": 7,
    "SHEET-JUSTICE": 3,
    "SHEET-MOT": 20,
    "SHEET-WAITING": 9,
    "SHEET-PIA": 14,
    "SHEET-RETENTION": 12,
    "SHEET-RULES": 7,
    "SHEET-OTHERS": 7,
}
NOTICES = {"BEFORE", "LIMITED", "WEALTH", "INSURANCE", "MOTOR", "FRAUD", "DATA", "COMPLAINT"}


@pytest.mark.parametrize(("key", "rows"), ROWS.items(), ids=list(ROWS))
def test_a_sheet_has_all_its_rows(key: str, rows: int) -> None:
    assert len(SHEETS[key].rows) == rows


def test_every_notice_is_there_and_speaks_to_the_customer() -> None:
    notices = {key for key, sheet in SHEETS.items() if sheet.kind == "notice"}
    assert notices == {f"SHEET-N-{name}" for name in NOTICES}
    assert set(SHEETS) == notices | set(ROWS)
    for key in notices:
        words = "".join(cell.zh for row in SHEETS[key].rows for cell in row)
        assert "你" not in words.replace("你们", ""), key


def test_the_sheet_of_measures_says_what_the_measures_say() -> None:
    table = [(row[0].zh, row[3].zh) for row in SHEETS["SHEET-MEASURES"].rows]
    assert table == [
        (
            measure.name.zh,
            f"{measure.days_from}到{measure.days_to}日"
            if measure.days_to > measure.days_from
            else f"{measure.days_from}日",
        )
        for measure in BOOK.measures
    ]


def test_stopping_the_harm_never_means_silencing_anyone() -> None:
    row = next(row for row in SHEETS["SHEET-RISK5"].rows if row[0].zh.startswith("阻断传播"))
    assert {"抢手机", "删视频", "花钱删帖"} <= set(row[-1].zh.replace("、", " ").split())


def test_the_course_has_its_seven_cases() -> None:
    assert [case.key for case in CASES] == [*(f"AUTO-{n}" for n in range(1, 7)), "LIFE-1"]


@pytest.mark.parametrize("case", CASES, ids=[case.key for case in CASES])
def test_a_case_can_be_trained_with(case: CaseStudy) -> None:
    assert WITHIN[case.scenario]
    assert len(case.facts) >= 8
    assert len(case.checks) >= 4
    assert len(case.may) >= 4
    assert len(case.must_not) >= 3
    labels = [line.label.zh for line in case.facts]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("case", CASES, ids=[case.key for case in CASES])
def test_the_sentences_of_a_case_are_its_own_and_follow_the_steps(case: CaseStudy) -> None:
    places = {case.scenario, WITHIN[case.scenario]}
    steps = []
    for key in case.scripts:
        script = SCRIPTS[key]
        assert places & set(script["scenarios"]), key
        steps.append(min(script["steps"]))
    assert steps == sorted(steps)
    assert set(range(1, 6)) == set(steps)
