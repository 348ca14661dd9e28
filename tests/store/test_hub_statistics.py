"""Facts and figures of head office on both stores: they follow the log, however it comes."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from desk.domain.events import (
    CaseOpened,
    Closed,
    FieldSet,
    Forgotten,
    Payload,
    Reopened,
)
from desk.domain.head_office import CaseFacts, is_again
from desk.domain.hub_figures import Axis, Question
from desk.errors import BadInput, NotAllowed
from desk.services import hub_statistics
from desk.services.hub_office import Office as AtWork
from desk.services.session import Session
from desk.store.hub import facts
from desk.store.hub.base import Store
from desk.store.hub.reading import CaseRead
from desk.store.hub.tables import CASES, CUSTOMERS, FIGURES, TOUCHED
from tests.store.desks import Desk
from tests.store.offices import Counter, Office

PHONES = ("13800002207", "+86 138-0000-2207", "13911112222", "")
CAUSES = ("C_RULES", "C_PRICING", "")


def _complaint(
    number: str,
    received: str = "2026-09-01T10:00",
    *,
    cause: str = "C_RULES",
    phone: str = "",
    told: str = "",
) -> tuple[Payload, ...]:
    found: list[Payload] = [
        CaseOpened(number=number, received_at=received, first_receiver="0417"),
        FieldSet(field="complainant_name", value="张桂芳", personal=True),
        FieldSet(field="business", value="B_CARD"),
    ]
    if cause:
        found.append(FieldSet(field="cause", value=cause))
    if phone:
        found.append(FieldSet(field="complainant_phone", value=phone, personal=True))
    if told:
        found.append(FieldSet(field="told_at", value=told))
        found.append(FieldSet(field="told_how", value="phone"))
        found.append(Closed(outcome="told", at=told))
    return tuple(found)


def _counted(office: Office, *by: Axis) -> dict[tuple[str, ...], int]:
    answer = hub_statistics.ask(office.session, Question(by))
    return {line.keys: line.count for line in answer.lines}


def _rows(office: Office) -> list[CaseFacts]:
    with AtWork(office.session) as at_work, at_work.store.reading() as connection:
        return [facts.told(row) for row in connection.execute(select(CASES))]


@pytest.fixture
def here(office: Office, one: Counter, two: Counter) -> Office:
    """Head office with a branch of two computers, both approved."""
    office.enrol("CD")
    office.welcome(one)
    office.welcome(two)
    return office


def test_figures_follow_what_comes(here: Office, one: Counter, two: Counter) -> None:
    one.does("c1", *_complaint("n1", told="2026-09-10T10:00"))
    here.take(*one.export(here))
    assert _counted(here, "cause") == {("C_RULES",): 1}
    two.does("c2", *_complaint("n2", cause="C_PRICING", told="2026-09-30T10:00"))
    one.does("c1", FieldSet(field="cause", value="C_PRICING"))
    here.take(*one.export(here))
    here.take(*two.export(here))
    assert _counted(here, "cause", "month") == {("C_PRICING", "2026-09"): 2}
    line = hub_statistics.ask(here.session, Question()).total
    assert (line.kept, line.timed, line.median, line.percentile(90)) == (1, 2, 9, 29)


def test_a_complaint_that_moves_to_another_month_leaves_nothing_behind(
    here: Office, one: Counter
) -> None:
    one.does("c1", *_complaint("n1"))
    here.take(*one.export(here))
    assert _counted(here, "month") == {("2026-09",): 1}
    one.does("c1", FieldSet(field="arrived_at", value="2026-08-30T10:00"))
    here.take(*one.export(here))
    assert _counted(here, "month") == {("2026-08",): 1}
    with AtWork(here.session) as at_work, at_work.store.reading() as connection:
        assert connection.execute(select(FIGURES.c.month)).scalars().all() == ["2026-08"]


def test_the_same_customer_is_known_again_until_forgotten(
    here: Office, one: Counter, two: Counter
) -> None:
    one.does("c2", *_complaint("n2", "2026-09-20T10:00", phone=PHONES[0]))
    here.take(*one.export(here))
    assert hub_statistics.ask(here.session, Question()).total.repeats == 0
    # The earlier complaint comes later, from another computer.
    two.does("c1", *_complaint("n1", "2026-09-01T10:00", phone=PHONES[1]))
    here.take(*two.export(here))
    assert hub_statistics.ask(here.session, Question()).total.repeats == 1
    assert [row.case_id for row in _rows(here) if row.repeat] == ["c2"]
    two.does("c1", Forgotten(by="0417", why="asked", at="2026-10-01T10:00"))
    here.take(*two.export(here))
    assert hub_statistics.ask(here.session, Question()).total.repeats == 0
    with AtWork(here.session) as at_work, at_work.store.reading() as connection:
        assert connection.execute(select(CUSTOMERS.c.case_id)).scalars().all() == ["c2"]


def test_nothing_personal_is_in_the_facts(here: Office, one: Counter) -> None:
    one.does("c1", *_complaint("n1", phone=PHONES[0]))
    here.take(*one.export(here))
    hub_statistics.follow(here.session)
    with AtWork(here.session) as at_work, at_work.store.reading() as connection:
        rows = [
            repr(tuple(row))
            for table in (CASES, CUSTOMERS, FIGURES)
            for row in connection.execute(select(table))
        ]
    assert rows
    assert not [row for row in rows if "13800002207" in row or "张桂芳" in row]


def test_the_cases_behind_a_figure_are_those_it_counts(here: Office, one: Counter) -> None:
    one.does("c1", *_complaint("n1"))
    one.does("c2", *_complaint("n2", cause=""))
    one.does("c3", *_complaint("n3"), Closed(outcome="enquiry", at="2026-09-02T10:00"))
    here.take(*one.export(here))
    asked = Question(("region", "cause"), "2026-09", "2026-09")
    answer = hub_statistics.ask(here.session, asked)
    for line in answer.lines:
        found = hub_statistics.behind(here.session, asked, line.keys)
        assert len(found) == line.count
    assert {line.keys: line.enquiries for line in answer.lines} == {
        ("CD", "C_RULES"): 1,
        ("CD", ""): 0,
    }
    assert hub_statistics.behind(here.session, asked, ("CD", ""))[0].number == "n2"
    assert len(hub_statistics.behind(here.session, Question(), (), most=1)) == 1
    with pytest.raises(BadInput):
        hub_statistics.behind(here.session, Question(("cause",)), ("*",))


def test_a_branch_is_asked_about_with_all_below_it(here: Office, one: Counter) -> None:
    here.enrol("EAST")
    here.enrol("CD", parent="EAST")
    one.does("c1", *_complaint("n1"))
    here.take(*one.export(here))
    session = here.session
    by_region = Question(("region",))
    assert [line.keys for line in hub_statistics.ask(session, by_region).lines] == [("EAST",)]
    east = Question(("region", "branch"), under="EAST")
    assert [line.keys for line in hub_statistics.ask(session, east).lines] == [("CD", "CD")]
    here.enrol("WEST")
    assert hub_statistics.ask(session, Question(under="WEST")).total.count == 0
    with pytest.raises(BadInput):
        hub_statistics.ask(session, Question(under="NORTH"))


def test_what_rose_is_told_against_the_months_before(here: Office, one: Counter) -> None:
    for n in range(5):
        one.does(f"c{n}", *_complaint(f"n{n}", f"2026-09-0{n + 1}T10:00", cause="C_PRICING"))
    one.does("before", *_complaint("n9", "2026-08-01T10:00", cause="C_PRICING"))
    here.take(*one.export(here))
    asked = Question((), "2026-09", "2026-09")
    (found,) = hub_statistics.rising(here.session, asked)
    assert (found.key, found.now, found.before) == ("C_PRICING", 5, 1)
    assert hub_statistics.rising(here.session, asked, least=6) == ()


def test_a_silent_branch_is_told(here: Office, one: Counter) -> None:
    here.enrol("WEST")
    found = hub_statistics.absent(here.session)
    assert [(each.branch, each.silent) for each in found] == [("WEST", None)]
    (lost,) = [each for each in hub_statistics.absent(here.session, days=-1) if each.branch == "CD"]
    assert lost.is_silent


def test_facts_made_anew_are_the_same(here: Office, one: Counter) -> None:
    one.does("c1", *_complaint("n1", phone=PHONES[0], told="2026-09-10T10:00"))
    one.does("c2", *_complaint("n2", "2026-10-01T10:00", phone=PHONES[1]), Reopened(reason=""))
    here.take(*one.export(here))
    hub_statistics.follow(here.session)
    before, counted = _rows(here), _counted(here, "branch", "month", "cause")
    assert hub_statistics.renew(here.session) == 2
    assert sorted(_rows(here), key=repr) == sorted(before, key=repr)
    assert _counted(here, "branch", "month", "cause") == counted


def test_a_batch_that_fails_is_made_again(
    here: Office, one: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "_NEXT", facts._NEXT.limit(1))
    for n in range(3):
        one.does(f"c{n}", *_complaint(f"n{n}"))
    here.take(*one.export(here))
    making: Callable[[Session], facts.Make] = hub_statistics._making

    def failing(read: CaseRead) -> CaseFacts | None:
        if read.case_id == "c1":
            raise OSError("pulled")
        return making(here.session)(read)

    with AtWork(here.session) as at_work:
        with pytest.raises(OSError, match="pulled"):
            facts.follow(at_work.store, failing)
        assert _left(at_work.store) == ["c1", "c2"]
    assert _counted(here) == {(): 3}


def _left(store: Store) -> Sequence[str]:
    with store.reading() as connection:
        return sorted(connection.execute(select(TOUCHED.c.case_id)).scalars())


def test_only_who_may_read_cases_asks(here: Office) -> None:
    technician = dataclasses.replace(here.session.actor, role="admin")
    session = dataclasses.replace(here.session, actor=technician)
    with pytest.raises(NotAllowed):
        hub_statistics.ask(session, Question())


COMPLAINTS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.dates(date(2025, 6, 1), date(2026, 10, 31)),
        st.sampled_from(CAUSES),
        st.sampled_from(PHONES),
        st.booleans(),
    ),
    max_size=8,
)


@pytest.fixture
def store_of(office: Office) -> Office:
    office.enrol("CD")
    return office


def _received(row: CaseFacts) -> tuple[str, str, str]:
    return row.received, row.branch, row.case_id


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batches=st.lists(COMPLAINTS, min_size=1, max_size=3))
def test_figures_are_a_plain_count_over_the_folded_cases(
    here: Office, one: Counter, batches: list[list[tuple[int, date, str, str, bool]]]
) -> None:
    """Whatever comes in how many files: facts of the last state, counted, and repeats as told."""
    for batch in batches:
        for case, on, cause, phone, told in batch:
            received, answer = f"{on}T10:00", f"{on}T18:00" if told else ""
            name = f"p{case}"
            payloads = _complaint(name, received, cause=cause, phone=phone, told=answer)
            one.does(name, *payloads)
        here.take(*one.export(here))
        hub_statistics.follow(here.session)
    rows = _rows(here)
    plain: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = (row.cause, row.month)
        plain[key] = plain.get(key, 0) + 1
    assert _counted(here, "cause", "month") == plain
    assert {row.case_id for row in rows if row.repeat} == _again(one.desk, rows)


def _again(desk: Desk, rows: Sequence[CaseFacts]) -> set[str]:
    """Which of these are repeated complaints, from what the branch itself knows."""
    phones = {row.case_id: desk.vault.case(row.case_id).text("complainant_phone") for row in rows}
    same = {PHONES[0]: "a", PHONES[1]: "a", PHONES[2]: "b", "": ""}
    found: set[str] = set()
    for row in rows:
        earlier = [
            other
            for other in rows
            if same[phones[row.case_id]]
            and same[phones[other.case_id]] == same[phones[row.case_id]]
            and _received(other) < _received(row)
            and is_again(other.received, row.received)
        ]
        if earlier:
            found.add(row.case_id)
    return found
