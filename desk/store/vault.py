"""The vault: one branch's encrypted event store, with everything that is read from it.

Made or opened with a password, it belongs to the thread that did so. Every writing method is one
transaction: when it returns, the change is on the disk; when it raises, nothing changed.
"""

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Self

import msgspec
from sqlalchemy import Connection

from desk.domain.case import Case
from desk.domain.events import VAULT, ClockStepped, Event, KeyRotated, Payload, PersonPut
from desk.domain.ids import uuid7
from desk.domain.proof import Anchor, CaseSeal, ChainHead, Finding
from desk.domain.staff import Branch, Device, Person
from desk.errors import (
    CaseUnknown,
    KeysAlone,
    KnownError,
    VaultDamaged,
    VaultExists,
    VaultMissing,
    WrongPassword,
)
from desk.store import (
    anchors,
    case_keys,
    files,
    key_file,
    keys,
    log,
    migrate,
    people,
    recovery_code,
    rotation,
    search,
    session,
    switch,
    tips,
    unread_log,
)
from desk.store.chain import is_sound, open_record
from desk.store.engine import Database, connect
from desk.store.keys import Randomness, Slot, system_randomness
from desk.store.ledger import Ledger
from desk.store.projections import Projector
from desk.store.stretching import KEY_BYTES, Argon
from desk.store.writer import Entry, Writer

_ID_BYTES = 10


