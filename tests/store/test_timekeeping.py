"""A clock set back, or far ahead: nothing is lost, the order stays, and dates stay sane."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from desk.domain.engine import Engine
from desk.domain.events import ClockStepped, Payload
from desk.domain.staff import Branch, Person
from desk.domain.timekeeping import LEAP_MS, STEP_MS, judged
from desk.errors import NotAllowed
from desk.i18n import use
from desk.packs import loader
from desk.services import alarms, cases, checks, vaults
from desk.services.history import history
from desk.services.moment import Moment
from desk.services.session import Session
from desk.services.timekeeping import KeptMoment
from desk.store import stretching
from desk.store.session import reading
from desk.store.stretching import Argon

PASSWORD = "一句很长的悄悄话 9"
HEAD = Person("0417", "王负责", "head")
BRANCH = Branch("TS", "城东支行", "示例银行")
ENGINE = Engine(loader.load())
BEGUN = datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001 - the branch's wall clock
Y1980 = datetime(1980, 1, 1, 8, 0)  # noqa: DTZ001


@dataclass
class Hands:
    """What the computer's clock says, and its steady one."""

    said: datetime = BEGUN
    steady: float = 0.0


@dataclass(frozen=True, slots=True)
class Hand(Moment):
    """A clock that the test sets."""

    at: Hands

    @override
    def now(self) -> datetime:
        return self.at.said

    @override
    def wall_ms(self) -> int:
        return int(self.at.said.timestamp() * 1000)

    @override
    def passed(self) -> float:
        return self.at.steady

    def go_on(self, **lapse: float) -> None:
        step = timedelta(**lapse)
        self.at.said += step
        self.at.steady += step.total_seconds()


@dataclass
class Room:
    """A vault that is opened again and again under a clock of the test's own."""

    path: Path
    hand: Hand

    def begin(self) -> Session:
        return vaults.create(
            self.path, BRANCH, "PC02", HEAD, PASSWORD, moment=self.hand, engine=ENGINE
        )

    def enter(self, session: Session) -> Session:
        vaults.close(session)
        self.hand.at.steady = 5.0  # as after the machine was started anew
        return vaults.unlock(self.path, PASSWORD, HEAD.id, moment=self.hand, engine=ENGINE)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretching, "calibrated", lambda *_a, **_k: Argon(m=64, t=1, p=1))
    use("en")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path / "branch.vault", Hand(Hands()))


@pytest.fixture
def session(room: Room) -> Iterator[Session]:
    made = room.begin()
    yield made
    made.vault.close()


def steps(session: Session) -> list[Payload]:
    return [event.payload for event in session.vault.clock_steps()]


def states(session: Session) -> list[str]:
    return [one.state for one in steps(session) if isinstance(one, ClockStepped)]


def test_a_vault_opens_in_1980_and_goes_on_from_the_last_good_time(
    room: Room, session: Session
) -> None:
    case = cases.open_case(session).case.id
    cases.set_field(session, case, "narrative", "今天来赎回")
    before = session.vault.events(case)
    room.hand.at.said = Y1980
    session = room.enter(session)
    (step,) = steps(session)
    assert isinstance(step, ClockStepped)
    assert (step.state, step.now_ms) == ("behind", int(Y1980.timestamp() * 1000))
    assert abs(step.before_ms - int(BEGUN.timestamp() * 1000)) < STEP_MS
    assert session.vault.events(case) == before
    room.hand.go_on(hours=2)
    assert session.now() == BEGUN + timedelta(hours=2)
    second = cases.open_case(session)
    assert second.case.received_at == "2026-11-24T12:00"
    assert second.case.number.startswith("TS20261124")
    lines = session.vault.ledger.clocks(second.case.id)
    assert lines
    assert all(line.due_at.startswith("2026-1") for line in lines)
    assert states(session) == ["behind"]
    assert checks.check(session) == ()
    session.vault.close()


def test_doubt_is_recorded_once_and_so_is_its_end(room: Room, session: Session) -> None:
    case = cases.open_case(session).case.id
    room.hand.at.said -= timedelta(minutes=3)
    for text in ("a", "b", "c"):
        room.hand.go_on(seconds=5)
        cases.add_note(session, case, text)
    session = room.enter(session)
    cases.add_note(session, case, "d")
    assert states(session) == ["behind"]
    room.hand.go_on(minutes=10)
    session = room.enter(session)
    assert states(session) == ["behind", "right"]
    cases.add_note(session, case, "e")
    session = room.enter(session)
    assert states(session) == ["behind", "right"]
    stamps = [event.stamp for event in session.vault.events(case)]
    assert stamps == sorted(set(stamps))
    session.vault.close()


def test_a_clock_that_is_kept_right_is_no_news(room: Room, session: Session) -> None:
    case = cases.open_case(session).case.id
    for seconds in (-60, 30, -59, 3_600):
        room.hand.at.said += timedelta(seconds=seconds)
        cases.add_note(session, case, "x")
    room.hand.at.said += timedelta(days=399)
    cases.add_note(session, case, "a year later")
    assert steps(session) == []
    assert alarms.alarms(session) == ()


