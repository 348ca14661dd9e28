"""What head office knows of its branches: what came when, what is missing, who is silent."""

from dataclasses import dataclass
from datetime import datetime

from desk.domain.hub import HubBranch, HubDevice, SetAside
from desk.services.hub_office import Office, own_fingerprint
from desk.services.session import Session, needs
from desk.store.hub import reading, registry
from desk.store.hub.reading import State

SILENT_DAYS = 14
"""After so many days without a bundle a branch counts as silent."""


@dataclass(frozen=True, slots=True)
class BranchStatus:
    """A branch: its devices (every lane), what of it waits, how many days it has been silent.

    `lost` are, by device, numbers of bundles that never came; `silent` is None before the first.
    """

    branch: HubBranch
    devices: tuple[HubDevice, ...]
    lost: dict[str, int]
    waiting: tuple[SetAside, ...]
    silent: int | None

    @property
    def is_silent(self) -> bool:
        """Whether nothing came for too long."""
        return self.silent is None or self.silent > SILENT_DAYS


@dataclass(frozen=True, slots=True)
class Status:
    """Head office: its fingerprint, where its store is, its branches, files of no branch here.

    `touched` cases have news that statistics do not tell of yet.
    """

    id: str
    fingerprint: str
    database: str
    branches: tuple[BranchStatus, ...]
    strangers: tuple[SetAside, ...]
    touched: int


@dataclass(frozen=True, slots=True)
class StateOf:
    """All that is known of cases in one figure (`sha256`), and of how many cases and events."""

    sha256: str
    cases: int
    events: int


@needs("exchange")
def status(session: Session) -> Status:
    """How things stand with every branch."""
    now = session.now()
    with Office(session) as office:
        with office.store.reading() as connection:
            branches = registry.branches(connection)
            devices = registry.devices(connection)
            lost = registry.lost(connection)
            aside = registry.set_aside(connection)
            touched = registry.touched(connection)
        told = []
        by_branch: dict[str, list[HubDevice]] = {one.branch: [] for one in branches}
        for device in devices:
            by_branch.setdefault(device.branch, []).append(device)
        for one in branches:
            found = tuple(by_branch[one.branch])
            waiting = tuple(file for file in aside if file.branch == one.branch)
            missing = {
                device.device: lost[one.branch, device.device]
                for device in found
                if lost.get((one.branch, device.device))
            }
            told.append(BranchStatus(one, found, missing, waiting, _silent(found, now)))
        strangers = tuple(file for file in aside if file.branch not in by_branch)
        where = office.store.where
        mark = own_fingerprint(office)
        return Status(office.keys.device, mark, where, tuple(told), strangers, touched)


def _silent(devices: tuple[HubDevice, ...], now: datetime) -> int | None:
    last = max((one.last_at for one in devices), default="")
    return (now - datetime.fromisoformat(last)).days if last else None


@needs("exchange")
def state(session: Session, branch: str = "") -> StateOf:
    """Everything head office knows of the cases of a branch, or of all, in one figure."""
    with Office(session) as office:
        return _told(reading.state(office.store, branch))


@needs("check")
def own_state(session: Session) -> StateOf:
    """The same figure of this vault: equal to head office's once all was exchanged."""
    return _told(reading.state_of_vault(session.vault))


def _told(found: State) -> StateOf:
    return StateOf(found.sha256, found.cases, found.events)
