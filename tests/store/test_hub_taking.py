"""Head office's store, embedded and in PostgreSQL: bundles in any order, whole or not at all."""

import dataclasses
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from desk.domain.events import FieldSet, Forgotten, Payload
from desk.domain.exchange import CaseKeys, EventRow, Events, StandIns
from desk.errors import BundleRefused, DiskFull
from desk.store.chain import Follower, genesis
from desk.store.chains import Along
from desk.store.hub import base, dialect, reading
from desk.store.hub.reading import state_of_vault
from desk.store.hub.tables import CASE_KEYS, METADATA
from tests.store import hubs
from tests.store.desks import Desk, Packed, copied


@pytest.fixture(params=["embedded", "postgresql"])
def hub(request: pytest.FixtureRequest, desks: list[Desk]) -> Iterator[hubs.Hub]:
    address = request.getfixturevalue("postgresql") if request.param == "postgresql" else ""
    store = base.create(desks[2].vault, address, hubs.AT)
    yield hubs.Hub(desks[2], store)
    store.close()


def changed(packed: Packed, change: Callable[[Events], Events]) -> Packed:
    """A bundle with other events than it was signed for."""
    frames = tuple(change(one) if isinstance(one, Events) else one for one in packed.frames)
    return Packed(packed.manifest, frames)


def test_a_bundle_twice_changes_nothing(desks: list[Desk], hub: hubs.Hub) -> None:
    one = desks[0]
    hub.approve(one)
    one.does("c1", *hubs.story("n1"))
    packed = hub.packed(one)
    taken = hub.take(packed)
    assert taken.events == packed.manifest.events
    assert taken.cases == ("c1",)
    before = hub.rows()
    again = hub.take(packed)
    assert (again.events, again.again) == (0, packed.manifest.events)
    assert hub.rows() == before
    assert reading.state(hub.store, "CD") == state_of_vault(one.vault)


def test_a_bundle_that_overlaps(desks: list[Desk], hub: hubs.Hub) -> None:
    one = desks[0]
    hub.approve(one)
    one.does("c1", *hubs.story("n1"))
    hub.take(hub.packed(one))
    one.does("c1", FieldSet(field="business", value="B_LOAN"))
    taken = hub.take(hub.packed(one, {one.id: 3}))
    assert taken.events == 1
    assert taken.again > 0
    assert reading.state(hub.store) == state_of_vault(one.vault)


def test_what_was_changed_on_the_way_leaves_nothing(desks: list[Desk], hub: hubs.Hub) -> None:
    one = desks[0]
    hub.approve(one)
    one.does("c1", *hubs.story("n1"))
    before, packed = hub.rows(), hub.packed(one)

    def other(frame: Events, **values: object) -> Events:
        row = msgspec.structs.replace(frame.rows[-1], **values)
        return Events(frame.device, frame.first, (*frame.rows[:-1], row))

    wrong = [
        changed(packed, lambda frame: other(frame, actor="9999")),
        changed(packed, lambda frame: other(frame, actor="a\0b")),
        changed(packed, lambda frame: other(frame, nonce=b"", sealed=b"plain words")),
        changed(packed, lambda frame: Events(frame.device, frame.first, frame.rows[:-1])),
        changed(packed, lambda frame: Events(frame.device, frame.first + 1, frame.rows)),
        changed(packed, lambda frame: Events("stranger", frame.first, frame.rows)),
        Packed(packed.manifest, (*packed.frames, StandIns(one.id, ((1, b"{}"),)))),
        Packed(packed.manifest, (CaseKeys((("c1", "", b"short"),)), *packed.frames)),
    ]
    for bad in wrong:
        with pytest.raises(BundleRefused) as refused:
            hub.take(bad)
        assert refused.value.params["reason"] == "changed"
        assert hub.rows() == before
    assert hub.take(packed).events == packed.manifest.events


def test_nobody_adds_to_what_another_signed(desks: list[Desk], hub: hubs.Hub) -> None:
    one, two = desks[0], desks[1]
    hub.approve(one)
    two.does("c2", *hubs.story("n2"))
    one.take(two.packed(one))
    packed = hub.packed(one)
    forged = tuple(
        msgspec.structs.replace(each, signature="00" * 64) if each.device == two.id else each
        for each in packed.manifest.ranges
    )
    manifest = msgspec.structs.replace(packed.manifest, ranges=forged)
    before = hub.rows()
    with pytest.raises(BundleRefused) as refused:
        hub.take(Packed(manifest, packed.frames))
    assert refused.value.params["reason"] == "unknown_sender"
    assert hub.rows() == before


