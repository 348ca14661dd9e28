"""Papers that are of no one case, as PDF files in the style of the reports."""

from pathlib import Path

from desk.documents import compose
from desk.documents.fonts import FontSet
from desk.documents.pages import Frame
from desk.documents.pen import About
from desk.documents.report import PRODUCT, Draft, drafted, drawn, require_glyphs
from desk.domain.report import Paper


def draft_paper(paper: Paper, target: Path, fonts: FontSet) -> Draft:
    """Write a paper beside `target`, not yet in its place.

    Raises GlyphMissing before anything is written, DiskFull, CannotWrite, FolderMissing, or
    NotReplaced when `target` is something else than a PDF.
    """
    content, pages = render_paper(paper, fonts)
    return drafted(content, pages, target)


def render_paper(paper: Paper, fonts: FontSet) -> tuple[bytes, int]:
    """A paper as the bytes of a PDF file, and its number of pages. Raises GlyphMissing."""
    require_glyphs(paper.texts(), fonts)
    about = About(
        title=" ".join(filter(None, (paper.title, paper.number))),
        author=paper.branch,
        subject=paper.label,
        keywords=paper.mark,
        creator=PRODUCT,
        language="en" if paper.language == "en" else "zh-CN",
        made_at=paper.made_at,
    )
    frame = Frame.of_paper(paper, fonts)
    return drawn(compose.parts(paper.sections, fonts), frame, about, fonts)
