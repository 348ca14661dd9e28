"""The pages that may stand in the place of the unlock page: a backup put back, a new password."""

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from desk.i18n import _
from desk.services import entrance
from desk.services.moment import Moment
from desk.ui.jobs import Jobs
from desk.ui.start.page import StartPage


class Detours(QObject):
    """Which of them is wanted, and what came of it; no vault is open while one of them is shown."""

    left = Signal(str)
    """The usual page is wanted again, with what it is to say."""
    restored = Signal(str, str)
    """A vault was put back, and is to be opened: whose password it was, and the password."""

    def __init__(self, vault: Path, jobs: Jobs, moment: Moment, parent: QObject) -> None:
        super().__init__(parent)
        self._vault, self._jobs, self._moment = vault, jobs, moment
        self._wanted: Literal["", "restore", "recover"] = ""
        self._backup = ""
        self._told = ""

    def want_restore(self, backup: str) -> None:
        """Ask for a backup, the one of this name if any, as soon as a page is shown."""
        self._wanted, self._backup = "restore", backup

    def want_recovery(self) -> None:
        """Ask for the code of the recovery sheet as soon as a page is shown."""
        self._wanted = "recover"

    def told(self) -> str:
        """What is to be said about what was done, once."""
        told, self._told = self._told, ""
        return told

    def page(self) -> StartPage | None:
        """The page that is wanted, made anew; None when it is the usual one."""
        if self._wanted == "restore":
            return self._restore_page()
        return self._recover_page() if self._wanted == "recover" else None

    def _restore_page(self) -> StartPage:
        from desk.ui.start.restore_page import RestorePage

        page = RestorePage(self._vault, self._jobs, self._moment, self._backup)
        page.restored.connect(self._put_back)
        page.left.connect(self._leave)
        return page

    def _put_back(self, person: str, password: str, told: str) -> None:
        self._wanted, self._told = "", told
        self.restored.emit(person, password)

    def _recover_page(self) -> StartPage:
        from desk.ui.keys.recover_page import RecoverPage

        people = entrance.staff_numbers(self._vault)
        page = RecoverPage(self._vault, people, self._jobs, self._moment)
        page.recovered.connect(self._recovered)
        page.left.connect(self._leave)
        return page

    def _recovered(self, person: str) -> None:
        told = _("The new password is in force. No. {number} may sign in.")
        self._leave(told.format(number=person))

    def _leave(self, told: str = "") -> None:
        self._wanted = ""
        self.left.emit(told)
