"""The cards at the right of Today: the week, what to look at, and the month in four measures."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QSizePolicy, QWidget

from desk.domain.ledger import DayCount
from desk.domain.masking import masked
from desk.domain.outlook import Attention, Measure, MeasureKey, Outlook
from desk.domain.projection import CaseRow
from desk.i18n import _, language, ngettext
from desk.ui import dates, theme
from desk.ui.ledger.words import CaseWords
from desk.ui.widgets import layouts, painting
from desk.ui.widgets.cards import Card
from desk.ui.widgets.charts import BarChart
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.widgets.layouts import ScrollColumn
from desk.ui.widgets.progress import SlimBar

_MOST_SHOWN = 5
_EXCHANGE = {"offer", "receipt"}
_PLAIN = 'style="text-decoration: none"'


class WeekCard(Card):
    """How many complaints came in on each of the last seven days, today last."""

    def __init__(self) -> None:
        super().__init__(_("Received in seven days"))
        self.total = Text("", "hint", "ink_hint")
        self.total.setObjectName("week_total")
        self.bars = BarChart()
        self.bars.setObjectName("week_bars")
        self.bars.setFixedHeight(theme.px(114))
        self.add_action(self.total)
        self.add(self.bars)

    def show_week(self, week: Sequence[DayCount]) -> None:
        """Show the days."""
        bars = [(_short_day(date.fromisoformat(one.day)), one.count) for one in week]
        total = sum(one.count for one in week)
        self.total.setText(ngettext("{n} case", "{n} cases", total).format(n=total))
        self.bars.show_bars(bars, lit=-1)


def _short_day(day: date) -> str:
    return dates.weekday(day).removeprefix("周")


class Remark(QWidget):
    """One thing to look at: an icon, a sentence, and at its end the way to it."""

    acted = Signal()

    def __init__(self, icon: str, words: str, action: str = "", role: str = "ink") -> None:
        super().__init__()
        self.setObjectName("remark")
        self.sentence = words
        line = layouts.row(gap=9)
        line.addWidget(IconLabel(icon, role, 16), 0, Qt.AlignmentFlag.AlignTop)
        text = Text(words, "table", wrap=True)
        text.setAccessibleName(f"{words} {action}".strip())
        text.setMinimumSize(1, 1)  # its own hint is as high as a much narrower text needs
        policy = text.sizePolicy()
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
        text.setSizePolicy(policy)
        if action:
            text.setObjectName("remark_act")
            text.setTextFormat(Qt.TextFormat.RichText)
            text.setText(f'{escape(words)} <a href="go" {_PLAIN}>{escape(action)}</a>')
            text.setTextInteractionFlags(
                Qt.TextInteractionFlag.LinksAccessibleByMouse
                | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
            )
            text.linkActivated.connect(self.acted)
        line.addWidget(text, 1)
        self.setLayout(line)


class AttentionCard(Card):
    """What wants attention today, most pressing first; `opened` and `filtered` lead there."""

    opened = Signal(str, str)
    """A place and a case."""
    filtered = Signal(str, str)
    """A scenario, and the ISO date from which its cases are to be listed."""

    def __init__(self, words: CaseWords) -> None:
        super().__init__(_("To look at today"))
        self._words = words
        self._shown: tuple[Attention, ...] | None = None
        self._column = ScrollColumn(gap=8, margin=0)
        self.add(self._column, 1)
        self.body.setContentsMargins(theme.px(16), theme.px(6), theme.px(8), theme.px(8))

    def show_attention(self, found: Sequence[Attention]) -> None:
        """Show what there is; nothing is touched when it is the same as before."""
        if tuple(found) == self._shown:
            return
        self._shown = tuple(found)
        self._column.clear()
        for one in self._shown[:_MOST_SHOWN]:
            icon, role, words, action = _told(one, self._words)
            remark = Remark(icon, words, action, role)
            remark.acted.connect(self._leading_to(one))
            self._column.add(remark)
        if not self._shown:
            calm = _("Nothing is late, nothing falls due today.")
            self._column.add(Remark("circle-check", calm, role="green"))

    def remarks(self) -> tuple[str, ...]:
        """The sentences shown."""
        return tuple(remark.sentence for remark in self.findChildren(Remark))

    def _leading_to(self, one: Attention) -> Callable[[], None]:
        if one.kind in _EXCHANGE:
            return lambda: self.opened.emit("sync", "")
        places = {"due": "intake", "item": "escalation", "follow_up": "file", "again": "file"}
        if one.kind == "trend":
            return lambda: self.filtered.emit(one.subject, one.at)
        place, case = places.get(one.kind, "file"), one.row.case if one.row else ""
        return lambda: self.opened.emit(place, case)


def _told(one: Attention, words: CaseWords) -> tuple[str, str, str, str]:
    """Icon, its colour, the sentence, and the words of the link."""
    first = _case(one.row)
    match one.kind:
        case "due":
            return _due(one, first)
        case "item" | "follow_up":
            return _several(one, first)
        case "commitment":
            text = ngettext(
                "{n} promise to keep: {case}, {who}, {when}.",
                "{n} promises to keep; first {case}, {who}, {when}.",
                one.number,
            )
            when = _when(one.at, words.now)
            told = text.format(n=one.number, case=first, who=one.subject or "—", when=when)
            return "handshake", "amber", told, _("See the file")
        case "again":
            same = _("Complaint no. {n} of {case} within thirty days, for the same cause.")
            other = _("Complaint no. {n} of {case} within thirty days.")
            text = (same if one.subject else other).format(n=one.number, case=first)
            return "repeat", "ink", text, _("See the file")
        case "trend":
            return "trending-up", "ink", _trend(one, words.scenario(one.subject)), _("See these")
        case "offer" | "receipt":
            return _exchanged(one)


def _several(one: Attention, first: str) -> tuple[str, str, str, str]:
    """The same of what is counted, with the first of it."""
    if one.kind == "item":
        text = ngettext(
            "{n} checklist item is over its time: {case}.",
            "{n} checklist items are over their time; first {case}.",
            one.number,
        )
        return "list-checks", "amber", text.format(n=one.number, case=first), _("See the list")
    text = ngettext(
        "{n} follow-up is due: {case}.", "{n} follow-ups are due; first {case}.", one.number
    )
    return "phone", "primary", text.format(n=one.number, case=first), _("See the file")


def _exchanged(one: Attention) -> tuple[str, str, str, str]:
    """The same of what files to and from others ask for."""
    if one.kind == "offer":
        text = ngettext(
            "{n} thing of head office waits for a decision.",
            "{n} things of head office wait for a decision.",
            one.number,
        )
        return "building-2", "amber", text.format(n=one.number), _("See them")
    text = _("{name} has not confirmed a file for {n} days.")
    told = text.format(name=one.subject or "—", n=one.number)
    return "arrow-left-right", "amber", told, _("See the files")


def _case(row: CaseRow | None) -> str:
    if row is None:
        return ""
    name = masked("name", row.name)
    if not name:
        return row.number
    return f"{row.number}（{name}）" if language() == "zh" else f"{row.number} ({name})"


def _due(one: Attention, first: str) -> tuple[str, str, str, str]:
    if not one.number:
        text = ngettext("{n} answer due today: {case}.", "{n} due today; first {case}.", one.before)
        return "clock", "amber", text.format(n=one.before, case=first), _("Go on")
    late = ngettext(
        "{n} answer is late: {case}.", "{n} answers are late; first {case}.", one.number
    )
    if one.before:
        late = ngettext(
            "{n} late, {today} due today; first {case}.",
            "{n} late, {today} due today; first {case}.",
            one.number,
        )
    return "alarm-clock", "red", late.format(n=one.number, today=one.before, case=first), _("Go on")


def _trend(one: Attention, scenario: str) -> str:
    if not one.before:
        text = _("{scenario}: {n} in seven days, none in the seven before.")
        return text.format(scenario=scenario, n=one.number)
    text = _("{scenario}: {n} in seven days, {times} times the seven before.")
    return text.format(scenario=scenario, n=one.number, times=f"{one.number / one.before:.1f}")


def _when(at: str, now: datetime) -> str:
    """A moment as it is said: today with its hour, another day by its distance."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return at
    if moment.date() == now.date():
        return _("today {time}").format(time=f"{moment:%H:%M}")
    return dates.distance(moment.date(), now.date())


