"""Repeated groups: one compact card per item, added and removed with a key or a click."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QLayout, QVBoxLayout, QWidget

from desk.domain.engine import CaseView
from desk.domain.events import Value
from desk.domain.intake import GroupDef, holds, is_filled, path_of
from desk.i18n import _, language
from desk.ui import theme
from desk.ui.intake.box import FieldBox
from desk.ui.intake.columns import FormColumns
from desk.ui.intake.making import Making
from desk.ui.intake.wording import WordingWatch
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.labels import ElidedLabel, Text

ADD_KEYS = "Ctrl+Shift+A"


class ItemCard(Card):
    """One item of a group.

    `preset` are values stored together with the first one entered. `removed` is told when the
    person takes the item away.
    """

    removed = Signal()

    def __init__(
        self,
        group: GroupDef,
        item: str,
        making: Making,
        *,
        hidden: Sequence[str] = (),
        preset: Mapping[str, Value] | None = None,
    ) -> None:
        super().__init__(margin=12)
        self.group = group
        self.item = item
        self._making = making
        self.preset = dict(preset or {})
        self.setObjectName(f"item_{group.key}_{item}")
        self.boxes: dict[str, FieldBox] = {}
        self.watches: dict[str, WordingWatch] = {}
        self._name = Text("", "hint", "ink_hint", strong=True)
        self.trash = Button(icon="trash-2", kind="quiet")
        self.trash.setObjectName(f"remove_{group.key}_{item}")
        self.trash.setToolTip(_("Remove"))
        self.trash.clicked.connect(self.removed)
        self._head_line = layouts.row(self._name, gap=4)
        self._head_line.addStretch(1)
        self._head_line.addWidget(self.trash)
        self.body.setContentsMargins(theme.px(12), theme.px(4), theme.px(12), theme.px(12))
        self.body.setSpacing(theme.px(2))
        self.body.addLayout(self._head_line)
        fields = QWidget()
        columns = FormColumns(fields, gap=8)
        for definition in group.fields:
            if definition.key in hidden:
                continue
            path = path_of(group.key, item, definition.key)
            box = making.box(path, definition, compact=True)
            box.entered.connect(self._entered)
            self.boxes[definition.key] = box
            watch = making.watch(box)
            if watch is not None:
                self.watches[definition.key] = watch
            columns.addWidget(box)
        self.body.addWidget(fields)

    def add_tool(self, button: Button) -> None:
        """Put a tool before the bin."""
        self._head_line.insertWidget(self._head_line.indexOf(self.trash), button)

    def show_item(self, view: CaseView, number: int, *, read_only: bool, covered: bool) -> None:
        """Show what is stored of the item; `number` counts from 1."""
        name = f"{self.group.item.of(language())} {number}"
        self._name.setText(name)
        self.trash.setAccessibleName(_("Remove {name}").format(name=name))
        self.trash.setVisible(not read_only)
        for key, box in self.boxes.items():
            definition = box.definition
            box.setVisible(holds(definition.when, view.facts))
            box.set_required(required=holds(definition.required, view.facts))
            box.set_covered(covered=covered)
            box.set_read_only(read_only=read_only)
            box.show_state(view.case.fields.get(box.path))
            watch = self.watches.get(key)
            if watch is not None and box.value() == view.case.value(box.path):
                found = view.findings.get(box.path, ())
                if found != watch.findings():
                    watch.show_findings(found)

    def stops(self) -> list[QWidget]:
        """Where Tab stops in the item, one after the other: its fields, then its tools."""
        tools = (self._head_line.itemAt(place) for place in range(self._head_line.count()))
        buttons = [item.widget() for item in tools if item is not None]
        return [
            *(stop for box in self.boxes.values() for stop in box.stops()),
            *(widget for widget in buttons if isinstance(widget, Button)),
        ]

    def values(self) -> dict[str, Value]:
        """What stands in the item, by field key; its preset values included."""
        found = {**self.preset, **{key: box.value() for key, box in self.boxes.items()}}
        return {key: value for key, value in found.items() if is_filled(value)}

    def is_at_work(self) -> bool:
        """Whether the person is in it."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def take_focus(self) -> None:
        """Put the cursor into the first field that is shown."""
        for box in self.boxes.values():
            if not box.isHidden():
                box.editor.take_focus()
                return

    def _entered(self, path: str, value: Value) -> None:
        box = self.boxes[path.rpartition("/")[2]]
        preset = {path_of(self.group.key, self.item, k): v for k, v in self.preset.items()}
        self.preset = {}
        self._making.storing.store(box, {**preset, path: value})


