"""Head office's page: branches and their computers, files that wait, and what people do then."""

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desk.domain.sync_events import HubActed
from desk.services import hub, hub_status
from desk.services.session import Session
from desk.ui.hub.hub_page import HubPage
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.fields import LineField
from desk.ui.widgets.labels import Text
from desk.ui.widgets.text_field import TextField
from desk.ui.work import Work
from tests.gui.lists.conftest import Desk
from tests.store import desks
from tests.store.hubs import story
from tests.store.offices import Counter, Office


def first_file(session: Session, folder: Path) -> tuple[Path, ...]:
    """What a branch's computer sends for the first time; on the database's thread."""
    desks.made(folder, ["柜台一"])
    (one,) = desks.opened(folder, ["柜台一"])
    try:
        counter = Counter(one, "CD", folder)
        counter.does("c1", *story("CD20261122-001"))
        return counter.export(Office(session, folder))
    finally:
        one.vault.close()


@pytest.fixture
def page(desk: Desk) -> HubPage:
    desk.ask(hub.make)
    # as it is opened the next time
    session = dataclasses.replace(desk.session, office=True)
    page = HubPage(Work(session, desk.jobs, desk.notices, desk.work.settings))
    desk.show(page)
    return page


def press(page: HubPage, name: str) -> None:
    button = page.window().findChild(Button, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def type_into(page: HubPage, name: str, words: str) -> None:
    field = page.window().findChild(LineField, name)
    assert field is not None
    field.setFocus()
    QTest.keyClicks(field, words)


def test_nothing_is_there_before_a_branch_is_enrolled(page: HubPage) -> None:
    assert page.headline.text() == "还没有注册网点"
    assert not page.tell.isEnabled()
    assert page.empty.isVisible()


def test_a_branch_is_enrolled_with_a_file(page: HubPage, desk: Desk, tmp_path: Path) -> None:
    page._ask_enrol(tmp_path)
    type_into(page, "enrol_code", "CD")
    press(page, "sheet_do")
    problem = page.window().findChild(Text, "sheet_problem")
    assert problem is not None
    assert problem.isVisible()
    type_into(page, "enrol_name", "Chengdong")
    press(page, "sheet_do")
    desk.rest()
    assert (tmp_path / "CD.cdx-enrol").exists()
    assert [one.branch.name for one in page.table.rows.rows()] == ["Chengdong"]
    assert page.table.rows.rows()[0].branch.profile == "deidentified"
    assert "1 个网点" in page.headline.text()


def test_a_new_computer_is_approved_by_its_fingerprint(
    page: HubPage, desk: Desk, tmp_path: Path
) -> None:
    desk.ask(lambda session: hub.enrol(session, "CD", "城东支行", tmp_path, profile="full"))
    branch = tmp_path / "branch"
    branch.mkdir()
    page.take_in(list(desk.ask(lambda session: first_file(session, branch))))
    desk.rest()
    press(page, "sheet_close")  # it said why the file waits
    page.table.selectRow(0)
    assert "等着处理" in page.headline.text()
    press(page, "device_approve")
    type_into(page, "approve_mark", "0000-0000-0000")
    press(page, "sheet_do")
    desk.rest()
    field = page.window().findChild(LineField, "approve_mark")
    assert field is not None
    assert field.isVisible(), "a wrong fingerprint approves nothing"
    field.clear()
    type_into(page, "approve_mark", page.table.rows.rows()[0].devices[0].fingerprint.lower())
    press(page, "sheet_do")
    desk.rest()
    (found,) = page.table.rows.rows()
    assert found.devices[0].state == "approved"
    assert found.waiting == ()
    assert desk.ask(hub_status.state).cases == 1
    assert page.headline.text() == "各网点都已上送"


def test_a_message_waits_for_the_next_receipt(page: HubPage, desk: Desk, tmp_path: Path) -> None:
    desk.ask(lambda session: hub.enrol(session, "CD", "城东支行", tmp_path, profile="full"))
    page.refresh()
    desk.rest()
    press(page, "hub_message")
    type_into(page, "message_title", "Holidays")
    press(page, "sheet_do")
    problem = page.window().findChild(Text, "sheet_problem")
    assert problem is not None
    assert problem.isVisible()
    words = page.window().findChild(TextField, "message_words")
    assert words is not None
    words.setFocus()
    QTest.keyClicks(words, "Closed on Monday")
    press(page, "sheet_do")
    desk.rest()
    acts = [
        event.payload.act
        for event in desk.ask(lambda session: session.vault.happenings())
        if isinstance(event.payload, HubActed)
    ]
    assert acts[-1] == "published"
