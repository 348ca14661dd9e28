"""The ledger, driven by keys on the sample vault."""

import csv
import dataclasses
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox

from desk.domain.ledger import Filter
from desk.services import cases, ledger
from desk.ui.ledger import ledger_page
from desk.ui.ledger.ledger_page import LedgerPage

Desk = Any


def shown(page: LedgerPage) -> list[str]:
    return [row.number for row in page.table.cases.rows()]


def open_page(desk: Desk) -> LedgerPage:
    page = LedgerPage(desk.work)
    desk.show(page)
    return page


def type_search(desk: Desk, page: LedgerPage, text: str) -> None:
    QTest.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.box.hasFocus()
    page.box.selectAll()
    page.box.insert(text)  # what an input method commits
    desk.qtbot.waitUntil(lambda: not page._pause.isActive(), timeout=5000)
    desk.rest()


@pytest.mark.parametrize("text", ["赎", "排队", "打发人", "CD2026", "张素琴", "139"])
def test_search_while_typing_finds_what_the_store_finds(desk: Desk, text: str) -> None:
    page = open_page(desk)
    everything = len(shown(page))
    type_search(desk, page, text)
    found = desk.ask(lambda session: ledger.page(session, Filter(text=text))).rows
    assert shown(page) == [row.number for row in found]
    assert found
    if text not in ("CD2026", "139"):
        assert len(found) < everything
    assert page.count.text() == f"{len(found)} 件"


def test_down_leads_from_the_search_into_the_list_and_enter_opens(desk: Desk) -> None:
    page = open_page(desk)
    type_search(desk, page, "客户要求")
    QTest.keyClick(page.box, Qt.Key.Key_Down)
    assert page.table.hasFocus()
    row = next(r for r in page.table.cases.rows() if r.status == "open")
    page.table.setCurrentIndex(page.table.cases.index(page.table.cases.place_of(row.case), 0))
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    closed = next(r for r in page.table.cases.rows() if r.status == "closed")
    page.table.setCurrentIndex(page.table.cases.index(page.table.cases.place_of(closed.case), 0))
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert desk.went == [("intake", row.case), ("file", closed.case)]


def test_a_name_that_was_searched_is_found_and_stays_masked(desk: Desk) -> None:
    page = open_page(desk)
    type_search(desk, page, "张素琴")
    assert shown(page)
    texts = [page.table.cases.index(0, n).data() for n in range(page.table.cases.columnCount())]
    assert "张**" in texts
    assert not [text for text in texts if "素琴" in str(text)]


def test_pills_and_choices_narrow_the_list(desk: Desk) -> None:
    page = open_page(desk)
    page.status.pill("all").setFocus()
    QTest.keyClick(page.status.pill("all"), Qt.Key.Key_Right)
    desk.rest()
    assert {row.status for row in page.table.cases.rows()} == {"open"}
    combo = page.filters.combos["handler"]
    combo.setFocus()
    line = combo.lineEdit()
    assert line is not None
    line.setText("陈晨")
    QTest.keyClick(line, Qt.Key.Key_Tab)
    desk.rest()
    assert {(row.status, row.handler) for row in page.table.cases.rows()} == {("open", "1023")}
    assert page.clear.isVisible()
    page.clear.setFocus()
    QTest.keyClick(page.clear, Qt.Key.Key_Space)
    desk.rest()
    assert page.asked() == Filter()
    assert not page.clear.isVisible()
    assert page.table.hasFocus()


def test_a_question_from_today_is_shown_in_the_choices_and_by_due_time(desk: Desk) -> None:
    page = open_page(desk)
    asked = Filter(status="open", clock_state="running", due_before="2026-11-24T14:30")
    page.show_filter(asked)
    desk.rest()
    assert page.filters.value("limit") == "overdue"
    assert page.status.value() == "open"
    assert page.asked() == asked
    rows = page.table.cases.rows()
    assert [row.due_at for row in rows] == sorted(row.due_at for row in rows)
    assert len(rows) == desk.ask(ledger.today).figures.overdue


