"""Every role, every right, one's own case and another's: allowed or refused by a real service."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import get_args

import pytest

from desk.domain.ledger import Filter
from desk.domain.permissions import RIGHTS, ROLES, TABLE, Right, Role
from desk.domain.staff import Person
from desk.errors import KnownError, NotAllowed
from desk.i18n import Language
from desk.services import (
    assessments,
    case_json,
    casefile,
    cases,
    checks,
    escalations,
    ledger,
    limits,
    outlook,
    people,
    reports,
)
from desk.services.session import Session, needs
from tests.store import crew
from tests.store.crew import Crew

Use = Callable[[Session, str], object]

# What each role may do, written down here a second time on purpose: N nothing, o one's own
# cases, a any case.
EXPECTED: dict[Right, str] = {
    #                 teller lobby officer head auditor admin
    "read_cases": "aaaaaN",
    "reveal": "ooaaNN",
    "open_cases": "aaaaNN",
    "work_cases": "oaaaNN",
    "decide_cases": "ooaaNN",
    "set_aside": "NNNaNN",
    "hand_over": "oaaaNN",
    "close_cases": "ooaaNN",
    "reopen_cases": "NNaaNN",
    "write_reports": "ooaaNN",
    "export": "NNaaaN",
    "exchange": "NNaaNN",
    "approve": "NNaaNN",
    "hold": "NNaaNN",
    "forget": "NNaaNN",
    "read_audit": "NNNaaN",
    "check": "NNaaaa",
    "manage_people": "NNNaNa",
    "manage_keys": "NNNaNa",
    "back_up": "NNNaNa",
    "restore": "NNNaNa",
    "manage_packs": "NNaaNa",
    "manage_branch": "NNNaNN",
}

LIST = "E1"


def _compose(session: Session, case: str) -> object:
    language: Language = get_args(Language)[0]
    return reports.compose(session, case, "internal", language)


@dataclass(frozen=True)
class Deed:
    """A use case and the right it stands for."""

    right: Right
    use: Use


DEEDS = (
    Deed("read_cases", lambda s, _case: ledger.page(s, Filter())),
    Deed("read_cases", lambda s, _case: ledger.count(s, Filter())),
    Deed("read_cases", lambda s, _case: ledger.today(s)),
    Deed("read_cases", lambda s, _case: outlook.outlook(s)),
    Deed("read_cases", lambda s, _case: people.open_cases_of(s, crew.TELLER.id)),
    Deed("read_cases", cases.view),
    Deed("read_cases", casefile.case_file),
    Deed("reveal", lambda s, case: cases.reveal(s, case, "complainant_name")),
    Deed("reveal", case_json.plain),
    Deed("open_cases", lambda s, _case: cases.open_case(s)),
    Deed("work_cases", lambda s, case: cases.set_field(s, case, "narrative", "排队")),
    Deed("work_cases", lambda s, case: cases.add_note(s, case, "已联系")),
    Deed("work_cases", lambda s, case: cases.enter_step(s, case, 2)),
    Deed("work_cases", lambda s, case: cases.remove_item(s, case, "points", "1")),
    Deed("work_cases", lambda s, case: assessments.answer(s, case, "Q1", 1)),
    Deed("work_cases", assessments.clear),
    Deed("work_cases", lambda s, case: escalations.start(s, case, LIST)),
    Deed("decide_cases", lambda s, case: cases.set_field(s, case, "finding", "已核实")),
    Deed("decide_cases", lambda s, case: cases.set_field(s, case, "decision", "退还")),
    Deed("decide_cases", lambda s, case: limits.extend(s, case, "complex")),
    Deed("hand_over", lambda s, case: cases.hand_over(s, case, crew.OFFICER.id)),
    Deed("close_cases", cases.withdraw),
    Deed("close_cases", cases.close),
    Deed("close_cases", cases.to_enquiry),
    Deed("reopen_cases", lambda s, case: cases.reopen(s, case, "新材料")),
    Deed("write_reports", _compose),
    Deed("check", lambda s, _case: checks.check(s)),
    Deed("manage_people", lambda s, _case: people.require_no_open_cases(s, crew.LEFT.id)),
)


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with crew.crew_in(tmp_path_factory.mktemp("rights")) as made:
        yield made


def test_the_table_says_what_was_agreed() -> None:
    letters = {None: "N", "own": "o", "any": "a"}
    found = {right: "".join(letters[TABLE[role].get(right)] for role in ROLES) for right in RIGHTS}
    assert found == EXPECTED


def refusal(use: Use, session: Session, case: str) -> object:
    """Why a right was refused; None when it was not, whatever else the case refuses."""
    try:
        use(session, case)
    except NotAllowed as error:
        return error.params["reason"] if "right" in error.params else None
    except KnownError:
        return None
    return None


@pytest.mark.parametrize("own", [True, False], ids=["own", "other"])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("deed", DEEDS, ids=[f"{n}-{deed.right}" for n, deed in enumerate(DEEDS)])
def test_a_service_asks_for_its_right(vault: Crew, deed: Deed, role: Role, *, own: bool) -> None:
    person = crew.OF_ROLE[role]
    case = _case_of(vault, person if own else crew.SECOND)
    letter = EXPECTED[deed.right][ROLES.index(role)]
    about_a_case = refusal(deed.use, vault.at_desk(crew.LEFT), case) == "role"
    assert about_a_case, "who left has no right"
    wanted = {"N": "role", "a": None, "o": None if own else "not_yours"}[letter]
    if wanted == "not_yours" and deed.right == "open_cases":
        wanted = None
    assert refusal(deed.use, vault.at_desk(person), case) == wanted


def _case_of(vault: Crew, person: Person) -> str:
    """A case somebody took in; one of an auditor or admin, who take none in, came by sync."""
    opener = person if person.role in {"teller", "lobby", "officer", "head"} else crew.HEAD
    return cases.open_case(vault.at_desk(opener)).case.id


@pytest.mark.parametrize("own", [True, False], ids=["own", "other"])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("right", RIGHTS)
def test_every_right_holds_for_whoever_asks(
    vault: Crew, right: Right, role: Role, *, own: bool
) -> None:
    """Rights whose use cases are tested elsewhere, and all others, through the guard itself."""

    @needs(right)
    def deed(session: Session, case: str) -> str:
        return case

    person = crew.OF_ROLE[role]
    case = _case_of(vault, person if own else crew.SECOND)
    letter = EXPECTED[right][ROLES.index(role)]
    wanted = {"N": "role", "a": None, "o": None if own else "not_yours"}[letter]
    assert refusal(deed, vault.at_desk(person), case) == wanted
    assert vault.at_desk(person).may(right, case) == (wanted is None)


def test_the_first_receiver_keeps_their_case(vault: Crew) -> None:
    case = _case_of(vault, crew.TELLER)
    cases.hand_over(vault.at_desk(crew.TELLER), case, crew.SECOND.id)
    for person in (crew.TELLER, crew.SECOND):
        assert vault.at_desk(person).may("work_cases", case)
    assert cases.add_note(vault.at_desk(crew.SECOND), case, "接手").case.handler == crew.SECOND.id


def test_a_right_is_asked_before_anything_is_read(vault: Crew) -> None:
    with pytest.raises(NotAllowed) as caught:
        cases.view(vault.at_desk(crew.ADMIN), "no such case")
    assert caught.value.params["reason"] == "role"


def test_a_role_this_version_does_not_know_may_nothing(vault: Crew) -> None:
    stranger = Person("9999", "谁", "inspector")
    assert not any(vault.at_desk(stranger).may(right) for right in RIGHTS)
