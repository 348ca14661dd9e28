"""The union of a bundle with what head office holds of its branch: all of it, or nothing.

Cost follows the bundle: events, keys and stand-ins are written in bulk and their cases noted; what
statistics need of them is made afterwards (`desk.store.hub.facts`). A second time changes nothing,
and neither does the order in which bundles come, except that one after a gap has to wait.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
from sqlalchemy import Connection, delete, select, tuple_

from desk.domain import events
from desk.domain.events import VAULT
from desk.domain.exchange import (
    AnyFrame,
    CaseKeys,
    EventRow,
    Events,
    Manifest,
    Profile,
    Range,
    StandIns,
)
from desk.domain.hub import ENDED, HubBundle, HubDevice
from desk.domain.sync_events import BundleTaken, PeerPut
from desk.errors import BundleRefused
from desk.store import device_keys
from desk.store.case_keys import PERSONAL
from desk.store.chain import CASE_KEY_BYTES, genesis
from desk.store.chains import Along
from desk.store.hub import dialect, registry
from desk.store.hub.base import Store
from desk.store.hub.tables import CASE_KEYS, EVENTS, STAND_INS, TOUCHED

_DIGEST_BYTES = 32
_PARTS = 4_000
_EACH = 500


@dataclass(frozen=True, slots=True)
class Taken:
    """What a bundle brought: new events, their cases, and what it held that does not count.

    `again` events were here before; `ended` were written by a device after head office had ended
    it. `forgotten` are cases whose keys and files must go.
    """

    events: int
    cases: tuple[str, ...]
    again: int
    ended: int
    forgotten: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Came:
    """The file that a bundle came in: its hash, name and bytes, and when (a local minute)."""

    sha256: str
    name: str
    size: int
    at: str


@contextlib.contextmanager
def taking(
    store: Store, manifest: Manifest, came: Came, lanes: Mapping[str, int] | None = None
) -> Iterator["Taking"]:
    """Take a bundle in: all that its frames hold once the block ends, or nothing.

    `lanes` says which of several histories of a device it goes on with; the lane after the last is
    begun where it differs from the first. Raises `BundleRefused`: `unapproved`, `unknown_sender`,
    `revoked`, `profile`, `gap`, `fork`, `changed`.
    """
    with store.writing(manifest.branch) as connection:
        made = Taking(store, connection, manifest, came, lanes or {})
        try:
            yield made
            made.finish()
        except BaseException as fault:
            made.give_up(fault)
            raise


class _Chain:
    """A device's chain as it is here, and as it is followed in the bundle."""

    def __init__(self, wanted: Range, known: HubDevice | None, lane: int) -> None:
        self.wanted = wanted
        self.known = known
        self.lane = lane
        self.held = known.seq if known is not None else 0
        self.ended = known is not None and known.state in ENDED
        self.forking = False
        self.forked_at = known.forked_at if known is not None else 0
        self.along = Along(wanted.device, wanted.after, bytes.fromhex(wanted.before))

    @property
    def is_complete(self) -> bool:
        return self.along.seq == self.wanted.to


