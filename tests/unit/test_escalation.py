"""Escalation: what starts a checklist, what keeps a case open, and who answers for what.

The rules are tried on the shipped pack, so that its content is tested with them.
"""

import itertools
import re
from datetime import date, datetime, timedelta

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from desk import paths
from desk.domain.calendars import (
    CalendarYear,
    OpeningHours,
    Period,
    SpecialDays,
    SpecialHours,
    WorkingCalendar,
)
from desk.domain.case import MarkedItem, StartedChecklist
from desk.domain.conditions import Condition
from desk.domain.escalation import (
    FACTS,
    PHASES,
    Checklist,
    ChecklistItem,
    Matrix,
    Role,
    Trigger,
    blocking,
    cell_for,
    due_at,
    fired,
    mark_done,
    mark_not_applicable,
    progress,
    reopen,
    status_of,
)
from desk.domain.ids import Stamp
from desk.domain.text import Text
from desk.errors import NotAllowed

PACK = paths.PACKS / "cn-branch"


def _content(name: str) -> dict[str, object]:
    content = yaml.safe_load((PACK / name).read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


TRIGGERS = msgspec.convert(_content("triggers.yaml")["triggers"], tuple[Trigger, ...])
CHECKLISTS = msgspec.convert(_content("checklists.yaml")["checklists"], tuple[Checklist, ...])
ROLES = msgspec.convert(_content("roles.yaml")["roles"], tuple[Role, ...])
MATRIX = msgspec.convert(_content("matrix.yaml"), Matrix)
BY_KEY = {checklist.key: checklist for checklist in CHECKLISTS}

# For every trigger: facts that set it off, and facts close by that must not.
EXAMPLES: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "E1.transferred": ({"source": "S_NFRA_FORMAL"}, {"source": "S_SELF"}),
    "E1.guided": ({"source": "S_NFRA_GUIDED"}, {"source": "S_NFRA_FORMAL"}),
    "E1.words": ({"heard": ["legal", "regulator"]}, {"heard": ["legal"]}),
    "E1.sign": ({"signs": ["legal", "reg"]}, {"signs": ["legal"]}),
    "E1.intent": ({"E": 50}, {"E": 49}),
    "E2.words": ({"heard": ["legal", "media"]}, {"heard": ["legal"]}),
    "E2.filming": ({"staff_text": "客户正在拍视频"}, {"staff_text": "客户在看宣传片"}),
    "E2.sign": ({"signs": ["media"]}, {"signs": []}),
    "E2.platform": ({"source": "S_PLATFORM"}, {"source": "S_GOV12345"}),
    "E3.five": ({"group_size": 5}, {"group_size": 4}),
    "E3.major": ({"group_size": 20}, {"group_size": 19}),
    "E3.sign": ({"signs": ["group"]}, {"signs": ["media"]}),
    "E3.words": ({"heard": ["legal", "group"]}, {"heard": ["legal"]}),
    "E4.red": ({"red": ["a"]}, {"red": ["c"]}),
    "E4.risk": ({"V": 75}, {"V": 74}),
    "E4.words": ({"heard": ["legal", "violence"]}, {"heard": ["legal"]}),
    "E5.red": ({"red": ["b"]}, {"red": ["a"]}),
    "E5.words": ({"heard": ["legal", "self_harm"]}, {"heard": ["legal"]}),
    "E6.red": ({"red": ["d"]}, {"red": ["b"]}),
    "E6.words": ({"heard": ["legal", "fraud_in_progress"]}, {"heard": ["legal"]}),
    "E7.support": ({"U": 45}, {"U": 44}),
    "E7.words": ({"heard": ["vulnerable"]}, {"heard": ["media"]}),
    "E8.cause": ({"cause": "C_INFOSEC"}, {"cause": "C_FUNDS"}),
    "E8.words": ({"heard": ["legal", "privacy_breach"]}, {"heard": ["legal"]}),
    "E9.role": ({"role": "d"}, {"role": "b"}),
    "E9.words": ({"heard": ["legal", "paid_agent"]}, {"heard": ["legal"]}),
    "E9.contact": ({"same_contact": 3}, {"same_contact": 2}),
    "E10.red": ({"red": ["c", "d"]}, {"red": ["d"]}),
    "E10.words": ({"heard": ["medical"]}, {"heard": []}),
}

