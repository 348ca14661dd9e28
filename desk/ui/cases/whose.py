"""Above a case that is somebody else's, or that concerns whoever sits here: whose it is, what now.

Part of the pages on which a case is worked on; hidden over one's own.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desk.domain.engine import CaseView
from desk.domain.permissions import concerned, may_take
from desk.i18n import _
from desk.ui import theme
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import IconLabel, Text
from desk.ui.work import Work


class WhoseBanner(QWidget):
    """Says whose case it is. `take_wanted` asks to take it over, `pass_wanted` to hand it over."""

    take_wanted = Signal()
    pass_wanted = Signal()

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work
        self.setObjectName("whose_banner")
        self._icon = IconLabel("user-round", "primary", 18)
        self.words = Text("", "table", "ink", wrap=True)
        self.take = Button(_("Take over"), icon="arrow-left-right")
        self.take.setObjectName("banner_take")
        self.take.clicked.connect(self.take_wanted)
        self.hand = Button(_("Hand over"), icon="arrow-left-right")
        self.hand.setObjectName("banner_hand_over")
        self.hand.clicked.connect(self.pass_wanted)
        row = layouts.row(self._icon, gap=8)
        row.addWidget(self.words, 1)
        row.addWidget(self.take)
        row.addWidget(self.hand)
        row.setContentsMargins(theme.px(20), theme.px(12), theme.px(20), theme.px(10))
        self.setLayout(row)
        self.hide()

    def show_view(self, view: CaseView, handler: str) -> None:
        """Show it for an open case; `handler` is the handler's name."""
        case, actor, may = view.case, self._work.actor, self._work.may
        barred = concerned(actor, case) and may("work_cases", case)
        others = case.handler != actor.id
        self.setVisible(case.status == "open" and (barred or others))
        self.take.setVisible(others and may("hand_over", case) and may_take(actor, case))
        self.hand.setVisible(barred and not others)
        if barred:
            words = _(
                "The matter concerns you: you may take down what is told, and no more (Art 17)."
            )
        elif not may("work_cases", case):
            words = _("{name} handles this case. You can read it; to work on it, ask for it.")
        elif not may("decide_cases", case):
            words = _(
                "{name} handles this case and decides it. You may add what the customer says."
            )
        else:
            words = _("{name} handles this case.")
        self.words.setText(words.format(name=handler))
        tone = "amber" if barred else "primary"
        self._icon.set_icon("triangle-alert" if barred else "user-round", tone)
