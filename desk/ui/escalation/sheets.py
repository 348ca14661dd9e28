"""The short tasks of escalation: a reason, an extension, a stop, an agreed date, the days."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from desk.domain.clock_rules import ClockRule, Stage
from desk.domain.clock_values import Clock
from desk.domain.escalation import TransferRow
from desk.domain.text import Text as Words
from desk.i18n import _, language
from desk.ui import dates, theme
from desk.ui.task_sheet import TaskSheet
from desk.ui.widgets import layouts
from desk.ui.widgets.chips import Choice, ChoiceChips
from desk.ui.widgets.fields import DateTimeField, Labelled
from desk.ui.widgets.labels import Dot, Text
from desk.ui.widgets.sheet import Sheet


class ExtendSheet(TaskSheet):
    """Asks how complex the matter is, who approved and when the complainant was told.

    `given` tells (level, approver, told_at or None). What is not there yet is said, not refused:
    the request is recorded and waits.
    """

    given = Signal(str, str, object)

    def __init__(
        self,
        rule: ClockRule,
        clock: Clock,
        approvers: dict[str, Words],
        now: Callable[[], datetime],
        *,
        is_agreed: bool = False,
    ) -> None:
        day = dates.day_words(clock.due, now().date())
        words = (
            _("Both sides agreed on {day}; that day holds until another is agreed.")
            if is_agreed
            else _("Counted from the day of receipt; the limit in force ends on {day}.")
        )
        super().__init__(
            _("Ask for more time"),
            words.format(day=day),
            _("Record"),
            icon="calendar-plus",
            width=560,
        )
        self.setObjectName("extend_sheet")
        self._due = clock.due
        self._is_agreed = is_agreed
        self._stages: dict[str, Stage] = {s.level: s for s in rule.stages if s.level != "simple"}
        self._approvers = approvers
        self.level = ChoiceChips(
            [Choice(level, s.title.of(language())) for level, s in self._stages.items()], gap=8
        )
        self.level.setObjectName("extend_level")
        self.level.chosen.connect(self._explain)
        self.approver = ChoiceChips([], gap=8)
        self.approver.setObjectName("extend_approver")
        self.approver.chosen.connect(self._explain)
        self.told = DateTimeField(now)
        self.told.setObjectName("extend_told")
        self.told.committed.connect(self._explain)
        self._by = Labelled(_("Approved by"), self.approver)
        self._told = Labelled(_("Complainant told at"), self.told)
        self.counts = Text("", "table", "ink_2", wrap=True)
        self.counts.setObjectName("extend_counts")
        for widget in (Labelled(_("How complex"), self.level), self._by, self._told, self.counts):
            self.add(widget)
        self.finish()
        self._explain()

    def _stage(self) -> Stage | None:
        chosen = self.level.value()
        return self._stages[chosen[0]] if chosen else None

    def _explain(self, _value: object = None) -> None:
        stage = self._stage()
        needs = bool(stage and (stage.approvers or stage.tell))
        self._by.setVisible(needs)
        self._told.setVisible(needs)
        if needs and stage is not None:
            self._offer(stage)
        if stage is None:
            self.counts.setText(_("Choose how complex the matter is."))
        elif self._is_agreed:
            self.counts.setText(
                _("It is recorded, and changes nothing while the agreed date holds.")
            )
        elif not needs:
            self.counts.setText(
                _("Recorded with this, the limit is {days} days. {article}").format(
                    days=stage.limit, article=stage.article.of(language())
                )
            )
        else:
            self.counts.setText(self._waits_for(stage))

    def _offer(self, stage: Stage) -> None:
        if not self.approver.chips():
            self.approver.set_choices(
                [Choice(key, self._approvers[key].of(language())) for key in stage.approvers]
            )

    def _waits_for(self, stage: Stage) -> str:
        told = self.told.value()
        if self.approver.value() and told is not None and told.date() <= self._due:
            return _("Approved and told in time: the limit becomes {days} days. {article}").format(
                days=stage.limit, article=stage.article.of(language())
            )
        return _(
            "Counts only once it is approved and the complainant was told by {day}. "
            "Until then the request is recorded and waits; the limit stays."
        ).format(day=f"{self._due:%m-%d} {dates.weekday(self._due)}")

    def submit(self) -> None:
        """Tell what was entered."""
        self.told.flush()
        stage = self._stage()
        if stage is None:
            self.show_problem(_("Choose how complex the matter is."))
            return
        approver = self.approver.value()[0] if self.approver.value() else ""
        self.given.emit(stage.level, approver, self.told.value())


class StopSheet(TaskSheet):
    """Asks why the limit stands still; `given` tells the ground."""

    given = Signal(str)

    def __init__(self) -> None:
        super().__init__(
            _("Let the clock stand still"),
            _(
                "Only an outside appraisal, or a mediation both sides asked for, stops the limit. "
                "Today still counts; the day it goes on does not."
            ),
            _("Stop the clock"),
            icon="pause",
        )
        self.setObjectName("stop_sheet")
        self.ground = ChoiceChips(
            [
                Choice("appraisal", _("Outside appraisal, test or assessment")),
                Choice("mediation", _("Mediation, asked for by both sides")),
            ]
        )
        self.ground.setObjectName("stop_ground")
        self.add(self.ground)
        self.finish()

    def submit(self) -> None:
        """Tell the ground."""
        if self.ground.value():
            self.given.emit(self.ground.value()[0])
        else:
            self.show_problem(_("Choose one of the two."))


class AgreeSheet(TaskSheet):
    """Asks for the date both sides agreed on; `given` tells it."""

    given = Signal(object)

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(
            _("A date agreed with the customer"),
            _("What both sides agreed on prevails over every other limit."),
            _("Record the date"),
            icon="handshake",
        )
        self.setObjectName("agree_sheet")
        self._now = now
        self.day = DateTimeField(now, _("Date, such as 12-01"))
        self.day.setObjectName("agree_day")
        self.add(Labelled(_("Answer by"), self.day, required=True))
        self.finish()

    def submit(self) -> None:
        """Tell the date."""
        self.day.flush()
        chosen = self.day.value()
        if chosen is None:
            self.show_problem(_("Please give the date."))
        elif chosen.date() < self._now().date():
            self.show_problem(_("This day is over."))
        else:
            self.given.emit(chosen.date())


class DaysSheet(Sheet):
    """A limit day by day: which days count, which do not, and why."""

    def __init__(self, clock: Clock, today: date) -> None:
        super().__init__(_("Why this day"), icon="calendar-days", width=620)
        self.setObjectName("days_sheet")
        title = _("{limit}: {day}").format(
            limit=clock.title.of(language()), day=dates.day_words(clock.due, today)
        )
        self.add(Text(title, "body", strong=True, wrap=True))
        self.add(Text(clock.rule.of(language()), "hint", "ink_2", wrap=True))
        days = layouts.column(gap=0)
        for day in clock.days:
            days.addWidget(_day_line(day.date, day.why.of(language()), counted=day.counted))
        self.body.addLayout(days)
        self.read_by_keys()


def _day_line(day: date, why: str, *, counted: bool) -> QWidget:
    line = QWidget()
    inside = QHBoxLayout(line)
    inside.setContentsMargins(theme.px(4), theme.px(3), theme.px(4), theme.px(3))
    inside.setSpacing(theme.px(10))
    inside.addWidget(Dot("green" if counted else "line"))
    when = Text(f"{day:%m-%d} {dates.weekday(day)}", "table", "ink" if counted else "ink_hint")
    when.setFixedWidth(theme.px(84))
    inside.addWidget(when)
    counts = Text(_("counts") if counted else _("does not count"), "table", "ink_hint")
    counts.setFixedWidth(theme.px(92))
    inside.addWidget(counts)
    inside.addWidget(Text(why, "table", "ink" if counted else "ink_hint", wrap=True), 1)
    return line


class TransferSheet(Sheet):
    """How a complaint passed on by an authority differs from one brought to us."""

    def __init__(self, rows: Sequence[TransferRow]) -> None:
        super().__init__(_("Transferred, and brought to us"), icon="landmark", width=760)
        self.setObjectName("transfer_sheet")
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(18))
        grid.setVerticalSpacing(theme.px(10))
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        grid.addWidget(Text(_("Brought to us"), "table", "ink_2", strong=True), 0, 1)
        grid.addWidget(Text(_("Passed on by an authority"), "table", "red", strong=True), 0, 2)
        for place, entry in enumerate(rows, start=1):
            name = Text(entry.topic.of(language()), "table", strong=True)
            name.setFixedWidth(theme.px(110))
            name.setWordWrap(True)
            grid.addWidget(name, place, 0)
            grid.addWidget(Text(entry.direct.of(language()), "table", "ink_2", wrap=True), place, 1)
            grid.addWidget(Text(entry.transferred.of(language()), "table", wrap=True), place, 2)
        self.body.addLayout(grid)
        self.read_by_keys()
