"""Bundles: what they cost beside packing and encrypting alone, and how much memory a large one.

What a vault does to find the events is not in these figures.
"""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from desk.bundles import reading
from desk.domain.exchange import BLOCK_EVENTS, AnyFrame, Events
from tests.bench.timing import Figure, interleaved, median
from tests.unit import bundle_files

BENCH = "bundles"
_CASES = 10_000
_EVENTS_OF_A_CASE = 8
_TURNS = 9
_MOST = 2.0
_LARGE_MB = 1024
_MOST_MB = 200.0
_ROOT = Path(__file__).resolve().parents[2]


def run() -> Iterator[Figure]:
    """Written and read beside the floor; then a gigabyte, each way in a process of its own."""
    count = _CASES * _EVENTS_OF_A_CASE
    frames: list[AnyFrame] = [
        Events(bundle_files.HERE, first, bundle_files.rows(BLOCK_EVENTS, first))
        for first in range(1, count + 1, BLOCK_EVENTS)
    ]
    about = bundle_files.manifest(bundle_files.stretch(bundle_files.HERE, 0, count))
    plain = bundle_files.plain(frames)
    with tempfile.TemporaryDirectory() as folder:
        ours, floor = Path(folder) / "x.cdx", Path(folder) / "floor"
        written, packed = interleaved(
            [
                lambda _turn: bundle_files.write(ours, frames, about),
                lambda _turn: write_floor(plain, floor),
            ],
            _TURNS,
        )
        note = (
            f"{count:,} events, {len(plain) / 1e6:.0f} MB packed to {ours.stat().st_size / 1e6:.1f}"
        )
        yield Figure(BENCH, "written", median(written), floor=median(packed), most=_MOST, note=note)
        taken, unpacked = interleaved(
            [
                lambda _turn: reading.look(ours).read(bundle_files.IDENTITY, _nothing),
                lambda _turn: read_floor(floor),
            ],
            _TURNS,
        )
        yield Figure(BENCH, "read", median(taken), floor=median(unpacked), note="every value held")
        yield from _large(Path(folder) / "large.cdx")


def write_floor(plain: bytes, target: Path, recipients: Sequence[str] = ()) -> None:
    """Pack bytes by zstd as a bundle does, encrypt them, and bring them to the disk: no more."""
    import pyrage
    import zstandard

    keys = [pyrage.x25519.Recipient.from_str(key) for key in recipients or (bundle_files.AGE_KEY,)]
    packer = zstandard.ZstdCompressor(level=3)
    with target.open("wb") as stream:
        pyrage.encrypt_io(io.BytesIO(packer.compress(plain)), stream, keys)
        stream.flush()
        os.fsync(stream.fileno())


def read_floor(source: Path) -> int:
    """Decrypt and unpack what :func:`write_floor` wrote, in memory; how many bytes it was."""
    import pyrage
    import zstandard

    key = pyrage.x25519.Identity.from_str(bundle_files.IDENTITY)
    packed = pyrage.decrypt(source.read_bytes(), [key])
    return len(zstandard.ZstdDecompressor().decompress(packed))


def _nothing(_frame: AnyFrame) -> None:
    """Takes a frame and does nothing with it."""


def _large(target: Path) -> Iterator[Figure]:
    for task in ("write", "read"):
        command = [sys.executable, "-m", "tests.bench.bundles_probe", task, str(target)]
        done = subprocess.run(
            [*command, str(_LARGE_MB)], cwd=_ROOT, check=True, capture_output=True, text=True
        )
        spent, memory = map(float, done.stdout.split())
        yield Figure(
            BENCH,
            f"most memory to {task} {_LARGE_MB} MB of attachments",
            memory,
            unit="MB",
            most=_MOST_MB,
            note=f"{spent:.1f} s",
        )
