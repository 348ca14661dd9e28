"""The cards of the backup page: how it stands, and one thing each that can be done about it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk.ui import theme
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text
from desk.ui.widgets.progress import SlimBar

_ICONS = {"green": "badge-check", "amber": "clock", "red": "triangle-alert"}


class Standing(Card):
    """How the vault is kept, in one sentence; below it what goes on right now."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("backup_standing")
        self._icon = IconLabel("clock", "ink_2", 26)
        self.headline = Text("", "title", strong=True)
        self.headline.setObjectName("backup_headline")
        self.told = Text("", "table", "ink_2", wrap=True)
        self.told.setObjectName("backup_told")
        self._row = layouts.row(self._icon, gap=14)
        self._row.addLayout(layouts.column(self.headline, self.told, gap=3), 1)
        self.body.addLayout(self._row)
        self.doing = Text("", "hint", "ink_2")
        self.doing.setObjectName("backup_doing")
        self.bar = SlimBar()
        self._work = QWidget()
        line = layouts.row(self.doing, gap=12)
        line.addWidget(self.bar, 1)
        self._work.setLayout(line)
        self.add(self._work)
        self._work.hide()

    def add_button(self, button: Button) -> Button:
        """Put a button at the right end."""
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button

    def show_standing(self, headline: str, told: str, tone: theme.Tone) -> None:
        """Say how it stands."""
        self._icon.set_icon(_ICONS.get(tone, "clock"), tone)
        self.headline.setText(headline)
        self.told.setText(told)

    def show_share(self, words: str, share: float) -> None:
        """Say what goes on and how far it is; nothing when nothing does."""
        self._work.setVisible(bool(words))
        self.doing.setText(words)
        self.bar.set_share(share)


class StateCard(Card):
    """A title with a word on its state, a sentence, a detail such as a path, and buttons."""

    def __init__(self, title: str, name: str) -> None:
        super().__init__(title)
        self.setObjectName(f"backup_{name}_card")
        self.chip = Chip("", "grey")
        self.add_beside_title(self.chip)
        self.detail = ElidedLabel("", "body", "ink")
        self.detail.setObjectName(f"backup_{name}_detail")
        self.detail.hide()
        self.told = Text("", "table", "ink_2", wrap=True)
        self.told.setObjectName(f"backup_{name}_told")
        self.add(self.detail)
        self.add(self.told)
        self._row = layouts.row(gap=10)
        self._row.addStretch(1)
        self.foot = QWidget()
        box = QVBoxLayout(self.foot)
        box.setContentsMargins(0, theme.px(4), 0, 0)
        box.addLayout(self._row)
        self.add(self.foot)

    def add_button(self, button: Button) -> Button:
        """Put a button at the foot, from left to right."""
        self._row.insertWidget(self._row.count() - 1, button, 0, Qt.AlignmentFlag.AlignLeft)
        return button

    def show_state(self, word: str, tone: theme.Tone, told: str) -> None:
        """Say how it stands."""
        self.chip.set_chip(word, tone)
        self.told.setText(told)

    def show_detail(self, words: str) -> None:
        """Show a line above the sentence, or none."""
        self.detail.set_text(words)
        self.detail.setVisible(bool(words))
