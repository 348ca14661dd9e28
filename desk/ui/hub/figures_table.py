"""The table of figures: as many lines as there are, and all of them together below, in sight."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.hub_figures import Axis
from desk.i18n import _
from desk.ui import theme
from desk.ui.hub import figures_words as words
from desk.ui.hub.figures_rows import NamedLine
from desk.ui.models.rows import Column, RowsModel
from desk.ui.widgets.labels import Rule
from desk.ui.widgets.table import TableView

_LEAST_NAME = 150
_SPARE = ("p90", "transfer_share", "repeat_share")
"""Left out in this order where names have no room; opening a line tells them."""


class FigureRows(RowsModel[NamedLine]):
    """Lines under the columns of what they are counted by."""

    def show_lines(self, columns: Sequence[Column[NamedLine]], lines: Sequence[NamedLine]) -> None:
        """Show other lines under other columns."""
        self.beginResetModel()
        self.columns = tuple(columns)
        self._rows = list(lines)
        self.endResetModel()


class FigureTable(TableView[NamedLine]):
    """Lines of figures; `fitted` tells that columns have new widths."""

    fitted = Signal()

    def __init__(self) -> None:
        columns = words.columns(("cause",))
        super().__init__(columns)
        self.lines = FigureRows(columns)
        self.rows = self.lines
        self.setModel(self.lines)
        self.setProperty("ring_off", True)

    def show_lines(self, by: Sequence[Axis], lines: Sequence[NamedLine]) -> None:
        """Show lines that are counted by these axes, the first of them chosen."""
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.lines.show_lines(words.columns(by), lines)
        self.show_whole_words()
        self._fit()
        self.scrollToTop()
        if lines:
            self.selectionModel().setCurrentIndex(self.lines.index(0, 0), self._select_flags())

    @override
    def _fit(self) -> None:
        """Leave out spare columns until names have room, and share the rest among the names."""
        shown = list(self.rows.columns)
        names = sum(not one.width for one in shown)
        for key in _SPARE:
            if self._room(shown) >= theme.px(_LEAST_NAME) * names:
                break
            shown = [one for one in shown if one.key != key]
        each = max(self._room(shown) // max(names, 1), theme.px(_LEAST_NAME) // 2)
        self._fitting = True
        for place, column in enumerate(self.rows.columns):
            self.setColumnHidden(place, column not in shown)
            self.setColumnWidth(place, self._size(column) or each)
        self._fitting = False
        self.fitted.emit()

    def _room(self, shown: Sequence[Column[NamedLine]]) -> int:
        return self.viewport().width() - sum(map(self._size, shown))

    def _size(self, column: Column[NamedLine]) -> int:
        return theme.px(self._widths.get(column.key, column.width)) if column.width else 0


class _Together(TableView[NamedLine]):
    """The one line below, in the columns of the table above it."""

    def __init__(self, above: FigureTable) -> None:
        columns = words.strong(above.lines.columns)
        super().__init__(columns, sortable=False)
        self._above = above
        self.lines = FigureRows(columns)
        self.rows = self.lines
        self.setModel(self.lines)
        self.setProperty("ring_off", True)
        self.horizontalHeader().hide()
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(theme.now().row)
        above.fitted.connect(self._fit)
        above.horizontalHeader().sectionResized.connect(lambda *_sizes: self._fit())

    def show_line(self, line: NamedLine) -> None:
        """Show all lines together."""
        self.lines.show_lines(words.strong(self._above.lines.columns), [line])
        self._fit()
        self.selectionModel().setCurrentIndex(self.lines.index(0, 0), self._select_flags())

    @override
    def _fit(self) -> None:
        """Stand below the columns above, which have the room of a bar less where there is one."""
        above = self._above
        if len(above.lines.columns) != len(self.rows.columns):
            return  # what is counted by is about to change here as well
        self._fitting = True
        for place in range(len(self.rows.columns)):
            self.setColumnHidden(place, above.isColumnHidden(place))
            self.setColumnWidth(place, above.columnWidth(place))
        self._fitting = False


class FigureBoard(QWidget):
    """The table and the line below it; `opened` gives the line whose cases are wanted."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.table = FigureTable()
        self.table.setObjectName("figures_table")
        self.table.setAccessibleName(_("Figures"))
        self.together = _Together(self.table)
        self.together.setObjectName("figures_together")
        self.together.setAccessibleName(_("Together"))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.table, 1)
        box.addWidget(Rule())
        box.addWidget(self.together)
        self.table.opened.connect(self.opened)
        self.together.opened.connect(self.opened)

    def show_figures(
        self, by: Sequence[Axis], lines: Sequence[NamedLine], total: NamedLine
    ) -> None:
        """Show lines, and all of them together."""
        self.table.show_lines(by, lines)
        self.together.show_line(total)
