"""Head office's figures in the window: asked by hand, opened, compared, and saved as files."""

import dataclasses
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Event

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget

from desk.domain.events import CaseOpened, Closed, Exported, FieldSet, Payload
from desk.domain.hub_figures import Question
from desk.domain.staff import Person
from desk.errors import BadInput
from desk.services import hub
from desk.services.session import Session
from desk.ui.administration.rooms import rooms_of
from desk.ui.hub import figures_rows, figures_words
from desk.ui.hub.figures_page import ROOM, FiguresPage
from desk.ui.hub.figures_question import MonthsSheet
from desk.ui.hub.figures_sheets import CasesSheet, ExportSheet
from desk.ui.widgets.combo import ComboField
from desk.ui.work import Work
from tests.gui.lists.conftest import Desk
from tests.store import desks
from tests.store.offices import Counter, Office

RULES, PRICING = "C_RULES", "C_PRICING"
MONTHS = ("2026-07", "2026-10", "2026-10", "2026-11", "2026-11", "2026-11")


def complaint(number: str, received: str, cause: str, told: str = "") -> tuple[Payload, ...]:
    found: list[Payload] = [
        CaseOpened(number=number, received_at=f"{received}T10:00", first_receiver="0417"),
        FieldSet(field="complainant_name", value="张桂芳", personal=True),
        FieldSet(field="business", value="B_CARD"),
        FieldSet(field="cause", value=cause),
    ]
    if told:
        found.append(FieldSet(field="told_at", value=f"{told}T10:00"))
        found.append(FieldSet(field="told_how", value="phone"))
        found.append(Closed(outcome="told", at=f"{told}T10:00"))
    return tuple(found)


def fill(session: Session, folder: Path) -> None:
    """Three branches, two below a region; one of them sent eight complaints, five of a cause.

    Runs on the database's thread.
    """
    office = Office(session, folder)
    hub.make(session)
    hub.enrol(session, "EAST", "东部区域", folder, profile="full")
    hub.enrol(session, "CD", "城东支行", folder, profile="full", parent="EAST")
    hub.enrol(session, "CX", "城西支行", folder, profile="full")
    desks.made(folder / "counter", ["柜台一"])
    (one,) = desks.opened(folder / "counter", ["柜台一"])
    try:
        counter = Counter(one, "CD", folder)
        for n, month in enumerate(MONTHS):
            told = f"{month}-1{n}" if n < 3 else ""
            counter.does(f"r{n}", *complaint(f"R-{n}", f"{month}-0{n + 1}", RULES, told))
        for n in range(2):
            counter.does(f"p{n}", *complaint(f"P-{n}", "2026-10-20", PRICING, "2026-11-24"))
        office.take(*counter.export(office))
        office.approve(counter)
    finally:
        one.vault.close()


@pytest.fixture
def of(desk: Desk, tmp_path: Path) -> Callable[..., FiguresPage]:
    """Opens the page at a filled head office, for the head or another role."""
    (tmp_path / "counter").mkdir()
    desk.ask(lambda session: fill(session, tmp_path))

    def open_page(role: str = "head") -> FiguresPage:
        actor = dataclasses.replace(desk.session.actor, role=role)
        session = dataclasses.replace(desk.session, actor=actor, office=True)
        page = FiguresPage(Work(session, desk.jobs, desk.notices, desk.work.settings))
        desk.show(page)
        return page

    return open_page


@pytest.fixture
def page(of: Callable[..., FiguresPage]) -> FiguresPage:
    return of()


def shown(page: FiguresPage) -> list[list[str]]:
    """The cells of the table, line by line."""
    lines = page.board.table.rows
    return [[column.text(line) for column in lines.columns] for line in lines.rows()]


def choose(desk: Desk, combo: ComboField, words: str) -> None:
    """Type a part of an entry and go on."""
    line = combo.lineEdit()
    assert line is not None
    line.selectAll()
    line.insert(words)
    combo.flush()  # as when the field is left
    desk.rest()


def names(sheet: CasesSheet) -> list[str]:
    return [one.facts.number for one in sheet.table.rows.rows()]


