"""The further tabs of the coach: what to leave unsaid, what it rests on, which checklists."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desk.domain.clock_values import Clock
from desk.domain.content import Pack
from desk.domain.engine import CaseView, ListView
from desk.domain.wording import Phrase
from desk.i18n import _, language
from desk.ui import dates, theme
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.widgets.layouts import ScrollColumn
from desk.ui.widgets.progress import SlimBar

MOST_PHRASES = 6
_PRESSING = "WQTKJY"
"""Categories of wording whose worst phrases are shown, the most harmful at a counter first."""


def point(words: str, icon: str, role: str) -> QWidget:
    """A line of a list: an icon and words that may wrap."""
    made = QWidget()
    row = layouts.row(gap=8)
    row.addWidget(IconLabel(icon, role, 15), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Text(words, "table", wrap=True), 1)
    made.setLayout(row)
    return made


class PointsCard(Card):
    """A titled list of short points; the same points leave it alone."""

    def __init__(self, title: str, icon: str, role: str) -> None:
        super().__init__(margin=14)
        self.set_title(title)
        self._icon, self._role = icon, role
        self._points: tuple[str, ...] = ()
        self._lines: list[QWidget] = []
        self.hide()

    def show_points(self, points: Sequence[str]) -> None:
        """Show these points; none hides the card."""
        self.setVisible(bool(points))
        if tuple(points) == self._points:
            return
        self._points = tuple(points)
        for old in self._lines:
            old.hide()
            old.deleteLater()
        self._lines = [point(words, self._icon, self._role) for words in points]
        for line in self._lines:
            self.add(line)

    def points(self) -> tuple[str, ...]:
        """What is listed."""
        return self._points


class AvoidPane(ScrollColumn):
    """What to leave unsaid: for this way of receiving, for this matter, and in general.

    `consulted` asks for what the pack says of the profile.
    """

    consulted = Signal(str)

    def __init__(self, pack: Pack) -> None:
        super().__init__(gap=10, margin=16)
        self._pack = pack
        self.profile = PointsCard(_("With this customer, leave out"), "circle-x", "red")
        self._key = ""
        self.read = Button(_("Read on"), kind="link")
        self.read.setObjectName("read_profile")
        self.read.clicked.connect(lambda: self.consulted.emit(self._key))
        self.profile.add_action(self.read)
        self.watch = PointsCard(_("Watch for in this matter"), "eye", "amber")
        self.phrases = PointsCard(_("Better said another way"), "message-square-quote", "violet")
        for card in (self.profile, self.watch, self.phrases):
            self.add(card)
        self.phrases.show_points(phrase_lines(pack.phrases))

    def show_view(self, view: CaseView) -> None:
        """Show what belongs to this case."""
        key = view.assessment.profile if view.assessment else self._pack.assessment.fallback
        self._key = key
        profile = self._pack.assessment.profile(key)
        self.profile.show_points([words.of(language()) for words in profile.avoid])
        scenario = self._pack.scenario(view.scenario)
        watch = scenario.watch if scenario else ()
        self.watch.show_points([words.of(language()) for words in watch])


def phrase_lines(phrases: Sequence[Phrase]) -> list[str]:
    """One phrase of the highest severity per pressing category, with what to say instead."""
    lines = []
    for letter in _PRESSING[:MOST_PHRASES]:
        found = next(
            (p for p in phrases if p.category == letter and p.severity == "high" and _said(p)), None
        )
        if found is not None:
            lines.append(
                _('"{words}" → {better}').format(
                    words=_said(found), better=found.better.of(language())
                )
            )
    return lines


def _said(phrase: Phrase) -> str:
    """A literal of the phrase in the language in force."""
    english = language() == "en"
    return next((words for words in phrase.match if words.isascii() == english), "")


class BasisPane(ScrollColumn):
    """The rules at work: the limit in force with its days, other limits, the rights touched.

    `consulted` asks for what the pack says of the limit in force.
    """

    consulted = Signal(str)

    def __init__(self, pack: Pack) -> None:
        super().__init__(gap=10, margin=16)
        self._pack = pack
        self.clock = Card(margin=14)
        self.clock.set_title(_("Limit in force"))
        self._kind = ""
        self.read = Button(_("Basis"), kind="link")
        self.read.setObjectName("read_limit")
        self.read.clicked.connect(lambda: self.consulted.emit(self._kind))
        self.clock.add_action(self.read)
        self._title = Text("", "body", strong=True, wrap=True)
        self._due = Text("", "table", "primary", wrap=True)
        self._rule = Text("", "hint", "ink_2", wrap=True)
        self.why = Button(_("Why this day"), kind="link", trailing="chevron-down")
        self.why.setObjectName("why_this_day")
        self.why.setCheckable(True)
        self.why.toggled.connect(self._unfold)
        self.days = Text("", "hint", "ink_2", wrap=True)
        self.days.hide()
        for widget in (self._title, self._due, self._rule, self.why, self.days):
            self.clock.add(widget)
        self.others = PointsCard(_("Other limits"), "clock", "ink_2")
        self.rights = PointsCard(_("Rights touched"), "scale", "primary")
        self.problems = PointsCard(_("To be put right"), "triangle-alert", "amber")
        for card in (self.clock, self.problems, self.others, self.rights):
            self.add(card)

    def show_view(self, view: CaseView) -> None:
        """Show the rules of this case."""
        clock, today = view.clock, view.now.date()
        self.clock.setVisible(clock is not None)
        if clock is not None:
            self._kind = clock.kind
            self._title.setText(clock.title.of(language()))
            self._due.setText(
                _("Last day: {day}").format(day=dates.day_words(clock.due, today))
                + " · "
                + _used_words(clock)
            )
            self._rule.setText(clock.rule.of(language()))
            self.days.setText("\n".join(day_lines(clock)))
        others = [c for c in view.clocks.clocks if c is not clock]
        self.others.show_points(
            [f"{c.title.of(language())} · {dates.day_words(c.due, today)}" for c in others]
        )
        self.problems.show_points([p.text.of(language()) for p in view.clocks.problems])
        self.rights.show_points(self._rights(view))

    def _rights(self, view: CaseView) -> list[str]:
        chosen = view.case.value("rights")
        keys = chosen if isinstance(chosen, list) else []
        rights = [right for right in self._pack.codes.rights if right.key in keys]
        return [f"{r.name.of(language())}: {r.meaning.of(language())}" for r in rights]

    def _unfold(self, is_open: bool) -> None:
        self.days.setVisible(is_open)


def _used_words(clock: Clock) -> str:
    if clock.used_days == 0:
        return _("counted from the day after receipt")
    return _("day {used} of {limit}").format(used=clock.used_days, limit=clock.limit_days)


def day_lines(clock: Clock) -> list[str]:
    """Every day of a count with the reason why it counts or does not."""
    return [
        f"{day.date:%m-%d} {dates.weekday(day.date)}  {day.why.of(language())}"
        for day in clock.days
    ]


class ListCard(Card):
    """A checklist: what it is for, why it was called for, how far it is."""

    opened = Signal()

    def __init__(self) -> None:
        super().__init__(margin=14)
        self.name = Text("", "body", strong=True, wrap=True)
        self._chip = Chip("", "amber")
        self._why = Text("", "hint", "ink_2", wrap=True)
        self._bar = SlimBar()
        self._far = Text("", "hint", "ink_2")
        self.open = Button(_("Open"), kind="link")
        self.open.clicked.connect(self.opened)
        head = layouts.row(gap=8)
        head.addWidget(self.name, 1)
        head.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignTop)
        foot = layouts.row(gap=10)
        foot.addWidget(self._bar, 1)
        foot.addWidget(self._far)
        foot.addWidget(self.open)
        self.body.addLayout(head)
        self.add(self._why)
        self.body.addLayout(foot)

    def show_list(self, one: ListView) -> None:
        """Show how a checklist stands."""
        self.setObjectName(f"list_{one.checklist.key}")
        self.name.setText(f"{one.checklist.key} {one.checklist.title.of(language())}")
        done = one.settled == one.total
        tone: theme.Tone = "green" if done else "primary" if one.started else "amber"
        state = _("Done") if done else _("Begun") if one.started else _("Called for")
        self._chip.set_chip(state, tone)
        why = _("; ").join(trigger.why.of(language()) for trigger in one.triggers)
        self._why.setText(why or one.checklist.purpose.of(language()))
        self._bar.set_share(one.settled / one.total if one.total else 1.0, tone)
        self._far.setText(f"{one.settled} / {one.total}")
        self.open.setAccessibleName(_("Open {list}").format(list=self.name.text()))


class ListsPane(ScrollColumn):
    """The checklists this case calls for."""

    opened = Signal()

    def __init__(self) -> None:
        super().__init__(gap=10, margin=16)
        self.cards: list[ListCard] = []
        self._none = Text(_("Nothing calls for a checklist so far."), "table", "ink_2", wrap=True)
        self.add(self._none)

    def show_view(self, view: CaseView) -> None:
        """Show the checklists of this case."""
        self._none.setVisible(not view.lists)
        while len(self.cards) < len(view.lists):
            card = ListCard()
            card.opened.connect(self.opened)
            self.cards.append(card)
            self.add(card)
        for place, card in enumerate(self.cards):
            card.setVisible(place < len(view.lists))
            if place < len(view.lists):
                card.show_list(view.lists[place])
