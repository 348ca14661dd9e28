"""The page that puts a vault back from a backup: which one, what it lacks, then all of it.

Stands in the place of the unlock page, because no vault may be open. A password as it was in the
backup opens it; whoever had the right to restore then may do so.
"""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.backups import Listed
from desk.errors import KnownError
from desk.i18n import _
from desk.services import restoring, sentences
from desk.services.moment import Moment
from desk.services.restoring import Offer
from desk.ui import theme
from desk.ui.backups import words
from desk.ui.jobs import Jobs
from desk.ui.start.page import StartPage
from desk.ui.start.parts import LARGEST, PasswordField, StartCard
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.fields import Labelled, LineField
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text
from desk.ui.widgets.layouts import ScrollColumn
from desk.ui.widgets.table import TableView

_ROWS = 4


class RestorePage(StartPage):
    """Asks which backup and for a password, says what it lacks, and puts it back.

    `restored` carries whose password it was, the password, and what to say once the vault is open;
    `left` asks for the page before.
    """

    restored = Signal(str, str, str)
    left = Signal()

    def __init__(self, vault: Path, jobs: Jobs, moment: Moment, name: str = "") -> None:
        super().__init__("restore")
        self._vault, self._jobs, self._moment, self._name = vault, jobs, moment, name
        self._folder = restoring.folder_of(vault)
        self._offer: Offer | None = None
        self._dialog: QFileDialog | None = None
        self.table: TableView[Listed] = TableView(words.short_columns(moment.now()), sortable=False)
        self.table.setObjectName("restore_table")
        self.table.setAccessibleName(_("Backups"))
        self.table.setProperty("ring_off", True)
        self.table.setFixedHeight(
            theme.px(36) + theme.now().row * (_ROWS if theme.now().scale < LARGEST else 2)
        )
        self.table.clicked.disconnect()
        self.where = ElidedLabel("", "hint", "ink_2")
        self.where.setObjectName("restore_folder")
        self.other = Button(_("Another folder…"), icon="folder-open", kind="link")
        self.other.setObjectName("restore_other")
        self.person = LineField(limit=20)
        self.person.setObjectName("restore_person")
        self.password = PasswordField()
        self.password.setObjectName("restore_password")
        self.back = Button(_("Back"), icon="arrow-left", kind="link")
        self.back.setObjectName("restore_back")
        self.go_on = Button(_("Look into it"), kind="primary", main=True, keys="↵")
        self.go_on.setObjectName("restore_go_on")
        self._choice = QWidget()
        self._found = ScrollColumn(gap=6, margin=0)
        self._found.setObjectName("restore_found")
        self._arrange()
        self._connect()
        self._read()

    @override
    def first_field(self) -> QWidget:
        return self.password if self._name else self.table

    @override
    def show_problem(self, words: str) -> None:
        """Say what stands against it; the password is typed anew."""
        self.password.forget()
        super().show_problem(words)
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def show_closed(self) -> None:
        super().show_closed()
        self._tell_what_is_there()

    def _arrange(self) -> None:
        card = StartCard(
            _("Restore from a backup"),
            _("The vault of now is kept aside, for as long as backups are."),
            form_width=600,
        )
        line = layouts.row(IconLabel("folder-open", "ink_2", 15), gap=8)
        line.addWidget(self.where, 1)
        line.addWidget(self.other)
        fields = QHBoxLayout()
        fields.setSpacing(theme.px(16))
        fields.addWidget(Labelled(_("Staff number"), self.person), 1)
        fields.addWidget(Labelled(_("Password of that time"), self.password), 1)
        box = QVBoxLayout(self._choice)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(10))
        box.addLayout(line)
        box.addWidget(self.table)
        box.addLayout(fields)
        self._status.setMinimumHeight(theme.px(34))
        card.intro.setVisible(theme.now().scale < LARGEST)
        self._found.hide()
        self._found.setMinimumHeight(theme.px(200))
        card.body.addWidget(self._choice)
        card.body.addWidget(self._found)
        card.body.addWidget(self._status)
        foot = layouts.row(self.back, gap=12)
        foot.addStretch(1)
        foot.addWidget(self.go_on)
        card.body.addLayout(foot)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card)

    def _connect(self) -> None:
        self.other.clicked.connect(self._choose)
        self.back.clicked.connect(self._go_back)
        self.go_on.clicked.connect(self._submit)
        self.table.opened.connect(lambda _row: self.person.setFocus())
        for field in (self.person, self.password):
            field.returnPressed.connect(self._submit)

    def _read(self) -> None:
        """Show the backups of the folder."""
        self.where.set_text(str(self._folder))
        folder = self._folder
        self._jobs.query(
            lambda: restoring.offers(folder), self._show, owner=self, failed=self._failed
        )

    def _show(self, found: tuple[Listed, ...]) -> None:
        usable = [one for one in found if one.state in {"whole", "bare"}]
        self.table.set_rows(usable)
        place = next((at for at, one in enumerate(usable) if one.name == self._name), 0)
        if usable:
            self.table.selectRow(place)
            self.table.setCurrentIndex(self.table.rows.index(place, 0))
        if not self._status.is_busy():  # else the vault is still being closed
            self._tell_what_is_there()

    def _tell_what_is_there(self) -> None:
        there = self.table.current() is not None
        told = _("There is no backup in this folder. Please choose the folder that holds them.")
        self._status.show_words("" if there else told, "amber")
        self.go_on.setEnabled(there)

    def _choose(self) -> None:
        dialog = QFileDialog(self, _("Folder with backups"), str(self._folder))
        dialog.setObjectName("restore_dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self.use_folder(Path(str(folder))))
        dialog.open()

    def use_folder(self, folder: Path) -> None:
        """Show the backups of another folder."""
        self._folder = folder
        self._read()

    def _submit(self) -> None:
        if self._status.is_busy():
            return
        if self._offer is not None:
            self._restore(self._offer)
            return
        chosen = self.table.current()
        person, password = self.person.text().strip(), self.password.text()
        if chosen is None:
            return
        if not password:
            self._status.show_words(_("Please type the password."), "amber")
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.show_busy(_("Opening and verifying the backup…"))
        vault, folder, moment = self._vault, self._folder, self._moment
        self._jobs.query(
            lambda: restoring.look(vault, folder, chosen.name, person, password, moment=moment),
            self._looked,
            owner=self,
            failed=self._failed,
        )

    def _looked(self, offer: Offer) -> None:
        self.let(free=True)
        self._offer = offer
        when = words.when(offer.listed.made, self._moment.now())
        self._found.clear()
        self._found.add(Text(_("The backup of {when}.").format(when=when), "card", strong=True))
        holds = _("Verified: {cases} cases, {events} entries. Opened by No. {number} {name}.")
        self._found.add(
            Text(
                holds.format(
                    cases=f"{offer.cases:,}",
                    events=f"{offer.events:,}",
                    number=offer.person,
                    name=offer.name,
                ),
                "table",
                "ink_2",
                wrap=True,
            )
        )
        head, *cases = words.lacking(offer.lacks)
        tone = "red" if offer.lacks.cases else "ink"
        told = Text(head, "body", tone, strong=bool(offer.lacks.cases), wrap=True)
        told.setObjectName("restore_lacks")
        self._found.add(told)
        for line in cases:
            self._found.add(Text(line, "table", "ink_2"))
        self._turn(found=True)
        self._status.show_words("")

    def _turn(self, *, found: bool) -> None:
        """Show what was found in the backup, or the choice of one, in the same room."""
        self._found.setFixedHeight(max(theme.px(200), self._choice.height()))
        self._choice.setVisible(not found)
        self._found.setVisible(found)
        self.go_on.setText(_("Put it back") if found else _("Look into it"))
        self.go_on.updateGeometry()
        self.go_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def _restore(self, offer: Offer) -> None:
        self.show_busy(_("Putting the vault back…"))
        moment = self._moment
        self._jobs.query(
            lambda: restoring.restore(offer, moment=moment),
            self._put_back,
            owner=self,
            failed=self._failed,
        )

    def _put_back(self, aside: Path) -> None:
        offer, self._offer = self._offer, None
        if offer is None:
            return
        when = words.when(offer.listed.made, self._moment.now())
        told = _("The vault is as it was {when}. The one before is kept as {name}.").format(
            when=when, name=aside.name
        )
        password = self.password.text()
        self.password.forget()
        self.restored.emit(offer.person, password, told)

    def _go_back(self) -> None:
        if self._offer is None:
            self.left.emit()
            return
        self._offer = None
        self._turn(found=False)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: Exception) -> None:
        if self._offer is not None:
            self._offer = None
            self._turn(found=False)
        told = sentences.unexpected()
        if isinstance(error, KnownError):
            told = sentences.sentence(error)
        self.show_problem(told)

    @override
    def let(self, *, free: bool) -> None:
        for widget in (self.table, self.person, self.password, self.go_on, self.back, self.other):
            widget.setEnabled(free)