STAMP = Stamp(0, 0, "test")


def _started(checklist: Checklist, marks: dict[str, str]) -> StartedChecklist:
    items = {
        key: MarkedItem("done" if status == "done" else "not_applicable", "u1", STAMP)
        for key, status in marks.items()
        if status != "open"
    }
    return StartedChecklist(checklist.key, STAMP, "u1", (), items)


def _texts(value: object) -> list[Text]:
    if isinstance(value, Text):
        return [value]
    if isinstance(value, msgspec.Struct):
        return [t for name in value.__struct_fields__ for t in _texts(getattr(value, name))]
    if isinstance(value, tuple):
        return [t for item in value for t in _texts(item)]
    return []


# -- triggers ------------------------------------------------------------------------------------


def test_every_trigger_has_an_example() -> None:
    assert sorted(EXAMPLES) == sorted(trigger.key for trigger in TRIGGERS)


@pytest.mark.parametrize("trigger", TRIGGERS, ids=lambda t: t.key)
def test_a_trigger_fires_and_stays_silent(trigger: Trigger) -> None:
    loud, quiet = EXAMPLES[trigger.key]
    assert trigger in fired(TRIGGERS, loud)
    assert trigger not in fired(TRIGGERS, quiet)
    assert fired([trigger], {}) == ()
    assert Condition(trigger.condition).facts <= set(FACTS)
    assert trigger.checklist in BY_KEY


def test_an_ordinary_complaint_sets_nothing_off() -> None:
    facts = {
        **dict.fromkeys(("A", "V", "E", "U"), 20),
        "red": [],
        "signs": ["legal"],
        "role": "a",
        "source": "S_SELF",
        "group_size": 1,
        "cause": "C_SERVICE",
        "text": "排队等了七十分钟，还有一个窗口关着没人，您看怎么办",
        "heard": ["legal"],
        "staff_text": "客户到号，等候时间与叫号记录一致。",
        "similar_recent": 1,
        "same_contact": 0,
    }
    assert set(facts) <= set(FACTS)
    assert fired(TRIGGERS, facts) == ()


def test_a_group_of_twenty_fires_both_the_warning_and_the_major_trigger() -> None:
    assert [t.key for t in fired(TRIGGERS, {"group_size": 20})] == ["E3.five", "E3.major"]


JSON = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.one_of(st.integers(), st.text(max_size=4)), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@given(st.dictionaries(st.sampled_from([*FACTS, "unknown"]), JSON))
def test_no_facts_make_a_trigger_fail(facts: dict[str, object]) -> None:
    hits = fired(TRIGGERS, facts)
    assert [t for t in TRIGGERS if t in hits] == list(hits)


@given(st.integers(0, 100), st.integers(0, 100))
def test_more_escalation_never_starts_fewer_checklists(one: int, other: int) -> None:
    low, high = sorted((one, other))
    for fact in ("V", "E", "U", "group_size"):
        assert set(fired(TRIGGERS, {fact: low})) <= set(fired(TRIGGERS, {fact: high}))


@pytest.mark.parametrize("condition", ["E >= ", "mood > 3", "frobnicate(text)"])
def test_a_trigger_that_could_never_be_answered_is_refused(condition: str) -> None:
    raw = {"key": "E1.x", "checklist": "E1", "condition": condition, "why": {"zh": "一", "en": "a"}}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(raw, Trigger)


# -- checklists ----------------------------------------------------------------------------------


