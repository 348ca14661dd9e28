"""Writing a bundle: whole or not at all, in one pass over its frames."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desk.bundles import body, container, faults, parts
from desk.bundles.body import Progress, nobody
from desk.bundles.container import Sign
from desk.domain.exchange import AnyFrame, Manifest


@dataclass(frozen=True, slots=True)
class Written:
    """A bundle that is on the disk: its files, its manifest as signed, its hash and its bytes."""

    paths: tuple[Path, ...]
    manifest: Manifest
    sha256: str
    size: int


def write(
    target: Path,
    manifest: Manifest,
    frames: Iterable[AnyFrame],
    *,
    recipients: Sequence[str],
    sign: Sign,
    part_bytes: int = 0,
    progress: Progress = nobody,
) -> Written:
    """Write a bundle to `target`, or beside it in parts of at most `part_bytes` bytes.

    Of the manifest, `format`, `body`, `size` and `files` are filled in here. `recipients` are
    public age keys: the recipient's, and the sender's own. Whatever goes wrong, what was at
    `target` stays, and nothing half-written; only when a part cannot be written, the whole bundle
    is at `target`, for `parts.cut` to go on with. Raises `BundleUnwritten`, `FolderMissing`,
    `AttachmentLost`, and what `frames` and `progress` raise; ValueError for frames that are not
    what the manifest says.
    """
    begun = msgspec.structs.replace(manifest, format=container.FORMAT)
    room = container.room(begun)
    with faults.draft(target) as stream:
        with faults.writing(target):
            stream.seek(room)
        sealed = body.seal(frames, begun, stream, target, recipients, progress)
        done = msgspec.structs.replace(
            begun, body=sealed.sha256, size=sealed.size, files=sealed.files
        )
        head, sha256 = container.head(done, sign)
        with faults.writing(target):
            stream.seek(0)
            stream.write(head)
    size = room + sealed.size
    paths: tuple[Path, ...] = (target,)
    if 0 < part_bytes < size:
        paths = parts.cut(target, target.parent, part_bytes)
        with faults.writing(target):
            target.unlink()
    return Written(paths, done, sha256, size)
