"""How far a long task is, in a bar and in words, with a button that stops it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk.i18n import _
from desk.ui import theme
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import Text
from desk.ui.widgets.progress import SlimBar


class Underway(QWidget):
    """Hidden until :meth:`tell` says how far it is, and again after :meth:`rest`."""

    stopped = Signal()
    """Somebody wants it stopped; emitted once."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._stopping = False
        self.bar = SlimBar()
        self.told = Text("", "table", "ink_2", wrap=True)
        self.told.setObjectName(f"{name}_told")
        self.stop = Button(_("Stop"), icon="x")
        self.stop.setObjectName(f"{name}_stop")
        self.stop.clicked.connect(self.ask_to_stop)
        line = layouts.row(self.told, gap=10)
        line.setStretch(0, 1)
        line.addWidget(self.stop)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        box.addWidget(self.bar)
        box.addLayout(line)
        self.rest()

    def tell(self, share: float, words: str, *, may_stop: bool = True) -> None:
        """How far it is (0–1); what was stopped says so until it rests."""
        self.show()
        self.bar.set_share(share)
        if not self._stopping:
            self.told.setText(words)
            self.stop.setEnabled(may_stop)

    def ask_to_stop(self) -> None:
        """Stop it, as long as that is possible."""
        if self.stop.isEnabled() and not self._stopping:
            self._stopping = True
            self.stop.setEnabled(False)
            self.told.setText(_("Stopping…"))
            self.stopped.emit()

    def rest(self) -> None:
        """Nothing is under way."""
        self._stopping = False
        self.stop.setEnabled(True)
        self.hide()
