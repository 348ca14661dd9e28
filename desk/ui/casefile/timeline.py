"""The course of a case as a list to read: days, and below each what happened, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)
from typing_extensions import override

from desk.domain.history import HistoryKind, HistoryLine
from desk.i18n import ngettext
from desk.ui import dates, theme
from desk.ui.widgets import painting

_Index = QModelIndex | QPersistentModelIndex
_HERE = QModelIndex()
_LONGEST = 150
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop

GROUPS: dict[str, frozenset[HistoryKind]] = {
    "field": frozenset({"opened", "field", "item", "assessment", "script", "closed"}),
    "checklist": frozenset({"checklist"}),
    "clock": frozenset({"opened", "clock", "closed"}),
    "note": frozenset({"note"}),
    "person": frozenset({"person", "report"}),
}
"""What each choice above the list shows."""

_LOOKS: dict[HistoryKind, tuple[str, theme.Tone]] = {
    "opened": ("door-open", "primary"),
    "field": ("pencil", "grey"),
    "item": ("minus", "grey"),
    "assessment": ("radar", "violet"),
    "script": ("message-square-quote", "violet"),
    "checklist": ("list-checks", "green"),
    "clock": ("clock", "amber"),
    "note": ("sticky-note", "amber"),
    "person": ("user-round", "primary"),
    "report": ("file-check", "primary"),
    "closed": ("circle-check", "green"),
    "time": ("circle-alert", "amber"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A day's heading, or one line below it."""

    day: date
    words: str = ""
    line: HistoryLine | None = None


def entries(lines: Sequence[HistoryLine], today: date) -> tuple[Entry, ...]:
    """Lines under the headings of their days."""
    found: list[Entry] = []
    for line in lines:
        day = datetime.fromisoformat(line.at).date()
        if not found or found[-1].day != day:
            found.append(Entry(day, dates.day_words(day, today)))
        found.append(Entry(day, line=line))
    return tuple(found)


def as_text(lines: Sequence[HistoryLine]) -> str:
    """Lines as plain text, one paragraph each under their day."""
    parts: list[str] = []
    for entry in entries(lines, date.min):
        if entry.line is None:
            day = entry.day
            parts += ["", f"{day.isoformat()} {dates.weekday(day)}"]
        else:
            parts.append(_told(entry.line))
    return "\n".join(parts).strip() + "\n"


def _told(line: HistoryLine) -> str:
    """One line as it is read aloud and copied."""
    head = f"{line.at[11:16]}  {line.who}  {line.what}{_fold(line)}"
    detail = line.detail.strip().replace("\n", "\n       ")
    return f"{head}\n       {detail}" if detail else head


def _fold(line: HistoryLine) -> str:
    if not line.folded:
        return ""
    words = ngettext("({n} change more)", "({n} changes more)", line.folded).format(n=line.folded)
    return f" {words}"


