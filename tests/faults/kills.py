"""The program killed at random moments, opened again, and held to everything it called stored.

`python -m tests.faults.kills --count 500 --seed 1` starts the real window, types into fields by
keys, and takes what the footer calls stored as a promise. After each kill another process opens the
vault: every promise must be there, nothing may be there that was not typed, and the check of the
vault must find nothing. The last line of standard output is one JSON object with the figures.
"""

import argparse
import functools
import importlib
import json
import os
import random
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from unittest import mock

from desk.domain.engine import Engine
from desk.domain.staff import Branch, Person
from desk.packs import shelf
from desk.services import checks, vaults
from desk.services.session import Session
from desk.store import stretching

PASSWORD = "seven lanterns downstream"
FIELDS = {1: ("opening_words", "place"), 2: ("narrative", "product")}
LONGEST_S = 60.0
TYPING_S = 2.5
OPENING_S = 1.2
AT_OPENING = 0.15
"""The share of kills that fall before the vault is open; the others fall while somebody types."""


@functools.cache
def engine() -> Engine:
    """The rules, read once for all processes to come."""
    return Engine(shelf.newest())


def say(pipe: int, *words: object) -> None:
    """One line to whoever watches; a pipe takes so short a line whole or not at all."""
    os.write(pipe, (json.dumps(words) + "\n").encode())


def type_until_killed(vault: Path, seed: int, pipe: int) -> None:
    """Be the program with somebody typing into a new case; only a kill or a fault ends it."""
    from desk.app import Program, application
    from desk.settings import Settings
    from desk.ui.demo.driver import Driver
    from tests.faults.typist import Typist

    app = application()
    settings_file = vault.with_name("settings.json")
    program = Program(app, Settings(), vault, settings_file=settings_file, device="")
    typist = Typist(program, random.Random(seed), lambda *words: say(pipe, *words))
    program.begin()
    driver = Driver(typist.typing(PASSWORD, FIELDS), patience_ms=int(LONGEST_S * 1000))
    driver.ended.connect(app.quit)
    driver.start()
    app.exec()
    say(pipe, "stuck", repr(driver.error))


@dataclass
class Promised:
    """What the windows of one vault told, kill after kill: case by case, field by field."""

    stored: dict[str, dict[str, str]] = field(default_factory=dict)
    typed: dict[str, dict[str, str]] = field(default_factory=dict)
    stuck: list[str] = field(default_factory=list)
    opened: bool = False

    def take(self, lines: bytes) -> None:
        """What one process told before it ended; half a line was never told."""
        for line in lines.split(b"\n")[:-1]:
            kind, *rest = json.loads(line)
            if kind in {"stored", "typed"}:
                case, path, value = rest
                told = self.stored if kind == "stored" else self.typed
                told.setdefault(case, {})[path] = value
            elif kind == "stuck":
                self.stuck.append(rest[0])

    def count(self) -> int:
        """How many words were promised."""
        return sum(len(text.split()) for of in self.stored.values() for text in of.values())


def broken(vault: Path, promised: Promised) -> list[str]:
    """What a vault that was opened again does not keep; empty when it keeps everything."""
    session = vaults.unlock(vault, PASSWORD, engine=engine())
    try:
        found = [checks.line(one) for one in checks.check(session)]
        for case in {*promised.stored, *promised.typed}:
            found += _broken_in(session, case, promised)
    finally:
        vaults.close(session)
    return found


def _broken_in(session: Session, case: str, promised: Promised) -> list[str]:
    stored, typed = promised.stored.get(case, {}), promised.typed.get(case, {})
    kept = session.vault.case(case)
    found = []
    for path in {*stored, *typed}:
        there = kept.text(path)
        if not there.startswith(stored.get(path, "")):
            found.append(f"{path}: {stored[path]!r} was stored, {there!r} is there")
        if not typed.get(path, "").startswith(there):
            found.append(f"{path}: {typed.get(path)!r} was typed, {there!r} is there")
    return found


def forked(work: Callable[[int], None], errors: Path) -> tuple[int, int]:
    """A process of its own that does `work` with a pipe; its id, and where the pipe is read."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _run(work, writing, errors)
    os.close(writing)
    return child, reading


def _run(work: Callable[[int], None], writing: int, errors: Path) -> NoReturn:
    with errors.open("ab") as stream:
        os.dup2(stream.fileno(), 2)
    status = 1
    try:
        work(writing)
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, only the parent may go on from here
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def read_until(pipe: int, enough: float, mark: bytes = b"") -> bytes:
    """What comes through a pipe until it ends, until `mark` came, or until the time is over."""
    told, until = b"", time.monotonic() + enough
    while not mark or mark not in told:
        left = until - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            break
        more = os.read(pipe, 65536)
        if not more:
            break
        told += more
    return told


def kill_once(vault: Path, promised: Promised, chance: random.Random) -> list[str]:
    """Start, type, kill, open again; what is broken."""
    errors, seed = vault.with_name("stderr.txt"), chance.randrange(1 << 32)
    child, pipe = forked(lambda writing: type_until_killed(vault, seed, writing), errors)
    if chance.random() < AT_OPENING:
        told = read_until(pipe, chance.uniform(0, OPENING_S))
    else:
        told = read_until(pipe, LONGEST_S, mark=b'["open"]')
        told += read_until(pipe, chance.uniform(0, TYPING_S))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    told += read_until(pipe, LONGEST_S)
    os.close(pipe)
    promised.take(told)

    def look(writing: int) -> None:
        say(writing, *broken(vault, promised))

    child, pipe = forked(look, errors)
    answer = read_until(pipe, LONGEST_S)
    os.close(pipe)
    _, status = os.waitpid(child, 0)
    if status or not answer:
        return [f"it does not open: {errors.read_text('utf-8', 'replace')[-2000:]}"]
    found: list[str] = json.loads(answer)
    return found


def make(vault: Path) -> None:
    """The vault of a branch, with one person."""
    head, branch = Person("1001", "李敏", "head"), Branch("CD", "城东支行")
    vaults.close(vaults.create(vault, branch, "柜台一", head, PASSWORD, engine=engine()))


def run(count: int, seed: int, folder: Path) -> dict[str, object]:
    """So many kills of one vault; the figures."""
    vault, promised, chance = folder / "branch.vault", Promised(), random.Random(seed)
    child, pipe = forked(lambda _writing: make(vault), folder / "stderr.txt")
    read_until(pipe, LONGEST_S)
    os.close(pipe)
    os.waitpid(child, 0)
    faults: list[str] = []
    for number in range(count):
        faults += [f"kill {number}: {fault}" for fault in kill_once(vault, promised, chance)]
        if sys.stderr.isatty():
            print(f"\r{number + 1}/{count}", end="", file=sys.stderr)
    return {
        "kills": count,
        "seed": seed,
        "cases": len(promised.stored),
        "words_promised": promised.count(),
        "faults": faults,
        "stuck": promised.stuck,
    }


def main() -> int:
    """Kill as often as the command line asks; 1 when anything promised is not there."""
    parser = argparse.ArgumentParser(description="Kill the program; hold it to its promises.")
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    importlib.import_module("desk.app")
    importlib.import_module("desk.ui.intake.page")
    engine()
    measured = mock.patch.object(stretching, "measured", return_value=stretching.TARGET_S)
    with measured, tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder
        found = run(asked.count, asked.seed, Path(folder))
    print(json.dumps(found, ensure_ascii=False))
    return 1 if found["faults"] or found["stuck"] else 0


if __name__ == "__main__":
    sys.exit(main())
