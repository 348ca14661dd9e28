"""Attachments beside the database: each file encrypted to an age key of its own, found by its hash.

`X.vault.files/ab/abcd…` is the file whose ciphertext has the SHA-256 `abcd…`; its key is in the
sealed part of the event that names it, so that whoever forgets the case has forgotten the file. A
file is complete and on the disk before an event names it, and goes after the last event that does.
Bytes go by in pieces: however large a file is, little of it is in memory, and none of it is on
the disk unencrypted.
"""

import contextlib
import hashlib
import io
import os
import re
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec
from sqlalchemy import Connection, select, text

from desk.domain.media import MOST_BYTES, Media, Sniffer, Taken
from desk.domain.proof import Finding
from desk.errors import AttachmentLost, KnownError, NotAttached
from desk.store import files, session, switch
from desk.store.pace import AT_ONCE, Pace
from desk.store.rows import EVENTS
from desk.store.vault import Vault

_BLOCK = 1024 * 1024
_PART = ".part"
_RUN = secrets.token_hex(8)
"""Begins the names of what this run of the program has not finished; all others are left over."""


def folder_of(vault: Path) -> Path:
    """Where the attachments of a vault are."""
    return vault.with_name(f"{vault.name}.files")


def place(folder: Path, file: str) -> Path:
    """Where the file with this hash is within a folder of attachments."""
    return folder / file[:2] / file


def draft(folder: Path) -> Path:
    """A name for a file of this run of the program that is not complete yet."""
    return folder / f"{_RUN}-{secrets.token_hex(8)}{_PART}"


class _Source:
    """What is read, on its way: counted and told to whoever waits; keeps why it broke off.

    The library reads by small pieces and swallows what goes wrong in here. `unreadable` is raised
    when the disk does not give the bytes.
    """

    def __init__(self, stream: BinaryIO, total: int, pace: Pace, unreadable: KnownError) -> None:
        self._stream = stream
        self._total = max(total, 1)
        self._pace = pace
        self._unreadable = unreadable
        self._block = b""
        self._at = 0
        self.size = 0
        self.fault: Exception | None = None

    def took(self, block: bytes) -> None:
        """Look at a block that goes by."""

    def read(self, size: int = -1) -> bytes:
        if self._at >= len(self._block):
            try:
                self._next()
            except KnownError as fault:
                self.fault = fault
                raise
        end = len(self._block) if size < 0 else self._at + size
        piece = self._block[self._at : end]
        self._at += len(piece)
        return piece

    def _next(self) -> None:
        try:
            self._block, self._at = self._stream.read(_BLOCK), 0
        except OSError as fault:
            raise self._unreadable from fault
        self.size += len(self._block)
        self.took(self._block)
        self._pace.step(self.size / self._total)


class _Original(_Source):
    """A file that is to be attached: what it is and its hash are known once it went by."""

    def __init__(self, stream: BinaryIO, total: int, pace: Pace) -> None:
        super().__init__(stream, total, pace, NotAttached(reason="attachment_unreadable"))
        self.sniffer = Sniffer()
        self.digest = hashlib.sha256()

    def took(self, block: bytes) -> None:
        if self.size > MOST_BYTES:
            raise _too_large()
        self.sniffer.feed(block)
        self.digest.update(block)
        if self.sniffer.hopeless():
            raise NotAttached(reason="attachment_kind")

    def media(self) -> Media:
        if not self.size:
            raise NotAttached(reason="attachment_empty")
        found = self.sniffer.media()
        if found is None:
            raise NotAttached(reason="attachment_kind")
        return found


