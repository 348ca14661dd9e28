"""What is in the file, to read: every step's fields as labels and values, personal ones masked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from desk.domain.case import Case
from desk.domain.content import Pack
from desk.domain.engine import CaseView
from desk.domain.intake import FieldDef, GroupDef, StepDef, is_filled, path_of
from desk.domain.masking import masked
from desk.i18n import _, language, ngettext
from desk.services.composition import values
from desk.services.composition.tongue import Tongue
from desk.ui import theme
from desk.ui.widgets import layouts
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import Text
from desk.ui.widgets.masked import MaskedValue

_WIDE = 22
_ICONS = {"name": "user-round", "phone": "phone", "id_number": "credit-card"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One value to show: its path, label, words, and whether it is masked or contested."""

    path: str
    label: str
    words: str
    covered: str = ""
    kind: str = ""
    contested: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Facts under a heading; the heading of a group's item carries its number."""

    title: str
    facts: tuple[Fact, ...]


def blocks_of(step: StepDef, view: CaseView, pack: Pack) -> tuple[Block, ...]:
    """What a step holds, section by section; empty fields are left out."""
    return tuple(_blocks(step, view, pack))


def _blocks(step: StepDef, view: CaseView, pack: Pack) -> Iterator[Block]:
    case, spoken = view.case, language()
    for section in step.sections:
        found = _facts(pack, case, [(d.key, d) for d in section.fields])
        if found:
            yield Block(section.title.of(spoken), found)
        for group in section.groups:
            yield from _items(pack, case, group)


def _items(pack: Pack, case: Case, group: GroupDef) -> Iterator[Block]:
    for number, item in enumerate(case.items(group.key), start=1):
        fields = [(path_of(group.key, item, d.key), d) for d in group.fields]
        found = _facts(pack, case, fields)
        if found:
            yield Block(f"{group.item.of(language())} {number}", found)


def _facts(pack: Pack, case: Case, fields: Iterable[tuple[str, FieldDef]]) -> tuple[Fact, ...]:
    found = []
    for path, definition in fields:
        value = case.value(path)
        if not is_filled(value):
            continue
        words = values.plain(pack, Tongue(language()), definition, value)
        found.append(
            Fact(
                path,
                definition.label.of(language()),
                words,
                masked(definition.kind, words) if definition.masked else "",
                definition.kind,
                path in case.contested,
                definition.wide or len(words) > _WIDE,
            )
        )
    return tuple(found)


class Facts(QWidget):
    """The steps as cards, one below the other. `revealed` tells the path of a value looked at."""

    revealed = Signal(str)

    def __init__(self, pack: Pack) -> None:
        super().__init__()
        self._pack = pack
        self._shown: object = None
        self._view: CaseView | None = None
        self._sideways = True
        self._covered = True
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.px(12))

    def set_sideways(self, *, sideways: bool) -> None:
        """Put two short facts beside each other, or each on a line of its own."""
        if sideways != self._sideways:
            self._sideways, self._shown = sideways, None
            if self._view is not None:
                self.show_view(self._view, covered=self._covered)

    def show_view(self, view: CaseView, *, covered: bool) -> None:
        """Show what is filled in; what stands there stays when nothing changed.

        Masked values that are `covered` cannot be read in full.
        """
        if covered != self._covered:
            self._covered, self._shown = covered, None
        self._view = view
        found = tuple(
            (step, blocks_of(step, view, self._pack), view.missing_in(step.number))
            for step in self._pack.steps
        )
        if (view.case.id, found) == self._shown:
            return
        self._shown = (view.case.id, found)
        while self._box.count():
            gone = self._box.takeAt(0).widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for step, blocks, missing in found:
            names = [lack.label.of(language()) for lack in missing]
            self._box.addWidget(self._card(step, blocks, names))

    def _card(self, step: StepDef, blocks: tuple[Block, ...], missing: list[str]) -> Card:
        card = Card(f"{step.number}  {step.name.of(language())}", step.aim.of(language()))
        card.setObjectName(f"file_step_{step.number}")
        if missing:
            words = ngettext("{n} item missing", "{n} items missing", len(missing))
            chip = Chip(words.format(n=len(missing)), "amber", "triangle-alert")
            chip.setToolTip(Tongue(language()).listed(missing))
            card.add_action(chip)
        elif blocks:
            card.add_action(Chip(_("Complete"), "green", "check"))
        if not blocks:
            card.add(Text(_("Nothing filled in yet."), "table", "ink_hint"))
        for block in blocks:
            card.add(Text(block.title, "hint", "ink_hint"))
            card.body.addLayout(self._grid(block.facts))
            card.body.addSpacing(theme.px(4))
        return card

    def _grid(self, facts: tuple[Fact, ...]) -> QGridLayout:
        """Facts in lines: two beside each other where there is room, long ones by themselves."""
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(7))
        for column in (0, 2) if self._sideways else (0,):
            grid.setColumnMinimumWidth(column, theme.px(104))
            grid.setColumnStretch(column + 1, 1)
        row = column = 0
        for fact in facts:
            if fact.wide and column:
                row, column = row + 1, 0
            top = Qt.AlignmentFlag.AlignTop
            label = Text(fact.label, "table", "ink_hint", wrap=True)
            label.setFixedWidth(theme.px(104))
            grid.addWidget(label, row, column, top)
            grid.addWidget(self._value(fact), row, column + 1, 1, 3 if fact.wide else 1, top)
            column = 0 if fact.wide or column or not self._sideways else 2
            row += column == 0
        return grid

    def _value(self, fact: Fact) -> QWidget:
        if fact.covered:
            value = MaskedValue(
                fact.covered,
                "" if self._covered else fact.words,
                _ICONS.get(fact.kind, "eye-off"),
            )
            value.setObjectName(f"masked_{fact.path}")
            value.revealed.connect(lambda: self.revealed.emit(fact.path))
            holder = QWidget()
            row = layouts.row(value)
            row.addStretch(1)
            holder.setLayout(row)
            return holder
        text = Text(fact.words, "table", wrap=True)
        text.setMinimumSize(1, 1)  # its own hint is as high as a much narrower text needs
        policy = text.sizePolicy()
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
        text.setSizePolicy(policy)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if not fact.contested:
            return text
        holder = QWidget()
        column = layouts.column(text, gap=3)
        chip = Chip(_("Two devices wrote differently"), "amber", "triangle-alert")
        column.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)
        holder.setLayout(column)
        return holder
