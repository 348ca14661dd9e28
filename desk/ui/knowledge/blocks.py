"""The blocks of an entry as widgets: paragraphs, points, facts, tables, links, and how sure it is.

Every text stands in the language in force; with `both`, the other language follows in lighter ink.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desk.domain.citations import Confidence
from desk.domain.text import Text as Pair
from desk.i18n import _, language
from desk.services.leaves import Facts, Grid, Links, Trust, Words, trust_words
from desk.services.packs import Entry
from desk.ui import theme
from desk.ui.knowledge.results import title_of
from desk.ui.widgets import layouts
from desk.ui.widgets.buttons import Button
from desk.ui.widgets.cards import Card
from desk.ui.widgets.chips import Chip
from desk.ui.widgets.labels import IconLabel, Rule, Saying, Text
from desk.ui.widgets.layouts import FlowLayout

MOST_LINKS = 8
_TITLE = 22
"""Characters of a title that stand in a link."""
_HEAD = 14
"""Characters of a first column that names its rows rather than telling something."""
_MARKS = {"do": ("check", "green"), "never": ("circle-x", "red")}


def pair(words: Pair, *, both: bool, role: str = "ink", strong: bool = False) -> QWidget:
    """A text, and below it the same in the other language."""
    here = language()
    other = words.of("zh" if here == "en" else "en")
    first = _selectable(Text(words.of(here), "body", role, strong=strong, wrap=True))
    if not both or other == words.of(here):
        return first
    made = QWidget()
    made.setLayout(
        layouts.column(first, _selectable(Text(other, "hint", "ink_2", wrap=True)), gap=1)
    )
    return made


def _selectable(text: Text) -> Text:
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return text


def of_words(block: Words, *, both: bool) -> QWidget:
    """Paragraphs, points, or the sentence to say."""
    if block.form == "say":
        return _say(block, both=both)
    made = QWidget()
    column = layouts.column(gap=6)
    if block.label:
        column.addWidget(Text(block.label, "hint", "ink_hint", strong=True))
    icon, role = _MARKS.get(block.form, ("", ""))
    for words in block.texts:
        if not icon:
            column.addWidget(pair(words, both=both))
            continue
        line = layouts.row(gap=8)
        line.addWidget(IconLabel(icon, role, 15), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(pair(words, both=both), 1)
        column.addLayout(line)
    made.setLayout(column)
    return made


def _say(block: Words, *, both: bool) -> QWidget:
    card = Card(kind="lit", margin=14)
    if block.label:
        card.add(Chip(block.label, "primary"))
    for words in block.texts:
        said = words.of(language())
        card.add(Saying(f"「{said}」" if language() == "zh" else f'"{said}"'))
        if both:
            other = words.of("zh" if language() == "en" else "en")
            card.add(_selectable(Text(other, "table", "ink_2", wrap=True)))
    return card


def of_facts(block: Facts, *, both: bool) -> QWidget:
    """Names at the left, answers at the right."""
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(theme.px(14))
    grid.setVerticalSpacing(theme.px(5))
    grid.setColumnStretch(1, 1)
    for row, (name, value) in enumerate(block.rows):
        label = Text(name, "hint", "ink_hint")
        label.setFixedHeight(theme.px(20))
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(pair(value, both=both), row, 1)
    return made


def of_grid(block: Grid, *, both: bool) -> QWidget:
    """A table whose cells take as many lines as they need."""
    made = Card(margin=0)
    holder = QWidget()
    grid = QGridLayout(holder)
    side = theme.px(12)
    grid.setContentsMargins(side, theme.px(4), side, theme.px(8))
    grid.setHorizontalSpacing(theme.px(16))
    grid.setVerticalSpacing(theme.px(6))
    for place, title in enumerate(block.columns):
        head = Text(title.of(language()), "hint", "ink_hint", strong=True, wrap=True)
        head.setMinimumHeight(theme.px(26))
        grid.addWidget(head, 0, place)
        grid.setColumnStretch(place, _share(block, place))
        grid.setColumnMinimumWidth(place, theme.px(14 * min(_longest(block, place), 6)))
    heads = len(block.columns) > 1 and _longest(block, 0) <= _HEAD
    for number, row in enumerate(block.rows):
        grid.addWidget(Rule(), number * 2 + 1, 0, 1, len(block.columns))
        for place, words in enumerate(row):
            cell = pair(words, both=both, strong=heads and place == 0)
            grid.addWidget(cell, number * 2 + 2, place, Qt.AlignmentFlag.AlignTop)
    made.add(holder)
    return made


def _share(block: Grid, place: int) -> int:
    """How much of the width a column gets: by its longest cell, within reason."""
    return min(max(_longest(block, place), 5), 36)


def _longest(block: Grid, place: int) -> int:
    """The characters of the longest cell of a column, its title included."""
    cells = (row[place] for row in (block.columns, *block.rows))
    return max(len(cell.of(language())) for cell in cells)


def of_links(block: Links, go: Callable[[Entry], None]) -> QWidget:
    """The entries to go on to; more than a handful are counted."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.px(3))
    column.addWidget(Text(block.label, "hint", "ink_hint", strong=True))
    holder = QWidget()
    flow = FlowLayout(holder, 12)
    for entry in block.entries[:MOST_LINKS]:
        button = Button(_short(entry), kind="link")
        button.setObjectName(f"link_{entry.key}")
        button.setToolTip(title_of(entry))
        button.clicked.connect(partial(_follow, go, entry))
        flow.addWidget(button)
    more = len(block.entries) - MOST_LINKS
    if more > 0:
        count = Text(_("and {n} more").format(n=more), "hint", "ink_hint")
        count.setFixedHeight(theme.px(22))
        flow.addWidget(count)
    column.addWidget(holder)
    return made


def _follow(go: Callable[[Entry], None], entry: Entry, _on: bool = False) -> None:
    go(entry)


def _short(entry: Entry) -> str:
    title = title_of(entry)
    cut = title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"
    return f"{entry.key} {cut}"


def of_trust(block: Trust) -> QWidget:
    """Whether it may be quoted, in a word and a colour."""
    tones: dict[Confidence, tuple[theme.Tone, str]] = {
        "verified": ("green", "badge-check"),
        "likely": ("amber", "triangle-alert"),
        "unverified": ("red", "circle-alert"),
    }
    tone, icon = tones[block.confidence]
    words = trust_words(block.confidence)
    chip = Chip(f"{block.of} · {words}" if block.of else words, tone, icon)
    chip.setObjectName("trust")
    made = QWidget()
    line = layouts.row(chip)
    line.addStretch(1)
    made.setLayout(line)
    return made
