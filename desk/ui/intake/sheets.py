"""Short tasks over the intake: a note, taking up again."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from typing_extensions import override

from desk.domain.case import Note
from desk.i18n import _
from desk.ui import theme
from desk.ui.intake import stamps
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.fields import Labelled
from desk.ui.widgets.labels import Text
from desk.ui.widgets.layouts import ScrollColumn
from desk.ui.widgets.sheet import Sheet
from desk.ui.widgets.text_field import TextField


class WordsSheet(Sheet):
    """A sheet with a text to write and one button that does it; Ctrl+Enter does it too.

    `given` tells the text; whoever takes it closes the sheet when it is stored, so that words are
    never lost with it.
    """

    given = Signal(str)

    def __init__(
        self, title: str, label: str, do: str, *, icon: str, needed: bool = True, hint: str = ""
    ) -> None:
        super().__init__(title, icon=icon, width=520)
        self._needed = needed
        if hint:
            self.add(Text(hint, "table", "ink_2", wrap=True))
        self.text = TextField(lines=4, most=8)
        self.text.setObjectName("sheet_text")
        self.field = Labelled(label, self.text, required=needed)
        self.add(self.field)
        self.do = Button(do, kind="primary", keys="Ctrl ↵")
        self.do.setObjectName("sheet_do")
        self.do.clicked.connect(self._give)
        self.add_button(self.do)

    def _give(self) -> None:
        self.text.flush()
        words = self.text.value().strip()
        if self._needed and not words:
            self.field.set_note(_("A few words are needed here."), "amber")
            self.text.setFocus()
            return
        self.give(words)

    def give(self, words: str) -> None:
        """Hand the text over."""
        self.given.emit(words)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._give()
        else:
            super().keyPressEvent(event)


class NoteSheet(WordsSheet):
    """Internal notes: those there are, newest first, and a new one."""

    def __init__(self, notes: Sequence[Note], who: Callable[[str], str]) -> None:
        super().__init__(
            _("Internal notes"),
            _("New note"),
            _("Add"),
            icon="notebook-pen",
            hint=_("For colleagues only; never on the customer's copy."),
        )
        if notes:
            column = ScrollColumn(gap=8)
            for note in reversed(notes):
                at = f"{stamps.local_time(note.stamp):%m-%d %H:%M}"
                column.add(Text(f"{at} · {who(note.actor)}", "hint", "ink_hint"))
                column.add(Text(note.text or _("(forgotten)"), "table", wrap=True))
            column.setFixedHeight(theme.px(min(150, 30 + 46 * len(notes))))
            self.add(column)
