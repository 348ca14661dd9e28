"""A teller at the keyboard: fills a case from a story, with nothing but keys.

Every method is a part of a story for :class:`~desk.ui.demo.driver.Driver`: it presses keys and
yields what to wait for.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog

from desk.i18n import Language
from desk.ui.demo import hands
from desk.ui.demo.driver import Condition, Story, quiet
from desk.ui.demo.hands import CTRL, Key
from desk.ui.demo.story import Entry, Observation
from desk.ui.demo.story import Story as StoryData
from desk.ui.widgets.chips import ChoiceChips


class Teller:
    """Types in one language. `told` hears of each field once it is stored: path and value."""

    def __init__(
        self,
        language: Language,
        is_idle: Condition,
        told: Callable[[str, object], None] | None = None,
    ) -> None:
        self.language = language
        self._is_idle = is_idle
        self._told = told

    def settled(self) -> Condition:
        """Everything typed is stored and shown."""
        return quiet(self._is_idle, 0)

    def take_new(self) -> Story:
        """A new complaint, with the cursor in the customer's own words."""
        hands.press(Key.Key_N, CTRL)
        yield lambda: hands.is_at("field_opening_words")
        yield self.settled()

    def fill(self, entries: tuple[Entry, ...]) -> Story:
        """The fields of one step, from top to bottom."""
        for entry in entries:
            if entry.add:
                yield from self._add(entry)
            else:
                yield from self._enter(entry, f"field_{entry.field}", entry.field)

    def _add(self, entry: Entry) -> Story:
        """A new item: to its button, Space, and through its fields."""
        group = entry.add.partition("_")[0] if entry.add.startswith("facts_") else entry.add
        hands.tab_to(f"add_{entry.add}")
        hands.press(Key.Key_Space)
        yield self.settled()
        first = _name_at(f"field_{group}_")
        yield lambda: bool(_name_at(f"field_{group}_")) or bool(first)
        item = _name_at(f"field_{group}_").removeprefix(f"field_{group}_").split("_")[0]
        for part in entry.fields:
            path = f"{group}/{item}/{part.field}"
            yield from self._enter(part, f"field_{group}_{item}_{part.field}", path)

    def _enter(self, entry: Entry, name: str, path: str) -> Story:
        hands.tab_to(name)
        value: object = list(entry.choose)
        if entry.words is not None:
            value = entry.words.of(self.language)
            hands.write(entry.words.of(self.language))
        else:
            yield from self._choose(entry.choose)
        hands.press(Key.Key_Tab)
        yield self.settled()
        if self._told is not None:
            self._told(path, value)

    def _choose(self, keys: tuple[str, ...]) -> Story:
        group = hands.group_here()
        if isinstance(group, ChoiceChips):
            hands.pick(group, keys)
            return
        hands.replace(group.itemText(group.findData(keys[0])))
        yield _list_open
        hands.press(Key.Key_Return)
        yield lambda: not _list_open()

    def turn_to(self, step: int) -> Story:
        """Another step, by its digit."""
        hands.press(Key(Key.Key_0 + step), CTRL)
        yield self.settled()

    def observe(self, observations: tuple[Observation, ...]) -> Story:
        """The answers of the quick assessment, by Tab and digits."""
        for seen in observations:
            hands.tab_to(f"chips_{seen.item}")
            yield from self._choose((seen.choose,))
            yield self.settled()

    def escalate(self, story: StoryData) -> Story:
        """From any page of the case to its checklist: begin it, tick what is done, say why not."""
        hands.tab_to("header_escalate")
        hands.press(Key.Key_Space)
        yield lambda: hands.is_at("start_list")
        hands.press(Key.Key_Space)
        yield lambda: hands.is_at("checklist_card") and not hands.is_at("start_list")
        for item in story.ticks:
            yield from self._walk_to(item)
            hands.press(Key.Key_Space)
            yield self.settled()
        yield from self._walk_to(story.aside)
        hands.press(Key.Key_Delete)
        yield lambda: not hands.is_at("checklist_card")
        hands.write(story.aside_reason.of(self.language))
        hands.press(Key.Key_Return, CTRL)
        yield lambda: hands.is_at("checklist_card")
        yield self.settled()

    def _walk_to(self, item: str) -> Story:
        """Down the checklist, or back up from its end."""
        for key in (Key.Key_Up, Key.Key_Down):
            before = ""
            while not hands.is_at(f"item_{item}") and before != hands.focus().objectName():
                before = hands.focus().objectName()
                hands.press(key)
                yield self.settled()

    def close(self) -> Story:
        """Close the case from its last step, and answer the question with yes."""
        hands.press(Key.Key_Return, CTRL)
        yield lambda: hands.is_at("sheet_leave")
        hands.press(Key.Key_Tab)
        hands.press(Key.Key_Return)
        yield self.settled()

    def export(self, target: Path) -> Story:
        """Export the report that is shown, by typing where."""
        hands.press(Key.Key_S, CTRL)
        yield lambda: isinstance(QApplication.activeWindow(), QFileDialog)
        hands.replace(str(target))
        hands.press(Key.Key_Return)
        yield target.exists
        yield self.settled()


def _list_open() -> bool:
    popup = QApplication.activePopupWidget()
    return popup is not None and popup.isActiveWindow()


def _name_at(prefix: str) -> str:
    """The name of the widget at the cursor, or around it, that begins with `prefix`."""
    widget = QApplication.focusWidget()
    while widget is not None:
        if widget.objectName().startswith(prefix):
            return widget.objectName()
        widget = widget.parentWidget()
    return ""
