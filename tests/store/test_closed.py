"""What a closed case still takes, and what it refuses until it is taken up again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desk.domain.engine import CaseView, Engine
from desk.domain.staff import Branch, Person
from desk.errors import NotAllowed
from desk.packs import loader
from desk.services import assessments, cases, escalations, limits
from desk.services.moment import Moment
from desk.services.session import Session
from desk.store.stretching import Argon
from desk.store.vault import Vault

HEAD = Person("1001", "李敏", "head")
BRANCH = Branch(code="CD", name="城东支行", bank="云溪银行")
LIST = "E1"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine, moment = Engine(loader.load()), Moment()
    vault = Vault.create(
        tmp_path / "closed.vault",
        "three trees at the gate",
        person=HEAD,
        branch=BRANCH,
        device="二号窗",
        projector=engine.project,
        wall_ms=moment.wall_ms(),
        argon=Argon(m=8, t=1, p=1),
    )
    yield Session(vault, engine, moment, HEAD, BRANCH)
    vault.close()


@pytest.fixture
def closed(session: Session) -> str:
    """A withdrawn case whose checklist had begun."""
    case = cases.open_case(session).case.id
    escalations.start(session, case, LIST)
    cases.withdraw(session, case)
    return case


def first_item(session: Session) -> str:
    checklist = session.engine.pack.checklist(LIST)
    assert checklist is not None
    return checklist.items[0].key


def reason(step: Callable[[], CaseView]) -> object:
    with pytest.raises(NotAllowed) as caught:
        step()
    return caught.value.params["reason"]


def test_nothing_of_a_closed_case_changes(session: Session, closed: str) -> None:
    item = first_item(session)
    steps: list[Callable[[], CaseView]] = [
        lambda: escalations.start(session, closed, "E2"),
        lambda: escalations.mark_done(session, closed, LIST, item),
        lambda: escalations.set_aside(session, closed, LIST, item, "没有发生"),
        lambda: escalations.reopen(session, closed, LIST, item, "误勾"),
        lambda: assessments.answer(session, closed, "Q1", 1),
        lambda: limits.new_facts(session, closed),
        lambda: cases.set_field(session, closed, "finding", "改"),
        lambda: cases.withdraw(session, closed),
    ]
    before = len(session.vault.events(closed))
    assert [reason(step) for step in steps] == ["case_closed"] * len(steps)
    assert len(session.vault.events(closed)) == before


def test_the_follow_up_comes_after_closing(session: Session, closed: str) -> None:
    view = cases.set_field(session, closed, "follow_up_result", "客户说已经收到")
    assert view.case.text("follow_up_result") == "客户说已经收到"
    assert view.case.status == "closed"


def test_taken_up_again_the_checklist_goes_on(session: Session, closed: str) -> None:
    cases.reopen(session, closed, "客户带来新材料")
    view = escalations.mark_done(session, closed, LIST, first_item(session))
    assert next(found.settled for found in view.lists if found.checklist.key == LIST) == 1


def test_items_of_a_checklist_that_has_not_begun_wait(session: Session) -> None:
    case = cases.open_case(session).case.id
    item = first_item(session)
    assert reason(lambda: escalations.mark_done(session, case, LIST, item)) == "list_not_started"
    assert (
        reason(lambda: escalations.set_aside(session, case, LIST, item, "x")) == "list_not_started"
    )
