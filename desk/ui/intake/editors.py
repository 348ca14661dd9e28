"""What stands in a form for each kind of field: entering a value, and showing a stored one.

An editor never takes a stored value while a person is at work in it: neither text nor cursor is
touched then. What cannot be read as a value of its kind stays as typed and is told as unreadable.
"""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime

from PySide6.QtCore import QObject, QSizeF, Qt, Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk.domain.events import Value
from desk.i18n import _
from desk.ui import dates, theme
from desk.ui.widgets.chips import Choice, ChoiceChips
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import DateTimeField, LineField
from desk.ui.widgets.text_field import TextField


class Editor(QObject):
    """One way of entering a value. `widget` stands in the form and takes the focus.

    `entered` tells a value once per change by a person; `unreadable` says why what stands there is
    none, and is told with an empty text when that is over; `edited` tells every keystroke's text.
    """

    entered = Signal(object)
    unreadable = Signal(str)
    edited = Signal(str)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.widget = widget

    def value(self) -> Value:
        """What stands in the field, as it would be stored."""
        raise AssertionError

    def show_value(self, value: Value) -> None:
        """Show a stored value without telling anybody."""
        raise AssertionError

    def is_at_work(self) -> bool:
        """Whether a person is entering something, so that nothing may be shown over it."""
        return self.widget.hasFocus()

    def flush(self) -> None:
        """Tell now what was entered, composed text included."""

    def set_read_only(self, *, read_only: bool) -> None:
        """Let the value be read but not changed."""
        self.widget.setEnabled(not read_only)

    def set_problem(self, *, problem: bool) -> None:
        """Mark the field as needing attention."""

    def take_focus(self) -> None:
        """Put the cursor here."""
        self.widget.setFocus()

    def wanted_width(self) -> int:
        """The width below which the field would rather have a line of its own."""
        return self.widget.sizeHint().width()


class LineEditor(Editor):
    """One line of text."""

    def __init__(self, limit: int = 0) -> None:
        self.line = LineField(limit=limit)
        super().__init__(self.line)
        self.line.committed.connect(self._tell)
        self.line.textEdited.connect(self.edited)

    def _tell(self, text: str) -> None:
        self.entered.emit(_words(text))

    @override
    def value(self) -> Value:
        return _words(self.line.value())

    @override
    def is_at_work(self) -> bool:
        return self.line.autosave.is_pending()

    @override
    def show_value(self, value: Value) -> None:
        self.line.set_value("" if value is None else str(value))
        self.line.setCursorPosition(0)

    @override
    def flush(self) -> None:
        self.line.flush()

    @override
    def set_read_only(self, *, read_only: bool) -> None:
        self.line.setReadOnly(read_only)

    @override
    def set_problem(self, *, problem: bool) -> None:
        self.line.set_problem(problem=problem)

    @override
    def wanted_width(self) -> int:
        return theme.px(120)


class LongEditor(Editor):
    """Several lines of text."""

    def __init__(self, *, lines: int = 3, most: int = 8) -> None:
        self.text = TextField(lines=lines, most=most)
        super().__init__(self.text)
        self._most = most
        self.text.document().documentLayout().documentSizeChanged.connect(self._show_bar)
        self._show_bar(self.text.document().size())
        self.text.committed.connect(self._tell)
        self.text.edited.connect(self.edited)

    def _tell(self, text: str) -> None:
        self.entered.emit(_words(text))

    def _show_bar(self, size: QSizeF) -> None:
        """A bar only when there is more than fits: rounding shows one otherwise."""
        policies = Qt.ScrollBarPolicy
        long = size.height() > self._most
        self.text.setVerticalScrollBarPolicy(
            policies.ScrollBarAsNeeded if long else policies.ScrollBarAlwaysOff
        )

    @override
    def value(self) -> Value:
        return _words(self.text.value())

    @override
    def is_at_work(self) -> bool:
        return self.text.autosave.is_pending()

    @override
    def show_value(self, value: Value) -> None:
        self.text.set_value("" if value is None else str(value))

    @override
    def flush(self) -> None:
        self.text.flush()

    @override
    def set_read_only(self, *, read_only: bool) -> None:
        self.text.setReadOnly(read_only)

    @override
    def set_problem(self, *, problem: bool) -> None:
        self.text.set_problem(problem=problem)

    @override
    def wanted_width(self) -> int:
        return theme.px(240)


class AmountEditor(LineEditor):
    """A number or a sum of money, with or without thousands commas, in full or half width, 万."""

    def __init__(self, *, money: bool) -> None:
        super().__init__(limit=24)
        self._money = money

    @override
    def _tell(self, text: str) -> None:
        readable, value = parse_amount(text)
        if readable:
            self.unreadable.emit("")
            self.entered.emit(value)
        else:
            self.unreadable.emit(_("Please enter a number, such as 58000 or 5.8万."))

    @override
    def value(self) -> Value:
        return parse_amount(self.line.value())[1]

    @override
    def show_value(self, value: Value) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.line.set_value("")
        elif self._money:
            self.line.set_value(f"{value:,.2f}".removesuffix(".00"))
        else:
            self.line.set_value(f"{value:g}" if value < 1e6 else f"{value:.0f}")


def parse_amount(text: str) -> tuple[bool, int | float | None]:
    """Whether a text is readable as a number, and the number; an empty text is None."""
    plain = unicodedata.normalize("NFKC", text)
    for waste in (",", " ", "¥", "￥", "元", "、"):
        plain = plain.replace(waste, "")
    if not plain:
        return True, None
    scale = 1
    if plain.endswith("万"):
        plain, scale = plain[:-1], 10_000
    whole, _dot, rest = plain.partition(".")
    if not (whole + rest).isdecimal() or len(whole) > 13:
        return False, None
    number = round(float(plain) * scale, 2)
    return True, int(number) if number == int(number) else number


