"""The parts a page is made of: headings, facts, boxes, tables, checklists, places to sign.

Each part knows its height for a width, can be divided where a page ends, and draws itself from
its top left corner down. None knows which page it stands on; `desk.documents.pages` decides that.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from desk.documents import look
from desk.documents.pen import Pen, Point
from desk.documents.typeset import TextBlock
from desk.domain.report import Mark, Tone

_CAPSULE_GAP = 9.0  # between a text and the capsule behind it


class Part(Protocol):
    """A part of a page."""

    @property
    def gap(self) -> float:
        """Room above it, unless it begins a page."""

    @property
    def keeps_next(self) -> bool:
        """Whether it must not be the last on a page."""

    def height(self, width: float) -> float:
        """Its height at a width."""

    def least(self, width: float) -> float:
        """The least height of it that may stand alone at the foot of a page."""

    def split(self, width: float, room: float, *, alone: bool) -> tuple["Part", "Part"] | None:
        """What fits into `room` and the rest; None when it cannot be divided there.

        `alone` says that it has a whole page to itself and still does not fit, so that it must
        be divided even where that is not pretty.
        """

    def draw(self, pen: Pen, corner: Point, width: float) -> None:
        """Draw it with its top left corner at `corner`."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's title with a fine rule to its right; an entry of the outline."""

    text: TextBlock
    title: str
    key: str
    gap: float = look.SECTION_GAP
    keeps_next: bool = True

    def height(self, width: float) -> float:
        """Height of the title."""
        return self.text.height(width)

    def least(self, width: float) -> float:
        """A title is never divided."""
        return self.height(width)

    def split(self, width: float, room: float, *, alone: bool) -> None:
        """A title is never divided."""

    def draw(self, pen: Pen, corner: Point, width: float) -> None:
        """Title, rule and outline entry."""
        x, y = corner
        pen.bookmark(self.title, self.key, y - 6)
        self.text.draw(pen, corner, width)
        lines = self.text.lines(width)
        middle = y + self.text.height(width) - self.text.style.leading / 2
        start = x + lines[-1].width + 7
        if start < x + width - 12:
            pen.line([(start, middle), (x + width, middle)], look.RULE, 0.75)


@dataclass(frozen=True, slots=True)
class Plain:
    """Text over the whole width, divided between lines."""

    text: TextBlock
    gap: float = look.BLOCK_GAP
    keeps_next: bool = False

    def height(self, width: float) -> float:
        """Height of all lines."""
        return self.text.height(width)

    def least(self, width: float) -> float:
        """Two lines, or all if there are fewer."""
        return min(self.height(width), 2 * self.text.style.leading)

    def split(self, width: float, room: float, *, alone: bool) -> tuple[Part, Part] | None:
        """Between lines, leaving no single line for the next page."""
        parts = self.text.split(width, room)
        leading = self.text.style.leading
        if parts and parts[1].height(width) <= leading < parts[0].height(width) / 2:
            parts = self.text.split(width, parts[0].height(width) - leading)
        return parts and (replace(self, text=parts[0]), replace(self, text=parts[1]))

    def draw(self, pen: Pen, corner: Point, width: float) -> None:
        """The lines."""
        self.text.draw(pen, corner, width)


@dataclass(frozen=True, slots=True)
class Capsule:
    """A state in a rounded capsule, one line high; a long state is wrapped inside it."""

    text: TextBlock
    tone: Tone

    def width(self) -> float:
        """Its width when it need not wrap."""
        return self.text.natural_width() + 12

    def height(self, width: float) -> float:
        """Height inside a cell of a width."""
        return self.text.height(width - 12) + 3

    def draw(self, pen: Pen, corner: Point, width: float) -> None:
        """Capsule and word."""
        size = (min(self.width(), width), self.height(width))
        pen.panel(corner, size, 7, fill=look.TONES[self.tone][1])
        self.text.draw(pen, (corner[0] + 6, corner[1] + 1.5), width - 12)


class Cell(Protocol):
    """What stands in a cell of a grid."""

    def natural_width(self) -> float:
        """The width it needs to wrap nothing."""

    def height(self, width: float) -> float:
        """Height without the row's padding."""

    def split(self, width: float, room: float) -> tuple["Cell", "Cell"]:
        """What fits and the rest, either perhaps empty."""

    def draw(self, pen: Pen, corner: Point, width: float) -> None:
        """Draw it with its top left corner at `corner`."""


