"""What goes back to branches, a drop folder, files one by one, and a vault made head office."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desk.domain.hub import Outgoing
from desk.services import hub, hub_status
from desk.services.hub_office import Office
from desk.services.session import Session
from desk.settings import Settings
from desk.store.hub import registry
from desk.ui.hub.hub_page import HubPage
from desk.ui.hub.publishing import PublishSheet
from desk.ui.hub.watching import Watching
from desk.ui.places import Places
from desk.ui.preferences.settings_page import SettingsPage
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.chips import ChoiceChips
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import LineField
from desk.ui.widgets.labels import Text
from desk.ui.work import Work
from tests.gui.lists.conftest import Desk
from tests.store import desks
from tests.store.hubs import story
from tests.store.offices import Counter
from tests.store.offices import Office as Addressee

YEAR = """\
year: 2027
source: 国办发明电〔2026〕9号
days:
  - {first: 2027-02-05, last: 2027-02-11, works: false, name: {zh: 春节, en: Spring Festival}}
  - {first: 2027-02-14, last: 2027-02-14, works: true, name: {zh: 调休, en: exchanged}}
"""


@pytest.fixture
def office(desk: Desk, tmp_path: Path) -> Desk:
    """The desk as that of head office, with two branches."""
    desk.ask(hub.make)
    desk.ask(lambda session: hub.enrol(session, "CD", "城东支行", tmp_path, profile="full"))
    desk.ask(lambda session: hub.enrol(session, "CX", "城西支行", tmp_path, profile="full"))
    desk.work = Work(
        dataclasses.replace(desk.session, office=True), desk.jobs, desk.notices, Settings()
    )
    return desk


@pytest.fixture
def page(office: Desk) -> HubPage:
    page = HubPage(office.work)
    office.show(page)
    return page


def press(desk: Desk, name: str) -> None:
    button = desk.window.findChild(Button, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def said(desk: Desk, name: str) -> str:
    label = desk.window.findChild(Text, name)
    assert label is not None, name
    return label.text()


def sheet(desk: Desk) -> PublishSheet:
    press(desk, "hub_publish")
    desk.rest()
    found = desk.window.findChild(PublishSheet)
    assert found is not None
    return found


def choose(desk: Desk, name: str, part: str) -> None:
    """Choose from a list by typing a part that only one entry has."""
    combo = desk.window.findChild(ComboField, name)
    assert combo is not None, name
    line = combo.lineEdit()
    assert line is not None
    line.selectAll()
    QTest.keyClicks(line, part)
    combo.flush()


def put_out(session: Session, branch: str) -> tuple[Outgoing, ...]:
    with Office(session) as office, office.store.reading() as connection:
        return registry.addressed(connection, branch)


def waiting_for(desk: Desk, branch: str) -> list[tuple[str, str]]:
    """What goes along with the next receipt of a branch."""
    found = desk.ask(lambda session: put_out(session, branch))
    return [(one.what, one.name) for one in found]


def files_of(session: Session, folder: Path) -> tuple[Path, ...]:
    """Two files of an approved computer of a branch; on the database's thread."""
    desks.made(folder, ["柜台一"])
    (one,) = desks.opened(folder, ["柜台一"])
    try:
        counter = Counter(one, "CD", folder)
        office = Addressee(session, folder)
        office.welcome(counter)
        counter.does("c1", *story("CD20261122-001"))
        first = counter.export(office)
        counter.does("c2", *story("CD20261122-002"))
        return (*first, *counter.export(office))
    finally:
        one.vault.close()


def test_a_pack_is_seen_before_it_is_published(page: HubPage, office: Desk) -> None:
    sheet(office)
    stamp = office.session.engine.pack.stamp
    assert said(office, "publish_preview") == f"{stamp} 是这里的第一个版本，整包下发。"
    choose(office, "publish_to", "CX")
    press(office, "sheet_do")
    office.rest()
    assert waiting_for(office, "CX") == [("pack", stamp)]
    assert waiting_for(office, "CD") == []
    assert office.window.findChild(PublishSheet) is None


def test_the_days_of_a_year_are_seen_before_they_are_published(
    page: HubPage, office: Desk, tmp_path: Path
) -> None:
    made = sheet(office)
    chips = made.findChild(ChoiceChips, "publish_what")
    assert chips is not None
    chips.pick(2)
    office.rest()
    press(office, "sheet_do")
    assert made.problem_words.isVisible(), "nothing is shown yet"
    (tmp_path / "bad.yaml").write_text("year: soon", encoding="utf-8")
    made.show_calendar(tmp_path / "bad.yaml")
    office.rest()
    assert "不是" in made.problem_words.text()
    press(office, "sheet_do")
    office.rest()
    assert waiting_for(office, "CD") == []
    (tmp_path / "2027.yaml").write_text(YEAR, encoding="utf-8")
    made.show_calendar(tmp_path / "2027.yaml")
    office.rest()
    assert said(office, "publish_preview").splitlines() == [
        "2027 年工作日安排，依据：国办发明电〔2026〕9号",
        "2027-02-05 至 2027-02-11：休息（春节）",
        "2027-02-14：上班（调休）",
    ]
    press(office, "sheet_do")
    office.rest()
    assert waiting_for(office, "CD") == waiting_for(office, "CX") == [("calendar", "2027")]


def test_a_file_that_is_no_workbook_makes_no_version(
    page: HubPage, office: Desk, tmp_path: Path
) -> None:
    made = sheet(office)
    (tmp_path / "x.xlsx").write_bytes(b"no workbook")
    made.make_from(tmp_path / "x.xlsx")
    office.rest()
    assert made.problem_words.isVisible()
    press(office, "sheet_do")
    office.rest()
    assert waiting_for(office, "CD") == []


