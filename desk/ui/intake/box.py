"""One field of the form: its label, its editor, and what there is to say about it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from desk.domain.case import FieldState, Version
from desk.domain.events import Value
from desk.domain.intake import FieldDef, fault, is_filled
from desk.i18n import _, language
from desk.ui import theme
from desk.ui.intake import stamps
from desk.ui.intake.columns import Cell
from desk.ui.intake.editors import ChipsEditor, ComboEditor, DayEditor, Editor, LongEditor
from desk.ui.intake.numbers import number_warning
from desk.ui.intake.offer_row import Offer, OfferRow
from desk.ui.intake.personal import PersonalEditor
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import ElidedLabel, FieldLabel, IconLabel, Text


class Note(QWidget):
    """A line below a field: what is to be said of it, and one thing to do about it."""

    acted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("triangle-alert", "amber", 14)
        self._words = Text("", "hint", "amber", wrap=True)
        self.act = Button("", kind="link")
        self.act.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.act.clicked.connect(self.acted)
        self.count = Text("", "hint", "ink_hint")
        row = layouts.row(gap=6)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self._icon, 0, top)
        row.addWidget(self._words, 1)
        row.addWidget(self.act, 0, top)
        row.addStretch(0)
        row.addWidget(self.count, 0, top | Qt.AlignmentFlag.AlignRight)
        self.setLayout(row)
        self.say("")

    def say(self, words: str, tone: theme.Tone = "amber", action: str = "") -> None:
        """Say something, or nothing with an empty text."""
        icons = {"red": "circle-alert", "amber": "triangle-alert"}
        self._icon.set_icon(icons.get(tone, "info"), tone)
        self._words.set_role(tone)
        self._words.setText(words)
        self._icon.setVisible(bool(words))
        self.act.setText(action)
        self.act.setVisible(bool(action))
        self._fit()

    def show_count(self, words: str) -> None:
        """Show how long the text is."""
        self.count.setText(words)
        self._fit()

    def words(self) -> str:
        """What is said."""
        return self._words.text()

    def _fit(self) -> None:
        self.setVisible(bool(self._words.text() or self.count.text()))


class FieldBox(Cell):
    """A field of the pack in a form.

    `entered` tells path and value of what a person entered; whoever stores it calls `begin`, then
    `stored` or `failed`. `show_state` shows what is stored; while something is entered, on its way
    or was not saved, what stands here prevails.
    """

    entered = Signal(str, object)
    revealed = Signal(str)
    again = Signal(str)
    """A value that was not saved should be tried once more."""
    better_wanted = Signal()
    """The risky words marked here should be replaced."""

    def __init__(
        self,
        path: str,
        definition: FieldDef,
        editor: Editor,
        who: Callable[[str], str] = str,
        *,
        counts: bool = True,
    ) -> None:
        super().__init__()
        self._counts = counts
        self._read_only = False
        self._actions: list[Button] = []
        self._who = who
        self.path = path
        self.definition = definition
        self.editor = editor
        self.wide = definition.wide
        self._pending = 0
        self._failed = False
        self._unreadable = ""
        self._words = ""
        self._words_act = ""
        self._others: tuple[Version, ...] = ()
        name = definition.label.of(language())
        hint = definition.hint.of(language()) if definition.hint else ""
        self.label = FieldLabel(name, hint)
        self.label.set_buddy(editor.widget)
        self.note = Note()
        self.note.acted.connect(self._act)
        self._offer_row = OfferRow(definition.key)
        self._offer_row.taken.connect(self._take_offer)
        self._contest = QWidget()
        self._contest_column = layouts.column(gap=4)
        self._contest.setLayout(self._contest_column)
        self._contest_lines: list[QWidget] = []
        self._arrange()
        self._listen()

    def _arrange(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(5))
        self._head = layouts.row(self.label, gap=8)
        self._head.setStretch(0, 1)
        box.addLayout(self._head)
        box.addWidget(self.editor.widget)
        box.addWidget(self.note)
        box.addWidget(self._offer_row)
        box.addWidget(self._contest)
        box.addStretch(1)
        self._contest.hide()

    def _listen(self) -> None:
        editor = self.editor
        editor.entered.connect(self._entered)
        editor.unreadable.connect(self._cannot_read)
        if isinstance(editor, PersonalEditor):
            editor.revealed.connect(lambda: self.revealed.emit(self.path))
        if isinstance(editor, DayEditor):
            editor.described.connect(self.label.set_hint)
        if isinstance(editor, LongEditor):
            editor.edited.connect(self._count)
            self._count("")

    def add_action(self, button: Button) -> None:
        """Put a small button at the right end of the label."""
        button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        button.setFixedHeight(self.label.sizeHint().height())
        self._head.addWidget(button)
        self._actions.append(button)

    @override
    def wanted_width(self) -> int:
        return self.editor.wanted_width()

    def name(self) -> str:
        """The name of the field."""
        return self.definition.label.of(language())

    def value(self) -> Value:
        """What stands in the field."""
        return self.editor.value()

    def set_required(self, *, required: bool) -> None:
        """Show whether the case needs this field."""
        self.label.set_required(required=required)

    def set_covered(self, *, covered: bool) -> None:
        """Keep a masked value from being read in full; other values are not concerned."""
        if isinstance(self.editor, PersonalEditor):
            self.editor.set_covered(covered=covered)

    def set_read_only(self, *, read_only: bool) -> None:
        """Let the value be read but not changed."""
        self.editor.set_read_only(read_only=read_only)
        for button in self._actions:
            button.setVisible(not read_only)
        if read_only != self._read_only:
            self._read_only = read_only
            self._warn()
        self._offer_row.setVisible(bool(self.offers()) and not read_only)

    # what is stored

    def show_state(self, state: FieldState | None) -> None:
        """Show what is stored, and values of other devices that wait to be settled."""
        value = state.value if state else None
        if not self._pending and not self._failed and not self._unreadable:
            if not self.editor.is_at_work() and self.editor.value() != value:
                self.editor.show_value(value)
                self._count(str(self.editor.value() or ""))
            self._warn()
        others = tuple(h for h in state.heads[1:] if h.value != value) if state else ()
        if others != self._others:
            self._others = others
            self._show_contest()

    def enter(self, value: Value) -> None:
        """Enter a value that was offered, as if a person had typed it."""
        self.editor.show_value(value)
        self._count(str(self.editor.value() or ""))
        self._entered(value)

    def begin(self) -> None:
        """A value is on its way to the disk."""
        self._pending += 1

    def stored(self) -> None:
        """It arrived."""
        self._pending -= 1
        self._failed = False
        self._warn()

    def failed(self, words: str) -> None:
        """It did not arrive; what was entered stays, marked, until it does."""
        self._pending -= 1
        self._failed = True
        self.editor.set_problem(problem=True)
        self.note.say(words, "red", _("Try again"))

    def is_settled(self) -> bool:
        """True when everything entered here is stored."""
        return not (self._pending or self._failed or self._unreadable)

    def _entered(self, value: Value) -> None:
        self._unreadable = ""
        reason = fault(self.definition, value)
        if reason is not None:
            self._cannot_read(_fault_words(reason, self.definition.limit))
            return
        self.entered.emit(self.path, value)

    def _cannot_read(self, words: str) -> None:
        self._unreadable = words
        self._warn()

    # what is said about it

    def set_wording(self, words: str, action: str = "") -> None:
        """Say what could be put better, or nothing with an empty text."""
        self._words, self._words_act = words, action
        self._warn()

    def _act(self) -> None:
        if self._failed:
            self.again.emit(self.path)
        else:
            self.better_wanted.emit()

    def _warn(self) -> None:
        """Say the most pressing of what there is to say."""
        if self._failed:
            return
        self.editor.set_problem(problem=bool(self._unreadable))
        if self._unreadable:
            self.note.say(self._unreadable, "red")
        elif self._words:
            self.note.say(self._words, "amber", "" if self._read_only else self._words_act)
        else:
            value = self.value()
            text = value if isinstance(value, str) else ""
            self.note.say(number_warning(self.definition.kind, text), "amber")

    def _count(self, text: str) -> None:
        if not isinstance(self.editor, LongEditor):
            return
        count, limit = len(text), self.definition.limit
        near = bool(limit) and count > limit * 0.9
        if not (near or self._counts):
            self.note.show_count("")
            return
        words = _("{n} / {limit} characters") if near else _("{n} characters")
        self.note.show_count(words.format(n=count, limit=limit))

    # what is offered for it

    def set_offers(self, offers: Sequence[Offer], remark: str) -> None:
        """Offer values one click away under `remark`; the same offers leave everything alone."""
        value = self.value()
        open_ones = tuple(offer for offer in offers if not _holds(value, offer.value))
        taken = len(open_ones) < len(offers) and is_filled(value)
        if isinstance(self.editor, ComboEditor):
            self.editor.combo.set_remark(remark if taken else "")
            if taken:
                open_ones = ()
        if open_ones == self.offers():
            return
        self._offer_row.show_offers(open_ones, remark, self.note.act)
        self._offer_row.setVisible(bool(open_ones))

    def stops(self) -> list[QWidget]:
        """Where Tab stops here, one after the other."""
        # Qt moves the chip that stands for a group, and not its neighbours with it.
        chips = self.editor.chips.chips() if isinstance(self.editor, ChipsEditor) else ()
        return [
            *(chips or (self.editor.widget,)),
            self.note.act,
            *self._offer_row.buttons(),
        ]

    def _take_offer(self, value: Value) -> None:
        """Enter an offer; it goes with its button, and the cursor must not go with that."""
        self.enter(value)
        self.editor.take_focus()

    def offers(self) -> tuple[Offer, ...]:
        """What is offered now."""
        return self._offer_row.offers()

    def _show_contest(self) -> None:
        for old in self._contest_lines:
            old.hide()
            old.deleteLater()
        self._contest_lines = [self._contest_line(other) for other in self._others]
        for line in self._contest_lines:
            self._contest_column.addWidget(line)
        self._contest.setVisible(bool(self._others))

    def _contest_line(self, other: Version) -> QWidget:
        line = QWidget()
        words = _("Elsewhere: {value} ({who}, {when})").format(
            value=self.value_words(other.value),
            who=self._who(other.actor),
            when=f"{stamps.local_time(other.stamp):%m-%d %H:%M}",
        )
        take = Button(_("Use this"), kind="link")
        take.setObjectName(f"take_{self.definition.key}")
        take.clicked.connect(lambda: self.enter(other.value))
        keep = Button(_("Keep mine"), kind="link")
        keep.setObjectName(f"keep_{self.definition.key}")
        keep.clicked.connect(lambda: self.entered.emit(self.path, self.value()))
        row = layouts.row(IconLabel("arrow-left-right", "violet", 14), gap=6)
        row.addWidget(ElidedLabel(words, "hint", "violet"), 1)
        row.addWidget(take)
        row.addWidget(keep)
        line.setLayout(row)
        return line

    def value_words(self, value: Value) -> str:
        """A value in words, for lines about it."""
        if value is None:
            return _("empty")
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        names = self._names()
        keys = value if isinstance(value, list) else [str(value)]
        return "、".join(names.get(key, key) for key in keys)

    def _names(self) -> dict[str, str]:
        if isinstance(self.editor, ChipsEditor):
            return {chip.choice.key: chip.choice.label for chip in self.editor.chips.chips()}
        if isinstance(self.editor, ComboEditor):
            combo = self.editor.combo
            return {str(combo.itemData(n)): combo.itemText(n) for n in range(combo.count())}
        return {}


def _holds(value: Value, offered: Value) -> bool:
    if isinstance(value, list) and isinstance(offered, list):
        return set(offered) <= set(value)
    return value == offered


def _fault_words(reason: str, limit: int) -> str:
    if reason == "too_long":
        return _("Too long to be stored: at most {limit} characters.").format(limit=limit)
    return _("This cannot be stored here.")
