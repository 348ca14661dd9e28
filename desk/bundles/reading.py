"""Reading a bundle: what it says of itself first, then its contents, once it is trusted."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desk.bundles import body, container, faults, parts
from desk.bundles.body import Progress, nobody
from desk.bundles.container import Reader
from desk.domain.exchange import Manifest, Take
from desk.errors import BundleRefused


@dataclass(frozen=True, slots=True)
class Opened:
    """A bundle whose manifest its own sender signed; whether to trust that sender is not decided.

    `sha256` is its hash, by which receipts and later bundles name it; `size` is in bytes.
    """

    paths: tuple[Path, ...]
    manifest: Manifest
    sha256: str
    size: int
    pieces: tuple[parts.Part, ...] = ()

    def read(self, identity: str, take: Take, progress: Progress = nobody) -> None:
        """Give `take` every frame, in order; nothing of it counts unless this comes to its end.

        `identity` is the private age key of the reader. BundleRefused `changed`, `cut`,
        `not_for_us`, `too_large` or `part_changed`; `BundleUnread` when the stick is pulled; what
        `take` and `progress` raise.
        """
        with _stream(self.paths, self.pieces) as stream:
            if container.read_head(stream).sha256 != self.sha256:
                raise BundleRefused(reason="changed")
            body.unseal(stream, self.manifest, identity, take, progress)


def look(where: Path | Sequence[Path]) -> Opened:
    """What is in a bundle, of which a path is given, that of one part, or those of all parts.

    BundleRefused `not_ours`, `too_new`, `too_large`, `cut`, `changed`, `part_missing`,
    `part_foreign` or `part_changed`; `BundleUnread`.
    """
    paths = (where,) if isinstance(where, Path) else tuple(where)
    pieces: tuple[parts.Part, ...] = ()
    if len(paths) > 1 or parts.head_of(paths[0]) is not None:
        pieces = parts.gather(paths)
        paths = tuple(part.path for part in pieces)
        size = sum(part.length for part in pieces)
    else:
        with faults.reading(paths[0]):
            size = paths[0].stat().st_size
    with _stream(paths, pieces) as stream:
        try:
            head = container.read_head(stream)
        except BundleRefused:
            if isinstance(stream, parts.Joined):
                stream.rest()
            raise
    if any(part.bundle.hex() != head.sha256 for part in pieces):
        raise BundleRefused(reason="changed")
    if size != head.size + head.manifest.size:
        raise BundleRefused(reason="cut" if size < head.size + head.manifest.size else "changed")
    return Opened(paths, head.manifest, head.sha256, size, pieces)


@contextlib.contextmanager
def _stream(paths: Sequence[Path], pieces: Sequence[parts.Part]) -> Iterator[Reader]:
    """The bytes of a bundle from the beginning."""
    if pieces:
        yield parts.Joined(pieces)
        return
    with faults.opened(paths[0]) as stream:
        yield _Told(paths[0], stream)


class _Told:
    """A file whose faults a person can be told about."""

    def __init__(self, path: Path, stream: Reader) -> None:
        self._path = path
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        with faults.reading(self._path):
            return self._stream.read(size)