def cases(page: FiguresPage) -> CasesSheet:
    (sheet,) = page.window().findChildren(CasesSheet)
    return sheet


def export(page: FiguresPage) -> ExportSheet:
    QTest.keyClick(page, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    (sheet,) = page.window().findChildren(ExportSheet)
    return sheet


def exports(desk: Desk) -> list[Exported]:
    happened = desk.ask(lambda session: list(session.vault.happenings()))
    return [one.payload for one in happened if isinstance(one.payload, Exported)]


@pytest.mark.parametrize(
    ("role", "office", "enters"),
    [("head", True, True), ("auditor", True, True), ("admin", True, False), ("head", False, False)],
)
def test_the_room_is_head_office_s_and_for_who_reads_cases(
    role: str, office: bool, enters: bool
) -> None:
    rooms = rooms_of(Person("1", "王敏", role), office=office)
    assert (ROOM in {room.key for room in rooms}) is enters


def test_this_quarter_is_counted_by_cause_with_all_together_below(page: FiguresPage) -> None:
    assert page.asking.asked() == Question(("cause",), "2026-10", "2026-11")
    lines = shown(page)
    assert [line[1:3] for line in lines] == [["5", "3"], ["2", "0"]]
    (together,) = page.board.together.rows.rows()
    assert together.names == ("合计",)
    assert together.line.count == 7
    assert page.state.whole_text() == "2026-10 至 2026-11 · 投诉 7 件 · 2 行"
    table, below = page.board.table, page.board.together
    places = range(len(table.rows.columns))
    assert [below.columnWidth(n) for n in places] == [table.columnWidth(n) for n in places]
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    sides = [
        table.rows.data(table.rows.index(0, n), Qt.ItemDataRole.TextAlignmentRole) for n in (1, 7)
    ]
    assert sides == [right, right]


def test_two_things_a_year_and_a_branch_are_chosen_by_typing(page: FiguresPage, desk: Desk) -> None:
    choose(desk, page.asking.by, "收到月份")
    choose(desk, page.asking.then, "投诉原因")
    choose(desk, page.asking.period, "今年")
    assert [line[0] for line in shown(page)] == ["2026-07", "2026-10", "2026-10", "2026-11"]
    assert [line[2] for line in shown(page)] == ["1", "2", "2", "3"]
    choose(desk, page.asking.under, "城西")
    assert page.asking.asked().under == "CX"
    empty = page.findChild(QWidget, "figures_none")
    assert empty is not None
    assert empty.isVisible()
    assert not page.cases.isEnabled()
    choose(desk, page.asking.under, "东部")
    assert sum(int(line[2]) for line in shown(page)) == 8
    choose(desk, page.asking.by, "投诉原因")
    assert page.asking.axes() == ("cause",), "the same twice counts nothing more"


def test_months_of_one_s_own_are_asked_for(page: FiguresPage, desk: Desk) -> None:
    choose(desk, page.asking.period, "自选")
    (sheet,) = page.window().findChildren(MonthsSheet)
    for first, last, said in (
        ("2026-13", "", "请按 2026-07 这样的写法填月份。"),
        ("2026-07", "2026-06", "截止月份早于起始月份。"),
    ):
        sheet.first.setText(first)
        sheet.last.setText(last)
        QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert sheet.problem_words.text() == said
    sheet.first.setText("2026-07")
    sheet.last.clear()
    QTest.keyClick(sheet.last, Qt.Key.Key_Return)
    desk.rest()
    assert page.asking.asked() == Question(("cause",), "2026-07", "2026-07")
    assert [line[1] for line in shown(page)] == ["1"]
    choose(desk, page.asking.period, "自选")
    (sheet,) = page.window().findChildren(MonthsSheet)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert page.asking.period.currentText() == "时段：2026-07", "left as it was"


def test_enter_lists_the_cases_behind_a_line_and_behind_all(page: FiguresPage, desk: Desk) -> None:
    page.board.table.setFocus()
    QTest.keyClick(page.board.table, Qt.Key.Key_Down)
    QTest.keyClick(page.board.table, Qt.Key.Key_Return)
    desk.rest()
    assert names(cases(page)) == ["P-0", "P-1"]
    QTest.keyClick(cases(page), Qt.Key.Key_Escape)
    desk.rest()
    QTest.keyClick(page.board.table, Qt.Key.Key_Up)
    QTest.mouseClick(page.cases, Qt.MouseButton.LeftButton)
    desk.rest()
    assert names(cases(page)) == ["R-1", "R-2", "R-3", "R-4", "R-5"]
    QTest.keyClick(cases(page), Qt.Key.Key_Escape)
    desk.rest()
    page.board.together.setFocus()
    QTest.keyClick(page.board.together, Qt.Key.Key_Return)
    desk.rest()
    assert sorted(names(cases(page))) == ["P-0", "P-1", "R-1", "R-2", "R-3", "R-4", "R-5"]


def test_what_rises_is_compared_with_as_many_months_before(page: FiguresPage, desk: Desk) -> None:
    page.views.setFocus()
    QTest.keyClick(page.views, Qt.Key.Key_Right)
    desk.rest()
    (line,) = page.rising.rows.rows()
    assert (line.rise.key, line.rise.now, line.rise.before) == (RULES, 5, 0)
    assert "对比 2026-08 至 2026-09" in page.state.whole_text()
    page.rising.setFocus()
    QTest.keyClick(page.rising, Qt.Key.Key_Return)
    desk.rest()
    assert names(cases(page)) == ["R-1", "R-2", "R-3", "R-4", "R-5"]
    QTest.keyClick(cases(page), Qt.Key.Key_Escape)
    choose(desk, page.asking.period, "去年")
    assert page.empties["no_rise"].isVisible()
    choose(desk, page.asking.period, "全部时间")
    assert page.empties["period"].isVisible(), "all of time has nothing before it"


def test_silent_branches_lead_to_head_office_s_page(page: FiguresPage, desk: Desk) -> None:
    went: list[str] = []
    page.work.went.connect(lambda place, _case: went.append(place))
    QTest.mouseClick(page.views.pill("silent"), Qt.MouseButton.LeftButton)
    desk.rest()
    assert {one.branch for one in page.silent.rows.rows()} == {"CX", "EAST"}
    assert not page.asking.isEnabled()
    page.silent.setFocus()
    QTest.keyClick(page.silent, Qt.Key.Key_Return)
    assert went == ["hub"]
    QTest.mouseClick(page.views.pill("figures"), Qt.MouseButton.LeftButton)
    desk.rest()
    assert page.asking.isEnabled()
    assert page.board.isVisible()


def test_who_manages_no_branch_sees_none_silent_and_a_teller_exports_nothing(
    of: Callable[..., FiguresPage],
) -> None:
    auditor = of("auditor")
    assert auditor.findChild(QWidget, "pill_silent") is None
    assert auditor.export.isVisible()
    teller = of("teller")
    assert shown(teller) == shown(auditor)
    assert not teller.export.isVisible()
    QTest.keyClick(teller, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert not teller.window().findChildren(ExportSheet)


def test_the_figures_shown_are_saved_as_excel_and_as_pdf(
    page: FiguresPage, desk: Desk, tmp_path: Path
) -> None:
    sheet = export(page)
    assert sheet.holds.text() == "投诉原因 · 2026-10 至 2026-11 · 全部网点"
    QTest.keyClick(sheet.form.chips()[0], Qt.Key.Key_2)
    sheet.export_to(tmp_path / "figures.pdf")
    desk.rest()
    assert (tmp_path / "figures.pdf").read_bytes().startswith(b"%PDF")
    sheet = export(page)
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = page.window().findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "figures.xlsx"))
    dialog.reject()
    desk.rest()
    first = openpyxl.load_workbook(tmp_path / "figures.xlsx").worksheets[0]
    rows = list(first.iter_rows(values_only=True))
    assert [(row[0], row[2]) for row in rows if row[0] in {RULES, PRICING}] == [
        (PRICING, 2),
        (RULES, 5),
    ]
    assert [(one.what, one.format) for one in exports(desk)] == [
        ("figures", "pdf"),
        ("figures", "xlsx"),
    ]