def test_whom_nobody_vouches_for_is_not_believed(desks: list[Desk], hub: hubs.Hub) -> None:
    one, two = desks[0], desks[1]
    hub.approve(one)
    one.take(two.packed(one))
    one.approve(two, active=False)
    packed = hub.packed(one, {})
    assert two.id not in {each.device for each in packed.manifest.ranges}


def test_a_forgotten_case_stays_forgotten(desks: list[Desk], hub: hubs.Hub) -> None:
    one = desks[0]
    hub.approve(one)
    one.does("c1", *hubs.story("n1"))
    early = hub.packed(one)
    hub.take(early)
    one.does("c1", Forgotten(by="0418", why="due"))
    taken = hub.take(hub.packed(one))
    assert taken.forgotten == ("c1",)
    hub.take(early)  # it brings the key once more
    with hub.store.reading() as connection:
        assert list(connection.execute(select(CASE_KEYS.c.key)).scalars()) == [b""]
        (case,) = reading.cases(hub.store, connection, "CD", ["c1"])
    assert case.folded.text("name") == ""
    assert reading.state(hub.store) == state_of_vault(one.vault)


def test_nothing_personal_lies_in_the_open(desks: list[Desk], hub: hubs.Hub) -> None:
    one = desks[0]
    hub.approve(one)
    one.does("c1", *hubs.story("n1", "欧阳无忌"))
    hub.take(hub.packed(one))
    key = next(iter(hub.packed(one, {}).frames))
    assert isinstance(key, CaseKeys)
    with hub.store.reading() as connection:
        held = b"".join(
            value if isinstance(value, bytes) else str(value).encode()
            for table in METADATA.sorted_tables
            for row in connection.execute(select(table))
            for value in row
        )
    assert "欧阳无忌".encode() not in held
    assert key.keys[0][2] not in held
    assert b"B_CARD" in held


