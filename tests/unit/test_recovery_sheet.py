"""The recovery sheet: one page that holds the code once, and a file that says nothing of it."""

from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest

from desk import i18n
from desk.domain.staff import Branch
from desk.i18n import Language
from desk.services import recovery_sheet
from desk.services.keyring import RecoverySheet
from desk.store import recovery_code
from tests.papers import FONTS, page_texts

GROUPS = recovery_code.write(bytes(range(7, 27)))


def sheet(name: str = "城东支行") -> RecoverySheet:
    made = datetime.fromisoformat("2026-11-22T19:50")
    return RecoverySheet(GROUPS, "3F0A91C2", made, Branch("CD", name, "示例银行"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "name", ["城东支行", "某某农村商业银行股份有限公司高新技术产业开发区第二支行"]
)
def test_it_is_one_page_with_every_group_in_order(
    tmp_path: Path, language: Language, name: str
) -> None:
    i18n.use(language)
    try:
        made = recovery_sheet.write(sheet(name), tmp_path / "sheet.pdf", FONTS)
    finally:
        i18n.use("zh")
    (page,) = page_texts(made)
    groups = [page.index(f"{number}{group}") for number, group in enumerate(GROUPS, 1)]
    assert groups == sorted(groups)
    assert all(page.count(group) == 1 for group in GROUPS)
    assert "3F0A91C2" in page
    assert "2026-11-22" in page


def test_the_file_says_nothing_of_the_code_but_on_its_page(tmp_path: Path) -> None:
    made = recovery_sheet.write(sheet(), tmp_path / "sheet.pdf", FONTS)
    document = pypdfium2.PdfDocument(made)
    try:
        told = " ".join(document.get_metadata_dict().values())
    finally:
        document.close()
    assert "3F0A91C2" in told
    assert not any(group in told for group in GROUPS)
    assert not any(group in recovery_sheet.default_name(sheet()) for group in GROUPS)
