"""Background work: the database on its one thread, pure work on a few others, results back here.

Everything that uses the store goes through :meth:`Jobs.query`: one worker, always the same thread,
strictly in the order asked. :meth:`Jobs.compute` is for work on plain values (a PDF, a seal).
Tasks take and return frozen values, never widgets, rows or sessions. No other module knows
threads.
"""

import gc
import logging
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import (
    QObject,
    QRunnable,
    Qt,
    QThread,
    QThreadPool,
    QTimer,
    Signal,
)
from typing_extensions import override

T = TypeVar("T")

SLOW_MS = 500
"""Work that takes longer shows that it is going on (design.md)."""

COLLECT_MS = 1000

_log = logging.getLogger(__name__)


class Progress(QObject):
    """How far a long task is, and whether it should stop.

    Made on the UI thread and handed to the task, which calls :meth:`report` and looks at
    `cancelled`; `reported` (share 0–1, words) arrives on the UI thread.
    """

    reported = Signal(float, str)
    _passed = Signal(float, str)

    def __init__(self) -> None:
        super().__init__()
        self._cancelled = False
        self._passed.connect(self.reported, Qt.ConnectionType.QueuedConnection)

    def report(self, share: float, words: str = "") -> None:
        """Say how far the task is; called on any thread."""
        self._passed.emit(share, words)

    @property
    def cancelled(self) -> bool:
        """True once nobody wants the result any more."""
        return self._cancelled

    def cancel(self) -> None:
        """Ask the task to stop at its next look."""
        self._cancelled = True


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the UI thread keeps of a job.

    It is the last to let go of the callbacks, so that no widget they hold dies on another thread.
    """

    task: Callable[[], Any]
    done: Callable[[Any], None] | None
    failed: Callable[[Exception], None] | None
    owner: QObject


@dataclass(frozen=True, slots=True)
class _Outcome:
    number: int
    value: Any = None
    error: Exception | None = None


class _Line(QRunnable):
    """A line of tasks before one pool; started once for each task and run as often.

    One object for all tasks: Qt never owns it and Python never frees it while it runs.
    """

    def __init__(self, outcomes: SimpleQueue[_Outcome], arrived: Callable[[], None]) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._outcomes = outcomes
        self._arrived = arrived
        self._waiting: SimpleQueue[tuple[int, Callable[[], Any]]] = SimpleQueue()
        self.pool = QThreadPool()

    def add(self, number: int, task: Callable[[], Any]) -> None:
        self._waiting.put((number, task))
        self.pool.start(self)

    @override
    def run(self) -> None:
        number, task = self._waiting.get()
        outcome = _outcome(number, task)
        del task  # before anybody hears of it: from then on only the UI thread holds it
        self._outcomes.put(outcome)
        self._arrived()


def _outcome(number: int, task: Callable[[], Any]) -> _Outcome:
    try:
        return _Outcome(number, value=task())
    except Exception as error:  # noqa: BLE001 - whatever it is, the UI thread decides on it
        return _Outcome(number, error=error)


class _Collector(QObject):
    """Collects garbage on the UI thread only.

    Python collects wherever something is allocated next: a widget in a cycle would be destroyed on
    a worker's thread, or while it paints itself. Qt survives neither. Here the event loop collects.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(COLLECT_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        if self._was_enabled:
            gc.enable()

    def _collect(self) -> None:
        due = [
            generation
            for generation, (count, most) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if count > most
        ]
        if due:
            gc.collect(max(due))


class Jobs(QObject):
    """Runs tasks off the UI thread and brings results back to it.

    `on_failure` hears of every error that has no handler of its own. A result whose owner is gone
    is dropped; the task itself always runs, so an accepted write is never lost.
    """

    busy_changed = Signal(bool)
    """True when work has been going on for half a second, False when none is left."""
    _finished = Signal()

    def __init__(
        self, on_failure: Callable[[Exception], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._on_failure = on_failure
        self._asked: dict[int, _Asked] = {}
        self._outcomes: SimpleQueue[_Outcome] = SimpleQueue()
        self._count = 0
        self._closed = False
        self._busy = False
        self._queries = _Line(self._outcomes, self._finished.emit)
        self._queries.pool.setMaxThreadCount(1)
        self._queries.pool.setExpiryTimeout(-1)
        self._computes = _Line(self._outcomes, self._finished.emit)
        self._computes.pool.setMaxThreadCount(max(2, QThread.idealThreadCount() - 1))
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._collector = _Collector(self)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MS)
        self._slow.timeout.connect(self._show_busy)

    def query(
        self,
        task: Callable[[], T],
        done: Callable[[T], None] | None = None,
        *,
        owner: QObject,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run `task` on the database's thread, after every query asked before it.

        `done` gets its result and `failed` its error, on the UI thread, while `owner` lives.
        """
        self._ask(self._queries, _Asked(task, done, failed, owner))

    def compute(
        self,
        task: Callable[[], T],
        done: Callable[[T], None] | None = None,
        *,
        owner: QObject,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run `task`, which must not touch the store, on any free thread."""
        self._ask(self._computes, _Asked(task, done, failed, owner))

    def is_idle(self) -> bool:
        """True when nothing runs, waits or is still to be delivered."""
        return not self._asked

    @property
    def is_closed(self) -> bool:
        """True once nothing more is accepted."""
        return self._closed

    def drain(self) -> None:
        """Finish everything that was accepted and deliver it, with all that follows from it.

        Waits as long as that takes. Call it when the windows are closed, their fields flushed.
        """
        while self._asked:
            try:
                self._handle(self._outcomes.get())
            except Exception as error:  # noqa: BLE001 - one bad callback must not lose the rest
                self._on_failure(error)

    def close(self) -> None:
        """Drain, and accept nothing more."""
        self.drain()
        self._closed = True
        self._computes.pool.waitForDone()
        self._queries.pool.waitForDone()
        self._collector.stop()

    def _ask(self, line: _Line, asked: _Asked) -> None:
        if self._closed:
            raise RuntimeError("a job was asked for after the jobs were closed")
        self._count += 1
        self._asked[self._count] = asked
        if not self._slow.isActive() and not self._busy:
            self._slow.start()
        line.add(self._count, asked.task)

    def _deliver(self) -> None:
        if not self._outcomes.empty():  # close() may have been quicker
            self._handle(self._outcomes.get())

    def _handle(self, outcome: _Outcome) -> None:
        asked = self._asked.pop(outcome.number)
        if not self._asked:
            self._rest()
        if not shiboken6.isValid(asked.owner):
            _log.debug("the owner of job %s is gone", outcome.number)
        elif outcome.error is None:
            if asked.done is not None:
                asked.done(outcome.value)
            return
        elif asked.failed is not None:
            asked.failed(outcome.error)
            return
        if outcome.error is not None:
            self._on_failure(outcome.error)

    def _rest(self) -> None:
        self._slow.stop()
        if self._busy:
            self._busy = False
            self.busy_changed.emit(False)

    def _show_busy(self) -> None:
        self._busy = True
        self.busy_changed.emit(True)
