"""Who may open the vault and how: people with their passwords, recovery sheet, head office's key.

Every change is one step for key file and log together. What a removed way knew stays true of
older copies of the files; :func:`rotation_due` says when a new database key is called for.
"""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from desk.domain import passwords
from desk.domain.engine import Engine
from desk.domain.events import KeyRotated, PersonPut, SlotChanged, Unlocked
from desk.domain.permissions import FIRST_ROLE, ROLES
from desk.domain.staff import Branch, Person
from desk.errors import BadInput, DiskFull, KnownError, NotAllowed, VaultReadOnly
from desk.packs import shelf
from desk.services import backups, people
from desk.services.editions import Editions
from desk.services.moment import Moment
from desk.services.session import Session, needs
from desk.store import age_keys, attempts, keys, recovery_code, rotation, stretching
from desk.store.keys import Kind, Slot
from desk.store.stretching import Argon
from desk.store.vault import Vault

_LOG = logging.getLogger(__name__)
_LONGEST_ID = 32
_SHORT_ID = 8

Progress = Callable[[float], None]
"""Told how much of a rotation is done, from 0 to 1; what it raises stops it."""


@dataclass(frozen=True, slots=True)
class WayIn:
    """A slot: its kind, whose it is (None for sheet and head office), since when (local time)."""

    kind: Kind
    person: Person | None
    since: datetime


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """What goes on the printed sheet; it is shown once and stored nowhere.

    `vault` is the short id by which sheet and vault know each other.
    """

    groups: tuple[str, ...] = field(repr=False)
    vault: str
    made: datetime
    branch: Branch


@needs("manage_people")
def ways_in(session: Session) -> tuple[WayIn, ...]:
    """Every way to open the vault, in the order they were added."""
    known = {person.id: person for person in session.vault.people()}
    return tuple(
        WayIn(slot.kind, known.get(slot.person), session.moment.local(slot.created))
        for slot in session.vault.slots()
    )


@needs("manage_people")
def add_person(session: Session, person: Person, password: str) -> None:
    """Let somebody work with this vault from now on; who left may come back.

    BadInput for a number, name, role or password that cannot be, or somebody there already.
    NotAllowed `heads_by_heads`.
    """
    found = Person(person.id.strip(), person.name.strip(), person.role)
    if not found.id or len(found.id) > _LONGEST_ID or not found.id.isalnum():
        raise BadInput(reason="staff_number", where=found.id)
    if any(one.id == found.id and one.active for one in session.vault.people()):
        raise BadInput(reason="person_exists", where=found.id)
    _require_possible(session, found)
    told = PersonPut(person=found.id, name=found.name, role=found.role)
    _let_in(session.vault, session.moment, found.id, password, session.actor.id, told)


@needs("manage_people")
def put_person(session: Session, person: str, name: str, role: str) -> None:
    """Change somebody's name or role.

    NotAllowed `oneself` for one's own role, `last_head` or `heads_by_heads`; BadInput.
    """
    before = _active(session.vault, person)
    after = Person(before.id, name.strip(), role)
    if role != before.role:
        _require_another(session, before.id)
        _require_head_left(session, before)
        _require_head_for(session, before)
    _require_possible(session, after)
    if (after.name, after.role) != (before.name, before.role):
        session.record(PersonPut(person=after.id, name=after.name, role=after.role))


@needs("manage_people")
def remove_person(session: Session, person: str) -> None:
    """Let somebody work here no longer: their password opens nothing, their entries stay.

    NotAllowed `oneself`, `last_head`, `heads_by_heads`, or `open_cases` until these were handed
    over.
    """
    gone = _active(session.vault, person)
    _require_another(session, gone.id)
    _require_head_left(session, gone)
    _require_head_for(session, gone)
    people.require_no_open_cases(session, gone.id)
    slots = session.vault.slots()
    left = [slot for slot in slots if not _is_of(slot, gone.id)]
    told = [PersonPut(person=gone.id, name=gone.name, role=gone.role, active=False)]
    lost = [SlotChanged(slot="person", change="removed", person=gone.id)]
    wall_ms = session.moment.wall_ms()
    events = told if len(left) == len(slots) else [*told, *lost]
    session.vault.put_slots(left, *events, actor=session.actor.id, wall_ms=wall_ms)


def change_password(session: Session, old: str, new: str) -> None:
    """Another password for the person at the desk, who knows the old one: needs no right.

    WrongPassword or TooSoon (`wait`), as for unlocking; BadInput for a new one that cannot be.
    """
    path, own = session.vault.database.path, session.actor.id
    require_good(new, own)
    with attempts.counted(path, own, session.moment.wall_ms()):
        keys.unlock(path, old, own)
    _let_in(session.vault, session.moment, own, new, own)


