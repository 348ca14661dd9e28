"""The figures of head office as people read them: measures, tables, and the answer as a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desk.documents.fonts import FontSet
from desk.domain.hub_figures import QUICK_DAYS, Axis, Line, Question
from desk.domain.report import Section, Table
from desk.errors import BadInput
from desk.i18n import N_, _
from desk.services import hub_files
from desk.services.hub_files import Asked, Listed
from desk.services.hub_statistics import AXIS_NAMES, Statistics, named
from desk.services.session import Session, needs
from desk.services.sheets import Cell, Heading

MOST_ON_PAPER = 2_000
"""Lines of a PDF; nobody reads more, and Excel holds a million."""

Amount = int | float | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a line: what it is called; a share is between 0 and 1, None where there is none.

    `on_paper` are those that a page has room for.
    """

    key: str
    label: str
    of: Callable[[Line], Amount]
    is_share: bool = False
    on_paper: bool = False


MEASURES: tuple[Measure, ...] = (
    Measure("count", N_("Complaints"), lambda line: line.count, on_paper=True),
    Measure("open", N_("Not closed yet"), lambda line: line.is_open),
    Measure("withdrawn", N_("Withdrawn"), lambda line: line.withdrawn),
    Measure("answered", N_("Answered"), lambda line: line.answered),
    Measure("overdue", N_("Overdue, not answered"), lambda line: line.overdue, on_paper=True),
    Measure("on_time", N_("In time, share"), lambda line: line.on_time, True, True),
    Measure("quick", N_("Answered within 15 days"), lambda line: line.quick, True),
    Measure("mean", N_("Days, mean"), lambda line: line.mean),
    Measure("median", N_("Days, median"), lambda line: line.median, on_paper=True),
    Measure("p90", N_("Days, 90th percentile"), lambda line: line.percentile(90), on_paper=True),
    Measure("repeat", N_("Repeated"), lambda line: line.repeats),
    Measure("repeat_share", N_("Repeated, share"), lambda x: x.share(x.repeats), True, True),
    Measure("transferred", N_("Passed on by authorities"), lambda line: line.transferred),
    Measure("transfer_share", N_("Passed on, share"), lambda x: x.share(x.transferred), True, True),
    Measure("reopened", N_("Taken up again"), lambda line: line.reopened),
    Measure("enquiries", N_("Enquiries, not counted"), lambda line: line.enquiries),
)
"""The figures of every line, in the order in which they are shown."""


def cell(measure: Measure, line: Line) -> Cell:
    """A measure as a workbook has it: shares in percent, empty where there is none."""
    found = measure.of(line)
    if found is None:
        return ""
    return round(100 * found, 1) if measure.is_share else round(found, 1)


def words(measure: Measure, line: Line) -> str:
    """A measure as a person reads it."""
    found = measure.of(line)
    if found is None:
        return "–"
    if measure.is_share:
        return f"{100 * found:.1f}%"
    return f"{found:,}" if isinstance(found, int) else f"{found:,.1f}"


def label(measure: Measure) -> str:
    """The name of a measure above a column."""
    return f"{_(measure.label)} (%)" if measure.is_share else _(measure.label)


def period(asked: Question) -> str:
    """The months asked about, in words."""
    if asked.since and asked.since == asked.until:
        return asked.since
    since, until = asked.since or _("the beginning"), asked.until or _("now")
    return _("from {since} to {until}").format(since=since, until=until)


def remarks() -> tuple[str, ...]:
    """What whoever reads figures must know of them."""
    return (
        _(
            "Complaints are counted in the month in which they were received. Enquiries are no "
            "complaints and are counted in nothing else."
        ),
        _(
            "In time is what was told within the limit in force, of all that was told and all "
            "that was due and is not told yet. Withdrawn complaints owe no answer. Days count as "
            "the limit does, without stops; {days} days are the simple limit."
        ).format(days=QUICK_DAYS),
        _(
            "Repeated is a complaint of a customer who complained within a year before. Branches "
            "that send de-identified files are compared within themselves only."
        ),
    )