class _Entries(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[Entry, ...] = ()

    def show(self, found: tuple[Entry, ...]) -> None:
        self.beginResetModel()
        self.entries = found
        self.endResetModel()

    @override
    def rowCount(self, parent: _Index = _HERE) -> int:
        return 0 if parent.isValid() else len(self.entries)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.words if entry.line is None else _told(entry.line)
        if role == Qt.ItemDataRole.ToolTipRole and entry.line is not None:
            return entry.line.detail if len(entry.line.detail) > _LONGEST else None
        return None

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        if index.isValid() and self.entries[index.row()].line is None:
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the parts of a line stand inside its rectangle."""

    time: QRect
    mark: QRect
    what: QRect
    who: QRect
    detail: QRect

    @property
    def bottom(self) -> int:
        """The lowest point used."""
        return max(self.what.bottom(), self.detail.bottom(), self.mark.bottom())


class _Painter(QStyledItemDelegate):
    """Paints a heading, or time, mark, sentence, hand and detail of a line."""

    def __init__(self, view: "Timeline") -> None:
        super().__init__(view)
        self._view = view

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        wide = self._view.viewport().width()
        entry = self._view.entry(index)
        if entry.line is None:
            return QSize(wide, theme.px(34))
        places = self._places(QRect(0, 0, wide, 0), entry.line)
        return QSize(wide, places.bottom + theme.px(10))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        plain: Any = option  # its members have no stubs
        entry = self._view.entry(index)
        box = QRect(plain.rect)
        painter.save()
        if entry.line is None:
            self._draw_day(painter, box, entry.words)
        else:
            if plain.state & QStyle.StateFlag.State_Selected:
                ground = theme.colour("primary_soft")
                painting.fill_round(painter, box.adjusted(0, 1, -2, -1), theme.px(6), ground)
            self._draw_line(painter, self._places(box, entry.line), entry.line)
        painter.restore()

    def _draw_day(self, painter: QPainter, box: QRect, words: str) -> None:
        size = theme.now().text_hint
        place = box.adjusted(theme.px(8), theme.px(8), 0, 0)
        painting.draw_text(painter, place, words, size, "ink_2", strong=True)
        left = place.left() + painting.text_width(words, size, strong=True) + theme.px(10)
        rule = QRect(left, place.center().y(), box.right() - left - theme.px(8), 1)
        painter.fillRect(rule, theme.colour("line_2"))

    def _draw_line(self, painter: QPainter, places: _Places, line: HistoryLine) -> None:
        chosen = theme.now()
        icon, tone = _LOOKS[line.kind]
        painting.draw_text(painter, places.time, line.at[11:16], chosen.text_hint, "ink_hint")
        ground = theme.colour(chosen.soft(tone))
        painting.fill_round(painter, places.mark, places.mark.height() / 2, ground)
        painting.draw_icon(painter, places.mark, icon, tone, 12)
        painter.setFont(theme.font(chosen.text_table))
        painter.setPen(theme.colour("ink"))
        painter.drawText(places.what, _WRAP, line.what + _fold(line))
        size = chosen.text_hint
        painting.draw_text(painter, places.who, line.who, size, "ink_hint", align=painting.RIGHT)
        if line.detail:
            painter.setFont(theme.font(size))
            painter.setPen(theme.colour("ink_2"))
            painter.drawText(places.detail, _WRAP, _short(line.detail))

    def _places(self, box: QRect, line: HistoryLine) -> _Places:
        chosen = theme.now()
        top, side = box.top() + theme.px(6), theme.px(8)
        high = theme.px(20)
        time = QRect(box.left() + side, top, theme.px(40), high)
        mark = QRect(time.right() + theme.px(4), top - 1, theme.px(22), theme.px(22))
        who_wide = painting.text_width(line.who, chosen.text_hint) + 2
        who = QRect(box.right() - side - who_wide, top, who_wide, high)
        left = mark.right() + theme.px(9)
        what = QRect(left, top, who.left() - left - theme.px(10), 0)
        metrics = QFontMetrics(theme.font(chosen.text_table))
        words = line.what + _fold(line)
        what.setHeight(max(metrics.boundingRect(what, _WRAP, words).height(), high))
        detail = QRect(left, what.bottom() + theme.px(2), box.right() - side - left, 0)
        if line.detail:
            metrics = QFontMetrics(theme.font(chosen.text_hint))
            detail.setHeight(metrics.boundingRect(detail, _WRAP, _short(line.detail)).height())
        return _Places(time, mark, what, who, detail)


def _short(detail: str) -> str:
    plain = " ".join(detail.split())
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


class Timeline(QListView):
    """What happened to a case, oldest first; the newest is in sight. Ctrl+C copies a line."""

    def __init__(self) -> None:
        super().__init__()
        self._model = _Entries()
        self._lines: tuple[HistoryLine, ...] = ()
        self._follows = True
        self.setModel(self._model)
        self.setItemDelegate(_Painter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("ring_off", True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.viewport().setAutoFillBackground(False)

    def show_lines(self, lines: Sequence[HistoryLine], today: date) -> None:
        """Show these lines; nothing moves when they are the same as before."""
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        self._model.show(entries(self._lines, today))
        self._follows = True
        self.doItemsLayout()
        self.scrollToBottom()

    def lines(self) -> tuple[HistoryLine, ...]:
        """The lines shown."""
        return self._lines

    def entry(self, index: _Index) -> Entry:
        """The entry at a place of the model."""
        return self._model.entries[index.row()]

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            places = sorted(index.row() for index in self.selectedIndexes())
            told = [e.line for place in places if (e := self._model.entries[place]).line]
            QGuiApplication.clipboard().setText("\n".join(_told(line) for line in told if line))
        else:
            self._follows = False
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.doItemsLayout()
        if self._follows:
            self.scrollToBottom()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self._follows = False
        super().wheelEvent(event)