def test_a_case_passes_to_another_branch(page: HubPage, office: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "branch"
    folder.mkdir()
    page.take_in(list(office.ask(lambda session: files_of(session, folder))))
    office.rest()
    press(office, "sheet_close")  # what became of the files
    page.table.selectRow(0)
    press(office, "branch_transfer")
    number = office.window.findChild(LineField, "transfer_number")
    assert number is not None
    QTest.keyClicks(number, "CD20261122-009")
    choose(office, "transfer_to", "CX")
    press(office, "sheet_do")
    office.rest()
    assert "CD20261122-009" in said(office, "sheet_problem")
    number.clear()
    QTest.keyClicks(number, "CD20261122-001")
    press(office, "sheet_do")
    office.rest()
    assert waiting_for(office, "CD") == [("transfer", "CD20261122-001")]
    assert waiting_for(office, "CX") == [("transfer", "CD20261122-001")]


def test_files_are_taken_in_one_by_one(page: HubPage, office: Desk, tmp_path: Path) -> None:
    """Others are answered between two files, and each is named while it is read."""
    folder = tmp_path / "branch"
    folder.mkdir()
    paths = office.ask(lambda session: files_of(session, folder))
    began: list[str] = []
    between: list[int] = []
    page._taking.began.connect(began.append)
    page._taking.began.connect(
        lambda _name: office.work.read(
            lambda session: hub_status.state(session).cases, between.append, owner=page
        )
    )
    page.take_in(list(paths))
    assert page.headline.text() == f"正在读 {paths[0].name}…"
    office.rest()
    assert began == [path.name for path in paths]
    assert between == [0, 1], "asked before the second file, answered before it was taken in"
    assert office.ask(hub_status.state).cases == 2
    assert page.headline.text() != f"正在读 {paths[-1].name}…"


def rounds(office: Desk, watching: Watching, count: int) -> None:
    for _round in range(count):
        watching.look()
        office.rest()


def test_a_drop_folder_is_watched_until_it_is_stopped(
    page: HubPage, office: Desk, tmp_path: Path
) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    kept: list[Settings] = []
    page.watching.settings_wanted.connect(kept.append)
    page.watching.watch(drop)
    office.rest()
    assert kept[-1].drop_folder == str(drop)
    assert "drop" in page.watched.whole_text()
    paths = office.ask(lambda session: files_of(session, drop))
    (drop / "bad.cdx").write_bytes(b"no bundle")
    rounds(office, page.watching, 2)
    assert office.ask(hub_status.state).cases == 2
    assert {path.name for path in paths} <= {one.name for one in (drop / "taken").iterdir()}
    assert (drop / "refused" / "bad.cdx").exists()
    assert len(list((drop / "receipts").iterdir())) == 1, "one for the round, not one a file"
    press(office, "hub_watch")
    office.rest()
    assert kept[-1].drop_folder == ""
    (drop / "late.cdx").write_bytes(b"no bundle")
    rounds(office, page.watching, 3)
    assert (drop / "late.cdx").exists(), "nobody watches any more"


def test_a_drop_folder_is_watched_again_after_a_restart(office: Desk, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    office.work.settings = Settings(drop_folder=str(drop))
    locked = [True]
    watching = Watching(office.work, office.window, lambda: not locked[0])
    (drop / "bad.cdx").write_bytes(b"no bundle")
    rounds(office, watching, 3)
    assert watching.last is None, "it rests while the window is locked"
    locked[0] = False
    rounds(office, watching, 2)
    assert (drop / "refused" / "bad.cdx").exists()
    drop.rename(tmp_path / "elsewhere")
    rounds(office, watching, 1)
    assert watching.failed is not None
    (tmp_path / "elsewhere").rename(drop)
    rounds(office, watching, 1)
    assert watching.failed is None


def test_the_window_of_head_office_remembers_its_drop_folder(office: Desk, tmp_path: Path) -> None:
    office.work.settings = Settings(drop_folder=str(tmp_path))
    places = Places(office.work)
    office.qtbot.addWidget(places.window)
    assert places.watching is not None
    assert places.watching.folder == tmp_path
    wanted: list[Settings] = []
    places.settings_changed.connect(wanted.append)
    places.watching.stop()
    assert [one.drop_folder for one in wanted] == [""]
    branch = Work(office.session, office.jobs, office.notices, office.work.settings)
    others = Places(branch)
    office.qtbot.addWidget(others.window)
    assert others.watching is None, "a branch watches nothing"
    office.rest()


def test_a_vault_is_made_head_office_in_the_settings(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    page = SettingsPage(desk.work)
    wanted: list[object] = []
    page.changed.connect(wanted.append)
    desk.show(page)
    press(desk, "settings_office")
    press(desk, "sheet_leave")
    desk.rest()
    assert not desk.ask(hub.is_hub)
    press(desk, "settings_office")
    press(desk, "sheet_do")
    desk.rest()
    assert desk.ask(hub.is_hub)
    assert desk.work.is_office
    assert wanted == [desk.work.settings], "the window is made anew, with the page"
    assert SettingsPage(desk.work).findChild(Button, "settings_office") is None


def test_who_does_not_manage_the_branch_makes_no_head_office(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of("1023")
    assert not desk.work.may("manage_branch")
    page = SettingsPage(desk.work)
    desk.show(page)
    assert page.findChild(Button, "settings_office") is None
