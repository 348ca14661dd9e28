"""Bundles that are broken, forged or made to harm: a refusal with a reason, and nothing else."""

import gc
import hashlib
import json
import os
import struct
import sys
from pathlib import Path

import msgspec
import pyrage
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.bundles import container, reading
from desk.bundles.contents import most_bytes
from desk.domain.exchange import (
    AnyFrame,
    CaseKeys,
    Events,
    FileBegun,
    FileBytes,
    Range,
    Sent,
    StandIns,
)
from desk.errors import BundleRefused, KnownError
from tests.unit import bundle_files as made

WHOLE = (Path(__file__).parent / "data" / "bundles" / "1-full.cdx").read_bytes()
LENGTH = int.from_bytes(WHOLE[5:9])
HEAD = 9 + LENGTH + 64


def packed(unpacked: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(unpacked)


def refusal(path: Path, identity: str = made.IDENTITY) -> str:
    """Why a bundle is refused; empty when it is not."""
    try:
        made.read(path, identity)
    except BundleRefused as refused:
        return str(refused.params["reason"])
    return ""


def test_cut_at_every_byte_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.cdx"
    reasons = []
    for end in range(len(WHOLE)):
        path.write_bytes(WHOLE[:end])
        reasons.append(refusal(path))
    assert set(reasons[:4]) == {"not_ours"}
    assert set(reasons[4:]) == {"cut"}


def test_one_bit_changed_anywhere_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.cdx"
    structure = {*range(9), *range(9 + LENGTH, HEAD), *range(HEAD, HEAD + 40)}
    for at in range(len(WHOLE)):
        for bit in range(8) if at in structure else (at * 5 % 8,):
            changed = bytearray(WHOLE)
            changed[at] ^= 1 << bit
            path.write_bytes(changed)
            wanted = {"changed"}
            if at < 4:
                wanted = {"not_ours"}
            elif at == 4:
                wanted = {"too_new", "changed"}
            elif at < 9:
                wanted = {"cut", "changed", "too_large"}
            assert refusal(path) in wanted, (at, bit)


def test_bytes_after_the_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.cdx"
    path.write_bytes(WHOLE + b"x")
    assert refusal(path) == "changed"


@pytest.mark.parametrize("content", [b"", b"CDX", b"PK\x03\x04", b"%PDF-1.7\n" * 99])
def test_what_is_no_bundle_is_called_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.cdx"
    path.write_bytes(content)
    assert refusal(path) == "not_ours"


def test_a_newer_format_is_told_from_a_broken_file(tmp_path: Path) -> None:
    path = tmp_path / "x.cdx"
    path.write_bytes(WHOLE[:4] + b"\x02" + b"of the future")
    assert refusal(path) == "too_new"


@pytest.mark.parametrize(
    ("length", "written", "reason"),
    [
        (0xFFFF_FFFF, b"{}", "too_large"),
        (container.MANIFEST_BYTES + 1, b"{}", "too_large"),
        (container.MANIFEST_BYTES, b"{}", "cut"),
        (0, b"", "changed"),
        (2, b"{}", "changed"),
        (200_000, b"[" * 200_000, "changed"),
        (200_000, b'{"a":' * 40_000, "changed"),
        (4, b"\xff\xfe{}", "changed"),
    ],
)
def test_a_strange_manifest_is_refused(
    tmp_path: Path, length: int, written: bytes, reason: str
) -> None:
    assert refusal(made.with_manifest(tmp_path / "x.cdx", written, length)) == reason


LINK = msgspec.to_builtins(made.stretch("A", 0, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": 2},
        {"unknown": 1},
        {"kind": "virus"},
        {"profile": "all"},
        {"branch": "../../etc"},
        {"sender": "..\\..\\x"},
        {"recipient": "a/b"},
        {"device_name": "line\nline"},
        {"device_name": "x" * 201},
        {"previous": "not a hash"},
        {"number": -1},
        {"size": 2**60},
        {"events": 1},
        {"have": {"../x": 1}},
        {"have": {"A": -1}},
        {"sign_key": "00" * 32},
        {"sign_key": "zz" * 32},
        {"age_key": "age1"},
        {"ranges": [LINK, LINK]},
        {"ranges": [LINK | {"after": 1}]},
        {"ranges": [LINK | {"after": 5}]},
        {"ranges": [LINK | {"signature": ""}]},
        {"ranges": [LINK | {"head": "f"}]},
    ],
)
def test_a_signed_manifest_of_strange_values_is_refused(
    tmp_path: Path, wrong: dict[str, object]
) -> None:
    plain = json.loads(made.MANIFEST_JSON)
    fine = made.with_manifest(tmp_path / "x.cdx", json.dumps(plain).encode())
    assert reading.look(fine).manifest.sender == made.HERE
    strange = made.with_manifest(tmp_path / "x.cdx", json.dumps(plain | wrong).encode())
    assert refusal(strange) == "changed"


def test_a_manifest_signed_by_another_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.cdx"
    for other in (bytes(64), WHOLE[9 + LENGTH : HEAD][::-1], made.sign(b"something else")):
        path.write_bytes(WHOLE[: 9 + LENGTH] + other + WHOLE[HEAD:])
        assert refusal(path) == "changed"


def test_a_manifest_with_another_body_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.cdx"
    again = made.write(tmp_path / "again.cdx").paths[0].read_bytes()[HEAD:]
    digest = hashlib.sha256(WHOLE[HEAD:]).hexdigest()
    about = msgspec.structs.replace(made.MANIFEST, body=digest, size=len(again))
    path.write_bytes(container.head(about, made.sign)[0] + again)
    assert refusal(path) == "changed"


def test_a_bundle_for_another_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / "x.cdx"
    path.write_bytes(WHOLE)
    assert refusal(path, made.OTHER_IDENTITY) == "not_for_us"
    path.write_bytes(WHOLE[:-1] + bytes([WHOLE[-1] ^ 1]))
    assert refusal(path, made.OTHER_IDENTITY) == "changed"


def test_a_file_that_changes_after_it_was_looked_at_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.cdx"
    path.write_bytes(WHOLE)
    opened = reading.look(path)
    made.write(path)
    with pytest.raises(BundleRefused) as caught:
        opened.read(made.IDENTITY, lambda _frame: None)
    assert caught.value.params["reason"] == "changed"
    path.write_bytes(WHOLE[:-5])
    with pytest.raises(BundleRefused) as caught:
        opened.read(made.IDENTITY, lambda _frame: None)
    assert caught.value.params["reason"] == "cut"


# What follows was written by the sender itself: a faulty program, or somebody who means harm.


def test_a_packed_body_cut_at_every_byte_is_refused(tmp_path: Path) -> None:
    whole = packed(made.plain(made.frames()))
    assert refusal(made.forged(tmp_path / "x.cdx", whole)) == ""
    for end in range(len(whole)):
        # The last bytes may be an end mark behind the last frame: then it is whole.
        reason = refusal(made.forged(tmp_path / "x.cdx", whole[:end]))
        assert reason == "changed" or (reason == "" and end > len(whole) - 8), end


@pytest.mark.unmeasured
def test_frames_changed_at_every_byte_are_frames_or_refused(tmp_path: Path) -> None:
    whole = made.plain(made.frames())
    refused = 0
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1 << at * 5 % 8
        refused += refusal(made.forged(tmp_path / "x.cdx", packed(bytes(changed)))) != ""
    assert refused > len(whole) / 4


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["body", "sealed", "packed", "frames"]))
def test_any_bytes_for_a_body_are_refused(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, where: str
) -> None:
    path = tmp_path_factory.mktemp("noise") / "x.cdx"
    if where == "body":
        made.with_body(path, noise)
    elif where == "sealed":
        made.with_body(path, b"age-encryption.org/v1\n" + noise)
    else:
        made.forged(path, noise if where == "packed" else packed(noise))
    assert refusal(path) in {"changed", "too_large", "not_for_us"}


