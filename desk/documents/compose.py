"""From a report's values to the parts of its pages, in reading order."""

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
from desk.documents.fonts import FontSet
from desk.documents.typeset import Style, TextBlock
from desk.domain import report as told


def parts(report: told.CaseReport, fonts: FontSet) -> tuple[Part, ...]:
    """All parts of a report from its first section to its last."""
    composer = _Composer(fonts)
    return tuple(
        part
        for number, section in enumerate(report.sections, start=1)
        for part in composer.section(section, f"section-{number}")
    )


@dataclass(frozen=True, slots=True)
class _Composer:
    """Gives every kind of block its parts, set in one set of fonts."""

    fonts: FontSet

    def section(self, section: told.Section, key: str) -> Iterator[Part]:
        """A heading and the parts under it; a section without blocks is its heading."""
        heading = Heading(self._text(section.title, look.SECTION), section.title, key)
        yield replace(heading, keeps_next=bool(section.blocks))
        for block in section.blocks:
            yield from self._block(block)

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
        labels = [self._text(fact.label, look.LABEL) for fact in facts.items]
        widest = max((label.natural_width() for label in labels), default=0.0)
        label_width = min(max(widest + 2 * look.PAD + 4, 62.0), 112.0)
        half = (look.WIDTH / 2) - label_width
        rows: list[Row] = []
        line: list[Cell] = []
        for fact, label in zip(facts.items, labels, strict=True):
            value = CellPart(self._text(fact.value, look.VALUE), self._capsule(fact.pill))
            if line and (fact.wide or len(line) == 4):
                rows.append(_full(line))
                line = []
            line += [CellPart(label), value]
            if fact.wide:
                rows.append(Row(tuple(line)))
                line = []
        if line:
            rows.append(_full(line))
        return Grid((label_width, half, label_width, half), tuple(rows), gap=look.BLOCK_GAP - 2)

    def _boxes(self, boxes: told.Boxes) -> Part:
        return Panels(
            tuple(self._text(box.label, look.SMALL) for box in boxes.boxes),
            tuple(TextBlock(box.paragraphs, look.BODY, self.fonts, gap=1) for box in boxes.boxes),
            tuple(box.share for box in boxes.boxes),
        )

    def _table(self, table: told.Table) -> Part:
        head = self._row([column.title for column in table.columns], look.LABEL)
        rows = tuple(self._row(row, look.VALUE) for row in table.rows)
        shares = tuple(float(column.share) for column in table.columns)
        return self._grid(shares, rows, head, table.empty)

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
        shares = (46.0, 152.0, 172.0, 90.0, 48.0)
        return self._grid(tuple(shares[at] for at in kept), tuple(rows), head, timeline.empty)

    def _checklist(self, checklist: told.Checklist) -> Iterator[Part]:
        yield Progress(
            self._text(checklist.title, look.SUBHEAD),
            self._text(checklist.progress, look.SMALL),
            min(1.0, checklist.done / checklist.total) if checklist.total else 0.0,
        )
        rows = (
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
        yield Grid((22, 276, 130, 80), tuple(rows), gap=0)

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
        self, shares: tuple[float, ...], rows: tuple[Row, ...], head: Row, empty: str
    ) -> Part:
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


def _full(line: Sequence[Cell]) -> Row:
    """A row of facts, filled up to four cells."""
    return Row((*line, *(CellPart() for _ in range(4 - len(line)))))
