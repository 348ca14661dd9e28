"""Whoever a matter concerns does not handle it; and a case always has somebody responsible."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.case import Case
from desk.domain.events import HandedOver, InterestStated
from desk.domain.permissions import NO_INTEREST, concerned
from desk.domain.staff import Person
from desk.errors import BadInput, KnownError, NotAllowed
from desk.services import approvals, casefile, cases, limits, people
from desk.services.session import Session
from tests.store import crew
from tests.store.crew import Crew


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with crew.crew_in(tmp_path_factory.mktemp("interest")) as made:
        yield made


@pytest.fixture
def teller(vault: Crew) -> Session:
    return vault.at_desk(crew.TELLER)


@pytest.fixture
def case(teller: Session) -> str:
    return cases.open_case(teller, source="S_SELF").case.id


def reason(step: Callable[[], object]) -> object:
    with pytest.raises((NotAllowed, BadInput)) as caught:
        step()
    return caught.value.params["reason"]


def lacks(session: Session, case: str) -> set[str]:
    return {lack.field for lack in session.view(case).missing}


def test_the_handler_is_asked_before_the_decision(teller: Session, case: str) -> None:
    lack = next(one for one in teller.view(case).missing if one.field == NO_INTEREST)
    assert lack.step == 3
    cases.set_field(teller, case, NO_INTEREST, True)
    assert NO_INTEREST not in lacks(teller, case)
    assert teller.vault.case(case).interests == {crew.TELLER.id: False}


@pytest.mark.parametrize("in_the_form", [True, False])
def test_whoever_has_an_interest_decides_nothing(
    vault: Crew, teller: Session, case: str, *, in_the_form: bool
) -> None:
    if in_the_form:
        view = cases.set_field(teller, case, NO_INTEREST, False)
    else:
        view = cases.state_interest(teller, case, crew.TELLER.id, interested=True)
    assert view.case.value(NO_INTEREST) is False
    assert view.case.interests[crew.TELLER.id]
    item = _item(vault, case)
    refused: list[Callable[[], object]] = [
        lambda: cases.set_field(teller, case, "finding", "无责"),
        lambda: cases.set_field(teller, case, "decision", "不予支持"),
        lambda: cases.set_field(teller, case, "told_how", "phone"),
        lambda: cases.remove_item(teller, case, "options", item),
        lambda: cases.close(teller, case),
        lambda: cases.withdraw(teller, case),
        lambda: cases.to_enquiry(teller, case),
        lambda: limits.extend(teller, case, "complex"),
    ]
    before = len(teller.vault.events(case))
    assert [reason(step) for step in refused] == ["concerned"] * len(refused)
    assert len(teller.vault.events(case)) == before
    # what the customer tells is taken down all the same, and the case goes to a colleague
    cases.set_field(teller, case, "narrative", "排队")
    cases.hand_over(teller, case, crew.SECOND.id)
    second = vault.at_desk(crew.SECOND)
    assert NO_INTEREST in lacks(second, case)
    assert cases.set_field(second, case, "finding", "已核实").case.text("finding") == "已核实"


def _item(vault: Crew, case: str) -> str:
    item = cases.new_item(vault.head)
    cases.set_field(vault.head, case, f"options/{item}/what", "退还")
    return item


def test_whoever_has_an_interest_neither_takes_over_nor_approves(
    vault: Crew, teller: Session, case: str
) -> None:
    officer = vault.at_desk(crew.OFFICER)
    cases.state_interest(officer, case, crew.OFFICER.id, interested=True)
    assert {one.id for one in approvals.approvers(teller, case)} == {crew.HEAD.id}
    secret = crew.password(crew.OFFICER)
    assert (
        reason(
            lambda: approvals.confirm(teller, "to_enquiry", case, crew.OFFICER.id, secret, "可以")
        )
        == "no_approver"
    )
    assert reason(lambda: cases.hand_over(teller, case, crew.OFFICER.id)) == "taker_concerned"
    taken_back = cases.state_interest(officer, case, crew.OFFICER.id, interested=False)
    assert not concerned(crew.OFFICER, taken_back.case)
    assert cases.hand_over(teller, case, crew.OFFICER.id).case.handler == crew.OFFICER.id


def test_nobody_takes_back_what_another_said(vault: Crew, teller: Session, case: str) -> None:
    cases.state_interest(teller, case, crew.TELLER.id, interested=True)
    head = vault.head
    take_back: list[Callable[[], object]] = [
        lambda: cases.state_interest(head, case, crew.TELLER.id, interested=False),
        lambda: cases.set_field(head, case, NO_INTEREST, True),
    ]
    assert [reason(step) for step in take_back] == ["own_word"] * 2
    assert teller.vault.case(case).interests[crew.TELLER.id]


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("1023", True),
        ("工号1023", True),
        ("陈晨", True),
        ("柜员陈晨（1023）", True),
        ("10230", False),
        ("许诺", False),
        ("", False),
    ],
)
def test_a_complaint_about_somebody_concerns_them(
    teller: Session, case: str, named: str, *, expected: bool
) -> None:
    cases.set_field(teller, case, "respondent_name", named)
    cases.set_field(teller, case, "respondent", "branch")
    assert not concerned(crew.TELLER, teller.vault.case(case))
    cases.set_field(teller, case, "respondent", "staff")
    assert concerned(crew.TELLER, teller.vault.case(case)) == expected

    def find() -> None:
        cases.set_field(teller, case, "finding", "无责")

    if expected:
        assert reason(find) == "concerned"
    else:
        find()


def test_a_namesake_may_say_so_but_a_staff_number_is_no_mistake(teller: Session, case: str) -> None:
    cases.set_field(teller, case, "respondent", "staff")
    cases.set_field(teller, case, "respondent_name", "陈晨")
    cases.set_field(teller, case, NO_INTEREST, True)
    assert not concerned(crew.TELLER, teller.vault.case(case))
    cases.set_field(teller, case, "respondent_name", "1023")
    assert concerned(crew.TELLER, teller.vault.case(case))


def test_the_taker_may_answer_while_taking_over(vault: Crew, teller: Session, case: str) -> None:
    cases.set_field(teller, case, NO_INTEREST, True)
    view = cases.hand_over(teller, case, crew.SECOND.id, "客户在等", interested=False)
    assert view.case.value(NO_INTEREST) is True
    assert view.case.interests == {crew.TELLER.id: False, crew.SECOND.id: False}
    again = cases.hand_over(vault.at_desk(crew.SECOND), case, crew.TELLER.id)
    assert again.case.value(NO_INTEREST) is True, "said already, not asked twice"
    before = len(teller.vault.events(case))
    refused = reason(lambda: cases.hand_over(teller, case, crew.SECOND.id, interested=True))
    assert refused == "taker_concerned"
    assert len(teller.vault.events(case)) == before


def test_a_hand_over_names_both_and_the_time(vault: Crew, teller: Session, case: str) -> None:
    vault.moment.later(minutes=7)
    cases.hand_over(teller, case, crew.SECOND.id, "客户在等电话")
    told = [e.payload for e in teller.vault.events(case) if isinstance(e.payload, HandedOver)]
    assert [(one.giver, one.taker) for one in told] == [(crew.TELLER.id, crew.SECOND.id)]
    passing = casefile.case_file(teller, case).passings[-1]
    assert (passing.giver, passing.taker) == (crew.TELLER.name, crew.SECOND.name)
    assert passing.at == vault.moment.now()
    first = teller.vault.case(case)
    assert first.first_receiver == crew.TELLER.id


@pytest.mark.parametrize(
    ("taker", "expected"),
    [
        (crew.LEFT, "person_unknown"),
        (Person("4444", "无", "teller"), "person_unknown"),
        (crew.AUDITOR, "taker_role"),
        (crew.ADMIN, "taker_role"),
    ],
)
def test_who_takes_over_works_here_and_handles_cases(
    teller: Session, case: str, taker: Person, expected: str
) -> None:
    assert reason(lambda: cases.hand_over(teller, case, taker.id)) == expected
    assert teller.vault.case(case).handler == crew.TELLER.id


def test_open_cases_pass_on_before_somebody_leaves(vault: Crew) -> None:
    second = vault.at_desk(crew.SECOND)
    mine = [cases.open_case(second, source="S_SELF").case.id for _n in range(3)]
    cases.withdraw(second, mine[0])
    found = {row.case for row in people.open_cases_of(vault.head, crew.SECOND.id)}
    assert found.issuperset(mine[1:])
    assert mine[0] not in found
    with pytest.raises(NotAllowed) as caught:
        people.require_no_open_cases(vault.at_desk(crew.ADMIN), crew.SECOND.id)
    assert caught.value.params["count"] == len(found)
    for case in found:
        cases.hand_over(vault.head, case, crew.OFFICER.id)
    assert people.open_cases_of(vault.head, crew.SECOND.id) == ()
    people.require_no_open_cases(vault.at_desk(crew.ADMIN), crew.SECOND.id)


def test_more_open_cases_than_one_page(vault: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "_PAGE", 2)
    lobby = vault.at_desk(crew.LOBBY)
    made = {cases.open_case(lobby).case.id for _n in range(5)}
    found = [row.case for row in people.open_cases_of(vault.head, crew.LOBBY.id)]
    assert made.issubset(found)
    assert len(set(found)) == len(found)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["hand_over", "told", "interest", "withdraw", "reopen", "note"]),
        st.sampled_from(crew.PEOPLE),
        st.sampled_from(crew.PEOPLE),
        st.booleans(),
    ),
    max_size=14,
)


@given(STEPS)
def test_a_case_is_never_without_somebody_who_may_handle_it(
    vault: Crew, steps: list[tuple[str, Person, Person, bool]]
) -> None:
    """Whatever people try: somebody who works here, handles cases and is not barred from it."""
    case = cases.open_case(vault.at_desk(crew.TELLER), source="S_SELF").case.id
    working = {person.id: person for person in crew.PEOPLE if person.active}
    for step, actor, other, flag in steps:
        session = vault.at_desk(actor)
        before = session.vault.case(case)
        try:
            _try(session, case, step, other, flag=flag)
        except KnownError:
            assert session.vault.case(case) == before, "what was refused changed nothing"
        after = session.vault.case(case)
        assert after.first_receiver == crew.TELLER.id
        _has_a_handler(before, after, working)


def _try(session: Session, case: str, step: str, other: Person, *, flag: bool) -> None:
    match step:
        case "hand_over":
            cases.hand_over(session, case, other.id)
        case "told":
            cases.hand_over(session, case, other.id, interested=flag)
        case "interest":
            cases.state_interest(session, case, other.id, interested=flag)
        case "withdraw":
            cases.withdraw(session, case)
        case "reopen":
            cases.reopen(session, case, "新材料")
        case _:
            cases.add_note(session, case, "记录")


def _has_a_handler(before: Case, after: Case, working: dict[str, Person]) -> None:
    handler = working[after.handler]
    assert handler.role not in {"auditor", "admin"}
    if after.handler != before.handler:
        assert not concerned(handler, after)
        passed = after.handovers[-1]
        assert (passed.giver, passed.taker) == (before.handler, after.handler)
        assert passed.stamp.wall_ms > 0


def test_a_statement_is_an_event_of_its_own(teller: Session, case: str) -> None:
    cases.state_interest(teller, case, crew.TELLER.id, interested=False)
    stated = [e.payload for e in teller.vault.events(case) if isinstance(e.payload, InterestStated)]
    assert stated == [InterestStated(person=crew.TELLER.id, interested=False)]
