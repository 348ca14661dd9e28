"""What the world does to a vault, and what the person at the desk then reads.

Each mishap is a context: inside it the world is broken and an attempt is refused, after it the
world is well again. `python -m tests.faults.unlucky` prints the table of THREATS.md.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from unittest import mock

from desk import i18n
from desk.domain.staff import Branch, Person
from desk.errors import KnownError
from desk.services import cases, checks, sentences, vaults
from desk.services.moment import Moment
from desk.services.session import Session
from desk.store import stretching
from tests.faults.kills import engine

PASSWORD = "nine bells in the fog"
FIELD, WORDS = "opening_words", "取款单少了两张"
SHOWN = "X.vault"
_LOCKED_BYTE = 120
"""Where SQLite's write lock lies in the shared memory beside a database."""
_HOLDER = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX, 1, int(sys.argv[2]))
    print("held", flush=True)
    sys.stdin.read()
"""


@dataclass
class World:
    """A folder with a vault, in which one field of one case was acknowledged."""

    vault: Path
    case: str = ""
    moment: Moment = field(default_factory=Moment)

    def make(self) -> None:
        """The vault with its one case."""
        head, branch = Person("1001", "李敏", "head"), Branch("CD", "城东支行")
        session = vaults.create(
            self.vault, branch, "柜台一", head, PASSWORD, moment=self.moment, engine=engine()
        )
        self.case = cases.open_case(session).case.id
        cases.set_field(session, self.case, FIELD, WORDS)
        vaults.close(session)

    @contextlib.contextmanager
    def opened(self) -> Iterator[Session]:
        """The vault as the window opens it."""
        session = vaults.unlock(self.vault, PASSWORD, moment=self.moment, engine=engine())
        try:
            yield session
        finally:
            vaults.close(session)

    def keeps(self) -> bool:
        """Whether what was acknowledged is there, and the check finds nothing."""
        with self.opened() as session:
            there = session.vault.case(self.case).text(FIELD)
            return there == WORDS and checks.check(session) == ()


Mishap = Callable[[World], contextlib.AbstractContextManager[Callable[[], object]]]
"""Breaks the world, gives what is then tried and refused, and mends the world."""


@contextlib.contextmanager
def _writing(world: World, before: str, after: str) -> Iterator[Callable[[], object]]:
    with world.opened() as session:

        def pragma(text: str) -> None:
            session.vault.database.connection.exec_driver_sql(f"PRAGMA {text}")
            session.vault.database.connection.rollback()

        pragma(before)
        yield lambda: cases.add_note(session, world.case, "很长" * 30_000)
        pragma(after)


def disk_full(world: World) -> contextlib.AbstractContextManager[Callable[[], object]]:
    return _writing(world, "max_page_count = 1", "max_page_count = 1000000")


def read_only_file(world: World) -> contextlib.AbstractContextManager[Callable[[], object]]:
    return _writing(world, "query_only = ON", "query_only = OFF")


@contextlib.contextmanager
def read_only_folder(world: World) -> Iterator[Callable[[], object]]:
    refused = PermissionError(13, "Permission denied")
    with mock.patch.object(Path, "open", side_effect=refused):
        yield lambda: world.opened().__enter__()


@contextlib.contextmanager
def held_by_another_program(world: World) -> Iterator[Callable[[], object]]:
    with world.opened() as session:
        session.vault.database.connection.exec_driver_sql("PRAGMA busy_timeout = 20")
        session.vault.database.connection.rollback()
        shared = world.vault.with_name(world.vault.name + "-shm")
        command = [sys.executable, "-c", _HOLDER, str(shared), str(_LOCKED_BYTE)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            yield lambda: cases.add_note(session, world.case, "一句话")
            holder.communicate()


@contextlib.contextmanager
def second_copy(world: World) -> Iterator[Callable[[], object]]:
    with world.opened():
        yield lambda: world.opened().__enter__()


@contextlib.contextmanager
def removed_stick(world: World) -> Iterator[Callable[[], object]]:
    folder = world.vault.parent
    away = folder.rename(folder.with_name("away"))
    yield lambda: world.opened().__enter__()
    away.rename(folder)


def _changed(
    path: Path, change: Callable[[bytes], bytes], world: World
) -> contextlib.AbstractContextManager[Callable[[], object]]:
    @contextlib.contextmanager
    def broken() -> Iterator[Callable[[], object]]:
        whole = path.read_bytes()
        hurt = change(whole)
        path.write_bytes(hurt)

        def tried() -> object:
            try:
                with world.opened() as session:
                    return session.vault.case(world.case)
            finally:
                assert path.read_bytes() == hurt, "it was not left as it is"

        yield tried
        path.write_bytes(whole)

    return broken()


def _flipped(at: int) -> Callable[[bytes], bytes]:
    return lambda whole: whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :]


def damaged_page(world: World) -> contextlib.AbstractContextManager[Callable[[], object]]:
    return _changed(world.vault, _flipped(1000), world)


def half_a_file(world: World) -> contextlib.AbstractContextManager[Callable[[], object]]:
    return _changed(world.vault, lambda whole: whole[: len(whole) // 2], world)


def damaged_keys(world: World) -> contextlib.AbstractContextManager[Callable[[], object]]:
    return _changed(_keys(world), _flipped(200), world)


def newer_keys(world: World) -> contextlib.AbstractContextManager[Callable[[], object]]:
    def newer(whole: bytes) -> bytes:
        return json.dumps({**json.loads(whole), "format": 99}).encode()

    return _changed(_keys(world), newer, world)


def _revise(session: Session, to: str) -> str:
    connection = session.vault.database.connection
    stored = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
    before = str(stored.scalar_one())
    connection.rollback()
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (to,))
    connection.commit()
    return before


@contextlib.contextmanager
def newer_version(world: World) -> Iterator[Callable[[], object]]:
    with world.opened() as session:
        before = _revise(session, "9999")
    yield lambda: world.opened().__enter__()
    newest = mock.patch("desk.store.migrate.revisions", return_value=(before, "9999"))
    with newest, world.opened() as session:
        _revise(session, before)


@contextlib.contextmanager
def _without(world: World, path: Path) -> Iterator[Callable[[], object]]:
    away = path.rename(path.with_name(path.name + ".away"))
    yield lambda: world.opened().__enter__()
    away.rename(path)


def missing_keys(world: World) -> contextlib.AbstractContextManager[Callable[[], object]]:
    return _without(world, _keys(world))


def missing_vault(world: World) -> contextlib.AbstractContextManager[Callable[[], object]]:
    return _without(world, world.vault)


def _keys(world: World) -> Path:
    return world.vault.with_name(world.vault.name + ".keys")


MISHAPS: dict[str, Mishap] = {
    "The disk is full": disk_full,
    "The file may only be read": read_only_file,
    "The folder may only be read": read_only_folder,
    "Another program holds the file": held_by_another_program,
    "A second copy is started": second_copy,
    "The stick was removed": removed_stick,
    "A page is damaged": damaged_page,
    "Half of the file is gone": half_a_file,
    "The key file is damaged": damaged_keys,
    "The key file is from a newer version": newer_keys,
    "The vault is from a newer version": newer_version,
    "The key file is missing": missing_keys,
    "The vault is missing": missing_vault,
}


@dataclass(frozen=True, slots=True)
class Fixed(Moment):
    """A clock that stands at one moment."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def wall_ms(self) -> int:
        return int(self.at.timestamp() * 1000)


