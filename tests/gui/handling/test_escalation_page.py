"""The escalation of a case, driven by keys on a real encrypted vault."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from desk.services import assessments, cases, escalations, limits
from desk.ui.approval_sheet import ApprovalSheet
from desk.ui.escalation.checklist_card import ListTab
from desk.ui.escalation.escalation_page import EscalationPage
from desk.ui.escalation.item_row import ItemRow
from desk.ui.escalation.sheets import AgreeSheet, DaysSheet, ExtendSheet, StopSheet
from desk.ui.task_sheet import ReasonSheet
from desk.ui.widgets.chips import Chip, ChoiceChips
from tests.store import crew

Desk = Any
Key = Qt.Key


@pytest.fixture
def page(desk: Desk) -> EscalationPage:
    made = EscalationPage(desk.work)
    desk.show(made)
    return made


def begin(desk: Desk, page: EscalationPage, checklist: str = "E1") -> None:
    desk.ask(lambda s: escalations.start(s, desk.case, checklist))
    again(desk, page)
    page.checklist.take_focus()


def again(desk: Desk, page: EscalationPage) -> None:
    page.refresh()
    desk.rest()


def line(page: EscalationPage, key: str) -> ItemRow:
    return next(row for row in page.checklist.rows if row.item.key == key)


def words_on(widget: QWidget) -> str:
    return "\n".join(
        label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)
    )


def status(desk: Desk, item: str) -> str:
    marks = desk.stored().case.checklists[item.partition(".")[0]].items
    return str(marks[item].status) if item in marks else "open"


def test_a_flag_of_the_assessment_brings_its_checklist_first(
    desk: Desk, page: EscalationPage
) -> None:
    desk.ask(lambda s: cases.set_field(s, desk.case, "narrative", "再不办就找12378"))
    desk.ask(lambda s: assessments.answer(s, desk.case, "R0", ["a"]))
    again(desk, page)
    tabs = [tab.key for tab in page.findChildren(ListTab) if tab.isVisible()]
    assert tabs == ["E4", "E1"]
    assert page.checklist.title.text() == "人身安全清单"
    chips = [chip.text() for chip in page.why.findChildren(Chip) if chip.isVisible()]
    assert chips[0] == "红旗：动手、持械或扬言伤人"
    page.checklist.take_focus()
    desk.press(Key.Key_Space)
    desk.rest()
    assert "E4" in desk.stored().case.checklists
    assert desk.stored().case.checklists["E4"].triggers == ("E4.red", "E4.risk")
    assert line(page, page.checklist.rows[0].item.key).hasFocus()


def test_space_ticks_and_the_line_says_who_and_when(desk: Desk, page: EscalationPage) -> None:
    begin(desk, page)
    desk.later(minutes=7)
    desk.press(Key.Key_Down)
    desk.press(Key.Key_Space)
    desk.rest()
    done = line(page, "E1.register")
    assert status(desk, "E1.register") == "done"
    assert done.hasFocus()
    assert done.pill.words() == "已办 09:12"
    assert "王敏" in words_on(done)
    assert page.checklist.count.text() == "1 / 12"


def test_opening_again_takes_a_reason(desk: Desk, page: EscalationPage) -> None:
    begin(desk, page)
    desk.press(Key.Key_Space)
    desk.rest()
    desk.press(Key.Key_Space)
    sheet = desk.sheet()
    assert isinstance(sheet, ReasonSheet)
    desk.enter()
    assert sheet.problem_words.text() == "请写明理由。"
    assert status(desk, "E1.channel") == "done"
    desk.say(sheet.reason, "点错了")
    desk.enter()
    assert desk.sheet() is None
    assert status(desk, "E1.channel") == "open"


def test_an_item_is_set_aside_with_a_reason(desk: Desk, page: EscalationPage) -> None:
    begin(desk, page)
    row = line(page, "E1.progress_5")
    row.setFocus()
    desk.press(Key.Key_Delete)
    sheet = desk.sheet()
    assert isinstance(sheet, ReasonSheet)
    assert desk.focus() is sheet.reason
    desk.say(sheet.reason, "客户只要结果")
    desk.enter()
    assert status(desk, "E1.progress_5") == "not_applicable"
    assert row.pill.words() == "不适用"
    assert "客户只要结果" in words_on(row)
    assert page.checklist.count.text() == "1 / 12"


def test_what_only_the_head_sets_aside_is_refused_in_place(
    desk: Desk, page: EscalationPage
) -> None:
    begin(desk, page)
    line(page, "E1.register").setFocus()
    desk.press(Key.Key_Delete)
    sheet = desk.sheet()
    assert isinstance(sheet, ReasonSheet)
    desk.say(sheet.reason, "不想登记")
    desk.enter()
    assert desk.sheet() is sheet
    assert sheet.problem.isVisible()
    assert "负责人" in sheet.problem_words.text()
    assert status(desk, "E1.register") == "open"
    desk.press(Key.Key_Escape)


def test_gates_are_marked_and_time_past_is_said_in_words(desk: Desk, page: EscalationPage) -> None:
    begin(desk, page)
    gated = line(page, "E1.register").findChild(QWidget, "gate")
    assert isinstance(gated, QWidget)
    assert "结案前必须处理" in gated.accessibleName()
    assert line(page, "E1.channel").findChild(QWidget, "gate") is None
    assert line(page, "E1.register").pill.words() == "17:00"  # when the branch closes
    desk.later(days=1)
    again(desk, page)
    assert line(page, "E1.register").pill.words() == "逾期 11-06 周五"
    assert {item.key for _list, item in desk.stored().blocking} >= {"E1.register"}


def test_a_list_not_begun_cannot_be_ticked(desk: Desk, page: EscalationPage) -> None:
    desk.ask(lambda s: cases.set_field(s, desk.case, "source", "S_NFRA_FORMAL"))
    again(desk, page)
    row = line(page, "E1.channel")
    row.setFocus()
    desk.press(Key.Key_Space)
    desk.rest()
    assert desk.stored().case.checklists == {}
    assert page.checklist.start.isVisible()
    page.checklist.start.click()
    desk.rest()
    assert not page.checklist.start.isVisible()
    assert row.hasFocus()
    assert page.why.compare.isVisible()


def test_any_list_can_be_begun_by_hand(desk: Desk, page: EscalationPage) -> None:
    assert "没有要走的清单" in words_on(page.checklist)
    menu = page.checklist.others.menu()
    action = next(a for a in menu.actions() if a.objectName() == "begin_E8")
    action.trigger()
    desk.rest()
    assert list(desk.stored().case.checklists) == ["E8"]
    chips = [chip.text() for chip in page.why.findChildren(Chip) if chip.isVisible()]
    assert any(text.startswith("人工启动") for text in chips)


def test_three_findings_lead_to_one_cell(desk: Desk, page: EscalationPage) -> None:
    lit = [n for n, cell in page.matrix.cells.items() if cell.is_current()]
    assert lit == []
    for field, place in (("evidence_held", 1), ("team_liable", 1), ("company_liable", 2)):
        chips = page.findChild(ChoiceChips, f"finding_{field}")
        assert isinstance(chips, ChoiceChips)
        chips.pick(place)
        desk.rest()
    assert desk.stored().cell.number == 6
    assert [n for n, cell in page.matrix.cells.items() if cell.is_current()] == [6]
    assert "道歉快决" in words_on(page.matrix)
    company = page.findChild(ChoiceChips, "finding_company_liable")
    assert isinstance(company, ChoiceChips)
    company.pick(2)
    desk.rest()
    assert desk.stored().case.value("company_liable") is None
    assert not any(cell.is_current() for cell in page.matrix.cells.values())


def test_a_special_extension_without_approval_waits_and_says_so(
    desk: Desk, page: EscalationPage
) -> None:
    due = desk.stored().clock.due
    page.extend.click()
    sheet = desk.sheet()
    assert isinstance(sheet, ExtendSheet)
    desk.type("2")
    assert "期限不变" in sheet.counts.text()
    desk.enter()
    assert desk.sheet() is None
    view = desk.stored()
    assert view.clock.due == due
    assert any("批准" in words for words in page.clock.words())
    row = desk.ask(lambda s: s.engine.project(s.vault.case(desk.case)).row)
    assert row.waits_for == "approval"


def test_a_special_extension_approved_and_told_counts(desk: Desk, page: EscalationPage) -> None:
    desk.join(crew.HEAD)
    page.extend.click()
    sheet = desk.sheet()
    assert isinstance(sheet, ExtendSheet)
    desk.type("2")
    sheet.approver.pick(1)
    QTest.keyClicks(sheet.told, "11-06 09:00")
    sheet.told.flush()
    assert "60" in sheet.counts.text()
    desk.enter()
    asked = page.window().findChild(ApprovalSheet)
    assert isinstance(asked, ApprovalSheet)
    assert desk.stored().clock.limit_days == 15
    desk.say(asked.reason, "批复已看")
    desk.say(asked.password, crew.password(crew.HEAD))
    desk.enter()
    assert desk.sheet() is None
    assert desk.stored().clock.limit_days == 60


def test_the_clock_stands_still_and_goes_on(desk: Desk, page: EscalationPage) -> None:
    page._limit_actions["stop"].trigger()
    sheet = desk.sheet()
    assert isinstance(sheet, StopSheet)
    desk.type("2")
    desk.enter()
    assert desk.stored().clock.state == "stopped"
    assert page._limit_actions["resume"].isVisible()
    desk.later(days=3)
    page._limit_actions["resume"].trigger()
    desk.press(Key.Key_Tab)
    desk.press(Key.Key_Return)
    desk.rest()
    assert desk.stored().clock.state == "running"


def test_a_date_is_agreed_and_every_day_explained(desk: Desk, page: EscalationPage) -> None:
    page._limit_actions["agree"].trigger()
    sheet = desk.sheet()
    assert isinstance(sheet, AgreeSheet)
    desk.enter()
    assert sheet.problem.isVisible()
    QTest.keyClicks(sheet.day, "11-30")
    desk.enter()
    assert desk.stored().clock.due == datetime.fromisoformat("2026-11-30").date()
    page.clock.why.click()
    days = desk.sheet()
    assert isinstance(days, DaysSheet)
    assert "11-30 周一" in words_on(days)
    assert "收到当日，不计入" in words_on(days)
    desk.press(Key.Key_Escape)


def test_a_closed_case_is_read_only(desk: Desk, page: EscalationPage) -> None:
    begin(desk, page)
    desk.ask(lambda s: cases.withdraw(s, desk.case))
    again(desk, page)
    line(page, "E1.channel").setFocus()
    desk.press(Key.Key_Space)
    desk.press(Key.Key_Delete)
    desk.rest()
    assert status(desk, "E1.channel") == "open"
    assert desk.sheet() is None
    assert not page.extend.isEnabled()
    assert not page.limits.isEnabled()
    assert not page.checklist.others.isEnabled()
    chips = page.findChild(ChoiceChips, "finding_team_liable")
    assert isinstance(chips, ChoiceChips)
    assert not chips.isEnabled()


@pytest.mark.parametrize("role", ["head"])
def test_the_head_may_set_aside_what_others_may_not(desk: Desk, page: EscalationPage) -> None:
    begin(desk, page)
    line(page, "E1.register").setFocus()
    desk.press(Key.Key_Delete)
    sheet = desk.sheet()
    assert isinstance(sheet, ReasonSheet)
    desk.say(sheet.reason, "与自诉件同一事项")
    desk.enter()
    assert status(desk, "E1.register") == "not_applicable"


def test_escape_leads_back_to_intake(desk: Desk, page: EscalationPage) -> None:
    desk.press(Key.Key_Escape)
    assert desk.went == [("intake", desk.case)]


def test_tab_goes_as_the_eye_does_header_first_then_down_the_page(
    desk: Desk, page: EscalationPage
) -> None:
    begin(desk, page)
    first = page.checklist.rows[0].objectName()
    desk.window.navigation.last_button().setFocus()
    met = []
    while first not in met:
        desk.press(Key.Key_Tab)
        met.append(desk.focus().objectName())
        assert len(met) < 20
    assert met == [
        "back_to_intake",
        "limits",
        "extend",
        "header_report",
        "list_papers",
        "other_lists",
        first,
    ]
    desk.press(Key.Key_Tab)
    assert desk.focus().objectName() == "fold_never"
    desk.press(Key.Key_Tab)
    assert page.matrix.isAncestorOf(desk.focus())
    desk.press(Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    desk.press(Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert desk.focus().objectName() == first


def test_an_extension_beside_an_agreed_date_does_not_promise_more_days(
    desk: Desk, page: EscalationPage
) -> None:
    agreed = desk.clock.now().date() + timedelta(days=4)
    desk.ask(lambda s: limits.agree(s, desk.case, agreed))
    again(desk, page)
    page.extend.click()
    sheet = desk.sheet()
    assert isinstance(sheet, ExtendSheet)
    assert "约定" in words_on(sheet)
    sheet.level.pick(1)
    assert "30" not in sheet.counts.text()
    desk.enter()
    assert desk.stored().clock.due == agreed
