"""How cells of case lists are painted: the limit as bar and chip, the steps, words found."""

from typing import Any, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from desk.domain.projection import CaseRow
from desk.ui import theme
from desk.ui.ledger.hits import hits
from desk.ui.ledger.words import CaseWords
from desk.ui.models.rows import RowsModel
from desk.ui.widgets import painting
from desk.ui.widgets.progress import draw_bar

_Index = QModelIndex | QPersistentModelIndex
_DUE_BAR = 84
_LEAST_BAR = 24
_STEP_BAR = 34


class CaseCells(QStyledItemDelegate):
    """Paints the ground of a cell as the table does, and leaves the content to `draw`.

    `lit` is true while a chosen row is drawn.
    """

    def __init__(self, parent: QWidget, words: CaseWords) -> None:
        super().__init__(parent)
        self.words = words
        self.lit = False

    def draw(self, painter: QPainter, box: QRect, row: CaseRow, text: str) -> None:
        """Paint the content of a cell."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        plain: Any = QStyleOptionViewItem(option)  # its members have no stubs
        self.initStyleOption(plain, index)
        text, plain.text = str(plain.text), ""
        ground = QStyle.ControlElement.CE_ItemViewItem
        plain.widget.style().drawControl(ground, plain, painter, plain.widget)
        box = QRect(plain.rect).adjusted(theme.px(10), 0, -theme.px(8), 0)
        model = cast("RowsModel[CaseRow]", index.model())
        self.lit = bool(plain.state & QStyle.StateFlag.State_Selected)
        painter.save()
        self.draw(painter, box, model.row_at(index.row()), text)
        painter.restore()


class DueCells(CaseCells):
    """The limit: how much of it is used as a bar, and a chip with the words for it."""

    @override
    def draw(self, painter: QPainter, box: QRect, row: CaseRow, text: str) -> None:
        due = self.words.due(row)
        chosen = theme.now()
        place = QRect(box)
        wide = painting.text_width(due.words, chosen.text_hint) + theme.px(20)
        room = box.width() - wide - theme.px(9)
        if due.share is not None and room >= theme.px(_LEAST_BAR):
            bar = QRect(box.left(), 0, min(theme.px(_DUE_BAR), room), theme.px(6))
            bar.moveTop(box.center().y() - bar.height() // 2)
            draw_bar(painter, bar, due.share, due.tone)
            place.setLeft(bar.right() + theme.px(9))
        chip = QRect(place.left(), 0, min(wide, place.width()), theme.px(24))
        chip.moveTop(place.center().y() - chip.height() // 2)
        ground = theme.colour("card" if self.lit else chosen.soft(due.tone))
        painting.fill_round(painter, chip, min(chosen.radius_chip, chip.height() / 2), ground)
        inner = chip.adjusted(theme.px(10), 0, -theme.px(8), 0)
        painting.draw_text(painter, inner, due.words, chosen.text_hint, due.tone)


class StageCells(CaseCells):
    """The progress: steps complete of all, the same as a slim bar, and where the case stands."""

    @override
    def draw(self, painter: QPainter, box: QRect, row: CaseRow, text: str) -> None:
        stage = self.words.stage(row)
        size = theme.now().text_table
        count = f"{stage.done}/{stage.total}"
        wide = painting.text_width(count, size) + theme.px(2)
        place = QRect(box)
        place.setWidth(wide)
        painting.draw_text(painter, place, count, size, "ink_2")
        bar = QRect(place.right() + theme.px(6), 0, theme.px(_STEP_BAR), theme.px(4))
        bar.moveTop(box.center().y() - bar.height() // 2)
        draw_bar(painter, bar, stage.done / stage.total if stage.total else 0.0, "primary")
        place = QRect(box)
        place.setLeft(bar.right() + theme.px(9))
        painting.draw_text(painter, place, stage.name, size, "ink")


class FoundCells(CaseCells):
    """Text with the words of a search on a light ground; `asked` is what was searched."""

    def __init__(self, parent: QWidget, words: CaseWords) -> None:
        super().__init__(parent, words)
        self.asked = ""

    @override
    def draw(self, painter: QPainter, box: QRect, row: CaseRow, text: str) -> None:
        size = theme.now().text_table
        metrics = QFontMetrics(theme.font(size))
        for start, end in hits(text, self.asked):
            left = box.left() + metrics.horizontalAdvance(text[:start])
            wide = metrics.horizontalAdvance(text[start:end])
            mark = QRect(left - 1, 0, wide + 2, theme.px(20))
            mark.moveTop(box.center().y() - mark.height() // 2)
            ground = theme.colour("amber_soft")
            painting.fill_round(painter, mark.intersected(box), theme.px(3), ground)
        role = "ink" if row.summary else "ink_hint"
        painting.draw_text(painter, box, text, size, role)
