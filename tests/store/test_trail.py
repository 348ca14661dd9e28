"""The log read backwards gives what sorting all of it would give, however it is cut into pages."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.domain.audit import Trace
from desk.domain.events import CaseOpened, CaseSeen, Noted, Payload, StepEntered, Unlocked
from desk.domain.ids import Stamp
from desk.domain.staff import Device
from desk.store import people
from desk.store.session import writing
from desk.store.trail import Trail, TrailFilter
from desk.store.vault import Vault
from desk.store.writer import Entry

Vaults = Any

ACTORS = ("0417", "0233")
CASES = ("case-a", "case-b")
PACK = "cn-branch@1.0.0"

happening = st.tuples(
    st.sampled_from(ACTORS),
    st.sampled_from((*CASES, "")),
    st.sampled_from(("step", "note", "look_a", "look_b", "unlock")),
    st.integers(0, 3),
    st.booleans(),
)


def entries(happened: list[tuple[str, str, str, int, bool]]) -> list[tuple[Entry, bool]]:
    """Entries in the order of their clock, and which of them another device wrote."""
    now, opened, found = 2_000, set(), []
    for actor, case, what, later, elsewhere in happened:
        now += later
        payload: Payload = StepEntered(step=2)
        if case and case not in opened:
            opened.add(case)
            payload = CaseOpened(number=case, received_at="2026-11-21T09:00", first_receiver=actor)
        elif case and what == "note":
            payload = Noted(text="geheim")
        elif not case:
            looks = {"look_a": CaseSeen(case=CASES[0]), "look_b": CaseSeen(case=CASES[1])}
            payload = looks.get(what, Unlocked())
        found.append((Entry(case, payload, actor, now, PACK if case else ""), elsewhere))
    return found


def add_other_device(vault: Vault) -> None:
    """A second device whose chain can lie here as well."""
    with writing(vault.database) as connection:
        people.add_device(connection, Device("device-b", "柜台二"))


def filled(vault: Vault, happened: list[tuple[str, str, str, int, bool]]) -> None:
    """Write the entries; some of them again as events of another device, as sync would."""
    add_other_device(vault)
    for entry, elsewhere in entries(happened):
        vault.append_many([entry])
        if elsewhere:
            with writing(vault.database) as connection:
                connection.exec_driver_sql(COPY)


COPY = """
    INSERT INTO events (position, device, id, seq, wall_ms, counter, actor, case_id, kind, pack,
                        public, nonce, sealed, prev_hash, hash, mac)
    SELECT (1 << 40) + seq, 'device-b', id, seq, wall_ms, counter, actor, case_id, kind, pack,
           public, nonce, sealed, prev_hash, hash, mac
    FROM events WHERE device <> 'device-b' ORDER BY position DESC LIMIT 1
"""


def everything(trail: Trail, asked: TrailFilter, limit: int, stride: int) -> list[Trace]:
    found: list[Trace] = []
    before: Stamp | None = None
    for _reading in range(10_000):
        read = trail.read(asked, limit=limit, before=before, stride=stride)
        found += read.traces
        assert len(read.traces) <= limit
        if read.rest is None:
            return found
        assert before is None or read.rest < before
        before = read.rest
    raise AssertionError("a trail must come to its end")


def fits(asked: TrailFilter, trace: Trace) -> bool:
    about = trace.payload.case if isinstance(trace.payload, CaseSeen) else trace.case
    return all(
        (
            not asked.actor or trace.actor == asked.actor,
            asked.kinds is None or trace.kind in asked.kinds,
            asked.cases is None or about in asked.cases,
            not asked.device or trace.stamp.device == asked.device,
            trace.stamp >= asked.since,
        )
    )


filters = st.builds(
    TrailFilter,
    actor=st.sampled_from(("", *ACTORS)),
    kinds=st.sampled_from(
        (None, frozenset({"case_seen"}), frozenset({"noted", "unlocked"}), frozenset({"swept"}))
    ),
    cases=st.sampled_from((None, (), CASES[:1], CASES)),
    device=st.sampled_from(("", "device-b", "nowhere")),
    since=st.builds(Stamp, st.integers(0, 2_060), st.integers(0, 2), st.just("")),
)


@settings(max_examples=40)
@given(
    st.lists(happening, max_size=40),
    filters,
    st.integers(1, 7),
    st.integers(1, 5),
    st.integers(0, 9),
)
def test_pages_together_are_the_whole_log_newest_first(
    fresh_vaults: Callable[[], Vaults],
    happened: list[tuple[str, str, str, int, bool]],
    asked: TrailFilter,
    limit: int,
    stride: int,
    hole: int,
) -> None:
    with fresh_vaults() as vaults:
        vault = vaults.open()
        filled(vault, happened)
        with writing(vault.database) as connection:  # a gap, as damage leaves one
            connection.exec_driver_sql("DROP TRIGGER events_refuse_delete")
            connection.exec_driver_sql("DELETE FROM events WHERE seq = ?", (hole + 2,))
        trail = Trail(vault.database)
        whole = everything(trail, TrailFilter(), 1_000, 1_000_000)
        assert [one.stamp for one in whole] == sorted((o.stamp for o in whole), reverse=True)
        assert everything(trail, asked, limit, stride) == [t for t in whole if fits(asked, t)]


def test_nothing_sealed_is_opened(vault: Vault) -> None:
    opening = CaseOpened(number="CD-1", received_at="2026-11-21T09:00", first_receiver="0417")
    vault.append("case", [opening, Noted(text="张桂芳")], actor="0417", wall_ms=5_000, pack=PACK)
    traces = Trail(vault.database).read(TrailFilter(), limit=10).traces
    assert traces[0].payload == Noted(text=None)
    assert "张" not in repr(traces)


def test_an_entry_of_a_newer_version_is_listed_without_its_contents(vault: Vault) -> None:
    vault.record(Unlocked(), actor="0417", wall_ms=5_000)
    with writing(vault.database) as connection:
        connection.exec_driver_sql("DROP TRIGGER events_refuse_update")
        connection.exec_driver_sql(
            "UPDATE events SET kind = 'weighed', public = CAST('{\"kind\":\"weighed\"}' AS BLOB) "
            "WHERE position = (SELECT max(position) FROM events)"
        )
    [trace] = Trail(vault.database).read(TrailFilter(), limit=1).traces
    assert (trace.kind, trace.payload) == ("weighed", None)


@pytest.mark.parametrize("number", ["CD20261121-001", "CD20261121-002"])
def test_a_number_leads_to_its_case(vault: Vault, number: str) -> None:
    for one in ("CD20261121-001", "CD20261121-002"):
        opening = CaseOpened(number=one, received_at="2026-11-21T09:00", first_receiver="0417")
        vault.append(f"id {one}", [opening], actor="0417", wall_ms=5_000, pack=PACK)
    trail = Trail(vault.database)
    assert trail.cases_of(number) == (f"id {number}",)
    assert trail.numbers([f"id {number}", "gone"]) == {f"id {number}": number}
