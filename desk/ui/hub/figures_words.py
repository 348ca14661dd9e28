"""What the figures page calls things: periods, columns, and what a table holds, in words."""

import dataclasses
from collections.abc import Sequence
from datetime import date

from desk.domain.branch_tree import BranchTree
from desk.domain.head_office import Verdict
from desk.domain.hub_figures import AXES, Axis, Line, Question
from desk.i18n import N_, _, language, ngettext
from desk.services.hub_statistics import AXIS_NAMES, Absent, Statistics
from desk.services.hub_tables import MEASURES, Measure, period, words
from desk.ui import theme
from desk.ui.hub.figures_rows import CaseBehind, NamedLine, Risen
from desk.ui.models.rows import Column

QUARTERS = 8
"""So many quarters can be chosen for a form, the last whole one first."""

SHOWN: tuple[Measure, ...] = tuple(one for one in MEASURES if one.on_paper)
"""The figures that stand in a line; the others are told where a line is opened."""

_LARGE = 1.25
_WIDTHS = {
    "zh": {
        "count": 88,
        "overdue": 100,
        "on_time": 84,
        "median": 136,
        "p90": 142,
        "repeat_share": 92,
        "transfer_share": 92,
    },
    "en": {
        "count": 96,
        "overdue": 110,
        "on_time": 84,
        "median": 84,
        "p90": 122,
        "repeat_share": 96,
        "transfer_share": 98,
    },
}
_VERDICTS: dict[Verdict, str] = {
    "open": N_("not told yet"),
    "stopped": N_("stopped"),
    "kept": N_("in time"),
    "late": N_("late"),
    "ended": N_("no answer owed"),
}
_TONES: dict[Verdict, theme.Tone] = {"kept": "green", "late": "red"}


def axis_name(axis: Axis) -> str:
    """What an axis is called."""
    return _(AXIS_NAMES[axis])


def axes() -> tuple[tuple[Axis, str], ...]:
    """Everything that complaints can be counted by."""
    return tuple((axis, axis_name(axis)) for axis in AXES)


def periods() -> tuple[tuple[str, str], ...]:
    """The periods that have a name; :func:`span` gives their months."""
    return (
        ("this_quarter", _("This quarter")),
        ("last_quarter", _("Last quarter")),
        ("this_year", _("This year")),
        ("last_year", _("Last year")),
        ("all", _("From the first file on")),
    )


def span(key: str, today: date) -> tuple[str, str]:
    """The first and last month of a named period; empty ends for all of time.

    What still runs ends with this month: so it is compared with as many months before.
    """
    this, quarter = f"{today:%Y-%m}", (today.month - 1) // 3
    if key == "this_quarter":
        return f"{today.year}-{quarter * 3 + 1:02}", this
    if key == "last_quarter":
        year, quarter = (today.year, quarter) if quarter else (today.year - 1, 4)
        return f"{year}-{quarter * 3 - 2:02}", f"{year}-{quarter * 3:02}"
    if key == "this_year":
        return f"{today.year}-01", this
    if key == "last_year":
        return f"{today.year - 1}-01", f"{today.year - 1}-12"
    return "", ""


def quarters(today: date) -> tuple[tuple[str, str], ...]:
    """The quarters a form can be of, as `2026Q3` and in words: the last whole one first."""
    place = today.year * 4 + (today.month - 1) // 3
    found = [divmod(place - back, 4) for back in (*range(1, QUARTERS), 0)]
    return tuple(
        (
            f"{year}Q{quarter + 1}",
            _("Quarter {quarter} of {year}").format(quarter=quarter + 1, year=year)
            if place != year * 4 + quarter
            else _("Quarter {quarter} of {year}, not over yet").format(
                quarter=quarter + 1, year=year
            ),
        )
        for year, quarter in found
    )


def asked(found: Statistics) -> str:
    """What an answer holds: by what it is counted, of when, of which branches."""
    by = " × ".join(axis_name(axis) for axis in found.asked.by)
    return f"{by} · {when_where(found.asked, found.tree)}"


def when_where(question: Question, tree: BranchTree) -> str:
    """Of when and of which branches."""
    branches = tree.name(question.under) if question.under else _("all branches")
    return f"{period(question)} · {branches}"


def summary(question: Question, line: Line, lines: int) -> str:
    """The period, and how much was counted."""
    count = ngettext("{n} complaint", "{n} complaints", line.count).format(n=f"{line.count:,}")
    shown = ngettext("{n} row", "{n} rows", lines).format(n=f"{lines:,}")
    return f"{period(question)} · {count} · {shown}"


def compared(question: Question, axis: Axis) -> str:
    """What is compared: which months with which."""
    return _("{axis} · {now}; before that, {before}").format(
        axis=axis_name(axis), now=period(question), before=period(question.before())
    )


