"""Where things stand: the five steps, the four stages of a talk, a slim bar."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from desk.i18n import ngettext
from desk.ui import theme
from desk.ui.widgets import painting
from desk.ui.widgets.buttons import clicked_by_enter


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the stepper: its name, a few words on its aim, and what it still lacks."""

    name: str
    aim: str = ""
    missing: int = 0
    done: bool = False


class StepButton(QAbstractButton):
    """One step: a ring with its number or a check, name and aim beside it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._step = Step("")
        self._current = False
        self._has_aim = True
        self.setObjectName(f"step_{number}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def show_step(self, step: Step, *, current: bool) -> None:
        """Show a step."""
        self._step, self._current = step, current
        self.setText(step.name)
        lacks = (
            ngettext("{n} item missing", "{n} items missing", step.missing).format(n=step.missing)
            if step.missing
            else ""
        )
        self.setAccessibleName(f"{self._number} {step.name}")
        self.setAccessibleDescription(lacks)
        self.setToolTip(lacks)
        self.updateGeometry()
        self.update()

    def show_aim(self, *, shown: bool) -> None:
        """Show the aim below the name, or the name alone."""
        if shown != self._has_aim:
            self._has_aim = shown
            self.updateGeometry()
            self.update()

    def whole_width(self) -> int:
        """The width with the aim, shown or not."""
        chosen = theme.now()
        name = painting.text_width(self._step.name, chosen.text_body, strong=True)
        if self._step.missing:
            name += theme.px(6) + self._badge_width()
        aim = painting.text_width(self._step.aim, chosen.text_hint)
        return theme.px(4 + 28 + 8) + max(name, aim) + theme.px(4)

    def _badge_width(self) -> int:
        if not self._step.missing:
            return 0
        text = str(self._step.missing)
        return max(painting.text_width(text, theme.now().text_key) + theme.px(10), theme.px(18))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not clicked_by_enter(self, event):
            super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        chosen = theme.now()
        name = painting.text_width(self._step.name, chosen.text_body, strong=True)
        if self._step.missing:
            name += theme.px(6) + self._badge_width()
        wide = self.whole_width() if self._has_aim else theme.px(4 + 28 + 8) + name + theme.px(4)
        return QSize(wide, theme.px(46))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw_ring(painter)
        chosen = theme.now()
        left, middle = theme.px(40), self.height() // 2
        top = middle - theme.px(19 if self._has_aim else 10)
        name_box = QRect(left, top, self.width() - left, theme.px(20))
        reached = self._current or self._step.done
        lit = self.underMouse()
        role = "ink" if reached or lit else "ink_2"
        size = chosen.text_body
        painting.draw_text(painter, name_box, self._step.name, size, role, strong=self._current)
        if self._has_aim:
            aim_box = QRect(left, middle + theme.px(1), self.width() - left, theme.px(18))
            painting.draw_text(painter, aim_box, self._step.aim, chosen.text_hint, "ink_hint")
        if self._step.missing:
            wide = painting.text_width(self._step.name, size, strong=self._current)
            box = QRect(0, 0, self._badge_width(), theme.px(16))
            box.moveCenter(name_box.center())
            box.moveLeft(left + wide + theme.px(6))
            ground = theme.colour("amber_soft")
            painting.fill_round(painter, box, box.height() / 2, ground)
            painting.draw_text(
                painter,
                box,
                str(self._step.missing),
                chosen.text_key,
                "amber",
                strong=True,
                align=painting.CENTRE,
            )

    def _draw_ring(self, painter: QPainter) -> None:
        side = theme.px(28)
        box = QRect(theme.px(4), (self.height() - side) // 2, side, side)
        chosen = theme.now()
        if self._current:
            painting.fill_round(painter, box, side / 2, theme.colour("primary"))
            inner = box.adjusted(2, 2, -2, -2)
            painting.fill_round(painter, inner, inner.width() / 2, theme.colour("card"))
            role = "primary"
        elif self._step.done:
            painting.fill_round(painter, box, side / 2, theme.colour("primary"))
            painting.draw_icon(painter, box, "check", "on_primary", 16)
            return
        else:
            edge = theme.colour("line_strong" if self.underMouse() else "line")
            painting.fill_round(painter, box, side / 2, theme.colour("card"), edge)
            role = "ink_hint"
        painting.draw_text(
            painter,
            box,
            str(self._number),
            chosen.text_table,
            role,
            strong=self._current,
            align=painting.CENTRE,
        )


class _Link(QWidget):
    """The line between two steps, in the primary colour once the first is done."""

    def __init__(self) -> None:
        super().__init__()
        self._done = False
        self.setMinimumWidth(theme.px(16))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_done(self, *, done: bool) -> None:
        self._done = done
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        high = max(1, theme.px(2))
        line = QRect(0, (self.height() - high) // 2, self.width(), high)
        QPainter(self).fillRect(line, theme.colour("primary" if self._done else "line"))


class Stepper(QFrame):
    """The five steps in a strip; any step can be opened at any time. `chosen` tells its number."""

    chosen = Signal(int)

    def __init__(self, count: int = 5) -> None:
        super().__init__()
        self.setProperty("pane", "strip")
        self.setFixedHeight(theme.px(60))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(20), 0, theme.px(20), 0)
        row.setSpacing(theme.px(6))
        self._buttons = [StepButton(number) for number in range(1, count + 1)]
        self._links: list[_Link] = []
        for number, button in enumerate(self._buttons, start=1):
            if number > 1:
                link = _Link()
                self._links.append(link)
                row.addWidget(link, 1)
            row.addWidget(button)
            button.clicked.connect(self._clicked)

    def show_steps(self, steps: Sequence[Step], current: int) -> None:
        """Show the steps; `current` counts from 1."""
        for number, (button, step) in enumerate(zip(self._buttons, steps, strict=True), start=1):
            button.show_step(step, current=number == current)
        for link, step in zip(self._links, steps[:-1], strict=True):
            link.set_done(done=step.done)
        self._share_room()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Large text may leave no room for the aims: then none is shown, rather than a part."""
        links = len(self._links) * theme.px(16 + 2 * 6)
        needed = sum(button.whole_width() for button in self._buttons) + links + theme.px(2 * 20)
        for button in self._buttons:
            button.show_aim(shown=needed <= self.width())

    def buttons(self) -> tuple[StepButton, ...]:
        """The steps as buttons, in order."""
        return tuple(self._buttons)

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, StepButton):
            self.chosen.emit(self._buttons.index(button) + 1)


