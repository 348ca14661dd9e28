"""Logging with personal data kept out: what happened and where, never what a case says.

Messages of this program name event kinds, counts and codes. A traceback's last line may quote a
value, so tracebacks are written as frames and the error's type only.
"""

import faulthandler
import logging
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


def bug(error: BaseException) -> None:
    """Record an unexpected error: its type and frames, not its message."""
    log.error("unexpected", exc_info=(type(error), error, error.__traceback__))
