"""Whether the frames of a body are what its manifest says, in order and number."""

import hashlib

from desk.domain.exchange import (
    BLOCK_EVENTS,
    FRAME_BYTES,
    AnyFrame,
    CaseKeys,
    Events,
    FileBegun,
    FileBytes,
    Manifest,
    StandIns,
)

_EVENT_BYTES = 1 << 16
"""A generous size of an event, on average."""
_UNPACKED = 100
"""No text that people write is packed more tightly."""


class Mismatch(ValueError):
    """A frame that the manifest does not allow, in this place or at all."""


class FileMismatch(Mismatch):
    """The bytes of an attachment are not those it is named after.

    `file` is its name, the hash that it should have.
    """

    def __init__(self, file: str) -> None:
        super().__init__("a file is not what it is called")
        self.file = file


def most_bytes(manifest: Manifest) -> int:
    """How many bytes the body may unpack to; attachments are encrypted and do not pack at all."""
    events = min(manifest.events * _EVENT_BYTES, manifest.size * _UNPACKED)
    return 8 * FRAME_BYTES + 2 * manifest.size + events


class Tally:
    """Follows the frames of a body one by one; raises `Mismatch` for the first that cannot be.

    `files` are the attachments so far. Each is held against the hash under which it is known.
    """

    def __init__(self, manifest: Manifest) -> None:
        self._bare = manifest.kind == "bundle" and manifest.profile == "deidentified"
        self._ranges = {one.device: one for one in manifest.ranges}
        self._at = {one.device: one.after for one in manifest.ranges}
        self._events = 0
        self._all = max(1, manifest.events + manifest.files)
        self.files = 0
        self._file: FileBegun | None = None
        self._left = 0
        self._digest = hashlib.sha256()

    @property
    def share(self) -> float:
        """How much of the body went by, from 0 to 1, by events and attachments."""
        size = self._file.size if self._file is not None else 0
        return min(1.0, (self._events + self.files - self._left / max(1, size)) / self._all)

    def see(self, frame: AnyFrame) -> None:
        """The next frame."""
        if isinstance(frame, FileBytes):
            self._more(frame)
            return
        self._file_ended()
        if isinstance(frame, Events):
            self._row(frame)
        elif isinstance(frame, StandIns):
            self._stand_ins(frame)
        elif isinstance(frame, CaseKeys):
            self._whole_only()
        elif isinstance(frame, FileBegun):
            self._whole_only()
            self._file, self._left, self._digest = frame, frame.size, hashlib.sha256()
            self.files += 1

    def end(self) -> None:
        """There is no frame any more."""
        self._file_ended()
        if any(self._at[device] != one.to for device, one in self._ranges.items()):
            raise Mismatch("events are missing")

    def _row(self, frame: Events) -> None:
        stretch = self._ranges.get(frame.device)
        here = self._at.get(frame.device, -1) + 1
        if stretch is None or frame.first != here or not 0 < len(frame.rows) <= BLOCK_EVENTS:
            raise Mismatch("events out of place")
        self._at[frame.device] += len(frame.rows)
        self._events += len(frame.rows)
        if self._at[frame.device] > stretch.to:
            raise Mismatch("more events than told")

    def _stand_ins(self, frame: StandIns) -> None:
        stretch = self._ranges.get(frame.device)
        if stretch is None or any(
            not stretch.after < place <= self._at[frame.device] for place, _part in frame.parts
        ):
            raise Mismatch("stand-ins for events that did not come")

    def _whole_only(self) -> None:
        if self._bare:
            raise Mismatch("keys or files where nothing personal may be")

    def _more(self, frame: FileBytes) -> None:
        self._left -= len(frame.data)
        if self._file is None or self._left < 0:
            raise Mismatch("bytes of no file")
        self._digest.update(frame.data)

    def _file_ended(self) -> None:
        if self._file is None:
            return
        if self._left or self._digest.hexdigest() != self._file.file:
            raise FileMismatch(self._file.file)
        self._file = None
