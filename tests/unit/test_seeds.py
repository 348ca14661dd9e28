"""Sample cases are valid against the pack, alive at any hour, and fold to what they declare."""

import itertools
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import paths
from desk.domain.case import Case
from desk.domain.content import Pack
from desk.domain.engine import Engine, Place
from desk.domain.events import CaseOpened, Closed, Event, FieldSet
from desk.domain.fold import fold
from desk.domain.ids import Stamp
from desk.domain.intake import definition_for, fault
from desk.errors import BadInput
from desk.packs import loader
from desk.services.seed_histories import DAYS, Composer, Stock, load_stock, merged
from desk.services.seed_times import dated, moment
from desk.services.seeds import Planned, Seeds, Stroke, When, load, plan

at = datetime.fromisoformat
NOW = at("2026-11-21T15:40")
MS = 1_795_246_800_000
WHEN = When(NOW, MS)
MADE_UP = re.compile(r"1390000\d{4}|13900[01]\d{5}")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return loader.load()


@pytest.fixture(scope="module")
def engine(pack: Pack) -> Engine:
    return Engine(pack)


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return load()


@pytest.fixture(scope="module")
def planned(seeds: Seeds, pack: Pack) -> tuple[Planned, ...]:
    return plan(seeds, pack, WHEN, drawn())


@pytest.fixture(scope="module")
def stock(pack: Pack) -> Stock:
    return load_stock(pack)


def drawn() -> Callable[[int], bytes]:
    """Randomness that is the same every time."""
    return random.Random(7).randbytes  # noqa: S311 - no secret depends on it


def told(strokes: tuple[Stroke, ...] | list[Stroke]) -> Case:
    """The case that strokes tell when they are stored one after the other."""
    case = strokes[0].case
    events = [
        Event(f"{n:06d}", "d", n + 1, Stamp(s.wall_ms, n, "d"), s.actor, case, s.payload, "p@1")
        for n, s in enumerate(strokes)
    ]
    return fold(case, events)


class TestTimes:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("3d 10:26", at("2026-11-18T10:26")),
            ("40m", at("2026-11-21T15:00")),
            ("2h 5m", at("2026-11-21T13:35")),
            ("7h", at("2026-11-20T16:40")),
            ("1d 1h", at("2026-11-20T14:40")),
            ("in 2d 17:00", at("2026-11-23T17:00")),
            ("in 3h", at("2026-11-21T18:40")),
        ],
    )
    def test_a_time_is_seen_from_now(self, text: str, expected: datetime) -> None:
        assert moment(text, NOW) == expected

    @pytest.mark.parametrize("text", ["", "in ", "yesterday", "0d 10:00", "10:00", "3d 10", "-1d"])
    def test_what_names_no_time_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"time|today"):
            moment(text, NOW)

    def test_before_opening_the_last_day_counts(self) -> None:
        assert moment("20m", at("2026-11-21T07:30")) == at("2026-11-20T16:40")

    @given(
        st.datetimes(at("2020-01-01T00:00"), at("2035-01-01T00:00")),
        st.integers(0, 400),
        st.integers(0, 60),
        st.integers(0, 600),
    )
    def test_a_past_time_falls_in_opening_hours_and_is_never_ahead(
        self, now: datetime, days: int, hours: int, minutes: int
    ) -> None:
        found = moment(f"{days}d {hours}h {minutes}m", now)
        assert found <= now
        assert 9 <= found.hour <= 17
        assert found.hour < 17 or found.minute == 0

    def test_dates_in_texts_are_written_out(self) -> None:
        assert dated("{16d}到的，{+2d}前回话", NOW) == "11月5日到的，11月23日前回话"


