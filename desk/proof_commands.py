"""The commands `desk check` and `desk verify-report`.

Belongs here: their arguments and the way to the services. `desk.cli` asks for passwords and prints.
"""

import argparse
import dataclasses
from collections.abc import Callable
from pathlib import Path

from desk.i18n import _
from desk.key_commands import AskPassword
from desk.pack_commands import Add, Answered


def add(command: Add, password: AskPassword, file: Callable[[str], Path]) -> None:
    """Add the commands; `file` reads the name of a file."""
    check = command("check", _("verify database, chain, projections and search"), _check)
    check.set_defaults(password=password)
    check.add_argument("--vault", type=file, required=True, metavar="FILE")
    check.add_argument("--rebuild", action="store_true", help=_("make the projections anew first"))
    check.add_argument(
        "--against",
        type=file,
        nargs="+",
        default=[],
        metavar="FILE",
        help=_("reports and manifests of backups that say what must be in it"),
    )
    report = command(
        "verify-report", _("whether a report is as it was made, and what came after"), _verify
    )
    report.set_defaults(password=password)
    report.add_argument("file", type=file, metavar="FILE.pdf")
    report.add_argument("--vault", type=file, required=True, metavar="FILE")


def _check(asked: argparse.Namespace) -> Answered:
    from desk.services import checks, vaults
    from desk.services.answers import Answer

    session = vaults.unlock(asked.vault, asked.password())
    try:
        findings = checks.check(session, rebuild=asked.rebuild, against=asked.against)
    finally:
        vaults.close(session)
    lines = tuple(checks.line(finding) for finding in findings)
    values: dict[str, object] = {"findings": [dataclasses.asdict(one) for one in findings]}
    sound = _("Everything holds: database, chain, projections, search, attachments.")
    return Answer(values, lines or (sound,)), 1 if findings else 0


def _verify(asked: argparse.Namespace) -> Answered:
    from desk.services import checks, vaults, verification
    from desk.services.answers import Answer

    session = vaults.unlock(asked.vault, asked.password())
    try:
        found = verification.verify_report(session, asked.file)
    finally:
        vaults.close(session)
    lines = [*verification.words(found), *verification.about(found)]
    lines += [checks.line(one) for one in found.faults]
    lines += [part for part in (verification.since(found),) if part]
    lines += [f"  {one.at}  {one.who}  {one.what}" for one in found.after]
    values = dataclasses.asdict(found)
    values["made_at"] = found.made_at.isoformat() if found.made_at else None
    return Answer(values, tuple(lines)), 0 if found.outcome == "genuine" else 1
