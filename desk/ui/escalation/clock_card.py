"""The legal limit of a case: the line of its days, how much is used, and what is wrong with it."""

from collections.abc import Iterator
from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk.domain.clock_values import Clock, Mark
from desk.domain.clocks import band
from desk.domain.engine import CaseView
from desk.i18n import _, language, ngettext
from desk.ui import dates, theme
from desk.ui.escalation.timeline import Point, Timeline
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text
from desk.ui.widgets.layouts import ScrollColumn, row
from desk.ui.widgets.progress import SlimBar

_TONES: dict[str, theme.Tone] = {
    "calm": "primary",
    "half": "amber",
    "late": "amber",
    "over": "red",
}

_MOST_WORDS = 84
_ROOMY = 380
"""Narrower than this (standard pixels) the bar gives its room to the words beside it."""


class ClockCard(Card):
    """The limit in force; `why_asked` asks for its days one by one."""

    why_asked = Signal()

    def __init__(self) -> None:
        super().__init__(_("Time limit"))
        self.setObjectName("clock_card")
        self.body.setContentsMargins(theme.px(16), theme.px(2), theme.px(12), theme.px(8))
        self.body.setSpacing(theme.px(6))
        self.why = Button(_("Why this day?"), kind="link")
        self.why.setObjectName("why_day")
        self.why.clicked.connect(self.why_asked)
        self.add_action(self.why)
        self.line = Timeline()
        self.add(self.line)
        self._bar = SlimBar(width=120)
        self.used = ElidedLabel("", "hint", "ink_2")
        self.used.setObjectName("clock_used")
        self._left = Text("", "hint", "ink_2", strong=True)
        foot = row(self._bar, gap=8)
        foot.addWidget(self.used, 1)
        foot.addWidget(self._left)
        self.body.addLayout(foot)
        self._words = ScrollColumn(gap=3, margin=0)
        self.add(self._words)

    def show_case(self, view: CaseView) -> None:
        """Show the clocks of a case."""
        clock = view.clock
        self.hint.set_text(clock.title.of(language()) if clock else "")
        self.why.setVisible(clock is not None)
        tone = _tone(clock)
        self.line.show_points([_point(mark, tone) for mark in view.marks], view.now.date(), tone)
        self._bar.set_share(clock.share if clock else 0.0, tone)
        self.used.set_text(_used_words(clock))
        self._left.setText(_left_words(clock, view.case.outcome))
        self._left.set_role(tone if tone != "primary" else "ink_2")
        self.hint.setToolTip(clock.rule.of(language()) if clock else "")
        self._words.clear()
        for line in _lines(view):
            self._words.add(line)
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        """Give the words the height they need, up to a few lines."""
        wide = self._words.viewport().width()
        content = self._words.widget()
        needed = content.heightForWidth(wide) + theme.px(3) if self._words.body.count() else 0
        self._words.setFixedHeight(min(needed, theme.px(_MOST_WORDS)))
        self._words.setVisible(needed > 0)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() >= theme.px(_ROOMY)
        self._bar.setFixedWidth(theme.px(120 if roomy else 48))
        QTimer.singleShot(0, self, self._fit)

    def words(self) -> tuple[str, ...]:
        """What is said below the line."""
        return tuple(text.text() for text in self._words.findChildren(Text) if text.isVisible())


def _tone(clock: Clock | None) -> theme.Tone:
    if clock is None:
        return "grey"
    if clock.state == "met":
        return "green"
    if clock.state in ("stopped", "ended"):
        return "violet"
    return _TONES[band(clock)]


def _point(mark: Mark, tone: theme.Tone) -> Point:
    day = f"{mark.on:%m-%d} {dates.weekday(mark.on)}"
    words = f"{day} {mark.at:%H:%M}" if mark.at and mark.key == "due_agreed" else day
    if mark.key in ("due", "due_agreed"):
        shown: theme.Tone = tone
    elif mark.done:
        shown = "green"
    else:
        shown = "amber" if mark.key == "first_contact_by" else "grey"
    return Point(mark.label.of(language()), mark.on, words, shown)


def _used_words(clock: Clock | None) -> str:
    if clock is None:
        return ""
    words = _("{used} of {limit} days used").format(used=clock.used_days, limit=clock.limit_days)
    near = band(clock)
    if near == "half":
        return _("{used}, more than half").format(used=words)
    if near == "late":
        return _("{used}, more than three quarters").format(used=words)
    return words


def _left_words(clock: Clock | None, outcome: str) -> str:
    if clock is None:
        return ""
    still = {
        "met": _("Answered in time"),
        "ended": _("Enquiry") if outcome == "enquiry" else _("Withdrawn"),
        "stopped": _("Clock stopped"),
    }
    if clock.state in still:
        return still[clock.state]
    n = clock.days_left
    if n < 0 or clock.state == "overdue":
        return ngettext("{n} day over", "{n} days over", max(1, -n)).format(n=max(1, -n))
    if n == 0:
        return _("Until tonight")
    return ngettext("{n} day left", "{n} days left", n).format(n=n)


def _lines(view: CaseView) -> Iterator[QWidget]:
    """Problems first, then the other clocks that run, then what an extension would take."""
    for problem in view.clocks.problems:
        yield _line("triangle-alert", "amber", problem.text.of(language()))
    for clock in view.clocks.clocks:
        if clock is not view.clock and clock.state in ("running", "overdue", "stopped"):
            yield _other(clock, view.now)
    waits = any(mark.key == "extendable" for mark in view.marks)
    if waits and not view.clocks.problems:
        words = _("A complex matter may take longer, approved where needed and told in time.")
        yield _line("info", "ink_2", words)


def _other(clock: Clock, now: datetime) -> QWidget:
    day = dates.day_words(clock.due, now.date())
    title = clock.title.of(language())
    if clock.state == "overdue":
        words = _("{clock}: overdue since {day}").format(clock=title, day=day)
        return _line("clock", "red", words)
    return _line("clock", "ink_2", _("{clock}: by {day}").format(clock=title, day=day))


def _line(icon: str, tone: str, words: str) -> QWidget:
    line = QWidget()
    inside = row(gap=7)
    inside.addWidget(IconLabel(icon, tone, 15))
    inside.addWidget(Text(words, "hint", tone, wrap=True), 1)
    line.setLayout(inside)
    return line