def test_the_forms_of_a_quarter_are_saved(page: FiguresPage, desk: Desk, tmp_path: Path) -> None:
    for key, quarter, name in (
        (Qt.Key.Key_2, "第 3 季", "a.xlsx"),
        (Qt.Key.Key_3, "第 4", "b.xlsx"),
    ):
        sheet = export(page)
        QTest.keyClick(sheet.what.chips()[0], key)
        choose(desk, sheet.quarter, f"2026 年{quarter}")
        sheet.export_to(tmp_path / name)
        desk.rest()
        assert not page.window().findChildren(ExportSheet)
    form = openpyxl.load_workbook(tmp_path / "a.xlsx")
    listed = [row[2] for row in form["案件"].iter_rows(values_only=True)]
    assert [cell for cell in listed if cell and str(cell).startswith(("R-", "P-"))] == ["R-0"]
    ledger = openpyxl.load_workbook(tmp_path / "b.xlsx").worksheets[0]
    rows = list(ledger.iter_rows(values_only=True))
    assert max(len([cell for cell in row if cell]) for row in rows[:4]) == 69
    numbers = {cell for row in rows for cell in row if str(cell).startswith(("R-", "P-"))}
    assert len(numbers) == 7


def test_a_file_that_cannot_be_written_is_said_in_the_sheet(
    page: FiguresPage, desk: Desk, tmp_path: Path
) -> None:
    sheet = export(page)
    sheet.export_to(tmp_path / "nowhere" / "figures.xlsx")
    desk.rest()
    assert sheet.isVisible()
    assert "nowhere" in sheet.problem_words.text()
    assert exports(desk) == []


