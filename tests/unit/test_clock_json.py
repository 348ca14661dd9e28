"""The clocks' JSON contract: exact shapes out, a place and a reason for whatever is wrong."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import i18n
from desk.domain.clock_json import parse, read_event, to_json
from desk.domain.clock_values import ClockEvent
from desk.domain.clocks import compute
from desk.errors import BadInput
from tests.unit.clock_histories import RULES

RECEIVED = {"type": "received", "at": "2026-11-21T10:26"}


def answer(document: object, language: str = "zh") -> dict[str, Any]:
    kind, events, now = parse(document, RULES)
    assert now is not None
    return to_json(compute(RULES, events, now, kind), language)


def test_the_whole_contract_in_one_document() -> None:
    document = {
        "kind": "inst",
        "now": "2026-11-26T09:00",
        "events": [
            {"type": "received", "at": "2026-11-21T10:26"},
            {
                "type": "complexity",
                "at": "2026-11-24T11:00",
                "level": "special",
                "approver": "superior",
                "told_at": "2026-11-24T15:00",
            },
            {"type": "stop", "at": "2026-11-25T09:00", "reason": "mediation"},
            {"type": "resume", "at": "2026-11-26T08:00"},
            {"type": "resume", "at": "2026-11-26T08:30"},
        ],
    }
    found = answer(document, "en")
    assert list(found) == ["clocks", "problems"]
    (clock,) = found["clocks"]
    assert list(clock) == ["key", "due", "state", "used_days", "days", "rule"]
    assert (clock["key"], clock["due"], clock["state"], clock["used_days"]) == (
        "inst_special",
        "2027-01-21",
        "running",
        4,
    )
    assert clock["rule"] == "CBIRC Order 2020 No. 3, Art. 18"
    assert clock["days"][0] == {
        "date": "2026-11-21",
        "counted": False,
        "why": "Day of receipt: not counted",
    }
    assert found["problems"] == [
        {
            "code": "resume_without_stop",
            "text": "The limit was not stopped, so there is nothing to resume.",
        }
    ]
    assert json.loads(json.dumps(found)) == found
    assert "第十八条" in answer(document)["clocks"][0]["rule"]


def test_kind_and_now_may_be_left_out() -> None:
    kind, events, now = parse({"events": [RECEIVED]}, RULES)
    assert (kind, now) == ("inst", None)
    assert events == (ClockEvent("received", datetime.fromisoformat("2026-11-21T10:26")),)
    assert parse({"kind": None, "now": None, "events": []}, RULES) == ("inst", (), None)


def test_all_kinds_at_once() -> None:
    document = {"kind": "all", "now": "2026-11-22T09:00", "events": [RECEIVED]}
    assert [clock["key"] for clock in answer(document)["clocks"]] == [
        "inst_simple",
        "first_contact",
    ]


def test_a_due_date_without_hour_runs_to_the_end_of_its_day() -> None:
    for due, want in (("2026-12-01", "23:59"), ("2026-12-01T17:00", "17:00")):
        event = read_event({"type": "agreed", "at": "2026-11-22T09:00", "due": due})
        assert event.due == datetime.fromisoformat(f"2026-12-01T{want}")


def test_seconds_are_dropped_and_a_space_is_read() -> None:
    event = read_event({"type": "received", "at": "2026-11-21 10:26:59.5"})
    assert event.at == datetime.fromisoformat("2026-11-21T10:26")


BAD: list[tuple[object, str]] = [
    ([], "$"),
    ("received", "$"),
    ({}, "events"),
    ({"events": {}}, "events"),
    ({"events": ["received"]}, "events[0]"),
    ({"events": [RECEIVED], "kind": "instt"}, "kind: instt"),
    ({"events": [RECEIVED], "kind": 7}, "kind"),
    ({"events": [RECEIVED], "now": "tomorrow"}, "now"),
    ({"events": [{"at": "2026-11-21T10:26"}]}, "events[0].type"),
    (
        {"events": [RECEIVED, {"type": "sneezed", "at": "2026-11-21T10:26"}]},
        "events[1].type: sneezed",
    ),
    ({"events": [{"type": "received"}]}, "events[0].at"),
    ({"events": [{"type": "received", "at": 20261121}]}, "events[0].at"),
    ({"events": [{"type": "received", "at": "2026-11-31T10:26"}]}, "events[0].at"),
    ({"events": [{"type": "received", "at": "2026-W47-6"}]}, "events[0].at"),
    ({"events": [{"type": "received", "at": "2026-11-21T10:26+08:00"}]}, "events[0].at"),
    ({"events": [{"type": "received", "at": "２０２６-11-21T10:26"}]}, "events[0].at"),
    ({"events": [{"type": "received", "at": "9999-12-31T10:26"}]}, "events[0].at"),
    ({"events": [{**RECEIVED, "type": "complexity"}]}, "events[0].level"),
    ({"events": [{**RECEIVED, "type": "complexity", "level": "huge"}]}, "events[0].level"),
    ({"events": [{**RECEIVED, "type": "complexity", "level": 1}]}, "events[0].level"),
    ({"events": [{**RECEIVED, "type": "agreed"}]}, "events[0].due"),
    ({"events": [{**RECEIVED, "type": "agreed", "due": "soon"}]}, "events[0].due"),
    ({"events": [{**RECEIVED, "told_at": "soon"}]}, "events[0].told_at"),
]


@pytest.mark.parametrize(("document", "where"), BAD, ids=[where for _, where in BAD])
def test_bad_input_names_place_and_reason(document: object, where: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(document, RULES)
    assert caught.value.params["where"] == where
    assert caught.value.params["reason"]


def test_reasons_are_translated() -> None:
    before = i18n.language()
    try:
        i18n.use("zh")
        with pytest.raises(BadInput) as caught:
            parse({"events": [{"type": "received"}]}, RULES)
        assert "日期和时间" in str(caught.value.params["reason"])
    finally:
        i18n.use(before)


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just("2026-11-21T10:26"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "now", "events", "type", "at", "level", "due", "told_at"])
            | st.text(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
odd_events = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(RULES.event_types())) | any_json, "at": any_json},
    optional={"level": any_json, "due": any_json, "told_at": any_json, "reason": any_json},
)


@given(any_json | st.fixed_dictionaries({"events": st.lists(odd_events, max_size=3)}))
def test_any_document_is_read_or_refused_as_bad_input(document: object) -> None:
    try:
        kind, events, now = parse(document, RULES)
    except BadInput:
        return
    report = compute(RULES, events, now or datetime.fromisoformat("2026-11-22T09:00"), kind)
    json.dumps(to_json(report, "zh"))
