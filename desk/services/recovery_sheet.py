"""The recovery sheet as a paper: one page to be printed, sealed in an envelope and locked away."""

from pathlib import Path

from desk.documents.fonts import FontSet
from desk.documents.paper import draft_paper
from desk.domain.report import (
    Block,
    Box,
    Boxes,
    Fact,
    Facts,
    Paper,
    Paragraphs,
    Prose,
    Section,
    Signature,
    Signatures,
)
from desk.i18n import _, language
from desk.services import keyring
from desk.services.composition.tongue import Tongue
from desk.services.keyring import RecoverySheet
from desk.services.session import Session, needs

_A_LINE = 4


def default_name(sheet: RecoverySheet) -> str:
    """A file name that says nothing of what is in it: `recovery-3F0A91C2.pdf`."""
    return f"recovery-{sheet.vault}.pdf"


@needs("manage_keys")
def issue(session: Session, target: Path, fonts: FontSet | None = None) -> Path:
    """A new recovery sheet as a PDF, and where it is.

    Drawn, then made to open the vault, then put in its place: until that an older one holds.
    Raises what :func:`write` and :func:`keyring.put_recovery` raise, with nothing changed;
    CannotWrite when, once in force, it could not be put there any more, and another is to be made.
    """
    sheet = keyring.draft_recovery(session)
    draft = draft_paper(paper(sheet), target, fonts or FontSet())
    try:
        keyring.put_recovery(session, sheet)
    except BaseException:
        draft.drop()
        raise
    return draft.publish().path


def write(sheet: RecoverySheet, target: Path, fonts: FontSet | None = None) -> Path:
    """Write the sheet as a PDF, to be printed and deleted; where it is.

    GlyphMissing, DiskFull, CannotWrite, FolderMissing or NotReplaced, with nothing written.
    """
    return draft_paper(paper(sheet), target, fonts or FontSet()).publish().path


def paper(sheet: RecoverySheet) -> Paper:
    """The sheet in the language in force. It holds the code, so nobody keeps it."""
    tongue = Tongue(language())
    made = _("Made {time} · vault {vault}").format(
        time=tongue.minute(sheet.made), vault=sheet.vault
    )
    parts: tuple[tuple[str, tuple[Block, ...]], ...] = (
        (_("What this is"), (_text(_what(sheet)),)),
        (_("The recovery code"), (*_code(sheet), _text(_typing(), quiet=True))),
        (_("Where to keep it"), (_text(_where()),)),
        (_("When nobody can get in any more"), (_text(*_steps()),)),
        (_("Sealed by two people"), (_facts(sheet, tongue), _signed())),
    )
    return Paper(
        language=tongue.language,
        title=_("Recovery sheet"),
        number=sheet.vault,
        label=_("Secret · keep it sealed"),
        branch=sheet.branch.name,
        branch_line=tongue.beside(sheet.branch.bank, sheet.branch.name),
        made_at=sheet.made.astimezone(),
        foot=(made, _("A later sheet makes this one void.")),
        sections=tuple(
            Section(tongue.heading(number, title), blocks)
            for number, (title, blocks) in enumerate(parts, start=1)
        ),
    )


def _what(sheet: RecoverySheet) -> str:
    return _(
        "With this code a new password can be set for the vault of {branch} when the old ones are "
        "forgotten. Whoever holds it together with the computer or a backup can read every "
        "complaint in the vault; without it and without a password nobody can."
    ).format(branch=sheet.branch.name)


def _typing() -> str:
    return _(
        "Eight groups of five. Small and capital letters are the same. There is no letter O, I, L "
        "or U in it: what looks round is zero, what looks upright is one. The last character of a "
        "group checks the others, so the program names the group in which a slip was made."
    )


def _where() -> str:
    return _(
        "Put this page in an envelope, seal it, have two people sign across the seal, and keep it "
        "in the safe that only two people open together, away from the computer and the backups. "
        "No copy, no photo, no scan; delete the file this page was printed from."
    )


def _steps() -> tuple[str, ...]:
    return (
        _("1. Two people open the envelope and write down why, when and who."),
        _("2. On the page that asks for the password, choose “Recovery sheet”."),
        _("3. Type the eight groups, choose the person, and let them set a new password."),
        _("4. Make a new sheet at once, seal it, and destroy this one: it is void then."),
    )


def _code(sheet: RecoverySheet) -> tuple[Boxes, ...]:
    boxes = [
        Box(str(number), (Prose.of("", group),)) for number, group in enumerate(sheet.groups, 1)
    ]
    lines = range(0, len(boxes), _A_LINE)
    return tuple(Boxes(tuple(boxes[at : at + _A_LINE]), large=True) for at in lines)


def _facts(sheet: RecoverySheet, tongue: Tongue) -> Facts:
    return Facts(
        (
            Fact(_("Branch"), sheet.branch.name),
            Fact(_("Branch code"), sheet.branch.code),
            Fact(_("Vault"), sheet.vault),
            Fact(_("Made at"), tongue.minute(sheet.made)),
        )
    )


def _signed() -> Signatures:
    people = (_("Sealed by"), _("Witnessed by"))
    return Signatures(tuple(Signature(one, _("Signature"), _("Date signed")) for one in people))


def _text(*paragraphs: str, quiet: bool = False) -> Paragraphs:
    return Paragraphs(tuple(Prose.of(one) for one in paragraphs), quiet=quiet)
