"""From a field of the pack to a field on the screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from desk.domain.content import Pack
from desk.domain.intake import FieldDef
from desk.domain.wording import WordingChecker
from desk.i18n import _, language
from desk.ui import theme
from desk.ui.intake.box import FieldBox
from desk.ui.intake.editors import (
    AmountEditor,
    ChipsEditor,
    ComboEditor,
    DayEditor,
    Editor,
    LineEditor,
    LongEditor,
    MomentEditor,
    YesNoEditor,
)
from desk.ui.intake.personal import PersonalEditor
from desk.ui.intake.storing import Storing
from desk.ui.intake.wording import WordingWatch
from desk.ui.widgets import painting
from desk.ui.widgets.buttons import Button
from desk.ui.work import Work

MOST_CHIPS = 9
"""More options than digits: a list to search in instead of chips."""
LINE = 846
"""Standard pixels of a line of the form in a window of 1366."""


@dataclass(frozen=True, slots=True)
class Making:
    """What fields are made with, and where what is entered goes.

    `who` gives the name of a staff number; `checker` the wording check once it is ready.
    """

    work: Work
    storing: Storing
    checker: Callable[[], WordingChecker | None]
    who: Callable[[str], str]

    @property
    def pack(self) -> Pack:
        """The content in force."""
        return self.work.pack

    def now(self) -> datetime:
        """Local time."""
        return self.work.now()

    def box(self, path: str, definition: FieldDef, *, compact: bool = False) -> FieldBox:
        """The field of `definition`, whose value is stored under `path`.

        `compact` fields stand in an item of a group and are lower.
        """
        box = FieldBox(
            path,
            definition,
            self._editor(definition, compact=compact),
            self.who,
            counts=not compact,
        )
        box.setObjectName(f"box_{path.replace('/', '_')}")
        box.editor.widget.setObjectName(f"field_{path.replace('/', '_')}")
        box.revealed.connect(self.storing.reveal)
        box.again.connect(lambda _path: self.storing.again(box))
        if definition.kind == "moment":
            now = Button(_("Now"), kind="link")
            now.setObjectName(f"now_{path.replace('/', '_')}")
            now.clicked.connect(lambda: box.enter(self.now().isoformat(timespec="minutes")))
            box.add_action(now)
        return box

    def watch(self, box: FieldBox) -> WordingWatch | None:
        """The wording check of a field of staff words; None for all others."""
        if box.definition.speaker != "staff":
            return None
        return WordingWatch(self.work, box, self.checker)

    def _editor(self, definition: FieldDef, *, compact: bool) -> Editor:
        kind = definition.kind
        if definition.masked:
            return PersonalEditor(kind, definition.limit)
        if kind == "long" or definition.speaker == "staff":  # marks need a text field
            return self._text(definition, compact=compact)
        makers: dict[str, Callable[[], Editor]] = {
            "choice": lambda: self._choice(definition),
            "choices": lambda: self._choice(definition),
            "yes_no": YesNoEditor,
            "number": lambda: AmountEditor(money=False),
            "money": lambda: AmountEditor(money=True),
            "date": lambda: DayEditor(self.now),
            "moment": lambda: MomentEditor(self.now),
        }
        return makers.get(kind, lambda: LineEditor(definition.limit))()

    def _text(self, definition: FieldDef, *, compact: bool) -> Editor:
        if definition.kind != "long":
            return LongEditor(lines=1, most=3)
        return LongEditor(lines=1 if compact else 3 if definition.limit > 1000 else 2)

    def _choice(self, definition: FieldDef) -> Editor:
        named = self.pack.options(definition)
        options = [(key, name.of(language())) for key, name in named]
        multi = definition.kind == "choices"
        if multi or (len(options) <= MOST_CHIPS and _fit_one_line(options)):
            keeps = definition.default is not None  # a digit confirms what stands there already
            return ChipsEditor(options, multi=multi, keeps=keeps and not multi)
        return ComboEditor(options)


def _fit_one_line(options: Sequence[tuple[str, str]]) -> bool:
    """Whether chips of these options stand in one line of the form at its usual width."""
    size = theme.now().text_table
    words = sum(painting.text_width(label, size, strong=True) for _key, label in options)
    return words + theme.px(57) * len(options) <= theme.px(LINE)
