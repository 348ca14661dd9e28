"""A disk that fails anywhere in a run: a sentence each time, and nothing acknowledged is lost.

`python -m tests.faults --all` tries every call; here some sixty, spread over the whole run.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import disk
from tests.faults.__main__ import MOST

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def compiler() -> None:
    if disk.compiler() is None or not sys.platform.startswith("linux"):
        assert not os.environ.get("DESK_CI"), "the gate needs a C compiler for these tests"
        pytest.skip("no C compiler on a Linux here; packaging/test.sh installs one where it may")


@pytest.mark.parametrize("part", ["1/2", "2/2"])
def test_a_failing_disk_costs_nothing_that_was_acknowledged(part: str) -> None:
    command = [sys.executable, "-m", "tests.faults", "--part", part]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["found"] == {}
    assert figures["tried"] == MOST // 2
    for call in ("pwrite", "fsync", "rename", "open"):
        assert figures["calls"][call] > 0, "the shim saw nothing"
    assert done.returncode == 0


def test_the_sample_is_spread_over_calls_and_kinds() -> None:
    counts = dict.fromkeys(disk.KINDS, 40)
    everything = disk.sweep(counts, None)
    sample = disk.sweep(counts, MOST)
    assert len(sample) == len(set(sample)) == MOST < len(everything) == len(set(everything))
    assert {fault.call for fault in sample} == set(disk.KINDS)
