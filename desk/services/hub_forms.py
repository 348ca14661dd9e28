"""The quarterly statistics of complaints: by channel, business and cause (JR/T 0169-2018).

The numbers of the standard are not public: where head office has not filled them in in the content
pack, their cells stay empty. Every code of the pack has a row, with those below it counted in; so
a row without complaints says that there were none. Each figure can be traced: the workbook lists
every complaint with the codes by which it was counted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desk.documents.fonts import FontSet
from desk.domain.codes import Code, CodeBook, Dimension
from desk.domain.head_office import NO_DAYS, CaseFacts
from desk.domain.hub_figures import CodeAxis, Line, Question, total
from desk.domain.report import Section, Table
from desk.errors import BadInput
from desk.i18n import N_, _
from desk.services import hub_files, hub_statistics
from desk.services.hub_files import Asked, Listed
from desk.services.hub_office import Office
from desk.services.hub_statistics import Statistics, named
from desk.services.hub_tables import MEASURES, Measure, asked_in_words, cell, label, words
from desk.services.session import Session, needs
from desk.services.sheets import MOST_ROWS, Cell, Heading
from desk.store.hub import statistics

AXES: tuple[tuple[CodeAxis, Dimension, str], ...] = (
    ("channel", "A", N_("By channel")),
    ("business", "B", N_("By business")),
    ("cause", "C", N_("By cause")),
    ("source", "S", N_("By source")),
)
"""The three axes of the standard; where a complaint came from is asked for besides."""

_QUARTER = re.compile(r"(\d{4})Q([1-4])\Z")
_SHOWN = ("count", "transferred", "repeat", "on_time", "quick", "mean", "median", "p90")
_ON_PAPER = ("count", "transferred", "repeat", "on_time", "median")
_INDENT = "\u3000"


@dataclass(frozen=True, slots=True)
class Row:
    """A code with what was counted under it and below; `depth` says how far below another.

    `std_code` is that of the standard, empty until it is filled in.
    """

    key: str
    std_code: str
    name: str
    depth: int
    line: Line


@dataclass(frozen=True, slots=True)
class AxisRows:
    """One axis of the form: a row for every code, then codes of no pack, then those without."""

    axis: CodeAxis
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Quarterly:
    """The form of a quarter, such as `2026Q3`: all complaints, and each axis."""

    quarter: str
    found: Statistics
    axes: tuple[AxisRows, ...]


def months(quarter: str) -> tuple[str, str]:
    """The first and last month of a quarter. BadInput `quarter`."""
    match = _QUARTER.match(quarter)
    if match is None:
        raise BadInput(reason="quarter", where=quarter)
    last = int(match[2]) * 3
    return f"{match[1]}-{last - 2:02}", f"{match[1]}-{last:02}"


@needs("read_cases")
def quarterly(session: Session, quarter: str, under: str = "") -> Quarterly:
    """The form of a quarter, of all branches or of one and those below it.

    BadInput `quarter`, `no_such_branch`.
    """
    since, until = months(quarter)
    axes = []
    for axis, dim, title in AXES:
        found = hub_statistics.ask(session, Question((axis,), since, until, under))
        axes.append(AxisRows(axis, _(title), tuple(_rows(session, found, axis, dim))))
    whole = hub_statistics.ask(session, Question((), since, until, under))
    return Quarterly(quarter, whole, tuple(axes))


def _rows(session: Session, found: Statistics, axis: CodeAxis, dim: Dimension) -> Iterator[Row]:
    book = session.engine.pack.codes
    lines = {line.keys[0]: line for line in found.lines}
    for code in _in_order(book, dim):
        below = [line for key, line in lines.items() if code in book.path(key)]
        name = code.name.of(session.language)
        depth = len(book.path(code.key)) - 1
        yield Row(code.key, code.std_code or "", name, depth, total(below, (code.key,)))
    known = {code.key for code in book.of(dim)}
    for key, line in sorted(lines.items(), key=lambda item: (not item[0], item[0])):
        if key not in known:
            yield Row(key, "", named(session, found.tree, axis, key), 0, line)


def _in_order(book: CodeBook, dim: Dimension) -> Iterator[Code]:
    """The codes of a dimension, each followed by those below it."""
    codes = book.of(dim)

    def below(parent: str | None) -> Iterator[Code]:
        for code in codes:
            if code.parent == parent:
                yield code
                yield from below(code.key)

    return below(None)


def _chosen(keys: tuple[str, ...]) -> list[Measure]:
    return [one for one in MEASURES if one.key in keys]


def _about(session: Session, form: Quarterly) -> Asked:
    whole = form.found.total
    figures = [(_(one.label), words(one, whole)) for one in MEASURES]
    asked = asked_in_words(session, form.found, _("Quarterly complaint statistics"))
    facts = (asked.facts[0], *figures)
    remarks = (
        *asked.remarks,
        _(
            "Standard codes are empty until head office fills them in in the content pack. A code "
            "has those below it counted in."
        ),
    )
    return Asked(asked.title, form.quarter, facts, remarks, asked.made_at)


@needs("export")
def write_xlsx(session: Session, form: Quarterly, target: Path) -> int:
    """Write the form as an Excel workbook: a sheet for each axis, and one with every complaint.

    Gives how many rows the first axis has; raises as `hub_files.write_xlsx` does.
    """
    measures = _chosen(_SHOWN)
    headings = (
        Heading(_("Standard code"), 14),
        Heading(_("Code"), 20),
        Heading(_("Name of the code"), 36),
        *(Heading(label(one), 13) for one in measures),
        Heading(_("Share of all (%)"), 13),
    )
    whole = form.found.total.count
    lists = [
        Listed(
            one.title,
            headings,
            [
                (
                    row.std_code,
                    row.key,
                    f"{_INDENT * row.depth}{row.name}",
                    *(cell(measure, row.line) for measure in measures),
                    round(100 * row.line.count / whole, 1) if whole else "",
                )
                for row in one.rows
            ],
        )
        for one in form.axes
    ]
    lists.append(Listed(_("Cases"), _case_headings(), _cases(session, form)))
    return hub_files.write_xlsx(session, "figures", _about(session, form), lists, target)


def _case_headings() -> tuple[Heading, ...]:
    return (
        Heading(_("Branch code"), 14),
        Heading(_("Branch"), 20),
        Heading(_("Case number"), 22),
        Heading(_("Received on"), 17),
        *(Heading(_(title), 18) for _axis, _dim, title in AXES),
        Heading(_("Rights touched"), 14),
        Heading(_("Told on"), 12),
        Heading(_("Days"), 8),
        Heading(_("Due"), 12),
        Heading(_("In time"), 10),
        Heading(_("Repeated"), 10),
        Heading(_("Passed on by an authority"), 10),
    )


_KEPT = {"kept": N_("Yes"), "late": N_("No")}


def _cases(session: Session, form: Quarterly) -> Iterator[list[Cell]]:
    """Every complaint that the form counts, with the codes by which it was counted."""
    tree, asked = form.found.tree, form.found.asked
    with Office(session) as office:
        for branch in sorted(hub_statistics.branches_of(tree, asked) or tree.branches):
            with office.store.reading() as connection:
                found = statistics.cases(connection, asked, (branch,), {}, MOST_ROWS)
            yield from (_case(tree.name(branch), one) for one in found)


def _case(name: str, one: CaseFacts) -> list[Cell]:
    return [
        one.branch,
        name,
        one.number,
        one.received.replace("T", " "),
        *(getattr(one, axis) for axis, _dim, _title in AXES),
        one.rights,
        one.told,
        "" if one.days == NO_DAYS else one.days,
        one.due,
        _(_KEPT[one.verdict]) if one.verdict in _KEPT else "",
        _("Yes") if one.repeat else _("No"),
        _("Yes") if one.transferred else _("No"),
    ]


@needs("export")
def write_pdf(session: Session, form: Quarterly, target: Path, fonts: FontSet | None = None) -> int:
    """Write the form as a PDF, codes without a complaint left out; how many rows that are."""
    sections = [Section(one.title, (_table(form, one),)) for one in form.axes]
    count = sum(row.line.count > 0 for one in form.axes for row in one.rows)
    about = _about(session, form)
    hub_files.write_pdf(session, "figures", about, sections, count, target, fonts)
    return count


def _table(form: Quarterly, axis: AxisRows) -> Table:
    measures = _chosen(_ON_PAPER)
    whole = form.found.total
    rows = [
        (
            row.std_code,
            f"{_INDENT * row.depth}{row.name}",
            *(words(one, row.line) for one in measures),
            f"{100 * row.line.count / whole.count:.1f}%",
        )
        for row in axis.rows
        if row.line.count
    ]
    if rows:
        rows.append(("", _("Together"), *(words(one, whole) for one in measures), "100%"))
    columns = (
        _("Standard code"),
        _("Name of the code"),
        *(_(one.label) for one in measures),
        _("Share"),
    )
    empty = _("No complaints in this period.")
    return Table(columns=columns, rows=tuple(rows), empty=empty)
