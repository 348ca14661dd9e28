"""The people page and the own password, driven by keys on the sample vault."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desk.domain.permissions import RIGHTS, ROLES, TABLE
from desk.errors import WrongPassword
from desk.i18n import use
from desk.services import admission, people, samples
from desk.services.admission import Colleague
from desk.store import keys
from desk.ui import theme
from desk.ui.people import words
from desk.ui.people.people_page import PeoplePage
from desk.ui.people.sheets import AskSheet, LeaveSheet, OwnPasswordSheet, PersonSheet, ResetSheet
from desk.ui.preferences.settings_page import SettingsPage
from desk.ui.widgets.buttons import Button

Desk = Any
Asking = Any
NEW = "晴天记得带伞 42"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here is to be guarded."""
    monkeypatch.setattr("desk.services.keyring.stretching.calibrated", lambda: samples._QUICK)


def open_page(desk: Desk) -> PeoplePage:
    page = PeoplePage(desk.work)
    desk.show(page)
    return page


def colleague(desk: Desk, person: str) -> Colleague:
    found: tuple[Colleague, ...] = desk.ask(admission.colleagues)
    return next(one for one in found if one.person.id == person)


def opens(desk: Desk, person: str, password: str) -> bool:
    try:
        keys.unlock(desk.session.vault.database.path, password, person)
    except WrongPassword:
        return False
    return True


