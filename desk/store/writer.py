"""From a payload to a stored event with its projections: stamped, linked, sealed, folded, written.

Works inside a transaction that its caller commits. What it remembers between transactions (the end
of the own chain, the cases last worked on) changes only when the caller says they were committed.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from desk.domain.case import Case
from desk.domain.events import VAULT, CaseOpened, Event, Payload, PersonPut
from desk.domain.fold import apply, fold
from desk.domain.ids import uuid7
from desk.domain.staff import Person
from desk.errors import CaseUnknown, NotAllowed
from desk.store import log, people, projections, search
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
    """A case at hand: as it stands, as it is projected, and the cipher of its personal values."""

    case: Case
    stored: Stored | None
    cipher: Cipher | None


@dataclass(slots=True)
class Pending:
    """What a transaction wrote, not yet known to be committed."""

    tip: Tip
    events: list[Event] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    cases: dict[str, Held] = field(default_factory=dict)
    keys: list[tuple[str, bytes]] = field(default_factory=list)


class Writer:
    """Appends to this device's chain and keeps the projections in step."""

    def __init__(self, projector: Projector, randomness: Callable[[int], bytes]) -> None:
        self._projector = projector
        self._randomness = randomness
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
            log.keep_case_keys(connection, pending.keys)
            log.write(connection, pending.tip.chain, pending.records)
            if index or not pending.cases:
                search.keep_up(connection, pending.tip, len(pending.records))
        for case_id, held in pending.cases.items():
            projection = self._projector(held.case)
            stored = projections.put(connection, projection, held.stored, index=index)
            pending.cases[case_id] = Held(held.case, stored, held.cipher)
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
        event = Event(
            id=uuid7(stamp.wall_ms, self._randomness(_ID_BYTES)),
            device=pending.tip.device,
            seq=pending.tip.seq + 1,
            stamp=stamp,
            actor=entry.actor,
            case=entry.case_id,
            payload=entry.payload,
            pack=entry.pack,
        )
        if held.cipher is None and entry.payload.sealed():
            raise NotAllowed("case_forgotten", case=entry.case_id)
        record = seal(event, pending.tip.hash, held.cipher, self._randomness(NONCE_BYTES))
        pending.tip = Tip(pending.tip.chain, event.device, event.seq, record.hash, stamp)
        pending.events.append(event)
        pending.records.append(record)
        if of_vault:
            _put_person(connection, entry.payload)
            return
        pending.cases[entry.case_id] = Held(apply(held.case, event), held.stored, held.cipher)

    def _taken_up(self, connection: Connection, pending: Pending, entry: Entry) -> Held:
        if not isinstance(entry.payload, CaseOpened):
            return self.held(connection, entry.case_id)
        known = self._held.get(entry.case_id) or self._load(connection, entry.case_id)
        if known is not None:
            return known
        key = self._randomness(CASE_KEY_BYTES)
        pending.keys.append((entry.case_id, key))
        return Held(Case(id=entry.case_id), None, cipher(key))

    def _load(self, connection: Connection, case_id: str) -> Held | None:
        records = log.of_case(connection, case_id)
        if not records:
            return None
        key = log.case_key(connection, case_id)
        case_cipher = None if key is None else cipher(key)
        events = [open_record(record, case_cipher) for record in records]
        return Held(fold(case_id, events), projections.stored(connection, case_id), case_cipher)

    def _remember(self, case_id: str, held: Held) -> None:
        self._held[case_id] = held
        self._held.move_to_end(case_id)
        if len(self._held) > _REMEMBERED:
            self._held.popitem(last=False)


_NO_CASE = Held(Case(id=VAULT), None, None)


def _put_person(connection: Connection, payload: Payload) -> None:
    """Keep the table of people in step with what the log says of them."""
    if isinstance(payload, PersonPut):
        person = Person(payload.person, payload.name, payload.role, payload.active)
        people.put_person(connection, person)