class DayEditor(LineEditor):
    """A date, typed as it is said: 11-21, 21, 今天; `described` tells weekday and distance."""

    described = Signal(str)

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(limit=24)
        self._now = now
        self.line.setPlaceholderText(_("Date, such as 11-21 or today"))
        self.line.editingFinished.connect(self._tidy)

    def _read(self, text: str) -> tuple[bool, date | None]:
        if not text.strip():
            return True, None
        now = self._now()
        moment = dates.parse_moment(f"{text.strip()} 00:00", now)
        if moment is None or not dates.is_within_reach(moment.date(), now.date()):
            return False, None
        return True, moment.date()

    @override
    def _tell(self, text: str) -> None:
        readable, day = self._read(text)
        if readable:
            self.unreadable.emit("")
            self.entered.emit(day.isoformat() if day else None)
            self._describe(day)
        else:
            self.unreadable.emit(_("Please enter a date, such as 2026-11-21 or 11-21."))

    def _describe(self, day: date | None) -> None:
        today = self._now().date()
        words = f"{dates.weekday(day)} · {dates.distance(day, today)}" if day else ""
        self.described.emit(words)

    def _tidy(self) -> None:
        self.flush()
        readable, day = self._read(self.line.value())
        if readable and day is not None and not self.line.isReadOnly():
            self.line.set_value(day.isoformat())

    @override
    def value(self) -> Value:
        day = self._read(self.line.value())[1]
        return day.isoformat() if day else None

    @override
    def show_value(self, value: Value) -> None:
        text = value if isinstance(value, str) else ""
        super().show_value(text)
        self._describe(self._read(text)[1])


class MomentEditor(Editor):
    """A moment, to the minute."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.field = DateTimeField(now)
        super().__init__(self.field)
        self.field.committed.connect(self._tell)
        self.field.textEdited.connect(self.edited)

    def _tell(self, moment: datetime | None) -> None:
        self.entered.emit(moment.isoformat(timespec="minutes") if moment else None)

    @override
    def value(self) -> Value:
        moment = self.field.value()
        return moment.isoformat(timespec="minutes") if moment else None

    @override
    def show_value(self, value: Value) -> None:
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment != self.field.value() or moment is None:
            self.field.set_value(moment)

    @override
    def is_at_work(self) -> bool:
        return self.field.is_at_work()

    @override
    def flush(self) -> None:
        self.field.flush()

    @override
    def set_read_only(self, *, read_only: bool) -> None:
        self.field.setReadOnly(read_only)

    @override
    def set_problem(self, *, problem: bool) -> None:
        self.field.set_problem(problem=problem)

    @override
    def wanted_width(self) -> int:
        return theme.px(220)


class ChipsEditor(Editor):
    """One or several of a few answers, each one click or digit away."""

    def __init__(
        self, options: Sequence[tuple[str, str]], *, multi: bool, keeps: bool = False
    ) -> None:
        choices = [Choice(key, label) for key, label in options]
        self.chips = ChoiceChips(choices, multi=multi, keeps=keeps)
        super().__init__(self.chips)
        self._multi = multi
        self.chips.chosen.connect(self._tell)

    def _tell(self, keys: tuple[str, ...]) -> None:
        if self._multi:
            self.entered.emit(list(keys) or None)
        else:
            self.entered.emit(keys[0] if keys else None)

    @override
    def value(self) -> Value:
        keys = self.chips.value()
        if self._multi:
            return list(keys) or None
        return keys[0] if keys else None

    @override
    def show_value(self, value: Value) -> None:
        self.chips.set_value(_keys(value))

    @override
    def is_at_work(self) -> bool:
        return False  # a choice is told at once; nothing is half entered


class YesNoEditor(ChipsEditor):
    """Yes, no, or not known yet."""

    def __init__(self) -> None:
        super().__init__((("yes", _("Yes")), ("no", _("No"))), multi=False)

    @override
    def _tell(self, keys: tuple[str, ...]) -> None:
        self.entered.emit(keys[0] == "yes" if keys else None)

    @override
    def value(self) -> Value:
        keys = self.chips.value()
        return keys[0] == "yes" if keys else None

    @override
    def show_value(self, value: Value) -> None:
        keys = ("yes" if value else "no",) if isinstance(value, bool) else ()
        self.chips.set_value(keys)


class ComboEditor(Editor):
    """One of many answers, found by typing a part of it."""

    def __init__(self, options: Sequence[tuple[str, str]]) -> None:
        self.combo = ComboField(options)
        super().__init__(self.combo)
        self.combo.committed.connect(self._tell)

    def _tell(self, key: str) -> None:
        self.entered.emit(key or None)

    @override
    def value(self) -> Value:
        return self.combo.value() or None

    @override
    def show_value(self, value: Value) -> None:
        key = value if isinstance(value, str) else ""
        if key != self.combo.value():
            self.combo.set_value(key)

    @override
    def is_at_work(self) -> bool:
        line = self.combo.lineEdit()
        shown = self.combo.itemText(self.combo.currentIndex())
        return line is not None and line.hasFocus() and line.text() != shown

    @override
    def flush(self) -> None:
        self.combo.flush()

    @override
    def set_problem(self, *, problem: bool) -> None:
        self.combo.set_problem(problem=problem)


def _words(text: str) -> str | None:
    """A text as it is stored: blanks alone say nothing."""
    return text if text.strip() else None


def _keys(value: Value) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, str) else ()