@pytest.mark.parametrize(
    ("frames", "reason"),
    [
        (b"\xff\xff\xff\xff" + b"x" * 99, "too_large"),
        (struct.pack(">I", (1 << 25) + 1) + b"x" * 99, "too_large"),
        (struct.pack(">I", 1 << 25) + b"x" * 99, "changed"),
        (bytes(4), "changed"),
        (b"\0\0\0", "changed"),
        (b"", "changed"),
    ],
)
def test_strange_lengths_of_frames_are_refused(tmp_path: Path, frames: bytes, reason: str) -> None:
    assert refusal(made.forged(tmp_path / "x.cdx", packed(frames))) == reason


BILLION = struct.pack(">I", 10**9)


@pytest.mark.parametrize(
    "frame",
    [
        b"\xdd" + BILLION + b"\x02\x90",
        b"\xdf" + BILLION,
        b"\x92\x02\xdd" + BILLION,
        b"\x94\x01\xa1A\x01\xdd" + BILLION,
        b"\x94\x01\xa1A\x01\x91\xdd" + BILLION,
        b"\x92\x05\xc6" + struct.pack(">I", 2**32 - 1) + b"abc",
        b"\x94\x06\xa7message\xdb" + struct.pack(">I", 2**32 - 1) + b"abc",
        b"\xdc\xff\xff\x02\x90" + b"\x91" * 100_000,
        b"\x94\x06\xa7message\xa3\xed\xa0\x80\xc4\x01x",
        b"\x92\x63\x90",
        msgspec.msgpack.encode(CaseKeys((("case", "", b"key"),) * 5001)),
        msgspec.msgpack.encode(FileBegun("../../../etc/passwd", 1)),
        msgspec.msgpack.encode(FileBegun("0" * 64, -1)),
        msgspec.msgpack.encode(FileBegun("0" * 64, 1 << 40)),
        msgspec.msgpack.encode(Sent("message", "a\nb", b"")),
        msgspec.msgpack.encode(Events("../A", 1, made.rows(1))),
        msgspec.msgpack.encode(
            Events("A", 1, (msgspec.structs.replace(made.rows(1)[0], wall_ms=2**63),))
        ),
        msgspec.msgpack.encode(
            Events("A", 1, (msgspec.structs.replace(made.rows(1)[0], kind="x" * 201),))
        ),
    ],
)
def test_strange_frames_are_refused(tmp_path: Path, frame: bytes) -> None:
    about = made.manifest(made.stretch("A", 0, 1))
    whole = packed(len(frame).to_bytes(4) + frame)
    assert refusal(made.forged(tmp_path / "x.cdx", whole, about)) == "changed"