def renew(session: Session, password: str) -> None:
    """Fit what the password just used costs to this machine, when it is far off; says nothing.

    So a vault that was taken to a faster computer is guarded as well as one that was made there.
    """
    vault, opened = session.vault, session.vault.opened
    if opened.argon is None or not stretching.is_far_off(opened.argon, opened.seconds):
        return
    argon = stretching.calibrated()
    if stretching.differs(argon, opened.argon):
        slot = _slot(vault, session.moment, opened.person, password, argon)
        slots = [slot if _is_of(one, opened.person) else one for one in vault.slots()]
        with contextlib.suppress(DiskFull, VaultReadOnly):
            wall_ms = session.moment.wall_ms()
            vault.put_slots(slots, actor=session.actor.id, wall_ms=wall_ms)


@needs("manage_people")
def reset_password(session: Session, person: str, new: str) -> None:
    """Another password for somebody who forgot theirs.

    NotAllowed `oneself` (who knows the old one changes it) or `heads_by_heads`; BadInput.
    """
    found = _active(session.vault, person)
    _require_another(session, found.id)
    _require_head_for(session, found)
    _let_in(session.vault, session.moment, found.id, new, session.actor.id)


@needs("manage_keys")
def draft_recovery(session: Session) -> RecoverySheet:
    """A new recovery sheet that opens nothing before :func:`put_recovery`.

    So that the old one holds until the new one is on paper.
    """
    groups = recovery_code.write(session.moment.randomness(recovery_code.CODE_BYTES))
    return RecoverySheet(groups, short_id(session.vault.id), session.now(), session.branch)


@needs("manage_keys")
def put_recovery(session: Session, sheet: RecoverySheet) -> None:
    """Let a drafted sheet open the vault; one that was made before opens nothing any more."""
    private = recovery_code.private_key(" ".join(sheet.groups), session.vault.id)
    _put_public(session, "recovery", keys.public_key(private))


def slips(typed: str) -> tuple[int, ...]:
    """The numbers of the groups of a typed code that are missing or hold a slip; none is well."""
    return recovery_code.faulty(typed)


@needs("manage_keys")
def set_head_office(session: Session, public_key: str) -> None:
    """Let head office open the vault: `public_key` as `age-keygen` prints it, `age1…`.

    BadInput `head_office_public`. A key that was set before opens nothing any more.
    """
    try:
        _put_public(session, "head_office", age_keys.public_key(public_key))
    except ValueError as fault:  # of the curve's few points that are no key
        raise BadInput(reason="head_office_public") from fault


@needs("manage_keys")
def remove_head_office(session: Session) -> None:
    """Let head office no longer open the vault; nothing happens when it could not."""
    slots = session.vault.slots()
    left = [slot for slot in slots if slot.kind != "head_office"]
    if len(left) < len(slots):
        told = SlotChanged(slot="head_office", change="removed")
        wall_ms = session.moment.wall_ms()
        session.vault.put_slots(left, told, actor=session.actor.id, wall_ms=wall_ms)


@needs("manage_keys")
def rotation_due(session: Session) -> bool:
    """Whether somebody or something lost its way in since the database got its key."""
    for event in reversed(session.vault.happenings()):
        payload = event.payload
        if isinstance(payload, KeyRotated):
            return False
        if isinstance(payload, SlotChanged) and (
            payload.change == "removed" or (payload.slot, payload.change) == _SHEET_RENEWED
        ):
            return True
    return False


_SHEET_RENEWED = ("recovery", "renewed")


@needs("manage_keys")
def rotate(session: Session, progress: Progress = lambda _share: None) -> None:
    """Encrypt the database anew under a fresh key; every way in stays. Back up before.

    Takes as long as copying the file, and may be stopped or killed at any moment. NoRoom,
    VaultBusy (a backup is being made), VaultDamaged; the vault then is open and as it was.
    Backups made before open with the passwords of their time only, so another is made at once.
    """

    def told(step: rotation.Step, share: float) -> None:
        progress(_COPYING * share if step == "copying" else _SHARES[step])

    wall_ms = session.moment.wall_ms()
    session.vault.rotate(actor=session.actor.id, wall_ms=wall_ms, progress=told)
    try:
        backups.make(session, "risk")
    except KnownError as fault:
        # The vault is sound; the next backup is due within half an hour of work.
        _LOG.warning("no backup after the rotation: %s", fault.code)


_COPYING = 0.6
_SHARES: dict[rotation.Step, float] = {
    "checking": _COPYING,
    "announced": 0.95,
    "renamed": 0.98,
    "done": 1.0,
}


def recover(
    path: Path,
    code: str,
    person: str,
    password: str,
    *,
    moment: Moment | None = None,
    engine: Engine | None = None,
) -> None:
    """Give somebody a new password by the recovery sheet. The vault is closed afterwards.

    RecoveryMistyped (`group`), WrongPassword for a sheet of another vault or an older one, BadInput
    for a person who is not there or a password that cannot be, and what opening raises.
    """
    engine = engine or Engine(shelf.newest())
    _reset(path, person, password, moment or Moment(), engine, recovery=code)


