"""What stands above the form of a closed case: that it is closed, how, and the way to reopen it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desk.domain.engine import CaseView
from desk.i18n import _
from desk.ui import theme
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.labels import IconLabel, Text


def outcome_words(outcome: str) -> str:
    """How a case ended."""
    names = {
        "settled": _("settled"),
        "told": _("answered, the customer keeps another view"),
        "withdrawn": _("withdrawn by the customer"),
        "enquiry": _("an enquiry, no complaint"),
    }
    return names.get(outcome, outcome)


class ClosedBanner(QWidget):
    """Shown while the case is closed. `reopen` asks to take it up again."""

    reopen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("closed_banner")
        card = Card(kind="green", margin=10)
        self.words = Text("", "table", "green", strong=True)
        self.button = Button(_("Take up again"), icon="undo-2")
        self.button.setObjectName("banner_reopen")
        self.button.clicked.connect(self.reopen)
        row = layouts.row(IconLabel("circle-check", "green", 18), gap=8)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        card.body.addLayout(row)
        line = layouts.column(card)
        line.setContentsMargins(theme.px(20), theme.px(12), theme.px(20), 0)
        self.setLayout(line)
        self.hide()

    def show_view(self, view: CaseView, *, may_reopen: bool) -> None:
        """Show how the case ended; hidden while it is open."""
        case = view.case
        self.setVisible(case.status == "closed")
        self.button.setVisible(may_reopen)
        day = case.closed_at.replace("T", " ")
        words = _("Closed {at}: {outcome}. Only the follow-up may still be added.")
        self.words.setText(words.format(at=day, outcome=outcome_words(case.outcome)))