class Taking:
    """Takes frames into the store, within a transaction; :func:`taking` begins and ends it."""

    def __init__(
        self,
        store: Store,
        connection: Connection,
        manifest: Manifest,
        came: Came,
        lanes: Mapping[str, int],
    ) -> None:
        self._store = store
        self._connection = connection
        self._manifest = manifest
        self._came = came
        self._branch = manifest.branch
        self._known = registry.lanes(registry.devices(connection, manifest.branch))
        self._sender = _admitted(connection, manifest, self._known)
        self._bare = manifest.profile != "full"
        self._rows = dialect.Rows(connection, EVENTS)
        self._parts: list[dialect.Row] = []
        self._keys: dict[str, bytes] = {}
        self._seen: set[str] = set()
        self._touched: set[str] = set()
        self._forgotten: set[str] = set()
        self._attached: set[str] = set()
        self._told: list[tuple[str, EventRow]] = []
        self._new = self._again = self._ended = 0
        self.forgotten: tuple[str, ...] = ()
        self._chains = {
            one.device: self._begun(one, lanes.get(one.device, 1)) for one in manifest.ranges
        }

    @property
    def taken(self) -> Taken:
        """What has come so far."""
        cases = tuple(sorted(self._touched))
        return Taken(self._new, cases, self._again, self._ended, self.forgotten)

    def _begun(self, wanted: Range, lane: int) -> _Chain:
        """Where the events of a device join what is here; refused where they do not."""
        known = {one.lane: one for one in self._known.get(wanted.device, [])}
        forking = lane > 1 and lane not in known
        chain = _Chain(wanted, known.get(1 if forking else lane), lane)
        if chain.ended:
            return chain  # followed for the sake of the others; nothing of it is kept
        if wanted.after > chain.held:
            held = chain.held
            raise BundleRefused(reason="gap", device=wanted.device, after=wanted.after, have=held)
        chain.forking = forking
        self._agree(chain, wanted.after, bytes.fromhex(wanted.before))
        if forking:
            chain.forked_at = wanted.after
        elif wanted.to <= chain.held:
            self._agree(chain, wanted.to, bytes.fromhex(wanted.head))
        return chain

    def _agree(self, chain: _Chain, seq: int, head: bytes) -> None:
        if self._hash_at(chain, seq) != head:
            raise BundleRefused(reason="fork", device=chain.wanted.device, seq=seq)

    def _hash_at(self, chain: _Chain, seq: int) -> bytes:
        device = chain.wanted.device
        if seq == 0:
            return genesis(device)
        self._rows.end()
        lane = chain.lane if seq > chain.forked_at and not chain.forking else 1
        place = (self._branch, device, lane, seq)
        columns = EVENTS.primary_key.columns
        here = [column == value for column, value in zip(columns, place, strict=True)]
        return self._connection.execute(select(EVENTS.c.hash).where(*here)).scalar() or b""

    def __call__(self, frame: AnyFrame) -> None:
        """Take a frame. Files and what is sent besides events are others' work."""
        if isinstance(frame, Events):
            self._take(frame)
        elif isinstance(frame, CaseKeys):
            self._take_keys(frame)
        elif isinstance(frame, StandIns):
            self._take_parts(frame)

    def _take_keys(self, frame: CaseKeys) -> None:
        for case_id, sitting, key in frame.keys:
            if self._bare or len(key) != CASE_KEY_BYTES:
                raise BundleRefused(reason="changed")
            if sitting == PERSONAL:
                self._keys[case_id] = key

    def _take(self, frame: Events) -> None:
        chain = self._chains.get(frame.device)
        rows = frame.rows
        if chain is None or frame.first != chain.along.seq + 1:
            raise BundleRefused(reason="changed")
        if chain.along.seq + len(rows) > chain.wanted.to or not self._are_sound(rows):
            raise BundleRefused(reason="changed")
        hashes = chain.along.hashes(rows)
        self._seen.update([row.case_id for row in rows])
        if chain.forking:
            self._part_ways(chain, frame.first, hashes)
        known_to = chain.forked_at if chain.forking else chain.held
        here = max(0, min(len(rows), known_to + 1 - frame.first))
        if chain.ended:
            self._again += here
            self._ended += len(rows) - here
            return
        if here and frame.first + here - 1 == chain.held and not chain.forking:
            self._agree(chain, chain.held, hashes[here - 1])
        self._again += here
        self._store_rows(chain, frame.first + here, rows[here:], hashes[here:])

    def _are_sound(self, rows: Sequence[EventRow]) -> bool:
        """Whether these can be rows at all: no text that no database holds, nothing in the open."""
        texts = "".join([f"{o.id}{o.actor}{o.case_id}{o.kind}{o.pack}" for o in rows])
        if "\0" in texts:
            return False
        if self._bare and any(row.nonce for row in rows):
            return False
        return not any(
            row.sealed and not row.nonce and len(row.sealed) != _DIGEST_BYTES for row in rows
        )

    def _part_ways(self, chain: _Chain, first: int, hashes: Sequence[bytes]) -> None:
        """Note how far a second history is the same as the first."""
        if chain.forked_at != first - 1:
            return
        self._rows.end()
        of_first = (self._branch, chain.wanted.device, 1)
        columns = (EVENTS.c.branch, EVENTS.c.device, EVENTS.c.lane)
        here = [column == value for column, value in zip(columns, of_first, strict=True)]
        places = EVENTS.c.seq.between(first, first + len(hashes) - 1)
        query = select(EVENTS.c.hash).where(*here, places).order_by(EVENTS.c.seq)
        for one, other in zip(hashes, self._connection.execute(query).scalars(), strict=False):
            if one != other:
                break
            chain.forked_at += 1

    def _store_rows(
        self, chain: _Chain, first: int, rows: Sequence[EventRow], hashes: Sequence[bytes]
    ) -> None:
        of_chain = (self._branch, chain.wanted.device, chain.lane)
        stored: list[dialect.Row] = [
            (
                *of_chain,
                seq,
                row.id,
                row.wall_ms,
                row.counter,
                row.actor,
                row.case_id,
                row.kind,
                row.pack,
                row.public,
                row.nonce,
                row.sealed,
                found,
            )
            for seq, (row, found) in enumerate(zip(rows, hashes, strict=True), start=first)
        ]
        self._new += len(rows)
        self._touched.update([row.case_id for row in rows])
        for row in rows:
            if row.kind in _NOTED:
                self._note(chain.wanted.device, row)
        self._rows.write(stored)

    def _note(self, device: str, row: EventRow) -> None:
        if row.kind == "forgotten":
            self._forgotten.add(row.case_id)
        elif row.kind == "attached":
            self._attached.add(row.case_id)
        else:
            self._told.append((device, row))

    def _take_parts(self, frame: StandIns) -> None:
        chain = self._chains.get(frame.device)
        if chain is None or not self._bare:
            raise BundleRefused(reason="changed")
        since = chain.forked_at if chain.forking else chain.held
        device, lane, branch = frame.device, chain.lane, self._branch
        self._parts += [
            (branch, device, lane, seq, self._store.sealed(part, "part", branch, device, str(seq)))
            for seq, part in frame.parts
            if since < seq <= chain.along.seq and not chain.ended
        ]
        if len(self._parts) >= _PARTS:
            self._put_parts()

    def _put_parts(self) -> None:
        self._rows.end()
        dialect.insert_rows(self._connection, STAND_INS, self._parts)
        self._parts.clear()

    def give_up(self, fault: BaseException) -> None:
        """Nothing of it counts, because of a fault."""
        self._rows.give_up(fault)

    def finish(self) -> None:
        """Hold everything to what was announced; then keys, devices and cases are noted."""
        if not all(one.is_complete for one in self._chains.values()):
            raise BundleRefused(reason="changed")
        if any(one.along.head.hex() != one.wanted.head for one in self._chains.values()):
            raise BundleRefused(reason="changed")
        keys = self._sealed_keys()  # while the database is still busy with the rows
        self._put_parts()
        self._touched.discard(VAULT)
        vouched = self._signed()
        self._move_on(vouched)
        self._keep_keys(keys)
        touched = [(self._branch, case_id) for case_id in sorted(self._touched)]
        dialect.merge_rows(self._connection, TOUCHED, touched)
        self._note_receipts()
        self._note_bundle()

    def _signed(self) -> dict[str, "_Voucher"]:
        """Every stretch was signed by its device; who made known those that head office did not."""
        trusted = {
            device: lanes[0].sign_key
            for device, lanes in self._known.items()
            if lanes[0].state != "waiting"
        }
        vouched: dict[str, _Voucher] = {}
        waiting = {device: chain.wanted for device, chain in self._chains.items()}
        while waiting:
            good = [one for one in waiting.values() if _is_signed(one, trusted)]
            if not good:
                found = self._vouchers(trusted)
                fresh = {
                    one: by for one, by in found.items() if one in waiting and one not in trusted
                }
                if not fresh:
                    raise BundleRefused(reason="unknown_sender", device=next(iter(waiting)))
                vouched |= fresh
                trusted |= {device: one.put.sign_key for device, one in fresh.items()}
            for one in good:
                del waiting[one.device]
        return vouched

    def _vouchers(self, trusted: Mapping[str, str]) -> dict[str, "_Voucher"]:
        """Whom devices that are trusted have approved in their branch, as they last said."""
        columns = (EVENTS.c.device, EVENTS.c.public)
        of_vault = [EVENTS.c.branch == self._branch, EVENTS.c.case_id == VAULT]
        query = select(*columns).where(*of_vault, EVENTS.c.kind == "peer_put")
        order = (EVENTS.c.wall_ms, EVENTS.c.counter, EVENTS.c.device, EVENTS.c.seq)
        found: dict[str, _Voucher] = {}
        for device, public in self._connection.execute(query.order_by(*order)):
            put = _payload(public)
            if device in trusted and isinstance(put, PeerPut) and put.active:
                found[put.peer] = _Voucher(device, put)
        return found

    def _move_on(self, vouched: Mapping[str, "_Voucher"]) -> None:
        """Note how far each chain is here now, and of the sender what it sent."""
        for device, chain in self._chains.items():
            known = chain.known
            if device in vouched and (known is None or known.state == "waiting"):
                known = _relayed(self._branch, vouched[device], known)
            if known is None or chain.ended:
                continue
            if chain.forking:
                if chain.forked_at == chain.wanted.to:
                    continue
                known = replace(known, lane=chain.lane, forked_at=chain.forked_at)
            elif chain.wanted.to <= chain.held:
                continue
            moved = replace(known, seq=chain.wanted.to, head=chain.wanted.head)
            registry.put_device(self._connection, moved)
        sent = registry.lanes(registry.devices(self._connection, self._branch))
        for one in sent[self._sender.device]:
            number = max(one.number, self._manifest.number)
            name = self._manifest.device_name
            moved = replace(one, name=name, number=number, last_at=self._came.at)
            registry.put_device(self._connection, moved)

    def _sealed_keys(self) -> list[dialect.Row]:
        branch = self._branch
        return [
            (branch, case_id, self._store.sealed(self._keys[case_id], "key", branch, case_id))
            for case_id in sorted(self._keys.keys() & self._seen)
            if case_id not in self._forgotten
        ]

    def _keep_keys(self, brought: list[dialect.Row]) -> None:
        """Keep the keys that came, but of a case that was forgotten none, now and for ever."""
        branch, connection = self._branch, self._connection
        gone = {(branch, case_id): b"" for case_id in sorted(self._forgotten)}
        rows = [(*key, empty) for key, empty in gone.items()]
        dialect.merge_rows(connection, CASE_KEYS, rows, replacing=("key",))
        dialect.merge_rows(connection, CASE_KEYS, brought)
        self.forgotten = tuple(self._gone(self._forgotten | self._attached))
        if self._bare:
            for case_id in self._gone(self._touched):
                self._drop_parts(case_id)

    def _gone(self, cases: Iterable[str]) -> list[str]:
        """Which of these cases were forgotten, now or before."""
        wanted, found = sorted(cases), list[str]()
        for at in range(0, len(wanted), _EACH):
            of = [CASE_KEYS.c.branch == self._branch, CASE_KEYS.c.key == b""]
            some = CASE_KEYS.c.case_id.in_(wanted[at : at + _EACH])
            found += self._connection.execute(
                select(CASE_KEYS.c.case_id).where(*of, some)
            ).scalars()
        return found

    def _drop_parts(self, case_id: str) -> None:
        place = [STAND_INS.c[name] for name in ("branch", "device", "lane", "seq")]
        told = select(*(EVENTS.c[column.name] for column in place))
        of_case = told.where(EVENTS.c.branch == self._branch, EVENTS.c.case_id == case_id)
        here = [STAND_INS.c.branch == self._branch, tuple_(*place).in_(of_case)]
        self._connection.execute(delete(STAND_INS).where(*here))

    def _note_receipts(self) -> None:
        for device, row in self._told:
            told = _payload(row.public)
            if isinstance(told, BundleTaken) and told.type == "receipt":
                args = (self._branch, device, told.sha256, self._came.at)
                registry.receipt_taken(self._connection, *args)

    def _note_bundle(self) -> None:
        bundle = HubBundle(
            branch=self._branch,
            sha256=self._came.sha256,
            device=self._manifest.sender,
            number=self._manifest.number,
            name=self._came.name,
            profile=self._manifest.profile,
            events=self._new,
            cases=len(self._touched),
            size=self._came.size,
            taken_at=self._came.at,
        )
        registry.put_bundle(self._connection, bundle)


