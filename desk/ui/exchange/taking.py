"""Taking files in while people go on working: read on another thread, stored in one short step."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desk.errors import KnownError
from desk.services import sync_imports
from desk.services.session import Session
from desk.services.sync_imports import Admitted, Imported, Verified
from desk.ui.work import Work

T = TypeVar("T")


class TakingIn(QObject):
    """Takes files in one after the other; `done` tells what became of each, `began` of which."""

    began = Signal(str)
    done = Signal(object)
    """Carries a tuple of :class:`~desk.services.sync_imports.Imported`."""

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
        if path.name.endswith(sync_imports.MARK):
            self._ask(path, lambda session: sync_imports.import_(session, [path]), self._told)
        else:
            self._ask(path, lambda session: _admitted(session, path), self._read)

    def _read(self, admitted: Admitted | None, path: Path) -> None:
        """Read a file whole, away from the window and from the vault."""
        if admitted is None:
            self._add(Imported(path.name, "again"))
            return
        self._work.compute(
            lambda: sync_imports.verified(admitted),
            lambda found: self._store(found, path),
            owner=self,
            failed=lambda fault: self._refused(fault, path),
        )

    def _store(self, found: Verified, path: Path) -> None:
        self._ask(path, lambda session: (sync_imports.taken_in(session, found),), self._told)

    def _told(self, found: tuple[Imported, ...], _path: Path) -> None:
        self._add(*found)

    def _ask(
        self, path: Path, task: Callable[[Session], T], then: Callable[[T, Path], None]
    ) -> None:
        self._work.read(
            task,
            lambda found: then(found, path),
            owner=self,
            failed=lambda fault: self._refused(fault, path),
        )

    def _refused(self, fault: Exception, path: Path) -> None:
        if isinstance(fault, KnownError):
            self._add(Imported(path.name, "refused", fault=fault))
        else:
            self._work.notices.show_failure(fault)
            self._next()

    def _add(self, *found: Imported) -> None:
        self._found += found
        self._next()


def _admitted(session: Session, path: Path) -> Admitted | None:
    """Who sent a file; None when this very file is here already."""
    found = sync_imports.admit(session, path)
    return None if sync_imports.is_known(session, found) else found
