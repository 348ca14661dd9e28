"""What comes to head office: taken in, or set aside with the reason until somebody settles it."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from desk.bundles import parts, reading
from desk.bundles.reading import Opened
from desk.domain.exchange import AnyFrame, FileBegun, FileBytes
from desk.domain.hub import HubDevice, SetAside, Way
from desk.errors import BadInput, BundleRefused, KnownError, NotAllowed
from desk.services.hub_office import Office
from desk.services.session import Session, needs
from desk.store import files
from desk.store.hub import attached, registry
from desk.store.hub.taking import Came, Taken, taking

_BLOCK = 1 << 20
_ID_SIGNS = 8

ASIDE = frozenset(
    {"unapproved", "unknown_branch", "gap", "fork", "unknown_sender", "revoked", "profile"}
)
"""Why a file is kept aside; what is damaged or for somebody else is only refused."""
_BY_ITSELF = frozenset({"unapproved", "unknown_branch", "gap"})
"""What is tried again as soon as something changed in its branch."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: taken, here before (again), set aside, or refused, with the fault.

    `id` names it among the files set aside. `ended` counts events of a computer that was revoked
    before it wrote them; they are not kept.
    """

    name: str
    outcome: Literal["taken", "again", "aside", "refused"]
    branch: str = ""
    device: str = ""
    sha256: str = ""
    events: int = 0
    cases: int = 0
    ended: int = 0
    id: str = ""
    fault: KnownError | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a file and of those that waited for it; `paths` are all parts of it."""

    found: tuple[Imported, ...]
    paths: tuple[Path, ...]


@needs("exchange")
def import_(session: Session, paths: Sequence[Path]) -> tuple[Imported, ...]:
    """Take files in, each by itself: bundles, or of one in parts any, the others beside it.

    A file that cannot be read or used is told and stops no other. What was waiting for one of them
    is tried again.
    """
    found: list[Imported] = []
    done: set[Path] = set()
    with Office(session) as office:
        for path in paths:
            if path not in done:
                brought = _brought(office, path)
                done.update(brought.paths)
                found += brought.found
    return tuple(found)


@needs("exchange")
def bring(session: Session, path: Path) -> Brought:
    """Take in one file, as :func:`import_` does: for whom other work must come in between."""
    with Office(session) as office:
        return _brought(office, path)


def _brought(office: Office, path: Path) -> Brought:
    paths: tuple[Path, ...] = (path,)
    try:
        opened = reading.look(path)
        paths = opened.paths
        return Brought(take(office, opened), paths)
    except KnownError as fault:
        return Brought((Imported(path.name, "refused", fault=fault),), paths)


def take(office: Office, opened: Opened, name: str = "") -> tuple[Imported, ...]:
    """Take a bundle in or set it aside; with it, those set aside that were waiting for it.

    Raises BundleRefused for one that is damaged or not for us, BundleUnread, and what a full disk
    or a database that is gone does: nothing is changed then.
    """
    name = name or opened.paths[0].name
    first = _tried(office, opened, name)
    if first.outcome != "taken":
        return (first,)
    return (first, *again(office, first.branch))


def again(office: Office, branch: str) -> tuple[Imported, ...]:
    """Try the files of a branch that wait by themselves, until none of them goes on."""
    found: dict[str, Imported] = {}
    moved = True
    while moved:
        moved = False
        for one in _waiting(office, branch):
            with contextlib.suppress(KnownError):  # it stays where it is
                tried = _tried(office, reading.look(_kept(office, one)), one.name)
                found[one.id] = tried
                moved = moved or tried.outcome == "taken"
    return tuple(one for one in found.values() if one.outcome in {"taken", "again"})


def _waiting(office: Office, branch: str) -> tuple[SetAside, ...]:
    with office.store.reading() as connection:
        aside = registry.set_aside(connection)
    return tuple(one for one in aside if one.branch == branch and one.reason in _BY_ITSELF)


