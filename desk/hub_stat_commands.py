"""`desk hub stats` and `desk hub form`: what head office sees of all complaints.

Belongs here: their arguments and the way to the services. `desk.cli` asks for passwords and prints.
"""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from desk.i18n import _, ngettext
from desk.pack_commands import Answered, Run

if TYPE_CHECKING:
    # Loads rules and store, for which a window must not wait.
    from desk.domain.hub_figures import Question
    from desk.services.hub_statistics import Absent, Statistics
    from desk.services.session import Session

OfHub = Callable[[str, str, Run], argparse.ArgumentParser]
Opened = Callable[[argparse.Namespace], AbstractContextManager["Session"]]


def add(of_hub: OfHub, opened: Opened, file: Callable[[str], Path]) -> None:
    """Add the commands; `opened` opens the vault of head office, `file` reads a file's name."""
    stats = of_hub(
        "stats",
        _("complaints of all branches, counted"),
        lambda asked: _stats(opened, asked),
    )
    stats.add_argument(
        "--by",
        default="",
        metavar="AXIS,…",
        help=_("branch, region, month, cause, business, channel, source, amount"),
    )
    _add_period(stats)
    for axis in ("cause", "business", "channel", "source"):
        stats.add_argument(f"--{axis}", default="", metavar="CODE,…", help=_("only these codes"))
    what = stats.add_mutually_exclusive_group()
    what.add_argument(
        "--rising", action="store_true", help=_("causes that rose against the months before")
    )
    what.add_argument("--silent", action="store_true", help=_("silent branches, gaps in files"))
    what.add_argument(
        "--cases", metavar="KEY,…", help=_("the cases behind the line with these keys")
    )
    what.add_argument(
        "--renew", action="store_true", help=_("work all figures out anew from the log")
    )
    _add_files(stats, file)
    form = of_hub(
        "form",
        _("ready forms: quarterly statistics, ledger"),
        lambda asked: _form(opened, asked),
    )
    form.add_argument("form", choices=("quarterly", "ledger"))
    form.add_argument("--quarter", default="", metavar="2026Q3")
    _add_period(form)
    _add_files(form, file)


