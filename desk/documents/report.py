"""The case report as a PDF file: checked for missing characters, drawn, and put in place whole."""

import errno
import hashlib
import os
import tempfile
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desk.documents import compose, look, marks
from desk.documents.blocks import Part
from desk.documents.fonts import FontSet
from desk.documents.pages import Frame, lay_out
from desk.documents.pen import DRAWING, About, Pen
from desk.documents.typeset import shown
from desk.domain.report import CaseReport
from desk.errors import CannotWrite, DiskFull, FolderMissing, GlyphMissing, NotReplaced

_PDF = b"%PDF-"

PRODUCT = "Complaint Desk 诉解台"


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A written report: how many pages, and the SHA-256 of the file in hexadecimal."""

    path: Path
    pages: int
    sha256: str


class Draft:
    """A report written whole beside its place, which `publish` puts there.

    Until then what stood there stays. A draft that is dropped, forgotten, or left when the program
    ends is removed: a report holds personal data.
    """

    def __init__(self, part: Path, file: ReportFile) -> None:
        self.file = file
        self._part = part
        self._removal = weakref.finalize(self, _remove, part)

    @property
    def target(self) -> Path:
        """Where it will stand."""
        return self.file.path

    def publish(self) -> ReportFile:
        """Put the report in its place. CannotWrite or DiskFull with the place untouched."""
        try:
            self._part.replace(self.file.path)
        except OSError as error:
            self.drop()
            raise _known(error, self.file.path) from error
        self._removal.detach()
        return self.file

    def drop(self) -> None:
        """Remove the draft."""
        self._removal()


def draft_report(report: CaseReport, target: Path, fonts: FontSet) -> Draft:
    """Write a report beside `target`, not yet in its place.

    The same report and fonts give the same bytes. Raises GlyphMissing (`characters`) before
    anything is written, DiskFull, CannotWrite or FolderMissing (`path`), NotReplaced when `target`
    is something else than a PDF.
    """
    content, pages = render(report, fonts)
    return drafted(content, pages, target)


def drafted(content: bytes, pages: int, target: Path) -> Draft:
    """The bytes of a PDF file written beside `target`, as :func:`draft_report` does."""
    part = _write_beside(content, target)
    return Draft(part, ReportFile(target, pages, hashlib.sha256(content).hexdigest()))


def render(report: CaseReport, fonts: FontSet) -> tuple[bytes, int]:
    """A report as the bytes of a PDF file, and its number of pages; nothing is written.

    Raises GlyphMissing when a character has no font. One report is drawn at a time.
    """
    require_glyphs(report.texts(), fonts)
    frame = Frame.of(report, fonts)
    return drawn(compose.parts(report.sections, fonts), frame, _about(report), fonts)


def drawn(parts: Sequence[Part], frame: Frame, about: About, fonts: FontSet) -> tuple[bytes, int]:
    """Parts on pages within a frame: the bytes of a PDF file, and its number of pages."""
    pages = lay_out(parts, frame.first_top())
    with DRAWING:
        pen = Pen(about, fonts.main(strong=False).name)
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
    return _missing(report.texts(), fonts)


def require_glyphs(texts: Iterable[str], fonts: FontSet) -> None:
    """Raises GlyphMissing (`characters`) when a character of these texts has no font."""
    missing = _missing(texts, fonts)
    if missing:
        raise GlyphMissing(characters="".join(missing))


def _missing(texts: Iterable[str], fonts: FontSet) -> tuple[str, ...]:
    return fonts.missing(shown("".join(texts)).replace("\n", ""))


def _about(report: CaseReport) -> About:
    """The file's own description: branch and case number, never a person."""
    return About(
        title=f"{report.title} {report.number}",
        author=report.branch,
        subject=report.copy_label,
        keywords=marks.whole_mark(report.number, report.seal),
        creator=PRODUCT,
        language="en" if report.language == "en" else "zh-CN",
        made_at=report.generated_at,
    )


def _write_beside(content: bytes, target: Path) -> Path:
    """Write to a file of another name in the folder of `target`."""
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
    except OSError as error:
        if part is not None:
            _remove(part)
        raise _known(error, target) from error
    return part


def _remove(part: Path) -> None:
    part.unlink(missing_ok=True)


def _known(error: OSError, target: Path) -> CannotWrite | DiskFull:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(path=str(target))
    if error.errno == errno.ENOENT:
        return FolderMissing(path=str(target), folder=str(target.parent))
    return CannotWrite(path=str(target), reason=error.strerror or "")


def _is_ours_to_replace(target: Path) -> bool:
    """Whether nothing, an empty file or a PDF is there: a slip must not cost a vault its file."""
    if not target.exists():
        return True
    if not target.is_file():
        return False
    # For writing too: where somebody has it open, that is known before the report is recorded.
    with target.open("r+b") as file:
        return file.read(len(_PDF)) in {b"", _PDF}
