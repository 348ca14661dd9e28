"""The keeping page: shelves, classes, legal holds, and a person forgotten by two."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desk.domain.events import Closed
from desk.domain.ledger import Filter
from desk.services import approvals, cases, retention, samples
from desk.services.session import Session
from desk.store import forgetting
from desk.ui.administration.rooms import rooms_of
from desk.ui.approval_sheet import ApprovalSheet
from desk.ui.casefile.case_file_page import CaseFilePage
from desk.ui.casefile.timeline import as_text
from desk.ui.retention.keeping_page import ROOM, KeepingPage
from desk.ui.retention.sheets import ClassSheet, ForgetSheet
from desk.ui.retention.sweeping import Sweeping
from desk.ui.task_sheet import ReasonSheet

Desk = Any
Desks = Any
Asking = Any
HEAD, OFFICER = "1001", "1008"
NAME = "爨麤鱻"


def old_case(session: Session, closed: str, **fields: str) -> str:
    """A case that was closed on a day."""
    case = cases.open_case(session).case.id
    for path, value in {"complainant_name": NAME, **fields}.items():
        cases.set_field(session, case, path, value)
    session.write(case, Closed(outcome="told", at=f"{closed}T10:00"))
    return case


@pytest.fixture
def desk(desk_of: Desks) -> Desk:
    return desk_of(OFFICER)


def open_page(desk: Desk) -> KeepingPage:
    page = KeepingPage(desk.work)
    desk.show(page)
    return page


def shown(page: KeepingPage) -> list[str]:
    return [line.case for line in page._table().rows.rows()]


def shelf(desk: Desk, page: KeepingPage, key: str) -> list[str]:
    page.pills.pill(key).click()
    desk.rest()
    return shown(page)


def sheet_of(desk: Desk, kind: type) -> Asking:
    found = [one for one in desk.window.findChildren(kind) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def value(page: KeepingPage, key: str) -> str:
    return str(page.card._values[key][1].text())


def approve(desk: Desk, password: str = samples.PASSWORD) -> Asking:
    sheet = sheet_of(desk, ApprovalSheet)
    sheet.who.set_value((HEAD,))
    sheet.reason.set_value("期限已到，已核对")
    sheet.password.setText(password)
    sheet.submit()
    desk.rest()
    return sheet


def test_each_shelf_shows_its_cases_and_the_card_says_by_which_rule(desk: Desk) -> None:
    due = desk.ask(lambda s: old_case(s, "2021-03-01"))
    soon = desk.ask(lambda s: old_case(s, "2021-12-24"))
    held = desk.ask(lambda s: old_case(s, "2020-01-01"))
    desk.ask(lambda s: retention.hold(s, held, "客户已起诉"))
    page = open_page(desk)
    assert shown(page) == [due]
    assert page.pills.pill("due").text() == "已到期 1"
    assert value(page, "due") == "2026-03-02"
    assert value(page, "floor") == "2024-03-02"
    assert "第四十四条" in page.card._rule.text()
    assert "S2" in page.card._rule.text()
    assert shelf(desk, page, "upcoming") == [soon]
    assert shelf(desk, page, "held") == [held]
    assert page.card.reason.text() == "保全：客户已起诉"
    assert not page.card.forget.isVisible()
    assert shelf(desk, page, "forgotten") == []
    assert page._empty.isVisible()


def test_a_person_is_forgotten_by_two_at_one_desk(desk: Desk) -> None:
    case = desk.ask(lambda s: old_case(s, "2021-03-01"))
    page = open_page(desk)
    page.card.forget.click()
    sheet_of(desk, ForgetSheet).submit()
    desk.rest()
    sheet = approve(desk, "not the password")
    assert sheet.isVisible()
    assert desk.ask(lambda s: s.vault.case(case).forgotten) is None
    approve(desk)
    found = desk.ask(lambda s: s.vault.case(case))
    assert found.forgotten is not None
    assert found.approvals[-1].by == HEAD
    assert desk.ask(lambda s: s.vault.ledger.count(Filter(text=NAME)).number) == 0
    assert shown(page) == []
    assert shelf(desk, page, "forgotten") == [case]
    assert page.card.reason.text() == "保存期满"
    assert value(page, "by") == HEAD
    assert not page.card.choose.isVisible()


def test_several_are_forgotten_at_once_with_the_delete_key(desk: Desk) -> None:
    gone = [desk.ask(lambda s, n=n: old_case(s, f"2021-03-0{n}")) for n in (1, 2, 3)]
    page = open_page(desk)
    page._table().selectAll()
    QTest.keyClick(page._table(), Qt.Key.Key_Delete)
    sheet_of(desk, ForgetSheet).submit()
    desk.rest()
    approve(desk)
    assert shown(page) == []
    assert sorted(shelf(desk, page, "forgotten")) == sorted(gone)


def test_what_stands_against_it_is_said_before_a_password_is_typed(desk: Desk) -> None:
    desk.ask(lambda s: old_case(s, "2022-03-05"))
    page = open_page(desk)
    assert shelf(desk, page, "upcoming") == []
    number = desk.ask(lambda s: s.vault.ledger.page(Filter(text=NAME)).rows[0].number)
    page.number.setText(number)
    QTest.keyClick(page.number, Qt.Key.Key_Return)
    desk.rest()
    assert page.card.number.text() == number
    page.card.forget.click()
    sheet = sheet_of(desk, ForgetSheet)
    assert sheet.why.value() == ("asked",)
    sheet.submit()
    desk.rest()
    assert "理由" in sheet.problem_words.text()
    sheet.reason.set_value(f"应{NAME}要求")
    sheet.submit()
    desk.rest()
    assert "姓名" in sheet.problem_words.text()
    sheet.why.set_value(("due",))
    sheet.submit()
    desk.rest()
    assert "2027-03-06" in sheet.problem_words.text()
    assert not [one for one in desk.window.findChildren(ApprovalSheet) if one.isVisible()]


def test_a_hold_is_set_and_ended_and_a_class_is_chosen(desk: Desk) -> None:
    case = desk.ask(lambda s: old_case(s, "2021-03-01"))
    page = open_page(desk)
    page.card.hold.click()
    sheet = sheet_of(desk, ReasonSheet)
    sheet.submit()
    desk.rest()
    assert "理由" in sheet.problem_words.text()
    sheet.reason.set_value("客户已起诉")
    sheet.submit()
    desk.rest()
    assert shown(page) == []
    assert shelf(desk, page, "held") == [case]
    page.card.end_hold.click()
    sheet = sheet_of(desk, ReasonSheet)
    sheet.reason.set_value("调解结案")
    sheet.submit()
    desk.rest()
    assert shelf(desk, page, "due") == [case]
    page.card.choose.click()
    chooser = sheet_of(desk, ClassSheet)
    chooser.choice.set_value("identity")
    chooser.submit()
    desk.rest()
    assert shown(page) == []
    assert page.card.of_class.text() == "客户身份与交易资料"


def test_a_hold_to_decide_keeps_the_button_off(desk: Desk) -> None:
    desk.ask(lambda s: old_case(s, "2021-03-01", source="S_NFRA_FORMAL"))
    page = open_page(desk)
    assert "转来" in page.card.grounds.text()
    assert not page.card.forget.isEnabled()
    page.card.no_hold.click()
    sheet = sheet_of(desk, ReasonSheet)
    sheet.reason.set_value("转办件已报结")
    sheet.submit()
    desk.rest()
    assert page.card.forget.isEnabled()


def test_the_list_goes_along_as_a_file(desk: Desk, tmp_path: Path) -> None:
    desk.ask(lambda s: old_case(s, "2021-03-01"))
    page = open_page(desk)
    target = tmp_path / "list.csv"
    page.export_to(str(target))
    desk.rest()
    assert target.read_text(encoding="utf-8-sig").count("\n") == 2
    assert NAME not in target.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(("person", "enters"), [(HEAD, True), (OFFICER, True), ("1023", False)])
def test_only_who_may_hold_or_forget_enters(desk_of: Desks, person: str, *, enters: bool) -> None:
    desk = desk_of(person)
    assert (ROOM in {room.key for room in rooms_of(desk.work.actor)}) is enters


def test_what_must_go_goes_by_itself(desk: Desk) -> None:
    case = desk.ask(lambda s: old_case(s, "2021-03-01"))

    def forgotten(session: Session) -> None:
        given = (HEAD, samples.PASSWORD, "期限已到")
        approval = approvals.confirm(session, "forget", case, *given)
        retention.forget(session, case, "due", approval)

    desk.ask(forgotten)
    assert desk.ask(lambda s: forgetting.is_waiting(s.vault))
    Sweeping(desk.work, desk.window).sweep()
    desk.rest()
    assert not desk.ask(lambda s: forgetting.is_waiting(s.vault))


def test_the_case_file_says_plainly_what_remains(desk: Desk) -> None:
    case = desk.ask(lambda s: old_case(s, "2021-03-01", scenario="queue"))

    def forgotten(session: Session) -> None:
        given = (HEAD, samples.PASSWORD, "期限已到")
        retention.forget_each(session, [case], "due", given)

    desk.ask(forgotten)
    page = CaseFilePage(desk.work)
    page.show_case(case)
    desk.show(page)
    assert "依法清除" in page.glance._matter.text()
    assert "已清除" in page._who.text()
    assert not page.glance.button("reopen").isVisible()
    assert not page.note.isVisible()
    told = as_text(page.timeline.lines())
    assert "依法" in told
    assert NAME not in told
