"""The ledger 台账: every case, searched while typing, narrowed by choices, read by the page."""

import dataclasses
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QVBoxLayout,
)
from typing_extensions import override

from desk.domain import ledger as asking
from desk.domain.ledger import Count, Filter, Sort
from desk.domain.projection import CaseRow
from desk.i18n import _, ngettext
from desk.services import ledger
from desk.services.session import Session
from desk.ui import theme
from desk.ui.ledger.export import Export
from desk.ui.ledger.filters import Filters
from desk.ui.ledger.pills import PillRow
from desk.ui.ledger.table import CaseTable
from desk.ui.ledger.words import CaseWords
from desk.ui.page import Page
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card, EmptyState
from desk.ui.widgets.fields import SearchBox
from desk.ui.widgets.labels import Text
from desk.ui.work import Work

LINES = 50
SEARCH_PAUSE_MS = 150
_MINUTE_MS = 60_000
_COLUMNS = ("number", "received", "name", "summary", "business", "stage", "handler", "due")
_SORTS: dict[str, tuple[Sort, ...]] = {
    "number": ("newest", "oldest"),
    "received": ("newest", "oldest"),
    "handler": ("handler",),
    "due": ("due",),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What one reading brought: lines, whether more follow, and with a new question their count."""

    page: asking.Page
    count: Count | None
    people: dict[str, str]


class LedgerPage(Page):
    """The list of all cases.

    `show_filter` puts a question from elsewhere, `search` a text. `new_wanted` asks for a new
    complaint. Opening a line goes to the intake of an open case, to the file of a closed one.
    """

    new_wanted = Signal()

    def __init__(self, work: Work) -> None:
        super().__init__(_("Ledger"))
        self.work = work
        self.words = CaseWords(work.pack, work.now())
        self._sort: Sort = "newest"
        self._round = 0
        self._more = False
        self._reading = False
        self._from_top = False
        self._total = Count(0)
        self._export: Export | None = None
        self.box = SearchBox(_("Number, name, phone, content"), "Ctrl F")
        self.box.setObjectName("ledger_search")
        self.status = PillRow(
            (("all", _("All")), ("open", _("In progress")), ("closed", _("Closed")))
        )
        self.status.setObjectName("ledger_status")
        self.filters = Filters(self.words, work.now)
        self.clear = Button(_("Clear filters"), kind="link", icon="x")
        self.clear.setObjectName("clear_filters")
        self.count = Text("", "table", "ink_2")
        self.count.setObjectName("ledger_count")
        self.order = Text("", "hint", "ink_hint")
        self.order.setObjectName("ledger_order")
        self.save = Button(_("Export CSV"), icon="download")
        self.save.setObjectName("ledger_export")
        self.save.setVisible(work.may("export"))
        self.table = CaseTable(self.words, _COLUMNS, spare=("business", "stage", "received"))
        self.table.setObjectName("ledger_table")
        self.table.setAccessibleName(_("Ledger"))
        self._stack = QStackedWidget()
        self._empty = EmptyState("folder-search", " ", " ", _("Clear filters"))
        self._empty.setObjectName("ledger_empty")
        self._pause = QTimer(self)
        self._clock = QTimer(self)
        self._arrange()
        self._connect()
        self._show_order()

    @override
    def help_text(self) -> tuple[str, ...]:
        return (
            _(
                "Search looks through numbers, names, phones, stories and notes; one Chinese "
                "character is enough. Ctrl+F goes to the search, Down from there into the list."
            ),
            _("Enter opens a case, Ctrl+C copies the chosen lines, names stay masked."),
            _("A click on a heading sorts by number, handler or time limit."),
        )

    @override
    def on_shown(self) -> None:
        self._clock.start()
        self.refresh()
        self.table.setFocus()

    @override
    def on_left(self) -> None:
        self._clock.stop()

    def show_filter(self, asked: Filter, sort: Sort | None = None) -> None:
        """List exactly the cases that meet a filter; those with a due date by due time."""
        self.status.set_value(asked.status or "all")
        self.filters.show_filter(asked)
        self._set_box(asked.text)
        self._sort = sort or ("due" if asked.due_before else "newest")
        self._ask()

    def search(self, text: str) -> None:
        """List the cases that hold a text, whatever was chosen before."""
        self.show_filter(Filter(text=text))

    def asked(self) -> Filter:
        """What the list asks for now; words on time mean this moment."""
        status = self.status.value()
        plain = Filter(status="" if status == "all" else status)
        return dataclasses.replace(self.filters.narrowed(plain), text=self.box.text().strip())

    def refresh(self) -> None:
        """Read again what is shown; the lines stay where they are."""
        self._ask(keep=True)

    def _arrange(self) -> None:
        self.box.setFixedWidth(theme.px(340))
        first = layouts.row(self.box, self.status, gap=14)
        first.addStretch(1)
        first.addWidget(self.order)
        first.addWidget(self.save)
        second = layouts.row(gap=12)
        second.addWidget(self.filters, 1)
        second.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignVCenter)
        head = QVBoxLayout()
        side = theme.px(16)
        head.setContentsMargins(side, theme.px(14), side, theme.px(6))
        head.setSpacing(theme.px(10))
        head.addLayout(first)
        head.addLayout(second)
        card = Card(margin=0)
        card.body.setContentsMargins(1, 0, 1, theme.px(6))
        card.body.setSpacing(0)
        card.body.addLayout(head)
        for widget in (self.table, self._empty):
            self._stack.addWidget(widget)
        card.add(self._stack, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(theme.px(20), side, theme.px(20), side)
        outer.addWidget(card)
        self.header_left = [self.count]

    def _connect(self) -> None:
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self._clock.setInterval(_MINUTE_MS)
        self._clock.timeout.connect(self.refresh)
        self.box.textChanged.connect(self._pause.start)
        self.box.entered.connect(self._entered)
        self.box.left.connect(self.table.setFocus)
        self.status.chosen.connect(self._ask)
        self.filters.changed.connect(self._ask)
        self.clear.clicked.connect(self._clear)
        self._empty.chosen.connect(self._way_on)
        self.save.clicked.connect(self._choose_file)
        self.table.opened.connect(self._open)
        self.table.more_wanted.connect(self._read_more)
        header = self.table.horizontalHeader()
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._sort_by)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self.focus_search)
        down = QShortcut(QKeySequence(Qt.Key.Key_Down), self.box)
        down.setContext(Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self.table.setFocus)
        self.work.case_changed.connect(self._heard)

    def focus_search(self) -> None:
        """Put the cursor into the search."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def _ask(self, _told: object = None, *, keep: bool = False) -> None:
        """Put the question anew; with `keep`, as many lines as are shown already."""
        self._pause.stop()
        self._round += 1
        self._reading = False
        self._from_top = self._from_top or not keep
        shown = len(self.table.cases.rows()) if keep else 0
        self._read(max(shown, LINES), 0, count=True)
        self.clear.setVisible(not self._is_plain())
        self._show_order()

    def _read_more(self) -> None:
        if self._more and not self._reading:
            self._read(LINES, len(self.table.cases.rows()), count=False)

    def _read(self, limit: int, offset: int, *, count: bool) -> None:
        self._reading = True
        number, asked, sort = self._round, self.asked(), self._sort

        def task(session: Session) -> Answer:
            page = ledger.page(session, asked, sort=sort, limit=limit, offset=offset)
            total = ledger.count(session, asked) if count else None
            return Answer(page, total, ledger.names(session))

        def done(answer: Answer) -> None:
            if number == self._round:
                self._take(answer, offset, asked)

        self.work.read(task, done, owner=self, failed=self._failed)

    def _take(self, answer: Answer, offset: int, asked: Filter) -> None:
        self._reading = False
        self._more = answer.page.more
        self.words.now = self.work.now()
        if answer.people != self.words.people:
            self.words.people = answer.people
            self.filters.show_people(answer.people)
        self.table.show_found(asked.text)
        if offset:
            self.table.add_cases(answer.page.rows)
            return
        self.table.show_cases(answer.page.rows)
        if self._from_top:
            self._from_top = False
            self.table.go_to_top()
        if answer.count is not None:
            self._show_count(answer.count)
        self._show_list(answer.page.rows)

    def _show_count(self, count: Count) -> None:
        self._total = count
        more = "+" if count.more else ""
        words = ngettext("{n} case", "{n} cases", count.number)
        self.count.setText(words.format(n=f"{count.number:,}{more}"))
        self.save.setEnabled(count.number > 0 and self._export is None)

    def _show_list(self, rows: tuple[CaseRow, ...]) -> None:
        if rows:
            self._stack.setCurrentWidget(self.table)
            return
        plain = self._is_plain()
        self._empty.title.setText(_("The ledger is empty") if plain else _("No case fits"))
        self._empty.hint.setText(
            _("Every complaint taken stands here, from the first one on.")
            if plain
            else _("Try another word, or take filters away.")
        )
        action = self._empty.findChild(Button, "empty_action")
        if isinstance(action, Button):
            action.setText(_("New complaint") if plain else _("Clear filters"))
            action.updateGeometry()
        if self.table.hasFocus():
            self.box.setFocus()
        self._stack.setCurrentWidget(self._empty)

    def _is_plain(self) -> bool:
        return (
            self.status.value() == "all" and self.filters.is_empty() and not self.box.text().strip()
        )

    def _way_on(self) -> None:
        if self._is_plain():
            self.new_wanted.emit()
        else:
            self._clear()

    def _clear(self) -> None:
        self.show_filter(Filter())
        self.table.setFocus()

    def _set_box(self, text: str) -> None:
        if self.box.text() != text:
            self.box.setText(text)
        self._pause.stop()

    def _entered(self) -> None:
        self._ask()
        self.table.setFocus()

    def _failed(self, error: Exception) -> None:
        self._reading = False
        self.work.notices.show_failure(error)

    def _heard(self, _case: str) -> None:
        if self.isVisible():
            self.refresh()

    def _open(self, row: object) -> None:
        if isinstance(row, CaseRow):
            self.work.go("file" if row.status == "closed" else "intake", row.case)

    def _sort_by(self, section: int) -> None:
        offered = _SORTS.get(self.table.cases.columns[section].key, ())
        if not offered or self.box.text().strip():
            return
        place = offered.index(self._sort) + 1 if self._sort in offered else 0
        self._sort = offered[place % len(offered)]
        self._ask()

    def _show_order(self) -> None:
        """Say how the list is ordered, in words and by the arrow of its column."""
        words = {
            "newest": _("Newest first"),
            "oldest": _("Oldest first"),
            "due": _("By due time"),
            "handler": _("By handler"),
        }
        searched = bool(self.box.text().strip())
        sort: Sort = "newest" if searched else self._sort
        self.order.setText(words[sort])
        self.order.setToolTip(_("Search results stand newest first.") if searched else "")
        keys = {"newest": "number", "oldest": "number", "due": "due", "handler": "handler"}
        header: QHeaderView = self.table.horizontalHeader()
        order = Qt.SortOrder.DescendingOrder if sort == "newest" else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(_COLUMNS.index(keys[sort]), order)
        header.setSortIndicatorShown(True)

    def _choose_file(self) -> None:
        """Ask where to; the window goes on meanwhile."""
        dialog = QFileDialog(self, _("Export CSV"))
        dialog.setObjectName("export_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_("Table (*.csv)"))
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"ledger-{self.work.now():%Y%m%d-%H%M}.csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def export_to(self, path: str) -> None:
        """Write what the list asks for to a file."""
        export = Export(self.work, self.words, self.asked(), self._sort, Path(path))
        self._export = export
        export.setParent(self)
        export.advanced.connect(self._show_export)
        export.done.connect(self._exported)
        export.stopped.connect(self._export_over)
        self.save.setEnabled(False)
        export.start()

    def _show_export(self, written: int) -> None:
        if not written or self._export is None:
            return
        self.save.setEnabled(True)
        self.save.setText(_("Stop export ({n})").format(n=f"{written:,}"))
        self.save.updateGeometry()
        self.save.clicked.disconnect()
        self.save.clicked.connect(self._export.cancel)

    def _exported(self, written: int) -> None:
        self._export_over()
        words = ngettext("{n} line exported", "{n} lines exported", written)
        self.work.notices.done(words.format(n=f"{written:,}"))

    def _export_over(self) -> None:
        if self._export is not None:
            self._export.deleteLater()
        self._export = None
        self.save.setText(_("Export CSV"))
        self.save.updateGeometry()
        self.save.clicked.disconnect()
        self.save.clicked.connect(self._choose_file)
        self.save.setEnabled(self._total.number > 0)
