"""The lines of the audit trail: they grow while scrolling, and the chosen one is told."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QModelIndex, Signal
from typing_extensions import override

from desk.domain.audit import AuditLine
from desk.i18n import _, language
from desk.services.audit_files import GROUP_NAMES
from desk.ui import theme
from desk.ui.audit import words
from desk.ui.models.rows import Column, RowsModel
from desk.ui.widgets.table import TableView

_ROWS_AHEAD = 8
_LEAST_WHAT = 220
_SPARE = ("device", "group", "case")
_GROUP = {"zh": 96, "en": 176}
_WHEN = {"zh": 148, "en": 140}


class AuditRows(RowsModel[AuditLine]):
    """Lines; more can be added at the end."""

    def add_rows(self, rows: Sequence[AuditLine]) -> None:
        """Add lines below those there are."""
        if rows:
            first = self.rowCount()
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows.extend(rows)
            self.endInsertRows()


class AuditTable(TableView[AuditLine]):
    """`chosen` tells the current line (None for none), `more_wanted` that the end comes near."""

    chosen = Signal(object)
    more_wanted = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        columns = _columns(now)
        super().__init__(columns, sortable=False)
        self.lines = AuditRows(columns)
        self.rows = self.lines
        self.setModel(self.lines)
        self.setProperty("ring_off", True)
        self.clicked.disconnect()  # a click shows the line beside the list; it opens nothing
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentRowChanged.connect(self._tell)
        self.verticalScrollBar().valueChanged.connect(self._look_ahead)

    def show_lines(self, lines: Sequence[AuditLine]) -> None:
        """Show these lines from the first on."""
        self.lines.set_rows(lines)
        self._fit()
        self.scrollToTop()
        if lines:
            self.selectionModel().setCurrentIndex(self.lines.index(0, 0), self._select_flags())
        self.chosen.emit(self.current())

    def add_lines(self, lines: Sequence[AuditLine]) -> None:
        """Add lines below."""
        was_empty = not self.lines.rowCount()
        self.lines.add_rows(lines)
        if was_empty and lines:
            self.selectionModel().setCurrentIndex(self.lines.index(0, 0), self._select_flags())
            self.chosen.emit(self.current())

    def is_filled(self) -> bool:
        """Whether there are lines enough to scroll."""
        return self.lines.rowCount() * theme.now().row > self.viewport().height()

    @override
    def _fit(self) -> None:
        """Leave out spare columns until there is room for what happened; it takes the rest."""
        sizes = {
            place: theme.px(self._widths.get(column.key, column.width))
            for place, column in enumerate(self.rows.columns)
        }
        room = self.viewport().width() - sum(sizes.values())
        self._fitting = True
        for place, column in enumerate(self.rows.columns):
            short = column.key in _SPARE and room < theme.px(_LEAST_WHAT)
            self.setColumnHidden(place, short)
            room += sizes[place] if short else 0
        for place, wide in sizes.items():
            self.setColumnWidth(place, wide or max(room, theme.px(_LEAST_WHAT)))
        self._fitting = False

    def _tell(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit(self.current())

    def _look_ahead(self, value: int) -> None:
        if value >= self.verticalScrollBar().maximum() - theme.now().row * _ROWS_AHEAD:
            self.more_wanted.emit()


def _columns(now: Callable[[], datetime]) -> tuple[Column[AuditLine], ...]:
    spoken = language()
    return (
        Column("when", _("When"), lambda line: words.when(line.at, now()), width=_WHEN[spoken]),
        Column("who", _("Person"), lambda line: line.who, width=84, strong=True),
        Column("what", _("What"), words.what, tone=words.tone),
        Column("case", _("Case"), lambda line: line.number or "—", width=132),
        Column("group", _("Kind"), lambda line: _(GROUP_NAMES[line.group]), width=_GROUP[spoken]),
        Column("device", _("Computer"), lambda line: line.device, width=96),
    )
