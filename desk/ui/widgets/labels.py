"""Words that are not typed into: text, shortened text, icons, keycaps, labels of fields."""

from bisect import bisect_right
from math import ceil
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import (
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget
from typing_extensions import override

from desk.i18n import _
from desk.ui import theme
from desk.ui.widgets import painting

TextSize = Literal["title", "card", "say", "body", "table", "hint", "key", "number"]


class Text(QLabel):
    """A piece of text in one of the design's sizes and colours (a token's name)."""

    def __init__(
        self,
        text: str = "",
        size: TextSize = "body",
        role: str = "ink",
        *,
        strong: bool = False,
        wrap: bool = False,
    ) -> None:
        super().__init__(text)
        self.setFont(theme.font(getattr(theme.now(), f"text_{size}"), strong=strong))
        self.set_role(role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)

    def set_role(self, role: str) -> None:
        """Take the colour of another token."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, theme.colour(role))
        self.setPalette(palette)


class Saying(Text):
    """A sentence to say aloud, set with generous lines; the largest text of its page.

    Where room is short it may keep to a few lines and end in an ellipsis (`set_lines`).
    """

    def __init__(self, words: str = "", size: TextSize = "say") -> None:
        super().__init__("", size, wrap=True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self._words = words
        self._shown = ""
        self._lines = 0
        self.set_words(words)

    def words(self) -> str:
        """The sentence."""
        return self._words

    def set_words(self, words: str) -> None:
        """Show another sentence."""
        self._words = words
        self.setAccessibleName(words)
        self._fit()

    def set_lines(self, most: int) -> None:
        """Keep to `most` lines; 0 shows the whole sentence."""
        if most != self._lines:
            self._lines = most
            self._fit()
            self.updateGeometry()

    def is_elided(self) -> bool:
        """True while only the beginning of the sentence is shown."""
        return self._shown != self._words

    @override
    def heightForWidth(self, wide: int, /) -> int:
        if not self._lines:
            return super().heightForWidth(wide)
        return min(self._height(self._words, wide), self._most(wide))

    @override
    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(hint.width(), self.heightForWidth(self.width())) if self._lines else hint

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._lines:
            self._fit()

    def _fit(self) -> None:
        """Show as much of the sentence as the lines hold."""
        shown, wide = self._words, self.width()
        if self._lines and self._height(shown, wide) > self._most(wide):
            cuts = range(1, len(shown))
            fitting = bisect_right(cuts, self._most(wide), key=lambda n: self._cut_height(n, wide))
            shown = self._cut(fitting)
        self._shown = shown
        self.setText(_spaced(shown))

    def _cut(self, length: int) -> str:
        return self._words[:length].rstrip() + "…"

    def _cut_height(self, length: int, wide: int) -> int:
        return self._height(self._cut(length), wide)

    def _most(self, wide: int) -> int:
        return self._height("\n".join("x" * self._lines), wide)

    def _height(self, words: str, wide: int) -> int:
        """How high words are at a width, as the label itself would lay them out."""
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        document.setHtml(_spaced(words))
        document.setTextWidth(wide)
        return ceil(document.size().height())


def _spaced(words: str) -> str:
    """Words set with generous lines."""
    from html import escape  # brings a table of 2,000 names, for no page before the vault

    lines = escape(words).replace("\n", "<br>")
    return f'<p style="line-height:120%; margin:0">{lines}</p>'


class ElidedLabel(Text):
    """One line that ends in an ellipsis when it does not fit; the whole text is in the tooltip."""

    def __init__(
        self, text: str = "", size: TextSize = "body", role: str = "ink", *, strong: bool = False
    ) -> None:
        super().__init__("", size, role, strong=strong)
        self._whole = text
        self.setMinimumWidth(theme.px(24))
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._fit()

    def whole_text(self) -> str:
        """The text, shortened or not."""
        return self._whole

    def is_elided(self) -> bool:
        """True while the text does not fit."""
        return self.text() != self._whole

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._whole) + 2, metrics.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(24), self.sizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


class IconLabel(QWidget):
    """An icon by itself; `size` in pixels of the standard text size."""

    def __init__(self, name: str, role: str = "ink", size: int = 18) -> None:
        super().__init__()
        self._name = name
        self._role = role
        self._size = size
        self.setFixedSize(theme.px(size), theme.px(size))

    def set_icon(self, name: str, role: str) -> None:
        """Show another drawing or colour."""
        self._name = name
        self._role = role
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painting.draw_icon(QPainter(self), self.rect(), self._name, self._role, self._size)


class KeyHint(QWidget):
    """A keycap that shows a shortcut where it acts, such as "Ctrl N"."""

    def __init__(self, keys: str, role: str = "ink_hint") -> None:
        super().__init__()
        self._keys = keys
        self._role = role
        self.setFixedSize(painting.keycap_size(keys))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painting.draw_keycap(QPainter(self), self.rect(), self._keys, self._role)


class Dot(QWidget):
    """A small filled circle before a word that says the same."""

    def __init__(self, role: str = "green", size: int = 7) -> None:
        super().__init__()
        self._role = role
        self.setFixedSize(theme.px(size), theme.px(size))

    def set_role(self, role: str) -> None:
        """Take the colour of another token."""
        self._role = role
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painting.fill_round(painter, self.rect(), self.width() / 2, theme.colour(self._role))


class Rule(QFrame):
    """A hairline between parts of a card."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("rule", "true")


class FieldLabel(QWidget):
    """The name of a field, a red star when it is required, and a hint in a lighter colour."""

    def __init__(self, text: str, hint: str = "", *, required: bool = False) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(3))
        self._name = Text(text, "table", "ink_2")
        self._star = Text("*", "table", "red", strong=True)
        self._star.setToolTip(_("Required"))
        self._hint = ElidedLabel(hint, "hint", "ink_hint")
        row.addWidget(self._name)
        row.addWidget(self._star)
        row.addWidget(self._hint, 1)
        self.set_required(required=required)
        self.set_hint(hint)

    def set_required(self, *, required: bool) -> None:
        """Show or hide the star."""
        self._star.setVisible(required)
        name = self._name.text()
        said = _("{name}, required").format(name=name) if required else name
        self.setAccessibleName(said)

    def set_hint(self, hint: str) -> None:
        """Show another hint after the name."""
        self._hint.set_text(hint)

    def set_buddy(self, field: QWidget) -> None:
        """Clicking the name puts the cursor into `field`, which reads out the same name."""
        self._name.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(self._name.text())

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        buddy = self._name.buddy()
        if isinstance(buddy, QWidget):
            buddy.setFocus(Qt.FocusReason.ShortcutFocusReason)
