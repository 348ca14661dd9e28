"""What the audit page may be asked: a text, who, what kind, when, which case, which computer."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk.domain.audit import GROUPS, AuditFilter, Group
from desk.i18n import _
from desk.services.audit import Choices
from desk.ui import theme
from desk.ui.audit import words
from desk.ui.task_sheet import TaskSheet
from desk.ui.widgets import layouts
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import DateTimeField, Labelled, LineField, SearchBox
from desk.ui.widgets.layouts import FlowLayout

_EVERY = "*"
_DAYS = "days"
_SET = "set"
_BACK = {"today": 0, "week": 6, "month": 29, "quarter": 89}
_PAUSE_MS = 250


class Filters(QWidget):
    """Choices that narrow an :class:`AuditFilter`; `changed` tells that a person chose.

    `days_wanted` asks for two days of one's own; `set_days` puts them in, `keep_days` does not.
    """

    changed = Signal()
    days_wanted = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._days: tuple[date, date] | None = None
        self._flow = FlowLayout(self, 8)
        self.box = SearchBox(_("Words in what happened"), "Ctrl F")
        self.box.setObjectName("audit_search")
        self.box.setFixedSize(theme.px(226), theme.now().field)
        self._flow.addWidget(self.box)
        self.combos = {
            "period": self._combo("period", _("Period"), _periods(), 178),
            "group": self._combo("group", _("Kind"), words.groups(), 150),
            "person": self._combo("person", _("Person"), (), 130),
            "device": self._combo("device", _("Computer"), (), 148),
        }
        self.case = LineField(_("Case number"), limit=40)
        self.case.setObjectName("filter_case")
        self.case.setAccessibleName(_("Case number"))
        self.case.setFixedWidth(theme.px(136))
        self._flow.addWidget(self.case)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        self.box.searched.connect(lambda _text: self._told())
        self.box.entered.connect(lambda _text: self._told())
        self.case.textChanged.connect(lambda _text: self._pause.start())
        self.case.returnPressed.connect(self._told)

    def offer(self, found: Choices) -> None:
        """Offer these people and computers."""
        people = tuple((one.id, f"{one.name} {one.id}") for one in found.people)
        self.combos["person"].set_options(_options(_("Person"), people))
        devices = tuple((one.id, one.name) for one in found.devices)
        self.combos["device"].set_options(_options(_("Computer"), devices))
        self.combos["device"].setVisible(len(devices) > 1)

    def asked(self) -> AuditFilter:
        """What is asked; a period in words means the days up to today."""
        since, until = self._period()
        group = self._value("group")
        return AuditFilter(
            person=self._value("person"),
            group=next((one for one in GROUPS if one == group), ""),
            case=self.case.text().strip(),
            since=since.isoformat() if since else "",
            until=until.isoformat() if until else "",
            device=self._value("device"),
            text=self.box.text().strip(),
        )

    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return self.asked() == AuditFilter()

    def clear(self) -> None:
        """Ask for everything again."""
        self._days = None
        self.keep_days()
        for combo in self.combos.values():
            combo.set_value("")
        self.box.clear()
        self.case.clear()
        self._told()

    def show_group(self, group: Group) -> None:
        """Ask for one kind."""
        self.combos["group"].set_value(group)
        self._told()

    def show_case(self, number: str) -> None:
        """Ask for one case."""
        self.case.setText(number)
        self._told()

    def set_days(self, days: tuple[date, date]) -> None:
        """Ask for the days from the first to the last."""
        self._days = days
        self.keep_days()
        self._told()

    def keep_days(self) -> None:
        """Show the days asked for before, or none: whoever was asked for days gave no others."""
        combo = self.combos["period"]
        offered = _options(_("Period"), _periods())
        if self._days is None:
            combo.set_options(offered)
            combo.set_value("")
            return
        first, last = (f"{day:%y-%m-%d}" for day in self._days)
        shown = first if first == last else _("{first} to {last}").format(first=first, last=last)
        combo.set_options((*offered, (_SET, shown)))
        combo.set_value(_SET)

    def _period(self) -> tuple[date | None, date | None]:
        word, today = self._value("period"), self._now().date()
        if word == _SET and self._days is not None:
            return self._days
        if word == "year":
            return today.replace(month=1, day=1), None
        if word == "yesterday":
            return today - timedelta(days=1), today - timedelta(days=1)
        return (today - timedelta(days=_BACK[word]), None) if word in _BACK else (None, None)

    def _value(self, name: str) -> str:
        value = self.combos[name].value()
        return "" if value == _EVERY else value

    def _combo(
        self, name: str, title: str, offered: tuple[tuple[str, str], ...], wide: int
    ) -> ComboField:
        combo = ComboField(_options(title, offered), _("{name}: all").format(name=title))
        combo.setObjectName(f"filter_{name}")
        combo.setAccessibleName(title)
        combo.setFixedWidth(theme.px(wide))
        combo.committed.connect(self._chosen)
        self._flow.addWidget(combo)
        return combo

    def _chosen(self, value: str) -> None:
        combo = self.sender()
        if value == _EVERY and isinstance(combo, ComboField):
            combo.set_value("")
        if value == _DAYS:
            self.days_wanted.emit()
        else:
            self._told()

    def _told(self) -> None:
        self._pause.stop()
        self.changed.emit()


class SpanSheet(TaskSheet):
    """Asks for two days; `given` tells them, `closed` with nothing told leaves all as it was."""

    given = Signal(object)

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(_("From day to day"), "", _("Show them"), icon="calendar-days", width=480)
        self.setObjectName("span_sheet")
        self._now = now
        self.first = DateTimeField(now, _("Date, such as 11-01"))
        self.first.setObjectName("span_first")
        self.last = DateTimeField(now, _("Date; empty means the same day"))
        self.last.setObjectName("span_last")
        line = layouts.row(gap=12)
        for label, field in ((_("From"), self.first), (_("To"), self.last)):
            line.addWidget(Labelled(label, field), 1)
        self.body.addLayout(line)
        self.finish()

    @override
    def submit(self) -> None:
        """Tell the days."""
        self.first.flush()
        self.last.flush()
        first, last = self.first.value(), self.last.value()
        if first is None:
            self.show_problem(_("Please give the first day."))
        elif last is not None and last.date() < first.date():
            self.show_problem(_("The last day lies before the first."))
        else:
            self.given.emit((first.date(), (last or first).date()))
            self.dismiss()


def _periods() -> tuple[tuple[str, str], ...]:
    return (
        ("today", _("Today")),
        ("yesterday", _("Yesterday")),
        ("week", _("Last 7 days")),
        ("month", _("Last 30 days")),
        ("quarter", _("Last 90 days")),
        ("year", _("This year")),
        (_DAYS, _("From day to day…")),
    )


def _options(title: str, offered: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return ((_EVERY, _("{name}: all").format(name=title)), *offered)
