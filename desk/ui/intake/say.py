"""Sentences to say, on cards: the one for now, the two after it, and the rest."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desk.domain.suggestion import Matched, Part, Place, Suggested, Suggestion
from desk.i18n import _, language
from desk.ui import theme
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import IconLabel, Saying, Text
from desk.ui.widgets.layouts import ScrollColumn

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
        self._delivery = Text("", "hint", "ink_2", wrap=True)
        self._ear = IconLabel("ear", "ink_2", 14)
        self._hint = QWidget()
        hint = layouts.row(gap=6)
        hint.addWidget(self._ear, 0, Qt.AlignmentFlag.AlignTop)
        hint.addWidget(self._delivery, 1)
        self._hint.setLayout(hint)
        self._reasons = Text("", "hint", "ink_2", wrap=True)
        self.body.setContentsMargins(theme.px(14), theme.px(7), theme.px(14), theme.px(9))
        self.body.setSpacing(theme.px(4))
        self.body.addLayout(head)
        for widget in (self.saying, self._hint, self._reasons):
            self.add(widget)
        self._reasons.hide()

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
        delivery = script.delivery.of(language()) if script.delivery else ""
        self._delivery.setText(delivery)
        self._hint.setVisible(bool(delivery) and self._place == "now")
        self._reasons.setText("\n".join(_why(suggested)))
        self.why.setChecked(False)
        self._unfold(is_open=False)

    def _unfold(self, is_open: bool) -> None:
        self._reasons.setVisible(is_open)


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
    """At most three sentences first; the rest one click away."""

    said = Signal(str)
    consulted = Signal(str)

    def __init__(self) -> None:
        super().__init__(gap=10, margin=16)
        self.set_margins(theme.px(16), theme.px(12), theme.px(8))
        self.cards: dict[Place, SayCard] = {}
        for place in ("now", "next", "close"):
            card = SayCard(place)
            card.said.connect(self.said)
            card.consulted.connect(self.consulted)
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

        A closed case (`read_only`) has nothing to say any more.
        """
        if read_only:
            suggestion = Suggestion(now=None, next=(), close=(), more=())
            lead = _("This case is closed; its grounds and checklists can still be read here.")
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
