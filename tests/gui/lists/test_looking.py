"""What two computers did to one case, shown above it and settled by whoever works on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desk.services import cases
from desk.services.session import Session
from desk.store.vault import Vault
from desk.ui.casefile.case_file_page import CaseFilePage
from desk.ui.cases.case_page import CasePage
from desk.ui.cases.looking import LookSheet, LookStrip
from desk.ui.intake.page import IntakePage
from desk.ui.widgets.buttons import Button
from tests.gui.lists.conftest import Desk
from tests.store import crew, sync_offices
from tests.store.crew import Hand
from tests.store.sync_offices import Office

FIRST, SECOND = "客户说等了四十分钟", "客户说等了一个小时"


class Two:
    """Two computers of a branch that had one case and wrote to it, then exchanged a file."""

    def __init__(self, folder: Path) -> None:
        self.case = ""
        self.path = folder / "there" / "一" / "desk.vault"
        sync_offices.make(folder / "made")
        with sync_offices.opened(folder / "made", folder / "there", ["一", "二"]) as (one, other):
            one.knows(other)
            other.knows(one)
            self.case = one.complaint()
            other.takes(*one.sends(other).paths)
            self.apart(one, other)
            other.later(minutes=1)
            one.takes(*other.sends(one).paths)

    def apart(self, one: Office, other: Office) -> None:
        """What each does without the other."""
        one.later(minutes=1)
        cases.set_field(one.session, self.case, "narrative", FIRST)
        other.later(minutes=9)
        cases.set_field(other.session, self.case, "narrative", SECOND)

    def session(self) -> Session:
        """The first of them, opened on the thread that asks."""
        vault = Vault.open(self.path, crew.password(crew.HEAD), projector=crew.engine().project)
        moment = Hand()
        moment.later(hours=3)
        return Session(vault, crew.engine(), moment, crew.HEAD, vault.branch())


class Closed(Two):
    """One closed the case while the other went on with it."""

    def apart(self, one: Office, other: Office) -> None:
        one.later(minutes=1)
        cases.withdraw(one.session, self.case)
        other.later(minutes=9)
        cases.set_field(other.session, self.case, "narrative", SECOND)


@pytest.fixture
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Two:
    made: Two = getattr(request, "param", Two)(tmp_path)
    return made


@pytest.fixture
def desk(qtbot: QtBot, two: Two) -> Iterator[Desk]:
    desk = Desk(qtbot, two.session)
    yield desk
    desk.close()


def strip_of(page: CasePage) -> LookStrip:
    found = page.findChild(LookStrip)
    assert found is not None
    return found


def press(page: CasePage, name: str) -> None:
    button = page.window().findChild(Button, name)
    assert button is not None, name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("kind", [IntakePage, CaseFilePage])
def test_two_values_are_both_shown_and_one_is_chosen(
    desk: Desk, two: Two, kind: type[IntakePage | CaseFilePage]
) -> None:
    page = kind(desk.work)
    desk.show(page)
    page.show_case(two.case)
    desk.rest()
    strip = strip_of(page)
    assert strip.isVisible()
    assert "两台电脑有 1 项填得不一样" in strip.words.text()
    press(page, "look_open")
    desk.rest()
    sheet = page.window().findChild(LookSheet)
    assert sheet is not None
    said = [one.words for one in strip.found.differing[0].written]
    assert said == [SECOND, FIRST]  # what was written later holds
    press(page, "choose_1")
    desk.rest()
    assert desk.ask(lambda session: session.vault.case(two.case)).text("narrative") == FIRST
    assert desk.ask(lambda session: session.vault.case(two.case)).contested == ()
    assert page.window().findChild(LookSheet) is None
    assert not strip.isVisible()


@pytest.mark.parametrize("two", [Closed], indirect=True)
def test_what_came_after_a_closing_is_looked_at(desk: Desk, two: Two) -> None:
    page = CaseFilePage(desk.work)
    desk.show(page)
    page.show_case(two.case)
    desk.rest()
    strip = strip_of(page)
    assert "结案后" in strip.words.text()
    assert [line.who for line in strip.found.after_closing] == [crew.HEAD.name]
    press(page, "look_open")
    desk.rest()
    press(page, "settle_closed")
    desk.rest()
    assert desk.ask(lambda session: session.vault.case(two.case)).unsettled == ()
    assert not strip.isVisible()


def test_a_case_of_one_computer_has_no_strip(desk: Desk, two: Two) -> None:
    other = desk.ask(lambda session: cases.open_case(session).case.id)
    page = IntakePage(desk.work)
    desk.show(page)
    page.show_case(two.case)
    desk.rest()
    page.show_case(other)
    desk.rest()
    assert not strip_of(page).isVisible()
