"""What goes back to branches: receipts, and in them packs, calendars, messages, hints, cases."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from desk.bundles import writing
from desk.domain.calendars import CalendarYear
from desk.domain.case import Case
from desk.domain.exchange import AnyFrame, Confirmed, Manifest, Sent, Transfer
from desk.domain.hub import HubBranch, HubBundle, HubDevice, Outgoing, ReceiptMade
from desk.errors import BadInput, CaseUnknown, NotAllowed
from desk.packs import carried, shelf
from desk.services import hub_statistics
from desk.services.hub_office import Office
from desk.services.session import Session, needs
from desk.store.hub import facts, reading, registry

CONFIRMED = 200
"""So many bundles are confirmed in each receipt, the last ones; so a lost receipt is no loss."""
_TITLE = 200

What = Literal["pack", "calendar", "message", "hint", "transfer"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that was written: for whom, where, what it confirms and brings."""

    branch: str
    device: str
    path: Path
    number: int
    sha256: str
    confirmed: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What was put out, and for which branches."""

    what: str
    name: str
    branches: tuple[str, ...]


@needs("exchange")
def receipt(session: Session, branch: str, folder: Path, device: str = "") -> tuple[Receipt, ...]:
    """Write a receipt for every approved computer of a branch, or for one, into a folder.

    It confirms what was taken in of it, by name and by how far each chain is held, and brings what
    was put out for the branch until that computer says that it came. Raises NotAllowed
    `unknown_branch` or `unknown_device`, and what writing a bundle raises.
    """
    with Office(session) as office:
        with office.store.reading() as connection:
            known = registry.branch_of(connection, branch)
            devices = registry.devices(connection, branch)
        if known is None:
            raise NotAllowed(reason="unknown_branch", branch=branch)
        wanted = [
            one
            for one in devices
            if one.lane == 1 and one.state == "approved" and device in {"", one.device}
        ]
        if not wanted:
            raise NotAllowed(reason="unknown_device")
        return tuple(write(office, known, one, devices, folder) for one in wanted)


def write(
    office: Office,
    branch: HubBranch,
    device: HubDevice,
    devices: Sequence[HubDevice],
    folder: Path,
) -> Receipt:
    """Write the next receipt for a computer."""
    with office.store.reading() as connection:
        bundles = registry.bundles(connection, branch.branch, device.device, CONFIRMED)
        before = registry.receipts(connection, branch.branch, device.device)
        arrived = {item for one in before if one.taken_at for item in one.items}
        put_out = registry.addressed(connection, branch.branch)
    going = [one for one in put_out if one.id not in arrived]
    number = max((one.number for one in before), default=0) + 1
    manifest = _manifest(office, branch, device, devices, number, before)
    path = folder / f"{branch.branch}-{device.device[-6:]}-{number:04}-receipt.cdx"
    written = writing.write(
        path,
        manifest,
        _frames(office, bundles, going),
        recipients=[device.age_key, office.keys.age_key],
        sign=office.keys.sign,
    )
    items = tuple(one.id for one in going)
    made = ReceiptMade(
        branch.branch, device.device, number, written.sha256, items, office.session.minute()
    )
    with office.store.writing(branch.branch) as connection:
        registry.put_receipt(connection, made)
    office.tell("receipt", branch.branch, device.device, path.name)
    args = (branch.branch, device.device, path, number, written.sha256)
    return Receipt(*args, confirmed=len(bundles), items=tuple(one.name for one in going))


def _manifest(
    office: Office,
    branch: HubBranch,
    device: HubDevice,
    devices: Sequence[HubDevice],
    number: int,
    before: Sequence[ReceiptMade],
) -> Manifest:
    keys, session = office.keys, office.session
    return Manifest(
        format=1,
        kind="receipt",
        sender=keys.device,
        device_name=session.branch.name,
        branch=branch.branch,
        recipient=device.device,
        sign_key=keys.sign_key,
        age_key=keys.age_key,
        profile=branch.profile,
        number=number,
        previous=before[-1].sha256 if before else "",
        created_at=session.minute(),
        have={one.device: one.seq for one in devices if one.lane == 1 and one.seq},
        packs=(session.engine.pack.stamp,),
    )


def _frames(
    office: Office, bundles: Iterable[HubBundle], going: Iterable[Outgoing]
) -> Iterator[AnyFrame]:
    for one in bundles:
        told = Confirmed(sha256=one.sha256, number=one.number)
        yield Sent("confirmed", one.sha256, msgspec.json.encode(told))
    for item in going:
        with office.store.reading() as connection:
            data = registry.outgoing(office.store, connection, item.id)
        yield Sent(item.what, item.name, data)


@needs("manage_packs")
def publish_pack(session: Session, stamp: str, branches: Sequence[str] = ()) -> Published:
    """Let a version of a pack that is on the shelf go to branches, to those under them, or to all.

    Raises BadInput `not_on_shelf`, PackInvalid, NotAllowed `unknown_branch`.
    """
    found = shelf.named(stamp)
    if found is None:
        raise BadInput(reason="not_on_shelf", where=stamp)
    data = carried.packed(shelf.contents_of(found))
    name = found.stamp
    return _published(session, "pack", name, data, branches, stead=name.partition("@")[0])


@needs("manage_packs")
def publish_calendar(session: Session, path: Path, branches: Sequence[str] = ()) -> Published:
    """Let the working days of a year go to branches; raises as `calendar_year` does.

    Also NotAllowed `unknown_branch`.
    """
    year = calendar_year(path)
    name = str(year.year)
    data = msgspec.json.encode(year)
    return _published(session, "calendar", name, data, branches, stead=name)


def calendar_year(path: Path) -> CalendarYear:
    """The working days of a year in a YAML file, as a pack's calendar has them.

    Raises BadInput `not_readable` or `not_a_calendar`.
    """
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=CalendarYear)
    except OSError as fault:
        raise BadInput(reason="not_readable", where=str(path)) from fault
    except (ValueError, UnicodeDecodeError) as fault:
        raise BadInput(reason="not_a_calendar", where=str(path)) from fault


@needs("manage_branch")
def publish_message(
    session: Session, title: str, text: str, branches: Sequence[str] = ()
) -> Published:
    """Let a message go to branches. Raises BadInput `message`, NotAllowed `unknown_branch`."""
    if not title.strip() or not text.strip() or not title.isprintable() or len(title) > _TITLE:
        raise BadInput(reason="message", where="")
    return _published(session, "message", title, text.encode(), branches)


def _published(
    session: Session,
    what: What,
    name: str,
    data: bytes,
    branches: Sequence[str],
    *,
    stead: str = "",
) -> Published:
    with Office(session) as office:
        item = Outgoing(session.new_id(), what, name, data, session.minute(), stead)
        with office.store.writing() as connection:
            wanted = below(registry.branches(connection), branches)
            registry.put_outgoing(office.store, connection, item, wanted)
        office.tell("published", ", ".join(branches), detail=f"{what} {name}")
        return Published(what, name, wanted)


def below(known: Sequence[HubBranch], asked: Sequence[str]) -> tuple[str, ...]:
    """The branches asked for and all that stand under them; every one when none is named."""
    codes = {one.branch for one in known}
    unknown = [code for code in asked if code not in codes]
    if unknown:
        raise NotAllowed(reason="unknown_branch", branch=unknown[0])
    wanted = set(asked) if asked else codes
    more = wanted
    while more:
        more = {one.branch for one in known if one.parent in wanted} - wanted
        wanted = wanted | more
    return tuple(sorted(wanted))


@needs("manage_branch")
def transfer(session: Session, branch: str, case: str, to: str, note: str = "") -> Transfer:
    """Pass a case (its id or number) of a branch to another: both are told with their receipts.

    The other is given what the case says, where head office knows it. Raises NotAllowed
    `unknown_branch`, CaseUnknown, BadInput `several_cases` for a number that two of them have.
    """
    hub_statistics.follow(session)  # numbers are among the facts
    with Office(session) as office:
        with office.store.reading() as connection:
            known = {one.branch: one for one in registry.branches(connection)}
            for code in (branch, to):
                if code not in known or branch == to:
                    raise NotAllowed(reason="unknown_branch", branch=code)
        found = _meant(office, branch, case)
        told = Transfer(
            case=found.id,
            number=found.number,
            from_branch=branch,
            from_name=known[branch].name,
            to_branch=to,
            to_name=known[to].name,
            at=session.minute(),
            note=note,
        )
        values = {path: state.value for path, state in found.fields.items()}
        whole = msgspec.structs.replace(told, fields=values)
        with office.store.writing() as connection:
            for code, one in ((branch, told), (to, whole)):
                data = msgspec.json.encode(one)
                item = Outgoing(session.new_id(), "transfer", found.number, data, told.at)
                registry.put_outgoing(office.store, connection, item, [code])
        office.tell("published", f"{branch} {to}", detail=f"transfer {found.number}")
        return told


def _meant(office: Office, branch: str, named: str) -> Case:
    """The case of a branch that has this id or number."""
    with office.store.reading() as connection:
        ids = {named, *facts.numbered(connection, branch, named)}
        read = list(reading.cases(office.store, connection, branch, sorted(ids)))
    found = [one.folded for one in read if one.events]
    if not found:
        raise CaseUnknown(case=named)
    if len(found) > 1:
        raise BadInput(reason="several_cases", where=named)
    return found[0]
