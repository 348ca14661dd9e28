"""`python -m tests.faults [--all] [--most N]`: sweep a failing disk over a run of the program.

The last line of standard output is one JSON object: how many calls there were of each kind, how
many faults were tried, and every one after which something was not as it should be.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

from desk.store import stretching
from tests.faults import disk, unlucky
from tests.faults.kills import engine

MOST = 60


def main() -> int:
    """Try what the command line asks for; 1 when a fault cost something, 3 without a compiler."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="A failing disk.")
    parser.add_argument("--all", action="store_true", help="every call, not a sample")
    parser.add_argument("--most", type=int, default=MOST)
    parser.add_argument("--part", default="1/1", help="such as 2/3: the second third")
    asked = parser.parse_args()
    if disk.compiler() is None:
        print("There is no C compiler here, so nothing was tried.", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory() as folder:
        if "LD_PRELOAD" not in os.environ:
            shim = disk.build(Path(folder))
            again = [sys.executable, "-m", "tests.faults", *sys.argv[1:]]
            environment = {**os.environ, "LD_PRELOAD": str(shim), "HOME": folder}
            return subprocess.run(again, env=environment, check=False).returncode
        return _sweep(Path(folder), None if asked.all else asked.most, asked.part)


def _sweep(folder: Path, most: int | None, part: str) -> int:
    engine()
    with mock.patch.object(stretching, "measured", return_value=stretching.TARGET_S):
        first = unlucky.World(folder / "first" / "branch.vault")
        first.make()
        counts = {call: disk.count(first, call, folder / f"count-{call}") for call in disk.KINDS}
        number, of = (int(one) for one in part.split("/"))
        faults = disk.sweep(counts, most)[number - 1 :: of]
        found = {}
        for place, fault in enumerate(faults):
            wrong = disk.run(first, fault, folder / f"run-{place}")
            if wrong:
                found[str(fault)] = wrong
            if sys.stderr.isatty():
                print(f"\r{place + 1}/{len(faults)}", end="", file=sys.stderr)
    figures = {"calls": counts, "tried": len(faults), "found": found}
    print(json.dumps(figures, ensure_ascii=False))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
