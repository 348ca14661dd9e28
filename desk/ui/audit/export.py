"""The lines asked for as a file: read a thousand at a time, recorded, then put in place."""

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from desk.documents.fonts import FontSet
from desk.documents.paper import draft_paper
from desk.documents.report import Draft
from desk.domain.audit import AuditFilter, AuditLine, AuditPage
from desk.domain.ids import Stamp
from desk.i18n import _
from desk.services import audit, audit_files
from desk.services.audit_files import Asked
from desk.services.session import Session
from desk.services.sheets import SheetDraft, SheetFile
from desk.ui.work import Work

LINES = 1000
"""Lines read at a time; other readings come in between."""

Form = Literal["xlsx", "pdf"]


class Export(QObject):
    """Writes every line that meets a filter to a file.

    `advanced` tells how many lines are read, `done` how many there were; `stopped` that nothing
    was written, because it was cancelled or failed. The file stands in its place only once the
    log says that it left.
    """

    advanced = Signal(int)
    done = Signal(int)
    stopped = Signal()

    def __init__(
        self, work: Work, asked: AuditFilter, form: Form, target: Path, fonts: FontSet
    ) -> None:
        super().__init__()
        self._work = work
        self._asked = asked
        self._form: Form = form
        self._target = target
        self._fonts = fonts
        self._words: Asked | None = None
        self._sheet: SheetDraft | None = None
        self._lines: list[AuditLine] = []
        self._read = 0
        self._cancelled = False

    def start(self) -> None:
        """Begin."""
        asked = self._asked
        self._work.read(
            lambda session: audit_files.asked_in_words(session, asked),
            self._begin,
            owner=self,
            failed=self._failed,
        )

    def cancel(self) -> None:
        """Stop at the next reading."""
        self._cancelled = True

    def _begin(self, words: Asked) -> None:
        self._words = words
        if self._form == "pdf":
            self._read_on(None)
            return
        target = self._target

        def begun(sheet: SheetDraft) -> None:
            self._sheet = sheet
            self._read_on(None)

        self._work.compute(
            lambda: SheetDraft(target, words.title, audit_files.headings()),
            begun,
            owner=self,
            failed=self._failed,
        )

    def _read_on(self, before: Stamp | None) -> None:
        if self._cancelled:
            self._drop()
            return
        asked = self._asked
        self._work.read(
            lambda session: audit.lines(session, asked, limit=LINES, before=before),
            self._take,
            owner=self,
            failed=self._failed,
        )

    def _take(self, page: AuditPage) -> None:
        self._read += len(page.lines)
        self.advanced.emit(self._read)
        sheet, rest = self._sheet, page.rest
        if sheet is None:
            self._lines += page.lines
            if rest is None or len(self._lines) > audit_files.MOST_ON_PAPER:
                self._draw()
            else:
                self._read_on(rest)
            return

        def added(_none: None) -> None:
            if rest is None:
                self._save()
            else:
                self._read_on(rest)

        self._work.compute(
            lambda: audit_files.add(sheet, page.lines), added, owner=self, failed=self._failed
        )

    def _draw(self) -> None:
        words, lines, target, fonts = self._words, tuple(self._lines), self._target, self._fonts
        assert words is not None  # noqa: S101 - asked for before the first line
        self._work.compute(
            lambda: draft_paper(audit_files.paper(words, lines), target, fonts),
            lambda draft: self._record(draft, draft.file.sha256),
            owner=self,
            failed=self._failed,
        )

    def _save(self) -> None:
        sheet, words = self._sheet, self._words
        assert sheet is not None  # noqa: S101 - lines were added to it
        assert words is not None  # noqa: S101 - asked for before the first line

        def finish() -> SheetFile:
            sheet.explain(_("About"), audit_files.explained(words, sheet.rows))
            return sheet.finish()

        self._work.compute(
            finish,
            lambda file: self._record(sheet, file.sha256),
            owner=self,
            failed=self._failed,
        )

    def _record(self, draft: Draft | SheetDraft, sha256: str) -> None:
        form, count = self._form, self._read

        def task(session: Session) -> None:
            audit_files.publish(session, draft, form, count, sha256)

        self._work.read(task, lambda _none: self.done.emit(count), owner=self, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self._work.notices.show_failure(error)
        self._drop()

    def _drop(self) -> None:
        if self._sheet is not None:
            self._sheet.drop()
        self.stopped.emit()
