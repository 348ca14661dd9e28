"""One question on one line: its number, its name, and its answers as chips."""

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.assessment_model import Item
from desk.domain.events import Answer
from desk.i18n import _, language
from desk.ui import theme
from desk.ui.assessment import observations
from desk.ui.widgets import painting
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.chips import ChoiceChip, ChoiceChips
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text

CHIP_HEIGHT = 26
_LABEL_WIDTHS = {"zh": 106, "en": 148}
_MARK_WIDTH = 24


class QuestionRow(QFrame):
    """A question with its chips; digits choose, 0 takes the answer back, up and down move on.

    `answered` tells every change made by a person, `moved` asks for the row before (-1) or after
    (1), `noticed` tells the hint of the answer the focus or the pointer is on.
    """

    answered = Signal(str, object)
    moved = Signal(int)
    noticed = Signal(str)

    def __init__(self, item: Item, number: str) -> None:
        super().__init__()
        self.item = item
        self._answer: Answer = None
        self._keys: tuple[str, ...] = ()
        self._is_next = False
        self.setObjectName(f"question_{item.key}")
        self.setAccessibleName(item.label.of(language()))
        self.chips = ChoiceChips(observations.choices(item), multi=item.kind == "flags", gap=6)
        self.chips.setObjectName(f"chips_{item.key}")
        side, high = theme.px(3), theme.px(2)  # room for the ring around a chip
        self.chips.setContentsMargins(side, high, side, high)
        for chip in self.chips.chips():
            chip.setFixedHeight(theme.px(CHIP_HEIGHT))
            chip.installEventFilter(self)
        self.chips.chosen.connect(self._chosen)
        self._mark = _Mark(number, self)
        self._name = Text(item.label.of(language()), "body")
        self._arrange()

    def _arrange(self) -> None:
        self._name.setWordWrap(True)
        self._name.setFixedWidth(_label_width())
        if self.item.hint is not None:
            self._name.setToolTip(self.item.hint.of(language()))
        self._line = QHBoxLayout(self)
        self._line.setSpacing(0)
        self._line.addWidget(self._mark)
        self._line.addWidget(self._name)
        self._line.addWidget(self.chips, 1, Qt.AlignmentFlag.AlignVCenter)
        self.set_padding(0)

    def set_padding(self, padding: int) -> None:
        """The room above and below the chips, in logical pixels."""
        self._line.setContentsMargins(theme.px(8), padding, 0, padding)

    def needed_height(self, width: int) -> int:
        """The height the chips need in `width`, without padding."""
        inside = width - theme.px(8 + _MARK_WIDTH) - _label_width()
        return max(self.chips.heightForWidth(inside), self._name.heightForWidth(_label_width()))

    def show_answer(self, answer: Answer, *, is_next: bool = False) -> None:
        """Show an answer without telling anybody; `is_next` marks the most telling question."""
        self._answer = answer
        self._keys = observations.lit(self.item, answer)
        self.chips.set_value(self._keys)
        if is_next != self._is_next:
            self._is_next = is_next
            self._mark.set_next(is_next=is_next)
            self._name.setFont(theme.font(theme.now().text_body, strong=is_next))
            self.setToolTip(_("The most telling question now") if is_next else "")
            self.update()

    def take_focus(self) -> None:
        """Put the focus on the chosen chip, else the first."""
        stop = self.chips.focusProxy()
        if stop is not None:
            stop.setFocus(Qt.FocusReason.TabFocusReason)

    def holds_focus(self) -> bool:
        """Whether one of the chips has the focus."""
        return any(chip.hasFocus() for chip in self.chips.chips())

    def clear(self) -> None:
        """Take the answer back: not observed."""
        if self._answer is not None and self.chips.isEnabled():
            self.show_answer(None, is_next=self._is_next)
            self.answered.emit(self.item.key, None)

    def _chosen(self, keys: tuple[str, ...]) -> None:
        answer = observations.answer_of(self.item, keys, self._keys)
        self.show_answer(answer, is_next=self._is_next)
        self.answered.emit(self.item.key, answer)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        elif step or key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.moved.emit(step or 1)
        elif event.text() == "0" or key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.clear()
        else:
            event.ignore()

    def _hint_of(self, chip: ChoiceChip) -> str:
        if chip.choice.hint:
            return _("{option}: {hint}").format(option=chip.choice.label, hint=chip.choice.hint)
        return self.item.hint.of(language()) if self.item.hint is not None else ""

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        seen = (QEvent.Type.FocusIn, QEvent.Type.Enter)
        if event.type() in seen and isinstance(watched, ChoiceChip):
            self.noticed.emit(self._hint_of(watched))
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._is_next:
            box = self.rect().adjusted(0, 1, 0, -2)
            ground = theme.colour("violet_soft")
            painting.fill_round(painter, box, theme.now().radius, ground)
        line = QRect(0, self.height() - 1, self.width(), 1)
        painter.fillRect(line, theme.colour("line_2"))


def _label_width() -> int:
    return theme.px(_LABEL_WIDTHS[language()])


class _Mark(QWidget):
    """The number of a question; a light bulb in its place where asking helps most."""

    def __init__(self, number: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._number = number
        self._is_next = False
        self.setFixedWidth(theme.px(_MARK_WIDTH))

    def set_next(self, *, is_next: bool) -> None:
        self._is_next = is_next
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRect(0, 0, theme.px(16), self.height())
        if self._is_next:
            painting.draw_icon(painter, box, "lightbulb", "violet", 16)
        else:
            painting.draw_text(painter, box, self._number, theme.now().text_hint, "ink_hint")


class RedFlags(QuestionRow):
    """The emergencies, before everything else; a flag leads straight to its checklist."""

    opened = Signal()

    def _arrange(self) -> None:
        self._mark.hide()
        self._icon = IconLabel("siren", "red", 18)
        self._name.setFont(theme.font(theme.now().text_body, strong=True))
        hint = self.item.hint.of(language()) if self.item.hint is not None else ""
        self._hint = ElidedLabel(hint, "hint", "ink_2")
        self.open = Button(_("Open the checklist"), icon="list-checks", kind="danger", keys="↵")
        self.open.setObjectName("open_red_checklist")
        self.open.setFixedHeight(theme.px(26))
        self.open.clicked.connect(self.opened)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self._icon)
        head.addWidget(self._name)
        head.addWidget(self._hint, 1)
        head.addWidget(self.open)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(10), theme.px(6), theme.px(10), theme.px(5))
        box.setSpacing(theme.px(2))
        box.addLayout(head)
        box.addWidget(self.chips)
        self.open.hide()
        self.setProperty("card", "red")

    @override
    def set_padding(self, padding: int) -> None:
        """The strip keeps its own room."""

    def show_flags(self, answer: Answer, called: str) -> None:
        """Show the flags; `called` names the checklist that a flag calls for."""
        self.show_answer(answer)
        is_raised = observations.raised(self.item, answer)
        self.open.setText(_("Open “{checklist}”").format(checklist=called))
        self.open.updateGeometry()
        self.open.setVisible(is_raised and bool(called))
        clear = answer is not None and not is_raised
        self._icon.set_icon("circle-check" if clear else "siren", "green" if clear else "red")
        kind = "green" if clear else "red"
        if self.property("card") != kind:
            theme.state(self, card=kind)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if plain and event.key() in enter and self.open.isVisible():
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QFrame.paintEvent(self, event)  # the style sheet's ground, without line and light
