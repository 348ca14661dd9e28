"""Several vaults and what goes between them: the same state everywhere, whatever the way."""

import itertools
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.domain import events as ev
from desk.domain.events import Payload
from desk.domain.exchange import CaseKeys, Events
from desk.errors import BundleRefused, CaseUnknown, NotAllowed
from desk.store import case_keys, session
from desk.store.check import check, rebuild
from tests.store.desks import WALL, Desk, Packed, copied, made, state

NAMES = ("甲", "乙", "丙")
CASES = ("c1", "c2")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("branch")
    made(found, NAMES)
    return found


@pytest.fixture
def desks(folder: Path, tmp_path: Path) -> Iterator[list[Desk]]:
    found = copied(folder, tmp_path / "copy", NAMES)
    yield found
    for one in found:
        one.vault.close()


def opened(number: str = "N-1") -> Payload:
    return ev.CaseOpened(number=number, received_at="2026-11-22T09:00", first_receiver="0417")


def even(desks: list[Desk]) -> None:
    """Let everybody have everything."""
    for _round in desks:
        for one, other in itertools.permutations(desks, 2):
            other.take(one.packed(other))


def names(desk: Desk, case: str) -> set[str]:
    """The keys that a vault still has of a case."""
    with session.reading(desk.vault.database) as connection:
        return set(case_keys.ciphers(connection, case))


def refusal(desk: Desk, packed: Packed) -> dict[str, object]:
    before = state(desk)
    with pytest.raises(BundleRefused) as refused:
        desk.take(packed)
    assert state(desk) == before
    assert check(desk.vault) == ()
    return dict(refused.value.params)


PAYLOADS: list[st.SearchStrategy[Any]] = [
    st.builds(
        ev.FieldSet,
        field=st.sampled_from(["name", "narrative", "business"]),
        value=st.sampled_from(["排队", "等了一小时", "陈女士", None]),
        personal=st.booleans(),
    ),
    st.builds(ev.AnswerSet, question=st.sampled_from(["Q1", "Q2"]), answer=st.integers(0, 2)),
    st.builds(ev.AssessmentCleared, why=st.just("retake")),
    st.builds(ev.HandedOver, giver=st.just("0417"), taker=st.sampled_from(["0417", "0901"])),
    st.builds(ev.ChecklistStarted, checklist=st.just("E1")),
    st.builds(ev.ItemMarked, checklist=st.just("E1"), item=st.just("a"), status=st.just("done")),
    st.builds(ev.ClockMoved, type=st.just("stop"), at=st.just("2026-11-22T10:00")),
    st.builds(ev.Noted, text=st.just("记一笔")),
    st.builds(ev.Closed, outcome=st.just("told"), at=st.just("2026-11-22T11:00")),
    st.builds(ev.Reopened, reason=st.just("新情况")),
    st.builds(ev.Forgotten, by=st.just("0901"), why=st.just("asked")),
]
DOES = st.tuples(
    st.just("do"), st.integers(0, 2), st.sampled_from(CASES), st.one_of(PAYLOADS), st.integers(0, 3)
)
SENDS = st.tuples(st.just("send"), st.integers(0, 2), st.integers(0, 2), st.booleans())
COMES = st.tuples(st.just("come"), st.integers(0, 9))
SETTLES = st.tuples(st.just("person"), st.integers(0, 2), st.sampled_from(["李", "赵"]))
STORIES = st.lists(st.one_of(DOES, DOES, DOES, SENDS, COMES, SETTLES), max_size=24)


def act(desk: Desk, case: str, payload: Payload, wrong_by: int) -> None:
    """What somebody does at a computer whose clock may be years wrong."""
    desk.now += (0, 5, -9 * 365 * 86_400_000, 9 * 365 * 86_400_000)[wrong_by]
    try:
        desk.does(case, payload)
    except (CaseUnknown, NotAllowed):
        return


