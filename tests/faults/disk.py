"""A disk that fails at the nth call, a typist who works on it, and what the vault keeps of that.

`shim.c` stands between the program and its disk. Every run is a process of its own, forked from one
that has loaded the program with the shim in front of it; afterwards the vault is opened without
faults and held to what was acknowledged.
"""

import contextlib
import errno
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from desk.errors import KnownError
from desk.services import backups, cases, checks, keyring, sentences, vaults
from desk.services.session import Session
from tests.faults import unlucky
from tests.faults.kills import engine, forked, read_until, say

SOURCE = Path(__file__).with_name("shim.c")
ENDED_BY_POWER_CUT = 86
LONGEST_S = 120.0
NEXT = "ten ladders by the well"
"""The password that is set while the disk fails."""
FIELDS = ("opening_words", "place", "narrative", "product", "address", "complainant_name")

ON_WRITING = ("ENOSPC", "EIO", "EROFS", "short")
KINDS: dict[str, tuple[str, ...]] = {
    "write": ON_WRITING,
    "pwrite": (*ON_WRITING, "exit"),
    "fsync": ("EIO", "ENOSPC", "exit"),
    "fdatasync": ("EIO", "exit"),
    "ftruncate": ("EIO", "ENOSPC"),
    "rename": ("EACCES", "EROFS", "EIO", "exit"),
    "open": ("EACCES", "EROFS", "EIO", "ENOSPC"),
}
"""How each call may fail. A power cut drops what was not flushed."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The `nth` of these calls goes wrong, or all from there on."""

    call: str
    kind: str
    nth: int
    lasts: bool

    def settings(self, match: str) -> dict[str, str]:
        """What the shim reads."""
        kind = self.kind if self.kind in {"short", "exit"} else str(getattr(errno, self.kind))
        return {
            "FAULT_CALLS": self.call,
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


def _step(pipe: int, name: str, work: Iterator[tuple[str, str]]) -> None:
    """Do something for a person; tell what was acknowledged, or the sentence they read."""
    try:
        for what, value in work:
            say(pipe, "stored", what, value)
    except KnownError as error:
        say(pipe, "told", name, error.code, sentences.sentence(error))


def work(pipe: int, vault: Path, case: str) -> None:
    """A few minutes at the desk: type, rest, a new password, a backup."""
    session: Session | None = None
    while session is None:  # a person tries again, and after a while gives up
        try:
            session = vaults.unlock(vault, unlucky.PASSWORD, engine=engine())
        except KnownError as error:
            say(pipe, "told", "unlock", error.code, sentences.sentence(error))
            if error.code == "wrong_password" or os.environ["FAULT_LASTS"]:
                return
            os.environ["FAULT_LASTS"] = "0"
    at_desk = session

    def field(path: str, text: str) -> Iterator[tuple[str, str]]:
        cases.set_field(at_desk, case, path, text)
        yield path, text

    def password() -> Iterator[tuple[str, str]]:
        say(pipe, "trying", NEXT)
        keyring.change_password(at_desk, unlucky.PASSWORD, NEXT)
        yield "password", NEXT

    def once(act: Callable[[], object]) -> Iterator[tuple[str, str]]:
        act()
        yield from ()

    try:
        for turn in range(2):
            for path in FIELDS:
                _step(pipe, "field", field(path, f"{path[:3]} 第{turn}回 " + "字" * 12 * turn))
            _step(pipe, "rest", once(at_desk.rest))
        _step(pipe, "password", password())
        _step(pipe, "backup", once(lambda: backups.make(at_desk, "hand")))
        _step(pipe, "field", field(FIELDS[0], "最后一句"))
    finally:
        vaults.close(at_desk)


def kept(pipe: int, vault: Path, case: str, told: list[list[str]]) -> None:
    """What the vault does not keep of what was acknowledged, once the disk is well."""
    stored = {what: value for kind, what, value in (t for t in told if t[0] == "stored")}
    tried = {t[1] for t in told if t[0] == "trying"}
    last = stored.get("password")
    passwords = [last] if last else [unlucky.PASSWORD, *tried]
    session = None
    for password in passwords:
        with contextlib.suppress(KnownError):
            session = vaults.unlock(vault, password, "1001", engine=engine())
            break
    if session is None:
        say(pipe, "no password opens it")
        return
    found = []
    try:
        there = session.vault.case(case)
        for what, value in stored.items():
            if what != "password" and there.text(what) != value:
                found.append(f"{what}: {value!r} was stored, {there.text(what)!r} is there")
        found += [checks.line(one) for one in checks.check(session)]
    finally:
        vaults.close(session)
    say(pipe, *found)


def run(first: unlucky.World, fault: Fault, folder: Path) -> list[str]:
    """One fault on a copy of the first world; what is wrong afterwards."""
    world, errors = unlucky.copied(first, folder), folder.with_suffix(".err")

    def working(pipe: int) -> None:
        os.environ.update(fault.settings(str(folder)))
        work(pipe, world.vault, world.case)

    status, lines = _done(working, errors)
    told: list[list[str]] = [json.loads(line) for line in lines]
    found = [f"no sentence: {t}" for t in told if t[0] == "told" and not t[3].strip()]
    if status not in {0, ENDED_BY_POWER_CUT}:
        found.append(f"traceback: {errors.read_text('utf-8')[-1500:]}")
    status, lines = _done(lambda pipe: kept(pipe, world.vault, world.case, told), errors)
    if status or not lines:
        return [*found, f"it cannot be opened: {errors.read_text('utf-8')[-1500:]}"]
    shutil.rmtree(folder)
    lost: list[str] = json.loads(lines[-1])
    return found + lost


def count(first: unlucky.World, call: str, folder: Path) -> int:
    """How often a call is made in an undisturbed run."""
    world, told = unlucky.copied(first, folder), folder.with_suffix(".count")

    def working(pipe: int) -> None:
        os.environ.update(Fault(call, "EIO", 0, lasts=False).settings(str(folder)))
        os.environ["FAULT_COUNT"] = str(told)
        work(pipe, world.vault, world.case)
        _library_told()

    status, lines = _done(working, folder.with_suffix(".err"))
    assert status == 0, folder.with_suffix(".err").read_text("utf-8")
    assert all(json.loads(line)[0] != "told" for line in lines), lines
    shutil.rmtree(folder)
    return int(told.read_text())


def _library_told() -> None:
    """A forked process ends without destructors; ask the shim for its number."""
    import ctypes

    ctypes.CDLL(os.environ["LD_PRELOAD"]).told()


def _done(job: Callable[[int], None], errors: Path) -> tuple[int, list[bytes]]:
    child, pipe = forked(job, errors)
    told = read_until(pipe, LONGEST_S)
    os.close(pipe)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), told.split(b"\n")[:-1]


def sweep(counts: dict[str, int], most: int | None) -> list[Fault]:
    """Every fault, or `most` of them, spread evenly over calls, kinds and the run."""
    everything = [
        Fault(call, kind, nth, lasts)
        for call, kinds in KINDS.items()
        for kind in kinds
        for nth in range(1, counts[call] + 1)
        for lasts in ((False,) if kind in {"short", "exit"} else (False, True))
    ]
    if most is None or len(everything) <= most:
        return everything
    step = len(everything) / most
    return [everything[int(place * step + step / 2)] for place in range(most)]
