"""Every settled reading of the institution's clock, one by one, and what its day list says."""

from datetime import date

import pytest

from desk.domain.clock_values import ClockEvent, ClockReport
from desk.domain.clocks import band, compute
from tests.unit.clock_histories import (
    DONE,
    RECEIVED,
    RULES,
    STOP,
    at,
    codes,
    ev,
    level,
    only,
    special,
)


def ask(*events: ClockEvent, now: str = "11-05 12:00", kind: str = "inst") -> ClockReport:
    return compute(RULES, (ev("received", RECEIVED), *events), at(now), kind)


# (name, events after the receipt of 1 November, now) → (key, due, state, used days, problems)
READINGS: list[tuple[str, list[ClockEvent], str, tuple[str, str, str, int, list[str]]]] = [
    ("day of receipt not counted", [], "11-01 23:59", ("inst_simple", "11-16", "running", 0, [])),
    ("today counts", [], "11-02 00:00", ("inst_simple", "11-16", "running", 1, [])),
    ("last day to its end", [], "11-16 23:59", ("inst_simple", "11-16", "running", 15, [])),
    ("then overdue", [], "11-17 00:00", ("inst_simple", "11-16", "overdue", 16, [])),
    ("now before receipt", [], "10-20 00:00", ("inst_simple", "11-16", "running", 0, [])),
    (
        "complex is 30 from the receipt",
        [level("11-09 10:00", "complex")],
        "11-20 00:00",
        ("inst_complex", "12-01", "running", 19, []),
    ),
    (
        "complex on the last day",
        [level("11-16 23:59", "complex")],
        "11-20 00:00",
        ("inst_complex", "12-01", "running", 19, []),
    ),
    (
        "complex a day too late",
        [level("11-17 00:00", "complex")],
        "11-20 00:00",
        ("inst_simple", "11-16", "overdue", 19, ["too_late"]),
    ),
    (
        "special straight from simple",
        [special("11-10 10:00")],
        "11-20 00:00",
        ("inst_special", "12-31", "running", 19, []),
    ),
    (
        "special by a senior manager of head office, told on the last day of 30",
        [level("11-10 10:00", "complex"), special("12-01 08:00", "12-01 23:59", "hq_senior")],
        "12-20 00:00",
        ("inst_special", "12-31", "running", 49, []),
    ),
    (
        "special without approver",
        [special("11-10 10:00", approver="")],
        "11-12 00:00",
        ("inst_simple", "11-16", "running", 11, ["no_approver"]),
    ),
    (
        "special approved by the branch head",
        [special("11-10 10:00", approver="branch_head")],
        "11-12 00:00",
        ("inst_simple", "11-16", "running", 11, ["no_approver"]),
    ),
    (
        "special not told",
        [special("11-10 10:00", told=None)],
        "11-12 00:00",
        ("inst_simple", "11-16", "running", 11, ["not_told"]),
    ),
    (
        "told a day after the limit in force",
        [special("11-16 10:00", told="11-17 00:00")],
        "11-18 00:00",
        ("inst_simple", "11-16", "overdue", 17, ["not_told"]),
    ),
    (
        "told before there was a complaint",
        [special("11-10 10:00", told="10-31 10:00")],
        "11-12 00:00",
        ("inst_simple", "11-16", "running", 11, ["not_told"]),
    ),
    (
        "neither approved nor told",
        [special("11-10 10:00", told=None, approver="")],
        "11-12 00:00",
        ("inst_simple", "11-16", "running", 11, ["no_approver", "not_told"]),
    ),
    (
        "too late is said alone",
        [special("11-17 10:00", told=None, approver="")],
        "11-17 12:00",
        ("inst_simple", "11-16", "overdue", 16, ["too_late"]),
    ),
    (
        "back to simple within its limit",
        [level("11-05 10:00", "complex"), level("11-10 10:00", "simple")],
        "11-12 00:00",
        ("inst_simple", "11-16", "running", 11, []),
    ),
    (
        "back to simple after its limit",
        [level("11-05 10:00", "complex"), level("11-20 10:00", "simple")],
        "11-20 12:00",
        ("inst_simple", "11-16", "overdue", 19, ["reduced_past"]),
    ),
    (
        "special kept once the 15 days are over",
        [special("11-10 10:00"), special("12-20 10:00", told="12-19 10:00")],
        "12-21 00:00",
        ("inst_special", "12-31", "running", 50, []),
    ),
    # stops
    (
        "stop day counts, resumption does not, between does not",
        [STOP, ev("resume", "11-09 09:00")],
        "11-12 00:00",
        ("inst_simple", "11-20", "running", 7, []),
    ),
    (
        "stopped: the earliest last day",
        [STOP],
        "11-08 12:00",
        ("inst_simple", "11-19", "stopped", 4, []),
    ),
    (
        "stopped for long: nothing is overdue",
        [STOP],
        "12-08 12:00",
        ("inst_simple", "12-19", "stopped", 4, []),
    ),
    (
        "stop and resume on one day leave nothing out",
        [STOP, ev("resume", "11-05 18:00")],
        "11-06 00:00",
        ("inst_simple", "11-16", "running", 5, []),
    ),
    (
        "stop on the day of receipt",
        [ev("stop", "11-01 11:00", reason="appraisal"), ev("resume", "11-03 09:00")],
        "11-04 00:00",
        ("inst_simple", "11-18", "running", 1, []),
    ),
    (
        "two stops, the second on the day of resumption",
        [
            STOP,
            ev("resume", "11-07 09:00"),
            ev("stop", "11-07 10:00", reason="appraisal"),
            ev("resume", "11-08 09:00"),
        ],
        "11-09 00:00",
        ("inst_simple", "11-19", "running", 5, []),
    ),
    (
        "stop over the last day",
        [ev("stop", "11-15 09:00", reason="appraisal"), ev("resume", "11-25 09:00")],
        "11-25 12:00",
        ("inst_simple", "11-26", "running", 14, []),
    ),
    (
        "stop begun on the last day uses it up",
        [ev("stop", "11-16 09:00", reason="mediation")],
        "11-17 00:00",
        ("inst_simple", "11-16", "overdue", 15, []),
    ),
    (
        "still stopped on that last day",
        [ev("stop", "11-16 09:00", reason="mediation")],
        "11-16 12:00",
        ("inst_simple", "11-16", "stopped", 15, []),
    ),
    (
        "stop after the limit",
        [ev("stop", "11-18 09:00", reason="mediation")],
        "11-20 00:00",
        ("inst_simple", "11-16", "overdue", 17, ["too_late"]),
    ),
    (
        "extension while stopped is in time",
        [STOP, level("11-25 10:00", "complex")],
        "11-25 12:00",
        ("inst_complex", "12-21", "stopped", 4, []),
    ),
    (
        "suspicion is no ground",
        [ev("stop", "11-05 09:00", reason="suspected_agency")],
        "11-08 00:00",
        ("inst_simple", "11-16", "running", 7, ["stop_without_ground"]),
    ),
    (
        "stop twice",
        [STOP, ev("stop", "11-06 09:00", reason="appraisal"), ev("resume", "11-07 09:00")],
        "11-08 00:00",
        ("inst_simple", "11-18", "running", 5, ["already_stopped"]),
    ),
    (
        "resume without stop",
        [ev("resume", "11-06 09:00")],
        "11-08 00:00",
        ("inst_simple", "11-16", "running", 7, ["resume_without_stop"]),
    ),
    # new facts
    (
        "new facts restart at simple, their day not counted",
        [level("11-05 10:00", "complex"), ev("new_facts", "11-10 16:00")],
        "11-12 00:00",
        ("inst_simple", "11-25", "running", 2, []),
    ),
    (
        "new facts while stopped: the stop goes on",
        [STOP, ev("new_facts", "11-10 16:00"), ev("resume", "11-12 09:00")],
        "11-13 00:00",
        ("inst_simple", "11-27", "running", 1, []),
    ),
    (
        "new facts on the day of receipt",
        [ev("new_facts", "11-01 17:00")],
        "11-02 00:00",
        ("inst_simple", "11-16", "running", 1, []),
    ),
    (
        "new facts after a missed limit: a new limit, and the missed one named",
        [ev("new_facts", "11-20 16:00")],
        "11-22 00:00",
        ("inst_simple", "12-05", "running", 2, ["limit_missed"]),
    ),
    (
        "notice given before the new facts is stale",
        [ev("new_facts", "11-12 09:00"), special("11-13 09:00", told="11-10 09:00")],
        "11-14 00:00",
        ("inst_simple", "11-27", "running", 2, ["not_told"]),
    ),
    # agreed
    (
        "agreed earlier",
        [ev("agreed", "11-02 10:00", due="11-06 17:00")],
        "11-05 00:00",
        ("inst_simple", "11-06", "running", 4, []),
    ),
    (
        "agreed later than any limit",
        [ev("agreed", "11-02 10:00", due="2027-02-01 23:59")],
        "12-20 00:00",
        ("inst_simple", "2027-02-01", "running", 49, []),
    ),
    (
        "agreed prevails over an extension and over a stop",
        [ev("agreed", "11-02 10:00", due="11-12 17:00"), STOP, level("11-06 10:00", "complex")],
        "11-13 00:00",
        ("inst_complex", "11-12", "overdue", 4, []),
    ),
    (
        "after an agreed date has gone by, an extension is too late",
        [ev("agreed", "11-02 10:00", due="11-06 17:00"), level("11-07 10:00", "complex")],
        "11-08 00:00",
        ("inst_simple", "11-06", "overdue", 7, ["too_late"]),
    ),
    (
        "a later agreement replaces the earlier",
        [
            ev("agreed", "11-02 10:00", due="11-06 17:00"),
            ev("agreed", "11-04 10:00", due="11-20 17:00"),
        ],
        "11-08 00:00",
        ("inst_simple", "11-20", "running", 7, []),
    ),
    (
        "agreed after a missed limit",
        [ev("agreed", "11-18 10:00", due="11-25 17:00")],
        "11-19 00:00",
        ("inst_simple", "11-25", "running", 18, ["limit_missed"]),
    ),
    (
        "agreed on a day already gone",
        [ev("agreed", "11-10 10:00", due="11-09 17:00")],
        "11-11 00:00",
        ("inst_simple", "11-16", "running", 10, ["bad_due"]),
    ),
    (
        "an agreed date still ahead outlives new facts",
        [ev("agreed", "11-02 10:00", due="11-20 17:00"), ev("new_facts", "11-10 10:00")],
        "11-11 00:00",
        ("inst_simple", "11-20", "running", 1, []),
    ),
    (
        "an agreed date gone by does not",
        [ev("agreed", "11-02 10:00", due="11-06 17:00"), ev("new_facts", "11-10 10:00")],
        "11-11 00:00",
        ("inst_simple", "11-25", "running", 1, ["limit_missed"]),
    ),
    # ends
    ("answered in time", [DONE], "12-30 00:00", ("inst_simple", "11-16", "met", 8, [])),
    (
        "answered on the last day, whatever the hour",
        [ev("decided_and_told", "11-16 23:59")],
        "12-30 00:00",
        ("inst_simple", "11-16", "met", 15, []),
    ),
    (
        "answered late",
        [ev("decided_and_told", "11-20 09:00")],
        "12-30 00:00",
        ("inst_simple", "11-16", "overdue", 19, []),
    ),
    (
        "answered while stopped",
        [STOP, ev("decided_and_told", "11-30 09:00")],
        "12-30 00:00",
        ("inst_simple", "12-11", "met", 4, []),
    ),
    (
        "answered later than agreed",
        [ev("agreed", "11-02 10:00", due="11-06 17:00"), DONE],
        "12-30 00:00",
        ("inst_simple", "11-06", "overdue", 8, []),
    ),
    (
        "withdrawn",
        [ev("withdrawn", "11-04 10:00")],
        "12-30 00:00",
        ("inst_simple", "11-16", "ended", 3, []),
    ),
    (
        "withdrawn after the limit",
        [ev("withdrawn", "11-18 10:00")],
        "12-30 00:00",
        ("inst_simple", "11-16", "ended", 17, []),
    ),
    (
        "the first end holds",
        [DONE, ev("withdrawn", "11-10 10:00"), ev("new_facts", "11-11 09:00")],
        "12-30 00:00",
        ("inst_simple", "11-16", "met", 8, ["after_end", "after_end"]),
    ),
    # histories that cannot be
    (
        "received twice",
        [ev("received", "11-05 10:00")],
        "11-06 00:00",
        ("inst_simple", "11-16", "running", 5, ["received_twice"]),
    ),
    (
        "before the receipt",
        [ev("stop", "10-30 10:00", reason="appraisal"), ev("withdrawn", "11-01 10:25")],
        "11-06 00:00",
        ("inst_simple", "11-16", "running", 5, ["before_received", "before_received"]),
    ),
    (
        "an event no clock knows",
        [ev("sneezed", "11-02 10:00")],
        "11-06 00:00",
        ("inst_simple", "11-16", "running", 5, ["not_heard"]),
    ),
    (
        "events of other clocks pass",
        [ev("first_contact", "11-02 10:00"), ev("leak_found", "11-03 10:00")],
        "11-06 00:00",
        ("inst_simple", "11-16", "running", 5, []),
    ),
]


