"""The other clocks of the pack, several at once, and the line under a case."""

from datetime import date, datetime, timedelta

import msgspec
import pytest

from desk.domain.clock_values import ClockEvent
from desk.domain.clocks import band, clocks_of, compute, timeline
from desk.errors import BadInput
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

# kind, start, (end, in time or not), due
OTHERS = [
    ("review_apply", "decision_received", "review_requested", "12-01"),
    ("review_decide", "review_received", "review_decided_and_told", "12-01"),
    ("reg_forwarded_handle", "forwarded", "decided_and_told", "11-16"),
    ("pboc_handle", "pboc_transferred", "decided_and_told", "11-16"),
    ("ins_life_complaint", "accepted", "decided_and_told", "11-13"),
    ("ins_claim_assess", "claim_documents_received", "claim_assessed", "12-01"),
    ("ins_claim_assess_life", "life_claim_documents_received", "claim_assessed", "11-06"),
    ("ins_claim_pay", "payment_agreed", "claim_paid", "11-11"),
    ("ins_claim_refuse", "claim_refusal_decided", "refusal_sent", "11-04"),
    ("ins_claim_advance", "claim_documents_received", "advance_paid", "12-31"),
    ("ins_callback_fix", "callback_found", "callback_fixed", "11-20"),
    ("credit_objection", "objection_received", "objection_replied", "11-21"),
    ("leak_pipl", "leak_found", "leak_reported", "11-01"),
    ("leak_pboc", "leak_found", "leak_reported", "11-04"),
    ("leak_nfra_first", "leak_found", "leak_reported", "11-01"),
    ("leak_nfra_written", "leak_found", "leak_reported_in_writing", "11-02"),
    ("leak_nfra_after", "leak_settled", "leak_settling_reported", "11-06"),
    ("first_contact", "received", "first_contact", "11-02"),
]


@pytest.mark.parametrize(("kind", "start", "end", "due"), OTHERS, ids=[o[0] for o in OTHERS])
def test_the_other_clocks_start_end_and_run_out(kind: str, start: str, end: str, due: str) -> None:
    begun = ev(start, RECEIVED)
    last = datetime.fromisoformat(f"2026-{due} 10:00")
    running = only(compute(RULES, [begun], at("11-01 12:00"), kind))
    assert (running.due.isoformat(), running.state) == (f"2026-{due}", "running")
    assert running.kind == kind
    assert running.days[-1].date == running.due
    late = last + timedelta(days=1)
    assert only(compute(RULES, [begun], late, kind)).state == "overdue"
    in_time = ClockEvent(end, max(last, begun.at))
    assert only(compute(RULES, [begun, in_time], late, kind)).state == "met"
    assert only(compute(RULES, [begun, ClockEvent(end, late)], late, kind)).state == "overdue"


def test_every_clock_of_the_pack_is_tried_here() -> None:
    assert {kind for kind, *_ in OTHERS} | {"inst"} == set(RULES.kinds())


def test_working_days_leave_out_weekends_and_holidays_and_count_make_up_days() -> None:
    found = compute(
        RULES, [ev("callback_found", "09-17 10:00")], at("09-17 10:00"), "ins_callback_fix"
    )
    clock = only(found)
    by_day = {f"{day.date:%m-%d}": (day.counted, day.code) for day in clock.days}
    assert by_day["09-19"] == (False, "weekend")
    assert by_day["09-20"] == (True, "counts_makeup")
    assert by_day["09-25"] == (False, "holiday")
    assert by_day["10-10"] == (True, "counts_makeup")
    assert clock.due == date(2026, 10, 14)
    assert {day.why.zh for day in clock.days if day.code == "holiday"} == {
        "中秋放假，不是工作日",
        "国庆节放假，不是工作日",
    }


def test_an_unpublished_year_is_said_plainly() -> None:
    report = compute(
        RULES, [ev("accepted", "12-28 10:00")], at("12-28 10:00"), "ins_life_complaint"
    )
    assert codes(report) == ["calendar_unpublished"]
    assert "2027" in report.problems[0].text.zh
    within = compute(
        RULES, [ev("accepted", "11-02 10:00")], at("11-02 10:00"), "ins_life_complaint"
    )
    assert within.problems == ()


def test_hours_run_by_the_minute() -> None:
    begun = ev("leak_found", RECEIVED)
    clock = only(compute(RULES, [begun], at("11-04 10:26"), "leak_pboc"))
    assert (clock.due_at, clock.state, clock.limit_days) == (at("11-04 10:26"), "running", 3)
    assert only(compute(RULES, [begun], at("11-04 10:27"), "leak_pboc")).state == "overdue"
    assert clock.days[0].code == "hours"
    assert "10:26" in clock.days[-1].why.zh
    half = only(compute(RULES, [begun], at("11-02 22:26"), "leak_pboc"))
    assert (half.share, band(half)) == (0.5, "half")


def test_at_once_is_pressing_from_the_first_minute() -> None:
    clock = only(compute(RULES, [ev("leak_found", RECEIVED)], at(RECEIVED), "leak_pipl"))
    assert (clock.limit_days, band(clock), clock.days[0].code) == (0, "late", "at_once")


