"""How the paper looks: colours, sizes and distances in points, taken from the design's tokens."""

from desk.documents.pen import PAGE_WIDTH, Colour, colour
from desk.documents.typeset import Style
from desk.domain.report import Tone

INK = colour("#17242D")
INK_2 = colour("#4B5B66")
RULE = colour("#DCE3E8")
RULE_2 = colour("#E8EDF0")
RULE_HEAD = colour("#B4C0C8")
PRIMARY = colour("#0B6B74")
PAPER = colour("#FFFFFF")
BAND = colour("#F4F6F8")

# Ink and ground of a state; every pair has a contrast of at least 4.5 to 1.
TONES: dict[Tone, tuple[Colour, Colour]] = {
    "plain": (INK_2, colour("#EDF1F4")),
    "calm": (colour("#085A62"), colour("#E4F1F2")),
    "good": (colour("#1A6A40"), colour("#E5F3EA")),
    "warn": (colour("#8A5308"), colour("#FDF2DC")),
    "bad": (colour("#B3261E"), colour("#FBE9E7")),
}

MARGIN = 43.5
WIDTH = PAGE_WIDTH - 2 * MARGIN
TITLE = Style(18, 25, INK, strong=True)
NUMBER = Style(12.75, 18, INK, strong=True)
SMALL = Style(8.25, 13, INK_2)
SECTION = Style(10.5, 15, PRIMARY, strong=True)
SUBHEAD = Style(9.75, 15, INK, strong=True)
BODY = Style(9.75, 16, INK)
CODE = Style(19, 28, INK, strong=True)
QUIET = Style(8.25, 13.5, INK_2)
LABEL = Style(9, 14, INK_2)
VALUE = Style(9, 14, INK)
PILL = Style(8.25, 11, INK)

PAD = 6.0  # left and right inside a table cell
ROW_PAD = 4.0  # above and below inside a table cell
BAND_PAD = 2.5  # above and below the date of a timeline
TALL_ROW = 240.0  # a row higher than this may go on over a page ...
TALL_ROW_START = 80.0  # ... if at least this much of it stays
BOX_PAD = 8.0
BOX_GAP = 7.5
RADIUS = 5.0
PARAGRAPH_GAP = 2.0
BLOCK_GAP = 6.0
SECTION_GAP = 13.0
