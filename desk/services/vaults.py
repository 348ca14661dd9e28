"""Vaults: making one, opening it, and the throw-away one with invented cases."""

import logging
from pathlib import Path

from desk.domain.engine import Engine
from desk.domain.events import Unlocked
from desk.domain.staff import Branch, Person
from desk.errors import BadInput, DiskFull, VaultExists, VaultReadOnly, WrongPassword
from desk.packs import shelf
from desk.services import hub_office, keyring, locking
from desk.services.editions import Editions
from desk.services.moment import Moment
from desk.services.session import Session
from desk.services.timekeeping import KeptMoment
from desk.store import attempts, stretching
from desk.store.vault import Vault

_LOG = logging.getLogger(__name__)


def faults(branch: Branch, device: str, person: Person) -> tuple[str, ...]:
    """What a set-up form still lacks, as keys: an empty one may be made into a vault."""
    wanted = {
        "branch_name": branch.name,
        "branch_code": branch.code,
        "device": device,
        "person_id": person.id,
        "person_name": person.name,
    }
    found = [key for key, value in wanted.items() if not value.strip()]
    if branch.code.strip() and not branch.code.strip().isalnum():
        found.append("branch_code_letters")
    return tuple(found)


def create(
    path: Path,
    branch: Branch,
    device: str,
    person: Person,
    password: str,
    *,
    moment: Moment | None = None,
    engine: Engine | None = None,
) -> Session:
    """A new vault with its first user, open. Raises VaultExists, or BadInput for the form."""
    lacks = faults(branch, device, person)
    if lacks:
        raise BadInput(reason="setup_incomplete", where=", ".join(lacks))
    keyring.require_good(password, person.id)
    if path.exists():
        raise VaultExists(path=str(path))
    moment = moment or Moment()
    engine = engine or Engine(shelf.newest())
    editions = Editions()
    path.parent.mkdir(parents=True, exist_ok=True)
    vault = Vault.create(
        path,
        password,
        person=person,
        branch=branch,
        device=device,
        projector=editions.projector(engine),
        wall_ms=moment.wall_ms(),
        argon=stretching.calibrated(),
    )
    return Session(vault, engine, KeptMoment.of(moment, vault), person, branch, editions)


def unlock(
    path: Path,
    password: str,
    person: str = "",
    *,
    moment: Moment | None = None,
    engine: Engine | None = None,
) -> Session:
    """An existing vault, open for the person whose password it is (`person` narrows whose).

    Every success is in the vault's log, with the failures before it; every failure makes the next
    attempt wait longer. Raises VaultMissing, WrongPassword or TooSoon (both with `wait`, in
    seconds), VaultDamaged, VaultTooNew or VaultBusy.
    """
    engine, moment = engine or Engine(shelf.newest()), moment or Moment()
    editions = Editions()
    projector = editions.projector(engine)
    with attempts.counted(path, person, moment.wall_ms()):
        vault = Vault.open(path, password, person=person, projector=projector)
    try:
        actor = _actor(vault)
        kept = KeptMoment.of(moment, vault)
        office = hub_office.DATABASE in vault.settings()
        session = Session(vault, engine, kept, actor, vault.branch(), editions, office)
        _enter(session, person)
        keyring.renew(session, password)
    except BaseException:
        vault.close()
        raise
    return session


def _actor(vault: Vault) -> Person:
    """Whose password it was. WrongPassword for a slot whose person was never made known, or left.

    Killed between two steps, adding or removing somebody can leave one.
    """
    for found in vault.people():
        if found.id == vault.person and found.active:
            return found
    raise WrongPassword(path=str(vault.database.path), wait=0)


def _enter(session: Session, person: str) -> None:
    """Record that somebody came in, and after how many failures; then these are forgotten."""
    path = session.vault.database.path
    who = person or session.actor.id
    try:
        session.record(Unlocked(failed=attempts.failures(path, who)))
    except (DiskFull, VaultReadOnly) as fault:
        # What cannot be written may still be read; the failures stay counted.
        _LOG.warning("opened unrecorded: %s", fault.code)
        return
    attempts.clear(path, who)


def close(session: Session) -> None:
    """Close the vault at the end of work; everything acknowledged is on the disk already."""
    locking.lock(session, "end")
