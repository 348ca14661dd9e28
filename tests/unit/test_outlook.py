"""What Today says beside its list: courses read from events, measures, and what wants attention."""

import dataclasses
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from desk.domain import events as ev
from desk.domain import outlook
from desk.domain.events import Payload
from desk.domain.outlook import Course, Measure
from desk.domain.projection import CaseRow

NOW = datetime(2026, 11, 24, 14, 30)  # noqa: DTZ001 - the branch's wall clock


def row(case: str, **more: object) -> CaseRow:
    empty = CaseRow(
        case=case, number=case, received_at="2026-11-10T09:00", status="open", outcome="", step=1,
        done_steps=0, first_receiver="a", handler="a", name="", summary="", channel="", source="",
        business="", cause="", scenario="", due_at="", clock_state="running", missing=0, events=1,
        changed_ms=0,
    )  # fmt: skip
    return dataclasses.replace(empty, **more)  # type: ignore[arg-type]


def put(field: str, value: ev.Value) -> ev.FieldSet:
    return ev.FieldSet(field=field, value=value)


def test_a_cause_changed_after_the_analysis_counts_and_before_it_does_not() -> None:
    before: list[Payload] = [put("cause", "A"), put("cause", "B"), ev.StepEntered(step=4)]
    assert not outlook.course_of(before).recaused
    assert not outlook.course_of([*before, put("cause", "B")]).recaused
    assert outlook.course_of([*before, put("cause", "C")]).recaused
    assert outlook.course_of([*before, put("cause", None), put("cause", "C")]).recaused
    late = [ev.StepEntered(step=5), put("cause", "A")]
    assert not outlook.course_of(late).recaused


def test_promises_are_those_not_kept_and_not_taken_out() -> None:
    told: list[Payload] = [
        put("commitments/1/due", "2026-11-24T17:00"),
        put("commitments/1/who", "周岚"),
        put("commitments/2/due", "2026-11-23T17:00"),
        put("commitments/2/kept", value=True),
        put("commitments/3/due", "2026-11-22T17:00"),
        ev.ItemRemoved(group="commitments", item="3"),
        put("commitments/4/kept", value=False),
        put("commitments/4/due", "2026-11-21T17:00"),
    ]
    found = outlook.course_of(told).promises
    assert [(one.due, one.who) for one in found] == [
        ("2026-11-21T17:00", ""),
        ("2026-11-24T17:00", "周岚"),
    ]


def test_the_four_measures_count_only_what_their_month_holds() -> None:
    rows = (
        row("1", told_at="2026-11-03T10:00", clock_state="met", cause="X", status="closed"),
        row("2", told_at="2026-11-04T10:00", clock_state="overdue", cause="X", status="closed"),
        row("3", told_at="2026-10-04T10:00", clock_state="met", cause="X", status="closed"),
        row("4", told_at="2026-11-05T10:00", clock_state="ended", status="closed"),
        row("5"),
    )
    courses = {
        "1": Course(view="satisfied", closings=("2026-11-03T11:00",)),
        "2": Course(view="not_agreed", closings=("2026-11-04T11:00",), recaused=True),
        "3": Course(view="satisfied", closings=("2026-10-04T11:00",)),
        "4": Course(view="unreachable", closings=("2026-11-05T11:00",), reopened=True),
    }
    found = outlook.measures(rows, courses, "2026-11", frozenset({"1"}))
    assert found == (
        Measure("quick", 1, 2),
        Measure("right", 1, 2),
        Measure("lasting", 1, 2),
        Measure("trust", 1, 3),
    )
    assert [one.share for one in outlook.measures(rows, courses, "2025-01", frozenset())] == [
        None
    ] * 4


@given(st.lists(st.sampled_from(["met", "overdue", "running", "ended", "stopped"])))
def test_a_share_is_none_without_cases_and_else_between_nothing_and_all(states: list[str]) -> None:
    rows = [row(str(n), told_at="2026-11-01", clock_state=s) for n, s in enumerate(states)]
    quick = outlook.measures(rows, {}, "2026-11", frozenset())[0]
    assert quick.total == sum(state in {"met", "overdue"} for state in states)
    assert (quick.share is None) == (quick.total == 0)
    assert quick.share is None or 0 <= quick.share <= 1


