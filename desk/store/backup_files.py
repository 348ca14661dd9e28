"""The attachments of the backups: each once, under its address, for all backups that need it."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from desk.domain.backups import Manifest
from desk.store import files
from desk.store.attachments import place
from desk.store.pace import Pace

_FOLDER = "files"


def store_of(backups: Path) -> Path:
    """Where the attachments of a folder of backups are."""
    return backups / _FOLDER


def bytes_to_come(source: Path, target: Path, wanted: Collection[str]) -> int:
    """How much :func:`fetch` would write."""
    total = 0
    for address in wanted:
        if not place(target, address).exists() and place(source, address).exists():
            total += place(source, address).stat().st_size
    return total


def fetch(
    source: Path, target: Path, wanted: Collection[str], pace: Pace
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Copy files by address from one folder to another where it lacks them; found, and missing."""
    found, missing = [], []
    for number, address in enumerate(sorted(wanted), start=1):
        there = place(target, address)
        if there.exists() or _copied(place(source, address), there, address, pace):
            found.append(address)
        else:
            missing.append(address)
        pace.step(number / len(wanted))
    return tuple(found), tuple(missing)


def _copied(source: Path, target: Path, address: str, pace: Pace) -> bool:
    """Copy one file, unless it is not there or not what its address says."""
    if not source.is_file():
        return False
    part = target.with_name(f"{address}.part")
    files.make_folder(target.parent)
    if files.copy_hashed(source, part, lambda _share: pace.step()) != address:
        files.tidy(part)
        return False
    files.move(part, target)
    return True


def sweep(backups: Path, manifests: Iterable[Manifest | None]) -> None:
    """Remove the files that no backup needs; none at all while a manifest cannot be read."""
    kept: set[str] = set()
    for manifest in manifests:
        if manifest is None:
            return
        kept.update(manifest.files)
    for path in _every(store_of(backups)):
        if path.name not in kept:
            files.tidy(path)


def _every(folder: Path) -> Iterator[Path]:
    for path in folder.glob("??/*"):
        if path.is_file():
            yield path
