"""Every way by which bytes from elsewhere come in, and what may come of it.

A door is given a file and either works or raises a `KnownError`; anything else is a finding, and so
is a file outside the folder it was given, a second too many, or memory beyond the limit.
"""

import contextlib
import io
import json
import random
import re
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import zstandard

from desk import cli, settings
from desk.bundles import cards
from desk.errors import KnownError
from desk.packs import parts, workbook, workbook_reading
from desk.services import answers, attachments, checks, reports, sentences, vaults, verification
from desk.store import stretching
from desk.store.stretching import Argon
from tests.faults import unlucky
from tests.faults.kills import engine
from tests.unit import bundle_files, packs_at_hand

SLOW_S = 20.0
"""A machine that is busy with everything else may take so long; a hang takes longer."""
INTERESTING = (
    b"\x00",
    b"\xff" * 8,
    b"\x7f\xff\xff\xff",
    b"../../../x",
    b"[" * 3000,
    b"&a *a",
    b"9" * 400,
)
PIXEL = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00"
DOCUMENTS = (
    b'{"kind": "general", "received": "2026-11-20T09:00", "now": "2026-11-22T10:00"}',
    b'{"answers": {"Q1": "yes", "Q2": 3}, "scenario": "queue"}',
    b'{"text": "\xe5\x8f\x96\xe6\xac\xbe\xe5\xb0\x91\xe4\xba\x86", "step": 2}',
)


def changed(seed: bytes, chance: random.Random) -> bytes:
    """Bytes like `seed`, and not quite."""
    found = bytearray(seed)
    for _turn in range(chance.choice((1, 1, 2, 5, 20))):
        at, end = sorted(chance.randrange(len(found) + 1) for _end in range(2))
        match chance.randrange(5):
            case 0 if at < len(found):
                found[at] ^= 1 << chance.randrange(8)
            case 1:
                del found[at : min(end, at + 200)]
            case 2:
                found[at:at] = found[at : min(end, at + 200)]
            case 3:
                found[at:at] = chance.choice(INTERESTING)
            case _:
                found[at : at + 4] = chance.randbytes(4)
    return (
        bytes(found[: chance.randrange(len(found) + 1)]) if chance.random() < 0.1 else bytes(found)
    )


@dataclass(frozen=True, slots=True)
class Way:
    """Bytes as they should be, and what takes others in their place."""

    seeds: tuple[bytes, ...]
    take: Callable[[bytes], object]


Ways = Iterator[tuple[Way, ...]]


