"""One entry at the right of the knowledge page: words, reasons, basis, and where it serves."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from desk.i18n import _, language
from desk.services.leaves import Block, Facts, Grid, Leaf, Links, Trust, Words, plain_text
from desk.services.packs import Entry, kind_name
from desk.ui import theme
from desk.ui.knowledge import blocks
from desk.ui.knowledge.results import title_of
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card, EmptyState
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import ElidedLabel, Rule, Text
from desk.ui.widgets.layouts import ScrollColumn

_WORDS_FROM = 430
"""Below this width (standard pixels) the buttons are their icons."""
_TITLED = frozenset({"script"})
"""Kinds whose title is the sentence itself, which stands large in the text."""


class LeafView(Card):
    """The entry in hand. `followed` tells an entry that was asked for, `back_asked` the last one.

    `copied` tells that the text went to the clipboard.
    """

    followed = Signal(object)
    back_asked = Signal()
    copied = Signal()

    def __init__(self) -> None:
        super().__init__(margin=0)
        self.setObjectName("leaf")
        self._leaf: Leaf | None = None
        self.back = Button(icon="arrow-left", kind="quiet", keys="Alt ←")
        self.back.setObjectName("leaf_back")
        self.back.setToolTip(_("Back to what was read before"))
        self.back.setAccessibleName(self.back.toolTip())
        self.back.clicked.connect(self.back_asked)
        self.back.hide()
        self.kind = Chip("", "primary")
        self.key = ElidedLabel("", "hint", "ink_2", strong=True)
        self.key.setObjectName("leaf_key")
        self.both = Button(_("Both languages"), icon="languages", kind="quiet", keys="Ctrl E")
        self.both.setObjectName("leaf_both")
        self.both.setCheckable(True)
        self.both.setChecked(True)
        self.both.toggled.connect(self._refresh)
        self.copy = Button(_("Copy"), icon="copy", kind="quiet")
        self.copy.setObjectName("leaf_copy")
        self.copy.clicked.connect(self.copy_text)
        head = layouts.row(self.back, self.kind, gap=8)
        head.addWidget(self.key, 1)
        head.addWidget(self.both)
        head.addWidget(self.copy)
        head.setContentsMargins(theme.px(18), theme.px(9), theme.px(10), theme.px(7))
        self.column = ScrollColumn(gap=14, margin=18)
        self.column.set_margins(theme.px(18), theme.px(12), theme.px(16))
        self.column.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.column.setProperty("ring_off", True)
        self.column.setObjectName("leaf_text")
        full = QWidget()
        box = QVBoxLayout(full)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(Rule())
        box.addWidget(self.column, 1)
        self._full = full
        self._nothing = EmptyState(
            "book-open", _("Nothing chosen"), _("An entry of the list is read here, whole.")
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(full)
        self.body.setContentsMargins(1, 1, 1, 1)
        self.add(self._stack, 1)

    def leaf(self) -> Leaf | None:
        """What is shown."""
        return self._leaf

    def show_leaf(self, leaf: Leaf | None) -> None:
        """Show an entry from its beginning; None shows that nothing is chosen."""
        self._leaf = leaf
        self._stack.setCurrentWidget(self._full if leaf else self._nothing)
        self._refresh()
        self.column.verticalScrollBar().setValue(0)

    def copy_text(self) -> None:
        """Put the entry on the clipboard, in the language in force; of a script what is said."""
        if self._leaf is not None:
            QGuiApplication.clipboard().setText(plain_text(self._leaf, language()))
            self.copied.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for button in (self.both, self.copy):
            button.set_folded(folded=self.width() < theme.px(_WORDS_FROM))

    def _refresh(self) -> None:
        self.column.clear()
        leaf = self._leaf
        if leaf is None:
            return
        entry = leaf.entry
        self.kind.set_chip(kind_name(entry.kind), "primary")
        self.key.set_text(entry.key)
        both = self.both.isChecked()
        if entry.kind not in _TITLED:
            self.column.add(_heading(entry, both=both))
        for block in leaf.blocks:
            self.column.add(self._made(block, both=both))
        if leaf.used_by:
            self.column.add(
                blocks.of_links(Links(_("Where it serves"), leaf.used_by), self.followed.emit)
            )
        self.column.add(_origin(entry))

    def _made(self, block: Block, *, both: bool) -> QWidget:
        match block:
            case Words():
                return blocks.of_words(block, both=both)
            case Facts():
                return blocks.of_facts(block, both=both)
            case Grid():
                return blocks.of_grid(block, both=both)
            case Links():
                return blocks.of_links(block, self.followed.emit)
            case Trust():
                return blocks.of_trust(block)


def _heading(entry: Entry, *, both: bool) -> QWidget:
    made = QWidget()
    column = layouts.column(Text(title_of(entry), "title", strong=True, wrap=True), gap=2)
    other = " ".join(entry.title.of("zh" if language() == "en" else "en").split())
    if both and other != title_of(entry):
        column.addWidget(Text(other, "table", "ink_2", wrap=True))
    made.setLayout(column)
    return made


def _origin(entry: Entry) -> QWidget:
    """Where it comes from and since when."""
    parts = [_("Source: {source}").format(source=entry.source)] if entry.source else []
    if entry.since:
        parts.append(_("since version {version}").format(version=entry.since))
    return ElidedLabel(" · ".join(parts), "hint", "ink_hint")