def reset_by_head_office(
    path: Path,
    private_key: str,
    person: str,
    password: str,
    *,
    moment: Moment | None = None,
    engine: Engine | None = None,
) -> None:
    """Give somebody a new password by head office's private key, in the words of its file.

    BadInput `head_office_private`, and what :func:`recover` raises.
    """
    secret = age_keys.private_key(private_key)
    engine = engine or Engine(shelf.newest())
    _reset(path, person, password, moment or Moment(), engine, head_office=secret)


def require_good(password: str, person: str) -> None:
    """Refuse what cannot be somebody's password: BadInput `password_short` and the like."""
    fault = passwords.fault(password, person)
    if fault is not None:
        raise BadInput(reason=f"password_{fault}")


def short_id(vault: str) -> str:
    """The end of a vault's id, by which people tell two vaults apart."""
    return vault.replace("-", "")[-_SHORT_ID:].upper()


def _reset(
    path: Path,
    person: str,
    password: str,
    moment: Moment,
    engine: Engine,
    *,
    recovery: str = "",
    head_office: bytes = b"",
) -> None:
    """Open the vault by something else than a password, only to set a password."""
    require_good(password, person)
    projector = Editions().projector(engine)
    with attempts.counted(path, "", moment.wall_ms()):
        vault = Vault.open(path, projector=projector, recovery=recovery, head_office=head_office)
    with vault:
        found = _active(vault, person)
        failed = attempts.failures(path, found.id)
        told = Unlocked(slot=vault.opened.slot, failed=failed)
        _let_in(vault, moment, found.id, password, found.id, told)
        attempts.clear(path, found.id)


def _let_in(
    vault: Vault,
    moment: Moment,
    person: str,
    password: str,
    actor: str,
    *told: PersonPut | Unlocked,
) -> None:
    """Put a new slot for a person in the place of the old one, if any."""
    require_good(password, person)
    slots, wall_ms = vault.slots(), moment.wall_ms()
    slot = _slot(vault, moment, person, password, stretching.calibrated())
    left = [one for one in slots if not _is_of(one, person)]
    change = SlotChanged(
        slot="person", change="added" if len(left) == len(slots) else "renewed", person=person
    )
    vault.put_slots([*left, slot], *told, change, actor=actor, wall_ms=wall_ms)


def _slot(vault: Vault, moment: Moment, person: str, password: str, argon: Argon) -> Slot:
    return keys.person_slot(
        vault.id,
        person,
        password,
        vault.opened.secrets,
        argon=argon,
        created=moment.wall_ms(),
        fresh=moment.randomness,
    )


def _put_public(session: Session, kind: Kind, public: bytes) -> None:
    """Put a slot for a private key in the place of the one of its kind, if any."""
    vault, wall_ms = session.vault, session.moment.wall_ms()
    slots = vault.slots()
    slot = keys.public_slot(vault.id, kind, public, vault.opened.secrets, created=wall_ms)
    left = [one for one in slots if one.kind != kind]
    change = SlotChanged(slot=kind, change="added" if len(left) == len(slots) else "renewed")
    vault.put_slots([*left, slot], change, actor=session.actor.id, wall_ms=wall_ms)


def _is_of(slot: Slot, person: str) -> bool:
    return slot.kind == "person" and slot.person == person


def _active(vault: Vault, person: str) -> Person:
    """Somebody who works here. BadInput `person_unknown`."""
    found = next((one for one in vault.people() if one.id == person and one.active), None)
    if found is None:
        raise BadInput(reason="person_unknown", where=person)
    return found


def _require_possible(session: Session, person: Person) -> None:
    """Refuse no name, no such role, and a head who is made by somebody else than a head."""
    if not person.name:
        raise BadInput(reason="setup_incomplete", where="name")
    if person.role not in ROLES:
        raise BadInput(reason="unknown_value", where=person.role)
    _require_head_for(session, person)


def _require_head_for(session: Session, person: Person) -> None:
    # Who looks after the device could otherwise make themselves the head and read every case.
    if person.role == FIRST_ROLE != session.actor.role:
        raise NotAllowed(reason="heads_by_heads")


def _require_another(session: Session, person: str) -> None:
    if person == session.actor.id:
        raise NotAllowed(reason="oneself")


def _require_head_left(session: Session, gone: Person) -> None:
    """Refuse to take the only head who can open the vault out of their place."""
    able = {slot.person for slot in session.vault.slots() if slot.kind == "person"}
    heads = {
        one.id
        for one in session.vault.people()
        if one.active and one.role == FIRST_ROLE and one.id in able
    }
    if gone.id in heads and len(heads) == 1:
        raise NotAllowed(reason="last_head")