@given(STORIES)
@settings(max_examples=25)
def test_any_way_and_order_ends_in_the_same_state(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, story: list[tuple[Any, ...]]
) -> None:
    desks = copied(folder, tmp_path_factory.mktemp("story") / "copy", NAMES)
    try:
        desks[0].does("c1", opened("N-1"))
        desks[1].does("c2", opened("N-2"))
        post: list[tuple[Desk, Packed]] = []
        for what, *rest in story:
            if what == "do":
                act(desks[rest[0]], *rest[1:])
            elif what == "person":
                put = ev.PersonPut(person="0901", name=rest[1], role="teller")
                desks[rest[0]].now += 1000
                desks[rest[0]].vault.record(put, actor="0417", wall_ms=desks[rest[0]].now)
            elif what == "send" and rest[0] != rest[1]:
                one, other = desks[rest[0]], desks[rest[1]]
                post.append((other, one.packed(other, {} if rest[2] else None)))
            elif what == "come" and post:
                other, packed = post[rest[0] % len(post)]  # again, late, or out of order
                other.take(packed)
        even(desks)
        states = [state(one) for one in desks]
        assert states[0] == states[1] == states[2]
        for one in desks:
            assert check(one.vault) == ()
        rebuild(desks[2].vault)
        assert state(desks[2]) == states[0]
    finally:
        for one in desks:
            one.vault.close()


def test_a_second_time_changes_nothing(desks: list[Desk]) -> None:
    one, other, _third = desks
    one.does("c1", opened(), ev.FieldSet(field="name", value="陈女士", personal=True))
    packed = one.packed(other)
    taken = other.take(packed)
    assert taken.cases == ("c1",)
    assert taken.events == packed.manifest.events
    after = state(other)
    again = other.take(packed)
    assert (again.events, again.again) == (0, packed.manifest.events)
    assert state(other) == after
    assert other.vault.case("c1").text("name") == "陈女士"


def test_a_third_computer_passes_on_what_it_was_given(desks: list[Desk]) -> None:
    one, other, third = desks
    one.does("c1", opened())
    other.take(one.packed(other))
    third.take(other.packed(third))
    assert third.vault.case("c1").number == "N-1"


def test_two_values_are_both_there_until_somebody_settles_it(desks: list[Desk]) -> None:
    one, other, _third = desks
    one.does("c1", opened())
    other.take(one.packed(other))
    one.does("c1", ev.FieldSet(field="name", value="陈女士", personal=True))
    other.does("c1", ev.FieldSet(field="name", value="程女士", personal=True))
    even(desks)
    for desk in desks:
        assert desk.vault.case("c1").contested == ("name",)


def test_what_was_done_after_a_closing_stays_and_so_does_the_closing(desks: list[Desk]) -> None:
    one, other, _third = desks
    one.does("c1", opened())
    other.take(one.packed(other))
    one.does("c1", ev.Closed(outcome="told", at="2026-11-22T11:00"))
    other.now = one.now + 5000
    other.does("c1", ev.FieldSet(field="name", value="陈女士", personal=True))
    even(desks)
    for desk in desks:
        case = desk.vault.case("c1")
        assert case.status == "closed"
        assert case.text("name") == "陈女士"
        assert [found.about for found in case.unsettled] == ["closed"]
    one.does("c1", ev.Settled(about="closed"))
    even(desks)
    assert [desk.vault.case("c1").unsettled for desk in desks] == [(), (), ()]


def test_of_two_hand_overs_the_later_is_in_force_and_both_are_told(desks: list[Desk]) -> None:
    one, other, _third = desks
    one.does("c1", opened())
    other.take(one.packed(other))
    one.does("c1", ev.HandedOver(giver="0417", taker="0901"))
    other.now = one.now + 5000
    other.does("c1", ev.HandedOver(giver="0417", taker="0902"))
    even(desks)
    for desk in desks:
        case = desk.vault.case("c1")
        assert case.handler == "0902"
        assert [passed.taker for passed in case.handovers] == ["0901", "0902"]
        assert [found.about for found in case.unsettled] == ["handover"]


