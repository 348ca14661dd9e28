"""From a paper's values to the parts of its pages, in reading order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from desk.documents import look
from desk.documents.blocks import (
    Capsule,
    Cell,
    CellPart,
    Grid,
    Heading,
    MarkPart,
    Panels,
    Part,
    Plain,
    Progress,
    Row,
    SignPlaces,
)
from desk.documents.columns import fitted
from desk.documents.fonts import FontSet
from desk.documents.typeset import Style, TextBlock
from desk.domain import report as told

_LONGEST_LABEL = 86.0  # a longer label of a fact is wrapped


def parts(sections: Sequence[told.Section], fonts: FontSet) -> tuple[Part, ...]:
    """All parts of a paper from its first section to its last.

    Facts have their values at the same place all over the paper.
    """
    composer = _Composer(fonts, _label_width(sections, fonts))
    return tuple(
        part
        for number, section in enumerate(sections, start=1)
        for part in composer.section(section, f"section-{number}")
    )


@dataclass(frozen=True, slots=True)
class _Composer:
    """Gives every kind of block its parts, set in one set of fonts."""

    fonts: FontSet
    label_width: float

    def section(self, section: told.Section, key: str) -> Iterator[Part]:
        """A heading and the parts under it; a section without blocks is its heading."""
        heading = Heading(self._text(section.title, look.SECTION), section.title, key)
        yield replace(heading, keeps_next=bool(section.blocks))
        found: list[Part] = []
        for block in section.blocks:
            if isinstance(block, told.Signatures) and found:
                found[-1] = _kept(found[-1])  # places to sign look lost on a page of their own
            found += self._block(block)
        yield from found

    def _block(self, block: told.Block) -> Iterator[Part]:
        """The parts of a block; one without contents has none."""
        match block:
            case told.Facts(items=()) | told.Boxes(boxes=()) | told.Paragraphs(items=()):
                return
            case told.Facts():
                yield self._facts(block)
            case told.Boxes():
                yield self._boxes(block)
            case told.Table():
                yield self._table(block)
            case told.Timeline():
                yield self._timeline(block)
            case told.Paragraphs():
                style = look.QUIET if block.quiet else look.BODY
                yield Plain(self._prose(block.items, style))
            case told.Subheading():
                text = self._text(block.text, look.SUBHEAD)
                yield Plain(text, gap=look.BLOCK_GAP + 2, keeps_next=True)
            case told.Checklist():
                yield from self._checklist(block)
            case told.Signatures():
                yield from self._signatures(block)

    def _facts(self, facts: told.Facts) -> Part:
        """Two facts a line; one that is too long for its half has a line of its own.

        Such a fact lets a short one after it go first where half a line would stay empty.
        """
        half = look.WIDTH / 2 - self.label_width
        rows: list[Row] = []
        short: list[Cell] = []
        long: list[Row] = []
        for fact in facts.items:
            value = CellPart(self._text(fact.value, look.VALUE), self._capsule(fact.pill))
            cells = CellPart(self._text(fact.label, look.LABEL)), value
            if "\n" in fact.value or value.natural_width() > half - 2 * look.PAD:
                long.append(Row(cells))
            else:
                short += cells
            if len(short) != 2 or len(long) > 1:
                rows += [Row(tuple(short)), *long] if short else long
                short, long = [], []
        rows += [Row(tuple(short)), *long] if short else long
        shares = (self.label_width, half, self.label_width, half)
        return Grid(shares, tuple(rows))

    def _boxes(self, boxes: told.Boxes) -> Part:
        style = look.CODE if boxes.large else look.BODY
        return Panels(
            tuple(self._text(box.label, look.SMALL) for box in boxes.boxes),
            tuple(TextBlock(box.paragraphs, style, self.fonts, gap=1) for box in boxes.boxes),
            tuple(box.share for box in boxes.boxes),
        )

    def _table(self, table: told.Table) -> Part:
        head = self._row(table.columns, look.LABEL)
        rows = tuple(self._row(row, look.VALUE) for row in table.rows)
        return self._grid(head, rows, table.empty, table.shares)

    def _timeline(self, timeline: told.Timeline) -> Part:
        """Columns nobody wrote in are left out, except time and the two sides."""
        entries = [entry for day in timeline.days for entry in day.entries]
        used = [True, True, True, *(any(getattr(e, n) for e in entries) for n in ("basis", "by"))]
        kept = [at for at, use in enumerate(used) if use]
        rows: list[Row] = []
        for day in timeline.days:
            if day.label:
                band = CellPart(self._text(day.label, replace(look.LABEL, strong=True)))
                rows.append(Row((band,), band=True))
            for entry in day.entries:
                cells = (entry.at, entry.theirs, entry.ours, entry.basis, entry.by)
                rows.append(self._row([cells[at] for at in kept], look.VALUE))
        head = self._row([timeline.headings[at] for at in kept], look.LABEL)
        return self._grid(head, tuple(rows), timeline.empty)

    def _checklist(self, checklist: told.Checklist) -> Iterator[Part]:
        yield Progress(
            self._text(checklist.title, look.SUBHEAD),
            self._text(checklist.progress, look.SMALL),
            min(1.0, checklist.done / checklist.total) if checklist.total else 0.0,
        )
        rows = tuple(
            Row(
                (
                    MarkPart(item.mark),
                    CellPart(self._text(item.text, look.VALUE)),
                    CellPart(self._text(item.detail, look.LABEL)),
                    CellPart(capsule=self._capsule(item.state)),
                )
            )
            for item in checklist.items
        )
        yield Grid(_shares(rows), rows, gap=0)

    def _signatures(self, signatures: told.Signatures) -> Iterator[Part]:
        if signatures.note:
            note = self._text(signatures.note, look.QUIET)
            yield Plain(note, keeps_next=bool(signatures.fields))
        if signatures.fields:
            yield SignPlaces(
                tuple(
                    (
                        self._text(place.label, look.LABEL),
                        self._text(place.sign, look.SMALL),
                        self._text(place.date, look.SMALL),
                    )
                    for place in signatures.fields
                )
            )

    def _grid(
        self, head: Row, rows: tuple[Row, ...], empty: str, shares: tuple[float, ...] = ()
    ) -> Part:
        shares = shares or _shares((head, *rows))
        if not rows and empty:
            rows = (Row((CellPart(self._text(empty, look.LABEL)),)),)
        return Grid(shares, rows, head)

    def _row(self, cells: Sequence[told.Cell], style: Style) -> Row:
        return Row(tuple(self._cell(cell, style) for cell in cells))

    def _cell(self, cell: told.Cell, style: Style) -> CellPart:
        match cell:
            case told.Pill():
                return CellPart(capsule=self._capsule(cell))
            case told.Prose():
                return CellPart(self._prose((cell,), style))
            case _:
                return CellPart(self._text(cell, style))

    def _capsule(self, pill: told.Pill | None) -> Capsule | None:
        if pill is None or not pill.text:
            return None
        style = replace(look.PILL, ink=look.TONES[pill.tone][0])
        return Capsule(self._text(pill.text, style), pill.tone)

    def _text(self, text: str, style: Style) -> TextBlock:
        return TextBlock.of(text, style, self.fonts)

    def _prose(self, paragraphs: Sequence[told.Prose], style: Style) -> TextBlock:
        return TextBlock(tuple(paragraphs), style, self.fonts, look.PARAGRAPH_GAP)


def _label_width(sections: Sequence[told.Section], fonts: FontSet) -> float:
    """Width of the label column of all facts: labels of usual length stand on one line."""
    widths = (
        TextBlock.of(fact.label, look.LABEL, fonts).natural_width()
        for section in sections
        for block in section.blocks
        if isinstance(block, told.Facts)
        for fact in block.items
    )
    longest = max((w for w in widths if w <= _LONGEST_LABEL), default=_LONGEST_LABEL)
    return longest + 2 * look.PAD + 4


def _shares(rows: Sequence[Row]) -> tuple[float, ...]:
    """Widths of a table's columns by their contents; bands run over all of them."""
    needs = [
        [cell.natural_width() + 2 * look.PAD + 1 for cell in row.cells]
        for row in rows
        if not row.band
    ]
    return fitted(needs, look.WIDTH) if needs else ()


def _kept(part: Part) -> Part:
    """A part that does not end a page."""
    return replace(part, keeps_next=True) if isinstance(part, Grid | Panels | Plain) else part
