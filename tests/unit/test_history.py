"""The course of a case in plain words: every event once, in order, without codes or secrets."""

import random
import re
from datetime import datetime, timedelta, timezone
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.domain import events as ev
from desk.domain.events import Event, Payload
from desk.domain.history import HistoryLine
from desk.domain.ids import Stamp
from desk.domain.staff import Person
from desk.i18n import Language
from desk.packs import loader
from desk.services.history import lines

PACK = loader.load()
CHINA = timezone(timedelta(hours=8))
START_MS = 1_795_228_000_000
PEOPLE = {
    "0417": Person("0417", "王接待", "teller"),
    "0233": Person("0233", "赵经办", "officer"),
}
MINUTE = 60_000


def local(wall_ms: int) -> datetime:
    return datetime.fromtimestamp(wall_ms / 1000, CHINA).replace(tzinfo=None)


def events(*told: tuple[int, str, Payload]) -> list[Event]:
    """Events from (minute, actor, payload)."""
    return [
        Event(
            id=f"e{n:04d}",
            device="d1",
            seq=n,
            stamp=Stamp(START_MS + minute * MINUTE, n, "d1"),
            actor=actor,
            case="c1",
            payload=payload,
            pack=PACK.stamp,
        )
        for n, (minute, actor, payload) in enumerate(told, start=1)
    ]


def read(*told: tuple[int, str, Payload], language: Language = "zh") -> tuple[HistoryLine, ...]:
    return lines(events(*told), PACK, PEOPLE, local, language)


def put(path: str, value: ev.Value) -> ev.FieldSet:
    return ev.FieldSet(field=path, value=value)


EVERYTHING: tuple[Payload, ...] = (
    ev.CaseOpened(number="TS-014", received_at="2026-11-21T10:26", first_receiver="0417"),
    put("channel", "A_FRONT_SITE"),
    put("told_at", "2026-11-24T15:20"),
    put("amount", 52000.0),
    put("no_interest", True),
    put("requests", ["pay_now", "apologise"]),
    put("options/i1/what", "当日周转"),
    put("gone_field", "旧"),
    ev.ItemRemoved(group="options", item="i1"),
    ev.ItemRemoved(group="gone_group", item="i1"),
    ev.StepEntered(step=3),
    ev.AnswerSet(question="Q1", answer=2),
    ev.AnswerSet(question="Q2", answer=0, confirmed_by="0233", reason="误点"),
    ev.AssessmentCleared(why="retake"),
    ev.AssessmentCleared(why="declined"),
    ev.AssessmentCleared(why="closed"),
    ev.ScriptSaid(script=PACK.scripts[0].key),
    ev.ScriptSaid(script="SC-GONE"),
    ev.ChecklistStarted(checklist="E1", triggers=("E1.words",), at="2026-11-21T10:40"),
    ev.ChecklistStarted(checklist="E_GONE"),
    ev.ItemMarked(checklist="E1", item="E1.contact", status="done"),
    ev.ItemMarked(checklist="E1", item="E1.contact", status="open", reason="点错"),
    ev.ItemMarked(checklist="E1", item="E1.gone_item", status="not_applicable", reason="无此事"),
    ev.ClockMoved(type="complexity", at="2026-11-22T09:00", level="special", approver="superior"),
    ev.ClockMoved(type="stop", at="2026-11-22T09:00", reason="mediation"),
    ev.ClockMoved(type="resume", at="2026-11-22T09:00"),
    ev.ClockMoved(type="new_facts", at="2026-11-22T09:00"),
    ev.ClockMoved(type="agreed", at="2026-11-22T09:00", due="2026-12-20"),
    ev.ClockMoved(type="withdrawn", at="2026-11-22T09:00"),
    ev.ClockMoved(type="some_new_type", at="2026-11-22T09:00"),
    ev.Noted(text="已联系理财经理"),
    ev.Noted(text=None),
    ev.HandedOver(giver="0417", taker="0233", note="下午继续"),
    ev.Revealed(field="complainant_phone"),
    ev.Reported(copy="internal", language="zh", seal="7f3a91c20d5e", sha256="ab", pages=4),
    ev.Reported(copy="customer", language="en", seal="7f3a91c20d5e", sha256="ab", pages=1),
    ev.Closed(outcome="settled", at="2026-11-24T16:00"),
    ev.Closed(outcome="told", at="2026-11-24T16:00"),
    ev.Closed(outcome="withdrawn", at="2026-11-24T16:00"),
    ev.Reopened(reason="客户补充材料"),
    ev.InterestStated(person="0233", interested=True),
    ev.InterestStated(person="0417", interested=False),
    ev.Approved(act="extension", by="0233", reason="总行核查未完"),
    ev.Attached(file="ab" * 32, size=4_096, media="image/png", name="回单.png", key="k"),
    ev.Detached(file="ab" * 32, reason="重复"),
    ev.HoldSet(on=True, reason="诉讼中"),
    ev.HoldSet(on=False),
    ev.KeepingSet(keep="complaint"),
    ev.Forgotten(by="0233", why="due"),
    ev.Settled(about="closed"),
    ev.Settled(about="handover"),
)


def everything(language: Language) -> tuple[HistoryLine, ...]:
    return read(*((n * 20, "0417", p) for n, p in enumerate(EVERYTHING)), language=language)


def test_every_kind_of_event_is_among_those_told() -> None:
    assert {type(payload) for payload in EVERYTHING} == set(get_args(ev.CasePayload))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_event_but_turning_a_page_is_one_line_of_plain_words(language: Language) -> None:
    told = everything(language)
    assert len(told) == len(EVERYTHING) - 1
    for line in told:
        assert line.what
        assert line.who == "王接待"
        for text in (line.what, line.detail):
            assert not re.search(r"[A-Za-z]+_[A-Za-z_]+|\{|E1|SC-|i1|Q\d", text), text


