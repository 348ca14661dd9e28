"""A folder that branches drop their files into: each taken in once, whatever the others are.

    FOLDER/NAME.cdx          dropped; taken up once it has stopped growing
    FOLDER/taking/DEVICE/    being taken in by the head office of this id
    FOLDER/taken/            taken in, or set aside in head office's vault
    FOLDER/refused/          damaged or not for head office; beside each the reason in words
    FOLDER/NAME.cdx.read     head office's signed word that it has read the file
    FOLDER/receipts/         receipts, unless another folder is named

A file is taken up by giving it another name, which only one can do: two head offices at one folder
do not meet. What one that was killed left in its own folder is taken up first.
"""

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desk.bundles import cards, parts, reading
from desk.bundles.faults import PART
from desk.domain.exchange import ReadMark
from desk.errors import BundleRefused, BundleUnread, KnownError
from desk.i18n import _
from desk.services import hub_imports, hub_receipts, sentences
from desk.services.hub_imports import Imported
from desk.services.hub_office import Office
from desk.services.session import Session, needs
from desk.store.hub import registry

_LOG = logging.getLogger(__name__)

READ = ".read"
WHY = ".txt"
PAUSE_SECONDS = 5.0

Wait = Callable[[float], bool]
"""Waits so many seconds, or until somebody wants an end; whether somebody does."""
Report = Callable[[Imported], None]