def _tried(office: Office, opened: Opened, name: str) -> Imported:
    """A bundle taken in, or set aside. Raises for what is damaged."""
    manifest = opened.manifest
    identity = office.identity(manifest.recipient)
    if not identity or manifest.kind != "bundle":
        raise BundleRefused(reason="not_for_us", recipient=manifest.recipient)
    with office.store.reading() as connection:
        known = registry.is_taken(connection, manifest.branch, opened.sha256)
    if known:
        _settled(office, opened.sha256, "taken")
        return _imported("again", opened, name)
    try:
        taken = _taken(office, opened, name, identity)
    except BundleRefused as fault:
        if fault.params.get("reason") not in ASIDE:
            raise
        return _set_aside(office, opened, name, fault)
    _settled(office, opened.sha256, "taken")
    told = (manifest.branch, manifest.sender, name)
    office.tell("imported", *told, events=taken.events)
    made = _imported("taken", opened, name)
    return replace(made, events=taken.events, cases=len(taken.cases), ended=taken.ended)


def _imported(outcome: Literal["taken", "again", "aside"], opened: Opened, name: str) -> Imported:
    manifest = opened.manifest
    return Imported(name, outcome, manifest.branch, manifest.sender, opened.sha256)


def _taken(office: Office, opened: Opened, name: str, identity: str) -> Taken:
    """Go on with that history of each device that the bundle fits."""
    lanes: dict[str, int] = {}
    first: BundleRefused | None = None
    while True:
        try:
            return _into(office, opened, name, identity, lanes)
        except BundleRefused as fault:
            first = first or fault
            device = str(fault.params.get("device", ""))
            following = lanes.get(device, 1) + 1
            if fault.params.get("reason") not in {"gap", "fork"} or not _has_lane(
                office, opened.manifest.branch, device, following
            ):
                raise first from None
            lanes[device] = following


def _has_lane(office: Office, branch: str, device: str, lane: int) -> bool:
    with office.store.reading() as connection:
        found = registry.devices(connection, branch)
    return any((one.device, one.lane) == (device, lane) for one in found)


def _into(office: Office, opened: Opened, name: str, identity: str, lanes: dict[str, int]) -> Taken:
    """One bundle, in one transaction."""
    manifest = opened.manifest
    came = Came(opened.sha256, name, opened.size, office.session.minute())
    beside = attached.Attached(office.folder, manifest.branch)
    try:
        with taking(office.store, manifest, came, lanes) as made:

            def frame(one: AnyFrame) -> None:
                made(one)
                if isinstance(one, FileBegun | FileBytes):
                    beside(one)

            opened.read(identity, frame)
    finally:
        beside.end()
    attached.release(office.store, office.folder, manifest.branch, made.taken.forgotten)
    return made.taken


def _set_aside(office: Office, opened: Opened, name: str, fault: BundleRefused) -> Imported:
    """Keep a file until somebody settles it, and of a new device what its manifest says."""
    manifest = opened.manifest
    reason = str(fault.params["reason"])
    if reason == "unapproved":
        _introduce(office, opened)
    with office.store.reading() as connection:
        known = registry.aside(connection, opened.sha256)
    params = {
        key: value if isinstance(value, int) else str(value)
        for key, value in fault.params.items()
        if key != "reason"
    }
    one = SetAside(
        branch=manifest.branch,
        id=known.id if known else office.session.new_id()[-_ID_SIGNS:],
        reason=reason,
        name=name,
        kept=f"{opened.sha256}.cdx",
        sha256=opened.sha256,
        device=manifest.sender,
        size=opened.size,
        came_at=known.came_at if known else office.session.minute(),
        params=params,
    )
    if known is None:
        _keep(opened, _kept(office, one))
    with office.store.writing() as connection:
        registry.put_aside(connection, one)
    if known is None:
        office.tell("quarantined", one.branch, one.device, f"{one.id} {reason} {name}")
    return replace(_imported("aside", opened, name), id=one.id, fault=fault)


