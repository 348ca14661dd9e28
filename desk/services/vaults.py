"""Vaults: making one, opening it, and the throw-away one with invented cases."""

from pathlib import Path

from desk import paths
from desk.domain.engine import Engine
from desk.domain.staff import Branch, Person
from desk.errors import BadInput, VaultExists
from desk.packs import shelf
from desk.services.editions import Editions
from desk.services.moment import Moment
from desk.services.session import Session
from desk.store.vault import Vault

LEAST_PASSWORD = 8


def exists(path: Path | None = None) -> bool:
    """Whether there is a vault at `path` (the user's own when None)."""
    return (path or paths.vault_file()).exists()


def faults(branch: Branch, device: str, person: Person, password: str) -> tuple[str, ...]:
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
    if len(password) < LEAST_PASSWORD:
        found.append("password_short")
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
    lacks = faults(branch, device, person, password)
    if lacks:
        raise BadInput(reason="setup_incomplete", where=", ".join(lacks))
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
    )
    return Session(vault, engine, moment, person, branch, editions)


def unlock(
    path: Path,
    password: str,
    person: str = "",
    *,
    moment: Moment | None = None,
    engine: Engine | None = None,
) -> Session:
    """An existing vault, open for the person whose password it is (`person` narrows whose).

    Raises VaultMissing, WrongPassword, VaultDamaged, VaultTooNew or VaultBusy.
    """
    engine = engine or Engine(shelf.newest())
    editions = Editions()
    projector = editions.projector(engine)
    vault = Vault.open(path, password, person=person, projector=projector)
    actor = next(found for found in vault.people() if found.id == vault.person)
    return Session(vault, engine, moment or Moment(), actor, vault.branch(), editions)


def close(session: Session) -> None:
    """Close the vault; everything acknowledged is on the disk already."""
    session.vault.close()
