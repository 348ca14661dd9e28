"""The result of a drill in words: lines for the window, and one page to be filed."""

from pathlib import Path

from desk.documents.fonts import FontSet
from desk.documents.paper import draft_paper
from desk.domain.backups import Drill, made_at
from desk.domain.report import (
    Block,
    Fact,
    Facts,
    Paper,
    Paragraphs,
    Pill,
    Prose,
    Section,
    Signature,
    Signatures,
)
from desk.i18n import _, language
from desk.services.composition.tongue import Tongue
from desk.services.session import Session, needs


def default_name(drill: Drill) -> str:
    """A file name for the page: `restore-drill-2026-11-22.pdf`."""
    return f"restore-drill-{drill.tried_at:%Y-%m-%d}.pdf"


@needs("back_up")
def write(session: Session, drill: Drill, target: Path, fonts: FontSet | None = None) -> Path:
    """Write the page as a PDF; where it is.

    GlyphMissing, DiskFull, CannotWrite, FolderMissing or NotReplaced, with nothing written.
    """
    return draft_paper(_paper(session, drill), target, fonts or FontSet()).publish().path


def lines(drill: Drill) -> tuple[str, ...]:
    """The result as lines: what came of it first, then what was looked at."""
    if drill.fault:
        return (
            _("The backup {name} could not be used: {fault}").format(
                name=drill.name, fault=drill.fault
            ),
            _("Please make a new backup now, and ask for support if that fails too."),
        )
    told = [
        _("The backup {name} was put back, opened and verified in full.").format(name=drill.name),
        _("It holds {cases} cases and {events} events.").format(
            cases=drill.cases, events=drill.events
        ),
    ]
    if drill.files or drill.files_lacking:
        told.append(
            _("Attachments: {whole} whole, {lacking} missing.").format(
                whole=drill.files, lacking=drill.files_lacking
            )
        )
    told.append(_later(drill))
    return tuple(told)


def _later(drill: Drill) -> str:
    if drill.later_events is None or drill.later_cases is None:
        return _("What the vault has gained since then cannot be told.")
    if not drill.later_cases:
        return _("No case has changed since then.")
    return _("Since then the vault has gained {events} events in {cases} cases.").format(
        events=drill.later_events, cases=drill.later_cases
    )


def _paper(session: Session, drill: Drill) -> Paper:
    tongue = Tongue(language())
    branch = session.branch
    parts: tuple[tuple[str, tuple[Block, ...]], ...] = (
        (_("Result"), (_result(drill), *(_text(line) for line in lines(drill)[1:]))),
        (_("What was tried"), (_tried(drill, tongue),)),
        (_("What was done"), (_text(*_done()),)),
        (_("Signed"), (_signed(),)),
    )
    made = _("Tried {time} · vault {vault}").format(
        time=tongue.minute(drill.tried_at), vault=session.vault.id[-8:]
    )
    return Paper(
        language=tongue.language,
        title=_("Restore drill"),
        number=f"{drill.tried_at:%Y-%m-%d}",
        label=_("Could be restored") if not drill.fault else _("Could not be restored"),
        branch=branch.name,
        branch_line=tongue.beside(branch.bank, branch.name),
        made_at=session.now().astimezone(),
        foot=(made, _("The backup stays encrypted; the copy made for the drill was removed.")),
        sections=tuple(
            Section(tongue.heading(number, title), blocks)
            for number, (title, blocks) in enumerate(parts, start=1)
        ),
    )


def _result(drill: Drill) -> Facts:
    if drill.fault:
        fact = Fact(_("Result"), drill.fault, Pill(_("Could not be restored"), "bad"))
    elif drill.files_lacking:
        words = _("{n} attachments missing").format(n=drill.files_lacking)
        fact = Fact(_("Result"), lines(drill)[0], Pill(words, "warn"))
    else:
        fact = Fact(_("Result"), lines(drill)[0], Pill(_("Could be restored"), "good"))
    return Facts((fact,))


def _tried(drill: Drill, tongue: Tongue) -> Facts:
    return Facts(
        (
            Fact(_("Backup"), drill.name),
            Fact(_("Made at"), tongue.minute(made_at(drill.name))),
            Fact(_("Size"), _("{size} MB").format(size=f"{drill.size / 1_000_000:.1f}")),
            Fact(_("It took"), _("{n} s").format(n=f"{drill.seconds:.0f}")),
            Fact(_("Cases"), str(drill.cases)),
            Fact(_("Events"), str(drill.events)),
            Fact(_("Devices"), str(drill.devices)),
            Fact(_("Attachments"), str(drill.files)),
        )
    )


def _done() -> tuple[str, ...]:
    return (
        _(
            "The newest backup was compared with what was noted when it was made, byte by byte; "
            "put back into a folder of its own as a restore would do it; opened with its keys; "
            "every page, the structure and every chain of the log verified, and cases and events "
            "counted."
        ),
    )


def _signed() -> Signatures:
    people = (_("Looked at by"), _("Head of the branch"))
    return Signatures(tuple(Signature(one, _("Signature"), _("Date signed")) for one in people))


def _text(*paragraphs: str) -> Paragraphs:
    return Paragraphs(tuple(Prose.of(one) for one in paragraphs))
