"""The cards of the sync page: this computer, and each peer with what can be done about it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desk.i18n import _
from desk.services.sync import PeerState
from desk.services.sync_offers import Offer
from desk.ui.exchange import words
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text


class PeerCard(Card):
    """Head office or another computer: what goes there, what was heard, and the two ways on."""

    export_wanted = Signal(object)
    end_wanted = Signal(object)
    """Carry the :class:`~desk.services.sync.PeerState`."""

    def __init__(self, one: PeerState, *, may_end: bool) -> None:
        super().__init__()
        peer = one.peer
        self.setObjectName(f"peer_{peer.id[-8:]}")
        icon = "building-2" if peer.kind == "hub" else "hard-drive"
        head = layouts.row(IconLabel(icon, "primary", 20), gap=8)
        head.addWidget(ElidedLabel(peer.name, "card"), 1)
        kind = _("Head office") if peer.kind == "hub" else _("Computer of this branch")
        head.addWidget(Chip(kind, "grey"))
        self.body.addLayout(head)
        sends = _("Goes there: {what}").format(what=words.profile(peer.profile))
        self.add(Text(f"{sends} · {words.waiting(one)}", "table", "ink_2", wrap=True))
        mark = _("Fingerprint {mark}").format(mark=one.fingerprint)
        self.add(Text(f"{words.heard(one)} · {mark}", "table", "ink_2", wrap=True))
        foot = layouts.row(gap=10)
        export = Button(_("Export…"), icon="upload")
        export.setObjectName("peer_export")
        export.setEnabled(peer.profile != "off")
        export.clicked.connect(lambda: self.export_wanted.emit(one))
        foot.addWidget(export)
        foot.addStretch(1)
        if may_end:
            end = Button(_("End…"), kind="quiet")
            end.setObjectName("peer_end")
            end.clicked.connect(lambda: self.end_wanted.emit(one))
            foot.addWidget(end)
        self.body.addLayout(foot)


class OwnCard(Card):
    """This computer: the fingerprint that others compare, and how it is joined with them."""

    def __init__(self) -> None:
        super().__init__(_("This computer"))
        self.setObjectName("sync_own")
        self.mark = Text("", "card", strong=True)
        self.mark.setObjectName("sync_mark")
        self.mark.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add(self.mark)
        told = _("Its fingerprint. Read it out when head office or another computer asks for it.")
        self.add(Text(told, "table", "ink_2", wrap=True))
        self.join_file = Button(_("Join by a file…"), icon="file-plus")
        self.join_file.setObjectName("sync_join")
        self.card = Button(_("Save its card…"), icon="save")
        self.card.setObjectName("sync_card")
        self._foot = QWidget()
        # one below the other: side by side they are wider than the column with large text
        column = layouts.column(gap=8)
        for button in (self.join_file, self.card):
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._foot.setLayout(column)
        self.add(self._foot)

    def show_own(self, mark: str, *, may_join: bool) -> None:
        """Say the fingerprint; whoever may joins it with others."""
        self.mark.setText(mark)
        self._foot.setVisible(may_join)


class OfferCard(Card):
    """Something head office sent along, until somebody decides on it."""

    accept_wanted = Signal(object)
    decline_wanted = Signal(object)
    """Carry the :class:`~desk.services.sync_offers.Offer`."""

    def __init__(self, one: Offer) -> None:
        super().__init__()
        self.setObjectName(f"offer_{one.what}")
        name, do, icon = words.offer(one)
        head = layouts.row(IconLabel(icon, "primary", 20), gap=8)
        head.addWidget(ElidedLabel(one.title, "card"), 1)
        head.addWidget(Chip(name, "amber"))
        self.body.addLayout(head)
        text = one.text if one.readable else _("Only a newer version of the program reads this.")
        if text and one.what != "message":
            self.add(Text(text, "table", "ink_2", wrap=True))
        foot = layouts.row(gap=10)
        accept = Button(f"{do}…", icon="check")
        accept.setObjectName("offer_accept")
        accept.setEnabled(one.readable)
        accept.clicked.connect(lambda: self.accept_wanted.emit(one))
        foot.addWidget(accept)
        foot.addStretch(1)
        decline = Button(_("Put away"), kind="quiet")
        decline.setObjectName("offer_decline")
        decline.clicked.connect(lambda: self.decline_wanted.emit(one))
        foot.addWidget(decline)
        self.body.addLayout(foot)