class TestSampleCases:
    def test_there_are_enough_and_every_state_is_among_them(self, seeds: Seeds) -> None:
        expected = [sown.seed.expect for sown in seeds.cases]
        assert len(expected) >= 44
        assert {e.step for e in expected if e.status == "open"} == {1, 2, 3, 4, 5}
        assert {e.outcome for e in expected} == {"", "settled", "told", "withdrawn"}
        assert {e.clock for e in expected} == {"running", "stopped", "met", "overdue", "ended"}
        assert {-3, -2, -1, 0, 1, 2, 3} <= {e.due_in for e in expected}
        lists = {key for e in expected for key in e.lists}
        assert lists == {f"E{n}" for n in range(1, 11)}
        assert any(e.waits for e in expected)
        assert any(e.contested for e in expected)

    @pytest.mark.parametrize("now", [NOW, at("2027-01-01T09:02"), at("2026-03-02T22:15")])
    def test_every_case_folds_to_what_it_declares(
        self, seeds: Seeds, engine: Engine, now: datetime
    ) -> None:
        expected = {sown.seed.key: sown.seed.expect for sown in seeds.cases}
        planned = plan(seeds, engine.pack, When(now, MS), drawn())
        for one in planned:
            case = told(one.strokes)
            view = engine.view(case, now, "zh", Place())
            want = expected[one.key]
            assert view.clock is not None
            stands = (case.status, case.outcome, case.step, case.handler, view.clock.state)
            assert (one.key, *stands) == (
                one.key,
                want.status,
                want.outcome,
                want.step,
                want.handler,
                want.clock,
            )
            assert (one.key, set(case.checklists)) == (one.key, set(want.lists))
            assert case.contested == want.contested
            assert (engine.project(case).row.waits_for == "approval") is want.waits
            if want.due_in is not None:
                assert (one.key, view.clock.due - now.date()) == (one.key, timedelta(want.due_in))

    def test_a_case_is_closed_only_when_the_program_would_close_it(
        self, planned: tuple[Planned, ...], engine: Engine
    ) -> None:
        closed = 0
        for one in planned:
            view = engine.view(told(one.strokes), NOW, "zh", Place())
            if view.case.outcome in {"settled", "told"}:
                closed += 1
                assert (one.key, [lack.field for lack in view.missing]) == (one.key, [])
                assert (one.key, view.blocking) == (one.key, ())
                assert not view.case.answers
        assert closed >= 6

    def test_staff_words_in_them_are_free_of_risky_phrases(
        self, planned: tuple[Planned, ...], engine: Engine
    ) -> None:
        for one in planned:
            case = told(one.strokes)
            view = engine.view(case, NOW, "zh", Place())
            assert (one.key, dict(view.findings)) == (one.key, {})

    def test_times_rise_within_a_case_and_none_is_ahead(self, planned: tuple[Planned, ...]) -> None:
        for one in planned:
            times = [stroke.wall_ms for stroke in one.strokes]
            assert times == sorted(set(times)), one.key
            assert times[-1] <= MS

    def test_numbers_are_unique_and_phones_plainly_made_up(
        self, planned: tuple[Planned, ...]
    ) -> None:
        numbers = [one.strokes[0].payload for one in planned]
        found = [opened.number for opened in numbers if isinstance(opened, CaseOpened)]
        assert len(set(found)) == len(planned)
        for stroke in itertools.chain.from_iterable(one.strokes for one in planned):
            payload = stroke.payload
            if isinstance(payload, FieldSet) and payload.field.endswith("phone"):
                assert MADE_UP.fullmatch(str(payload.value))

    def test_the_same_moment_and_randomness_give_the_same_plan(
        self, seeds: Seeds, pack: Pack, planned: tuple[Planned, ...]
    ) -> None:
        assert plan(seeds, pack, WHEN, drawn()) == planned


class TestFaults:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        shutil.copy(paths.SEEDS / "staff.yaml", tmp_path)
        return tmp_path

    def write(self, folder: Path, deed: str) -> None:
        text = f"cases:\n  - key: one\n    expect: {{}}\n    deeds:\n      - {deed}\n"
        (folder / "cases-x.yaml").write_text(text, encoding="utf-8")

    @pytest.mark.parametrize(
        ("deed", "reason"),
        [
            ('{ago: 3h, by: "1023", put: {nonsense: 1}}', "field_unknown nonsense"),
            ('{ago: 3h, by: "1023", put: {scenario: nonsense}}', "option_unknown nonsense"),
            ('{ago: 3h, by: "1023", put: {amount: much}}', "not_a_number"),
            ('{ago: 3h, by: "1023", put: {told_at: soon}}', "is no time"),
            ('{ago: 3h, by: "1023", beside: {amount: 3}}', "second or first value"),
            ('{ago: 3h, by: "1023", done: [E1.nonsense]}', "item_unknown"),
            ('{ago: 3h, by: "1023", start: {E77: []}}', "checklist_unknown"),
            ('{ago: 3h, by: "1023", said: [SC-NO]}', "script_unknown"),
            ('{ago: 3h, by: "1023", answers: {Q99: 1}}', "question_unknown"),
            ('{ago: 3h, by: "9"}', "person_unknown"),
            ('{ago: 3h, by: "1023", hand_over: {to: "9"}}', "person_unknown"),
        ],
    )
    def test_what_the_pack_does_not_know_is_named_with_its_line(
        self, folder: Path, pack: Pack, deed: str, reason: str
    ) -> None:
        self.write(folder, deed)
        with pytest.raises(BadInput) as raised:
            plan(load(folder), pack, WHEN, drawn())
        where = str(raised.value.params["where"])
        assert where.startswith("cases-x.yaml:5: one: ")
        assert reason in where

    def test_a_file_that_breaks_the_schema_is_named_with_its_line(self, folder: Path) -> None:
        self.write(folder, "{ago: 3h, nonsense: 1}")
        with pytest.raises(BadInput) as raised:
            load(folder)
        assert "cases-x.yaml:5: " in str(raised.value.params["where"])


