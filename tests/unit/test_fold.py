"""The fold: order-independent, idempotent, incremental; conflicts stay visible until settled."""

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from desk.domain import events as ev
from desk.domain.case import Case
from desk.domain.events import Event, Payload, join, split
from desk.domain.fold import apply, fold
from desk.domain.ids import Stamp

KEYS = ("narrative", "amount", "facts/i1/text", "facts/i2/text")
TEXTS = st.text("投诉到账12378 ", min_size=1, max_size=6)


@st.composite
def payloads(draw: st.DrawFn, written: Sequence[str]) -> Payload:
    """Anything that may happen; values replace some of those written before, or none."""
    found: Payload = draw(
        st.one_of(
            st.builds(
                ev.FieldSet,
                field=st.sampled_from(KEYS),
                value=st.one_of(st.none(), TEXTS),
                personal=st.booleans(),
                replaces=st.lists(st.sampled_from(written), max_size=2, unique=True).map(tuple)
                if written
                else st.just(()),
            ),
            st.builds(ev.ItemRemoved, group=st.just("facts"), item=st.sampled_from(["i1", "i2"])),
            st.builds(ev.StepEntered, step=st.integers(1, 5)),
            st.builds(ev.AnswerSet, question=st.just("Q1"), answer=st.sampled_from([0, 1, None])),
            st.builds(ev.AssessmentCleared, why=st.just("retake")),
            st.builds(ev.ScriptSaid, script=st.sampled_from(["SC-A", "SC-B"])),
            st.builds(ev.ChecklistStarted, checklist=st.just("E1"), triggers=st.just(("t",))),
            st.builds(
                ev.ItemMarked,
                checklist=st.sampled_from(["E1", "E2"]),
                item=st.just("a"),
                status=st.sampled_from(["open", "done", "not_applicable"]),
                reason=st.one_of(st.none(), TEXTS),
            ),
            st.builds(ev.ClockMoved, type=st.just("stop"), at=st.just("2026-11-21T10:00")),
            st.builds(ev.Noted, text=TEXTS),
            st.builds(ev.HandedOver, giver=st.just("1"), taker=st.sampled_from(["2", "3"])),
            st.builds(ev.Revealed, field=st.just("narrative")),
            st.builds(ev.Closed, outcome=st.just("told")),
            st.builds(ev.Reopened, reason=TEXTS),
        )
    )
    return found


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """A history of two devices whose stamps interleave."""
    opened = ev.CaseOpened(number="N1", received_at="2026-11-21T10:26", first_receiver="1023")
    events = [event(0, opened, "a")]
    for number in range(1, draw(st.integers(0, 14)) + 1):
        written = [e.id for e in events if isinstance(e.payload, ev.FieldSet)]
        events.append(event(number, draw(payloads(written)), draw(st.sampled_from("ab"))))
    return events


def event(number: int, payload: Payload, device: str = "a") -> Event:
    stamp = Stamp(1_000 + number // 2, number % 2, device)
    return Event(f"e{number:03}", device, number + 1, stamp, "1023", "case", payload, "p@1")


@given(histories(), st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(events: list[Event], chance: random.Random) -> None:
    shuffled = list(events)
    chance.shuffle(shuffled)
    assert fold("case", shuffled) == fold("case", events)


@given(histories())
def test_an_event_counts_once(events: list[Event]) -> None:
    assert fold("case", [*events, *events]) == fold("case", events)


@given(histories())
def test_extending_a_fold_equals_folding_again(events: list[Event]) -> None:
    case = Case(id="case")
    for number, one in enumerate(events, start=1):
        case = apply(case, one)
        assert case == fold("case", events[:number])


@given(histories())
def test_no_value_is_lost_unless_another_replaced_it(events: list[Event]) -> None:
    case = fold("case", events)
    sets = [e for e in events if isinstance(e.payload, ev.FieldSet)]
    replaced = {r for e in sets if isinstance(e.payload, ev.FieldSet) for r in e.payload.replaces}
    shown = {head.event for state in case.fields.values() for head in state.heads}
    fields = {e.id: e.payload.field for e in sets if isinstance(e.payload, ev.FieldSet)}
    for one in sets:
        # A replaced value may linger only as the sole trace of its field's last known state.
        assert (one.id in shown) or (one.id in replaced), fields[one.id]


@given(histories())
def test_payloads_survive_sealing(events: list[Event]) -> None:
    for one in events:
        public, personal = split(one.payload)
        assert join(public, personal) == one.payload
        for name in one.payload.sealed():
            value = getattr(one.payload, name)
            if isinstance(value, str) and len(value) > 3:
                assert value.encode() not in public
        assert join(public, b"").kind == one.payload.kind


def test_two_devices_conflict_until_someone_settles_it() -> None:
    first = event(1, ev.FieldSet(field="amount", value=100))
    mine = event(2, ev.FieldSet(field="amount", value=200, replaces=("e001",)), "a")
    yours = event(3, ev.FieldSet(field="amount", value=300, replaces=("e001",)), "b")
    case = fold("case", [first, mine, yours])
    assert case.value("amount") == 300
    assert case.contested == ("amount",)
    assert [head.value for head in case.fields["amount"].heads] == [300, 200]
    settled = event(4, ev.FieldSet(field="amount", value=200, replaces=("e002", "e003")))
    case = fold("case", [first, mine, yours, settled])
    assert case.value("amount") == 200
    assert case.contested == ()


def test_equal_values_are_no_conflict() -> None:
    one = event(1, ev.FieldSet(field="amount", value=5), "a")
    two = event(2, ev.FieldSet(field="amount", value=5), "b")
    assert fold("case", [one, two]).contested == ()


def test_items_keep_their_order_and_can_be_removed() -> None:
    events = [
        event(1, ev.FieldSet(field="facts/02/text", value="b")),
        event(2, ev.FieldSet(field="facts/01/text", value="a")),
        event(3, ev.ItemRemoved(group="facts", item="02")),
    ]
    assert fold("case", events[:2]).items("facts") == ("01", "02")
    assert fold("case", events).items("facts") == ("01",)


def test_a_case_is_never_without_a_handler() -> None:
    opened = event(0, ev.CaseOpened(number="1", received_at="2026-11-21T09:00", first_receiver="7"))
    assert fold("case", [opened]).handler == "7"
    passed = event(1, ev.HandedOver(giver="7", taker="8"))
    assert fold("case", [opened, passed]).handler == "8"
    assert fold("case", [opened, passed]).first_receiver == "7"
