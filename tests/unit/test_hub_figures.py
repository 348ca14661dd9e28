"""Statistics over packed cases are what counting them one by one comes to."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain import hub_figures
from desk.domain.branch_tree import BranchTree
from desk.domain.head_office import BANDS, OUTCOMES, VERDICTS, CaseFacts
from desk.domain.hub import HubBranch
from desk.domain.hub_figures import (
    AXES,
    CODE_AXES,
    OTHER,
    Axis,
    Line,
    Question,
    Rise,
    packed,
    rises,
    room,
    tally,
    total,
)
from desk.errors import BadInput

TODAY = date(2026, 11, 22)
TREE = BranchTree(
    HubBranch(code, "", parent, "full", "")
    for code, parent in (("N", ""), ("N1", "N"), ("N2", "N"), ("S", ""), ("S1", "S"))
)
CODES = {axis: ("", f"{axis}1", f"{axis}2") for axis in CODE_AXES}
NUMBERS: dict[tuple[str, str], int] = {
    (axis, code): place for axis, codes in CODES.items() for place, code in enumerate(codes) if code
}
MONTHS = ("2026-08", "2026-09", "2026-10")


@st.composite
def _facts(draw: st.DrawFn) -> CaseFacts:
    month = draw(st.sampled_from(MONTHS))
    verdict = draw(st.sampled_from(VERDICTS))
    answered = verdict in {"kept", "late"}
    day = draw(st.dates(date(2026, 8, 1), date(2027, 1, 31)))
    return CaseFacts(
        branch=draw(st.sampled_from(sorted(TREE.branches))),
        case_id=draw(st.uuids()).hex,
        number="n",
        month=month,
        received=f"{month}-05T10:00",
        status="open",
        outcome=draw(st.sampled_from(OUTCOMES)),
        amount=draw(st.sampled_from(BANDS)),
        rights="",
        transferred=draw(st.booleans()),
        reopened=draw(st.booleans()),
        verdict=verdict,
        due=day.isoformat(),
        told="",
        closed="",
        days=draw(st.integers(0, 90)) if answered else -1,
        repeat=draw(st.booleans()),
        **{axis: draw(st.sampled_from(CODES[axis])) for axis in CODE_AXES},
    )


FACTS = st.lists(_facts(), max_size=30)
BY = st.lists(st.sampled_from(AXES), unique=True, max_size=4).map(tuple)


def _blocks(facts: Sequence[CaseFacts]) -> list[hub_figures.Block]:
    found: dict[tuple[str, str], list[CaseFacts]] = {}
    for one in facts:
        found.setdefault((one.branch, one.month), []).append(one)
    return [(*key, packed(cases, NUMBERS)) for key, cases in found.items()]


def _plainly(facts: Sequence[CaseFacts], by: tuple[Axis, ...]) -> dict[tuple[str, ...], Line]:
    """The same by counting each case where it belongs."""
    groups: dict[tuple[str, ...], list[CaseFacts]] = {}
    for one in facts:
        region = {"region": TREE.region(one.branch)}
        key = tuple(region[axis] if axis == "region" else getattr(one, axis) for axis in by)
        groups.setdefault(key, []).append(one)
    return {key: _line(key, cases) for key, cases in groups.items()}


def _line(key: tuple[str, ...], cases: Sequence[CaseFacts]) -> Line:
    counted = [one for one in cases if one.outcome != "enquiry"]
    days = Counter(one.days for one in counted if one.days >= 0)
    overdue = [one for one in counted if one.verdict == "open" and one.due < TODAY.isoformat()]
    return Line(
        keys=key,
        count=len(counted),
        is_open=sum(one.outcome == "" for one in counted),
        withdrawn=sum(one.outcome == "withdrawn" for one in counted),
        enquiries=len(cases) - len(counted),
        timed=days.total() + len(overdue),
        kept=sum(one.verdict == "kept" for one in counted),
        overdue=len(overdue),
        repeats=sum(one.repeat for one in counted),
        transferred=sum(one.transferred for one in counted),
        reopened=sum(one.reopened for one in counted),
        days=dict(days),
    )


@given(FACTS, BY)
def test_a_tally_is_what_counting_one_by_one_comes_to(
    facts: list[CaseFacts], by: tuple[Axis, ...]
) -> None:
    found = tally(_blocks(facts), NUMBERS, Question(by), TODAY, TREE.region)
    assert {line.keys: line for line in found} == _plainly(facts, by)
    assert [line.keys for line in found] == sorted(line.keys for line in found)


@given(FACTS, BY, st.sampled_from(CODE_AXES), st.sets(st.integers(0, 2), min_size=1))
def test_only_some_codes_leave_the_others_out(
    facts: list[CaseFacts], by: tuple[Axis, ...], axis: hub_figures.CodeAxis, places: set[int]
) -> None:
    chosen = frozenset(CODES[axis][place] for place in places)
    asked = Question(by, only={axis: chosen})
    found = tally(_blocks(facts), NUMBERS, asked, TODAY, TREE.region)
    some = [one for one in facts if getattr(one, axis) in chosen]
    assert {line.keys: line for line in found} == _plainly(some, by)


@given(FACTS, BY)
def test_lines_together_are_one_line_of_all(facts: list[CaseFacts], by: tuple[Axis, ...]) -> None:
    found = tally(_blocks(facts), NUMBERS, Question(by), TODAY, TREE.region)
    assert total(found) == (_line((), facts) if facts else Line(()))


@given(st.dictionaries(st.integers(0, 90), st.integers(1, 9), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_least_days_that_cover_so_many(
    days: dict[int, int], percent: int
) -> None:
    line = Line((), days=days)
    every = sorted(day for day, n in days.items() for _ in range(n))
    found = line.percentile(percent)
    assert found is not None
    assert sum(day <= found for day in every) * 100 >= len(every) * percent
    assert sum(day < found for day in every) * 100 < len(every) * percent


def test_nothing_answered_has_no_figures() -> None:
    line = Line((), count=2)
    assert (line.median, line.on_time, line.quick, line.share(0, 0)) == (None, None, None, None)


def test_codes_beyond_the_room_are_counted_together(numbered: Sequence[CaseFacts]) -> None:
    most = room("source")
    numbers = {("source", f"s{n}"): min(n, most) + 1 for n in range(most + 3)}
    block = ("N", "2026-10", packed(numbered, numbers))
    known = {key: number for key, number in numbers.items() if number <= most}
    found = tally([block], known, Question(("source",)), TODAY, TREE.region)
    counted = {line.keys[0]: line.count for line in found}
    assert counted[OTHER] == 3
    assert len(counted) == most + 1


@pytest.fixture
def numbered() -> list[CaseFacts]:
    one = CaseFacts(
        branch="N",
        case_id="c",
        number="n",
        month="2026-10",
        received="2026-10-05T10:00",
        status="open",
        outcome="",
        cause="",
        business="",
        channel="",
        source="",
        amount="",
        rights="",
        transferred=False,
        reopened=False,
        verdict="",
        due="",
        told="",
        closed="",
        days=-1,
    )
    return [dataclasses.replace(one, source=f"s{n}") for n in range(room("source") + 3)]


def test_what_rose_most_comes_first_and_rarities_are_left_out() -> None:
    before = [Line(("a",), 10), Line(("b",), 40), Line(("c",), 9)]
    now = [Line(("a",), 18), Line(("b",), 55), Line(("c",), 9), Line(("d",), 4), Line(("e",), 6)]
    assert rises(now, before) == (Rise("b", 55, 40), Rise("a", 18, 10), Rise("e", 6, 0))
    assert rises(now, before, least=10, most=1) == (Rise("b", 55, 40),)
    assert Rise("e", 6, 0).factor is None
    assert Rise("a", 18, 12).factor == 1.5


@pytest.mark.parametrize(
    ("since", "until", "before"),
    [
        ("2026-10", "2026-10", ("2026-09", "2026-09")),
        ("2026-01", "2026-03", ("2025-10", "2025-12")),
        ("2025-07", "2026-06", ("2024-07", "2025-06")),
    ],
)
def test_the_period_before_is_as_long(since: str, until: str, before: tuple[str, str]) -> None:
    found = Question(("cause",), since, until).before()
    assert (found.since, found.until) == before


@pytest.mark.parametrize("month", ["2026", "2026-13", "2026-1", "20261", "2026-10-01", "x"])
def test_a_month_that_is_none_is_refused(month: str) -> None:
    with pytest.raises(BadInput):
        Question(since=month)
    with pytest.raises(BadInput):
        Question(("month", "month"))


def test_a_tree_knows_who_stands_below_whom() -> None:
    assert TREE.under("N") == {"N", "N1", "N2"}
    assert TREE.under("") == frozenset(TREE.branches)
    assert TREE.path("N1") == ("N", "N1")
    assert [TREE.region(one) for one in ("N", "N1", "S1")] == ["N", "N", "S"]
    assert [TREE.region(one, "N") for one in ("N", "N1", "N2")] == ["N", "N1", "N2"]


def test_branches_in_a_circle_end() -> None:
    odd = BranchTree(HubBranch(one, "", other, "full", "") for one, other in ("AB", "BA"))
    assert odd.under("A") == {"A", "B"}
    assert set(odd.path("A")) == {"A", "B"}