def _introduce(office: Office, opened: Opened) -> None:
    """Note the keys of a device that nobody has approved yet, so that somebody can."""
    manifest = opened.manifest
    with office.store.writing(manifest.branch) as connection:
        found = registry.lanes(registry.devices(connection, manifest.branch)).get(manifest.sender)
        new = HubDevice(
            branch=manifest.branch,
            device=manifest.sender,
            lane=1,
            name=manifest.device_name,
            sign_key=manifest.sign_key,
            age_key=manifest.age_key,
            state="waiting",
        )
        if found is None:
            registry.put_device(connection, new)
        elif found[0].state == "waiting":
            # What came last is what somebody reads out now.
            kept = found[0]
            new = replace(new, seq=kept.seq, head=kept.head, vouched_by=kept.vouched_by)
            registry.put_device(connection, new)


def _kept(office: Office, one: SetAside) -> Path:
    return office.folder / "aside" / one.kept


def _keep(opened: Opened, target: Path) -> None:
    """A copy of a bundle, its parts put together."""
    files.make_folder(target.parent)
    draft = target.with_name(f"{target.name}.part")
    with files.disk_faults(target):
        with draft.open("wb") as stream:
            for block in _bytes(opened):
                stream.write(block)
        files.flush(draft)
    files.move(draft, target)


def _bytes(opened: Opened) -> Iterator[bytes]:
    if opened.pieces:
        joined = parts.Joined(opened.pieces)
        while block := joined.read(_BLOCK):
            yield block
        return
    with opened.paths[0].open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


def _settled(office: Office, key: str, how: str) -> SetAside | None:
    """Note what became of a file set aside, and let its copy go; None when there is none."""
    with office.store.writing() as connection:
        one = registry.aside(connection, key)
        if one is None:
            return None
        done = replace(one, settled=how, settled_at=office.session.minute())
        registry.put_aside(connection, done)
    with contextlib.suppress(OSError):  # what somebody holds open stays, and harms nobody
        _kept(office, one).unlink(missing_ok=True)
    return done


@needs("exchange")
def set_aside(session: Session) -> tuple[SetAside, ...]:
    """The files that wait or that somebody has to settle, in the order they came."""
    with Office(session) as office, office.store.reading() as connection:
        return registry.set_aside(connection)


@needs("manage_branch")
def settle(session: Session, id: str, how: Way) -> Imported:  # noqa: A002 - what people call it
    """Settle a file that was set aside.

    `keep`: a copied computer wrote a second history under one name, and both are kept beside each
    other; `discard`: it is given up; `retry`: it is tried again. Raises BadInput `no_such_file`,
    NotAllowed `not_kept` where the file holds no second history that joins the first.
    """
    with Office(session) as office:
        with office.store.reading() as connection:
            one = registry.aside(connection, id)
        if one is None:
            raise BadInput(reason="no_such_file", where=id)
        if how == "discard":
            _settled(office, one.id, "discarded")
            office.tell("settled", one.branch, one.device, f"{one.id} discarded {one.name}")
            return Imported(one.name, "refused", one.branch, one.device, one.sha256, id=one.id)
        opened = reading.look(_kept(office, one))
        if how == "retry":
            return _tried(office, opened, one.name)
        taken = _lane_begun(office, one, opened)
        _settled(office, one.id, "kept")
        office.tell("settled", one.branch, one.device, f"{one.id} kept {one.name}", taken.events)
        made = replace(_imported("taken", opened, one.name), id=one.id)
        return replace(made, events=taken.events, cases=len(taken.cases))


def _lane_begun(office: Office, one: SetAside, opened: Opened) -> Taken:
    device = str(one.params.get("device", ""))
    if one.reason != "fork":
        raise NotAllowed(reason="not_kept")
    with office.store.reading() as connection:
        found = registry.lanes(registry.devices(connection, one.branch)).get(device, [])
    lanes = {device: max((known.lane for known in found), default=1) + 1}
    try:
        return _into(office, opened, one.name, office.identity(opened.manifest.recipient), lanes)
    except BundleRefused as fault:
        if fault.params.get("reason") in {"gap", "fork"}:
            raise NotAllowed(reason="not_kept") from fault
        raise