class GroupBox(QWidget):
    """A repeated group: its label, its items, and the way to add one.

    `removed` tells an item that is stored and should go, with what was in it.
    """

    removed = Signal(str, str, object)

    def __init__(self, group: GroupDef, making: Making) -> None:
        super().__init__()
        self.group = group
        self.making = making
        self.setObjectName(f"group_{group.key}")
        self.cards: dict[str, ItemCard] = {}
        self._drafts: set[str] = set()
        self._gone: set[str] = set()
        self._chained: list[ItemCard] = []
        self._view: CaseView | None = None
        self.read_only = False
        self.covered = False
        self._label = Text(group.label.of(language()), "table", "ink_2")
        self._star = Text("*", "table", "red", strong=True)
        self._count = ElidedLabel("", "hint", "ink_hint")
        head = layouts.row(self._label, self._star, gap=3)
        head.addWidget(self._count, 1)
        self._tools = layouts.row(gap=8)
        head.addLayout(self._tools)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(6))
        box.addLayout(head)
        self._star.setVisible(group.least > 0)
        self.place = QWidget()
        self.place.setLayout(self.item_layout())
        box.addWidget(self.place)
        self.adders = self.make_adders()
        for button in self.adders:
            self._tools.addWidget(button)

    def item_layout(self) -> QLayout:
        """How the items stand."""
        return layouts.column(gap=8)

    def make_adders(self) -> tuple[Button, ...]:
        """The buttons that add an item."""
        item = self.group.item.of(language())
        name = _("Add {item}").format(item=item[:1].lower() + item[1:])
        button = Button(name, icon="plus", kind="link")
        button.setToolTip(_("{name} ({keys} here)").format(name=name, keys=ADD_KEYS))
        button.setObjectName(f"add_{self.group.key}")
        button.clicked.connect(lambda _on=False: self.add())
        return (button,)

    def hidden_fields(self) -> tuple[str, ...]:
        """Fields that are told by something else than a field on the card."""
        return ()

    def add_by_key(self) -> None:
        """Add an item where the cursor is."""
        self.add()

    def add(self, preset: Mapping[str, Value] | None = None) -> None:
        """Add an empty item with the cursor in it; it is stored with its first value."""
        if self.read_only or len(self.cards) >= self.group.most:
            return
        self.making.work.read(
            lambda session: session.new_id(),
            lambda item: self._begin(item, dict(preset or {})),
            owner=self,
        )

    def _begin(self, item: str, preset: Mapping[str, Value]) -> None:
        if self._view is None:
            return
        self._drafts.add(item)
        self._card(item, preset)
        self.show_view(self._view)
        self.cards[item].take_focus()

    def show_view(self, view: CaseView) -> None:
        """Show the items as they are stored, and drafts that are not yet."""
        self._view = view
        stored = view.case.items(self.group.key)
        self._drafts -= set(stored)
        wanted = [i for i in (*stored, *sorted(self._drafts)) if i not in self._gone]
        for item in [i for i in self.cards if i not in wanted]:
            self._drop(item)
        for item in wanted:
            if item not in self.cards:
                self._card(item, {})
        self._chain([self.cards[item] for item in wanted])
        for number, item in enumerate(wanted, start=1):
            self.cards[item].show_item(view, number, read_only=self.read_only, covered=self.covered)
        self.arrange(wanted, view)
        self._count.set_text(_("{n} recorded").format(n=len(wanted)) if wanted else "")
        for button in self.adders:
            button.setVisible(not self.read_only and len(wanted) < self.group.most)
        self.place.setVisible(bool(wanted))

    def _chain(self, cards: Sequence[ItemCard]) -> None:
        """Let Tab go from the adding through the items and on: cards are made after the form."""
        if list(cards) == self._chained:
            return
        self._chained = list(cards)
        before: QWidget = self.adders[-1]
        for card in cards:
            for stop in card.stops():
                QWidget.setTabOrder(before, stop)
                before = stop

    def arrange(self, wanted: Sequence[str], view: CaseView) -> None:
        """Put the cards in order; a subclass may keep another one."""

    def boxes(self) -> dict[str, FieldBox]:
        """Every field of every item, by path."""
        return {box.path: box for card in self.cards.values() for box in card.boxes.values()}

    def take_focus(self) -> None:
        """Put the focus where an item is added."""
        self.adders[0].setFocus()

    def wants(self, card: ItemCard) -> Sequence[Button]:
        """Further tools of an item's card."""
        return ()

    def _card(self, item: str, preset: Mapping[str, Value]) -> ItemCard:
        card = ItemCard(self.group, item, self.making, hidden=self.hidden_fields(), preset=preset)
        card.removed.connect(lambda: self._remove(item))
        for tool in self.wants(card):
            card.add_tool(tool)
        self.cards[item] = card
        layout = self.place.layout()
        if layout is not None:
            layout.addWidget(card)
        self.place.show()
        card.show()
        return card

    def _remove(self, item: str) -> None:
        values = self.cards[item].values()
        was_stored = item not in self._drafts
        self._drafts.discard(item)
        self._gone.add(item)
        self.take_focus()
        if self._view is not None:
            self.show_view(self._view)
        if was_stored:
            self.removed.emit(self.group.key, item, values)

    def put_back(self, item: str) -> None:
        """Show an item again whose removal did not reach the disk."""
        self._gone.discard(item)
        if self._view is not None:
            self.show_view(self._view)

    def _drop(self, item: str) -> None:
        card = self.cards.pop(item)
        layout = self.place.layout()
        if layout is not None:
            layout.removeWidget(card)
        card.hide()
        card.deleteLater()
