"""Questions to the audit trail 审计 and their answers: who did what, when, on which computer.

One line per event of the log, of cases and of the vault alike. A line never holds a personal
value: what is sealed in an event is not opened for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from desk.domain.events import Payload, VaultPayload
from desk.domain.ids import Stamp

Group = Literal[
    "entered",  # who opened and closed the vault
    "seen",  # cases looked at, personal values read in full
    "worked",  # everything filled in, noted and marked
    "decided",  # approvals, hand-overs, closings
    "left",  # what was printed, exported, written as a report
    "admitted",  # people, keys, settings, packs
    "secured",  # backups, restoring, checks, the clock
    "kept",  # holds, keeping times, what was forgotten
]

GROUPS: tuple[Group, ...] = get_args(Group)

KINDS: Mapping[Group, frozenset[str]] = {
    "entered": frozenset({"unlocked", "locked"}),
    "seen": frozenset({"case_seen", "revealed"}),
    "worked": frozenset(
        {
            "case_opened",
            "field_set",
            "item_removed",
            "step_entered",
            "answer_set",
            "assessment_cleared",
            "script_said",
            "checklist_started",
            "item_marked",
            "clock_moved",
            "noted",
            "attached",
            "detached",
            "interest_stated",
        }
    ),
    "decided": frozenset({"approved", "handed_over", "closed", "reopened", "settled"}),
    "left": frozenset({"reported", "printed", "exported", "bundle_made", "bundle_delivered"}),
    "admitted": frozenset(
        {
            "person_put",
            "slot_changed",
            "key_rotated",
            "setting_put",
            "pack_installed",
            "keys_shown",
            "peer_put",
            "bundle_taken",
            "hub_acted",
        }
    ),
    "secured": frozenset({"backed_up", "restore_tried", "restored", "checked", "clock_stepped"}),
    "kept": frozenset({"hold_set", "keeping_set", "forgotten", "swept"}),
}
"""The kinds of events in each group; a test sees that every kind is in one."""

VAULT_KINDS: frozenset[str] = frozenset(
    str(payload.__struct_config__.tag) for payload in get_args(VaultPayload)
)
"""The kinds of events that belong to no case."""

_GROUP_OF: Mapping[str, Group] = {kind: group for group in GROUPS for kind in KINDS[group]}


def group_of(kind: str) -> Group:
    """The group of a kind; a kind that only a newer version knows counts as worked."""
    return _GROUP_OF.get(kind, "worked")


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which lines to list. An empty attribute asks nothing; several are joined by "and".

    `person` is a staff number, `case` a case number, `device` a device's id, `since` and `until`
    are local ISO days, both included. `text` is looked for in the words of a line.
    """

    person: str = ""
    group: Group | Literal[""] = ""
    case: str = ""
    since: str = ""
    until: str = ""
    device: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """An event as the trail reads it: nothing sealed opened, and its place in its device's chain.

    `payload` is None where this version cannot read it; `hash` is hexadecimal.
    """

    stamp: Stamp
    seq: int
    actor: str
    case: str
    kind: str
    pack: str
    hash: str
    payload: Payload | None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One event as an auditor reads it.

    `at` is local time, `person` the staff number and `who` the name, `number` the number of the
    case it is about ("" for none) and `case` its id. `alarming` marks what should be looked into,
    such as failed passwords. `place` and `hash` lead back to the entry in the log.
    """

    at: datetime
    person: str
    who: str
    device: str
    group: Group
    kind: str
    what: str
    detail: str = ""
    case: str = ""
    number: str = ""
    alarming: bool = False
    place: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some lines, newest first, and where the next reading goes on.

    `rest` is None at the end of the log. A page may be short, even empty, although there is a
    rest: a reading looks at so many events and no more, so that nobody waits for it; `looked_to`
    says how far back it came.
    """

    lines: tuple[AuditLine, ...]
    rest: Stamp | None = None
    looked_to: datetime | None = None
