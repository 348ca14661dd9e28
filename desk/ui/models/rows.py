"""Frozen values as rows of a table: columns say how a value is shown, sorted and copied.

The model holds what it is given and asks nobody; searching and filtering are the services' work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from typing_extensions import override

from desk.ui import theme

TONE_ROLE = Qt.ItemDataRole.UserRole + 1
SHARE_ROLE = Qt.ItemDataRole.UserRole + 2

Row = TypeVar("Row")
_Index = QModelIndex | QPersistentModelIndex
_HERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its key (kept with its width), title, and what it shows of a row.

    `tone` makes the text a chip; `share` (0–1) draws a bar before it; `sort_key` orders rows when
    text would order them wrongly; `width` is in standard pixels, 0 takes the room that is left.
    """

    key: str
    title: str
    text: Callable[[Row], str]
    width: int = 0
    strong: bool = False
    right: bool = False
    tone: Callable[[Row], theme.Tone | None] | None = None
    share: Callable[[Row], float] | None = None
    sort_key: Callable[[Row], Any] | None = None


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows of frozen values under columns."""

    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self._rows: list[Row] = []

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rows(self) -> tuple[Row, ...]:
        """The rows in the order shown."""
        return tuple(self._rows)

    def row_at(self, place: int) -> Row:
        """The row shown at `place`."""
        return self._rows[place]

    @override
    def rowCount(self, parent: _Index = _HERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: _Index = _HERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                shown: object = column.text(row)
            case Qt.ItemDataRole.FontRole if column.strong:
                shown = theme.font(theme.now().text_table, strong=True)
            case Qt.ItemDataRole.TextAlignmentRole:
                shown = _side(column)
            case _ if role == TONE_ROLE and column.tone:
                shown = column.tone(row)
            case _ if role == SHARE_ROLE and column.share:
                shown = column.share(row)
            case _:
                shown = None
        return shown

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(self.columns[section])
        return None

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(self.columns):
            return
        chosen = self.columns[column]
        key = chosen.sort_key or chosen.text
        self.layoutAboutToBeChanged.emit()
        descending = order == Qt.SortOrder.DescendingOrder
        self._rows.sort(key=key, reverse=descending)
        self.layoutChanged.emit()


def _side(column: Column[Row]) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