def test_another_question_begins_at_the_first_line(desk: Desk) -> None:
    page = open_page(desk)
    page.table.setCurrentIndex(page.table.cases.index(30, 0))
    page.show_filter(Filter(status="open"))
    page.on_shown()  # as the window does when the question comes from another page
    desk.rest()
    assert page.table.verticalScrollBar().value() == 0
    assert page.table.currentIndex().row() == 0
    page.table.setCurrentIndex(page.table.cases.index(20, 0))
    page.refresh()
    desk.rest()
    assert page.table.currentIndex().row() == 20


def test_what_no_choice_offers_stands_as_a_pill_to_take_away(desk: Desk) -> None:
    page = open_page(desk)
    page.show_filter(Filter(scenario="elderly_service", received_from="2026-10-03"))
    desk.rest()
    assert {row.scenario for row in page.table.cases.rows()} == {"elderly_service"}
    pills = {pill.key: pill for pill in page.filters._pills}
    assert pills["scenario"].text() == page.words.scenario("elderly_service")
    QTest.keyClick(pills["scenario"], Qt.Key.Key_Return)
    desk.rest()
    assert page.asked() == Filter(received_from="2026-10-03")


def test_lines_are_fetched_while_scrolling(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_page, "LINES", 20)
    page = open_page(desk)
    assert len(shown(page)) == 20
    QTest.keyClick(page.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    desk.rest()
    assert len(shown(page)) == 40
    for _step in range(3):
        page.table.verticalScrollBar().setValue(page.table.verticalScrollBar().maximum())
        desk.rest()
    whole = desk.ask(lambda session: ledger.page(session, Filter(), limit=1000)).rows
    assert shown(page) == [row.number for row in whole]
    page.refresh()
    desk.rest()
    assert len(shown(page)) == len(whole)


def test_headings_sort(desk: Desk) -> None:
    page = open_page(desk)
    newest = shown(page)
    assert newest == sorted(newest, reverse=True)
    header = page.table.horizontalHeader()
    header.sectionClicked.emit(0)
    desk.rest()
    assert shown(page) == sorted(newest)
    assert page.order.text() == "最早在前"
    header.sectionClicked.emit(len(page.table.cases.columns) - 1)
    desk.rest()
    due = [row.due_at for row in page.table.cases.rows()]
    assert due == sorted(due)


def export(desk: Desk, page: LedgerPage, target: Path) -> list[dict[str, str]]:
    QTest.keyClick(page.save, Qt.Key.Key_Space)
    dialog = page.findChild(QFileDialog, "export_dialog")
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(target))
    dialog.close()
    desk.rest()
    raw = target.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))


