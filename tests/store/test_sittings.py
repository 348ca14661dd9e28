"""Observations of the quick assessment: readable while they serve, gone for good afterwards."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.domain import events as ev
from desk.domain.events import AnswerSet, Payload
from desk.store import case_keys, log, session
from desk.store.check import check, rebuild
from desk.store.vault import Vault

if TYPE_CHECKING:
    from tests.store.conftest import Vaults

CASE = "c1"
OPENED = ev.CaseOpened(number="N-1", received_at="2026-11-21T10:26", first_receiver="0417")
ENDINGS = [
    ev.AssessmentCleared(why="retake"),
    ev.AssessmentCleared(why="declined"),
    ev.Closed(outcome="told", at="2026-11-22T10:00"),
    ev.Closed(outcome="withdrawn", at="2026-11-22T10:00"),
]


def put(vault: Vault, *payloads: Payload) -> None:
    vault.append(CASE, payloads, actor="0417", wall_ms=9_000, pack="p@1")


def observed(vault: Vault) -> list[tuple[str, object]]:
    """What the log itself still tells of the observations."""
    told = (event.payload for event in vault.events(CASE))
    return [(one.question, one.answer) for one in told if isinstance(one, AnswerSet)]


def sittings(vault: Vault) -> set[str]:
    with session.reading(vault.database) as connection:
        return set(case_keys.ciphers(connection, CASE)) - {""}


def test_an_observation_is_there_until_the_sitting_ends(vaults: "Vaults") -> None:
    vault = vaults.create()
    put(vault, OPENED, AnswerSet(question="Q1", answer=2), AnswerSet(question="R0", answer=["b"]))
    vault = vaults.reopen()
    assert observed(vault) == [("Q1", 2), ("R0", ["b"])]
    assert vault.case(CASE).answers == {"Q1": 2, "R0": ["b"]}
    put(vault, AnswerSet(question="Q1", answer=None))
    assert vault.case(CASE).answers == {"R0": ["b"]}
    assert len(sittings(vault)) == 1


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_observed_cannot_be_read_once_it_ended(vaults: "Vaults", ending: Payload) -> None:
    vault = vaults.create()
    put(vault, OPENED, AnswerSet(question="R0", answer=["b"], confirmed_by="0901", reason="误点"))
    seal = vault.case_seal(CASE)
    put(vault, ending, ev.ChecklistStarted(checklist="E5", triggers=("E5.red",)))
    for anew in (False, True):
        opened = vaults.reopen() if anew else vault
        assert opened.case(CASE).answers == {}
        assert list(opened.case(CASE).checklists) == ["E5"]
        assert sittings(opened) == set()
        assert observed(opened) == [("", None)]
        assert check(opened) == ()
    # The chain is what it was: nothing in it was rewritten.
    assert vaults.reopen().case_seal(CASE).count == seal.count + 2


def test_a_new_sitting_does_not_bring_the_old_one_back(vaults: "Vaults") -> None:
    vault = vaults.create()
    put(vault, OPENED, AnswerSet(question="Q1", answer=2), ev.AssessmentCleared(why="retake"))
    put(vault, AnswerSet(question="Q2", answer=1))
    assert observed(vaults.reopen()) == [("", None), ("Q2", 1)]
    vault = vaults.reopen()
    put(vault, ev.Closed(outcome="told"), ev.Reopened(reason="客户补充"))
    put(vault, AnswerSet(question="Q3", answer=0))
    vault = vaults.reopen()
    assert vault.case(CASE).answers == {"Q3": 0}
    assert observed(vault) == [("", None), ("", None), ("Q3", 0)]
    rebuild(vault)
    assert check(vault) == ()


def test_the_length_of_a_sealed_observation_does_not_tell_it(vault: Vault) -> None:
    answers: list[Any] = [0, 3, "a", None, ["b"], ["a", "b", "c", "d"]]
    put(vault, OPENED, *(AnswerSet(question="R0", answer=answer) for answer in answers))
    put(vault, *(AnswerSet(question="Q12", answer=answer) for answer in answers))
    with session.reading(vault.database) as connection:
        records = [one for one in log.of_case(connection, CASE) if one.kind == "answer_set"]
    assert len({len(record.sealed) for record in records}) == 1
    assert not any(word in record.public for record in records for word in (b"R0", b"Q12", b'"b"'))


OBSERVED = st.builds(
    AnswerSet,
    question=st.sampled_from(["Q1", "Q2", "R0"]),
    answer=st.one_of(st.integers(0, 3), st.none(), st.lists(st.sampled_from("abcd"), max_size=2)),
)
HAPPENED = st.lists(
    st.one_of(
        OBSERVED,
        st.sampled_from(ENDINGS),
        st.just(ev.Reopened(reason="再来")),
        st.just(ev.StepEntered(step=2)),
    ),
    max_size=14,
)


@settings(deadline=None, max_examples=40)
@given(happened=HAPPENED, apart=st.lists(st.booleans(), min_size=14, max_size=14))
def test_only_the_sitting_that_goes_on_can_be_read(
    fresh_vaults: Callable[[], "Vaults"], happened: list[Payload], apart: list[bool]
) -> None:
    """However the events come, in one transaction or several."""
    with fresh_vaults() as vaults:
        vault = vaults.open()
        waiting: list[Payload] = [OPENED]
        for payload, alone in zip(happened, apart, strict=False):
            if alone:
                put(vault, *waiting)
                waiting = []
            waiting.append(payload)
        put(vault, *waiting)
        last = max((i for i, one in enumerate(happened) if one in ENDINGS), default=-1)
        kept = [one for one in happened[last + 1 :] if isinstance(one, AnswerSet)]
        gone = sum(isinstance(one, AnswerSet) for one in happened[: last + 1])
        before = vault.case(CASE)
        assert observed(vault) == [("", None)] * gone + [(one.question, one.answer) for one in kept]
        assert len(sittings(vault)) == (1 if kept else 0)
        assert vaults.reopen().case(CASE) == before