@pytest.mark.parametrize(
    ("events", "now", "want"),
    [case[1:] for case in READINGS],
    ids=[case[0] for case in READINGS],
)
def test_reading(
    events: list[ClockEvent], now: str, want: tuple[str, str, str, int, list[str]]
) -> None:
    report = ask(*events, now=now)
    clock = only(report)
    due = want[1] if len(want[1]) > len("11-16") else f"2026-{want[1]}"
    found = (clock.key, clock.due.isoformat(), clock.state, clock.used_days, codes(report))
    assert found == (want[0], due, *want[2:])


def test_no_receipt_gives_no_clock_and_says_so() -> None:
    for events in ((), (STOP,)):
        report = compute(RULES, events, at("11-05 12:00"))
        assert report.clocks == ()
        assert codes(report) == ["no_received"]


def test_the_example_of_the_contract() -> None:
    report = compute(RULES, [ev("received", "11-21 10:26")], at("11-22 09:00"))
    assert only(report).due == date(2026, 12, 6)  # a Sunday: not moved
    assert only(report).days[-1].code == "last_rest"


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2024-02-20 09:00", "2024-03-06"),  # over 29 February
        ("2023-02-20 09:00", "2023-03-07"),
        ("2020-02-15 09:00", "2020-03-01"),  # before the rule was in force: the first version
        ("2026-12-25 09:00", "2027-01-09"),
        ("2026-09-28 09:00", "2026-10-13"),  # over the National Day week
    ],
)
def test_calendar_days_go_over_leap_days_years_and_holidays(received: str, due: str) -> None:
    report = compute(RULES, [ev("received", received)], at(received))
    assert only(report).due.isoformat() == due
    assert report.problems == ()