def test_export_holds_every_case_masked(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.ui.ledger.export.LINES", 7)
    page = open_page(desk)
    lines = export(desk, page, tmp_path / "台账.csv")
    rows = desk.ask(lambda session: ledger.page(session, Filter(), limit=1000)).rows
    assert [line["编号"] for line in lines] == [row.number for row in rows]
    assert lines[0]["诉求摘要"] == rows[0].summary
    text = (tmp_path / "台账.csv").read_text("utf-8-sig")
    assert not [row.name for row in rows if row.name and row.name in text.replace(row.summary, "")]
    assert "已导出" in page.work.notices.shown()[-1]
    assert [file.name for file in tmp_path.glob("台账*")] == ["台账.csv"]


def test_a_formula_is_exported_as_text(desk: Desk, tmp_path: Path) -> None:
    page = open_page(desk)
    row = page.table.cases.row_at(0)
    desk.ask(lambda session: cases.set_field(session, row.case, "explicit_need", '=HYPERLINK("x")'))
    lines = export(desk, page, tmp_path / "out.csv")
    assert lines[0]["诉求摘要"] == '\'=HYPERLINK("x")'


def test_an_export_can_be_stopped_and_leaves_nothing(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.ui.ledger.export.LINES", 5)
    page = open_page(desk)
    page.export_to(str(tmp_path / "out.csv"))
    desk.qtbot.waitUntil(lambda: "停止" in page.save.text(), timeout=5000)
    QTest.keyClick(page.save, Qt.Key.Key_Space)
    desk.rest()
    assert not list(tmp_path.glob("out*"))
    assert page.save.text() == "导出 CSV"


def test_an_export_that_cannot_be_written_is_said(desk: Desk, tmp_path: Path) -> None:
    page = open_page(desk)
    page.export_to(str(tmp_path / "nowhere" / "out.csv"))
    desk.rest()
    assert page.save.text() == "导出 CSV"
    assert page.save.isEnabled()
    assert "out.csv" in page.work.notices.shown()[-1]


def test_replacing_a_file_is_asked_first(desk: Desk, tmp_path: Path) -> None:
    page = open_page(desk)
    target = tmp_path / "out.csv"
    target.write_text("before", encoding="utf-8")
    QTest.keyClick(page.save, Qt.Key.Key_Space)
    dialog = page.findChild(QFileDialog, "export_dialog")
    assert isinstance(dialog, QFileDialog)
    dialog.setDirectory(str(tmp_path))
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    name.setText("out")  # without its ending, which the dialog adds
    asked: list[str] = []

    def refuse() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            asked.append(box.text())
            box.button(QMessageBox.StandardButton.No).click()

    QTimer.singleShot(200, dialog, refuse)
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert len(asked) == 1
    assert "out.csv" in asked[0]
    assert dialog.isVisible()
    dialog.close()
    desk.rest()
    assert target.read_text("utf-8") == "before"


def test_a_file_of_another_kind_survives_an_export(desk: Desk, tmp_path: Path) -> None:
    page = open_page(desk)
    target = tmp_path / "branch.vault"
    target.write_bytes(b"\x00\x01")
    page.export_to(str(target))
    desk.rest()
    assert target.read_bytes() == b"\x00\x01"
    assert "branch.vault" in page.work.notices.shown()[-1]
    assert page.save.text() == "导出 CSV"


def test_copied_lines_are_masked(desk: Desk) -> None:
    page = open_page(desk)
    type_search(desk, page, "张素琴")
    page.table.setFocus()
    page.table.selectAll()
    QTest.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().text()
    assert shown(page)[0] in copied
    assert "张素琴" not in copied


def test_no_hit_and_no_case_are_said_kindly(desk: Desk, new_desk: Desk) -> None:
    page = open_page(desk)
    type_search(desk, page, "没有这样的词")
    assert page._empty.isVisible()
    assert page._empty.title.text() == "没有符合的投诉"
    page._empty.chosen.emit()
    desk.rest()
    assert page.table.isVisible()
    assert page.box.text() == ""
    fresh = open_page(new_desk)
    assert fresh._empty.title.text() == "台账还是空的"
    wanted: list[bool] = []
    fresh.new_wanted.connect(lambda: wanted.append(True))
    fresh._empty.chosen.emit()
    assert wanted == [True]
    assert not fresh.save.isEnabled()


def test_an_older_answer_does_not_replace_a_newer_question(desk: Desk) -> None:
    page = open_page(desk)
    page.search("排队")
    page.search("赎")
    desk.rest()
    found = desk.ask(lambda session: ledger.page(session, Filter(text="赎"))).rows
    assert shown(page) == [row.number for row in found]


def test_a_change_elsewhere_is_shown_with_the_same_case_chosen(desk: Desk) -> None:
    page = open_page(desk)
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    before = page.table.current()
    assert before is not None
    opened = desk.ask(cases.open_case).case
    desk.work.case_changed.emit(opened.id)
    desk.rest()
    assert shown(page)[0] == opened.number
    now = page.table.current()
    assert now is not None
    assert now.case == before.case


def test_names_of_filters_are_names_of_the_ledger() -> None:
    fields = {field.name for field in dataclasses.fields(Filter)}
    assert {"handler", "source", "business", "cause", "scenario", "channel"} <= fields
