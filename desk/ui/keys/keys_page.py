"""Keys and recovery 钥匙与恢复: every way into the vault, and what to do when one is lost."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk.i18n import _, ngettext
from desk.services import admission, keyring
from desk.services.admission import KeyState, WayIn
from desk.services.keyring import RecoverySheet
from desk.ui import theme
from desk.ui.administration.rooms import RoomPage
from desk.ui.keys import words
from desk.ui.keys.recovery import MakeSheet, TrySheet, host_of
from desk.ui.keys.sheets import HeadOfficeSheet, RotateSheet
from desk.ui.people.sheets import AskSheet
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import Text
from desk.ui.widgets.layouts import ScrollColumn, TwoColumns
from desk.ui.widgets.table import TableView
from desk.ui.work import Work

ROOM = "keys"


class KeysPage(RoomPage):
    """The ways in at the left; recovery sheet, head office and the fresh key at the right."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, ROOM, _("Keys and recovery"))
        self._state: KeyState | None = None
        self.ways: TableView[WayIn] = TableView(words.columns())
        self.ways.setObjectName("keys_table")
        self.ways.setAccessibleName(_("Ways into the vault"))
        self.ways.setProperty("ring_off", True)
        self.ways.clicked.disconnect()
        self.ways.show_whole_words()
        self.count = Text("", "table", "ink_2")
        self.count.setObjectName("keys_count")
        self.recovery = WayCard(_("Recovery sheet"), "recovery")
        self.make = self.recovery.add_button(Button(_("Make the sheet…"), icon="life-buoy"))
        self.make.setObjectName("recovery_make")
        self.try_it = self.recovery.add_button(Button(_("Try it…"), icon="check-check"))
        self.try_it.setObjectName("recovery_try")
        self.office = WayCard(_("Head office's key"), "head_office")
        self.set_key = self.office.add_button(Button(_("Let a key in…"), icon="landmark"))
        self.set_key.setObjectName("head_office_set")
        self.drop_key = self.office.add_button(Button(_("Take it out"), icon="x", kind="danger"))
        self.drop_key.setObjectName("head_office_remove")
        self.fresh = WayCard(_("Fresh key"), "rotate")
        self.rotate = self.fresh.add_button(Button(_("Encrypt anew…"), icon="refresh-cw"))
        self.rotate.setObjectName("keys_rotate")
        self._arrange()
        self.make.clicked.connect(self._draft)
        self.try_it.clicked.connect(lambda: self._open(TrySheet(work), ""))
        self.set_key.clicked.connect(
            lambda: self._open(HeadOfficeSheet(work), _("Head office's key is let in."))
        )
        self.drop_key.clicked.connect(self._ask_drop)
        self.rotate.clicked.connect(self._ask_rotate)

    @override
    def help_text(self) -> tuple[str, ...]:
        return (
            _(
                "The vault has one key that nobody knows; every way in holds a sealed copy of it. "
                "So a password, the recovery sheet or head office's key can be changed without "
                "touching the others."
            ),
            _(
                "Make a recovery sheet now: without it, forgotten passwords mean that nobody can "
                "read the vault any more, not even the maker of this program."
            ),
        )

    @override
    def on_shown(self) -> None:
        self.refresh()
        self.ways.setFocus()

    def refresh(self) -> None:
        """Read the ways in again."""
        self.work.read(admission.key_state, self._take, owner=self)

    def _arrange(self) -> None:
        side = theme.px(16)
        card = Card(_("Ways into the vault"), margin=0)
        card.add_action(self.count)
        card.body.setContentsMargins(1, theme.px(4), 1, theme.px(6))
        card.add(self.ways, 1)
        column = ScrollColumn(margin=0, gap=12)
        for one in (self.recovery, self.office, self.fresh):
            column.add(one)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(theme.px(20), side, theme.px(20), side)
        outer.addWidget(TwoColumns(card, column, pane=440, share=0.4, least=330, gap=14))

    def _take(self, state: KeyState) -> None:
        self._state = state
        self.ways.set_rows(state.ways)
        count = ngettext("{n} way in · vault {id}", "{n} ways in · vault {id}", len(state.ways))
        self.count.setText(count.format(n=len(state.ways), id=state.vault))
        self._show_recovery(state.way("recovery"))
        self._show_office(state.way("head_office"))
        self._show_fresh(is_due=state.rotation_due)

    def _show_recovery(self, way: WayIn | None) -> None:
        now = self.work.now()
        if way is None:
            self.recovery.show_state(
                _("None yet"),
                "red",
                _(
                    "Without a sheet, forgotten passwords mean that nobody can read the vault any "
                    "more. It takes five minutes and an envelope."
                ),
            )
        else:
            self.recovery.show_state(
                _("In force"),
                "green",
                _(
                    "Made {day}. Look once a year whether the envelope is whole; a new sheet makes "
                    "the old one void."
                ).format(day=words.age(way.since, now)),
            )
        self.make.setText(_("Make the sheet…") if way is None else _("Make a new one…"))
        self.make.updateGeometry()
        self.try_it.setVisible(way is not None)

    def _show_office(self, way: WayIn | None) -> None:
        if way is None:
            self.office.show_state(
                _("Not set"),
                "grey",
                _("Head office can set a new password here once its public key is let in."),
            )
        else:
            self.office.show_state(
                _("Set"),
                "green",
                _("Since {day}. Fingerprint {fingerprint}").format(
                    day=words.age(way.since, self.work.now()), fingerprint=way.fingerprint
                ),
            )
        self.set_key.setText(_("Let a key in…") if way is None else _("Replace it…"))
        self.set_key.updateGeometry()
        self.drop_key.setVisible(way is not None)

    def _show_fresh(self, *, is_due: bool) -> None:
        if is_due:
            self.fresh.show_state(
                _("Advised"),
                "amber",
                _(
                    "Somebody or something lost its way in since the database got its key. An old "
                    "copy of the files would still open for them; a fresh key ends that."
                ),
            )
        else:
            self.fresh.show_state(
                _("Not needed"),
                "green",
                _("Nobody lost their way in since the database got its key."),
            )

    def _draft(self) -> None:
        renews = self._state is not None and self._state.way("recovery") is not None

        def show(sheet: RecoverySheet) -> None:
            made = MakeSheet(self.work, sheet, renews=renews)
            self._open(made, _("The recovery sheet is in force. Seal it now."))

        self.work.read(keyring.draft_recovery, show, owner=self)

    def _ask_drop(self) -> None:
        self.work.notices.confirm(
            _("Take head office's key out?"),
            _("Head office can then no longer set a new password here."),
            _("Take it out"),
            self._drop,
            danger=True,
        )

    def _drop(self) -> None:
        self.work.read(
            keyring.remove_head_office,
            lambda _none: self.refresh(),
            owner=self,
            failed=self.work.notices.show_failure,
        )

    def _ask_rotate(self) -> None:
        told = _(
            "A backup is made first. Nothing can be typed meanwhile; some minutes for a large "
            "vault. If the computer fails in between, the vault opens as before or as after."
        )
        sheet = RotateSheet(self.work, told)
        self._open(sheet, _("The vault is encrypted under a fresh key."))

    def _open(self, sheet: AskSheet, said: str) -> None:
        sheet.done.connect(self.refresh)
        if said:
            sheet.done.connect(lambda: self.work.notices.done(said))
        sheet.open_over(host_of(self))


class WayCard(Card):
    """One way in: how it stands in a word and a sentence, and what can be done."""

    def __init__(self, title: str, name: str) -> None:
        super().__init__(title)
        self.setObjectName(f"keys_{name}_card")
        self.chip = Chip("", "grey")
        self.add_beside_title(self.chip)
        self.told = Text("", "table", "ink_2", wrap=True)
        self.told.setObjectName(f"keys_{name}_told")
        self.add(self.told)
        self._row = layouts.row(gap=10)
        self._row.addStretch(1)
        foot = QWidget()
        box = QVBoxLayout(foot)
        box.setContentsMargins(0, theme.px(4), 0, 0)
        box.addLayout(self._row)
        self.add(foot)

    def add_button(self, button: Button) -> Button:
        """Put a button at the foot, from left to right."""
        self._row.insertWidget(self._row.count() - 1, button, 0, Qt.AlignmentFlag.AlignLeft)
        return button

    def show_state(self, word: str, tone: theme.Tone, told: str) -> None:
        """Say how it stands."""
        self.chip.set_chip(word, tone)
        self.told.setText(told)
