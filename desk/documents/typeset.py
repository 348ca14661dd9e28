"""Breaks text into lines as Chinese print wants it, without changing a character of it.

Belongs here: what an unprintable character becomes, where a line may break, how wide text is.
ReportLab's own CJK wrapping cuts words and numbers and lets ，start a line; hence this module.

Rules of breaking (GB/T 15834): no closing mark at the start of a line, no opening mark at its
end; a Latin word or a number stays whole and keeps a measure word after it (11月, 15天); a piece
wider than the line is cut where the line ends. Spaces at a break are dropped.
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from desk.documents.fonts import FontSet
from desk.documents.pen import Colour, Pen, Point, Span
from desk.domain.report import Prose, Run

Align = Literal["left", "right", "centre"]

_NOT_FIRST = frozenset("，。、；：？！）】》〉」』〕〗］｝”’…—·・‥％‰℃°,.;:?!)]}>%~～々ー")
_NOT_LAST = frozenset("（【《〈「『〔〖［｛“‘([{<￥¥$£#＃@＠§№")
_MEASURES = frozenset("年月日号时点分秒天周次人名位笔项个件条款页份元角万亿岁级类期档％%℃")
_SPACES = " \u3000"
_HAIR = 0.01  # points by which sums of widths may be off

# Noto Sans SC has these marks as wide as an ideograph, which tears Latin text apart. There they
# get the room of their ink: advance and shift in 1/1000 em.
_NARROW_IN_LATIN = {
    "‘": (240.0, -760.0),
    "’": (240.0, 0.0),
    "“": (430.0, -578.0),
    "”": (420.0, 0.0),
    "·": (300.0, -350.0),
}
_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")

# Format characters that turn the order of reading round; without their code the paper could
# read differently from the record.
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def shown(text: str) -> str:
    """`text` as it is printed: the same characters, as far as they have a shape.

    Line ends become line feeds, a tab or an unusual space a space. A character without any shape
    (zero-width marks, soft hyphens, variation selectors) is left out, since nobody would see it
    anywhere. A control or direction character or a lone surrogate has no shape but is not
    harmless either: it is printed by its code, `‹U+0007›`, so that the paper hides nothing.
    """
    text = _LINE_ENDS.sub("\n", text)
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(map(_shown_char, text))


@functools.lru_cache(maxsize=8192)
def _shown_char(char: str) -> str:
    """One character as it is printed, see :func:`shown`."""
    if char in "\n\u3000":
        return char
    kind = unicodedata.category(char)
    if kind == "Zs" or char == "\t":
        return " "
    if kind in {"Cc", "Cs"} or char in _DIRECTIONS:
        return f"‹U+{ord(char):04X}›"
    if kind == "Cf" or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return ""
    return char


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks; sizes in points."""

    size: float
    leading: float
    ink: Colour
    strong: bool = False