ONE = (made.stretch("A", 0, 2),)
EMPTY = hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize(
    ("ranges", "frames"),
    [
        (ONE, [Events("A", 1, made.rows(1))]),
        (ONE, [Events("A", 1, made.rows(3))]),
        (ONE, [Events("A", 2, made.rows(1)), Events("A", 1, made.rows(1))]),
        (ONE, [Events("A", 1, made.rows(2)), Events("A", 1, made.rows(2))]),
        (ONE, [Events("A", 1, made.rows(2)), Events("B", 1, made.rows(2))]),
        (ONE, [Events("A", 1, ())]),
        (ONE, [Events("A", 1, made.rows(2)), StandIns("A", ((3, b"{}"),))]),
        (ONE, [StandIns("A", ((1, b"{}"),)), Events("A", 1, made.rows(2))]),
        ((), [FileBytes(b"x")]),
        ((), [FileBegun(EMPTY, 1)]),
        ((), [FileBegun(EMPTY, 1), FileBytes(b"x")]),
        ((), [FileBegun(EMPTY, 0), FileBytes(b"x")]),
        ((), [FileBegun(EMPTY, 5), FileBytes(b"x"), FileBegun(EMPTY, 0)]),
    ],
)
def test_frames_that_are_not_what_the_manifest_says_are_refused(
    tmp_path: Path, ranges: tuple[Range, ...], frames: list[AnyFrame]
) -> None:
    whole = packed(made.plain(frames))
    path = made.forged(tmp_path / "x.cdx", whole, made.manifest(*ranges))
    assert refusal(path) == "changed"


