"""What is derived from a case: clocks, lists, matrix, suggestion, wording, projection."""

from datetime import datetime

import pytest

from desk.domain import events as ev
from desk.domain.case import Case
from desk.domain.engine import CaseView, Engine, Place
from desk.domain.events import Event, Payload, Value
from desk.domain.fold import fold
from desk.domain.ids import Stamp
from desk.packs import loader

NOW = datetime.fromisoformat("2026-11-21T10:40")
PLACE = Place(branch="城东支行", staff="陈晨")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(loader.load())


def case_of(*payloads: Payload, received: str = "2026-11-21T10:26") -> Case:
    opened = ev.CaseOpened(number="CD20261121-001", received_at=received, first_receiver="1023")
    events = [
        Event(f"e{n}", "a", n + 1, Stamp(n, 0, "a"), "1023", "c1", payload, "p@1")
        for n, payload in enumerate((opened, *payloads))
    ]
    return fold("c1", events)


def put(field: str, value: Value) -> ev.FieldSet:
    return ev.FieldSet(field=field, value=value)


def shown(engine: Engine, case: Case, now: datetime = NOW) -> CaseView:
    return engine.view(case, now, "zh", PLACE)


def test_a_new_case_has_a_clock_and_a_sentence(engine: Engine) -> None:
    view = shown(engine, case_of())
    assert view.clock is not None
    assert (view.clock.key, view.clock.due.isoformat()) == ("inst_simple", "2026-12-06")
    assert view.suggestion.now is not None
    assert view.assessment is None
    assert "opening_words" in {lack.field for lack in view.missing_in(1)}


def test_words_point_to_scenario_codes_and_checklist(engine: Engine) -> None:
    words = "理财说好今天赎回到账，现在又说明天，我要打12378投诉你们"
    view = shown(engine, case_of(put("opening_words", words)))
    assert view.scenario == "wealth_redemption"
    assert "E1" in {found.checklist.key for found in view.lists}
    assert "B_WM" in {code.key for code in view.businesses}


@pytest.mark.parametrize(
    ("step", "stage"),
    [(1, "respect"), (2, "respect"), (3, "verify"), (4, "resolve"), (5, "resolve")],
)
def test_the_step_says_where_an_unobserved_talk_stands(
    engine: Engine, step: int, stage: str
) -> None:
    walked = (put("scenario", "fees"), ev.StepEntered(step=step))
    assert shown(engine, case_of(*walked)).stage == stage
    observed = case_of(*walked, ev.AnswerSet(question="Q1", answer=0))
    assert shown(engine, observed).stage == "respect", "what was observed outweighs the form"


def test_who_walks_to_the_end_unobserved_finds_words_to_close_with(engine: Engine) -> None:
    case = case_of(put("scenario", "fees"), ev.StepEntered(step=5))
    found = shown(engine, case).suggestion
    first = [one for one in (found.now, *found.next, *found.close) if one is not None]
    assert [one.script.part for one in first] == ["empathy", "answer", "willing"]
    for one in first:
        assert one.script.scenarios == ("fees",)
        assert one.script.steps == (5,)


def test_owning_up_waits_for_the_finding(engine: Engine) -> None:
    walked = (put("scenario", "card_swallowed"), ev.StepEntered(step=4))
    found = shown(engine, case_of(*walked)).suggestion
    assert found.now is not None
    offered = (found.now, *found.next, *found.close, *found.more)
    assert not [one.script.key for one in offered if "AU-APOLOGY" in one.script.promises]
    liable = shown(engine, case_of(*walked, put("company_liable", True))).suggestion
    assert liable.now is not None
    assert "AU-APOLOGY" in liable.now.script.promises


def test_each_step_begins_anew_whatever_was_said_before(engine: Engine) -> None:
    payloads = (put("scenario", "fees"), ev.ScriptSaid(script="SC-FE-101"))
    first = shown(engine, case_of(*payloads)).suggestion.now
    assert first is not None
    assert first.script.part == "willing"
    second = shown(engine, case_of(*payloads, ev.StepEntered(step=2))).suggestion.now
    assert second is not None
    assert second.script.part == "empathy"


def test_a_chosen_scenario_prevails(engine: Engine) -> None:
    case = case_of(put("opening_words", "理财赎回没到账"), put("scenario", "fees"))
    assert shown(engine, case).scenario == "fees"


def test_a_red_flag_brings_safety_scripts_and_its_checklist(engine: Engine) -> None:
    view = shown(engine, case_of(ev.AnswerSet(question="R0", answer=["b"])))
    assert view.assessment is not None
    assert view.assessment.profile == "RED"
    assert "E5" in {found.checklist.key for found in view.lists}
    assert view.suggestion.now is not None
    assert "RED" in view.suggestion.now.script.profiles
    assert "self_harm" in view.suggestion.now.script.scenarios


def test_an_answer_of_an_older_pack_is_left_out(engine: Engine) -> None:
    answers = (("Q1", 2), ("Q2", 9), ("Q77", "a"))
    case = case_of(*(ev.AnswerSet(question=key, answer=value) for key, value in answers))
    found = engine.assessment(case)
    assert found is not None
    assert found.values["A"] == 30


def test_staff_words_are_checked_and_customer_words_are_not(engine: Engine) -> None:
    case = case_of(put("opening_words", "这不归我管"), put("finding", "这不归我们管"))
    assert set(shown(engine, case).findings) == {"finding"}


def test_items_of_groups_are_checked_too(engine: Engine) -> None:
    case = case_of(put("options/i1/what", "我们尽快处理"))
    assert set(shown(engine, case).findings) == {"options/i1/what"}


