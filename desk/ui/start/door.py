"""The way into a vault: the one that is there, a new one, one of invented cases.

All of it runs on the database's thread. What loads slowly is loaded when it is wanted.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from desk.services.moment import Moment

if TYPE_CHECKING:
    from desk.domain.engine import Engine
    from desk.services.session import Session
    from desk.ui.start.setup_page import SetUp


class Door:
    """Opens vaults; the pack is made ready once."""

    def __init__(self, vault: Path, moment: Moment) -> None:
        self.vault = vault
        self._moment = moment
        self._engine: Engine | None = None

    def prepare(self) -> None:
        """Load what opening needs, while a person reads the first page."""
        from desk.services import vaults  # noqa: F401 - loaded for later

        self._ready()

    def create(self, wanted: "SetUp") -> "Session":
        """A new vault, open."""
        from desk.services import vaults

        return vaults.create(
            self.vault,
            wanted.branch,
            wanted.device,
            wanted.person,
            wanted.password,
            moment=self._moment,
            engine=self._ready(),
        )

    def unlock(self, person: str, password: str) -> "Session":
        """The vault that is there, open."""
        from desk.services import vaults

        return vaults.unlock(
            self.vault, password, person, moment=self._moment, engine=self._ready()
        )

    def sample(self, folder: Path) -> "Session":
        """A new vault of invented cases in `folder`, open for its branch head."""
        from desk.services import samples

        return samples.sample_session(folder, self._moment, engine=self._ready())

    def _ready(self) -> "Engine":
        if self._engine is None:
            from desk.domain.engine import Engine
            from desk.packs import shelf

            self._engine = Engine(shelf.newest())
        return self._engine
