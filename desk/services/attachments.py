"""Attachments of a case: taken in, opened, copied out, taken out.

What costs time uses no session and may run on any thread: :func:`encrypt`, :func:`content`,
:func:`draft_copy`. What is recorded goes through the session before or after it. An attachment is
never run and never handed to another program; only a copy that somebody asks for leaves the vault.
"""

import contextlib
import errno
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from desk.domain import media
from desk.domain.case import Attachment
from desk.domain.events import Attached, Detached, Exported, Revealed
from desk.domain.media import Media, Taken
from desk.errors import (
    AttachmentLost,
    BadInput,
    CannotWrite,
    DiskFull,
    FolderMissing,
    KnownError,
    NotAllowed,
    NotReplaced,
)
from desk.services.session import Session, needs
from desk.store import attachments as store
from desk.store import files
from desk.store.pace import Pace, beside

Report = Callable[[float], None]
"""Is told the share done, 0 to 1, on the thread that works."""
Stop = Callable[[], bool]
"""Whether nobody wants the result any more."""

MOST_SHOWN = 64 * 1024 * 1024
"""Larger files are not read into memory to be looked at; a copy can be saved."""


@dataclass(frozen=True, slots=True)
class Item:
    """An attachment in a list: what is known of it without opening it. `at` is local time.

    `name` is empty once the case was forgotten, `media` None for a kind this version does not know.
    """

    file: str
    name: str
    size: int
    media_type: str
    media: Media | None
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Added:
    """An attachment as it is in the case now; `is_new` unless the same file was there already."""

    item: Item
    is_new: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """An attachment that may be read, for as long as somebody holds this."""

    item: Item
    folder: Path
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CopyDraft:
    """A decrypted copy beside the place it is meant for, until it is recorded."""

    target: Path
    path: Path
    sha256: str


@needs("read_cases")
def listing(session: Session, case: str) -> tuple[Item, ...]:
    """The attachments of a case, in the order in which they came. CaseUnknown."""
    names = {one.id: one.name for one in session.vault.people() if one.name}
    found = session.vault.case(case).attachments
    return tuple(_item(session, one, names.get(one.actor, one.actor)) for one in found)


def _item(session: Session, one: Attachment, by: str) -> Item:
    return Item(
        file=one.file,
        name=one.name or "",
        size=one.size,
        media_type=one.media,
        media=media.of_type(one.media),
        note=one.note or "",
        by=by,
        at=session.moment.local(one.stamp.wall_ms),
    )


# Taking in


@needs("work_cases")
def folder(session: Session, case: str) -> Path:
    """Where files of this case are encrypted to. NotAllowed `case_forgotten`, CaseUnknown."""
    found = session.vault.case(case)
    if found.forgotten is not None:
        raise NotAllowed(reason="case_forgotten", case=found.number)
    return store.folder_of(session.vault.database.path)


def encrypt(
    place: Path,
    source: Path | BinaryIO,
    report: Report | None = None,
    stop: Stop = lambda: False,
) -> Taken:
    """Encrypt a file into the folder that :func:`folder` gave, for :func:`keep` to record.

    Raises NotAttached, DiskFull, VaultReadOnly or Halted; nothing is left behind then.
    """
    return store.seal(place, source, _pace(report, stop))


def _pace(report: Report | None, stop: Stop) -> Pace:
    return beside(report or (lambda _share: None), stop)


@needs("work_cases")
def keep(session: Session, case: str, taken: Taken, name: str, note: str = "") -> Added:
    """Record an encrypted file in the case; one that is there already is told and not kept twice.

    `name` is cleaned (:func:`desk.domain.media.clean_name`). Whatever is raised, the file is gone.
    """
    try:
        place = folder(session, case)
        for one in session.vault.case(case).attachments:
            if one.plain == taken.plain:
                drop(taken)
                return Added(_item(session, one, one.actor), is_new=False)
        attached = Attached(
            file=taken.file,
            size=taken.size,
            media=taken.media.type,
            name=media.clean_name(name, taken.media),
            key=taken.key,
            note=note.strip() or None,
            plain=taken.plain,
        )
        store.put(place, taken)
        session.write(case, attached)
    except BaseException:
        drop(taken)
        with contextlib.suppress(KnownError):  # what cannot be looked up now is swept later
            store.release(session.vault, [taken.file])
        raise
    new = session.vault.case(case).attachments[-1]
    return Added(_item(session, new, session.actor.name), is_new=True)