def test_all_ten_checklists_are_there_and_four_are_red() -> None:
    assert [c.key for c in CHECKLISTS] == [f"E{n}" for n in range(1, 11)]
    assert {c.key for c in CHECKLISTS if c.red} == {"E4", "E5", "E6", "E10"}
    assert {t.checklist for t in TRIGGERS} == set(BY_KEY)


@pytest.mark.parametrize("checklist", CHECKLISTS, ids=lambda c: c.key)
def test_a_checklist_is_complete(checklist: Checklist) -> None:
    roles = {role.key for role in ROLES}
    assert checklist.items[0].phase == "now"
    order = [PHASES.index(item.phase) for item in checklist.items]
    assert order == sorted(order)
    assert any(item.gating for item in checklist.items)
    assert checklist.never
    for item in checklist.items:
        assert item.key.startswith(f"{checklist.key}.")
        assert item.owner in roles
        assert item.gating or not item.needs_head
        if item.limit_minutes in {1440, 2880, 4320, 7200, 10080, 14400} or item.limit_days:
            assert item.limit_text is not None, item.key


@pytest.mark.parametrize(
    "content", [*TRIGGERS, *CHECKLISTS, *ROLES, MATRIX], ids=lambda c: getattr(c, "key", "matrix")
)
def test_texts_are_in_both_languages_and_in_good_tone(content: msgspec.Struct) -> None:
    texts = _texts(content)
    assert texts
    for text in texts:
        assert text.zh.strip()
        assert text.en.strip()
        assert not re.search(r"[\u3400-\u9fff]", text.en), text.en
        assert not re.search(r"你|冷静|系统错误|无理取闹|刁民", text.zh), text.zh


@given(st.data())
def test_progress_and_blocking_follow_the_marks(data: st.DataObject) -> None:
    states = {}
    for checklist in CHECKLISTS:
        if data.draw(st.booleans()):
            mark = st.sampled_from(("open", "done", "not_applicable"))
            marks = {item.key: data.draw(mark) for item in checklist.items}
            states[checklist.key] = _started(checklist, marks)
            settled = sum(status != "open" for status in marks.values())
            assert progress(checklist, states[checklist.key]) == (settled, len(marks))
    open_items = {
        item.key
        for key, started in states.items()
        for item in BY_KEY[key].items
        if status_of(started, item.key) == "open"
    }
    blocked = blocking(CHECKLISTS, states)
    assert all(item.gating and item in checklist.items for checklist, item in blocked)
    gating = {item.key for c in CHECKLISTS for item in c.items if item.gating}
    assert {item.key for _, item in blocked} == open_items & gating


def test_an_untouched_checklist_blocks_and_an_unstarted_one_does_not() -> None:
    started = {"E1": _started(BY_KEY["E1"], {})}
    assert {item.key for _, item in blocking(CHECKLISTS, started)} >= {"E1.decide", "E1.report"}
    assert blocking(CHECKLISTS, {}) == ()
    assert progress(BY_KEY["E1"], None) == (0, len(BY_KEY["E1"].items))


CALENDAR = WorkingCalendar()
MONDAY = datetime(2026, 11, 23, 9, 12)  # noqa: DTZ001 - branch time is local and naive


@pytest.mark.parametrize(
    ("limits", "due"),
    [
        ({"limit_minutes": 10}, MONDAY + timedelta(minutes=10)),
        ({"limit_minutes": 0}, MONDAY),
        ({"limit_days": 0}, MONDAY.replace(hour=23, minute=59)),
        ({"limit_days": 1}, MONDAY.replace(day=24, hour=23, minute=59)),
        ({"limit_days": 5}, MONDAY.replace(day=30, hour=23, minute=59)),
        ({}, None),
    ],
)
def test_limits(limits: dict[str, int], due: datetime | None) -> None:
    raw = {"key": "x", "phase": "now", "text": {"zh": "一", "en": "a"}, "owner": "head", **limits}
    assert due_at(msgspec.convert(raw, ChecklistItem), MONDAY, CALENDAR) == due


