"""What other complaints say of a case: asked for when it is opened, and no oftener than needed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk.domain.engine import Engine
from desk.domain.staff import Branch, Person
from desk.packs import loader
from desk.services import cases, escalations
from desk.services.moment import Moment
from desk.services.session import Session
from desk.store.stretching import Argon
from desk.store.vault import Vault

PHONE = "138 0013 8000"


@dataclass(frozen=True, slots=True)
class Days(Moment):
    """A clock that is put forward by hand."""

    gone: list[int]

    def now(self) -> datetime:
        return datetime.fromisoformat("2026-11-21T10:26") + timedelta(days=sum(self.gone))

    def wall_ms(self) -> int:
        return int(self.now().timestamp() * 1000)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(loader.load())


@pytest.fixture
def moment() -> Days:
    return Days([])


@pytest.fixture
def session(engine: Engine, moment: Days, tmp_path: Path) -> Iterator[Session]:
    person, branch = Person("0417", "王", "teller"), Branch("TS", "城东支行")
    vault = Vault.create(
        tmp_path / "branch.vault",
        "诉解台 pass",
        person=person,
        device="PC02",
        branch=branch,
        projector=engine.project,
        wall_ms=moment.wall_ms(),
        argon=Argon(m=64, t=1, p=1),
    )
    with vault:
        yield Session(vault, engine, moment, person, branch)


@pytest.fixture
def told(session: Session) -> Callable[..., str]:
    """Opens a case with these fields, known to search when it returns."""

    def opened(**fields: str) -> str:
        case = cases.open_case(session).case.id
        for field, value in fields.items():
            cases.set_field(session, case, field, value)
        session.rest()
        return case

    return opened


def test_the_fourth_person_under_one_number_calls_for_the_checklist_of_agents(
    session: Session, told: Callable[..., str]
) -> None:
    for name in ("李明", "赵敏", "周正"):
        told(complainant_name=name, complainant_phone=PHONE)
    told(complainant_name="吴霞", narrative=f"电话 {PHONE}")
    case = told(complainant_name="王岚", complainant_phone="+8613800138000")
    view = cases.view(session, case)
    assert view.facts["same_contact"] == 3
    (called,) = (found for found in view.lists if found.checklist.key == "E9")
    assert [trigger.key for trigger in called.triggers] == ["E9.contact"]
    escalations.start(session, case, "E9")
    assert session.vault.case(case).checklists["E9"].triggers == ("E9.contact",)


def test_the_same_person_and_old_complaints_do_not_count(
    session: Session, moment: Days, told: Callable[..., str]
) -> None:
    told(complainant_name="李明", complainant_phone=PHONE)
    moment.gone.append(91)
    told(complainant_name="王岚", complainant_phone=PHONE)
    case = told(complainant_name="王岚", complainant_phone=PHONE)
    assert cases.view(session, case).facts["same_contact"] == 0


def test_a_case_without_number_and_scenario_says_nothing_of_others(
    session: Session, told: Callable[..., str]
) -> None:
    facts = cases.view(session, told()).facts
    assert "same_contact" not in facts
    assert "similar_recent" not in facts


def test_similar_cases_are_those_of_the_last_week(
    session: Session, moment: Days, told: Callable[..., str]
) -> None:
    told(scenario="fees")
    moment.gone.append(8)
    told(scenario="fees")
    told(scenario="wealth_redemption")
    case = told(scenario="fees")
    assert cases.view(session, case).facts["similar_recent"] == 1


def test_others_are_asked_for_on_opening_and_when_the_number_changes_only(
    session: Session, told: Callable[..., str]
) -> None:
    case = told(complainant_name="王岚", complainant_phone=PHONE)
    assert cases.view(session, case).facts["same_contact"] == 0
    told(complainant_name="李明", complainant_phone=PHONE)
    assert cases.set_field(session, case, "product", "理财").facts["same_contact"] == 0
    assert cases.set_field(session, case, "agent_phone", PHONE).facts["same_contact"] == 0
    other = cases.set_field(session, case, "agent_phone", "139 0013 9000")
    assert other.facts["same_contact"] == 1
    told(complainant_name="赵敏", complainant_phone=PHONE)
    assert cases.view(session, case).facts["same_contact"] == 2
