"""Fields of one line: text, date and time, search; and the frame that gives a field its label.

Every field has `value`, `set_value` (shows without telling) and a signal `committed` with what a
person entered, told once: within a second of the last key and when the field is left.
"""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from desk.i18n import _
from desk.ui import dates, theme
from desk.ui.widgets import layouts, painting
from desk.ui.widgets.autosave import Autosave
from desk.ui.widgets.labels import FieldLabel, IconLabel, KeyHint, Text

SEARCH_PAUSE_MS = 250


class LineField(QLineEdit):
    """One line of text."""

    committed = Signal(str)

    def __init__(self, placeholder: str = "", *, limit: int = 0) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        if limit:
            self.setMaxLength(limit)
        self.autosave = Autosave(self, self.text)
        self.autosave.committed.connect(self.committed)
        self.textEdited.connect(self.autosave.touch)
        self.returnPressed.connect(self.autosave.flush)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.ignore()  # a file is for the page; its path is no word to be told
        else:
            super().dragEnterEvent(event)

    def value(self) -> str:
        """The text."""
        return self.text()

    def set_value(self, text: str) -> None:
        """Show a text without telling anybody; `flush` first when it is another case's."""
        if text != self.text():
            self.setText(text)
        self.autosave.settle()

    def refresh(self, text: str) -> None:
        """Show the stored text of the same case, unless newer words are being typed here."""
        if not self.autosave.is_pending():
            self.set_value(text)

    def flush(self) -> None:
        """Tell now what was typed, composed text included."""
        self.autosave.flush()

    def set_problem(self, *, problem: bool) -> None:
        """Mark the field as needing attention; the words stand in its :class:`Labelled`."""
        theme.state(self, problem="true" if problem else "false")


class DateTimeField(QLineEdit):
    """A moment, typed as it is said: 10:26, 21 10:26, 11-21 10:26; weekday and distance beside it.

    `now` gives the present moment. What cannot be read stays as typed, is marked, and is not told.
    """

    committed = Signal(object)
    """The moment (`datetime`), or None when the field was emptied."""

    def __init__(self, now: Callable[[], datetime], placeholder: str = "") -> None:
        super().__init__()
        self._now = now
        self._value: datetime | None = None
        self.setPlaceholderText(placeholder or _("Time, such as 10:26 or 11-21 10:26"))
        self._words = ""
        self._autosave = Autosave(self, self.text)
        self._autosave.committed.connect(self._read)
        self.textEdited.connect(self._autosave.touch)
        self.editingFinished.connect(self._tidy)
        self._describe()

    def value(self) -> datetime | None:
        """The moment entered."""
        return self._value

    def set_value(self, moment: datetime | None) -> None:
        """Show a moment without telling anybody."""
        self._value = moment
        self.setText(_written(moment))
        self._autosave.settle()
        self._describe()

    def is_at_work(self) -> bool:
        """Whether a person is typing here; a cursor in the empty field is not enough."""
        typed = self.hasFocus() and self.text() not in ("", _written(self._value))
        return typed or self._autosave.is_pending()

    def refresh(self, moment: datetime | None) -> None:
        """Show the stored moment of the same case, unless another is being typed here."""
        if not self._autosave.is_pending() and not self.hasFocus():
            self.set_value(moment)

    def flush(self) -> None:
        """Tell now what was typed."""
        self._autosave.flush()

    def set_problem(self, *, problem: bool) -> None:
        """Mark the field as needing attention."""
        theme.state(self, problem="true" if problem else "false")

    def _read(self, text: str) -> None:
        moment = self._parsed(text)
        readable = moment is not None or not text.strip()
        self.set_problem(problem=not readable)
        if readable and moment != self._value:
            self._value = moment
            self.committed.emit(moment)
        self._describe()

    def _parsed(self, text: str) -> datetime | None:
        now = self._now()
        moment = dates.parse_moment(text, now)
        near = moment is not None and dates.is_within_reach(moment.date(), now.date())
        return moment if near else None

    def _tidy(self) -> None:
        self._autosave.flush()
        moment = self._parsed(self.text())
        if moment is not None:
            self.set_value(moment)

    def _describe(self) -> None:
        if self._value is None or not self.text():
            self._words = ""
        else:
            day = self._value.date()
            away = dates.distance(day, self._now().date())
            self._words = f"{dates.weekday(day)} · {away}"
        self.setTextMargins(0, 0, painting.text_width(self._words, theme.now().text_hint), 0)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        box = self.rect().adjusted(0, 0, -theme.px(12), 0)
        size = theme.now().text_hint
        painting.draw_text(QPainter(self), box, self._words, size, "ink_hint", align=painting.RIGHT)


class SearchBox(QLineEdit):
    """A search line: tells its text shortly after the last key, at once on Enter; Esc clears."""

    searched = Signal(str)
    entered = Signal(str)
    left = Signal()
    """Esc in the empty box."""

    def __init__(self, placeholder: str, keys: str = "") -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self._told = ""
        self.setProperty("search", "true")
        self._hint = KeyHint(keys) if keys else None
        if self._hint is not None:
            self._hint.setParent(self)
        room = self._hint.width() + theme.px(4) if self._hint is not None else 0
        self.setTextMargins(theme.px(26), 0, room, 0)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self.textChanged.connect(self._changed)

    def _changed(self, text: str) -> None:
        if self._hint is not None:
            self._hint.setVisible(not text)
        self._pause.start()

    def _tell(self) -> None:
        self._pause.stop()
        if self.text() != self._told:
            self._told = self.text()
            self.searched.emit(self._told)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
                self._tell()
            else:
                self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell()
            self.entered.emit(self.text())
        else:
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._hint is not None:
            left = self.width() - self._hint.width() - theme.px(10)
            self._hint.move(left, (self.height() - self._hint.height()) // 2)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        mark = QRect(theme.px(12), 0, theme.px(16), self.height())
        painting.draw_icon(QPainter(self), mark, "search", "ink_hint", 16)


class Labelled(QWidget):
    """A field under its label, with room for one line of words below that appears when needed."""

    def __init__(
        self, label: str, field: QWidget, hint: str = "", *, required: bool = False
    ) -> None:
        super().__init__()
        self.field = field
        self.label = FieldLabel(label, hint, required=required)
        self.label.set_buddy(field)
        self._icon = IconLabel("triangle-alert", "amber", 14)
        self._words = Text("", "hint", "amber", wrap=True)
        self._note = QWidget()
        line = layouts.row(self._icon, gap=6)
        line.addWidget(self._words, 1)
        self._note.setLayout(line)
        self._note.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(5))
        box.addWidget(self.label)
        box.addWidget(field)
        box.addWidget(self._note)

    def set_note(self, words: str, tone: theme.Tone = "amber") -> None:
        """Say something about the field, or nothing with an empty text."""
        icons = {"red": "circle-alert", "amber": "triangle-alert", "green": "circle-check"}
        self._icon.set_icon(icons.get(tone, "info"), tone)
        self._words.setText(words)
        self._words.set_role(tone)
        self._note.setVisible(bool(words))

    def note(self) -> str:
        """The words below the field."""
        return self._words.text()


def _written(moment: datetime | None) -> str:
    """A moment as the field writes it."""
    return moment.strftime("%Y-%m-%d %H:%M") if moment else ""
