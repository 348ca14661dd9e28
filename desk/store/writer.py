"""From a payload to a stored event with its projections: stamped, linked, sealed, folded, written.

Works inside a transaction that its caller commits. What it remembers between transactions (the end
of the own chain, the cases last worked on) changes only when the caller says they were committed.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import msgspec
from sqlalchemy import Connection

from desk.domain.case import Case
from desk.domain.events import (
    VAULT,
    AnswerSet,
    AssessmentCleared,
    CaseOpened,
    Closed,
    Event,
    Forgotten,
    Payload,
)
from desk.domain.fold import apply, fold
from desk.domain.ids import uuid7
from desk.errors import CaseUnknown, NotAllowed
from desk.store import case_keys, log, people, projections, search
from desk.store.case_keys import NO_CIPHERS, PERSONAL, CaseKey
from desk.store.chain import CASE_KEY_BYTES, NONCE_BYTES, Cipher, Record, cipher, open_record, seal
from desk.store.log import Tip
from desk.store.projections import Projector, Stored

_REMEMBERED = 256
_ID_BYTES = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened to a case: who did it, when (ms since 1970 UTC), under which pack.

    With `desk.domain.events.VAULT` for the case, something that happened to the vault.
    """

    case_id: str
    payload: Payload
    actor: str
    wall_ms: int
    pack: str


@dataclass(frozen=True, slots=True)
class Held:
    """A case at hand: as it stands, as it is projected, and what seals its parts."""

    case: Case
    stored: Stored | None
    ciphers: Mapping[str, Cipher]


@dataclass(slots=True)
class Pending:
    """What a transaction wrote, not yet known to be committed."""

    tip: Tip
    events: list[Event] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    cases: dict[str, Held] = field(default_factory=dict)
    keys: list[CaseKey] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)

    def end_sitting(self, case_id: str) -> None:
        """What was observed in a case is to be read no more."""
        self.ended.add(case_id)
        self.keys = [key for key in self.keys if key.case_id != case_id or not key.sitting]

    def forget(self, case_id: str) -> None:
        """The personal values of a case are to be read no more."""
        self.forgotten.add(case_id)
        self.keys = [key for key in self.keys if key.case_id != case_id]


