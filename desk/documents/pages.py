"""Pages: which part stands where, and what every page carries above and below its parts.

Pages are laid out before anything is drawn, so the number of pages is known on the first one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desk.documents import look, marks
from desk.documents.blocks import Part
from desk.documents.fonts import FontSet
from desk.documents.pen import PAGE_HEIGHT, Pen
from desk.documents.typeset import TextBlock
from desk.domain.report import CaseReport, Paper
from desk.i18n import catalogue

BODY_BOTTOM = PAGE_HEIGHT - 80.0
LATER_TOP = 66.0  # where parts begin on every page but the first
_RIGHT = look.MARGIN + look.WIDTH
_FOOT_TOP = PAGE_HEIGHT - 72.0
_QR_SIZE = 42.0
_STAMP = "seal"

Placed = tuple[float, Part]


def lay_out(parts: Sequence[Part], first_top: float) -> tuple[tuple[Placed, ...], ...]:
    """The parts with the height each begins at, page by page; at least one page."""
    pages: list[tuple[Placed, ...]] = []
    page: list[Placed] = []
    y = first_top
    waiting = list(reversed(parts))
    while waiting:
        part = waiting.pop()
        start = y + (part.gap if page else 0.0)
        room = BODY_BOTTOM - start
        height = part.height(look.WIDTH)
        fits = height <= room
        if fits and height + _kept_below(part, waiting) <= room:
            page.append((start, part))
            y = start + height
            continue
        if fits:  # what is kept with it does not; the end of it goes along
            room = height - 1
        alone = not (page or fits)
        divided = None
        if part.least(look.WIDTH) <= room or alone:
            divided = part.split(look.WIDTH, room, alone=alone)
        if divided:
            page.append((start, divided[0]))
            waiting.append(divided[1])
        elif not page:
            page.append((start, part))
        else:
            waiting.append(part)
        pages.append(tuple(page))
        page, y = [], LATER_TOP
    if page or not pages:
        pages.append(tuple(page))
    return tuple(pages)


def _kept_below(part: Part, waiting: Sequence[Part]) -> float:
    """Room that must stay under a part because what follows may not be parted from it."""
    kept = 0.0
    for following in reversed(waiting):
        if not part.keeps_next:
            break
        least = following.least(look.WIDTH)
        kept += following.gap + least
        if least < following.height(look.WIDTH):
            break  # its end may stand on the next page, with all that follows it
        part = following
    return kept


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the parts: the first page's head, the later pages' line, the foot."""

    branch: TextBlock
    title: TextBlock
    number: TextBlock
    copy_label: TextBlock
    running: TextBlock
    foot: TextBlock
    page_of: str
    fonts: FontSet
    qr: str
    """What machines read; empty for a paper without a code."""

    @classmethod
    def of(cls, report: CaseReport, fonts: FontSet) -> "Frame":
        """The frame of a report, in the report's language."""
        paper = Paper(
            language=report.language,
            title=report.title,
            number=report.number,
            label=report.copy_label,
            branch=report.branch,
            branch_line=report.branch_line,
            made_at=report.generated_at,
            foot=tuple(_foot_lines(report)),
            sections=report.sections,
            mark=marks.seal_mark(report.number, report.seal),
        )
        return cls.of_paper(paper, fonts)

    @classmethod
    def of_paper(cls, paper: Paper, fonts: FontSet) -> "Frame":
        """The frame of any paper, in its language."""

        def small(text: str) -> TextBlock:
            return TextBlock.of(text, look.SMALL, fonts)

        return cls(
            branch=small(paper.branch_line),
            title=TextBlock.of(paper.title, look.TITLE, fonts),
            number=TextBlock.of(paper.number, look.NUMBER, fonts),
            copy_label=small(paper.label),
            running=small(" · ".join(filter(None, (paper.title, paper.number)))),
            foot=small("\n".join(paper.foot)),
            page_of=catalogue(paper.language).gettext("Page {page} / {pages}"),
            fonts=fonts,
            qr=paper.mark,
        )

    def first_top(self) -> float:
        """Where parts begin on the first page."""
        return self._rule() + 14

    def prepare(self, pen: Pen) -> None:
        """Get ready what every page repeats; before the first page."""
        if not self.qr:
            return
        corner = (look.MARGIN, _FOOT_TOP + 6)
        pen.stamp(_STAMP, marks.squares(self.qr, corner, _QR_SIZE))

    def draw(self, pen: Pen, page: int, pages: int) -> None:
        """Head and foot of page `page` of `pages`."""
        if page == 1:
            self._masthead(pen)
        else:
            self._running_line(pen)
        self._foot(pen, page, pages)

    def _masthead(self, pen: Pen) -> None:
        left, rule = self._left(), self._rule()
        self.branch.draw(pen, (look.MARGIN, 39), left)
        self.title.draw(pen, (look.MARGIN, 41 + self.branch.height(left)), left)
        start = look.MARGIN + left + 18
        width = _RIGHT - start
        y = rule - 9 - self.copy_label.height(width)
        self.copy_label.draw(pen, (start, y), width, "right")
        self.number.draw(pen, (start, y - self.number.height(width) - 1), width, "right")
        pen.line([(look.MARGIN, rule), (_RIGHT, rule)], look.PRIMARY, 1.5)

    def _rule(self) -> float:
        """Height of the coloured rule under title and number."""
        left = self._left()
        right = look.WIDTH - left - 18
        title = self.branch.height(left) + 2 + self.title.height(left)
        number = self.number.height(right) + 1 + self.copy_label.height(right)
        return 39 + max(title, number) + 12

    def _left(self) -> float:
        """Width of the title's side; the number's side takes what it needs, up to half."""
        needed = max(self.number.natural_width(), self.copy_label.natural_width())
        return look.WIDTH - 18 - min(needed + 1, look.WIDTH / 2)

    def _running_line(self, pen: Pen) -> None:
        half = look.WIDTH / 2
        self.running.draw(pen, (look.MARGIN, 37), half)
        self.copy_label.draw(pen, (look.MARGIN + half, 37), half, "right")
        pen.line([(look.MARGIN, 54), (_RIGHT, 54)], look.RULE, 0.75)

    def _foot(self, pen: Pen, page: int, pages: int) -> None:
        top = _FOOT_TOP
        pen.line([(look.MARGIN, top), (_RIGHT, top)], look.RULE, 0.75)
        start = look.MARGIN
        if self.qr:
            pen.press(_STAMP, look.INK)
            start += _QR_SIZE + 9
        words = self.page_of.format(page=page, pages=pages)
        page_of = TextBlock.of(words, look.SMALL, self.fonts)
        width = _RIGHT - start - page_of.natural_width() - 18
        y = top + 6 + (_QR_SIZE - self.foot.height(width)) / 2
        self.foot.draw(pen, (start, y), width)
        middle = top + 6 + (_QR_SIZE - look.SMALL.leading) / 2
        page_of.draw(pen, (start, middle), _RIGHT - start, "right")


def _foot_lines(report: CaseReport) -> Iterator[str]:
    """Seal, versions and origin, as every page states them."""
    speak = catalogue(report.language)
    seal = report.seal
    count = speak.ngettext("{n} record", "{n} records", seal.record_count)
    if seal.checked:
        count = speak.ngettext(
            "{n} record, chain verified when generated",
            "{n} records, chain verified when generated",
            seal.record_count,
        )
    code = speak.gettext("Seal {code}").format(code=seal.code)
    yield f"{code}\u3000{count.format(n=seal.record_count)}"
    pack = speak.gettext("Content pack {pack}").format(pack=report.pack_label)
    rules = speak.gettext("Rule pack {rules}").format(rules=report.rules_label)
    yield f"{pack}\u3000{rules}"
    yield speak.gettext("Generated {time} · {person} · {device}").format(
        time=f"{report.generated_at:%Y-%m-%d %H:%M}",
        person=report.generated_by,
        device=report.device,
    )