def test_a_forwarding_letter_may_set_an_earlier_date_but_no_later_one() -> None:
    begun = ev("forwarded", RECEIVED)
    earlier = ev("letter", "11-01 11:00", due="11-09 17:00")
    later = ev("letter", "11-01 11:00", due="11-30 17:00")
    kind = "reg_forwarded_handle"
    clock = only(compute(RULES, [begun, earlier], at("11-02 12:00"), kind))
    assert clock.due_at == at("11-09 17:00")
    assert clock.days[-1].code == "last_letter"
    extended = [begun, earlier, level("11-03 10:00", "complex")]
    assert only(compute(RULES, extended, at("11-02 12:00"), kind)).due == date(2026, 11, 9)
    agreed = [begun, earlier, ev("agreed", "11-03 10:00", due="11-20 17:00")]
    assert only(compute(RULES, agreed, at("11-02 12:00"), kind)).due == date(2026, 11, 9)
    assert only(compute(RULES, [begun, later], at("11-02 12:00"), kind)).due == date(2026, 11, 16)
    gone_by = ev("letter", "11-02 11:00", due="11-01 17:00")
    assert codes(compute(RULES, [begun, gone_by], at("11-02 12:00"), kind)) == ["bad_due"]


def test_the_peoples_bank_asks_its_own_approver() -> None:
    begun = ev("pboc_transferred", RECEIVED)
    more = {"level": "complex", "told_at": "11-10 09:00"}
    wrong = ev("complexity", "11-10 10:00", approver="superior", **more)
    right = ev("complexity", "11-10 10:00", approver="complaint_head", **more)
    now = at("11-11 12:00")
    assert codes(compute(RULES, [begun, wrong], now, "pboc_handle")) == ["no_approver"]
    clock = only(compute(RULES, [begun, right], now, "pboc_handle"))
    assert (clock.key, clock.due) == ("pboc_handle_extended", date(2026, 12, 31))
    none = compute(RULES, [begun, special("11-10 10:00")], now, "pboc_handle")
    assert codes(none) == ["no_such_level"]


def test_a_refused_claim_needs_no_advance() -> None:
    events = [ev("claim_documents_received", RECEIVED), ev("claim_refusal_decided", "11-09 10:00")]
    now = at("11-10 09:00")
    states = {clock.key: clock.state for clock in clocks_of(RULES, events, now).clocks}
    assert states == {
        "ins_claim_assess": "running",
        "ins_claim_refuse": "running",
        "ins_claim_advance": "ended",
    }


def test_several_clocks_run_at_once_each_from_its_own_start() -> None:
    events = [
        ev("received", RECEIVED),
        ev("first_contact", "11-02 09:00"),
        STOP,
        ev("forwarded", "11-06 09:00"),
        ev("resume", "11-07 09:00"),
    ]
    report = clocks_of(RULES, events, at("11-08 09:00"))
    assert {clock.key: clock.due for clock in report.clocks} == {
        "inst_simple": date(2026, 11, 18),
        "reg_forwarded_simple": date(2026, 11, 21),
        "first_contact": date(2026, 11, 2),
    }
    assert (
        report.problems == ()
    )  # the stop began before the forwarding, and the first clock took it
    assert compute(RULES, events, at("11-08 09:00"), "all") == report


def test_a_mistake_in_every_clock_is_said_once() -> None:
    events = [ev("received", RECEIVED), ev("withdrawn", "10-30 09:00")]
    assert codes(clocks_of(RULES, events, at("11-02 09:00"))) == ["before_received"]


def test_rules_that_are_off_run_when_their_rulebook_is_asked_for() -> None:
    events = [ev("pboc_transferred", RECEIVED)]
    assert codes(clocks_of(RULES, events, at("11-02 09:00"))) == ["no_received"]
    report = clocks_of(RULES, events, at("11-02 09:00"), rulebooks=["pboc"])
    assert [clock.key for clock in report.clocks] == ["pboc_handle"]


def test_an_unknown_kind_is_bad_input() -> None:
    with pytest.raises(BadInput):
        compute(RULES, [ev("received", RECEIVED)], at("11-02 09:00"), "instt")


def test_the_line_under_a_case() -> None:
    received = ev("received", RECEIVED)
    marks = timeline(RULES, [received], at("11-01 12:00"))
    assert [(mark.key, f"{mark.on:%m-%d}", mark.done) for mark in marks] == [
        ("received", "11-01", True),
        ("first_contact_by", "11-02", False),
        ("due", "11-16", False),
        ("extendable", "12-01", False),
    ]
    events = [received, ev("first_contact", "11-02 09:00"), level("11-10 09:00", "complex")]
    marks = timeline(RULES, events, at("11-11 12:00"))
    assert [(mark.key, f"{mark.on:%m-%d}") for mark in marks][1:] == [
        ("first_contact", "11-02"),
        ("due", "12-01"),
        ("extendable", "12-31"),
    ]
    marks = timeline(RULES, [received, DONE], at("11-11 12:00"))
    assert [mark.key for mark in marks] == ["received", "answered", "due"]
    marks = timeline(
        RULES, [received, ev("agreed", "11-02 10:00", due="11-06 17:00")], at("11-03 12:00")
    )
    assert marks[-1].key == "due_agreed"
    assert marks[-1].at == at("11-06 17:00")
    marks = timeline(RULES, [ev("forwarded", RECEIVED)], at("11-03 12:00"), "reg_forwarded_handle")
    assert marks[0].label.zh == "收到转办"
    assert timeline(RULES, [], at("11-03 12:00")) == ()
    assert "extendable" not in {mark.key for mark in timeline(RULES, [received], at("11-20 12:00"))}


def test_a_rule_past_its_time_is_said() -> None:
    expired = msgspec.structs.replace(RULES.rules[0], valid_to=date(2026, 10, 31))
    rules = msgspec.structs.replace(RULES, rules=(expired, *RULES.rules[1:]))
    report = compute(rules, [ev("received", RECEIVED)], at("11-02 12:00"))
    assert codes(report) == ["rule_expired"]
    assert only(report).due == date(2026, 11, 16)
