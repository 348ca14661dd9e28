"""What the people page says of roles, rights and reach, in the words of a branch."""

from collections.abc import Mapping
from functools import partial

from desk.domain.content import Pack
from desk.domain.permissions import RIGHTS, ROLES, TABLE, Right
from desk.i18n import N_, _, language
from desk.services.admission import Colleague
from desk.ui import theme
from desk.ui.models.rows import Column
from desk.ui.widgets import painting

RIGHT_WORDS: Mapping[Right, str] = {
    "read_cases": N_("Read lists and case files, personal values masked"),
    "reveal": N_("See a masked value in full; each time is recorded"),
    "open_cases": N_("Take a new complaint"),
    "work_cases": N_("Fill in, note, assess, tick lists, attach files"),
    "decide_cases": N_("Record findings, offers, the decision and its telling"),
    "set_aside": N_("Set aside what every such case needs"),
    "hand_over": N_("Hand a case over, or take it over"),
    "close_cases": N_("Close a case"),
    "reopen_cases": N_("Take up a closed case again"),
    "write_reports": N_("Make and print the report"),
    "export": N_("Export lists"),
    "exchange": N_("Exchange files with other computers and head office"),
    "approve": N_("Approve, with the own password, what others ask for"),
    "hold": N_("Put a case under legal hold, choose how long it is kept"),
    "forget": N_("Ask that personal data be removed, once due"),
    "read_audit": N_("Read the audit trail"),
    "check": N_("Verify the vault, attachments and reports"),
    "manage_people": N_("Let people in and out, set new passwords"),
    "manage_keys": N_("Recovery sheet, head office's key, fresh key"),
    "back_up": N_("Back up"),
    "restore": N_("Restore a backup"),
    "manage_packs": N_("Install content packs"),
    "manage_branch": N_("Change settings of the branch"),
}
"""Every right in words; a test sees that none is missing."""

_WIDTHS = {"zh": (88, 0, 80, 112), "en": (100, 76, 92, 124)}
"""Of staff number, name, open cases and state; those without one share the rest with the role."""
_ROLE_WIDTH = 92
_ROLE_EDGES = 24
_CHIP_EDGES = 18
"""Of a role's column at least, and what stands beside its words (standard pixels)."""


def role_name(pack: Pack, role: str) -> str:
    """What a role is called; its key where the pack does not know it."""
    found = next((one for one in pack.roles if one.key == role), None)
    return found.name.of(language()) if found is not None else role


def role_duty(pack: Pack, role: str) -> str:
    """What somebody in a role is there for."""
    found = next((one for one in pack.roles if one.key == role), None)
    return found.duty.of(language()) if found is not None else ""


def roles(pack: Pack) -> tuple[tuple[str, str], ...]:
    """The roles people can have here, by key and name."""
    return tuple((role, role_name(pack, role)) for role in ROLES)


def reach(role: str, right: Right) -> str:
    """How far a right of a role goes: everything, own cases only, or not at all."""
    scope = next((TABLE[one].get(right) for one in ROLES if one == role), None)
    return {"any": _("Yes"), "own": _("Own")}.get(scope or "", "—")


def reach_tone(role: str, right: Right) -> theme.Tone | None:
    """The tone of a cell: what may be done stands out from what may not."""
    tones: dict[str, theme.Tone] = {_("Yes"): "green", _("Own"): "primary"}
    return tones.get(reach(role, right))


def right_columns(pack: Pack) -> tuple[Column[Right], ...]:
    """The table of roles and rights: a right a row, a role a column, its name a word a line."""
    return (
        Column("right", _("What may be done"), lambda right: _(RIGHT_WORDS[right])),
        *(
            Column(
                role,
                role_name(pack, role).replace(" ", "\n"),
                partial(reach, role),
                width=_role_width(role_name(pack, role)),
                tone=partial(reach_tone, role),
            )
            for role in ROLES
        ),
    )


def _role_width(name: str) -> int:
    """How wide a role's column is, so that no word in it is cut (standard pixels)."""
    size, scale = theme.now().text_table, theme.now().scale
    heading = max(painting.text_width(word, size) for word in name.split()) / scale
    cell = painting.text_width(_("Own"), size) / scale + _CHIP_EDGES
    return max(_ROLE_WIDTH if scale == 1 else 0, round(max(heading, cell)) + _ROLE_EDGES)


def rights() -> tuple[Right, ...]:
    """The rows of the table, in the order of the work."""
    return RIGHTS


def state(one: Colleague) -> str:
    """Whether somebody works here and can get in."""
    if not one.person.active:
        return _("Left")
    return _("Works here") if one.has_password else _("No password")


def state_tone(one: Colleague) -> theme.Tone:
    """Green for who can get in, amber for who should but cannot."""
    if not one.person.active:
        return "grey"
    return "green" if one.has_password else "amber"


def open_cases(one: Colleague) -> str:
    """How many cases somebody is responsible for."""
    more = "+" if one.open_cases.more else ""
    return f"{one.open_cases.number}{more}" if one.open_cases.number else "—"


def people_columns(pack: Pack) -> tuple[Column[Colleague], ...]:
    """The list of people."""
    number, name, cases, now = _WIDTHS[language()]
    return (
        Column("id", _("Staff number"), lambda one: one.person.id, width=number),
        Column("name", _("Name"), lambda one: one.person.name, width=name, strong=True),
        Column("role", _("Role"), lambda one: role_name(pack, one.person.role)),
        Column("cases", _("Open cases"), open_cases, width=cases),
        Column("state", _("State"), state, width=now, tone=state_tone),
    )
