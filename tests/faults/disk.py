"""A disk that fails at the nth call of an act, and what is left of the vault afterwards.

`shim.c` stands between the program and its disk. Every run is a process of its own, forked from one
that has loaded the program with the shim in front of it; afterwards another one opens the vault
without faults and holds it to what was acknowledged (`tests.faults.acts`).
"""

import errno
import itertools
import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults import acts
from tests.faults.kills import forked, read_until

SOURCE = Path(__file__).with_name("shim.c")
ENDED_BY_POWER_CUT = 86
LONGEST_S = 120.0

ON_WRITING = ("ENOSPC", "EIO", "EROFS", "short")
KINDS: dict[str, tuple[str, ...]] = {
    "write": ON_WRITING,
    "pwrite": (*ON_WRITING, "exit"),
    "sendfile": ("ENOSPC", "EIO", "exit"),
    "fsync": ("EIO", "ENOSPC", "exit"),
    "fdatasync": ("EIO", "exit"),
    "ftruncate": ("EIO", "ENOSPC"),
    "rename": ("EACCES", "EROFS", "EIO", "exit"),
    "unlink": ("EACCES", "EROFS", "exit"),
    "mkdir": ("EACCES", "ENOSPC"),
    "open": ("EACCES", "EROFS", "EIO", "ENOSPC"),
}
"""How each call may fail. A power cut drops what was not flushed."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The `nth` of these calls in an act goes wrong, or all from there on."""

    act: str
    call: str
    kind: str
    nth: int
    lasts: bool

    def settings(self, match: str) -> dict[str, str]:
        """What the shim reads."""
        kind = self.kind if self.kind in {"short", "exit"} else str(getattr(errno, self.kind))
        return {
            "FAULT_CALL": self.call,
            "FAULT_MATCH": match,
            "FAULT_NTH": str(self.nth),
            "FAULT_KIND": kind,
            "FAULT_LASTS": "1" if self.lasts else "",
        }


def compiler() -> str | None:
    """The C compiler at hand."""
    return shutil.which("cc") or shutil.which("gcc")


def build(folder: Path) -> Path:
    """The shim as a library."""
    made, cc = folder / "shim.so", compiler()
    assert cc is not None
    subprocess.run(
        [
            cc,
            "-O1",
            "-Wall",
            "-Werror",
            "-shared",
            "-fPIC",
            "-o",
            made,
            SOURCE,
            "-ldl",
            "-lpthread",
        ],
        check=True,
    )
    return made


def run(first: acts.World, fault: Fault, folder: Path) -> list[str]:
    """One fault on a copy of the first world; what is wrong afterwards."""
    world, errors, act = first.copied(folder), folder.with_suffix(".err"), acts.ACTS[fault.act]
    faults = fault.settings(str(folder))
    status, told = _done(lambda pipe: acts.work(pipe, act, world, faults), errors)
    found = ["no sentence" for what, text in told if what == "told" and not text.strip()]
    if status not in {0, ENDED_BY_POWER_CUT}:
        found.append(f"traceback: {errors.read_text('utf-8')[-1500:]}")
    status, lost = _done(lambda pipe: acts.kept(pipe, act, world, told), errors)
    if status or not lost:
        found.append(f"not to be opened: {told} {errors.read_text('utf-8')[-1500:]}")
    shutil.rmtree(folder)
    return [*found, *lost[-1]] if lost else found


def count(first: acts.World, act: str, folder: Path) -> dict[str, int]:
    """How often each call is made while nothing disturbs an act."""
    world, told = first.copied(folder), folder.with_suffix(".count")
    faults = {
        **Fault(act, "", "EIO", 0, lasts=False).settings(str(folder)),
        "FAULT_COUNT": str(told),
    }

    def working(pipe: int) -> None:
        acts.work(pipe, acts.ACTS[act], world, faults)
        _library_told()

    status, lines = _done(working, folder.with_suffix(".err"))
    assert status == 0, folder.with_suffix(".err").read_text("utf-8")
    assert all(what != "told" for what, _value in lines), lines
    shutil.rmtree(folder)
    counted = (line.split() for line in told.read_text().splitlines())
    return {call: int(number) for call, number in counted}


def _library_told() -> None:
    """A forked process ends without destructors; ask the shim for its number."""
    import ctypes

    ctypes.CDLL(os.environ["LD_PRELOAD"]).told()


def _done(job: Callable[[int], None], errors: Path) -> tuple[int, list[tuple[str, ...]]]:
    child, pipe = forked(job, errors)
    told = read_until(pipe, LONGEST_S)
    os.close(pipe)
    _, status = os.waitpid(child, 0)
    lines = [tuple(json.loads(line)) for line in told.split(b"\n")[:-1]]
    return os.waitstatus_to_exitcode(status), lines


def sweep(counts: dict[str, dict[str, int]], most: int | None, seed: int = 1) -> list[Fault]:
    """Every fault in a random order, or `most` of them: as many of each act."""
    chance, of_acts = random.Random(seed), []
    for act, calls in counts.items():
        of_act = [
            Fault(act, call, kind, nth, lasts)
            for call, kinds in KINDS.items()
            for kind in kinds
            for nth in range(1, calls[call] + 1)
            for lasts in ((False,) if kind in {"short", "exit"} else (False, True))
        ]
        chance.shuffle(of_act)
        of_acts.append(of_act)
    in_turn = [fault for turn in itertools.zip_longest(*of_acts) for fault in turn if fault]
    return in_turn[:most]