class Vault:
    """An open vault. Use :meth:`create` or :meth:`open`, and :meth:`close` when done."""

    def __init__(
        self,
        database: Database,
        hold: files.Hold,
        opened: keys.Opened,
        projector: Projector,
        randomness: Randomness,
    ) -> None:
        self.database = database
        self.projector = projector
        self.ledger = Ledger(database, self._index)
        self.opened = opened
        self.id = opened.vault
        self.person = opened.person
        self._hold = hold
        self._randomness = randomness
        self._writer = Writer(projector, randomness, opened.chain_key)
        self._unkept = False
        self.faults = self._faults_at_opening()
        """What is missing at the log's end, as far as can be told without reading it all."""

    @classmethod
    def create(
        cls,
        path: Path,
        password: str,
        *,
        person: Person,
        device: str,
        branch: Branch,
        projector: Projector,
        wall_ms: int,
        randomness: Randomness = system_randomness,
        argon: Argon | None = None,
    ) -> Self:
        """Make a vault at `path` for its first person, and open it.

        `device` is the name of this computer. `argon` is for tests only. Raises `VaultExists` or
        `KeysAlone`; what is there is never overwritten. A creation that was killed is finished by
        :meth:`open`, or begun anew, depending on how far it came.
        """
        files.make_folder(path.parent)
        with _held(path) as hold:
            keys_left = key_file.path_of(path).exists()
            if path.exists() or (keys_left and _draft(path).exists()):
                raise VaultExists(path=str(path))
            if keys_left:
                raise KeysAlone(path=str(path))
            vault_id = uuid7(wall_ms, randomness(_ID_BYTES))
            secret = keys.new_secret(randomness)
            own = Device(uuid7(wall_ms, randomness(_ID_BYTES)), device, own=True)
            writer = Writer(projector, randomness, secret.chain_key)
            told = (person_put(person), *people.branch_put(branch, Branch("", "")))
            first = [Entry(VAULT, payload, person.id, wall_ms, "") for payload in told]
            _fill(_draft(path), secret, first, own, writer)
            secrets = {keys.salt_of(_draft(path)): secret}
            slot = keys.person_slot(
                vault_id,
                person.id,
                password,
                secrets,
                argon=argon or Argon(),
                created=wall_ms,
                fresh=randomness,
            )
            keys.create(path, vault_id, [slot], secrets)
            files.move(_draft(path), path)
            salt = keys.salt_of(path)
            opened = keys.Opened(secret.key, secret.chain_key, person.id, vault_id, salt)
            return cls(connect(path, secret.key), hold, opened, projector, randomness)

    @classmethod
    def open(
        cls,
        path: Path,
        password: str = "",
        *,
        projector: Projector,
        person: str = "",
        recovery: str = "",
        head_office: bytes = b"",
        randomness: Randomness = system_randomness,
    ) -> Self:
        """Open the vault at `path` with the password of `person`, or of anybody when not named.

        Instead of a password: `recovery`, the code of the recovery sheet as typed, or
        `head_office`, the 32 bytes of that private key. Raises `RecoveryMistyped`,
         `VaultMissing`, `KeysMissing`, `KeysAlone`, `VaultBusy`, `WrongPassword`,
        `VaultDamaged` or `VaultTooNew`.
        """
        switch.resume(path)
        if not path.exists() and not _draft(path).exists():
            lost = KeysAlone if key_file.path_of(path).exists() else VaultMissing
            raise lost(path=str(path))
        if path.is_file() and not path.stat().st_size:
            # SQLite would take it for a new database and begin to fill it.
            raise VaultDamaged(path=str(path), reason="empty")
        with _held(path) as hold:
            database_file = path if path.exists() else _draft(path)
            if recovery:
                code_key = recovery_code.private_key(recovery, keys.read(path).vault)
                opened = keys.unlock_with(path, "recovery", code_key, database=database_file)
            elif head_office:
                opened = keys.unlock_with(path, "head_office", head_office, database=database_file)
            else:
                opened = keys.unlock(path, password, person, database=database_file)
            if not path.exists():
                files.move(_draft(path), path)
            torn = unread_log.keep(path, opened.key, bytes.fromhex(opened.salt))
            database = migrate.bring_up_to_date(
                connect(path, opened.key),
                opened.key,
                keep=lambda copy: switch.keep_as_backup(path, copy),
            )
            rotation.tidy(path, opened)
            vault = cls(database, hold, opened, projector, randomness)
            if torn is not None:
                vault.faults += (Finding("unread", detail=torn.name),)
            return vault

    def close(self) -> None:
        """Close the file and let others open it; a second call does nothing."""
        if not self.database.connection.closed:
            with contextlib.suppress(KnownError):  # closing must not fail, and nothing is lost
                self._keep_tips()
        self.database.dispose()
        self._hold.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()

    def vouch(self, person: str, password: str) -> bool:
        """Whether this is the own password of that person, asked for while another one works."""
        try:
            keys.unlock(self.database.path, password, person)
        except WrongPassword:
            return False
        return True

    def key_holders(self) -> frozenset[str]:
        """The staff numbers that have a password of their own."""
        return frozenset(key_file.persons(self.database.path))

    def new_id(self, wall_ms: int) -> str:
        """A fresh identifier, such as for an item of a repeated group."""
        return uuid7(wall_ms, self._randomness(_ID_BYTES))

    def append(
        self,
        case_id: str,
        payloads: Sequence[Payload],
        *,
        actor: str,
        wall_ms: int,
        pack: str,
    ) -> tuple[Event, ...]:
        """Store what happened to a case, with its projections and search: all of it or nothing.

        Raises `CaseUnknown` unless the case has events or the first payload opens it.
        """
        entries = [Entry(case_id, payload, actor, wall_ms, pack) for payload in payloads]
        return self._write(lambda _connection: entries)

    def append_many(self, entries: Iterable[Entry]) -> tuple[Event, ...]:
        """Store many entries, of any cases, in the order given and in one transaction.

        Projections and search are written once per case, so that large batches are cheap.
        """
        return self._write(lambda _connection: entries, index=True)

    def record(self, *payloads: Payload, actor: str, wall_ms: int) -> tuple[Event, ...]:
        """Store what happened to the vault itself: people, keys, looks, exports, backups."""
        entries = [Entry(VAULT, payload, actor, wall_ms, "") for payload in payloads]
        return self._write(lambda _connection: entries)

    def happenings(self) -> tuple[Event, ...]:
        """Everything that happened to the vault itself, in order."""
        with session.reading(self.database) as connection:
            records = log.of_case(connection, VAULT)
        return tuple(open_record(record, case_keys.NO_CIPHERS) for record in records)

    def open_case(
        self,
        make: Callable[[str], Sequence[Payload]],
        *,
        day: date,
        actor: str,
        wall_ms: int,
        pack: str,
    ) -> tuple[Event, ...]:
        """Open a case under the next number of `day`; `make` turns that number into its payloads.

        The first of them MUST be `CaseOpened`. The case's id is in the events given back.
        """
        case_id = self.new_id(wall_ms)

        def entries(connection: Connection) -> list[Entry]:
            payloads = make(people.next_number(connection, day))
            return [Entry(case_id, payload, actor, wall_ms, pack) for payload in payloads]

        return self._write(entries)

    def slots(self) -> tuple[Slot, ...]:
        """The ways to open this vault. Raises `VaultDamaged` if a stranger changed the key file."""
        return keys.trusted(self.database.path, self.opened.secrets).slots

    def put_slots(
        self, slots: Sequence[Slot], *payloads: Payload, actor: str, wall_ms: int
    ) -> None:
        """Change the ways to open this vault, and let the log tell of it: both or neither."""
        path, secrets = self.database.path, self.opened.secrets
        before = keys.trusted(path, secrets)
        entries = [Entry(VAULT, payload, actor, wall_ms, "") for payload in payloads]

        def last() -> None:
            keys.write(path, msgspec.structs.replace(before, slots=tuple(slots)), secrets)

        try:
            self._write(lambda _connection: entries, last=last)
        except BaseException:
            if keys.read(path).slots != before.slots:
                keys.write(path, before, secrets)
            raise

    def rotate(self, *, actor: str, wall_ms: int, progress: rotation.Progress) -> None:
        """Put the database under a new key, which every slot opens from then on.

        Takes as long as copying the file. Raises `NoRoom`, `VaultBusy` or `VaultDamaged`, and
        what `progress` raises; the vault then is as it was, and open.
        """
        path = self.database.path
        self.database.checkpoint(wait=True)
        secret = keys.Secret(self._randomness(KEY_BYTES), self.opened.chain_key)
        try:
            copy = rotation.copied(self.database, secret.key, progress)
            try:
                with session.writing(copy) as connection:
                    told = Entry(VAULT, KeyRotated(), actor, wall_ms, "")
                    self._writer.write(connection, [told])
            finally:
                copy.dispose()
            following = rotation.announced(path, self.opened, secret)
            progress("announced", 1.0)
            self.database.dispose()
            rotation.put_in_place(path)
            self.opened = following
            self._unkept = True
            progress("renamed", 1.0)
        finally:
            self._writer.forget()
            if self.database.connection.closed:
                self.database = connect(path, self.opened.key)
                self.ledger = Ledger(self.database, self._index)
            rotation.tidy(path, self.opened)
        progress("done", 1.0)

    def _write(
        self,
        entries: Callable[[Connection], Iterable[Entry]],
        *,
        index: bool = False,
        last: Callable[[], None] = lambda: None,
    ) -> tuple[Event, ...]:
        """Write entries in one transaction; what `last` raises just before its end undoes it."""
        try:
            with session.writing(self.database) as connection:
                pending = self._writer.write(connection, entries(connection), index=index)
                last()
        except BaseException:
            # Whether a failed commit reached the disk is known only to the disk.
            self._writer.forget()
            raise
        self._writer.remember(pending)
        self._unkept = True
        return tuple(pending.events)

    @contextlib.contextmanager
    def merging(self) -> Iterator[tuple[Connection, Writer]]:
        """A transaction for what is stored beside this device's own events (`desk.store.exchange`).

        The ends of all chains are kept at its end; nothing is remembered of the cases before it.
        """
        try:
            with session.writing(self.database) as connection:
                yield connection, self._writer
                tips.keep(connection, self.opened.chain_key)
        finally:
            self._writer.forget()

    def rest(self) -> None:
        """Do what can wait, for a moment when nobody types: index texts, shorten the log file.

        One that comes after the closing has nothing left to do.
        """
        if self.database.connection.closed:
            return
        self._index()
        self._keep_tips()
        self.database.checkpoint()

    def _keep_tips(self) -> None:
        """Keep where the chains end, unless that was done since the last event."""
        if self._unkept:
            with session.writing(self.database) as connection:
                tips.keep(connection, self.opened.chain_key)
            self._unkept = False

    def _faults_at_opening(self) -> tuple[Finding, ...]:
        """What the kept ends of the chains say against the log."""
        try:
            with session.reading(self.database) as connection:
                return tuple(tips.faults(connection, self.opened.chain_key))
        except BaseException:
            self.database.dispose()
            raise

    def _index(self) -> None:
        with session.reading(self.database) as connection:
            if not search.waiting(connection):
                return
        try:
            with session.writing(self.database) as connection:
                self._writer.index_waiting(connection)
        except BaseException:
            self._writer.forget()
            raise

    def forget_memory(self) -> None:
        """Read cases anew from now on: for whoever changed the tables beside this object."""
        self._writer.forget()

    def case(self, case_id: str) -> Case:
        """A case as it stands. Raises `CaseUnknown`."""
        known = self._writer.known(case_id)
        if known is not None:
            return known
        with session.reading(self.database) as connection:
            return self._writer.held(connection, case_id).case

    def events(self, case_id: str) -> tuple[Event, ...]:
        """Everything that happened to a case, in order. Raises `CaseUnknown`."""
        found = events_of(self.database, case_id)
        if not found:
            raise CaseUnknown(case=case_id)
        return found

    def head(self) -> ChainHead:
        """The end of this device's chain."""
        with session.reading(self.database) as connection:
            tip = self._writer.tip(connection)
        return ChainHead(tip.device, tip.seq, tip.hash.hex())

    def heads(self) -> tuple[ChainHead, ...]:
        """The end of each device's chain, this device's own first; what an anchor holds."""
        with session.reading(self.database) as connection:
            ends = log.tips(connection)
        return tuple(ChainHead(end.device, end.seq, end.hash.hex()) for end in ends)

    def clock_steps(self) -> tuple[Event, ...]:
        """When a device's clock came into doubt, or out of it; in order of hybrid time."""
        with session.reading(self.database) as connection:
            records = log.clock_steps(connection)
        return tuple(open_record(record, case_keys.NO_CIPHERS) for record in records)

    def exchanged(self) -> tuple[Event, ...]:
        """What happened in exchanging files, on every device, in order of hybrid time."""
        with session.reading(self.database) as connection:
            records = log.exchanged(connection)
        return tuple(open_record(record, case_keys.NO_CIPHERS) for record in records)

    def clock_step(self) -> ClockStepped | None:
        """What was recorded last of this device's clock; None when it was never in doubt."""
        own = self.head().device
        steps = [event.payload for event in self.clock_steps() if event.device == own]
        last = steps[-1] if steps else None
        return last if isinstance(last, ClockStepped) else None

    def last_ms(self) -> int:
        """What this device's clock said at its last event, ms since 1970 UTC; 0 before any."""
        with session.reading(self.database) as connection:
            return log.own_tip(connection).wall_ms

    def case_seal(self, case_id: str) -> CaseSeal:
        """The case's events in one figure, which any later change of them would alter."""
        with session.reading(self.database) as connection:
            records = log.of_case(connection, case_id)
            before = log.hashes_before(connection, case_id)
        if not records:
            raise CaseUnknown(case=case_id)
        digest = hashlib.sha256(b"".join(record.hash for record in records))
        key = self.opened.chain_key
        holds = all(is_sound(one, before.get((one.device, one.seq)), key) for one in records)
        return CaseSeal(len(records), digest.hexdigest(), holds)

    def anchor(self, number: str, seal: CaseSeal) -> Anchor:
        """What a report of the case of this number is to say of the log, with the vault's mark."""
        bare = Anchor("", self.heads(), number, seal.count, seal.sha256)
        return replace(bare, mac=anchors.mark(bare, self.opened.chain_key))

    def said(self, anchor: Anchor) -> bool:
        """Whether this vault said that, and nobody changed it."""
        return anchor.mac == anchors.mark(anchor, self.opened.chain_key)

    def held_to(self, anchor: Anchor) -> tuple[Finding, ...]:
        """What the log is lacking, or has otherwise, of what was said of it outside the vault."""
        with session.reading(self.database) as connection:
            return tuple(anchors.faults(connection, anchor))

    def people(self) -> tuple[Person, ...]:
        """Everybody who works or worked with this vault, by staff number."""
        with session.reading(self.database) as connection:
            return people.persons(connection)

    def devices(self) -> tuple[Device, ...]:
        """Every device whose events can be here, this one first."""
        with session.reading(self.database) as connection:
            return people.devices(connection)

    def branch(self) -> Branch:
        """The branch this vault belongs to."""
        with session.reading(self.database) as connection:
            return people.branch(connection)

    def put_branch(self, branch: Branch, *, actor: str, wall_ms: int) -> None:
        """Change what is known of the branch; numbers already given stay."""
        changed = people.branch_put(branch, self.branch())
        self.record(*changed, actor=actor, wall_ms=wall_ms)

    def settings(self) -> dict[str, str]:
        """All settings of the branch, by key."""
        with session.reading(self.database) as connection:
            return people.settings(connection)


