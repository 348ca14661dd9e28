"""A bundle comes back as it was written, and other programs can read it."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pyrage
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.bundles import reading, writing
from desk.bundles.contents import Mismatch
from desk.domain.exchange import (
    BLOCK_BYTES,
    AnyFrame,
    CaseKeys,
    EventRow,
    Events,
    FileBegun,
    FileBytes,
    Manifest,
    Range,
    Sent,
    StandIns,
)
from desk.errors import AttachmentLost, BundleRefused, Halted
from tests.unit import bundle_files as made
from tests.unit import plain_ed25519

GOLDEN = Path(__file__).parent / "data" / "bundles"
ROOT = Path(__file__).resolve().parents[2]
MEMORY = """
import hashlib, sys
from pathlib import Path
from desk.bundles import reading
from desk.domain.exchange import FileBegun, FileBytes
from tests.unit import bundle_files as made

def peak():
    # getrusage would tell the memory of whoever started this, if that was more
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024

def frames():
    for number, count in enumerate(sizes):
        blocks = [hashlib.shake_256(b"%d %d" % (number, at)).digest(1 << 20) for at in range(count)]
        yield FileBegun(hashlib.sha256(b"".join(blocks)).hexdigest(), count << 20)
        yield from map(FileBytes, blocks)

target, sizes = Path(sys.argv[1]), [1]
made.write(target, frames(), made.manifest())
made.read(target)
before = peak()
sizes = [4] * 16
made.write(target, frames(), made.manifest(files=16))
reading.look(target).read(made.IDENTITY, lambda _frame: None)
print(peak() - before, target.stat().st_size)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_is_read(tmp_path: Path) -> None:
    target = tmp_path / "CD-003.cdx"
    shares: list[float] = []
    written = made.write(target)
    assert written.paths == (target,)
    assert written.size == target.stat().st_size
    opened = reading.look(target)
    assert opened.manifest == written.manifest
    assert opened.sha256 == written.sha256
    assert (opened.manifest.files, opened.manifest.events, opened.size) == (1, 7, written.size)
    found: list[AnyFrame] = []
    opened.read(made.IDENTITY, found.append, shares.append)
    assert found == list(made.frames())
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert names(tmp_path) == ["CD-003.cdx"]


def test_the_share_told_in_writing_grows_to_the_whole(tmp_path: Path) -> None:
    shares: list[float] = []
    writing.write(
        tmp_path / "x.cdx",
        msgspec.structs.replace(made.MANIFEST, files=1),
        made.frames(),
        recipients=[made.AGE_KEY],
        sign=made.sign,
        progress=shares.append,
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert 0 < shares[2] < 1


texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\x7f"), max_size=20
)
rows = st.builds(
    EventRow,
    texts,
    st.integers(0, 1 << 53),
    st.integers(0, 0xFFFF),
    texts,
    texts,
    texts,
    texts,
    st.binary(max_size=60),
    st.sampled_from([b"", bytes(12)]),
    st.binary(max_size=60),
)
pieces = st.one_of(
    st.lists(rows, min_size=1, max_size=5).map(tuple),
    st.lists(st.tuples(texts, texts, st.binary(max_size=32)), min_size=1, max_size=4).map(
        lambda keys: CaseKeys(tuple(keys))
    ),
    st.binary(max_size=300),
    st.builds(Sent, st.sampled_from(["pack", "message", "hint"]), texts, st.binary(max_size=50)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), pieces), max_size=12), st.data())