def test_working_days_are_those_of_the_calendar() -> None:
    item = BY_KEY["E1"].item("E1.contact")
    assert item is not None
    rest = SpecialDays(date(2026, 11, 24), date(2026, 11, 25), works=False, name=Text("休", "rest"))
    due = due_at(item, MONDAY, WorkingCalendar([CalendarYear(2026, "a notice", (rest,))]))
    assert due is not None
    assert due.date() == date(2026, 11, 26)


@pytest.mark.parametrize(("days", "last"), [(0, "09-30"), (1, "10-08"), (3, "10-10")])
def test_a_limit_in_days_goes_over_the_national_day_week(days: int, last: str) -> None:
    item = ChecklistItem("x", "now", Text("一", "a"), "head", limit_days=days)
    begun = datetime(2026, 9, 30, 9, 12)  # noqa: DTZ001 - branch time is local and naive
    due = due_at(item, begun, CALENDAR)  # 10 October is a Saturday that is worked
    assert due == datetime.fromisoformat(f"2026-{last}T23:59")


LUNCH = (Period("09:00", "12:00"), Period("13:30", "17:00"))
EARLY = SpecialHours(date(2026, 11, 25), date(2026, 11, 25), LUNCH[:1], Text("半日", "half day"))
OPEN = WorkingCalendar(hours=OpeningHours(workdays=LUNCH, special=(EARLY,), source="a notice"))


@pytest.mark.parametrize(
    ("begun", "days", "due"),
    [
        ("2026-11-23T09:12", 0, "2026-11-23T17:00"),
        ("2026-11-23T12:30", 0, "2026-11-23T17:00"),  # lunch is no end of the day
        ("2026-11-23T17:00", 0, "2026-11-23T23:59"),  # begun when the branch had closed
        ("2026-11-22T10:00", 0, "2026-11-22T23:59"),  # a Sunday, closed
        ("2026-11-23T09:12", 2, "2026-11-25T12:00"),
        ("2026-09-30T16:00", 3, "2026-10-10T17:00"),  # a Saturday that is worked
    ],
)
def test_days_end_when_the_branch_closes(begun: str, days: int, due: str) -> None:
    item = ChecklistItem("x", "now", Text("一", "a"), "head", limit_days=days)
    found = due_at(item, datetime.fromisoformat(begun), OPEN)
    assert found == datetime.fromisoformat(due)


@given(
    begun=st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 1)),  # noqa: DTZ001 - local, naive
    days=st.integers(0, 30),
)
def test_closing_times_move_no_day_and_never_lie_before_the_beginning(
    begun: datetime, days: int
) -> None:
    item = ChecklistItem("x", "now", Text("一", "a"), "head", limit_days=days)
    open_end, last = due_at(item, begun, OPEN), due_at(item, begun, CALENDAR)
    assert open_end is not None
    assert last is not None
    assert open_end.date() == last.date()
    assert open_end <= last
    assert open_end > begun or begun > last


@pytest.mark.parametrize("limits", [{"limit_minutes": 1, "limit_days": 1}, {"limit_days": -1}])
def test_impossible_limits_are_refused(limits: dict[str, int]) -> None:
    raw = {"key": "x", "phase": "now", "text": {"zh": "一", "en": "a"}, "owner": "head", **limits}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(raw, ChecklistItem)


@pytest.mark.usefixtures("english")
def test_two_items_of_one_key_are_refused() -> None:
    raw = msgspec.to_builtins(BY_KEY["E7"])
    raw["items"] = [raw["items"][0], raw["items"][0]]
    with pytest.raises(msgspec.ValidationError, match="one key"):
        msgspec.convert(raw, Checklist)


