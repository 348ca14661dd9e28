"""Text of several lines, with marks under wording that could be put better.

Positions in signals and arguments count characters as Python does; Qt counts UTF-16 units, and
rare characters in names (𫖯) take two of those.
"""

from collections.abc import Sequence
from typing import Any, Literal

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit
from typing_extensions import override

from desk.ui import theme
from desk.ui.widgets.autosave import Autosave

Severity = Literal["low", "medium", "high"]
Mark = tuple[int, int, Severity]

_TONES: dict[Severity, theme.Tone] = {"low": "violet", "medium": "amber", "high": "red"}


def to_units(text: str, place: int) -> int:
    """The UTF-16 position of the character position `place`."""
    return len(text[:place].encode("utf-16-le")) // 2


def from_units(text: str, units: int) -> int:
    """The character position of a UTF-16 position."""
    return len(text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore"))


class TextField(QPlainTextEdit):
    """Several lines of text, `lines` high at first and at most `most` lines before it scrolls.

    Marks are painted over the text and never part of it: undo and text being composed are not
    disturbed, and a mark follows its words while others are typed before them. Clicking a mark,
    or Ctrl+. with the cursor in or before one, asks for what to do through `mark_activated`.
    """

    committed = Signal(str)
    edited = Signal(str)
    """The text after every change by a person; for the wording check and counters."""
    mark_activated = Signal(int, int)

    def __init__(self, placeholder: str = "", *, lines: int = 3, most: int = 6) -> None:
        super().__init__()
        self._lines = lines
        self._most = max(lines, most)
        self._marks: list[tuple[QTextCursor, Severity]] = []
        self._filling = False
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(theme.px(3))
        self.autosave = Autosave(self, self.toPlainText)
        self.autosave.committed.connect(self.committed)
        self.textChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    @override
    def canInsertFromMimeData(self, source: QMimeData, /) -> bool:
        """Words only: a file is for the page, and its path is no word to be told."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def value(self) -> str:
        """The text."""
        return self.toPlainText()

    def set_value(self, text: str) -> None:
        """Show a text without telling anybody; an equal one leaves cursor and undo alone."""
        if text != self.toPlainText():
            self._filling = True
            self.setPlainText(text)
            self._filling = False
        self.autosave.settle()

    def refresh(self, text: str) -> None:
        """Show the stored text of the same case, unless newer words are being typed here."""
        if not self.autosave.is_pending():
            self.set_value(text)

    def flush(self) -> None:
        """Tell now what was typed, composed text included."""
        self.autosave.flush()

    def set_problem(self, *, problem: bool) -> None:
        """Mark the field as needing attention."""
        theme.state(self, problem="true" if problem else "false")

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Mark wording: (start, end, severity), replacing the marks there were."""
        text = self.toPlainText()
        self._marks = []
        for start, end, severity in marks:
            cursor = self._span(text, start, end)
            cursor.setKeepPositionOnInsert(False)
            self._marks.append((cursor, severity))
        self._paint_marks()

    def marks(self) -> tuple[Mark, ...]:
        """The marks where they are now; those whose words were deleted are gone."""
        text = self.toPlainText()
        return tuple(
            (
                from_units(text, cursor.selectionStart()),
                from_units(text, cursor.selectionEnd()),
                severity,
            )
            for cursor, severity in self._marks
            if cursor.hasSelection()
        )

    def replace_span(self, start: int, end: int, words: str) -> None:
        """Put better words in place of a span, as one step of undo."""
        cursor = self._span(self.toPlainText(), start, end)
        cursor.insertText(words)
        self.setTextCursor(cursor)

    def _span(self, text: str, start: int, end: int) -> QTextCursor:
        cursor = QTextCursor(self.document())
        cursor.setPosition(to_units(text, start))
        cursor.setPosition(to_units(text, end), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _paint_marks(self) -> None:
        shown: list[QTextEdit.ExtraSelection] = []
        for cursor, severity in self._marks:
            tone = _TONES[severity]
            form = QTextCharFormat()
            form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            form.setUnderlineColor(theme.colour(tone))
            form.setBackground(theme.colour(theme.now().soft(tone)))
            selection: Any = QTextEdit.ExtraSelection()  # its members have no stubs
            selection.cursor = cursor
            selection.format = form
            shown.append(selection)
        self.setExtraSelections(shown)

    def _mark_at(self, units: int, *, or_next: bool) -> Mark | None:
        spans = sorted(self.marks())
        here = from_units(self.toPlainText(), units)
        for mark in spans:
            if mark[0] <= here <= mark[1]:
                return mark
        if not or_next or not spans:
            return None
        return next((mark for mark in spans if mark[0] >= here), spans[0])

    def _changed(self) -> None:
        if self._filling:
            return
        self.autosave.touch()
        self.edited.emit(self.toPlainText())

    def _fit(self) -> None:
        line = QFontMetrics(self.font()).lineSpacing()
        needed = round(self.document().size().height())
        lines = min(max(self._lines, needed), self._most)
        frame = theme.px(12) + round(2 * self.document().documentMargin()) + 2
        self.setFixedHeight(lines * line + frame)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if control and event.key() == Qt.Key.Key_Period:
            mark = self._mark_at(self.textCursor().position(), or_next=True)
            if mark is not None:
                self.mark_activated.emit(mark[0], mark[1])
        else:
            super().keyPressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or self.textCursor().hasSelection():
            return
        place = self.cursorForPosition(event.position().toPoint()).position()
        mark = self._mark_at(place, or_next=False)
        if mark is not None:
            self.mark_activated.emit(mark[0], mark[1])

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(320), self.height())
