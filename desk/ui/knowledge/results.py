"""The list of what was found: two lines an entry, the words looked for lit in the first."""

from typing import Any, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from desk.i18n import language
from desk.services.packs import Entry, kind_name
from desk.ui import theme
from desk.ui.ledger.hits import hits
from desk.ui.models.rows import Column, RowsModel
from desk.ui.widgets import painting
from desk.ui.widgets.table import TableView

_Index = QModelIndex | QPersistentModelIndex
ROW = 56


def title_of(entry: Entry) -> str:
    """The title of an entry in one line."""
    return " ".join(entry.title.of(language()).split())


class _Lines(QStyledItemDelegate):
    """Paints an entry: its title, then its kind and key in a lighter colour."""

    def __init__(self, parent: "Results") -> None:
        super().__init__(parent)
        self._list = parent

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        plain: Any = QStyleOptionViewItem(option)  # its members have no stubs
        self.initStyleOption(plain, index)
        plain.text = ""
        ground = QStyle.ControlElement.CE_ItemViewItem
        plain.widget.style().drawControl(ground, plain, painter, plain.widget)
        entry = cast("RowsModel[Entry]", index.model()).row_at(index.row())
        painter.save()
        self._draw(painter, QRect(plain.rect), entry)
        painter.restore()

    def _draw(self, painter: QPainter, box: QRect, entry: Entry) -> None:
        chosen = theme.now()
        inner = box.adjusted(theme.px(14), theme.px(6), -theme.px(12), -theme.px(7))
        half = inner.height() // 2
        upper = QRect(inner.left(), inner.top(), inner.width(), half)
        lower = QRect(inner.left(), inner.top() + half, inner.width(), half)
        face = theme.font(chosen.text_body)
        metrics = QFontMetrics(face)
        right = Qt.TextElideMode.ElideRight
        words = metrics.elidedText(title_of(entry), right, upper.width())
        for start, end in hits(words, self._list.asked):
            left = upper.left() + metrics.horizontalAdvance(words[:start])
            wide = metrics.horizontalAdvance(words[start:end])
            light = QRect(left, upper.top() + 1, wide, upper.height() - 1)
            painting.fill_round(painter, light, theme.px(3), theme.colour("amber_soft"))
        painting.draw_text(painter, upper, words, chosen.text_body, "ink")
        below = f"{kind_name(entry.kind)} · {entry.key}"
        painting.draw_text(painter, lower, below, chosen.text_hint, "ink_hint")


class Results(TableView[Entry]):
    """What was found. `turned` tells the entry that the cursor came to, by key or click."""

    turned = Signal(object)

    def __init__(self) -> None:
        columns: tuple[Column[Entry], ...] = (
            Column("title", "", lambda entry: f"{entry.key}\t{title_of(entry)}"),
        )
        super().__init__(columns, sortable=False)
        self.asked = ""
        self._quiet = False
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegate(_Lines(self))
        self.horizontalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        self.selectionModel().currentRowChanged.connect(self._turned)

    def show_entries(self, entries: tuple[Entry, ...], asked: str, at: Entry | None) -> None:
        """Show what was found for some words, with the cursor on one entry or the first."""
        self.asked = asked
        self._quiet = True
        self.rows.set_rows(entries)
        place = entries.index(at) if at in entries else 0
        self.go_to(place if entries else -1)
        self._quiet = False
        self.viewport().update()
        self._turned()

    def go_to(self, place: int) -> None:
        """Put the cursor on a line."""
        if place < 0:
            return
        index = self.rows.index(place, 0)
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def _turned(self) -> None:
        entry = self.current()
        if not self._quiet and entry is not None:
            self.turned.emit(entry)
