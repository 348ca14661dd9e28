"""Excel and back without loss, text that stays text, and faults that name sheet and cell."""

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.errors import BadInput, PackInvalid
from desk.packs import cells, grids, importing, parts, trees, workbook, workbook_reading
from desk.packs.cells import Form
from tests.unit import packs_at_hand

ANY = st.text(max_size=40)
TEXTS = st.one_of(
    ANY, st.sampled_from(["=1+1", '""', '"', "'", "_x000D_", "x005F_", "a\rb", " a ", "␛41;", "+8"])
)


def there_and_back(found: parts.Contents, folder: Path) -> parts.Contents:
    file = folder / "pack.xlsx"
    workbook.write(found, file)
    return workbook_reading.read(file).contents


def edited(folder: Path, found: parts.Contents | None = None) -> tuple[Path, Any]:
    """A workbook of a small pack, and the same opened for changing."""
    file = folder / "pack.xlsx"
    workbook.write(found or packs_at_hand.small(), file)
    return file, openpyxl.load_workbook(file)


def faults_of(file: Path) -> list[str]:
    with pytest.raises(PackInvalid) as caught:
        workbook_reading.read(file)
    found = caught.value.params["faults"]
    assert isinstance(found, tuple)
    return [str(one) for one in found]


def cell_of(book: Any, sheet: str, header: str, row: int = 3) -> Any:  # noqa: ANN401 - openpyxl has many cells
    page = book[sheet]
    at = next(cell.column for cell in page[1] if cell.value == header)
    return page.cell(row, at)


@pytest.mark.parametrize("form", ["word", "value"])
@given(value=TEXTS)
def test_a_text_comes_back_from_its_cell(form: Form, value: str) -> None:
    assert cells.read(form, cells.written(form, value)) == value


@pytest.mark.parametrize("form", ["words", "lines"])
@given(value=st.lists(TEXTS, min_size=1, max_size=5))
def test_a_list_comes_back_from_its_cell(form: Form, value: list[str]) -> None:
    assert cells.read(form, cells.written(form, value)) == value


@given(value=st.one_of(st.booleans(), st.integers(-9, 9), st.lists(TEXTS, max_size=3), TEXTS))
def test_a_default_of_any_kind_comes_back(value: object) -> None:
    found = cells.read("value", cells.written("value", value))
    assert found == value
    assert type(found) is type(value)


@given(words=TEXTS)
def test_cells_hold_only_what_spreadsheets_keep(words: str) -> None:
    held = cells.safe(words)
    assert cells.meant(held) == words
    assert not any(ord(one) < 32 and one not in "\t\n" for one in held)


VALUES = st.recursive(
    st.one_of(TEXTS, st.booleans(), st.integers(-99, 99)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), inner, max_size=3),
    ),
    max_leaves=12,
)


@given(content=st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), VALUES, max_size=4))
def test_nested_content_comes_back_from_its_paths(content: dict[str, Any]) -> None:
    tree = trees.Tree()
    for row, line in enumerate(trees.lines(content)):
        tree.add(line, row)
    assert tree.content() == content


def test_every_kind_of_content_has_a_sheet_and_words_for_its_columns() -> None:
    known = workbook.words()
    for grid in (one for top in grids.grids() for one in top.every()):
        assert grid.name in known.sheets
        for column in grid.all_columns:
            field = column.field
            assert field in known.columns or f"{grid.name}.{field}" in known.columns, field


@pytest.mark.unmeasured
def test_the_shipped_pack_comes_back_whole(tmp_path: Path) -> None:
    found = packs_at_hand.shipped()
    assert there_and_back(found, tmp_path) == found


@st.composite
def changed_packs(draw: st.DrawFn) -> parts.Contents:
    """A small pack after an afternoon at head office: texts, lists and rows changed at random."""
    found = packs_at_hand.small()
    for _change in range(draw(st.integers(1, 6))):
        name = draw(st.sampled_from(sorted(found.lists)))
        entries = found.lists[name]
        what = draw(st.sampled_from(("change", "change", "change", "drop", "turn")))
        if what == "drop" and entries:
            del entries[draw(st.integers(0, len(entries) - 1))]
        elif what == "turn" and len({one.file for one in entries}) == 1:
            entries.reverse()
        elif entries:
            _alter(draw, draw(st.sampled_from(entries)).entry)
    return found


