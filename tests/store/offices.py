"""Head office and branches' computers with real vaults and real files that go between them."""

import dataclasses
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from desk.bundles import writing
from desk.domain.events import Event, Payload
from desk.domain.exchange import AnyFrame, Manifest, Profile
from desk.domain.hub import HubDevice
from desk.domain.staff import Branch
from desk.services import hub, hub_imports, hub_status
from desk.services.hub_imports import Imported
from desk.services.session import Session
from desk.store import outgoing
from desk.store.hub.reading import State, state_of_vault
from tests.store.crew import HEAD, Hand, engine
from tests.store.desks import Desk


class Addressee(Protocol):
    """Whom files are written for."""

    @property
    def id(self) -> str: ...
    @property
    def age_key(self) -> str: ...
    def have(self, branch: str) -> dict[str, int]: ...


@dataclasses.dataclass
class Counter:
    """A branch's computer, and the files it writes for head office."""

    desk: Desk
    branch: str
    folder: Path
    number: int = 0
    profile: Profile = "full"

    def does(self, case: str, *payloads: Payload) -> None:
        self.desk.does(case, *payloads)

    @property
    def state(self) -> State:
        return state_of_vault(self.desk.vault)

    def export(
        self,
        office: "Addressee",
        known: dict[str, int] | None = None,
        *,
        part_bytes: int = 0,
        frames: Sequence[AnyFrame] = (),
        **changed: object,
    ) -> tuple[Path, ...]:
        """A file with all that head office does not hold, or does not hold after `known`."""
        desk, keys = self.desk, self.desk.keys
        self.number += 1
        known = office.have(self.branch) if known is None else known
        going = outgoing.outgoing(desk.vault, known, actor="0417", wall_ms=desk.now)
        stand_in = _stand_in if self.profile == "deidentified" else None
        manifest = Manifest(
            format=1,
            kind="bundle",
            sender=desk.id,
            device_name="柜台",
            branch=self.branch,
            recipient=office.id,
            sign_key=keys.sign_key,
            age_key=keys.age_key,
            profile=self.profile,
            number=self.number,
            previous="",
            created_at="2026-11-22T10:00",
            ranges=going.ranges,
            have=dict(going.have),
        )
        body = itertools.chain(outgoing.frames(desk.vault.database, going, stand_in), frames)
        written = writing.write(
            self.folder / f"{self.branch}-{desk.id[-6:]}-{self.number:04}.cdx",
            msgspec.structs.replace(manifest, **changed),
            body,
            recipients=[office.age_key, keys.age_key],
            sign=keys.sign,
            part_bytes=part_bytes,
        )
        return written.paths


def _stand_in(event: Event, _events_of: outgoing.EventsOf) -> bytes:
    payload = event.payload
    return msgspec.json.encode(dict.fromkeys(payload.sealed(), f"代号-{event.seq}"))


@dataclasses.dataclass
class Office:
    """Head office's session."""

    session: Session
    folder: Path

    @property
    def id(self) -> str:
        return hub_status.status(self.session).id

    @property
    def age_key(self) -> str:
        from desk.store import device_keys

        return device_keys.own(self.session.vault, actor=HEAD.id, wall_ms=1).age_key

    def have(self, branch: str) -> dict[str, int]:
        found = hub_status.status(self.session).branches
        devices = next((one.devices for one in found if one.branch.branch == branch), ())
        return {one.device: one.seq for one in devices if one.lane == 1}

    def enrol(self, branch: str, profile: Profile = "full", parent: str = "") -> hub.Enrolled:
        return hub.enrol(self.session, branch, "支行", self.folder, parent=parent, profile=profile)

    def device(self, desk: Desk, lane: int = 1) -> HubDevice:
        found = hub_status.status(self.session).branches
        return next(
            one
            for status in found
            for one in status.devices
            if (one.device, one.lane) == (desk.id, lane)
        )

    def take(self, *paths: Path) -> tuple[Imported, ...]:
        return hub_imports.import_(self.session, paths)

    def approve(self, counter: Counter) -> hub.Approved:
        return hub.approve(self.session, counter.branch, self.device(counter.desk).fingerprint)

    def welcome(self, counter: Counter) -> None:
        """The first file of a computer, approved."""
        self.take(*counter.export(self))
        self.approve(counter)


def office(desk: Desk, folder: Path, database: str = "") -> Office:
    """The vault of a desk as head office."""
    vault = desk.vault
    session = Session(vault, engine(), Hand(), HEAD, Branch("HO", "总行"))
    hub.make(session, database)
    folder.mkdir(exist_ok=True)
    return Office(session, folder)
