"""Logging with personal data kept out: what happened and where, never what a case says.

Messages of this program name event kinds, counts and codes. A traceback's last line may quote a
value, so tracebacks are written as frames and the error's type only.
"""

import ctypes
import faulthandler
import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO

from typing_extensions import override

log = logging.getLogger("desk")

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _Frames(logging.Formatter):
    """Formats an exception without its message, which may hold what a customer said."""

    @override
    def formatException(self, ei: _ExcInfo) -> str:
        """The frames and the type of an exception."""
        kind, _error, trace = ei
        return "".join(traceback.format_tb(trace)) + (kind.__name__ if kind else "")


class _Late(logging.Handler):
    """Opens the file with the first record: a start that goes well has none and need not wait."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self._handler: logging.Handler | None = None

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; called under the lock of this handler."""
        if self._handler is None:
            from logging.handlers import RotatingFileHandler

            self._handler = RotatingFileHandler(
                self._file, maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True
            )
            self._handler.setFormatter(_Frames("%(asctime)s %(levelname)s %(message)s"))
        self._handler.emit(record)

    @override
    def close(self) -> None:
        """Close the file, if there is one."""
        if self._handler is not None:
            self._handler.close()
        super().close()


def start(folder: Path) -> TextIO:
    """Write the log (1 MB, three older ones) and hard crashes into `folder`.

    Returns the open crash file, which must stay open for as long as the program runs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log.addHandler(_Late(folder / "desk.log"))
    log.setLevel(logging.INFO)
    crash = (folder / "crash.log").open("a", encoding="utf-8")
    faulthandler.enable(crash)
    return crash


def keep_memory_private() -> None:
    """Have a crash leave no image of the memory, where names and keys are.

    Neither a core file nor a report for the maker of the system; on Linux no other program of the
    same person can read this one's memory either. For the whole life of the process.
    """
    # What logging prints when a record cannot be written holds the record's arguments.
    logging.raiseExceptions = False
    _no_dumps()


if sys.platform == "win32":

    def _no_dumps() -> None:
        no_heap, no_window = 1, 0x0001 | 0x0002  # no heap in reports; no box that offers to send
        ctypes.windll.kernel32.SetErrorMode(no_window)
        ctypes.windll.kernel32.WerSetFlags(no_heap)

else:

    def _no_dumps() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux":
            set_dumpable = 4
            ctypes.CDLL(None).prctl(set_dumpable, 0, 0, 0, 0)


def bug(error: BaseException) -> None:
    """Record an unexpected error: its type and frames, not its message."""
    log.error("unexpected", exc_info=(type(error), error, error.__traceback__))
