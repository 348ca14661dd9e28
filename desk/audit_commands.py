"""The command `desk audit`.

Belongs here: its arguments and the way to the services. `desk.cli` asks for the password and
prints.
"""

import argparse
import dataclasses
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desk.domain.audit import GROUPS
from desk.errors import BadInput
from desk.i18n import _, ngettext
from desk.key_commands import AskPassword
from desk.pack_commands import Add, Answered

if TYPE_CHECKING:
    # Loads rules and store, for which a window must not wait.
    from desk.domain.audit import AuditFilter, AuditLine
    from desk.services.session import Session

LINES = 200
"""Lines told by default; files hold all of them."""


def add(command: Add, password: AskPassword, file: Callable[[str], Path]) -> None:
    """Add the command; `file` reads the name of a file."""
    audit = command("audit", _("who did what, newest first; as Excel or PDF"), _audit)
    audit.set_defaults(password=password)
    audit.add_argument("vault", type=file, metavar="VAULT")
    audit.add_argument("--as", dest="opener", default="", metavar="ID", help=_("who opens it"))
    audit.add_argument("--person", default="", metavar="ID", help=_("only what they did"))
    audit.add_argument("--case", default="", metavar="NUMBER", help=_("only this case"))
    audit.add_argument("--kind", choices=GROUPS, default="", help=_("only this kind"))
    audit.add_argument("--since", default="", metavar="DAY", help=_("from this day on"))
    audit.add_argument("--until", default="", metavar="DAY", help=_("to this day, included"))
    audit.add_argument("--text", default="", metavar="WORDS", help=_("only lines with these words"))
    audit.add_argument("--limit", type=int, default=LINES, metavar="N", help=_("so many lines"))
    way = audit.add_mutually_exclusive_group()
    way.add_argument("--xlsx", type=file, metavar="FILE", help=_("write all of them as Excel"))
    way.add_argument("--pdf", type=file, metavar="FILE", help=_("write all of them as a PDF"))


def _audit(asked: argparse.Namespace) -> Answered:
    from desk.domain.audit import AuditFilter
    from desk.services import vaults

    if asked.limit < 1:
        raise BadInput(reason=_("At least one line, please."), where="--limit")
    wanted = AuditFilter(
        person=asked.person,
        group=asked.kind,
        case=asked.case,
        since=asked.since,
        until=asked.until,
        text=asked.text,
    )
    session = vaults.unlock(asked.vault, asked.password(), asked.opener)
    try:
        return _answered(session, asked, wanted)
    finally:
        vaults.close(session)


def _answered(session: "Session", asked: argparse.Namespace, wanted: "AuditFilter") -> Answered:
    from desk.services import audit, audit_files
    from desk.services.answers import Answer

    target = asked.xlsx or asked.pdf
    if target is not None:
        write = audit_files.write_xlsx if asked.xlsx else audit_files.write_pdf
        count = write(session, wanted, target)
        words = ngettext("{n} line written to {path}", "{n} lines written to {path}", count)
        line = words.format(n=f"{count:,}", path=target)
        return Answer({"path": str(target), "lines": count}, (line,)), 0
    found = list(itertools.islice(audit.every(session, wanted), asked.limit + 1))
    more = len(found) > asked.limit
    listed = found[: asked.limit]
    told = [_line(line) for line in listed]
    if more:
        told.append(_("There are more; --limit shows them, --xlsx and --pdf write all."))
    values: dict[str, object] = {"lines": [_values(line) for line in listed], "more": more}
    return Answer(values, tuple(told)), 0


def _line(line: "AuditLine") -> str:
    """A line for the terminal: when, who, what, about which case."""
    who = line.who if line.who == line.person else f"{line.who} {line.person}"
    parts = (f"{line.at:%Y-%m-%d %H:%M:%S}", who, line.number, line.what, line.detail)
    return "  ".join(filter(None, parts))


def _values(line: "AuditLine") -> dict[str, object]:
    return {**dataclasses.asdict(line), "at": line.at.isoformat(timespec="seconds")}