class MeasuresCard(Card):
    """The four measures 快准牢信: this month as a bar, and beside it this month and the last."""

    def __init__(self) -> None:
        super().__init__(_("Four measures"))
        self.add_action(Text(_("month / last"), "hint", "ink_hint"))
        self._lines: dict[MeasureKey, _MeasureLine] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        for place, key in enumerate(_NAMES):
            self._lines[key] = _MeasureLine(grid, place, key)
        self.body.addLayout(grid)
        self.body.addStretch(1)
        self.body.setContentsMargins(theme.px(16), theme.px(4), theme.px(16), theme.px(8))

    def show_measures(self, month: Sequence[Measure], before: Sequence[Measure]) -> None:
        """Show this month's and last month's measures."""
        last = {measure.key: measure for measure in before}
        for measure in month:
            self._lines[measure.key].show_measure(measure, last.get(measure.key))

    def words_of(self, key: MeasureKey) -> str:
        """What stands at the right of a measure."""
        return self._lines[key].value.text()


_NAMES: tuple[MeasureKey, ...] = ("quick", "right", "lasting", "trust")


class _MeasureLine:
    def __init__(self, grid: QGridLayout, place: int, key: MeasureKey) -> None:
        self._key = key
        sign, name = _name(key)
        self._sign = Text(sign, "table", strong=True)
        self._name = Text(name, "table", "ink_2")
        self._bar = SlimBar(width=48 if sign else 36)
        self.value = Text("—", "table")
        self.value.setObjectName(f"measure_{key}")
        self._last = Text("", "hint", "ink_hint")
        self._last.setMinimumWidth(painting.text_width("/ 100%", theme.now().text_hint) + 2)
        self.value.setMinimumWidth(painting.text_width("100%", theme.now().text_table) + 2)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for text in (self.value, self._last):
            text.setAlignment(right)
        if sign:
            grid.addWidget(self._sign, place, 0)
        # English has no sign for a measure: its name takes that room.
        grid.addWidget(self._name, place, 1 if sign else 0, 1, 1 if sign else 2)
        for column, widget in enumerate((self._bar, self.value, self._last), start=2):
            grid.addWidget(widget, place, column)
        grid.setRowMinimumHeight(place, theme.px(28))

    def show_measure(self, measure: Measure, before: Measure | None) -> None:
        self._bar.set_share(measure.share or 0.0)
        self.value.setText("—" if measure.share is None else f"{measure.share:.0%}")
        self.value.set_role("ink_hint" if measure.share is None else "ink")
        last = before.share if before is not None else None
        self._last.setText("/ —" if last is None else f"/ {last:.0%}")
        words = "\n".join((_meaning(self._key), *_counted(measure, before)))
        for widget in (self._sign, self._name, self._bar, self.value, self._last):
            widget.setToolTip(words)
        self.value.setAccessibleDescription(words)


