"""What the audit page says of a line: when with its weekday, and what kind of thing it was."""

from datetime import datetime

from desk.domain.audit import GROUPS, AuditLine, Group
from desk.i18n import _
from desk.services.audit_files import GROUP_NAMES
from desk.ui import dates, theme

ICONS: dict[Group, str] = {
    "entered": "lock-open",
    "seen": "eye",
    "worked": "clipboard-pen-line",
    "decided": "gavel",
    "left": "upload",
    "admitted": "key-round",
    "secured": "database",
    "kept": "trash-2",
}


def groups() -> tuple[tuple[str, str], ...]:
    """The groups a person may ask for, by key and name."""
    return tuple((group, _(GROUP_NAMES[group])) for group in GROUPS)


def when(at: datetime, now: datetime) -> str:
    """A moment to the second with its weekday; the year when it is another."""
    day = f"{at:%m-%d}" if at.year == now.year else at.date().isoformat()
    return f"{day} {dates.weekday(at.date())} {at:%H:%M:%S}"


def what(line: AuditLine) -> str:
    """What happened and the particulars, in one line."""
    return " · ".join(filter(None, (line.what, line.detail)))


def tone(line: AuditLine) -> theme.Tone | None:
    """Red for what should be looked into; nothing else is coloured."""
    return "red" if line.alarming else None