def drop(taken: Taken) -> None:
    """Throw away an encrypted file that no case is to have."""
    files.tidy(taken.draft)


@needs("work_cases")
def add(
    session: Session,
    case: str,
    source: Path | BinaryIO,
    name: str,
    note: str = "",
    progress: Report | None = None,
) -> Added:
    """Attach a file in one go, for whoever need not do anything beside it.

    Raises as :func:`encrypt` and :func:`keep` do.
    """
    taken = encrypt(folder(session, case), source, progress)
    return keep(session, case, taken, name, note)


# Opening and copying out


@needs("reveal")
def reveal(session: Session, case: str, file: str) -> Opened:
    """Open an attachment to look at it; that, and by whom, is recorded first.

    BadInput `attachment_unknown`; AttachmentLost when its key is gone with the case's.
    """
    found = _found(session, case, file)
    if found.key is None:
        raise AttachmentLost(reason="attachment_missing")
    session.write(case, Revealed(field=f"attachment/{file}"))
    place = store.folder_of(session.vault.database.path)
    return Opened(_item(session, found, found.actor), place, found.key)


def content(opened: Opened, report: Report | None = None, stop: Stop = lambda: False) -> bytes:
    """What is in an attachment, in memory only. Raises AttachmentLost or Halted.

    For those up to :data:`MOST_SHOWN`; a larger one is BadInput `too_much`.
    """
    item = opened.item
    if item.size > MOST_SHOWN:
        raise BadInput(reason="too_much", most=MOST_SHOWN // 1024 // 1024)
    return store.content(opened.folder, item.file, opened.key, item.size, _pace(report, stop))


def draft_copy(
    opened: Opened, target: Path, report: Report | None = None, stop: Stop = lambda: False
) -> CopyDraft:
    """Decrypt an attachment beside `target`, whose name gets the ending of what the file is.

    Raises AttachmentLost, DiskFull, CannotWrite, FolderMissing, NotReplaced (when the name with
    its ending is another file's) or Halted; nothing is left behind then.
    """
    item = opened.item
    if item.media is not None:
        named = target.with_name(media.clean_name(target.name, item.media))
        if named != target and named.exists():
            raise NotReplaced(path=str(named))
        target = named
    draft = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with draft.open("xb") as stream:
            sha256 = store.read_into(
                opened.folder, item.file, opened.key, stream, item.size, _pace(report, stop)
            )
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        files.tidy(draft)
        raise _known(error, target) from error
    except BaseException:
        files.tidy(draft)
        raise
    return CopyDraft(target, draft, sha256)


@needs("reveal")
def publish(session: Session, case: str, opened: Opened, draft: CopyDraft) -> Path:
    """Record that a copy leaves the vault, then put it in its place: none is out unrecorded.

    NotAllowed for whoever may neither export nor work on the case.
    """
    try:
        if not session.may("export"):
            session.require("work_cases", case)
        session.record(
            Exported(
                what="attachment",
                format=opened.item.media_type,
                count=1,
                case=case,
                sha256=draft.sha256,
            )
        )
        draft.path.replace(draft.target)
    except OSError as error:
        files.tidy(draft.path)
        raise _known(error, draft.target) from error
    except BaseException:
        files.tidy(draft.path)
        raise
    return draft.target


def _known(error: OSError, target: Path) -> DiskFull | CannotWrite:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(path=str(target.parent))
    if error.errno == errno.ENOENT:
        return FolderMissing(path=str(target), folder=str(target.parent))
    return CannotWrite(path=str(target), reason=error.strerror or "")


# Taking out


@needs("work_cases")
def remove(session: Session, case: str, file: str, reason: str) -> tuple[Item, ...]:
    """Take an attachment out of an open case, with a reason; its file is deleted at once.

    Copies in backups go with those. NotAllowed `needs_reason`, `case_closed`; BadInput
    `attachment_unknown`. Gives the attachments that are left.
    """
    session.unclosed(case)
    if not reason.strip():
        raise NotAllowed(reason="needs_reason")
    _found(session, case, file)
    session.write(case, Detached(file=file, reason=reason.strip()))
    store.release(session.vault, [file])
    return listing(session, case)


def _found(session: Session, case: str, file: str) -> Attachment:
    for one in session.vault.case(case).attachments:
        if one.file == file:
            return one
    raise BadInput(reason="attachment_unknown", where="")