@dataclass
class Doors:
    """The doors of one vault in a folder of its own; what is made beside `inside` is a finding."""

    root: Path
    world: unlucky.World = field(init=False)

    def __post_init__(self) -> None:
        self.inside = self.root / "inside"
        self.world = unlucky.World(self.inside / "first" / "branch.vault")
        self.world.make()

    def pack(self) -> Ways:
        """A folder of YAML files, one of which is strange."""
        folder = self.inside / "pack"
        parts.write(packs_at_hand.light(), folder)

        def way(file: Path) -> Way:
            whole = file.read_bytes()

            def take(content: bytes) -> object:
                file.write_bytes(content)
                try:
                    return answers.pack_faults(folder)
                finally:
                    file.write_bytes(whole)

            return Way((whole,), take)

        yield tuple(way(file) for file in sorted(folder.rglob("*.*")))

    def workbook(self) -> Ways:
        """A workbook to import: the file itself, or a file of each kind that is packed in it."""
        path = self.inside / "x.xlsx"
        workbook.write(packs_at_hand.small(), path)
        whole = path.read_bytes()
        with zipfile.ZipFile(path) as packed:
            inner = {name: packed.read(name) for name in packed.namelist()}

        def way(name: str) -> Way:
            def take(content: bytes) -> object:
                with zipfile.ZipFile(path, "w") as made:
                    for one, kept in inner.items():
                        made.writestr(one, content if one == name else kept)
                return workbook_reading.read(path)

            return Way((inner[name],), take)

        largest = sorted(inner, key=lambda name: len(inner[name]))
        kinds = {re.sub(r"\d+", "", name): name for name in largest}
        yield self._of_file(path.name, (whole,), workbook_reading.read), *map(way, kinds.values())

    def key_file(self) -> Ways:
        """The key file beside a vault."""
        path = self.world.vault.with_name("branch.vault.keys")
        yield (self._in_place(path),)

    def vault_file(self) -> Ways:
        """The vault itself."""
        yield (self._in_place(self.world.vault),)

    def settings(self) -> Ways:
        """The settings of the program."""
        seed = self.inside / "settings.json"
        settings.save(settings.Settings(), seed)
        yield (self._of_file("strange.json", (seed.read_bytes(),), settings.load),)

    def document(self) -> Ways:
        """A document on the command line, alone or in a batch."""

        def asking(command: str, *given: str) -> Way:
            def ask(path: Path) -> object:
                with (
                    contextlib.redirect_stdout(io.StringIO()),
                    contextlib.redirect_stderr(io.StringIO()),
                ):
                    status = cli.main([command, "--json", *given, str(path)])
                assert status in {0, 2}, status
                return status

            return self._of_file("document.json", DOCUMENTS, ask)

        alone = ("assess", "clock", "suggest")
        batch = (*alone, "propose", "wording")
        yield (*map(asking, alone), *(asking(one, "--batch") for one in batch))

    def attachment(self) -> Ways:
        """A file for a case."""
        with self.world.opened() as session:
            seeds = (
                PIXEL,
                b"%PDF-1.7\n1 0 obj\n",
                b"PK\x03\x04",
                "取款单".encode("gb18030"),
                b"RIFF....WAVE",
            )

            def attach(path: Path) -> object:
                added = attachments.add(session, self.world.case, path, path.name)
                return attachments.remove(session, self.world.case, added.item.file, "不用了")

            yield (self._of_file("paper.png", seeds, attach),)

    def report(self) -> Ways:
        """A PDF that somebody brings."""
        with self.world.opened() as session:
            made = reports.write(
                session, self.world.case, "customer", "zh", self.inside / "report.pdf"
            )
            seed = Path(made.path).read_bytes()

            def verify(path: Path) -> object:
                return verification.verify_report(session, path)

            yield (self._of_file("brought.pdf", (seed,), verify),)

    def bundle(self) -> Ways:
        """A bundle from a stick: the file itself, what is packed in it, or its frames."""
        path = self.inside / "brought.cdx"
        whole = bundle_files.write(path).paths[0].read_bytes()
        frames = bundle_files.plain(bundle_files.frames())
        packer = zstandard.ZstdCompressor()

        def way(seed: bytes, put: Callable[[bytes], object]) -> Way:
            def take(content: bytes) -> object:
                put(content)
                return bundle_files.read(path)

            return Way((seed,), take)

        yield (
            way(whole, path.write_bytes),
            way(
                bundle_files.MANIFEST_JSON,
                lambda content: bundle_files.with_manifest(path, content),
            ),
            way(packer.compress(frames), lambda content: bundle_files.forged(path, content)),
            way(frames, lambda content: bundle_files.forged(path, packer.compress(content))),
        )

    def parts(self) -> Ways:
        """Parts of a bundle, one of which is strange."""
        folder = self.inside / "parts"
        folder.mkdir()
        found = bundle_files.write(folder / "x.cdx", part_bytes=900).paths

        def way(path: Path, read: Path) -> Way:
            whole = path.read_bytes()

            def take(content: bytes) -> object:
                path.write_bytes(content)
                try:
                    return bundle_files.read(read)
                finally:
                    path.write_bytes(whole)

            return Way((whole,), take)

        yield tuple(way(path, read) for path in found for read in {path, found[0]})

    def card(self) -> Ways:
        """What another device says of itself."""
        seed = self.inside / "seed"
        cards.write_card(seed, bundle_files.CARD, bundle_files.sign)
        yield (self._of_file("x.cdx-card", (seed.read_bytes(),), cards.read_card),)

    def enrolment(self) -> Ways:
        """Head office's invitation."""
        seed = self.inside / "seed"
        cards.write_enrolment(seed, bundle_files.ENROLMENT, bundle_files.sign)
        yield (self._of_file("x.cdx-enrol", (seed.read_bytes(),), cards.read_enrolment),)

    def _of_file(self, name: str, seeds: tuple[bytes, ...], take: Callable[[Path], object]) -> Way:
        def tried(content: bytes) -> object:
            path = self.inside / name
            path.write_bytes(content)
            return take(path)

        return Way(seeds, tried)

    def _in_place(self, path: Path) -> Way:
        whole = path.read_bytes()

        def tried(content: bytes) -> object:
            path.write_bytes(content)
            for ending in ("-wal", "-shm", ".attempts"):
                self.world.vault.with_name("branch.vault" + ending).unlink(missing_ok=True)
            session = vaults.unlock(self.world.vault, unlucky.PASSWORD, engine=engine())
            try:
                return checks.check(session)
            finally:
                vaults.close(session)

        return Way((whole,), tried)

    def outside(self) -> dict[str, int]:
        """What lies beside the folder that the doors were given, with its size."""
        found = (path for path in self.root.rglob("*") if not path.is_relative_to(self.inside))
        return {str(path): path.stat().st_size for path in found if path.is_file()}


