"""Events of head office's store, opened: with the keys of cases, or with what stands for them."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, select

from desk.domain import events
from desk.domain.case import Case
from desk.domain.events import VAULT, Event
from desk.domain.fold import fold
from desk.domain.ids import Stamp
from desk.store import case_keys, log, session
from desk.store.case_keys import PERSONAL
from desk.store.chain import Cipher, Record, cipher, open_record
from desk.store.hub.base import Store
from desk.store.hub.tables import BRANCHES, CASE_KEYS, EVENTS, STAND_INS
from desk.store.rows import EVENTS as VAULT_EVENTS
from desk.store.vault import Vault

_EACH = 500
_ORDER = (EVENTS.c.wall_ms, EVENTS.c.counter, EVENTS.c.device, EVENTS.c.seq, EVENTS.c.lane)
_JOINED = EVENTS.outerjoin(
    STAND_INS,
    and_(*(STAND_INS.c[name] == EVENTS.c[name] for name in ("branch", "device", "lane", "seq"))),
)
_FOUND = select(*EVENTS.c, STAND_INS.c.part).select_from(_JOINED)


@dataclass(frozen=True, slots=True)
class CaseRead:
    """A case as its branch tells it: its events in order of hybrid time, and their hashes."""

    branch: str
    case_id: str
    events: tuple[Event, ...]
    hashes: tuple[bytes, ...]

    @property
    def folded(self) -> Case:
        """The case as it stands."""
        return fold(self.case_id, self.events)


def cases(
    store: Store, connection: Connection, branch: str, wanted: Sequence[str]
) -> Iterator[CaseRead]:
    """Cases of a branch, as far as their events can be read; in order of their ids."""
    in_order = sorted(wanted)
    for at in range(0, len(in_order), _EACH):
        some = in_order[at : at + _EACH]
        ciphers = _ciphers(store, connection, branch, some)
        here = [EVENTS.c.branch == branch, EVENTS.c.case_id.in_(some)]
        rows: dict[str, list[Any]] = {case_id: [] for case_id in some}
        for row in connection.execute(_FOUND.where(*here).order_by(*_ORDER)):
            rows[row.case_id].append(row)
        for case_id, found in rows.items():
            opening = ciphers.get(case_id, case_keys.NO_CIPHERS)
            told = {row.hash: _opened(store, row, opening) for row in found}
            yield CaseRead(branch, case_id, tuple(told.values()), tuple(told))


def case_ids(connection: Connection, branch: str) -> list[str]:
    """Every case of a branch, in order of ids."""
    here = [EVENTS.c.branch == branch, EVENTS.c.case_id != VAULT]
    return sorted(connection.execute(select(EVENTS.c.case_id).where(*here).distinct()).scalars())


def _ciphers(
    store: Store, connection: Connection, branch: str, wanted: Sequence[str]
) -> dict[str, Mapping[str, Cipher]]:
    here = [CASE_KEYS.c.branch == branch, CASE_KEYS.c.case_id.in_(wanted), CASE_KEYS.c.key != b""]
    found = connection.execute(select(CASE_KEYS.c.case_id, CASE_KEYS.c.key).where(*here))
    return {
        case_id: {PERSONAL: cipher(store.unsealed(key, "key", branch, case_id))}
        for case_id, key in found
    }


def _opened(store: Store, row: Row[Any], ciphers: Mapping[str, Cipher]) -> Event:
    """An event; what cannot be opened in it reads None, as in a case that was forgotten."""
    if row.part is None:
        return _readable(_record(row), ciphers)
    place = ("part", row.branch, row.device, str(row.seq))
    return Event(
        id=row.id,
        device=row.device,
        seq=row.seq,
        stamp=Stamp(row.wall_ms, row.counter, row.device),
        actor=row.actor,
        case=row.case_id,
        payload=events.join(row.public, store.unsealed(row.part, *place)),
        pack=row.pack,
    )


def _record(row: Row[Any]) -> Record:
    return Record(
        row.id,
        row.device,
        row.seq,
        row.wall_ms,
        row.counter,
        row.actor,
        row.case_id,
        row.kind,
        row.pack,
        row.public,
        row.nonce,
        row.sealed,
        b"",
        row.hash,
        b"",
    )


def _readable(record: Record, ciphers: Mapping[str, Cipher]) -> Event:
    from cryptography.exceptions import InvalidTag

    try:
        return open_record(record, ciphers)
    except (InvalidTag, msgspec.MsgspecError):
        return open_record(record, case_keys.NO_CIPHERS)


@dataclass(frozen=True, slots=True)
class State:
    """All that is known of cases, in one figure: equal where the same is known.

    Of what computers write of themselves (who came in, what was exchanged) it says nothing, and
    neither of observations that are only kept while a sitting lasts.
    """

    sha256: str
    cases: int
    events: int


def state(store: Store, branch: str = "") -> State:
    """The state of a branch as head office knows it; of every branch without one."""
    with store.reading() as connection:
        query = select(BRANCHES.c.branch).order_by(BRANCHES.c.branch)
        wanted = [branch] if branch else sorted(connection.execute(query).scalars())
        told = (
            one
            for code in wanted
            for one in cases(store, connection, code, case_ids(connection, code))
        )
        return _summed(told)


def state_of_vault(vault: Vault) -> State:
    """The state of a branch as a vault of it knows it."""
    code = vault.branch().code
    with session.reading(vault.database) as connection:
        query = select(VAULT_EVENTS.c.case_id).where(VAULT_EVENTS.c.case_id != VAULT).distinct()
        ids = sorted(connection.execute(query).scalars())
        return _summed(_of_vault(connection, code, case_id) for case_id in ids)


def _of_vault(connection: Connection, branch: str, case_id: str) -> CaseRead:
    ciphers = case_keys.ciphers(connection, case_id)
    lasting = {name: one for name, one in ciphers.items() if name == PERSONAL}
    told = {one.hash: open_record(one, lasting) for one in log.of_case(connection, case_id)}
    return CaseRead(branch, case_id, tuple(told.values()), tuple(told))


def _summed(found: Iterable[CaseRead]) -> State:
    whole, count, events_ = hashlib.sha256(), 0, 0
    for case in found:
        shown = msgspec.json.encode(case.folded, order="deterministic")
        for piece in (case.branch.encode(), case.case_id.encode(), *sorted(case.hashes), shown):
            whole.update(len(piece).to_bytes(8) + piece)
        count += 1
        events_ += len(case.hashes)
    return State(whole.hexdigest(), count, events_)