def test_whoever_is_forgotten_on_one_is_forgotten_on_all(desks: list[Desk]) -> None:
    one, other, third = desks
    one.does("c1", opened(), ev.FieldSet(field="name", value="陈女士", personal=True))
    even(desks)
    late = third.packed(one, {})
    other.does("c1", ev.FieldSet(field="narrative", value="等了一小时", personal=True))
    one.does("c1", ev.Forgotten(by="0901", why="asked"))
    even(desks)
    one.take(late)  # it brings the key again
    for desk in desks:
        assert names(desk, "c1") == set()
        case = desk.vault.case("c1")
        assert case.value("name") is None
        assert case.value("narrative") is None
        assert check(desk.vault) == ()


def test_cleared_observations_are_cleared_on_all(desks: list[Desk]) -> None:
    one, other, _third = desks
    one.does("c1", opened(), ev.AnswerSet(question="Q1", answer=2))
    even(desks)
    late = other.packed(one, {})
    other.does("c1", ev.AnswerSet(question="Q2", answer=1))
    one.now = other.now + 5000
    one.does("c1", ev.AssessmentCleared(why="retake"))
    even(desks)
    one.take(late)
    for desk in desks:
        assert desk.vault.case("c1").answers == {}
        assert names(desk, "c1") == {""}


def test_a_missing_bundle_is_told_and_made_good(desks: list[Desk]) -> None:
    one, other, _third = desks
    one.does("c1", opened())
    lost = one.packed(other)
    one.does("c1", ev.Noted(text="后来的"))
    after = one.packed(other, {one.id: lost.manifest.ranges[0].to})
    told = refusal(other, after)
    assert told["reason"] == "gap"
    other.take(one.packed(other))
    assert other.take(after).events == 0


def test_two_histories_of_one_computer_are_told_apart(
    folder: Path, tmp_path: Path, desks: list[Desk]
) -> None:
    clone = copied(folder, tmp_path / "clone", NAMES[:1])[0]
    one, other, _third = desks
    one.does("c1", opened())
    clone.does("c2", opened("N-2"))
    other.take(one.packed(other))
    told = refusal(other, clone.packed(other, {}))
    assert told["reason"] == "fork"
    assert told["device"] == one.id
    clone.vault.close()


def test_a_shorter_history_that_differs_is_no_part_of_the_longer(
    folder: Path, tmp_path: Path, desks: list[Desk]
) -> None:
    clone = copied(folder, tmp_path / "clone", NAMES[:1])[0]
    one, other, _third = desks
    one.does("c1", opened(), *(ev.Noted(text="记一笔") for _more in range(4)))
    clone.does("c2", opened("N-2"))
    other.take(one.packed(other))
    told = refusal(other, clone.packed(other, {}))
    assert (told["reason"], told["device"]) == ("fork", one.id)
    clone.vault.close()


def test_nobody_unknown_or_ended_is_let_in(desks: list[Desk], tmp_path: Path) -> None:
    one, other, third = desks
    stranger_folder = tmp_path / "strangers"
    stranger_folder.mkdir()
    made(stranger_folder, ["丁"])
    stranger = copied(stranger_folder, tmp_path / "there", ["丁"])[0]
    stranger.approve(other)
    stranger.does("c9", opened("N-9"))
    assert refusal(other, stranger.packed(other))["reason"] == "unknown_sender"
    other.approve(one, active=False)
    one.does("c1", opened())
    assert refusal(other, one.packed(other))["reason"] == "revoked"
    assert refusal(third, one.packed(other))["reason"] == "not_for_us"
    stranger.vault.close()


def test_a_computer_approved_on_one_is_known_to_the_others(
    desks: list[Desk], tmp_path: Path
) -> None:
    one, other, _third = desks
    new_folder = tmp_path / "new"
    new_folder.mkdir()
    made(new_folder, ["丁"])
    new = copied(new_folder, tmp_path / "there", ["丁"])[0]
    one.approve(new)
    new.approve(one)
    new.does("c9", opened("N-9"))
    one.take(new.packed(one))
    other.take(one.packed(other))
    assert other.vault.case("c9").number == "N-9"
    new.vault.close()


