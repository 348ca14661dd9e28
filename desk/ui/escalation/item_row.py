"""One item of a checklist on a line: what, by whom, until when, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.escalation import END_OF_DAY, ChecklistItem
from desk.domain.events import ItemStatus
from desk.i18n import _, language, ngettext
from desk.services.item_marks import ItemMark
from desk.ui import dates, theme
from desk.ui.widgets import painting
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text

SOON_MINUTES = 120
"""From here on an open item's time is amber."""
_OWNER_WIDTH = 86
_PILL_WIDTHS = {"zh": 108, "en": 124}
_NARROW = 560
"""Below this width (standard pixels) the owner stands under the words."""

_BOXES: Mapping[ItemStatus, tuple[str, str]] = {
    "open": ("square", "ink_2"),
    "done": ("square-check", "green"),
    "not_applicable": ("circle-slash", "ink_2"),
}


@dataclass(frozen=True, slots=True)
class ItemState:
    """Where an item stands: until when it is to be done, and what was recorded of it.

    `begun` tells whether its checklist began; `owner` is the name of the part that does it.
    """

    status: ItemStatus = "open"
    owner: str = ""
    due: datetime | None = None
    begun: bool = False
    reason: str = ""
    mark: ItemMark | None = None


def limit_words(item: ChecklistItem) -> str:
    """How long an item may take, in a few words; empty when nothing says so."""
    if item.limit_text is not None:
        return item.limit_text.of(language())
    if item.limit_minutes is not None:
        n = item.limit_minutes
        return ngettext("{n} minute", "{n} minutes", n).format(n=n)
    if item.limit_days is not None:
        n = item.limit_days
        return (
            ngettext("{n} working day", "{n} working days", n).format(n=n)
            if n
            else _("On the same day")
        )
    return ""


def due_words(item: ChecklistItem, state: ItemState, now: datetime) -> tuple[str, theme.Tone]:
    """What stands in the pill at the end of the line, and its tone."""
    if state.status == "done":
        return _("Done {when}").format(when=_when(state.mark, now)).strip(), "green"
    if state.status == "not_applicable":
        return _("Does not apply"), "grey"
    if not state.begun or state.due is None:
        return limit_words(item), "grey"
    if state.due < now:
        return _("Overdue {when}").format(when=_moment(state.due, now)), "red"
    minutes = (state.due - now).total_seconds() / 60
    if state.due.time() == END_OF_DAY and state.due.date() == now.date():
        return _("By tonight"), "amber" if minutes <= SOON_MINUTES else "grey"
    tone: theme.Tone = "amber" if minutes <= SOON_MINUTES else "grey"
    return _moment(state.due, now), tone


def _when(mark: ItemMark | None, now: datetime) -> str:
    return "" if mark is None else _moment(mark.at, now)


def _moment(at: datetime, now: datetime) -> str:
    if at.date() == now.date():
        return at.strftime("%H:%M")
    return f"{at:%m-%d} {dates.weekday(at.date())}"