def test_the_list_says_why_each_day_counts_or_not() -> None:
    clock = only(ask(STOP, ev("resume", "11-07 09:00"), ev("new_facts", "11-09 10:00")))
    by_day = {f"{day.date:%m-%d}": (day.counted, day.code) for day in clock.days}
    assert by_day["11-01"] == (False, "superseded")
    assert by_day["11-09"] == (False, "new_facts")
    assert by_day["11-10"] == (True, "counts")
    assert by_day["11-14"] == (True, "counts_rest")
    assert by_day["11-24"] == (True, "last")
    clock = only(ask(STOP, ev("resume", "11-07 09:00"), now="11-20 00:00"))
    by_day = {f"{day.date:%m-%d}": (day.counted, day.code) for day in clock.days}
    assert by_day["11-01"] == (False, "receipt")
    assert by_day["11-05"] == (True, "counts_stop")
    assert by_day["11-06"] == (False, "mediation")
    assert by_day["11-07"] == (False, "resumed")
    assert by_day["11-18"] == (True, "last")
    assert (by_day["11-19"], by_day["11-20"]) == ((True, "over"), (True, "over"))
    assert clock.days[-1].why.en == "Day 2 past the limit"


def test_an_answered_case_still_shows_the_days_it_did_not_need() -> None:
    clock = only(ask(DONE))
    assert clock.days[-1].date == clock.due
    assert clock.days[-1].code == "after_end"
    assert "2026-11-09" in clock.days[-1].why.zh


