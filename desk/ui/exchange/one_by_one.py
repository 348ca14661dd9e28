"""Files that somebody chose, taken in one after the other, so that other work comes between."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desk.ui.work import Work


class OneByOne(QObject):
    """Takes files in by :meth:`begin`, which kinds of it give, and which ends with :meth:`add`."""

    began = Signal(str)
    """Carries the name of the file that is taken in now."""
    done = Signal(object)
    """Carries a tuple of what became of each, once none is left."""

    def __init__(self, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self.work = work
        self.waiting: list[Path] = []
        self.is_busy = False
        self._found: list[object] = []

    def take(self, paths: list[Path]) -> None:
        """Take these files in, after those that wait already."""
        self.waiting += paths
        if not self.is_busy:
            self._found = []
            self._next()

    def add(self, *found: object) -> None:
        """This became of the file begun; on to the next."""
        self._found += found
        self._next()

    def begin(self, path: Path) -> None:
        """Take a file in, and say so by :meth:`add` whatever became of it."""
        raise TypeError(type(self))

    def _next(self) -> None:
        self.is_busy = bool(self.waiting)
        if not self.waiting:
            self.done.emit(tuple(self._found))
            return
        path = self.waiting.pop(0)
        self.began.emit(path.name)
        self.begin(path)