def figures(line: Line) -> tuple[tuple[str, str], ...]:
    """Every figure of a line: its name, and what it is."""
    return tuple((_(one.label), words(one, line)) for one in MEASURES)


def columns(by: Sequence[Axis]) -> tuple[Column[NamedLine], ...]:
    """The columns of the table: what is counted by, then the figures."""
    names = (_name_column(place, axis) for place, axis in enumerate(by))
    return (*names, *(_figure_column(one) for one in SHOWN))


def _name_column(place: int, axis: Axis) -> Column[NamedLine]:
    return Column(f"name{place}", axis_name(axis), lambda one: one.names[place], strong=not place)


def _figure_column(measure: Measure) -> Column[NamedLine]:
    def order(one: NamedLine) -> float:
        found = measure.of(one.line)
        return -1 if found is None else found

    title = _(measure.label).replace(", ", ",\n")
    width = _WIDTHS[language()][measure.key]
    return Column(
        measure.key,
        title,
        lambda one: words(measure, one.line),
        width,
        right=True,
        sort_key=order,
    )


def strong(shown: Sequence[Column[NamedLine]]) -> tuple[Column[NamedLine], ...]:
    """The same columns for the line that holds all others together."""
    return tuple(dataclasses.replace(one, strong=True) for one in shown)


def rising_columns() -> tuple[Column[Risen], ...]:
    """The columns of what rose."""

    def share(one: Risen) -> float:
        return one.rise.now / one.most

    return (
        Column("name", _("What rises"), lambda one: one.name, strong=True),
        Column(
            "now",
            _("In this period"),
            lambda one: f"{one.rise.now:,}",
            164,
            share=share,
            tone=lambda _one: "amber",
            sort_key=lambda one: one.rise.now,
        ),
        Column(
            "before",
            _("Before"),
            lambda one: f"{one.rise.before:,}",
            96,
            right=True,
            sort_key=lambda one: one.rise.before,
        ),
        Column(
            "more",
            _("Increase"),
            lambda one: f"+{one.rise.now - one.rise.before:,}",
            96,
            right=True,
            sort_key=lambda one: one.rise.now - one.rise.before,
        ),
        Column("factor", _("Times as many"), _factor, 120, right=True, sort_key=_times),
    )


def _times(one: Risen) -> float:
    return one.rise.factor or float("inf")


def _factor(one: Risen) -> str:
    return f"{one.rise.factor:.1f} ×" if one.rise.factor else _("none before")


def silent_columns() -> tuple[Column[Absent], ...]:
    """The columns of branches that are silent, or whose files left gaps."""
    return (
        Column("code", _("Branch code"), lambda one: one.branch, 130, strong=True),
        Column("name", _("Branch name"), lambda one: one.name),
        Column(
            "silent",
            _("Nothing received for"),
            _silence,
            190,
            tone=lambda one: "red" if one.is_silent else None,
            sort_key=lambda one: float("inf") if one.silent is None else one.silent,
        ),
        _number_column("lost", _("Files that\nnever came"), 104),
        _number_column("gaps", _("Files that wait\nfor an earlier one"), 140),
    )


def _number_column(key: str, title: str, wide: int) -> Column[Absent]:
    def value(one: Absent) -> int:
        return one.lost if key == "lost" else one.gaps

    return Column(key, title, lambda one: f"{value(one):,}", wide, right=True, sort_key=value)


def _silence(one: Absent) -> str:
    if one.silent is None:
        return _("nothing has come yet")
    return ngettext("{n} day", "{n} days", one.silent).format(n=one.silent)


def case_columns() -> tuple[Column[CaseBehind], ...]:
    """The columns of the cases behind a line; large text leaves no room for the business."""
    columns: tuple[Column[CaseBehind], ...] = (
        Column("number", _("Case number"), lambda one: one.facts.number, 168, strong=True),
        Column("branch", _("Branch"), lambda one: one.branch),
        Column("received", _("Received on"), lambda one: one.facts.received[:10], 102),
        Column("business", _("Business"), lambda one: one.business),
        Column("cause", _("Cause"), lambda one: one.cause),
        Column("due", _("Due"), lambda one: one.facts.due or "–", 102),
        Column("told", _("Told on"), lambda one: one.facts.told or "–", 102),
        Column(
            "verdict",
            _("In time"),
            lambda one: _(_VERDICTS[one.facts.verdict]) if one.facts.verdict else "–",
            104 if language() == "zh" else 128,
            tone=lambda one: _TONES.get(one.facts.verdict),
        ),
    )
    is_large = theme.now().scale > _LARGE
    return tuple(one for one in columns if one.key != "business" or not is_large)
