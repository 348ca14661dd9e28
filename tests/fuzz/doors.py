"""Every way by which bytes from elsewhere come in, and what may come of it.

A door is given a file and either works or raises a `KnownError`; anything else is a finding, and so
is a file outside the folder it was given, a second too many, or memory beyond the limit.
"""

import contextlib
import io
import json
import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import zstandard

from desk import cli, paths, settings
from desk.bundles import cards
from desk.errors import KnownError
from desk.packs import loader, workbook_reading
from desk.services import answers, attachments, checks, reports, sentences, vaults, verification
from tests.faults import unlucky
from tests.faults.kills import engine
from tests.unit import bundle_files

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


@dataclass
class Doors:
    """The doors of one vault in a folder of its own; what is made beside `inside` is a finding."""

    root: Path
    world: unlucky.World = field(init=False)

    def __post_init__(self) -> None:
        self.inside = self.root / "inside"
        self.world = unlucky.World(self.inside / "first" / "branch.vault")
        self.world.make()

    def pack(self) -> Iterator[Callable[[random.Random], object]]:
        """A folder of YAML files, one of which is strange."""
        folder = self.inside / "pack"
        shutil.copytree(paths.PACKS / loader.DEFAULT, folder)
        small = sorted(folder.glob("*.yaml"), key=lambda one: one.stat().st_size)

        def check(chance: random.Random) -> object:
            file = chance.choice(small)
            whole = file.read_bytes()
            file.write_bytes(changed(whole, chance))
            try:
                return answers.pack_faults(folder)
            finally:
                file.write_bytes(whole)

        yield check

    def workbook(self) -> Iterator[Callable[[random.Random], object]]:
        """A workbook to import."""
        import openpyxl

        held = io.BytesIO()
        openpyxl.Workbook().save(held)
        yield self._of_file("x.xlsx", (held.getvalue(),), workbook_reading.read)

    def key_file(self) -> Iterator[Callable[[random.Random], object]]:
        """The key file beside a vault."""
        path = self.world.vault.with_name("branch.vault.keys")
        yield self._in_place(path)

    def vault_file(self) -> Iterator[Callable[[random.Random], object]]:
        """The vault itself."""
        yield self._in_place(self.world.vault)

    def settings(self) -> Iterator[Callable[[random.Random], object]]:
        """The settings of the program."""
        seed = self.inside / "settings.json"
        settings.save(settings.Settings(), seed)
        yield self._of_file("strange.json", (seed.read_bytes(),), settings.load)

    def document(self) -> Iterator[Callable[[random.Random], object]]:
        """A document on the command line, alone or in a batch."""
        chance = random.Random(0)

        def ask(path: Path) -> object:
            command = chance.choice(("assess", "clock", "suggest", "propose", "wording"))
            alone = command in {"assess", "clock", "suggest"} and chance.random() < 0.5
            given = [command, "--json", *([str(path)] if alone else ["--batch", str(path)])]
            with (
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.redirect_stderr(io.StringIO()),
            ):
                status = cli.main(given)
            assert status in {0, 2}, status
            return status

        yield self._of_file("document.json", DOCUMENTS, ask)

    def attachment(self) -> Iterator[Callable[[random.Random], object]]:
        """A file for a case."""
        with self.world.opened() as session:
            seeds = (
                PIXEL,
                b"%PDF-1.7\n1 0 obj\n",
                b"PK\x03\x04",
                "取款单".encode("gb18030"),
                b"RIFF....WAVE",
            )
            yield self._of_file(
                "paper.png",
                seeds,
                lambda path: attachments.add(session, self.world.case, path, path.name),
            )

    def report(self) -> Iterator[Callable[[random.Random], object]]:
        """A PDF that somebody brings."""
        with self.world.opened() as session:
            made = reports.write(
                session, self.world.case, "customer", "zh", self.inside / "report.pdf"
            )
            seed = Path(made.path).read_bytes()
            yield self._of_file(
                "brought.pdf", (seed,), lambda path: verification.verify_report(session, path)
            )

    def bundle(self) -> Iterator[Callable[[random.Random], object]]:
        """A bundle from a stick: the file itself, what is packed in it, or its frames."""
        path = self.inside / "brought.cdx"
        whole = bundle_files.write(path).paths[0].read_bytes()
        frames = bundle_files.plain(bundle_files.frames())
        packer = zstandard.ZstdCompressor()

        def tried(chance: random.Random) -> object:
            match chance.randrange(4):
                case 0:
                    path.write_bytes(changed(whole, chance))
                case 1:
                    bundle_files.with_manifest(path, changed(bundle_files.MANIFEST_JSON, chance))
                case 2:
                    packed = changed(packer.compress(frames), chance)
                    bundle_files.forged(path, packed)
                case _:
                    packed = packer.compress(changed(frames, chance))
                    bundle_files.forged(path, packed)
            return bundle_files.read(path)

        yield tried

    def parts(self) -> Iterator[Callable[[random.Random], object]]:
        """Parts of a bundle, one of which is strange."""
        folder = self.inside / "parts"
        folder.mkdir()
        found = bundle_files.write(folder / "x.cdx", part_bytes=900).paths

        def tried(chance: random.Random) -> object:
            path = chance.choice(found)
            whole = path.read_bytes()
            path.write_bytes(changed(whole, chance))
            try:
                return bundle_files.read(chance.choice(found))
            finally:
                path.write_bytes(whole)

        yield tried

    def card(self) -> Iterator[Callable[[random.Random], object]]:
        """What another device says of itself."""
        seed = self.inside / "seed"
        cards.write_card(seed, bundle_files.CARD, bundle_files.sign)
        yield self._of_file("x.cdx-card", (seed.read_bytes(),), cards.read_card)

    def enrolment(self) -> Iterator[Callable[[random.Random], object]]:
        """Head office's invitation."""
        seed = self.inside / "seed"
        cards.write_enrolment(seed, bundle_files.ENROLMENT, bundle_files.sign)
        yield self._of_file("x.cdx-enrol", (seed.read_bytes(),), cards.read_enrolment)

    def _of_file(
        self, name: str, seeds: tuple[bytes, ...], take: Callable[[Path], object]
    ) -> Callable[[random.Random], object]:
        def tried(chance: random.Random) -> object:
            path = self.inside / name
            path.write_bytes(changed(chance.choice(seeds), chance))
            return take(path)

        return tried

    def _in_place(self, path: Path) -> Callable[[random.Random], object]:
        whole = path.read_bytes()

        def tried(chance: random.Random) -> object:
            path.write_bytes(changed(whole, chance))
            for ending in ("-wal", "-shm", ".attempts"):
                self.world.vault.with_name("branch.vault" + ending).unlink(missing_ok=True)
            session = vaults.unlock(self.world.vault, unlucky.PASSWORD, engine=engine())
            try:
                return checks.check(session)
            finally:
                vaults.close(session)

        return tried

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


def knock(name: str, seconds: float, seed: int, root: Path) -> tuple[int, int, list[str]]:
    """How often a door was tried in that time, how often it refused, and the findings."""
    doors, chance = Doors(root), random.Random(seed)
    found: list[str] = []
    count = refused = 0
    with contextlib.contextmanager(getattr(doors, name))() as tried:
        before, until = doors.outside(), time.monotonic() + seconds
        while count < 3 or time.monotonic() < until:
            count += 1
            began = time.monotonic()
            try:
                tried(chance)
            except KnownError as error:
                refused += 1
                if not sentences.sentence(error):
                    found.append(f"{count}: no sentence for {error.code}")
            except Exception as fault:  # noqa: BLE001 - that is what is looked for
                found.append(f"{count}: {json.dumps(repr(fault))[:300]}")
            if time.monotonic() - began > SLOW_S:
                found.append(f"{count}: took {time.monotonic() - began:.0f} s")
        if doors.outside() != before:
            found.append("something was written outside")
    return count, refused, found
