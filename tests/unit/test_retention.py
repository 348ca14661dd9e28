"""How long a person is kept: never below the floor, never under a hold, anew after reopening."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain import events as ev
from desk.domain import retention
from desk.domain.case import Case
from desk.domain.events import Event, Payload
from desk.domain.fold import fold
from desk.domain.ids import Stamp
from desk.domain.retention import KeepingClass, Kept, due_on, floor_on, kept, refusal
from desk.domain.text import Text
from desk.packs.loader import load

CLASSES = load().keeping
SALE = retention.class_of(CLASSES, "sale_recording")
FILE = retention.class_of(CLASSES, "complaint")
DAYS = st.dates(date(1990, 1, 1), date(2200, 12, 31))
YEARS = st.integers(1, 30)


def case_of(*payloads: Payload) -> Case:
    opened = ev.CaseOpened(number="N-1", received_at="2026-01-05T09:00", first_receiver="0417")
    return fold(
        "c1",
        (
            Event(f"e{at}", "d", at, Stamp(at, 0, "d"), "0417", "c1", payload, "p@1")
            for at, payload in enumerate((opened, *payloads), 1)
        ),
    )


def closed(day: str) -> ev.Closed:
    return ev.Closed(outcome="told", at=f"{day}T16:00")


def a_class(years: int, floor: int, after_dispute: int = 0) -> KeepingClass:
    return KeepingClass(
        key="k",
        name=Text("类", "class"),
        covers=Text("类", "class"),
        years=years,
        floor=floor,
        article=Text("条", "article"),
        source="S1",
        confidence="verified",
        after_dispute=after_dispute,
    )


def due(case: Case) -> date | None:
    found = kept(CLASSES, case)
    return due_on(retention.class_of(CLASSES, found.keep), found)


def test_the_shipped_classes_never_go_below_what_their_rule_asks() -> None:
    asked = {one.key: (one.years, one.floor, one.after_dispute) for one in CLASSES}
    assert asked["complaint"] == (5, 3, 0)
    assert asked["sale_recording"] == (10, 10, 2)
    assert asked["sale_recording_short"] == (5, 5, 2)
    assert all(one.floor <= one.years for one in CLASSES)
    assert CLASSES[-1].proposed_when == "true"
    assert {one.key for one in CLASSES if one.confidence != "verified"} == {"credit", "identity"}


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("years", "floor"), [(2, 3), (0, 0), (101, 3), (3, 0)])
def test_a_class_below_its_floor_is_no_class(years: int, floor: int) -> None:
    with pytest.raises(msgspec.ValidationError, match="kept for"):
        msgspec.convert({**msgspec.to_builtins(FILE), "years": years, "floor": floor}, KeepingClass)


def test_a_year_is_over_when_its_last_day_is() -> None:
    assert due(case_of(closed("2026-11-22"))) == date(2031, 11, 23)
    assert due(case_of(closed("2024-02-29"))) == date(2029, 3, 1)
    assert due(case_of(closed("2026-12-31"))) == date(2032, 1, 1)


def test_an_open_case_is_never_due() -> None:
    assert due(case_of()) is None
    assert kept(CLASSES, case_of()) == Kept("", "")


def test_reopening_begins_the_count_anew() -> None:
    again = (closed("2026-02-01"), ev.Reopened(reason="补充材料"))
    assert due(case_of(*again)) is None
    assert due(case_of(*again, closed("2027-03-04"))) == date(2032, 3, 5)


def test_what_is_in_a_case_proposes_its_class_and_a_person_decides() -> None:
    sale = ev.FieldSet(field="insurance_matter", value="I_SALES")
    wealth = ev.FieldSet(field="business", value="B_WM")
    ended = closed("2026-02-01")
    assert kept(CLASSES, case_of(ended)).keep == "complaint"
    assert kept(CLASSES, case_of(sale, wealth, ended)).keep == "sale_recording"
    assert kept(CLASSES, case_of(wealth, ended)).keep == "suitability"
    chosen = ev.KeepingSet(keep="sale_recording_short")
    assert kept(CLASSES, case_of(sale, ended, chosen)).keep == "sale_recording_short"
    assert due(case_of(sale, ended, chosen)) == date(2031, 2, 2)


def test_a_class_that_is_gone_from_the_rules_is_kept_as_any_file() -> None:
    assert retention.class_of(CLASSES, "gone") is FILE


def test_the_last_contact_counts_where_the_rule_says_so() -> None:
    ended = closed("2026-02-01")
    follow_up = ev.FieldSet(field="follow_up_at", value="2026-05-06T10:00")
    chosen = ev.KeepingSet(keep="identity")
    assert due(case_of(ended, follow_up, chosen)) == date(2036, 5, 7)
    assert due(case_of(ended, follow_up)) == date(2031, 2, 2)
    before = ev.FieldSet(field="follow_up_at", value="2025-12-01T10:00")
    assert due(case_of(ended, before, chosen)) == date(2036, 2, 2)


def test_after_a_dispute_recordings_stay_two_years_more() -> None:
    sale = ev.FieldSet(field="insurance_matter", value="I_SALES")
    held = ev.HoldSet(on=True, at="2026-03-01T09:00", reason="客户已起诉")
    story = (sale, closed("2026-02-01"), held)
    assert due(case_of(*story)) is None
    assert kept(CLASSES, case_of(*story)).state == "held"
    late = ev.HoldSet(on=False, at="2035-06-07T09:00")
    assert due(case_of(*story, late)) == date(2037, 6, 8)
    early = ev.HoldSet(on=False, at="2028-06-07T09:00")
    assert due(case_of(*story, early)) == date(2036, 2, 2)
    # Any other file goes by its own years, however long the dispute took.
    assert due(case_of(closed("2026-02-01"), held, late)) == date(2031, 2, 2)


def test_what_calls_for_a_hold_is_asked_until_somebody_decides() -> None:
    stop = ev.ClockMoved(type="stop", at="2026-01-06T09:00", reason="mediation")
    resume = ev.ClockMoved(type="resume", at="2026-01-09T09:00")
    grounds = retention.hold_grounds
    assert grounds(case_of(stop), ["legal", "media"], transferred=True) == (
        "legal",
        "transfer",
        "stopped",
    )
    assert grounds(case_of(stop, resume), [], transferred=False) == ()
    none = ev.HoldSet(on=False, at="2026-02-02T09:00", reason="已问过法务")
    decided = case_of(stop, none)
    assert grounds(decided, ["legal"], transferred=True) == ()
    assert decided.hold_ended_at == ""  # there was no dispute that could have ended
    assert grounds(case_of(stop, none, ev.Reopened()), ["legal"], transferred=False) == (
        "legal",
        "stopped",
    )


def test_what_stands_against_forgetting_says_until_when() -> None:
    found = kept(CLASSES, case_of(closed("2026-11-22")))
    assert refusal(FILE, found, "due", date(2029, 11, 22)) == retention.Refusal(
        "floor", date(2029, 11, 23)
    )
    assert refusal(FILE, found, "asked", date(2029, 11, 23)) is None
    assert refusal(FILE, found, "due", date(2029, 11, 23)) == retention.Refusal(
        "not_due", date(2031, 11, 23)
    )
    assert refusal(FILE, found, "due", date(2031, 11, 23)) is None
    held = replace(found, state="held")
    assert refusal(FILE, held, "law", date(2090, 1, 1)) == retention.Refusal("held")
    assert refusal(FILE, Kept("", ""), "law", date(2090, 1, 1)) == retention.Refusal("open")


@given(st.builds(a_class, YEARS, st.just(1), st.integers(0, 5)), DAYS, DAYS | st.none(), DAYS)
def test_nobody_is_forgotten_before_the_floor(
    one: KeepingClass, start: date, dispute: date | None, today: date
) -> None:
    found = Kept("counting", "k", start, dispute)
    for why in ("due", "asked", "law"):
        allowed = refusal(one, found, why, today) is None
        if allowed:
            years = one.years if why == "due" else one.floor
            assert today > _anniversary(start, years)
            if dispute and one.after_dispute:
                assert today > _anniversary(dispute, one.after_dispute)
    first = floor_on(one, found)
    assert first is not None
    assert refusal(one, found, "asked", first) is None
    assert refusal(one, found, "asked", first - timedelta(days=1)) is not None


def _anniversary(day: date, years: int) -> date:
    """The same day so many years later, by another way than the program's."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 2, 28)