_NOTED = frozenset({"forgotten", "attached", "bundle_taken"})


_FITTING: Mapping[Profile, frozenset[Profile]] = {
    "full": frozenset({"full", "deidentified"}),
    "deidentified": frozenset({"deidentified"}),
    "off": frozenset(),
}
"""What a branch may send where head office asked for this much; never more."""


@dataclass(frozen=True, slots=True)
class _Voucher:
    """Which device approved another, and what it said of it."""

    by: str
    put: PeerPut


def _admitted(
    connection: Connection, manifest: Manifest, known: Mapping[str, Sequence[HubDevice]]
) -> HubDevice:
    """The sender of a bundle, whom head office has approved; what is from others is refused."""
    branch = registry.branch_of(connection, manifest.branch)
    if branch is None:
        raise BundleRefused(reason="unknown_branch", branch=manifest.branch)
    found = known.get(manifest.sender)
    device = manifest.sender
    if found is None or found[0].state in {"waiting", "relayed"}:
        raise BundleRefused(reason="unapproved", device=device)
    if found[0].state in ENDED:
        raise BundleRefused(reason="revoked", device=device)
    if found[0].sign_key != manifest.sign_key:
        raise BundleRefused(reason="unknown_sender", device=device)
    if manifest.profile not in _FITTING[branch.profile]:
        raise BundleRefused(reason="profile", profile=branch.profile)
    return found[0]


def _relayed(branch: str, voucher: _Voucher, known: HubDevice | None) -> HubDevice:
    put = voucher.put
    if known is not None and known.sign_key == put.sign_key:
        return replace(known, vouched_by=voucher.by)
    return HubDevice(
        branch=branch,
        device=put.peer,
        lane=1,
        name=put.name.replace("\0", "")[:200],
        sign_key=put.sign_key,
        age_key=put.age_key.replace("\0", "")[:200],
        state="relayed",
        vouched_by=voucher.by,
    )


def _payload(public: bytes) -> object:
    try:
        return events.join(public, b"")
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _is_signed(one: Range, trusted: Mapping[str, str]) -> bool:
    key = trusted.get(one.device)
    return key is not None and device_keys.is_signed(key, bytes.fromhex(one.signature), one.said())
