"""Head office 总行: which branches send, what waits to be looked at, and what goes back to them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.hub import HubDevice, SetAside, Way
from desk.i18n import _, ngettext
from desk.services import hub, hub_imports, hub_receipts, hub_status
from desk.services.hub_imports import Imported
from desk.services.hub_receipts import Receipt
from desk.services.hub_status import BranchStatus, Status
from desk.services.session import Session
from desk.ui import theme
from desk.ui.administration.rooms import RoomPage
from desk.ui.hub import words
from desk.ui.hub.branch_card import BranchCard
from desk.ui.hub.publishing import PublishSheet
from desk.ui.hub.sheets import ApproveSheet, EnrolSheet, MessageSheet, TransferSheet
from desk.ui.hub.taking import TakingIn
from desk.ui.hub.watching import Watching
from desk.ui.people.sheets import AskSheet
from desk.ui.task_sheet import refusal
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card, EmptyState
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Rule, Text
from desk.ui.widgets.layouts import TwoColumns
from desk.ui.widgets.sheet import ConfirmSheet, TextSheet
from desk.ui.widgets.table import TableView
from desk.ui.work import Work

ROOM = "hub"
_ICONS = {"green": "badge-check", "amber": "clock", "red": "triangle-alert"}


class HubPage(RoomPage):
    """How it stands above all; the branches at the left; the chosen one at the right."""

    def __init__(self, work: Work, watching: Watching | None = None) -> None:
        super().__init__(work, ROOM, _("Head office"))
        self.watching = watching or Watching(work, self)
        self._status: Status | None = None
        self._icon = IconLabel("clock", "ink_2", 26)
        self.headline = Text("", "title", strong=True)
        self.headline.setObjectName("hub_headline")
        self.told = Text("", "table", "ink_2", wrap=True)
        self.told.setObjectName("hub_told")
        self.take = Button(_("Take files in…"), icon="download", kind="primary", keys="Ctrl I")
        self.take.setObjectName("hub_import")
        self.enrol = Button(_("Enrol a branch…"), icon="plus")
        self.enrol.setObjectName("hub_enrol")
        self.tell = Button(_("Message to all…"), icon="megaphone")
        self.tell.setObjectName("hub_message")
        self.publish = Button(_("Publish…"), icon="upload")
        self.publish.setObjectName("hub_publish")
        self.watched = ElidedLabel("", "table", "ink_2")
        self.watched.setObjectName("hub_watched")
        self.watch = Button("", icon="folder-open")
        self.watch.setObjectName("hub_watch")
        self.table: TableView[BranchStatus] = TableView(words.branch_columns())
        self.table.setObjectName("hub_table")
        self.table.setAccessibleName(_("Branches"))
        self.table.setProperty("ring_off", True)
        self.table.clicked.disconnect()  # a click chooses
        self.empty = EmptyState("building-2", _("No branch is enrolled yet"))
        self._may_manage = work.may("manage_branch")
        self._may_publish = work.may("manage_packs") and self._may_manage
        for button in (self.enrol, self.tell):
            button.setVisible(self._may_manage)
        self.publish.setVisible(self._may_publish)
        self.card = BranchCard(may_manage=self._may_manage)
        self._arrange()
        self._connect()

    @override
    def help_text(self) -> tuple[str, ...]:
        return (
            _(
                "Branches send their files by stick, share or mail. What is taken in here is "
                "confirmed to them by a receipt; until it is there, they count it as not arrived."
            ),
            _(
                "A computer that sends for the first time waits until somebody compared its "
                "fingerprint. A file that does not fit is set aside, and nothing of it is lost."
            ),
            _(
                "Packs, calendars, messages and cases passed on travel in the next receipts. A "
                "drop folder is looked at as long as the vault is open; the receipts lie in its "
                "folder “receipts”."
            ),
        )

    @override
    def on_shown(self) -> None:
        self.refresh()
        self.table.setFocus()

    def refresh(self) -> None:
        """Read how every branch stands."""
        self.work.read(hub_status.status, self._take, owner=self)

    def chosen(self) -> BranchStatus | None:
        """The branch chosen in the list."""
        return self.table.current()

    def _arrange(self) -> None:
        side = theme.px(16)
        standing = Card()
        standing.setObjectName("hub_standing")
        row = layouts.row(self._icon, gap=14)
        row.addLayout(layouts.column(self.headline, self.told, gap=3), 1)
        for button in (self.tell, self.publish, self.enrol, self.take):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        standing.body.addLayout(row)
        standing.add(Rule())
        below = layouts.row(IconLabel("folder-search", "ink_2", 18), gap=10)
        below.addWidget(self.watched, 1)
        below.addWidget(self.watch)
        standing.body.addLayout(below)
        card = Card(_("Branches"), margin=0)
        card.body.setContentsMargins(1, theme.px(4), 1, theme.px(6))
        card.add(self.table, 1)
        card.add(self.empty, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.px(20), side, theme.px(20), side)
        outer.setSpacing(theme.px(14))
        outer.addWidget(standing)
        outer.addWidget(TwoColumns(card, self.card, pane=400, share=0.36, least=310, gap=14), 1)

    def _connect(self) -> None:
        self._taking = TakingIn(self.work, self)
        self._taking.began.connect(self._say_taking)
        self._taking.done.connect(self._say_taken)
        self.watching.changed.connect(self._show_watched)
        self.watching.taken.connect(self.refresh)
        self.watch.clicked.connect(self._watch_or_stop)
        self.publish.clicked.connect(self._ask_publish)
        self.card.transfer.clicked.connect(self._ask_transfer)
        self.take.clicked.connect(self._choose_files)
        QShortcut(QKeySequence("Ctrl+I"), self).activated.connect(self._choose_files)
        self.enrol.clicked.connect(lambda: self._choose_folder(self._ask_enrol))
        self.tell.clicked.connect(self._ask_message)
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_branch())
        self.card.receipt.clicked.connect(lambda: self._choose_folder(self._write_receipts))
        self.card.approve_wanted.connect(self._ask_approve)
        self.card.end_wanted.connect(self._ask_end)
        self.card.settle_wanted.connect(self._ask_settle)

    def _take(self, found: Status) -> None:
        before = self.chosen()
        self._status = found
        headline, tone = words.headline(found)
        self._icon.set_icon(_ICONS.get(tone, "clock"), tone)
        if not self._taking.is_busy:
            self.headline.setText(headline)
        self.told.setText(words.told(found))
        self.table.set_rows(found.branches)
        self.table.setVisible(bool(found.branches))
        self.empty.setVisible(not found.branches)
        for button in (self.tell, self.publish):
            button.setEnabled(bool(found.branches))
        for place, one in enumerate(self.table.rows.rows()):
            if before is not None and one.branch.branch == before.branch.branch:
                self.table.setCurrentIndex(self.table.rows.index(place, 0))
        self._show_branch()
        self._show_watched()

    def _show_branch(self) -> None:
        known = self._status.branches if self._status is not None else ()
        self.card.show_branch(self.chosen(), others=len(known) > 1)

    def _show_watched(self) -> None:
        now = self.watching
        fault = refusal(now.failed) if now.failed is not None else ""
        self.watched.set_text(words.watched(now.folder, now.reading, now.last, fault))
        self.watched.set_role("red" if fault else "ink_2")
        self.watch.setText(_("Stop") if now.folder is not None else _("Watch a folder…"))
        self.watch.set_icon("x" if now.folder is not None else "folder-open")

    def _watch_or_stop(self) -> None:
        if self.watching.folder is not None:
            self.watching.stop()
        else:
            self._choose_folder(self.watching.watch)

    def _choose_files(self) -> None:
        dialog = QFileDialog(self, _("Files of branches"), str(Path.home()), "*.cdx *.cdx.*")
        dialog.setObjectName("hub_files")
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
        if not lines:
            return
        if len(lines) == 1 and found[0].fault is None:
            self.work.notices.done(lines[0])
            return
        taken = sum(one.outcome == "taken" for one in found)
        title = ngettext("{n} file taken in", "{n} files taken in", taken).format(n=taken)
        TextSheet(title, tuple(lines)).open_over(self._host())

    def _choose_folder(self, then: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self, _("Where the file goes"), str(Path.home()))
        dialog.setObjectName("hub_folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: then(Path(str(folder))))
        dialog.open()

    def _ask_enrol(self, folder: Path) -> None:
        known = self._status.branches if self._status is not None else ()
        sheet = EnrolSheet(self.work, tuple(one.branch for one in known), folder)
        said = _("The enrolment file is in {folder}.").format(folder=folder.name)
        self._open(sheet, said)

    def _write_receipts(self, folder: Path) -> None:
        one = self.chosen()
        if one is None:
            return
        branch = one.branch.branch
        self.work.read(
            lambda session: hub_receipts.receipt(session, branch, folder),
            self._say_receipts,
            owner=self,
        )

    def _say_receipts(self, made: tuple[Receipt, ...]) -> None:
        self.refresh()
        told = ngettext("{n} receipt written: {names}", "{n} receipts written: {names}", len(made))
        names = ", ".join(one.path.name for one in made)
        self.work.notices.done(told.format(n=len(made), names=names))

    def _ask_message(self) -> None:
        said = _("It goes along with the next receipts.")
        self._open(MessageSheet(self.work), said)

    def _ask_publish(self) -> None:
        known = self._status.branches if self._status is not None else ()
        sheet = PublishSheet(self.work, tuple(one.branch for one in known))
        sheet.done.connect(lambda: self.work.notices.done(sheet.said))
        sheet.open_over(self._host())

    def _ask_transfer(self) -> None:
        one = self.chosen()
        if one is None or self._status is None:
            return
        known = (other.branch for other in self._status.branches)
        others = tuple(other for other in known if other.branch != one.branch.branch)
        sheet = TransferSheet(self.work, one.branch, others)
        sheet.done.connect(lambda: self.work.notices.done(sheet.passed))
        sheet.open_over(self._host())

    def _ask_approve(self, device: HubDevice) -> None:
        self._open(ApproveSheet(self.work, device), _("Approved; its waiting files are taken in."))

    def _ask_end(self, device: HubDevice) -> None:
        sheet = ConfirmSheet(
            _("Accept nothing more of this computer?"),
            _(
                "Lost or stolen: what it writes from now on is refused. What came before stays. "
                "A computer in its place sends as a new one."
            ),
            _("Accept nothing more"),
            danger=True,
        )

        def revoke(session: Session) -> HubDevice:
            return hub.revoke(session, device.branch, device.device)

        sheet.confirmed.connect(lambda: self._do(revoke, _("Ended.")))
        sheet.open_over(self._host())

    def _ask_settle(self, one: SetAside, how: Way) -> None:
        if how == "retry":
            self._settle(one, how)
            return
        title, told, do = {
            "keep": (
                _("Keep both histories?"),
                _("A copied computer wrote under the same name. Nothing of either is lost."),
                _("Keep both"),
            ),
            "discard": (
                _("Give this file up?"),
                _("It is removed here. The branch can send what is missing again."),
                _("Give up"),
            ),
        }[how]
        sheet = ConfirmSheet(title, told, do, danger=how == "discard")
        sheet.confirmed.connect(partial(self._settle, one, how))
        sheet.open_over(self._host())

    def _settle(self, one: SetAside, how: Way) -> None:
        self.work.read(
            lambda session: (hub_imports.settle(session, one.id, how),),
            self._say_taken if how != "discard" else lambda _done: self.refresh(),
            owner=self,
        )

    def _do(self, task: Callable[[Session], object], said: str) -> None:
        def done(_result: object) -> None:
            self.refresh()
            self.work.notices.done(said)

        self.work.read(task, done, owner=self)

    def _open(self, sheet: AskSheet, said: str) -> None:
        sheet.done.connect(self.refresh)
        sheet.done.connect(lambda: self.work.notices.done(said))
        sheet.open_over(self._host())

    def _host(self) -> QWidget:
        window = self.window()
        return window.findChild(QWidget, "shell") or window
