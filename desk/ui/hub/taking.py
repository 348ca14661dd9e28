"""Taking files in at head office: one after the other, so that what others read comes between."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desk.services import hub_imports
from desk.services.hub_imports import Brought, Imported
from desk.ui.work import Work


class TakingIn(QObject):
    """Takes files in one after the other; `done` tells what became of each, `began` of which."""

    began = Signal(str)
    done = Signal(object)
    """Carries a tuple of :class:`~desk.services.hub_imports.Imported`."""

    def __init__(self, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._waiting: list[Path] = []
        self._found: list[Imported] = []
        self.is_busy = False

    def take(self, paths: list[Path]) -> None:
        """Take these files in, after those that wait already."""
        self._waiting += paths
        if not self.is_busy:
            self._found = []
            self._next()

    def _next(self) -> None:
        self.is_busy = bool(self._waiting)
        if not self._waiting:
            self.done.emit(tuple(self._found))
            return
        path = self._waiting.pop(0)
        self.began.emit(path.name)
        self._work.read(
            lambda session: hub_imports.bring(session, path),
            self._brought,
            owner=self,
            failed=self._failed,
        )

    def _brought(self, made: Brought) -> None:
        """Go on with the next, but not with another part of what was just read."""
        self._found += made.found
        self._waiting = [path for path in self._waiting if path not in made.paths]
        self._next()

    def _failed(self, fault: Exception) -> None:
        """The store does not answer: the others would fare no better."""
        self._waiting = []
        self._work.notices.show_failure(fault)
        self._next()
