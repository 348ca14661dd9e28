"""What the figures are asked for: by what they are counted, of when, and of which branches."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk.domain.branch_tree import BranchTree
from desk.domain.hub_figures import AXES, Axis, Question
from desk.errors import BadInput
from desk.i18n import _
from desk.services.hub_tables import period
from desk.ui import theme
from desk.ui.hub import figures_words as words
from desk.ui.task_sheet import TaskSheet
from desk.ui.widgets import layouts
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import Labelled, LineField
from desk.ui.work import Work

NONE = "-"
"""Stands for no second axis."""
ALL = "*"
"""Stands for all branches."""
_LEAST_WIDTH = 120
_MONTHS = "months"
_SET = "set"
_FIRST = {"by": "cause", "then": NONE, "period": "this_quarter", "under": ALL}


class Asking(QWidget):
    """Fields that make a :class:`Question`; `changed` tells that a person chose.

    `months_wanted` asks for two months of one's own; `set_months` puts them in, `keep_period` does
    not.
    """

    changed = Signal()
    months_wanted = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._months: tuple[str, str] | None = None
        self._period = _FIRST["period"]
        self._offered: list[tuple[str, str]] = []
        self._line = layouts.row(gap=8)
        self.by = self._combo("by", _("Counted by"), 206)
        self.then = self._combo("then", _("Then by"), 206)
        self.period = self._combo("period", _("Period"), 232)
        self.under = self._combo("under", _("Branches"), 232)
        self._line.addStretch(1)
        self.setLayout(self._line)
        self.by.set_options([(key, _by(name)) for key, name in words.axes()])
        self.by.set_value(_FIRST["by"])
        self._offer_then(NONE)
        self.keep_period()
        self.offer(BranchTree(()))
        for name, combo in self.combos().items():
            combo.committed.connect(lambda key, name=name: self._chosen(name, key))

    def combos(self) -> dict[str, ComboField]:
        """The fields by name, from left to right."""
        return {"by": self.by, "then": self.then, "period": self.period, "under": self.under}

    def asked(self) -> Question:
        """What is asked; the months of a named period are those of today."""
        months = self._months if self._period == _SET else None
        since, until = months or words.span(self._period, self._now().date())
        under = self.under.value()
        return Question(self.axes(), since, until, "" if under == ALL else under)

    def axes(self) -> tuple[Axis, ...]:
        """What is counted by: one thing or two."""
        chosen = (self.by.value(), self.then.value())
        return tuple(axis for key in chosen for axis in AXES if axis == key)

    def offer(self, tree: BranchTree) -> None:
        """Offer these branches."""
        options = branch_options(tree)
        if options == self._offered:
            return  # every answer tells them, and there may be thousands
        self._offered = options
        self.under.set_options(options)
        if not self.under.value():
            self.under.set_value(ALL)

    def set_months(self, months: tuple[str, str]) -> None:
        """Ask for the months from the first to the last."""
        self._months = months
        self._period = _SET
        self.keep_period()
        self.changed.emit()

    def keep_period(self) -> None:
        """Show the period in force: whoever was asked for months gave no others."""
        offered = [*words.periods(), (_MONTHS, _("From month to month…"))]
        if self._months is not None:
            offered.append((_SET, period(Question((), *self._months))))
        self.period.set_options([(key, _("Period: {name}").format(name=n)) for key, n in offered])
        self.period.set_value(self._period)

    def _combo(self, name: str, title: str, wide: int) -> ComboField:
        combo = ComboField((), title)
        combo.setObjectName(f"figures_{name}")
        combo.setAccessibleName(title)
        combo.setMinimumWidth(theme.px(_LEAST_WIDTH))
        combo.setMaximumWidth(theme.px(wide))
        self._line.addWidget(combo, wide)
        return combo

    def _offer_then(self, kept: str) -> None:
        """The second thing to count by is another than the first."""
        first = self.by.value()
        others = [(key, _then(name)) for key, name in words.axes() if key != first]
        self.then.set_options([(NONE, _("Then by: nothing")), *others])
        self.then.set_value(NONE if kept == first else kept)

    def _chosen(self, name: str, key: str) -> None:
        combo = self.combos()[name]
        if not key:
            combo.set_value(_FIRST[name])  # emptied: as it was at first
        if name == "by":
            self._offer_then(self.then.value())
        if key == _MONTHS:
            self.months_wanted.emit()
            return
        if name == "period":
            self._period = combo.value()
        self.changed.emit()


class MonthsSheet(TaskSheet):
    """Asks for two months; `given` tells them, `closed` with nothing told leaves all as it was."""

    given = Signal(object)

    def __init__(self, now: datetime) -> None:
        super().__init__(_("From month to month"), "", _("Show them"), icon="calendar", width=480)
        self.setObjectName("months_sheet")
        example = _("Such as {month}").format(month=f"{now:%Y-%m}")
        self.first = LineField(example, limit=7)
        self.first.setObjectName("months_first")
        self.last = LineField(_("Empty means the same month"), limit=7)
        self.last.setObjectName("months_last")
        line = layouts.row(gap=12)
        line.addWidget(Labelled(_("From"), self.first, required=True), 1)
        line.addWidget(Labelled(_("To"), self.last), 1)
        self.body.addLayout(line)
        self.first.returnPressed.connect(self.last.setFocus)
        self.last.returnPressed.connect(self.submit)
        self.finish()

    @override
    def submit(self) -> None:
        """Tell the months."""
        first = self.first.text().strip()
        last = self.last.text().strip() or first
        try:
            Question((), first, last)
        except BadInput:
            first = ""
        if not first:
            self.show_problem(_("Please give months such as 2026-07."))
        elif last < first:
            self.show_problem(_("The last month lies before the first."))
        else:
            self.given.emit((first, last))
            self.dismiss()


def branch_options(tree: BranchTree) -> list[tuple[str, str]]:
    """All branches, and each with those below it, in order of their names."""
    named = sorted((tree.name(code), code) for code in tree.branches)
    return [
        (ALL, _("Branches: all")),
        *((code, f"{name} · {code}" if name != code else code) for name, code in named),
    ]


def ask_months(asking: Asking, work: Work, host: QWidget) -> None:
    """Ask for two months of one's own."""
    sheet = MonthsSheet(work.now())
    sheet.given.connect(asking.set_months)
    sheet.closed.connect(asking.keep_period)
    sheet.open_over(host)


def _by(name: str) -> str:
    return _("By: {name}").format(name=name)


def _then(name: str) -> str:
    return _("Then by: {name}").format(name=name)
