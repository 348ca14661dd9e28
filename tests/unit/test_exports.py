"""CSV for spreadsheets: what is written reads back, and nothing acts as a formula."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.errors import CannotWrite, FolderMissing, NotReplaced
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
    with pytest.raises(FolderMissing) as caught:
        exports.write_text(tmp_path / "nowhere" / "a.txt", "text")
    assert caught.value.params["folder"] == str(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("branch.vault", b"\x8f\x00\x12"),
        ("report.pdf", b"%PDF-1.7"),
        ("book.csv", b"PK\x03\x04"),
        ("letter.txt", b"{\\rtf1"),
        ("data.csv", b"a\x00b"),
        ("letter.docx", "辞".encode()),
    ],
)
def test_a_file_of_another_kind_is_not_replaced(tmp_path: Path, name: str, content: bytes) -> None:
    target = tmp_path / name
    target.write_bytes(content)
    with pytest.raises(NotReplaced):
        Draft(target).begin(["编号"])
    assert target.read_bytes() == content
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(NotReplaced):
        Draft(tmp_path).begin(["编号"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "编号,客户\r\n".encode("gb18030")),
        ("a.txt", b""),
        ("a.bak", "\ufeff编号".encode()),
    ],
)
def test_an_earlier_table_is_replaced(tmp_path: Path, name: str, content: bytes) -> None:
    target = tmp_path / name
    target.write_bytes(content)
    exports.write_text(target, "新")
    assert target.read_text("utf-8-sig") == "新"
