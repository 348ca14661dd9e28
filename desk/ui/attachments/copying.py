"""Saving a copy of an attachment outside the vault: warned of, placed, written, recorded."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desk.errors import Halted
from desk.i18n import _
from desk.services import attachments
from desk.services.attachments import CopyDraft, Item, Opened
from desk.ui.attachments.attaching import SLOW_MS
from desk.ui.jobs import Progress
from desk.ui.work import Work


class Copying(QObject):
    """Saves copies for a page of a case, one at a time; `case` says of which."""

    moved = Signal()
    """`underway` is another."""

    def __init__(self, work: Work, page: QWidget, done: Callable[[], None]) -> None:
        super().__init__(page)
        self.underway: tuple[str, float] | None = None
        """The name of the file, and how far it is (0–1), once it takes its time."""
        self._work = work
        self._page = page
        self._done = done
        self._progress: Progress | None = None
        self._name = ""
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MS)
        self._slow.timeout.connect(lambda: self._tell(0.0))

    def ask(self, case: str, item: Item) -> None:
        """Say what a copy means, then ask for its place."""
        if self._progress is not None:
            self._work.notices.info(_("Another copy is still being saved."))
            return
        self._work.notices.confirm(
            _("Save a copy outside the vault?"),
            _(
                "The copy is not encrypted: whoever has the file can open it. Keep it only as long "
                "as it is needed. That a copy was made, and by whom, is recorded."
            ),
            _("Choose a place"),
            lambda: self._choose(case, item),
        )

    def _choose(self, case: str, item: Item) -> None:
        dialog = QFileDialog(self._page, _("Save a copy"))
        dialog.setObjectName("copy_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        if item.media is not None:
            dialog.setDefaultSuffix(item.media.endings[0].removeprefix("."))
        dialog.selectFile(item.name)
        dialog.fileSelected.connect(lambda path: self.save(case, item, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, case: str, item: Item, target: Path) -> None:
        """Write the copy."""
        progress = self._progress = Progress()
        progress.reported.connect(lambda share, _words: self._tell(share))
        self._name = item.name
        self._slow.start()

        def opened(found: Opened) -> None:
            self._work.compute(
                lambda: attachments.draft_copy(
                    found, target, progress.report, lambda: progress.cancelled
                ),
                lambda draft: drafted(found, draft),
                owner=self,
                failed=self._failed,
            )

        def drafted(found: Opened, draft: CopyDraft) -> None:
            self._work.write(
                case,
                lambda session: attachments.publish(session, case, found, draft),
                self._saved,
                owner=self,
                failed=self._failed,
            )

        self._work.write(
            case,
            lambda session: attachments.reveal(session, case, item.file),
            opened,
            owner=self,
            failed=self._failed,
        )

    def cancel(self) -> None:
        """Stop; what was written so far is removed again."""
        if self._progress is not None:
            self._progress.cancel()

    def _tell(self, share: float | None) -> None:
        slow = share is not None and self._progress is not None and not self._slow.isActive()
        before, self.underway = self.underway, (self._name, share or 0.0) if slow else None
        if self.underway != before:
            self.moved.emit()

    def _end(self) -> None:
        self._slow.stop()
        self._progress = None
        self._tell(None)

    def _saved(self, path: Path) -> None:
        self._end()
        self._work.notices.done(_("Saved: {name}").format(name=path.name))
        self._done()

    def _failed(self, error: Exception) -> None:
        self._end()
        if not isinstance(error, Halted):
            self._work.notices.show_failure(error)
