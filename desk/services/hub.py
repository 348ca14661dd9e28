"""Head office: made, its branches enrolled, their computers approved, revoked and replaced."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from desk.bundles import cards
from desk.domain.events import SettingPut
from desk.domain.exchange import Enrolment, Profile, is_fingerprint
from desk.domain.hub import ENDED, DeviceState, HubBranch, HubDevice
from desk.errors import BadInput, NotAllowed
from desk.packs import shelf
from desk.services import hub_imports
from desk.services.hub_imports import Imported
from desk.services.hub_office import DATABASE, Office, own_fingerprint
from desk.services.session import Session, needs
from desk.store.hub import base, registry

_CODE = re.compile(r"^\w[\w-]{0,63}\Z")


@dataclass(frozen=True, slots=True)
class Hub:
    """Head office as it was made: its id and fingerprint, and where its store is."""

    id: str
    fingerprint: str
    database: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A branch that was enrolled, the file for it, and the fingerprint it is to compare."""

    branch: HubBranch
    path: Path
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Approved:
    """A device that was approved, and what became of its files that had to wait."""

    device: HubDevice
    files: tuple[Imported, ...]


@needs("manage_branch")
def make(session: Session, database: str = "") -> Hub:
    """Make this vault a head office, with its store in its own file or in PostgreSQL.

    A second time changes nothing. A password does not belong into the address: the database's own
    ways (`PGPASSWORD`, `.pgpass`) know it. Raises BadInput `no_database` or `database_password`,
    NotAllowed `hub_elsewhere`, HubUnreachable, HubForeign.
    """
    if base.has_password(database):
        raise BadInput(reason="database_password", where="--database")
    where = base.without_password(database)
    known = session.vault.settings().get(DATABASE)
    if known not in {None, where}:
        raise NotAllowed(reason="hub_elsewhere")
    base.create(session.vault, where, session.minute()).close()
    if known is None:
        session.record(SettingPut(key=DATABASE, value=where))
    with Office(session) as office:
        made = Hub(office.keys.device, own_fingerprint(office), office.store.where)
        if known is None:
            office.tell("made", detail=made.fingerprint)
    return made


@needs("manage_branch")
def is_hub(session: Session) -> bool:
    """Whether this vault was made a head office."""
    return DATABASE in session.vault.settings()


@needs("manage_branch")
def enrol(
    session: Session, branch: str, name: str, folder: Path, *, parent: str = "", profile: Profile
) -> Enrolled:
    """Enrol a branch, or change what is said of it, and write the file that invites it.

    Raises BadInput `branch_code`, NotAllowed `unknown_branch` for a parent that is not enrolled or
    stands below it, and what writing a file raises.
    """
    if not _CODE.match(branch):
        raise BadInput(reason="branch_code", where=branch)
    with Office(session) as office:
        with office.store.writing() as connection:
            known = {one.branch: one for one in registry.branches(connection)}
            _require_above(known, branch, parent)
            new = HubBranch(branch, name or branch, parent, profile, session.minute())
            registry.put_branch(connection, new)
        keys = office.keys
        invitation = Enrolment(
            branch=branch,
            branch_name=new.name,
            parent=parent,
            hub=keys.device,
            hub_name=session.branch.name,
            sign_key=keys.sign_key,
            age_key=keys.age_key,
            profile=profile,
            packs=tuple(one.stamp for one in shelf.versions()),
            made_at=session.minute(),
        )
        path = folder / f"{branch}.cdx-enrol"
        cards.write_enrolment(path, invitation, keys.sign)
        office.tell("enrolled", branch, detail=profile)
        return Enrolled(new, path, own_fingerprint(office))


def _require_above(known: dict[str, HubBranch], branch: str, parent: str) -> None:
    above = parent
    while above:
        if above == branch or above not in known:
            raise NotAllowed(reason="unknown_branch", branch=above)
        above = known[above].parent


@needs("manage_branch")
def approve(session: Session, branch: str, fingerprint: str) -> Approved:
    """Approve the computer of a branch whose fingerprint this is; its waiting files are taken in.

    The fingerprint is what somebody there reads out. Raises NotAllowed `unknown_device` where none
    waits, `fingerprint` where it is that of none.
    """
    with Office(session) as office:
        device = _changed(office, branch, fingerprint, _approvable)
        office.tell("approved", branch, device.device, device.fingerprint)
        return Approved(device, hub_imports.again(office, branch))


def _approvable(device: HubDevice) -> HubDevice:
    return replace(device, state="approved", successor="")


@needs("manage_branch")
def revoke(session: Session, branch: str, device: str) -> HubDevice:
    """Accept nothing more that a computer writes: it was lost. What was taken in stays.

    `device` is its id or fingerprint. Raises NotAllowed `unknown_device`.
    """
    with Office(session) as office:
        ended = _ended(office, branch, device, "")
        office.tell("revoked", branch, ended.device, ended.fingerprint)
        return ended


@needs("manage_branch")
def replace_device(session: Session, branch: str, device: str, fingerprint: str) -> Approved:
    """Another computer takes the place of one, which is ended; its waiting files are taken in.

    Raises NotAllowed `unknown_device` or `fingerprint`.
    """
    with Office(session) as office:
        old = _found(office, branch, device)
        new = _changed(office, branch, fingerprint, _approvable)
        if old.device == new.device:
            raise NotAllowed(reason="unknown_device")
        _ended(office, branch, old.device, new.device)
        office.tell("replaced", branch, old.device, new.fingerprint)
        return Approved(new, hub_imports.again(office, branch))


def _ended(office: Office, branch: str, device: str, successor: str) -> HubDevice:
    state: DeviceState = "replaced" if successor else "revoked"
    return _changed(
        office, branch, device, lambda one: replace(one, state=state, successor=successor)
    )


def _changed(
    office: Office, branch: str, named: str, change: Callable[[HubDevice], HubDevice]
) -> HubDevice:
    """Change every lane of the device that is meant."""
    with office.store.writing(branch) as connection:
        lanes = registry.devices(connection, branch)
        meant = _meant(lanes, named, approving=change is _approvable)
        for one in lanes:
            if one.device == meant.device:
                registry.put_device(connection, change(one))
        return change(meant)


def _found(office: Office, branch: str, named: str) -> HubDevice:
    with office.store.reading() as connection:
        return _meant(registry.devices(connection, branch), named)


def _meant(devices: tuple[HubDevice, ...], named: str, *, approving: bool = False) -> HubDevice:
    """The device of an id or fingerprint; for approving only by the latter, and no ended one."""
    for one in devices:
        is_named = one.device == named and not approving
        if is_named or is_fingerprint(named, one.fingerprint):
            if approving and one.state in ENDED:
                continue
            return one
    waiting = approving and any(one.state in {"waiting", "relayed"} for one in devices)
    raise NotAllowed(reason="fingerprint" if waiting else "unknown_device")
