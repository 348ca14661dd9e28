"""CSV for spreadsheets: what is written reads back, and nothing acts as a formula."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.errors import CannotWrite
from desk.services import exports
from desk.services.exports import Draft

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=5))
def test_what_is_written_reads_back_and_no_cell_is_a_formula(lines: list[list[str]]) -> None:
    text = exports.csv_text(lines)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [[exports.guarded(cell) for cell in line] for line in lines]
    assert not [cell for line in read for cell in line if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("cell", ["=1+1", "+86 139", "-3", "@SUM(A1)", "\tx"])
def test_formulas_get_an_apostrophe(cell: str) -> None:
    assert exports.guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "客户", "1-2", "a=b"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert exports.guarded(cell) == cell


def test_a_draft_replaces_only_when_finished(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before", encoding="utf-8")
    draft = Draft(target)
    draft.begin(["编号"])
    draft.add([["CD-1"], ["CD-2"]])
    assert target.read_text("utf-8") == "before"
    draft.finish()
    assert target.read_bytes() == "\ufeff编号\r\nCD-1\r\nCD-2\r\n".encode()
    draft.begin(["x"])
    draft.drop()
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_a_known_error(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite):
        exports.write_text(tmp_path / "nowhere" / "a.txt", "text")
