"""The attachments of a case as one small button: how many there are, and the way to them."""

from PySide6.QtCore import Signal

from desk.domain.case import Case
from desk.i18n import _, ngettext
from desk.ui.attachments.attaching import Attaching
from desk.ui.attachments.card import AttachmentsSheet
from desk.ui.widgets.buttons import Button
from desk.ui.work import Work


class AttachButton(Button):
    """Shows the number of attachments, or how far one on its way is; opens their sheet."""

    changed = Signal()
    """The case was written in the sheet."""

    def __init__(self, work: Work, attaching: Attaching) -> None:
        super().__init__(icon="paperclip")
        self.setObjectName("header_attachments")
        self._work = work
        self._attaching = attaching
        self._case: Case | None = None
        self._show()
        self.clicked.connect(self._open)
        attaching.moved.connect(self._show)

    def show_case(self, case: Case) -> None:
        """Show the number of a case's attachments."""
        self._case = case
        self._show()

    def _show(self) -> None:
        count = len(self._case.attachments) if self._case is not None else 0
        words = ngettext("{n} attachment", "{n} attachments", count).format(n=count)
        underway = self._attaching.underway
        if underway is not None:
            name, share = underway
            words = _("Attaching {name}").format(name=name)
            self.setText(f"{share:.0%}")
        else:
            self.setText(str(count) if count else "")
        self.setToolTip(words if count or underway else _("Attachments: none yet"))
        self.setAccessibleName(self.toolTip())
        self.updateGeometry()

    def _open(self) -> None:
        if self._case is not None:
            sheet = AttachmentsSheet(self._work, self._attaching, self._case)
            sheet.card.changed.connect(self.changed)
            sheet.open_over(self.window())
