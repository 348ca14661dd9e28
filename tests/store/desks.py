"""Several computers of one branch with a vault each, and frames that go from one to another."""

import dataclasses
import shutil
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text

from desk.domain.events import Payload
from desk.domain.exchange import AnyFrame, Manifest
from desk.domain.staff import Branch, Person
from desk.domain.sync_events import PeerPut
from desk.store import device_keys, exchange, outgoing, session
from desk.store.vault import Vault
from tests.store.small import CHEAP, PASSWORD, project

WALL = 1_800_000_000_000


@dataclasses.dataclass
class Desk:
    """A computer: its vault, and what its clock says."""

    vault: Vault
    now: int = WALL

    @property
    def id(self) -> str:
        return self.vault.head().device

    @property
    def keys(self) -> device_keys.DeviceKeys:
        return device_keys.own(self.vault, actor="0417", wall_ms=self.now)

    def does(self, case: str, *payloads: Payload) -> None:
        self.now += 1000
        self.vault.append(case, payloads, actor="0417", wall_ms=self.now, pack="p@1")

    def approve(self, other: "Desk", *, active: bool = True) -> None:
        put = PeerPut(
            peer=other.id,
            name="柜台",
            type="device",
            branch="CD",
            sign_key=other.keys.sign_key,
            age_key=other.keys.age_key,
            active=active,
        )
        self.now += 1000
        self.vault.record(put, actor="0417", wall_ms=self.now)

    def packed(self, to: "Desk", known: dict[str, int] | None = None) -> "Packed":
        """What goes to another, who holds `known`."""
        known = outgoing.have(to.vault) if known is None else known
        going = outgoing.outgoing(self.vault, known, actor="0417", wall_ms=self.now)
        manifest = Manifest(
            format=1,
            kind="bundle",
            sender=self.id,
            device_name="柜台",
            branch="CD",
            recipient=to.id,
            sign_key=self.keys.sign_key,
            age_key=self.keys.age_key,
            profile="full",
            number=1,
            previous="",
            created_at="2026-11-22T10:00",
            ranges=going.ranges,
            have=dict(going.have),
        )
        return Packed(manifest, tuple(outgoing.frames(self.vault.database, going)))

    def take(self, packed: "Packed") -> exchange.Taken:
        with exchange.taking(self.vault, packed.manifest) as taking:
            for frame in packed.frames:
                taking(frame)
        return taking.taken


@dataclasses.dataclass(frozen=True)
class Packed:
    """A bundle without a file: its manifest and frames."""

    manifest: Manifest
    frames: tuple[AnyFrame, ...]


def made(folder: Path, names: Sequence[str]) -> None:
    """One closed vault for each name, all of them approved by each other."""
    desks = [
        Desk(
            Vault.create(
                folder / f"{name}.vault",
                PASSWORD,
                person=Person("0417", "王", "head"),
                device=name,
                branch=Branch("CD", "城东支行"),
                projector=project,
                wall_ms=WALL,
                argon=CHEAP,
            )
        )
        for name in names
    ]
    for one in desks:
        for other in desks:
            if other is not one:
                one.approve(other)
    for one in desks:
        one.vault.close()


def opened(folder: Path, names: Sequence[str]) -> list[Desk]:
    """The vaults of a folder, open."""
    paths = [folder / f"{name}.vault" for name in names]
    return [Desk(Vault.open(path, PASSWORD, projector=project)) for path in paths]


def copied(folder: Path, target: Path, names: Sequence[str]) -> list[Desk]:
    """Copies of the vaults of a folder, open."""
    shutil.copytree(folder, target)
    return opened(target, names)


def state(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """All that a vault holds besides what is its own: the same on each once they are even."""
    asked = {
        "events": "SELECT device, seq, hex(hash), hex(public), hex(sealed) FROM events",
        "keys": "SELECT case_id, sitting, hex(key) FROM case_keys",
        "people": "SELECT id, name, role, active FROM persons",
        "settings": "SELECT key, value FROM settings",
        "cases": (
            "SELECT case_id, number, received_at, status, outcome, step, handler, name, summary,"
            " business, missing, events, changed_ms, closed_at FROM cases"
        ),
        "clocks": "SELECT case_id, key, place, started_at, clocks.due_at, state FROM clocks"
        " JOIN cases ON cases.id = case_row",
        "items": "SELECT case_id, checklist, item, place, checklist_items.status, owner"
        " FROM checklist_items JOIN cases ON cases.id = case_row",
    }
    found: dict[str, list[tuple[object, ...]]] = {}
    with session.reading(desk.vault.database) as connection:
        for name, query in asked.items():
            rows = connection.execute(text(query)).all()
            found[name] = sorted((tuple(row) for row in rows), key=repr)
    return found