@dataclass(frozen=True, slots=True)
class CellPart:
    """A cell: text, and perhaps a capsule behind it or, if there is no room, below it."""

    text: TextBlock | None = None
    capsule: Capsule | None = None

    def natural_width(self) -> float:
        """Text and capsule side by side."""
        text = self.text.natural_width() if self.text else 0.0
        if self.capsule is None:
            return text
        return text + (_CAPSULE_GAP if self.text else 0.0) + self.capsule.width()

    def height(self, width: float) -> float:
        """Height without the row's padding."""
        if self.text is None:
            return self.capsule.height(width) if self.capsule else 0.0
        height = self.text.height(width)
        if self.capsule and not self._beside(width):
            height += self.capsule.height(width) + 2
        return height

    def split(self, width: float, room: float) -> tuple[Cell, Cell]:
        """What fits and the rest, either perhaps empty; a capsule stays with the last line."""
        if self.height(width) <= room:
            return self, CellPart()
        parts = self.text.split(width, room) if self.text else None
        if parts is None:
            return CellPart(), self
        return CellPart(parts[0]), CellPart(parts[1], self.capsule)

    def draw(self, pen: Pen, corner: Point, width: float) -> None:
        """Text and capsule."""
        x, y = corner
        if self.text is not None:
            self.text.draw(pen, corner, width)
        if self.capsule is None:
            return
        if self.text is None:
            self.capsule.draw(pen, (x, y + 0.25), width)
        elif self._beside(width):
            line = self.text.lines(width)[-1]
            top = y + self.text.height(width) - self.text.style.leading + 0.25
            self.capsule.draw(pen, (x + line.width + _CAPSULE_GAP, top), self.capsule.width())
        else:
            self.capsule.draw(pen, (x, y + self.text.height(width) + 1), width)

    def _beside(self, width: float) -> bool:
        """Whether the capsule fits behind the last line."""
        assert self.text is not None and self.capsule is not None  # noqa: PT018, S101 - callers asked
        return self.text.lines(width)[-1].width + _CAPSULE_GAP + self.capsule.width() <= width


