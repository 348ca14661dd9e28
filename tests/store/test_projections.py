"""Projections equal the fold, for whatever a branch may do to its cases in whatever order."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from desk.domain import events as ev
from desk.domain.events import Payload
from desk.domain.fold import fold
from desk.domain.ledger import Filter
from desk.domain.projection import ClockRow, ItemRow, Projection
from desk.store import projections, session
from desk.store.check import check, rebuild
from desk.store.rows import CASES, CHECKLIST_ITEMS, CLOCKS
from desk.store.vault import Vault
from desk.store.writer import Entry

if TYPE_CHECKING:
    from tests.store.conftest import Vaults

NAMES = ("a", "b", "c")
words = st.text("赎回不到账钱ab12 \"'*(）", max_size=8)
keys = st.sampled_from(
    ["name", "phone", "narrative", "channel", "source", "due_at", "waits_for", "people/1/name"]
)
items = st.sampled_from(["E1/1", "E1/2", "E2/1"])


def marked(place: str, status: str, reason: str | None) -> Payload:
    checklist, item = place.split("/")
    return ev.ItemMarked(checklist=checklist, item=item, status=status, reason=reason)  # type: ignore[arg-type]  # drawn from the literals


payloads = st.one_of(
    st.builds(ev.FieldSet, field=keys, value=st.none() | words, personal=st.booleans()),
    st.builds(ev.StepEntered, step=st.integers(1, 5)),
    st.builds(ev.ScriptSaid, script=st.sampled_from(["SC-1", "SC-2"])),
    st.builds(ev.Noted, text=st.none() | words),
    st.builds(ev.HandedOver, giver=words, taker=words, note=st.none() | words),
    st.builds(marked, items, st.sampled_from(["open", "done", "not_applicable"]), words),
    st.builds(ev.ClockMoved, type=st.sampled_from(["received", "stop"]), at=words, due=words),
    st.builds(ev.Closed, outcome=st.sampled_from(["settled", "told", "withdrawn"])),
    st.builds(ev.Reopened, reason=st.none() | words),
)
steps = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.lists(payloads, min_size=1, max_size=4),
        st.integers(0, 5_000),
        st.sampled_from(["append", "append", "many", "search", "rest", "forget"]),
    ),
    max_size=12,
)


def play(vault: Vault, prefix: str, history: Sequence[tuple[str, list[Payload], int, str]]) -> None:
    """Do to the vault what the history says; a case opens when it is first met."""
    opened: set[str] = set()
    for name, said, wall_ms, how in history:
        case_id = f"{prefix}-{name}"
        whole = list(said)
        if case_id not in opened:
            opened.add(case_id)
            number = f"{prefix}{name}"
            whole.insert(0, ev.CaseOpened(number=number, received_at="2026", first_receiver="w"))
        if how == "many":
            vault.append_many(Entry(case_id, payload, "w", wall_ms, "p@1") for payload in whole)
        else:
            vault.append(case_id, whole, actor="w", wall_ms=wall_ms, pack="p@1")
        if how == "search":
            vault.ledger.count(Filter(text="赎"))
        elif how == "rest":
            vault.rest()
        elif how == "forget":
            vault.forget_memory()


@given(history=steps)
@settings(max_examples=40, deadline=None)
def test_projections_are_the_fold_and_can_be_made_again(
    history: list[Any], fresh_vaults: "Callable[[], Vaults]"
) -> None:
    with fresh_vaults() as vaults:
        vault = vaults.open()
        play(vault, "n", history)
        assert check(vault) == ()
        for case_id in {f"n-{name}" for name, *_rest in history}:
            told = fold(case_id, vault.events(case_id))
            assert vault.case(case_id) == told
            made = vault.projector(told)
            assert vault.ledger.line(case_id) == made.row
            assert vault.ledger.clocks(case_id) == made.clocks
            assert vault.ledger.items(case_id) == made.items
        vault.rest()
        before = everything(vault)
        rebuild(vault)
        assert everything(vault) == before
        assert check(vault) == ()


def everything(vault: Vault) -> dict[str, list[tuple[Any, ...]]]:
    with session.reading(vault.database) as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))))
            for table in (CASES, CLOCKS, CHECKLIST_ITEMS)
        }


clock_parts = st.lists(
    st.builds(ClockRow, st.sampled_from("ab"), words, words, words, words), max_size=4
)
item_parts = st.lists(
    st.builds(ItemRow, st.sampled_from("ab"), words, words, words, words, gating=st.booleans()),
    max_size=4,
)


@given(parts=st.lists(st.tuples(clock_parts, item_parts), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_differences_lead_from_any_parts_to_any_others(
    shared_vault: Vault, parts: list[tuple[list[ClockRow], list[ItemRow]]]
) -> None:
    row = dataclasses.replace(_ROW, case="parts")
    with session.reading(shared_vault.database) as connection:
        stored = None
        for clocks, items_ in parts:
            new = Projection(row, tuple(clocks), tuple(items_))
            stored = projections.put(connection, new, stored)
            assert projections.stored(connection, "parts") == stored
            assert (stored.clocks, stored.items) == (new.clocks, new.items)


def test_only_what_changed_is_written(vault: Vault) -> None:
    """A changed channel must not touch the number of the case, nor mark its texts for search."""
    opened = ev.CaseOpened(number="1", received_at="2026", first_receiver="w")
    vault.append("c", [opened], actor="w", wall_ms=1, pack="p@1")
    vault.rest()
    said: list[str] = []
    with session.reading(vault.database) as connection:
        driver = connection.connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(said.append)
    said.clear()
    vault.append("c", [ev.FieldSet(field="channel", value="x")], actor="w", wall_ms=2, pack="p@1")
    driver.set_trace_callback(None)
    (update,) = (line for line in said if line.startswith("UPDATE"))
    assert "channel" in update
    assert "number" not in update
    assert "indexed" not in update
    assert [line.split()[0] for line in said] == ["BEGIN", "INSERT", "UPDATE", "COMMIT"]


_ROW = projections.case_row(
    [
        0 if name in {"step", "done_steps", "missing", "events", "changed_ms"} else ""
        for name in projections.CASE_NAMES
    ]
)
