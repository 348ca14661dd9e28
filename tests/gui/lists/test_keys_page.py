"""The keys page: recovery sheet, head office's key and a fresh key, on the sample vault."""

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desk.errors import NotAllowed
from desk.services import admission, backups, keyring, samples
from desk.services.admission import KeyState
from desk.ui.keys.keys_page import KeysPage
from desk.ui.keys.recovery import MakeSheet, TrySheet
from desk.ui.keys.sheets import HeadOfficeSheet, RotateSheet
from desk.ui.widgets.labels import Text
from desk.ui.widgets.sheet import ConfirmSheet

Desk = Any
Desks = Any
Asking = Any
OFFICE = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here is to be guarded."""
    monkeypatch.setattr("desk.services.keyring.stretching.calibrated", lambda: samples._QUICK)


def open_page(desk: Desk) -> KeysPage:
    page = KeysPage(desk.work)
    desk.show(page)
    return page


def state(desk: Desk) -> KeyState:
    found: KeyState = desk.ask(admission.key_state)
    return found


def sheet_of(desk: Desk, kind: type) -> Asking:
    found = [one for one in desk.window.findChildren(kind) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def printed(sheet: MakeSheet) -> list[str]:
    found = [sheet.findChild(Text, f"recovery_group_{n}") for n in range(1, 9)]
    return [text.text() for text in found if text is not None]


def made(desk: Desk, page: KeysPage) -> list[str]:
    page.make.click()
    desk.rest()
    sheet = sheet_of(desk, MakeSheet)
    groups = printed(sheet)
    sheet.typed.setText(" ".join(groups).lower())
    QTest.keyClick(sheet.typed, Qt.Key.Key_Return)
    desk.rest()
    return groups


def test_a_sheet_is_in_force_only_once_it_was_typed_back(desk: Desk) -> None:
    page = open_page(desk)
    assert page.recovery.chip.text() == "还没有"
    page.make.click()
    desk.rest()
    sheet = sheet_of(desk, MakeSheet)
    groups = printed(sheet)
    sheet.submit()
    assert sheet.problem_words.text()
    wrong = [*groups[:4], groups[5], groups[4], *groups[6:]]
    sheet.typed.setText("-".join(wrong))
    sheet.submit()
    assert "5、6" in sheet.problem_words.text()
    assert state(desk).way("recovery") is None
    sheet.typed.setText("-".join(groups))
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.rest()
    assert state(desk).way("recovery") is not None
    assert page.recovery.chip.text() == "有效"


def test_leaving_the_new_sheet_leaves_the_old_one_in_force(desk: Desk) -> None:
    page = open_page(desk)
    old = made(desk, page)
    page.make.click()
    desk.rest()
    sheet = sheet_of(desk, MakeSheet)
    new = printed(sheet)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert desk.ask(lambda session: admission.opens(session, " ".join(old)))
    assert not desk.ask(lambda session: admission.opens(session, " ".join(new)))


def test_the_sheet_is_saved_as_a_paper(desk: Desk, tmp_path: Path) -> None:
    page = open_page(desk)
    page.make.click()
    desk.rest()
    sheet = sheet_of(desk, MakeSheet)
    sheet.save_to(str(tmp_path / "sheet.pdf"))
    desk.rest()
    assert "sheet.pdf" in sheet.told.text()
    with pypdfium2.PdfDocument(tmp_path / "sheet.pdf") as document:
        text = document[0].get_textpage().get_text_range()
    assert all(group in text for group in printed(sheet))
    sheet.dismiss()


def test_a_sheet_is_tried_and_what_was_typed_is_not_kept(desk: Desk) -> None:
    page = open_page(desk)
    old = made(desk, page)
    new = made(desk, page)
    page.try_it.click()
    sheet = sheet_of(desk, TrySheet)
    sheet.typed.setText("-".join([*new[:2], new[2][:-1] + "U", *new[3:]]))
    sheet.submit()
    assert "3" in sheet.problem_words.text()
    for groups, said in ((old, "打不开"), (new, "有效")):
        sheet.typed.setText("-".join(groups))
        QTest.keyClick(sheet.typed, Qt.Key.Key_Return)
        desk.rest()
        assert said in sheet.answer.text()
        assert sheet.typed.text() == ""
    sheet.dismiss()


def test_head_offices_key_is_let_in_by_its_fingerprint_and_taken_out(desk: Desk) -> None:
    page = open_page(desk)
    page.set_key.click()
    sheet = sheet_of(desk, HeadOfficeSheet)
    sheet.key.setText(OFFICE[:-1])
    assert not sheet.fingerprint.isVisible()
    sheet.submit()
    desk.rest()
    assert "age1" in sheet.problem_words.text()
    sheet.key.setText(OFFICE)
    shown = sheet.fingerprint.text()
    assert shown == admission.fingerprint(OFFICE)
    QTest.keyClick(sheet.key, Qt.Key.Key_Return)
    desk.rest()
    way = state(desk).way("head_office")
    assert way is not None
    assert way.fingerprint == shown
    assert shown in page.office.told.text()
    page.drop_key.click()
    question = sheet_of(desk, ConfirmSheet)
    QTest.keyClick(question, Qt.Key.Key_Tab)
    QTest.keyClick(question, Qt.Key.Key_Return)
    desk.rest()
    assert state(desk).way("head_office") is None
    assert page.fresh.chip.text() == "建议更换"


def test_a_fresh_key_is_put_in_with_a_backup_before(desk: Desk) -> None:
    page = open_page(desk)
    made(desk, page)
    made(desk, page)
    assert state(desk).rotation_due
    page.rotate.click()
    sheet = sheet_of(desk, RotateSheet)
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.qtbot.waitUntil(lambda: not desk.window.findChildren(RotateSheet), timeout=30_000)
    desk.rest()
    assert not state(desk).rotation_due
    kinds = [event.payload.kind for event in desk.ask(lambda s: s.vault.happenings())]
    assert kinds.index("backed_up") < kinds.index("key_rotated")


def test_stopping_leaves_the_vault_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(desk)
    page.rotate.click()
    sheet = sheet_of(desk, RotateSheet)
    monkeypatch.setattr(backups, "make", lambda _session, _why: sheet._progress.cancel())
    sheet.submit()
    desk.qtbot.waitUntil(lambda: sheet.problem_words.text() != "", timeout=30_000)
    desk.rest()
    assert "已停止" in sheet.problem_words.text()
    kinds = [event.payload.kind for event in desk.ask(lambda s: s.vault.happenings())]
    assert "key_rotated" not in kinds
    assert desk.ask(lambda session: len(session.vault.people()))
    sheet.dismiss()


def test_no_other_role_is_shown_the_keys(desk_of: Desks) -> None:
    desk = desk_of("1023")
    with pytest.raises(NotAllowed):
        keyring.draft_recovery(desk.session)
