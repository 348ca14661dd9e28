"""One vault in the place of another, in one step as far as anybody can see.

The new one lies beside as a draft, complete. A journal is written, the files change their names,
the journal goes: whoever is killed in between finds the rest done before anything is opened. The
write-ahead log of the old database goes with it, because it would be taken for the new one's.
"""

from datetime import datetime
from pathlib import Path

import msgspec

from desk.domain.backups import is_name, name_at
from desk.errors import VaultDamaged
from desk.store import files, key_file

_BEFORE = ".before-restore-"


class _Journal(msgspec.Struct, frozen=True):
    """The name that the old vault gets, in the same folder."""

    aside: str


def draft_of(vault: Path) -> Path:
    """Where the new database is made; its key file lies beside it as that of a vault does."""
    return vault.with_name(vault.name + ".restoring")


def aside_of(vault: Path, name: str) -> Path:
    """Where the old vault is kept; `name` says when, as that of a backup does."""
    return vault.with_name(f"{vault.name}{_BEFORE}{name}")


def kept_aside(vault: Path) -> tuple[Path, ...]:
    """The old vaults that were kept, the newest first."""
    begin = f"{vault.name}{_BEFORE}"
    found = [path for path in vault.parent.glob(f"{begin}*") if is_name(path.name[len(begin) :])]
    return tuple(sorted(found, reverse=True))


def change(vault: Path, aside: Path) -> None:
    """Put the draft in the place of the vault, which is kept as `aside`. By who holds the vault."""
    files.write_whole(_journal(vault), msgspec.json.encode(_Journal(aside.name)))
    _finish(vault)


def resume(vault: Path) -> None:
    """Bring to its end what a killed program began; what it had not decided yet is removed.

    Raises `VaultBusy` while another program is at it.
    """
    if not _left(vault):
        return
    hold = files.Hold(vault)
    try:
        if _journal(vault).exists():
            _finish(vault)
        for path in _left(vault):
            files.remove(path)
    finally:
        hold.release()


def keep_as_backup(vault: Path, copy: Path) -> None:
    """Put the copy of a vault that was migrated among its backups, with the key file of now.

    It has no manifest, because only the program that wrote it could have verified it. Its name is
    when it was copied.
    """
    folder = folder_of_backups(vault)
    files.make_folder(folder)
    made = datetime.fromtimestamp(int(copy.stat().st_mtime))  # noqa: DTZ006 - branch's wall clock
    target = folder / f"{name_at(made)}.cdb"
    files.copy_whole(key_file.path_of(vault), key_file.path_of(target))
    files.move(copy, target)


def folder_of_backups(vault: Path) -> Path:
    """Where the backups of a vault are."""
    return vault.with_name(vault.name + ".backups")


def _finish(vault: Path) -> None:
    draft = draft_of(vault)
    try:
        with files.disk_faults(vault):
            raw = _journal(vault).read_bytes()
        journal = msgspec.json.decode(raw, type=_Journal)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise VaultDamaged(path=str(vault), reason="journal of a restore") from fault
    aside = vault.with_name(Path(journal.aside).name)
    if draft.exists():
        if key_file.path_of(vault).exists() and not key_file.path_of(aside).exists():
            files.copy_whole(key_file.path_of(vault), key_file.path_of(aside))
        _move(_beside(vault, "-wal"), _beside(aside, "-wal"))
        files.remove(_beside(vault, "-shm"))
        _move(vault, aside)
        files.move(draft, vault)
    if key_file.path_of(draft).exists():
        files.move(key_file.path_of(draft), key_file.path_of(vault))
    files.remove(_journal(vault))


def _move(source: Path, target: Path) -> None:
    if source.exists() and not target.exists():
        files.move(source, target)


def _left(vault: Path) -> list[Path]:
    """Everything of a restore that is under way or was cut short."""
    begin = draft_of(vault).name
    folder = vault.parent
    return [p for p in folder.iterdir() if p.name.startswith(begin)] if folder.is_dir() else []


def _journal(vault: Path) -> Path:
    return _beside(vault, ".restoring.json")


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
