"""The one way a table looks and behaves: quiet rows of 44 px, keyboard, copy, widths that stay."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)
from typing_extensions import override

from desk.ui import theme
from desk.ui.models.rows import SHARE_ROLE, TONE_ROLE, Column, RowsModel
from desk.ui.widgets import painting
from desk.ui.widgets.progress import draw_bar

Row = TypeVar("Row")
_LEAST_WIDTH = 48
_BAR_WIDTH = 84


class _Cells(QStyledItemDelegate):
    """Paints a share as a bar and a text with a tone as a chip; everything else as usual."""

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tone, share = index.data(TONE_ROLE), index.data(SHARE_ROLE)
        if tone is None and share is None:
            super().paint(painter, option, index)
            return
        plain: Any = QStyleOptionViewItem(option)  # its members have no stubs
        self.initStyleOption(plain, index)
        text, plain.text = str(plain.text), ""
        ground = QStyle.ControlElement.CE_ItemViewItem
        plain.widget.style().drawControl(ground, plain, painter, plain.widget)
        box = QRect(plain.rect).adjusted(theme.px(10), 0, -theme.px(6), 0)
        painter.save()
        if share is not None:
            bar = QRect(box.left(), 0, min(theme.px(_BAR_WIDTH), box.width() // 2), theme.px(6))
            bar.moveTop(box.center().y() - bar.height() // 2)
            draw_bar(painter, bar, float(share), tone or "primary")
            box.setLeft(bar.right() + theme.px(9))
        self._draw_chip(painter, box, text, tone or "primary")
        painter.restore()

    def _draw_chip(self, painter: QPainter, box: QRect, text: str, tone: theme.Tone) -> None:
        if not text:
            return
        chosen = theme.now()
        wide = painting.text_width(text, chosen.text_hint) + theme.px(20)
        chip = QRect(box.left(), 0, min(wide, box.width()), theme.px(24))
        chip.moveTop(box.center().y() - chip.height() // 2)
        radius = min(chosen.radius_chip, chip.height() / 2)
        painting.fill_round(painter, chip, radius, theme.colour(chosen.soft(tone)))
        inner = chip.adjusted(theme.px(10), 0, -theme.px(8), 0)
        painting.draw_text(painter, inner, text, chosen.text_hint, tone)


class TableView(QTableView, Generic[Row]):
    """A table over a :class:`~desk.ui.models.rows.RowsModel`.

    Enter, double click and a click on a row open it (`opened` gives the row's value); Ctrl+C
    copies the chosen rows with tabs between cells; a click on a header sorts. Widths set by hand
    are told by `widths_changed` and put back by `set_widths`; columns of width 0 share the rest.
    """

    opened = Signal(object)
    widths_changed = Signal(dict)

    def __init__(self, columns: Sequence[Column[Row]], *, sortable: bool = True) -> None:
        super().__init__()
        self.rows = RowsModel(columns)
        self._widths: dict[str, int] = {}
        self._fitting = False
        self.setModel(self.rows)
        self.setItemDelegate(_Cells(self))
        self._set_behaviour(sortable=sortable)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(painting.LEFT)
        header.setFixedHeight(theme.px(34))
        header.setMinimumSectionSize(theme.px(_LEAST_WIDTH))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.sectionResized.connect(self._resized)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.now().row)
        self.clicked.connect(self._open)

    def _set_behaviour(self, *, sortable: bool) -> None:
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSortingEnabled(sortable)
        if sortable:
            self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self.horizontalHeader().setSortIndicatorShown(False)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows; the current row keeps its place."""
        here = self.currentIndex().row()
        self.rows.set_rows(rows)
        if rows:
            place = self.rows.index(min(max(here, 0), len(rows) - 1), 0)
            self.selectionModel().setCurrentIndex(place, self._select_flags())

    def current(self) -> Row | None:
        """The value of the current row."""
        place = self.currentIndex().row()
        return self.rows.row_at(place) if place >= 0 else None

    def show_whole_words(self) -> None:
        """Let headings have the lines they are written in, and cells a second one."""
        header = self.horizontalHeader()
        header.setTextElideMode(Qt.TextElideMode.ElideNone)
        lines = max(column.title.count("\n") for column in self.rows.columns)
        header.setFixedHeight(theme.px(34) + lines * header.fontMetrics().lineSpacing())
        self.setWordWrap(True)

    def widths(self) -> dict[str, int]:
        """The widths set by hand, by column key, in standard pixels."""
        return dict(self._widths)

    def set_widths(self, widths: Mapping[str, int]) -> None:
        """Put widths back."""
        self._widths = dict(widths)
        self._fit()

    def copied_text(self) -> str:
        """The chosen rows as text, cells between tabs."""
        chosen = sorted({index.row() for index in self.selectedIndexes()})
        return "\n".join(
            "\t".join(column.text(self.rows.row_at(place)) for column in self.rows.columns)
            for place in chosen
        )

    def _select_flags(self) -> QItemSelectionModel.SelectionFlag:
        """The current row is lit only while somebody works in the table."""
        flags = QItemSelectionModel.SelectionFlag
        return flags.ClearAndSelect | flags.Rows if self.hasFocus() else flags.NoUpdate

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.currentIndex().isValid():
            self.selectionModel().setCurrentIndex(self.currentIndex(), self._select_flags())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied_text())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(480), theme.px(34) + theme.now().row * 5)

    def _open(self, index: QModelIndex) -> None:
        plain = QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier
        if index.isValid() and plain:
            self.opened.emit(self.rows.row_at(index.row()))

    def _fit(self) -> None:
        """Give fixed columns their width and share the rest among the others."""
        fixed = {
            place: theme.px(self._widths.get(column.key, column.width))
            for place, column in enumerate(self.rows.columns)
        }
        free = [place for place, wide in fixed.items() if wide == 0]
        rest = self.viewport().width() - sum(fixed.values())
        for place in free:
            fixed[place] = max(rest // len(free), theme.px(_LEAST_WIDTH * 2))
        self._fitting = True
        for place, wide in fixed.items():
            self.setColumnWidth(place, wide)
        self._fitting = False

    def _resized(self, place: int, _old: int, new: int) -> None:
        if self._fitting or self.rows.columns[place].width == 0:
            return
        self._widths[self.rows.columns[place].key] = round(new / theme.now().scale)
        self.widths_changed.emit(self.widths())
        self._fit()
