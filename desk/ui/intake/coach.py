"""The coach beside the form: how to receive this customer, where the talk stands, what to say now.

Numbers of the assessment stay folded away; the screen may be seen by the customer.
"""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
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


class Frugality(IntEnum):
    """How far the column gives way so that its three sentences are in sight; each holds the last.

    The sentence for now is never shortened.
    """

    NONE = 0
    UNQUOTED = 1
    """The alert leaves out the customer's words."""
    ALERT_IN_LINE = 2
    TIGHT = 3
    """Less air around and between the cards."""
    NO_DELIVERY = 4
    """How to say it goes to the tooltip and below "why this"."""
    TWO_LINES = 5
    """The sentences for later keep to two lines."""
    CLOSE_IN_LINE = 6
    ONE_LINE = 7


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
    """A checklist that is called for and not begun: why, the first care, and the way there.

    Where room is short it folds to one line (`give_way`), its words are in the tooltip then.
    """

    opened = Signal()

    def __init__(self) -> None:
        super().__init__(kind="amber", margin=14)
        self._icon = IconLabel("shield-alert", "amber", 16)
        self.name = Text("", "table", "amber", strong=True, wrap=True)
        self._mark = IconLabel("shield-alert", "amber", 16)
        self.line = ElidedLabel("", "table", "amber", strong=True)
        self.line.setObjectName("alert_line")
        self._words = Text("", "hint", wrap=True)
        self.heard = ElidedLabel("", "hint", "ink_2")
        self.heard.setObjectName("alert_heard")
        self.open = Button("", kind="link")
        self.open.setObjectName("alert_open")
        self.open.clicked.connect(self.opened)
        head = layouts.row(gap=6)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.name, 1)
        foot = layouts.row(self._mark, gap=8)
        foot.addWidget(self.line, 1000)
        foot.addWidget(self._words, 1000)
        foot.addStretch(1)
        foot.addWidget(self.open, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.setSpacing(theme.px(4))
        self.body.addLayout(head)
        self.add(self.heard)
        self.body.addLayout(foot)
        self.give_way()
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
        for icon in (self._icon, self._mark):
            icon.set_icon("siren" if one.checklist.red else "shield-alert", tone)
        why = one.triggers[0].why if one.triggers else one.checklist.title
        more = _(" and {n} more").format(n=len(waiting) - 1) if len(waiting) > 1 else ""
        name = why.of(language()) + more
        self.name.setText(name)
        self.line.set_text(name)
        for label in (self.name, self.line):
            label.set_role(tone)
        self.heard.set_text(trigger_words(view, one.triggers))
        self._words.setText(one.checklist.purpose.of(language()))
        self.open.setText(_("Open checklist ({n})").format(n=one.total))

    def give_way(self, *, unquoted: bool = False, in_line: bool = False) -> None:
        """Take less room: without the customer's words, or in one line."""
        heard = self.heard.whole_text()
        for widget in (self._icon, self.name, self._words):
            widget.setVisible(not in_line)
        for widget in (self._mark, self.line):
            widget.setVisible(in_line)
        self.heard.setVisible(bool(heard) and not unquoted and not in_line)
        above = theme.px(6 if in_line else 10)
        self.body.setContentsMargins(theme.px(14), above, theme.px(14), above)
        unseen = [heard] if unquoted else []
        if in_line:
            unseen = [self.name.text(), heard, self._words.text()]
        self.setToolTip("\n".join(filter(None, unseen)))


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
        self.say.closed.connect(self._fit)
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
        self._margins = layouts.column(self.alert)
        below.setLayout(self._margins)
        self._below = below
        box.addWidget(below)

    def show_view(self, view: CaseView, *, read_only: bool) -> None:
        """Show what helps with this case now; `read_only` for whoever does not work on it."""
        closed = view.case.status == "closed"
        self.band.show_view(view)
        lead = next((s.sentence for s in self._pack.steps if s.number == view.case.step), None)
        words = lead.of(language()) if lead else ""
        if closed:
            words = _("This case is closed; its grounds and checklists can still be read here.")
        elif read_only:
            words = _("Whoever handles the case has the words for it; grounds can be read here.")
        self.say.show_suggestion(view.suggestion, words, read_only=read_only)
        self.avoid.show_view(view)
        self.basis.show_view(view)
        self.lists.show_view(view)
        self.tabs.tabs[3].set_count(len(view.lists))
        self.alert.show_lists(() if closed else view.lists, view)
        self._below.setVisible(not self.alert.isHidden())
        self._fit()

    def turn_to(self, place: int) -> None:
        """Open a tab (0–3)."""
        self.tabs.choose(place)
        self.tabs.tabs[place].setFocus(Qt.FocusReason.ShortcutFocusReason)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give way as far as the three sentences need, and no further.

        While somebody reads why a sentence is there, nothing moves.
        """
        if self.say.is_unfolded():
            return
        for how in Frugality:
            self._give_way(how)
            if self._needed() <= self.height():
                break

    def _give_way(self, how: Frugality) -> None:
        self.alert.give_way(
            unquoted=how >= Frugality.UNQUOTED, in_line=how >= Frugality.ALERT_IN_LINE
        )
        tight, side = how >= Frugality.TIGHT, theme.px(16)
        below = theme.px(8 if tight else 14)
        self._margins.setContentsMargins(side, theme.px(4 if tight else 8), side, below)
        later = 2 if how >= Frugality.TWO_LINES else 0
        self.say.give_way(
            tight=tight,
            no_delivery=how >= Frugality.NO_DELIVERY,
            lines={
                "next": 1 if how >= Frugality.ONE_LINE else later,
                "close": 1 if how >= Frugality.CLOSE_IN_LINE else later,
            },
        )

    def _needed(self) -> int:
        """How high the column must be for the three sentences and what stands around them."""
        wide = self.width() - theme.px(1)
        margins = self._margins.contentsMargins()
        inside = wide - margins.left() - margins.right()
        alert = 0
        if not self.alert.isHidden():
            alert = margins.top() + layouts.height_now(self.alert, inside) + margins.bottom()
        above = layouts.height_now(self.band, wide) + self.tabs.height()
        return above + self.say.height_for(wide) + alert