@pytest.mark.parametrize(
    "frame", [CaseKeys((("case", "", b"key"),)), FileBegun(EMPTY, 0)], ids=["keys", "file"]
)
def test_keys_and_files_in_a_deidentified_bundle_are_refused(
    tmp_path: Path, frame: AnyFrame
) -> None:
    whole = packed(made.plain([frame]))
    path = made.forged(tmp_path / "x.cdx", whole, made.manifest(profile="deidentified"))
    assert refusal(path) == "changed"


def test_a_bomb_is_refused_before_it_is_large(tmp_path: Path) -> None:
    packer = zstandard.ZstdCompressor(level=19).compressobj()
    frame = made.plain([Sent("message", "x", bytes(1 << 20))])
    bomb = b"".join(packer.compress(frame) for _ in range(400)) + packer.flush()
    assert len(bomb) < 1 << 17
    path = made.forged(tmp_path / "x.cdx", bomb)
    taken = 0

    def take(one: AnyFrame) -> None:
        nonlocal taken
        taken += len(one.data) if isinstance(one, Sent) else 0

    opened = reading.look(path)
    with pytest.raises(BundleRefused) as caught:
        opened.read(made.IDENTITY, take)
    assert caught.value.params["reason"] == "too_large"
    assert 0 < taken <= most_bytes(opened.manifest) < 300 << 20


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_refusals_cost_no_memory(tmp_path: Path) -> None:
    path = made.forged(tmp_path / "x.cdx", packed(b"\xff" * 400))

    def taken() -> int:
        gc.collect()
        status = Path("/proc/self/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0])

    assert [refusal(path) for _turn in range(50)] == ["too_large"] * 50
    before = taken()
    for _turn in range(800):
        refusal(path)
    assert taken() - before < 16 << 10


def test_no_manifest_allows_more_than_its_file_can_hold() -> None:
    about = made.manifest(made.stretch("A", 0, 1 << 53))
    assert most_bytes(about) == 1 << 28


def test_what_needs_a_large_window_to_unpack_is_refused(tmp_path: Path) -> None:
    wide = zstandard.ZstdCompressionParameters(window_log=27)
    packer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    whole = packer.compress(made.plain(made.frames())) + packer.flush()
    assert refusal(made.forged(tmp_path / "x.cdx", whole)) == "changed"


def test_a_body_for_a_passphrase_is_not_for_us(tmp_path: Path) -> None:
    sealed = pyrage.passphrase.encrypt(b"x", "password")
    assert refusal(made.with_body(tmp_path / "x.cdx", sealed)) in {"not_for_us", "changed"}


def test_a_folder_or_a_pipe_is_no_bundle(tmp_path: Path) -> None:
    (tmp_path / "folder.cdx").mkdir()
    assert refusal(tmp_path / "folder.cdx") == "not_ours"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.cdx")
        assert refusal(tmp_path / "pipe.cdx") == "not_ours"


def test_every_refusal_has_words_of_its_own() -> None:
    from desk import i18n
    from desk.services import sentences

    text = str(BundleRefused.__doc__)
    reasons = [word for word in text.split("`")[1::2] if word not in {"reason"}]
    codes = [word for word in reasons if word not in {"device", "after", "have", "seq", "parts"}]
    assert len(codes) >= 14
    for language in i18n.LANGUAGES:
        i18n.use(language)
        told = [sentences.sentence(BundleRefused(reason=code, parts=(2, 5))) for code in codes]
        assert len(set(told)) == len(told)
        assert not any(told[n].endswith(code) for n, code in enumerate(codes))
        assert "2; 5" in told[codes.index("part_missing")]
    i18n.use("zh")
    assert issubclass(BundleRefused, KnownError)