NAMES = (
    "pack",
    "workbook",
    "key_file",
    "vault_file",
    "settings",
    "document",
    "attachment",
    "report",
    "bundle",
    "parts",
    "card",
    "enrolment",
)


@dataclass
class Knocking:
    """One door while it is knocked at: how often, how often it refused, and the findings."""

    doors: Doors
    count: int = 0
    refused: int = 0
    found: list[str] = field(default_factory=list)

    def knock(self, way: Way, content: bytes) -> str:
        """Bring these bytes; what is wrong with what came of it, "" for nothing."""
        self.count += 1
        before, began, wrong = self.doors.outside(), time.monotonic(), ""
        try:
            way.take(content)
        except KnownError as error:
            self.refused += 1
            if not sentences.sentence(error):
                wrong = f"no sentence for {error.code}"
        except Exception as fault:  # noqa: BLE001 - that is what is looked for
            wrong = json.dumps(repr(fault))[:300] + _where(fault)
        if not wrong and time.monotonic() - began > SLOW_S:
            wrong = f"took {time.monotonic() - began:.0f} s"
        if not wrong and self.doors.outside() != before:
            wrong = "something was written outside"
        if wrong:
            self.found.append(f"{self.count}: {wrong}")
        return wrong


def _where(fault: Exception) -> str:
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return f" at {Path(last.filename).name}:{last.lineno}"


@contextlib.contextmanager
def opened(name: str, root: Path) -> Iterator[tuple[Knocking, tuple[Way, ...]]]:
    """A door with everything behind it."""
    with (
        mock.patch.object(stretching, "measured", return_value=stretching.TARGET_S),
        mock.patch.object(stretching, "FLOOR", Argon(m=8, t=1, p=1)),
    ):
        doors = Doors(root)
        with contextlib.contextmanager(getattr(doors, name))() as ways:
            yield Knocking(doors), ways


def knock(name: str, seconds: float, seed: int, root: Path) -> Knocking:
    """Bring a door changed bytes for so long."""
    chance = random.Random(seed)
    with opened(name, root) as (knocking, ways):
        until = time.monotonic() + seconds
        while knocking.count < 3 or time.monotonic() < until:
            way = chance.choice(ways)
            knocking.knock(way, changed(chance.choice(way.seeds), chance))
    return knocking
