"""`python -m tests.faults [--all | --most N] [--minutes M] [--act NAME] [--seed S]`.

A disk that fails at every call, or at some, of what people do (`tests.faults.acts`). The last line
of standard output is one JSON object: how many calls each act makes, how many faults there are, how
many were tried, and every one after which something was not as it should be.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

from desk.store import stretching
from desk.store.stretching import Argon
from tests.faults import acts, disk
from tests.faults.kills import engine

MOST = 36
"""Four of each act."""


def main() -> int:
    """Try what the command line asks for; 1 when a fault cost something, 3 without a compiler."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="A failing disk.")
    parser.add_argument("--all", action="store_true", help="every call, not a sample")
    parser.add_argument("--most", type=int, default=MOST)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop then")
    parser.add_argument("--act", action="append", choices=acts.ACTS, help="this act; repeatable")
    parser.add_argument("--seed", type=int, default=1)
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
        return _sweep(Path(folder), asked)


def _sweep(folder: Path, asked: argparse.Namespace) -> int:
    engine()
    until = time.monotonic() + asked.minutes * 60
    with (
        mock.patch.object(stretching, "measured", return_value=stretching.TARGET_S),
        mock.patch.object(stretching, "FLOOR", Argon(m=8, t=1, p=1)),
    ):
        first = acts.World(folder / "first" / "branch.vault")
        first.make()
        counts = {act: disk.count(first, act, folder / act) for act in asked.act or acts.ACTS}
        everything = disk.sweep(counts, None, asked.seed)
        tried, found = 0, {}
        for fault in everything if asked.all else everything[: asked.most]:
            if time.monotonic() > until:
                break
            tried += 1
            wrong = disk.run(first, fault, folder / f"run-{tried}")
            if wrong:
                found[str(fault)] = wrong
            if sys.stderr.isatty():
                print(f"\r{tried}/{len(everything)}", end="", file=sys.stderr)
    figures = {"calls": counts, "of": len(everything), "tried": tried, "found": found}
    print(json.dumps(figures, ensure_ascii=False))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
