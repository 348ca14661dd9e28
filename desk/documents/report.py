"""The case report as a PDF file: checked for missing characters, drawn, and put in place whole."""

import errno
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from desk.documents import compose, look, marks
from desk.documents.fonts import FontSet
from desk.documents.pages import Frame, lay_out
from desk.documents.pen import DRAWING, About, Pen
from desk.documents.typeset import shown
from desk.domain.report import CaseReport
from desk.errors import CannotWrite, DiskFull, GlyphMissing, NotReplaced

_PDF = b"%PDF-"

PRODUCT = "Complaint Desk 诉解台"


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A written report: how many pages, and the SHA-256 of the file in hexadecimal."""

    path: Path
    pages: int
    sha256: str


def write_report(report: CaseReport, target: Path, fonts: FontSet) -> ReportFile:
    """Write a report to `target`, replacing what is there only when the new file is complete.

    The same report and fonts give the same bytes. Raises GlyphMissing (`characters`) before
    anything is written, DiskFull or CannotWrite (`path`) with `target` untouched, NotReplaced when
    `target` is something else than a PDF. No copy is left anywhere else: a report holds personal
    data.
    """
    content, pages = render(report, fonts)
    _put(content, target)
    return ReportFile(target, pages, hashlib.sha256(content).hexdigest())


def render(report: CaseReport, fonts: FontSet) -> tuple[bytes, int]:
    """A report as the bytes of a PDF file, and its number of pages; nothing is written.

    Raises GlyphMissing when a character has no font. One report is drawn at a time.
    """
    missing = missing_glyphs(report, fonts)
    if missing:
        raise GlyphMissing(characters="".join(missing))
    frame = Frame.of(report, fonts)
    pages = lay_out(compose.parts(report, fonts), frame.first_top())
    with DRAWING:
        pen = Pen(_about(report), fonts.main(strong=False).name)
        frame.prepare(pen)
        for at, page in enumerate(pages, start=1):
            if at > 1:
                pen.next_page()
            frame.draw(pen, at, len(pages))
            for top, part in page:
                part.draw(pen, (look.MARGIN, top), look.WIDTH)
        return pen.finish(), len(pages)


def missing_glyphs(report: CaseReport, fonts: FontSet) -> tuple[str, ...]:
    """The characters of a report that no font at hand shows, each once, in reading order."""
    printed = shown("".join(report.texts()))
    return fonts.missing(printed.replace("\n", ""))


def _about(report: CaseReport) -> About:
    """The file's own description: branch and case number, never a person."""
    return About(
        title=f"{report.title} {report.number}",
        author=report.branch,
        subject=report.copy_label,
        keywords=marks.seal_mark(report.number, report.seal),
        creator=PRODUCT,
        language="en" if report.language == "en" else "zh-CN",
        made_at=report.generated_at,
    )


def _put(content: bytes, target: Path) -> None:
    """Write beside `target`, then rename over it."""
    part: Path | None = None
    try:
        if not _is_ours_to_replace(target):
            raise NotReplaced(path=str(target))
        with tempfile.NamedTemporaryFile(
            dir=target.parent, prefix=f".{target.stem}-", suffix=".part", delete=False
        ) as file:
            part = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        if part is not None:
            part.unlink(missing_ok=True)
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(path=str(target)) from error
        raise CannotWrite(path=str(target), reason=error.strerror or "") from error


def _is_ours_to_replace(target: Path) -> bool:
    """Whether nothing, an empty file or a PDF is there: a slip must not cost a vault its file."""
    if not target.exists():
        return True
    if not target.is_file():
        return False
    with target.open("rb") as file:
        return file.read(len(_PDF)) in {b"", _PDF}
