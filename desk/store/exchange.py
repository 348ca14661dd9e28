"""A vault's side of taking in: the union of its chains with others', and whom it trusts.

Knows nothing of files: it takes frames (`desk.domain.exchange`), which `desk.bundles` reads; what
goes out is `desk.store.outgoing`. Files may take any way and come in any order: what is taken in is
there completely or not at all, and a second time changes nothing.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from desk.domain import events
from desk.domain.events import VAULT, Event, Payload
from desk.domain.exchange import (
    AnyFrame,
    CaseKeys,
    Events,
    Manifest,
    Range,
    Sent,
    head_said,
)
from desk.domain.fold import fold
from desk.domain.proof import Finding
from desk.domain.staff import Device
from desk.domain.sync_events import KeysShown, PeerPut
from desk.errors import BundleRefused
from desk.store import (
    case_keys,
    device_keys,
    log,
    people,
    projections,
    received,
    session,
)
from desk.store.case_keys import PERSONAL, CaseKey
from desk.store.chain import (
    Cipher,
    Follower,
    Record,
    cipher,
    marker,
    open_record,
    signature,
)
from desk.store.rows import CASE_KEYS, DEVICES, EVENTS, SIGNED_HEADS
from desk.store.vault import Vault
from desk.store.writer import Entry


@dataclass(frozen=True, slots=True)
class Taken:
    """What a bundle brought: new events, the cases they tell of, and how many were here before."""

    events: int
    cases: tuple[str, ...]
    again: int


@contextlib.contextmanager
def taking(vault: Vault, manifest: Manifest) -> Iterator["Taking"]:
    """Take the events of a bundle in: all that its frames hold once the block ends, or nothing.

    Raises `BundleRefused`: `not_for_us`, `unknown_sender`, `revoked`, `gap`, `fork`, `changed`.
    """
    with vault.merging() as (connection, writer):
        made = Taking(connection, vault, manifest)
        yield made
        made.finish()
        for sent, wall_ms in made.brought:
            received.put(connection, vault.opened.chain_key, manifest.sender, sent, wall_ms)
        for told, actor, wall_ms in made.told:
            writer.write(connection, [Entry(VAULT, told, actor, wall_ms, "")])


class Taking:
    """Takes frames into a vault, within a transaction; :func:`taking` begins and ends it."""

    def __init__(self, connection: Connection, vault: Vault, manifest: Manifest) -> None:
        self._connection = connection
        self._vault = vault
        self._manifest = manifest
        self._marked = marker(vault.opened.chain_key)
        self._chains = log.chains(connection)
        self._keys: dict[str, list[CaseKey]] = {}
        self._touched: dict[str, None] = {}
        self._peers: list[tuple[str, Record]] = []
        self._ranges = {one.device: one for one in manifest.ranges}
        self._followed: dict[str, Follower] = {}
        self._held: dict[str, int] = {}
        self._again = 0
        self._new = 0
        self.told: list[tuple[Payload, str, int]] = []
        """What the log is to tell of it, with who did it and when."""
        self.brought: list[tuple[Sent, int]] = []
        """What came besides events for people to decide on, with when it came."""
        self._from_branch = _admit(manifest, connection).type == "device"

    @property
    def taken(self) -> Taken:
        """What has come so far."""
        cases = tuple(case for case in self._touched if case != VAULT)
        return Taken(self._new, cases, self._again)

    @property
    def is_complete(self) -> bool:
        """Whether every event that was announced has come."""
        done = {device: one.seq for device, one in self._followed.items()}
        return all(done.get(device) == one.to for device, one in self._ranges.items())

    def __call__(self, frame: AnyFrame) -> None:
        """Take a frame. Files and what is sent besides events are others' work."""
        if isinstance(frame, CaseKeys):
            for case_id, sitting, key in frame.keys:
                self._keys.setdefault(case_id, []).append(CaseKey(case_id, sitting, key))
        elif isinstance(frame, Events):
            self._take(frame)

    def _take(self, frame: Events) -> None:
        wanted = self._ranges.get(frame.device)
        followed = self._followed.get(frame.device)
        if wanted is not None and followed is None:
            followed = self._followed[frame.device] = self._begun(wanted)
        if wanted is None or followed is None or frame.first != followed.seq + 1:
            raise BundleRefused(reason="changed")
        if followed.seq + len(frame.rows) > wanted.to:
            raise BundleRefused(reason="changed")
        held = self._held[frame.device]
        records = []
        for row in frame.rows:
            record = followed.record(row)
            if record.seq > held:
                records.append(record)
            elif record.seq == held:
                self._agree(frame.device, held, record.hash)
        self._again += len(frame.rows) - len(records)
        self._store(frame.device, records)

    def _begun(self, wanted: Range) -> Follower:
        """Where the events of a device join what is here; refused where they do not."""
        device, before = wanted.device, bytes.fromhex(wanted.before)
        if device not in self._chains:
            people.add_device(self._connection, Device(device, self._name(device)))
            self._chains = log.chains(self._connection)
        chain = self._chains[device]
        held = log.end_of(self._connection, chain, device).seq
        self._held[device] = held
        if wanted.after > held:
            raise BundleRefused(reason="gap", device=device, after=wanted.after, have=held)
        self._agree(device, wanted.after, before)
        return Follower(device, wanted.after, before, self._marked)

    def _name(self, device: str) -> str:
        return self._manifest.device_name if device == self._manifest.sender else device[-8:]

    def _agree(self, device: str, seq: int, head: bytes) -> None:
        if log.hash_at(self._connection, self._chains[device], device, seq) != head:
            raise BundleRefused(reason="fork", device=device, seq=seq)

    def _store(self, device: str, records: list[Record]) -> None:
        log.write(self._connection, self._chains[device], records)
        self._new += len(records)
        for record in records:
            self._touched[record.case_id] = None
            if record.kind == "peer_put":
                self._peers.append((device, record))

    def finish(self) -> None:
        """Hold everything to what was announced, and bring keys and projections up to date."""
        if not self.is_complete:
            raise BundleRefused(reason="changed")
        self._signed()
        if VAULT in self._touched:
            _replay(self._connection)
        self._share_pseudonyms()
        for case_id in self._touched:
            if case_id != VAULT:
                self._settle(case_id)

    def _share_pseudonyms(self) -> None:
        """Only with computers of the branch: whoever has the key can try out every telephone."""
        own = _pseudonyms(self._connection, self._vault)
        for brought in self._keys.get(VAULT, []):
            if brought.sitting != case_keys.PSEUDONYMS or len(brought.key) != len(own):
                raise BundleRefused(reason="changed")
            if self._from_branch and brought.key < own:
                self._connection.execute(delete(CASE_KEYS).where(*_SHARED))
                case_keys.keep(self._connection, [brought])

    def _signed(self) -> None:
        """Every stretch was signed by its device, and every device is known to one that is."""
        trusted = trusted_keys(self._connection)
        waiting = dict(self._ranges)
        while waiting:
            good = [one for one in waiting.values() if _is_signed(one, trusted)]
            if not good:
                raise BundleRefused(reason="unknown_sender", device=next(iter(waiting)))
            for one in good:
                del waiting[one.device]
                self._keep_signature(one)
                brought = [record for device, record in self._peers if device == one.device]
                trusted = _with_peers(trusted, brought)
        for one in self._ranges.values():
            if self._followed[one.device].head.hex() != one.head:
                raise BundleRefused(reason="changed")
            # one that ends before what is here has to be a part of it, too
            self._agree(one.device, one.to, bytes.fromhex(one.head))

    def _keep_signature(self, one: Range) -> None:
        values = {"seq": one.to, "signature": bytes.fromhex(one.signature)}
        new = upsert(SIGNED_HEADS).values(device=one.device, **values)
        later = SIGNED_HEADS.c.seq < one.to
        self._connection.execute(
            new.on_conflict_do_update(index_elements=["device"], set_=values, where=later)
        )

    def _settle(self, case_id: str) -> None:
        """Keep the keys that the case as it now stands still has use for, and project it."""
        connection = self._connection
        stored = projections.stored(connection, case_id)
        ciphers = dict(case_keys.ciphers(connection, case_id))
        brought = {key.sitting: key for key in self._keys.get(case_id, [])}
        arrived = [key for name, key in brought.items() if name not in ciphers]
        opening = ciphers | {key.sitting: cipher(key.key) for key in arrived}
        records = log.of_case(connection, case_id)
        case = fold(case_id, _opened(records, opening))
        kept = ({PERSONAL} if not case.forgotten else set()) | {case.sitting} - {""}
        case_keys.keep(connection, [key for key in arrived if key.sitting in kept])
        ended = CASE_KEYS.c.sitting.not_in(kept)
        connection.execute(delete(CASE_KEYS).where(CASE_KEYS.c.case_id == case_id, ended))
        left = {name: one for name, one in opening.items() if name in kept}
        if left.keys() != opening.keys():
            case = fold(case_id, _opened(records, left))
        projections.put(connection, self._vault.projector(case), stored, index=bool(case.forgotten))


