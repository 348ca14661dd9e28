"""Taking files in while people go on working: read on another thread, stored in one short step."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from typing_extensions import override

from desk.errors import KnownError
from desk.services import sync_imports
from desk.services.session import Session
from desk.services.sync_imports import Admitted, Imported, Verified
from desk.ui.exchange.one_by_one import OneByOne

T = TypeVar("T")


class TakingIn(OneByOne):
    """Takes files in; `done` carries :class:`~desk.services.sync_imports.Imported`."""

    @override
    def begin(self, path: Path) -> None:
        if path.name.endswith(sync_imports.MARK):
            self._ask(path, lambda session: sync_imports.import_(session, [path]), self._told)
        else:
            self._ask(path, lambda session: _admitted(session, path), self._read)

    def _read(self, admitted: Admitted | None, path: Path) -> None:
        """Read a file whole, away from the window and from the vault."""
        if admitted is None:
            self.add(Imported(path.name, "again"))
            return
        self.work.compute(
            lambda: sync_imports.verified(admitted),
            lambda found: self._store(found, path),
            owner=self,
            failed=lambda fault: self._refused(fault, path),
        )

    def _store(self, found: Verified, path: Path) -> None:
        self._ask(path, lambda session: (sync_imports.taken_in(session, found),), self._told)

    def _told(self, found: tuple[Imported, ...], _path: Path) -> None:
        self.add(*found)

    def _ask(
        self, path: Path, task: Callable[[Session], T], then: Callable[[T, Path], None]
    ) -> None:
        self.work.read(
            task,
            lambda found: then(found, path),
            owner=self,
            failed=lambda fault: self._refused(fault, path),
        )

    def _refused(self, fault: Exception, path: Path) -> None:
        if isinstance(fault, KnownError):
            self.add(Imported(path.name, "refused", fault=fault))
        else:
            self.work.notices.show_failure(fault)
            self.add()


def _admitted(session: Session, path: Path) -> Admitted | None:
    """Who sent a file; None when this very file is here already."""
    found = sync_imports.admit(session, path)
    return None if sync_imports.is_known(session, found) else found
