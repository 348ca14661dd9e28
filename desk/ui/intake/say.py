"""Sentences to say, on cards: the one for now, the two after it, and the rest."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk.domain.suggestion import Matched, Part, Place, Suggested, Suggestion
from desk.i18n import _, language
from desk.ui import theme
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import IconLabel, Saying, Text
from desk.ui.widgets.layouts import ScrollColumn

_SIDE, _ABOVE = 16, 12
"""What is left free at both sides of the cards and above them."""
MOST_MORE = 12
"""More sentences than anybody looks through with a customer waiting."""


def place_name(place: Place) -> str:
    """What a place in the talk is called."""
    return {"now": _("Say now"), "next": _("Then"), "close": _("To close")}[place]


def part_name(part: Part) -> str:
    """What a layer of the sandwich is called."""
    return {"empathy": _("empathy"), "answer": _("answer"), "willing": _("willingness")}[part]


def reason_name(reason: Matched) -> str:
    """Why a sentence ranks where it does, in a word."""
    names = {
        "scenario": _("this kind of matter"),
        "profile": _("how this customer is received"),
        "stage": _("this stage of the talk"),
        "step": _("this step"),
    }
    return names.get(reason, reason)


class SayCard(Card):
    """A sentence to say; `said` tells its key, the reasons unfold below it.

    `consulted` asks for what it rests on: the rule or authority, itself where there are several.
    """

    said = Signal(str)
    consulted = Signal(str)

    def __init__(self, place: Place | None) -> None:
        super().__init__(kind="lit" if place == "now" else "plain", margin=14)
        self._place = place
        self.key = ""
        self._chip = Chip("", "primary" if place == "now" else "grey")
        self.why = Button(_("Why this"), kind="link")
        self.why.set_small("ink_hint")
        self.why.setCheckable(True)
        self.why.toggled.connect(self._unfold)
        self._rests_on = ""
        self.basis = Button(_("Basis"), kind="link")
        self.basis.set_small("ink_hint")
        self.basis.clicked.connect(lambda: self.consulted.emit(self._rests_on))
        self.done = Button(_("Said"), kind="link", keys="F2" if place == "now" else "")
        self.done.set_small("ink_2")
        self.done.clicked.connect(lambda: self.said.emit(self.key))
        head = layouts.row(self._chip, gap=12)
        head.addStretch(1)
        head.addWidget(self.basis)
        head.addWidget(self.why)
        head.addWidget(self.done)
        self.saying = Saying("", "say" if place == "now" else "body")
        self.delivery = Text("", "hint", "ink_2", wrap=True)
        self._ear = IconLabel("ear", "ink_2", 14)
        hint = layouts.row(gap=6)
        hint.addWidget(self._ear, 0, Qt.AlignmentFlag.AlignTop)
        hint.addWidget(self.delivery, 1)
        self._reasons = Text("", "hint", "ink_2", wrap=True)
        self._why: list[str] = []
        self._lines = 0
        self._is_tight = self._delivery_folds = False
        self.body.setSpacing(theme.px(4))
        self.body.addLayout(head)
        self.add(self.saying)
        self.body.addLayout(hint)
        self.add(self._reasons)
        self._reasons.hide()
        self._arrange()

    def show_script(self, suggested: Suggested, *, read_only: bool) -> None:
        """Show a sentence; the same one leaves everything as it is."""
        script = suggested.script
        self.done.setVisible(not read_only)
        grounds = (*script.cites, *script.promises)
        self._rests_on = grounds[0] if len(grounds) == 1 else script.key
        self.basis.setVisible(bool(grounds))
        chip = part_name(script.part)
        if self._place is not None:
            chip = f"{place_name(self._place)} · {chip}"
        self._chip.set_chip(chip, "primary" if self._place == "now" else "grey")
        if script.key == self.key and self.saying.words() == _quoted(suggested.text):
            return
        self.key = script.key
        self.setObjectName(f"say_{self._place or 'more'}")
        self.basis.setObjectName(f"basis_{self._place or 'more'}")
        self.saying.set_words(_quoted(suggested.text))
        spoken = script.delivery if self._place == "now" else None
        self.delivery.setText(spoken.of(language()) if spoken else "")
        self._why = _why(suggested)
        self.why.setChecked(False)
        self._arrange()

    def give_way(self, *, lines: int = 0, tight: bool = False, no_delivery: bool = False) -> None:
        """Take less room where it is short; everything is there again below "why this".

        The sentence keeps to so many `lines` (0: whole), how to say it moves to the tooltip.
        """
        self._lines, self._is_tight, self._delivery_folds = lines, tight, no_delivery
        self._arrange()

    def _unfold(self, _is_open: bool) -> None:
        self._arrange()

    def _arrange(self) -> None:
        is_open, delivery = self.why.isChecked(), self.delivery.text()
        above, below = (3, 5) if self._is_tight else (7, 9)
        self.body.setContentsMargins(theme.px(14), theme.px(above), theme.px(14), theme.px(below))
        self.saying.set_lines(0 if is_open else self._lines)
        for widget in (self._ear, self.delivery):
            widget.setVisible(bool(delivery) and (is_open or not self._delivery_folds))
        self.saying.setToolTip(self._unseen())
        self._reasons.setText("\n".join(self._why))
        self._reasons.setVisible(is_open)

    def _unseen(self) -> str:
        """What there is no room for."""
        sentence = self.saying.words() if self.saying.is_elided() else ""
        delivery = "" if self._ear.isVisibleTo(self) else self.delivery.text()
        return "\n".join(filter(None, (sentence, delivery)))


def _quoted(text: str) -> str:
    return f"「{text}」" if language() == "zh" else f'"{text}"'


def _why(suggested: Suggested) -> list[str]:
    script = suggested.script
    lines = [suggested.why]
    if suggested.reasons:
        reasons = _(", ").join(reason_name(reason) for reason in suggested.reasons)
        lines.append(_("Chosen for: {reasons}").format(reasons=reasons))
    if script.when_not is not None:
        lines.append(_("Not when: {case}").format(case=script.when_not.of(language())))
    return lines


class SayPane(ScrollColumn):
    """At most three sentences first; the rest one click away.

    `closed` tells that nobody reads any more why one of the three is there.
    """

    said = Signal(str)
    consulted = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__(gap=10, margin=16)
        self.set_margins(theme.px(_SIDE), theme.px(_ABOVE), theme.px(8))
        self.cards: dict[Place, SayCard] = {}
        for place in ("now", "next", "close"):
            card = SayCard(place)
            card.said.connect(self.said)
            card.consulted.connect(self.consulted)
            card.why.toggled.connect(self._tell_closed)
            self.cards[place] = card
            self.add(card)
        self._nothing = Text("", "body", "ink_2", wrap=True)
        self.add(self._nothing)
        self.more = Button("", kind="link", trailing="chevron-down")
        self.more.setObjectName("say_more")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._show_more)
        self.add(self.more)
        self._rest = QWidget()
        self._rest_column = layouts.column(gap=8)
        self._rest.setLayout(self._rest_column)
        self._rest_cards: list[SayCard] = []
        self._suggestion: Suggestion | None = None
        self._read_only = False
        self.add(self._rest)
        self._rest.hide()

    def show_suggestion(self, suggestion: Suggestion, lead: str, *, read_only: bool) -> None:
        """Show what to say; `lead` is the sentence of the step, for when there is nothing else.

        Where nobody is talking with the customer (`read_only`) there is nothing to say.
        """
        if read_only:
            suggestion = Suggestion(now=None, next=(), close=(), more=())
        self._suggestion, self._read_only = suggestion, read_only
        before = self.current()
        shown = {
            "now": suggestion.now,
            "next": suggestion.next[0] if suggestion.next else None,
            "close": suggestion.close[0] if suggestion.close else None,
        }
        for place, card in self.cards.items():
            found = shown[place]
            card.setVisible(found is not None)
            if found is not None:
                card.show_script(found, read_only=read_only)
        empty = all(found is None for found in shown.values())
        self._nothing.setText(lead)
        self._nothing.setVisible(empty)
        count = min(len(suggestion.more), MOST_MORE)
        self.more.setText(_("More to choose from ({n})").format(n=count))
        self.more.setVisible(bool(count))
        self._show_more(self.more.isChecked())
        if self.current() != before:
            self.verticalScrollBar().setValue(0)  # what to say now is never out of sight

    def is_unfolded(self) -> bool:
        """Whether one of the three says why it is there."""
        return any(card.why.isChecked() for card in self._shown_cards())

    def give_way(
        self, *, lines: Mapping[Place, int], tight: bool = False, no_delivery: bool = False
    ) -> None:
        """Take less room: less air, no delivery, sentences kept to so many `lines` (0: whole)."""
        self.body.setSpacing(theme.px(6 if tight else 10))
        for place, card in self.cards.items():
            card.give_way(lines=lines.get(place, 0), tight=tight, no_delivery=no_delivery)

    def height_for(self, wide: int) -> int:
        """How high the pane must be for its three cards to be in sight."""
        cards = self._shown_cards()
        inside = wide - 2 * theme.px(_SIDE)
        gaps = self.body.spacing() * len(cards)  # one below the last too: it is seen to end
        return theme.px(_ABOVE) + sum(layouts.height_now(card, inside) for card in cards) + gaps

    @override
    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        """Come back to what to say now once the cursor has passed through to somewhere else."""
        super()._follow(old, new)
        left = old is not None and self.isAncestorOf(old)
        if left and new is not None and not self.isAncestorOf(new) and not self.more.isChecked():
            # Later: after a Tab out of it, Qt once more shows what had the cursor in here.
            QTimer.singleShot(0, self, lambda: self.verticalScrollBar().setValue(0))

    def _shown_cards(self) -> list[SayCard]:
        return [card for card in self.cards.values() if not card.isHidden()]

    def _tell_closed(self, is_open: bool) -> None:
        if not is_open:
            self.closed.emit()

    def current(self) -> str:
        """The key of the sentence for now; empty when there is none."""
        card = self.cards["now"]
        return "" if card.isHidden() else card.key

    def _show_more(self, is_open: bool) -> None:
        rest = self._suggestion.more[:MOST_MORE] if is_open and self._suggestion else ()
        while len(self._rest_cards) < len(rest):
            card = SayCard(None)
            card.said.connect(self.said)
            card.consulted.connect(self.consulted)
            self._rest_cards.append(card)
            self._rest_column.addWidget(card)
        for place, card in enumerate(self._rest_cards):
            card.setVisible(place < len(rest))
            if place < len(rest):
                card.show_script(rest[place], read_only=self._read_only)
        self._rest.setVisible(bool(rest))
