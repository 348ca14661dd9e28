"""Small marks several widgets paint alike: keycaps, icons, lines of text.

Functions take a painter and logical pixels at the scale in force; they leave pen, brush and font
of the painter as they find convenient.
"""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from desk.ui import theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def text_width(text: str, size: int, *, strong: bool = False) -> int:
    """The pixels one line of `text` needs."""
    return QFontMetrics(theme.font(size, strong=strong)).horizontalAdvance(text)


def draw_text(
    painter: QPainter,
    box: QRect,
    text: str,
    size: int,
    role: str,
    *,
    strong: bool = False,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """One line of text inside `box`, shortened with an ellipsis when it does not fit."""
    face = theme.font(size, strong=strong)
    painter.setFont(face)
    painter.setPen(theme.colour(role))
    shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, box.width() + 1)
    painter.drawText(box, align, shown)


def draw_lines(
    painter: QPainter,
    box: QRect,
    text: str,
    size: int,
    role: str,
    *,
    strong: bool = False,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """Text in as many lines as it needs inside `box`; it should be high enough for them."""
    painter.setFont(theme.font(size, strong=strong))
    painter.setPen(theme.colour(role))
    painter.drawText(box, align | Qt.TextFlag.TextWordWrap, text)


def lines_needed(text: str, size: int, wide: int, *, strong: bool = False) -> int:
    """How many lines `text` takes when it is broken at words to `wide` pixels."""
    metrics = QFontMetrics(theme.font(size, strong=strong))
    box = metrics.boundingRect(QRect(0, 0, wide, 9999), Qt.TextFlag.TextWordWrap, text)
    return max(1, round(box.height() / metrics.lineSpacing()))


def draw_icon(painter: QPainter, box: QRect, name: str, role: str, size: int = 18) -> None:
    """An icon centred in `box`; `size` in pixels of the standard text size."""
    side = theme.px(size)
    place = QRect(0, 0, side, side)
    place.moveCenter(box.center())
    theme.icon(name, role, size).paint(painter, place)


def fill_round(
    painter: QPainter, box: QRect, radius: float, fill: QColor, line: QColor | None = None
) -> None:
    """A rounded box with a hairline inside its edge."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill)
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(box), radius, radius)
        return
    painter.setPen(QPen(line, 1))
    inner = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(inner, radius, radius)


def keycap_size(keys: str) -> QSize:
    """The room a keycap with these letters takes."""
    wide = text_width(keys, theme.now().text_key) + theme.px(10)
    return QSize(max(wide, theme.px(18)), theme.px(18))


def draw_keycap(painter: QPainter, box: QRect, keys: str, role: str, line: str = "") -> None:
    """A keycap centred in `box`: the letters of a shortcut in a hairline frame."""
    place = QRect(box.topLeft(), keycap_size(keys))
    place.moveCenter(box.center())
    edge = theme.colour(line or role, 150)
    fill_round(painter, place, theme.px(4), theme.colour("card", 0), edge)
    draw_text(painter, place, keys, theme.now().text_key, role, align=CENTRE)
