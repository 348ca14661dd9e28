"""What the pages share: the open session behind the jobs, the pack, notices, and where to go.

Made anew when a vault is opened. Pages ask here for everything they read and write; none of them
holds a session's vault or touches it on the UI thread.
"""

import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal

from desk.domain.case import Case
from desk.domain.content import Pack
from desk.domain.permissions import Right, allows
from desk.domain.staff import Branch, Person
from desk.errors import NotAllowed, TooSoon, WrongPassword
from desk.services.session import Session
from desk.settings import Settings
from desk.ui.jobs import Jobs
from desk.ui.notify import Notices

T = TypeVar("T")

REST_AFTER_MS = 3000
"""Nobody typed for so long: the store may do what it put off."""


class Work(QObject):
    """The desk of one signed-in person.

    `pack`, `actor` and `branch` are frozen values and may be read anywhere. A task given to `read`
    or `write` gets the session on the database's thread and returns a frozen value.
    """

    case_changed = Signal(str)
    """A case was written; views of it that did not do so themselves read it again."""
    saving = Signal()
    saved = Signal(object)
    """Everything accepted so far is on the disk; carries the local time."""
    not_saved = Signal(object)
    """A write failed; carries the error. What was typed is still in its field."""
    refused = Signal()
    """The rules of the case refused a step: nothing was written, and nothing is unsaved by it."""
    went = Signal(str, str)
    """Somebody asked for a place and, for places of a case, its id."""
    locking_changed = Signal(object)
    """The branch set other :class:`~desk.services.locking.Times`."""
    restore_wanted = Signal(str)
    """Somebody wants the vault put back from the backup of this name: it must be closed first."""
    consulted = Signal(str)
    """Somebody asked what the pack says under a key: a rule, a card, a sheet, a script."""

    def __init__(self, session: Session, jobs: Jobs, notices: Notices, settings: Settings) -> None:
        super().__init__()
        self._session = session
        self.jobs = jobs
        self.notices = notices
        self.settings = settings
        self._pending = 0
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(REST_AFTER_MS)
        self._resting.timeout.connect(self._rest)

    def _rest(self) -> None:
        if not self.jobs.is_closed:
            self.jobs.query(self._session.rest, owner=self)

    @property
    def pack(self) -> Pack:
        """The content in force."""
        return self._session.engine.pack

    @property
    def actor(self) -> Person:
        """Who is at the desk."""
        return self._session.actor

    def may(self, right: Right, case: Case | None = None) -> bool:
        """Whether the person at the desk may do this, to this case where one is named.

        For what to show; the services ask again.
        """
        return allows(self.actor, right, case)

    @property
    def branch(self) -> Branch:
        """Which branch this is."""
        return self._session.branch

    @property
    def is_office(self) -> bool:
        """Whether this vault is head office's, as it was when it was opened."""
        return self._session.office

    def take_office(self) -> None:
        """The vault was made head office's while it was open: the pages of one are there now."""
        self._session = dataclasses.replace(self._session, office=True)

    def now(self) -> datetime:
        """Local time to the second."""
        return self._session.now()

    def read(
        self,
        task: Callable[[Session], T],
        done: Callable[[T], None],
        *,
        owner: QObject,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run a reading task; `done` gets its result while `owner` lives."""
        session = self._session
        self.jobs.query(lambda: task(session), done, owner=owner, failed=failed)

    def write(
        self,
        case: str,
        task: Callable[[Session], T],
        done: Callable[[T], None] | None = None,
        *,
        owner: QObject,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run a task that writes to `case`; afterwards everybody who shows it hears of it.

        The task runs even if `owner` goes. An error goes to `failed`, else to a notice; the footer
        says that it is not saved, unless the rules of the case refused the step (NotAllowed), or a
        second person's password was wrong.
        """
        session = self._session
        self._pending += 1
        self.saving.emit()

        def settled(value: tuple[T, datetime]) -> None:
            self._pending -= 1
            result, at = value
            if done is not None and shiboken6.isValid(owner):
                done(result)
            if self._pending == 0:
                self.saved.emit(at)
                self._resting.start()
            if case:
                self.case_changed.emit(case)

        def broke(error: Exception) -> None:
            self._pending -= 1
            if isinstance(error, NotAllowed | WrongPassword | TooSoon):
                if self._pending == 0:
                    self.refused.emit()
            else:
                self.not_saved.emit(error)
            (failed or self.notices.show_failure)(error)

        # Work itself owns the job: a page that closes must not silence "not saved".
        self.jobs.query(lambda: (task(session), session.now()), settled, owner=self, failed=broke)

    def compute(
        self,
        task: Callable[[], T],
        done: Callable[[T], None],
        *,
        owner: QObject,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run work on plain values away from the UI thread."""
        self.jobs.compute(task, done, owner=owner, failed=failed)

    def go(self, place: str, case: str = "") -> None:
        """Ask for a place, for those of a case with its id.

        Places: today, ledger, knowledge, settings; of a case: intake, assessment, escalation,
        file, report.
        """
        self.went.emit(place, case)

    def consult(self, key: str) -> None:
        """Ask for the knowledge page at a key of the pack; its way back leads here again."""
        self.consulted.emit(key)
