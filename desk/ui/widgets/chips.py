"""Chips: a word on a coloured ground, and groups of chips that are the answers to a question."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from desk.ui import theme
from desk.ui.widgets import painting
from desk.ui.widgets.layouts import FlowLayout


class Chip(QWidget):
    """A word, with an icon when given, in one of the tones; it only tells.

    `is_spare` lets a crowded line leave it out.
    """

    is_spare = False

    def __init__(self, text: str, tone: theme.Tone = "grey", icon: str = "") -> None:
        super().__init__()
        self._text = text
        self._tone = tone
        self._icon = icon
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """The word."""
        return self._text

    def tone(self) -> theme.Tone:
        """The tone."""
        return self._tone

    def set_chip(self, text: str, tone: theme.Tone, icon: str = "") -> None:
        """Show another word, tone and icon."""
        self._text, self._tone, self._icon = text, tone, icon
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        wide = painting.text_width(self._text, theme.now().text_hint) + theme.px(20)
        if self._icon:
            wide += theme.px(19)
        return QSize(wide, theme.px(24))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        chosen = theme.now()
        ground = theme.colour(chosen.soft(self._tone))
        radius = min(chosen.radius_chip, self.height() / 2)
        painting.fill_round(painter, self.rect(), radius, ground)
        box = self.rect().adjusted(theme.px(10), 0, -theme.px(8), 0)
        if self._icon:
            mark = QRect(box.left(), box.top(), theme.px(14), box.height())
            painting.draw_icon(painter, mark, self._icon, self._tone, 14)
            box.setLeft(mark.right() + theme.px(5))
        painting.draw_text(painter, box, self._text, chosen.text_hint, self._tone)


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer: the key that is stored, the words that are shown, and words for the tooltip."""

    key: str
    label: str
    hint: str = ""


class ChoiceChip(QAbstractButton):
    """One answer of a :class:`ChoiceChips` group, with its digit."""

    def __init__(self, choice: Choice, digit: str) -> None:
        super().__init__()
        self.choice = choice
        self._digit = digit
        self.setText(choice.label)
        self.setCheckable(True)
        self.setToolTip(choice.hint)
        self.setAccessibleName(choice.label)
        self.setObjectName(f"choice_{choice.key}")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # the group moves inside itself, the page between groups
        else:
            super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        # strong width, so that choosing does not move the neighbours
        chosen = theme.now()
        wide = painting.text_width(self.text(), chosen.text_table, strong=True) + theme.px(26)
        if self._digit:
            wide += theme.px(23)
        return QSize(wide, chosen.control)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        chosen = theme.now()
        on = self.isChecked()
        lit = self.isEnabled() and self.underMouse()
        ground = theme.colour("primary_soft" if on else "ground" if lit else "card")
        edge = theme.colour("primary" if on else "line_strong" if lit else "line")
        painting.fill_round(painter, self.rect(), chosen.radius, ground, edge)
        ink = "primary" if on else "ink" if self.isEnabled() else "ink_3"
        box = self.rect().adjusted(theme.px(13), 0, -theme.px(10), 0)
        if self._digit:
            cap = QRect(box.left(), 0, theme.px(16), theme.px(18))
            cap.moveTop((self.height() - cap.height()) // 2)
            frame = theme.colour("primary" if on else "line", 90 if on else 255)
            painting.fill_round(painter, cap, theme.px(4), theme.colour("card", 0), frame)
            role = "primary" if on else "ink_hint"
            painting.draw_text(
                painter, cap, self._digit, chosen.text_key, role, align=painting.CENTRE
            )
            box.setLeft(cap.right() + theme.px(8))
        painting.draw_text(painter, box, self.text(), chosen.text_table, ink, strong=on)


class ChoiceChips(QWidget):
    """A question's answers as chips: one click or digit each.

    Single choice replaces; choosing the same again takes it back, because "not observed" is an
    answer too; with `keeps` it stays, because one answer always holds. The group is one stop of
    the Tab key: left and right move inside it, space picks, digits 1–9 pick wherever in the group
    the focus is. Up and down are left to the page.
    `chosen` tells the keys in the order of the options, only for changes made by a person.
    """

    chosen = Signal(tuple)

    def __init__(
        self,
        choices: Sequence[Choice] = (),
        *,
        multi: bool = False,
        keeps: bool = False,
        digits: bool = True,
        gap: int = 8,
    ) -> None:
        super().__init__()
        self._multi = multi
        self._keeps = keeps
        self._digits = digits
        self._chips: list[ChoiceChip] = []
        self._flow = FlowLayout(self, gap)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer other answers; what was chosen and is still offered stays chosen."""
        kept = self.value()
        for old in self._chips:
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._chips = []
        for place, choice in enumerate(choices, start=1):
            chip = ChoiceChip(choice, str(place) if self._digits and place <= 9 else "")
            chip.clicked.connect(self._picked)
            self._chips.append(chip)
            self._flow.addWidget(chip)
        self.set_value(kept)

    def chips(self) -> tuple[ChoiceChip, ...]:
        """The chips in order."""
        return tuple(self._chips)

    def value(self) -> tuple[str, ...]:
        """The keys chosen, in the order of the options."""
        return tuple(chip.choice.key for chip in self._chips if chip.isChecked())

    def set_value(self, keys: Iterable[str]) -> None:
        """Show an answer without telling anybody."""
        wanted = set(keys)
        for chip in self._chips:
            chip.setChecked(chip.choice.key in wanted)
        first = next((chip for chip in self._chips if chip.isChecked()), None)
        self._make_current(first or (self._chips[0] if self._chips else None))

    def pick(self, place: int) -> None:
        """Choose the answer at `place` (from 1), as its digit does."""
        if self.isEnabled() and 1 <= place <= len(self._chips):
            chip = self._chips[place - 1]
            chip.setFocus(Qt.FocusReason.ShortcutFocusReason)
            chip.click()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if plain and event.text() in tuple("123456789"):
            self.pick(int(event.text()))
        elif plain and step:
            self._move(step)
        else:
            event.ignore()

    def _picked(self) -> None:
        chip = self.sender()
        if not isinstance(chip, ChoiceChip):
            return
        if not self._multi:
            for other in self._chips:
                if other is not chip:
                    other.setChecked(False)
        self._make_current(chip)
        if self._keeps and not chip.isChecked():
            chip.setChecked(True)  # it was confirmed, which changes nothing
            return
        self.chosen.emit(self.value())

    def _move(self, step: int) -> None:
        here = next((n for n, chip in enumerate(self._chips) if chip.hasFocus()), 0)
        there = self._chips[(here + step) % len(self._chips)]
        self._make_current(there)
        there.setFocus(Qt.FocusReason.TabFocusReason)

    def _make_current(self, current: ChoiceChip | None) -> None:
        for chip in self._chips:
            stop = chip is current
            chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus if stop else Qt.FocusPolicy.ClickFocus)
        if current is not None:
            self.setFocusProxy(current)
