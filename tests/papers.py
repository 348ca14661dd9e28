"""Reports read back as text, and the plain one that tests of single blocks are drawn in."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2

from desk.documents.fonts import FontSet
from desk.documents.pages import BODY_BOTTOM, LATER_TOP
from desk.documents.pen import PAGE_HEIGHT
from desk.domain.report import CaseReport, Seal, Section

FONTS = FontSet()


def squeezed(text: str) -> str:
    """A text without white space, which line breaks may add or take."""
    return "".join(text.split())


def page_texts(pdf: bytes | Path, *, body_only: bool = False) -> list[str]:
    """The text of each page in reading order, squeezed.

    `body_only` leaves out the foot of every page and the line above later pages, so that a text
    that goes on over a page reads on without interruption.
    """
    found = []
    with _opened(pdf) as document:
        for at, page in enumerate(document):
            bounds: dict[str, float] = {}
            if body_only:
                bounds["bottom"] = PAGE_HEIGHT - BODY_BOTTOM - 4
                if at > 0:
                    bounds["top"] = PAGE_HEIGHT - LATER_TOP + 4
            # PDFium writes U+FFFE for a hyphen at the end of a line.
            text = page.get_textpage().get_text_bounded(**bounds)
            found.append(squeezed(text.replace("\ufffe", "-").replace("\x02", "-")))
    return found


def body(pdf: bytes | Path) -> str:
    """The text of all pages without their foot and head."""
    return "".join(page_texts(pdf, body_only=True))


def whole(pdf: bytes | Path) -> str:
    """Everything that stands on the pages."""
    return "".join(page_texts(pdf))


def seal_mark(pdf: bytes | Path) -> str:
    """The line of the seal in the document's keywords, which is also that of its QR code."""
    with _opened(pdf) as document:
        return str(document.get_metadata_value("Keywords")).partition(" HEADS1:")[0]


def with_blocks(*sections: Section) -> CaseReport:
    """A report of these sections."""
    return CaseReport(
        copy="internal",
        language="zh",
        number="TS-1121-014",
        title="消费投诉处理报告",
        branch="城东支行",
        branch_line="城东支行 · 消费者权益保护",
        copy_label="内部留存件",
        generated_at=dt.datetime(2026, 11, 24, 16, 2, tzinfo=dt.UTC),
        generated_by="赵（0233）",
        device="PC02",
        pack_label="cn-branch 2026.11",
        rules_label="cn-nfra-2020.3",
        seal=Seal.of("7f3a91c20d5e4b88", 42),
        sections=sections,
    )


@contextmanager
def _opened(pdf: bytes | Path) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()