# -- marks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_not_applicable_needs_a_reason_even_from_the_head(reason: str) -> None:
    for checklist in CHECKLISTS:
        for item in checklist.items:
            with pytest.raises(NotAllowed) as refused:
                mark_not_applicable(checklist, None, item.key, reason, by_head=True)
            assert refused.value.params["reason"] == "needs_reason"


@pytest.mark.parametrize(
    ("key", "item", "head_only"),
    [
        ("E1", "E1.report", False),
        ("E1", "E1.decide", True),
        ("E4", "E4.alarm", True),
        ("E4", "E4.secure", False),
        ("E6", "E6.freeze", True),
        ("E9", "E9.usual", True),
    ],
)
def test_safeguards_are_set_aside_by_the_head_only(key: str, item: str, head_only: bool) -> None:
    checklist = BY_KEY[key]
    if head_only:
        with pytest.raises(NotAllowed) as refused:
            mark_not_applicable(checklist, None, item, "误报", by_head=False)
        assert refused.value.params["reason"] == "head_only"
    else:
        mark_not_applicable(checklist, None, item, "误报", by_head=False)
    event = mark_not_applicable(checklist, None, item, " 误报 ", by_head=True)
    assert (event.item, event.status, event.reason) == (item, "not_applicable", "误报")


def test_what_was_done_is_reopened_before_it_is_set_aside() -> None:
    checklist = BY_KEY["E2"]
    started = _started(checklist, {"E2.facts": "done"})
    with pytest.raises(NotAllowed) as refused:
        mark_not_applicable(checklist, started, "E2.facts", "点错了", by_head=True)
    assert refused.value.params["reason"] == "item_done"
    assert reopen(checklist, "E2.facts", "点错了").status == "open"
    with pytest.raises(NotAllowed):
        reopen(checklist, "E2.facts", " ")


def test_an_item_that_is_not_on_the_list_cannot_be_marked() -> None:
    assert mark_done(BY_KEY["E1"], "E1.contact").status == "done"
    with pytest.raises(NotAllowed) as refused:
        mark_done(BY_KEY["E1"], "E2.facts")
    assert refused.value.params["reason"] == "item_unknown"


# -- matrix --------------------------------------------------------------------------------------


def test_every_combination_has_its_own_cell() -> None:
    cells = [cell_for(MATRIX, *found) for found in itertools.product((False, True), repeat=3)]
    assert {cell.number for cell in cells if cell} == set(range(1, 9))
    assert len({cell.title for cell in cells if cell}) == 8


@pytest.mark.parametrize(
    ("evidence", "team", "company", "number"),
    [
        (False, False, False, 1),
        (False, True, False, 2),
        (False, False, True, 3),
        (False, True, True, 4),
        (True, False, False, 5),
        (True, True, False, 6),
        (True, False, True, 7),
        (True, True, True, 8),
        (None, True, True, None),
        (True, None, True, None),
        (True, True, None, None),
    ],
)
def test_cells(
    evidence: bool | None, team: bool | None, company: bool | None, number: int | None
) -> None:
    cell = cell_for(MATRIX, evidence, team, company)
    assert (cell.number if cell else None) == number


@pytest.mark.usefixtures("english")
def test_a_matrix_with_a_hole_or_a_misplaced_cell_is_refused() -> None:
    raw = msgspec.to_builtins(MATRIX)
    with pytest.raises(msgspec.ValidationError, match="eight cells"):
        msgspec.convert({**raw, "cells": raw["cells"][:-1]}, Matrix)
    turned = [{**raw["cells"][0], "team": True}, *raw["cells"][1:]]
    with pytest.raises(msgspec.ValidationError, match="cell 1 stands where 2 belongs"):
        msgspec.convert({**raw, "cells": turned}, Matrix)


def test_the_page_for_the_wall_names_real_checklists() -> None:
    named = {key for row in MATRIX.calls for key in row.checklists}
    assert named == set(BY_KEY)
    assert len(MATRIX.transfers) >= 6
