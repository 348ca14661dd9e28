"""Sheets of the assessment: lowering a safety mark takes the person in charge and a reason."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from typing_extensions import override

from desk.i18n import _
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.fields import Labelled, LineField
from desk.ui.widgets.labels import Text
from desk.ui.widgets.sheet import Sheet
from desk.ui.widgets.text_field import TextField


class LoweringSheet(Sheet):
    """Asks who confirms that less caution is needed, and why; `confirmed` tells both.

    Until then the answer stands as it was: what either observer saw of safety holds.
    """

    confirmed = Signal(str, str)

    def __init__(self, marks: Sequence[str], head: str) -> None:
        super().__init__(_("Lower a safety mark?"), icon="shield-alert", tone="amber", width=500)
        self.setObjectName("lowering_sheet")
        self.add(
            Text(
                _(
                    "This change lowers: {marks}. It needs the person in charge and a reason; "
                    "until then everything stays as it is."
                ).format(marks=_(", ").join(marks)),
                "body",
                "ink_2",
                wrap=True,
            )
        )
        self.who = LineField(limit=40)
        self.who.setObjectName("lowering_who")
        self.who.set_value(head)
        self.why = TextField(_("For example: seated by now and talking calmly"), lines=2)
        self.why.setObjectName("lowering_why")
        self._who = Labelled(_("Confirmed by (person in charge)"), self.who, required=True)
        self._why = Labelled(_("Reason"), self.why, required=True)
        self.add(self._who)
        self.add(self._why)
        leave = Button(_("Leave it"), kind="secondary")
        leave.setObjectName("sheet_leave")
        leave.clicked.connect(self.dismiss)
        do = Button(_("Confirm"), kind="primary", keys="Ctrl ↵")
        do.setObjectName("sheet_do")
        do.clicked.connect(self._confirm)
        self.add_button(leave)
        self.add_button(do)

    def _confirm(self) -> None:
        self.who.flush()
        self.why.flush()
        who, why = self.who.value().strip(), self.why.value().strip()
        self._who.set_note("" if who else _("Who is in charge now?"))
        self._why.set_note("" if why else _("Please give a reason."))
        if who and why:
            self.dismiss()
            self.confirmed.emit(who, why)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._confirm()
        else:
            super().keyPressEvent(event)