class ItemRow(QFrame):
    """A line to tick: Space or a click, ↑ ↓ to move, Del for "does not apply".

    `toggled` and `put_aside` tell the item's key; nothing changes here before it was stored.
    """

    toggled = Signal(str)
    put_aside = Signal(str)
    moved = Signal(int)

    def __init__(self, item: ChecklistItem) -> None:
        super().__init__()
        self.item = item
        self.state = ItemState()
        self._is_enabled = False
        self.setObjectName(f"item_{item.key}")
        self.setProperty("ring_radius", theme.now().radius)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._box = IconLabel("square", "ink_2", 19)
        self._text = Text(item.text.of(language()), "body", wrap=True)
        self._below = ElidedLabel("", "hint", "ink_2")
        self._gate = _Gate(needs_head=item.needs_head) if item.gating else None
        self._owner = ElidedLabel("", "hint", "ink_2")
        self._owner.setFixedWidth(theme.px(_OWNER_WIDTH))
        self.pill = Pill()
        self.aside = Button(icon="circle-slash", kind="quiet")
        self.aside.setObjectName(f"aside_{item.key}")
        self._arrange()

    def _arrange(self) -> None:
        self.aside.setFixedSize(theme.px(28), theme.px(26))
        self.aside.setToolTip(_("Does not apply (Del)"))
        self.aside.setAccessibleName(_("Does not apply"))
        self.aside.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.aside.clicked.connect(lambda: self.put_aside.emit(self.item.key))
        policy = self.aside.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.aside.setSizePolicy(policy)
        self.aside.hide()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._text)
        words.addWidget(self._below)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(2), theme.px(7), theme.px(4), theme.px(7))
        line.setSpacing(theme.px(9))
        line.addWidget(self._box)
        line.addLayout(words, 1)
        line.addWidget(self.aside)
        if self._gate is not None:
            line.addWidget(self._gate)
        line.addWidget(self._owner)
        line.addWidget(self.pill)

    def show_state(self, state: ItemState, now: datetime, *, enabled: bool) -> None:
        """Show where the item stands; `enabled` tells whether it may be ticked."""
        self.state = state
        self._is_enabled = enabled
        settled = state.status != "open"
        words, tone = due_words(self.item, state, now)
        self.pill.show_words(words, tone)
        icon, role = _BOXES[state.status]
        late = tone == "red"
        self._box.set_icon(icon, "red" if late else role if enabled or settled else "ink_3")
        face = theme.font(theme.now().text_body)
        face.setStrikeOut(settled)
        self._text.setFont(face)
        self._text.set_role("ink_hint" if settled else "ink" if state.begun else "ink_2")
        self._owner.set_text(state.mark.who if settled and state.mark else state.owner)
        self._share_room()
        if self._gate is not None:
            self._gate.set_role("ink_3" if settled else "violet")
        said = _("{item}, {state}").format(item=self.item.text.of(language()), state=words)
        self.setAccessibleName(said)
        self.setCursor(Qt.CursorShape.PointingHandCursor if enabled else Qt.CursorShape.ArrowCursor)

    def _share_room(self) -> None:
        """The owner beside the words where there is room, else below with the reason."""
        narrow = self.width() < theme.px(_NARROW)
        self._owner.setVisible(not narrow)
        parts = [self._owner.whole_text()] if narrow else []
        if self.state.reason and self.state.status != "done":
            parts.append(_("Reason: {reason}").format(reason=self.state.reason))
        self._below.set_text(" · ".join(parts))
        self._below.setVisible(bool(parts))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._share_room)

    def set_stop(self, *, stop: bool) -> None:
        """Whether Tab stops here; one line of the list is the stop."""
        policy = Qt.FocusPolicy.StrongFocus if stop else Qt.FocusPolicy.ClickFocus
        self.setFocusPolicy(policy)

    def can_be_put_aside(self) -> bool:
        """Whether the item is open and may be found not applicable."""
        return self._is_enabled and self.state.status == "open"

    def _hint_aside(self) -> None:
        near = self.underMouse() or self.hasFocus()
        self.aside.setVisible(near and self.can_be_put_aside())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0)
        if key == Qt.Key.Key_Space and self._is_enabled:
            self.toggled.emit(self.item.key)
        elif key == Qt.Key.Key_Delete and self.can_be_put_aside():
            self.put_aside.emit(self.item.key)
        elif step:
            self.moved.emit(step)
        else:
            event.ignore()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if inside and self._is_enabled and event.button() == Qt.MouseButton.LeftButton:
            self.toggled.emit(self.item.key)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self._hint_aside()
        self.update()

    @override
    def leaveEvent(self, event: object) -> None:
        self._hint_aside()
        self.update()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._hint_aside()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._hint_aside()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.underMouse() and self._is_enabled:
            box = self.rect().adjusted(0, 0, 0, -1)
            painting.fill_round(painter, box, theme.now().radius, theme.colour("ground"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.colour("line_2"))


class _Gate(QWidget):
    """The mark of an item without which the case cannot be closed."""

    def __init__(self, *, needs_head: bool) -> None:
        super().__init__()
        self._role = "violet"
        self.setObjectName("gate")
        self.setFixedSize(theme.px(44), theme.px(20))
        words = _("To be settled before closing")
        head = _("only the head of the branch may set it aside")
        self.setToolTip(
            _("{first}; {second}").format(first=words, second=head) if needs_head else words
        )
        self.setAccessibleName(self.toolTip())

    def set_role(self, role: str) -> None:
        self._role = role
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        mark = QRect(0, 0, theme.px(14), self.height())
        painting.draw_icon(painter, mark, "lock", self._role, 13)
        box = self.rect().adjusted(theme.px(17), 0, 0, 0)
        size = theme.now().text_key
        painting.draw_text(painter, box, _("gate"), size, self._role)


def _pill_width() -> int:
    return theme.px(_PILL_WIDTHS[language()])


class Pill(QWidget):
    """A time in the middle of a coloured pill; every pill of a list has the same width."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self._tone: theme.Tone = "grey"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_words(self, words: str, tone: theme.Tone) -> None:
        """Show other words."""
        self._words, self._tone = words, tone
        wide = painting.text_width(words, theme.now().text_hint)
        self.setToolTip(words if wide > _pill_width() - theme.px(12) else "")
        self.setAccessibleName(words)
        self.update()

    def words(self) -> str:
        """The words."""
        return self._words

    @override
    def sizeHint(self) -> QSize:
        return QSize(_pill_width(), theme.px(24))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._words:
            return
        painter = QPainter(self)
        ground = theme.colour(theme.now().soft(self._tone))
        painting.fill_round(painter, self.rect(), self.height() / 2, ground)
        box = self.rect().adjusted(theme.px(6), 0, -theme.px(6), 0)
        size = theme.now().text_hint
        painting.draw_text(painter, box, self._words, size, self._tone, align=painting.CENTRE)