def test_any_frames_come_back(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[str, object]], data: st.DataObject
) -> None:
    before = {device: data.draw(st.integers(0, 1000)) for device in "ABC"}
    at, frames = dict(before), list[AnyFrame]()
    for device, piece in told:
        if isinstance(piece, tuple):
            frames.append(Events(device, at[device] + 1, piece))
            at[device] += len(piece)
        elif isinstance(piece, bytes):
            frames.append(FileBegun(hashlib.sha256(piece).hexdigest(), len(piece)))
            frames += [FileBytes(piece[start : start + 90]) for start in range(0, len(piece), 90)]
        elif isinstance(piece, CaseKeys | Sent):
            frames.append(piece)
    ranges: list[Range] = [
        made.stretch(device, before[device], at[device])
        for device in "ABC"
        if at[device] > before[device]
    ]
    target = tmp_path_factory.mktemp("any") / "any.cdx"
    part = data.draw(st.sampled_from([0, 400, 1000]))
    written = made.write(target, frames, made.manifest(*ranges), part_bytes=part)
    assert made.read(data.draw(st.sampled_from(written.paths))) == frames


def test_more_keys_and_stand_ins_than_a_frame_holds_go_in_several(tmp_path: Path) -> None:
    keys = tuple((f"case {number}", "", bytes(32)) for number in range(12_000))
    made.write(tmp_path / "x.cdx", [CaseKeys(keys)], made.manifest())
    found = made.read(tmp_path / "x.cdx")
    assert len(found) == 3
    assert sum((one.keys for one in found if isinstance(one, CaseKeys)), ()) == keys


@pytest.mark.parametrize(
    ("about", "frames"),
    [
        (made.MANIFEST, list(made.frames())[:3]),  # events are missing
        (made.manifest(made.stretch("A", 0, 1)), [Events("A", 1, made.rows(2))]),
        (made.manifest(made.stretch("A", 0, 2)), [Events("A", 2, made.rows(1))]),
        (made.manifest(), [Events("A", 1, made.rows(1))]),
        (made.manifest(), [FileBytes(b"of no file")]),
        (made.manifest(), [StandIns("A", ((1, b"{}"),))]),
        (made.manifest(profile="deidentified"), [CaseKeys((("case", "", b"key"),))]),
        (made.manifest(profile="deidentified"), [FileBegun("0" * 64, 1)]),
        (made.manifest(), [Sent("pack", "x" * 201, b"")]),
        (made.manifest(), [Sent("pack", "x", bytes(1 << 25))]),
        (made.manifest(), [FileBegun("0" * 64, 2 << 20), FileBytes(bytes(BLOCK_BYTES + 1))]),
    ],
)
def test_nothing_is_written_that_nobody_could_read(
    tmp_path: Path, about: Manifest, frames: list[AnyFrame]
) -> None:
    with pytest.raises(Mismatch):
        made.write(tmp_path / "x.cdx", frames, about)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("branch", "../up"), ("sign_key", "0" * 64), ("age_key", "me"), ("number", -1)],
)
def test_no_head_is_written_that_nobody_could_read(
    tmp_path: Path, field: str, wrong: object
) -> None:
    with pytest.raises(ValueError, match=r"manifest|signature"):
        made.write(
            tmp_path / "x.cdx", [], msgspec.structs.replace(made.manifest(), **{field: wrong})
        )
    assert names(tmp_path) == []


def test_an_attachment_that_is_not_what_it_is_called_is_not_sent(tmp_path: Path) -> None:
    with pytest.raises(AttachmentLost):
        made.write(tmp_path / "x.cdx", [FileBegun("0" * 64, 3), FileBytes(b"abc")], made.manifest())
    assert names(tmp_path) == []


def test_what_the_frames_raise_reaches_whoever_asked(tmp_path: Path) -> None:
    (tmp_path / "x.cdx").write_bytes(b"the one before")
    for fault in (Halted(), KeyError("bug"), KeyboardInterrupt()):

        def broken(raised: BaseException = fault) -> object:
            yield from list(made.frames())[:2]
            raise raised

        with pytest.raises(type(fault)):
            made.write(tmp_path / "x.cdx", broken())  # type: ignore[arg-type]
    assert names(tmp_path) == ["x.cdx"]
    assert (tmp_path / "x.cdx").read_bytes() == b"the one before"