def _add_period(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from", dest="since", default="", metavar="2026-07")
    command.add_argument("--to", dest="until", default="", metavar="2026-09")
    command.add_argument(
        "--under", default="", metavar="BRANCH", help=_("this branch and those below it")
    )


def _add_files(command: argparse.ArgumentParser, file: Callable[[str], Path]) -> None:
    command.add_argument("--xlsx", type=file, metavar="FILE.xlsx")
    command.add_argument("--pdf", type=file, metavar="FILE.pdf")


def _answer(values: dict[str, object], *lines: str) -> Answered:
    from desk.services.answers import Answer

    return Answer(values, tuple(lines)), 0


def _question(asked: argparse.Namespace) -> "Question":
    from desk.domain.hub_figures import CODE_AXES, Axis, Question
    from desk.errors import BadInput

    by = _listed(asked.by)
    for axis in by:
        if axis not in get_args(Axis):
            raise BadInput(reason="axis", where=axis)
    only = {axis: frozenset(_listed(getattr(asked, axis))) for axis in CODE_AXES}
    chosen = {axis: codes for axis, codes in only.items() if codes}
    axes: Any = by
    return Question(axes, asked.since, asked.until, asked.under, chosen)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def _stats(opened: Opened, asked: argparse.Namespace) -> Answered:
    from desk.services import hub_statistics

    question = _question(asked)
    with opened(asked) as session:
        if asked.renew:
            return _renewed(hub_statistics.renew(session))
        if asked.silent:
            return _absent(hub_statistics.absent(session))
        if asked.rising:
            return _rising(session, question)
        if asked.cases is not None:
            return _cases(session, question, asked.cases)
        return _counted(session, hub_statistics.ask(session, question), asked)


def _renewed(count: int) -> Answered:
    words = ngettext("{n} case worked out anew", "{n} cases worked out anew", count)
    return _answer({"cases": count}, words.format(n=f"{count:,}"))


def _absent(found: tuple["Absent", ...]) -> Answered:
    values = [
        {
            "branch": one.branch,
            "name": one.name,
            "silent_days": one.silent,
            "silent": one.is_silent,
            "lost": one.lost,
            "gaps": one.gaps,
        }
        for one in found
    ]
    return _answer({"branches": values}, *(_absent_line(one) for one in found))


def _absent_line(one: "Absent") -> str:
    days = one.silent if one.silent is not None else 0
    silent = ngettext("{n} day silent", "{n} days silent", days).format(n=days)
    parts = [silent if one.silent is not None else _("nothing has come yet")]
    if one.lost:
        parts.append(_("files that never came: {n}").format(n=one.lost))
    if one.gaps:
        parts.append(_("files that wait for an earlier one: {n}").format(n=one.gaps))
    return f"{one.branch}  {one.name}  {' · '.join(parts)}"


def _rising(session: "Session", question: "Question") -> Answered:
    from desk.domain.branch_tree import BranchTree
    from desk.services import hub_statistics

    axis = question.by[0] if question.by else "cause"
    found = hub_statistics.rising(session, question, axis=axis)
    tree = BranchTree(())
    names = {one.key: hub_statistics.named(session, tree, axis, one.key) for one in found}
    values = [
        {axis: one.key, "name": names[one.key], "count": one.now, "before": one.before}
        for one in found
    ]
    words = _("{name}: {now}, before {before}")
    lines = (words.format(name=names[one.key], now=one.now, before=one.before) for one in found)
    return _answer({"rising": values}, *lines)


def _cases(session: "Session", question: "Question", keys: str) -> Answered:
    from desk.errors import BadInput
    from desk.services import hub_statistics

    named = tuple(part.strip() for part in keys.split(",")) if question.by else ()
    if len(named) != len(question.by):
        raise BadInput(reason="keys", where=keys)
    found = hub_statistics.behind(session, question, named)
    values = [
        {
            "branch": one.branch,
            "case": one.case_id,
            "number": one.number,
            "received": one.received,
            "told": one.told,
            "in_time": {"kept": True, "late": False}.get(one.verdict),
        }
        for one in found
    ]
    lines = (f"{one.branch}  {one.number}  {one.received}" for one in found)
    return _answer({"cases": values}, *lines)


def _counted(session: "Session", found: "Statistics", asked: argparse.Namespace) -> Answered:
    from desk.services import hub_tables
    from desk.services.hub_statistics import named

    written = []
    if asked.xlsx is not None:
        hub_tables.write_xlsx(session, found, asked.xlsx)
        written.append(asked.xlsx)
    if asked.pdf is not None:
        hub_tables.write_pdf(session, found, asked.pdf)
        written.append(asked.pdf)
    axes = found.asked.by
    values: dict[str, object] = {
        "by": list(axes),
        "lines": [hub_tables.values(line, axes) for line in found.lines],
        "total": hub_tables.values(found.total),
        "files": [str(path) for path in written],
    }
    lines = [_("Written: {file}").format(file=path) for path in written]
    if not written:
        shown = [one for one in hub_tables.MEASURES if one.on_paper]
        for line in (*found.lines, *([found.total] if axes else [])):
            keys = [named(session, found.tree, *one) for one in zip(axes, line.keys, strict=False)]
            figures = (f"{_(one.label)} {hub_tables.words(one, line)}" for one in shown)
            lines.append("  ".join([*(keys if line.keys else [_("Together")]), *figures]))
    return _answer(values, *lines)


def _form(opened: Opened, asked: argparse.Namespace) -> Answered:
    from desk.errors import BadInput

    if asked.xlsx is None and asked.pdf is None:
        raise BadInput(reason="no_file", where="--xlsx --pdf")
    with opened(asked) as session:
        written = _ledger(session, asked) if asked.form == "ledger" else _quarter(session, asked)
    files = [str(path) for path in (asked.xlsx, asked.pdf) if path is not None]
    lines = (_("Written: {file}").format(file=path) for path in files)
    return _answer({"files": files, "rows": written}, *lines)


def _ledger(session: "Session", asked: argparse.Namespace) -> list[int]:
    from desk.domain.hub_figures import Question
    from desk.services import hub_forms, hub_ledger

    since, until = hub_forms.months(asked.quarter) if asked.quarter else (asked.since, asked.until)
    question = Question((), since, until, asked.under)
    rows = []
    if asked.xlsx is not None:
        rows.append(hub_ledger.write_xlsx(session, question, asked.xlsx))
    if asked.pdf is not None:
        rows.append(hub_ledger.write_pdf(session, question, asked.pdf))
    return rows


def _quarter(session: "Session", asked: argparse.Namespace) -> list[int]:
    from desk.services import hub_forms

    form = hub_forms.quarterly(session, asked.quarter, asked.under)
    rows = []
    if asked.xlsx is not None:
        rows.append(hub_forms.write_xlsx(session, form, asked.xlsx))
    if asked.pdf is not None:
        rows.append(hub_forms.write_pdf(session, form, asked.pdf))
    return rows