class StageBar(QWidget):
    """Stages of the talk as bars with their names; those before the current one are filled."""

    def __init__(self, names: Sequence[str] = (), tone: theme.Tone = "violet") -> None:
        super().__init__()
        self._names = tuple(names)
        self._tone: theme.Tone = tone
        self._current = 0
        self.setFixedHeight(theme.px(30))

    def show_stages(self, names: Sequence[str], current: int) -> None:
        """Show stages; `current` counts from 0, and is their number when all are past."""
        self._names, self._current = tuple(names), current
        self.setAccessibleName(self._names[current] if current < len(self._names) else "")
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._names:
            return
        painter = QPainter(self)
        gap = theme.px(4)
        wide = (self.width() - gap * (len(self._names) - 1)) / len(self._names)
        chosen = theme.now()
        widest = max(painting.text_width(n, chosen.text_hint, strong=True) for n in self._names)
        size = chosen.text_hint if widest <= wide else chosen.text_key
        for place, name in enumerate(self._names):
            left = round(place * (wide + gap))
            bar = QRect(left, 0, round(wide), theme.px(5))
            if place < self._current:
                fill = theme.colour(self._tone)
            elif place == self._current:
                fill = theme.colour(self._tone, 150)
            else:
                fill = theme.colour("card")
            painting.fill_round(painter, bar, bar.height() / 2, fill)
            here = place == self._current
            role = self._tone if here else "ink" if place < self._current else "ink_hint"
            box = QRect(left, theme.px(9), round(wide), theme.px(20))
            painting.draw_text(painter, box, name, size, role, strong=here, align=painting.CENTRE)


class SlimBar(QWidget):
    """A slim bar filled to a share of 0–1; the words that say the same stand beside it."""

    def __init__(self, share: float = 0.0, tone: theme.Tone = "primary", width: int = 0) -> None:
        super().__init__()
        self._share = share
        self._tone: theme.Tone = tone
        self.setFixedHeight(theme.px(6))
        if width:
            self.setFixedWidth(theme.px(width))

    def set_share(self, share: float, tone: theme.Tone = "primary") -> None:
        """Fill to another share."""
        self._share, self._tone = min(max(share, 0.0), 1.0), tone
        self.setAccessibleName(f"{self._share:.0%}")
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        draw_bar(QPainter(self), self.rect(), self._share, self._tone)


def draw_bar(painter: QPainter, box: QRect, share: float, tone: theme.Tone) -> None:
    """The bar of :class:`SlimBar` inside `box`."""
    radius = box.height() / 2
    painting.fill_round(painter, box, radius, theme.colour("line_2"))
    if share > 0:
        filled = QRect(box)
        filled.setWidth(max(box.height(), round(box.width() * min(share, 1.0))))
        painting.fill_round(painter, filled, radius, theme.colour(tone))
