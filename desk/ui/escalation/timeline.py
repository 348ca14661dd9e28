"""The line under a case: received, first contact, answer by, can extend to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from desk.ui import theme
from desk.ui.widgets import painting

_BESIDE = 30
_LINE = 18
"""Above the words below a point and after them, and a line of them (standard pixels)."""
_ABOVE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop

_LEAST_GAP = 104
"""Points nearer than this (standard pixels) are moved apart, so that their words can be read."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the line: its name, its day, the words under it, and its tone."""

    name: str
    on: date
    words: str
    tone: theme.Tone = "grey"


class Timeline(QWidget):
    """Points on a line, by day; what lies behind is drawn in a tone."""

    def __init__(self) -> None:
        super().__init__()
        self._points: tuple[Point, ...] = ()
        self._today = date.min
        self._tone: theme.Tone = "primary"
        self._lines = 1, 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_points(self, points: Sequence[Point], today: date, tone: theme.Tone) -> None:
        """Show points in the order of their days; the line is drawn in `tone` up to `today`."""
        self._points, self._today, self._tone = tuple(points), today, tone
        self.setAccessibleName("; ".join(f"{p.name} {p.words}" for p in points))
        self._fit()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(380), theme.px(_BESIDE + _LINE * sum(self._lines)))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Names and days keep all their words: where room is short they take a second line."""
        size, wide = theme.now().text_hint, self._width_of_words()
        names = [painting.lines_needed(p.name, size, wide, strong=True) for p in self._points]
        words = [painting.lines_needed(p.words, size, wide) for p in self._points]
        lines = max(names, default=1), max(words, default=1)
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()

    def _width_of_words(self) -> int:
        """The room below each point."""
        places = self._places() if self._points else []
        nearest = min((b - a for a, b in pairwise(places)), default=self.width())
        return max(1, min(theme.px(110), nearest - theme.px(2)))

    def _places(self) -> list[int]:
        """Where the points stand: by day, but never too near to be read."""
        first, last = self._points[0].on, self._points[-1].on
        side = theme.px(34)
        room = max(1, self.width() - 2 * side)
        whole = max(1, (last - first).days)
        places = [side + round(room * (p.on - first).days / whole) for p in self._points]
        gap = min(theme.px(_LEAST_GAP), room // max(1, len(places) - 1))
        for n in range(1, len(places)):
            places[n] = max(places[n], places[n - 1] + gap)
        limit = self.width() - side
        for n in range(len(places) - 1, -1, -1):
            places[n] = min(places[n], limit)
            limit = places[n] - gap
        return places

    def _reached(self, places: Sequence[int]) -> int:
        """How far along the line today is, between the points as they stand."""
        for n in range(1, len(places)):
            before, after = self._points[n - 1].on, self._points[n].on
            if self._today < after:
                days = max(1, (after - before).days)
                share = max(0, (self._today - before).days) / days
                return places[n - 1] + round((places[n] - places[n - 1]) * share)
        return places[-1]

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._points:
            return
        painter = QPainter(self)
        places = self._places()
        y, thick = theme.px(12), theme.px(4)
        line = QRect(places[0], y - thick // 2, places[-1] - places[0], thick)
        painting.fill_round(painter, line, thick / 2, theme.colour("line_2"))
        done = QRect(line)
        done.setRight(self._reached(places))
        painting.fill_round(painter, done, thick / 2, theme.colour(self._tone))
        wide = self._width_of_words()
        for place, point in zip(places, self._points, strict=True):
            self._draw_point(painter, QPoint(place, y), point, wide)

    def _draw_point(self, painter: QPainter, at: QPoint, point: Point, wide: int) -> None:
        x, y = at.x(), at.y()
        big, small = theme.px(8), theme.px(5)
        ring = QRect(x - big, y - big, 2 * big, 2 * big)
        role = "line" if point.tone == "grey" else point.tone
        painting.fill_round(painter, ring, big, theme.colour("card"), theme.colour(role))
        dot = QRect(x - small, y - small, 2 * small, 2 * small)
        painting.fill_round(painter, dot, small, theme.colour(role))
        left = min(max(0, x - wide // 2), self.width() - wide)
        size = theme.now().text_hint
        names, days = (theme.px(_LINE * lines) for lines in self._lines)
        name = QRect(left, y + theme.px(14), wide, names)
        painting.draw_lines(painter, name, point.name, size, "ink", strong=True, align=_ABOVE)
        words = QRect(left, name.bottom() + 1, wide, days)
        painting.draw_lines(painter, words, point.words, size, "ink_2", align=_ABOVE)