Seen = Mapping[Path, tuple[int, int]]
"""Size and time of each file as it was seen at a look."""
_Seen = dict[Path, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Look:
    """What a look into a folder found: files to be taken up, those of one bundle together.

    `seen` is for the next look: only what has not changed in between is taken up.
    """

    bundles: tuple[tuple[Path, ...], ...]
    seen: Seen


@dataclass(frozen=True, slots=True)
class _Folders:
    """The places of a drop folder."""

    drop: Path
    taking: Path
    receipts: Path

    @property
    def taken(self) -> Path:
        return self.drop / "taken"

    @property
    def refused(self) -> Path:
        return self.drop / "refused"


@needs("exchange")
def watch(
    session: Session,
    folder: Path,
    *,
    wait: Wait,
    report: Report,
    receipts: Path | None = None,
    pause: float = PAUSE_SECONDS,
) -> None:
    """Take in what is dropped into a folder, until `wait` says that somebody wants an end.

    Receipts for whom something came from go to `receipts`. A folder that does not answer is waited
    for. Raises nothing over a file.
    """
    seen: _Seen = {}
    with Office(session) as office:
        places = _places(office, folder, receipts)
        while True:
            try:
                _round(office, places, seen, wait, report)
            except (KnownError, OSError) as fault:
                _LOG.warning("drop folder: %s", type(fault).__name__)
            if wait(pause):
                return


@needs("exchange")
def sweep(
    session: Session, folder: Path, *, wait: Wait, receipts: Path | None = None
) -> tuple[Imported, ...]:
    """Take in what lies in a folder now, and come back. Raises OSError for no such folder."""
    found: list[Imported] = []
    seen: _Seen = {}
    with Office(session) as office:
        places = _places(office, folder, receipts)
        for _twice in range(2):  # what is still growing the second time is left
            _round(office, places, seen, wait, found.append)
            wait(_STILL_SECONDS)
    return tuple(found)


_STILL_SECONDS = 0.2


@needs("exchange")
def look(session: Session, folder: Path, seen: Seen) -> Look:
    """What lies in a folder to be taken up, file by file, with :func:`take_up`.

    For whom other work must come between; `seen` is what the look before gave. Raises BundleUnread
    for a folder that does not answer, NotAllowed `no_hub`.
    """
    with Office(session) as office:
        places = _places(office, folder, None)
    if not folder.is_dir():
        raise BundleUnread(path=str(folder), reason=_("The folder is not there."))
    now = dict(seen)
    return Look((*_left(places), *_still(places, now)), now)


@needs("exchange")
def take_up(session: Session, folder: Path, names: Sequence[Path]) -> tuple[Imported, ...]:
    """Take in one bundle of a look; nothing where another head office was quicker."""
    with Office(session) as office:
        places = _places(office, folder, None)
        here = names if names[0].parent == places.taking else _moved(names, places.taking)
        return tuple(_one(office, places, here)) if here else ()


@needs("exchange")
def answer(session: Session, folder: Path, found: Iterable[Imported]) -> None:
    """Write receipts for whom files of a round came from. Raises what writing a bundle raises."""
    with Office(session) as office:
        _answer(office, _places(office, folder, None), found)


def _places(office: Office, folder: Path, receipts: Path | None) -> _Folders:
    own = folder / "taking" / office.keys.device
    return _Folders(folder, own, receipts or folder / "receipts")


def _round(office: Office, places: _Folders, seen: _Seen, wait: Wait, report: Report) -> None:
    """Take up every file that lies there whole; then write receipts."""
    found: list[Imported] = []
    for names in (*_left(places), *_dropped(places, seen)):
        if wait(0):
            break
        for one in _one(office, places, names):
            report(one)
            found.append(one)
    _answer(office, places, found)


def _answer(office: Office, places: _Folders, found: Iterable[Imported]) -> None:
    came = {(one.branch, one.device) for one in found if one.outcome in {"taken", "again"}}
    for branch, device in sorted(came):
        _receipt(office, places, branch, device)


def _left(places: _Folders) -> Iterator[tuple[Path, ...]]:
    """What was being taken in when this head office was ended in the middle."""
    if places.taking.is_dir():
        yield from _together(sorted(path for path in places.taking.iterdir() if path.is_file()))


def _dropped(places: _Folders, seen: _Seen) -> Iterator[tuple[Path, ...]]:
    """Files that have not changed since the last look, taken up; those of one bundle together."""
    for names in _still(places, seen):
        moved = _moved(names, places.taking)
        if moved:
            yield moved


def _still(places: _Folders, seen: _Seen) -> Iterator[tuple[Path, ...]]:
    """Files that have not changed since the last look; those of one bundle together."""
    still: list[Path] = []
    here: _Seen = {}
    for path in sorted(places.drop.glob("*.cdx*")):
        if path.name.endswith((READ, PART)) or not path.is_file() or path.is_symlink():
            continue
        with contextlib.suppress(OSError):  # another took it up just now
            state = path.stat()
            here[path] = (state.st_size, state.st_mtime_ns)
            if seen.get(path) == here[path]:
                still.append(path)
    seen.clear()
    seen.update(here)
    yield from _together(still)


def _together(paths: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """Each file by itself, but all parts of a bundle together, and none while one is missing."""
    done: set[Path] = set()
    for path in paths:
        if path in done:
            continue
        names: tuple[Path, ...] = (path,)
        try:
            if parts.head_of(path) is not None:
                names = tuple(part.path for part in parts.gather([path]))
        except BundleRefused as fault:
            if fault.params.get("reason") == "part_missing":
                continue
        except BundleUnread:
            continue
        done.update(names)
        yield names


def _moved(names: Sequence[Path], folder: Path) -> tuple[Path, ...]:
    """The files under their name in another folder; none where another was quicker."""
    moved: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in names:
            target = _free(folder / path.name)
            path.rename(target)
            moved.append(target)
    except OSError:  # somebody else has it, or it is still open where it is written
        for path, back in zip(moved, names, strict=False):
            with contextlib.suppress(OSError):
                path.rename(back)
        return ()
    return tuple(moved)


def _free(target: Path) -> Path:
    """A name that nothing has, as like the one that was asked for as can be."""
    place, count = target, 1
    while place.exists():
        count += 1
        place = target.with_name(f"{count}-{target.name}")
    return place


def _one(office: Office, places: _Folders, names: Sequence[Path]) -> Sequence[Imported]:
    """Take one bundle in; a fault of any kind is told and stays with its file."""
    try:
        opened = reading.look(names)
        found = hub_imports.take(office, opened)
    except BundleRefused as fault:
        return (_refused(places, names, fault),)
    except (KnownError, OSError) as fault:
        # The disk, the share or the database is gone: the file waits where it was dropped.
        _moved(names, places.drop)
        _LOG.warning("not taken in: %s", type(fault).__name__)
        return ()
    except Exception:  # noqa: BLE001 - one strange file must not keep all others out
        _LOG.exception("not taken in")
        return (_refused(places, names, BundleRefused(reason="changed")),)
    _mark(office, places, opened.sha256, names)
    _moved(names, places.taken)
    return found


def _refused(places: _Folders, names: Sequence[Path], fault: BundleRefused) -> Imported:
    kept = _moved(names, places.refused) or tuple(names)
    with contextlib.suppress(OSError):
        words = sentences.sentence(fault)
        kept[0].with_name(kept[0].name + WHY).write_text(f"{words}\n", encoding="utf-8-sig")
    return Imported(names[0].name, "refused", fault=fault)


def _mark(office: Office, places: _Folders, sha256: str, names: Sequence[Path]) -> None:
    """Leave word beside where the file was dropped."""
    keys = office.keys
    at = office.session.minute()
    mark = ReadMark(sha256=sha256, hub=keys.device, sign_key=keys.sign_key, read_at=at)
    for path in names:
        with contextlib.suppress(KnownError):  # a stick that may not be written loses only this
            cards.write_mark(places.drop / f"{path.name}{READ}", mark, keys.sign)


def _receipt(office: Office, places: _Folders, branch: str, device: str) -> None:
    with office.store.reading() as connection:
        of = registry.branch_of(connection, branch)
        devices = registry.devices(connection, branch)
    first = [one for one in devices if (one.device, one.lane) == (device, 1)]
    fitting = [one for one in first if one.state == "approved"]
    if of is not None and fitting:
        places.receipts.mkdir(parents=True, exist_ok=True)
        hub_receipts.write(office, of, fitting[0], devices, places.receipts)
