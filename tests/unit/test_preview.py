"""The preview says plainly when a file is no document."""

from pathlib import Path

import pytest

from desk.documents import preview
from desk.errors import BadInput


def test_what_is_no_pdf_is_bad_input(tmp_path: Path) -> None:
    file = tmp_path / "note.pdf"
    file.write_text("not a document")
    for pdf in (file, tmp_path / "missing.pdf", b"%PDF-"):
        with pytest.raises(BadInput):
            preview.page_count(pdf)
