"""One language for a whole paper: its catalogue, and how it writes days, sums and lists.

The language of a report may differ from that of the window, so nothing here asks which language
is in force.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from gettext import NullTranslations

from desk.domain.text import Text
from desk.i18n import Language, catalogue

_WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_BARE_DAY = re.compile(r"(?<![\d-])\d{4}-\d{2}-\d{2}(?![\dT-])")
_DATE_LENGTH = len("2026-11-21")


@dataclass(frozen=True, slots=True)
class Tongue:
    """Words in one language, whatever the window speaks."""

    language: Language
    _catalogue: NullTranslations = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_catalogue", catalogue(self.language))

    def gettext(self, message: str) -> str:
        """`message` in this language."""
        return self._catalogue.gettext(message)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The form of a countable message for `n`."""
        return self._catalogue.ngettext(one, many, n)

    def of(self, text: Text) -> str:
        """A text of the pack."""
        return text.of(self.language)

    def day(self, day: date) -> str:
        """A day with its weekday: 2026-12-06 周日."""
        return f"{day.isoformat()} {_WEEKDAYS[self.language][day.weekday()]}"

    def minute(self, at: datetime) -> str:
        """A moment with its weekday: 2026-11-21 周六 10:26."""
        return f"{self.day(at.date())} {at:%H:%M}"

    def deadline(self, due_at: datetime) -> str:
        """A last day, with the hour only where one was agreed before the end of the day."""
        ends = due_at.time().replace(second=0, microsecond=0)
        return self.day(due_at.date()) if ends == time(23, 59) else self.minute(due_at)

    def when(self, stored: str) -> str:
        """A stored date or minute with its weekday; what is neither stays as it was written."""
        try:
            found = datetime.fromisoformat(stored)
        except ValueError:
            return stored
        return self.day(found.date()) if len(stored) <= _DATE_LENGTH else self.minute(found)

    def dated(self, text: str) -> str:
        """A sentence of the rules in which every bare day gets its weekday."""
        return _BARE_DAY.sub(lambda found: self.when(found[0]), text)

    def money(self, amount: float) -> str:
        """A sum in yuan: 52,000 元, with two decimals where there are any."""
        exact = Decimal(str(amount))
        figure = f"{exact:,.0f}" if exact == exact.to_integral_value() else f"{exact:,.2f}"
        return self.gettext("CNY {amount}").format(amount=figure)

    def number(self, value: float) -> str:
        """A number as it was entered: whole ones without a point."""
        return str(int(value)) if float(value).is_integer() else str(value)

    def yes_no(self, value: bool) -> str:
        """Yes or no."""
        return self.gettext("Yes") if value else self.gettext("No")

    def listed(self, parts: Iterable[str]) -> str:
        """Several things in one line; empty ones are left out."""
        return ("、" if self.language == "zh" else ", ").join(filter(None, parts))

    def beside(self, *parts: str) -> str:
        """Things of different kinds in one line, parted by a dot; empty ones are left out."""
        return " · ".join(filter(None, parts))

    def labelled(self, label: str, value: str) -> str:
        """`label: value` with the colon of the language."""
        return f"{label}：{value}" if self.language == "zh" else f"{label}: {value}"

    def heading(self, number: int, title: str) -> str:
        """A section's title with its number: 一、基本情况, or 1. Basics."""
        return (
            f"{_NUMERALS[number - 1]}、{title}" if self.language == "zh" else f"{number}. {title}"
        )
