"""Head office's store, embedded and in PostgreSQL: bundles in any order, whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.store.hub import base, reading
from tests.store import hubs
from tests.store.desks import Desk, copied, made

NAMES = ("one", "two", "hub")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first") / "desks"
    made(folder, NAMES)
    return folder


@pytest.fixture
def desks(first: Path, tmp_path: Path) -> Iterator[list[Desk]]:
    found = copied(first, tmp_path / "desks", NAMES)
    yield found
    for one in found:
        one.vault.close()


@pytest.fixture(params=["embedded", "postgresql"])
def hub(request: pytest.FixtureRequest, desks: list[Desk]) -> Iterator[hubs.Hub]:
    address = request.getfixturevalue("postgresql") if request.param == "postgresql" else ""
    store = base.create(desks[2].vault, address, "2026-11-22T10:00")
    yield hubs.Hub(desks[2], store)
    store.close()


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
    assert reading.state(hub.store, "CD") == reading.state_of_vault(one.vault)
