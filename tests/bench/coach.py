"""The coach: observations assessed, scripts ranked and words checked, with a large pack."""

import random
from collections.abc import Iterator
from datetime import datetime

from desk.domain.assessment import assess
from desk.domain.assessment_json import parse_answers
from desk.domain.assessment_model import AssessmentModel
from desk.domain.case import Case
from desk.domain.engine import Engine, Place
from desk.domain.events import (
    Answer,
    AnswerSet,
    CaseOpened,
    ChecklistStarted,
    Event,
    FieldSet,
    Payload,
)
from desk.domain.fold import fold
from desk.domain.ids import Stamp
from desk.domain.suggestion import STAGES, Situation, suggest
from desk.domain.wording import WordingChecker
from desk.packs import loader
from tests.bench.branch import STORY
from tests.bench.invented import large_pack, staff_text
from tests.bench.timing import Figure, interleaved, percentile

BENCH = "coach"
LENGTH = 500
_TURNS = 600
_MOST_MS = 16.0
_NOW = datetime.fromisoformat("2026-11-24T16:02")


def run() -> Iterator[Figure]:
    """The three together and each alone, against looking for 5,000 literals one by one."""
    shipped = loader.load()
    pack = large_pack(shipped)
    engine = Engine(pack)
    dice = random.Random(3)
    texts = [staff_text(dice, LENGTH) for _ in range(100)]
    observed = [_answers(pack.assessment, dice) for _ in range(100)]
    moments = [_situation(engine, dice) for _ in range(100)]
    literals = [literal for phrase in pack.phrases for literal in phrase.match][: len(pack.phrases)]

    def check(turn: int) -> object:
        return engine.checker.check(texts[turn % 100])

    def rank(turn: int) -> object:
        return suggest(engine.library, moments[turn % 100], "zh")

    def judge(turn: int) -> object:
        return assess(pack.assessment, parse_answers(pack.assessment, observed[turn % 100]))

    def coach(turn: int) -> object:
        return judge(turn), rank(turn), check(turn)

    def floor(turn: int) -> object:
        return sum(texts[turn % 100].count(literal) for literal in literals)

    all_three, counted, *each = interleaved((coach, floor, judge, rank, check), _TURNS)
    size = f"{len(pack.scripts)} scripts, {len(pack.phrases)} phrases, {LENGTH} characters"
    ours, least = percentile(all_three, 0.95), percentile(counted, 0.95)
    yield Figure(BENCH, "assess + rank + check, p95", ours, most=_MOST_MS, note=size)
    yield Figure(BENCH, "assess + rank + check, p50", percentile(all_three, 0.5))
    yield Figure(BENCH, "the same beside str.count of 5,000 literals, p95", ours, floor=least)
    for name, spent in zip(("assess", "rank", "check"), each, strict=True):
        yield Figure(BENCH, f"{name} alone, p95", percentile(spent, 0.95))
    yield from _views(engine, Engine(shipped))
    [made] = interleaved((lambda _turn: WordingChecker(pack.phrases),), 5)
    yield Figure(BENCH, "making the wording check, once", percentile(made, 0.5))


def _answers(model: AssessmentModel, dice: random.Random) -> dict[str, object]:
    """An observation of most items, at random."""
    found: dict[str, object] = {}
    for item in model.items:
        if dice.random() < 0.2:
            continue
        key = dice.choice(item.options).key
        if item.kind == "flags":
            found[item.key] = [key] if item.counted else []
        else:
            found[item.key] = int(key) if key.isdigit() else key
    return {"answers": found}


def _situation(engine: Engine, dice: random.Random) -> Situation:
    keys = [script.key for script in engine.pack.scripts]
    return Situation(
        step=dice.randint(1, 5),
        stage=dice.choice(STAGES),
        profile=dice.choice(("T0", "T1", "T2", "T3", "T5", "T7", "RED")),
        scenario=dice.choice(engine.pack.scenarios).key,
        said=frozenset(dice.sample(keys, 6)),
        slots={"time": "2026-11-24T16:30", "due": "2026-12-06", "name_polite": "张女士"},
    )


def _views(large: Engine, shipped: Engine) -> Iterator[Figure]:
    """A full case with everything derived from it; what a screen waits for after each field."""
    case = full_case(shipped)
    place = Place("城东支行", "王")
    spent = interleaved(
        (
            lambda _turn: shipped.view(case, _NOW, "zh", place),
            lambda _turn: large.view(case, _NOW, "zh", place),
            lambda _turn: shipped.project(case),
        ),
        200,
    )
    names = ("view of a full case", "view of a full case, large pack", "projection of a full case")
    for name, times in zip(names, spent, strict=True):
        yield Figure(BENCH, f"{name}, p95", percentile(times, 0.95))


def full_case(engine: Engine) -> Case:
    """A case that is well filled in, assessed and escalated."""
    payloads: list[Payload] = [
        CaseOpened(number="TS20261121-001", received_at="2026-11-21T10:26", first_receiver="0417")
    ]
    payloads += [FieldSet(field=path, value=value) for path, value in STORY.items()]
    answers: dict[str, Answer] = {"Q1": 2, "Q2": 1, "Q9": ["reg"], "Q12": "a"}
    payloads += [AnswerSet(question=key, answer=answer) for key, answer in answers.items()]
    payloads.append(ChecklistStarted(checklist="E1", at="2026-11-21T10:40"))
    events = (
        Event(f"e{n:04}", "d1", n, Stamp(1_000 + n, 0, "d1"), "0417", "c1", one, engine.pack.stamp)
        for n, one in enumerate(payloads, start=1)
    )
    return fold("c1", events)