def sheet_of(desk: Desk, kind: type[AskSheet]) -> Asking:
    found = [one for one in desk.window.findChildren(kind) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def typed(sheet: Asking, password: str, again: str) -> None:
    sheet.pair.password.setText(password)
    sheet.pair.again.setText(again)


def test_every_right_has_words_and_the_table_is_that_of_the_rights(desk: Desk) -> None:
    assert set(words.RIGHT_WORDS) == set(RIGHTS)
    page = open_page(desk)
    shown = {
        (role, right): page.rights.rows.columns[1 + place].text(right)
        for place, role in enumerate(ROLES)
        for right in page.rights.rows.rows()
    }
    told = {"any": "是", "own": "限本人", None: "—"}
    assert shown == {(o, right): told[TABLE[o].get(right)] for o in ROLES for right in RIGHTS}


def test_somebody_is_let_in_by_keys_and_can_open_the_vault(desk: Desk) -> None:
    page = open_page(desk)
    QTest.keyClick(page, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    sheet = sheet_of(desk, PersonSheet)
    QTest.keyClicks(sheet.number, "1066")
    QTest.keyClick(sheet.number, Qt.Key.Key_Return)
    assert sheet.name.hasFocus()
    sheet.name.insert("周宁")
    sheet.role.set_value("teller")
    for password, again, said in (
        ("short", "short", "密码至少 8 位"),
        ("12345678", "12345678", "最容易被猜到"),
        (NEW, "其他的一句话 42", "两次"),
    ):
        typed(sheet, password, again)
        sheet.submit()
        assert said in sheet.problem_words.text()
    typed(sheet, NEW, NEW)
    QTest.keyClick(sheet.pair.again, Qt.Key.Key_Return)
    desk.rest()
    assert not desk.window.findChildren(PersonSheet)
    assert colleague(desk, "1066").has_password
    assert opens(desk, "1066", NEW)
    assert "1066" in [one.person.id for one in page.table.rows.rows()]


def test_a_number_that_is_there_is_said_in_the_sheet(desk: Desk) -> None:
    page = open_page(desk)
    page.add_person.click()
    sheet = sheet_of(desk, PersonSheet)
    sheet.number.setText("1023")
    sheet.name.setText("某人")
    sheet.role.set_value("teller")
    typed(sheet, NEW, NEW)
    sheet.submit()
    desk.rest()
    assert "工号" in sheet.problem_words.text()
    assert sheet.isVisible()
    QTest.keyClick(sheet, Qt.Key.Key_Escape)


def test_name_and_role_change_and_a_password_is_set_anew(desk: Desk) -> None:
    page = open_page(desk)
    page.choose("1023")
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    sheet = sheet_of(desk, PersonSheet)
    sheet.name.setText("陈晨晨")
    sheet.role.set_value("lobby")
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.rest()
    changed = colleague(desk, "1023").person
    assert (changed.name, changed.role) == ("陈晨晨", "lobby")
    page.card.reset.click()
    reset = sheet_of(desk, ResetSheet)
    typed(reset, NEW, NEW)
    reset.submit()
    desk.rest()
    assert opens(desk, "1023", NEW)


def test_who_has_open_cases_does_not_leave_before_they_pass_on(desk: Desk) -> None:
    page = open_page(desk)
    page.choose("1023")
    page.card.leave.click()
    desk.rest()
    sheet = sheet_of(desk, LeaveSheet)
    sheet.submit()
    assert "先移交" in sheet.problem_words.text()
    case = desk.ask(lambda session: people.open_cases_of(session, "1023")[0])
    button = sheet.findChild(Button, f"leave_case_{case.number}")
    button.click()
    assert desk.went == [("file", case.case)]
    assert colleague(desk, "1023").person.active


def test_who_has_none_leaves_and_opens_nothing(desk: Desk) -> None:
    page = open_page(desk)
    page.add_person.click()
    sheet = sheet_of(desk, PersonSheet)
    sheet.number.setText("1077")
    sheet.name.setText("吴桐")
    sheet.role.set_value("auditor")
    typed(sheet, NEW, NEW)
    sheet.submit()
    desk.rest()
    page.choose("1077")
    page.card.leave.click()
    desk.rest()
    leave = sheet_of(desk, LeaveSheet)
    leave.submit()
    desk.rest()
    assert not colleague(desk, "1077").person.active
    assert not opens(desk, "1077", NEW)
    page.choose("1077")
    assert not page.card.reset.isVisible()
    assert page.card.why.text()


def test_nobody_takes_away_their_own_access(desk: Desk) -> None:
    page = open_page(desk)
    page.choose("1001")
    assert not page.card.leave.isEnabled()
    assert not page.card.reset.isEnabled()
    assert "设置" in page.card.why.text()


def test_everybody_changes_their_own_password_in_the_settings(desk: Desk) -> None:
    page = SettingsPage(desk.work)
    desk.show(page)
    button = page.findChild(Button, "settings_password")
    assert isinstance(button, Button)
    button.click()
    sheet = sheet_of(desk, OwnPasswordSheet)
    sheet.old.setText("not this one")
    typed(sheet, NEW, NEW)
    sheet.submit()
    desk.rest()
    assert sheet.problem_words.text()
    sheet.old.setText(samples.PASSWORD)
    QTest.keyClick(sheet.pair.again, Qt.Key.Key_Return)
    desk.rest()
    assert not desk.window.findChildren(OwnPasswordSheet)
    assert opens(desk, "1001", NEW)
    assert not opens(desk, "1001", samples.PASSWORD)


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_no_word_of_a_role_is_cut_in_the_table_of_rights(
    desk: Desk, qapp: QApplication, scale: float
) -> None:
    use("en")
    theme.apply(qapp, scale=scale)
    try:
        page = open_page(desk)
        desk.window.resize(1366, 728)
        page.choice.chosen.emit("rights")
        desk.rest()
        desk.qtbot.waitUntil(lambda: page.rights.width() > 1000)
        header = page.rights.horizontalHeader()
        room = theme.px(2 * 10)
        for place, column in enumerate(page.rights.rows.columns):
            words = QFontMetrics(theme.font(theme.now().text_hint))
            widest = max(words.horizontalAdvance(line) for line in column.title.split("\n"))
            assert widest + room <= header.sectionSize(place), column.title
            lines = column.title.count("\n") + 1
            assert lines * words.height() <= header.height()
    finally:
        use("zh")
        theme.apply(qapp)