class _Glyph(NamedTuple):
    """A character in a font: how far it moves the pen, and is moved itself, in points.

    `narrowed` says that it takes less room than its font gives it.
    """

    char: str
    font: str
    advance: float
    shift: float
    narrowed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: stretches (offset in points, font name, text) and its width."""

    stretches: tuple[tuple[float, str, str], ...]
    width: float


@dataclass(slots=True)
class TextBlock:
    """Paragraphs in one style, broken for a width when first asked."""

    paragraphs: tuple[Prose, ...]
    style: Style
    fonts: FontSet
    gap: float = 0.0
    _lines: dict[float, tuple[tuple[Line, ...], ...]] = field(default_factory=dict)
    _glyphs: list[list[list[_Glyph]]] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, style: Style, fonts: FontSet) -> "TextBlock":
        """A block of one plain paragraph."""
        return cls((Prose((Run(text),)),), style, fonts)

    def lines(self, width: float) -> tuple[Line, ...]:
        """All lines for a width, paragraphs run together."""
        return tuple(itertools.chain.from_iterable(self._broken(width)))

    def height(self, width: float) -> float:
        """Height in points at a width."""
        paragraphs = self._broken(width)
        count = sum(map(len, paragraphs))
        return count * self.style.leading + self.gap * max(0, len(paragraphs) - 1)

    def natural_width(self) -> float:
        """Width of the longest line when nothing forces a break."""
        lines = itertools.chain.from_iterable(self._written())
        return max((sum(glyph.advance for glyph in line) for line in lines), default=0.0)

    def split(self, width: float, room: float) -> tuple["TextBlock", "TextBlock"] | None:
        """The lines that fit into `room` and the rest; None when either would be empty."""
        head: list[tuple[Line, ...]] = []
        paragraphs = self._broken(width)
        for at, lines in enumerate(paragraphs):
            fitting = max(0, int((room + 0.01) // self.style.leading))
            if fitting < len(lines):
                rest = (lines[fitting:], *paragraphs[at + 1 :])
                if fitting:
                    head.append(lines[:fitting])
                break
            head.append(lines)
            room -= len(lines) * self.style.leading + self.gap
        else:
            return None
        if not head:
            return None
        return self._with(width, tuple(head)), self._with(width, rest)

    def draw(self, pen: Pen, corner: Point, width: float, align: Align = "left") -> None:
        """Draw with the top left corner of the block at `corner`."""
        x, y = corner
        spans: list[Span] = []
        style = self.style
        # An ideograph stands 0.88 em above and 0.12 em below its baseline.
        y += (style.leading - style.size) / 2 + 0.88 * style.size
        for lines in self._broken(width):
            for line in lines:
                start = x + _indent(align, width - line.width)
                spans += [((start + left, y), font, text) for left, font, text in line.stretches]
                y += style.leading
            y += self.gap
        if spans:
            pen.text(spans, style.size, style.ink)

    def _broken(self, width: float) -> tuple[tuple[Line, ...], ...]:
        key = round(width, 3)
        if key not in self._lines:
            self._lines[key] = tuple(
                tuple(line for written in paragraph for line in _fill(_pieces(written), width))
                for paragraph in self._written()
            )
        return self._lines[key]

    def _written(self) -> list[list[list[_Glyph]]]:
        """The glyphs of every paragraph by written line, measured once."""
        if len(self._glyphs) < len(self.paragraphs):
            for paragraph in self.paragraphs:
                self._glyphs.append(list(_hard_lines(paragraph, self.style, self.fonts)))
        return self._glyphs

    def _with(self, width: float, lines: tuple[tuple[Line, ...], ...]) -> "TextBlock":
        """A part of this block, already broken for `width`."""
        return TextBlock((), self.style, self.fonts, self.gap, {round(width, 3): lines})


def _indent(align: Align, free: float) -> float:
    """How far a line moves to the right when `free` points are left."""
    return {"left": 0.0, "right": free, "centre": free / 2}[align]


def _hard_lines(paragraph: Prose, style: Style, fonts: FontSet) -> Iterator[list[_Glyph]]:
    """The glyphs of a paragraph, by written line."""
    scale = style.size / 1000
    narrow = _NARROW_IN_LATIN if _is_latin(paragraph) else {}
    glyphs: list[_Glyph] = []
    for run in paragraph.runs:
        strong = run.strong or style.strong
        main = fonts.main(strong=strong)
        for char in shown(run.text):
            if char == "\n":
                yield glyphs
                glyphs = []
                continue
            face = main
            if ord(char) not in main.advances:
                face = fonts.face_for(char, strong=strong) or main
            advance, shift = face.advances.get(ord(char), 1000.0), 0.0
            narrowed = char in narrow and advance == 1000.0
            if narrowed:
                advance, shift = narrow[char]
                if glyphs and glyphs[-1].char not in _SPACES:  # or a reader takes it to be first
                    held = max(0.0, -shift - glyphs[-1].advance / scale)
                    advance, shift = advance + held, shift + held
            glyphs.append(_Glyph(char, face.name, advance * scale, shift * scale, narrowed))
    yield glyphs


def _is_latin(paragraph: Prose) -> bool:
    """Whether a paragraph is in a Latin script, give or take a Chinese name."""
    text = "".join(run.text for run in paragraph.runs)
    if text.isascii():
        return True
    letters = sum(char.isascii() and char.isalpha() for char in text)
    return letters > 4 * sum(char >= "\u2e80" for char in text)


def _pieces(glyphs: Sequence[_Glyph]) -> Iterator[Sequence[_Glyph]]:
    """A written line in pieces that should not be broken; a piece of spaces has only spaces."""
    start = 0
    for at in range(1, len(glyphs) + 1):
        if at == len(glyphs) or _may_break(glyphs[at - 1].char, glyphs[at].char):
            yield glyphs[start:at]
            start = at


@functools.lru_cache(maxsize=32768)
def _may_break(before: str, after: str) -> bool:
    """Whether a line may end between two neighbouring characters."""
    if before in _SPACES or after in _SPACES:
        return (before in _SPACES) != (after in _SPACES)
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    if _in_word(before):
        return not (_in_word(after) or (before.isdigit() and after in _MEASURES))
    return not (before == "’" and _in_word(after))  # it’s


def _in_word(char: str) -> bool:
    """Whether a character is part of a word or number that is written without breaks."""
    if char < "\u2e80":
        return char not in "“”‘’…—·"
    return "０" <= char <= "ｚ" and char.isalnum()


def _fill(pieces: Iterable[Sequence[_Glyph]], width: float) -> Iterator[Line]:
    """Pieces in lines, each as full as it can be; at least one line, even if empty."""
    line: list[_Glyph] = []
    used = 0.0
    wrapped = False
    for piece in pieces:
        needed = sum(glyph.advance for glyph in piece)
        if used + needed <= width + _HAIR:
            line += piece
            used += needed
            continue
        if needed <= width or piece[0].char in _SPACES:
            yield _line(line)
            line, used = ([], 0.0) if piece[0].char in _SPACES else ([*piece], needed)
        else:
            for glyph in piece:
                if line and used + glyph.advance > width + _HAIR:
                    yield _line(line)
                    line, used = [], 0.0
                line.append(glyph)
                used += glyph.advance
        wrapped = True
    if line or not wrapped:
        yield _line(line)


def _line(glyphs: Sequence[_Glyph]) -> Line:
    """Glyphs side by side, joined into stretches; a narrowed glyph stands for itself."""
    stretches: list[tuple[float, str, str]] = []
    x = 0.0
    for (font, narrowed), group in itertools.groupby(glyphs, key=lambda g: (g.font, g.narrowed)):
        stretch = list(group)
        if narrowed:
            for glyph in stretch:
                stretches.append((x + glyph.shift, font, glyph.char))
                x += glyph.advance
        else:
            stretches.append((x, font, "".join(glyph.char for glyph in stretch)))
            x += sum(glyph.advance for glyph in stretch)
    return Line(tuple(stretches), x)
