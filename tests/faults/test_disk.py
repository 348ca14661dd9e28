"""A disk that fails anywhere in what people do: a sentence or success, and nothing is lost.

`python -m tests.faults --all` tries every call; here some, as many of each act.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import disk
from tests.faults.__main__ import MOST
from tests.faults.acts import ACTS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def compiler() -> None:
    if disk.compiler() is None or not sys.platform.startswith("linux"):
        assert not os.environ.get("DESK_CI"), "the gate needs a C compiler for these tests"
        pytest.skip("no C compiler on a Linux here; packaging/test.sh installs one where it may")


def test_a_failing_disk_costs_nothing_that_was_acknowledged() -> None:
    command = [sys.executable, "-m", "tests.faults"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["found"] == {}
    assert figures["tried"] == MOST
    for act in ACTS:
        for call in ("pwrite", "fsync"):
            assert figures["calls"][act][call] > 0, "the shim saw nothing"
    assert done.returncode == 0


def test_the_sample_is_spread_over_acts_calls_and_kinds() -> None:
    counts = {act: dict.fromkeys(disk.KINDS, 40) for act in ACTS}
    everything = disk.sweep(counts, None)
    sample = disk.sweep(counts, 20 * len(ACTS))
    assert len(sample) == len(set(sample)) < len(everything) == len(set(everything))
    assert {fault.act for fault in sample[: len(ACTS)]} == set(ACTS)
    assert {fault.call for fault in sample} == set(disk.KINDS)