@needs("read_cases")
def asked_in_words(session: Session, found: Statistics, title: str) -> Asked:
    """What was asked and of whom."""
    asked = found.asked
    facts = [
        (_("Branches"), found.tree.name(asked.under) if asked.under else _("all branches")),
        (_("Counted by"), " × ".join(_(AXIS_NAMES[axis]) for axis in asked.by) or _("nothing")),
    ]
    for axis, codes in sorted(asked.only.items()):
        chosen = (named(session, found.tree, axis, code) for code in sorted(codes))
        facts.append((_("Only {axis}").format(axis=_(AXIS_NAMES[axis])), "、".join(chosen)))
    return Asked(title, period(asked), tuple(facts), remarks(), found.made_at)


@needs("export")
def write_xlsx(session: Session, found: Statistics, target: Path) -> int:
    """Write an answer as an Excel workbook; how many lines it has. Raises as `hub_files` does."""
    axes = found.asked.by
    headings = (
        *(heading for axis in axes for heading in _axis_headings(axis)),
        *(Heading(label(one), 12) for one in MEASURES),
    )
    rows = (
        (*_cells(session, found, line), *(cell(one, line) for one in MEASURES))
        for line in found.lines
    )
    listed = Listed(_("Statistics"), tuple(headings), rows)
    asked = asked_in_words(session, found, _("Complaint statistics"))
    return hub_files.write_xlsx(session, "figures", asked, [listed], target)


def _axis_headings(axis: Axis) -> tuple[Heading, ...]:
    if axis in {"month", "amount"}:
        return (Heading(_(AXIS_NAMES[axis]), 14),)
    return (Heading(_("Code"), 16), Heading(_(AXIS_NAMES[axis]), 24))


def _cells(session: Session, found: Statistics, line: Line) -> list[str]:
    cells = []
    for axis, key in zip(found.asked.by, line.keys, strict=True):
        if axis not in {"month", "amount"}:
            cells.append(key)
        cells.append(named(session, found.tree, axis, key))
    return cells


def _names(session: Session, found: Statistics, line: Line) -> list[str]:
    keys = zip(found.asked.by, line.keys, strict=True)
    return [named(session, found.tree, axis, key) for axis, key in keys]


@needs("export")
def write_pdf(
    session: Session, found: Statistics, target: Path, fonts: FontSet | None = None
) -> int:
    """Write an answer as a PDF; how many lines it has. BadInput `too_many_lines`, and the like."""
    if len(found.lines) > MOST_ON_PAPER:
        raise BadInput("too_many_lines", most=f"{MOST_ON_PAPER:,}")
    asked = asked_in_words(session, found, _("Complaint statistics"))
    section = Section(_("Figures"), (table(session, found),))
    hub_files.write_pdf(session, "figures", asked, [section], len(found.lines), target, fonts)
    return len(found.lines)


@needs("read_cases")
def table(session: Session, found: Statistics) -> Table:
    """The lines of an answer, those of most complaints first, and all together below."""
    axes = found.asked.by
    shown = [one for one in MEASURES if one.on_paper]
    lines = sorted(found.lines, key=lambda line: (-line.count, line.keys)) if axes else []
    rows = [(*_names(session, found, line), *(words(one, line) for one in shown)) for line in lines]
    together = (_("Together"), *("" for _axis in axes[1:])) if axes else ()
    rows.append((*together, *(words(one, found.total) for one in shown)))
    columns = (*(_(AXIS_NAMES[axis]) for axis in axes), *(_(one.label) for one in shown))
    return Table(columns=columns, rows=tuple(rows), empty=_("No complaints in this period."))


def values(line: Line, axes: Sequence[Axis] = ()) -> Mapping[str, str | Amount]:
    """A line for a machine: keys by axis, measures by key, shares between 0 and 1."""
    found: dict[str, str | Amount] = dict(zip(axes, line.keys, strict=True)) if axes else {}
    return found | {one.key: one.of(line) for one in MEASURES}
