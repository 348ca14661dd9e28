"""The commands `desk backup` and `desk rescue`.

Belongs here: their arguments and the way to the services. `desk.cli` asks for passwords and prints.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from desk import settings
from desk.errors import BadInput
from desk.i18n import _, ngettext
from desk.key_commands import AskPassword
from desk.pack_commands import Add, Answered

if TYPE_CHECKING:
    from desk.domain.backups import Lacks, Listed

_ACTIONS = ("make", "list", "restore", "drill")


def add(command: Add, password: AskPassword, file: Callable[[str], Path]) -> None:
    """Add the commands; `file` reads the name of a file."""
    backup = command("backup", _("make a verified backup, list them, try or restore one"), _backup)
    backup.set_defaults(password=password)
    backup.add_argument("action", nargs="?", choices=_ACTIONS, default="make")
    backup.add_argument("vault", type=file, metavar="VAULT")
    backup.add_argument("--person", default="", metavar="ID", help=_("staff number"))
    backup.add_argument("--from", type=Path, dest="folder", metavar="DIR", help=_("other backups"))
    backup.add_argument("--name", default="", help=_("which backup; the newest by default"))
    backup.add_argument("--look", action="store_true", help=_("say what it lacks, change nothing"))
    backup.add_argument("--pdf", type=file, metavar="FILE.pdf", help=_("the drill's result"))
    rescue = command(
        "rescue", _("bring what is readable of a damaged vault into a new one"), _rescue
    )
    rescue.set_defaults(password=password)
    rescue.add_argument("vault", type=file, metavar="DAMAGED")
    rescue.add_argument("--out", type=file, required=True, metavar="NEW.vault")
    rescue.add_argument("--person", default="", metavar="ID", help=_("staff number"))


def _backup(asked: argparse.Namespace) -> Answered:
    actions = {"make": _make, "list": _list, "restore": _restore, "drill": _drill}
    for name, meant in (("name", "restore"), ("folder", "list restore"), ("look", "restore")):
        if getattr(asked, name) and asked.action not in meant.split():
            raise BadInput(
                reason="unknown_key", where="--from" if name == "folder" else f"--{name}"
            )
    if asked.pdf and asked.action != "drill":
        raise BadInput(reason="unknown_key", where="--pdf")
    return actions[asked.action](asked)


def _make(asked: argparse.Namespace) -> Answered:
    from desk.services import backups, vaults
    from desk.services.answers import Answer

    session = vaults.unlock(asked.vault, asked.password(), asked.person)
    try:
        second = settings.load().backup_folder
        made = backups.make(session, "hand", second=second)
        known = backups.overview(session, second=second).second
    finally:
        vaults.close(session)
    lines = [
        _("Backup {name}: {cases} cases, {events} events, verified.").format(
            name=made.name, cases=made.cases, events=made.events
        )
    ]
    if second:
        words = (
            _("A copy is at {folder}.") if known.name == made.name else _("No copy at {folder}.")
        )
        lines.append(words.format(folder=second))
    values = {name: value for name, value in msgspec.to_builtins(made).items() if name != "files"}
    return Answer(values, tuple(lines)), 0


def _list(asked: argparse.Namespace) -> Answered:
    from desk.services import restoring
    from desk.services.answers import Answer

    found = restoring.offers(asked.folder or restoring.folder_of(asked.vault))
    values: dict[str, object] = {"backups": [_values(one) for one in found]}
    lines = tuple(_line(one) for one in found) or (_("There is no backup yet."),)
    return Answer(values, lines), 0


def _values(listed: "Listed") -> dict[str, object]:
    told = listed.manifest
    found: dict[str, object] = {"name": listed.name, "state": listed.state, "size": listed.size}
    if told is not None:
        found |= {"why": told.why, "cases": told.cases, "events": told.events}
    return found


def _line(listed: "Listed") -> str:
    when = listed.made.isoformat(sep=" ")
    if listed.state != "whole" or listed.manifest is None:
        states = {
            "bare": _("without its manifest"),
            "damaged": _("damaged"),
            "foreign": _("of another vault"),
        }
        return f"{listed.name}  {when}  {states.get(listed.state, listed.state)}"
    return _("{name}  {when}  {cases} cases, {events} events, {size} MB").format(
        name=listed.name,
        when=when,
        cases=listed.manifest.cases,
        events=listed.manifest.events,
        size=f"{listed.size / 1_000_000:.1f}",
    )


def _restore(asked: argparse.Namespace) -> Answered:
    from desk.services import restoring
    from desk.services.answers import Answer

    folder = asked.folder or restoring.folder_of(asked.vault)
    offer = restoring.look(asked.vault, folder, asked.name, asked.person, asked.password())
    values: dict[str, object] = {
        "name": offer.listed.name,
        "cases": offer.cases,
        "events": offer.events,
        "lacks": _lacks_values(offer.lacks),
    }
    lines = [
        _("Backup {name}: {cases} cases, {events} events, verified.").format(
            name=offer.listed.name, cases=offer.cases, events=offer.events
        ),
        *_lacks_lines(offer.lacks),
    ]
    if not asked.look:
        aside = restoring.restore(offer)
        values["aside"] = str(aside)
        lines.append(
            _("The vault was put back. The one before is kept at {path}.").format(path=aside)
        )
    return Answer(values, tuple(lines)), 0


def _lacks_values(lacks: "Lacks") -> dict[str, object]:
    return {
        "known": lacks.known,
        "events": lacks.events,
        "cases": [
            {"case": one.number, "events": one.events, "whole": one.whole} for one in lacks.cases
        ],
    }


def _lacks_lines(lacks: "Lacks") -> list[str]:
    if not lacks.known:
        return [_("What it lacks cannot be told: the vault of now cannot be read.")]
    if not lacks.cases:
        lines = [_("It lacks nothing of any case.")]
    else:
        words = ngettext(
            "It lacks what came later in {n} case:",
            "It lacks what came later in {n} cases:",
            len(lacks.cases),
        )
        lines = [words.format(n=len(lacks.cases))]
    for one in lacks.cases:
        told = _("{case}: the whole case") if one.whole else _("{case}: {n} events")
        lines.append(told.format(case=one.number, n=one.events))
    return lines


def _drill(asked: argparse.Namespace) -> Answered:
    from desk.services import backups, drill_result, vaults
    from desk.services.answers import Answer

    session = vaults.unlock(asked.vault, asked.password(), asked.person)
    try:
        drill = backups.try_out(backups.plan_drill(session))
        backups.tried(session, drill)
        if asked.pdf:
            drill_result.write(session, drill, asked.pdf)
    finally:
        vaults.close(session)
    values: dict[str, object] = msgspec.to_builtins(drill)
    return Answer(values, drill_result.lines(drill)), 1 if drill.fault else 0


def _rescue(asked: argparse.Namespace) -> Answered:
    from desk.services import rescue
    from desk.services.answers import Answer

    found = rescue.rescue(asked.vault, asked.out, asked.password(), asked.person)
    values: dict[str, object] = msgspec.to_builtins(found)
    return Answer(values, rescue.lines(found)), 1 if found.gaps or found.unkeyed else 0
