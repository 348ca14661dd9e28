"""The audit page, driven by keys on the sample vault."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desk.domain.audit import AuditFilter
from desk.domain.events import CaseSeen, Unlocked
from desk.domain.ledger import Filter
from desk.services import audit, ledger
from desk.services.session import Session
from desk.ui.administration.rooms import ROOMS, RoomPage, rooms_of
from desk.ui.audit.audit_page import LINES, TrailPage
from desk.ui.audit.filters import SpanSheet
from desk.ui.casefile.case_file_page import CaseFilePage
from desk.ui.ledger.ledger_page import LedgerPage
from desk.ui.places import Places

Desk = Any
Desks = Any


def open_page(desk: Desk) -> TrailPage:
    page = TrailPage(desk.work)
    desk.show(page)
    return page


def shown(page: TrailPage) -> list[str]:
    return [line.what for line in page.table.lines.rows()]


def test_the_newest_lines_are_there_and_more_come_while_scrolling(desk: Desk) -> None:
    page = open_page(desk)
    first = desk.ask(lambda session: audit.lines(session, AuditFilter(), limit=LINES))
    assert shown(page) == [line.what for line in first.lines]
    bar = page.table.verticalScrollBar()
    bar.setValue(bar.maximum())
    desk.rest()
    assert len(shown(page)) == 2 * LINES
    assert page.detail.line() == first.lines[0]


def test_a_text_is_searched_from_the_keyboard(desk: Desk) -> None:
    page = open_page(desk)
    QTest.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.filters.box.hasFocus()
    page.filters.box.insert("结案")
    QTest.keyClick(page.filters.box, Qt.Key.Key_Return)
    desk.rest()
    asked = AuditFilter(text="结案")
    found = desk.ask(lambda session: list(audit.every(session, asked)))
    assert shown(page) == [line.what for line in found][: len(shown(page))]
    assert shown(page)
    QTest.keyClick(page.filters.box, Qt.Key.Key_Down)
    assert page.table.hasFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert page.detail.line() == page.table.lines.row_at(1)


def test_a_line_leads_to_its_case_and_to_all_lines_of_it(desk: Desk) -> None:
    case = desk.ask(lambda session: ledger.page(session, Filter()).rows[0])
    desk.ask(lambda session: session.record(CaseSeen(case=case.case)))
    page = open_page(desk)
    page.filters.combos["group"].committed.emit("")
    page.filters.show_group("seen")
    desk.rest()
    line = page.table.current()
    assert line is not None
    assert (line.kind, line.number) == ("case_seen", case.number)
    page.detail.narrow.click()
    desk.rest()
    assert page.asked().case == case.number
    page.filters.combos["group"].set_value("")
    page.filters.changed.emit()
    desk.rest()
    assert {one.number for one in page.table.lines.rows()} == {case.number}
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert desk.went == [("file", case.case)]


def test_nothing_found_is_said_with_the_way_back(desk: Desk) -> None:
    page = open_page(desk)
    page.filters.case.setText("CD19990101-001")
    QTest.keyClick(page.filters.case, Qt.Key.Key_Return)
    desk.rest()
    empty = page.findChild(QWidget, "audit_empty")
    assert empty is not None
    assert empty.isVisible()
    assert page.detail.line() is None
    assert not page.as_sheet.isEnabled()
    page.clear.setFocus()
    QTest.keyClick(page.clear, Qt.Key.Key_Space)
    desk.rest()
    assert len(shown(page)) == LINES
    assert page.asked() == AuditFilter()


def test_two_days_are_typed_and_a_wrong_order_is_said(desk: Desk) -> None:
    page = open_page(desk)
    page.filters.combos["period"].committed.emit("days")
    page.filters.days_wanted.emit()
    sheet = desk.window.findChild(SpanSheet)
    sheet.first.setText("11-20")
    sheet.last.setText("11-18")
    sheet.submit()
    assert sheet.problem_words.text() == "截止日期早于起始日期。"
    sheet.last.setText("11-22")
    sheet.submit()
    desk.rest()
    asked = page.asked()
    assert (asked.since, asked.until) == ("2026-11-20", "2026-11-22")
    days = {line.at.date().isoformat() for line in page.table.lines.rows()}
    assert days
    assert days <= {"2026-11-20", "2026-11-21", "2026-11-22"}


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_what_is_listed_is_saved_and_recorded(desk: Desk, tmp_path: Path, form: str) -> None:
    desk.ask(lambda session: session.record(Unlocked(), Unlocked(failed=1)))
    page = open_page(desk)
    page.filters.show_group("entered")
    desk.rest()
    target = tmp_path / f"audit.{form}"
    page.export_to("pdf" if form == "pdf" else "xlsx", str(target))
    desk.qtbot.waitUntil(lambda: page._export is None, timeout=20_000)
    desk.rest()
    assert {path.name for path in tmp_path.iterdir()} == {"vault", target.name}
    if form == "xlsx":
        rows = list(openpyxl.load_workbook(target).worksheets[0].iter_rows(values_only=True))
        assert [row[7] for row in rows[1:]] == shown(page)
    else:
        assert target.read_bytes().startswith(b"%PDF")
    last = desk.ask(lambda session: audit.lines(session, AuditFilter(), limit=1).lines[0])
    assert (last.kind, last.detail.split(" ")[0]) == ("exported", form.upper())


def test_a_look_at_a_case_file_is_recorded_once(desk_of: Desks) -> None:
    desk = desk_of("1023")
    case = desk.ask(lambda session: ledger.page(session, Filter(status="closed")).rows[0])
    page = CaseFilePage(desk.work)
    page.show_case(case.case)
    desk.show(page)
    page.show_case(case.case)
    desk.rest()

    def looks(session: Session) -> list[str]:
        happened = session.vault.happenings()
        return [e.payload.case for e in happened if isinstance(e.payload, CaseSeen)]

    assert desk.ask(looks) == [case.case]


def test_a_list_that_leaves_is_recorded_before_it_is_there(desk: Desk, tmp_path: Path) -> None:
    page = LedgerPage(desk.work)
    desk.show(page)
    page.export_to(str(tmp_path / "ledger.csv"))
    desk.qtbot.waitUntil((tmp_path / "ledger.csv").exists, timeout=10_000)
    desk.rest()
    [line] = desk.ask(lambda session: audit.lines(session, AuditFilter(), limit=1)).lines
    assert (line.kind, line.what) == ("exported", "导出了台账")


def test_every_room_has_a_page_behind_the_one_entry(desk: Desk) -> None:
    places = Places(desk.work)
    desk.qtbot.addWidget(places.window)
    rooms = rooms_of(desk.work.actor)
    assert rooms == tuple(room for room in ROOMS if not room.office)
    for room in rooms:
        places.go(room.key)
        desk.rest()
        assert places.here == room.key
        page = places.page(room.key)
        assert isinstance(page, RoomPage)
        assert page.doors.value() == room.key
    places.go("manage")
    assert places.here == ROOMS[0].key


def test_the_doors_are_those_of_the_role(desk: Desk) -> None:
    page = open_page(desk)
    assert page.doors.value() == "audit"
    page.doors.pill("audit").setFocus()
    QTest.keyClick(page.doors.pill("audit"), Qt.Key.Key_Left)
    assert desk.went[-1][0] != "audit"
    assert page.doors.value() == "audit"
