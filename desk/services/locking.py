"""When the vault locks by itself, how long a look at a masked value lasts, and locking it.

Both times are the branch's, kept in the vault: nobody turns the lock off on one computer. What was
typed into a question and not confirmed is no part of a case yet: the lock seals it, and the same
person is given it back.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from desk.domain.events import Locked, SettingPut
from desk.errors import BadInput, KnownError
from desk.services.session import Session, needs
from desk.store import kept_words

Why = Literal["hand", "idle", "end"]

_IDLE = "lock.idle_minutes"
_REVEAL = "lock.reveal_seconds"
IDLE_MINUTES = range(1, 16)
REVEAL_SECONDS = range(3, 31)


@dataclass(frozen=True, slots=True)
class Times:
    """What a branch set: minutes without a key or the mouse, seconds that a look may last."""

    idle_minutes: int = 3
    reveal_seconds: int = 10


def times(session: Session) -> Times:
    """The times in force; what is stored and out of range reads as its default."""
    found, usual = session.vault.settings(), Times()
    return Times(
        _read(found.get(_IDLE, ""), IDLE_MINUTES, usual.idle_minutes),
        _read(found.get(_REVEAL, ""), REVEAL_SECONDS, usual.reveal_seconds),
    )


def _read(stored: str, offered: range, usual: int) -> int:
    # Python reads digits of any script and any length as a number; these have two at most.
    value = int(stored) if stored.isascii() and stored.isdigit() and len(stored) <= 2 else usual
    return value if value in offered else usual


@needs("manage_branch")
def put_times(session: Session, wanted: Times) -> Times:
    """Set the times of the branch. Raises BadInput outside 1–15 minutes and 3–30 seconds."""
    if wanted.idle_minutes not in IDLE_MINUTES or wanted.reveal_seconds not in REVEAL_SECONDS:
        raise BadInput(reason="unknown_value", where="lock")
    before = times(session)
    changes = [
        SettingPut(key=key, value=str(value))
        for key, value, was in (
            (_IDLE, wanted.idle_minutes, before.idle_minutes),
            (_REVEAL, wanted.reveal_seconds, before.reveal_seconds),
        )
        if value != was
    ]
    if changes:
        session.record(*changes)
    return times(session)


class Unsent(msgspec.Struct, frozen=True):
    """What stood in one field of a question when the vault was locked.

    `question` tells it from others of the same place, `title` is its title; `case` is empty where
    it belongs to none.
    """

    question: str
    title: str
    place: str
    case: str
    field: str
    words: str


def lock(session: Session, why: Why, unsent: Sequence[Unsent] = ()) -> bytes:
    """Close the vault and record why; everything acknowledged is on the disk already.

    Gives `unsent` sealed, for :func:`unsent` of the same person; empty when there is none. A vault
    that can no longer be written is closed all the same, unrecorded.
    """
    try:
        with contextlib.suppress(KnownError):
            session.record(Locked(why=why))
        return _sealed(session, unsent)
    finally:
        session.vault.close()


def _sealed(session: Session, unsent: Sequence[Unsent]) -> bytes:
    if not unsent:
        return b""
    return kept_words.seal(session.vault, session.actor.id, msgspec.json.encode(unsent))


def unsent(session: Session, sealed: bytes) -> tuple[Unsent, ...]:
    """What the lock sealed for the person at the desk; nothing when it was for somebody else."""
    found = kept_words.unseal(session.vault, session.actor.id, sealed)
    return () if found is None else msgspec.json.decode(found, type=tuple[Unsent, ...])