def _alter(draw: st.DrawFn, entry: Any) -> None:  # noqa: ANN401 - any of the shapes of YAML
    """Change a text, a list of words or what stands inside an entry."""
    name = draw(st.sampled_from(sorted(entry)))
    value = entry[name]
    if isinstance(value, dict):
        entry[name] = {"zh": draw(TEXTS), "en": draw(TEXTS)}
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        if set(value[0]) == {"zh", "en"}:
            pairs = st.fixed_dictionaries({"zh": TEXTS, "en": TEXTS})
            entry[name] = draw(st.lists(pairs, min_size=1, max_size=3))
        else:
            _alter(draw, draw(st.sampled_from(value)))
    elif name in {"cues", "match", "unless", "words"}:
        entry[name] = draw(st.lists(TEXTS, min_size=1, max_size=4))
    elif name in {"pattern", "condition", "source", "duty"} and isinstance(value, str):
        entry[name] = draw(TEXTS)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(found=changed_packs())
def test_a_changed_pack_comes_back_whole(found: parts.Contents, tmp_path: Path) -> None:
    assert there_and_back(found, tmp_path) == found


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    found = packs_at_hand.small()
    found.lists["scripts"][0].entry["text"]["zh"] = '=HYPERLINK("http://x","y")'
    _file, book = edited(tmp_path, found)
    cell = cell_of(book, "scripts", "text zh")
    assert cell.value == '=HYPERLINK("http://x","y")'
    assert cell.data_type == "s"
    assert there_and_back(found, tmp_path) == found


def test_a_formula_that_was_typed_is_a_fault_of_its_cell(tmp_path: Path) -> None:
    file, book = edited(tmp_path)
    cell_of(book, "roles", "name zh").value = "=1+1"
    book.save(file)
    (fault,) = faults_of(file)
    assert fault.startswith("roles!B3: ")


def test_standard_codes_keep_their_zeros(tmp_path: Path) -> None:
    file, book = edited(tmp_path)
    cell_of(book, "codes", "std_code", 3).value = "0012"
    cell_of(book, "codes", "std_code", 4).value = 77
    book.save(file)
    codes = workbook_reading.read(file).contents.lists["codes"]
    assert [one.entry.get("std_code") for one in codes[:2]] == ["0012", "77"]


def test_people_are_offered_what_may_stand_in_a_cell(tmp_path: Path) -> None:
    _file, book = edited(tmp_path)
    offered = {
        str(check.sqref).split(":")[0]: check.formula1
        for check in book["scripts"].data_validations.dataValidation
    }
    part = cell_of(book, "scripts", "part").column_letter
    assert offered[f"{part}3"] == '"answer,empathy,willing"'
    owners = [one.formula1 for one in book["checklist_items"].data_validations.dataValidation]
    assert "roles!$A$3:$A$2000" in owners
    assert book["scripts"].freeze_panes == "B3"
    assert "{time}" in cell_of(book, "scripts", "text zh", 2).comment.text
    assert book.sheetnames[0] == workbook.READ_ME


def test_rows_and_columns_may_be_moved_and_left_empty(tmp_path: Path) -> None:
    file, book = edited(tmp_path)
    book["roles"].insert_rows(4)
    book["roles"].move_range("A1:A9", cols=20)
    book.save(file)
    found = workbook_reading.read(file).contents
    assert found.lists["roles"] == packs_at_hand.small().lists["roles"]


def test_faults_name_sheet_and_cell(tmp_path: Path) -> None:
    file, book = edited(tmp_path)
    cell_of(book, "scenarios", "watch en").value = "only one"
    cell_of(book, "scripts", "seconds").value = "soon"
    cell_of(book, "scripts", "file", 4).value = "../../escape.yaml"
    cell_of(book, "checklist_items", "of checklist").value = "E99"
    book["triggers"]["A1"].value = "kex"
    book["codes"]["A2"].value = None
    del book["rights"]
    book.create_sheet("more")
    book.save(file)
    places = {fault.split(":")[0] for fault in faults_of(file)}
    assert {"checklist_items!A3", "triggers!A1", "codes!A2", "rights!A1", "more!A1"} <= places
    assert any(place.startswith("scenarios!") for place in places)
    scripts = sorted(place for place in places if place.startswith("scripts!"))
    assert [place[-1] for place in scripts] == ["3", "4"]


