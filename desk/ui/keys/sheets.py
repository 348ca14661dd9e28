"""Head office's key by its fingerprint, and a fresh key with progress that can be stopped."""

from collections.abc import Callable

from typing_extensions import override

from desk.errors import KnownError
from desk.i18n import _
from desk.services import admission, backups, keyring
from desk.services.session import Session
from desk.ui.jobs import Progress
from desk.ui.people.sheets import AskSheet
from desk.ui.widgets.fields import Labelled, LineField
from desk.ui.widgets.labels import Text
from desk.ui.widgets.underway import Underway
from desk.ui.work import Work

NO_WAY_BACK = 0.95
"""From this share on a rotation switches over, which takes no time and is not to be stopped."""


class HeadOfficeSheet(AskSheet):
    """Asks for head office's public key and shows its fingerprint before anything is done."""

    def __init__(self, work: Work) -> None:
        super().__init__(
            work,
            _("Head office's key"),
            _(
                "Head office makes a key pair with age-keygen and sends the public key, which "
                "begins with age1. Its private key can then set a new password for this vault."
            ),
            _("Let it in"),
            icon="landmark",
            width=600,
        )
        self.setObjectName("head_office_sheet")
        self.key = LineField("age1…")
        self.key.setObjectName("head_office_key")
        self.key.textChanged.connect(self._show_fingerprint)
        self.key.returnPressed.connect(self.submit)
        self.add(Labelled(_("Public key"), self.key, required=True))
        self.fingerprint = Text("", "title", strong=True)
        self.fingerprint.setObjectName("head_office_fingerprint")
        self._hint = Text("", "hint", "ink_hint", wrap=True)
        self.add(self.fingerprint)
        self.add(self._hint)
        self._show_fingerprint("")
        self.end()

    @override
    def submit(self) -> None:
        """Let it in, if it is a key."""
        key = self.key.text().strip()
        self.ask(lambda session: keyring.set_head_office(session, key))

    def _show_fingerprint(self, typed: str) -> None:
        try:
            found = admission.fingerprint(typed)
        except KnownError:
            found = ""
        self.fingerprint.setText(found)
        self.fingerprint.setVisible(bool(found))
        self._hint.setText(
            _("Compare this fingerprint with head office by telephone before letting the key in.")
            if found
            else _("The fingerprint appears once the key is complete.")
        )


class RotateSheet(AskSheet):
    """A fresh key for the database: backed up first, with progress, and to be stopped till late."""

    def __init__(self, work: Work, minutes: str) -> None:
        super().__init__(
            work,
            _("Encrypt anew under a fresh key"),
            _(
                "Whoever left and kept a copy of the files cannot read what comes from now on. "
                "Everybody's password, the recovery sheet and head office's key stay as they are."
            ),
            _("Begin"),
            icon="refresh-cw",
            width=560,
        )
        self.setObjectName("rotate_sheet")
        self._progress: Progress | None = None
        self.add(Text(minutes, "table", "ink_2", wrap=True))
        self._underway = Underway("rotate")
        self.add(self._underway)
        self.end()

    @override
    def submit(self) -> None:
        """Begin; a second time does nothing."""
        if self._progress is not None:
            return
        progress = Progress()
        progress.reported.connect(self._show)
        self._progress = progress
        self._underway.stopped.connect(progress.cancel)
        self._show(0.0, "backup")
        self.ask(lambda session: _rotated(session, progress), self._over)

    @override
    def dismiss(self) -> None:
        """Not while it goes on: stopping comes first, and says what became of it."""
        if self._progress is None:
            super().dismiss()
        else:
            self._underway.ask_to_stop()

    @override
    def _failed(self, error: Exception) -> None:
        self._progress = None
        self._underway.rest()
        super()._failed(error)

    def _show(self, share: float, step: str) -> None:
        switching = share >= NO_WAY_BACK
        said = {
            "backup": _("Backing up first…"),
            "copy": _("Encrypting a copy: {share} %").format(share=round(share * 100)),
            "switch": _("Switching over…"),
        }
        words = said["switch" if switching else step]
        self._underway.tell(share, words, may_stop=not switching)

    def _over(self, is_done: bool) -> None:
        self._progress = None
        self._underway.rest()
        if is_done:
            self.done.emit()
            self.dismiss()
        else:
            self.show_problem(_("Stopped. The vault is as it was."))


class _Stopped(Exception):
    """Somebody stopped a rotation while that was possible."""


def _rotated(session: Session, progress: Progress) -> bool:
    """Back up and rotate; False when it was stopped, the vault being as it was."""
    backups.make(session, "risk")
    tell = _telling(progress)
    try:
        tell(0.0)
        keyring.rotate(session, tell)
    except _Stopped:
        return False
    return True


def _telling(progress: Progress) -> Callable[[float], None]:
    def tell(share: float) -> None:
        if progress.cancelled and share < NO_WAY_BACK:
            raise _Stopped
        progress.report(share, "copy")

    return tell
