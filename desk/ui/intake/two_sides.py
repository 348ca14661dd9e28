"""The facts in two columns, ours beside the customer's, each in order of time."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QLayout, QWidget
from typing_extensions import override

from desk.domain.engine import CaseView
from desk.domain.intake import GroupDef, path_of
from desk.i18n import _
from desk.ui import theme
from desk.ui.intake.groups import GroupBox, ItemCard
from desk.ui.intake.making import Making
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.labels import Text
from desk.ui.widgets.layouts import ItemLayout

OURS, CUSTOMER = "ours", "customer"
KEY = "facts"


class _Columns(ItemLayout):
    """Two columns of cards under their heads; a card changes sides without changing parents."""

    def __init__(self) -> None:
        super().__init__(gap=8)
        self._sides: dict[QWidget, str] = {}
        self._order: list[QWidget] = []

    def place(self, order: Sequence[tuple[QWidget, str]]) -> None:
        """The widgets from top to bottom, each with its side."""
        self._order = [widget for widget, _side in order]
        self._sides = dict(order)
        self.invalidate()

    @override
    def sizeHint(self) -> QSize:
        wide = theme.px(500)
        return QSize(wide, self.heightForWidth(wide))

    @override
    def minimumSize(self) -> QSize:
        return QSize(theme.px(160), 0)

    def _arrange(self, box: QRect, *, move: bool) -> int:
        between = theme.px(12)
        wide = (box.width() - between) // 2
        lefts = {OURS: box.x(), CUSTOMER: box.x() + wide + between}
        heights = {OURS: box.y(), CUSTOMER: box.y()}
        items = {item.widget(): item for item in self._items}
        for widget in self._order:
            item = items.get(widget)
            if item is None or item.isEmpty():
                continue
            side = self._sides[widget]
            tall = (
                item.heightForWidth(wide) if item.hasHeightForWidth() else item.sizeHint().height()
            )
            if move:
                item.setGeometry(QRect(lefts[side], heights[side], wide, tall))
            heights[side] += tall + self.spacing()
        return max(0, max(heights.values()) - self.spacing() - box.y())


class TwoSides(GroupBox):
    """The group of facts: each side has its own column and its own way to add."""

    def __init__(self, group: GroupDef, making: Making) -> None:
        super().__init__(group, making)
        self._heads = {
            OURS: Text(_("Our account"), "hint", "primary", strong=True),
            CUSTOMER: Text(_("The customer's account"), "hint", "violet", strong=True),
        }
        for head in self._heads.values():
            self._columns.addWidget(head)

    @override
    def item_layout(self) -> QLayout:
        self._columns = _Columns()
        self._shown: dict[str, str] = {}
        return self._columns

    @override
    def make_adders(self) -> tuple[Button, ...]:
        made = []
        names = {OURS: _("Add ours"), CUSTOMER: _("Add the customer's")}  # as the columns stand
        for side, name in names.items():
            button = Button(name, icon="plus", kind="link")
            button.setObjectName(f"add_facts_{side}")
            button.clicked.connect(lambda _on=False, s=side: self.add({"side": s}))
            made.append(button)
        return tuple(made)

    @override
    def hidden_fields(self) -> tuple[str, ...]:
        return ("side",)

    @override
    def take_focus(self) -> None:
        """Where the customer's is added: theirs is heard first."""
        self.adders[-1].setFocus()

    @override
    def add_by_key(self) -> None:
        """Add on the side where the cursor is, else the customer's: theirs is heard first."""
        here = next((i for i, card in self.cards.items() if card.is_at_work()), "")
        self.add({"side": self._side(here)})

    @override
    def wants(self, card: ItemCard) -> Sequence[Button]:
        swap = Button(icon="arrow-left-right", kind="quiet")
        swap.setObjectName(f"swap_{card.item}")
        swap.setToolTip(_("Move to the other side"))
        swap.setAccessibleName(swap.toolTip())
        swap.clicked.connect(lambda: self._swap(card))
        return (swap,)

    @override
    def arrange(self, wanted: Sequence[str], view: CaseView) -> None:
        """Sort by time; while the person is in a card nothing moves away under the cursor."""
        sides = {item: self._side(item) for item in wanted}
        if sides == self._shown and any(card.is_at_work() for card in self.cards.values()):
            return
        self._shown = sides
        times = {i: view.case.text(path_of(KEY, i, "at")) or "9" for i in wanted}
        cards = [(self.cards[i], sides[i]) for i in sorted(wanted, key=lambda i: times[i])]
        self._columns.place([*((head, side) for side, head in self._heads.items()), *cards])

    def _side(self, item: str) -> str:
        card = self.cards.get(item)
        stored = self._view.case.text(path_of(KEY, item, "side")) if self._view else ""
        side = stored or (card.preset.get("side") if card is not None else "")
        return OURS if side == OURS else CUSTOMER

    def _swap(self, card: ItemCard) -> None:
        side = CUSTOMER if self._side(card.item) == OURS else OURS
        if card.preset:  # nothing of it is stored yet
            card.preset["side"] = side
            if self._view is not None:
                self.show_view(self._view)
            return
        box = next(iter(card.boxes.values()))
        self.making.storing.store(box, {path_of(KEY, card.item, "side"): side})
