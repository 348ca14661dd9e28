"""A personal value: plain while it is typed, masked once it stands; each look at it is recorded."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget
from typing_extensions import override

from desk.domain.events import Value
from desk.domain.masking import masked
from desk.i18n import _
from desk.ui import theme
from desk.ui.intake.editors import Editor
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.fields import LineField
from desk.ui.widgets.masked import MaskedValue

_STAYS = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
_ICONS = {"name": "user-round", "phone": "phone", "id_number": "credit-card"}


class _Shut(QFrame):
    """The value masked, with the way back to typing: Enter, or the pencil."""

    opened = Signal()

    def __init__(self, icon: str) -> None:
        super().__init__()
        self.setProperty("card", "plain")
        self.setFixedHeight(theme.now().field)
        self.masked = MaskedValue(icon=icon)
        self.pencil = Button(icon="pencil", kind="quiet")
        self.pencil.setToolTip(_("Change (Enter)"))
        self.pencil.setAccessibleName(_("Change"))
        self.pencil.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.pencil.clicked.connect(self.opened)
        row = layouts.row(self.masked, gap=4)
        row.setContentsMargins(theme.px(6), 0, theme.px(4), 0)
        row.addStretch(1)
        row.addWidget(self.pencil)
        self.setLayout(row)
        self.setFocusProxy(self.masked)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.pencil.isVisible():
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class PersonalEditor(Editor):
    """A name, phone, ID number or address.

    `revealed` is told each time the whole value becomes readable again: while the masked one is
    held, and when it is opened to be changed.
    """

    revealed = Signal()

    def __init__(self, kind: str, limit: int = 0) -> None:
        place = QWidget()
        super().__init__(place)
        self._kind = kind
        self._read_only = False
        self._covered = False
        self.line = LineField(limit=limit)
        self.shut = _Shut(_ICONS.get(kind, "lock"))
        box = layouts.column(self.line, self.shut, gap=0)
        place.setLayout(box)
        self.shut.hide()
        place.setFocusProxy(self.line)
        self.line.installEventFilter(self)
        self.line.committed.connect(self._tell)
        self.line.textEdited.connect(self.edited)
        self.shut.opened.connect(self._open)
        self.shut.masked.revealed.connect(self.revealed)

    def is_shut(self) -> bool:
        """True while the value is masked."""
        return not self.shut.isHidden()

    def _tell(self, text: str) -> None:
        self.entered.emit(text.strip() or None)

    @override
    def value(self) -> Value:
        return self.line.value().strip() or None

    @override
    def show_value(self, value: Value) -> None:
        here = self.line.hasFocus()
        self.line.set_value("" if value is None else str(value))
        self._close()
        if here:
            self.take_focus()

    @override
    def is_at_work(self) -> bool:
        # Qt may put the cursor into the empty line before the stored value is shown
        opened = self.line.hasFocus() and bool(self.line.text())
        return opened or self.line.autosave.is_pending()

    @override
    def flush(self) -> None:
        self.line.flush()

    @override
    def set_read_only(self, *, read_only: bool) -> None:
        self._read_only = read_only
        self.line.setReadOnly(read_only)
        self.shut.pencil.setVisible(not read_only and not self._covered)

    def set_covered(self, *, covered: bool) -> None:
        """Let nobody read the whole value, nor open it to be changed."""
        if covered != self._covered:
            self._covered = covered
            self.shut.pencil.setVisible(not self._read_only and not covered)
            self._close()

    @override
    def set_problem(self, *, problem: bool) -> None:
        self.line.set_problem(problem=problem)

    @override
    def take_focus(self) -> None:
        (self.shut.masked if self.is_shut() else self.line).setFocus()

    @override
    def wanted_width(self) -> int:
        return theme.px(180)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        left = watched is self.line and event.type() == QEvent.Type.FocusOut
        if left and isinstance(event, QFocusEvent) and event.reason() not in _STAYS:
            self.line.flush()  # before it is hidden: composed text belongs to the value
            self._close()
        return False

    def _close(self) -> None:
        whole = self.line.value().strip()
        if whole:
            self.shut.masked.set_value(masked(self._kind, whole), "" if self._covered else whole)
        self._show_shut(shut=bool(whole))

    def _open(self) -> None:
        self._show_shut(shut=False)
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.selectAll()
        self.revealed.emit()

    def _show_shut(self, *, shut: bool) -> None:
        if shut == self.is_shut():
            return
        # the one to come first, so that the form does not jump and Tab finds its way
        first, last = (self.shut, self.line) if shut else (self.line, self.shut)
        first.show()
        last.hide()
        self.widget.setFocusProxy(self.shut if shut else self.line)
