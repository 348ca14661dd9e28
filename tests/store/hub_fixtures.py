"""Fixtures of head office, on both kinds of store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store import offices
from tests.store.desks import Desk, copied, made
from tests.store.offices import Counter, Office

NAMES = ("one", "two", "hub")


@pytest.fixture(scope="session")
def first_desks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Closed vaults of two computers that know each other, and of what becomes head office."""
    folder = tmp_path_factory.mktemp("first") / "desks"
    made(folder, NAMES)
    return folder


@pytest.fixture
def desks(first_desks: Path, tmp_path: Path) -> Iterator[list[Desk]]:
    found = copied(first_desks, tmp_path / "desks", NAMES)
    yield found
    for one in found:
        one.vault.close()


@pytest.fixture(params=["embedded", "postgresql"])
def office(request: pytest.FixtureRequest, desks: list[Desk], tmp_path: Path) -> Office:
    address = request.getfixturevalue("postgresql") if request.param == "postgresql" else ""
    return offices.office(desks[2], tmp_path / "office", address)


@pytest.fixture
def one(desks: list[Desk], tmp_path: Path) -> Counter:
    return Counter(desks[0], "CD", tmp_path)


@pytest.fixture
def two(desks: list[Desk], tmp_path: Path) -> Counter:
    return Counter(desks[1], "CD", tmp_path)