def test_nothing_can_be_added_taken_away_or_changed_on_the_way(desks: list[Desk]) -> None:
    one, other, _third = desks
    one.does("c1", opened(), ev.FieldSet(field="name", value="陈女士", personal=True))
    packed = one.packed(other)
    place = next(n for n, frame in enumerate(packed.frames) if isinstance(frame, Events))
    events = packed.frames[place]
    assert isinstance(events, Events)
    rows = events.rows
    others = [
        rows[:-1],
        (*rows, rows[-1]),
        (*rows[:-2], rows[-1], rows[-2]),
        (*rows[:-1], msgspec.structs.replace(rows[-1], actor="0999")),
        (*rows[:-1], msgspec.structs.replace(rows[-1], sealed=rows[-1].sealed[:-1] + b"x")),
    ]
    for wrong in others:
        frames = list(packed.frames)
        frames[place] = msgspec.structs.replace(events, rows=wrong)
        assert refusal(other, Packed(packed.manifest, tuple(frames)))["reason"] == "changed"
    keys = [
        CaseKeys(tuple((case, name, bytes(32)) for case, name, _key in frame.keys))
        if isinstance(frame, CaseKeys)
        else frame
        for frame in packed.frames
    ]
    assert refusal(other, Packed(packed.manifest, tuple(keys)))["reason"] == "changed"
    signed = packed.manifest.ranges
    forged = (msgspec.structs.replace(signed[0], signature="00" * 64), *signed[1:])
    manifest = msgspec.structs.replace(packed.manifest, ranges=forged)
    assert refusal(other, Packed(manifest, packed.frames))["reason"] == "unknown_sender"
    assert other.take(packed).cases == ("c1",)


def test_a_clock_years_ahead_does_not_stop_the_others(desks: list[Desk]) -> None:
    one, other, _third = desks
    one.now = WALL + 9 * 365 * 86_400_000
    one.does("c1", opened(), ev.FieldSet(field="name", value="陈女士", personal=True))
    other.take(one.packed(other))
    seen = other.vault.case("c1").fields["name"].heads[0].event
    other.does("c1", ev.FieldSet(field="name", value="程女士", personal=True, replaces=(seen,)))
    even(desks)
    assert one.vault.case("c1").text("name") == "程女士"
    assert one.vault.case("c1").contested == ()


def test_no_two_computers_of_a_branch_give_a_case_the_same_number(desks: list[Desk]) -> None:
    def first(number: str) -> list[Payload]:
        return [opened(number)]

    given: list[str] = []
    for turn in range(3):
        for desk in desks:
            day = date(2026, 11, 22 + turn)
            new = desk.vault.open_case(first, day=day, actor="0417", wall_ms=desk.now, pack="p@1")
            payload = new[0].payload
            assert isinstance(payload, ev.CaseOpened)
            given.append(payload.number)
        if turn == 0:  # before they knew of each other nothing tells their numbers apart
            given.clear()
        even(desks)
    assert len(given) == 6
    assert len({*given}) == 6
    for desk in desks:
        assert check(desk.vault) == ()


TAMPERINGS = [
    "UPDATE device_keys SET sign_key = randomblob(32)",
    "UPDATE device_keys SET sign_key = x'00'",
    "UPDATE device_keys SET age_key = 'AGE-SECRET-KEY-1'",
    "UPDATE signed_heads SET seq = seq - 1",
    "UPDATE signed_heads SET signature = randomblob(64)",
]


@pytest.mark.parametrize("statement", TAMPERINGS)
def test_check_finds_keys_and_signatures_that_are_not_ours(
    desks: list[Desk], statement: str
) -> None:
    one, other, _third = desks
    other.take(one.packed(other))
    assert check(other.vault) == ()
    with session.writing(other.vault.database) as connection:
        connection.exec_driver_sql(statement)
    assert check(other.vault)
