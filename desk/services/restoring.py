"""Putting a vault back from a backup, from outside it: no session is open then.

:func:`look` opens a backup with a person's password and says what it lacks; :func:`restore` puts it
in the place of the vault, which is kept aside for as long as backups are.
"""

from dataclasses import dataclass, field
from pathlib import Path

from desk.domain.backups import Lacks, Listed
from desk.domain.permissions import allows
from desk.errors import BackupMissing, NotAllowed
from desk.services.moment import Moment
from desk.store import attempts, backups
from desk.store import restoring as store
from desk.store.pace import AT_ONCE, Pace


@dataclass(frozen=True, slots=True)
class Offer:
    """A backup that was opened and verified: when it is from, what it holds and what it lacks."""

    listed: Listed
    folder: Path
    person: str
    name: str
    events: int
    cases: int
    lacks: Lacks
    opened: store.Opened = field(repr=False)


def folder_of(vault: Path) -> Path:
    """Where the backups of a vault are when nobody says otherwise."""
    return backups.folder_of(vault)


def offers(folder: Path) -> tuple[Listed, ...]:
    """The backups of a folder, the newest first, or of the one folder of backups inside it.

    Raises BackupFailed when it cannot be read.
    """
    return backups.listing(backups.inside(folder))


def look(
    vault: Path,
    folder: Path,
    name: str,
    person: str,
    password: str,
    *,
    moment: Moment | None = None,
    pace: Pace = AT_ONCE,
) -> Offer:
    """Open a backup (the newest without a `name`) with a person's password as it was then.

    Reads all of it. Raises BackupMissing, BackupUnsound, WrongPassword or TooSoon, VaultBusy while
    the vault is open, and NotAllowed for whoever had no right to restore.
    """
    moment = moment or Moment()
    where = backups.inside(folder)
    found = backups.find(where, name)
    if found.state == "foreign":
        raise BackupMissing(path=str(folder), name=name)
    with attempts.counted(vault, person, moment.wall_ms()):
        opened = store.look(vault, where, found.name, password, person, pace=pace)
    if not allows(opened.person, "restore"):
        raise NotAllowed(reason="role", right="restore")
    counted = opened.counted
    return Offer(
        listed=found,
        folder=where,
        person=opened.person.id,
        name=opened.person.name,
        events=counted.events,
        cases=counted.cases,
        lacks=opened.lacks,
        opened=opened,
    )


def restore(offer: Offer, *, moment: Moment | None = None, pace: Pace = AT_ONCE) -> Path:
    """Put the vault back; where the vault of now is kept, which need not have existed.

    Raises VaultBusy, BackupBusy, BackupUnsound, NoRoom or Halted; nothing was changed then.
    """
    moment = moment or Moment()
    return store.restore(offer.opened, offer.folder, moment.now(), moment.wall_ms(), pace=pace)
