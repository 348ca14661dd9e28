"""The quick assessment, driven by keys on a real encrypted vault."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from desk.domain.events import Answer
from desk.services import assessments, cases, escalations
from desk.ui.approval_sheet import ApprovalSheet
from desk.ui.assessment.assessment_page import AssessmentPage
from desk.ui.assessment.rows import QuestionRow
from desk.ui.widgets.chips import ChoiceChips
from tests.store import crew

Desk = Any
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(desk: Desk) -> AssessmentPage:
    made = AssessmentPage(desk.work)
    desk.show(made)
    return made


def row(page: AssessmentPage, key: str) -> QuestionRow:
    return next(row for row in page.questions.rows if row.item.key == key)


def observe(desk: Desk, **answers: Answer) -> None:
    for key, answer in answers.items():
        desk.ask(lambda s, k=key, a=answer: assessments.answer(s, desk.case, k, a))


def words_on(widget: QWidget) -> str:
    return "\n".join(
        label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)
    )


def test_fourteen_digits_walk_through_every_line(desk: Desk, page: AssessmentPage) -> None:
    assert row(page, "R0").holds_focus()
    desk.type("51112323251621")
    desk.rest()
    stored = desk.stored()
    assert dict(stored.case.answers) == {
        "R0": ["e"],
        "Q1": 0,
        "Q2": 0,
        "Q3": 0,
        "Q4": "b",
        "Q5": "c",
        "Q6": 1,
        "Q7": "c",
        "Q8": 1,
        "Q9": [],
        "Q10": "a",
        "Q11": [],
        "Q12": "b",
        "Q13": 0,
    }
    assert stored.assessment.profile == "T4"
    assert page.profile.profile.text() == "别再让我跑型"
    assert "13/13" in page.questions.progress.text()
    assert page.profile.state.whole_text().startswith("各项都已观察")
    assert row(page, "Q13").holds_focus()


def test_answers_typed_faster_than_they_are_stored_stay_lit(
    desk: Desk, page: AssessmentPage
) -> None:
    desk.type("5231")
    assert row(page, "Q2").chips.value() == ("2",)
    assert row(page, "Q3").chips.value() == ("0",)
    desk.rest()
    assert row(page, "Q1").chips.value() == ("1",)
    assert dict(desk.stored().case.answers) == {"R0": ["e"], "Q1": 1, "Q2": 2, "Q3": 0}


def test_zero_and_the_same_again_are_not_observed(desk: Desk, page: AssessmentPage) -> None:
    desk.type("52")
    desk.press(Key.Key_Up)
    desk.type("0")
    desk.rest()
    assert desk.stored().case.answers.get("Q1") is None
    assert row(page, "Q1").chips.value() == ()
    desk.type("1")
    desk.press(Key.Key_Up)
    desk.type("1")
    desk.rest()
    assert desk.stored().case.answers.get("Q1") is None
    assert row(page, "Q1").holds_focus()


def test_arrows_move_inside_a_line_and_between_lines(desk: Desk, page: AssessmentPage) -> None:
    desk.press(Key.Key_Down)
    assert row(page, "Q1").holds_focus()
    desk.press(Key.Key_Right)
    desk.press(Key.Key_Space)
    desk.rest()
    assert desk.stored().case.answers["Q1"] == 1
    assert row(page, "Q2").holds_focus()
    desk.press(Key.Key_Tab)
    assert row(page, "Q3").holds_focus()


def test_nothing_seen_and_a_tick_exclude_each_other(desk: Desk, page: AssessmentPage) -> None:
    nine = row(page, "Q9")
    nine.take_focus()
    desk.type("13")
    assert nine.holds_focus()
    desk.rest()
    assert desk.stored().case.answers["Q9"] == ["reg", "legal"]
    desk.type("5")
    desk.rest()
    assert desk.stored().case.answers["Q9"] == []
    nine.take_focus()
    desk.type("2")
    desk.rest()
    assert desk.stored().case.answers["Q9"] == ["media"]
    assert nine.chips.value() == ("media",)


def test_a_red_flag_leads_to_its_checklist_with_one_key(desk: Desk, page: AssessmentPage) -> None:
    desk.type("1")
    desk.rest()
    assert page.questions.flags.open.isVisible()
    assert "人身安全清单" in page.questions.flags.open.text()
    assert page.profile.profile.tone() == "red"
    desk.press(Key.Key_Return)
    desk.rest()
    assert desk.went[-1] == ("escalation", desk.case)
    assert "E4" in desk.stored().case.checklists


def test_lowering_a_safety_mark_takes_a_colleagues_password(
    desk: Desk, page: AssessmentPage
) -> None:
    desk.join(crew.OFFICER)
    desk.type("1")
    desk.rest()
    desk.type("5")
    desk.rest()
    sheet = desk.sheet()
    assert isinstance(sheet, ApprovalSheet)
    assert desk.stored().case.answers["R0"] == ["a"]
    assert row(page, "R0").chips.value() == ("a",)
    desk.enter()
    assert desk.sheet() is sheet
    desk.say(sheet.reason, "误点，现场平静")
    desk.say(sheet.password, "not theirs")
    desk.enter()
    assert desk.sheet() is sheet
    assert sheet.password.text() == ""
    assert "密码" in sheet.problem_words.text()
    assert desk.stored().case.answers["R0"] == ["a"]
    desk.type(crew.password(crew.OFFICER))
    desk.press(Key.Key_Return)
    desk.rest()
    assert desk.sheet() is None
    assert [one.by for one in desk.stored().case.approvals] == [crew.OFFICER.id]
    assert desk.stored().case.answers["R0"] == ["e"]
    assert page.profile.profile.tone() != "red"


def test_leaving_the_sheet_leaves_the_mark(desk: Desk, page: AssessmentPage) -> None:
    desk.join(crew.OFFICER)
    desk.type("1")
    desk.rest()
    desk.type("0")
    desk.rest()
    assert isinstance(desk.sheet(), ApprovalSheet)
    desk.press(Key.Key_Escape)
    assert desk.sheet() is None
    assert row(page, "R0").chips.value() == ("a",)
    assert desk.stored().case.answers["R0"] == ["a"]


def test_the_next_question_is_marked_and_answered_right_there(
    desk: Desk, page: AssessmentPage
) -> None:
    desk.type("5")
    desk.rest()
    asked = desk.stored().assessment.next
    assert page.now.next_name.whole_text() == row(page, asked).item.label.zh
    chips = page.now.findChild(ChoiceChips, "next_chips")
    assert isinstance(chips, ChoiceChips)
    QTest.mouseClick(chips.chips()[0], Qt.MouseButton.LeftButton)
    desk.rest()
    assert desk.stored().case.answers[asked] is not None
    assert row(page, asked).chips.value() != ()
    assert page.now.next_name.whole_text() != row(page, asked).item.label.zh


def test_no_number_of_a_score_is_in_the_open(desk: Desk, page: AssessmentPage) -> None:
    observe(desk, Q1=2, Q2=2, Q3=1, Q9=["reg"], Q11=["age_disab"], Q12="a")
    page.refresh()
    desk.rest()
    values = desk.stored().assessment.values
    shown = words_on(page.profile) + words_on(page.now)
    assert not [key for key in ("A", "V", "E", "U") if str(round(values[key])) in shown]
    page.profile.why.click()
    sheet = desk.sheet()
    assert sheet is not None
    folded = words_on(sheet)
    assert all(str(round(values[key])) in folded for key in ("A", "V", "E", "U"))
    desk.press(Key.Key_Escape)


def test_a_gap_is_put_as_a_question_to_the_customer(desk: Desk, page: AssessmentPage) -> None:
    assert "和客户核对一句" not in words_on(page.now)
    observe(desk, Q4="c", Q5="a")
    page.refresh()
    desk.rest()
    assert "和客户核对一句" in words_on(page.now)


def test_the_rapid_version_asks_five_lines(desk: Desk, page: AssessmentPage) -> None:
    page.questions.rapid.click()
    shown = [r.item.key for r in page.questions.rows if r.isVisible()]
    assert shown == ["R0", "Q1", "Q2", "Q9", "Q11"]
    desk.type("51156")
    desk.rest()
    assert set(desk.stored().case.answers) == set(shown)
    assert "4/4" in page.questions.progress.text()


def test_begin_anew_asks_first_and_takes_everything_back(desk: Desk, page: AssessmentPage) -> None:
    desk.type("5111")
    desk.rest()
    page.questions.asked.emit("retake")
    assert desk.sheet() is not None
    desk.press(Key.Key_Return)  # the harmless button has the focus
    desk.rest()
    assert desk.stored().case.answers
    page.questions.asked.emit("retake")
    desk.press(Key.Key_Tab)
    desk.press(Key.Key_Return)
    desk.rest()
    assert not desk.stored().case.answers
    assert row(page, "Q1").chips.value() == ()


@pytest.mark.parametrize("what", ["retake", "declined"])
def test_a_red_light_does_not_go_out_by_beginning_anew(
    desk: Desk, page: AssessmentPage, what: str
) -> None:
    desk.join(crew.OFFICER)
    desk.type("1")
    desk.rest()
    page.questions.asked.emit(what)
    desk.press(Key.Key_Tab)
    desk.press(Key.Key_Return)
    desk.rest()
    sheet = desk.sheet()
    assert isinstance(sheet, ApprovalSheet)
    assert desk.stored().case.answers
    desk.say(sheet.reason, "误点，现场平静")
    desk.say(sheet.password, crew.password(crew.OFFICER))
    desk.enter()
    assert not desk.stored().case.answers
    assert desk.stored().case.approvals[-1].act == "lower_band"


def test_who_would_rather_not_is_not_asked_and_nothing_changes_for_them(
    desk: Desk, page: AssessmentPage
) -> None:
    desk.type("52")
    desk.rest()
    page.questions.asked.emit("declined")
    desk.press(Key.Key_Tab)
    desk.press(Key.Key_Return)
    desk.rest()
    after = desk.stored()
    assert not after.case.answers
    assert after.case.status == "open"
    assert desk.went[-1] == ("intake", desk.case)


@pytest.mark.parametrize(("key", "modifier"), [(Key.Key_Return, CTRL), (Key.Key_Escape, None)])
def test_keys_lead_back_to_intake(
    desk: Desk, page: AssessmentPage, key: Key, modifier: Qt.KeyboardModifier | None
) -> None:
    desk.press(key, modifier or Qt.KeyboardModifier.NoModifier)
    assert desk.went == [("intake", desk.case)]


def test_what_to_say_and_what_is_not_proven_can_be_read(desk: Desk, page: AssessmentPage) -> None:
    for what, words in (("customer", "不是给您打分"), ("limits", "分数低不等于安全")):
        page.questions.asked.emit(what)
        sheet = desk.sheet()
        assert sheet is not None
        assert words in words_on(sheet)
        desk.press(Key.Key_Escape)


def test_a_closed_case_is_read_only(desk: Desk, page: AssessmentPage) -> None:
    desk.ask(lambda s: cases.withdraw(s, desk.case))
    page.refresh()
    desk.rest()
    assert not any(row.chips.isEnabled() for row in page.questions.rows)
    assert not desk.stored().case.answers


def test_a_result_that_comes_late_leaves_another_page_alone(
    desk: Desk, page: AssessmentPage
) -> None:
    other = AssessmentPage(desk.work)
    desk.window.add_page("other", other)
    desk.type("5")
    desk.window.show_page("other")
    desk.rest()
    assert not any(widget.isVisible() for widget in page.header_left)
    desk.window.show_page("page")
    desk.rest()
    assert row(page, "R0").chips.value() == ("e",)


def test_what_began_stays_when_the_ticks_are_taken_back(desk: Desk, page: AssessmentPage) -> None:
    observe(desk, Q9=["media"])
    desk.ask(lambda s: escalations.start(s, desk.case, "E2"))
    page.refresh()
    desk.rest()
    assert not page.profile.lists.isVisible()
    desk.ask(lambda s: assessments.clear(s, desk.case))
    assert "E2" in desk.stored().case.checklists
