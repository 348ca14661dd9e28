"""The preview draws pages within bounds, and says plainly when a file is no document."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.documents import preview
from desk.errors import BadInput
from tests.media_files import pdf


def test_what_is_no_pdf_is_bad_input(tmp_path: Path) -> None:
    file = tmp_path / "note.pdf"
    file.write_text("not a document")
    for wrong in (file, tmp_path / "missing.pdf", b"%PDF-"):
        with pytest.raises(BadInput):
            preview.page_count(wrong)


def test_a_page_of_any_size_is_drawn_within_bounds() -> None:
    plain = preview.page_of_width(pdf(), 0, 600)
    assert (plain.width, plain.height) == (600, 800)
    assert len(plain.pixels) == plain.stride * plain.height
    for wide, high in ((14_400, 14_400), (2, 14_400), (14_400, 2)):
        page = preview.page_of_width(pdf(1, wide, high), 0, 14_000)
        assert page.width * page.height <= 17_000_000


def test_a_page_that_is_not_there_is_bad_input() -> None:
    assert preview.page_count(pdf(3)) == 3
    with pytest.raises(BadInput):
        preview.page_of_width(pdf(3), 3, 100)


@given(content=st.binary(max_size=400), cut=st.integers(0, 500))
def test_damaged_documents_are_drawn_or_refused(content: bytes, cut: int) -> None:
    whole = pdf()
    with contextlib.suppress(BadInput):
        preview.page_of_width(whole[:cut] + content + whole[cut:], 0, 50)
