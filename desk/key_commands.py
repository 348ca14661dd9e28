"""The commands of `desk keys`: list, recovery, head-office, rotate, reset.

Belongs here: their arguments and the way to the services. `desk.cli` asks for passwords and prints.
"""

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from desk.errors import BadInput
from desk.i18n import _
from desk.pack_commands import Add, Answered, Run

if TYPE_CHECKING:
    # Loads every reader of a pack, for which a window must not wait.
    from desk.services.keyring import WayIn
    from desk.services.session import Session

_MOST_BYTES = 64 * 1024


class AskPassword(Protocol):
    """Takes a password from the environment or asks for it on the terminal."""

    def __call__(self, *, again: bool = False) -> str:
        """The password; asked for twice when it is a new one."""


def add(command: Add, password: AskPassword, file: Callable[[str], Path]) -> None:
    """Add the commands; `file` reads the name of a file."""

    def of_vault(name: str, words: str, run: Run) -> argparse.ArgumentParser:
        made = command(name, words, run)
        made.set_defaults(password=password)
        made.add_argument("vault", type=file, metavar="VAULT")
        made.add_argument("--person", default="", metavar="ID", help=_("staff number"))
        return made

    of_vault("list", _("every way to open a vault"), _list)
    sheet = of_vault("recovery", _("make a new recovery sheet; an older one is void"), _recovery)
    sheet.add_argument("--out", type=file, required=True, metavar="FILE.pdf")
    office = of_vault("head-office", _("let head office's key open a vault, or no more"), _office)
    way = office.add_mutually_exclusive_group(required=True)
    way.add_argument("--set", metavar="age1…", help=_("the public key, as age-keygen prints it"))
    way.add_argument("--remove", action="store_true", help=_("the key opens the vault no more"))
    of_vault("rotate", _("encrypt a vault anew under a fresh key"), _rotate)
    words = _("set a password by the recovery sheet or by head office's key")
    reset = of_vault("reset", words, _reset)
    reset.add_argument(
        "--head-office-key", type=file, metavar="FILE", help=_("the private key's file")
    )


@contextmanager
def _opened(asked: argparse.Namespace) -> Iterator["Session"]:
    from desk.services import vaults

    session = vaults.unlock(asked.vault, asked.password(), asked.person)
    try:
        yield session
    finally:
        vaults.close(session)


def _list(asked: argparse.Namespace) -> Answered:
    from desk.services import keyring
    from desk.services.answers import Answer

    with _opened(asked) as session:
        found = keyring.ways_in(session)
        due = keyring.rotation_due(session)
    values: dict[str, object] = {
        "ways": [
            {
                "kind": way.kind,
                "person": way.person.id if way.person else "",
                "since": way.since.isoformat(timespec="seconds"),
            }
            for way in found
        ],
        "rotation_due": due,
    }
    lines = [_line(way) for way in found]
    if due:
        lines.append(_("Somebody lost their way in since the key was made: a new one is advised."))
    return Answer(values, tuple(lines)), 0


def _line(way: "WayIn") -> str:
    since = f"{way.since:%Y-%m-%d %H:%M}"
    if way.kind == "recovery":
        return _("Recovery sheet, since {since}").format(since=since)
    if way.kind == "head_office":
        return _("Head office's key, since {since}").format(since=since)
    number, name = (way.person.id, way.person.name) if way.person else ("?", "")
    words = _("{number} {name}, by a password since {since}")
    return words.format(number=number, name=name, since=since)


def _recovery(asked: argparse.Namespace) -> Answered:
    from desk.services import recovery_sheet
    from desk.services.answers import Answer

    with _opened(asked) as session:
        made = recovery_sheet.issue(session, asked.out)
    words = _("{file}: print it, seal it in an envelope, and delete the file.")
    line = words.format(file=made)
    return Answer({"file": str(made)}, (line,)), 0


def _office(asked: argparse.Namespace) -> Answered:
    from desk.services import keyring
    from desk.services.answers import Answer

    with _opened(asked) as session:
        if asked.remove:
            keyring.remove_head_office(session)
            line = _("Head office's key opens this vault no more.")
        else:
            keyring.set_head_office(session, asked.set)
            line = _("Head office's key opens this vault.")
    return Answer({"head_office": not asked.remove}, (line,)), 0


def _rotate(asked: argparse.Namespace) -> Answered:
    from desk.services import backups, keyring
    from desk.services.answers import Answer

    def tell(share: float) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{share:4.0%}")

    with _opened(asked) as session:
        session.require("manage_keys")
        backups.make(session, "risk")
        keyring.rotate(session, tell)
    line = _("The vault is encrypted under a new key. Every way in stays as it was.")
    return Answer({"rotated": True}, (line,)), 0


def _reset(asked: argparse.Namespace) -> Answered:
    from desk.services import keyring
    from desk.services.answers import Answer

    if not asked.person:
        raise BadInput(reason=_("Whose password is to be set?"), where="--person")
    if asked.head_office_key is not None:
        key = _read(asked.head_office_key)
        keyring.reset_by_head_office(asked.vault, key, asked.person, asked.password(again=True))
    else:
        code = _code()
        keyring.recover(asked.vault, code, asked.person, asked.password(again=True))
    line = _("{person} opens the vault with the new password.").format(person=asked.person)
    return Answer({"person": asked.person}, (line,)), 0


def _code() -> str:
    """The recovery code from `DESK_RECOVERY_CODE`, else asked for on the terminal."""
    given = os.environ.get("DESK_RECOVERY_CODE")
    if given:
        return given
    if not sys.stdin.isatty():
        raise BadInput(reason=_("Set DESK_RECOVERY_CODE, or run this on a terminal."), where="")
    return getpass.getpass(_("Recovery code: "))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_MOST_BYTES).decode("utf-8-sig", "replace")
    except OSError as error:
        raise BadInput(reason="not_readable", where=str(path)) from error
