"""The right side: how to receive this customer, in words; numbers stay folded away."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk.domain.assessment import Answers, Assessment, assess
from desk.domain.assessment_model import AssessmentModel, Colour, Dimension, Item, option
from desk.domain.assessment_words import gap_sentence
from desk.domain.events import Answer
from desk.i18n import _, language, ngettext
from desk.ui import theme
from desk.ui.assessment import observations
from desk.ui.assessment.rows import CHIP_HEIGHT
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.charts import Radar
from desk.ui.widgets.chips import Chip, ChoiceChips
from desk.ui.widgets.labels import ElidedLabel, IconLabel, Rule, Text
from desk.ui.widgets.layouts import FlowLayout, ScrollColumn, row

_TONES: Mapping[Colour, tuple[theme.Tone, str]] = {
    "green": ("green", ""),
    "yellow": ("amber", ""),
    "orange": ("amber", "triangle-alert"),
    "red": ("red", "siren"),
}
"""Tone and mark of a band, so that no band is told by its colour alone."""

_SIDE_WIDTH = 156
_ANY_WIDTH = 16777215


class ProfileCard(Card):
    """The profile by its neutral name, its weight between three concerns, and the four bands.

    `why_asked` asks for the reasons, `lists_asked` for the checklists that the answers call for.
    """

    why_asked = Signal()
    lists_asked = Signal()

    def __init__(self, model: AssessmentModel) -> None:
        super().__init__()
        self._model = model
        self._is_roomy = True
        self._is_red = False
        self.setObjectName("profile_card")
        self.body.setContentsMargins(theme.px(16), theme.px(11), theme.px(16), theme.px(10))
        self.body.setSpacing(theme.px(5))
        self.profile = Chip("", "violet", "gem")
        self.profile.setObjectName("profile")
        self.question = ElidedLabel("", "hint", "ink_2")
        self.why = Button(_("Why?"), kind="link")
        self.why.setObjectName("why")
        self.why.clicked.connect(self.why_asked)
        head = row(self.profile, gap=8)
        head.addWidget(self.question, 1)
        head.addWidget(self.why)
        self.body.addLayout(head)
        self._radar = Radar()
        self._radar.setMinimumSize(theme.px(150), 0)
        self._radar.setFixedHeight(theme.px(148))
        self._bands = [Chip("", "grey") for d in model.dimensions if d.bands]
        self._side = QWidget()
        flow = FlowLayout(self._side, 4)
        for chip in self._bands:
            flow.addWidget(chip)
        shape = row(self._radar, gap=8)
        shape.addWidget(self._side, 1)
        self.body.addLayout(shape)
        self.state = ElidedLabel("", "hint", "ink_2")
        self.state.setObjectName("confidence")
        self.lists = Button(_("Open checklist"), icon="list-checks", kind="danger")
        self.lists.setObjectName("open_checklists")
        self.lists.setFixedHeight(theme.px(28))
        self.lists.clicked.connect(self.lists_asked)
        foot = row(self.state, gap=8)
        foot.setStretch(0, 1)
        foot.addWidget(self.lists)
        self.body.addLayout(foot)

    def set_roomy(self, *, roomy: bool) -> None:
        """Whether there is room for the shape of the concerns beside the bands."""
        self._is_roomy = roomy
        self._show_shape()

    def _show_shape(self) -> None:
        shown = self._is_roomy and not self._is_red
        self._radar.setVisible(shown)
        self._side.setContentsMargins(0, theme.px(20) if shown else 0, 0, 0)
        self._side.setMinimumWidth(theme.px(_SIDE_WIDTH) if shown else 0)
        self._side.setMaximumWidth(theme.px(_SIDE_WIDTH) if shown else _ANY_WIDTH)

    def show_result(self, result: Assessment | None, called: str) -> None:
        """Show a result, or none; `called` names the checklists called for."""
        shown = result or assess(self._model, Answers())
        profile = self._model.profile(shown.profile)
        red = self._is_red = profile.urgent
        self._show_shape()
        name = profile.name.of(language()) if result else _("Nothing observed yet")
        tone: theme.Tone = "red" if red else "violet" if result else "grey"
        self.profile.set_chip(name, tone, "siren" if red else "gem")
        self.question.set_text(profile.question.of(language()) if result else "")
        self.why.setVisible(result is not None)
        for chip, dimension in zip(
            self._bands, (d for d in self._model.dimensions if d.bands), strict=True
        ):
            _show_band(chip, dimension, shown.bands[dimension.key], muted=result is None)
        self._radar.show_axes(
            [
                (d.name.of(language()), shown.values[d.key])
                for d in self._model.dimensions
                if d.kind == "share"
            ]
        )
        self.state.set_text(self._state_words(shown))
        self.lists.setToolTip(called)
        self.lists.setVisible(bool(called))

    def _state_words(self, shown: Assessment) -> str:
        missing = shown.missing
        if missing >= self._model.too_many_missing:
            words = ngettext(
                "{n} item not observed yet: go by emergencies and bands only",
                "{n} items not observed yet: go by emergencies and bands only",
                missing,
            ).format(n=missing)
        elif missing:
            words = ngettext(
                "{n} item not observed yet", "{n} items not observed yet", missing
            ).format(n=missing)
        else:
            words = _("Everything was observed")
        names = [self._model.profile(key).name.of(language()) for key in shown.also]
        if not names:
            return words
        also = _("also: {names}").format(names=_(", ").join(names))
        return _("{first} · {second}").format(first=words, second=also)


def _show_band(chip: Chip, dimension: Dimension, colour: Colour, *, muted: bool) -> None:
    band = next(b for b in dimension.bands if b.colour == colour)
    tone, icon = _TONES[colour]
    words = _("{dimension}: {band}").format(
        dimension=dimension.name.of(language()), band=band.label.of(language())
    )
    chip.set_chip(words, "grey" if muted else tone, icon)
    chip.setToolTip(band.staff.of(language()))


class NowCard(Card):
    """What to do at this moment and what to leave, and the question that would tell most.

    `answered` tells an answer given right here.
    """

    answered = Signal(str, object)

    def __init__(self, model: AssessmentModel) -> None:
        super().__init__(_("What to do now"))
        self._model = model
        self.setObjectName("now_card")
        self.body.setContentsMargins(theme.px(16), 0, theme.px(12), theme.px(10))
        self.body.setSpacing(theme.px(6))
        self._lines = ScrollColumn(gap=4, margin=0)
        self.body.addWidget(self._lines, 1)
        self._ask = QWidget()
        box = QVBoxLayout(self._ask)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(5))
        box.addWidget(Rule())
        heading = row(IconLabel("lightbulb", "violet", 16), gap=6)
        self.next_name = ElidedLabel("", "table", "ink", strong=True)
        self.next_name.setObjectName("next_question")
        heading.addWidget(Text(_("The question that tells most"), "hint", "ink_2"))
        heading.addWidget(self.next_name, 1)
        box.addLayout(heading)
        self._place = QVBoxLayout()
        box.addLayout(self._place)
        self.body.addWidget(self._ask)
        self._chips: ChoiceChips | None = None
        self._asked: Item | None = None

    def show_result(
        self,
        result: Assessment | None,
        answers: Mapping[str, Answer],
        suggested: str | None,
        *,
        closed: bool,
    ) -> None:
        """Show what the result asks for; `suggested` is the question to offer."""
        self._lines.clear()
        for widget in self._words(result, answers):
            self._lines.add(widget)
        self._show_next(None if closed or suggested is None else self._model.item(suggested))

    def _words(self, result: Assessment | None, answers: Mapping[str, Answer]) -> Iterable[QWidget]:
        if result is None:
            yield Text(
                _("Look for an emergency first, then tick what is seen and heard."),
                "table",
                "ink_2",
                wrap=True,
            )
        for words in _notices(self._model, answers):
            yield _line("triangle-alert", "amber", words, _("Look first"))
        sentence = gap_sentence(self._model, result, language()) if result else None
        if sentence is not None:
            yield _gap_card(sentence)
        profile = self._model.profile(result.profile if result else self._model.fallback)
        yield Text(profile.stance.of(language()), "table", "ink_2", wrap=True)
        for text in profile.do:
            yield _line("circle-check", "green", text.of(language()), _("Do"))
        for text in profile.avoid:
            yield _line("circle-x", "red", text.of(language()), _("Leave"))

    def _show_next(self, item: Item | None) -> None:
        self._ask.setVisible(item is not None)
        if item is self._asked:
            if self._chips is not None:
                self._chips.set_value(())
            return
        self._asked = item
        if self._chips is not None:
            self._place.removeWidget(self._chips)
            self._chips.hide()
            self._chips.deleteLater()
            self._chips = None
        if item is None:
            return
        self.next_name.set_text(item.label.of(language()))
        self._chips = ChoiceChips(
            observations.choices(item), multi=item.kind == "flags", digits=False, gap=6
        )
        self._chips.setObjectName("next_chips")
        for chip in self._chips.chips():
            chip.setFixedHeight(theme.px(CHIP_HEIGHT))
        self._chips.chosen.connect(self._chosen)
        self._place.addWidget(self._chips)

    def _chosen(self, keys: tuple[str, ...]) -> None:
        if self._asked is not None:
            answer = observations.answer_of(self._asked, keys, ())
            self.answered.emit(self._asked.key, answer)


def _notices(model: AssessmentModel, answers: Mapping[str, Answer]) -> Iterable[str]:
    """What a ticked answer says at once, such as to look for illness first."""
    for item in model.items:
        answer = answers.get(item.key)
        for key in observations.lit(item, answer):
            if key == observations.NOTHING_SEEN:
                continue
            notice = option(item, key).notice
            if notice is not None:
                yield notice.of(language())


def _line(icon: str, tone: theme.Tone, words: str, said: str) -> QWidget:
    """A line with a mark; `said` is the word for the mark, for those who do not see it."""
    line = QWidget()
    line.setAccessibleName(f"{said}: {words}")
    box = QHBoxLayout(line)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(theme.px(8))
    mark = IconLabel(icon, tone, 17)
    mark.setToolTip(said)
    box.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    word = Text(said, "table", tone, strong=True)
    box.addWidget(word, 0, Qt.AlignmentFlag.AlignTop)
    box.addWidget(Text(words, "table", wrap=True), 1)
    return line


def _gap_card(sentence: str) -> Card:
    card = Card(kind="violet", margin=8)
    card.setObjectName("gap")
    line = row(gap=8)
    top = Qt.AlignmentFlag.AlignTop
    line.addWidget(IconLabel("message-square-quote", "violet", 17), 0, top)
    words = _("Check with the customer: {sentence}").format(sentence=sentence)
    line.addWidget(Text(words, "table", wrap=True), 1)
    card.body.addLayout(line)
    return card
