"""The coach beside the form: how to receive this customer, where the talk stands, what to say now.

Numbers of the assessment stay folded away; the screen may be seen by the customer.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.content import Pack
from desk.domain.engine import CaseView, ListView
from desk.i18n import _, language
from desk.ui import theme
from desk.ui.intake.coach_panes import AvoidPane, BasisPane, ListsPane
from desk.ui.intake.offers import trigger_words
from desk.ui.intake.say import SayPane
from desk.ui.intake.tabs import Tabs
from desk.ui.widgets import layouts, painting
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Text
from desk.ui.widgets.progress import StageBar

WIDTH = 404
_LARGE = 1.5
"""At this text size the sentence to say needs the room."""


class WhiteChip(Chip):
    """A chip on the coloured band."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        radius = min(theme.now().radius_chip, self.height() / 2)
        painter = QPainter(self)
        painting.fill_round(painter, self.rect(), radius, theme.colour("card"))
        box = self.rect().adjusted(theme.px(10), 0, -theme.px(8), 0)
        mark = QRect(box.left(), box.top(), theme.px(14), box.height())
        painting.draw_icon(painter, mark, self._icon, self._tone, 14)
        box.setLeft(mark.right() + theme.px(5))
        painting.draw_text(painter, box, self._text, theme.now().text_hint, self._tone, strong=True)

    @override
    def sizeHint(self) -> QSize:
        wide = painting.text_width(self._text, theme.now().text_hint, strong=True)
        return QSize(wide + theme.px(40), theme.px(24))


class ReceptionBand(QFrame):
    """How to receive the customer, in a neutral name, and the stage of the talk."""

    assessed = Signal()

    def __init__(self, pack: Pack) -> None:
        super().__init__()
        self.setProperty("pane", "violet")
        self._pack = pack
        self.profile = WhiteChip("", "violet", "gem")
        self.profile.setObjectName("coach_profile")
        self._invite = ElidedLabel("", "table", "violet")
        self.assess = Button("", kind="link", keys="Ctrl T")
        self.assess.setObjectName("coach_assess")
        self.assess.clicked.connect(self.assessed)
        self.stages = StageBar()
        row = layouts.row(self.profile, gap=8)
        row.addWidget(self._invite, 1)
        row.addWidget(self.assess)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(10))
        box.setSpacing(theme.px(10))
        box.addLayout(row)
        box.addWidget(self.stages)

    def show_view(self, view: CaseView) -> None:
        """Show the profile and the stage; an invitation while nothing was observed."""
        model, found = self._pack.assessment, view.assessment
        self.profile.setVisible(found is not None)
        if found is not None:
            profile = model.profile(found.profile)
            tone: theme.Tone = "red" if found.profile == "RED" else "violet"
            icon = "siren" if found.profile == "RED" else "gem"
            self.profile.set_chip(profile.name.of(language()), tone, icon)
            self.profile.setToolTip(profile.stance.of(language()))
            self._invite.set_text(profile.question.of(language()))
        else:
            self._invite.set_text(_("How best to receive them?"))
        open_case = view.case.status == "open"
        self._invite.setVisible(open_case)
        self.assess.setText(_("Assess again") if found else _("Assess"))
        self.assess.setVisible(open_case)
        keys = [stage.key for stage in model.stages]
        current = keys.index(view.stage) if view.stage in keys else 0
        self.stages.show_stages([stage.name.of(language()) for stage in model.stages], current)


