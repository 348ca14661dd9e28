"""What the intake shows whoever does not handle a case, whom it concerns, and how it passes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desk.services import cases
from desk.ui.approval_sheet import ApprovalSheet
from desk.ui.cases.hand_over import HandOverSheet
from desk.ui.intake.personal import PersonalEditor
from desk.ui.task_sheet import ReasonSheet
from desk.ui.widgets.sheet import Sheet
from tests.gui.intake_room import ME, Room
from tests.store import crew

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    made = Room(qtbot, tmp_path / "whose.vault")
    made.open_new()
    made.join(crew.HEAD, crew.OFFICER, crew.LOBBY, crew.TELLER, crew.AUDITOR, crew.LEFT)
    yield made
    made.leave()


def sheet(room: Room) -> Sheet | None:
    return next((one for one in room.window.findChildren(Sheet) if one.isVisible()), None)


def menu(room: Room) -> list[bool]:
    room.page.more.click()
    found = room.page.findChild(QMenu, "more_menu")
    assert isinstance(found, QMenu)
    enabled = [action.isEnabled() for action in found.actions()]
    found.close()
    room.rest()
    return enabled


def test_nothing_stands_above_ones_own_case(room: Room) -> None:
    assert room.page.whose.isHidden()
    room.shot("own")


def test_a_colleagues_case_is_read_and_not_written(room: Room) -> None:
    room.set(opening_words="等太久", complainant_name="测试客户")
    room.sit_down(crew.TELLER)
    assert not room.page.whose.isHidden()
    assert ME.name in room.page.whose.words.text()
    assert not room.page.whose.take.isVisible()
    boxes = room.page.form().boxes()
    boxes["opening_words"].editor.take_focus()
    room.type("x")
    assert boxes["opening_words"].value() == "等太久"
    assert not boxes["seated"].editor.widget.isEnabled()
    assert menu(room) == [False] * 4
    before = room.view().case.count
    room.page.turn_to(2)
    room.page.mark_said("S-1")
    room.rest()
    name = room.page.form().boxes()["complainant_name"].editor
    assert isinstance(name, PersonalEditor)
    name.take_focus()
    QTest.keyPress(name.shut.masked, Qt.Key.Key_Space)
    assert "测试客户" not in name.shut.masked.shown_text()
    QTest.keyRelease(name.shut.masked, Qt.Key.Key_Space)
    QTest.keyClick(name.shut, Qt.Key.Key_Return)
    assert name.is_shut()
    assert not room.page.report.isVisible()
    room.page.turn_to(5)
    assert not room.page.foot.on.isVisible()
    room.page.ask_close()
    room.page.ask_withdraw()
    room.page.ask_hand_over()
    room.page.ask_enquiry()
    room.page.ask_note()
    room.rest()
    assert sheet(room) is None
    assert room.view().case.count == before
    assert room.reveals() == []
    room.shot("colleague")


def test_the_head_may_hold_a_case_where_it_is_worked_on(room: Room) -> None:
    room.sit_down(crew.HEAD)
    assert menu(room) == [True, True, True, True, False, True]
    room.page.ask_hold()
    room.rest()
    asked = sheet(room)
    assert isinstance(asked, ReasonSheet)
    room.type("the customer has sued")
    room.press(Qt.Key.Key_Return, CONTROL)
    room.rest()
    assert room.view().case.hold_reason == "the customer has sued"
    assert room.page.view is not None
    assert room.page.view.case.held


def test_the_lobby_takes_down_and_leaves_the_finding(room: Room) -> None:
    room.sit_down(crew.LOBBY)
    assert room.page.form().boxes()["seated"].editor.widget.isEnabled()
    room.page.turn_to(3)
    room.rest()
    assert not room.page.form().boxes()["evidence_held"].editor.widget.isEnabled()
    room.shot("lobby")


def test_taking_over_is_one_question_and_answers_for_the_interest(room: Room) -> None:
    room.sit_down(crew.LOBBY)
    assert room.page.whose.take.isVisible()
    room.page.whose.take.click()
    room.rest()
    assert sheet(room) is not None
    room.shot("take_over")
    room.button("sheet_do").click()
    room.rest()
    case = room.view().case
    assert case.handler == crew.LOBBY.id
    assert case.value("no_interest") is True
    assert case.interests == {crew.LOBBY.id: False}
    assert room.page.whose.isHidden()


def test_whom_the_matter_concerns_hands_it_on(room: Room) -> None:
    room.page.turn_to(3)
    room.rest()
    box = room.page.form().boxes()["no_interest"]
    box.editor.take_focus()
    room.type("2")
    room.rest()
    assert room.view().case.interests == {ME.id: True}
    assert not room.page.form().boxes()["evidence_held"].editor.widget.isEnabled()
    assert box.editor.widget.isEnabled()
    assert not room.page.whose.isHidden()
    room.shot("concerned")
    room.page.whose.hand.click()
    room.rest()
    asked = sheet(room)
    assert isinstance(asked, HandOverSheet)
    offered = {asked.taker.itemData(place) for place in range(asked.taker.count())}
    assert offered == {crew.HEAD.id, crew.OFFICER.id, crew.LOBBY.id, crew.TELLER.id}
    room.shot("hand_over")
    room.press(Qt.Key.Key_Return, CONTROL)
    room.rest()
    assert sheet(room) is asked
    asked.taker.set_value(crew.OFFICER.id)
    asked.note.setFocus()
    room.type("please")
    room.press(Qt.Key.Key_Return)
    room.rest()
    assert sheet(room) is None
    case = room.view().case
    assert case.handler == crew.OFFICER.id
    assert case.handovers[-1].note == "please"
    assert case.value("no_interest") is None


def test_an_enquiry_takes_a_colleagues_password(room: Room) -> None:
    room.page.ask_enquiry()
    room.button("sheet_do").click()
    room.rest()
    asked = sheet(room)
    assert isinstance(asked, ApprovalSheet)
    offered = {chip.choice.key for chip in asked.who.chips()}
    assert offered == {crew.HEAD.id, crew.OFFICER.id}
    room.shot("approval")
    # with the keyboard alone: who, why, the password, Enter
    room.type("2")
    room.press(Qt.Key.Key_Tab)
    room.type("asked about fees only")
    room.press(Qt.Key.Key_Tab)
    room.type("wrong password")
    room.press(Qt.Key.Key_Return)
    room.rest()
    assert sheet(room) is asked
    assert asked.password.text() == ""
    assert asked.problem_words.isVisible()
    assert room.focus() is asked.password
    room.shot("approval_wrong")
    assert room.view().case.status == "open"
    room.type(crew.password(crew.OFFICER))
    room.press(Qt.Key.Key_Return)
    room.rest()
    assert sheet(room) is None
    case = room.view().case
    assert (case.status, case.outcome) == ("closed", "enquiry")
    assert case.approvals[-1].by == crew.OFFICER.id
    assert not room.page.banner.isHidden()
    room.shot("enquiry")


def test_what_asserts_rights_never_asks_a_colleague(room: Room) -> None:
    room.set(amount=300)
    room.page.ask_enquiry()
    room.button("sheet_do").click()
    room.rest()
    assert not isinstance(sheet(room), ApprovalSheet)
    assert room.view().case.status == "open"


def test_leaving_the_sheet_leaves_the_case(room: Room) -> None:
    room.page.ask_enquiry()
    room.button("sheet_do").click()
    room.rest()
    room.press(Qt.Key.Key_Escape)
    room.rest()
    assert sheet(room) is None
    assert room.view().case.status == "open"
    assert room.view().case.approvals == ()


def test_the_window_asks_for_a_right_and_the_service_asks_again(room: Room) -> None:
    case = room.page.case
    room.sit_down(crew.AUDITOR)
    refused: list[Exception] = []
    room.work.write(
        case,
        lambda session: cases.add_note(session, case, "x"),
        owner=room.page,
        failed=refused.append,
    )
    room.rest()
    assert [getattr(error, "code", "") for error in refused] == ["not_allowed"]
