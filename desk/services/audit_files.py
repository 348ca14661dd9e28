"""The audit trail as files: an Excel workbook for sifting, a PDF for the shelf.

A file says on its face what was asked of the log, who asked and when, and where each chain ended
then, so that it can be held against the log later. It is recorded before it is in its place.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desk.documents.fonts import FontSet
from desk.documents.paper import draft_paper
from desk.documents.report import Draft
from desk.domain.audit import AuditFilter, AuditLine, Group
from desk.domain.events import Exported
from desk.domain.proof import ChainHead
from desk.domain.report import Fact, Facts, Paper, Paragraphs, Prose, Section, Table
from desk.errors import BadInput, KnownError, NotRecorded
from desk.i18n import N_, _, language, ngettext
from desk.services import sentences
from desk.services.audit import every
from desk.services.composition.tongue import Tongue
from desk.services.session import Session, needs
from desk.services.sheets import MOST_ROWS, Heading, SheetDraft

MOST_ON_PAPER = 2_000
"""Lines of a PDF, some sixty pages; nobody reads more, and Excel holds a million."""

GROUP_NAMES: dict[Group, str] = {
    "entered": N_("Opening and locking"),
    "seen": N_("Looks"),
    "worked": N_("Work on cases"),
    "decided": N_("Decisions and hand-overs"),
    "left": N_("Printed and exported"),
    "admitted": N_("People and keys"),
    "secured": N_("Backups and checks"),
    "kept": N_("Keeping and removal"),
}

_HEAD_DIGITS = 12
_CHUNK = 1000
_SHARES = (18.0, 11.0, 18.0, 36.0, 17.0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list was asked for and of what, in words: label and value of each."""

    title: str
    facts: tuple[tuple[str, str], ...]
    branch: str
    branch_line: str
    made_at: datetime
    made_by: str
    device: str
    heads: tuple[ChainHead, ...]


@needs("export")
def asked_in_words(session: Session, asked: AuditFilter) -> Asked:
    """The question of a list in words, with where the chains end now."""
    names = {person.id: f"{person.name} {person.id}" for person in session.vault.people()}
    devices = {device.id: device.name for device in session.vault.devices()}
    tongue = Tongue(session.language)
    since = tongue.when(asked.since) if asked.since else _("the beginning")
    until = tongue.when(asked.until) if asked.until else _("now")
    facts = [
        (_("Period"), _("from {since} to {until}").format(since=since, until=until)),
        (_("Person"), names.get(asked.person, asked.person) or _("everybody")),
        (_("Kind"), _(GROUP_NAMES[asked.group]) if asked.group else _("every kind")),
        (_("Case"), asked.case or _("every case")),
        (_("Computer"), devices.get(asked.device, asked.device) or _("every computer")),
    ]
    if asked.text:
        facts.append((_("With the words"), asked.text))
    branch = session.branch
    return Asked(
        title=_("Audit trail"),
        facts=tuple(facts),
        branch=branch.name,
        branch_line=tongue.beside(branch.bank, branch.name, branch.code),
        made_at=session.now().astimezone(),
        made_by=names.get(session.actor.id, session.actor.id),
        device=next((one.name for one in session.vault.devices() if one.own), ""),
        heads=session.vault.heads(),
    )


def headings() -> tuple[Heading, ...]:
    """The columns of the workbook."""
    return (
        Heading(_("Day"), 12),
        Heading(_("Weekday"), 9),
        Heading(_("Time"), 10),
        Heading(_("Staff number"), 14),
        Heading(_("Name"), 14),
        Heading(_("Computer"), 16),
        Heading(_("Kind"), 22),
        Heading(_("What"), 44),
        Heading(_("Detail"), 40),
        Heading(_("Case"), 18),
        Heading(_("Entry"), 10),
        Heading(_("Hash"), 24),
    )


def cells(line: AuditLine) -> tuple[str, ...]:
    """A line under :func:`headings`."""
    day, _space, weekday = Tongue(language()).day(line.at.date()).partition(" ")
    return (
        day,
        weekday,
        f"{line.at:%H:%M:%S}",
        line.person,
        line.who,
        line.device,
        _(GROUP_NAMES[line.group]),
        line.what,
        line.detail,
        line.number,
        str(line.place),
        line.hash[: 2 * _HEAD_DIGITS],
    )


def explained(asked: Asked, count: int) -> tuple[tuple[str, str], ...]:
    """The page of the workbook that says what is listed, by whom and when."""
    return (
        (_("Branch"), asked.branch_line),
        *asked.facts,
        (_("Lines"), f"{count:,}"),
        (_("Made at"), Tongue(language()).minute(asked.made_at)),
        (_("Made by"), asked.made_by),
        *((_("End of the chain"), _head(head)) for head in asked.heads),
    )


