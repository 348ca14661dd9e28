"""Backups as values: what a manifest says of one, how one is named, and what one lacks."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

Why = Literal["time", "hand", "risk"]
"""Half an hour of use went by, somebody asked, or something risky comes next."""
State = Literal["whole", "bare", "damaged", "foreign"]
"""`bare`: without its manifest, so that only opening it tells. `foreign`: of another vault."""

_NAME = "%Y%m%dT%H%M%S"
_NAMED = re.compile(r"\d{8}T\d{6}")


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a backup beside it, from the moment it was made and found whole.

    `made` is the branch's local time to the second; `heads` the end of each device's chain as
    `sequence:hash`; `sha256` and `size` are of the database file, `keys` is the SHA-256 of the
    copied key file; `files` are the attachments it needs, by address, and `lacking` those that were
    gone already. `mac` is a mark under the vault's chain key.
    """

    format: int = 1
    vault: str
    name: str
    made: str
    why: Why
    program: str
    events: int
    cases: int
    heads: dict[str, str]
    size: int
    sha256: str
    keys: str
    files: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    mac: str = ""

    def body(self) -> bytes:
        """What the mark is over: everything else, in one form."""
        bare = msgspec.structs.replace(self, mac="")
        return msgspec.json.encode(bare, order="sorted")


@dataclass(frozen=True, slots=True)
class Listed:
    """A backup of a folder's list. Without a readable manifest, only name and size are known."""

    name: str
    state: State
    size: int
    manifest: Manifest | None = None

    @property
    def made(self) -> datetime:
        """When it was made, the branch's local time."""
        return made_at(self.name)


@dataclass(frozen=True, slots=True)
class Lost:
    """A case of which a backup lacks events; `number` is empty for what is of no case."""

    number: str
    events: int
    whole: bool = False
    """The backup does not know the case at all."""


@dataclass(frozen=True, slots=True)
class Lacks:
    """What a backup lacks against the vault as it is now.

    `known` is False when the vault cannot be read, so that nobody can tell. `vault_events` counts
    those of no case: who opened it, what was printed.
    """

    known: bool
    cases: tuple[Lost, ...] = ()
    vault_events: int = 0

    @property
    def events(self) -> int:
        """How many events in all."""
        return self.vault_events + sum(case.events for case in self.cases)


class SecondPlace(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the second place; times are the branch's, to the second, empty for never.

    `name` is the backup that was copied there last, `silent_since` when it first did not answer
    after that, and `reason` why: a key of the reasons, or the system's words.
    """

    where: str = ""
    name: str = ""
    copied: str = ""
    tried: str = ""
    silent_since: str = ""
    reason: str = ""


class Drill(msgspec.Struct, frozen=True, kw_only=True):
    """What came of putting a backup back to try it; `fault` is empty when it could be used.

    `tried` is the branch's local time to the second. `files` counts the attachments found whole and
    `files_lacking` those that were not. `later_events` and `later_cases` are what the vault had
    gained since the backup, None where the vault could not be read.
    """

    name: str
    tried: str
    size: int = 0
    events: int = 0
    cases: int = 0
    devices: int = 0
    files: int = 0
    files_lacking: int = 0
    later_events: int | None = None
    later_cases: int | None = None
    seconds: float = 0.0
    fault: str = ""

    @property
    def tried_at(self) -> datetime:
        """When it was tried; the beginning of time where that cannot be read."""
        try:
            return datetime.fromisoformat(self.tried).replace(tzinfo=None)
        except ValueError:
            return datetime.min  # noqa: DTZ901 - the branch's wall clock


def name_at(moment: datetime) -> str:
    """The name of a backup made then; sorts by time."""
    return moment.strftime(_NAME)


def is_name(text: str) -> bool:
    """Whether this is the name of a backup: only such are looked at, listed or removed."""
    if not _NAMED.fullmatch(text):
        return False
    try:
        made_at(text)
    except ValueError:
        return False
    return True


def made_at(name: str) -> datetime:
    """When a backup of this name was made. ValueError for any other text."""
    return datetime.strptime(name, _NAME)  # noqa: DTZ007 - the branch's wall clock
