"""The form of one step: its sections, fields and groups, made once and kept up to date.

Nothing is made anew while a person types: a view changes what is shown, field by field.
"""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from desk.domain.case import FieldState
from desk.domain.engine import CaseView
from desk.domain.intake import FieldDef, SectionDef, StepDef, holds
from desk.domain.permissions import filling
from desk.i18n import language
from desk.ui import theme
from desk.ui.intake import two_sides
from desk.ui.intake.box import FieldBox
from desk.ui.intake.columns import FormColumns
from desk.ui.intake.groups import GroupBox
from desk.ui.intake.making import Making
from desk.ui.intake.offers import offers_for, remark_for
from desk.ui.intake.two_sides import TwoSides
from desk.ui.intake.wording import WordingWatch
from desk.ui.widgets import layouts
from desk.ui.widgets.labels import ElidedLabel, Rule, Text
from desk.ui.widgets.layouts import ScrollColumn


class SectionBox(QWidget):
    """A part of a step: a small head, its fields in columns, its groups below."""

    def __init__(self, section: SectionDef, making: Making, *, first: bool) -> None:
        super().__init__()
        self.section = section
        self._making = making
        self.boxes: dict[str, FieldBox] = {}
        self.groups: dict[str, GroupBox] = {}
        self.watches: dict[str, WordingWatch] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        # the step's own name heads its first part, and a group by itself has a head already
        plain_start = first and section.note is None
        if not plain_start and (section.fields or len(section.groups) > 1):
            column.addLayout(self._head(section))
        if section.fields:
            fields = QWidget()
            columns = FormColumns(fields)
            for definition in section.fields:
                columns.addWidget(self._make_box(definition))
            column.addWidget(fields)
        for group in section.groups:
            made = (
                TwoSides(group, making) if group.key == two_sides.KEY else GroupBox(group, making)
            )
            self.groups[group.key] = made
            column.addWidget(made)

    def _head(self, section: SectionDef) -> QHBoxLayout:
        note = section.note.of(language()) if section.note else ""
        head = layouts.row(Text(section.title.of(language()), "table", strong=True), gap=10)
        if note:
            head.addWidget(ElidedLabel(note, "hint", "ink_hint"), 1)
        else:
            head.addWidget(Rule(), 1)
        return head

    def _make_box(self, definition: FieldDef) -> FieldBox:
        box = self._making.box(definition.key, definition)
        box.entered.connect(lambda path, value: self._making.storing.store(box, {path: value}))
        self.boxes[definition.key] = box
        watch = self._making.watch(box)
        if watch is not None:
            self.watches[definition.key] = watch
        return box

    def show_view(self, view: CaseView, step: int) -> None:
        """Show what is stored, and only what this case asks for.

        Of a closed case only the follow-up may be filled in; and nothing without the right to.
        """
        any_shown = False
        closed, may = view.case.status == "closed", self._making.work.may
        covered = not may("reveal", view.case)
        for key, box in self.boxes.items():
            shown = holds(box.definition.when, view.facts)
            any_shown |= shown
            box.setVisible(shown)
            read_only = closed and not box.definition.after_close
            read_only |= not may(filling(step, key), view.case)
            box.set_covered(covered=covered)
            self._show_box(box, view.case.fields.get(key), view, read_only=read_only)
        for group in self.groups.values():
            shown = holds(group.group.when, view.facts)
            any_shown |= shown
            group.setVisible(shown)
            group.read_only = closed or not may(filling(step), view.case)
            group.covered = covered
            if shown:
                group.show_view(view)
        self.setVisible(any_shown)

    def _show_box(
        self, box: FieldBox, state: FieldState | None, view: CaseView, *, read_only: bool
    ) -> None:
        key = box.definition.key
        box.set_required(required=holds(box.definition.required, view.facts))
        box.show_state(state)
        offers = () if read_only else offers_for(key, view, self._making.work)
        box.set_offers(offers, remark_for(key))
        box.set_read_only(read_only=read_only)
        watch = self.watches.get(key)
        if watch is not None and box.value() == view.case.value(key):
            found = view.findings.get(key, ())
            if found != watch.findings():
                watch.show_findings(found)


class StepForm(ScrollColumn):
    """The form of one step. `removed` tells an item of a group that should go."""

    removed = Signal(str, str, object)

    def __init__(self, step: StepDef, making: Making) -> None:
        super().__init__(gap=16, margin=20)
        self.set_margins(theme.px(20), theme.px(14), theme.px(14))
        self.step = step
        self.setObjectName(f"form_{step.key}")
        self.sections: Sequence[SectionBox] = [
            SectionBox(section, making, first=place == 0)
            for place, section in enumerate(step.sections)
        ]
        for section in self.sections:
            self.add(section)
            for group in section.groups.values():
                group.removed.connect(self.removed)

    def show_view(self, view: CaseView) -> None:
        """Show the case, with what may be filled in open to be."""
        for section in self.sections:
            section.show_view(view, self.step.number)

    def boxes(self) -> dict[str, FieldBox]:
        """Every field of the step by path, those in items of groups included."""
        found: dict[str, FieldBox] = {}
        for section in self.sections:
            found.update(section.boxes)
            for group in section.groups.values():
                found.update(group.boxes())
        return found

    def group(self, key: str) -> GroupBox | None:
        """The repeated group of this key."""
        for section in self.sections:
            if key in section.groups:
                return section.groups[key]
        return None

    def add_item(self) -> None:
        """Add to the group the cursor is in, else to the next one below it, else to the first."""
        shown = [
            group
            for section in self.sections
            for group in section.groups.values()
            if group.isVisible()
        ]
        here = QApplication.focusWidget()
        if here is None or not self.widget().isAncestorOf(here):
            here = self.widget()
        line = self._line(here)
        inside = [group for group in shown if group.isAncestorOf(here)]
        below = [group for group in shown if self._line(group) >= line]
        for group in (inside or below or shown)[:1]:
            self.ensureWidgetVisible(group, 0, theme.px(24))
            group.add_by_key()

    def _line(self, widget: QWidget) -> int:
        return widget.mapTo(self.widget(), QPoint()).y()

    def focus_on(self, path: str) -> bool:
        """Put the cursor into a field, or on the way to add to a group; False if not here."""
        box = self.boxes().get(path)
        if box is not None:
            self.ensureWidgetVisible(box, 0, theme.px(24))
            box.editor.take_focus()
            return True
        group = self.group(path)
        if group is None:
            return False
        self.ensureWidgetVisible(group, 0, theme.px(24))
        group.take_focus()
        return True

    def focus_first(self) -> None:
        """Put the cursor into the first field that is shown."""
        for path, box in self.boxes().items():
            if not box.isHidden():
                self.focus_on(path)
                return
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def flush(self) -> None:
        """Tell everything that was typed and not told yet."""
        for box in self.boxes().values():
            box.editor.flush()
