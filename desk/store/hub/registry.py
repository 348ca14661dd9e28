"""Branches, devices, bundles, receipts, and what was set aside: small tables, read and written."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, func, insert, select, update

from desk.domain.hub import HubBranch, HubBundle, HubDevice, Outgoing, ReceiptMade, SetAside
from desk.store.hub.base import Store
from desk.store.hub.tables import (
    BRANCHES,
    BUNDLES,
    CUSTOMERS,
    DEVICES,
    OUTBOX,
    QUARANTINE,
    RECEIPTS,
    TOUCHED,
)

_EACH = 500


def _rows(connection: Connection, table: Table, *where: ColumnElement[bool]) -> list[Row[Any]]:
    query = select(table).where(*where).order_by(*table.primary_key.columns)
    return list(connection.execute(query))


def _named(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def branches(connection: Connection) -> tuple[HubBranch, ...]:
    """Every branch that was enrolled, by code."""
    return tuple(HubBranch(**_named(row)) for row in _rows(connection, BRANCHES))


def branch_of(connection: Connection, branch: str) -> HubBranch | None:
    """A branch; None when it was never enrolled."""
    found = _rows(connection, BRANCHES, BRANCHES.c.branch == branch)
    return HubBranch(**_named(found[0])) if found else None


def put_branch(connection: Connection, branch: HubBranch) -> None:
    """Enrol a branch, or change what is said of it."""
    # Changed in place: who waits for this row to write of the branch must find it again.
    here = update(BRANCHES).where(BRANCHES.c.branch == branch.branch)
    if not connection.execute(here.values(**asdict(branch))).rowcount:
        connection.execute(insert(BRANCHES).values(**asdict(branch)))


def devices(connection: Connection, branch: str | None = None) -> tuple[HubDevice, ...]:
    """Every device of a branch, or of all, and of each every lane."""
    where = [] if branch is None else [DEVICES.c.branch == branch]
    return tuple(_device(row) for row in _rows(connection, DEVICES, *where))


def _device(row: Row[Any]) -> HubDevice:
    values = _named(row)
    return HubDevice(**{**values, "head": values["head"].hex()})


def _lane(device: HubDevice) -> list[ColumnElement[bool]]:
    return [*_of(DEVICES, device.branch, device.device), DEVICES.c.lane == device.lane]


def put_device(connection: Connection, device: HubDevice) -> None:
    """Make a device known, or change what is said of it."""
    connection.execute(delete(DEVICES).where(*_lane(device)))
    values = {**asdict(device), "head": bytes.fromhex(device.head)}
    connection.execute(insert(DEVICES).values(**values))


def bundles(connection: Connection, branch: str, device: str, most: int) -> tuple[HubBundle, ...]:
    """The bundles last taken in from a device, the newest first."""
    query = select(BUNDLES).where(*_of(BUNDLES, branch, device))
    newest = query.order_by(BUNDLES.c.number.desc(), BUNDLES.c.taken_at.desc()).limit(most)
    return tuple(HubBundle(**_named(row)) for row in connection.execute(newest))


def lost(connection: Connection) -> dict[tuple[str, str], int]:
    """How many numbers are missing among the bundles of each device, by branch and device.

    Each was made good by a later one; that events are missing a file set aside tells.
    """
    counted, last = func.count(BUNDLES.c.number.distinct()), func.max(BUNDLES.c.number)
    query = select(BUNDLES.c.branch, BUNDLES.c.device, counted, last)
    found = connection.execute(query.group_by(BUNDLES.c.branch, BUNDLES.c.device))
    return {(row[0], row[1]): max(0, row[3] - row[2]) for row in found}


def is_taken(connection: Connection, branch: str, sha256: str) -> bool:
    """Whether a bundle was taken in before."""
    here = select(BUNDLES.c.sha256).where(BUNDLES.c.branch == branch, BUNDLES.c.sha256 == sha256)
    return connection.execute(here).first() is not None


def put_bundle(connection: Connection, bundle: HubBundle) -> None:
    """Note that a bundle was taken in; the first time counts."""
    if not is_taken(connection, bundle.branch, bundle.sha256):
        connection.execute(insert(BUNDLES).values(**asdict(bundle)))


def receipts(connection: Connection, branch: str, device: str) -> tuple[ReceiptMade, ...]:
    """The receipts written for a device, in order."""
    found = _rows(connection, RECEIPTS, *_of(RECEIPTS, branch, device))
    made = (_named(row) for row in found)
    return tuple(ReceiptMade(**{**one, "items": tuple(json.loads(one["items"]))}) for one in made)


def put_receipt(connection: Connection, receipt: ReceiptMade) -> None:
    """Note that a receipt was written."""
    values = {**asdict(receipt), "items": json.dumps(receipt.items)}
    connection.execute(insert(RECEIPTS).values(**values))


def receipt_taken(connection: Connection, branch: str, device: str, sha256: str, at: str) -> None:
    """Note that a device has taken a receipt in, as its own log tells."""
    here = [*_of(RECEIPTS, branch, device), RECEIPTS.c.sha256 == sha256, RECEIPTS.c.taken_at == ""]
    connection.execute(update(RECEIPTS).where(*here).values(taken_at=at))


def set_aside(connection: Connection, *, waiting: bool = True) -> tuple[SetAside, ...]:
    """The files set aside, in the order they came; with `waiting` only those not settled."""
    where = [QUARANTINE.c.settled == ""] if waiting else []
    query = select(QUARANTINE).where(*where).order_by(QUARANTINE.c.came_at, QUARANTINE.c.id)
    made = (_named(row) for row in connection.execute(query))
    return tuple(SetAside(**{**one, "params": json.loads(one["params"])}) for one in made)


def aside(connection: Connection, key: str) -> SetAside | None:
    """The file set aside under an id, or with a hash, that nobody has settled."""
    fitting = (one for one in set_aside(connection) if key in {one.id, one.sha256})
    return next(fitting, None)


def put_aside(connection: Connection, one: SetAside) -> None:
    """Note that a file was set aside, or why it still is, or what became of it."""
    here = [QUARANTINE.c.branch == one.branch, QUARANTINE.c.id == one.id]
    connection.execute(delete(QUARANTINE).where(*here))
    values = {**asdict(one), "params": json.dumps(dict(one.params), ensure_ascii=False)}
    connection.execute(insert(QUARANTINE).values(**values))


def addressed(connection: Connection, branch: str) -> tuple[Outgoing, ...]:
    """What goes to a branch, in the order it was put there; without its data."""
    query = select(OUTBOX).where(OUTBOX.c.branch == branch).order_by(OUTBOX.c.id)
    found = (_named(row) for row in connection.execute(query))
    return tuple(
        Outgoing(**{name: value for name, value in one.items() if name != "branch"})
        for one in found
    )


def outgoing(store: Store, connection: Connection, item: str) -> bytes:
    """What was put into the outbox under an id."""
    here = [OUTBOX.c.branch == "", OUTBOX.c.id == item]
    sealed = connection.execute(select(OUTBOX.c.data).where(*here)).scalar_one()
    return store.unsealed(sealed, "outbox", item)


def put_outgoing(
    store: Store, connection: Connection, item: Outgoing, branches: Iterable[str]
) -> None:
    """Let something go to branches with their next receipts; it is kept once for all of them.

    What it takes the place of (`Outgoing.stead`) goes no more.
    """
    wanted = sorted(set(branches))
    values = {"id": item.id, "what": item.what, "name": item.name, "made_at": item.made_at}
    sealed = store.sealed(item.data, "outbox", item.id)
    if item.stead:
        older = [OUTBOX.c.what == item.what, OUTBOX.c.stead == item.stead, OUTBOX.c.branch != ""]
        for at in range(0, len(wanted), _EACH):
            some = OUTBOX.c.branch.in_(wanted[at : at + _EACH])
            connection.execute(delete(OUTBOX).where(*older, some))
    rows = [{"branch": code, "stead": item.stead, **values, "data": b""} for code in wanted]
    whole = {"branch": "", "stead": item.stead, **values, "data": sealed}
    connection.execute(insert(OUTBOX), [whole, *rows])


def known_elsewhere(connection: Connection, since: str) -> dict[str, list[str]]:
    """Cases received since a day whose customer complained in another branch too, by branch."""
    of_time = CUSTOMERS.c.received >= since
    shared = select(CUSTOMERS.c.mark).where(of_time).group_by(CUSTOMERS.c.mark)
    several = shared.having(func.count(CUSTOMERS.c.branch.distinct()) > 1)
    query = select(CUSTOMERS.c.branch, CUSTOMERS.c.case_id).distinct()
    found: dict[str, list[str]] = {}
    for branch, case_id in connection.execute(query.where(of_time, CUSTOMERS.c.mark.in_(several))):
        found.setdefault(branch, []).append(case_id)
    return found


def touched(connection: Connection) -> int:
    """How many cases have events that their facts do not tell of yet."""
    return connection.execute(select(func.count()).select_from(TOUCHED)).scalar() or 0


def _of(table: Table, branch: str, device: str) -> list[ColumnElement[bool]]:
    return [table.c.branch == branch, table.c.device == device]


def lanes(found: Iterable[HubDevice]) -> Mapping[str, list[HubDevice]]:
    """Devices of one branch by id, of each its lanes in order."""
    by_id: dict[str, list[HubDevice]] = {}
    for one in found:
        by_id.setdefault(one.device, []).append(one)
    return by_id
