"""Real encrypted vaults in a temporary folder, with a small projector in place of the real one."""

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import pytest

from desk.domain.case import Case
from desk.domain.projection import CaseRow, ClockRow, ItemRow, Projection, SearchText
from desk.domain.staff import Branch, Person
from desk.store.stretching import Argon
from desk.store.vault import Vault
from tests.store.postgresql import postgresql, postgresql_server

PASSWORD = "诉解台 pass"
CHEAP = Argon(m=64, t=1, p=1)


def project(case: Case) -> Projection:
    """A projection of every part of a case, without packs."""
    row = CaseRow(
        case=case.id,
        number=case.number,
        received_at=case.received_at,
        status=case.status,
        outcome=case.outcome,
        step=case.step,
        done_steps=len(case.said),
        first_receiver=case.first_receiver,
        handler=case.handler,
        name=case.text("name"),
        summary=case.text("narrative")[:20],
        channel=case.text("channel"),
        source=case.text("source"),
        business=case.text("business"),
        cause=case.text("cause"),
        scenario=case.text("scenario"),
        due_at=case.text("due_at"),
        clock_state="" if case.status == "closed" else "running",
        missing=len(case.contested),
        events=case.count,
        changed_ms=case.last.wall_ms if case.last else 0,
        waits_for=case.text("waits_for"),
    )
    clocks = tuple(
        ClockRow(key=moved.type, started_at=moved.at, due_at=moved.due or "", state="running")
        for moved in case.clock_events
    )
    items = tuple(
        ItemRow(started.key, item, mark.actor, mark.reason or "", mark.status, gating=True)
        for started in case.checklists.values()
        for item, mark in sorted(started.items.items())
    )
    notes = "\n".join(note.text or "" for note in case.notes)
    search = SearchText(
        number=case.number,
        name=case.text("name"),
        phone=case.text("phone"),
        narrative=case.text("narrative"),
        notes=notes,
    )
    return Projection(row, clocks, items, search)


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


# Their module needs what is above.
from tests.store.hub_fixtures import desks, first_desks, office, one, two  # noqa: E402

__all__ = ["desks", "first_desks", "office", "one", "postgresql", "postgresql_server", "two"]