def read(mishap: Mishap, world: World) -> tuple[str, str]:
    """What a person reads, in Chinese and in English, when this happens to `world`."""
    with mishap(world) as attempt:
        try:
            attempt()
        except KnownError as error:
            told = error
        else:
            raise AssertionError("it was not refused")
    found = []
    for language in i18n.LANGUAGES:
        i18n.use(language)
        found.append(sentences.sentence(told).replace(str(world.vault), SHOWN))
    i18n.use("zh")
    return found[0], found[1]


def row(what: str, told: tuple[str, str]) -> str:
    """One line of the table."""
    return f"| {what} | {told[0]} | {told[1]} |"


def copied(first: World, folder: Path) -> World:
    """The same world in a folder of its own."""
    shutil.copytree(first.vault.parent, folder)
    return World(folder / first.vault.name, first.case, first.moment)


def main() -> None:
    """Print the table."""
    with (
        mock.patch.object(stretching, "measured", return_value=stretching.TARGET_S),
        tempfile.TemporaryDirectory() as folder,
    ):
        os.environ["HOME"] = folder
        first = World(Path(folder) / "first" / SHOWN)
        first.make()
        for number, (what, mishap) in enumerate(MISHAPS.items()):
            print(row(what, read(mishap, copied(first, Path(folder) / str(number)))))


if __name__ == "__main__":
    main()
