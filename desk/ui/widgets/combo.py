"""A choice from a long list, found by typing a part of it."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QListView, QStyledItemDelegate
from typing_extensions import override

from desk.i18n import _
from desk.ui import theme
from desk.ui.widgets import painting


class ComboField(QComboBox):
    """A list of (key, words) with search by any part of the words; `committed` tells the key.

    When the field is left, words that only one entry has choose it; words that none or several
    have are replaced by the last choice. Enter on words that none has opens the whole list. A
    `remark` such as 按原话推荐 stands in light ink at the right of the field.
    """

    committed = Signal(str)

    def __init__(self, options: Sequence[tuple[str, str]] = (), placeholder: str = "") -> None:
        super().__init__()
        self._remark = ""
        self._key = ""
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(12)
        self.setPlaceholderText(placeholder or _("Choose, or type to search"))
        line = self.lineEdit()
        assert line is not None  # noqa: S101 - editable boxes have one
        line.setPlaceholderText(self.placeholderText())
        self._line = line
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        self.setView(QListView())
        for popup in (self.view(), completer.popup()):
            popup.setProperty("list", "popup")
            popup.setItemDelegate(QStyledItemDelegate(popup))  # the default one ignores style
            theme.state(popup)
        self.activated.connect(self._chosen)
        line.returnPressed.connect(self._offer_all)
        self.set_options(options)

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer other entries; the choice stays when it is still among them."""
        kept = self._key
        self.clear()
        for key, words in options:
            self.addItem(words, key)
        self.set_value(kept)

    def value(self) -> str:
        """The key chosen, or an empty text."""
        return self._key

    def set_value(self, key: str) -> None:
        """Show a choice without telling anybody; an unknown key shows nothing."""
        place = self.findData(key) if key else -1
        self._key = key if place >= 0 else ""
        self.setCurrentIndex(place)
        if place < 0:
            self._line.clear()
        self._line.setCursorPosition(0)

    def set_remark(self, words: str) -> None:
        """Show a remark at the right of the field."""
        self._remark = words
        room = painting.text_width(words, theme.now().text_hint) + theme.px(4) if words else 0
        self._line.setTextMargins(0, 0, room, 0)
        self.update()

    def set_problem(self, *, problem: bool) -> None:
        """Mark the field as needing attention."""
        theme.state(self, problem="true" if problem else "false")

    def flush(self) -> None:
        """Settle on the one entry meant by the words typed, or go back to the last choice."""
        words = self._line.text().strip()
        place = self.findText(words, Qt.MatchFlag.MatchFixedString)
        meant = [place] if place >= 0 else self._places_of(words)
        if len(meant) == 1:
            self._chosen(meant[0])
        elif not words and self._key:
            self._key = ""
            self.setCurrentIndex(-1)
            self.committed.emit("")
        else:
            self.set_value(self._key)

    def _places_of(self, words: str) -> list[int]:
        """The entries that have these words in them, as the list below the field shows them."""
        sought = words.casefold()
        texts = (self.itemText(place).casefold() for place in range(self.count()))
        return [place for place, text in enumerate(texts) if sought and sought in text]

    def _offer_all(self) -> None:
        words = self._line.text().strip()
        if words and not self._places_of(words):
            self.showPopup()

    def _chosen(self, place: int) -> None:
        key = str(self.itemData(place))
        self.setCurrentIndex(place)
        self._line.setCursorPosition(0)
        if key != self._key:
            self._key = key
            self.committed.emit(key)

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme.px(220), theme.now().field)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.flush()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.flush()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling the page must not change an answer

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        side = theme.px(32)
        arrow = QRect(self.width() - side, 0, side - theme.px(4), self.height())
        painting.draw_icon(painter, arrow, "chevron-down", "ink_2", 16)
        if self._remark:
            size = theme.now().text_hint
            wide = painting.text_width(self._remark, size) + 1
            box = QRect(arrow.left() - wide, 0, wide, self.height())
            painting.draw_text(painter, box, self._remark, size, "ink_hint")
