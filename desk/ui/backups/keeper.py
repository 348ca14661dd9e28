"""Keeps the vault safe while people work: a backup every half hour of use, a drill every month.

One task at a time, on a thread of its own, in small steps; whoever shows how it stands listens to
`changed`. It runs for whoever is at work and stops when the vault is locked.
"""

from collections.abc import Callable
from typing import Literal, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from desk.domain.backups import Drill
from desk.errors import BackupBusy, Halted
from desk.services import backups
from desk.services.backups import Made, Plan
from desk.ui.jobs import Progress
from desk.ui.work import Work

LOOK_MS = 60_000
"""So often it is asked whether one is due; the first time after this, when the start is over."""

Doing = Literal["", "backup", "drill"]
T = TypeVar("T")


class Keeper(QObject):
    """Makes backups and tries them out, by the clock or because somebody asks.

    `doing` is what goes on, `share` how far it is, `failed` the error of the last backup that could
    not be made, and None once one was.
    """

    changed = Signal()
    """What goes on began, went on or ended."""
    made = Signal()
    """A backup or a drill came to its end."""

    def __init__(self, work: Work) -> None:
        super().__init__()  # the vault is let go with the work: nothing may tie the two together
        self._work = work
        self._progress: Progress | None = None
        self.doing: Doing = ""
        self.share = 0.0
        self.failed: Exception | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(self.look)

    def begin(self) -> None:
        """Look by the clock from now on."""
        self._clock.start()

    def looks(self) -> bool:
        """Whether it looks by the clock: not over invented cases, which are thrown away."""
        return self._clock.isActive()

    def stop(self) -> None:
        """Look no longer, and give up what goes on: it is due again the next time."""
        self._clock.stop()
        if self._progress is not None:
            self._progress.cancel()

    def look(self) -> None:
        """Make the backup that is due, else try one out if that is."""
        if self.doing or self._work.jobs.is_closed:
            return
        second = self._work.settings.backup_folder

        def found(asked: Plan | None) -> None:
            if asked is not None:
                self._make(asked)
            else:
                self._work.read(backups.drill_due, self._try, owner=self, failed=self._could_not)

        self._work.read(
            lambda session: backups.due(session, second=second),
            found,
            owner=self,
            failed=self._could_not,
        )

    def back_up(self) -> None:
        """Make a backup because somebody asks; what stands against it is told in a notice."""
        second = self._work.settings.backup_folder
        self._work.read(lambda s: backups.plan(s, second=second), self._make, owner=self)

    def try_out(self) -> None:
        """Try the newest backup out because somebody asks."""
        self._work.read(backups.plan_drill, self._try, owner=self)

    def _make(self, asked: Plan) -> None:
        by_hand = asked.why == "hand"
        self._run("backup", lambda r, s: backups.carry_out(asked, r, s), self._record, by_hand)

    def _try(self, asked: Plan | None) -> None:
        if asked is not None:
            by_hand = asked.why == "hand"
            self._run("drill", lambda r, s: backups.try_out(asked, r, s), self._record, by_hand)

    def _run(
        self,
        doing: Doing,
        task: Callable[[backups.Report, backups.Stop], T],
        done: Callable[[T], None],
        by_hand: bool,
    ) -> None:
        if self.doing:
            if by_hand:
                self._work.notices.show_failure(BackupBusy(path=""))
            return
        self.doing, self.share = doing, 0.0
        progress = self._progress = Progress()
        progress.reported.connect(self._reported)
        self.changed.emit()

        def failed(error: Exception) -> None:
            self._could_not(error)
            if by_hand:
                self._work.notices.show_failure(error)

        self._work.compute(
            lambda: task(progress.report, lambda: progress.cancelled),
            done,
            owner=self,
            failed=failed,
        )

    def _record(self, result: Made | Drill) -> None:
        if isinstance(result, Made):
            self._work.read(
                lambda session: backups.recorded(session, result), self._ended, owner=self
            )
        else:
            self._work.read(lambda session: backups.tried(session, result), self._ended, owner=self)

    def _reported(self, share: float) -> None:
        if share - self.share >= 0.01:
            self.share = share
            self.changed.emit()

    def _ended(self, _nothing: object = None) -> None:
        self._rest()
        self.failed = None
        self.made.emit()
        self.changed.emit()

    def _could_not(self, error: Exception) -> None:
        self._rest()
        if not isinstance(error, Halted):
            self.failed = error
        self.changed.emit()

    def _rest(self) -> None:
        self.doing, self.share, self._progress = "", 0.0, None
