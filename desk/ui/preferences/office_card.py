"""The place where a vault is made head office, for whoever manages the branch."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desk.i18n import _
from desk.services import hub
from desk.services.hub import Hub
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.labels import Text
from desk.ui.widgets.sheet import ConfirmSheet
from desk.ui.work import Work


class OfficeCard(Card):
    """Says that this is a branch's vault, and makes it head office once somebody is sure."""

    made = Signal()
    """It is head office now: the window has other rooms."""

    def __init__(self, work: Work) -> None:
        super().__init__(_("Head office"))
        self._work = work
        words = _("This vault is a branch's. On the computer that gathers the files of branches:")
        make = Button(_("Make it head office…"), icon="building-2")
        make.setObjectName("settings_office")
        make.clicked.connect(self._ask)
        line = layouts.row(gap=12)
        line.addWidget(Text(words, "table", "ink_2", wrap=True), 1)
        line.addWidget(make)
        self.body.addLayout(line)

    def _ask(self) -> None:
        sheet = ConfirmSheet(
            _("Make this vault head office?"),
            _(
                "It gets keys of its own and the page “Head office” under Manage, where branches "
                "are enrolled and their files taken in, into this same vault. Cases here stay as "
                "they are. Branches trust its fingerprint, so it cannot be made a branch's again: "
                "please do it once, and only on head office's computer."
            ),
            _("Make it head office"),
        )
        sheet.confirmed.connect(self._make)
        window = self.window()
        sheet.open_over(window.findChild(QWidget, "shell") or window)

    def _make(self) -> None:
        self._work.read(hub.make, self._done, owner=self)

    def _done(self, made: Hub) -> None:
        self._work.take_office()
        words = _("This vault is head office. Its fingerprint: {fingerprint}")
        self._work.notices.done(words.format(fingerprint=made.fingerprint))
        self.made.emit()