def test_a_date_far_ahead_moves_nothing_until_somebody_says_it_is_right(
    room: Room, session: Session
) -> None:
    case = cases.open_case(session).case.id
    room.hand.at.said = BEGUN + timedelta(days=3650)
    session = room.enter(session)
    cases.add_note(session, case, "x")
    assert states(session) == ["ahead"]
    assert session.vault.events(case)[-1].stamp.wall_ms < BEGUN.timestamp() * 1000 + STEP_MS
    (alarm,) = alarms.alarms(session)
    assert alarm.title == "The computer's date is wrong"
    assert "2036-11-21 10:00, more than a year after" in alarm.words[0]
    assert "2026-11-24 10:00" in alarm.words[1]
    teller = Session(session.vault, ENGINE, session.moment, Person("0420", "赵", "teller"), BRANCH)
    with pytest.raises(NotAllowed):
        alarms.trust_clock(teller)
    alarms.trust_clock(session)
    assert (alarms.alarms(session), states(session)) == ((), ["ahead", "right"])
    cases.add_note(session, case, "y")
    assert session.vault.events(case)[-1].stamp.wall_ms == room.hand.wall_ms()
    session.vault.close()


def test_a_clock_that_ran_ahead_for_a_while_is_put_right_by_hand(
    room: Room, session: Session
) -> None:
    """Three hundred days too far, believed, then set right: the head says so, and all goes on."""
    case = cases.open_case(session).case.id
    room.hand.at.said = BEGUN + timedelta(days=300)
    cases.add_note(session, case, "too early")
    room.hand.at.said = BEGUN + timedelta(minutes=30)
    session = room.enter(session)
    assert states(session) == ["behind"]
    alarms.trust_clock(session)
    assert session.now() == BEGUN + timedelta(minutes=30)
    cases.add_note(session, case, "later")
    room.hand.go_on(minutes=5)
    session = room.enter(session)
    assert (states(session), alarms.alarms(session)) == (["behind", "right"], ())
    stamps = [event.stamp for event in session.vault.events(case)]
    assert stamps == sorted(set(stamps))
    assert history(session, case)[-1].at == "2026-11-24T10:30"
    session.vault.close()


def test_the_course_of_a_case_says_where_the_clock_was_wrong(room: Room, session: Session) -> None:
    case = cases.open_case(session).case.id
    other = cases.open_case(session).case.id
    room.hand.at.said = Y1980
    cases.add_note(session, case, "im Zweifel")
    cases.add_note(session, case, "noch einmal")
    room.hand.at.said = BEGUN + timedelta(hours=1)
    cases.add_note(session, case, "wieder gut")
    cases.add_note(session, other, "nur nachher")
    lines = history(session, case)
    told = lines[[line.kind for line in lines].index("time") :]
    assert [line.kind for line in told] == ["time", "note", "note", "time", "note"]
    assert "(it said 1980-01-01 08:00)" in told[0].what
    assert "right again" in told[3].what
    assert "time" not in [line.kind for line in history(session, other)]


def test_asking_for_steps_does_not_read_the_whole_log(session: Session) -> None:
    query = "EXPLAIN QUERY PLAN SELECT id FROM events WHERE kind = 'clock_stepped'"
    with reading(session.vault.database) as connection:
        (plan,) = connection.exec_driver_sql(query)
    assert "ix_events_clock" in plan[3]


@given(st.integers(0, 1 << 42), st.integers(0, 1 << 42))
def test_a_clock_is_judged_by_two_bounds(now: int, before: int) -> None:
    state = judged(now, before)
    if before == 0 or before - STEP_MS <= now <= before + LEAP_MS:
        assert state == "right"
    else:
        assert state == ("behind" if now < before else "ahead")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Hand], Session]]:
    """One vault for every example; each begins where the last one ended."""
    made: list[Session] = []

    def enter(hand: Hand) -> Session:
        if not made:
            path = tmp_path_factory.mktemp("clock") / "branch.vault"
            made.append(Room(path, hand).begin())
        vault = made[0].vault
        return Session(vault, ENGINE, KeptMoment.of(hand, vault), HEAD, BRANCH)

    yield enter
    for session in made:
        session.vault.close()


@given(st.lists(st.tuples(st.integers(-(10**8), 10**8), st.integers(0, 10**6)), max_size=12))
@settings(max_examples=25, deadline=None)
def test_whatever_a_clock_does_the_order_stays_and_each_doubt_has_one_beginning_and_one_end(
    opened: Callable[[Hand], Session], turns: list[tuple[int, int]]
) -> None:
    hand = Hand(Hands())
    session = opened(hand)
    case = cases.open_case(session).case.id
    for jump, lapse in turns:
        hand.at.said = max(datetime(1970, 1, 2), hand.at.said + timedelta(seconds=jump))  # noqa: DTZ001
        hand.go_on(seconds=lapse)
        cases.add_note(session, case, "x")
        assert session.moment.step() is None
    stamps = [event.stamp for event in session.vault.events(case)]
    assert stamps == sorted(set(stamps))
    found = states(session)
    assert all(one != other for one, other in itertools.pairwise(found))