def events_of(database: Database, case_id: str) -> tuple[Event, ...]:
    """Everything that happened to a case, in order, opened as far as its keys are there."""
    with session.reading(database) as connection:
        records = log.of_case(connection, case_id)
        ciphers = case_keys.ciphers(connection, case_id)
    return tuple(open_record(record, ciphers) for record in records)


@contextlib.contextmanager
def _held(path: Path) -> Iterator[files.Hold]:
    """A vault held by this program, and let go again should opening it fail."""
    hold = files.Hold(path)
    try:
        yield hold
    except BaseException:
        hold.release()
        raise


def _draft(path: Path) -> Path:
    return path.with_name(path.name + ".new")


def person_put(person: Person) -> PersonPut:
    """The event that makes a person known, or changes who bears that staff number."""
    return PersonPut(person=person.id, name=person.name, role=person.role, active=person.active)


def _fill(
    draft: Path, secret: keys.Secret, first: Sequence[Entry], own: Device, writer: Writer
) -> None:
    """Make the complete database of a new vault, under a name that nobody opens."""
    for ending in ("", "-wal", "-shm"):
        files.remove(draft.with_name(draft.name + ending))
    with files.disk_faults(draft):
        draft.touch(mode=0o600)
    database = connect(draft, secret.key)
    try:
        migrate.create_schema(database)
        with session.writing(database) as connection:
            people.add_device(connection, own)
            writer.write(connection, first)
            tips.keep(connection, secret.chain_key)
        database.settle()
    finally:
        database.dispose()
    files.flush(draft)
