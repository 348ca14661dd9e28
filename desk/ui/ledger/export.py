"""The ledger as a CSV file: read a thousand lines at a time, written beside, stoppable."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desk.domain.ledger import Filter, Page, Sort
from desk.domain.projection import CaseRow
from desk.i18n import _
from desk.services import ledger, looks
from desk.services.exports import Draft
from desk.ui.ledger.words import CaseWords
from desk.ui.work import Work

LINES = 1000
"""Lines read at a time; other readings come in between."""


class Export(QObject):
    """Writes every case that meets a filter to a file, names masked.

    `advanced` tells how many lines are written, `done` how many there were in the end; `stopped`
    that nothing was written, because it was cancelled or failed.
    """

    advanced = Signal(int)
    done = Signal(int)
    stopped = Signal()

    def __init__(
        self, work: Work, words: CaseWords, asked: Filter, sort: Sort, target: Path
    ) -> None:
        super().__init__()
        self._work = work
        self._words = words
        self._asked = asked
        self._sort: Sort = sort
        self._draft = Draft(target)
        self._written = 0
        self._cancelled = False

    def start(self) -> None:
        """Begin."""
        header = tuple(name for name, _cell in columns(self._words))
        draft = self._draft
        self._compute(lambda: draft.begin(header), self._read)

    def cancel(self) -> None:
        """Stop at the next thousand lines."""
        self._cancelled = True

    def _read(self) -> None:
        asked, sort, offset = self._asked, self._sort, self._written
        self._work.read(
            lambda session: ledger.page(session, asked, sort=sort, limit=LINES, offset=offset),
            self._write,
            owner=self,
            failed=self._failed,
        )

    def _write(self, page: Page) -> None:
        if self._cancelled:
            self._drop()
            return
        cells = [cell for _name, cell in columns(self._words)]
        lines = [tuple(cell(row) for cell in cells) for row in page.rows]
        self._written += len(lines)
        draft = self._draft
        self._compute(lambda: draft.add(lines), self._read if page.more else self._finish)
        self.advanced.emit(self._written)

    def _finish(self) -> None:
        """Record that the list leaves, then put it in its place."""
        count = self._written
        self._work.read(
            lambda session: looks.exported(session, "ledger", "csv", count),
            lambda _none: self._compute(self._draft.finish, lambda: self.done.emit(count)),
            owner=self,
            failed=self._failed,
        )

    def _compute(self, task: Callable[[], None], then: Callable[[], None]) -> None:
        self._work.compute(task, lambda _none: then(), owner=self, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self._work.notices.show_failure(error)
        self._drop()

    def _drop(self) -> None:
        self._work.compute(self._draft.drop, lambda _none: self.stopped.emit(), owner=self)


def columns(words: CaseWords) -> tuple[tuple[str, Callable[[CaseRow], str]], ...]:
    """Name and cell of every column of the file. Names of people are masked, times are ISO."""
    return (
        (_("Number"), lambda row: row.number),
        (_("Received"), lambda row: _minute(row.received_at)),
        (_("Status"), words.status),
        (_("Progress"), lambda row: f"{row.done_steps}/{len(words.pack.steps)}"),
        (_("Customer"), words.name),
        (_("Request"), lambda row: row.summary),
        (_("Source"), lambda row: words.code(row.source)),
        (_("Channel"), lambda row: words.code(row.channel)),
        (_("Business"), lambda row: words.code(row.business)),
        (_("Cause"), lambda row: words.code(row.cause)),
        (_("Scenario"), lambda row: words.scenario(row.scenario)),
        (_("First receiver"), lambda row: words.person(row.first_receiver)),
        (_("Handler"), lambda row: words.person(row.handler)),
        (_("Time limit"), lambda row: _minute(row.due_at)),
        (_("State of the limit"), lambda row: words.due(row).words),
        (_("Told at"), lambda row: _minute(row.told_at)),
        (_("Closed at"), lambda row: _minute(row.closed_at)),
    )


def _minute(stored: str) -> str:
    return stored.replace("T", " ")
