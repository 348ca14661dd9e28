"""A short task over a page: a title, fields, one button that does it, and what is against it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from desk.errors import KnownError, NotAllowed
from desk.i18n import N_, _
from desk.services import sentences
from desk.ui import theme
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.fields import Labelled
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.widgets.sheet import Sheet
from desk.ui.widgets.text_field import TextField

_REFUSALS = {
    "needs_reason": N_("Please give a reason."),
    "head_only": N_("Only the head of the branch may set this aside."),
    "item_done": N_("This was done already. Open it again first."),
    "case_closed": N_("The case is closed. Reopen it first."),
}


def refusal(error: Exception) -> str:
    """Why a step was refused, in a sentence for the place where it was asked for."""
    if isinstance(error, NotAllowed):
        msgid = _REFUSALS.get(str(error.params.get("reason", "")))
        if msgid is not None:
            return _(msgid)
    return sentences.sentence(error) if isinstance(error, KnownError) else sentences.unexpected()


class TaskSheet(Sheet):
    """A sheet with one thing to do: its button, Ctrl+Enter, and a line for what is against it."""

    def __init__(self, title: str, words: str, do: str, *, icon: str, width: int = 500) -> None:
        super().__init__(title, icon=icon, width=width)
        if words:
            self.add(Text(words, "body", "ink_2", wrap=True))
        self.question = f"{title}\n{words}"
        self.problem = QWidget()
        line = QHBoxLayout(self.problem)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(7))
        line.addWidget(IconLabel("triangle-alert", "red", 16))
        self.problem_words = Text("", "table", "red", wrap=True)
        self.problem_words.setObjectName("sheet_problem")
        line.addWidget(self.problem_words, 1)
        self._do = do

    def finish(self) -> None:
        """Put problems and buttons last, also in the order of Tab; called after the fields."""
        self.add_below(self.problem)
        self.problem.hide()
        leave = Button(_("Leave it"), kind="secondary")
        leave.setObjectName("sheet_leave")
        leave.clicked.connect(self.dismiss)
        do = Button(self._do, kind="primary", keys="Ctrl ↵")
        do.setObjectName("sheet_do")
        do.clicked.connect(self.submit)
        self.add_button(leave)
        self.add_button(do)

    def show_problem(self, words: str) -> None:
        """Say what stands against it; the sheet stays."""
        self.problem_words.setText(words)
        self.problem.setVisible(bool(words))

    def submit(self) -> None:
        """Do it; sheets override this."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
        else:
            super().keyPressEvent(event)


class ReasonSheet(TaskSheet):
    """Asks for a reason; `given` tells it. Stays open until it is dismissed by who asked."""

    given = Signal(str)

    def __init__(self, title: str, words: str, do: str, example: str = "") -> None:
        super().__init__(title, words, do, icon="pencil")
        self.setObjectName("reason_sheet")
        self.reason = TextField(example, lines=2)
        self.reason.setObjectName("reason")
        self.add(Labelled(_("Reason"), self.reason, required=True))
        self.finish()

    def submit(self) -> None:
        """Tell the reason, even an empty one: what an item needs is not decided here."""
        self.reason.flush()
        self.show_problem("")
        self.given.emit(self.reason.value().strip())
