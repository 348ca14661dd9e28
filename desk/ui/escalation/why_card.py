"""Why a case needs more than the counter: the triggers that fired, in the words of the pack."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desk.domain.engine import ListView
from desk.i18n import _, language
from desk.ui import theme
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import Text
from desk.ui.widgets.layouts import FlowLayout


class WhyCard(Card):
    """A chip for each trigger; `compared` asks how a transferred complaint differs."""

    compared = Signal()

    def __init__(self) -> None:
        super().__init__(
            _("Why escalated"),
            _("Rules fire by themselves; people add more, all is recorded"),
        )
        self.setObjectName("why_card")
        self.body.setContentsMargins(theme.px(16), theme.px(4), theme.px(16), theme.px(12))
        self.compare = Button(_("Transferred or direct: what differs"), kind="link")
        self.compare.setObjectName("compare")
        self.compare.clicked.connect(self.compared)
        self.add_action(self.compare)
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips, 8)
        self.add(self._chips)

    def show_lists(self, lists: Sequence[ListView], *, is_transfer: bool) -> None:
        """Show what called for these checklists; urgent ones in red, those not begun in amber."""
        while (item := self._flow.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        found = 0
        for view in sorted(lists, key=lambda v: not v.checklist.red):
            for trigger in view.triggers:
                found += 1
                self._flow.addWidget(_chip(view, trigger.why.of(language())))
            if not view.triggers:
                found += 1
                self._flow.addWidget(_chip(view, _by_hand(view)))
        if not found:
            words = _("No rule has fired. A checklist can be begun by hand.")
            self._flow.addWidget(Text(words, "table", "ink_2"))
        self.compare.setVisible(is_transfer)


def _by_hand(view: ListView) -> str:
    name = view.checklist.title.of(language())
    if view.started is None:
        return _("{checklist}: by the quick assessment").format(checklist=name)
    if view.started.triggers:
        return _("{checklist}: its reason has passed").format(checklist=name)
    return _("{checklist}: begun by hand").format(checklist=name)


def _chip(view: ListView, words: str) -> Chip:
    if view.checklist.red:
        chip = Chip(words, "red", "siren")
    elif view.started is None:
        chip = Chip(words, "amber", "hourglass")
    else:
        chip = Chip(words, "grey")
    chip.setToolTip(view.checklist.title.of(language()))
    return chip
