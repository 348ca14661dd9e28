"""Run in a process of its own: opens a window and says when it could be used. Not imported.

`start_probe.py desk` runs the program's own command; `start_probe.py bare` a window with one label
in the two bundled fonts, which is the least any PySide6 program of ours could do. Printed is one
JSON document with times of the system's monotonic clock in seconds, and the modules loaded.
"""

import json
import os
import sys
import time
from pathlib import Path

SETTLED_TURNS = 2


def watch() -> None:
    """Have the event loop tell when a window was painted and nothing more was waiting, and end."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    class Watcher(QObject):
        """Sees the first paint of a window, then lets the loop go idle."""

        def __init__(self) -> None:
            super().__init__()
            self.painted: float | None = None
            self.loaded: list[str] = []
            self.turns = 0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            shown = isinstance(watched, QWidget) and watched.isWindow() and watched.isVisible()
            if self.painted is None and shown and event.type() == QEvent.Type.Paint:
                self.painted = time.monotonic()
                self.loaded = sorted(sys.modules)
                QTimer.singleShot(0, self, self.settle)
            return False

        def settle(self) -> None:
            self.turns += 1
            if self.turns <= SETTLED_TURNS:
                QTimer.singleShot(0, self, self.settle)
                return
            found = {
                "painted": self.painted,
                "usable": time.monotonic(),
                "processor": time.process_time(),
                "modules": self.loaded,
            }
            print(json.dumps(found), flush=True)
            sys.stdout.flush()
            os._exit(0)

    run = QApplication.exec
    kept: list[Watcher] = []

    def watched_exec(*arguments: object) -> int:
        application = QApplication.instance()
        assert application is not None
        kept.append(Watcher())
        application.installEventFilter(kept[0])
        return run()

    QApplication.exec = watched_exec  # type: ignore[method-assign]


def bare() -> None:
    """The floor: both fonts loaded, a window with a label in each weight."""
    from PySide6.QtGui import QFont, QFontDatabase
    from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

    application = QApplication(sys.argv[:1])
    fonts = Path(__file__).resolve().parents[2] / "resources" / "fonts"
    for face in ("Regular", "Bold"):
        QFontDatabase.addApplicationFont(str(fonts / f"NotoSansSC-{face}.ttf"))
    window = QWidget()
    box = QVBoxLayout(window)
    for text, weight in (("诉解台", QFont.Weight.Bold), ("新建受理", QFont.Weight.Normal)):
        label = QLabel(text)
        font = QFont("Noto Sans SC", 14)
        font.setWeight(weight)
        label.setFont(font)
        box.addWidget(label)
    window.resize(1366, 728)
    window.show()
    QApplication.exec()
    del application


if __name__ == "__main__":
    watch()
    if sys.argv[1] == "bare":
        bare()
    else:
        from desk.cli import main

        sys.exit(main([]))