def test_a_stop_says_that_its_last_day_is_provisional() -> None:
    assert only(ask(STOP, now="11-08 12:00")).days[-1].code == "last_stopped"


def test_an_agreed_hour_is_kept_and_its_basis_named() -> None:
    clock = only(ask(ev("agreed", "11-02 10:00", due="11-06 17:00")))
    assert clock.due_at == at("11-06 17:00")
    assert "Art. 21" in clock.rule.en
    assert clock.limit_days == 5


@pytest.mark.parametrize(
    ("now", "want"),
    [
        ("11-01 12:00", "calm"),
        ("11-08 12:00", "calm"),  # 7 of 15
        ("11-09 12:00", "half"),
        ("11-12 12:00", "half"),  # 11 of 15
        ("11-13 12:00", "late"),
        ("11-16 23:00", "late"),
        ("11-17 00:00", "over"),
    ],
)
def test_bands(now: str, want: str) -> None:
    assert band(only(ask(now=now))) == want


def test_a_finished_matter_is_calm_unless_it_was_late() -> None:
    assert band(only(ask(DONE, now="12-30 00:00"))) == "calm"
    assert band(only(ask(ev("withdrawn", "11-18 10:00")))) == "calm"
    assert band(only(ask(ev("decided_and_told", "11-20 09:00")))) == "over"
