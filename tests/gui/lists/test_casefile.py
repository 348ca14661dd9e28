"""The case file, driven by keys on the sample vault."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desk.domain.ledger import Filter
from desk.services import casefile, cases, ledger
from desk.ui.casefile.case_file_page import CaseFilePage
from desk.ui.casefile.timeline import GROUPS, as_text
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import LineField
from desk.ui.widgets.masked import MaskedValue
from desk.ui.widgets.text_field import TextField

Desk = Any


def case_of(desk: Desk, text: str) -> str:
    rows = desk.ask(lambda session: ledger.page(session, Filter(text=text))).rows
    return str(rows[0].case)


def open_file(desk: Desk, text: str) -> CaseFilePage:
    page = CaseFilePage(desk.work)
    page.show_case(case_of(desk, text))
    desk.show(page)
    return page


def words_on(widget: QWidget) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(
        label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)
    )


def test_the_file_shows_what_is_stored_and_masks_who(desk: Desk) -> None:
    page = open_file(desk, "张素琴")
    said = words_on(page)
    assert "云溪安盈九十天" in said
    assert "张素琴" not in said
    name = page.findChild(MaskedValue, "masked_complainant_name")
    assert isinstance(name, MaskedValue)
    assert name.shown_text() == "张**"
    assert page.glance.status.text() in {"已化解", "办理中"}


def test_a_look_is_shown_while_held_recorded_and_told(desk: Desk) -> None:
    page = open_file(desk, "张素琴")
    phone = page.findChild(MaskedValue, "masked_complainant_phone")
    assert isinstance(phone, MaskedValue)
    whole = desk.ask(lambda s: s.vault.case(page.case)).text("complainant_phone")
    looks = [line for line in page.timeline.lines() if "查看" in line.what]
    phone.setFocus()
    QTest.keyPress(phone, Qt.Key.Key_Space)
    assert phone.shown_text() == whole
    desk.rest()
    assert phone.shown_text() == whole, "reading the file again must not close the held value"
    QTest.keyRelease(phone, Qt.Key.Key_Space)
    assert phone.shown_text() != whole
    told = [line for line in page.timeline.lines() if "查看" in line.what]
    assert len(told) == len(looks) + 1
    assert told[-1].who == desk.work.actor.name
    assert whole not in as_text(page.timeline.lines())


def test_the_course_is_that_of_the_services_in_order_of_days(desk: Desk) -> None:
    page = open_file(desk, "张素琴")
    lines = desk.ask(lambda session: casefile.case_file(session, page.case)).lines
    assert page.timeline.lines() == lines
    entries = [page.timeline.entry(page.timeline.model().index(n, 0)) for n in range(3)]
    assert entries[0].line is None
    assert "周" in entries[0].words
    assert entries[1].line == lines[0]


def test_choices_above_the_course_narrow_it(desk: Desk) -> None:
    page = open_file(desk, "张素琴")
    lines = desk.ask(lambda session: casefile.case_file(session, page.case)).lines
    page.choice.pill("all").setFocus()
    for key in ("field", "checklist", "clock", "note", "person"):
        QTest.keyClick(page.choice.pill(page.choice.value()), Qt.Key.Key_Right)
        assert page.choice.value() == key
        wanted = tuple(line for line in lines if line.kind in GROUPS[key])
        assert page.timeline.lines() == wanted
    QTest.keyClick(page.choice.pill(page.choice.value()), Qt.Key.Key_Right)
    assert page.timeline.lines() == lines
    kinds = {kind for group in GROUPS.values() for kind in group}
    assert kinds >= {line.kind for line in lines}


def test_a_note_is_added_by_keys_and_found_by_search(desk: Desk) -> None:
    page = open_file(desk, "张素琴")
    page.note.setFocus()
    page.note.insertPlainText("客户来电道谢，桂花糕一盒已婉拒")
    QTest.keyClick(page.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.rest()
    assert page.note.value() == ""
    assert page.timeline.lines()[-1].detail == "客户来电道谢，桂花糕一盒已婉拒"
    assert case_of(desk, "桂花糕") == page.case
    count = len(page.timeline.lines())
    QTest.keyClick(page.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.rest()
    assert len(page.timeline.lines()) == count


def test_a_note_begun_waits_for_its_case(desk: Desk) -> None:
    page = open_file(desk, "张素琴")
    first, other = page.case, case_of(desk, "孟庆丰")
    page.note.insertPlainText("写到一半")
    page.show_case(other)
    desk.rest()
    assert page.note.value() == ""
    page.show_case(first)
    desk.rest()
    assert page.note.value() == "写到一半"


def test_going_on_leads_to_the_intake_and_the_header_to_the_rest(desk: Desk) -> None:
    page = open_file(desk, "孟庆丰")
    QTest.keyClick(page.glance.button("continue"), Qt.Key.Key_Space)
    QTest.keyClick(page.escalate, Qt.Key.Key_Space)
    QTest.keyClick(page.report, Qt.Key.Key_Space)
    assert desk.went == [(place, page.case) for place in ("intake", "escalation", "report")]


def test_an_open_case_is_withdrawn_only_after_asking_and_taken_up_again_with_a_reason(
    desk: Desk,
) -> None:
    page = open_file(desk, "孟庆丰")
    assert not page.glance.button("reopen").isVisible()
    QTest.keyClick(page.glance.button("withdraw"), Qt.Key.Key_Space)
    asked = QApplication.focusWidget()
    assert asked is not None
    assert asked.objectName() == "sheet_leave"
    QTest.keyClick(asked, Qt.Key.Key_Escape)
    desk.rest()
    assert page.view is not None
    assert page.view.case.status == "open"
    QTest.keyClick(page.glance.button("withdraw"), Qt.Key.Key_Space)
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Tab)
    do = QApplication.focusWidget()
    assert do is not None
    QTest.keyClick(do, Qt.Key.Key_Return)
    desk.rest()
    assert page.view.case.outcome == "withdrawn"
    assert page.glance.button("reopen").isVisible()
    assert not page.glance.button("withdraw").isVisible()
    QTest.keyClick(page.glance.button("reopen"), Qt.Key.Key_Space)
    reason = desk.window.findChild(LineField, "reopen_reason")
    assert isinstance(reason, LineField)
    QTest.keyClick(reason, Qt.Key.Key_Return)
    assert reason.property("problem") == "true"
    QTest.keyClicks(reason, "new papers")
    QTest.keyClick(reason, Qt.Key.Key_Return)
    desk.rest()
    assert page.view.case.status == "open"
    assert page.timeline.lines()[-1].detail == "new papers"


def test_a_legal_hold_is_set_and_ended_where_the_case_is_read(desk: Desk) -> None:
    page = open_file(desk, "孟庆丰")
    hold = page.glance.button("hold")
    assert page.glance.held.isHidden()
    for reason, said in (("客户已起诉", "解除依法保全…"), ("调解结案", "依法保全…")):
        QTest.keyClick(hold, Qt.Key.Key_Space)
        field = QApplication.focusWidget()
        assert isinstance(field, TextField)
        QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        desk.rest()
        assert QApplication.focusWidget() is field  # no hold, and no end of it, without a reason
        field.insertPlainText(reason)
        QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        desk.rest()
        assert hold.text() == said
        assert page.glance.held.isHidden() is (reason == "调解结案")
        assert page.timeline.lines()[-1].detail == reason
    assert page.view is not None
    assert page.view.case.hold_decided


def test_a_hand_over_is_made_and_shown(desk: Desk) -> None:
    page = open_file(desk, "孟庆丰")
    assert page.view is not None
    before = page.view.case.handler
    QTest.keyClick(page.glance.button("hand_over"), Qt.Key.Key_Space)
    taker = desk.window.findChild(ComboField, "hand_over_taker")
    assert isinstance(taker, ComboField)
    assert taker.findData(before) < 0
    line = taker.lineEdit()
    assert line is not None
    line.setText("何卫 1008")
    note = desk.window.findChild(LineField, "hand_over_note")
    assert isinstance(note, LineField)
    note.setFocus()
    note.insert("周一前回电话")
    QTest.keyClick(note, Qt.Key.Key_Return)
    desk.rest()
    assert page.view.case.handler == "1008"
    assert page.papers.isVisible()
    assert "何卫" in words_on(page.papers)
    assert "周一前回电话" in page.timeline.lines()[-1].detail


def test_the_course_is_saved_as_text(desk: Desk, tmp_path: Path) -> None:
    page = open_file(desk, "张素琴")
    target = tmp_path / "经过.txt"
    page.export_to(str(target))
    desk.rest()
    text = target.read_text("utf-8-sig")
    assert page.view is not None
    assert page.view.case.number in text
    assert all(line.what in text for line in page.timeline.lines())
    assert "张素琴" not in text.split("\n\n", 1)[0]
    assert "经过.txt" in desk.notices.shown()[-1]


def test_lines_of_the_course_are_copied(desk: Desk) -> None:
    page = open_file(desk, "张素琴")
    page.timeline.setFocus()
    page.timeline.setCurrentIndex(page.timeline.model().index(1, 0))
    QTest.keyClick(page.timeline, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert page.timeline.lines()[0].what in QApplication.clipboard().text()


def test_successive_changes_of_a_field_are_one_line(desk: Desk) -> None:
    page = open_file(desk, "孟庆丰")
    count = len(page.timeline.lines())
    for text in ("甲", "乙", "丙"):
        page.change(partial(cases.set_field, case=page.case, path="checked", value=text))
        desk.rest()
    assert len(page.timeline.lines()) == count + 1
    assert page.timeline.lines()[-1].folded == 2
    assert "又改了 2 次" in as_text(page.timeline.lines())
