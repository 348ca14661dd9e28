"""The commands of `desk pack` that keep packs: coverage, export, import, list, show, find, diff.

Belongs here: their arguments and the way to the services. `desk.cli` prints what they answer.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desk import i18n
from desk.i18n import _

if TYPE_CHECKING:
    # Loads every reader of a pack, for which a window must not wait.
    from desk.services.answers import Answer

Answered = tuple["Answer", int]
"""What a command has to say, and its exit code."""

Run = Callable[[argparse.Namespace], Answered]
Add = Callable[[str, str, Run], argparse.ArgumentParser]
"""Makes the parser of one command of `desk pack` from its name, its help and what it does."""


def add(command: Add) -> None:
    """Add the commands."""
    coverage = command("coverage", _("what serves each point of the outlines"), _coverage)
    coverage.add_argument("path", nargs="?", type=Path, metavar="PATH")
    export = command("export", _("write a pack as an Excel workbook"), _export)
    export.add_argument("pack", nargs="?", metavar="PACK", help=_pack_help())
    export.add_argument("--xlsx", type=Path, required=True, metavar="FILE")
    bring_in = command("import", _("make an edited workbook a new version"), _import)
    bring_in.add_argument("file", type=Path, metavar="FILE")
    bring_in.add_argument("--version", metavar="V", help=_("by default the next minor version"))
    command("list", _("every version at hand"), _list)
    show = command("show", _("everything about one key"), _show)
    show.add_argument("key", metavar="KEY")
    show.add_argument("--pack", metavar="PACK", help=_pack_help())
    find = command("find", _("search a pack, from one character on"), _find)
    find.add_argument("words", nargs="+", metavar="WORDS")
    find.add_argument("--pack", metavar="PACK", help=_pack_help())
    diff = command("diff", _("what changed from one version to another"), _diff)
    diff.add_argument("before", metavar="A", help=_pack_help())
    diff.add_argument("after", metavar="B", help=_pack_help())


def _pack_help() -> str:
    return _("a folder, id@version or id; by default the newest version")


def _coverage(asked: argparse.Namespace) -> Answered:
    from desk.services import pack_coverage

    answer, whole = pack_coverage.report(asked.path, i18n.language())
    return answer, 0 if whole else 1


def _export(asked: argparse.Namespace) -> Answered:
    from desk.services import shelves

    return shelves.export(asked.pack, asked.xlsx), 0


def _import(asked: argparse.Namespace) -> Answered:
    from desk.services import shelves

    found = shelves.bring_in(asked.file, asked.version, i18n.language())
    return found.answer, 1 if found.faulty else 0


def _list(_asked: argparse.Namespace) -> Answered:
    from desk.services import shelves

    return shelves.listing(i18n.language()), 0


def _show(asked: argparse.Namespace) -> Answered:
    from desk.services import shelves

    return shelves.show(asked.key, asked.pack, i18n.language()), 0


def _find(asked: argparse.Namespace) -> Answered:
    from desk.services import shelves

    return shelves.search(" ".join(asked.words), asked.pack, i18n.language()), 0


def _diff(asked: argparse.Namespace) -> Answered:
    from desk.services import shelves

    return shelves.compare(asked.before, asked.after, i18n.language()), 0