@given(DAYS, YEARS)
def test_lists_ask_for_exactly_the_days_that_are_over(day: date, years: int) -> None:
    begun = retention.begun_by(day, years)
    one = a_class(years, years)
    ends = due_on(one, Kept("counting", "k", begun))
    after = due_on(one, Kept("counting", "k", begun + timedelta(days=1)))
    assert ends is not None
    assert after is not None
    assert ends <= day < after


HAPPENED = st.lists(
    st.sampled_from(
        [
            closed("2026-02-01"),
            closed("2030-06-30"),
            ev.Reopened(reason="补充"),
            ev.HoldSet(on=True, at="2027-01-01T09:00", reason="起诉"),
            ev.HoldSet(on=False, at="2028-01-01T09:00", reason="结束"),
            ev.KeepingSet(keep="sale_recording"),
            ev.KeepingSet(keep="complaint"),
            ev.FieldSet(field="insurance_matter", value="I_SALES"),
        ]
    ),
    max_size=12,
)


@given(HAPPENED, st.dates(date(2026, 1, 1), date(2060, 1, 1)), st.sampled_from(["due", "law"]))
def test_whatever_happened_a_hold_wins_and_the_last_closing_counts(
    happened: list[Payload], today: date, why: retention.Why
) -> None:
    case = case_of(*happened)
    found = kept(CLASSES, case)
    one = retention.class_of(CLASSES, found.keep)
    allowed = refusal(one, found, why, today) is None
    ends = [p for p in happened if isinstance(p, ev.Closed | ev.Reopened)]
    last = ends[-1] if ends else None
    holds = [p for p in happened if isinstance(p, ev.HoldSet)]
    if (holds and holds[-1].on) or not isinstance(last, ev.Closed):
        assert not allowed
        assert due_on(one, found) is None
    else:
        begun = date.fromisoformat(last.at[:10])
        assert found.kept_from == begun
        if allowed:
            assert today > _anniversary(begun, 3)


def test_every_class_is_told_with_its_rule_in_both_languages() -> None:
    for one, other in itertools.pairwise(CLASSES):
        assert one.key != other.key
    for one in CLASSES:
        assert one.article.zh
        assert one.article.en
        assert one.source


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("when", "reason"),
    [("nowhere == 'x'", "unknown field nowhere"), ("insurance_matter ==", ""), ("true", "last")],
)
def test_a_class_that_asks_nonsense_is_a_fault(when: str, reason: str) -> None:
    odd = msgspec.structs.replace(a_class(3, 3), proposed_when=when)
    found = retention.class_faults((odd, FILE), {"insurance_matter"})
    assert [key for key, _why in found] == ["k"]
    assert reason in found[0][1]
