"""Real encrypted vaults in a temporary folder, with a small projector in place of the real one."""

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import pytest

from desk.domain.case import Case
from desk.domain.projection import Projection
from desk.domain.staff import Branch, Person
from desk.store.vault import Vault
from tests.store.hub_fixtures import desks, first_desks, office, one, two
from tests.store.postgresql import postgresql, postgresql_server
from tests.store.small import CHEAP, PASSWORD, project
from tests.store.sync_fixtures import both, sync_offices, with_head

__all__ = [
    "both",
    "desks",
    "first_desks",
    "office",
    "one",
    "postgresql",
    "postgresql_server",
    "sync_offices",
    "two",
    "with_head",
]


@dataclasses.dataclass
class Vaults:
    """Makes and opens the vault of one folder, and closes what a test left open."""

    path: Path
    opened: list[Vault] = dataclasses.field(default_factory=list)
    projector: Callable[[Case], Projection] = project

    def create(self) -> Vault:
        vault = Vault.create(
            self.path,
            PASSWORD,
            person=Person("0417", "王", "head"),
            device="柜台一",
            branch=Branch("CD", "城东支行"),
            projector=self.projector,
            wall_ms=1_000,
            argon=CHEAP,
        )
        self.opened.append(vault)
        return vault

    def open(self, password: str = PASSWORD, person: str = "") -> Vault:
        vault = Vault.open(self.path, password, projector=self.projector, person=person)
        self.opened.append(vault)
        return vault

    def reopen(self) -> Vault:
        self.close()
        return self.open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()

    def close(self) -> None:
        while self.opened:
            self.opened.pop().close()


@pytest.fixture
def vaults(tmp_path: Path) -> Iterator[Vaults]:
    made = Vaults(tmp_path / "branch.vault")
    yield made
    made.close()


@pytest.fixture
def vault(vaults: Vaults) -> Vault:
    return vaults.create()


@pytest.fixture(scope="module")
def shared_vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """One vault for all examples of a property that leaves nothing in it."""
    made = Vaults(tmp_path_factory.mktemp("shared") / "branch.vault")
    yield made.create()
    made.close()


@pytest.fixture(scope="module")
def fresh_vaults(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Vaults]:
    """Makes an empty vault, still closed, for one example of a property: a copy of a first one."""
    folder = tmp_path_factory.mktemp("first")
    first = Vaults(folder / "branch.vault")
    first.create()
    first.close()

    def copy() -> Vaults:
        target = tmp_path_factory.mktemp("fresh") / "copy"
        shutil.copytree(folder, target)
        return Vaults(target / "branch.vault")

    return copy
