"""A line that says how far a large file is, and stops it."""

from PySide6.QtWidgets import QWidget

from desk.i18n import _
from desk.ui.attachments.attaching import Attaching
from desk.ui.attachments.copying import Copying
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import ElidedLabel
from desk.ui.widgets.progress import SlimBar


class Going(QWidget):
    """Follows files that are taken in or copied out; hidden until one takes its time."""

    def __init__(self, source: Attaching | Copying, told: str, name: str) -> None:
        """`told` holds a blank for the {name} of the file; `name` is that of the button."""
        super().__init__()
        self._source = source
        self._told = told
        self._words = ElidedLabel("", "hint", "ink_2")
        self._bar = SlimBar(width=140)
        stop = Button(_("Stop"), kind="link")
        stop.setObjectName(name)
        stop.clicked.connect(source.cancel)
        row = layouts.row(self._words, self._bar, stop, gap=10)
        row.setStretch(0, 1)
        self.setLayout(row)
        self.hide()
        source.moved.connect(self.follow)

    def follow(self) -> None:
        """Say which file is how far, or nothing."""
        underway = self._source.underway
        if underway is not None:
            name, share = underway
            self._words.set_text(self._told.format(name=name))
            self._bar.set_share(share)
        self.setVisible(underway is not None)