def test_the_matrix_needs_all_three_findings(engine: Engine) -> None:
    two = case_of(put("evidence_held", True), put("team_liable", False))
    assert shown(engine, two).cell is None
    three = case_of(
        put("evidence_held", True), put("team_liable", False), put("company_liable", True)
    )
    cell = shown(engine, three).cell
    assert cell is not None
    assert cell.number == 7


def test_telling_the_customer_meets_the_clock(engine: Engine) -> None:
    case = case_of(put("told_at", "2026-12-06T17:30"), put("told_how", "phone"))
    clock = shown(engine, case, datetime.fromisoformat("2026-12-08T09:00")).clock
    assert clock is not None
    assert clock.state == "met"
    late = case_of(put("told_at", "2026-12-07T08:00"), put("told_how", "phone"))
    clock = shown(engine, late, datetime.fromisoformat("2026-12-08T09:00")).clock
    assert clock is not None
    assert clock.state == "overdue"


def test_a_transfer_counts_from_its_receipt_and_heeds_the_letter(engine: Engine) -> None:
    case = case_of(put("source", "S_NFRA_FORMAL"), put("letter_due", "2026-11-28"))
    clock = shown(engine, case).clock
    assert clock is not None
    assert clock.kind == "reg_forwarded_handle"
    assert clock.due.isoformat() == "2026-11-28"
    assert clock.due_at.isoformat() == "2026-11-28T23:59:00"


def test_an_extension_without_approver_waits_and_does_not_extend(engine: Engine) -> None:
    asked = ev.ClockMoved(type="complexity", at="2026-11-22T09:00", level="special")
    case = case_of(asked)
    clock = shown(engine, case, datetime.fromisoformat("2026-11-23T09:00")).clock
    assert clock is not None
    assert clock.key == "inst_simple"
    assert engine.project(case).row.waits_for == "approval"
    granted = ev.ClockMoved(
        type="complexity",
        at="2026-11-23T09:00",
        level="special",
        approver="superior",
        told_at="2026-11-23T09:00",
    )
    case = case_of(asked, granted)
    assert engine.project(case).row.waits_for == ""
    assert engine.project(case).row.due_at == "2027-01-20T23:59"


def test_gating_items_block_until_settled(engine: Engine) -> None:
    case = case_of(ev.ChecklistStarted(checklist="E1", at="2026-11-21T10:30"))
    blocked = shown(engine, case).blocking
    assert blocked
    marks = [
        ev.ItemMarked(checklist=checklist.key, item=item.key, status="done")
        for checklist, item in blocked
    ]
    done = case_of(ev.ChecklistStarted(checklist="E1", at="2026-11-21T10:30"), *marks)
    assert shown(engine, done).blocking == ()


def test_the_projection_knows_nothing_of_the_time(engine: Engine) -> None:
    case = case_of(put("opening_words", "排队70分钟，窗口没开"), put("complainant_name", "王小明"))
    first = engine.project(case)
    assert first == Engine(engine.pack).project(case)
    assert first.row.name == "王小明"
    assert first.row.scenario == ""
    assert first.row.due_at == "2026-12-06T23:59"
    assert "排队70分钟" in first.search.narrative
    assert first.row.clock_state == "running"


def test_checklist_items_run_from_when_it_began(engine: Engine) -> None:
    case = case_of(ev.ChecklistStarted(checklist="E4", at="2026-11-21T10:30"))
    items = engine.project(case).items
    assert items
    assert all(item.due_at == "" or item.due_at >= "2026-11-21T10:30" for item in items)


def test_the_limit_runs_from_the_day_a_complaint_came_not_from_its_entry(engine: Engine) -> None:
    view = shown(engine, case_of(put("arrived_at", "2026-11-18T16:00")))
    assert view.clock is not None
    assert view.clock.due.isoformat() == "2026-12-03"
    assert engine.project(view.case).row.received_at == "2026-11-18T16:00"


def test_an_answer_given_before_the_entry_was_given_in_time(engine: Engine) -> None:
    told = (put("told_at", "2026-11-20T09:00"), put("told_how", "phone"))
    view = shown(engine, case_of(*told))
    assert view.clock is not None
    assert view.clock.state == "met"


def test_a_complaint_never_comes_later_than_it_was_entered(engine: Engine) -> None:
    view = shown(engine, case_of(put("arrived_at", "2026-11-29T16:00")))
    assert view.clock is not None
    assert view.clock.due.isoformat() == "2026-12-06"


def test_the_blanks_of_scripts_are_filled_from_the_case(engine: Engine) -> None:
    case = case_of(
        put("product", "稳享90天"), put("complainant_name", "王小明"), put("salutation", "ms")
    )
    view = shown(engine, case)
    slots = engine.slots(case, view.clock, "zh", PLACE, NOW)
    assert slots["name_polite"] == "王女士"
    assert slots["product"] == "稳享90天"
    assert slots["due"] == "2026-12-06"
    assert slots["ticket"] == "CD20261121-001"


def test_the_time_of_a_script_is_the_next_promise_still_to_come(engine: Engine) -> None:
    case = case_of(
        put("commitments/1/due", "2026-11-25T09:00"),
        put("commitments/2/due", "2026-11-21T10:29"),
        put("commitments/3/due", "2026-11-22T16:00"),
    )
    slots = engine.slots(case, shown(engine, case).clock, "zh", PLACE, NOW)
    assert slots["time"] == "2026-11-22T16:00"
    later = engine.slots(case, None, "zh", PLACE, NOW.replace(month=12))
    assert "time" not in later


def test_a_case_that_began_elsewhere_still_shows(engine: Engine) -> None:
    events = [Event("e1", "b", 1, Stamp(1, 0, "b"), "9", "c1", put("narrative", "x"), "p@1")]
    case = fold("c1", events)
    assert shown(engine, case).clock is None
    assert engine.project(case).row.number == ""