def test_a_full_disk_leaves_nothing(
    desks: list[Desk], hub: hubs.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = desks[0]
    hub.approve(one)
    one.does("c1", *hubs.story("n1"))
    before, packed = hub.rows(), hub.packed(one)
    for name in ("insert_rows", "merge_rows"):
        with monkeypatch.context() as patch:
            patch.setattr(dialect, name, _full)
            with pytest.raises(DiskFull):
                hub.take(packed)
        assert hub.rows() == before
    assert hub.take(packed).events == packed.manifest.events


def _full(*_given: object, **_named: object) -> None:
    raise DiskFull(path="here")


def test_two_imports_at_once_wait_for_each_other(
    desks: list[Desk], postgresql: str, first_desks: Path
) -> None:
    one, two, office = desks
    hub = hubs.Hub(office, base.create(office.vault, postgresql, hubs.AT))
    other = hubs.Hub(office, base.open_store(office.vault, postgresql))
    hub.approve(one, two)
    for desk, case in ((one, "c1"), (two, "c2")):
        for _each in range(20):
            desk.does(case, *hubs.story(f"n{case}"))
    packs = [hub.packed(one), hub.packed(two), hub.packed(one), hub.packed(two)]
    faults: list[BaseException] = []

    def work(mine: hubs.Hub, packed: Packed) -> None:
        try:
            mine.take(packed)
        except BaseException as fault:  # noqa: BLE001 - told by the test
            faults.append(fault)

    threads = [
        threading.Thread(target=work, args=(mine, packed))
        for mine, packed in zip((hub, other, other, hub), packs, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []
    assert hub.have() == {desk.id: desk.vault.head().seq for desk in (one, two)}
    hub.store.close()
    other.store.close()


TEXTS = st.text(max_size=8).filter(lambda text: "\0" not in text)
ROWS = st.builds(
    EventRow,
    TEXTS,
    st.integers(0, 1 << 53),
    st.integers(0, 1 << 53),
    TEXTS,
    TEXTS,
    TEXTS,
    TEXTS,
    st.binary(max_size=40),
    st.sampled_from([b"", b"n" * 12]),
    st.binary(max_size=40),
)


@given(st.lists(st.lists(ROWS, max_size=5), max_size=4), TEXTS, st.integers(0, 1 << 40))
def test_many_hashes_are_what_one_at_a_time_gives(
    blocks: list[list[EventRow]], device: str, seq: int
) -> None:
    slow = Follower(device, seq, genesis(device), lambda _hash: b"")
    quick = Along(device, seq, genesis(device))
    for rows in blocks:
        assert quick.hashes(rows) == [slow.record(row).hash for row in rows]
    assert (quick.seq, quick.head) == (slow.seq, slow.head)


@dataclasses.dataclass(frozen=True)
class Step:
    """A case of a computer gets something, or a computer takes from the other."""

    desk: int
    what: str
    case: int


STEPS = st.lists(
    st.builds(
        Step,
        st.integers(0, 1),
        st.sampled_from(["open", "open", "field", "forget", "exchange"]),
        st.integers(0, 2),
    ),
    min_size=2,
    max_size=8,
)


def payload(step: Step, opened: set[str], case: str) -> tuple[Payload, ...]:
    if case not in opened:
        opened.add(case)
        return hubs.story(case, f"王{case}")
    if step.what == "forget":
        return (Forgotten(by="0418", why="due"),)
    return (FieldSet(field="name", value=f"李{step.case}", personal=True),)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, order=st.randoms(use_true_random=False))
def test_any_order_of_bundles_ends_in_one_state(
    steps: list[Step],
    order: Random,
    first_desks: Path,
    tmp_path_factory: pytest.TempPathFactory,
    postgresql_server: str,
) -> None:
    """Bundles of several computers, shuffled and some twice, into both kinds of store."""
    folder = tmp_path_factory.mktemp("any")
    one, two, office = copied(first_desks, folder / "desks", ("one", "two", "hub"))
    embedded = hubs.Hub(office, base.create(office.vault, "", hubs.AT))
    database = hubs.database(postgresql_server)
    remote = hubs.Hub(office, base.create(office.vault, database, hubs.AT))
    try:
        packs = _week(steps, (one, two), embedded)
        for hub in (embedded, remote):
            hub.approve(one, two)
            _taken(hub, _shuffled(packs, order))
        one.take(two.packed(one))
        two.take(one.packed(two))
        states = {reading.state(embedded.store), reading.state(remote.store)}
        assert states == {state_of_vault(one.vault), state_of_vault(two.vault)}
        assert embedded.rows() == remote.rows()
    finally:
        remote.store.close()
        for desk in (one, two, office):
            desk.vault.close()


def _week(steps: list[Step], pair: tuple[Desk, Desk], hub: hubs.Hub) -> list[Packed]:
    """What two computers do, and a bundle of each after every step, from where the last ended."""
    opened: tuple[set[str], set[str]] = (set(), set())
    known: tuple[dict[str, int], dict[str, int]] = ({}, {})
    found = []
    for step in (*steps, Step(0, "open", 0), Step(1, "open", 0)):
        desk, other = pair[step.desk], pair[1 - step.desk]
        if step.what == "exchange":
            desk.take(other.packed(desk))
        else:
            case = f"c{step.desk}{step.case}"
            forgotten = case in opened[step.desk] and desk.vault.case(case).forgotten
            if not forgotten:
                desk.does(case, *payload(step, opened[step.desk], case))
        found.append(hub.packed(desk, dict(known[step.desk])))
        known[step.desk].update({head.device: head.seq for head in desk.vault.heads()})
    return [packed for packed in found if packed.manifest.ranges]


def _shuffled(packs: list[Packed], order: Random) -> list[Packed]:
    twice = [packed for packed in packs if order.random() < 0.3]
    found = [*packs, *twice]
    order.shuffle(found)
    return found


def _taken(hub: hubs.Hub, packs: list[Packed]) -> None:
    """Take them in, those after a gap again and again."""
    waiting = packs
    while waiting:
        left = []
        for packed in waiting:
            try:
                hub.take(packed)
            except BundleRefused:  # for a gap, or because it is too early to know a computer
                left.append(packed)
        assert len(left) < len(waiting)
        waiting = left
