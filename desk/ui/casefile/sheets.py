"""Two short questions of the case file: why a case is taken up again, and who takes it over."""

from collections.abc import Sequence

from PySide6.QtCore import Signal

from desk.domain.staff import Person
from desk.i18n import _
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.combo import ComboField
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


class HandOverSheet(Sheet):
    """Asks who takes a case over and what they should know; `given` tells staff number and note."""

    given = Signal(str, str)

    def __init__(self, people: Sequence[Person]) -> None:
        super().__init__(_("Hand the case over"), icon="arrow-left-right")
        self.setObjectName("hand_over_sheet")
        self._taker = ComboField([(one.id, f"{one.name} {one.id}") for one in people], _("Who"))
        self._taker.setObjectName("hand_over_taker")
        self._field = Labelled(_("Taken over by"), self._taker, required=True)
        self._note = LineField(_("What was agreed, what comes next"), limit=300)
        self._note.setObjectName("hand_over_note")
        self.add(self._field)
        self.add(Labelled(_("Note"), self._note))
        _buttons(self, _("Hand over"), self._done)
        self._note.returnPressed.connect(self._done)

    def _done(self) -> None:
        self._taker.flush()
        taker = self._taker.value()
        self._taker.set_problem(problem=not taker)
        self._field.set_note("" if taker else _("Please choose who takes the case over."))
        if taker:
            self.dismiss()
            self.given.emit(taker, self._note.text().strip())


def _buttons(sheet: Sheet, do: str, act: object) -> None:
    stay = Button(_("Leave it"))
    stay.setObjectName("sheet_leave")
    stay.clicked.connect(sheet.dismiss)
    done = Button(do, kind="primary")
    done.setObjectName("sheet_do")
    done.clicked.connect(act)
    sheet.add_button(stay)
    sheet.add_button(done)
