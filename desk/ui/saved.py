"""The line at the bottom that says what is stored, and when the window may close."""

from datetime import datetime
from typing import Literal

from PySide6.QtCore import QObject, Signal

from desk.errors import KnownError
from desk.i18n import N_, _
from desk.ui.shell import Footer
from desk.ui.work import Work

State = Literal["saved", "saving", "not_saved"]

_WHY = {
    "disk_full": N_("no room on the disk"),
    "vault_unreachable": N_("the disk does not answer"),
    "vault_read_only": N_("no right to write here"),
    "bad_input": N_("an entry cannot be used"),
}


class SavedLine(QObject):
    """Tells a footer how the writes of `work` stand; `settled` is told whenever none is left."""

    settled = Signal()

    def __init__(self, work: Work, footer: Footer) -> None:
        super().__init__(footer)
        self._footer = footer
        self.state: State = "saved"
        self._at: datetime | None = None
        self._why = ""
        work.saving.connect(self._saving)
        work.saved.connect(self._saved)
        work.not_saved.connect(self._not_saved)
        work.refused.connect(self._refused)
        self._show()

    def _saving(self) -> None:
        self.state = "saving"
        self._show()

    def _saved(self, at: object) -> None:
        self._at = at if isinstance(at, datetime) else None
        self._why = ""
        self._settle()

    def _not_saved(self, error: object) -> None:
        code = error.code if isinstance(error, KnownError) else ""
        why = _WHY.get(code)
        self._why = _("Not stored: {why}").format(why=_(why)) if why else _("Not stored")
        self._settle()

    def _refused(self) -> None:
        """What was not stored before is still not; a refusal adds nothing to it."""
        self._settle()

    def _settle(self) -> None:
        self.state = "not_saved" if self._why else "saved"
        self._show()
        self.settled.emit()

    def _show(self) -> None:
        if self.state == "saving":
            self._footer.show_saved(_("Storing…"), "amber")
        elif self.state == "not_saved":
            self._footer.show_saved(self._why, "red")
        elif self._at is None:
            self._footer.show_saved(_("All stored"), "green")
        else:
            self._footer.show_saved(_("Stored {time}").format(time=f"{self._at:%H:%M:%S}"), "green")
