"""Verifying a report from the case file, and what the footer says of clock and record."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from desk.domain.ledger import Filter
from desk.domain.proof import Finding
from desk.services import alarms, cases, ledger, reports
from desk.services.timekeeping import KeptMoment
from desk.ui.alarms import AlarmLine, AlarmSheet
from desk.ui.casefile.case_file_page import CaseFilePage
from desk.ui.verification import VerdictSheet
from desk.ui.widgets.buttons import Button

Desk = Any
DeskOf = Callable[..., Any]


def words_on(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def button(widget: QWidget, name: str) -> Button:
    found = widget.findChild(Button, name)
    assert isinstance(found, Button), name
    return found


@pytest.fixture
def page(desk: Desk, tmp_path: Path) -> CaseFilePage:
    """The file of a case of which a report was made."""
    case = str(desk.ask(lambda s: ledger.page(s, Filter(text="张素琴"))).rows[0].case)
    desk.ask(lambda s: reports.write(s, case, "internal", "zh", tmp_path / "a.pdf"))
    made = CaseFilePage(desk.work)
    made.show_case(case)
    desk.show(made)
    return made


def choose(desk: Desk, page: QWidget, path: Path) -> VerdictSheet:
    verify = button(page, "verify_report")
    assert verify.isVisible()
    verify.setFocus()
    QTest.keyClick(verify, Qt.Key.Key_Space)
    dialog = desk.window.findChild(QFileDialog, "verify_dialog")
    assert isinstance(dialog, QFileDialog)
    dialog.selectFile(str(path))
    dialog.fileSelected.emit(str(path))
    dialog.close()
    desk.rest()
    sheet = desk.window.findChild(VerdictSheet)
    assert isinstance(sheet, VerdictSheet)
    return sheet


def test_a_report_is_verified_from_the_case_file(
    desk: Desk, page: CaseFilePage, tmp_path: Path
) -> None:
    desk.ask(lambda s: cases.add_note(s, page.case, "客户来电"))
    sheet = choose(desk, page, tmp_path / "a.pdf")
    said = words_on(sheet)
    assert "这就是当时制作的报告，未经改动。" in said
    assert "此后案件新增 1 条记录。" in said
    assert "a.pdf" in said
    see = button(sheet, "verdict_case")
    see.setFocus()
    QTest.keyClick(see, Qt.Key.Key_Space)
    assert desk.went == [("file", page.case)]


def test_a_changed_report_is_said_to_be(desk: Desk, page: CaseFilePage, tmp_path: Path) -> None:
    changed = tmp_path / "b.pdf"
    changed.write_bytes((tmp_path / "a.pdf").read_bytes() + b"\n")
    sheet = choose(desk, page, changed)
    assert "这份文件与制作时不一致。" in words_on(sheet)
    close = button(sheet, "verdict_close")
    close.setFocus()
    QTest.keyClick(close, Qt.Key.Key_Return)
    assert not sheet.isVisible()


def test_a_file_that_is_no_pdf_is_refused_in_a_sentence(
    desk: Desk, page: CaseFilePage, tmp_path: Path
) -> None:
    (tmp_path / "c.pdf").write_bytes(b"no")
    from desk.ui.verification import Verifying

    Verifying(desk.work, page).verify(str(tmp_path / "c.pdf"))
    desk.rest()
    assert desk.window.findChild(VerdictSheet) is None
    assert "c.pdf" in words_on(desk.window)


def test_who_may_not_verify_is_not_offered_it(desk_of: DeskOf, tmp_path: Path) -> None:
    desk = desk_of("1023")
    case = str(desk.ask(lambda s: ledger.page(s, Filter(handler="1023"))).rows[0].case)
    desk.ask(lambda s: reports.write(s, case, "customer", "zh", tmp_path / "a.pdf"))
    page = CaseFilePage(desk.work)
    page.show_case(case)
    desk.show(page)
    assert page.papers.isVisible()
    assert desk.work.may("check") is False
    assert not button(page, "verify_report").isVisible()


def test_a_wrong_date_stands_in_the_footer_until_the_head_says_it_is_right(
    desk: Desk, page: CaseFilePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    footer = desk.window.footer
    line = AlarmLine(desk.work, footer)
    desk.rest()
    assert not footer.alarm.isVisible()
    moment = desk.session.moment
    assert isinstance(moment, KeptMoment)
    good = moment.kept.good_ms
    kept = KeptMoment.said_ms
    monkeypatch.setattr(KeptMoment, "said_ms", lambda _self: 315_532_800_000)
    desk.ask(lambda s: cases.add_note(s, page.case, "1980"))
    line._ask()
    desk.rest()
    assert (footer.alarm.isVisible(), footer.alarm.text()) == (True, "电脑日期有误")
    QTest.mouseClick(footer.alarm, Qt.MouseButton.LeftButton)
    sheet = desk.window.findChild(AlarmSheet)
    assert isinstance(sheet, AlarmSheet)
    assert "电脑时间显示为 1980-01-01" in words_on(sheet)
    assert desk.ask(lambda s: s.now()).year == 2026
    assert button(sheet, "alarm_close").hasFocus()  # Enter records nothing
    trust = button(sheet, "alarm_trust")
    trust.setFocus()
    monkeypatch.setattr(KeptMoment, "said_ms", lambda self: kept(self) + 60_000)
    QTest.keyClick(trust, Qt.Key.Key_Space)
    desk.rest()
    assert not footer.alarm.isVisible()
    assert moment.kept.good_ms >= good
    assert desk.ask(lambda s: [one.payload.state for one in s.vault.clock_steps()]) == [
        "behind",
        "right",
    ]


def test_a_record_without_its_end_is_told_to_everybody(desk_of: DeskOf) -> None:
    desk = desk_of("1023")
    desk.session.vault.faults = (Finding("truncated", device="d1", seq=9),)
    AlarmLine(desk.work, desk.window.footer)
    desk.window.show()
    desk.rest()
    assert desk.window.footer.alarm.text() == "记录有缺失"
    QTest.mouseClick(desk.window.footer.alarm, Qt.MouseButton.LeftButton)
    sheet = desk.window.findChild(AlarmSheet)
    assert isinstance(sheet, AlarmSheet)
    assert sheet.findChild(Button, "alarm_trust") is None
    assert desk.ask(alarms.alarms)[0].kind == "record"
