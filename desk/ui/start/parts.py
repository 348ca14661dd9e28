"""What the pages before the vault share: the card they stand in, password fields, a sign of work.

Nothing here is slow to load: these are the first pixels of the program.
"""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain import passwords
from desk.i18n import N_, _
from desk.ui import theme
from desk.ui.widgets import layouts
from desk.ui.widgets.busy import BusyBar
from desk.ui.widgets.fields import LineField
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.widgets.layouts import ScrollColumn
from desk.ui.widgets.logo import Logo

LARGEST = 1.5

STRENGTHS: dict[passwords.Strength, tuple[float, theme.Tone, str]] = {
    "short": (0.12, "red", N_("8 characters or more; a short sentence is easiest to remember")),
    "weak": (0.34, "amber", N_("Easy to guess; a few more words make it good")),
    "fair": (0.67, "primary", N_("Good")),
    "strong": (1.0, "green", N_("Very good")),
}
"""How a password being typed fares: the share of a bar, its tone, and what would make it better."""
FAULTS: dict[passwords.Fault, str] = {
    "short": N_("8 characters or more, please"),
    "is_number": N_("The staff number is no password."),
    "common": N_("This is one of the passwords that are tried first; choose another."),
}
"""Why a password cannot be taken."""


class BrandPanel(QWidget):
    """The dark left part of a start card: who is speaking, and what may be relied on."""

    def __init__(self) -> None:
        super().__init__()
        # Beside the largest text the form needs the room more.
        self.setFixedWidth(theme.px(300 if theme.now().scale < LARGEST else 210))
        side = theme.px(28)
        box = QVBoxLayout(self)
        box.setContentsMargins(side, theme.px(32), side, theme.px(28))
        box.setSpacing(theme.px(6))
        box.addWidget(Logo())
        box.addSpacing(theme.px(10))
        box.addWidget(Text(_("Complaint Desk"), "title", "nav_on", strong=True))
        box.addWidget(
            Text(_("Take the complaint on. Settle it well."), "table", "nav_ink", wrap=True)
        )
        box.addStretch(1)
        promises = [
            ("list-checks", _("Five steps, with the right words beside each of them")),
            ("lock", _("Everything is encrypted and stays on this computer")),
            ("shield", _("Nothing stored is ever lost or altered unseen")),
        ]
        if theme.now().scale < LARGEST:  # there is room for all of them
            promises.insert(2, ("cloud-off", _("Works without a network")))
        for icon, words in promises:
            box.addSpacing(theme.px(10))
            line = layouts.row(gap=10)
            line.addWidget(IconLabel(icon, "nav_ink", 18), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Text(words, "table", "nav_ink", wrap=True), 1)
            box.addLayout(line)
        box.addStretch(1)
        # A form lower than this would cut the words off: a row asks nobody for a height by width.
        self.setMinimumHeight(box.totalHeightForWidth(self.minimumWidth()))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = theme.now().radius_card
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), radius, radius)
        square = QPainterPath()
        right = QRectF(self.rect())
        right.setLeft(right.right() - radius)
        square.addRect(right)
        painter.fillPath(shape.united(square), theme.colour("nav"))


class StartCard(QWidget):
    """A card in the middle of the window: the brand at the left, `body` for a form at the right."""

    def __init__(self, title: str, intro: str, *, form_width: int) -> None:
        super().__init__()
        self.setProperty("ring_off", True)
        card = QFrame()
        card.setProperty("card", "plain")
        halves = QHBoxLayout(card)
        edge = 1
        halves.setContentsMargins(edge, edge, edge, edge)
        halves.setSpacing(0)
        halves.addWidget(BrandPanel())
        form = QWidget()
        form.setFixedWidth(theme.px(form_width))
        halves.addWidget(form)
        self.body = QVBoxLayout(form)
        side = theme.px(32)
        self.body.setContentsMargins(side, theme.px(28), side, theme.px(24))
        self.body.setSpacing(theme.px(12))
        self.body.addWidget(Text(title, "title", strong=True))
        self.intro = Text(intro, "table", "ink_2", wrap=True)
        self.body.addWidget(self.intro)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(1)


class Middle(ScrollColumn):
    """The part of a form that scrolls when the window is too low for all of it."""

    def __init__(self) -> None:
        super().__init__(gap=10, margin=4)

    @override
    def sizeHint(self) -> QSize:
        content = self.widget()
        wide = self.width()
        return QSize(wide, content.heightForWidth(wide))

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            # Of itself the area would not go below what wrapped words like best, and scroll.
            self.widget().setMinimumHeight(self.widget().heightForWidth(self.width()))
            self.updateGeometry()
        return super().event(event)


class StatusLine(QWidget):
    """What a form says below its fields: what is wrong, or what is going on."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = BusyBar()
        self._icon = IconLabel("circle-alert", "red", 16)
        self._words = Text("", "table", "red", wrap=True)
        self._words.setObjectName("start_status")
        line = layouts.row(gap=8)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._words, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(6))
        box.addWidget(self._bar)
        box.addLayout(line)
        box.addStretch(1)
        self.setMinimumHeight(theme.px(50))
        self.show_words("")

    def show_busy(self, words: str) -> None:
        """Say what is going on."""
        self._bar.set_busy(busy=True)
        self._icon.hide()
        self._words.set_role("ink_2")
        self._words.setText(words)

    def show_words(self, words: str, tone: theme.Tone = "red") -> None:
        """Say what is wrong, or nothing."""
        self._bar.set_busy(busy=False)
        self._icon.set_icon("circle-alert" if tone == "red" else "info", tone)
        self._icon.setVisible(bool(words))
        self._words.set_role(tone)
        self._words.setText(words)

    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def is_busy(self) -> bool:
        """True while it says that something is going on."""
        return self._bar.is_busy()


class PasswordField(LineField):
    """A password: hidden, shown while wanted, and watchful of Caps Lock.

    Qt does not tell the state of Caps Lock; it is read off the letters typed, a large one without
    Shift or a small one with it.
    """

    caps_seen = Signal(bool)

    def __init__(self, placeholder: str = "") -> None:
        super().__init__(placeholder)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhSensitiveData
        )
        self._shown = QAction(theme.icon("eye", "ink_2", 16), _("Show the password"), self)
        self._shown.setCheckable(True)
        self._shown.toggled.connect(self._show)
        self.addAction(self._shown, QLineEdit.ActionPosition.TrailingPosition)

    def forget(self) -> None:
        """Empty the field and its undo history."""
        self.clear()
        self._shown.setChecked(False)

    def _show(self, shown: object) -> None:
        echo = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.setEchoMode(echo)
        self._shown.setIcon(theme.icon("eye-off" if shown else "eye", "ink_2", 16))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        letter = event.text()
        if len(letter) == 1 and letter.isascii() and letter.isalpha():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps_seen.emit(letter.isupper() != shift)
        elif event.key() == Qt.Key.Key_CapsLock:
            self.caps_seen.emit(False)  # it was just turned; the next letter tells

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.now().field)
