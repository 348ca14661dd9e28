"""Rescue: a fresh vault from what can still be read of a damaged one, and what could not be."""

from pathlib import Path

from desk.domain.engine import Engine
from desk.domain.rescue import Rescued
from desk.i18n import _, ngettext
from desk.packs import shelf
from desk.services.editions import Editions
from desk.services.moment import Moment
from desk.store import attempts
from desk.store import rescue as store


def rescue(
    damaged: Path,
    out: Path,
    password: str,
    person: str = "",
    *,
    moment: Moment | None = None,
    engine: Engine | None = None,
) -> Rescued:
    """Make a vault at `out` of everything readable, with the ways in that the old one has.

    Raises VaultMissing, VaultExists, VaultBusy, WrongPassword, TooSoon, or VaultDamaged when
    nothing at all can be read.
    """
    moment = moment or Moment()
    projector = Editions().projector(engine or Engine(shelf.newest()))
    wall_ms = moment.wall_ms()
    with attempts.counted(damaged, person, wall_ms):
        return store.rescue(damaged, out, password, person, projector=projector, wall_ms=wall_ms)


def lines(found: Rescued) -> tuple[str, ...]:
    """What was rescued and exactly what was not, in the language in force."""
    told = [
        _("{events} events of {cases} cases are in the new vault.").format(
            events=found.events, cases=found.cases
        ),
        _("{damaged} of {pages} pages were damaged.").format(
            damaged=found.damaged, pages=found.pages
        ),
    ]
    if found.from_backups:
        words = ngettext(
            "{n} event came from a backup.", "{n} events came from backups.", found.from_backups
        )
        told.append(words.format(n=found.from_backups))
    if found.files_lacking:
        words = ngettext(
            "{n} attachment was found nowhere whole.",
            "{n} attachments were found nowhere whole.",
            found.files_lacking,
        )
        told.append(words.format(n=found.files_lacking))
    if found.unkeyed:
        words = ngettext(
            "Personal values of {n} case cannot be read: its key was damaged.",
            "Personal values of {n} cases cannot be read: their keys were damaged.",
            found.unkeyed,
        )
        told.append(words.format(n=found.unkeyed))
    told += (
        _("Missing on {device}: events {first} to {last}.").format(
            device=gap.name or gap.device, first=gap.first, last=gap.last
        )
        for gap in found.gaps
    )
    told += (
        _("Case {number} lacks events: {n}.").format(number=one.number, n=one.lacking)
        for one in found.touched
    )
    if not found.gaps:
        told.append(_("Nothing is known to be missing."))
    return tuple(told)