def test_what_the_check_finds_names_the_cell_it_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_HOME", str(tmp_path / "home"))
    file, book = edited(tmp_path, packs_at_hand.shipped())
    profiles = cell_of(book, "scripts", "profiles", 5)
    profiles.value = "T1; T9"
    book.save(file)
    found = importing.bring_in(file, None, packs_at_hand.nothing_wrong)
    assert found.shelved is None
    (fault,) = found.faults
    assert fault.startswith(f"scripts!{profiles.coordinate}: ")
    assert "T9" in fault
    assert not list((tmp_path / "home/packs").iterdir())


@pytest.mark.parametrize(
    "name", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/embeddings/a.bin"]
)
def test_a_file_with_foreign_parts_is_not_opened(name: str, tmp_path: Path) -> None:
    file, _book = edited(tmp_path)
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr(name, "x")
    with pytest.raises(BadInput) as caught:
        workbook_reading.read(file)
    assert caught.value.params["reason"] == "foreign_parts"


TYPED = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'


@pytest.mark.parametrize(
    "hidden",
    [
        TYPED.encode(),
        f"<!--{'x' * 3_000_000}-->{TYPED}".encode(),
        TYPED.encode("utf-16"),
        TYPED.encode("utf-16-le"),
        TYPED.encode("utf-16-be"),
        b'<?xml version="1.0" encoding="cp037"?>' + TYPED.encode("cp037"),
    ],
)
@pytest.mark.parametrize("name", ["xl/more.xml", "xl/media/image1.png"])
def test_a_document_type_is_not_followed_however_it_is_hidden(
    hidden: bytes, name: str, tmp_path: Path
) -> None:
    file, _book = edited(tmp_path)
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr(name, hidden)
    with pytest.raises(BadInput) as caught:
        workbook_reading.read(file)
    assert caught.value.params["reason"] == "foreign_parts"


def test_a_picture_or_what_excel_itself_writes_is_no_hindrance(tmp_path: Path) -> None:
    found, file = packs_at_hand.small(), tmp_path / "x.xlsx"
    workbook.write(found, file)
    begin = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr("xl/media/image1.png", b"\x89PNG\r\n\x1a\n\0\0<!DOCTYPE")
        packed.writestr("xl/more.xml", begin + b"<a/>")
        packed.writestr("xl/empty.xml", b"")
    assert workbook_reading.read(file).contents == found


def test_a_sheet_of_far_too_many_cells_is_not_unpacked_into_memory(tmp_path: Path) -> None:
    file, _book = edited(tmp_path)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/more.xml", b"<a>" + b"<c><v>1</v></c>" * 400_000 + b"</a>")
    with pytest.raises(BadInput) as caught:
        workbook_reading.read(file)
    assert caught.value.params["reason"] == "too_much"


@pytest.mark.parametrize("content", [b"<a", b"<a/><b/>", b"\xff", b"<sst><si/></sst>", b""])
@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/styles.xml"])
def test_a_damaged_file_inside_is_said_and_no_traceback(
    name: str, content: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "x.xlsx"
    workbook.write(packs_at_hand.small(), file)
    with zipfile.ZipFile(file) as packed:
        inner = {one: packed.read(one) for one in packed.namelist()}
    with zipfile.ZipFile(file, "w") as packed:
        for one, kept in inner.items():
            packed.writestr(one, content if one == name else kept)
    with pytest.raises((BadInput, PackInvalid)):
        workbook_reading.read(file)


def test_what_is_no_workbook_is_said_to_be_none(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(b"not a workbook")
    with pytest.raises(BadInput) as caught:
        workbook_reading.read(file)
    assert caught.value.params["reason"] == "not_a_workbook"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("a.txt", "x")
    with pytest.raises(BadInput):
        workbook_reading.read(file)
    with pytest.raises(BadInput) as caught:
        workbook_reading.read(tmp_path / "nowhere.xlsx")
    assert caught.value.params["reason"] == "not_readable"


def test_two_checklists_of_one_key_are_not_written(tmp_path: Path) -> None:
    found = packs_at_hand.small()
    found.lists["checklists"].append(found.lists["checklists"][0])
    with pytest.raises(PackInvalid):
        workbook.write(found, tmp_path / "x.xlsx")


def test_a_text_longer_than_a_cell_is_not_cut(tmp_path: Path) -> None:
    found = packs_at_hand.small()
    found.lists["roles"][0].entry["duty"]["zh"] = "长" * (cells.LONGEST + 1)
    with pytest.raises(PackInvalid):
        workbook.write(found, tmp_path / "x.xlsx")
