"""`python -m tests.bench.bundles_probe write|read FILE MB`: one bundle, and the memory it took.

Prints seconds, and megabytes at most.
"""

import hashlib
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from desk.bundles import reading
from desk.domain.exchange import AnyFrame, FileBegun, FileBytes
from tests.unit import bundle_files

_POOL_MB = 16
"""Wider than the packer looks back, so that nothing is packed, as with real attachments."""


def main() -> None:
    """Write or read a bundle of so many megabytes of attachments."""
    task, target, megabytes = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    files = megabytes // _POOL_MB
    begun = time.perf_counter()
    if task == "write":
        bundle_files.write(target, _attachments(files), bundle_files.manifest(files=files))
    else:
        reading.look(target).read(bundle_files.IDENTITY, lambda _frame: None)
    spent = time.perf_counter() - begun
    print(spent, peak())


def peak() -> float:
    """The most memory that this process ever had, in megabytes.

    `getrusage` would tell that of whoever started it, if that was more.
    """
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _attachments(files: int) -> Iterator[AnyFrame]:
    """Files whose bytes do not pack."""
    pool = [secrets.token_bytes(1 << 20) for _block in range(_POOL_MB)]
    name = hashlib.sha256(b"".join(pool)).hexdigest()
    for _file in range(files):
        yield FileBegun(name, _POOL_MB << 20)
        yield from map(FileBytes, pool)


if __name__ == "__main__":
    main()
