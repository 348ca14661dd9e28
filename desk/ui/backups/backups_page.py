"""Backup and restore 备份与恢复: how safe the vault is, in one sentence, and what can be done."""

import dataclasses
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.backups import Drill, Lacks, Listed
from desk.i18n import _, ngettext
from desk.services import backups, drill_result
from desk.services.backups import Overview
from desk.ui import theme
from desk.ui.administration.rooms import RoomPage
from desk.ui.backups import words
from desk.ui.backups.cards import Standing, StateCard
from desk.ui.backups.keeper import Keeper
from desk.ui.backups.sheets import RestoreSheet
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card, EmptyState
from desk.ui.widgets.labels import Text
from desk.ui.widgets.layouts import ScrollColumn, TwoColumns
from desk.ui.widgets.table import TableView
from desk.ui.work import Work

ROOM = "backups"


class BackupsPage(RoomPage):
    """How it stands above all; the backups at the left; second place and drill at the right.

    `changed` carries the :class:`~desk.settings.Settings` now wanted.
    """

    changed = Signal(object)

    def __init__(self, work: Work, keeper: Keeper) -> None:
        super().__init__(work, ROOM, _("Backup and restore"))
        self.keeper = keeper
        self._overview: Overview | None = None
        self._dialog: QFileDialog | None = None
        self.standing = Standing()
        self.now = self.standing.add_button(
            Button(_("Back up now"), icon="save", kind="primary", keys="Ctrl B")
        )
        self.now.setObjectName("backup_now")
        self.table: TableView[Listed] = TableView(words.columns(work.now()))
        self.table.setObjectName("backups_table")
        self.table.setAccessibleName(_("Backups"))
        self.table.setProperty("ring_off", True)
        self.table.clicked.disconnect()  # a click chooses; Enter opens
        self.empty = EmptyState("hard-drive", _("There is no backup yet"))
        self.count = Text("", "table", "ink_2")
        self.count.setObjectName("backups_count")
        self.restore = Button(_("Restore…"), icon="history", keys="↵")
        self.restore.setObjectName("backup_restore")
        self.second = StateCard(_("Second place"), "second")
        self.choose = self.second.add_button(Button(_("Choose a folder…"), icon="folder-open"))
        self.choose.setObjectName("second_choose")
        self.none = self.second.add_button(Button(_("Use none"), kind="quiet"))
        self.none.setObjectName("second_none")
        self.drill = StateCard(_("Restore drill"), "drill")
        self.try_now = self.drill.add_button(Button(_("Try it now"), icon="life-buoy"))
        self.try_now.setObjectName("drill_now")
        self.paper = self.drill.add_button(Button(_("Result as PDF…"), icon="file-text"))
        self.paper.setObjectName("drill_paper")
        self._arrange()
        self._connect()

    @override
    def help_text(self) -> tuple[str, ...]:
        return (
            _(
                "A backup is made every half hour of work and before anything risky. Each one is "
                "opened and verified in full before it counts. Kept are the last day, 12 days, "
                "10 weeks and 9 months."
            ),
            _(
                "Ctrl+B makes one now; Enter on a backup shows what it lacks and puts the vault "
                "back. The vault of now is always kept aside."
            ),
        )

    @override
    def on_shown(self) -> None:
        self.refresh()
        self.table.setFocus()

    def refresh(self) -> None:
        """Read how the backups stand."""
        folder = self.work.settings.backup_folder
        self.work.read(
            lambda session: backups.overview(session, second=folder), self._take, owner=self
        )

    def _arrange(self) -> None:
        side = theme.px(16)
        card = Card(_("Backups"), margin=0)
        card.add_beside_title(self.count)
        card.add_action(self.restore)
        card.body.setContentsMargins(1, theme.px(4), 1, theme.px(6))
        card.add(self.table, 1)
        card.add(self.empty, 1)
        column = ScrollColumn(margin=0, gap=12)
        for one in (self.second, self.drill):
            column.add(one)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.px(20), side, theme.px(20), side)
        outer.setSpacing(theme.px(14))
        outer.addWidget(self.standing)
        outer.addWidget(TwoColumns(card, column, pane=400, share=0.36, least=310, gap=14), 1)

    def _connect(self) -> None:
        keeper = self.keeper
        keeper.changed.connect(self._show_doing)
        keeper.made.connect(self.refresh)
        self.now.clicked.connect(keeper.back_up)
        QShortcut(QKeySequence("Ctrl+B"), self).activated.connect(keeper.back_up)
        self.try_now.clicked.connect(keeper.try_out)
        self.table.opened.connect(self._ask_restore)
        self.restore.clicked.connect(lambda: self._ask_restore(self.table.current()))
        self.choose.clicked.connect(self._choose)
        self.none.clicked.connect(lambda: self._use(""))
        self.paper.clicked.connect(self._save_paper)

    def _take(self, overview: Overview) -> None:
        self._overview = overview
        found = overview.backups
        self.table.set_rows(found)
        self.table.setVisible(bool(found))
        self.empty.setVisible(not found)
        total = sum(one.size for one in found)
        told = ngettext("{n} backup", "{n} backups", len(found)).format(n=len(found))
        self.count.setText(f"{told} · {words.size(total)}" if found else "")
        self.restore.setVisible(bool(found) and self._may_restore())
        now = self.work.now()
        self.second.show_state(*words.second(overview.second, now))
        self.second.show_detail(overview.second.where)
        self.choose.setText(
            _("Choose another…") if overview.second.where else _("Choose a folder…")
        )
        self.choose.updateGeometry()
        self.none.setVisible(bool(overview.second.where))
        self.drill.show_state(*words.drill(overview.drill, now))
        self.paper.setVisible(overview.drill is not None)
        self.try_now.setVisible(any(one.state == "whole" for one in found))
        self.drill.foot.setVisible(not self.try_now.isHidden() or not self.paper.isHidden())
        if not found and not self.keeper.doing:
            self.now.setFocus()
        self._show_doing()

    def _show_doing(self) -> None:
        keeper = self.keeper
        if self._overview is None:
            return
        self.standing.show_standing(*words.standing(self._overview, keeper.failed, self.work.now()))
        doing = {"backup": _("Backing up and verifying…"), "drill": _("Trying a restore…")}
        self.standing.show_share(doing.get(keeper.doing, ""), keeper.share)
        for button in (self.now, self.try_now):
            if keeper.doing and button.hasFocus():
                self.restore.setFocus() if self.restore.isVisible() else self.choose.setFocus()
            button.setEnabled(not keeper.doing)

    def _may_restore(self) -> bool:
        return self.work.may("restore") and self.keeper.looks()

    def _ask_restore(self, chosen: object) -> None:
        if not isinstance(chosen, Listed) or not self._may_restore():
            return
        if chosen.state in {"damaged", "foreign"}:
            self.work.notices.warn(_("This backup cannot be used. Please choose another one."))
            return
        self.work.read(
            lambda session: backups.lacks(session, chosen.name),
            partial(self._show_restore, chosen),
            owner=self,
        )

    def _show_restore(self, chosen: Listed, lacks: Lacks) -> None:
        sheet = RestoreSheet(chosen, lacks, self.work.now())
        sheet.wanted.connect(lambda: self.work.restore_wanted.emit(chosen.name))
        window = self.window()
        sheet.open_over(window.findChild(QWidget, "shell") or window)

    def _choose(self) -> None:
        dialog = QFileDialog(self, _("Folder for copies"), self.work.settings.backup_folder)
        dialog.setObjectName("second_dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self._use(str(folder)))
        dialog.open()

    def _use(self, folder: str) -> None:
        self.changed.emit(dataclasses.replace(self.work.settings, backup_folder=folder))

    def _save_paper(self) -> None:
        drill = self._overview.drill if self._overview is not None else None
        if drill is None:
            return
        start = str(Path.home() / drill_result.default_name(drill))
        dialog = QFileDialog(self, _("Save the result"), start, "PDF (*.pdf)")
        dialog.setObjectName("drill_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.save_paper(drill, Path(str(path))))
        dialog.open()

    def save_paper(self, drill: Drill, target: Path) -> None:
        """Write the result of a drill as a page."""
        self.work.read(
            lambda session: drill_result.write(session, drill, target),
            lambda path: self.work.notices.done(_("Saved: {name}").format(name=path.name)),
            owner=self,
        )
