"""A drop folder that head office looks into while somebody who may take files in is at work."""

import dataclasses
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desk.i18n import ngettext
from desk.services import hub_watch
from desk.services.hub_imports import Imported
from desk.services.hub_watch import Look, Seen
from desk.ui.work import Work

LOOK_MS = 5000
"""So long between two looks; what did not change in between is whole."""


class Watching(QObject):
    """Takes in what is dropped into `folder` (None: none is watched), one bundle at a time.

    `last` is when it last looked, `reading` the file at hand, `failed` why it could not look. It
    rests while `may_work` says no, as while the window is locked.
    """

    changed = Signal()
    """How it stands changed."""
    taken = Signal()
    """Something came in one round; whoever is at the desk was told."""
    settings_wanted = Signal(object)
    """Carries the settings that remember the folder, or that there is none any more."""

    def __init__(
        self, work: Work, parent: QObject, may_work: Callable[[], bool] = lambda: True
    ) -> None:
        super().__init__(parent)
        self._work = work
        self._may_work = may_work
        self.folder: Path | None = None
        self.last: datetime | None = None
        self.reading = ""
        self.failed: Exception | None = None
        self._busy = False
        self._seen: Seen = {}
        self._waiting: list[tuple[Path, ...]] = []
        self._found: list[Imported] = []
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(self.look)
        if work.settings.drop_folder:
            self._begin(Path(work.settings.drop_folder))

    def watch(self, folder: Path) -> None:
        """Watch this folder from now on, in place of another."""
        self._begin(folder)
        self._remember(str(folder))
        self.look()

    def stop(self) -> None:
        """Watch no more; the file at hand is finished, and its receipt written, first."""
        self.folder = None
        self._clock.stop()
        self._waiting = []
        self.changed.emit()
        if not self._busy:
            self._remember("")

    def look(self) -> None:
        """Look once, unless the last look still goes on."""
        folder = self.folder
        if self._busy or folder is None or not self._works():
            return
        self._busy = True
        seen = self._seen
        self._work.read(
            lambda session: hub_watch.look(session, folder, seen),
            lambda found: self._looked(folder, found),
            owner=self,
            failed=self._could_not,
        )

    def _begin(self, folder: Path) -> None:
        self.folder, self.last, self.failed = folder, None, None
        self._seen = {}
        self._clock.start()
        self.changed.emit()

    def _remember(self, folder: str) -> None:
        wanted = dataclasses.replace(self._work.settings, drop_folder=folder)
        self.settings_wanted.emit(wanted)

    def _works(self) -> bool:
        return self._may_work() and not self._work.jobs.is_closed

    def _looked(self, folder: Path, found: Look) -> None:
        self._seen, self.failed = found.seen, None
        self.last = self._work.now()
        self._waiting = list(found.bundles) if folder == self.folder else []
        self._next(folder)

    def _next(self, folder: Path) -> None:
        if not self._waiting or folder != self.folder or not self._works():
            self._answer(folder)
            return
        names = self._waiting.pop(0)
        self.reading = names[0].name
        self.changed.emit()
        self._work.read(
            lambda session: hub_watch.take_up(session, folder, names),
            lambda found: self._took(folder, found),
            owner=self,
            failed=self._could_not,
        )

    def _took(self, folder: Path, found: tuple[Imported, ...]) -> None:
        self._found += found
        self._next(folder)

    def _answer(self, folder: Path) -> None:
        found = tuple(self._found)
        if not found:
            self._end()
            return
        self._work.read(
            lambda session: hub_watch.answer(session, folder, found),
            lambda _done: self._end(),
            owner=self,
            failed=self._could_not,
        )

    def _could_not(self, fault: Exception) -> None:
        self.failed = fault
        self._end()

    def _end(self) -> None:
        found, self._found = tuple(self._found), []
        self._busy, self.reading, self._waiting = False, "", []
        if found:
            self._tell(found)
            self.taken.emit()
        self.changed.emit()
        if self.folder is None:  # somebody wanted an end meanwhile
            self._remember("")

    def _tell(self, found: tuple[Imported, ...]) -> None:
        """One line for files that nobody chose: how many came, and how many are to be looked at."""
        fine = sum(one.outcome in {"taken", "again"} for one in found)
        rest = len(found) - fine
        if fine:
            told = ngettext("{n} file taken in", "{n} files taken in", fine)
            self._work.notices.done(told.format(n=fine))
        if rest:
            told = ngettext(
                "{n} dropped file was not taken in; it is set aside, or in the folder “refused”.",
                "{n} dropped files were not taken in; they are set aside, or in the folder "
                "“refused”.",
                rest,
            )
            self._work.notices.warn(told.format(n=rest))
