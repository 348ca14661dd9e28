"""Computers of one branch and head office, as tests are given them; see `sync_offices`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.services import hub
from tests.store import sync_offices as offices
from tests.store.sync_offices import Office


@pytest.fixture(scope="session")
def sync_offices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sync_offices")
    offices.make(folder)
    return folder


@pytest.fixture
def both(sync_offices: Path, tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    """Two computers of a branch that approved each other."""
    with offices.opened(sync_offices, tmp_path / "there", ["一", "二"]) as found:
        one, other = found
        one.knows(other)
        other.knows(one)
        yield one, other


@pytest.fixture
def with_head(sync_offices: Path, tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    """A computer of a branch, and a head office that has not enrolled it yet."""
    with offices.opened(sync_offices, tmp_path / "there", ["一", "总行"]) as found:
        branch, head = found
        hub.make(head.session)
        yield branch, head
