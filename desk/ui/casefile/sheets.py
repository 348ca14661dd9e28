"""The short question of the case file: why a case is taken up again."""

from PySide6.QtCore import Signal

from desk.i18n import _
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.fields import Labelled, LineField
from desk.ui.widgets.labels import Text
from desk.ui.widgets.sheet import Sheet


class ReopenSheet(Sheet):
    """Asks for the reason for taking up a closed case again; `given` tells it."""

    given = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("Take the case up again"), icon="undo-2")
        self.setObjectName("reopen_sheet")
        self.add(Text(_("The reason is kept in the file."), "body", "ink_2", wrap=True))
        self._reason = LineField(_("Such as: the customer brought new papers"), limit=200)
        self._reason.setObjectName("reopen_reason")
        self._field = Labelled(_("Reason"), self._reason, required=True)
        self.add(self._field)
        _buttons(self, _("Take up again"), self._done)
        self._reason.returnPressed.connect(self._done)

    def _done(self) -> None:
        reason = self._reason.text().strip()
        self._reason.set_problem(problem=not reason)
        self._field.set_note("" if reason else _("Please give a reason."))
        if reason:
            self.dismiss()
            self.given.emit(reason)


def _buttons(sheet: Sheet, do: str, act: object) -> None:
    stay = Button(_("Leave it"))
    stay.setObjectName("sheet_leave")
    stay.clicked.connect(sheet.dismiss)
    done = Button(do, kind="primary")
    done.setObjectName("sheet_do")
    done.clicked.connect(act)
    sheet.add_button(stay)
    sheet.add_button(done)
