"""What the whole window offers people who may read cases only, or have no business with them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desk.domain.ledger import Filter
from desk.domain.staff import Person
from desk.services import cases
from desk.services.session import Session
from desk.settings import Settings
from desk.ui.casefile.case_file_page import CaseFilePage
from desk.ui.jobs import Jobs
from desk.ui.ledger.ledger_page import LedgerPage
from desk.ui.notify import Notices
from desk.ui.places import Places
from desk.ui.shell import NavButton
from desk.ui.today.today_page import TodayPage
from desk.ui.widgets.chips import ChoiceChips
from desk.ui.widgets.labels import Text
from desk.ui.widgets.masked import MaskedValue
from desk.ui.work import Work
from tests.store import crew

NAME, PHONE = "欧阳静怡", "13900005678"


class Office:
    """The window of one person, over a vault with one case of a colleague's."""

    def __init__(self, qtbot: QtBot, folder: Path, person: Person) -> None:
        self.qtbot = qtbot
        self.notices = Notices()
        self.jobs = Jobs(self.notices.show_failure)
        self._making = crew.crew_in(folder)
        made: list[Session] = []
        self.jobs.query(self._make, made.append, owner=self.notices)
        qtbot.waitUntil(lambda: bool(made), timeout=20000)
        self.work = Work(replace(made[0], actor=person), self.jobs, self.notices, Settings())
        self.places = Places(self.work)
        self.window = self.places.window
        qtbot.addWidget(self.window)
        self.notices.set_host(self.window.shell)
        self.window.resize(1366, 728)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.places.go("today")
        self.rest()

    def _make(self) -> Session:
        made = self._making.__enter__()
        teller = made.at_desk(crew.TELLER)
        self.case = cases.open_case(teller, source="S_SELF").case.id
        for path, value in {"complainant_name": NAME, "complainant_phone": PHONE}.items():
            cases.set_field(teller, self.case, path, value)
        return made.head

    def rest(self) -> None:
        for _round in range(2):
            self.qtbot.waitUntil(self.jobs.is_idle, timeout=10000)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def entries(self) -> set[str]:
        """The entries of the navigation."""
        return {button.place.key for button in self.window.findChildren(NavButton)}

    def close(self) -> None:
        self.window.close()
        self.jobs.query(lambda: self._making.__exit__(None, None, None), owner=self.notices)
        self.jobs.close()


@pytest.fixture
def office(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[Person], Office]]:
    made: list[Office] = []

    def open_for(person: Person) -> Office:
        made.append(Office(qtbot, tmp_path, person))
        return made[-1]

    yield open_for
    for one in made:
        one.close()


@pytest.mark.parametrize(("person", "chooses"), [(crew.HEAD, True), (crew.TELLER, False)])
def test_times_of_the_branch_are_chosen_by_its_head_and_read_by_the_rest(
    office: Callable[[Person], Office], person: Person, *, chooses: bool
) -> None:
    here = office(person)
    here.places.go("settings")
    here.rest()
    for name, usual in (("idle_minutes", "3"), ("reveal_seconds", "10")):
        (shown,) = here.window.findChildren(QWidget, f"settings_{name}")
        if chooses:
            assert isinstance(shown, ChoiceChips)
            assert shown.value() == (usual,)
        else:
            assert isinstance(shown, Text)
            assert shown.text() == usual


def test_the_admin_sees_no_cases_at_all(office: Callable[[Person], Office]) -> None:
    here = office(crew.ADMIN)
    assert here.entries().isdisjoint({"today", "intake", "ledger"})
    assert here.entries() >= {"knowledge", "settings"}
    for place in ("today", "ledger", "intake", "assessment", "escalation", "report", "file"):
        here.places.go(place, here.case)
        here.rest()
        assert here.places.here not in {"today", "ledger", "intake", "report", "file"}
    here.places.search()
    here.places.open_new()
    here.rest()
    assert here.places.here not in {"ledger", "intake"}
    count: list[int] = []
    here.work.read(lambda s: s.vault.ledger.count(Filter()).number, count.append, owner=here.window)
    here.rest()
    assert count == [1]


def test_the_auditor_reads_everything_masked(office: Callable[[Person], Office]) -> None:
    here = office(crew.AUDITOR)
    assert here.entries() >= {"today", "ledger", "knowledge"}
    assert "intake" not in here.entries()
    today = here.places.page("today")
    assert isinstance(today, TodayPage)
    assert not today.door.isVisible()
    assert today.whose.value() == "all"
    here.places.go("ledger")
    here.rest()
    ledger = here.places.page("ledger")
    assert isinstance(ledger, LedgerPage)
    assert ledger.save.isVisible()
    for place in ("intake", "assessment", "escalation", "report", "file"):
        here.places.go(place, here.case)
        here.rest()
        assert here.places.here == "file"
    page = here.places.page("file")
    assert isinstance(page, CaseFilePage)
    assert not page.note.isVisible()
    assert not page.report.isVisible()
    for key in ("continue", "hand_over", "withdraw", "reopen"):
        assert not page.glance.button(key).isVisible()
    values = [one for one in page.findChildren(MaskedValue) if one.isVisible()]
    assert len(values) == 2
    for value in values:
        value.setFocus()
        QTest.keyPress(value, Qt.Key.Key_Space)
        assert value.shown_text() not in {NAME, PHONE}
        QTest.keyRelease(value, Qt.Key.Key_Space)
    assert NAME not in everything_said(here)
    assert PHONE not in everything_said(here)


def test_the_handler_still_reads_it_in_full(office: Callable[[Person], Office]) -> None:
    here = office(crew.TELLER)
    here.places.go("file", here.case)
    here.rest()
    page = here.places.page("file")
    assert isinstance(page, CaseFilePage)
    assert page.glance.button("continue").isVisible()
    value = next(one for one in page.findChildren(MaskedValue) if one.isVisible())
    QTest.keyPress(value, Qt.Key.Key_Space)
    assert value.shown_text() in {NAME, PHONE}
    QTest.keyRelease(value, Qt.Key.Key_Space)
    here.rest()
    assert not page.save.isVisible()  # what leaves the vault is not a teller's to take


def everything_said(here: Office) -> str:
    """Every text, tooltip and accessible name of the window."""
    said = []
    for widget in here.window.findChildren(QWidget):
        for ask in ("text", "toolTip", "accessibleName", "accessibleDescription"):
            told = getattr(widget, ask, None)
            if callable(told):
                try:
                    said.append(str(told()))
                except TypeError:
                    continue
    return "\n".join(said)
