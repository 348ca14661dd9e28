"""What statistics need of a case, told from its events by the pack it was opened under."""

import pytest

from desk.domain.case import Case
from desk.domain.deidentify import pseudonym
from desk.domain.engine import Engine
from desk.domain.events import (
    CaseOpened,
    ClockMoved,
    Closed,
    Event,
    FieldSet,
    Payload,
    Reopened,
    Value,
)
from desk.domain.fold import fold
from desk.domain.head_office import CaseFacts, band, customers, facts, is_again
from desk.domain.ids import Stamp
from desk.packs import loader

KEY = b"k" * 32


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(loader.load())


def _events(*payloads: Payload) -> list[Event]:
    return [
        Event(
            id=f"e{at:03}",
            device="d",
            seq=at,
            stamp=Stamp(1_800_000_000_000 + at, 0, "d"),
            actor="0417",
            case="c",
            payload=payload,
            pack="cn-branch@1",
        )
        for at, payload in enumerate(payloads, start=1)
    ]


def _opened(at: str = "2026-09-01T10:00") -> CaseOpened:
    return CaseOpened(number="CD20260901-001", received_at=at, first_receiver="0417")


def _set(**values: Value) -> list[Payload]:
    return [FieldSet(field=field, value=value) for field, value in values.items()]


def _facts(engine: Engine, *payloads: Payload) -> CaseFacts:
    events = _events(_opened(), *payloads)
    found = facts("CD", fold("c", events), events, engine)
    assert found is not None
    return found


def test_a_case_answered_in_time(engine: Engine) -> None:
    codes = _set(business="B_CARD", cause="C_PRICING", channel="A_E_PHONE", source="S_NFRA_FORMAL")
    told = _set(told_at="2026-09-11T15:00", told_how="phone", rights=["R4", "R2"], amount=5000.0)
    found = _facts(engine, *codes, *told, Closed(outcome="told", at="2026-09-12T09:00"))
    assert (found.month, found.received) == ("2026-09", "2026-09-01T10:00")
    assert (found.business, found.cause, found.channel) == ("B_CARD", "C_PRICING", "A_E_PHONE")
    assert (found.transferred, found.rights, found.amount) == (True, "R4,R2", "to_5k")
    assert (found.verdict, found.days, found.due) == ("kept", 10, "2026-09-16")
    assert (found.outcome, found.told, found.closed) == ("told", "2026-09-11", "2026-09-12")
    assert not found.reopened


def test_a_case_answered_too_late(engine: Engine) -> None:
    found = _facts(engine, *_set(told_at="2026-09-20T15:00", told_how="phone"))
    assert (found.verdict, found.days) == ("late", 19)


def test_an_open_case_tells_when_it_is_due(engine: Engine) -> None:
    found = _facts(engine)
    assert (found.verdict, found.days, found.due, found.outcome) == ("open", -1, "2026-09-16", "")


def test_days_of_a_stop_are_not_counted(engine: Engine) -> None:
    stop = ClockMoved(
        type="stop", at="2026-09-03T10:00", reason="appraisal", told_at="2026-09-03T10:00"
    )
    resume = ClockMoved(type="resume", at="2026-09-13T10:00")
    assert _facts(engine, stop).verdict == "stopped"
    told = _set(told_at="2026-09-20T15:00", told_how="phone")
    found = _facts(engine, stop, resume, *told)
    assert found.verdict == "kept"
    assert 0 < found.days < 15


def test_what_was_withdrawn_owes_no_answer(engine: Engine) -> None:
    withdrawn = ClockMoved(type="withdrawn", at="2026-09-05T10:00")
    found = _facts(engine, withdrawn, Closed(outcome="withdrawn", at="2026-09-05T10:01"))
    assert (found.verdict, found.days, found.outcome) == ("ended", -1, "withdrawn")


def test_what_was_taken_up_again_is_told(engine: Engine) -> None:
    found = _facts(engine, Closed(outcome="told", at="2026-09-12T09:00"), Reopened(reason="x"))
    assert (found.reopened, found.closed, found.outcome) == (True, "", "")


def test_a_complaint_entered_later_counts_where_it_came_in(engine: Engine) -> None:
    found = _facts(engine, *_set(arrived_at="2026-08-31T09:00"))
    assert (found.month, found.received) == ("2026-08", "2026-08-31T09:00")


@pytest.mark.parametrize(
    "payload",
    [
        ClockMoved(type="stop", at="the day before", reason="appraisal"),
        FieldSet(field="told_at", value="soon"),
        FieldSet(field="cause", value="C\0" + "x" * 5000),
        FieldSet(field="amount", value="much"),
        FieldSet(field="rights", value=True),
    ],
)
def test_an_odd_value_spoils_no_statistics(engine: Engine, payload: Payload) -> None:
    found = _facts(engine, payload)
    assert "\0" not in found.cause
    assert len(found.cause) <= 64
    assert (found.amount, found.told) == ("", "")


def test_events_without_a_receipt_are_no_case_yet(engine: Engine) -> None:
    events = _events(FieldSet(field="cause", value="C_OTHER"))
    assert facts("CD", fold("c", events), events, engine) is None
    odd = _events(_opened("some day"))
    assert facts("CD", fold("c", odd), odd, engine) is None


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (None, ""),
        (0, ""),
        (-5, ""),
        (float("nan"), ""),
        (True, ""),
        ("5", ""),
        (0.01, "to_1k"),
        (1000, "to_1k"),
        (5000.01, "to_50k"),
        (500_000, "to_500k"),
        (1e12, "above"),
    ],
)
def test_sums_fall_into_bands(amount: object, expected: str) -> None:
    assert band(amount) == expected


def _case(**values: str) -> Case:
    return fold("c", _events(_opened(), *_set(**values)))


def test_customers_are_known_again_however_they_were_typed() -> None:
    one = customers(
        KEY, "CD", _case(complainant_phone="138 0000-2207", id_number="51010019600101123X")
    )
    other = customers(KEY, "XY", _case(complainant_phone="+86 13800002207"))
    assert len(one) == 2
    assert len(one & other) == 1
    assert not one & customers(b"o" * 32, "CD", _case(complainant_phone="13800002207"))
    assert not one & customers(KEY, "CD", _case(id_number="13800002207"))


def test_what_tells_nobody_makes_no_customer() -> None:
    assert not customers(KEY, "CD", _case(complainant_phone="00000000000", id_number="12345"))
    assert not customers(KEY, "CD", _case())


def test_a_stand_in_is_the_same_customer_in_its_branch_only() -> None:
    phone = pseudonym(b"b" * 32, "phone", "13800002207")
    one = customers(KEY, "CD", _case(complainant_phone=phone))
    assert one == customers(KEY, "CD", _case(complainant_phone=phone))
    assert not one & customers(KEY, "XY", _case(complainant_phone=phone))


def test_a_year_later_is_no_repeated_complaint() -> None:
    assert is_again("2025-09-01T10:00", "2026-09-01T09:00")
    assert not is_again("2025-09-01T10:00", "2026-09-02T09:00")