def paper(asked: Asked, lines: Sequence[AuditLine]) -> Paper:
    """The lines as a paper. BadInput `too_many_lines` for more than :data:`MOST_ON_PAPER`."""
    if len(lines) > MOST_ON_PAPER:
        raise BadInput("too_many_lines", most=f"{MOST_ON_PAPER:,}")
    tongue = Tongue(language())
    count = ngettext("{n} line", "{n} lines", len(lines)).format(n=f"{len(lines):,}")
    facts = Facts(tuple(Fact(label, value) for label, value in asked.facts))
    rule = Prose.of(
        _(
            "Every line is an entry of the log, newest first. Personal values of customers are not "
            "in it: an entry says which field was written or read, never what stood there."
        )
    )
    made = _("Generated {time} · {person} · {device}").format(
        time=f"{asked.made_at:%Y-%m-%d %H:%M}", person=asked.made_by, device=asked.device
    )
    own = asked.heads[0]
    return Paper(
        language=tongue.language,
        title=asked.title,
        number=f"{asked.made_at:%Y-%m-%d %H:%M}",
        label=count,
        branch=asked.branch,
        branch_line=asked.branch_line,
        made_at=asked.made_at,
        foot=(*(_("Chain {head}").format(head=_head(head)) for head in asked.heads[:2]), made),
        sections=(
            Section(
                tongue.heading(1, _("What is listed")), (facts, Paragraphs((rule,), quiet=True))
            ),
            Section(tongue.heading(2, _("Entries")), (_table(tongue, lines),)),
        ),
        mark=f"DESKAUDIT1:{len(lines)}:{own.seq}:{own.hash.upper()}",
    )


def _table(tongue: Tongue, lines: Sequence[AuditLine]) -> Table:
    return Table(
        columns=(_("When"), _("Person"), _("Case"), _("What"), _("Computer and entry")),
        rows=tuple(
            (
                f"{tongue.day(line.at.date())}\n{line.at:%H:%M:%S}",
                f"{line.who}\n{line.person}" if line.who != line.person else line.who,
                line.number,
                "\n".join(filter(None, (line.what, line.detail))),
                f"{line.device} {line.place:,}\n{line.hash[:_HEAD_DIGITS].upper()}",
            )
            for line in lines
        ),
        empty=_("Nothing in the log fits."),
        shares=_SHARES,
    )


def _head(head: ChainHead) -> str:
    """The end of a chain as people compare it: entry 1,234 · 7F3A-91C2-0D5E."""
    code = head.hash[:_HEAD_DIGITS].upper()
    parted = "-".join((code[:4], code[4:8], code[8:]))
    return _("entry {n} · {code}").format(n=f"{head.seq:,}", code=parted)


@needs("export")
def write_xlsx(session: Session, asked: AuditFilter, target: Path) -> int:
    """Write every line that fits as an Excel workbook and record that; how many there were.

    BadInput `too_many_lines` for more than a sheet holds; DiskFull, CannotWrite, FolderMissing,
    NotReplaced, NotRecorded: with nothing written.
    """
    words = asked_in_words(session, asked)
    with SheetDraft(target, words.title, headings()) as draft:
        for chunk in _chunks(every(session, asked)):
            add(draft, chunk)
        draft.explain(_("About"), explained(words, draft.rows))
        publish(session, draft, "xlsx", draft.rows, draft.finish().sha256)
        return draft.rows


@needs("export")
def publish(
    session: Session, draft: SheetDraft | Draft, form: str, count: int, sha256: str
) -> None:
    """Record that a finished draft leaves, then put it in its place.

    NotRecorded with nothing left there: no list is out that the log knows not.
    """
    try:
        session.record(Exported(what="audit", format=form, count=count, sha256=sha256))
    except KnownError as error:
        draft.drop()
        why = sentences.sentence(error)
        raise NotRecorded("list_not_recorded", path=str(draft.target), why=why) from error
    draft.publish()


def add(draft: SheetDraft, lines: Sequence[AuditLine]) -> None:
    """Add lines to a workbook. BadInput `too_many_lines` when a sheet holds no more."""
    if draft.rows + len(lines) > MOST_ROWS:
        raise BadInput("too_many_lines", most=f"{MOST_ROWS:,}")
    draft.add([cells(line) for line in lines])


@needs("export")
def write_pdf(
    session: Session, asked: AuditFilter, target: Path, fonts: FontSet | None = None
) -> int:
    """Write every line that fits as a PDF and record that; how many there were.

    BadInput `too_many_lines`; GlyphMissing and what :func:`write_xlsx` raises.
    """
    words = asked_in_words(session, asked)
    found = list(itertools.islice(every(session, asked), MOST_ON_PAPER + 1))
    draft = draft_paper(paper(words, found), target, fonts or FontSet())
    publish(session, draft, "pdf", len(found), draft.file.sha256)
    return len(found)


def _chunks(lines: Iterable[AuditLine]) -> Iterator[tuple[AuditLine, ...]]:
    rest = iter(lines)
    while chunk := tuple(itertools.islice(rest, _CHUNK)):
        yield chunk