def admit(vault: Vault, manifest: Manifest) -> PeerPut:
    """Who sent this, before anything of it is read; refused as :func:`taking` would refuse it."""
    with session.reading(vault.database) as connection:
        return _admit(manifest, connection)


def _admit(manifest: Manifest, connection: Connection) -> PeerPut:
    """Refuse what is not for this vault, or is from nobody it knows, or what they never send."""
    own = select(DEVICES.c.id).where(DEVICES.c.own)
    if manifest.recipient not in {connection.execute(own).scalar(), *device_keys.every(connection)}:
        raise BundleRefused(reason="not_for_us", recipient=manifest.recipient)
    sender = {one.peer: one for one in peers(connection)}.get(manifest.sender)
    if sender is not None and not sender.active:
        raise BundleRefused(reason="revoked", device=manifest.sender)
    if sender is None or sender.sign_key != manifest.sign_key:
        raise BundleRefused(reason="unknown_sender", device=manifest.sender)
    answers = sender.type == "hub"
    if answers != (manifest.kind == "receipt") or (answers and manifest.ranges):
        raise BundleRefused(reason="changed")
    if not answers and manifest.profile != "full":
        raise BundleRefused(reason="changed")
    return sender


def pseudonym_key(vault: Vault) -> bytes:
    """The key of this vault's pseudonyms, which opens nothing.

    Computers of a branch that exchange files come to have the same, so that head office knows a
    customer again whichever of them sends: the least of what each began with (32 bytes).
    """
    with session.reading(vault.database) as connection:
        return _pseudonyms(connection, vault)


