"""Sync 同步: what left and what became of it, and with whom files are exchanged."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.deliveries import Bundle
from desk.i18n import _
from desk.services import sync, sync_exports, sync_offers, sync_words
from desk.services.session import Session
from desk.services.sync import Introduction, PeerState, States
from desk.services.sync_exports import Exported, Preview
from desk.services.sync_imports import Imported
from desk.services.sync_offers import Offer
from desk.ui import theme
from desk.ui.exchange import words
from desk.ui.exchange.cards import OfferCard, OwnCard, PeerCard
from desk.ui.exchange.sheets import ExportSheet, JoinSheet
from desk.ui.exchange.taking import TakingIn
from desk.ui.page import Page
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card, EmptyState
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.widgets.layouts import ScrollColumn, TwoColumns
from desk.ui.widgets.sheet import ConfirmSheet, TextSheet
from desk.ui.widgets.table import TableView
from desk.ui.work import Work

PLACE = "sync"
_ICONS = {"green": "badge-check", "amber": "clock", "red": "triangle-alert"}


class SyncPage(Page):
    """How it stands above all; the files that left at the left; with whom at the right."""

    def __init__(self, work: Work) -> None:
        super().__init__(_("Sync"))
        self.work = work
        self._states: States | None = None
        self._icon = IconLabel("clock", "ink_2", 26)
        self.headline = Text("", "title", strong=True)
        self.headline.setObjectName("sync_headline")
        self.told = Text(words.told(), "table", "ink_2", wrap=True)
        self.take = Button(_("Take a file in…"), icon="download", keys="Ctrl I")
        self.take.setObjectName("sync_import")
        self.export = Button(_("Export…"), icon="upload", kind="primary", keys="Ctrl E")
        self.export.setObjectName("sync_export")
        self.table: TableView[Bundle] = TableView(words.bundle_columns(self._name))
        self.table.setObjectName("sync_table")
        self.table.setAccessibleName(_("Files that left"))
        self.table.setProperty("ring_off", True)
        self.table.clicked.disconnect()  # a click chooses
        self.empty = EmptyState("upload", _("Nothing has left yet"))
        self.chosen = Text("", "table", "ink_2", wrap=True)
        self.chosen.setObjectName("sync_chosen")
        self.arrived = Button(_("They have it…"), icon="phone")
        self.arrived.setObjectName("sync_delivered")
        self.own = OwnCard()
        self.peers = ScrollColumn(margin=0, gap=12)
        self._arrange()
        self._connect()

    @override
    def help_text(self) -> tuple[str, ...]:
        return (
            _(
                "Files go by stick, share or mail. They are encrypted and signed: only whom they "
                "are for can read them, and nobody can change them on the way."
            ),
            _(
                "Only a receipt confirms. A lost file is no harm: export again, and everything "
                "that is not confirmed goes along. Taking a file in twice changes nothing."
            ),
        )

    @override
    def on_shown(self) -> None:
        self.refresh()
        self.table.setFocus()

    def refresh(self) -> None:
        """Read how the exchange stands."""
        self.work.read(
            lambda session: (sync.states(session), sync_offers.offers(session)),
            lambda found: self._take(*found),
            owner=self,
        )

    def _arrange(self) -> None:
        side = theme.px(16)
        standing = Card()
        standing.setObjectName("sync_standing")
        row = layouts.row(self._icon, gap=14)
        row.addLayout(layouts.column(self.headline, self.told, gap=3), 1)
        for button in (self.take, self.export):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        standing.body.addLayout(row)
        card = Card(_("Files that left"), margin=0)
        card.body.setContentsMargins(1, theme.px(4), 1, theme.px(6))
        card.add(self.table, 1)
        card.add(self.empty, 1)
        foot = layouts.row(gap=12)
        foot.setContentsMargins(side, theme.px(6), side, theme.px(6))
        foot.addWidget(self.chosen, 1)
        foot.addWidget(self.arrived, 0, Qt.AlignmentFlag.AlignVCenter)
        card.body.addLayout(foot)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.px(20), side, theme.px(20), side)
        outer.setSpacing(theme.px(14))
        outer.addWidget(standing)
        outer.addWidget(TwoColumns(card, self.peers, pane=400, share=0.38, least=320, gap=14), 1)

    def _connect(self) -> None:
        self._taking = TakingIn(self.work, self)
        self._taking.began.connect(self._say_taking)
        self._taking.done.connect(self._say_taken)
        self.take.clicked.connect(self._choose_files)
        QShortcut(QKeySequence("Ctrl+I"), self).activated.connect(self._choose_files)
        self.export.clicked.connect(self._ask_first)
        QShortcut(QKeySequence("Ctrl+E"), self).activated.connect(self._ask_first)
        self.arrived.clicked.connect(self._ask_delivered)
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_chosen())
        self.own.join_file.clicked.connect(self._choose_card)
        self.own.card.clicked.connect(lambda: self._choose_folder(self._save_card))

    def _name(self, peer: str) -> str:
        found = self._peer(peer)
        return found.peer.name if found is not None else peer[-8:]

    def _peer(self, peer: str) -> PeerState | None:
        known = self._states.peers if self._states is not None else ()
        return next((one for one in known if one.peer.id == peer), None)

    def _take(self, found: States, offers: tuple[Offer, ...]) -> None:
        self._states = found
        headline, tone = words.headline(found)
        self._icon.set_icon(_ICONS.get(tone, "clock"), tone)
        self.headline.setText(headline)
        active = [one for one in found.peers if one.peer.active]
        self.export.setEnabled(bool(active))
        made = sorted((one for each in found.peers for one in each.bundles), key=_newest)
        self.table.set_rows(made)
        self.table.setVisible(bool(made))
        self.empty.setVisible(not made)
        if made:
            self.table.selectRow(0)
        self._show_chosen()
        self._show_side(active, found, offers)

    def _show_side(self, active: list[PeerState], found: States, offers: tuple[Offer, ...]) -> None:
        may = self.work.may("manage_branch")
        self.own.setParent(None)  # stays, while the other cards go
        self.peers.clear()
        for offer in offers:
            told = OfferCard(offer)
            told.accept_wanted.connect(self._ask_accept)
            told.decline_wanted.connect(self._decline)
            self.peers.add(told)
        for one in active:
            card = PeerCard(one, may_end=may)
            card.export_wanted.connect(self._export_to)
            card.end_wanted.connect(self._ask_end)
            self.peers.add(card)
        self.own.show_own(found.own.fingerprint, may_join=may)
        self.peers.add(self.own)

    def _show_chosen(self) -> None:
        one = self.table.current()
        self.chosen.setText(f"{one.name} · {words.meaning(one.state)}" if one is not None else "")
        self.arrived.setVisible(one is not None and one.state == "exported")

    def _ask_first(self) -> None:
        known = self._states.peers if self._states is not None else ()
        active = [one for one in known if one.peer.active and one.peer.profile != "off"]
        # head office first: that is where most files go
        for one in sorted(active, key=lambda one: one.peer.kind != "hub")[:1]:
            self._export_to(one)

    def _export_to(self, one: object) -> None:
        if isinstance(one, PeerState):
            self._choose_folder(partial(self.preview, one.peer.id))

    def preview(self, peer: str, folder: Path) -> None:
        """Show what would leave for a peer into a folder."""

        def task(session: Session) -> Preview:
            return sync_exports.preview(session, peer)

        self.work.read(task, partial(self._show_export, folder), owner=self)

    def _show_export(self, folder: Path, found: Preview) -> None:
        sheet = ExportSheet(self.work, found, folder)

        def written() -> None:
            made = sheet.exported
            self.refresh()
            if made is not None:
                self._say_written(made)

        sheet.done.connect(written)
        sheet.open_over(self._host())

    def _say_written(self, made: Exported) -> None:
        names = ", ".join(path.name for path in made.paths)
        self.work.notices.done(_("Written: {names}").format(names=names))
        if made.lost:
            self.work.notices.error(sync_words.left_behind(made.lost))

    def _ask_delivered(self) -> None:
        one = self.table.current()
        if one is None:
            return
        sheet = ConfirmSheet(
            _("Has somebody there said that they read it?"),
            _("It is noted as delivered. Only their receipt makes it confirmed."),
            _("Note it"),
        )
        sheet.confirmed.connect(
            lambda: self._do(lambda session: sync.delivered(session, one.sha256))
        )
        sheet.open_over(self._host())

    def _ask_end(self, one: object) -> None:
        if not isinstance(one, PeerState):
            return
        sheet = ConfirmSheet(
            _("Exchange no more files with {name}?").format(name=one.peer.name),
            _("Nothing more goes there, and nothing more of it is taken in. What came stays."),
            _("End it"),
            danger=True,
        )
        sheet.confirmed.connect(
            lambda: self._do(lambda session: sync.end_peer(session, one.peer.id))
        )
        sheet.open_over(self._host())

    def _do(self, task: Callable[[Session], object]) -> None:
        self.work.read(task, lambda _done: self.refresh(), owner=self)

    def _choose_files(self) -> None:
        dialog = QFileDialog(self, _("Files that came"), str(Path.home()), "*.cdx *.cdx.* *.read")
        dialog.setObjectName("sync_files")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.take_in([Path(str(one)) for one in names]))
        dialog.open()

    def take_in(self, paths: list[Path]) -> None:
        """Take files in, and say of each what became of it."""
        self._taking.take(paths)

    def _say_taking(self, name: str) -> None:
        self.headline.setText(_("Reading {name}…").format(name=name))

    def _say_taken(self, found: tuple[Imported, ...]) -> None:
        self.refresh()
        lines = [words.outcome(one) for one in found]
        if len(found) == 1 and found[0].fault is None:
            self.work.notices.done(lines[0])
        elif lines:
            TextSheet(_("What became of the files"), tuple(lines)).open_over(self._host())

    def _ask_accept(self, one: object) -> None:
        if not isinstance(one, Offer):
            return
        title, do, _icon = words.offer(one)

        def accept() -> None:
            self._do(lambda session: sync_offers.accept(session, one.id))

        if one.what == "message":
            sheet = TextSheet(one.title, (one.text,), icon="megaphone")
            sheet.closed.connect(accept)
            sheet.open_over(self._host())
            return

        def ask(changes: tuple[str, ...]) -> None:
            told = "\n".join((one.title, one.text, *changes)).strip()
            sheet = ConfirmSheet(f"{title}: {do}?", told, do)
            sheet.confirmed.connect(accept)
            sheet.open_over(self._host())

        self.work.read(lambda session: sync_offers.changes(session, one.id), ask, owner=self)

    def _decline(self, one: object) -> None:
        if isinstance(one, Offer):
            self._do(lambda session: sync_offers.decline(session, one.id))

    def _save_card(self, folder: Path) -> None:
        self.work.read(
            lambda session: sync.card(session, folder),
            lambda made: self.work.notices.done(_("Written: {names}").format(names=made[0].name)),
            owner=self,
        )

    def _choose_card(self) -> None:
        dialog = QFileDialog(
            self, _("Enrolment or card"), str(Path.home()), "*.cdx-enrol *.cdx-card"
        )
        dialog.setObjectName("sync_card_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.join_by(Path(str(path))))
        dialog.open()

    def join_by(self, path: Path) -> None:
        """Ask for the fingerprint of whoever introduces themselves by this file."""
        self.work.read(lambda session: sync.introduced(session, path), self._show_join, owner=self)

    def _show_join(self, offered: Introduction) -> None:
        sheet = JoinSheet(self.work, offered)
        said = _("Joined with {name}.").format(name=offered.peer.name)
        sheet.done.connect(self.refresh)
        sheet.done.connect(lambda: self.work.notices.done(said))
        sheet.open_over(self._host())

    def _choose_folder(self, then: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self, _("Where the file goes"), str(Path.home()))
        dialog.setObjectName("sync_folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: then(Path(str(folder))))
        dialog.open()

    def _host(self) -> QWidget:
        window = self.window()
        return window.findChild(QWidget, "shell") or window


def _newest(one: Bundle) -> int:
    return -one.at_ms