def test_english_sentences_are_english() -> None:
    for line in everything("en"):
        plain = line.what.replace("王接待", "").replace("赵经办", "")
        assert not re.search(r"[\u3400-\u9fff]", plain), plain


def test_lines_say_what_a_person_would_say() -> None:
    told = {line.what: line for line in everything("zh")}
    assert told["收到投诉 TS-014"].kind == "opened"
    channel = " › ".join(code.name.zh for code in PACK.codes.path("A_FRONT_SITE"))
    assert told["填写：渠道"].detail == channel
    assert told["填写：涉及金额（元）"].detail == "52,000 元"
    assert told["填写：告知时间"].detail == "2026-11-24 周二 15:20"
    assert told["填写：方案 1 · 做什么"].detail == "当日周转"
    assert told["移除：方案 1"].kind == "item"
    assert told["由 王接待 移交 赵经办"].detail == "下午继续"
    assert told["查看完整内容：联系电话"].kind == "person"
    assert told["生成报告：投诉人留存件"].detail == "1 页 · 档案校验码 7F3A-91C2-0D5E"
    assert told["时限：情况特别复杂，期限 60 日"].detail == "上级机构批准"
    assert told["时限：双方约定 2026-12-20 周日"].kind == "clock"
    assert told["速评：下调一项安全观察，赵经办 确认"].detail == "误点"
    assert told["重新办理"].detail == "客户补充材料"


def test_times_are_local_minutes() -> None:
    (line,) = read((0, "0417", ev.Noted(text="x")))
    assert line.at == local(START_MS).isoformat(timespec="minutes")


def test_observations_of_the_assessment_are_told_without_their_content() -> None:
    first, *rest = read(
        (0, "0417", ev.AnswerSet(question="Q1", answer=2)),
        (1, "0417", ev.AnswerSet(question="Q9", answer=["reg"])),
        (2, "0417", ev.AnswerSet(question="Q1", answer=None)),
    )
    assert rest == []
    assert (first.detail, first.folded) == ("", 2)
    for item in PACK.assessment.items:
        assert item.label.zh not in first.what


def test_masked_values_stay_masked() -> None:
    told = read(
        (0, "0417", put("complainant_name", "欧阳明远")),
        (20, "0417", put("complainant_phone", "13800002207")),
        (40, "0417", put("id_number", "110101199001011234")),
        (60, "0417", put("representatives/i1/name", "李四光")),
    )
    assert [line.detail for line in told] == ["欧阳**", "138****2207", "1101**********34", "李**"]


def test_changes_of_one_field_by_one_hand_within_ten_minutes_are_one_line() -> None:
    told = read(
        (0, "0417", put("finding", "一")),
        (4, "0417", put("finding", "一二")),
        (10, "0417", put("finding", "一二三")),
        (11, "0417", put("finding", "一二三四")),
    )
    assert [(t.what, t.detail, t.folded) for t in told] == [
        ("填写：核实与认定", "一二三", 2),
        ("修改：核实与认定", "一二三四", 0),
    ]
    assert told[0].at == local(START_MS + 10 * MINUTE).isoformat(timespec="minutes")


def test_another_hand_another_field_or_another_event_ends_the_run() -> None:
    told = read(
        (0, "0417", put("finding", "甲")),
        (1, "0233", put("finding", "乙")),
        (2, "0233", put("checked", "丙")),
        (3, "0233", put("finding", "丁")),
        (4, "0233", ev.Noted(text="戊")),
        (5, "0233", put("finding", "己")),
    )
    assert [line.detail for line in told] == list("甲乙丙丁戊己")
    assert {line.folded for line in told} == {0}


def test_turning_a_page_does_not_end_the_run() -> None:
    told = read(
        (0, "0417", put("finding", "甲")),
        (1, "0417", ev.StepEntered(step=4)),
        (2, "0417", put("finding", "乙")),
    )
    assert [(line.detail, line.folded) for line in told] == [("乙", 1)]


def test_clearing_a_field_is_said() -> None:
    told = read(
        (0, "0417", put("finding", "甲")),
        (1, "0417", put("finding", None)),
        (20, "0417", put("finding", "乙")),
    )
    assert [(line.what, line.detail) for line in told] == [
        ("清空：核实与认定", ""),
        ("填写：核实与认定", "乙"),
    ]


def test_items_of_a_group_are_counted_in_the_order_in_which_they_came() -> None:
    told = read(
        (0, "0417", put("points/zz/text", "一")),
        (20, "0417", put("points/aa/text", "二")),
        (40, "0417", put("points/zz/text", "三")),
    )
    assert [line.what for line in told] == [
        "填写：诉求点 1 · 原话",
        "填写：诉求点 2 · 原话",
        "修改：诉求点 1 · 原话",
    ]


def test_a_person_nobody_knows_is_their_number() -> None:
    (line,) = read((0, "0999", ev.Noted(text="x")))
    assert line.who == "0999"


told_events = st.lists(
    st.tuples(st.integers(0, 90), st.sampled_from(["0417", "0233"]), st.sampled_from(EVERYTHING)),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(told_events, st.randoms(use_true_random=False))
def test_no_event_is_lost_and_order_of_arrival_does_not_matter(
    told: list[tuple[int, str, Payload]], chance: random.Random
) -> None:
    made = events(*told)
    found = lines(made, PACK, PEOPLE, local, "zh")
    worth_telling = [e for e in made if not isinstance(e.payload, ev.StepEntered)]
    assert sum(1 + line.folded for line in found) == len(worth_telling)
    assert [line.at for line in found] == sorted(line.at for line in found)
    chance.shuffle(made)
    assert lines(made, PACK, PEOPLE, local, "zh") == found