@dataclass(frozen=True, slots=True)
class MarkPart:
    """The mark before a checklist item: a tick, a dash for not applicable, an empty ring."""

    mark: Mark

    def natural_width(self) -> float:
        """The ring."""
        return 9.0

    def height(self, width: float) -> float:
        """One line."""
        return look.VALUE.leading

    def split(self, width: float, room: float) -> tuple[Cell, Cell]:
        """Stays with the first line."""
        return self, CellPart()

    def draw(self, pen: Pen, corner: Point, width: float) -> None:
        """A ring with its sign."""
        x, y = corner[0] + 4.5, corner[1] + look.VALUE.leading / 2
        if self.mark == "done":
            pen.disc((x, y), 4.5, fill=look.PRIMARY, stroke=look.PRIMARY)
            pen.line([(x - 2, y), (x - 0.5, y + 1.6), (x + 2.1, y - 1.7)], look.PAPER, 1)
        else:
            pen.disc((x, y), 4.5, fill=None, stroke=look.INK_2)
        if self.mark == "not_applicable":
            pen.line([(x - 2, y), (x + 2, y)], look.INK_2, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a grid; a band runs over all columns and introduces the rows after it."""

    cells: tuple[Cell, ...]
    band: bool = False

    @property
    def pad(self) -> float:
        """Room above and below its cells."""
        return look.BAND_PAD if self.band else look.ROW_PAD


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows on fine rules under an optional head, which returns on every page.

    `shares` are the parts of the width that the columns take; the last cell of a row that has
    fewer takes what is left of the line.
    """

    shares: tuple[float, ...]
    rows: tuple[Row, ...]
    head: Row | None = None
    gap: float = look.BLOCK_GAP
    keeps_next: bool = False

    def height(self, width: float) -> float:
        """Head and all rows."""
        return self._head_height(width) + sum(self._row_height(row, width) for row in self.rows)

    def least(self, width: float) -> float:
        """Head and two rows, so that a table of three or fewer is never divided.

        Of a tall row, which may be divided inside, only the beginning counts.
        """
        count = len(self.rows) if len(self.rows) <= 3 else 2
        least = self._head_height(width)
        for row in self.rows[:count]:
            height = self._row_height(row, width)
            if height > look.TALL_ROW:
                return least + look.TALL_ROW_START
            least += height
        return least

    def split(self, width: float, room: float, *, alone: bool) -> tuple[Part, Part] | None:
        """Between rows, never right after a band; inside a row only if it is tall."""
        left = room - self._head_height(width)
        fitting = at = 0
        for at, row in enumerate(self.rows):
            height = self._row_height(row, width)
            if height > left + 0.01:
                tall = height > look.TALL_ROW and left >= look.TALL_ROW_START
                if tall or (alone and not fitting):
                    return self._cut(at, width, left)
                break
            left -= height
            if not row.band:
                fitting = at + 1
        if fitting == len(self.rows) - 1 and fitting > 3:  # a single row on a page looks lost
            fitting -= 2 if self.rows[fitting - 2].band else 1
        if not 0 < fitting < len(self.rows):
            return None
        return (
            replace(self, rows=self.rows[:fitting]),
            replace(self, rows=self.rows[fitting:]),
        )

    def _cut(self, at: int, width: float, room: float) -> tuple[Part, Part] | None:
        """Inside row `at`, of which `room` points may stay; None when nothing of it can."""
        row = self.rows[at]
        room -= 2 * row.pad
        parts = [
            cell.split(span - 2 * look.PAD, room)
            for cell, (_, span) in zip(row.cells, self._spans(row, width), strict=True)
        ]
        if all(first == CellPart() for first, _ in parts):
            return None
        first = replace(row, cells=tuple(part for part, _ in parts))
        rest = replace(row, cells=tuple(part for _, part in parts))
        return (
            replace(self, rows=(*self.rows[:at], first)),
            replace(self, rows=(rest, *self.rows[at + 1 :])),
        )

    def draw(self, pen: Pen, corner: Point, width: float) -> None:
        """Rows, then the head: a text that goes on over a page is not interrupted by it."""
        x, y = corner
        head = self._head_height(width)
        y += head
        for row in self.rows:
            y = self._draw_row(pen, row, (x, y), width)
            pen.line([(x, y), (x + width, y)], look.RULE_2, 0.75)
        if self.head:
            self._draw_row(pen, self.head, corner, width)
            top = corner[1] + head
            pen.line([(x, top), (x + width, top)], look.RULE_HEAD, 0.75)

    def _draw_row(self, pen: Pen, row: Row, corner: Point, width: float) -> float:
        """Draw a row and say where it ends."""
        x, y = corner
        height = self._row_height(row, width)
        if row.band:
            pen.panel((x, y), (width, height), 0, fill=look.BAND)
        for cell, (left, span) in zip(row.cells, self._spans(row, width), strict=True):
            cell.draw(pen, (x + left + look.PAD, y + row.pad), span - 2 * look.PAD)
        return y + height

    def _head_height(self, width: float) -> float:
        return self._row_height(self.head, width) if self.head else 0.0

    def _row_height(self, row: Row, width: float) -> float:
        spans = self._spans(row, width)
        inner = max(
            cell.height(span - 2 * look.PAD)
            for cell, (_, span) in zip(row.cells, spans, strict=True)
        )
        return inner + 2 * row.pad

    def _spans(self, row: Row, width: float) -> list[tuple[float, float]]:
        """Left edge and width of each cell of a row."""
        kept = len(row.cells) - 1
        shares = (*self.shares[:kept], sum(self.shares[kept:]))
        unit = width / sum(shares)
        widths = [share * unit for share in shares]
        lefts = itertools.accumulate(widths, initial=0.0)
        return list(zip(lefts, widths, strict=False))


@dataclass(frozen=True, slots=True)
class Panels:
    """Bordered boxes side by side, equally high, divided between lines."""

    labels: tuple[TextBlock, ...]
    bodies: tuple[TextBlock, ...]
    shares: tuple[int, ...]
    gap: float = look.BLOCK_GAP
    keeps_next: bool = False

    def height(self, width: float) -> float:
        """The highest box."""
        inner = max(
            label.height(span) + body.height(span)
            for label, body, (_, span) in self._columns(width)
        )
        return inner + 2 * look.BOX_PAD - 2

    def least(self, width: float) -> float:
        """Label and two lines, or all if there is less."""
        label = max(label.height(span) for label, _, (_, span) in self._columns(width))
        body = max(text.style.leading for text in self.bodies)
        return min(self.height(width), label + 2 * body + 2 * look.BOX_PAD)

    def split(self, width: float, room: float, *, alone: bool) -> tuple[Part, Part] | None:
        """Between lines; every box goes on with its label."""
        room -= 2 * look.BOX_PAD
        firsts: list[TextBlock] = []
        rests: list[TextBlock] = []
        drawn = 0.0
        for label, body, (_, span) in self._columns(width):
            left = room - label.height(span)
            fits = body.height(span) <= left
            empty = TextBlock((), body.style, body.fonts)
            first, rest = body.split(span, left) or ((body, empty) if fits else (empty, body))
            drawn += first.height(span)
            firsts.append(first)
            rests.append(rest)
        if not drawn:
            return None
        return replace(self, bodies=tuple(firsts)), replace(self, bodies=tuple(rests))

    def draw(self, pen: Pen, corner: Point, width: float) -> None:
        """Borders, labels and texts."""
        x, y = corner
        height = self.height(width)
        for label, body, (left, span) in self._columns(width):
            start = x + left
            size = (span + 2 * look.BOX_PAD, height)
            pen.panel((start, y), size, look.RADIUS, stroke=look.RULE)
            top = y + look.BOX_PAD - 1
            label.draw(pen, (start + look.BOX_PAD, top), span)
            body.draw(pen, (start + look.BOX_PAD, top + label.height(span)), span)

    def _columns(self, width: float) -> Sequence[tuple[TextBlock, TextBlock, tuple[float, float]]]:
        """Label, body, and left edge and inner width of each box."""
        free = width - look.BOX_GAP * (len(self.shares) - 1)
        columns = []
        left = 0.0
        for label, body, share in zip(self.labels, self.bodies, self.shares, strict=True):
            outer = free * share / sum(self.shares)
            columns.append((label, body, (left, outer - 2 * look.BOX_PAD)))
            left += outer + look.BOX_GAP
        return columns


@dataclass(frozen=True, slots=True)
class Progress:
    """The title of a checklist, how far it is in words, and the same as a bar."""

    title: TextBlock
    words: TextBlock
    share: float
    gap: float = look.BLOCK_GAP + 4
    keeps_next: bool = True

    def height(self, width: float) -> float:
        """Title and bar."""
        left, right = self._widths(width)
        return max(self.title.height(left), self.words.height(right)) + 6

    def least(self, width: float) -> float:
        """Never divided."""
        return self.height(width)

    def split(self, width: float, room: float, *, alone: bool) -> None:
        """Never divided."""

    def draw(self, pen: Pen, corner: Point, width: float) -> None:
        """Title left, words right, the bar under both."""
        x, y = corner
        left, right = self._widths(width)
        self.title.draw(pen, corner, left)
        self.words.draw(pen, (x + width - right, y), right, "right")
        bar = y + self.height(width) - 4
        pen.panel((x, bar), (width, 2.5), 2, fill=look.RULE)
        if self.share > 0:
            pen.panel((x, bar), (max(2.5, width * self.share), 2.5), 2, fill=look.PRIMARY)

    def _widths(self, width: float) -> tuple[float, float]:
        """Room of the title, which wraps last, and of the words."""
        right = width - 12 - min(self.title.natural_width() + 1, width * 0.6)
        right = min(right, self.words.natural_width() + 1)
        return width - 12 - right, right


@dataclass(frozen=True, slots=True)
class SignPlaces:
    """Places to sign, side by side: whose, a line for the name, a line for the date."""

    places: tuple[tuple[TextBlock, TextBlock, TextBlock], ...]
    gap: float = look.BLOCK_GAP + 3
    keeps_next: bool = False

    def height(self, width: float) -> float:
        """Room enough to write by hand."""
        span = self._span(width) - 2 * look.BOX_PAD
        return max(label.height(span) for label, _, _ in self.places) + 64

    def least(self, width: float) -> float:
        """Never divided."""
        return self.height(width)

    def split(self, width: float, room: float, *, alone: bool) -> None:
        """Never divided."""

    def draw(self, pen: Pen, corner: Point, width: float) -> None:
        """A bordered field for each."""
        x, y = corner
        height, span = self.height(width), self._span(width)
        for label, sign, date in self.places:
            pen.panel((x, y), (span, height), look.RADIUS, stroke=look.RULE)
            left, right = x + look.BOX_PAD, x + span - look.BOX_PAD
            label.draw(pen, (left, y + look.BOX_PAD - 2), right - left)
            for text, foot in ((sign, y + height - 31), (date, y + height - 10)):
                text.draw(pen, (left, foot - text.style.leading + 3), right - left)
                start = left + text.natural_width() + 5
                pen.line([(start, foot), (right, foot)], look.RULE_HEAD, 0.6)
            x += span + look.BOX_GAP

    def _span(self, width: float) -> float:
        count = len(self.places)
        return (width - look.BOX_GAP * (count - 1)) / count