def composer(stock: Stock, pack: Pack, seeds: Seeds, count: int, seed: int) -> Composer:
    return Composer(stock, pack, seeds.crew, WHEN, count, seed)


class TestHistories:
    @settings(max_examples=40, deadline=None)
    @given(count=st.integers(0, 40), seed=st.integers(0, 2**32))
    def test_any_number_and_seed_give_valid_histories(
        self, stock: Stock, pack: Pack, seeds: Seeds, count: int, seed: int
    ) -> None:
        histories = list(composer(stock, pack, seeds, count, seed).histories())
        assert len(histories) == count
        for history in histories:
            times = [stroke.wall_ms for stroke in history]
            assert times == sorted(times)
            assert history[-1].at <= NOW
            assert history[0].at.date() >= NOW.date() - timedelta(DAYS)
            assert history[0].at.date() < NOW.date()
            assert isinstance(history[0].payload, CaseOpened)
            case = told(history)
            assert case.count == len(history) <= 12
            for payload in (s.payload for s in history if isinstance(s.payload, FieldSet)):
                found = definition_for(pack.steps, payload.field)
                assert found is not None
                assert found.definition.personal is payload.personal
                assert fault(found.definition, payload.value) is None
                options = {key for key, _name in pack.options(found.definition)}
                assert not options or payload.value in options
            assert 200 <= len(case.text("narrative")) <= 600

    @settings(max_examples=20, deadline=None)
    @given(count=st.integers(0, 60), seed=st.integers(0, 2**32))
    def test_merging_keeps_every_stroke_and_sorts_by_time(
        self, stock: Stock, pack: Pack, seeds: Seeds, count: int, seed: int
    ) -> None:
        apart = list(composer(stock, pack, seeds, count, seed).histories())
        strokes = list(merged(composer(stock, pack, seeds, count, seed).histories()))
        times = [stroke.wall_ms for stroke in strokes]
        assert times == sorted(times)
        by_case: dict[str, list[Stroke]] = {}
        for stroke in strokes:
            by_case.setdefault(stroke.case, []).append(stroke)
        assert by_case == {history[0].case: history for history in apart}

    def test_shares_and_statuses_are_those_of_the_stock(
        self, stock: Stock, pack: Pack, seeds: Seeds
    ) -> None:
        histories = list(composer(stock, pack, seeds, 3000, 1).histories())
        cases = [told(history) for history in histories]
        closed = sum(isinstance(history[-1].payload, Closed) for history in histories)
        assert 0.97 <= closed / len(cases) < 1
        business = Counter(case.text("business") for case in cases)
        assert abs(business["B_CARD_DEBIT_USE"] / len(cases) - 0.336) < 0.03
        cause = Counter(case.text("cause") for case in cases)
        assert abs(cause["C_RULES"] / len(cases) - 0.734) < 0.04
        assert all(case.count >= 6 for case in cases)
        assert len({case.number for case in cases}) == len(cases)
        assert len({case.text("narrative") for case in cases}) == len(cases)
        days = {date.fromisoformat(case.received_at[:10]) for case in cases}
        assert len(days) > DAYS * 0.9

    def test_another_seed_gives_other_histories(
        self, stock: Stock, pack: Pack, seeds: Seeds
    ) -> None:
        first, again, other = (
            list(composer(stock, pack, seeds, 20, seed).histories()) for seed in (1, 1, 2)
        )
        assert first == again
        assert first != other