def test_what_fails_is_said_where_the_table_was_and_asked_again(
    page: FiguresPage, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:

        def fail(_session: Session, asked: Question) -> None:
            raise BadInput(reason="no_such_branch", where=asked.under)

        patched.setattr(figures_rows, "counted", fail)
        choose(desk, page.asking.period, "今年")
    fault = page.empties["fault"]
    assert fault.isVisible()
    assert "没有" in fault.hint.text()
    assert not page.export.isEnabled()
    again = fault.findChild(QWidget, "empty_action")
    assert again is not None
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    desk.rest()
    assert [line[1] for line in shown(page)] == ["6", "2"]


def test_a_long_count_says_so_and_the_last_question_is_answered(
    page: FiguresPage, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = Event()
    counted = figures_rows.counted

    def slowly(session: Session, asked: Question) -> figures_rows.Counted:
        assert go_on.wait(20)
        return counted(session, asked)

    monkeypatch.setattr(figures_rows, "counted", slowly)
    page.asking.set_months(("2026-07", "2026-07"))
    desk.qtbot.waitUntil(page.busy.is_busy, timeout=5000)
    assert page.state.whole_text() == "正在统计…"
    page.asking.set_months(("2026-11", "2026-11"))
    go_on.set()
    desk.rest()
    assert not page.busy.is_busy()
    assert [line[1] for line in shown(page)] == ["3"]


@pytest.mark.parametrize(
    ("key", "today", "months"),
    [
        ("this_quarter", date(2026, 11, 24), ("2026-10", "2026-11")),
        ("this_quarter", date(2026, 1, 1), ("2026-01", "2026-01")),
        ("last_quarter", date(2026, 11, 24), ("2026-07", "2026-09")),
        ("last_quarter", date(2026, 2, 28), ("2025-10", "2025-12")),
        ("this_year", date(2026, 3, 31), ("2026-01", "2026-03")),
        ("last_year", date(2026, 3, 31), ("2025-01", "2025-12")),
        ("all", date(2026, 3, 31), ("", "")),
    ],
)
def test_named_periods_are_whole_months(key: str, today: date, months: tuple[str, str]) -> None:
    assert figures_words.span(key, today) == months


def test_the_last_whole_quarter_comes_first() -> None:
    found = [key for key, _name in figures_words.quarters(date(2026, 2, 1))]
    assert found[:2] == ["2025Q4", "2025Q3"]
    assert found[-1] == "2026Q1"
