"""A table of cases: rows grow while scrolling, the chosen case stays chosen, typing finds a row."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from desk.domain.projection import CaseRow
from desk.i18n import _, language
from desk.ui import theme
from desk.ui.ledger.cells import CaseCells, DueCells, FoundCells, StageCells
from desk.ui.ledger.hits import hits
from desk.ui.ledger.words import CaseWords
from desk.ui.models.rows import Column, RowsModel
from desk.ui.widgets.table import TableView

_Index = QModelIndex | QPersistentModelIndex
_ROWS_AHEAD = 8
_LEAST_SUMMARY = 150
_STAGE = {"zh": 138, "en": 176}
_DUE = {"zh": 206, "en": 216}
_PASSING = {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}


class CaseRows(RowsModel[CaseRow]):
    """Lines of the ledger; more can be added at the end, and cells say more in their tooltip."""

    def __init__(
        self,
        columns: Sequence[Column[CaseRow]],
        tips: Mapping[str, Callable[[CaseRow], str]],
    ) -> None:
        super().__init__(columns)
        self._tips = tips

    def add_rows(self, rows: Sequence[CaseRow]) -> None:
        """Add lines below those there are; lines of cases shown already are left out."""
        shown = {row.case for row in self.rows()}
        fresh = [row for row in rows if row.case not in shown]
        if fresh:
            first = self.rowCount()
            self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
            self._rows.extend(fresh)
            self.endInsertRows()

    def place_of(self, case: str) -> int:
        """Where a case stands; -1 when it is not shown."""
        return next((n for n, row in enumerate(self.rows()) if row.case == case), -1)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid():
            tip = self._tips.get(self.columns[index.column()].key)
            if tip is not None:
                return tip(self.row_at(index.row()))
        return super().data(index, role)


class CaseTable(TableView[CaseRow]):
    """Cases under the columns asked for, by key; `spare` ones go first where room is short.

    The lit row says that the table has the focus; it goes out when the focus leaves.
    Typing a part of a number, of the masked name or of the summary moves to the next case that
    has it. `more_wanted` asks for the lines below when the end comes near.
    """

    more_wanted = Signal()

    def __init__(self, words: CaseWords, columns: Sequence[str], spare: Sequence[str] = ()) -> None:
        known = _columns(words)
        chosen = [known[key] for key in columns]
        super().__init__(chosen, sortable=False)
        self.words = words
        self.cases = CaseRows(chosen, {"due": words.due_tip, "stage": words.stage_tip})
        self.rows = self.cases
        self.setModel(self.cases)
        self.found = FoundCells(self, words)
        cells: dict[str, CaseCells] = {
            "due": DueCells(self, words),
            "stage": StageCells(self, words),
            "summary": self.found,
        }
        for place, key in enumerate(columns):
            if key in cells:
                self.setItemDelegateForColumn(place, cells[key])
        self._spare = tuple(columns.index(key) for key in spare)
        self._typed = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(QApplication.keyboardInputInterval() * 2)
        self._pause.timeout.connect(self._forget_typed)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.setProperty("ring_off", True)
        self.verticalScrollBar().valueChanged.connect(self._look_ahead)

    def show_cases(self, rows: Sequence[CaseRow]) -> None:
        """Show these cases; nothing moves or flickers when they are the same as before."""
        if list(rows) == list(self.cases.rows()):
            self.viewport().update()
            return
        current = self.current()
        place = self.verticalScrollBar().value()
        self.cases.set_rows(rows)
        self._fit()
        if rows:
            here = max(self.cases.place_of(current.case), 0) if current is not None else 0
            self.selectionModel().setCurrentIndex(self.cases.index(here, 0), self._select_flags())
        self.verticalScrollBar().setValue(place)

    def go_to_top(self) -> None:
        """Begin at the first line."""
        if self.cases.rowCount():
            self.selectionModel().setCurrentIndex(self.cases.index(0, 0), self._select_flags())
        self.scrollToTop()

    def add_cases(self, rows: Sequence[CaseRow]) -> None:
        """Add cases below."""
        self.cases.add_rows(rows)

    def show_found(self, asked: str) -> None:
        """Mark the words of a search in the summaries."""
        if asked != self.found.asked:
            self.found.asked = asked
            self.viewport().update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _PASSING:
            self.clearSelection()

    @override
    def keyboardSearch(self, search: str) -> None:
        self._typed += search
        self._pause.start()
        if not self._go_to(self._typed):
            self._typed = search
            self._go_to(self._typed)

    @override
    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if event.commitString():
            self.keyboardSearch(event.commitString())
        event.accept()

    @override
    def _fit(self) -> None:
        """Leave out spare columns until the summary has room enough, then share the rest."""
        set_by_hand = self.widths()
        sizes = {
            place: theme.px(set_by_hand.get(column.key, column.width))
            for place, column in enumerate(self.rows.columns)
        }
        room = self.viewport().width() - sum(sizes.values())
        self._fitting = True
        for place in self._spare:
            short = room < theme.px(_LEAST_SUMMARY)
            self.setColumnHidden(place, short)
            room += sizes[place] if short else 0
        for place, wide in sizes.items():
            self.setColumnWidth(place, wide or max(room, theme.px(_LEAST_SUMMARY)))
        self._fitting = False

    def _go_to(self, typed: str) -> bool:
        rows = self.cases.rows()
        here = max(self.currentIndex().row(), 0)
        # The current row may still fit while a word grows; a word begun anew looks further on.
        first = here if len(typed) > 1 else here + 1
        for step in range(len(rows)):
            place = (first + step) % len(rows)
            row = rows[place]
            words = f"{row.number}\n{self.words.name(row)}\n{row.summary}"
            if hits(words, typed):
                self.setCurrentIndex(self.cases.index(place, 0))
                return True
        return False

    def _forget_typed(self) -> None:
        self._typed = ""

    def _look_ahead(self, value: int) -> None:
        if value >= self.verticalScrollBar().maximum() - theme.now().row * _ROWS_AHEAD:
            self.more_wanted.emit()


def _columns(words: CaseWords) -> dict[str, Column[CaseRow]]:
    made: tuple[Column[Any], ...] = (
        Column("number", _("Number"), lambda r: r.number, width=136, strong=True),
        Column("received", _("Received"), words.received, width=94),
        Column("name", _("Customer"), words.name, width=80),
        Column("summary", _("Request"), words.summary),
        Column("stage", _("Progress"), words.stage_line, width=_STAGE[language()]),
        Column("first", _("Taken by"), lambda r: words.person(r.first_receiver), width=74),
        Column("handler", _("Handler"), lambda r: words.person(r.handler), width=82),
        Column("business", _("Business"), lambda r: words.code(r.business), width=130),
        Column("status", _("Status"), words.status, width=90),
        Column("due", _("Time limit"), words.due_line, width=_DUE[language()]),
    )
    return {column.key: column for column in made}
