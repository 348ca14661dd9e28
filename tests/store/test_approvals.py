"""What takes a second person's own password, and what nobody may approve."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import get_args

import pytest

from desk import i18n
from desk.domain.events import Act, Approved, Closed, Copy, Value
from desk.domain.staff import Person
from desk.errors import KnownError, NotAllowed, TooSoon, WrongPassword
from desk.services import approvals, assessments, cases, escalations, limits, reports
from desk.services.approvals import Approval
from desk.services.session import Session
from desk.store.check import check
from desk.store.vault import person_put
from tests.store import crew
from tests.store.crew import Crew


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with crew.crew_in(tmp_path_factory.mktemp("approvals")) as made:
        yield made


@pytest.fixture
def teller(vault: Crew) -> Session:
    return vault.at_desk(crew.TELLER)


def opened(session: Session) -> str:
    return cases.open_case(session, source="S_SELF").case.id


def confirmed(session: Session, act: Act, case: str, by: Person = crew.OFFICER) -> Approval:
    return approvals.confirm(session, act, case, by.id, crew.password(by), "看过，可以")


def reason(step: Callable[[], object]) -> object:
    with pytest.raises(NotAllowed) as caught:
        step()
    return caught.value.params["reason"]


def log_of(session: Session, case: str) -> list[object]:
    return [event.payload for event in session.vault.events(case)]


def test_who_may_approve_is_never_the_actor_nor_somebody_without_the_right(vault: Crew) -> None:
    case = opened(vault.at_desk(crew.TELLER))
    asked = {
        person: {one.id for one in approvals.approvers(vault.at_desk(person), case)}
        for person in (crew.TELLER, crew.OFFICER, crew.HEAD)
    }
    assert asked[crew.TELLER] == {crew.HEAD.id, crew.OFFICER.id}
    assert asked[crew.OFFICER] == {crew.HEAD.id}
    assert asked[crew.HEAD] == {crew.OFFICER.id}


def test_whoever_has_no_password_here_is_not_offered(vault: Crew, teller: Session) -> None:
    stranger = Person("1099", "外来", "officer")
    vault.head.record(person_put(stranger))
    case = opened(teller)
    assert stranger.id not in {one.id for one in approvals.approvers(teller, case)}
    assert reason(lambda: confirmed(teller, "close_red", case, stranger)) == "no_approver"


@pytest.mark.parametrize(
    "person", [crew.TELLER, crew.SECOND, crew.LOBBY, crew.AUDITOR, crew.ADMIN, crew.LEFT]
)
def test_a_right_password_of_the_wrong_person_approves_nothing(
    teller: Session, person: Person
) -> None:
    case = opened(teller)
    assert reason(lambda: confirmed(teller, "to_enquiry", case, person)) == "no_approver"


def test_the_password_has_to_be_their_own(vault: Crew, teller: Session) -> None:
    case = opened(teller)
    for wrong in (crew.password(crew.TELLER), crew.password(crew.OFFICER), "", "x"):
        vault.moment.later(minutes=2)
        with pytest.raises(WrongPassword) as caught:
            approvals.confirm(teller, "to_enquiry", case, crew.HEAD.id, wrong, "可以")
        assert caught.value.code == "wrong_approval"
    with pytest.raises(TooSoon):
        confirmed(teller, "to_enquiry", case, crew.HEAD)
    vault.moment.later(minutes=2)
    assert confirmed(teller, "to_enquiry", case, crew.HEAD).by == crew.HEAD.id


def test_an_approval_needs_a_reason_and_holds_for_one_act_of_one_case(teller: Session) -> None:
    case, other = opened(teller), opened(teller)
    assert (
        reason(
            lambda: approvals.confirm(
                teller, "to_enquiry", case, crew.HEAD.id, crew.password(crew.HEAD), "  "
            )
        )
        == "needs_reason"
    )
    approval = confirmed(teller, "to_enquiry", case)
    assert reason(lambda: cases.to_enquiry(teller, other, approval)) == "needs_approval"
    red = confirmed(teller, "close_red", case)
    assert reason(lambda: cases.to_enquiry(teller, case, red)) == "needs_approval"
    assert teller.vault.case(case).status == "open"


def test_sixty_days_take_a_second_person_once_they_are_said_to_be_granted(
    teller: Session,
) -> None:
    case = opened(teller)
    waits = limits.extend(teller, case, "special")
    assert waits.clock is not None
    assert waits.clock.limit_days == 15
    told = teller.now() + timedelta(minutes=1)

    def extend(approval: Approval | None = None) -> object:
        return limits.extend(
            teller, case, "special", approver="superior", told_at=told, approval=approval
        )

    before = len(log_of(teller, case))
    assert reason(extend) == "needs_approval"
    assert len(log_of(teller, case)) == before
    extend(confirmed(teller, "extension", case))
    view = teller.view(case)
    assert view.clock is not None
    assert view.clock.limit_days == 60
    assert [one.act for one in view.case.approvals] == ["extension"]
    approved = log_of(teller, case)[-2]
    assert isinstance(approved, Approved)
    assert (approved.by, approved.reason) == (crew.OFFICER.id, "看过，可以")


def test_thirty_days_need_nobody_else(teller: Session) -> None:
    view = limits.extend(teller, opened(teller), "complex", approver="superior")
    assert view.clock is not None
    assert view.clock.limit_days == 30


def test_a_safety_mark_is_lowered_by_two(teller: Session) -> None:
    case = opened(teller)
    assessments.answer(teller, case, "R0", ["a"])
    assert reason(lambda: assessments.answer(teller, case, "R0", None)) == "needs_approval"
    assert reason(lambda: assessments.clear(teller, case)) == "needs_approval"
    assert reason(lambda: assessments.clear(teller, case, declined=True)) == "needs_approval"
    approval = confirmed(teller, "lower_band", case)
    after = assessments.answer(teller, case, "R0", ["e"], approval=approval)
    assert after.case.answers["R0"] == ["e"]
    assert after.case.approvals[-1].by == crew.OFFICER.id


def test_raising_a_mark_and_free_corrections_need_nobody(teller: Session) -> None:
    case = opened(teller)
    assessments.answer(teller, case, "Q4", "b")
    assessments.answer(teller, case, "Q4", "c")
    assert not assessments.clear(teller, case).case.answers
    assessments.answer(teller, case, "R0", ["e"])
    assert assessments.answer(teller, case, "R0", ["a"]).case.answers["R0"] == ["a"]


def _red_now(session: Session, case: str) -> None:
    assessments.answer(session, case, "R0", ["a"])


def _red_before(session: Session, case: str) -> None:
    assessments.answer(session, case, "R0", ["a"])
    approval = confirmed(session, "lower_band", case)
    assessments.clear(session, case, approval=approval)


def _red_list(session: Session, case: str) -> None:
    red = next(one.key for one in session.engine.pack.checklists if one.red)
    escalations.start(session, case, red)


@pytest.mark.parametrize("become_red", [_red_now, _red_before, _red_list])
def test_a_case_that_was_red_is_closed_by_two(
    teller: Session, become_red: Callable[[Session, str], None]
) -> None:
    case = opened(teller)
    become_red(teller, case)
    assert reason(lambda: cases.withdraw(teller, case)) == "needs_approval"
    after = cases.withdraw(teller, case, confirmed(teller, "close_red", case))
    assert after.case.outcome == "withdrawn"
    assert after.case.approvals[-1].act == "close_red"
    closing = log_of(teller, case)[-1]
    assert isinstance(closing, Closed)


def test_a_calm_case_is_closed_by_one(teller: Session) -> None:
    assert cases.withdraw(teller, opened(teller)).case.approvals == ()


ASSERTING: tuple[tuple[str, Value], ...] = (
    ("requests", ["refund"]),
    ("requests", ["explain", "apologise"]),
    ("amount", 200),
    ("rights", ["R1"]),
)


@pytest.mark.parametrize(("field", "value"), ASSERTING)
def test_what_asserts_rights_stays_a_complaint(teller: Session, field: str, value: Value) -> None:
    case = opened(teller)
    approval = confirmed(teller, "to_enquiry", case)
    cases.set_field(teller, case, field, value)
    assert reason(lambda: cases.to_enquiry(teller, case, approval)) == "rights_asserted"
    assert teller.vault.case(case).status == "open"


def test_what_an_authority_passed_on_stays_a_complaint(teller: Session) -> None:
    case = cases.open_case(teller, source="S_NFRA_FORMAL").case.id
    approval = confirmed(teller, "to_enquiry", case)
    assert reason(lambda: cases.to_enquiry(teller, case, approval)) == "forwarded"


def test_an_enquiry_ends_the_case_and_its_limits(vault: Crew, teller: Session) -> None:
    case = opened(teller)
    cases.set_field(teller, case, "requests", ["explain"])
    assessments.answer(teller, case, "Q1", 1)
    assert reason(lambda: cases.to_enquiry(teller, case)) == "needs_approval"
    view = cases.to_enquiry(teller, case, confirmed(teller, "to_enquiry", case))
    assert (view.case.status, view.case.outcome) == ("closed", "enquiry")
    assert not view.case.answers
    assert view.clock is not None
    assert view.clock.state == "ended"
    assert [mark.key for mark in view.marks if mark.done][-1] != "withdrawn"
    assert "enquiry" in {mark.key for mark in view.marks}
    row = teller.vault.ledger.line(case)
    assert (row.outcome, row.clock_state) == ("enquiry", "ended")
    for language in i18n.LANGUAGES:
        for copy in get_args(Copy):
            words = repr(reports.compose(teller, case, copy, language))
            assert "撤回" not in words
            assert "withdr" not in words.lower()
    reopened = cases.reopen(vault.head, case, "客户另有主张")
    assert reopened.case.outcome == ""
    assert check(teller.vault) == ()


def test_nothing_of_an_approval_but_the_reason_is_left_behind(teller: Session) -> None:
    """Passwords are in no event, no error and no representation of an approval."""
    case = opened(teller)
    approval = confirmed(teller, "to_enquiry", case)
    secret = crew.password(crew.OFFICER)
    assert secret not in repr(approval)
    with pytest.raises(KnownError) as caught:
        approvals.confirm(teller, "to_enquiry", case, crew.HEAD.id, secret, "可以")
    assert secret not in repr(caught.value)
    assert all(secret not in repr(event) for event in log_of(teller, case))