def _pseudonyms(connection: Connection, vault: Vault) -> bytes:
    shared = select(CASE_KEYS.c.key).where(*_SHARED)
    found: bytes | None = connection.execute(shared).scalar()
    return found or signature(vault.opened.chain_key, case_keys.PSEUDONYMS)


_SHARED = (CASE_KEYS.c.case_id == VAULT, CASE_KEYS.c.sitting == case_keys.PSEUDONYMS)


def peers(connection: Connection) -> list[PeerPut]:
    """Everybody who was approved on some device of this branch, as last said."""
    found: dict[str, PeerPut] = {}
    for record in log.exchanged(connection):
        if record.kind == "peer_put":
            payload = events.join(record.public, b"")
            if isinstance(payload, PeerPut):
                found[payload.peer] = payload
    return list(found.values())


def trusted_keys(connection: Connection) -> dict[str, str]:
    """The public signing keys (hex) of own devices, and of those that somebody approved."""
    approved = {one.peer: one.sign_key for one in peers(connection) if one.active}
    return approved | {key.device: key.sign_key for key in device_keys.every(connection).values()}


def faults(connection: Connection, happened: Iterable[Event]) -> Iterator[Finding]:
    """Keys and signatures beside the log that are not what the log tells of them.

    `happened` is what happened to the vault, in order.
    """
    told: dict[str, str] = {}
    for event in happened:
        if isinstance(event.payload, KeysShown):
            told[event.device] = event.payload.sign_key
        elif isinstance(event.payload, PeerPut):
            told.setdefault(event.payload.peer, event.payload.sign_key)
    for device, key in device_keys.every(connection).items():
        if not key.is_sound() or told.get(device) != key.sign_key:
            yield Finding("tip", device=device, detail="keys")
    chains = log.chains(connection)
    for device, seq, signed in connection.execute(_HEADS):
        head = log.hash_at(connection, chains.get(device, 0), device, seq) or b""
        said = head_said(device, seq, head.hex())
        if not device_keys.is_signed(told.get(device, ""), signed, said):
            yield Finding("tip", device=device, seq=seq, detail="signature")


_HEADS = select(SIGNED_HEADS.c.device, SIGNED_HEADS.c.seq, SIGNED_HEADS.c.signature)


def _with_peers(trusted: Mapping[str, str], records: Iterable[Record]) -> dict[str, str]:
    found = dict(trusted)
    for record in records:
        payload = events.join(record.public, b"")
        if isinstance(payload, PeerPut) and payload.active:
            found.setdefault(payload.peer, payload.sign_key)
    return found


def _is_signed(one: Range, trusted: Mapping[str, str]) -> bool:
    key = trusted.get(one.device)
    return key is not None and device_keys.is_signed(key, bytes.fromhex(one.signature), one.said())


def _opened(records: Iterable[Record], ciphers: Mapping[str, Cipher]) -> Iterator[Event]:
    from cryptography.exceptions import InvalidTag

    for record in records:
        try:
            yield open_record(record, ciphers)
        except (InvalidTag, msgspec.MsgspecError) as fault:
            raise BundleRefused(reason="changed", device=record.device) from fault


def _replay(connection: Connection) -> None:
    """Make people and settings anew from every device's log, in order of hybrid time."""
    order = (EVENTS.c.wall_ms, EVENTS.c.counter, EVENTS.c.device, EVENTS.c.seq)
    told = EVENTS.c.kind.in_(["person_put", "setting_put"])
    query = select(EVENTS.c.public).where(EVENTS.c.case_id == VAULT, told).order_by(*order)
    payloads = [events.join(public, b"") for public in connection.execute(query).scalars()]
    people.clear(connection)
    for payload in payloads:
        people.project(connection, payload)