def _too_large() -> NotAttached:
    return NotAttached(reason="attachment_large", most=MOST_BYTES // _BLOCK)


class _Target:
    """Where the bytes go; keeps why it broke off."""

    def __init__(self, stream: BinaryIO, most: int = sys.maxsize) -> None:
        self._stream = stream
        self._left = most
        self.digest = hashlib.sha256()
        self.fault: Exception | None = None

    def write(self, piece: bytes) -> int:
        self._left -= len(piece)
        try:
            if self._left < 0:
                raise AttachmentLost(reason="attachment_altered")
            self._stream.write(piece)
        except (OSError, KnownError) as fault:
            self.fault = fault
            raise
        self.digest.update(piece)
        return len(piece)

    def flush(self) -> None:
        """What is flushed, and when, the owner of the stream says."""


def seal(folder: Path, source: Path | BinaryIO, pace: Pace = AT_ONCE) -> Taken:
    """Encrypt a file into the vault's folder, under a name that no event knows yet.

    Uses no database: for any thread. :func:`put` gives it its place. Raises `NotAttached`,
    `DiskFull`, `VaultReadOnly` or `Halted`, and leaves nothing behind then.
    """
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    encrypted = draft(folder)
    with _readable(source) as (stream, total):
        files.make_folder(folder)
        try:
            with files.disk_faults(encrypted), encrypted.open("xb") as written:
                encrypted.chmod(0o600)
                original, target = _Original(stream, total, pace), _Target(written)
                with _faults_of(original, target, pyrage.EncryptError):
                    pyrage.encrypt_io(original, target, [identity.to_public()])
                written.flush()
                os.fsync(written.fileno())
            media = original.media()
        except BaseException:
            files.tidy(encrypted)
            raise
    return Taken(
        draft=encrypted,
        file=target.digest.hexdigest(),
        size=original.size,
        media=media,
        plain=original.digest.hexdigest(),
        key=str(identity),
    )


@contextlib.contextmanager
def _readable(source: Path | BinaryIO) -> Iterator[tuple[BinaryIO, int]]:
    """The source as a stream, with its size where that is known beforehand."""
    if not isinstance(source, Path):
        yield source, 0
        return
    try:
        stream = source.open("rb")
    except OSError as fault:
        raise NotAttached(reason="attachment_unreadable") from fault
    with stream:
        total = os.fstat(stream.fileno()).st_size
        if total > MOST_BYTES:
            raise _too_large()
        yield stream, total


@contextlib.contextmanager
def _faults_of(source: _Source, target: _Target, library: type[Exception]) -> Iterator[None]:
    """Raise what broke a stream off, whatever the library made of it, and if it was nothing.

    It writes its last bytes while it tidies up, when it can tell nobody of a full disk.
    """
    try:
        yield
    except (OSError, library) as fault:
        raise source.fault or target.fault or fault from None
    broken = source.fault or target.fault
    if broken is not None:
        raise broken


def put(folder: Path, taken: Taken) -> None:
    """Give an encrypted file its place, so that an event may name it."""
    place_draft(folder, taken.file, taken.draft)


def place_draft(folder: Path, file: str, written: Path) -> None:
    """Give a file that is complete and on the disk the place of this hash."""
    target = place(folder, file)
    files.make_folder(target.parent)
    files.move(written, target)
    if sys.platform != "win32":  # the folders may be as new as what is in them
        with files.disk_faults(folder):
            files.flush(folder)
            files.flush(folder.parent)


def read_into(
    folder: Path, file: str, key: str, stream: BinaryIO, size: int, pace: Pace = AT_ONCE
) -> str:
    """Decrypt a file of `size` bytes into a stream; gives the SHA-256 of what was written.

    Uses no database: for any thread. Raises `AttachmentLost` when the file is not there or is not
    what was put there, and what the stream raises; what was written by then is to be thrown away.
    """
    import pyrage

    if not _ADDRESS.fullmatch(file):
        raise AttachmentLost(reason="attachment_missing")
    path = place(folder, file)
    try:
        encrypted = path.open("rb")
    except OSError as fault:
        raise AttachmentLost(reason="attachment_missing") from fault
    altered = AttachmentLost(reason="attachment_altered")
    with encrypted:
        source = _Source(encrypted, path.stat().st_size, pace, altered)
        target = _Target(stream, size)
        try:
            with _faults_of(source, target, pyrage.DecryptError):
                identity = pyrage.x25519.Identity.from_str(key)
                pyrage.decrypt_io(source, target, [identity])
        except (pyrage.DecryptError, pyrage.IdentityError) as fault:
            raise altered from fault
        except OSError as fault:
            if fault is target.fault:
                raise
            raise altered from fault
    return target.digest.hexdigest()


def content(folder: Path, file: str, key: str, size: int, pace: Pace = AT_ONCE) -> bytes:
    """A whole file in memory. Raises as :func:`read_into` does."""
    memory = io.BytesIO()
    read_into(folder, file, key, memory, size, pace)
    return memory.getvalue()


def held(connection: Connection) -> Mapping[str, frozenset[str]]:
    """The files that events in force name, with the cases that hold them; forgotten ones none.

    Events that cannot be read any more name none.
    """
    return _named(connection)[0]


def _named(connection: Connection) -> tuple[Mapping[str, frozenset[str]], bool]:
    """What :func:`held` says, and whether every event could be read."""
    cases: dict[str, set[str]] = {}
    readable = True
    for case_id, kind, public in connection.execute(_TOLD):
        mine = cases.setdefault(case_id, set())
        if kind == "forgotten":
            mine.clear()
            continue
        file = _file_of(public)
        readable = readable and file is not None
        (mine.add if kind == "attached" else mine.discard)(file or "")
    found: dict[str, set[str]] = {}
    for case_id, files_held in cases.items():
        for file in files_held - {""}:
            found.setdefault(file, set()).add(case_id)
    return {file: frozenset(holders) for file, holders in found.items()}, readable


class _Event(msgspec.Struct):
    """What of an event tells its file."""

    file: str


def _file_of(public: bytes) -> str | None:
    """The file that an event names; empty when that is no hash, but perhaps a way elsewhere.

    None when the event cannot be read: somebody changed it.
    """
    try:
        file = _EVENT.decode(public).file
    except (msgspec.MsgspecError, UnicodeDecodeError, TypeError):
        return None
    return file if _ADDRESS.fullmatch(file) else ""


_EVENT = msgspec.json.Decoder(_Event)
_ADDRESS = re.compile(r"[0-9a-f]{64}")
_TOLD = (
    select(EVENTS.c.case_id, EVENTS.c.kind, EVENTS.c.public)
    # Word for word what the index says, or SQLite would not use it.
    .where(text("kind IN ('attached', 'detached', 'forgotten')"))
    .order_by(EVENTS.c.wall_ms, EVENTS.c.counter, EVENTS.c.device, EVENTS.c.seq)
)


def release(vault: Vault, gone: Iterable[str]) -> int:
    """Delete those of these files that no event in force names; gives how many.

    None while an event cannot be read: it may be the one that names them.
    """
    with session.reading(vault.database) as connection:
        named, readable = _named(connection)
    folder = folder_of(vault.database.path)
    left = set(gone) - set(named) if readable else set()
    return sum(_removed(place(folder, file)) for file in left)


def forget(vault: Vault, case: str) -> int:
    """Delete the files of a case whose `Forgotten` is written; gives how many went."""
    query = _TOLD.where(EVENTS.c.case_id == case, EVENTS.c.kind == "attached")
    with session.reading(vault.database) as connection:
        told = [_file_of(public) for _case, _kind, public in connection.execute(query)]
    return release(vault, filter(None, told))


def sweep(vault: Vault) -> int:
    """Delete what no event names: left by a program that was killed between file and event.

    On the database's thread, like everything that gives a file its place, so that none is taken
    for left over just before its event is written. Gives how many went.
    """
    left = list(_orphans(vault))
    return sum(_removed(path) for path in left)


def faults(vault: Vault, pace: Pace = AT_ONCE) -> Iterator[Finding]:
    """Every attachment that is missing or not what its address says, and files nobody names.

    Reads all of them, in pieces.
    """
    folder = folder_of(vault.database.path)
    with session.reading(vault.database) as connection:
        named = held(connection)
    for file, cases in sorted(named.items()):
        state = _state(place(folder, file), file, pace)
        for case in sorted(cases) if state else ():
            yield Finding("attachment", case, detail=f"{state} {file[:16]}")
    for path in _orphans(vault):
        yield Finding("attachment", detail=f"orphan {path.name[:16]}")


def _state(path: Path, file: str, pace: Pace) -> str:
    found = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                found.update(block)
                pace.step()
    except OSError:
        return "missing"
    return "" if found.hexdigest() == file else "altered"


def _orphans(vault: Vault) -> Iterator[Path]:
    """What was left half-written, and the files of no event.

    Those may be of a vault that was kept aside when this one was put back from a backup, or of an
    event that cannot be read; as long as there is one, they stay.
    """
    path = vault.database.path
    folder = folder_of(path)
    yield from (part for part in folder.glob(f"*{_PART}") if not part.name.startswith(_RUN))
    present = [file for file in folder.glob("??/*") if file.is_file()]
    if present and not switch.kept_aside(path):
        with session.reading(vault.database) as connection:
            named, readable = _named(connection)
        yield from (file for file in present if readable and file.name not in named)


def _removed(path: Path) -> bool:
    """Whether the file is gone; one that somebody holds open goes with a later sweep."""
    try:
        path.unlink()
    except OSError:
        return False
    return True
