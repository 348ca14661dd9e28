"""The versions of packs at hand: those shipped with the program and those installed beside them.

Several versions of one pack stand side by side, and none is ever changed: what is imported becomes
a version of its own or nothing. Which case uses which version is for `desk.services.editions`.
"""

import contextlib
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desk import paths
from desk.domain.content import Pack, PackHead
from desk.domain.text import Text
from desk.domain.versions import Version, ordered
from desk.errors import NotAllowed, PackInvalid
from desk.log import log
from desk.packs import loader, parts
from desk.packs.source import Source, decode, read

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
VERSION = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Shelved:
    """One version of a pack at hand: where it is, and whether it came with the program."""

    id: str
    version: Version
    name: Text
    folder: Path
    shipped: bool

    @property
    def stamp(self) -> str:
        """Id and version, as events record it: `cn-branch@1.1.0`."""
        return f"{self.id}@{self.version}"


def shelved() -> tuple[Shelved, ...]:
    """Every version at hand, by id and from the oldest to the newest.

    Of a version that is both installed and shipped the installed one counts: cases were handled
    under it before the program brought its own.
    """
    found: dict[str, Shelved] = {}
    for base, shipped in ((paths.PACKS, True), (paths.packs_folder(), False)):
        for folder in _folders(base):
            one = _shelved(folder, shipped=shipped)
            if one is not None and (shipped or folder.name == one.stamp):
                found[one.stamp] = one
    return tuple(sorted(found.values(), key=lambda one: (one.id, ordered(one.version))))


def _folders(base: Path) -> list[Path]:
    """Folders that may be packs; what is still being written has a name that begins with a dot."""
    try:
        return sorted(one for one in base.iterdir() if one.is_dir() and one.name[0] != ".")
    except OSError:
        return []


def _shelved(folder: Path, *, shipped: bool) -> Shelved | None:
    source = read(folder, "pack.yaml")
    if not isinstance(source, Source):
        return None
    head = decode(source, (), source.content, PackHead, [])
    if head is None or not ID.fullmatch(head.id):
        return None
    return Shelved(head.id, head.version, head.name, folder, shipped)


def versions(pack: str = loader.DEFAULT) -> tuple[Shelved, ...]:
    """The versions at hand of one pack, from the oldest to the newest."""
    return tuple(one for one in shelved() if one.id == pack)


def named(name: str) -> Shelved | None:
    """The version that a stamp names, or the newest of a pack's id; None when there is none."""
    pack, _at, version = name.partition("@")
    found = [one for one in versions(pack) if not version or one.version == version]
    return found[-1] if found else None


def load(stamp: str) -> Pack | None:
    """The pack of a stamp; None when it is not at hand, or has faults and cannot be used."""
    found = named(stamp) if "@" in stamp else None
    return None if found is None else _sound(found)


def is_usable(one: Shelved) -> bool:
    """Whether a version has no faults that keep it from being used."""
    return _sound(one) is not None


def newest(pack: str = loader.DEFAULT) -> Pack:
    """The newest version at hand that has no faults; at worst the shipped one. PackInvalid."""
    for one in reversed(versions(pack)):
        found = _sound(one)
        if found is not None:
            return found
    return loader.load()


def _sound(one: Shelved) -> Pack | None:
    try:
        return loader.load(one.folder)
    except PackInvalid as error:
        faults = error.params["faults"]
        log.warning("pack %s is not used, it has %d faults", one.stamp, len(_tuple(faults)))
        return None


def _tuple(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def next_version(pack: str, base: Version) -> Version:
    """The next minor version after `base` and after everything at hand of this pack."""
    last = max([base, *(one.version for one in versions(pack))], key=ordered)
    major, minor, _patch = ordered(last)
    return f"{major}.{minor + 1}.0"


Check = Callable[[Path], tuple[str, ...]]
"""Everything wrong with the pack in a folder, in words."""


def install(found: parts.Contents, check: Check) -> tuple[Shelved | None, tuple[str, ...]]:
    """Put a pack's content on the shelf as the version that its head names.

    Nothing is installed when `check` finds faults, which are given back. Raises NotAllowed
    `version_exists` for a version that is at hand, `version_malformed` for one that is none, and
    OSError.
    """
    head = found.wholes[parts.HEAD]
    pack, version = str(head.get("id", "")), str(head.get("version", ""))
    if not ID.fullmatch(pack) or not VERSION.fullmatch(version):
        raise NotAllowed(reason="version_malformed", version=f"{pack}@{version}")
    if named(found.stamp) is not None:
        raise NotAllowed(reason="version_exists", version=found.stamp)
    shelf = paths.packs_folder()
    shelf.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=shelf))
    try:
        parts.write(found, draft)
        faults = check(draft)
        if faults:
            return None, faults
        target = shelf / found.stamp
        _publish(draft, target)
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(draft)
    return named(found.stamp), ()


def _publish(draft: Path, target: Path) -> None:
    """One step, after which the version is there whole; another's of the same name stays."""
    if target.exists():
        raise NotAllowed(reason="version_exists", version=target.name)
    draft.chmod(0o755)
    draft.rename(target)


def contents_of(found: Shelved) -> parts.Contents:
    """What a version holds. PackInvalid when it cannot be read."""
    return parts.contents(found.folder)
