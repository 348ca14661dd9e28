"""Taking files in at head office: one after the other, so that what others read comes between."""

from pathlib import Path

from typing_extensions import override

from desk.services import hub_imports
from desk.services.hub_imports import Brought
from desk.ui.exchange.one_by_one import OneByOne


class TakingIn(OneByOne):
    """Takes files of branches in; `done` carries :class:`~desk.services.hub_imports.Imported`."""

    @override
    def begin(self, path: Path) -> None:
        self.work.read(
            lambda session: hub_imports.bring(session, path),
            self._brought,
            owner=self,
            failed=self._failed,
        )

    def _brought(self, made: Brought) -> None:
        """Go on with the next, but not with another part of what was just read."""
        self.waiting = [path for path in self.waiting if path not in made.paths]
        self.add(*made.found)

    def _failed(self, fault: Exception) -> None:
        """The store does not answer: the others would fare no better."""
        self.waiting = []
        self.work.notices.show_failure(fault)
        self.add()