def test_who_came_back_within_thirty_days_of_closing() -> None:
    first = row("1", received_at="2026-10-01T09:00", closed_at="2026-10-10T09:00")
    soon = row("2", received_at="2026-11-09T09:00")
    later = row("2", received_at="2026-11-09T09:01")
    meanwhile = row("2", received_at="2026-10-05T09:00")
    assert outlook.returned([(first, soon)]) == {"1"}
    assert outlook.returned([(first, later)]) == frozenset()
    assert outlook.returned([(first, meanwhile)]) == frozenset()


def test_namesakes_are_groups_of_one_name_oldest_first() -> None:
    rows = [
        row("2", name="周敏", received_at="2026-11-02"),
        row("1", name="周敏", received_at="2026-11-01"),
        row("3", name="李敏"),
        row("4"),
        row("5"),
    ]
    assert [[one.case for one in group] for group in outlook.namesakes(rows)] == [["1", "2"]]


def attention(
    rows: list[CaseRow], courses: dict[str, Course] | None = None, items: tuple[str, ...] = ()
) -> dict[str, outlook.Attention]:
    people = outlook.namesakes(rows)
    found = outlook.attention(NOW, rows, courses or {}, items, people)
    return {one.kind: one for one in found}


def test_what_is_late_and_due_today_is_one_remark_with_the_first_case() -> None:
    rows = [
        row("1", due_at="2026-11-24T23:59"),
        row("2", due_at="2026-11-24T14:29"),
        row("3", due_at="2026-11-25T00:00"),
        row("4", due_at="2026-11-01T00:00", clock_state="met"),
        row("5", due_at="2026-11-01T00:00", status="closed"),
    ]
    due = attention(rows)["due"]
    assert (due.number, due.before) == (1, 1)
    assert due.row is rows[1]
    assert "due" not in attention(rows[2:])


def test_promises_and_follow_ups_due_are_named_with_the_earliest() -> None:
    rows = [row("1"), row("2"), row("3", status="closed")]
    courses = {
        "1": Course(promises=(outlook.Promise("2026-11-24T17:00", "周"),)),
        "2": Course(
            promises=(outlook.Promise("2026-11-25T00:00", "周"),), follow_up_at="2026-11-24T10:00"
        ),
        "3": Course(
            promises=(outlook.Promise("2026-11-20T00:00", "周"),), follow_up_at="2026-11-23T10:00"
        ),
    }
    found = attention(rows, courses)
    assert (found["commitment"].number, found["commitment"].row) == (1, rows[0])
    assert (found["follow_up"].number, found["follow_up"].row) == (2, rows[2])
    done = {case: dataclasses.replace(course, followed_up=True) for case, course in courses.items()}
    assert "follow_up" not in attention(rows, done)
    long_ago = {"3": Course(follow_up_at="2026-11-20T10:00")}
    assert "follow_up" not in attention(rows, long_ago)


def test_late_items_name_the_first_case() -> None:
    rows = [row("1"), row("2")]
    found = attention(rows, items=("2", "1", "2"))["item"]
    assert (found.number, found.row) == (3, rows[1])


def test_a_person_who_comes_again_within_thirty_days_is_named() -> None:
    rows = [
        row("1", name="周敏", cause="C", status="closed", received_at="2026-11-01"),
        row("2", name="周敏", cause="C", received_at="2026-11-20"),
    ]
    again = attention(rows)["again"]
    assert (again.number, again.subject, again.row) == (2, "same", rows[1])
    other = [rows[0], dataclasses.replace(rows[1], cause="D")]
    assert attention(other)["again"].subject == ""
    settled = [rows[0], dataclasses.replace(rows[1], status="closed")]
    assert "again" not in attention(settled)


def test_a_scenario_that_grows_is_named_with_both_weeks() -> None:
    week = [row(f"n{n}", scenario="queue", received_at="2026-11-18T00:00") for n in range(6)]
    before = [row(f"b{n}", scenario="queue", received_at="2026-11-17T23:59") for n in range(4)]
    older = [row(f"o{n}", scenario="queue", received_at="2026-11-10T23:59") for n in range(9)]
    trend = attention([*week, *before, *older])["trend"]
    assert (trend.number, trend.before, trend.subject) == (6, 4, "queue")
    assert "trend" not in attention([*week[:5], *before])
    assert "trend" not in attention(week[:2])
