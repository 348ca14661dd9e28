"""A finished case report as text: what stands on the paper, in reading order, in one language.

The service fills these values from a case; `desk.documents` draws them. Nothing here knows a
case, a page or a font. Every string is shown exactly as it is written here, so a customer copy
must already be masked and must not hold what the customer may not see: no assessment, no internal
notes, masked third parties. A reply names what was found, the decision with its basis and
reasons, and the ways that remain open: review by the superior branch, mediation, arbitration,
court (令2020年第3号 Art 19).
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from desk.domain.proof import ChainHead
from desk.i18n import Language

Copy = Literal["internal", "customer"]
Tone = Literal["plain", "calm", "good", "warn", "bad"]
Mark = Literal["done", "open", "not_applicable"]

# Fields that steer the drawing and are never printed.
_NOT_SHOWN = frozenset({"copy", "language", "branch", "tone", "mark", "full_hash", "heads", "mac"})


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one weight."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Prose:
    """One paragraph; a line feed inside it starts a new line."""

    runs: tuple[Run, ...]

    @classmethod
    def of(cls, *texts: str) -> Self:
        """A paragraph of alternating plain and strong texts, beginning with a plain one."""
        runs = (Run(text, strong=at % 2 == 1) for at, text in enumerate(texts))
        return cls(tuple(run for run in runs if run.text))


@dataclass(frozen=True, slots=True)
class Pill:
    """A short state in a coloured capsule; the word says it, the tone only helps."""

    text: str
    tone: Tone = "calm"


Cell = str | Prose | Pill


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value, with an optional state behind it."""

    label: str
    value: str
    pill: Pill | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled values in two columns, read line by line; a long one has a line of its own."""

    items: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A bordered text with a small label; `share` is its part of the line's width."""

    label: str
    paragraphs: tuple[Prose, ...]
    share: int = 1


@dataclass(frozen=True, slots=True)
class Boxes:
    """One to four boxes side by side, of equal height; `large` for what is to be typed off."""

    boxes: tuple[Box, ...]
    large: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column headings, which are repeated on every page the table reaches.

    Every row has as many cells as there are columns, and their contents decide how wide these
    are, unless `shares` of the line say so. `empty` is shown when there are no rows.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = ""
    shares: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One moment of the course of events, told in the customer's column, ours, or both."""

    at: str
    theirs: str = ""
    ours: str = ""
    basis: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """The moments of one day, under its date."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The course of events in two columns, the customer's account beside the institution's.

    `headings` names time, customer's side, our side, basis, handled by, in this order.
    """

    headings: tuple[str, str, str, str, str]
    days: tuple[Day, ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Running text; `quiet` for remarks that may be read last."""

    items: tuple[Prose, ...]
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading inside a section; kept with what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class CheckItem:
    """A line of a checklist: what, by whom and until when, and where it stands in words."""

    mark: Mark
    text: str
    detail: str
    state: Pill


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist with its progress in words (`progress`) and as a bar (`done` of `total`)."""

    title: str
    progress: str
    done: int
    total: int
    items: tuple[CheckItem, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """A place to sign: whose, and the labels of the signature and of the date."""

    label: str
    sign: str
    date: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places to sign, side by side, never parted from each other by a page."""

    fields: tuple[Signature, ...]
    note: str = ""


Block = Facts | Boxes | Table | Timeline | Paragraphs | Subheading | Checklist | Signatures


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the report; its title already holds the number. Bookmarked."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Seal:
    """What ties the paper to the record: the head of the case's chain and how long it is.

    `full_hash` is the head in hexadecimal, `code` its first twelve digits as people read them
    out, `checked` whether the case's part of the chain was verified when the report was made.
    `heads` is where each device's chain ended then, and `mac` the vault's mark over all of it
    (`desk.domain.proof.Anchor`): these stand in the file and not on the paper.
    """

    code: str
    record_count: int
    full_hash: str
    checked: bool = False
    heads: tuple[ChainHead, ...] = ()
    mac: str = ""

    @classmethod
    def of(
        cls,
        full_hash: str,
        record_count: int,
        *,
        checked: bool = False,
        heads: tuple[ChainHead, ...] = (),
        mac: str = "",
    ) -> Self:
        """The seal of a chain head: `7f3a91c20d5e…` gives the code `7F3A-91C2-0D5E`."""
        head = full_hash.upper()
        code = "-".join((head[0:4], head[4:8], head[8:12]))
        return cls(code, record_count, full_hash, checked, heads, mac)


@dataclass(frozen=True, slots=True)
class CaseReport:
    """One copy of a case report, ready to be drawn.

    `branch` goes into the document's metadata only, which must hold no person's name;
    `generated_at` carries its offset from UTC; `copy_label` says in words which copy this is.
    """

    copy: Copy
    language: Language
    number: str
    title: str
    branch: str
    branch_line: str
    copy_label: str
    generated_at: datetime
    generated_by: str
    device: str
    pack_label: str
    rules_label: str
    seal: Seal
    sections: tuple[Section, ...]

    def texts(self) -> tuple[str, ...]:
        """Every string that the paper shows, in reading order, empty ones left out."""
        return tuple(_strings(self))


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that is of no one case, ready to be drawn: a list, a recovery sheet, a result.

    `number` and `label` stand at the right of its head, `foot` on every page, beside it `mark`,
    which machines read ("" for none). `branch` goes into the document's metadata only; `made_at`
    carries its offset from UTC.
    """

    language: Language
    title: str
    number: str
    label: str
    branch: str
    branch_line: str
    made_at: datetime
    foot: tuple[str, ...]
    sections: tuple[Section, ...]
    mark: str = ""

    def texts(self) -> tuple[str, ...]:
        """Every string that the paper shows, in reading order, empty ones left out."""
        return tuple(_strings(self))


def _strings(value: object) -> Iterator[str]:
    """The shown strings inside a report value, depth first."""
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _strings(part)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name not in _NOT_SHOWN:
                yield from _strings(getattr(value, field.name))