def test_what_the_taker_raises_reaches_whoever_asked(tmp_path: Path) -> None:
    made.write(tmp_path / "x.cdx")
    for fault in (BundleRefused(reason="fork"), KeyError("bug"), KeyboardInterrupt()):

        def broken(_frame: AnyFrame, raised: BaseException = fault) -> None:
            raise raised

        with pytest.raises(type(fault)):
            reading.look(tmp_path / "x.cdx").read(made.IDENTITY, broken)


def test_every_recipient_can_read_it_and_nobody_else(tmp_path: Path) -> None:
    other = str(pyrage.x25519.Identity.from_str(made.OTHER_IDENTITY).to_public())
    target = tmp_path / "x.cdx"
    writing.write(
        target,
        made.MANIFEST,
        made.frames(),
        recipients=[made.AGE_KEY, other],
        sign=made.sign,
    )
    for identity in (made.IDENTITY, made.OTHER_IDENTITY):
        assert made.read(target, identity) == list(made.frames())
    made.write(target)
    with pytest.raises(BundleRefused) as caught:
        made.read(target, made.OTHER_IDENTITY)
    assert caught.value.params["reason"] == "not_for_us"


@pytest.mark.skipif(sys.platform != "linux", reason="the most memory is read from /proc")
def test_memory_stays_flat(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MEMORY, str(tmp_path / "x.cdx")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    grown, size = map(int, done.stdout.split())
    assert size > 64 << 20
    assert grown < 24


# Read with the format of the file in hand, without our own reader.


def by_hand(whole: bytes, identity: str = made.IDENTITY) -> tuple[dict[str, object], bytes, bytes]:
    """Manifest, what was signed and the unpacked body of a bundle."""
    assert whole[:5] == b"CDXB\x01"
    length = int.from_bytes(whole[5:9])
    said, signature, sealed = (
        whole[: 9 + length],
        whole[9 + length : 73 + length],
        whole[73 + length :],
    )
    manifest = json.loads(said[9:])
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(manifest["sign_key"]))
    key.verify(signature, said)
    assert hashlib.sha256(sealed).hexdigest() == manifest["body"]
    packed = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)])
    return manifest, said, zstandard.ZstdDecompressor().decompressobj().decompress(packed)


def test_the_format_is_what_it_says(tmp_path: Path) -> None:
    written = made.write(tmp_path / "x.cdx")
    manifest, said, unpacked = by_hand((tmp_path / "x.cdx").read_bytes())
    assert manifest["sender"] == made.HERE
    assert hashlib.sha256(said).hexdigest() == written.sha256
    assert unpacked == made.plain(made.frames())


def test_another_implementation_confirms_the_signature(tmp_path: Path) -> None:
    whole = made.write(tmp_path / "x.cdx").paths[0].read_bytes()
    end = 9 + int.from_bytes(whole[5:9])
    key, signature = bytes.fromhex(made.SIGN_KEY), whole[end : end + 64]
    assert plain_ed25519.holds(key, signature, whole[:end])
    assert not plain_ed25519.holds(key, signature, whole[: end - 1] + b"x")


# Files of format 1, kept for ever.


@pytest.mark.parametrize(
    ("name", "frames", "about"),
    [
        ("full", made.frames, made.MANIFEST),
        ("deidentified", made.bare_frames, made.BARE),
        ("receipt", made.receipt_frames, made.RECEIPT),
        ("parts", made.frames, made.MANIFEST),
    ],
)
def test_the_first_files_are_read_for_ever(name: str, frames: object, about: Manifest) -> None:
    paths = sorted(GOLDEN.glob(f"1-{name}.cdx*"))
    assert len(paths) == (3 if name == "parts" else 1)
    opened = reading.look(paths[-1])
    found: list[AnyFrame] = []
    opened.read(made.IDENTITY, found.append)
    assert found == list(frames())  # type: ignore[operator]
    filled = {one: getattr(opened.manifest, one) for one in ("body", "size", "files")}
    assert opened.manifest == msgspec.structs.replace(about, **filled)
    sums = (GOLDEN / "SHA256SUMS").read_text("utf-8")
    for path in paths:
        assert f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" in sums
    assert paths[0].stat().st_size < 4096