class Writer:
    """Appends to this device's chain and keeps the projections in step."""

    def __init__(
        self, projector: Projector, randomness: Callable[[int], bytes], chain_key: bytes
    ) -> None:
        self._projector = projector
        self._randomness = randomness
        self._chain_key = chain_key
        self._tip: Tip | None = None
        self._held: OrderedDict[str, Held] = OrderedDict()

    def tip(self, connection: Connection) -> Tip:
        """The end of this device's chain."""
        if self._tip is None:
            self._tip = log.own_tip(connection)
        return self._tip

    def write(
        self, connection: Connection, entries: Iterable[Entry], *, index: bool = False
    ) -> Pending:
        """Write entries as events, in the order given, and the projections of their cases.

        Search finds them after :meth:`index_waiting`, or at once with `index`.

        Raises `CaseUnknown` for a case without events unless its entry opens it, and `NotAllowed`
        (`case_forgotten`) for personal values of a case whose key was forgotten.
        """
        pending = Pending(self.tip(connection))
        for entry in entries:
            self._add(connection, pending, entry)
        if pending.records:
            case_keys.end_sittings(connection, pending.ended)
            case_keys.forget(connection, pending.forgotten)
            case_keys.keep(connection, pending.keys)
            log.write(connection, pending.tip.chain, pending.records)
            if index or not pending.cases:
                search.keep_up(connection, pending.tip, len(pending.records))
        for case_id, at_hand in pending.cases.items():
            gone = case_id in pending.forgotten
            held = self._forgotten(connection, at_hand) if gone else at_hand
            projection = self._projector(held.case)
            stored = projections.put(connection, projection, held.stored, index=index or gone)
            pending.cases[case_id] = replace(held, stored=stored)
        return pending

    def index_waiting(self, connection: Connection) -> None:
        """Bring the search index up to date with the log. To be forgotten should it fail."""
        for case_id in search.waiting(connection):
            held = self._held.get(case_id) or self._load(connection, case_id)
            if held is not None and held.stored is not None:
                texts = self._projector(held.case).search
                stored = projections.index(connection, held.stored, texts)
                self._remember(case_id, replace(held, stored=stored))
        search.caught_up(connection)

    def remember(self, pending: Pending) -> None:
        """Take what a transaction wrote as committed."""
        self._tip = pending.tip
        for case_id, held in pending.cases.items():
            self._remember(case_id, held)

    def forget(self) -> None:
        """Read everything anew next time: after a failed transaction or a rebuild."""
        self._tip = None
        self._held.clear()

    def known(self, case_id: str) -> Case | None:
        """A case worked on lately, without asking the database."""
        found = self._held.get(case_id)
        if found is None:
            return None
        self._held.move_to_end(case_id)
        return found.case

    def held(self, connection: Connection, case_id: str) -> Held:
        """A case at hand, from memory or from its events. Raises `CaseUnknown`."""
        found = self._held.get(case_id)
        if found is None:
            found = self._load(connection, case_id)
            if found is None:
                raise CaseUnknown(case=case_id)
        self._remember(case_id, found)
        return found

    def _add(self, connection: Connection, pending: Pending, entry: Entry) -> None:
        of_vault = entry.case_id == VAULT
        held = (
            _NO_CASE
            if of_vault
            else pending.cases.get(entry.case_id) or self._taken_up(connection, pending, entry)
        )
        stamp = pending.tip.stamp.tick(entry.wall_ms)
        event_id = uuid7(entry.wall_ms, self._randomness(_ID_BYTES))
        event = Event(
            id=event_id,
            device=pending.tip.device,
            seq=pending.tip.seq + 1,
            stamp=stamp,
            actor=entry.actor,
            case=entry.case_id,
            payload=_seated(entry.payload, held.case, event_id),
            pack=entry.pack,
        )
        ciphers = self._ciphers(pending, held, event)
        own = ciphers.get(event.payload.sealed_for())
        nonce = self._randomness(NONCE_BYTES)
        record = seal(event, pending.tip.hash, own, nonce, self._chain_key)
        chain, made = pending.tip.chain, entry.wall_ms
        pending.tip = Tip(chain, event.device, event.seq, record.hash, stamp, made)
        pending.events.append(event)
        pending.records.append(record)
        if of_vault:
            people.project(connection, entry.payload)
            return
        if isinstance(event.payload, AssessmentCleared | Closed):
            pending.end_sitting(event.case)
            ciphers = {name: one for name, one in ciphers.items() if name == PERSONAL}
        elif isinstance(event.payload, Forgotten):
            pending.forget(event.case)
            ciphers = NO_CIPHERS
        pending.cases[event.case] = Held(apply(held.case, event), held.stored, ciphers)

    def _ciphers(self, pending: Pending, held: Held, event: Event) -> Mapping[str, Cipher]:
        """The case's ciphers; a new one among them when the event begins a sitting.

        Raises `NotAllowed` (`case_forgotten`) for what would have to be sealed in a forgotten case.
        """
        name = event.payload.sealed_for()
        if not event.payload.sealed() or name in held.ciphers:
            return held.ciphers
        if PERSONAL not in held.ciphers:
            raise NotAllowed(reason="case_forgotten", case=event.case)
        key = self._randomness(CASE_KEY_BYTES)
        pending.keys.append(CaseKey(event.case, name, key))
        return {**held.ciphers, name: cipher(key)}

    def _forgotten(self, connection: Connection, held: Held) -> Held:
        """A case as it reads without its key, from the events that were just written."""
        found = self._load(connection, held.case.id)
        if found is None:
            raise CaseUnknown(case=held.case.id)
        return replace(found, stored=held.stored)

    def _taken_up(self, connection: Connection, pending: Pending, entry: Entry) -> Held:
        if not isinstance(entry.payload, CaseOpened):
            return self.held(connection, entry.case_id)
        known = self._held.get(entry.case_id) or self._load(connection, entry.case_id)
        if known is not None:
            return known
        key = self._randomness(CASE_KEY_BYTES)
        pending.keys.append(CaseKey(entry.case_id, PERSONAL, key))
        return Held(Case(id=entry.case_id), None, {PERSONAL: cipher(key)})

    def _load(self, connection: Connection, case_id: str) -> Held | None:
        records = log.of_case(connection, case_id)
        if not records:
            return None
        ciphers = case_keys.ciphers(connection, case_id)
        events = [open_record(record, ciphers) for record in records]
        return Held(fold(case_id, events), projections.stored(connection, case_id), ciphers)

    def _remember(self, case_id: str, held: Held) -> None:
        self._held[case_id] = held
        self._held.move_to_end(case_id)
        if len(self._held) > _REMEMBERED:
            self._held.popitem(last=False)


_NO_CASE = Held(Case(id=VAULT), None, NO_CIPHERS)


def _seated(payload: Payload, case: Case, event_id: str) -> Payload:
    """An observation as one of the sitting that goes on, or as the first of a new one."""
    if isinstance(payload, AnswerSet):
        return msgspec.structs.replace(payload, sitting=case.sitting or event_id)
    return payload
