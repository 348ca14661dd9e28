"""Reports of a case: composed from the vault, drawn as a PDF, and recorded with seal and hash.

The window composes here, on the database thread, draws on the pool with
:func:`desk.documents.report.draft_report`, and comes back to :func:`issue`; :func:`write` does
all three for the command line. No file is in its place before it is recorded. What stands in a
report is `desk.services.composition`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from desk.documents.fonts import FontSet
from desk.documents.report import Draft, ReportFile, draft_report
from desk.domain.engine import CaseView
from desk.domain.events import Copy, Reported
from desk.domain.report import CaseReport, Seal
from desk.errors import KnownError, NotRecorded
from desk.i18n import Language
from desk.services import sentences
from desk.services.composition import layout
from desk.services.composition.material import Material
from desk.services.composition.tongue import Tongue
from desk.services.session import Session, needs

_UNSAFE = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')


@dataclass(frozen=True, slots=True)
class ReportResult:
    """A report on the disk: pages, SHA-256 of the file (hexadecimal), and the seal it carries."""

    path: Path
    pages: int
    sha256: str
    seal: Seal


def default_name(number: str, copy: Copy) -> str:
    """A file name without personal data: `TS-1121-014-customer.pdf`."""
    return f"{_UNSAFE.sub('-', number)}-{copy}.pdf"


@needs("write_reports")
def compose(session: Session, case: str, copy: Copy, language: Language) -> CaseReport:
    """One copy of a case's report as text, sealed with the case's events up to now.

    A report may be made at any time; what is not there yet is said to be missing. CaseUnknown.
    """
    view: CaseView = session.view(case)
    found = session.vault.case_seal(case)
    said = session.vault.anchor(view.case.number, found)
    device = next((d.name for d in session.vault.devices() if d.own), "")
    return layout.compose(
        Material(
            copy=copy,
            view=view,
            pack=view.pack,
            people={person.id: person for person in session.vault.people()},
            branch=session.branch,
            device=device,
            actor=session.actor,
            seal=Seal.of(
                found.sha256, found.count, checked=found.holds, heads=said.heads, mac=said.mac
            ),
            generated_at=session.now().astimezone(),
            tongue=Tongue(language),
            local=session.moment.local,
        )
    )


@needs("write_reports")
def record(session: Session, case: str, report: CaseReport, file: ReportFile) -> ReportResult:
    """Record that a report was written: its copy, language, seal, pages and the file's hash."""
    session.write(
        case,
        Reported(
            copy=report.copy,
            language=report.language,
            seal=report.seal.full_hash,
            sha256=file.sha256,
            pages=file.pages,
        ),
    )
    return ReportResult(file.path, file.pages, file.sha256, report.seal)


@needs("write_reports")
def issue(session: Session, case: str, report: CaseReport, draft: Draft) -> ReportResult:
    """Record a drafted report, then put it in its place: no copy is out that the case knows not.

    NotRecorded with nothing left at its place; CannotWrite when, once recorded, it could not be
    put there any more.
    """
    try:
        result = record(session, case, report, draft.file)
    except KnownError as error:
        draft.drop()
        raise NotRecorded(path=str(draft.file.path), why=sentences.sentence(error)) from error
    draft.publish()
    return result


@needs("write_reports")
def write(
    session: Session,
    case: str,
    copy: Copy,
    language: Language,
    target: Path,
    fonts: FontSet | None = None,
) -> ReportResult:
    """Compose, draw and record a report at `target`; in a folder it takes its default name.

    Raises GlyphMissing, DiskFull, CannotWrite or NotReplaced with nothing written and nothing
    recorded, and what :func:`issue` raises.
    """
    report = compose(session, case, copy, language)
    if target.is_dir():
        target = target / default_name(report.number, copy)
    return issue(session, case, report, draft_report(report, target, fonts or FontSet()))
