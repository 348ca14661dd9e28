"""The knowledge page 知识: what the pack knows, browsed by shelf, searched, and read whole."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desk.i18n import _, language, ngettext
from desk.services import knowledge, leaves
from desk.services.knowledge import Asked, Found
from desk.services.leaves import Leaf
from desk.services.packs import Entry
from desk.ui import theme
from desk.ui.knowledge.leaf_view import LeafView
from desk.ui.knowledge.results import Results
from desk.ui.knowledge.shelves import Shelves
from desk.ui.knowledge.shelves import width as shelves_width
from desk.ui.page import Page
from desk.ui.widgets.busy import BusyBar
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card, EmptyState
from desk.ui.widgets.combo import ComboField
from desk.ui.widgets.fields import SearchBox
from desk.ui.widgets.labels import Text
from desk.ui.work import Work

SEARCH_PAUSE_MS = 120
_EVERY = "*"
_NARROWED = ("all", "scripts")
"""Shelves on which the choices for scripts mean something."""
_LARGE = 1.5
"""At this text size the choices need as much room as the entry in hand to be read whole."""


class KnowledgePage(Page):
    """Shelves, the list, and the entry in hand. `back_wanted` asks for where it was opened from."""

    back_wanted = Signal()

    def __init__(self, work: Work) -> None:
        super().__init__(_("Knowledge"))
        self.work = work
        self._round = 0
        self._leaf_round = 0
        self._wanted: Entry | None = None
        self._part = ""
        self._read: list[Entry] = []
        self._begun = False
        self._broken = False
        self.box = SearchBox(_("Words, key or source"), "Ctrl F")
        self.box.setObjectName("knowledge_search")
        self.shelves = Shelves()
        self.filters = {
            "scenario": self._combo("scenario", _("Any matter"), _matters(work)),
            "step": self._combo("step", _("Any step"), _steps(work)),
            "profile": self._combo("profile", _("Anybody"), _profiles(work)),
        }
        self.results = Results()
        self.results.setObjectName("knowledge_list")
        self.results.setAccessibleName(_("Entries"))
        self.busy = BusyBar()
        self.leaf = LeafView()
        self.count = Text("", "table", "ink_2")
        self.count.setObjectName("knowledge_count")
        self.back = Button("", icon="arrow-left", keys="Esc")
        self.back.setObjectName("knowledge_back")
        self.back.hide()
        self._empty = EmptyState("search", _("Nothing fits"), " ", _("Look everywhere"))
        self._empty.setObjectName("knowledge_empty")
        self._stack = QStackedWidget()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE_MS)
        self._arrange()
        self._connect()

    def _combo(self, name: str, every: str, options: list[tuple[str, str]]) -> ComboField:
        combo = ComboField([(_EVERY, every), *options])
        combo.setObjectName(f"knowledge_{name}")
        combo.setAccessibleName(every)
        combo.set_value(_EVERY)
        combo.setMinimumWidth(theme.px(60))
        combo.committed.connect(self._ask)
        return combo

    def _arrange(self) -> None:
        self.header_left = [self.count]
        self.header_right = [self.back]
        shelves = Card(margin=0)
        shelves.body.setContentsMargins(1, 1, 1, 1)
        shelves.add(self.shelves, 1)
        shelves.setFixedWidth(shelves_width())
        middle = Card(margin=0)
        middle.body.setContentsMargins(1, 0, 1, theme.px(6))
        middle.body.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(theme.px(12), theme.px(12), theme.px(12), theme.px(4))
        head.setSpacing(theme.px(8))
        head.addWidget(self.box)
        self._narrow = self._make_narrowing()
        head.addWidget(self._narrow)
        middle.body.addLayout(head)
        middle.body.addWidget(self.busy)
        for widget in (self.results, self._empty):
            self._stack.addWidget(widget)
        middle.add(self._stack, 1)
        outer = QHBoxLayout(self)
        side = theme.px(16)
        outer.setContentsMargins(theme.px(20), side, theme.px(20), side)
        outer.setSpacing(theme.px(12))
        outer.addWidget(shelves)
        for part in (middle, self.leaf):  # shares of the room, whatever stands in them
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        outer.addWidget(middle, 5 if theme.now().scale >= _LARGE else 4)
        outer.addWidget(self.leaf, 5)
        for before, after in (
            (self.box, self.filters["scenario"]),
            (self.filters["scenario"], self.filters["step"]),
            (self.filters["step"], self.filters["profile"]),
            (self.filters["profile"], self.results),
            (self.results, self.shelves.buttons["all"]),
        ):
            QWidget.setTabOrder(before, after)

    def _make_narrowing(self) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.px(6))
        matter, step, customer = self.filters.values()
        if theme.now().scale > 1:  # in one line none could be read
            grid.addWidget(matter, 0, 0, 1, 2)
            grid.addWidget(step, 1, 0)
            grid.addWidget(customer, 1, 1)
        else:
            for place, combo in enumerate((matter, step, customer)):
                grid.addWidget(combo, 0, place)
        return made

    def _connect(self) -> None:
        self._pause.timeout.connect(self._ask)
        self.box.textChanged.connect(self._pause.start)
        self.box.entered.connect(self._entered)
        self.box.left.connect(self._escape)
        self.shelves.chosen.connect(self._ask)
        self.results.turned.connect(self._turn)
        self.results.opened.connect(lambda _entry: self.leaf.column.setFocus())
        self.leaf.followed.connect(self._follow)
        self.leaf.back_asked.connect(self.go_back)
        self.leaf.copied.connect(lambda: self.work.notices.done(_("Copied")))
        self.back.clicked.connect(self.back_wanted)
        self._empty.chosen.connect(self._way_on)
        keys = (
            ("Ctrl+F", self.focus_search),
            ("Ctrl+E", self.leaf.both.toggle),
            ("Alt+Left", self.go_back),
            ("Esc", self._escape),
        )
        for combination, act in keys:
            QShortcut(QKeySequence(combination), self).activated.connect(act)
        down = QShortcut(QKeySequence(Qt.Key.Key_Down), self.box)
        down.setContext(Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self.results.setFocus)

    @override
    def help_text(self) -> tuple[str, ...]:
        return (
            _(
                "Everything the content pack knows: what to say, what to leave unsaid, rules, "
                "cards, sheets and worked cases. One Chinese character is enough to search; keys "
                "and sources are found as well."
            ),
            _("Ctrl+F goes to the search, Down into the list, Enter into the entry at the right."),
            _("↑ and ↓ move in the list and on the shelves; Tab goes from one to the next."),
            _("Ctrl+E shows one language or both, Alt+← goes back, Esc to where it was opened."),
            _("Only what is marked as checked may be quoted to a customer."),
        )

    @override
    def on_shown(self) -> None:
        if not self._begun:
            self._begun = True
            self._ask()
        (self.results if self._wanted else self.box).setFocus()

    @override
    def on_left(self) -> None:
        self.show_way_back("")

    def show_way_back(self, place: str) -> None:
        """Offer the way back to a place by its name; none with an empty text."""
        self.back.setText(_("Back to {place}").format(place=place) if place else "")
        self.back.setVisible(bool(place))
        self.back.updateGeometry()

    def open_at(self, key: str) -> None:
        """Open the entry of a key, or look for the key as words where there is none."""
        entry = knowledge.entry_at(self.work.pack, key)
        self._set_plain()
        if entry is None:
            self.box.setText(key)
            self.shelves.set_value("all")
        else:
            self.shelves.set_value(knowledge.shelf_of(entry.kind))
            whole = entry.key.casefold() == key.casefold()
            self._part = "" if whole else key.rpartition("-")[2]
        self._begun = True
        self._wanted = entry
        self._ask()

    def focus_search(self) -> None:
        """Put the cursor into the search."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def go_back(self) -> None:
        """Show what was read before the last link."""
        if self._read:
            entry = self._read.pop()
            self._go_to(entry)

    def asked(self) -> Asked:
        """What the page asks for now."""
        chosen = {name: combo.value() for name, combo in self.filters.items()}
        chosen = {name: "" if value == _EVERY else value for name, value in chosen.items()}
        return Asked(
            words=self.box.text().strip(),
            shelf=self.shelves.value(),
            scenario=chosen["scenario"],
            step=int(chosen["step"] or 0),
            profile=chosen["profile"],
        )

    # asking and showing

    def _ask(self, _told: object = None) -> None:
        self._pause.stop()
        self._round += 1
        number, pack, asked = self._round, self.work.pack, self.asked()
        self._narrow.setVisible(asked.shelf in _NARROWED)
        self.busy.set_busy(busy=True)

        def done(found: Found) -> None:
            if number == self._round:
                self._show(found, asked)

        self.work.compute(
            lambda: knowledge.look_up(pack, asked), done, owner=self, failed=self._failed
        )

    def _show(self, found: Found, asked: Asked) -> None:
        self.busy.set_busy(busy=False)
        self.shelves.show_counts(found.counts)
        number = len(found.entries)
        words = ngettext("{n} entry", "{n} entries", number)
        self.count.setText(words.format(n=f"{number:,}"))
        same = asked.words == self.results.asked  # other words have another best answer
        at, self._wanted = self._wanted or (self.results.current() if same else None), None
        if found.entries:
            self._stack.setCurrentWidget(self.results)
            self.results.show_entries(found.entries, asked.words, at)
            return
        self._say_empty(
            _("Nothing fits"),
            _("Another word, or another shelf. Keys such as SC-G01 or L7 are found as well."),
            _("Look everywhere"),
        )
        if self.results.hasFocus():
            self.box.setFocus()
        self.results.rows.set_rows(())
        self._leaf_round += 1
        self.leaf.show_leaf(None)

    def _failed(self, error: Exception) -> None:
        self.busy.set_busy(busy=False)
        self._say_empty(
            _("The pack could not be read just now"), str(error), _("Try again"), broken=True
        )

    def _say_empty(self, title: str, hint: str, action: str, *, broken: bool = False) -> None:
        self._broken = broken
        self._empty.title.setText(title)
        self._empty.hint.setText(hint)
        button = self._empty.findChild(Button, "empty_action")
        if isinstance(button, Button):
            button.setText(action)
            button.updateGeometry()
        self._stack.setCurrentWidget(self._empty)

    def _way_on(self) -> None:
        """Try again after a failure; else keep the words and take everything else away."""
        if not self._broken:
            words = self.box.text()
            everywhere = self.asked() == Asked(words=words.strip())
            self._set_plain()
            self.shelves.set_value("all")
            if not everywhere:
                self.box.setText(words)
        self._ask()
        self.box.setFocus()

    def _set_plain(self) -> None:
        self.box.setText("")
        for combo in self.filters.values():
            combo.set_value(_EVERY)

    def _turn(self, entry: object) -> None:
        """Read the entry that the cursor came to; an older one that comes late is dropped."""
        if not isinstance(entry, Entry):
            return
        self._leaf_round += 1
        number, pack, part = self._leaf_round, self.work.pack, self._part
        self._part = ""

        def done(leaf: Leaf | None) -> None:
            if number == self._leaf_round:
                self.leaf.show_leaf(leaf)
                self.leaf.back.setVisible(bool(self._read))

        self.work.compute(
            lambda: leaves.leaf(pack, entry.kind, entry.key, part),
            done,
            owner=self,
            failed=self._failed,
        )

    def _follow(self, entry: object) -> None:
        if isinstance(entry, Entry):
            before = self.leaf.leaf()
            if before is not None:
                self._read.append(before.entry)
            self._go_to(entry)

    def _go_to(self, entry: Entry) -> None:
        """Show an entry on its shelf, with the list around it."""
        self._set_plain()
        self.shelves.set_value(knowledge.shelf_of(entry.kind))
        self._wanted = entry
        self._ask()
        self.results.setFocus()

    def _entered(self) -> None:
        self._ask()
        self.results.setFocus()

    def _escape(self) -> None:
        """Out of the search into the list; from there back to where the page was opened from."""
        if not self.back.isHidden():
            self.back_wanted.emit()
        else:
            self.results.setFocus()


def _matters(work: Work) -> list[tuple[str, str]]:
    return [(one.key, one.name.of(language())) for one in work.pack.scenarios]


def _steps(work: Work) -> list[tuple[str, str]]:
    return [(str(step.number), step.name.of(language())) for step in work.pack.steps]


def _profiles(work: Work) -> list[tuple[str, str]]:
    return [(one.key, one.name.of(language())) for one in work.pack.assessment.profiles]
