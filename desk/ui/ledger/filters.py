"""The row of choices above the ledger: limit, handler, source, business, cause, period."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desk.domain.ledger import Filter
from desk.i18n import _, language
from desk.ui import theme
from desk.ui.ledger import presets
from desk.ui.ledger.pills import Pill
from desk.ui.ledger.presets import Limit, Period
from desk.ui.ledger.words import CaseWords
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.layouts import FlowLayout

_EVERY = "*"
_CODES = {"source": "S", "business": "B", "cause": "C"}
_OTHERS = ("scenario", "channel")


class Filters(QWidget):
    """Choices that narrow a filter; `changed` tells that a person chose.

    What a filter asks besides the choices offered stands beside them as pills that can be removed.
    """

    changed = Signal()

    def __init__(self, words: CaseWords, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._words = words
        self._now = now
        self._others: dict[str, str] = {}
        self._pills: list[Pill] = []
        self._flow = FlowLayout(self, 8)
        self.combos = {
            "limit": self._combo("limit", _("Time limit"), _limits(), 124),
            "handler": self._combo("handler", _("Handler"), {}, 124),
            "source": self._combo("source", _("Source"), self._codes("source"), 150),
            "business": self._combo("business", _("Business"), self._codes("business"), 168),
            "cause": self._combo("cause", _("Cause"), self._codes("cause"), 168),
            "period": self._combo("period", _("Received in"), _periods(), 132),
        }

    def show_people(self, people: Mapping[str, str]) -> None:
        """Offer these people as handlers."""
        self.combos["handler"].set_options(_options(_("Every handler"), people))

    def show_filter(self, asked: Filter) -> None:
        """Show what a filter asks, without telling anybody."""
        now = self._now()
        values: dict[str, str] = {
            "limit": presets.limit_of(asked, now),
            "period": presets.period_of(asked, now.date()),
            "handler": asked.handler,
            **{name: getattr(asked, name) for name in _CODES},
        }
        for name, value in values.items():
            self.combos[name].set_value(value)
        self._others = {name: getattr(asked, name) for name in _OTHERS if getattr(asked, name)}
        if asked.received_from and not values["period"]:
            self._others["received_from"] = asked.received_from
            self._others["received_before"] = asked.received_before
        self._show_others()

    def narrowed(self, asked: Filter) -> Filter:
        """A filter with the choices put in; words on time mean this moment."""
        now = self._now()
        asked = dataclasses.replace(
            asked,
            handler=self.value("handler"),
            source=self.value("source"),
            business=self.value("business"),
            cause=self.value("cause"),
            scenario=self._others.get("scenario", ""),
            channel=self._others.get("channel", ""),
        )
        asked = presets.limit(asked, cast("Limit", self.value("limit")), now)
        if "received_from" in self._others:
            return dataclasses.replace(
                asked,
                received_from=self._others["received_from"],
                received_before=self._others.get("received_before", ""),
            )
        return presets.period(asked, cast("Period", self.value("period")), now.date())

    def value(self, name: str) -> str:
        """What is chosen; empty when nothing is."""
        value = self.combos[name].value()
        return "" if value == _EVERY else value

    def is_empty(self) -> bool:
        """Whether nothing is asked here."""
        return not self._others and not any(self.value(name) for name in self.combos)

    def _combo(self, name: str, title: str, offered: Mapping[str, str], wide: int) -> ComboField:
        every = _("{name}: all").format(name=title)
        combo = ComboField(_options(every, offered), title)
        combo.setObjectName(f"filter_{name}")
        combo.setAccessibleName(title)
        combo.setFixedWidth(theme.px(wide))
        combo.committed.connect(self._chosen)
        self._flow.addWidget(combo)
        return combo

    def _codes(self, name: str) -> dict[str, str]:
        codes = self._words.pack.codes
        return {key: text.of(language()) for key, text in codes.options(_CODES[name])}

    def _chosen(self, value: str) -> None:
        combo = self.sender()
        if value == _EVERY and isinstance(combo, ComboField):
            combo.set_value("")
        if combo is self.combos["period"]:
            self._others.pop("received_from", None)
            self._others.pop("received_before", None)
            self._show_others()
        self.changed.emit()

    def _show_others(self) -> None:
        for pill in self._pills:
            self._flow.removeWidget(pill)
            pill.hide()
            pill.deleteLater()
        self._pills = []
        for name, value in self._others.items():
            if name == "received_before":
                continue
            pill = Pill(name, self._other(name, value), removable=True)
            pill.setFixedHeight(theme.now().field)
            pill.clicked.connect(self._remove)
            self._pills.append(pill)
            self._flow.addWidget(pill)

    def _other(self, name: str, value: str) -> str:
        if name == "scenario":
            return self._words.scenario(value)
        if name == "received_from":
            return _("Received since {day}").format(day=value)
        return self._words.code(value)

    def _remove(self) -> None:
        pill = self.sender()
        if isinstance(pill, Pill):
            self._others.pop(pill.key, None)
            if pill.key == "received_from":
                self._others.pop("received_before", None)
            self._show_others()
            self.changed.emit()


def _options(every: str, offered: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return ((_EVERY, every), *offered.items())


def _limits() -> dict[str, str]:
    return {
        "overdue": _("Overdue"),
        "today": _("Due today"),
        "soon": _("Due in three days"),
        "approval": _("Waits for approval"),
        "running": _("Running"),
        "stopped": _("Stopped"),
        "met": _("Answered in time"),
        "late": _("Answered late"),
        "withdrawn": _("Withdrawn"),
    }


def _periods() -> dict[str, str]:
    return {
        "today": _("Today"),
        "week": _("This week"),
        "month": _("This month"),
        "quarter": _("Last 90 days"),
        "year": _("This year"),
    }
