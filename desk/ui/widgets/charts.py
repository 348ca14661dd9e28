"""Two small charts that are painted: bars of a week, and a profile as a radar.

Larger charts belong to pyqtgraph, loaded when first needed.
"""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from desk.ui import theme
from desk.ui.widgets import painting


class BarChart(QWidget):
    """A few labelled bars with their numbers; the last is lit when it is today's."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: tuple[tuple[str, int], ...] = ()
        self._lit = -1
        self.setMinimumHeight(theme.px(96))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_bars(self, bars: Sequence[tuple[str, int]], lit: int = -1) -> None:
        """Show (label, number) pairs; `lit` is the place of the bar to stress."""
        self._bars = tuple(bars)
        self._lit = lit % len(bars) if bars else -1
        self.setAccessibleName(", ".join(f"{label} {number}" for label, number in bars))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(260), theme.px(120))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter = QPainter(self)
        chosen = theme.now()
        most = max(1, *(number for _, number in self._bars))
        slot = self.width() / len(self._bars)
        wide = min(round(slot * 0.6), theme.px(26))
        floor = self.height() - theme.px(20)
        room = floor - theme.px(18)
        for place, (label, number) in enumerate(self._bars):
            middle = round(slot * (place + 0.5))
            high = round(room * number / most)
            bar = QRect(middle - wide // 2, floor - high, wide, high)
            lit = place == self._lit
            fill = theme.colour("primary" if lit else "primary_pale")
            if high:
                painting.fill_round(painter, bar, theme.px(3), fill)
            text = QRect(middle - round(slot) // 2, bar.top() - theme.px(17), round(slot), 0)
            text.setHeight(theme.px(16))
            size = chosen.text_key
            painting.draw_text(
                painter, text, str(number), size, "ink_2", strong=lit, align=painting.CENTRE
            )
            text.moveTop(floor + theme.px(3))
            role = "ink" if lit else "ink_hint"
            painting.draw_text(painter, text, label, size, role, align=painting.CENTRE)


class Radar(QWidget):
    """A few shares of 0–1 around a centre, each with its name."""

    def __init__(self, tone: theme.Tone = "violet") -> None:
        super().__init__()
        self._axes: tuple[tuple[str, float], ...] = ()
        self._tone: theme.Tone = tone
        self.setMinimumSize(theme.px(200), theme.px(170))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_axes(self, axes: Sequence[tuple[str, float]]) -> None:
        """Show (name, share) pairs, the first at the top, then clockwise."""
        self._axes = tuple(axes)
        self.setAccessibleName(", ".join(f"{name} {share:.0%}" for name, share in axes))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(330), theme.px(200))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._axes) < 3:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre, reach = self._room()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("line"), 1))
        for ring in (0.25, 0.5, 0.75, 1.0):
            painter.drawPolygon(self._polygon(centre, [reach * ring] * len(self._axes)))
        painter.setPen(QPen(theme.colour(self._tone), theme.px(2)))
        painter.setBrush(theme.colour(self._tone, 50))
        shares = [reach * min(max(share, 0.03), 1.0) for _, share in self._axes]
        painter.drawPolygon(self._polygon(centre, shares))
        for place, (name, _) in enumerate(self._axes):
            self._draw_name(painter, centre, reach, place, name)

    def _room(self) -> tuple[QPointF, float]:
        """Centre and length of the axes: as large as the names around them allow."""
        ways = [self._direction(place) for place in range(len(self._axes))]
        up, down = -min(way.y() for way in ways), max(way.y() for way in ways)
        aside = max(abs(way.x()) for way in ways)
        size = theme.now().text_hint
        words = max(painting.text_width(name, size) for name, _ in self._axes)
        across = (self.width() / 2 - words - theme.px(10)) / aside
        above, below = (theme.px(9 + 17 * far) for far in (up, down))  # half and all of a name
        reach = max(theme.px(24), min(across, (self.height() - above - below) / (up + down)))
        spare = self.height() - above - below - reach * (up + down)
        return QPointF(self.width() / 2, above + spare / 2 + reach * up), reach

    def _direction(self, place: int) -> QPointF:
        turn = math.tau * place / len(self._axes)
        return QPointF(math.sin(turn), -math.cos(turn))

    def _polygon(self, centre: QPointF, lengths: Sequence[float]) -> QPolygonF:
        return QPolygonF(
            [centre + self._direction(place) * length for place, length in enumerate(lengths)]
        )

    def _draw_name(
        self, painter: QPainter, centre: QPointF, reach: float, place: int, name: str
    ) -> None:
        size = theme.now().text_hint
        way = self._direction(place)
        tip = centre + way * (reach + theme.px(8))
        wide, high = painting.text_width(name, size) + 2, theme.px(18)
        left = tip.x() - wide / 2 + way.x() * wide / 2
        top = tip.y() - high / 2 + way.y() * high / 2
        box = QRect(round(left), round(top), wide, high)
        painting.draw_text(painter, box, name, size, "ink_2", align=painting.CENTRE)