def _counted(measure: Measure, before: Measure | None) -> tuple[str, ...]:
    lines = [_("This month: {words}"), _("Last month: {words}")]
    found = [(line, one) for line, one in zip(lines, (measure, before), strict=True) if one]
    return tuple(line.format(words=_of_total(one)) for line, one in found)


def _of_total(measure: Measure) -> str:
    if not measure.total:
        return _("nothing to count yet")
    return _("{hits} of {total}").format(hits=measure.hits, total=measure.total)


def _name(key: MeasureKey) -> tuple[str, str]:
    """The sign of a measure and its name."""
    names: dict[MeasureKey, tuple[str, str]] = {
        "quick": ("快", _("Told in time")),
        "right": ("准", _("Cause found at once")),
        "lasting": ("牢", _("Customer content")),
        "trust": ("信", _("No second complaint")),
    }
    sign, name = names[key]
    return (sign if language() == "zh" else "", name)


def _meaning(key: MeasureKey) -> str:
    return {
        "quick": _("Of the decisions told this month, those told within the limit in force."),
        "right": _("Of the cases closed, those whose cause was not changed after the analysis."),
        "lasting": _(
            "Of the cases closed whose customer gave a view, those who were content. "
            "Results of follow-ups are words and are not counted."
        ),
        "trust": _(
            "Of the cases closed, those not taken up again and without another complaint "
            "of the same person within thirty days."
        ),
    }[key]


class Side(QWidget):
    """The three cards: one above the other beside the list, or side by side below it."""

    def __init__(self, words: CaseWords) -> None:
        super().__init__()
        self.week = WeekCard()
        self.attention = AttentionCard(words)
        self.attention.setObjectName("attention")
        self.measures = MeasuresCard()
        self.measures.setObjectName("measures")
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.px(14))
        self._box.addWidget(self.week)
        self._box.addWidget(self.attention, 1)
        self._box.addWidget(self.measures)
        self.set_below(below=False)

    def set_below(self, *, below: bool) -> None:
        """Stand below the list, side by side, or beside it, one above the other."""
        sideways, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._box.setDirection(sideways if below else down)
        most, wide = 16777215, theme.px(302)
        self.setMinimumWidth(0 if below else wide)
        self.setMaximumWidth(most if below else wide)
        for card, high in ((self.week, 168), (self.measures, 174)):
            card.setMinimumWidth(theme.px(240) if below else 0)
            card.setMaximumWidth(theme.px(302))
            card.setMinimumHeight(theme.px(174 if below else high))
            card.setMaximumHeight(most if below else theme.px(high))

    def show_outlook(self, outlook: Outlook) -> None:
        """Show what lies ahead and the month."""
        self.attention.show_attention(outlook.attention)
        self.measures.show_measures(outlook.month, outlook.before)
