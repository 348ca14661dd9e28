"""Lists of head office as files: workbooks and papers, recorded before they are in their place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Literal

from desk.documents.fonts import FontSet
from desk.documents.paper import draft_paper
from desk.documents.report import Draft
from desk.domain.events import Exported
from desk.domain.report import Fact, Facts, Paper, Paragraphs, Prose, Section
from desk.errors import BadInput, KnownError, NotRecorded
from desk.i18n import _, language
from desk.services import sentences
from desk.services.composition.tongue import Tongue
from desk.services.session import Session, needs
from desk.services.sheets import MOST_ROWS, Cell, Heading, SheetDraft

What = Literal["figures", "ledger"]

_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A sheet of a workbook; `rows` may be made as they are written."""

    title: str
    headings: tuple[Heading, ...]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a file is of, in words: its title and period, labels and values, what to know of it."""

    title: str
    period: str
    facts: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    made_at: datetime


@needs("export")
def write_xlsx(
    session: Session, what: What, asked: Asked, lists: Sequence[Listed], target: Path
) -> int:
    """Write lists as an Excel workbook and record that; how many rows the first has.

    BadInput `too_many_lines` for more than a sheet holds; DiskFull, CannotWrite, FolderMissing,
    NotReplaced, NotRecorded: with nothing written.
    """
    with SheetDraft(target, lists[0].title, lists[0].headings) as draft:
        count = _add(draft, lists[0])
        for one in lists[1:]:
            draft.turn(one.title, one.headings)
            _add(draft, one)
        remarks = (("", remark) for remark in asked.remarks)
        draft.explain(_("About this list"), (*_facts(session, asked), *remarks))
        _publish(session, draft, what, "xlsx", count, draft.finish().sha256)
    return count


def _add(draft: SheetDraft, listed: Listed) -> int:
    rows = iter(listed.rows)
    while chunk := list(islice(rows, _CHUNK)):
        if draft.rows + len(chunk) > MOST_ROWS:
            raise BadInput("too_many_lines", most=f"{MOST_ROWS:,}")
        draft.add(chunk)
    return draft.rows


@needs("export")
def write_pdf(
    session: Session,
    what: What,
    asked: Asked,
    sections: Sequence[Section],
    count: int,
    target: Path,
    fonts: FontSet | None = None,
) -> None:
    """Write sections as a PDF under what was asked, and record that. Raises as the workbook does.

    GlyphMissing before anything is written.
    """
    draft = draft_paper(_paper(session, asked, sections, count), target, fonts or FontSet())
    _publish(session, draft, what, "pdf", count, draft.file.sha256)


def _paper(session: Session, asked: Asked, sections: Sequence[Section], count: int) -> Paper:
    tongue = Tongue(language())
    branch = session.branch
    facts = Facts(tuple(Fact(label, value) for label, value in _facts(session, asked)[1:]))
    remarks = Paragraphs(tuple(Prose.of(remark) for remark in asked.remarks), quiet=True)
    made = _("Generated {time} · {person}").format(
        time=f"{asked.made_at:%Y-%m-%d %H:%M}", person=session.actor.id
    )
    return Paper(
        language=tongue.language,
        title=asked.title,
        number=asked.period,
        label=_("Lines: {n}").format(n=f"{count:,}"),
        branch=branch.name,
        branch_line=tongue.beside(branch.bank, branch.name, branch.code),
        made_at=asked.made_at.astimezone(),
        foot=(made,),
        sections=(
            Section(tongue.heading(1, _("What is counted")), (facts, remarks)),
            *(
                Section(tongue.heading(place, section.title), section.blocks)
                for place, section in enumerate(sections, start=2)
            ),
        ),
    )


def _facts(session: Session, asked: Asked) -> tuple[tuple[str, str], ...]:
    branch = session.branch
    made_by = f"{session.actor.name} {session.actor.id}"
    return (
        (_("Head office"), Tongue(language()).beside(branch.bank, branch.name, branch.code)),
        (_("Period"), asked.period),
        *asked.facts,
        (_("Made at"), Tongue(language()).minute(asked.made_at)),
        (_("Made by"), made_by),
    )


def _publish(
    session: Session, draft: SheetDraft | Draft, what: What, form: str, count: int, sha256: str
) -> None:
    """Record that a finished draft leaves, then put it in its place.

    NotRecorded with nothing left there: no list is out that the log knows not.
    """
    try:
        session.record(Exported(what=what, format=form, count=count, sha256=sha256))
    except KnownError as error:
        draft.drop()
        why = sentences.sentence(error)
        raise NotRecorded("list_not_recorded", path=str(draft.target), why=why) from error
    draft.publish()