class AlertCard(Card):
    """A checklist that is called for and not begun: why, the first care, and the way there."""

    opened = Signal()

    def __init__(self) -> None:
        super().__init__(kind="amber", margin=14)
        self._icon = IconLabel("shield-alert", "amber", 16)
        self.name = Text("", "table", "amber", strong=True, wrap=True)
        self._words = Text("", "hint", wrap=True)
        self.heard = ElidedLabel("", "hint", "ink_2")
        self.heard.setObjectName("alert_heard")
        self.open = Button("", kind="link")
        self.open.setObjectName("alert_open")
        self.open.clicked.connect(self.opened)
        head = layouts.row(gap=6)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.name, 1)
        foot = layouts.row(gap=8)
        foot.addWidget(self._words, 1000)
        foot.addStretch(1)
        foot.addWidget(self.open, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.setContentsMargins(theme.px(14), theme.px(10), theme.px(14), theme.px(10))
        self.body.setSpacing(theme.px(4))
        self.body.addLayout(head)
        self.add(self.heard)
        self.body.addLayout(foot)
        self.hide()

    def show_lists(self, lists: Sequence[ListView], view: CaseView) -> None:
        """Show the most pressing of the lists called for and not begun; none hides the card.

        Where the customer's own words called for it, they stand there too.
        """
        waiting = sorted(
            (one for one in lists if one.started is None), key=lambda one: not one.checklist.red
        )
        self.setVisible(bool(waiting))
        if not waiting:
            return
        one = waiting[0]
        tone: theme.Tone = "red" if one.checklist.red else "amber"
        self.set_kind("red" if one.checklist.red else "amber")
        self._icon.set_icon("siren" if one.checklist.red else "shield-alert", tone)
        why = one.triggers[0].why if one.triggers else one.checklist.title
        more = _(" and {n} more").format(n=len(waiting) - 1) if len(waiting) > 1 else ""
        self.name.setText(why.of(language()) + more)
        self.name.set_role(tone)
        heard = trigger_words(view, one.triggers)
        self.heard.set_text(heard)
        self.heard.setVisible(bool(heard) and theme.now().scale < _LARGE)
        self.name.setToolTip(heard)
        self._words.setText(one.checklist.purpose.of(language()))
        self._words.setVisible(theme.now().scale == 1.0)  # larger text needs the room
        self.open.setText(_("Open checklist ({n})").format(n=one.total))


class Coach(QFrame):
    """The right column. `said` tells the key of a sentence, `assessed` and `opened` where to go.

    `consulted` asks for what the pack says under a key.
    """

    said = Signal(str)
    consulted = Signal(str)
    assessed = Signal()
    opened = Signal()

    def __init__(self, pack: Pack) -> None:
        super().__init__()
        self.setProperty("pane", "side")
        self._pack = pack
        self.band = ReceptionBand(pack)
        self.band.assessed.connect(self.assessed)
        self.tabs = Tabs(
            (
                (_("Say this"), "Alt+1"),
                (_("Not this"), "Alt+2"),
                (_("Grounds"), "Alt+3"),
                (_("Checklists"), "Alt+4"),
            )
        )
        self.say = SayPane()
        self.say.said.connect(self.said)
        self.say.consulted.connect(self.consulted)
        self.avoid = AvoidPane(pack)
        self.avoid.consulted.connect(self.consulted)
        self.basis = BasisPane(pack)
        self.basis.consulted.connect(self.consulted)
        self.lists = ListsPane()
        self.lists.opened.connect(self.opened)
        self.alert = AlertCard()
        self.alert.opened.connect(self.opened)
        self._stack = QStackedWidget()
        for pane in (self.say, self.avoid, self.basis, self.lists):
            self._stack.addWidget(pane)
        self.tabs.chosen.connect(self._stack.setCurrentIndex)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(1), 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.band)
        box.addWidget(self.tabs)
        box.addWidget(self._stack, 1)
        below = QWidget()
        side = theme.px(16)
        line = layouts.column(self.alert)
        line.setContentsMargins(side, theme.px(8), side, theme.px(14))
        below.setLayout(line)
        self._below = below
        box.addWidget(below)

    def show_view(self, view: CaseView) -> None:
        """Show what helps with this case now."""
        closed = view.case.status == "closed"
        self.band.show_view(view)
        lead = next((s.sentence for s in self._pack.steps if s.number == view.case.step), None)
        words = lead.of(language()) if lead else ""
        self.say.show_suggestion(view.suggestion, words, read_only=closed)
        self.avoid.show_view(view)
        self.basis.show_view(view)
        self.lists.show_view(view)
        self.tabs.tabs[3].set_count(len(view.lists))
        self.alert.show_lists(() if closed else view.lists, view)
        self._below.setVisible(not self.alert.isHidden())

    def turn_to(self, place: int) -> None:
        """Open a tab (0–3)."""
        self.tabs.choose(place)
        self.tabs.tabs[place].setFocus(Qt.FocusReason.ShortcutFocusReason)
